//! The summary as text.

use super::rows::{Table, conversation, moment, protocol, sighted, size, unknown};
use super::{Kind, Summary, What};
use crate::locale::{Lang, Text, one_line};
use crate::model::Vocabulary as _;
use crate::observation::{NO_PACKET, Piece, Reason};
use crate::text;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// So many rows of a table are shown.
const SHOWN: usize = 40;

/// The summary for people. `all` shows every row.
pub fn text(summary: &Summary<'_>, all: bool, lang: Lang) -> String {
    let shown = if all { usize::MAX } else { SHOWN };
    let mut page = Page { out: String::new(), lang, shown };
    page.line(&Text::new("関所 受動観測の要約", "Sekisho: what was seen on the wire"));
    page.blank();
    for piece in summary.pieces().take(shown) {
        page.piece(piece);
    }
    page.rest(summary.pieces().len());
    let (hosts, conversations) = (summary.hosts, summary.conversations);
    page.line(&text!(
        "送信を観測した装置 {hosts}、通信 {conversations}（相手・サービスごと）",
        "{hosts} hosts seen to send, {conversations} conversations (by peer and service)"
    ));
    page.blank();
    for kind in Kind::ALL {
        let Some(told) = summary.told.get(&kind) else { continue };
        let (title, count) = (kind.title(), told.count);
        match count - told.again {
            all if kind == Kind::Tunnel && all < count => page.line(&text!(
                "■ {title}（{all}、通信は{count}件。IKE・ESP・AHは両端ごとに1つのIPsec）",
                "■ {title} ({all}, in {count} conversations; IKE, ESP and AH of two ends are one IPsec)"; title
            )),
            _ => page.heading(&title, count),
        }
        let mut table = Table::default();
        for it in summary.told_of(kind).take(shown) {
            table.row(conversation(&it, lang));
        }
        page.table(&table, told.count);
    }
    page.networks(summary);
    page.exits(summary);
    page.roles(summary);
    page.neighbours(summary);
    page.heading(&Text::new("話されているプロトコル", "What is spoken"), summary.spoken.len());
    let mut table = Table::default();
    let mut spoken: Vec<_> = summary.spoken.iter().collect();
    spoken.sort_by_key(|(spoken, (_, bytes))| (std::cmp::Reverse(*bytes), **spoken));
    for (spoken, (count, bytes)) in spoken.into_iter().take(shown) {
        let label = match spoken {
            What::Spoken(it) => it.label(),
            What::Protocol(it) => protocol(*it).unwrap_or_else(unknown),
            What::Unknown => unknown(),
        };
        let count = text!("{count}件", "{count}");
        table.row(vec![label.get(lang).to_owned(), count.get(lang).to_owned(), size(*bytes)]);
    }
    page.table(&table, summary.spoken.len());
    page.out
}

struct Page {
    out: String,
    lang: Lang,
    shown: usize,
}

impl Page {
    fn line(&mut self, text: &Text) {
        let _ = writeln!(self.out, "{}", one_line(text.get(self.lang)));
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn heading(&mut self, title: &Text, count: usize) {
        self.line(&text!("■ {title}（{count}）", "■ {title} ({count})"; title));
    }

    fn table(&mut self, table: &Table, count: usize) {
        table.write(&mut self.out);
        self.rest(count);
        self.blank();
    }

    /// How many are not shown.
    fn rest(&mut self, count: usize) {
        let more = count.saturating_sub(self.shown);
        if more > 0 {
            self.line(&text!("    ほか{more}件（--all で表示）", "    and {more} more (--all)"));
        }
    }

    fn field(&mut self, label: &Text, value: &str) {
        let label = crate::locale::pad_to(label.get(self.lang), 20);
        let _ = writeln!(self.out, "    {label}{}", one_line(value));
    }

    /// Who saw when how much, and what could not be read.
    fn piece(&mut self, piece: &Piece) {
        let (tap, name) = (&piece.tap, &piece.source.name);
        let kind = piece.source.kind.label();
        self.line(&match tap.is_empty() {
            true => text!("■ {name}（{kind}）", "■ {name} ({kind})"; kind),
            false => {
                text!("■ 観測点 {tap}: {name}（{kind}）", "■ tap {tap}: {name} ({kind})"; kind)
            }
        });
        if let (Some(first), Some(last)) = (piece.first, piece.last) {
            let span = format!("{} – {}", moment(first), moment(last));
            let span = text!("{span}（日本時間）", "{span} (Japan)");
            let span = span.get(self.lang).to_owned();
            self.field(&Text::new("期間", "time"), &span);
        }
        if let Some(clock) = piece.clock {
            let (by, offset) = (clock.by.label(), clock.offset_ms);
            let says = text!(
                "{offset:+} ms（{by}。時刻は直していません）",
                "{offset:+} ms ({by}; times are not corrected)"; by
            );
            self.field(&Text::new("時計のずれ", "clock offset"), says.get(self.lang));
        }
        let filters = piece.interfaces.iter().map(|it| it.filter.as_str());
        for filter in filters.filter(|it| !it.is_empty()).collect::<BTreeSet<_>>() {
            self.field(&Text::new("取得時の除外", "capture filter"), filter);
        }
        let counts = &piece.counts;
        let (packets, bytes) = (counts.packets, size(counts.bytes));
        let amount = text!("{packets}パケット、{bytes}", "{packets} packets, {bytes}");
        self.field(&Text::new("量", "amount"), amount.get(self.lang));
        let lost = match counts.dropped {
            Some(lost) => text!("{lost}パケット", "{lost} packets"),
            None => Text::new("記録されていません", "not recorded"),
        };
        self.field(&Text::new("取りこぼし", "lost"), lost.get(self.lang));
        if counts.copies > 0 {
            let copies = counts.copies;
            let copies = text!("{copies}パケット", "{copies} packets");
            self.field(&Text::new("重複して見えたもの", "seen again"), copies.get(self.lang));
        }
        if counts.aggregated > 0 {
            let many = counts.aggregated;
            let many = text!(
                "{many}（多すぎるため、相手とサービスごとにまとめました）",
                "{many} flows, counted by peer and service only"
            );
            self.field(&Text::new("まとめた通信", "aggregated"), many.get(self.lang));
        }
        for (reason, count) in &counts.undecoded {
            let (key, number) = reason.split_once(':').unwrap_or((reason, ""));
            let (label, number) = match number.parse() {
                Ok(NO_PACKET) if key == Reason::LinkType.key() => (
                    Text::new(
                        "パケットではない記録（カスタムブロックなど）",
                        "no packets (custom blocks and the like)",
                    ),
                    "",
                ),
                _ => {
                    let label = Reason::from_key(key);
                    (label.map_or_else(|| Text::same(key), |it| it.label()), number)
                }
            };
            let label = label.get(self.lang);
            let value = format!("{label} {number}: {count}");
            self.field(&Text::new("読めなかったもの", "not read"), &value.replace(" :", ":"));
        }
        self.blank();
    }

    fn networks(&mut self, summary: &Summary<'_>) {
        let pairs = summary.networks.sorted();
        if pairs.is_empty() {
            return;
        }
        let title = Text::new(
            "院内の網どうしの通信（/24・/64ごと、始めた側 → 相手）",
            "Networks inside that talk (/24, /64; who began → with whom)",
        );
        self.heading(&title, pairs.len());
        let mut table = Table::default();
        for ((from, to), it) in pairs.iter().take(self.shown) {
            let services = it.services.iter().take(4).map(|(service, spoken)| match spoken {
                Some(spoken) => format!("{service} {}", spoken.label().get(self.lang)),
                None => service.to_string(),
            });
            let services: Vec<String> = services.collect();
            let more = it.services.len().saturating_sub(4);
            let more = if more > 0 { format!(" +{more}") } else { String::new() };
            let (all, answered) = (it.conversations, it.answered);
            let count = text!(
                "{all}件（うち応答あり{answered}）",
                "{all} conversations, {answered} answered"
            );
            table.row(vec![
                if from == to { from.to_string() } else { format!("{from} → {to}") },
                count.get(self.lang).to_owned(),
                size(it.bytes),
                format!("{}{more}", services.join(", ")),
            ]);
        }
        self.table(&table, pairs.len());
        let others = summary.networks.others;
        if others > 0 {
            self.line(&text!(
                "    網の組が多すぎるため、ほか{others}件の通信は組に分けていません",
                "    {others} more conversations are of more pairs than are told apart"
            ));
        }
    }

    fn exits(&mut self, summary: &Summary<'_>) {
        let count = summary.exits().count();
        if count == 0 {
            return;
        }
        let title =
            Text::new("出口（ほかの網へ運ぶ装置）", "Exits: boxes with other networks behind them");
        self.heading(&title, count);
        let mut table = Table::default();
        for it in summary.exits().take(self.shown) {
            let own: Vec<String> = it.own.iter().map(ToString::to_string).collect();
            let beyond = it.outward.union(&it.inward);
            let beyond: Vec<String> = beyond.take(4).map(ToString::to_string).collect();
            let more = it.outward.union(&it.inward).count().saturating_sub(4);
            let beyond = match more {
                0 => beyond.join(" "),
                more => format!("{} +{more}", beyond.join(" ")),
            };
            let vlan = it.vlan.map(|it| format!("VLAN {it}")).unwrap_or_default();
            table.row(vec![it.mac.to_string(), own.join(" "), vlan, beyond, sighted(&it.seen)]);
        }
        self.table(&table, count);
    }

    fn roles(&mut self, summary: &Summary<'_>) {
        let count = summary.roles().count();
        if count == 0 {
            return;
        }
        self.heading(&Text::new("ネットワーク上の役割", "Roles in the network"), count);
        let mut table = Table::default();
        for it in summary.roles().take(self.shown) {
            let details = it.details.iter().map(|(key, values)| {
                let values: Vec<&str> = values.iter().take(4).map(String::as_str).collect();
                format!("{key} {}", values.join(" "))
            });
            table.row(vec![
                it.role.label().get(self.lang).to_owned(),
                it.address.map(|it| it.to_string()).unwrap_or_default(),
                it.mac.map(|it| it.to_string()).unwrap_or_default(),
                it.vlan.map(|it| format!("VLAN {it}")).unwrap_or_default(),
                details.collect::<Vec<_>>().join(", "),
                sighted(&it.seen),
            ]);
        }
        self.table(&table, count);
    }

    fn neighbours(&mut self, summary: &Summary<'_>) {
        let count = summary.neighbours().count();
        if count == 0 {
            return;
        }
        self.heading(&Text::new("隣接装置（LLDP・CDP）", "Neighbours (LLDP, CDP)"), count);
        let mut table = Table::default();
        for it in summary.neighbours().take(self.shown) {
            let said = &it.announced;
            let managed: Vec<String> = said.management.iter().map(ToString::to_string).collect();
            table.row(vec![
                said.by.to_uppercase(),
                if said.system.is_empty() { said.chassis.clone() } else { said.system.clone() },
                said.port.clone(),
                said.platform.clone(),
                managed.join(" "),
                it.mac.to_string(),
            ]);
        }
        self.table(&table, count);
    }
}

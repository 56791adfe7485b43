//! A plan for people: what will be asked, of whom, when and how slowly, what is left out and why,
//! and what to tell whom before.

use super::{Estimate, LeftOut, Plan, Planned};
use crate::inventory::{Endpoint, Inventory};
use crate::locale::{Lang, Text, display_width, pad_to, wrap};
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::probe::scope::{Place, Scope};
use crate::probe::{Expectation, Question, Window};
use crate::text;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Everything that the page tells of.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The plan.
    pub planned: &'a Planned,
    /// The permission.
    pub scope: &'a Scope,
    /// The names of things.
    pub inventory: &'a Inventory,
    /// How long it takes.
    pub estimate: &'a Estimate,
    /// In which language.
    pub lang: Lang,
    /// How wide.
    pub columns: usize,
}

/// How many of the things that are left out for one reason are named.
const NAMED: usize = 6;

impl Page<'_> {
    /// The whole page.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let head = text!(
            "疎通確認の計画（何も送信していません）",
            "Plan of active checks (nothing has been sent)"
        );
        self.line(&mut out, 0, &head);
        self.permission(&mut out);
        self.amount(&mut out);
        self.hosts(&mut out);
        self.kinds(&mut out);
        self.left_out(&mut out);
        self.notices(&mut out);
        out
    }

    fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.lang)
    }

    /// A paragraph, its first line and those that follow under one another.
    fn line(&self, out: &mut String, indent: usize, text: &Text) {
        let width = self.columns.saturating_sub(indent).max(20);
        for line in wrap(self.say(text), width) {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }

    fn heading(&self, out: &mut String, text: &Text) {
        out.push('\n');
        self.line(out, 0, text);
    }

    /// A field: its name, and beside it its lines.
    fn field(&self, out: &mut String, name: &Text, lines: &[Text]) {
        const NAME: usize = 18;
        let name = self.say(name);
        let width = self.columns.saturating_sub(NAME + 2).max(20);
        let mut begin = pad_to(name, NAME);
        for line in lines.iter().flat_map(|it| wrap(self.say(it), width)) {
            out.push_str("  ");
            out.push_str(&begin);
            out.push_str(line.trim_end());
            out.push('\n');
            begin = " ".repeat(NAME.max(display_width(&begin).min(NAME)));
        }
    }

    fn plan(&self) -> &Plan {
        &self.planned.plan
    }

    fn name(&self, thing: &EntityRef) -> String {
        let name = self.inventory.name_of(thing);
        match name == thing.id {
            true => thing.to_string(),
            false => self.say(&text!("{name}（{thing}）", "{name} ({thing})")).to_owned(),
        }
    }

    fn permission(&self, out: &mut String) {
        let (file, hash) = (&self.scope.file, &self.scope.hash);
        let purpose = Text::same(file.purpose.value.clone());
        self.field(out, &text!("目的", "purpose"), &[purpose]);
        self.field(out, &text!("確認する場所", "from"), &self.from());
        let (name, role) = (&file.approver.name.value, &file.approver.role.value);
        let approver = text!("{name}（{role}）", "{name} ({role})");
        self.field(out, &text!("承認者", "approved by"), &[approver]);
        let tester = file.tester.name.value.clone();
        let tester = match &file.tester.party {
            Some(party) => {
                let party = self.name(&EntityRef::new(EntityKind::Party, party.id()));
                text!("{tester}、{party}", "{tester}, {party}")
            }
            None => Text::same(tester),
        };
        self.field(out, &text!("実施者", "tester"), &[tester]);
        let telephone = Text::same(file.telephone.value.clone());
        self.field(out, &text!("実施中の電話", "telephone"), &[telephone]);
        let windows: Vec<Text> = self.plan().windows.iter().map(|it| self.window(it)).collect();
        self.field(out, &text!("確認してよい日時", "windows"), &windows);
        let expires = file.expires.value;
        let expires = text!("{expires} まで", "until {expires}");
        self.field(out, &text!("有効期限", "holds"), &[expires]);
        self.field(
            out,
            &text!("確認範囲指定書", "scope"),
            &[text!("SHA-256 {hash}", "SHA-256 {hash}")],
        );
        let hash = self.plan().hash();
        self.field(
            out,
            &text!("この計画", "this plan"),
            &[text!("SHA-256 {hash}", "SHA-256 {hash}")],
        );
    }

    /// Where the tester stands, and with which address.
    fn from(&self) -> Vec<Text> {
        let from = &self.plan().from;
        let name = self.name(from);
        let mut lines = vec![match from.kind {
            EntityKind::Connection => {
                text!("{name}の接続先の側", "at the party's end of {name}")
            }
            _ => text!("{name}の中", "inside {name}"),
        }];
        let connection = self.inventory.connections.get(&from.id);
        let connection = connection.filter(|_| from.kind == EntityKind::Connection);
        match (self.plan().source, connection) {
            (Some(source), _) => {
                lines.push(text!("確認する端末のアドレス: {source}", "from the address {source}"));
            }
            (None, Some(connection)) => {
                let froms = connection.allow.iter().filter_map(|it| it.from.as_ref());
                let all = connection.sources.iter().chain(froms);
                let mut all: Vec<String> = all
                    .filter(|it| matches!(it.value, Endpoint::Network(_)))
                    .map(|it| it.value.to_string())
                    .collect();
                all.sort();
                all.dedup();
                let all = all.join(", ");
                if !all.is_empty() {
                    lines.push(text!(
                        "許可された接続元から行います: {all}",
                        "to be run from a permitted source: {all}"
                    ));
                }
            }
            (None, None) => {}
        }
        lines
    }

    fn window(&self, window: &Window) -> Text {
        let zone = self.scope.file.time_zone.value;
        let at = |moment| zone.0.to_datetime(moment).strftime("%Y-%m-%d %H:%M").to_string();
        let (from, until) = (at(window.from), at(window.until));
        text!("{from} から {until} まで（{zone}）", "{from} to {until} ({zone})")
    }

    fn amount(&self, out: &mut String) {
        let plan = self.plan();
        self.heading(out, &text!("数と速さ", "How many, how fast"));
        let answers = plan.count(Expectation::Answers) + plan.count(Expectation::Control);
        let (negatives, controls) =
            (plan.count(Expectation::NoAnswer), plan.count(Expectation::Control));
        self.field(
            out,
            &text!("応答するはず", "must answer"),
            &[text!(
                "{answers}件（うち対照 {controls}件）",
                "{answers}, {controls} of them controls"
            )],
        );
        let backing = plan.backing();
        let (own, network, none) = (backing.own, backing.network, backing.none);
        let mut lines = vec![text!("{negatives}件", "{negatives}")];
        if own > 0 {
            lines.push(text!(
                "うち{own}件: 同じ機器に対照があります。途中の機器が遮断を通知すれば「分離確認済」と判定できます。応答がないだけのときは、そのアドレスに立会い応答（sekisho probe witness）を置くと判定できます",
                "{own} at a host with a control of its own: a refusal on the way can be judged; silence only with a witness (sekisho probe witness) at that address"
            ));
        }
        if network > 0 {
            lines.push(text!(
                "うち{network}件: 対照は同じネットワークの別の機器だけです。応答がないだけでは「判定不能」です（機器が止まっているかもしれません）。内側に立会い応答（sekisho probe witness）を置くと判定できます",
                "{network} at a host whose network alone has a control: silence alone stays undetermined (the host may be off); a witness inside (sekisho probe witness) would tell"
            ));
        }
        if none > 0 {
            lines.push(text!(
                "うち{none}件: 対照がありません。内側に立会い応答（sekisho probe witness）を置かないと「判定不能」です",
                "{none} without a control: undetermined, unless a witness (sekisho probe witness) stands inside"
            ));
        }
        self.field(out, &text!("届かないはず", "must not answer"), &lines);
        self.pace(out);
    }

    fn pace(&self, out: &mut String) {
        let limits = self.plan().limits;
        let (rate, host, patience) = (limits.rate, limits.host_rate, limits.patience_ms);
        let (one, all) = (limits.host_in_flight, limits.in_flight);
        let mut pace = vec![text!(
            "全体で毎秒{rate}件・同時に{all}件まで、1台には毎秒{host}件・同時に{one}件まで。応答は{patience}ミリ秒待ちます",
            "at most {rate} a second and {all} at a time overall, {host} a second and {one} at a time at one host; {patience} ms for an answer"
        )];
        if let Some(raised) = self.scope.file.limits.iter().find_map(|it| it.raised_by.as_ref()) {
            let (name, reason) = (&raised.name.value, &raised.reason.value);
            pace.push(text!(
                "既定から引上げ: {name}（{reason}）",
                "raised above the default by {name} ({reason})"
            ));
        }
        self.field(out, &text!("送信の上限", "limits"), &pace);
        let estimate = self.estimate;
        let (attempts, packets, minutes) =
            (estimate.attempts, estimate.packets, estimate.seconds.div_ceil(60));
        let budget = limits.run_budget;
        let mut lines = vec![text!(
            "想定どおりなら{attempts}回の試行（対照の繰返しを含む）、約{minutes}分。送るパケットは多くて{packets}個、試行は{budget}回で打ち切ります",
            "if all is as declared, {attempts} attempts, repeated controls included, in about {minutes} min; at most {packets} packets, never more than {budget} attempts"
        )];
        if !estimate.complete {
            lines.push(text!(
                "1回では終わりません。上限または日時に達したところで止まり、--resume で続けられます",
                "one run is not enough: it stops at the limit or the end of the window, and --resume goes on"
            ));
        }
        self.field(out, &text!("見込み", "estimate"), &lines);
    }

    fn hosts(&self, out: &mut String) {
        let mut hosts: BTreeMap<IpAddr, Vec<&Question>> = BTreeMap::new();
        for question in &self.plan().questions {
            hosts.entry(question.to).or_default().push(question);
        }
        self.heading(out, &text!("確認する相手", "Who is asked"));
        if hosts.is_empty() {
            self.line(out, 2, &text!("ありません", "nobody"));
        }
        for (address, questions) in hosts {
            let name = questions.first().map(|it| self.name(&it.target)).unwrap_or_default();
            self.line(out, 2, &text!("{address}  {name}", "{address}  {name}"));
            for (expect, label) in [
                (Expectation::Control, text!("対照", "control")),
                (Expectation::Answers, text!("応答するはず", "must answer")),
                (Expectation::NoAnswer, text!("届かないはず", "must not be reached")),
            ] {
                let asked = questions.iter().filter(|it| it.expect == expect);
                let mut asked: Vec<&&Question> = asked.collect();
                asked.sort_by_key(|it| (it.port, it.kind));
                let asked: Vec<String> = asked.into_iter().map(|it| self.asked(it)).collect();
                if !asked.is_empty() {
                    let asked = asked.join(", ");
                    self.line(out, 4, &text!("{label}: {asked}", "{label}: {asked}"; label));
                }
            }
        }
    }

    /// `443/tcp`, with the kind where it is not the plain one.
    fn asked(&self, question: &Question) -> String {
        use crate::probe::Kind;
        let label = question.kind.label();
        match (question.kind, question.service()) {
            (Kind::TcpConnect, Some(service)) => service.described(),
            (Kind::IcmpEcho | Kind::TraceIcmp, _) | (_, None) => self.say(&label).to_owned(),
            (_, Some(service)) => {
                let service = service.described();
                self.say(&text!("{service}（{label}）", "{service} ({label})"; label)).to_owned()
            }
        }
    }

    fn kinds(&self, out: &mut String) {
        self.heading(out, &text!("送るもの", "What is sent"));
        for (kind, count) in self.plan().kinds() {
            let (label, sends) = (kind.label(), kind.sends());
            self.line(
                out,
                2,
                &text!("{label} {count}件: {sends}", "{label}, {count}: {sends}"; label, sends),
            );
        }
        let nothing = text!(
            "不正な形のパケット、ログイン、患者情報の要求は送りません",
            "nothing malformed, no login, no request for patient data"
        );
        self.line(out, 2, &nothing);
    }

    fn left_out(&self, out: &mut String) {
        self.heading(out, &text!("確認しないものと理由", "What is not asked, and why"));
        let mut gaps: BTreeMap<_, Vec<&LeftOut>> = BTreeMap::new();
        for it in &self.planned.left_out {
            gaps.entry(it.gap).or_default().push(it);
        }
        if gaps.is_empty() {
            self.line(out, 2, &text!("ありません", "nothing"));
        }
        for (gap, all) in gaps {
            let (why, count) = (gap.text(), all.len());
            self.line(out, 2, &text!("{why}: {count}件", "{why}: {count}"; why));
            let mut names: Vec<String> = all.iter().filter_map(|it| self.left(it)).collect();
            names.dedup();
            let more = names.len().saturating_sub(NAMED);
            names.truncate(NAMED);
            let names = names.join(self.say(&Text::new("、", ", ")));
            let list = match more {
                0 => Text::same(names),
                _ => text!("{names} ほか{more}件", "{names} and {more} more"),
            };
            if !self.say(&list).is_empty() {
                self.line(out, 4, &list);
            }
        }
    }

    /// `CT装置1 10.30.1.11（443/tcp）`
    fn left(&self, left: &LeftOut) -> Option<String> {
        let name = self.inventory.name_of(left.thing.as_ref()?).to_owned();
        let address = left.to.map(|it| format!(" {}", Place::Network(it))).unwrap_or_default();
        let services: Vec<String> = left.services.iter().map(ToString::to_string).collect();
        let services = services.join(" ");
        Some(match services.is_empty() {
            true => format!("{name}{address}"),
            false => self
                .say(&text!("{name}{address}（{services}）", "{name}{address} ({services})"))
                .to_owned(),
        })
    }

    fn notices(&self, out: &mut String) {
        self.heading(out, &text!("始める前に知らせること", "To tell before it begins"));
        let (file, plan) = (&self.scope.file, self.plan());
        let hash: String = plan.hash().chars().take(12).collect();
        let (tester, phone) = (&file.tester.name.value, &file.telephone.value);
        self.line(
            out,
            2,
            &text!(
                "監視担当（SOC）・情報システム担当へ: 実施者 {tester}、電話 {phone}、上の日時、確認する端末のアドレス、計画 {hash}。この端末からの接続失敗の警報は、計画によるものです",
                "to the SOC and the network team: tester {tester}, telephone {phone}, the windows above, the address of the tester's machine, plan {hash}; alarms about failed connections from that machine come from this plan"
            ),
        );
        for notice in file.vendor_notice.iter() {
            let (to, on) = (&notice.to.value, notice.on.value);
            self.line(
                out,
                2,
                &text!(
                    "事業者へ: {to}（{on} に連絡済みと記載）。日時か相手が変わったら改めて連絡します",
                    "to the vendor: {to} (told on {on}, says the scope); tell them again when the time or the targets change"
                ),
            );
        }
        for consent in &file.consents {
            let (by, on) = (&consent.by.value, consent.on.value);
            let what = consent.system.value.to_string();
            let what = self.name(&EntityRef::new(EntityKind::System, what));
            self.line(
                out,
                2,
                &text!(
                    "所有者の同意: {what} — {by}（{on}）。始める前と終わった後に装置の状態を現場で確かめます",
                    "consent: {what}, {by} ({on}); look at the device before and after"
                ),
            );
        }
    }
}

//! The layout of an answer for people: paragraphs, headings, and the way of a packet.

use super::words;
use crate::locale::{Lang, Text, display_width, pad_to, wrap};
use crate::model::{AddressSet, EntityKind, EntityRef, Vocabulary as _};
use crate::reach::network::EntryKind;
use crate::reach::packets::PacketSet;
use crate::reach::paths::{Cause, Class, Refusal, Unread, Verdict};
use crate::reach::{AssumptionKind, Assumptions, Disposition, Trace};
use crate::report::Report;
use crate::report::excerpt::{excerpt, window};
use crate::report::terminal::Style;
use crate::source::Span;
use crate::text;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How far everything below a heading is indented.
pub(in crate::report) const INDENT: &str = "    ";
/// So many rows of a set of packets are shown.
const ROWS: usize = 6;
/// So many ends of one way are named.
const RECEIVERS: usize = 12;
/// So many things are named that one assumption is about.
const NAMED: usize = 6;

/// What a text is drawn with, where colour is asked for.
#[derive(Clone, Copy)]
pub(in crate::report) enum Ink {
    Plain,
    Strong,
    Alarm,
    Doubt,
}

impl Ink {
    /// The parameters of the SGR escape.
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Alarm => "1;31",
            Self::Doubt => "33",
        }
    }

    /// Of a verdict. Nothing is ever green.
    pub(in crate::report) const fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Reachable => Self::Alarm,
            Verdict::Undetermined => Self::Doubt,
            Verdict::Isolated => Self::Strong,
        }
    }
}

/// What every answer takes for granted.
static ALWAYS: &[Text] = &[
    Text::new(
        "機器は、読み取った設定と台帳のとおりに動いているものとしています。実際の通信は確認していません。",
        "Devices are taken to do what was read and declared; traffic was not looked at.",
    ),
    Text::new(
        "途中のサーバや端末に入り込み、そこから先へ進む間接経路は含みません。",
        "Indirect paths, by breaking into a host on the way and going on from there, are not counted.",
    ),
];

/// What traffic that passes is marked as.
#[derive(Clone, Copy)]
pub(in crate::report) enum Marks {
    /// It is what was asked about.
    Asked,
    /// It is permitted.
    Permitted,
}

/// A text in the making.
pub(in crate::report) struct Page<'p, 'r> {
    pub(in crate::report) report: &'p Report<'r>,
    style: Style,
    text: String,
    /// What senders are called, when it is not by what they are.
    pub(in crate::report) sender: Option<String>,
}

impl<'p, 'r> Page<'p, 'r> {
    pub(in crate::report) fn new(report: &'p Report<'r>, style: Style) -> Self {
        let style = Style { columns: style.columns.max(40), ..style };
        Self { report, style, text: String::new(), sender: None }
    }

    pub(in crate::report) fn done(self) -> String {
        self.text
    }

    pub(in crate::report) fn say(&self, text: &Text) -> String {
        self.report.say(text)
    }

    fn ink(&self, text: &str, ink: Ink) -> String {
        match ink.code() {
            "" => text.to_owned(),
            _ if !self.style.colour || text.is_empty() => text.to_owned(),
            code => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }

    pub(in crate::report) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A text broken to the width; following lines are indented by the width of `lead`.
    pub(in crate::report) fn paragraph(&mut self, lead: &str, text: &str, ink: Ink) {
        let indent = display_width(lead);
        let mut lead = lead.to_owned();
        for line in wrap(text, self.style.columns.saturating_sub(indent).max(10)) {
            let line = self.ink(&line, ink);
            let _ = writeln!(self.text, "{}", format!("{lead}{line}").trim_end());
            lead = " ".repeat(indent);
        }
    }

    /// A labelled paragraph.
    pub(in crate::report) fn field(&mut self, label: &Text, text: &str) {
        let lead = match self.report.lang {
            Lang::Ja => pad_to(&label.ja, 10),
            Lang::En => pad_to(&label.en, 10),
        };
        self.paragraph(&format!("{INDENT}{lead}"), text, Ink::Plain);
    }

    /// The first line: what was asked, and of which hospital.
    pub(in crate::report) fn heading(&mut self, title: &Text) {
        let inventory = &self.report.assessment.inventory;
        let mut parts = vec![self.say(title)];
        if let Some(organization) = &inventory.organization {
            parts.push(self.say(&Text::same(&*organization.name.value)));
        }
        if let Some(revision) = &inventory.revision {
            parts.push(self.say(&Text::same(&*revision.value)));
        }
        self.paragraph("", &parts.join("  "), Ink::Strong);
        self.blank();
    }

    pub(in crate::report) fn verdict(&mut self, verdict: Verdict, why: &Text) {
        let word = self.say(&verdict.label());
        let why = self.say(why);
        let line = match self.report.lang {
            Lang::Ja => format!("判定: {word}  {why}"),
            Lang::En => format!("verdict: {word}. {why}"),
        };
        self.paragraph("", &line, Ink::of(verdict));
        self.blank();
    }

    /// A line across the page with what follows and how many.
    pub(in crate::report) fn section(&mut self, label: &Text, count: usize) {
        let title = text!("{label} {count}件", "{label}: {count}"; label);
        let title = self.say(&title);
        let rule = "-".repeat(self.style.columns.saturating_sub(display_width(&title) + 4));
        let line = self.ink(&format!("-- {title} {rule}"), Ink::Strong);
        let _ = writeln!(self.text, "{line}\n");
    }

    /// A row of a table: every cell but the last padded to the width of its column; the first one
    /// is inked.
    pub(in crate::report) fn row(&mut self, cells: &[String], widths: &[usize], ink: Ink) {
        let mut lead = String::from("  ");
        let Some((last, others)) = cells.split_last() else { return };
        for (nth, (cell, width)) in others.iter().zip(widths).enumerate() {
            let padded = pad_to(cell, *width);
            lead.push_str(&if nth == 0 { self.ink(&padded, ink) } else { padded });
            lead.push_str("  ");
        }
        let room = widths.iter().map(|it| it + 2).sum::<usize>() + 2;
        let indent = " ".repeat(room);
        for line in wrap(last, self.style.columns.saturating_sub(room).max(20)) {
            let _ = writeln!(self.text, "{lead}{line}");
            lead.clone_from(&indent);
        }
    }

    /// `file:line:column` and the line with its mark.
    pub(in crate::report) fn place(&mut self, indent: &str, span: Span, ink: Ink) {
        let report = self.report;
        let place = report.say(&Text::same(report.sources.place(span)));
        self.paragraph(&format!("{indent}--> "), &place, Ink::Plain);
        for line in excerpt(report.sources, span, 0) {
            let number = line.number.to_string();
            let gutter = " ".repeat(number.len());
            let room = self.style.columns.saturating_sub(indent.len() + number.len() + 4);
            let line = window(line, room.max(20));
            let (before, marked, after) = (&line.before, &line.marked, &line.after);
            let _ = writeln!(self.text, "{indent} {number} | {before}{marked}{after}");
            let pad = " ".repeat(display_width(before));
            let carets = "^".repeat(display_width(marked).max(1));
            let carets = self.ink(&carets, ink);
            let _ = writeln!(self.text, "{indent} {gutter} | {pad}{carets}");
        }
    }

    /// A set of packets, row by row.
    /// A source is named only when not everybody who could send these may.
    fn packets(&mut self, label: &Text, packets: &PacketSet, everybody: &AddressSet) {
        let rows = words::rows(packets);
        let mut label = label.clone();
        for row in rows.iter().take(ROWS) {
            let to = words::addresses(&row.destinations);
            let services = row.services.words();
            let says = match words::covers(&row.sources, everybody) {
                true => text!("{services}  → {to}", "{services}  -> {to}"; services, to),
                false => {
                    let from = words::addresses(&row.sources);
                    text!("{services}  {from} → {to}", "{services}  {from} -> {to}"; services, from, to)
                }
            };
            let says = self.say(&says);
            self.field(&label, &says);
            label = Text::default();
        }
        if let Some(more) = rows.len().checked_sub(ROWS).filter(|it| *it > 0) {
            let more = text!(
                "ほか{more}通りの組合せ（全部はJSONにあります）",
                "{more} more combinations (all of them are in JSON)"
            );
            let more = self.say(&more);
            self.field(&label, &more);
        }
    }

    /// The way of one packet, hop by hop, with the line that decided at each.
    pub(in crate::report) fn trace(&mut self, trace: &Trace, ink: Ink) {
        let sample = self.say(&words::packet(&trace.packet));
        self.field(&Text::new("例", "example"), &sample);
        let mut label = Text::new("経路", "way");
        let last = trace.hops.len();
        for (nth, hop) in trace.hops.iter().enumerate() {
            let name = match &hop.thing {
                Some(thing) => self.report.name(thing),
                None => self.say(&hop.name),
            };
            let number = nth + 1;
            self.field(&label, &format!("{number}. {name}"));
            label = Text::default();
            for event in &hop.events {
                let says = self.say(&event.says);
                self.field(&label, &format!("   {says}"));
                if let Some(span) = event.span {
                    let decided = nth + 1 == last && !trace.end.arrives();
                    let indent = " ".repeat(INDENT.len() + 13);
                    self.place(&indent, span, if decided { ink } else { Ink::Plain });
                }
            }
        }
        let end = self.say(&ending(trace));
        self.field(&Text::new("結末", "end"), &end);
    }

    /// Packets that get somewhere: those that take the same way together, with the way of one.
    pub(in crate::report) fn classes(&mut self, all: &[&Class], marks: Marks) {
        for group in grouped(all) {
            let Some(first) = group.first() else { continue };
            let to = self.receiver(first);
            let to = match group.len() - 1 {
                0 => to,
                more => self.say(&text!("{to} ほか{more}件", "{to} and {more} more")),
            };
            let ends = self.ends(&first.from, first.by.as_ref(), &to);
            let (mark, ink) = match (first.certain, marks) {
                (true, Marks::Asked) => ("  ! ", Ink::Strong),
                (true, Marks::Permitted) => ("  o ", Ink::Plain),
                (false, _) => ("  ? ", Ink::Doubt),
            };
            self.paragraph(mark, &ends, ink);
            match group.as_slice() {
                [only] => self.packets(&Text::new("通信", "traffic"), &only.packets, &only.sources),
                several => self.receivers(several),
            }
            match &first.trace {
                Some(trace) => self.trace(trace, Ink::Strong),
                None => {
                    let end = self.say(&first.end.label());
                    self.field(&Text::new("結末", "end"), &end);
                }
            }
            self.blank();
        }
    }

    /// Everything that is reached by one way, with the services.
    fn receivers(&mut self, all: &[&Class]) {
        let mut label = Text::new("通信先", "to");
        for it in all.iter().take(RECEIVERS) {
            let to = self.receiver(it);
            let services = words::services(&it.packets).map(|it| it.words()).unwrap_or_default();
            let line = text!("{to}  {services}", "{to}  {services}"; services);
            let line = self.say(&line);
            self.field(&label, &line);
            label = Text::default();
        }
        if let Some(more) = all.len().checked_sub(RECEIVERS).filter(|it| *it > 0) {
            let more = text!(
                "ほか{more}件（全部はJSONにあります）",
                "{more} more (all of them are in JSON)"
            );
            let more = self.say(&more);
            self.field(&label, &more);
        }
    }

    /// A thing as the end of a way; of a network, what of it is no declared thing.
    fn receiver(&self, class: &Class) -> String {
        let thing = &class.to;
        let called = self.report.called(thing);
        let inventory = &self.report.assessment.inventory;
        match thing.kind {
            // Without an inventory networks have no other name than their notation.
            EntityKind::Zone if inventory.systems.is_empty() && inventory.parties.is_empty() => {
                self.report.name(thing)
            }
            EntityKind::Zone if class.end == Disposition::Delivered => self.say(&text!(
                "{called} のうち台帳にないアドレス",
                "addresses of {called} that nobody declared"
            )),
            EntityKind::Device => {
                self.say(&text!("機器 {called} 自身", "the device {called} itself"))
            }
            _ => called,
        }
    }

    /// Packets that do not get somewhere, and why.
    pub(in crate::report) fn refusal(&mut self, it: &Refusal) {
        let to = match &it.to {
            Some(to) => self.report.called(to),
            None => self.say(&words::addresses(&it.packets.destinations())),
        };
        let ends = self.ends(&it.from, it.by.as_ref(), &to);
        self.paragraph("  x ", &ends, Ink::Strong);
        self.cause(&it.cause);
        self.blank();
    }

    fn cause(&mut self, cause: &Cause) {
        let label = Text::new("理由", "why");
        match cause {
            Cause::Stopped(trace) => self.trace(trace, Ink::Alarm),
            Cause::NotCarried(kind, span) => {
                let says = self.say(&not_carried(*kind));
                self.field(&label, &says);
                self.place(&" ".repeat(INDENT.len() + 10), *span, Ink::Alarm);
            }
            Cause::NoAddress => {
                let says = self.say(&Text::new(
                    "通信先のアドレスが台帳にも設定にもないため、個別の通信を示せません。",
                    "Nobody wrote down an address of the destination, so no packet can be shown.",
                ));
                self.field(&label, &says);
            }
        }
    }

    /// `富士見 → 電子カルテ保守（connections/ehr） → 電子カルテDB（systems/ehr-db）`
    fn ends(&self, from: &EntityRef, by: Option<&EntityRef>, to: &str) -> String {
        let from = self.sender.clone().unwrap_or_else(|| self.report.called(from));
        let by = by.map(|it| self.way_in(it));
        self.say(&match by {
            Some(by) => text!("{from} → {by} → {to}", "{from} -> {by} -> {to}"),
            None => text!("{from} → {to}", "{from} -> {to}"),
        })
    }

    /// By what packets come in: a path without its details, a connection by its name.
    fn way_in(&self, thing: &EntityRef) -> String {
        let name = self.report.name(thing);
        match thing.kind {
            EntityKind::Path => {
                let short = name.split_once(['（', '(']).map_or(&*name, |(short, _)| short);
                short.trim_end().to_owned()
            }
            _ => name,
        }
    }

    /// What an answer takes for granted: what is said alike of several things is said once.
    pub(in crate::report) fn assumptions(&mut self, assumptions: &Assumptions, unread: &[Unread]) {
        let mut groups: BTreeMap<(Text, Text), (Vec<EntityRef>, Option<Span>)> = BTreeMap::new();
        // Lines that were not read are told below, with the first of them.
        for it in assumptions.iter().filter(|it| it.kind != AssumptionKind::Unread) {
            let group = groups.entry((it.kind.label(), it.says.clone())).or_default();
            group.0.extend(it.about.clone().filter(|about| !group.0.contains(about)));
            group.1 = group.1.or(it.span);
        }
        let count = groups.len() + unread.len() + ALWAYS.len();
        self.section(&Text::new("この答えの前提", "taken for granted"), count);
        for ((kind, says), (about, span)) in groups {
            let about = self.report.few(&about, NAMED);
            let (kind, says) = (self.say(&kind), self.say(&says));
            let line = match (about.is_empty(), self.report.lang) {
                (true, Lang::Ja) => format!("{kind}: {says}"),
                (true, Lang::En) => format!("{kind}: {says}"),
                (false, Lang::Ja) => format!("{kind}: {says}（{about}）"),
                (false, Lang::En) => format!("{kind}: {says} ({about})"),
            };
            let place = span.map(|it| self.say(&Text::same(self.report.sources.place(it))));
            let line = place.map_or(line.clone(), |place| format!("{line}  {place}"));
            self.paragraph("  * ", &line, Ink::Plain);
        }
        for it in ALWAYS {
            let says = self.say(it);
            self.paragraph("  * ", &says, Ink::Plain);
        }
        for it in unread {
            let (name, lines) = (self.report.name(&it.thing), it.lines);
            let (place, first) = self.report.quoted_line(it.first);
            let line = text!(
                "読み取れない設定: {name} の設定に、意味の分からなかった行や、台帳にあって見当たらないアドレスが{lines}か所あります（最初は {place}「{first}」）",
                "configuration not read: of {name}, {lines} line(s) were not understood, or declared address(es) not found (the first is {place}: `{first}`)"
            );
            let line = self.say(&line);
            self.paragraph("  * ", &line, Ink::Plain);
        }
        self.blank();
    }
}

/// Why what lets somebody in does not carry packets to some destinations.
const fn not_carried(kind: EntryKind) -> Text {
    match kind {
        EntryKind::Line => Text::new(
            "この回線の先からは、この宛先（院内のアドレス）へ直接は送れません。",
            "These destinations, addresses of the inside, cannot be reached directly from beyond this line.",
        ),
        EntryKind::Tunnel => Text::new(
            "このトンネルは、この宛先への通信を対象にしていません。",
            "The selectors of this tunnel do not cover these destinations.",
        ),
        EntryKind::Access | EntryKind::Declared => Text::new(
            "この入口は、この宛先への通信を対象にしていません。",
            "What lets it in does not cover these destinations.",
        ),
    }
}

/// What takes the same way together, in the order of the first of each: from one sender through the
/// same decisions to the same kind of end.
fn grouped<'c>(all: &[&'c Class]) -> Vec<Vec<&'c Class>> {
    let mut groups: Vec<(Vec<Decided>, Vec<&'c Class>)> = Vec::new();
    for class in all {
        let decided = decided(class);
        let same = |(way, group): &&mut (Vec<Decided>, Vec<&Class>)| {
            let like = |it: &Class| {
                (&it.from, &it.by, it.end, it.certain, it.trace.is_some())
                    == (&class.from, &class.by, class.end, class.certain, class.trace.is_some())
            };
            *way == decided && group.first().is_some_and(|it: &&Class| like(it))
        };
        match groups.iter_mut().find(same) {
            Some((_, group)) => group.push(class),
            None => groups.push((decided, vec![class])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// A node that a packet passed, and the lines that decided there.
type Decided = (EntityRef, Vec<(Text, Option<Span>)>);

/// The nodes on the way of a class, and what they decided.
fn decided(class: &Class) -> Vec<Decided> {
    let hops = class.trace.iter().flat_map(|it| &it.hops);
    let nodes = hops.filter(|it| !it.events.is_empty());
    nodes
        .filter_map(|hop| {
            let thing = hop.thing.clone().filter(|it| *it != class.to)?;
            let events = hop.events.iter().map(|it| (it.says.clone(), it.span));
            Some((thing, events.collect()))
        })
        .collect()
}

/// How a way ends, in words.
fn ending(trace: &Trace) -> Text {
    let end = trace.end.label();
    let doubtful = !trace.certain && trace.end != Disposition::InsufficientInformation;
    match doubtful {
        true => {
            text!("{end}（不明な点があるため断定できない）", "{end} (not certain: something on the way is not known)"; end)
        }
        false => end,
    }
}

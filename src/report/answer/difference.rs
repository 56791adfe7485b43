//! The answer to `sekisho diff`. Each kind of change has a section of its own; `reach` is the first.

use super::page::{INDENT, Ink, Page};
use super::{VERSION, shape, words};
use crate::change;
use crate::locale::{Lang, Text, shown};
use crate::model::{EntityRef, Vocabulary as _};
use crate::reach::difference::{Cause, CauseKind, Change, Difference, Shift, Turn, Which};
use crate::report::Report;
use crate::report::grouped::grouped;
use crate::report::json::neutralise;
use crate::report::terminal::Style;
use crate::source::Span;
use crate::text;
use serde_json::{Value, json};

/// Two states with what shows them.
#[derive(Clone, Copy, Debug)]
pub struct States<'a> {
    /// The older one.
    pub old: &'a Report<'a>,
    /// The newer one.
    pub new: &'a Report<'a>,
}

impl<'a> States<'a> {
    const fn of(self, which: Which) -> &'a Report<'a> {
        match which {
            Which::Old => self.old,
            Which::New => self.new,
        }
    }

    /// A thing by the name that it has in the newer state; in the older one when that is the only one.
    fn name(self, thing: &EntityRef) -> String {
        let name = self.new.name(thing);
        if name == thing.id { self.old.name(thing) } else { name }
    }
}

/// So many services and things are named.
const FEW: usize = 6;

/// The answer for people.
pub fn text(states: States<'_>, reach: &Difference, style: Style) -> String {
    let mut page = Page::new(states.new, style);
    page.heading(&Text::new("到達範囲の比較（原因ごと）", "Change of reach, by cause"));
    let says = page.say(&tally(reach));
    let ink = match () {
        () if reach.has(&[Turn::Opened]) => Ink::Alarm,
        () if reach.changes.is_empty() => Ink::Strong,
        () => Ink::Doubt,
    };
    page.paragraph("", &says, ink);
    page.blank();
    if reach.changes.is_empty() {
        return page.done();
    }
    let title = Text::new("到達範囲の変化（原因ごと）", "change of reach, by cause");
    page.section(&title, reach.changes.len());
    for (nth, Change { cause, shifts }) in reach.changes.iter().enumerate() {
        let says = caused(states, cause);
        let says = page.say(&says);
        page.paragraph(&format!("{:>3} ", format!("{}.", nth + 1)), &says, Ink::Strong);
        if let Some(line) = cause.span.map(|it| line(states.of(cause.which), it)) {
            page.paragraph(&format!("{INDENT}--> "), &line, Ink::Plain);
        }
        for (says, more) in told(states, shifts) {
            let mark = if more { "+" } else { "-" };
            page.paragraph(&format!("{INDENT}{mark} "), &page.say(&says), Ink::Plain);
        }
        if let Some(sample) = shifts.first().and_then(|it| it.sample.as_ref()) {
            let sample = page.say(&words::packet(&sample.packet));
            page.field(&Text::new("例", "example"), &sample);
        }
        page.blank();
    }
    page.done()
}

/// How many shifts of each kind there are.
fn tally(reach: &Difference) -> Text {
    let counts = Turn::ALL.iter().filter_map(|turn| {
        let count = reach.shifts().filter(|(_, it)| it.turn == *turn).count();
        let label = turn.label();
        (count > 0).then(|| text!("{label} {count}件", "{label}: {count}"; label))
    });
    let counts: Vec<Text> = counts.collect();
    match counts.is_empty() {
        true => Text::new("到達範囲に変化はありません。", "reach did not change."),
        false => {
            let counts = Text::list(&counts);
            text!("到達範囲の変化: {counts}", "change of reach: {counts}"; counts)
        }
    }
}

/// A cause in words.
fn caused(states: States<'_>, cause: &Cause) -> Text {
    let about = cause.about.as_ref().map(|it| states.name(it)).unwrap_or_default();
    let says = &cause.says;
    match (cause.kind, cause.which) {
        (CauseKind::Thing, Which::New) => text!("「{about}」が加わった", "`{about}` was added"),
        (CauseKind::Thing, Which::Old) => text!("「{about}」がなくなった", "`{about}` is gone"),
        (CauseKind::Entry, Which::New) => {
            text!("入口「{about}」が加わった", "the way in `{about}` was added")
        }
        (CauseKind::Entry, Which::Old) => {
            text!("入口「{about}」がなくなった", "the way in `{about}` is gone")
        }
        (CauseKind::Permits, Which::New) => {
            text!("{about} に通す行が加わった: {says}", "{about} has a new line that lets it through: {says}"; says)
        }
        (CauseKind::Permits, Which::Old) => {
            text!("{about} の通す行がなくなった: {says}", "{about} lost the line that let it through: {says}"; says)
        }
        (CauseKind::Blocks, Which::New) => {
            text!("{about} に止める行が加わった: {says}", "{about} has a new line that stops it: {says}"; says)
        }
        (CauseKind::Blocks, Which::Old) => {
            text!("{about} の止める行がなくなった: {says}", "{about} lost the line that stopped it: {says}"; says)
        }
        (CauseKind::Order, _) => {
            text!("{about} の行の順序などが変わった: {says}", "{about} has its lines in another order, or the like: {says}"; says)
        }
        (CauseKind::Change, _) if about.is_empty() => says.clone(),
        (CauseKind::Change, _) => text!("「{about}」: {says}", "`{about}`: {says}"; says),
        (CauseKind::Several | CauseKind::Unknown, _) => says.clone(),
    }
}

/// A place and the line that stands there.
fn line(report: &Report<'_>, span: Span) -> String {
    let (place, line) = (report.sources.place(span), report.sources.line(span).trim());
    report.say(&Text::same(format!("{place}  {line}")))
}

/// What a cause changed, in few sentences; whether each is more.
fn told(states: States<'_>, shifts: &[Shift]) -> Vec<(Text, bool)> {
    let alike = |a: &Shift, b: &Shift| a.turn == b.turn && a.services == b.services;
    let rows = grouped(shifts, |it| (&it.who, &it.to), alike).into_iter();
    let rows = rows.map(|(who, to, it)| {
        let (who, to) = (names(states, &who), names(states, &to));
        let (turn, services) = (it.turn.label(), it.services.first(FEW));
        let says = text!(
            "{who} → {to}: {services}　{turn}",
            "{who} -> {to}: {services} {turn}"; who, to, turn, services
        );
        (says, it.turn.is_more())
    });
    rows.collect()
}

/// The first of some things by name, and how many more there are.
fn names(states: States<'_>, things: &[&EntityRef]) -> Text {
    let mut names: Vec<Text> = things
        .iter()
        .take(shown(things.len(), FEW))
        .map(|it| Text::same(states.name(it)))
        .collect();
    let more = things.len().saturating_sub(names.len());
    if more > 0 {
        names.push(text!("ほか{more}件", "{more} more"));
    }
    Text::list(&names)
}

/// A cause and what it changed, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caused {
    /// The cause.
    pub says: Text,
    /// The line that it is, with its place.
    pub place: Option<Text>,
    /// What changed.
    pub shifts: Vec<Text>,
    /// Whether somebody reaches more by it.
    pub more: bool,
}

/// Every cause, worst first.
pub fn causes(states: States<'_>, reach: &Difference) -> Vec<Caused> {
    let all = reach.changes.iter().map(|Change { cause, shifts }| {
        let told = told(states, shifts);
        Caused {
            says: caused(states, cause),
            place: cause.span.map(|it| Text::same(line(states.of(cause.which), it))),
            more: told.iter().any(|(_, more)| *more),
            shifts: told.into_iter().map(|(says, _)| says).collect(),
        }
    });
    all.collect()
}

/// The answer for programs; see [`schema`].
pub fn json(states: States<'_>, reach: &Difference, changed: &change::Difference) -> Value {
    let revision =
        |it: &Report<'_>| it.assessment.inventory.revision.as_ref().map(|it| it.value.clone());
    let mut value = json!({
        "schema_version": VERSION,
        "old": { "revision": revision(states.old) },
        "new": { "revision": revision(states.new) },
        "reach": {
            "opened": reach.has(&[Turn::Opened]),
            "granted": reach.granted,
            "undetermined": reach.has(&UNDETERMINED),
            "changes": reach.changes.iter().map(|it| caused_by(states, it)).collect::<Value>(),
        },
        "unexplained": changed.unexplained().count(),
        "changes": changed.changes.iter().map(altered).collect::<Value>(),
        "findings": changed.findings,
        "exposure": changed.reach,
        "configurations": changed.texts,
        "unused_reasons": changed.unused,
    });
    neutralise(&mut value);
    value
}

/// A change, and the rule that it breaks.
fn altered(change: &change::Change) -> Value {
    let mut value = json!(change);
    if let (Some(fields), Some(rule)) = (value.as_object_mut(), change.rule()) {
        fields.insert("rule".to_owned(), rule.id.into());
        fields.insert("severity".to_owned(), rule.severity.key().into());
    }
    value
}

/// The turns after or before which nobody can tell, and which let more through.
const UNDETERMINED: [Turn; 2] = [Turn::Confirmed, Turn::MayHaveOpened];

/// The JSON Schema of the answer (draft 2020-12). The error is that of a damaged program.
pub fn schema() -> serde_json::Result<Value> {
    serde_json::from_str(include_str!("difference.schema.json"))
}

fn caused_by(states: States<'_>, Change { cause, shifts }: &Change) -> Value {
    json!({
        "cause": {
            "kind": cause.kind.key(),
            "state": cause.which.key(),
            "about": shape::thing(cause.about.as_ref()),
            "says": {
                "ja": caused(States { old: &in_lang(states.old, Lang::Ja), new: &in_lang(states.new, Lang::Ja) }, cause).ja,
                "en": caused(States { old: &in_lang(states.old, Lang::En), new: &in_lang(states.new, Lang::En) }, cause).en,
            },
            "place": states.of(cause.which).place(cause.span),
        },
        "shifts": shifts.iter().map(|it| json!({
            "who": it.who.to_string(),
            "to": it.to.to_string(),
            "turn": it.turn.key(),
            "services": it.services.notations(),
            "sample": it.sample.as_ref().map(|it| json!({
                "packet": shape::packet(&it.packet),
                "by": it.by.to_string(),
                "as_sent": it.sent,
            })),
        })).collect::<Value>(),
    })
}

/// The same report in a language: names of things may hold words that are ours.
const fn in_lang<'a>(report: &Report<'a>, lang: Lang) -> Report<'a> {
    Report { lang, ..*report }
}

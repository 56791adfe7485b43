//! The answer to `sekisho what-if`.

use super::page::{Ink, Page};
use super::{VERSION, shape};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::model::Vocabulary as _;
use crate::reach::exposure::{Certainty, Services};
use crate::reach::what_if::Change;
use crate::report::Report;
use crate::report::grouped::grouped;
use crate::report::json::neutralise;
use crate::report::terminal::Style;
use crate::text;
use serde_json::{Value, json};

/// So many things are named in a row.
const FEW: usize = 8;

/// What comes of it, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is different.
    None,
    /// Nothing gets in that did not before, and something no longer does.
    Less,
    /// Something certainly gets in that did not.
    More,
    /// Something cannot be ruled out any more that could be.
    Undetermined,
}

impl Outcome {
    /// Of all changes together: the worst.
    pub fn of(changes: &[Change]) -> Self {
        let worse: Vec<&Change> = changes.iter().filter(|it| is_more(it)).collect();
        match () {
            () if worse.iter().any(|it| it.after.is_some_and(Certainty::is_sure)) => Self::More,
            () if !worse.is_empty() => Self::Undetermined,
            () if !changes.is_empty() => Self::Less,
            () => Self::None,
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Less => "less",
            Self::More => "more",
            Self::Undetermined => "undetermined",
        }
    }
}

/// Whether it makes something reached that was ruled out, or surely reached what was not.
fn is_more(change: &Change) -> bool {
    match (change.before, change.after) {
        (None, Some(_)) => true,
        (Some(before), Some(after)) => !before.is_sure() && after.is_sure(),
        _ => false,
    }
}

/// The answer for people. `asked` says what would be changed.
pub fn text(report: &Report<'_>, asked: &[Text], changes: &[Change], style: Style) -> String {
    let mut page = Page::new(report, style);
    page.heading(&Text::new("関所 変えたとしたら", "Sekisho: what if"));
    let mut label = Text::new("変更", "change");
    for it in asked {
        let says = page.say(it);
        page.field(&label, &says);
        label = Text::default();
    }
    page.blank();
    let outcome = Outcome::of(changes);
    let ink = match outcome {
        Outcome::More => Ink::Alarm,
        Outcome::Undetermined => Ink::Doubt,
        Outcome::None | Outcome::Less => Ink::Strong,
    };
    let says = page.say(&summary(changes));
    page.paragraph("", &says, ink);
    page.blank();
    type Belongs = fn(&Change) -> bool;
    let parts: [(Text, Belongs); 3] = [
        (Text::new("新たに届くもの", "newly reached"), |it| it.before.is_none()),
        (Text::new("届かなくなるもの", "no longer reached"), |it| it.after.is_none()),
        (Text::new("確かさが変わるもの", "reached with another certainty"), |it| {
            it.before.is_some() && it.after.is_some()
        }),
    ];
    for (title, belongs) in parts {
        let here: Vec<&Change> = changes.iter().filter(|it| belongs(it)).collect();
        if here.is_empty() {
            continue;
        }
        page.section(&title, here.len());
        rows(&mut page, here.into_iter());
        page.blank();
    }
    page.done()
}

/// Changes in few rows: what is surely reached first, then what may be.
fn rows<'c>(page: &mut Page<'_, '_>, changes: impl Iterator<Item = &'c Change>) {
    let mut changes: Vec<Change> = changes.map(untold).collect();
    changes.sort_by_key(|it| (!is_more(it), it.after));
    let alike = |a: &Change, b: &Change| {
        (a.before, a.after, &a.services) == (b.before, b.after, &b.services)
    };
    for (from, to, it) in grouped(&changes, |it| (&it.from, &it.to), alike) {
        let few = |things: Vec<&EntityRef>| {
            page.report.few(&things.into_iter().cloned().collect::<Vec<_>>(), FEW)
        };
        let (from, to) = (few(from), few(to));
        let certainty = |it: Option<Certainty>| match it {
            Some(it) => it.label(),
            None => Text::new("届かない", "not reached"),
        };
        let (before, after) = (certainty(it.before), certainty(it.after));
        let services = match it.services.is_empty() {
            true => Text::default(),
            false => {
                let services = it.services.words();
                text!("（{services}）", " ({services})"; services)
            }
        };
        let line = text!(
            "{from} → {to}{services}: {before} ⇒ {after}",
            "{from} -> {to}{services}: {before} => {after}"; services, before, after
        );
        let (mark, ink) = mark(it);
        let line = page.say(&line);
        page.paragraph(&format!("  {mark} "), &line, ink);
    }
}

/// The same without its services where a device without configuration is all that is known of them.
fn untold(change: &Change) -> Change {
    let blind = |it: Option<Certainty>| it.is_none_or(|it| it == Certainty::Unconfigured);
    let services = match blind(change.before) && blind(change.after) {
        true => Services::default(),
        false => change.services.clone(),
    };
    Change { services, ..change.clone() }
}

/// What gets in now, by how surely it does; a plain mark where it is no more than before.
fn mark(change: &Change) -> (&'static str, Ink) {
    match change.after.filter(|_| is_more(change)) {
        Some(after) if after.is_sure() => (after.mark(), Ink::Alarm),
        Some(after) => (after.mark(), Ink::Doubt),
        None => ("*", Ink::Plain),
    }
}

fn summary(changes: &[Change]) -> Text {
    let appears = changes.iter().filter(|it| it.before.is_none()).count();
    let stops = changes.iter().filter(|it| it.after.is_none()).count();
    let others = changes.len() - appears - stops;
    match changes.is_empty() {
        true => Text::new(
            "外部から届く範囲は変わりません。",
            "Nothing changes in what is reached from outside.",
        ),
        false => text!(
            "新たに届くもの{appears}件、届かなくなるもの{stops}件、確かさが変わるもの{others}件。",
            "{appears} newly reached, {stops} no longer reached, {others} with another certainty."
        ),
    }
}

/// The answer for programs.
pub fn json(asked: &[Text], changes: &[Change]) -> Value {
    let of = |belongs: &dyn Fn(&Change) -> bool| -> Value {
        let here = changes.iter().filter(|it| belongs(it)).map(|it| {
            json!({
                "from": shape::thing(Some(&it.from)),
                "to": shape::thing(Some(&it.to)),
                "before": it.before.map(|it| it.key()),
                "after": it.after.map(|it| it.key()),
                "services": it.services.list().iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        });
        here.collect()
    };
    let mut answer = json!({
        "schema_version": VERSION,
        "question": {
            "kind": "what-if",
            "changes": asked.iter().map(shape::both).collect::<Vec<_>>(),
        },
        "verdict": Outcome::of(changes).key(),
        "says": shape::both(&summary(changes)),
        "appears": of(&|it| it.before.is_none()),
        "stops": of(&|it| it.after.is_none()),
        "differs": of(&|it| it.before.is_some() && it.after.is_some()),
    });
    neutralise(&mut answer);
    answer
}

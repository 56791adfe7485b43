//! Changes and the reasons that somebody wrote down for them.

use super::kinds::{Change, Explained};
use super::record::{Decision, Record};
use crate::locale::Text;
use crate::model::Vocabulary as _;
use crate::source::closest;
use crate::text;
use std::collections::BTreeSet;

/// A reason that explains nothing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Unused {
    /// The reason.
    #[serde(flatten)]
    pub decision: Decision,
    /// Why it explains nothing.
    pub why: Text,
}

/// Gives every change its reason.
pub(super) fn explain(changes: &mut [Change], old: &Record, new: &Record) {
    let decisions: Vec<&Decision> =
        new.decisions.iter().filter(|it| is_current(it, old, new)).collect();
    for change in changes {
        let about = || decisions.iter().filter(|it| covers(it, change));
        // Who says why it was renumbered does not say why its antivirus is off.
        let whole = change
            .what
            .iter()
            .all(|what| about().any(|it| it.what.is_none_or(|meant| meant == *what)));
        // Of several, the newest: the last that was written of those of the same day.
        let found = about().filter(|_| whole).max_by_key(|it| it.on);
        change.explained = found.map(|it| Explained {
            on: it.on,
            reason: it.reason.clone(),
            approved_by: it.approved_by.clone(),
        });
    }
}

fn is_current(decision: &Decision, old: &Record, new: &Record) -> bool {
    says_something(decision)
        && !is_spent(decision, old)
        && decision.on.is_none_or(|on| on <= new.as_of)
}

/// Whether both the reason and who approved it are said: a dash, or that nobody knows, is neither.
fn says_something(decision: &Decision) -> bool {
    const NOTHING: [Text; 5] = [
        Text::new("未定", "tbd"),
        Text::new("不明", "unknown"),
        Text::new("未承認", "not approved"),
        Text::new("なし", "none"),
        Text::new("無し", "n/a"),
    ];
    let said = |text: &str| {
        let text = text.trim().to_lowercase();
        let is_nothing = NOTHING.iter().any(|it| it.ja == text || it.en == text);
        text.chars().any(|it| it.is_alphanumeric() && it != 'ー') && !is_nothing
    };
    said(&decision.reason) && said(&decision.approved_by)
}

/// What was decided before the older state explains nothing that came after it; nor does what
/// stood in its ledger already, unless its day still lay ahead.
fn is_spent(decision: &Decision, old: &Record) -> bool {
    match decision.on {
        Some(on) if on > old.as_of => false,
        Some(on) if on < old.as_of => true,
        _ => old.decisions.contains(decision),
    }
}

fn covers(decision: &Decision, change: &Change) -> bool {
    is_about(decision, change) && decision.what.is_none_or(|what| change.what.contains(&what))
}

fn is_about(decision: &Decision, change: &Change) -> bool {
    let mut ids = change.new.iter().chain(&change.old);
    ids.any(|id| names(decision, change.kind.key(), id))
}

/// Whether a reason names a thing, with its kind or without.
fn names(decision: &Decision, kind: &str, id: &str) -> bool {
    let named = decision.thing.as_str();
    named.split_once('/').filter(|it| it.0 == kind).map_or(named, |it| it.1) == id
}

/// The reasons that explain nothing: of another time, of nothing there is, of what did not change.
/// What was decided before the older state stands there only when somebody may think that it
/// explains a change: a list of reasons is kept through the years.
pub(super) fn unused(changes: &[Change], old: &Record, new: &Record) -> Vec<Unused> {
    let is_used =
        |it: &Decision| is_current(it, old, new) && changes.iter().any(|change| covers(it, change));
    let all = new.decisions.iter().filter(|it| !is_used(it));
    all.filter_map(|it| Some(Unused { decision: it.clone(), why: why(it, changes, old, new)? }))
        .collect()
}

fn why(it: &Decision, changes: &[Change], old: &Record, new: &Record) -> Option<Text> {
    let about: Vec<&Change> = changes.iter().filter(|change| is_about(it, change)).collect();
    let covered = about.iter().any(|change| covers(it, change));
    if is_spent(it, old) {
        let unexplained = about.iter().any(|change| covers(it, change) && change.is_unexplained());
        let day = old.as_of;
        return unexplained.then(|| match it.on {
            Some(on) if on < day => text!(
                "前回の基準日（{day}）より前の日付なので、今回の変化の理由にはなりません",
                "it is of a day before the older state ({day}), so it explains nothing of this"
            ),
            _ => text!(
                "前回（{day}）の台帳にすでにあったので、今回の変化の理由にはなりません",
                "it stood in the older state ({day}) already, so it explains nothing of this"
            ),
        });
    }
    let day = new.as_of;
    Some(match () {
        () if !says_something(it) => {
            Text::new("理由か承認者が書かれていません", "it does not say why, or who approved it")
        }
        () if covered => text!(
            "今回の基準日（{day}）より後の日付です",
            "it is of a day after the newer state ({day})"
        ),
        () if !about.is_empty() => Text::new(
            "対象は変わりましたが、書かれた内容（what）とは別の変化です",
            "the thing changed, but in another way than `what` says",
        ),
        () if is_there(it, old) || is_there(it, new) => {
            Text::new("対象は前回から変わっていません", "the thing did not change")
        }
        () => unknown(it, old, new),
    })
}

fn is_there(decision: &Decision, record: &Record) -> bool {
    record.things.iter().any(|it| names(decision, it.kind.key(), &it.id))
}

/// Nothing is called so: what was probably meant.
fn unknown(decision: &Decision, old: &Record, new: &Record) -> Text {
    let has_kind = decision.thing.contains('/');
    let things = old.things.iter().chain(&new.things);
    let known: BTreeSet<String> =
        things.map(|it| if has_kind { it.thing().to_string() } else { it.id.clone() }).collect();
    match closest(&decision.thing, known.iter().map(String::as_str)) {
        Some(near) => text!(
            "この名前の対象は、前回にも今回にもありません。「{near}」ではありませんか",
            "neither state has anything of this name; did you mean `{near}`?"
        ),
        None => Text::new(
            "この名前の対象は、前回にも今回にもありません",
            "neither state has anything of this name",
        ),
    }
}

//! Changes and the reasons that somebody wrote down for them.

use super::kinds::{Change, Explained};
use super::record::{Decision, Record};
use crate::model::Vocabulary as _;

/// Gives every change its reason.
pub(super) fn explain(changes: &mut [Change], old: &Record, new: &Record) {
    // What was decided before the older state explains nothing that came after it.
    let current = |it: &&Decision| it.on.is_none_or(|on| on >= old.as_of && on <= new.as_of);
    let decisions: Vec<&Decision> = new.decisions.iter().filter(current).collect();
    for change in changes {
        let found = decisions.iter().find(|it| covers(it, change));
        change.explained = found.map(|it| Explained {
            on: it.on,
            reason: it.reason.clone(),
            approved_by: it.approved_by.clone(),
        });
    }
}

fn covers(decision: &Decision, change: &Change) -> bool {
    let named = decision.thing.as_str();
    let mut ids = change.new.iter().chain(&change.old);
    let about = ids.any(|id| {
        let long = named.split_once('/').filter(|(kind, _)| *kind == change.kind.key());
        long.map_or(named, |(_, id)| id) == id
    });
    about && decision.what.is_none_or(|what| change.what.contains(&what))
}

/// The reasons that explain nothing: of something else, or of another time.
pub(super) fn unused<'r>(changes: &[Change], old: &Record, new: &'r Record) -> Vec<&'r Decision> {
    let later = |it: &&Decision| it.on.is_none_or(|on| on >= old.as_of);
    let all = new.decisions.iter().filter(later);
    all.filter(|decision| !changes.iter().any(|it| covers(decision, it))).collect()
}

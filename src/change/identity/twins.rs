//! Systems that are one under two ids, as far as that shows without knowing their zones: by them it
//! shows where zones were split, merged and renamed.

use crate::change::record::{Record, Thing};
use crate::model::EntityKind;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What may tell, the surest first; `*` stands for one part of a key.
const CLUES: [&str; 4] = ["interfaces.*.mac", "interfaces.*.addresses", "addresses", "name"];

/// The older id of each system that has a new one: no other one of either record shares the value.
pub(super) fn systems(old: &Record, new: &Record) -> HashMap<String, String> {
    let ids = |record| all(record).map(|it| it.id.as_str()).collect::<BTreeSet<&str>>();
    let (was, is) = (ids(old), ids(new));
    let pinned = new.pins.iter().filter(|it| it.kind == EntityKind::System);
    let mut twins: HashMap<String, String> =
        pinned.map(|it| (it.new.clone(), it.old.clone())).collect();
    let mut taken: BTreeSet<String> = twins.values().cloned().collect();
    for clue in CLUES {
        let (before, after) = (bearers(old, clue, &is), bearers(new, clue, &was));
        for (value, new) in after {
            let (Some(Some(old)), Some(new)) = (before.get(value), new) else { continue };
            if !twins.contains_key(new) && taken.insert((*old).to_owned()) {
                twins.insert(new.to_owned(), (*old).to_owned());
            }
        }
    }
    twins
}

fn all(record: &Record) -> impl Iterator<Item = &Thing> {
    record.things.iter().filter(|it| it.kind == EntityKind::System)
}

/// Which system has a value, among those whose id the other record does not have; none where several
/// have it.
fn bearers<'r>(
    record: &'r Record,
    clue: &str,
    others: &BTreeSet<&str>,
) -> BTreeMap<&'r str, Option<&'r str>> {
    let mut bearers: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for thing in all(record).filter(|it| !others.contains(it.id.as_str())) {
        let told = thing.attributes.iter().filter(|it| super::clues::fits(clue, &it.key));
        for value in told.flat_map(|it| &it.value) {
            let bearer = bearers.entry(value).or_insert(Some(&thing.id));
            *bearer = bearer.filter(|it| *it == thing.id);
        }
    }
    bearers
}

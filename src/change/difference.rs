//! The comparison of two records.

use super::kinds::{Change, FindingChange, Nature, ReachChange, What};
use super::record::{Record, Thing};
use std::collections::BTreeMap;

/// What differs between two records.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Difference {
    /// What changed: unexplained changes first, then by nature, kind and place in the inventory.
    pub changes: Vec<Change>,
    /// What became of findings, the worst first.
    pub findings: Vec<FindingChange>,
    /// Who outside reaches more or less.
    pub reach: Vec<ReachChange>,
}

impl Difference {
    /// Compares two records. Reasons and pins are those of the newer one. `earlier` are records before
    /// the older one, oldest first: they tell since when findings stand.
    pub fn between(old: &Record, new: &Record, earlier: &[Record]) -> Self {
        let _ = earlier;
        let index = |record: &'_ Record| -> BTreeMap<_, _> {
            record.things.iter().enumerate().map(|(at, it)| (it.thing(), at)).collect()
        };
        let (before, after) = (index(old), index(new));
        let change = |thing: &Thing, what: What| Change {
            nature: Nature::Declared,
            what: vec![what],
            kind: thing.kind,
            old: (what == What::Removed).then(|| thing.id.clone()).into_iter().collect(),
            new: (what == What::Added).then(|| thing.id.clone()).into_iter().collect(),
            name: thing.name.clone(),
            identity: None,
            attributes: Vec::new(),
            note: None,
            explained: None,
        };
        let added = new.things.iter().filter(|it| !before.contains_key(&it.thing()));
        let removed = old.things.iter().filter(|it| !after.contains_key(&it.thing()));
        let added = added.map(|it| change(it, What::Added));
        let removed = removed.map(|it| change(it, What::Removed));
        Self { changes: added.chain(removed).collect(), ..Self::default() }
    }
}

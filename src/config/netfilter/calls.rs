//! Which chains packets come to from which base chains.

use std::collections::{BTreeMap, BTreeSet};

/// The chains that each chain hands packets to.
pub(in crate::config) type Calls<'c> = BTreeMap<&'c str, Vec<&'c str>>;

/// The chains to which packets come from these base chains, and from none of the others.
pub(in crate::config) fn only<'c>(
    calls: &Calls<'c>,
    these: impl IntoIterator<Item = &'c str>,
    others: impl IntoIterator<Item = &'c str>,
) -> BTreeSet<&'c str> {
    let others = reached(calls, others);
    reached(calls, these).into_iter().filter(|it| !others.contains(it)).collect()
}

fn reached<'c>(calls: &Calls<'c>, from: impl IntoIterator<Item = &'c str>) -> BTreeSet<&'c str> {
    let mut open: Vec<&str> = from.into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(chain) = open.pop() {
        if seen.insert(chain) {
            open.extend(calls.get(chain).into_iter().flatten());
        }
    }
    seen
}

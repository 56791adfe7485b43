//! Which line of the one side is which of the other.

use super::entry;
use crate::inventory::{Connection, Entry, Inventory, Party};
use crate::model::vocabulary;
use std::collections::{BTreeMap, BTreeSet};

vocabulary! {
    /// By what a line was recognised.
    By("対応づけの根拠", "by what lines were paired") {
        Circuit = "circuit" ("回線番号", "circuit number"),
        Address = "address" ("終端装置・接続元のアドレス", "addresses of the ends"),
        Id = "id" ("識別子", "id"),
        Name = "name" ("名称", "name"),
    }
}

/// Lines and the inventory in which they stand.
pub(super) type Side<'i> = (&'i Inventory, &'i [&'i Entry<Connection>]);

/// A line on both sides.
pub(super) struct Found<'i> {
    pub(super) hospital: &'i Entry<Connection>,
    pub(super) vendor: &'i Entry<Connection>,
    pub(super) by: By,
    pub(super) key: String,
}

/// Pairs the lines, in the order of the hospital's. A key that several unpaired lines of one side
/// share says nothing.
pub(super) fn pairs<'i>(hospital: Side<'i>, vendor: Side<'i>) -> Vec<Found<'i>> {
    use crate::model::Vocabulary as _;
    let mut found: Vec<Found<'i>> = Vec::new();
    for by in By::ALL {
        let (ours, theirs) = (
            keyed(*by, hospital, |it| {
                found.iter().any(|pair| pair.hospital.id.value == it.id.value)
            }),
            keyed(*by, vendor, |it| found.iter().any(|pair| pair.vendor.id.value == it.id.value)),
        );
        let mut new: Vec<Found<'i>> = Vec::new();
        for (key, ours) in ours {
            let ([our], Some([their])) = (ours.as_slice(), theirs.get(&key).map(Vec::as_slice))
            else {
                continue;
            };
            let taken = |it: &Found<'_>| {
                it.hospital.id.value == our.id.value || it.vendor.id.value == their.id.value
            };
            if !new.iter().any(taken) {
                new.push(Found { hospital: our, vendor: their, by: *by, key });
            }
        }
        found.extend(new);
    }
    let place =
        |it: &Found<'_>| hospital.1.iter().position(|line| line.id.value == it.hospital.id.value);
    found.sort_by_key(place);
    found
}

/// The lines that are left, by each of their keys.
fn keyed<'i>(
    by: By,
    (inventory, lines): Side<'i>,
    taken: impl Fn(&Entry<Connection>) -> bool,
) -> BTreeMap<String, Vec<&'i Entry<Connection>>> {
    let mut all: BTreeMap<String, Vec<&'i Entry<Connection>>> = BTreeMap::new();
    for line in lines.iter().copied().filter(|it| !taken(it)) {
        for key in keys(by, inventory, line) {
            all.entry(key).or_default().push(line);
        }
    }
    all
}

fn keys(by: By, inventory: &Inventory, line: &Entry<Connection>) -> BTreeSet<String> {
    match by {
        By::Circuit => entry::circuit(inventory, line).into_iter().collect(),
        By::Address => entry::end_addresses(inventory, line),
        By::Id => BTreeSet::from([line.id.value.clone()]),
        By::Name => BTreeSet::from([entry::plain(&line.name.value)]),
    }
}

/// Whether a party of the hospital's is one of the vendor's inventory, by id or name.
pub(super) fn same_party(hospital: &Inventory, id: &str, other: &Entry<Party>) -> bool {
    let named = |it: &Entry<Party>| entry::plain(&it.name.value) == entry::plain(&other.name.value);
    other.id.value == id || hospital.parties.get(id).is_some_and(named)
}

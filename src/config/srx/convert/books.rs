//! Names of addresses and applications.

use super::super::super::numbers;
use super::super::applications::predefined;
use super::super::tree::Entry;
use super::Reader;
use crate::model::device::{StructureKind, Transport};
use crate::model::{AddressSet, RangeSet};
use std::collections::{BTreeMap, BTreeSet};

/// How deep sets may hold sets.
const DEEPEST: usize = 32;

/// Names and what they mean; `None` when that is not in the text.
#[derive(Default)]
pub(super) struct Books<'t> {
    /// By zone (empty: for all zones) and name.
    addresses: BTreeMap<(&'t str, &'t str), Option<AddressSet>>,
    applications: BTreeMap<&'t str, Option<Vec<Transport>>>,
}

impl<'t> Books<'t> {
    pub(super) fn new(reader: &mut Reader<'_, 't, '_>) -> Self {
        let mut it = Self::default();
        let security = reader.root.get("security");
        for book in security.map(|it| it.list("address-book")).unwrap_or_default() {
            let zones: Vec<&str> = book
                .at(&["attach", "zone"])
                .map(|it| it.children().map(|it| it.text()).collect())
                .unwrap_or_default();
            let zones = if zones.is_empty() { vec![""] } else { zones };
            it.book(reader, book, &zones);
        }
        let zones = security.and_then(|it| it.get("zones"));
        for zone in zones.map(|it| it.list("security-zone")).unwrap_or_default() {
            if let Some(book) = zone.get("address-book") {
                it.book(reader, book, &[zone.text()]);
            }
        }
        it.applications(reader);
        it
    }

    fn book(&mut self, reader: &mut Reader<'_, 't, '_>, book: Entry<'_, 't>, zones: &[&'t str]) {
        let mut known: BTreeMap<&'t str, Option<AddressSet>> = BTreeMap::new();
        for address in book.list("address") {
            reader.define(StructureKind::AddressGroup, address);
            let set = one(address);
            if set.is_none() {
                for below in address.children().filter(|it| it.text() != "description") {
                    reader.unclear(below.children().next().unwrap_or(below));
                }
            }
            known.insert(address.text(), set);
        }
        let mut open = book.list("address-set");
        for set in &open {
            reader.define(StructureKind::AddressGroup, *set);
            for list in ["address", "address-set"] {
                for member in set.list(list) {
                    if let Some(node) = member.node() {
                        reader.refer(StructureKind::AddressGroup, node.word);
                    }
                }
            }
        }
        for _ in 0..DEEPEST {
            let names: BTreeSet<&str> = open.iter().map(Entry::text).collect();
            let waits = |it: &Entry<'_, 't>| {
                it.list("address-set").iter().any(|member| names.contains(member.text()))
            };
            let (later, now): (Vec<_>, Vec<_>) = open.into_iter().partition(waits);
            for set in &now {
                let members = set.list("address").into_iter().chain(set.list("address-set"));
                let sets: Vec<_> =
                    members.map(|it| known.get(it.text()).cloned().flatten()).collect();
                let whole = !sets.is_empty() && sets.iter().all(Option::is_some);
                known.insert(set.text(), whole.then(|| sets.into_iter().flatten().collect()));
            }
            open = later;
            if now.is_empty() || open.is_empty() {
                break;
            }
        }
        for zone in zones {
            for (name, set) in &known {
                self.addresses.insert((zone, name), set.clone());
            }
        }
    }

    fn applications(&mut self, reader: &mut Reader<'_, 't, '_>) {
        let Some(block) = reader.root.get("applications") else { return };
        for it in block.list("application") {
            reader.define(StructureKind::ServiceGroup, it);
            let terms = it.list("term");
            let parts: Vec<_> = match terms.is_empty() {
                true => vec![application(it)],
                false => terms.into_iter().map(application).collect(),
            };
            let whole = parts.iter().all(Option::is_some);
            let meaning = whole.then(|| parts.into_iter().flatten().flatten().collect());
            self.applications.insert(it.text(), meaning);
        }
        let mut open = block.list("application-set");
        for set in &open {
            reader.define(StructureKind::ServiceGroup, *set);
            for list in ["application", "application-set"] {
                for member in set.list(list) {
                    if let Some(node) =
                        member.node().filter(|it| !it.word.text.starts_with("junos-"))
                    {
                        reader.refer(StructureKind::ServiceGroup, node.word);
                    }
                }
            }
        }
        for _ in 0..DEEPEST {
            let names: BTreeSet<&str> = open.iter().map(Entry::text).collect();
            let waits = |it: &Entry<'_, 't>| {
                it.list("application-set").iter().any(|member| names.contains(member.text()))
            };
            let (later, now): (Vec<_>, Vec<_>) = open.into_iter().partition(waits);
            for set in &now {
                let members =
                    set.list("application").into_iter().chain(set.list("application-set"));
                let sets: Vec<_> = members.map(|it| self.application(it.text())).collect();
                let whole = !sets.is_empty() && sets.iter().all(Option::is_some);
                let meaning = whole.then(|| sets.into_iter().flatten().flatten().collect());
                self.applications.insert(set.text(), meaning);
            }
            open = later;
            if now.is_empty() || open.is_empty() {
                break;
            }
        }
    }

    /// What an address of a zone means.
    pub(super) fn address(&self, zone: &'t str, name: &'t str) -> Option<AddressSet> {
        match name {
            "any" => return Some(AddressSet::any()),
            "any-ipv4" => return Some(AddressSet::any_v4()),
            "any-ipv6" => return Some(AddressSet::any_v6()),
            _ => {}
        }
        let known = self.addresses.get(&(zone, name)).or_else(|| self.addresses.get(&("", name)));
        known.cloned().flatten()
    }

    /// What an application means.
    pub(super) fn application(&self, name: &'t str) -> Option<Vec<Transport>> {
        self.applications.get(name).cloned().unwrap_or_else(|| predefined(name))
    }
}

fn one(address: Entry<'_, '_>) -> Option<AddressSet> {
    let mut below = address.children().filter(|it| it.text() != "description");
    let first = below.next()?;
    match first.text() {
        "range-address" => {
            let from = first.children().next()?;
            let to = from.value("to").map_or_else(|| from.text(), |word| word.text);
            numbers::addresses(&format!("{}-{to}", from.text()))
        }
        "wildcard-address" => {
            let word = first.children().next()?.text();
            let (address, mask) = word.split_once('/')?;
            let mask: std::net::Ipv4Addr = mask.parse().ok()?;
            let free = std::net::Ipv4Addr::from_bits(!mask.to_bits());
            AddressSet::wildcard(address.parse().ok()?, free)
        }
        word => numbers::network(word).map(AddressSet::from),
    }
}

/// `80`, `8000-8010`, `https`.
pub(super) fn ports(word: &str) -> Option<RangeSet<u16>> {
    numbers::ports(word).map(|it| match it.ranges() {
        [(0 | 1, u16::MAX)] => RangeSet::all(),
        _ => it,
    })
}

fn application(it: Entry<'_, '_>) -> Option<Vec<Transport>> {
    const UNDERSTOOD: &[&str] = &[
        "protocol",
        "destination-port",
        "source-port",
        "icmp-type",
        "description",
        "inactivity-timeout",
    ];
    if it.children().any(|it| !UNDERSTOOD.contains(&it.text())) {
        return None;
    }
    let mut transport = Transport::protocol(numbers::protocol(it.value("protocol")?.text)?);
    if let Some(word) = it.value("destination-port") {
        transport.destination_ports = ports(word.text)?;
    }
    if let Some(word) = it.value("source-port") {
        transport.source_ports = ports(word.text)?;
    }
    if let Some(word) = it.value("icmp-type") {
        transport.icmp_types = RangeSet::one(word.text.parse().ok()?);
    }
    Some(vec![transport])
}

//! What was learned beside who talks to whom: names, roles, neighbours.

use super::super::facts::{HostName, Neighbour, RoleSeen};
use super::Observer;
use super::intern::Interned;
use super::seen::Seen;
use crate::wire::shared::SharedWords;
use crate::wire::words::{Announced, Learned, Mac, NamedBy, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How many entries of a kind are kept.
const MOST: usize = 1 << 17;
/// How many names of one host, how many values of one word of a role.
const EACH: usize = 64;

/// Who said it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    pub(super) mac: Option<Mac>,
    pub(super) address: Option<IpAddr>,
    pub(super) vlan: Option<u16>,
}

/// Everything that was learned.
#[derive(Clone, Debug)]
pub(super) struct Lessons {
    names: BTreeMap<IpAddr, BTreeSet<HostName>>,
    /// Who has which role, by number; and with which words, when.
    bearers: Interned<(Role, Origin)>,
    roles: Vec<Played>,
    neighbours: BTreeMap<(Mac, Option<u16>, Announced), Seen>,
    virtuals: BTreeSet<IpAddr>,
}

impl Default for Lessons {
    fn default() -> Self {
        Self {
            names: BTreeMap::new(),
            bearers: Interned::new(MOST),
            roles: Vec::new(),
            neighbours: BTreeMap::new(),
            virtuals: BTreeSet::new(),
        }
    }
}

/// A role that somebody plays.
#[derive(Clone, Debug)]
struct Played {
    words: SharedWords,
    /// The words that were heard last: they are mostly heard again.
    last: SharedWords,
    seen: Seen,
}

/// Adds sets of words to sets of words, within bounds.
fn add(to: &mut SharedWords, from: &SharedWords) {
    let is_known = |(key, values): (&String, &BTreeSet<String>)| {
        to.get(key).is_some_and(|it| values.is_subset(it))
    };
    if from.iter().all(is_known) {
        return;
    }
    for (key, values) in from.iter() {
        let known = to.own().entry(key.clone()).or_default();
        known.extend(values.iter().cloned());
        while known.len() > EACH {
            known.pop_last();
        }
    }
}

impl Lessons {
    fn name(&mut self, address: IpAddr, name: &str, by: NamedBy) {
        let is_known = |it: &HostName| it.by == by && it.name == name;
        let known = self.names.get(&address);
        if known.is_some_and(|it| it.len() < 8 && it.iter().any(is_known)) {
            return;
        }
        let name = HostName { name: name.to_owned(), by };
        if let Some(names) = self.names.get_mut(&address) {
            names.insert(name);
            if names.len() > EACH {
                names.pop_last();
            }
        } else if self.names.len() < MOST {
            self.names.insert(address, [name].into());
        }
    }

    fn role(&mut self, role: Role, origin: Origin, words: &SharedWords, seen: Seen) {
        let Some(bearer) = self.bearers.number((role, origin)) else { return };
        if let Some(known) = self.roles.get_mut(bearer as usize) {
            known.seen.add(seen);
            if !known.last.is(words) {
                known.last = words.clone();
                add(&mut known.words, words);
            }
            return;
        }
        let mut known = words.clone();
        if words.values().any(|it| it.len() > EACH) {
            known = SharedWords::default();
            add(&mut known, words);
        }
        self.roles.push(Played { words: known, last: words.clone(), seen });
    }

    fn neighbour(&mut self, mac: Mac, vlan: Option<u16>, announced: Announced, seen: Seen) {
        let key = (mac, vlan, announced);
        if let Some(known) = self.neighbours.get_mut(&key) {
            known.add(seen);
        } else if self.neighbours.len() < MOST {
            self.neighbours.insert(key, seen);
        }
    }

    pub(super) fn names(&self) -> &BTreeMap<IpAddr, BTreeSet<HostName>> {
        &self.names
    }

    /// Whether an address is nobody's own.
    pub(super) fn is_virtual(&self, address: IpAddr) -> bool {
        self.virtuals.contains(&address)
    }

    /// The roles, which are handed over: their words are most of what was learned.
    pub(super) fn take_roles(&mut self) -> Vec<RoleSeen> {
        let roles = std::mem::take(&mut self.roles);
        let bearers = self.bearers.items().iter().zip(roles);
        let told = bearers.map(|((role, origin), Played { words, seen, .. })| RoleSeen {
            role: *role,
            mac: origin.mac,
            address: origin.address,
            vlan: origin.vlan,
            details: words,
            seen: seen.sighting(),
        });
        told.collect()
    }

    pub(super) fn neighbours(&self) -> Vec<Neighbour> {
        let told = self.neighbours.iter().map(|((mac, vlan, announced), seen)| Neighbour {
            mac: *mac,
            vlan: *vlan,
            announced: announced.clone(),
            seen: seen.sighting(),
        });
        told.collect()
    }

    /// What another observer learned of the packets that follow `by` others.
    pub(super) fn absorb(&mut self, later: Self, by: u64) {
        for (address, names) in later.names {
            names.iter().for_each(|it| self.name(address, &it.name, it.by));
        }
        for ((role, origin), played) in later.bearers.items().iter().zip(later.roles) {
            self.role(*role, *origin, &played.words, played.seen.after(by));
        }
        for ((mac, vlan, announced), seen) in later.neighbours {
            self.neighbour(mac, vlan, announced, seen.after(by));
        }
        self.virtuals.extend(later.virtuals);
    }
}

impl Observer {
    /// Keeps what was learned from somebody.
    pub(super) fn learn(&mut self, learned: &[Learned], origin: Origin, seen: Seen) {
        for lesson in learned {
            match lesson {
                Learned::Name { address, name, by } => self.lessons.name(*address, name, *by),
                Learned::Lease { address, mac } => self.claims.lease(*address, *mac),
                Learned::Role { by, role, details, virtual_addresses } => {
                    self.lessons.virtuals.extend(virtual_addresses);
                    let origin = match *by {
                        // Of the other end the frame tells no hardware address.
                        Some(by) if origin.address.is_some_and(|it| it != by) => {
                            Origin { mac: None, address: by.into(), ..origin }
                        }
                        Some(by) => Origin { address: by.into(), ..origin },
                        None => origin,
                    };
                    self.lessons.role(*role, origin, details, seen);
                }
                Learned::Neighbour(announced) => {
                    let mac = origin.mac.unwrap_or(Mac([0; 6]));
                    self.lessons.neighbour(mac, origin.vlan, announced.clone(), seen);
                }
            }
        }
    }
}

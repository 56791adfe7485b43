//! What was learned beside who talks to whom: names, roles, neighbours.

use super::super::facts::{HostName, Neighbour, RoleSeen};
use super::Observer;
use super::seen::Seen;
use crate::wire::words::{Announced, Learned, Mac, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How many entries of a kind are kept.
const MOST: usize = 1 << 17;
/// How many names of one host, how many values of one word of a role.
const EACH: usize = 64;

/// Who said it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    pub(super) mac: Option<Mac>,
    pub(super) address: Option<IpAddr>,
    pub(super) vlan: Option<u16>,
}

type Words = BTreeMap<String, BTreeSet<String>>;

/// Everything that was learned.
#[derive(Clone, Debug, Default)]
pub(super) struct Lessons {
    names: BTreeMap<IpAddr, BTreeSet<HostName>>,
    roles: BTreeMap<(Role, Origin), (Words, Seen)>,
    neighbours: BTreeMap<(Mac, Option<u16>, Announced), Seen>,
    virtuals: BTreeSet<IpAddr>,
}

/// Adds sets of words to sets of words, within bounds.
fn add(to: &mut Words, from: Words) {
    for (key, values) in from {
        let known = to.entry(key).or_default();
        known.extend(values);
        while known.len() > EACH {
            known.pop_last();
        }
    }
}

impl Lessons {
    pub(super) fn name(&mut self, address: IpAddr, name: HostName) {
        let has_room = self.names.len() < MOST || self.names.contains_key(&address);
        if has_room {
            let names = self.names.entry(address).or_default();
            names.insert(name);
            if names.len() > EACH {
                names.pop_last();
            }
        }
    }

    pub(super) fn role(&mut self, role: Role, origin: Origin, words: Words, seen: Seen) {
        let key = (role, origin);
        if self.roles.len() < MOST || self.roles.contains_key(&key) {
            let (known, when) = self.roles.entry(key).or_insert_with(|| {
                let never = Seen { packets: 0, ..seen };
                (Words::new(), never)
            });
            add(known, words);
            when.add(seen);
        }
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

    pub(super) fn roles(&self) -> Vec<RoleSeen> {
        let told = self.roles.iter().map(|((role, origin), (words, seen))| RoleSeen {
            role: *role,
            mac: origin.mac,
            address: origin.address,
            vlan: origin.vlan,
            details: words.clone(),
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
            names.into_iter().for_each(|it| self.name(address, it));
        }
        for ((role, origin), (words, seen)) in later.roles {
            self.role(role, origin, words, seen.after(by));
        }
        for ((mac, vlan, announced), seen) in later.neighbours {
            self.neighbour(mac, vlan, announced, seen.after(by));
        }
        self.virtuals.extend(later.virtuals);
    }
}

impl Observer {
    /// Keeps what was learned from somebody.
    pub(super) fn learn(&mut self, learned: Vec<Learned>, origin: Origin, seen: Seen) {
        for lesson in learned {
            match lesson {
                Learned::Name { address, name, by } => {
                    self.lessons.name(address, HostName { name, by });
                }
                Learned::Lease { address, mac } => self.claims.lease(address, mac),
                Learned::Role { by, role, details, virtual_addresses } => {
                    self.lessons.virtuals.extend(virtual_addresses);
                    let origin = match by {
                        // Of the other end the frame tells no hardware address.
                        Some(by) if origin.address.is_some_and(|it| it != by) => {
                            Origin { mac: None, address: by.into(), ..origin }
                        }
                        Some(by) => Origin { address: by.into(), ..origin },
                        None => origin,
                    };
                    self.lessons.role(role, origin, details, seen);
                }
                Learned::Neighbour(announced) => {
                    let mac = origin.mac.unwrap_or(Mac([0; 6]));
                    self.lessons.neighbour(mac, origin.vlan, announced, seen);
                }
            }
        }
    }
}

//! Groups of addresses and services that access lists name.

use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::IpNetwork;
use crate::model::device::{Protocols, Transport};
use crate::model::{AddressSet, RangeSet};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Addresses under a name.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct Network {
    /// Its own addresses.
    pub set: AddressSet,
    /// Whether all members were understood.
    pub exact: bool,
    /// Groups in it.
    pub members: Vec<String>,
}

/// Services under a name.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct Services {
    /// Protocols with their ports.
    pub transports: Vec<Transport>,
    /// Ports alone; the line that names the group says of which protocol.
    pub ports: RangeSet<u16>,
    /// ICMP types alone.
    pub types: RangeSet<u8>,
    /// Whether all members were understood.
    pub exact: bool,
    /// Groups in it.
    pub members: Vec<String>,
}

/// Everything that has a name.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct Objects {
    networks: BTreeMap<String, Network>,
    services: BTreeMap<String, Services>,
    /// Names for addresses (`name 10.0.0.5 server`, ASA only).
    pub aliases: BTreeMap<String, IpAddr>,
    /// Addresses of interfaces by their names (`any interface outside`, ASA only).
    pub interfaces: BTreeMap<String, AddressSet>,
    /// Names of schedules.
    pub schedules: Vec<String>,
    /// Those of them that surely begin and end, over and over.
    pub part_time: BTreeSet<String>,
}

/// Groups in groups in groups: deeper than this nobody nests, and no device allows more.
const DEEPEST: usize = 12;

impl Objects {
    /// `time-range NAME` with its lines. What is in force from one day on, or all day, every day, does
    /// not end; no clock is asked here.
    pub(in crate::config) fn schedule(&mut self, name: &str, item: &Item<'_>) {
        let whole = |it: &str| it.contains(" 0:00 to 23:59") || it.contains(" 00:00 to 23:59");
        let ends = |it: &Item<'_>| {
            let text = it.line.body();
            text.starts_with("periodic ") && !whole(text)
        };
        if !item.children.is_empty() && item.children.iter().all(ends) {
            self.part_time.insert(name.to_owned());
        }
    }

    /// An address, written or by its name.
    pub(in crate::config) fn address(&self, word: &str) -> Option<IpAddr> {
        word.parse().ok().or_else(|| self.aliases.get(word).copied())
    }

    /// An address and a mask of ones. `0` stands for `0.0.0.0`.
    pub(in crate::config) fn masked(&self, address: &str, mask: &str) -> Option<IpNetwork> {
        let address = match (address, self.aliases.get(address)) {
            ("0", _) => "0.0.0.0".to_owned(),
            (_, Some(known)) => known.to_string(),
            _ => address.to_owned(),
        };
        numbers::masked(&address, if mask == "0" { "0.0.0.0" } else { mask })
    }

    /// An address or `a-b`.
    pub(in crate::config) fn range(&self, word: &str) -> Option<AddressSet> {
        match self.aliases.get(word) {
            Some(address) => Some(AddressSet::from(*address)),
            None => numbers::addresses(word),
        }
    }

    /// The group of addresses with this name, empty and exact when it is new.
    pub(in crate::config) fn network_mut(&mut self, name: &str) -> &mut Network {
        let new = || Network { exact: true, ..Network::default() };
        self.networks.entry(name.to_owned()).or_insert_with(new)
    }

    /// The group of services with this name.
    pub(in crate::config) fn services_mut(&mut self, name: &str) -> &mut Services {
        let new = || Services { exact: true, ..Services::default() };
        self.services.entry(name.to_owned()).or_insert_with(new)
    }

    /// Whether a name stands for services.
    pub(in crate::config) fn is_services(&self, name: &str) -> bool {
        self.services.contains_key(name)
    }

    /// The addresses of a name.
    pub(in crate::config) fn network(&self, name: &str) -> Option<&Network> {
        self.networks.get(name)
    }

    /// The services of a name.
    pub(in crate::config) fn services(&self, name: &str) -> Option<&Services> {
        self.services.get(name)
    }

    /// Puts into every group what the groups in it hold. To be called once, when all are known.
    pub(in crate::config) fn resolve(&mut self) {
        for _ in 0..DEEPEST {
            if !self.resolve_once() {
                return;
            }
        }
        // Groups that hold one another: what they hold is not known.
        for network in self.networks.values_mut().filter(|it| !it.members.is_empty()) {
            network.exact = false;
        }
        for services in self.services.values_mut().filter(|it| !it.members.is_empty()) {
            services.exact = false;
        }
    }

    /// Replaces members that have no members by what they hold. Whether something is left to do.
    fn resolve_once(&mut self) -> bool {
        let flat: BTreeMap<String, Network> = self
            .networks
            .iter()
            .filter(|(_, it)| it.members.is_empty())
            .map(|(name, it)| (name.clone(), it.clone()))
            .collect();
        for (_, group) in self.networks.iter_mut().filter(|(_, it)| !it.members.is_empty()) {
            let mut sets = vec![std::mem::take(&mut group.set)];
            let mut exact = group.exact;
            group.members.retain(|name| match flat.get(name) {
                Some(member) => {
                    sets.push(member.set.clone());
                    exact &= member.exact;
                    false
                }
                None => true,
            });
            group.set = sets.into_iter().collect();
            group.exact = exact;
        }
        let flat: BTreeMap<String, Services> = self
            .services
            .iter()
            .filter(|(_, it)| it.members.is_empty())
            .map(|(name, it)| (name.clone(), it.clone()))
            .collect();
        for (_, group) in self.services.iter_mut().filter(|(_, it)| !it.members.is_empty()) {
            for name in std::mem::take(&mut group.members) {
                let Some(member) = flat.get(&name) else {
                    group.members.push(name);
                    continue;
                };
                group.transports.extend(member.transports.iter().cloned());
                group.ports = group.ports.union(&member.ports);
                group.types = group.types.union(&member.types);
                group.exact &= member.exact;
            }
        }
        self.networks.values().any(|it| !it.members.is_empty())
            || self.services.values().any(|it| !it.members.is_empty())
    }

    /// The transports of a group when the line says the protocol (`tcp … object-group WEB`).
    pub(in crate::config) fn of_protocol(
        &self,
        name: &str,
        protocols: &Protocols,
    ) -> Option<(Vec<Transport>, bool)> {
        let group = self.services(name)?;
        let ports = Transport {
            protocols: protocols.clone(),
            destination_ports: group.ports.clone(),
            ..Transport::any()
        };
        let types = Transport {
            protocols: protocols.clone(),
            icmp_types: group.types.clone(),
            ..Transport::any()
        };
        let narrowed = group.transports.iter().filter_map(|it| {
            let both = it.protocols.intersection(protocols);
            (!both.is_empty()).then(|| Transport { protocols: both, ..it.clone() })
        });
        let mut transports: Vec<_> = narrowed.collect();
        if !group.ports.is_empty() {
            transports.push(ports);
        }
        if !group.types.is_empty() {
            transports.push(types);
        }
        Some((transports, group.exact))
    }
}

//! Whose an address or a hardware address is.

use crate::evidence::EvidenceSet;
use crate::inventory::{Inventory, System};
use crate::model::{EntityKind, EntityRef, IpNetwork};
use crate::topology::Joined;
use crate::topology::territory::is_public;
use crate::wire::words::Mac;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// On which side of the hospital's border an address stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Realm {
    /// In a declared zone, or of a declared system.
    Inside,
    /// A device's address towards a line.
    Border,
    /// In the declared network of a party.
    Party,
    /// One of the internet that nobody declared.
    Public,
    /// One set aside for use inside, in no declared network.
    Unknown,
    /// Nobody's: multicast, broadcast, link-local.
    Nobody,
}

impl Realm {
    /// Whether it is the hospital's own.
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Inside | Self::Border)
    }

    /// Whether it is somebody else's, as far as is known.
    pub const fn is_outside(self) -> bool {
        matches!(self, Self::Party | Self::Public | Self::Unknown)
    }
}

/// Whose an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The side of the border.
    pub realm: Realm,
    /// The declared system, device or party.
    pub thing: Option<EntityRef>,
    /// The zone that it stands in.
    pub zone: Option<String>,
    /// Whether the thing has this very address, and is no group of terminals.
    pub exact: bool,
}

impl Owner {
    const fn of(realm: Realm) -> Self {
        Self { realm, thing: None, zone: None, exact: false }
    }

    /// The thing, else its zone.
    pub fn place(&self) -> Option<EntityRef> {
        let zone = || self.zone.as_ref().map(|it| EntityRef::new(EntityKind::Zone, it));
        self.thing.clone().or_else(zone)
    }

    /// The declared system.
    pub fn system<'i>(&self, inventory: &'i Inventory) -> Option<&'i System> {
        let thing = self.thing.as_ref().filter(|it| it.kind == EntityKind::System)?;
        inventory.systems.get(&thing.id).map(|it| &it.value)
    }
}

/// What is declared and configured about addresses, and what was seen about hardware addresses.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    exact: BTreeMap<IpAddr, Owner>,
    /// Networks of groups, zones and parties, longest prefix first.
    networks: Vec<(IpNetwork, Owner)>,
    /// Hardware addresses of declared things: as declared or configured, else as seen to own one
    /// of their addresses.
    macs: BTreeMap<Mac, EntityRef>,
    /// The addresses that a hardware address was seen to own.
    held: BTreeMap<Mac, BTreeSet<IpAddr>>,
    /// Addresses that several routers share.
    shared: BTreeSet<IpAddr>,
    /// Networks of lines, as the addresses of devices towards them give them.
    lines: Vec<IpNetwork>,
}

impl Directory {
    pub(in crate::topology) fn new(
        inventory: &Inventory,
        evidence: &EvidenceSet,
        joined: &[Joined],
    ) -> Self {
        let mut book = Self::default();
        book.declared(inventory);
        let mut macs: Vec<(String, EntityRef)> = Vec::new();
        for device in &inventory.devices {
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            let declared = device.interfaces.iter().filter_map(|it| it.mac.as_ref());
            macs.extend(declared.map(|it| (it.value.clone(), thing.clone())));
        }
        for it in joined {
            let Some(configured) = evidence.devices.get(it.configured) else { continue };
            for interface in &configured.config.interfaces {
                macs.extend(interface.mac.iter().map(|mac| (mac.value.clone(), it.thing.clone())));
                for address in &interface.addresses {
                    let owner = Owner {
                        thing: Some(it.thing.clone()),
                        exact: true,
                        ..book.lookup_network(address.value.ip())
                    };
                    let realm = match owner.realm {
                        Realm::Inside => Realm::Inside,
                        _ => Realm::Border,
                    };
                    let owner = Owner { realm, ..owner };
                    book.exact.entry(address.value.ip()).or_insert(owner);
                }
            }
        }
        for (text, thing) in macs {
            if let Some(mac) = hardware(&text) {
                book.macs.entry(mac).or_insert(thing);
            }
        }
        book.seen(evidence);
        book
    }

    fn declared(&mut self, inventory: &Inventory) {
        for device in &inventory.devices {
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            for interface in &device.interfaces {
                let zone = interface.zone.as_ref().map(|it| it.id().to_owned());
                let realm = if zone.is_some() { Realm::Inside } else { Realm::Border };
                for address in &interface.addresses {
                    let thing = Some(thing.clone());
                    let owner = Owner { realm, thing, zone: zone.clone(), exact: true };
                    self.exact.entry(address.value.ip()).or_insert(owner);
                    if zone.is_none() {
                        self.lines.push(crate::model::network_of(address.value));
                    }
                }
            }
        }
        for system in &inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            for at in system.attachments() {
                let zone = at.zone.map(|it| it.id().to_owned());
                let realm = if at.circuit.is_some() { Realm::Border } else { Realm::Inside };
                for address in at.addresses {
                    let owner = Owner {
                        realm,
                        thing: Some(thing.clone()),
                        zone: zone.clone(),
                        exact: true,
                    };
                    let network = address.value;
                    let whole = network.ip() == network.network()
                        && network.prefix() < if network.is_ipv4() { 32 } else { 128 };
                    if whole {
                        self.networks.push((network, Owner { exact: false, ..owner }));
                    } else {
                        self.exact.entry(network.ip()).or_insert(owner);
                    }
                }
            }
        }
        for zone in &inventory.zones {
            for network in &zone.networks {
                let zone = Some(zone.id.value.clone());
                self.networks.push((network.value, Owner { zone, ..Owner::of(Realm::Inside) }));
            }
        }
        for party in &inventory.parties {
            let thing = EntityRef::new(EntityKind::Party, &party.id.value);
            for network in party.networks.iter().filter(|it| !crate::model::is_any(it.value)) {
                let owner = Owner { thing: Some(thing.clone()), ..Owner::of(Realm::Party) };
                self.networks.push((network.value, owner));
            }
        }
        // Of equal networks the group of terminals comes before its zone.
        self.networks.sort_by_key(|(network, _)| std::cmp::Reverse(network.prefix()));
    }

    fn seen(&mut self, evidence: &EvidenceSet) {
        for piece in evidence.observed.pieces.values() {
            for host in &piece.hosts {
                if host.is_virtual {
                    self.shared.insert(host.address);
                }
                for mac in host.macs.iter().filter(|it| it.is_station()) {
                    self.held.entry(*mac).or_default().insert(host.address);
                }
            }
            for exit in &piece.exits {
                self.held.entry(exit.mac).or_default().extend(&exit.own);
            }
        }
        for (mac, addresses) in &self.held {
            let things: BTreeSet<EntityRef> =
                addresses.iter().filter_map(|it| self.exact.get(it)?.thing.clone()).collect();
            // Of several, a device comes first: it may answer for what stands behind it.
            if let Some(thing) = things.into_iter().next() {
                self.macs.entry(*mac).or_insert(thing);
            }
        }
    }

    /// Whose an address is.
    pub fn owner(&self, address: IpAddr) -> Owner {
        match self.exact.get(&address) {
            Some(owner) => owner.clone(),
            None => self.lookup_network(address),
        }
    }

    fn lookup_network(&self, address: IpAddr) -> Owner {
        if is_nobodys(address) {
            return Owner::of(Realm::Nobody);
        }
        let known = self.networks.iter().find(|(network, _)| network.contains(address));
        match known {
            // The last address of a network is for everybody in it.
            Some((IpNetwork::V4(network), _))
                if network.prefix() < 31 && IpAddr::V4(network.broadcast()) == address =>
            {
                Owner::of(Realm::Nobody)
            }
            Some((_, owner)) => owner.clone(),
            None if self.lines.iter().any(|it| it.contains(address)) => Owner::of(Realm::Public),
            None if is_public(address) => Owner::of(Realm::Public),
            None => Owner::of(Realm::Unknown),
        }
    }

    /// The declared thing that has this hardware address.
    pub fn thing_at(&self, mac: Mac) -> Option<&EntityRef> {
        self.macs.get(&mac)
    }

    /// The addresses that a hardware address was seen to own.
    pub fn held_by(&self, mac: Mac) -> impl Iterator<Item = IpAddr> + '_ {
        self.held.get(&mac).into_iter().flatten().copied()
    }

    /// Every hardware address with the addresses that it was seen to own.
    pub fn holders(&self) -> impl Iterator<Item = (Mac, &BTreeSet<IpAddr>)> {
        self.held.iter().map(|(mac, addresses)| (*mac, addresses))
    }

    /// Whether an address is shared by routers (VRRP, HSRP).
    pub fn is_shared(&self, address: IpAddr) -> bool {
        self.shared.contains(&address)
    }

    /// Whether an address lies in the network of a line: the carrier's, or ours towards it.
    pub fn is_of_line(&self, address: IpAddr) -> bool {
        self.lines.iter().any(|it| it.contains(address))
    }
}

/// A hardware address in any of the usual notations.
pub fn hardware(text: &str) -> Option<Mac> {
    let digits: String = text.chars().filter(|it| !matches!(it, ':' | '-' | '.')).collect();
    if digits.len() != 12 || !digits.is_ascii() {
        return None;
    }
    let number = u64::from_str_radix(&digits, 16).ok()?;
    let [_, _, bytes @ ..] = number.to_be_bytes();
    Some(Mac(bytes))
}

/// Whether an address names no single host beyond one link.
fn is_nobodys(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => {
            it.is_multicast()
                || it.is_broadcast()
                || it.is_unspecified()
                || it.is_loopback()
                || it.is_link_local()
        }
        IpAddr::V6(it) => {
            it.is_multicast()
                || it.is_unspecified()
                || it.is_loopback()
                || it.is_unicast_link_local()
        }
    }
}

//! Which addresses declared things have. What has none gets stand-ins that nothing else has, so that
//! a question can be about it; they are never shown.

use crate::inventory::{Endpoint, Inventory};
use crate::model::{AddressSet, EntityKind, EntityRef, IpNetwork, RangeSet};
use crate::topology::not_public;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// The addresses of zones, parties, devices and systems.
#[derive(Clone, Debug, Default)]
pub struct AddressBook {
    of: BTreeMap<EntityRef, AddressSet>,
    /// Systems whose addresses nobody wrote down: any one of these may be theirs.
    vague: BTreeMap<EntityRef, AddressSet>,
    /// Everything declared inside, and of parties.
    inside: AddressSet,
    parties: AddressSet,
    /// Parties that come over the internet, with their addresses there.
    public: Vec<(EntityRef, AddressSet)>,
}

/// Where stand-ins begin: a block that is set aside and used by nobody (RFC 1112, 4; RFC 6890).
const STAND_INS: u32 = 0xf000_0000;
/// How many each zone and each party gets.
const BLOCK: u32 = 1 << 12;

impl AddressBook {
    pub(super) fn new(inventory: &Inventory) -> Self {
        let mut book = Self::default();
        let mut next = STAND_INS;
        let mut block = || {
            let first = next;
            next = next.saturating_add(BLOCK).min(0xfffe_0000);
            (first, first + BLOCK - 1)
        };
        let range = |(a, b): (u32, u32)| {
            AddressSet::range(Ipv4Addr::from_bits(a).into(), Ipv4Addr::from_bits(b).into())
        };
        let mut free: BTreeMap<&str, u32> = BTreeMap::new();
        for zone in &inventory.zones {
            let thing = EntityRef::new(EntityKind::Zone, &zone.id.value);
            let networks: AddressSet = zone.networks.iter().map(|it| it.value).collect();
            let networks = match networks.is_empty() {
                false => networks,
                true => {
                    let own = block();
                    free.insert(&zone.id.value, own.0 + 1);
                    range(own)
                }
            };
            book.of.insert(thing, networks);
        }
        for system in &inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            let own = system.attachments().flat_map(|it| it.addresses);
            let mut own: AddressSet = own.map(|it| extent(it.value)).collect();
            if own.is_empty() {
                let zones = system.zones();
                let without = zones.iter().find(|it| free.contains_key(*it));
                match without.and_then(|it| free.get_mut(it)) {
                    Some(free) => {
                        own = range((*free, *free));
                        *free += 1;
                    }
                    None => {
                        let of = |id: &&str| book.of.get(&EntityRef::new(EntityKind::Zone, *id));
                        let around: AddressSet = zones.iter().filter_map(of).cloned().collect();
                        book.vague.insert(thing.clone(), around.clone());
                        own = around;
                    }
                }
            }
            book.of.insert(thing, own);
        }
        for party in &inventory.parties {
            let thing = EntityRef::new(EntityKind::Party, &party.id.value);
            let networks: AddressSet = party.networks.iter().map(|it| it.value).collect();
            let internet = party.kind.value == crate::model::words::PartyKind::Internet;
            let own = match (internet, networks.is_empty()) {
                (true, _) => public(),
                (false, true) => range(block()),
                (false, false) => networks,
            };
            if !internet {
                book.parties = book.parties.union(&own);
                let public = own.intersection(&public());
                if !public.is_empty() {
                    book.public.push((thing.clone(), public));
                }
            }
            book.of.insert(thing, own);
        }
        for device in &inventory.devices {
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            let own = device.interfaces.iter().flat_map(|it| &it.addresses);
            let own = own.map(|it| AddressSet::from(it.value.ip())).collect();
            book.of.insert(thing, own);
        }
        let inside = |it: &(&EntityRef, &AddressSet)| {
            matches!(it.0.kind, EntityKind::Zone | EntityKind::System)
        };
        book.inside = book.of.iter().filter(inside).map(|it| it.1.clone()).collect();
        let internet = book.internet();
        for party in &inventory.parties {
            if party.kind.value == crate::model::words::PartyKind::Internet {
                let thing = EntityRef::new(EntityKind::Party, &party.id.value);
                book.of.insert(thing, internet.clone());
            }
        }
        book
    }

    /// The addresses of a thing; none for one that is not known.
    pub fn of(&self, thing: &EntityRef) -> AddressSet {
        self.of.get(thing).cloned().unwrap_or_default()
    }

    /// Whether nobody wrote down the addresses of a system, so that it may have any of its zone.
    pub fn is_vague(&self, thing: &EntityRef) -> bool {
        self.vague.contains_key(thing)
    }

    /// Everything that is declared inside.
    pub fn inside(&self) -> &AddressSet {
        &self.inside
    }

    /// The addresses that stand for the internet: all that are not declared inside or of a party,
    /// and not set aside for use inside.
    pub fn internet(&self) -> AddressSet {
        public().difference(&self.inside).difference(&self.parties)
    }

    /// Parties that come over the internet, with their addresses there, in the order of declaration.
    pub fn public_parties(&self) -> impl Iterator<Item = (EntityRef, AddressSet)> {
        self.public.iter().cloned()
    }

    /// Every address that is not declared inside or of a party.
    pub fn outside(&self) -> AddressSet {
        unused().complement().difference(&self.inside).difference(&self.parties)
    }

    /// Addresses for use inside that nobody declared to be anybody's.
    pub fn unclaimed(&self) -> AddressSet {
        // Of IPv6, what is used inside may be any.
        let v4 = AddressSet { v6: RangeSet::none(), ..public() };
        self.outside().difference(&v4)
    }

    /// Whether all of some addresses only stand for somebody who has none.
    pub fn is_made_up(&self, addresses: &AddressSet) -> bool {
        let (first, last) = (Ipv4Addr::from_bits(STAND_INS), Ipv4Addr::BROADCAST);
        !addresses.is_empty() && AddressSet::range(first.into(), last.into()).includes(addresses)
    }

    /// Zones, systems and parties with their addresses.
    pub fn ends(&self) -> impl Iterator<Item = (&EntityRef, &AddressSet)> {
        use EntityKind as K;
        self.of.iter().filter(|it| matches!(it.0.kind, K::Zone | K::System | K::Party))
    }

    /// The addresses that an end of a permission means.
    pub fn end(&self, end: &Endpoint) -> AddressSet {
        match end {
            Endpoint::Any => AddressSet::any(),
            Endpoint::Internet => self.internet(),
            Endpoint::Network(network) => (*network).into(),
            Endpoint::Named(id) => {
                use EntityKind as K;
                let kinds = [K::Zone, K::System, K::Party, K::Device];
                kinds.iter().map(|kind| self.of(&EntityRef::new(*kind, id))).collect()
            }
        }
    }

    /// Every address that only stands for a thing that has none.
    pub fn stand_ins() -> AddressSet {
        AddressSet::range(IpAddr::V4(STAND_INS.into()), [255, 255, 255, 254].into())
    }

    /// Whether an address only stands for a thing that has none.
    pub fn is_stand_in(address: IpAddr) -> bool {
        matches!(address, IpAddr::V4(it) if it.to_bits() >= STAND_INS)
    }
}

/// An address with its mask is one host; a network address is a group of terminals.
fn extent(address: IpNetwork) -> AddressSet {
    match address.ip() == address.network() {
        true => address.into(),
        false => address.ip().into(),
    }
}

/// Every address that packets on the internet can have.
fn public() -> AddressSet {
    not_public().union(&unused()).complement()
}

/// Addresses that no packet comes from: this network, loopback, groups, and what is set aside
/// (RFC 6890).
fn unused() -> AddressSet {
    let range = |first: u32, last: u32| {
        AddressSet::range(Ipv4Addr::from_bits(first).into(), Ipv4Addr::from_bits(last).into())
    };
    let parts = [(0, 0x00ff_ffff), (0x7f00_0000, 0x7fff_ffff), (0xe000_0000, u32::MAX)];
    parts.into_iter().map(|(first, last)| range(first, last)).collect()
}

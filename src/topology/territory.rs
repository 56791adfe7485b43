//! Whose an address is: the hospital's own, a device's, a party's, or nobody's that is known.

use crate::evidence::EvidenceSet;
use crate::inventory::{Endpoint, Inventory};
use crate::model::{AddressSet, EntityKind, EntityRef, IpNetwork, is_any};
use crate::source::Spanned;
use crate::topology::Joined;
use crate::topology::ledger::{Leads, Ledger, Port};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is known about addresses, for a whole hospital.
pub(super) struct Territory<'i> {
    inventory: &'i Inventory,
    /// Declared zones and systems.
    inside: AddressSet,
    /// Interface addresses of devices and systems, declared and configured.
    owners: BTreeMap<IpAddr, Vec<EntityRef>>,
    /// The networks of parties, in the order of declaration.
    parties: Vec<(AddressSet, String)>,
}

impl<'i> Territory<'i> {
    pub(super) fn new(inventory: &'i Inventory, evidence: &EvidenceSet, joined: &[Joined]) -> Self {
        let zones = inventory.zones.iter().flat_map(|it| &it.networks);
        let systems = inventory.systems.iter();
        let systems = systems.flat_map(|it| it.attachments().flat_map(|at| at.addresses));
        let mut owners: BTreeMap<IpAddr, Vec<EntityRef>> = BTreeMap::new();
        let mut own = |address: IpAddr, thing: &EntityRef| {
            let owners = owners.entry(address).or_default();
            if !owners.contains(thing) {
                owners.push(thing.clone());
            }
        };
        for device in &inventory.devices {
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            for address in device.interfaces.iter().flat_map(|it| &it.addresses) {
                own(address.value.ip(), &thing);
            }
        }
        for system in &inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            for address in system.attachments().flat_map(|it| it.addresses) {
                own(address.value.ip(), &thing);
            }
        }
        for it in joined {
            let configured = evidence.devices.get(it.configured);
            let interfaces = configured.into_iter().flat_map(|it| &it.config.interfaces);
            for address in interfaces.flat_map(|it| &it.addresses) {
                own(address.value.ip(), &it.thing);
            }
        }
        let parties = inventory.parties.iter().map(|party| {
            let networks = party.networks.iter().map(|it| it.value);
            (networks.collect(), party.id.value.clone())
        });
        Self {
            inventory,
            inside: zones.map(|it| it.value).chain(systems.map(|it| it.value)).collect(),
            owners,
            parties: parties.collect(),
        }
    }

    /// Everything that the inventory says is inside.
    pub(super) fn inside(&self) -> &AddressSet {
        &self.inside
    }

    /// The devices and systems that have this address.
    pub(super) fn owners(&self, address: IpAddr) -> &[EntityRef] {
        self.owners.get(&address).map_or(&[], Vec::as_slice)
    }

    /// Whether the inventory says where a device leads: out over a line or a connection, on to
    /// another device, or between zones. That it exists explains nothing.
    pub(super) fn explains(&self, device: &EntityRef) -> bool {
        let ledger = Ledger::new(self.inventory, device);
        let onward = |port: &Port<'_>| matches!(port.leads, Leads::Circuit(_) | Leads::Device(_));
        !ledger.connections.is_empty()
            || ledger.ports.iter().any(onward)
            || ledger.zones().len() > 1
    }

    /// The first party that says it connects from this address.
    pub(super) fn party_of(&self, address: IpAddr) -> Option<&str> {
        let found = self.parties.iter().find(|(networks, _)| networks.contains(address));
        found.map(|(_, id)| id.as_str())
    }

    /// Whether anything declared has an address in these.
    pub(super) fn declares(&self, addresses: &AddressSet) -> bool {
        self.inside.meets(addresses) || self.parties.iter().any(|(it, _)| it.meets(addresses))
    }

    /// What stands at these addresses: the zones that lie in them whole, the systems elsewhere that
    /// they touch; failing these, the zones that they touch.
    pub(super) fn standing_at(&self, addresses: &AddressSet) -> Vec<EntityRef> {
        let zone = |id: &str| EntityRef::new(EntityKind::Zone, id);
        let zones = self.inventory.zones.iter();
        let mut family = zones.clone().map(|it| {
            let networks = it.networks.iter().map(|it| it.value);
            // A set of one family says nothing of the networks of the other.
            let v4 = !addresses.v4.is_empty();
            let v6 = !addresses.v6.is_empty();
            let set = networks.filter(|it| if it.is_ipv4() { v4 } else { v6 });
            (it, set.collect::<AddressSet>())
        });
        let covered: Vec<&str> = family
            .by_ref()
            .filter(|(_, set)| !set.is_empty() && addresses.includes(set))
            .map(|(it, _)| it.id.value.as_str())
            .collect();
        let systems = self.inventory.systems.iter().filter(|system| {
            let elsewhere = system.zones().iter().all(|it| !covered.contains(it));
            let mut own = system.attachments().flat_map(|it| it.addresses);
            elsewhere && own.any(|it| addresses.meets(&host(it.value).into()))
        });
        let systems = systems.map(|it| EntityRef::new(EntityKind::System, &it.id.value));
        let things: Vec<EntityRef> = covered.iter().map(|it| zone(it)).chain(systems).collect();
        if !things.is_empty() {
            return things;
        }
        let touched = zones
            .filter(|it| it.networks.iter().any(|network| addresses.meets(&network.value.into())));
        touched.map(|it| zone(&it.id.value)).collect()
    }

    /// The addresses that ends of permissions mean. Whatever means everybody says nothing.
    pub(super) fn addresses<'a>(
        &self,
        ends: impl IntoIterator<Item = &'a Spanned<Endpoint>>,
    ) -> AddressSet {
        ends.into_iter().map(|end| self.addresses_of(&end.value)).collect()
    }

    fn addresses_of(&self, end: &Endpoint) -> AddressSet {
        let inventory = self.inventory;
        match end {
            Endpoint::Any | Endpoint::Internet => AddressSet::none(),
            Endpoint::Network(network) if is_any(*network) => AddressSet::none(),
            Endpoint::Network(network) => (*network).into(),
            Endpoint::Named(id) => {
                let zone = inventory.zones.get(id).into_iter().flat_map(|it| &it.networks);
                let party = inventory.parties.get(id).into_iter().flat_map(|it| &it.networks);
                let device = inventory.devices.get(id).into_iter();
                let device =
                    device.flat_map(|it| it.interfaces.iter().flat_map(|it| &it.addresses));
                let system = inventory.systems.get(id).into_iter();
                let system = system.flat_map(|it| it.attachments().flat_map(|it| it.addresses));
                let hosts = device.chain(system).map(|it| host(it.value));
                zone.chain(party).map(|it| it.value).chain(hosts).collect()
            }
        }
    }
}

/// An address with its mask is one host; a network address is a group of terminals.
fn host(address: IpNetwork) -> IpNetwork {
    if address.ip() == address.network() { address } else { IpNetwork::from(address.ip()) }
}

/// Whether an address can be one of the internet: none that is set aside for use inside, on one
/// link, by carriers between themselves and their customers, on the host itself or for "this
/// network" (RFC 791, 1918, 3927, 4193, 4291, 6598).
pub(super) fn is_public(address: IpAddr) -> bool {
    !not_public().contains(address)
}

/// The addresses of which `is_public` says no.
pub(crate) fn not_public() -> AddressSet {
    let range = |first: [u8; 4], last: [u8; 4]| {
        AddressSet::range(Ipv4Addr::from(first).into(), Ipv4Addr::from(last).into())
    };
    let v4 = [
        range([0; 4], [0, 255, 255, 255]),
        range([10, 0, 0, 0], [10, 255, 255, 255]),
        range([100, 64, 0, 0], [100, 127, 255, 255]),
        range([127, 0, 0, 0], [127, 255, 255, 255]),
        range([169, 254, 0, 0], [169, 254, 255, 255]),
        range([172, 16, 0, 0], [172, 31, 255, 255]),
        range([192, 168, 0, 0], [192, 168, 255, 255]),
        range([224, 0, 0, 0], [239, 255, 255, 255]),
        range([255; 4], [255; 4]),
    ];
    let global = AddressSet::range(
        Ipv6Addr::from_bits(0x2000 << 112).into(),
        Ipv6Addr::from_bits((0x4000 << 112) - 1).into(),
    );
    v4.into_iter().collect::<AddressSet>().union(&AddressSet::any_v6().difference(&global))
}

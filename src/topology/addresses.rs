//! What stands behind an address: the declared things of a network.

use crate::inventory::Inventory;
use crate::model::{EntityKind, EntityRef, IpNetwork, contains, overlap};

/// Who has which addresses.
pub(super) struct AddressBook {
    zones: Vec<(Vec<IpNetwork>, String)>,
    systems: Vec<(IpNetwork, String, Option<String>)>,
    others: Vec<(IpNetwork, EntityRef)>,
}

impl AddressBook {
    pub(super) fn new(inventory: &Inventory) -> Self {
        let zones = inventory.zones.iter().map(|zone| {
            let networks = zone.networks.iter().map(|network| network.value);
            (networks.collect(), zone.id.value.clone())
        });
        let systems = inventory.systems.iter().flat_map(|system| {
            system.attachments().flat_map(move |at| {
                let zone = at.zone.map(|zone| zone.id().to_owned());
                let extents = at.addresses.iter().map(|address| extent(address.value));
                extents.map(move |extent| (extent, system.id.value.clone(), zone.clone()))
            })
        });
        let parties = inventory.parties.iter().flat_map(|party| {
            let thing = EntityRef::new(EntityKind::Party, &party.id.value);
            let networks = party.networks.iter();
            networks.map(move |network| (network.value, thing.clone()))
        });
        let devices = inventory.devices.iter().flat_map(|device| {
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            let interfaces = device.interfaces.iter();
            interfaces
                .flat_map(|interface| &interface.addresses)
                .map(move |address| (IpNetwork::from(address.value.ip()), thing.clone()))
        });
        Self {
            zones: zones.collect(),
            systems: systems.collect(),
            others: parties.chain(devices).collect(),
        }
    }

    /// Everything that a network names: the zones that lie in it, the systems elsewhere that it
    /// touches, the party or the one device it belongs to. Failing all these, the zones around it:
    /// an address that nobody declared may be any host there.
    pub(super) fn things(&self, network: IpNetwork) -> Vec<EntityRef> {
        let of = |kind, id: &String| EntityRef::new(kind, id.clone());
        let covered: Vec<&String> = self
            .zones
            .iter()
            .filter(|(networks, _)| covers(network, networks))
            .map(|(_, id)| id)
            .collect();
        let mut things: Vec<EntityRef> =
            covered.iter().map(|id| of(EntityKind::Zone, id)).collect();
        for (extent, id, zone) in &self.systems {
            let named = zone.as_ref().is_some_and(|zone| covered.contains(&zone));
            let thing = of(EntityKind::System, id);
            if !named && overlap(network, *extent) && !things.contains(&thing) {
                things.push(thing);
            }
        }
        for (place, thing) in &self.others {
            let theirs = match thing.kind {
                EntityKind::Device => *place == network,
                _ => overlap(network, *place),
            };
            if theirs && !things.contains(thing) {
                things.push(thing.clone());
            }
        }
        if things.is_empty() {
            let around = self
                .zones
                .iter()
                .filter(|(networks, _)| networks.iter().any(|zone| contains(*zone, network)));
            things.extend(around.map(|(_, id)| of(EntityKind::Zone, id)));
        }
        things
    }
}

/// Whether a network holds all networks of a zone in its own address family.
fn covers(network: IpNetwork, zone: &[IpNetwork]) -> bool {
    let mut family = zone.iter().filter(|it| it.is_ipv4() == network.is_ipv4());
    family.clone().next().is_some() && family.all(|it| contains(network, *it))
}

/// The addresses that an address with a prefix length means for a system: `10.0.1.5/16` is one
/// host with its mask, `10.0.1.0/24` a group of terminals.
fn extent(address: IpNetwork) -> IpNetwork {
    if address.ip() == address.network() { address } else { IpNetwork::from(address.ip()) }
}

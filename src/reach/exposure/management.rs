//! The management plane: of the packets that get to a device, those that could change or show it.

use crate::model::device::{DeviceConfig, ManagementKind};
use crate::model::{AddressSet, EntityKind, EntityRef};
use crate::reach::Reach;
use crate::reach::network::{Forwarding, Node};
use crate::reach::packets::PacketSet;
use std::collections::BTreeMap;

/// What a device listens on for its own management.
#[derive(Debug)]
pub(super) struct Management {
    /// In any case, as it is configured.
    pub(super) configured: PacketSet,
    /// In any case, as it is configured or declared.
    pub(super) certain: PacketSet,
    /// As far as anybody knows; everything when nobody does.
    pub(super) possible: PacketSet,
}

/// Of every device in the network.
pub(super) fn all(reach: &Reach<'_>) -> BTreeMap<EntityRef, Management> {
    let nodes = reach.network.nodes.iter().filter(|it| it.thing.kind == EntityKind::Device);
    nodes
        .map(|node| {
            let management = match &node.forwarding {
                Forwarding::Configured(machine) => configured(machine.config),
                _ => None,
            };
            (node.thing.clone(), management.unwrap_or_else(|| declared(node)))
        })
        .collect()
}

/// As its configuration says; none when it says nothing.
fn configured(config: &DeviceConfig) -> Option<Management> {
    let any = AddressSet::any();
    let listens = config.management.iter().filter(|it| it.kind != ManagementKind::Remote);
    let mut known = listens.peekable();
    known.peek()?;
    let (mut certain, mut possible) = (PacketSet::none(), PacketSet::none());
    for it in known.filter(|it| it.enabled) {
        let sources = if it.exact { &it.sources } else { &any };
        possible.extend(&PacketSet::sessions(sources, &any, &[it.service]));
        if it.exact {
            // A service that answers on some interfaces surely answers at their addresses.
            let named =
                config.interfaces.iter().filter(|own| it.interfaces.contains(&own.name.value));
            let own = named.flat_map(|it| &it.addresses).map(|it| AddressSet::from(it.value.ip()));
            let own: AddressSet = own.collect();
            let at = if it.interfaces.is_empty() { &any } else { &own };
            certain.extend(&PacketSet::sessions(&it.sources, at, &[it.service]));
        }
    }
    Some(Management { configured: certain.clone(), certain, possible })
}

/// As the inventory says, where no configuration does: what else it listens on nobody knows.
fn declared(node: &Node<'_>) -> Management {
    let certain = node.offers.clone();
    Management { configured: PacketSet::none(), certain, possible: PacketSet::any() }
}

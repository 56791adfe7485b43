//! What stops working when cables are pulled.

use super::pulls::Pull;
use crate::inventory::{Connection, Endpoint, Entry};
use crate::model::{AddressSet, EntityKind, EntityRef};
use crate::reach::network::PlaceKind;
use crate::reach::packets::PacketSet;
use crate::reach::{Bound, Reach};
use std::collections::BTreeSet;

/// What stops working.
#[derive(Clone, Debug, Default)]
pub struct Losses {
    /// Connections, in the order of the inventory.
    pub connections: Vec<EntityRef>,
    /// Declared flows inside, by number, counted from 1 as in their names.
    pub flows: Vec<EntityRef>,
    /// Systems that are an end of one of these.
    pub systems: Vec<EntityRef>,
}

/// Compares what is declared before and after.
pub(super) fn losses(reach: &Reach<'_>, pulled: &BTreeSet<Pull>) -> Losses {
    let mut losses = Losses::default();
    if pulled.is_empty() {
        return losses;
    }
    let closed = reach.closed(pulled);
    let after = reach.upon(reach.network.without(&closed));
    // Where only outsides are pulled, everything inside stays as it is.
    let outside = |it: &Pull| match it {
        Pull::Port(node, at) => {
            let port = reach.network.nodes.get(*node).and_then(|it| it.ports.get(*at));
            let place = port.and_then(|it| reach.network.places.get(it.place));
            matches!(place.map(|it| &it.kind), Some(PlaceKind::Outside(_)))
        }
        Pull::Circuit(_) | Pull::Line(_) => true,
    };
    let inside_too = !pulled.iter().all(outside);
    let mut systems = BTreeSet::new();
    for connection in &reach.inventory.connections {
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        let holds = reach.carriage_of(connection).holds(pulled, &closed);
        if holds && !(inside_too && is_lost(reach, &after, &thing)) {
            continue;
        }
        systems.extend(ends(reach, connection));
        losses.connections.push(thing);
    }
    for (at, flow) in reach.inventory.flows.iter().enumerate().filter(|_| inside_too) {
        let of = EntityRef::new(EntityKind::Flow, at.to_string());
        if is_lost(reach, &after, &of) {
            losses.flows.push(EntityRef::new(EntityKind::Flow, (at + 1).to_string()));
            systems.extend(
                [&flow.from.value, &flow.to.value].into_iter().filter_map(|it| system(reach, it)),
            );
        }
    }
    let order = reach.inventory.systems.iter();
    let order = order.map(|it| EntityRef::new(EntityKind::System, &it.id.value));
    losses.systems = order.filter(|it| systems.contains(it)).collect();
    losses
}

/// Whether something that is declared got through, possibly, and no longer does.
fn is_lost(before: &Reach<'_>, after: &Reach<'_>, of: &EntityRef) -> bool {
    let permissions = before.network.declared.of(of);
    let packets: PacketSet = permissions.map(|it| it.packets.clone()).collect();
    let arrives = |reach: &Reach<'_>| {
        let mut flow = reach.flow(Bound::Possible);
        for (at, place) in reach.network.places.iter().enumerate() {
            let here = match place.kind {
                PlaceKind::Zone(_) => place.networks.clone(),
                _ => AddressSet::none(),
            };
            flow.send(at, &packets.from(&here));
        }
        for entry in &reach.network.entries {
            flow.enter(entry, packets.from(&entry.sources).to(&entry.destinations));
        }
        let arrived = flow.run();
        arrived.at.values().any(|it| !it.intersection(&packets).is_empty())
    };
    arrives(before) && !arrives(after)
}

/// The systems that a connection is for.
fn ends(reach: &Reach<'_>, connection: &Entry<Connection>) -> Vec<EntityRef> {
    let ends = connection.allow.iter().flat_map(|it| {
        [Some(&it.to.value), it.from.as_ref().map(|it| &it.value)].into_iter().flatten()
    });
    ends.filter_map(|it| system(reach, it)).collect()
}

fn system(reach: &Reach<'_>, end: &Endpoint) -> Option<EntityRef> {
    match end {
        Endpoint::Named(id) if reach.inventory.systems.declares(id) => {
            Some(EntityRef::new(EntityKind::System, id))
        }
        _ => None,
    }
}

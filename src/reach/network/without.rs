//! The network after somebody has pulled cables: what stood on them stands alone.

use super::{Network, NodeId, Place, PlaceKind};
use crate::model::AddressSet;
use crate::reach::packets::PacketSet;
use std::collections::BTreeSet;

/// What no longer carries anything, by position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::reach) struct Closed {
    /// Ports of nodes.
    pub ports: BTreeSet<(NodeId, usize)>,
    /// Tunnels of nodes.
    pub tunnels: BTreeSet<(NodeId, usize)>,
    /// Entries.
    pub entries: BTreeSet<usize>,
}

impl Network<'_> {
    /// The same network without some of its connections. Positions stay as they are: a closed port
    /// stands at a place of its own, a closed tunnel or entry carries nothing.
    #[must_use]
    pub(in crate::reach) fn without(&self, closed: &Closed) -> Self {
        let mut network = self.clone();
        for (id, at) in &closed.ports {
            let Some(node) = network.nodes.get_mut(*id) else { continue };
            let Some(port) = node.ports.get_mut(*at) else { continue };
            let (place, name) = (port.place, port.name.clone());
            port.place = network.places.len();
            let others = node.ports.iter().any(|it| it.place == place);
            for forward in node.forwards.iter_mut().filter(|_| !others) {
                forward.places.retain(|it| *it != place);
            }
            let kind = PlaceKind::Link(format!("{}.{name}", node.thing.id));
            network.places.push(Place { kind, networks: AddressSet::none() });
            network.on.push(vec![(*id, *at)]);
            network.standing.push(Vec::new());
            if let Some(on) = network.on.get_mut(place) {
                on.retain(|it| it != &(*id, *at));
            }
            let gone =
                |it: &usize| network.hosts.get(*it).is_some_and(|host| host.thing == node.thing);
            if let Some(standing) = network.standing.get_mut(place) {
                standing.retain(|it| !gone(it));
            }
        }
        for (id, at) in &closed.tunnels {
            let tunnel = network.nodes.get_mut(*id).and_then(|it| it.tunnels.get_mut(*at));
            if let Some(tunnel) = tunnel {
                tunnel.carries = PacketSet::none();
            }
        }
        for at in &closed.entries {
            if let Some(entry) = network.entries.get_mut(*at) {
                entry.destinations = AddressSet::none();
            }
            network.lines.retain(|it| it.entry != *at);
        }
        network.severed = true;
        network.index();
        network
    }
}

//! The internet between two lines of the same hospital: what leaves over one may come in over another.

use super::entries::own;
use super::{Arrival, EntryKind, Network, NodeId, Place, PlaceId, PlaceKind};
use crate::model::AddressSet;
use crate::topology::Topology;

/// A line by which the internet sends packets to a node.
#[derive(Clone, Debug)]
pub struct InternetLine {
    /// The position of its entry.
    pub entry: usize,
    /// The node.
    pub node: NodeId,
    /// How packets come to it.
    pub arrival: Arrival,
    /// The addresses of the node on this side.
    pub own: AddressSet,
    /// Where packets can be sent over the line at all.
    pub destinations: AddressSet,
    /// The places that it leads to.
    places: Vec<PlaceId>,
}

/// Every line to the internet.
pub(super) fn lines(network: &Network<'_>, topology: &Topology) -> Vec<InternetLine> {
    let internet = topology.internet();
    let entries = network.entries.iter().enumerate();
    let open = entries.filter(|(_, it)| it.kind == EntryKind::Line && it.from == internet);
    let lines = open.filter_map(|(entry, it)| {
        let node = network.nodes.get(it.node)?;
        let outside = |id: &PlaceId| {
            matches!(network.places.get(*id), Some(Place { kind: PlaceKind::Outside(_), .. }))
        };
        let ports = node.ports.iter().filter(|port| it.over.is_none() || port.interface == it.over);
        Some(InternetLine {
            entry,
            node: it.node,
            arrival: it.arrival(),
            own: own(node, it.over),
            destinations: it.destinations.clone(),
            places: ports.map(|it| it.place).filter(outside).collect(),
        })
    });
    lines.collect()
}

impl Network<'_> {
    /// The lines to the internet, seen from a place; none from one that is not on the internet.
    pub(in crate::reach) fn internet_lines(
        &self,
        place: PlaceId,
    ) -> impl Iterator<Item = &InternetLine> {
        let leads_there = self.lines.iter().any(|it| it.places.contains(&place));
        self.lines.iter().filter(move |_| leads_there)
    }
}

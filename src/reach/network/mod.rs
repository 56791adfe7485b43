//! The network as packets meet it: nodes that pass packets on, places where they meet, entries from
//! outside. Built from what is configured, and from the inventory where nothing is.
//!
//! ```text
//!  party ──entry──► node ──port──► place ──► host (a system in a zone)
//!                    │ ▲             │
//!                    └─┴── tunnel ───┴──► next node
//! ```

mod addresses;
mod build;
mod declared;
mod entries;
mod without;

pub use addresses::AddressBook;
pub use declared::Declared;
pub use entries::{Entry, EntryKind};
pub(super) use without::Closed;

use super::device::Machine;
use super::packets::PacketSet;
use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::{AddressSet, EntityRef};
use crate::source::Span;
use crate::topology::Topology;
use std::net::IpAddr;
use std::sync::Arc;

/// The position of a place in [`Network::places`].
pub type PlaceId = usize;
/// The position of a node in [`Network::nodes`].
pub type NodeId = usize;

/// Where packets meet: everything on it reaches everything on it.
#[derive(Clone, Debug)]
pub struct Place {
    /// What it is.
    pub kind: PlaceKind,
    /// The addresses on it.
    pub networks: AddressSet,
}

/// What a place is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    /// A declared zone.
    Zone(EntityRef),
    /// A network between nodes that is no declared zone; its notation, or the names of its ends.
    Link(String),
    /// Outside: what a line leads to; the circuit when it is declared.
    Outside(Option<EntityRef>),
}

/// How a node decides what it passes on.
#[derive(Clone, Debug)]
pub enum Forwarding<'a> {
    /// As it is configured.
    Configured(Arc<Machine<'a>>),
    /// Nobody knows; the inventory says what it should pass on.
    Declared,
    /// Everything: a host that is declared to forward between its networks, a bridge.
    Everything,
    /// Nothing: a host that is declared not to forward.
    Nothing,
}

/// Something that passes packets on between places.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// The device, or the system that forwards.
    pub thing: EntityRef,
    /// How it decides.
    pub forwarding: Forwarding<'a>,
    /// Its ends.
    pub ports: Vec<Port>,
    /// Its tunnels.
    pub tunnels: Vec<Tunnel>,
    /// How many lines of its configuration nobody read, with the first of them.
    pub unread: Option<(usize, Span)>,
}

/// One end of a node.
#[derive(Clone, Debug)]
pub struct Port {
    /// The position of the interface in the configuration, for a configured node.
    pub interface: Option<usize>,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: PlaceId,
    /// The addresses of the node on it.
    pub addresses: AddressSet,
    /// Where it is written.
    pub span: Span,
}

/// A tunnel of a configured node, or its server for remote access.
#[derive(Clone, Debug)]
pub struct Tunnel {
    /// What the device calls it.
    pub name: String,
    /// The position of the interface that it appears as; none for one that takes its packets from
    /// those that would leave over another interface.
    pub interface: Option<usize>,
    /// What it carries outwards: from our side to theirs. Everything when it is not limited.
    pub carries: PacketSet,
    /// Who stands at the far end.
    pub far: Far,
    /// Where it is written.
    pub span: Span,
}

/// The far end of a tunnel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Far {
    /// A party, or the path itself when nobody declared it.
    Outside(EntityRef),
    /// Another node with a tunnel of its own, by position.
    Node(NodeId, usize),
}

/// A host: a system at a place.
#[derive(Clone, Debug)]
pub struct Host {
    /// The system.
    pub thing: EntityRef,
    /// Where it stands.
    pub place: PlaceId,
    /// Its addresses there.
    pub addresses: AddressSet,
}

/// The whole network.
#[derive(Clone, Debug)]
pub struct Network<'a> {
    /// Where packets meet.
    pub places: Vec<Place>,
    /// What passes them on.
    pub nodes: Vec<Node<'a>>,
    /// What stands there.
    pub hosts: Vec<Host>,
    /// From where packets come in.
    pub entries: Vec<Entry>,
    /// Whose addresses are whose.
    pub book: AddressBook,
    /// What the inventory permits.
    pub declared: Declared,
    /// For each place: the nodes and ports on it.
    on: Vec<Vec<(NodeId, usize)>>,
    /// For each place: the positions of its hosts.
    standing: Vec<Vec<usize>>,
}

impl<'a> Network<'a> {
    /// Builds it from everything that is known.
    pub fn new(
        inventory: &'a Inventory,
        evidence: &'a EvidenceSet,
        topology: &'a Topology,
    ) -> Self {
        build::network(inventory, evidence, topology)
    }

    /// The place of a declared zone.
    pub fn zone(&self, zone: &EntityRef) -> Option<PlaceId> {
        let is_it = |it: &Place| matches!(&it.kind, PlaceKind::Zone(own) if own == zone);
        self.places.iter().position(is_it)
    }

    /// The node of a device or system.
    pub fn node(&self, thing: &EntityRef) -> Option<NodeId> {
        self.nodes.iter().position(|it| it.thing == *thing)
    }

    /// The nodes and ports at a place.
    pub fn on(&self, place: PlaceId) -> &[(NodeId, usize)] {
        self.on.get(place).map_or(&[], Vec::as_slice)
    }

    /// The hosts at a place.
    pub fn hosts_on(&self, place: PlaceId) -> impl Iterator<Item = &Host> {
        let standing = self.standing.get(place).into_iter().flatten();
        standing.filter_map(|at| self.hosts.get(*at))
    }

    /// The nodes at a place whose port there has an address, with the port.
    pub fn with_address(&self, place: PlaceId, address: IpAddr) -> Vec<(NodeId, usize)> {
        let has = |it: &&(NodeId, usize)| {
            let port = self.nodes.get(it.0).and_then(|node| node.ports.get(it.1));
            port.is_some_and(|it| it.addresses.contains(address))
        };
        self.on(place).iter().filter(has).copied().collect()
    }

    /// A place in words.
    pub fn words(&self, place: PlaceId) -> Text {
        use crate::text;
        match self.places.get(place).map(|it| &it.kind) {
            Some(PlaceKind::Zone(zone)) => Text::same(&zone.id),
            Some(PlaceKind::Link(name)) => text!("接続区間 {name}", "link {name}"),
            Some(PlaceKind::Outside(Some(circuit))) => {
                let id = &circuit.id;
                text!("回線 {id}", "circuit {id}")
            }
            Some(PlaceKind::Outside(None)) | None => text!("外部", "outside"),
        }
    }
}

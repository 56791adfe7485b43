//! The network as packets meet it: nodes that pass packets on, places where they meet, entries from
//! outside. Built from what is configured, and from the inventory where nothing is.
//!
//! ```text
//!  party ──entry──► node ──port──► place ──► host (a system in a zone)
//!                    │ ▲             │
//!                    └─┴── tunnel ───┴──► next node
//! ```

mod addresses;
mod beyond;
mod build;
mod declared;
mod entries;
mod gaps;
mod internet;
mod lines;
mod places;
mod proxies;
mod tunnels;
mod without;

pub use addresses::AddressBook;
pub use declared::{Declared, Permission};
pub use entries::{Entry, EntryKind};
pub use internet::InternetLine;
pub use proxies::{Answering, Proxy};
pub(super) use without::Closed;

use super::device::Machine;
use super::packets::PacketSet;
use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::device::Nat;
use crate::model::{AddressSet, EntityKind, EntityRef};
use crate::source::Span;
use crate::topology::Topology;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
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
    /// Outside: what a line leads to, the circuit when it is declared; what is behind a path that is a
    /// node of its own.
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
    /// Ports that it is declared to pass on to systems; none where its configuration says it.
    pub forwards: Vec<Forward>,
    /// What it may forward inwards besides, as nobody read its configuration: to any address inside.
    pub undeclared: Option<Nat>,
    /// Its bridges that join places.
    pub bridges: Vec<Bridge>,
    /// Whether it may know routes that its configuration does not show: it exchanges them with
    /// neighbours, or gets them with an address, or lines were not read.
    pub learns: bool,
    /// Whether neighbours may tell it routes that are longer than those which are known.
    pub hears: bool,
    /// What it is declared to listen on, for whoever may manage it; its configuration goes before.
    pub offers: PacketSet,
    /// How many lines of its configuration nobody read, with the first of them.
    pub unread: Option<(usize, Span)>,
}

impl Node<'_> {
    /// Whether it is a device or host of the inside of which nobody read the configuration.
    pub(in crate::reach) fn is_unread(&self) -> bool {
        matches!(self.forwarding, Forwarding::Declared) && self.thing.kind != EntityKind::Path
    }
}

/// How packets come to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arrival {
    /// The interface of its configuration over which they come; beyond the last interface, the
    /// server for remote access at that position; none when it is not known.
    pub over: Option<usize>,
    /// Whether they come out of a tunnel that is no interface, so that nobody knows whether the
    /// filters of the outer interface see them.
    pub decrypted: bool,
}

impl Arrival {
    /// Plainly over an interface.
    pub const fn over(over: Option<usize>) -> Self {
        Self { over, decrypted: false }
    }
}

/// Ports of a node that are one network of layer 2.
#[derive(Clone, Debug)]
pub struct Bridge {
    /// The ports, by position.
    pub ports: Vec<usize>,
    /// Whether filters stand between them.
    pub filtered: bool,
}

/// A declared port forward of a node without configuration.
#[derive(Clone, Debug)]
pub struct Forward {
    /// What it is about, and what becomes of it.
    pub nat: Nat,
    /// The addresses of the system.
    pub to: AddressSet,
    /// Where the system stands.
    pub places: Vec<PlaceId>,
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
    /// How packets come out of it.
    pub arrival: Arrival,
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
    /// A node of which nobody read whether it has one: the far end is its address.
    Unread(NodeId),
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
    /// Whether nobody wrote down its addresses: it has some of these.
    pub vague: bool,
    /// Whether its own configuration decides what it takes.
    pub configured: bool,
}

/// Who stands behind a line.
#[derive(Clone, Debug)]
pub struct Behind {
    /// The party.
    pub thing: EntityRef,
    /// Its addresses.
    pub addresses: AddressSet,
    /// Others that may be its own, where nobody wrote them down.
    pub perhaps: AddressSet,
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
    /// The lines by which the internet sends packets to nodes.
    pub lines: Vec<InternetLine>,
    /// Whose addresses are whose.
    pub book: AddressBook,
    /// What the inventory permits.
    pub declared: Declared,
    /// For each place: the nodes and ports on it.
    on: Vec<Vec<(NodeId, usize)>>,
    /// For each place: the positions of its hosts.
    standing: Vec<Vec<usize>>,
    /// For each place outside: who stands behind it.
    behind: Vec<Vec<Behind>>,
    /// Which nodes and ports at a place have an address.
    holders: BTreeMap<(PlaceId, IpAddr), Vec<(NodeId, usize)>>,
    /// Who answers for addresses of others, by place.
    proxies: BTreeMap<PlaceId, Vec<Proxy>>,
    /// The nodes by what they are; the first of several.
    known: BTreeMap<EntityRef, NodeId>,
    /// Devices that no inventory names and of which only a part was read, with where it ends: they
    /// pass or stop what nobody can tell.
    pub in_part: Vec<(EntityRef, Span)>,
    /// Devices of which a configuration was given that does not tell what they do now: where it
    /// shows that, and why.
    pub doubted: BTreeMap<EntityRef, (Option<Span>, Text)>,
    /// Whether cables were pulled: what no longer has a way has none.
    pub(in crate::reach) severed: bool,
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
        self.known.get(thing).copied()
    }

    /// A port of a node.
    pub fn port(&self, node: NodeId, port: usize) -> Option<&Port> {
        self.nodes.get(node)?.ports.get(port)
    }

    /// The addresses of a node that are written down.
    pub fn own(&self, node: &Node<'_>) -> AddressSet {
        node.ports.iter().map(|it| it.addresses.clone()).collect()
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

    /// Who stands behind a place outside.
    pub fn behind(&self, place: PlaceId) -> &[Behind] {
        self.behind.get(place).map_or(&[], Vec::as_slice)
    }

    /// The nodes at a place whose port there has an address, with the port.
    pub fn with_address(&self, place: PlaceId, address: IpAddr) -> Vec<(NodeId, usize)> {
        self.holders.get(&(place, address)).cloned().unwrap_or_default()
    }

    /// The nodes at a place whose port there has one of some addresses, each once.
    pub fn with_any_address(
        &self,
        place: PlaceId,
        addresses: &AddressSet,
    ) -> BTreeSet<(NodeId, usize)> {
        let v4 = addresses.v4.ranges().iter();
        let v4 = v4.map(|(a, b)| (Ipv4Addr::from_bits(*a).into(), Ipv4Addr::from_bits(*b).into()));
        let v6 = addresses.v6.ranges().iter();
        let v6 = v6.map(|(a, b)| (Ipv6Addr::from_bits(*a).into(), Ipv6Addr::from_bits(*b).into()));
        let ranges = v4.chain(v6).map(|(a, b): (IpAddr, IpAddr)| (place, a)..=(place, b));
        ranges.flat_map(|it| self.holders.range(it)).flat_map(|(_, all)| all).copied().collect()
    }

    /// Brings the index of ports up to date.
    fn index(&mut self) {
        self.known = BTreeMap::new();
        self.holders = BTreeMap::new();
        self.proxies = proxies::proxies(&self.nodes);
        for (id, node) in self.nodes.iter().enumerate() {
            self.known.entry(node.thing.clone()).or_insert(id);
            for (at, port) in node.ports.iter().enumerate() {
                // Ports have single addresses; what is more stands for nobody's in particular.
                for (first, last) in
                    port.addresses.v4.ranges().iter().filter(|it| it.1 - it.0 < 256)
                {
                    for address in *first..=*last {
                        let key = (port.place, Ipv4Addr::from_bits(address).into());
                        self.holders.entry(key).or_default().push((id, at));
                    }
                }
                for (first, last) in
                    port.addresses.v6.ranges().iter().filter(|it| it.1 - it.0 < 256)
                {
                    for address in *first..=*last {
                        let key = (port.place, Ipv6Addr::from_bits(address).into());
                        self.holders.entry(key).or_default().push((id, at));
                    }
                }
            }
        }
    }

    /// A place in words.
    pub fn words(&self, place: PlaceId) -> Text {
        use crate::text;
        match self.places.get(place).map(|it| &it.kind) {
            Some(PlaceKind::Zone(zone)) => Text::same(&zone.id),
            Some(PlaceKind::Link(name)) => text!("接続区間 {name}", "link {name}"),
            Some(PlaceKind::Outside(Some(path))) if path.kind == EntityKind::Path => {
                let id = &path.id;
                text!("{id} の先", "beyond {id}")
            }
            Some(PlaceKind::Outside(Some(circuit))) => {
                let id = &circuit.id;
                text!("回線 {id}", "circuit {id}")
            }
            Some(PlaceKind::Outside(None)) | None => text!("外部", "outside"),
        }
    }
}

//! From where packets come in from outside: what is configured, and where no configuration was read
//! what is declared.

use super::declared::sources;
use super::{Forwarding, Network, Node, NodeId, PlaceKind};
use crate::inventory::{Connection, Entry as Declaration, Inventory};
use crate::model::words::{CircuitKind, Transport};
use crate::model::{AddressSet, EntityKind, EntityRef};
use crate::source::Span;
use crate::topology::{ExternalPath, PathKind, Topology, not_public};

/// In which way packets come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// Plainly over a line.
    Line,
    /// Out of a tunnel.
    Tunnel,
    /// From somebody who was let in: remote access, dial-in.
    Access,
    /// As the inventory says; no configuration shows how.
    Declared,
}

/// From where, and where, packets come in.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The party; the path when nobody declared whose it is.
    pub from: EntityRef,
    /// The connection, path, circuit or device that lets them in.
    pub by: EntityRef,
    /// In which way.
    pub kind: EntryKind,
    /// The node that they come to.
    pub node: NodeId,
    /// The interface of its configuration over which they come; none when it is not known.
    pub over: Option<usize>,
    /// From which addresses they can come, so that answers go back the same way.
    pub sources: AddressSet,
    /// To which addresses they can be sent at all.
    pub destinations: AddressSet,
    /// Where it is written.
    pub span: Span,
}

/// Every entry, in the order of devices and lines, then of connections.
pub(super) fn entries(
    network: &Network<'_>,
    inventory: &Inventory,
    topology: &Topology,
) -> Vec<Entry> {
    let find = Find { network, inventory, topology };
    let paths = topology.paths().iter().filter(|it| it.enabled);
    let mut all: Vec<Entry> = paths.flat_map(|it| find.path(it)).collect();
    for connection in &inventory.connections {
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        if all.iter().all(|it| it.by != thing) {
            all.extend(find.connection(connection, thing));
        }
    }
    find.open_lines(&mut all);
    all
}

struct Find<'n> {
    network: &'n Network<'n>,
    inventory: &'n Inventory,
    topology: &'n Topology,
}

impl Find<'_> {
    /// Entries over a configured path.
    fn path(&self, path: &ExternalPath) -> Vec<Entry> {
        let Some(node) = self.network.node(&path.device) else { return Vec::new() };
        let kind = match path.kind {
            PathKind::Tunnel => EntryKind::Tunnel,
            PathKind::RemoteAccess | PathKind::DialIn => EntryKind::Access,
            PathKind::Line | PathKind::Mobile => return self.line(path, node),
            _ => return Vec::new(),
        };
        let position = |name: &str| self.interface(node, name);
        let tunnel = self
            .network
            .nodes
            .get(node)
            .and_then(|node| node.tunnels.iter().find(|it| it.span == path.span));
        let outer = path.interface.as_deref().and_then(position);
        let connection = path.declared.as_ref().and_then(|(thing, _)| self.declaration(thing));
        let (from, by) = match connection {
            Some(it) => (party(it), EntityRef::new(EntityKind::Connection, &it.id.value)),
            None => (path.thing.clone(), path.thing.clone()),
        };
        let sources = match (path.beyond.is_empty(), connection) {
            (false, _) => path.beyond.clone(),
            (true, Some(it)) => sources(&self.network.book, it),
            (true, None) => AddressSet::any().difference(self.network.book.inside()),
        };
        let destinations = match path.inside.is_empty() {
            true => AddressSet::any(),
            false => path.inside.clone(),
        };
        let over = tunnel.and_then(|it| it.interface).or(outer);
        vec![Entry { from, by, kind, node, over, sources, destinations, span: path.span }]
    }

    /// Entries over a line: from the internet, and from every party that comes over it.
    fn line(&self, path: &ExternalPath, node: NodeId) -> Vec<Entry> {
        let over = path.interface.as_deref().and_then(|it| self.interface(node, it));
        let circuit = path.declared.as_ref().and_then(|(thing, _)| match thing.kind {
            EntityKind::Circuit => self.inventory.circuits.get(&thing.id),
            _ => None,
        });
        if circuit.is_some_and(|it| !is_open(it.kind.value)) {
            return Vec::new();
        }
        self.internet(node, over, &path.thing, path.span)
    }

    /// What the internet, and the parties on it, send to a node over an interface.
    fn internet(
        &self,
        node: NodeId,
        over: Option<usize>,
        by: &EntityRef,
        span: Span,
    ) -> Vec<Entry> {
        let own = self.network.nodes.get(node).map(|node| own(node, over)).unwrap_or_default();
        let destinations = not_public().complement().union(&own);
        let entry = |from: EntityRef, sources: AddressSet| Entry {
            from,
            by: by.clone(),
            kind: EntryKind::Line,
            node,
            over,
            sources,
            destinations: destinations.clone(),
            span,
        };
        let mut all = vec![entry(self.topology.internet(), self.network.book.internet())];
        for party in &self.inventory.parties {
            let thing = EntityRef::new(EntityKind::Party, &party.id.value);
            let networks: AddressSet = party.networks.iter().map(|it| it.value).collect();
            let public = networks.difference(&not_public());
            if thing != self.topology.internet() && !public.is_empty() {
                all.push(entry(thing, public));
            }
        }
        all
    }

    /// The entry of a connection that no configured path shows.
    fn connection(&self, connection: &Declaration<Connection>, by: EntityRef) -> Vec<Entry> {
        let at = connection.at.as_ref().map(|it| it.value.owner.as_str());
        let ends = connection.through.last().map(|it| it.id()).or(at);
        let named = |id: &str| {
            let kinds = [EntityKind::Device, EntityKind::System];
            kinds.iter().find_map(|kind| self.network.node(&EntityRef::new(*kind, id)))
        };
        let circuit = connection.circuit.as_ref().map(|it| it.id());
        let Some(node) =
            ends.and_then(named).or_else(|| circuit.and_then(|it| self.at_circuit(it)))
        else {
            return Vec::new();
        };
        let sources = sources(&self.network.book, connection);
        let destinations = AddressSet::any();
        let (from, span) = (party(connection), connection.id.span);
        let entry = |kind, over| Entry {
            from: from.clone(),
            by: by.clone(),
            kind,
            node,
            over,
            sources: sources.clone(),
            destinations: destinations.clone(),
            span,
        };
        match self.network.nodes.get(node).map(|it| &it.forwarding) {
            Some(Forwarding::Configured(_)) if is_plain(connection.transport.value) => {
                let over = circuit.and_then(|it| self.port_at_circuit(node, it));
                vec![entry(EntryKind::Line, over)]
            }
            // The tunnel that the inventory speaks of is not in the configuration.
            Some(Forwarding::Configured(_)) | None => Vec::new(),
            Some(_) => vec![entry(EntryKind::Declared, None)],
        }
    }

    /// Devices without configuration that stand on a line to the internet.
    fn open_lines(&self, all: &mut Vec<Entry>) {
        for (id, node) in self.network.nodes.iter().enumerate() {
            if matches!(node.forwarding, Forwarding::Configured(_)) {
                continue;
            }
            for port in &node.ports {
                let place = self.network.places.get(port.place).map(|it| &it.kind);
                let Some(PlaceKind::Outside(Some(thing))) = place else { continue };
                let circuit = self.inventory.circuits.get(&thing.id);
                if circuit.is_some_and(|it| is_open(it.kind.value)) {
                    all.extend(self.internet(id, None, thing, port.span).into_iter().take(1));
                }
            }
        }
    }

    fn interface(&self, node: NodeId, name: &str) -> Option<usize> {
        match &self.network.nodes.get(node)?.forwarding {
            Forwarding::Configured(machine) => {
                machine.config.interfaces.iter().position(|it| it.name.value == name)
            }
            _ => None,
        }
    }

    fn declaration(&self, thing: &EntityRef) -> Option<&Declaration<Connection>> {
        match thing.kind {
            EntityKind::Connection => self.inventory.connections.get(&thing.id),
            _ => None,
        }
    }

    /// The node on a circuit.
    fn at_circuit(&self, circuit: &str) -> Option<NodeId> {
        self.network
            .nodes
            .iter()
            .position(|node| node.ports.iter().any(|it| self.is_circuit(it.place, circuit)))
    }

    fn port_at_circuit(&self, node: NodeId, circuit: &str) -> Option<usize> {
        let mut ports = self.network.nodes.get(node)?.ports.iter();
        ports.find(|it| self.is_circuit(it.place, circuit))?.interface
    }

    fn is_circuit(&self, place: usize, circuit: &str) -> bool {
        let kind = self.network.places.get(place).map(|it| &it.kind);
        matches!(kind, Some(PlaceKind::Outside(Some(it))) if it.id == circuit)
    }
}

fn party(connection: &Connection) -> EntityRef {
    EntityRef::new(EntityKind::Party, connection.party.id())
}

/// The addresses of a node on the side of an interface.
fn own(node: &Node<'_>, over: Option<usize>) -> AddressSet {
    let here = node.ports.iter().filter(|it| over.is_none() || it.interface == over);
    here.map(|it| it.addresses.clone()).collect()
}

/// Whether anybody on the internet can send packets over such a line.
const fn is_open(kind: CircuitKind) -> bool {
    matches!(kind, CircuitKind::Internet | CircuitKind::MobileInternet)
}

/// Whether packets come as they are, out of no tunnel that the device itself would end.
const fn is_plain(transport: Transport) -> bool {
    use Transport as T;
    matches!(
        transport,
        T::Dedicated
            | T::Isdn
            | T::IpVpn
            | T::ClosedMobile
            | T::TlsMtls
            | T::Tls
            | T::RemoteControl
            | T::PlainInternet
    )
}

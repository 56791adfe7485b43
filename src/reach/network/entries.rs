//! From where packets come in from outside: what is configured, and where no configuration was read
//! what is declared.

use super::declared::sources;
use super::lines::{is_open, is_plain, party};
use super::{Arrival, Far, Forwarding, Network, Node, NodeId, PlaceKind};
use crate::inventory::{Connection, Endpoint, Entry as Declaration, Inventory};
use crate::model::device::Acquired;
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
    /// Whether they come out of a tunnel that is no interface, so that nobody knows whether the
    /// filters of that interface see them.
    pub decrypted: bool,
    /// From which addresses they can come, so that answers go back the same way. Of a party whose
    /// addresses nobody wrote down, any that are not known to be somebody else's.
    pub sources: AddressSet,
    /// To which addresses they can be sent at all.
    pub destinations: AddressSet,
    /// To which of these they are carried in any case: none of a family of which nobody knows whether it
    /// comes this way.
    pub carried: AddressSet,
    /// Where it is written.
    pub span: Span,
}

impl Entry {
    /// How packets come to the node.
    pub const fn arrival(&self) -> Arrival {
        Arrival { over: self.over, decrypted: self.decrypted }
    }
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
        // What comes plainly over a line of its own comes whatever tunnel is configured beside.
        let plain = connection.circuit.is_some() && is_plain(connection.transport.value);
        let shown = |it: &Entry| it.by == thing && (!plain || it.kind != EntryKind::Tunnel);
        if !all.iter().any(shown) {
            all.extend(find.connection(connection, thing));
        }
    }
    find.open_lines(&mut all);
    find.remote_access(&mut all);
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
        // What stands at the far side of some paths is a node of its own.
        let beyond = self.network.node(&path.thing);
        let Some(node) = beyond.or_else(|| self.network.node(&path.device)) else {
            return Vec::new();
        };
        let kind = match path.kind {
            PathKind::Tunnel | PathKind::Bridge => EntryKind::Tunnel,
            PathKind::RemoteAccess | PathKind::DialIn => EntryKind::Access,
            PathKind::Gateway => EntryKind::Line,
            PathKind::Line | PathKind::Mobile => return self.line(path, node),
            PathKind::Ipv6 => return self.ipv6(path, node),
            PathKind::Forward | PathKind::Cloud | PathKind::Routing => return Vec::new(),
            // That something was seen to pass does not say what else may.
            PathKind::ObservedExit
            | PathKind::ObservedTunnel
            | PathKind::ObservedRemoteControl
            | PathKind::ObservedInbound
            | PathKind::ObservedPeer => return Vec::new(),
        };
        let tunnels = self.network.nodes.get(node).map(|it| &it.tunnels);
        let tunnel = tunnels.and_then(|all| all.iter().find(|it| it.span == path.span));
        if tunnel.is_some_and(|it| matches!(it.far, Far::Node(..))) {
            return Vec::new();
        }
        let outer = path.interface.as_deref().and_then(|it| self.interface(node, it));
        let arrival = match (beyond, tunnel) {
            (Some(_), _) => Arrival::over(None),
            (None, Some(tunnel)) => tunnel.arrival,
            (None, None) => Arrival { over: outer, decrypted: kind != EntryKind::Line },
        };
        let connection = path.declared.as_ref().and_then(|(thing, _)| self.declaration(thing));
        let (from, by) = match connection {
            Some(it) => (party(it), EntityRef::new(EntityKind::Connection, &it.id.value)),
            None => (path.thing.clone(), path.thing.clone()),
        };
        let sources = match (path.beyond.is_empty(), connection) {
            (false, _) => path.beyond.clone(),
            (true, Some(it)) => self.sources(it),
            (true, None) => self.network.book.outside(),
        };
        let destinations = match path.inside.is_empty() || beyond.is_some() {
            true => self.others(&sources),
            // What the selectors carry; filters and routes decide the rest further on.
            false => tunnel.map_or_else(|| path.inside.clone(), |it| it.carries.sources()),
        };
        vec![Entry {
            from,
            by,
            kind,
            node,
            over: arrival.over,
            decrypted: arrival.decrypted,
            sources,
            destinations,
            carried: AddressSet::any(),
            span: path.span,
        }]
    }

    /// The addresses of the party of a connection, as a configured device may see them.
    fn sources(&self, connection: &Connection) -> AddressSet {
        let own = sources(&self.network.book, connection);
        match self.network.book.is_made_up(&own) {
            true => own.union(&self.network.book.outside()),
            false => own,
        }
    }

    /// Every address but those of the senders themselves: to each other they need no hospital. What
    /// is also declared inside stays.
    fn others(&self, sources: &AddressSet) -> AddressSet {
        sources.difference(self.network.book.inside()).complement()
    }

    /// Entries over a line: from the internet, and from every party that comes over it.
    fn line(&self, path: &ExternalPath, node: NodeId) -> Vec<Entry> {
        let over = path.interface.as_deref().and_then(|it| self.interface(node, it));
        let circuit = path.declared.as_ref().and_then(|(thing, _)| match thing.kind {
            EntityKind::Circuit => self.inventory.circuits.get(&thing.id),
            _ => None,
        });
        if circuit.is_some_and(|it| !is_open(it)) {
            return Vec::new();
        }
        self.internet(node, over, &path.thing, path.span)
    }

    /// Open IPv6 comes in over the line, unless nothing else shows that there is one.
    fn ipv6(&self, path: &ExternalPath, node: NodeId) -> Vec<Entry> {
        let line = |it: &ExternalPath| {
            matches!(it.kind, PathKind::Line | PathKind::Mobile)
                && it.enabled
                && it.device == path.device
                && it.interface == path.interface
        };
        match self.topology.paths().iter().any(line) {
            true => Vec::new(),
            false => self.line(path, node),
        }
    }

    /// What the internet, and the parties on it, send to a node over an interface.
    fn internet(
        &self,
        node: NodeId,
        over: Option<usize>,
        by: &EntityRef,
        span: Span,
    ) -> Vec<Entry> {
        let destinations = self.on_the_internet(node, over);
        let carried = self.let_in_by_the_internet(node, over);
        let entry = |from: EntityRef, sources: AddressSet| Entry {
            from,
            by: by.clone(),
            kind: EntryKind::Line,
            node,
            over,
            decrypted: false,
            sources,
            destinations: destinations.clone(),
            carried: carried.clone(),
            span,
        };
        let mut all = vec![entry(self.topology.internet(), self.network.book.internet())];
        all.extend(self.network.book.public_parties().map(|(thing, own)| entry(thing, own)));
        all
    }

    /// The addresses to which the internet carries packets on a line: public ones, and those that the
    /// node has on it.
    fn on_the_internet(&self, node: NodeId, over: Option<usize>) -> AddressSet {
        let own = self.network.nodes.get(node).map(|node| own(node, over)).unwrap_or_default();
        not_public().complement().union(&own)
    }

    /// Of which families packets come in from the internet in any case: beyond what is only taken for a
    /// line may stand a device that nobody read, unless the address there is one of the internet's.
    fn let_in_by_the_internet(&self, node: NodeId, over: Option<usize>) -> AddressSet {
        let Some(node) = self.network.nodes.get(node) else { return AddressSet::none() };
        let here = node.ports.iter().filter(|it| over.is_none() || it.interface == over);
        let places = here.filter_map(|it| self.network.places.get(it.place));
        let inside: AddressSet = places.map(|it| self.network.may_be_inside(it)).collect();
        if inside.is_empty() {
            return AddressSet::any();
        }
        match own(node, over).v4.difference(&inside.v4).is_empty() {
            true => AddressSet::none(),
            false => AddressSet::any_v4(),
        }
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
        let node = ends
            .and_then(named)
            .or_else(|| at.and_then(named))
            .or_else(|| circuit.and_then(|it| self.network.at_circuit(it)))
            .or_else(|| self.network.node(&by));
        let Some(node) = node else { return Vec::new() };
        let entry = |kind, arrival: Arrival, sources: AddressSet| Entry {
            from: party(connection),
            by: by.clone(),
            kind,
            node,
            over: arrival.over,
            decrypted: arrival.decrypted,
            destinations: self.others(&sources),
            carried: AddressSet::any(),
            sources,
            span: connection.id.span,
        };
        let configured = self.network.nodes.get(node).map(|it| &it.forwarding);
        if !matches!(configured, Some(Forwarding::Configured(_))) {
            let own = sources(&self.network.book, connection);
            return vec![entry(EntryKind::Declared, Arrival::over(None), own)];
        }
        let over = self.over(node, connection);
        let plain = is_plain(connection.transport.value) && over.is_some();
        let kind = if plain { EntryKind::Line } else { EntryKind::Declared };
        // The tunnel that the inventory speaks of is not in the configuration as it was read.
        let arrival = Arrival { over, decrypted: !plain };
        // Where nobody knows over which interface it comes, or it is switched off, nobody knows which
        // filters it meets, nor whether it comes at all.
        let mut carried = match over {
            Some(_) => AddressSet::any(),
            None => AddressSet::none(),
        };
        let mut sources = self.sources(connection);
        if sources.v6.is_empty() && self.speaks_v6(node, over) {
            // Nobody wrote down its addresses of IPv6, nor that it has none.
            let AddressSet { v6, .. } = self.network.book.outside();
            sources.v6 = v6;
            carried = carried.intersection(&AddressSet::any_v4());
        }
        vec![Entry { carried, ..entry(kind, arrival, sources) }]
    }

    /// The interface of a configured node over which a connection comes: that of its circuit, the
    /// one that it names, else the only one that faces outside.
    fn over(&self, node: NodeId, connection: &Connection) -> Option<usize> {
        let it = self.network.nodes.get(node)?;
        let circuit = connection.circuit.as_ref().and_then(|circuit| {
            it.ports.iter().find(|port| self.network.is_circuit(port.place, circuit.id()))
        });
        let named = || {
            let at = connection.at.as_ref().map(|it| &it.value)?;
            let declared = self.inventory.devices.get(&at.owner)?;
            let declared = declared.interfaces.get(at.interface.as_deref()?)?;
            it.ports.iter().find(|port| {
                port.name == declared.id.value
                    || declared.addresses.iter().any(|it| port.addresses.contains(it.value.ip()))
            })
        };
        let outside = || {
            let mut all = it.ports.iter().filter(|port| self.network.is_outside(port.place));
            all.next().filter(|_| all.next().is_none())
        };
        circuit.or_else(named).or_else(outside)?.interface
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
                if self.inventory.circuits.get(&thing.id).is_some_and(|it| is_open(it)) {
                    all.extend(self.internet(id, None, thing, port.span));
                }
            }
        }
    }

    /// Whoever has stolen an account gets in by the remote access of a device without
    /// configuration, as the one whose account it is.
    fn remote_access(&self, all: &mut Vec<Entry>) {
        for device in &self.inventory.devices {
            let by = EntityRef::new(EntityKind::Device, &device.id.value);
            let Some(node) = self.network.node(&by) else { continue };
            let configured = self.network.nodes.get(node).map(|it| &it.forwarding);
            if matches!(configured, Some(Forwarding::Configured(_))) {
                continue;
            }
            let anybody = |from: &[crate::source::Spanned<Endpoint>]| {
                let open = |it: &Endpoint| matches!(it, Endpoint::Any | Endpoint::Internet);
                from.is_empty() || from.iter().any(|it| open(&it.value))
            };
            for access in &device.remote_access {
                let off = access.enabled.as_ref().is_some_and(|it| !it.value);
                if off || !anybody(&access.from) {
                    continue;
                }
                let of = self.inventory.connections.iter().filter(|it| {
                    it.at.as_ref().is_some_and(|at| at.value.owner == device.id.value)
                        || it.through.iter().any(|it| it.id() == device.id.value)
                });
                let of = of.filter(|it| it.transport.value == access.transport.value);
                let as_whom: AddressSet = of.map(|it| sources(&self.network.book, it)).collect();
                let sources = match as_whom.is_empty() {
                    true => self.network.book.internet(),
                    false => as_whom,
                };
                all.push(Entry {
                    from: self.topology.internet(),
                    by: by.clone(),
                    kind: EntryKind::Access,
                    node,
                    over: None,
                    decrypted: false,
                    destinations: self.others(&sources),
                    carried: AddressSet::any(),
                    sources,
                    span: access.transport.span,
                });
            }
        }
    }

    /// Whether a node takes IPv6 over an interface.
    fn speaks_v6(&self, node: NodeId, over: Option<usize>) -> bool {
        let Some(node) = self.network.nodes.get(node) else { return false };
        let Forwarding::Configured(machine) = &node.forwarding else { return false };
        let interface = over.and_then(|at| machine.config.interfaces.get(at));
        interface.is_some_and(|it| {
            let given =
                |it: &Acquired| matches!(it, Acquired::Advertisement | Acquired::Delegation);
            it.addresses.iter().any(|it| it.value.is_ipv6())
                || it.acquired.iter().any(|it| given(&it.value))
        })
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
}

/// The addresses of a node on the side of an interface.
pub(super) fn own(node: &Node<'_>, over: Option<usize>) -> AddressSet {
    let here = node.ports.iter().filter(|it| over.is_none() || it.interface == over);
    here.map(|it| it.addresses.clone()).collect()
}

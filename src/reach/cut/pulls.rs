//! What a person can pull or shut: lines at their terminal, interfaces of devices and hosts; and
//! what no longer carries anything then.

use crate::inventory::{self, Connection};
use crate::model::{EntityKind, EntityRef};
use crate::reach::Reach;
use crate::reach::network::{Closed, Entry, Far, NodeId, PlaceId, PlaceKind};
use crate::source::Span;
use std::collections::BTreeSet;

/// One thing to pull.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pull {
    /// A circuit, at its terminal.
    Circuit(EntityRef),
    /// The line of a connection, a path or a device of which nobody wrote down which it is.
    Line(EntityRef),
    /// An interface of a device or host, by position: its cable.
    Port(NodeId, usize),
}

/// Over what something comes in: in a row, the circuit, then any of some interfaces.
#[derive(Clone, Debug, Default)]
pub(super) struct Carriage {
    pub circuit: Option<EntityRef>,
    pub ports: Vec<(NodeId, usize)>,
    /// What it is called when neither is known.
    pub line: Option<EntityRef>,
}

impl Carriage {
    /// Whether it still carries anything after some things were pulled.
    pub(super) fn holds(&self, pulled: &BTreeSet<Pull>, closed: &Closed) -> bool {
        let circuit = self.circuit.iter().all(|it| !pulled.contains(&Pull::Circuit(it.clone())));
        let line = self.line.iter().all(|it| !pulled.contains(&Pull::Line(it.clone())));
        let ports = self.ports.is_empty() || self.ports.iter().any(|it| !closed.ports.contains(it));
        circuit && line && ports
    }
}

impl Reach<'_> {
    /// Over what an entry comes in.
    pub(super) fn carriage_of_entry(&self, entry: &Entry) -> Carriage {
        let connection = match entry.by.kind {
            EntityKind::Connection => self.inventory.connections.get(&entry.by.id),
            _ => None,
        };
        let outer = self.outer(entry.node, entry.span);
        let mut carriage = connection.map(|it| self.carriage_of(it)).unwrap_or_default();
        if !outer.is_empty() {
            carriage.ports = outer;
        }
        if entry.by.kind == EntityKind::Circuit {
            carriage.circuit = Some(entry.by.clone());
        }
        if carriage.ports.is_empty() {
            let ports = self.network.nodes.get(entry.node).map(|it| it.ports.iter().enumerate());
            let over = ports.into_iter().flatten().filter(|(_, it)| match &carriage.circuit {
                Some(circuit) => self.circuit_at(it.place).as_ref() == Some(circuit),
                None => entry.over.is_some() && it.interface == entry.over,
            });
            carriage.ports = over.map(|(at, _)| (entry.node, at)).collect();
        }
        if carriage.ports.is_empty() && carriage.circuit.is_none() {
            carriage.ports = self.facing_outside(entry.node);
        }
        self.completed(carriage, &entry.by)
    }

    /// Over what a declared connection is carried.
    pub(super) fn carriage_of(&self, connection: &inventory::Entry<Connection>) -> Carriage {
        let circuit = connection.circuit.as_ref();
        let circuit = circuit.map(|it| EntityRef::new(EntityKind::Circuit, it.value.id()));
        let mut ports = Vec::new();
        if let Some(at) = &connection.at {
            let kinds = [EntityKind::Device, EntityKind::System];
            let node = kinds
                .iter()
                .find_map(|kind| self.network.node(&EntityRef::new(*kind, &at.value.owner)));
            let own = node.and_then(|it| Some((it, self.network.nodes.get(it)?)));
            if let Some((id, node)) = own {
                let all = || node.ports.iter().enumerate();
                let named = |name: &String| {
                    let declared = self.declared_addresses(&at.value.owner, name);
                    let is_it = |port: &&(usize, &crate::reach::network::Port)| {
                        port.1.name == *name
                            || declared.iter().any(|it| port.1.addresses.contains(*it))
                    };
                    all().filter(|it| is_it(&it)).map(|(at, _)| (id, at)).collect::<Vec<_>>()
                };
                ports = at.value.interface.as_ref().map(named).unwrap_or_default();
                if ports.is_empty() {
                    let on = all().filter(|(_, it)| {
                        circuit.is_some() && self.circuit_at(it.place) == circuit
                    });
                    ports = on.map(|(at, _)| (id, at)).collect();
                }
            }
        }
        let line = EntityRef::new(EntityKind::Connection, &connection.id.value);
        self.completed(Carriage { circuit, ports, line: None }, &line)
    }

    /// With the circuit at its interfaces; by name when nothing is known.
    fn completed(&self, mut carriage: Carriage, line: &EntityRef) -> Carriage {
        if carriage.circuit.is_none() {
            let places = carriage.ports.iter().filter_map(|(node, at)| self.place_of(*node, *at));
            let circuits: BTreeSet<_> = places.map(|it| self.circuit_at(it)).collect();
            let mut circuits = circuits.into_iter();
            carriage.circuit = circuits.next().filter(|_| circuits.next().is_none()).flatten();
        }
        if carriage.circuit.is_none() && carriage.ports.is_empty() {
            carriage.line = Some(line.clone());
        }
        carriage
    }

    /// The interfaces over which what is configured at a place reaches its far end.
    fn outer(&self, node: NodeId, span: Span) -> Vec<(NodeId, usize)> {
        let Some(own) = self.network.nodes.get(node) else { return Vec::new() };
        let mut paths = self.topology.paths().iter();
        let path = paths.find(|it| it.device == own.thing && it.span == span);
        let Some(name) = path.and_then(|it| it.interface.as_ref()) else { return Vec::new() };
        let ports = own.ports.iter().enumerate().filter(|(_, it)| it.name == *name);
        ports.map(|(at, _)| (node, at)).collect()
    }

    /// Over what a tunnel is carried: any interface that faces outside, when it is not known.
    pub(super) fn carriage_of_tunnel(&self, node: NodeId, at: usize) -> Carriage {
        let Some(own) = self.network.nodes.get(node) else { return Carriage::default() };
        let Some(tunnel) = own.tunnels.get(at) else { return Carriage::default() };
        let mut ports = self.outer(node, tunnel.span);
        if ports.is_empty() {
            ports = self.facing_outside(node);
        }
        let line = match &tunnel.far {
            Far::Outside(thing) => thing.clone(),
            Far::Node(..) | Far::Unread(_) => own.thing.clone(),
        };
        self.completed(Carriage { ports, ..Carriage::default() }, &line)
    }

    /// The interfaces of a node that stand on lines.
    fn facing_outside(&self, id: NodeId) -> Vec<(NodeId, usize)> {
        let outside = |place: PlaceId| {
            let place = self.network.places.get(place).map(|it| &it.kind);
            matches!(place, Some(PlaceKind::Outside(_)))
        };
        let ports = self.network.nodes.get(id).map(|it| it.ports.iter().enumerate());
        let facing = ports.into_iter().flatten().filter(|(_, it)| outside(it.place));
        facing.map(|(at, _)| (id, at)).collect()
    }

    /// The circuit that a place is.
    pub(super) fn circuit_at(&self, place: PlaceId) -> Option<EntityRef> {
        match self.network.places.get(place).map(|it| &it.kind) {
            Some(PlaceKind::Outside(circuit)) => circuit.clone(),
            _ => None,
        }
    }

    fn place_of(&self, node: NodeId, at: usize) -> Option<PlaceId> {
        Some(self.network.nodes.get(node)?.ports.get(at)?.place)
    }

    fn declared_addresses(&self, device: &str, interface: &str) -> Vec<std::net::IpAddr> {
        let device = self.inventory.devices.get(device);
        let interface = device.and_then(|it| it.interfaces.get(interface));
        interface
            .map(|it| it.addresses.iter().map(|it| it.value.ip()).collect())
            .unwrap_or_default()
    }

    /// What no longer carries anything when these are pulled.
    pub(in crate::reach) fn closed(&self, pulled: &BTreeSet<Pull>) -> Closed {
        let mut closed = Closed::default();
        for (id, node) in self.network.nodes.iter().enumerate() {
            for (at, port) in node.ports.iter().enumerate() {
                let circuit = self.circuit_at(port.place).map(Pull::Circuit);
                if pulled.contains(&Pull::Port(id, at))
                    || circuit.is_some_and(|it| pulled.contains(&it))
                {
                    closed.ports.insert((id, at));
                }
            }
        }
        for (id, node) in self.network.nodes.iter().enumerate() {
            for at in 0..node.tunnels.len() {
                if !self.carriage_of_tunnel(id, at).holds(pulled, &closed) {
                    closed.tunnels.insert((id, at));
                }
            }
        }
        for (at, entry) in self.network.entries.iter().enumerate() {
            if !self.carriage_of_entry(entry).holds(pulled, &closed) {
                closed.entries.insert(at);
            }
        }
        closed
    }
}

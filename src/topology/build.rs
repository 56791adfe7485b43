//! Inventory → graph.

use super::{Corroboration, Link, LinkKind, Node, Origin, Topology};
use crate::inventory::{Endpoint, Inventory};
use crate::model::words::Direction;
use crate::model::{EntityKind, EntityRef, IpNetwork, Service, contains};
use crate::source::{Span, Spanned};
use crate::text;
use petgraph::stable_graph::NodeIndex;

/// The party that stands for everything outside that nobody declared.
pub(crate) const INTERNET: &str = "internet";

/// Builds the graph of the declared facts.
pub fn build(inventory: &Inventory) -> Topology {
    let mut builder = Builder {
        inventory,
        topology: Topology::default(),
        addresses: AddressBook::new(inventory),
    };
    builder.things();
    builder.attachments();
    builder.connections();
    builder.forwards();
    builder.flows();
    builder.topology
}

/// Which system or zone an address belongs to.
struct AddressBook {
    systems: Vec<(IpNetwork, String)>,
    zones: Vec<(IpNetwork, String)>,
}

impl AddressBook {
    fn new(inventory: &Inventory) -> Self {
        let systems = inventory.systems.iter().flat_map(|system| {
            system
                .attachments()
                .flat_map(|at| at.addresses)
                .map(|address| (address.value, system.id.value.clone()))
        });
        let zones = inventory.zones.iter().flat_map(|zone| {
            zone.networks
                .iter()
                .map(|network| (network.value, zone.id.value.clone()))
        });
        Self {
            systems: systems.collect(),
            zones: zones.collect(),
        }
    }

    /// The systems inside a network; failing that, the zone around it.
    fn things(&self, network: IpNetwork) -> Vec<EntityRef> {
        let inside: Vec<EntityRef> = self
            .systems
            .iter()
            .filter(|(address, _)| contains(network, *address))
            .map(|(_, id)| EntityRef::new(EntityKind::System, id.clone()))
            .collect();
        if !inside.is_empty() {
            return inside;
        }
        self.zones
            .iter()
            .filter(|(zone, _)| contains(*zone, network))
            .map(|(_, id)| EntityRef::new(EntityKind::Zone, id.clone()))
            .collect()
    }
}

struct Builder<'a> {
    inventory: &'a Inventory,
    topology: Topology,
    addresses: AddressBook,
}

impl Builder<'_> {
    fn node(&mut self, thing: EntityRef, declared: Option<Span>) -> NodeIndex {
        if let Some(at) = self.topology.index.get(&thing) {
            return *at;
        }
        let at = self.topology.graph.add_node(Node {
            thing: thing.clone(),
            origins: declared.map(Origin::Declared).into_iter().collect(),
            corroboration: Corroboration::NotLooked,
        });
        self.topology.index.insert(thing, at);
        at
    }

    fn link(&mut self, from: NodeIndex, to: NodeIndex, link: Link) {
        self.topology.graph.add_edge(from, to, link);
    }

    fn things(&mut self) {
        let inventory = self.inventory;
        let declared =
            |kind, id: &Spanned<String>| (EntityRef::new(kind, &id.value), Some(id.span));
        let zones = inventory
            .zones
            .ids()
            .map(|id| declared(EntityKind::Zone, id));
        let parties = inventory
            .parties
            .ids()
            .map(|id| declared(EntityKind::Party, id));
        let circuits = inventory
            .circuits
            .ids()
            .map(|id| declared(EntityKind::Circuit, id));
        let devices = inventory
            .devices
            .ids()
            .map(|id| declared(EntityKind::Device, id));
        let systems = inventory
            .systems
            .ids()
            .map(|id| declared(EntityKind::System, id));
        let all: Vec<_> = zones
            .chain(parties)
            .chain(circuits)
            .chain(devices)
            .chain(systems)
            .collect();
        for (thing, span) in all {
            self.node(thing, span);
        }
        self.node(EntityRef::new(EntityKind::Party, INTERNET), None);
    }

    /// Systems and devices in their zones and on their lines.
    fn attachments(&mut self) {
        let inventory = self.inventory;
        for system in &inventory.systems {
            let at = self.node(EntityRef::new(EntityKind::System, &system.id.value), None);
            for attachment in system.attachments() {
                if let Some(zone) = attachment.zone {
                    self.join(
                        at,
                        EntityKind::Zone,
                        zone.id(),
                        zone.span,
                        LinkKind::Membership,
                    );
                }
                if let Some(circuit) = attachment.circuit {
                    self.join(
                        at,
                        EntityKind::Circuit,
                        circuit.id(),
                        circuit.span,
                        LinkKind::Line,
                    );
                }
            }
        }
        for device in &inventory.devices {
            let at = self.node(EntityRef::new(EntityKind::Device, &device.id.value), None);
            for interface in &device.interfaces {
                if let Some(zone) = &interface.zone {
                    self.join(
                        at,
                        EntityKind::Zone,
                        zone.id(),
                        zone.span,
                        LinkKind::Attachment,
                    );
                }
                if let Some(circuit) = &interface.circuit {
                    self.join(
                        at,
                        EntityKind::Circuit,
                        circuit.id(),
                        circuit.span,
                        LinkKind::Line,
                    );
                }
                if let Some(other) = &interface.device {
                    self.join(
                        at,
                        EntityKind::Device,
                        other.id(),
                        other.span,
                        LinkKind::Line,
                    );
                }
            }
        }
    }

    /// Joins in both directions.
    fn join(&mut self, at: NodeIndex, kind: EntityKind, id: &str, span: Span, how: LinkKind) {
        let other = self.node(EntityRef::new(kind, id), None);
        let says = match how {
            LinkKind::Membership => text!("同じゾーンの中", "inside the same zone"),
            _ => text!("接続", "attached"),
        };
        let link = Link {
            kind: how,
            services: Vec::new(),
            origins: vec![Origin::Declared(span)],
            corroboration: Corroboration::NotLooked,
            says,
        };
        self.link(at, other, link.clone());
        self.link(other, at, link);
    }

    /// What every connection may reach.
    fn connections(&mut self) {
        let inventory = self.inventory;
        for connection in &inventory.connections {
            let party = self.node(
                EntityRef::new(EntityKind::Party, connection.party.id()),
                None,
            );
            let name = connection.name.value.as_str();
            for allow in &connection.allow {
                let via = allow.via.as_ref().map(|via| via.id().to_owned());
                let services: Vec<Service> = allow.services.iter().map(|s| s.value).collect();
                let link = Link {
                    kind: LinkKind::Allow {
                        connection: connection.id.value.clone(),
                        via: via.clone(),
                    },
                    services,
                    origins: vec![Origin::Declared(allow.span)],
                    corroboration: Corroboration::NotLooked,
                    says: text!(
                        "外部接続「{name}」で許可",
                        "permitted by the connection `{name}`"
                    ),
                };
                let outbound = allow
                    .direction
                    .as_ref()
                    .is_some_and(|d| d.value == Direction::Outbound);
                if outbound {
                    // The session starts inside: nothing outside can open one over this line.
                    let source = allow
                        .from
                        .as_ref()
                        .map(|from| self.ends(&from.value))
                        .unwrap_or_default();
                    for from in source {
                        self.link(from, party, link.clone());
                    }
                    continue;
                }
                if let Some(relay) = via {
                    let relay = self.node(EntityRef::new(EntityKind::System, relay), None);
                    self.link(party, relay, link.clone());
                    for to in self.ends(&allow.to.value) {
                        self.link(relay, to, link.clone());
                    }
                } else {
                    for to in self.ends(&allow.to.value) {
                        self.link(party, to, link.clone());
                    }
                }
            }
        }
    }

    /// Ports that devices pass on, from everywhere outside.
    fn forwards(&mut self) {
        let inventory = self.inventory;
        for device in &inventory.devices {
            let name = device.name.value.as_str();
            for forward in &device.forwards {
                let to = self.node(EntityRef::new(EntityKind::System, forward.to.id()), None);
                let service = forward.service.as_ref().unwrap_or(&forward.listen);
                let link = Link {
                    kind: LinkKind::Forward,
                    services: vec![service.value],
                    origins: vec![Origin::Declared(forward.span)],
                    corroboration: Corroboration::NotLooked,
                    says: text!(
                        "機器「{name}」のポート転送",
                        "port forward of the device `{name}`"
                    ),
                };
                let open = forward.from.is_empty()
                    || forward
                        .from
                        .iter()
                        .any(|from| matches!(from.value, Endpoint::Any | Endpoint::Internet));
                if open {
                    let internet = self.node(EntityRef::new(EntityKind::Party, INTERNET), None);
                    self.link(internet, to, link.clone());
                }
                for from in &forward.from {
                    if let Endpoint::Named(id) = &from.value
                        && inventory.parties.declares(id)
                    {
                        let party = self.node(EntityRef::new(EntityKind::Party, id), None);
                        self.link(party, to, link.clone());
                    }
                }
            }
        }
    }

    /// What the inside allows.
    fn flows(&mut self) {
        let inventory = self.inventory;
        for flow in &inventory.flows {
            let (from, to) = (self.ends(&flow.from.value), self.ends(&flow.to.value));
            let (source, target) = (flow.from.value.to_string(), flow.to.value.to_string());
            for source_node in &from {
                for target_node in &to {
                    if source_node == target_node {
                        continue;
                    }
                    self.link(
                        *source_node,
                        *target_node,
                        Link {
                            kind: LinkKind::Flow,
                            services: flow.services.iter().map(|s| s.value).collect(),
                            origins: vec![Origin::Declared(flow.span)],
                            corroboration: Corroboration::NotLooked,
                            says: text!(
                                "ゾーン間通信 {source} → {target}",
                                "flow {source} → {target}"
                            ),
                        },
                    );
                }
            }
        }
    }

    /// The nodes that an end of a flow means.
    fn ends(&mut self, endpoint: &Endpoint) -> Vec<NodeIndex> {
        let things = match endpoint {
            Endpoint::Internet => vec![EntityRef::new(EntityKind::Party, INTERNET)],
            Endpoint::Any => self
                .inventory
                .zones
                .ids()
                .map(|id| EntityRef::new(EntityKind::Zone, &id.value))
                .collect(),
            Endpoint::Network(network) => self.addresses.things(*network),
            Endpoint::Named(id) => [
                EntityKind::Zone,
                EntityKind::System,
                EntityKind::Party,
                EntityKind::Device,
            ]
            .into_iter()
            .map(|kind| EntityRef::new(kind, id))
            .filter(|thing| self.topology.index.contains_key(thing))
            .collect(),
        };
        things
            .into_iter()
            .map(|thing| self.node(thing, None))
            .collect()
    }
}

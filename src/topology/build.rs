//! Inventory → graph.

use super::addresses::AddressBook;
use super::apply::apply;
use super::corroborate::corroborate;
use super::identify::identify;
use super::observed::observe;
use super::probed::probe;
use super::{Corroboration, Link, LinkKind, Node, Origin, Topology};
use crate::evidence::EvidenceSet;
use crate::inventory::{Connection, Endpoint, Entry, Inventory, Party};
use crate::model::words::{Direction, PartyKind};
use crate::model::{EntityKind, EntityRef, Service, is_any};
use crate::source::{Span, Spanned};
use crate::text;
use petgraph::stable_graph::NodeIndex;

/// Builds the graph of the declared facts and joins it with the evidence.
pub fn build(inventory: &Inventory, evidence: &EvidenceSet) -> Topology {
    let internet = |it: &&Entry<Party>| it.kind.value == PartyKind::Internet;
    let internet = inventory.parties.iter().find(internet);
    let mut builder = Builder {
        inventory,
        topology: Topology {
            internet: internet.map(|it| EntityRef::new(EntityKind::Party, &it.id.value)),
            ..Topology::default()
        },
        addresses: AddressBook::new(inventory),
    };
    builder.things();
    builder.attachments();
    builder.connections();
    builder.open_accesses();
    builder.forwards();
    builder.flows();
    let mut topology = builder.topology;
    topology.joined = identify(inventory, evidence);
    let joint = corroborate(inventory, evidence, &topology.joined);
    let (observed, ways) = observe(inventory, evidence, &topology.joined);
    topology.observed = observed;
    topology.probed = probe(inventory, evidence, &topology.joined);
    apply(&mut topology, inventory, evidence, joint, ways);
    topology
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
        let zones = inventory.zones.ids().map(|id| declared(EntityKind::Zone, id));
        let parties = inventory.parties.ids().map(|id| declared(EntityKind::Party, id));
        let circuits = inventory.circuits.ids().map(|id| declared(EntityKind::Circuit, id));
        let devices = inventory.devices.ids().map(|id| declared(EntityKind::Device, id));
        let systems = inventory.systems.ids().map(|id| declared(EntityKind::System, id));
        let all: Vec<_> =
            zones.chain(parties).chain(circuits).chain(devices).chain(systems).collect();
        for (thing, span) in all {
            self.node(thing, span);
        }
        self.node(self.topology.internet(), None);
    }

    /// Systems and devices in their zones and on their lines.
    fn attachments(&mut self) {
        let inventory = self.inventory;
        for system in &inventory.systems {
            let at = self.node(EntityRef::new(EntityKind::System, &system.id.value), None);
            for attachment in system.attachments() {
                if let Some(zone) = attachment.zone {
                    self.join(at, EntityKind::Zone, zone.id(), zone.span, LinkKind::Membership);
                }
                if let Some(circuit) = attachment.circuit {
                    self.join(at, EntityKind::Circuit, circuit.id(), circuit.span, LinkKind::Line);
                }
            }
        }
        for device in &inventory.devices {
            let at = self.node(EntityRef::new(EntityKind::Device, &device.id.value), None);
            for interface in &device.interfaces {
                if let Some(zone) = &interface.zone {
                    self.join(at, EntityKind::Zone, zone.id(), zone.span, LinkKind::Attachment);
                }
                if let Some(circuit) = &interface.circuit {
                    self.join(at, EntityKind::Circuit, circuit.id(), circuit.span, LinkKind::Line);
                }
                if let Some(other) = &interface.device {
                    self.join(at, EntityKind::Device, other.id(), other.span, LinkKind::Line);
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
            let party = self.node(EntityRef::new(EntityKind::Party, connection.party.id()), None);
            let name = connection.name.value.as_str();
            if connection.allow.is_empty() && connection.purpose.value.opened_from_outside() {
                let link = Link {
                    kind: LinkKind::Unlimited { connection: connection.id.value.clone() },
                    services: Vec::new(),
                    origins: vec![Origin::Declared(connection.id.span)],
                    corroboration: Corroboration::NotLooked,
                    says: text!(
                        "外部接続「{name}」（許可する通信の記載なし）",
                        "the connection `{name}`, which states no permission"
                    ),
                };
                for zone in self.entered(connection) {
                    self.link(party, zone, link.clone());
                }
            }
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
                    says: text!("外部接続「{name}」で許可", "permitted by the connection `{name}`"),
                };
                let outbound =
                    allow.direction.as_ref().is_some_and(|d| d.value == Direction::Outbound);
                if outbound {
                    // The session starts inside: nothing outside can open one over this line.
                    let source = match &allow.from {
                        Some(from) => self.ends(&from.value),
                        None => self.entered(connection),
                    };
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

    /// The zones at the entry of a connection: of the device or system it enters at, or of the
    /// first device behind it that stands in one.
    fn entered(&mut self, connection: &Connection) -> Vec<NodeIndex> {
        let inventory = self.inventory;
        let at = connection.at.as_ref().map(|at| at.value.owner.as_str());
        let through = connection.through.iter().map(|device| device.id());
        let zones = at.into_iter().chain(through).find_map(|id| {
            let zones = match (inventory.devices.get(id), inventory.systems.get(id)) {
                (Some(device), _) => device.zones(),
                (None, Some(system)) => system.zones(),
                (None, None) => Vec::new(),
            };
            (!zones.is_empty()).then_some(zones)
        });
        let zones = zones.unwrap_or_default().into_iter();
        zones.map(|id| self.node(EntityRef::new(EntityKind::Zone, id), None)).collect()
    }

    /// Tunnels that devices accept from anybody.
    fn open_accesses(&mut self) {
        let inventory = self.inventory;
        let internet = self.node(self.topology.internet(), None);
        for device in &inventory.devices {
            let name = device.name.value.as_str();
            let open = device.remote_access.iter().find(|access| {
                access.enabled.as_ref().is_none_or(|it| it.value) && anybody(&access.from)
            });
            let Some(access) = open else { continue };
            for zone in device.zones() {
                let zone = self.node(EntityRef::new(EntityKind::Zone, zone), None);
                let link = Link {
                    kind: LinkKind::OpenAccess,
                    services: Vec::new(),
                    origins: vec![Origin::Declared(access.span)],
                    corroboration: Corroboration::NotLooked,
                    says: text!(
                        "機器「{name}」が接続元を限らず受け付け",
                        "the device `{name}` accepts anybody"
                    ),
                };
                self.link(internet, zone, link);
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
                if anybody(&forward.from) {
                    let internet = self.node(self.topology.internet(), None);
                    self.link(internet, to, link.clone());
                }
                for from in &forward.from {
                    for source in self.ends(&from.value) {
                        if self.topology.graph[source].thing.kind == EntityKind::Party {
                            self.link(source, to, link.clone());
                        }
                    }
                }
            }
        }
    }

    /// What the inside allows.
    fn flows(&mut self) {
        let inventory = self.inventory;
        for flow in &inventory.flows {
            let (from, mut to) = (self.ends(&flow.from.value), self.ends(&flow.to.value));
            if is_everything(&flow.to.value) {
                // What may go anywhere may go out.
                to.push(self.node(self.topology.internet(), None));
            }
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

    /// The nodes that an end of a flow means. Everything means every zone.
    fn ends(&mut self, endpoint: &Endpoint) -> Vec<NodeIndex> {
        let things = match endpoint {
            Endpoint::Internet => vec![self.topology.internet()],
            _ if is_everything(endpoint) => self
                .inventory
                .zones
                .ids()
                .map(|id| EntityRef::new(EntityKind::Zone, &id.value))
                .collect(),
            Endpoint::Any => Vec::new(),
            Endpoint::Network(network) => self.addresses.things(*network),
            Endpoint::Named(id) => {
                [EntityKind::Zone, EntityKind::System, EntityKind::Party, EntityKind::Device]
                    .into_iter()
                    .map(|kind| EntityRef::new(kind, id))
                    .filter(|thing| self.topology.index.contains_key(thing))
                    .collect()
            }
        };
        things.into_iter().map(|thing| self.node(thing, None)).collect()
    }
}

/// Whether an end means everything there is.
fn is_everything(endpoint: &Endpoint) -> bool {
    match endpoint {
        Endpoint::Any => true,
        Endpoint::Network(network) => is_any(*network),
        Endpoint::Internet | Endpoint::Named(_) => false,
    }
}

/// Whether a list of permitted sources lets anybody come: it is empty, or says so.
fn anybody(from: &[Spanned<Endpoint>]) -> bool {
    let anybody =
        |it: &Spanned<Endpoint>| it.value == Endpoint::Internet || is_everything(&it.value);
    from.is_empty() || from.iter().any(anybody)
}

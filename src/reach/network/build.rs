//! Inventory, configurations and graph → network.

use super::gaps::{doubted, hears, in_part, is_in_part, learns, unread};
use super::places::{Key, Places};
use super::{AddressBook, Declared, Forwarding, Host, Network, Node, PlaceId, PlaceKind};
use super::{Bridge, Port, entries, internet};
use crate::evidence::EvidenceSet;
use crate::inventory::{self, Inventory};
use crate::model::device::{DeviceConfig, Hook, Interface, InterfaceKind};
use crate::model::words::DeviceKind;
use crate::model::{
    AddressSet, Answer, EntityKind, EntityRef, IpNetwork, Service, contains, network_of,
};
use crate::reach::device::Machine;
use crate::reach::packets::PacketSet;
use crate::topology::Topology;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Builds the network.
pub(super) fn network<'a>(
    inventory: &'a Inventory,
    evidence: &'a EvidenceSet,
    topology: &'a Topology,
) -> Network<'a> {
    let book = AddressBook::new(inventory);
    let declared = Declared::new(inventory, &book);
    let mut builder = Builder { inventory, topology, places: Places::default(), nodes: Vec::new() };
    for zone in &inventory.zones {
        let thing = EntityRef::new(EntityKind::Zone, &zone.id.value);
        let networks = book.of(&thing);
        builder.places.add(Key::Zone(zone.id.value.clone()), PlaceKind::Zone(thing), networks);
    }
    builder.configured(evidence, &book);
    builder.declared(&book);
    builder.systems();
    builder.far_sides();
    builder.nowhere();
    builder.beyond();
    let hosts = builder.hosts(&book);
    let Builder { places, nodes, .. } = builder;
    let mut on = vec![Vec::new(); places.all.len()];
    for (id, node) in nodes.iter().enumerate() {
        for (at, port) in node.ports.iter().enumerate() {
            if let Some(on) = on.get_mut(port.place) {
                on.push((id, at));
            }
        }
    }
    let mut standing = vec![Vec::new(); places.all.len()];
    for (at, host) in hosts.iter().enumerate() {
        if let Some(standing) = standing.get_mut(host.place) {
            standing.push(at);
        }
    }
    let mut network = Network {
        places: places.all,
        nodes,
        hosts,
        entries: Vec::new(),
        lines: Vec::new(),
        book,
        declared,
        on,
        standing,
        behind: Vec::new(),
        holders: BTreeMap::new(),
        proxies: BTreeMap::new(),
        known: BTreeMap::new(),
        in_part: in_part(inventory, evidence, topology),
        doubted: doubted(evidence, topology),
        severed: false,
    };
    network.index();
    network.join_tunnels(inventory, topology);
    network.find_behind(inventory, topology);
    network.forward_undeclared();
    network.entries = entries::entries(&network, inventory, topology);
    network.lines = internet::lines(&network, topology);
    network
}

pub(super) struct Builder<'a> {
    pub(super) inventory: &'a Inventory,
    pub(super) topology: &'a Topology,
    pub(super) places: Places,
    pub(super) nodes: Vec<Node<'a>>,
}

impl<'a> Builder<'a> {
    /// Devices and hosts of which a configuration was read.
    fn configured(&mut self, evidence: &'a EvidenceSet, book: &AddressBook) {
        for joined in self.topology.joined() {
            let Some(configured) = evidence.devices.get(joined.configured) else { continue };
            if is_in_part(configured) {
                // What is missing may pass or stop anything: as if nobody had read it.
                continue;
            }
            let config = &configured.config;
            let mut ports = Vec::new();
            for (at, interface) in config.interfaces.iter().enumerate() {
                if interface.enabled && interface.kind != InterfaceKind::Tunnel {
                    self.ports(&joined.thing, config, at, interface, &mut ports);
                }
            }
            let declared = self.declared_addresses(&joined.thing);
            let own: AddressSet = ports.iter().map(|it| it.addresses.clone()).collect();
            if !declared.is_empty() && !declared.meets(&own) {
                // Filters alone do not tell which of its networks they stand between; and what has
                // none of the addresses of a device is the configuration of another one.
                continue;
            }
            let bridges = bridges(config, &ports);
            self.nodes.push(Node {
                thing: joined.thing.clone(),
                forwarding: Forwarding::Configured(Arc::new(Machine::new(
                    joined.thing.clone(),
                    config,
                ))),
                ports,
                tunnels: Vec::new(),
                forwards: Vec::new(),
                undeclared: None,
                bridges,
                learns: learns(configured),
                hears: hears(configured),
                offers: self.device(&joined.thing).map(|it| offers(it, book)).unwrap_or_default(),
                unread: unread(configured, self.device(&joined.thing)),
            });
        }
    }

    /// The declaration of a device.
    fn device(&self, thing: &EntityRef) -> Option<&'a inventory::Device> {
        let device = self.inventory.devices.get(&thing.id);
        device.filter(|_| thing.kind == EntityKind::Device).map(|it| &**it)
    }

    /// Whether the inventory gives addresses to interfaces of a device.
    fn declared_addresses(&self, thing: &EntityRef) -> AddressSet {
        let interfaces = self.device(thing).into_iter().flat_map(|it| &it.interfaces);
        let addresses = interfaces.flat_map(|it| &it.addresses);
        addresses.map(|it| AddressSet::from(it.value.ip())).collect()
    }

    /// The ports of a configured interface: one for each place that its addresses stand at.
    fn ports(
        &mut self,
        thing: &EntityRef,
        config: &DeviceConfig,
        at: usize,
        interface: &Interface,
        ports: &mut Vec<Port>,
    ) {
        let span = interface.addresses.first().map_or(interface.name.span, |it| it.span);
        let mut port = |place: PlaceId, addresses: AddressSet| {
            let known = ports
                .iter_mut()
                .find(|it: &&mut Port| it.interface == Some(at) && it.place == place);
            match known {
                Some(known) => known.addresses = known.addresses.union(&addresses),
                None => ports.push(Port {
                    interface: Some(at),
                    name: interface.name.value.clone(),
                    place,
                    addresses,
                    span,
                }),
            }
        };
        let networks = || interface.addresses.iter().map(|it| it.value);
        let link = |it: &IpNetwork| it.prefix() < if it.is_ipv4() { 32 } else { 128 };
        if let Some(leads) = self.ledger(thing, interface) {
            let own = networks().map(|it| AddressSet::from(it.ip())).collect();
            let around = networks().filter(link).map(AddressSet::from).collect();
            let place = match leads {
                Leads::Zone(id) => self.places.known.get(&Key::Zone(id.to_owned())).copied(),
                Leads::Circuit(id) => Some(self.places.circuit(id, around)),
                Leads::Device(other) => Some(match networks().find(link) {
                    Some(network) => self.places.link(network),
                    None => self.places.cable(&thing.id, other),
                }),
            };
            if let Some(place) = place {
                port(place, own);
                self.widen(place, networks().filter(link));
                return;
            }
        }
        if self.topology.faces_outside(thing, &interface.name.value) {
            let key = Key::Outside(thing.id.clone(), interface.name.value.clone());
            let around = networks().filter(link).map(AddressSet::from).collect();
            let place = self.places.add(key, PlaceKind::Outside(None), around);
            port(place, networks().map(|it| AddressSet::from(it.ip())).collect());
            return;
        }
        for network in networks() {
            let place = match self.zone_around(network) {
                Some(place) => place,
                None if link(&network) => self.places.link(network),
                None => continue,
            };
            port(place, network.ip().into());
        }
        if networks().next().is_none()
            && let Some(place) = interface.vlan.and_then(|vlan| self.zone_of_vlan(vlan))
            && config
                .bridges
                .iter()
                .any(|it| it.members.iter().any(|it| it.value == interface.name.value))
        {
            port(place, AddressSet::none());
        }
    }

    /// A network that an interface of a zone has belongs to that zone, though nobody declared it, when
    /// it belongs to no other.
    fn widen(&mut self, place: PlaceId, networks: impl Iterator<Item = IpNetwork>) {
        for network in networks {
            if self.zone_around(network).is_none()
                && let Some(place) = self.places.all.get_mut(place)
                && matches!(place.kind, PlaceKind::Zone(_))
            {
                place.networks = place.networks.union(&network_of(network).into());
            }
        }
    }

    /// The zone in whose networks a network lies: the one with the longest prefix.
    pub(super) fn zone_around(&self, network: IpNetwork) -> Option<PlaceId> {
        let zones = self.inventory.zones.iter().flat_map(|zone| {
            let around = zone.networks.iter().filter(|it| contains(it.value, network));
            around.map(move |it| (it.value.prefix(), &zone.id.value))
        });
        let (_, id) = zones.max_by_key(|(prefix, _)| *prefix)?;
        self.places.known.get(&Key::Zone(id.clone())).copied()
    }

    /// The zone that alone has a VLAN.
    fn zone_of_vlan(&self, vlan: u16) -> Option<PlaceId> {
        let has = |it: &&inventory::Entry<inventory::Zone>| {
            it.vlan.iter().any(|it| it.value == u32::from(vlan))
        };
        let mut zones = self.inventory.zones.iter().filter(has);
        let only = zones.next().filter(|_| zones.next().is_none())?;
        self.places.known.get(&Key::Zone(only.id.value.clone())).copied()
    }

    /// To where the inventory says that a configured interface leads: the declared interface has one
    /// of its addresses, or its name.
    fn ledger(&self, thing: &EntityRef, interface: &Interface) -> Option<Leads<'a>> {
        let device =
            self.inventory.devices.get(&thing.id).filter(|_| thing.kind == EntityKind::Device)?;
        let has = |it: &&inventory::Entry<inventory::Interface>| {
            let mut own = interface.addresses.iter().map(|it| it.value.ip());
            own.any(|own| it.addresses.iter().any(|it| it.value.ip() == own))
        };
        let named =
            |it: &&inventory::Entry<inventory::Interface>| it.id.value == interface.name.value;
        let declared = device.interfaces.iter().find(has);
        leads(self.inventory, declared.or_else(|| device.interfaces.iter().find(named))?)
    }

    /// Devices of which no configuration was read.
    fn declared(&mut self, book: &AddressBook) {
        for device in &self.inventory.devices {
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            if self.nodes.iter().any(|it| it.thing == thing) {
                continue;
            }
            let mut ports = Vec::new();
            for interface in &device.interfaces {
                let mut networks = interface.addresses.iter().map(|it| it.value);
                let around = networks.clone().map(AddressSet::from).collect();
                let place = match leads(self.inventory, interface) {
                    Some(Leads::Zone(id)) => {
                        self.places.known.get(&Key::Zone(id.to_owned())).copied()
                    }
                    Some(Leads::Circuit(id)) => Some(self.places.circuit(id, around)),
                    Some(Leads::Device(other)) => Some(match networks.next() {
                        Some(network) => self.places.link(network),
                        None => self.places.cable(&device.id.value, other),
                    }),
                    None => networks
                        .next()
                        .map(|it| self.zone_around(it).unwrap_or_else(|| self.places.link(it))),
                };
                let Some(place) = place else { continue };
                ports.push(Port {
                    interface: None,
                    name: interface.id.value.clone(),
                    place,
                    addresses: interface
                        .addresses
                        .iter()
                        .map(|it| AddressSet::from(it.value.ip()))
                        .collect(),
                    span: interface.id.span,
                });
            }
            let forwards = self.forwards(device, &ports, book);
            let forwarding = Forwarding::Declared;
            let offers = offers(device, book);
            self.nodes.push(Node { forwards, offers, ..plain(thing, forwarding, ports) });
        }
    }

    /// Systems that stand on several networks or on a line, unless their configuration was read.
    fn systems(&mut self) {
        for system in &self.inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            let on_line = system.attachments().any(|it| it.circuit.is_some());
            let several = system.zones().len() > 1;
            if !on_line && !several || self.nodes.iter().any(|it| it.thing == thing) {
                continue;
            }
            let says = |answer| {
                let mut all = system.interfaces.iter().filter_map(|it| it.forwarding.as_ref());
                all.any(|it| it.value == answer)
            };
            let forwarding = match () {
                () if says(Answer::Yes) => Forwarding::Everything,
                () if says(Answer::No) => Forwarding::Nothing,
                () => Forwarding::Declared,
            };
            let mut ports = Vec::new();
            for it in system.attachments() {
                let zone = it.zone.map(|zone| Key::Zone(zone.id().to_owned()));
                let place = match (it.circuit, zone) {
                    (Some(circuit), _) => {
                        Some(self.places.circuit(circuit.id(), AddressSet::none()))
                    }
                    (None, Some(zone)) => self.places.known.get(&zone).copied(),
                    (None, None) => None,
                };
                let Some(place) = place else { continue };
                ports.push(Port {
                    interface: None,
                    name: it.interface.map_or(String::new(), |it| it.value.clone()),
                    place,
                    addresses: it
                        .addresses
                        .iter()
                        .map(|it| AddressSet::from(it.value.ip()))
                        .collect(),
                    span: it.interface.map_or(system.id.span, |it| it.span),
                });
            }
            self.nodes.push(plain(thing, forwarding, ports));
        }
    }

    /// A device that only another one says it is connected to stands on that cable too.
    fn far_sides(&mut self) {
        for device in &self.inventory.devices {
            for interface in &device.interfaces {
                let Some(Leads::Device(other)) = leads(self.inventory, interface) else { continue };
                let near = EntityRef::new(EntityKind::Device, &device.id.value);
                let own = self.nodes.iter().find(|it| it.thing == near);
                let place = own.and_then(|it| {
                    let declared = |port: &&Port| {
                        port.name == interface.id.value
                            || interface
                                .addresses
                                .iter()
                                .any(|it| port.addresses.contains(it.value.ip()))
                    };
                    it.ports.iter().find(declared).map(|it| it.place)
                });
                let far = EntityRef::new(EntityKind::Device, other);
                let far = self.nodes.iter_mut().find(|it| it.thing == far);
                let (Some(place), Some(far)) = (place, far) else { continue };
                if far.ports.iter().all(|it| it.place != place) {
                    far.ports.push(Port {
                        interface: None,
                        name: device.id.value.clone(),
                        place,
                        addresses: AddressSet::none(),
                        span: interface.id.span,
                    });
                }
            }
        }
    }

    /// Every system in each of its zones.
    fn hosts(&self, book: &AddressBook) -> Vec<Host> {
        let mut hosts = Vec::new();
        for system in &self.inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            for it in system.attachments() {
                let Some(zone) = it.zone else { continue };
                let Some(place) = self.places.known.get(&Key::Zone(zone.id().to_owned())) else {
                    continue;
                };
                let networks = self.places.all.get(*place).map(|it| it.networks.clone());
                let own = book.of(&thing).intersection(&networks.unwrap_or_default());
                let own = if own.is_empty() { book.of(&thing) } else { own };
                let configured = self.nodes.iter().any(|it| {
                    it.thing == thing && matches!(it.forwarding, Forwarding::Configured(_))
                });
                let vague = book.is_vague(&thing);
                let thing = thing.clone();
                hosts.push(Host { thing, place: *place, addresses: own, vague, configured });
            }
        }
        hosts
    }
}

/// To where a declared interface leads. One that is connected to the terminal of a line leads out
/// over the line of that terminal.
enum Leads<'a> {
    Zone(&'a str),
    Circuit(&'a str),
    Device(&'a str),
}

fn leads<'a>(inventory: &'a Inventory, it: &'a inventory::Interface) -> Option<Leads<'a>> {
    let terminal = |id: &str| {
        let device = inventory.devices.get(id)?;
        let kinds = [DeviceKind::MediaConverter, DeviceKind::TerminalAdapter];
        let circuit = device.interfaces.iter().find_map(|it| it.circuit.as_ref());
        circuit.filter(|_| kinds.contains(&device.kind.value)).map(|it| it.id())
    };
    match (&it.circuit, &it.zone, &it.device) {
        (Some(circuit), ..) => Some(Leads::Circuit(circuit.id())),
        (None, Some(zone), _) => Some(Leads::Zone(zone.id())),
        (None, None, Some(device)) => Some(match terminal(device.id()) {
            Some(circuit) => Leads::Circuit(circuit),
            None => Leads::Device(device.id()),
        }),
        (None, None, None) => None,
    }
}

/// A node without configuration.
pub(super) fn plain<'a>(
    thing: EntityRef,
    forwarding: Forwarding<'a>,
    ports: Vec<Port>,
) -> Node<'a> {
    Node {
        thing,
        forwarding,
        ports,
        tunnels: Vec::new(),
        forwards: Vec::new(),
        undeclared: None,
        bridges: Vec::new(),
        learns: false,
        hears: false,
        offers: PacketSet::none(),
        unread: None,
    }
}

/// What a device is declared to be managed by.
fn offers(device: &inventory::Device, book: &AddressBook) -> PacketSet {
    let Some(declared) = &device.management else { return PacketSet::none() };
    let services: Vec<Service> = declared.services.iter().map(|it| it.value).collect();
    if services.is_empty() {
        return PacketSet::none();
    }
    let from = declared.from.iter().map(|it| book.end(&it.value)).collect();
    PacketSet::sessions(&from, &AddressSet::any(), &services)
}

/// The bridges of a device that join places.
fn bridges(config: &DeviceConfig, ports: &[Port]) -> Vec<Bridge> {
    let each = config.bridges.iter().filter_map(|bridge| {
        let named = |name: &str| {
            bridge.name.value == name || bridge.members.iter().any(|it| it.value == name)
        };
        let of = ports.iter().enumerate().filter(|(_, it)| named(&it.name));
        let of: Vec<(usize, PlaceId)> = of.map(|(at, it)| (at, it.place)).collect();
        let first = of.first()?.1;
        let joins = of.iter().any(|it| it.1 != first);
        // What filters everything that passes may or may not see frames.
        let filtered = config.applied.iter().any(|it| {
            let everywhere = it.interfaces.is_empty() && it.hook == Hook::Forward;
            everywhere || it.interfaces.iter().any(|it| named(it))
        });
        joins.then(|| Bridge { ports: of.into_iter().map(|it| it.0).collect(), filtered })
    });
    each.collect()
}

//! What devices are declared to pass on, and what stands where the inventory or a configuration does
//! not lead: behind a bridge to the outside, behind a host that is a way out, at no known place.

use super::build::{Builder, plain};
use super::places::Key;
use super::{AddressBook, Forward, Forwarding, Network, Node, PlaceId, PlaceKind, Port};
use crate::inventory;
use crate::model::device::{Becomes, Match, Nat, NatKind, Remote};
use crate::model::{AddressSet, EntityKind, EntityRef, RangeSet};
use crate::topology::{ExternalPath, PathKind, not_public};

impl Builder<'_> {
    /// What a device without configuration is declared to pass on.
    pub(super) fn forwards(
        &self,
        device: &inventory::Entry<inventory::Device>,
        ports: &[Port],
        book: &AddressBook,
    ) -> Vec<Forward> {
        let outside = |it: &&Port| {
            let place = self.places.all.get(it.place);
            place.is_some_and(|it| matches!(it.kind, PlaceKind::Outside(_)))
        };
        let own: AddressSet = ports.iter().filter(outside).map(|it| it.addresses.clone()).collect();
        let own = if own.is_empty() { not_public().complement() } else { own };
        let each = device.forwards.iter().map(|it| {
            let from: AddressSet = it.from.iter().map(|it| book.end(&it.value)).collect();
            let to = EntityRef::new(EntityKind::System, it.to.id());
            let ports = it.service.as_ref().and_then(|it| it.value.transports().into_iter().next());
            let addresses = book.of(&to);
            let nat = Nat {
                span: it.listen.span,
                label: String::new(),
                kind: NatKind::Destination,
                interface: None,
                when: Match {
                    source: if from.is_empty() { AddressSet::any() } else { from },
                    destination: own.clone(),
                    transports: it.listen.value.transports(),
                    ..Match::any()
                },
                at_interface: false,
                becomes: Becomes::Addresses(addresses.clone()),
                ports: ports.map(|it| it.destination_ports),
                enabled: true,
            };
            let zones = self.inventory.systems.get(it.to.id()).map(|it| it.zones());
            let zones = zones.unwrap_or_default().into_iter();
            let places = zones.filter_map(|it| self.places.known.get(&Key::Zone(it.to_owned())));
            Forward { nat, to: addresses, places: places.copied().collect() }
        });
        each.collect()
    }

    /// Connections of which nobody wrote down where they enter: at a node of their own, of which
    /// nobody knows where it leads.
    pub(super) fn nowhere(&mut self) {
        for connection in &self.inventory.connections {
            let at = connection.at.as_ref().map(|it| it.value.owner.as_str());
            let through = connection.through.iter().map(|it| it.id());
            let mut named = at.into_iter().chain(through);
            let circuit = connection.circuit.as_ref().map(|it| Key::Circuit(it.id().to_owned()));
            let circuit = circuit.and_then(|it| self.places.known.get(&it));
            let on_line = |node: &Node<'_>| {
                circuit.is_some_and(|line| node.ports.iter().any(|it| it.place == *line))
            };
            let known = named.any(|id| self.nodes.iter().any(|it| it.thing.id == id));
            if !known && !self.nodes.iter().any(on_line) {
                let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
                self.nodes.push(plain(thing, Forwarding::Declared, Vec::new()));
            }
        }
    }

    /// Whoever stands on the same network as the inside without being of it: behind a tunnel or a
    /// bridge of layer 2, which passes everything on, and an inside host that is a way out, of which
    /// nobody knows what it passes. Each is a node of its own.
    pub(super) fn beyond(&mut self) {
        let topology = self.topology;
        for path in topology.paths().iter().filter(|it| it.enabled) {
            let (places, addresses) = match path.kind {
                PathKind::Gateway => (self.of_gateway(path), path.inside.clone()),
                PathKind::Tunnel | PathKind::Bridge if path.layer2 => {
                    (self.of_layer2(path), AddressSet::none())
                }
                _ => continue,
            };
            let known =
                |node: &Node<'_>| node.ports.iter().any(|it| it.addresses.meets(&addresses));
            if self.nodes.iter().any(known) {
                // The host is a node that says itself what it passes on.
                continue;
            }
            let forwarding = match path.kind {
                PathKind::Gateway => Forwarding::Declared,
                _ => Forwarding::Everything,
            };
            let kind = PlaceKind::Outside(Some(path.thing.clone()));
            let key = Key::Outside(path.thing.id.clone(), String::new());
            let outside = self.places.add(key, kind, AddressSet::none());
            let port = |place, addresses| Port {
                interface: None,
                name: path.thing.id.clone(),
                place,
                addresses,
                span: path.span,
            };
            let mut ports = vec![port(outside, AddressSet::none())];
            ports.extend(places.into_iter().map(|it| port(it, addresses.clone())));
            self.nodes.push(plain(path.thing.clone(), forwarding, ports));
        }
    }

    /// The place where an inside host stands that is a way out.
    fn of_gateway(&self, path: &ExternalPath) -> Vec<PlaceId> {
        let Some(Remote::Address(host)) = path.remote else { return Vec::new() };
        let holds = |it: &PlaceId| {
            self.places.all.get(*it).is_some_and(|place| place.networks.contains(host))
        };
        let mut places: Vec<PlaceId> =
            self.ports_of(path).map(|it| it.place).filter(holds).collect();
        places.sort_unstable();
        places.dedup();
        places.extend(self.zone_around(host.into()).filter(|it| !places.contains(it)));
        places
    }

    /// The places that a path of layer 2 joins.
    fn of_layer2(&self, path: &ExternalPath) -> Vec<PlaceId> {
        let inside = |it: &PlaceId| {
            let place = self.places.all.get(*it);
            place.is_some_and(|it| !matches!(it.kind, PlaceKind::Outside(_)))
        };
        let meets = |it: &PlaceId| {
            let place = self.places.all.get(*it);
            path.inside.is_empty() || place.is_some_and(|it| it.networks.meets(&path.inside))
        };
        let all = || self.ports_of(path).map(|it| it.place).filter(inside);
        let mut places: Vec<PlaceId> = all().filter(meets).collect();
        if places.is_empty() {
            places = all().collect();
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    fn ports_of(&self, path: &ExternalPath) -> impl Iterator<Item = &Port> {
        let nodes = self.nodes.iter().filter(|it| it.thing == path.device);
        nodes.flat_map(|it| &it.ports)
    }
}

impl Network<'_> {
    /// Whatever comes to an address of a device of which nobody read the configuration, it may pass on
    /// inwards: to any host, any port. Where an address of its own is not declared, or a line gives it
    /// more, that is every address that nobody else is declared to have.
    pub(super) fn forward_undeclared(&mut self) {
        let ports = self.nodes.iter().flat_map(|it| &it.ports).map(|it| it.addresses.clone());
        let known = self.hosts.iter().filter(|it| !it.vague).map(|it| it.addresses.clone());
        let taken: AddressSet = ports.chain(known).collect();
        let places = &self.places;
        for node in &mut self.nodes {
            // From behind a path everything inside is open anyway.
            let blind = matches!(node.forwarding, Forwarding::Declared)
                && node.thing.kind != EntityKind::Path;
            let Some(first) = node.ports.first().filter(|_| blind) else { continue };
            let outside = |it: PlaceId| {
                places.get(it).is_some_and(|it| matches!(it.kind, PlaceKind::Outside(_)))
            };
            let own: AddressSet = node.ports.iter().map(|it| it.addresses.clone()).collect();
            let more = node.ports.iter().any(|it| it.addresses.is_empty() || outside(it.place));
            let destination = match more {
                true => taken.complement().union(&own),
                false => own,
            };
            node.undeclared = Some(Nat {
                span: first.span,
                label: String::new(),
                kind: NatKind::Destination,
                interface: None,
                when: Match { destination, ..Match::any() },
                at_interface: false,
                becomes: Becomes::Unknown,
                ports: Some(RangeSet::all()),
                enabled: true,
            });
        }
    }
}

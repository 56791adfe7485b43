//! The ends of a question: what people call them, where their packets set out, and what of that
//! which arrived somewhere counts as having arrived at them.

use super::network::{Entry, EntryKind, Forwarding, NodeId, PlaceId, PlaceKind, Port};
use super::packets::{Packet, PacketSet};
use super::{Arrivals, Bound, Reach, Start, Trace};
use crate::model::{AddressSet, EntityKind, EntityRef, IpNetwork, Vocabulary as _};
use crate::source::{closest, meant};
use crate::topology::not_public;
use std::collections::BTreeMap;

/// One end of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// A party, a connection, a configured path, a zone, a system or a device.
    Thing(EntityRef),
    /// `internet`: everybody whom nobody declared.
    Internet,
    /// `outside`: every party, and the internet.
    Outside,
    /// `any`: everything, inside and outside.
    Any,
    /// An address or a network.
    Network(IpNetwork),
    /// `device.interface`: an end of a node, by the position of the interface in its configuration.
    Port(NodeId, Option<usize>),
}

/// Why a text names no end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAnEnd {
    /// Nothing is called so; what comes closest.
    Unknown(Option<String>),
    /// Several things are called so: their long forms.
    Ambiguous(Vec<String>),
}

/// Who sends the packets of a question, and where they set out.
#[derive(Clone, Debug)]
pub enum Sender {
    /// They come in from outside, or over a given interface.
    Over(Entry),
    /// Somebody who stands at a place sends them from these addresses.
    At(PlaceId, EntityRef, AddressSet),
}

/// Every sender that an end stands for.
#[derive(Clone, Debug, Default)]
pub struct Senders {
    /// One by one, in the order of the network.
    pub all: Vec<Sender>,
    /// Nobody knows over which interface these packets come in: any of them is possible.
    pub any_of: bool,
}

/// The kinds of thing that may be an end, in the order in which people think of them.
const KINDS: [EntityKind; 6] = [
    EntityKind::Party,
    EntityKind::Connection,
    EntityKind::Zone,
    EntityKind::System,
    EntityKind::Device,
    EntityKind::Path,
];

impl Sender {
    /// Whose packets these are.
    pub const fn whose(&self) -> &EntityRef {
        match self {
            Self::Over(entry) => &entry.from,
            Self::At(_, thing, _) => thing,
        }
    }

    /// By what they come in, when that is not the thing itself.
    pub fn by(&self) -> Option<&EntityRef> {
        match self {
            Self::Over(entry) if entry.by != entry.from => Some(&entry.by),
            _ => None,
        }
    }

    /// Where the packets set out.
    pub const fn start(&self) -> Start<'_> {
        match self {
            Self::Over(entry) => Start::Over(entry),
            Self::At(place, _, sources) => Start::At(*place, sources),
        }
    }

    /// The same, from these addresses only; none when nothing is left.
    pub fn only(mut self, addresses: &AddressSet) -> Option<Self> {
        let sources = match &mut self {
            Self::Over(entry) => &mut entry.sources,
            Self::At(_, _, sources) => sources,
        };
        *sources = sources.intersection(addresses);
        (!sources.is_empty()).then_some(self)
    }
}

impl Reach<'_> {
    /// The end that a text names.
    pub fn end(&self, text: &str) -> Result<End, NotAnEnd> {
        match text {
            "internet" => return Ok(End::Internet),
            "outside" => return Ok(End::Outside),
            "any" => return Ok(End::Any),
            _ => {}
        }
        if let Ok(network) = text.parse::<IpNetwork>() {
            return Ok(End::Network(network));
        }
        let known = self.things();
        if let Some(thing) = known.iter().find(|it| it.to_string() == text) {
            return Ok(End::Thing(thing.clone()));
        }
        let called = |it: &&EntityRef| it.id == text || self.inventory.name_of(it) == text;
        let things: Vec<&EntityRef> = known.iter().filter(called).collect();
        match things.as_slice() {
            [only] => return Ok(End::Thing((*only).clone())),
            [] => {}
            several => {
                return Err(NotAnEnd::Ambiguous(several.iter().map(ToString::to_string).collect()));
            }
        }
        self.port(text).map_err(|near| {
            NotAnEnd::Unknown(near.or_else(|| {
                let long = text.contains('/');
                let words =
                    known.iter().map(|it| if long { it.to_string() } else { it.id.clone() });
                let names = known.iter().map(|it| self.inventory.name_of(it).to_owned());
                let words = words.chain(["internet", "outside", "any"].map(str::to_owned));
                let words: Vec<String> = words.chain(names).collect();
                meant(text, words.iter().map(String::as_str)).map(str::to_owned)
            }))
        })
    }

    /// The interface that a text names: `device.interface`, or the interface alone when there is
    /// only one device with a configuration. Otherwise what comes closest.
    pub fn port(&self, text: &str) -> Result<End, Option<String>> {
        let nodes = self.network.nodes.iter().enumerate();
        let mut ports: Vec<(String, End)> = Vec::new();
        let configured: Vec<NodeId> = nodes
            .clone()
            .filter(|(_, it)| matches!(it.forwarding, Forwarding::Configured(_)))
            .map(|(id, _)| id)
            .collect();
        for (id, node) in nodes {
            let name = &node.thing.id;
            if let Forwarding::Configured(machine) = &node.forwarding {
                for (at, interface) in machine.config.interfaces.iter().enumerate() {
                    for own in machine.config.names_of(interface) {
                        ports.push((format!("{name}.{own}"), End::Port(id, Some(at))));
                        if configured.as_slice() == [id] {
                            ports.push((own.to_owned(), End::Port(id, Some(at))));
                        }
                    }
                }
            }
            // The inventory may call an interface otherwise than its device does.
            for interface in
                self.inventory.devices.get(name).into_iter().flat_map(|it| &it.interfaces)
            {
                let own = &interface.id.value;
                let has = |ip| node.ports.iter().find(|it| it.addresses.contains(ip));
                let mut addresses = interface.addresses.iter().map(|it| it.value.ip());
                let port = addresses.find_map(has);
                let port = port.or_else(|| node.ports.iter().find(|it| it.name == *own));
                if let Some(port) = port {
                    ports.push((format!("{name}.{own}"), End::Port(id, port.interface)));
                }
            }
        }
        if let Some((_, end)) = ports.iter().find(|(name, _)| name == text) {
            return Ok(end.clone());
        }
        Err(closest(text, ports.iter().map(|(name, _)| name.as_str())).map(str::to_owned))
    }

    /// Everything that can be an end by its name, kind by kind.
    fn things(&self) -> Vec<EntityRef> {
        let it = self.inventory;
        let mut all: Vec<EntityRef> = Vec::new();
        for kind in KINDS {
            let mut push = |id: &str| {
                let thing = EntityRef::new(kind, id);
                if !all.contains(&thing) {
                    all.push(thing);
                }
            };
            match kind {
                EntityKind::Party => it.parties.iter().for_each(|it| push(&it.id.value)),
                EntityKind::Connection => it.connections.iter().for_each(|it| push(&it.id.value)),
                EntityKind::Zone => it.zones.iter().for_each(|it| push(&it.id.value)),
                EntityKind::System => it.systems.iter().for_each(|it| push(&it.id.value)),
                EntityKind::Device => {
                    it.devices.iter().for_each(|it| push(&it.id.value));
                    let nodes = self.network.nodes.iter().map(|it| &it.thing);
                    nodes.filter(|it| it.kind == kind).for_each(|it| push(&it.id));
                }
                _ => self.topology.paths().iter().for_each(|it| push(&it.thing.id)),
            }
        }
        all
    }

    /// From where the packets of an end set out; with `at`, over that interface whatever they are.
    pub fn senders(&self, from: &End, at: Option<&End>) -> Senders {
        if let Some(End::Port(node, over)) = at {
            let entry = self.over(*node, *over);
            let entry = entry.and_then(|it| it.only(&self.addresses(from)));
            return Senders { all: entry.into_iter().collect(), any_of: false };
        }
        if !self.anywhere().is_empty() && !matches!(from, End::Port(..)) {
            let addresses = self.addresses(from);
            let ports = self.ports().into_iter().filter_map(|it| it.only(&addresses));
            return Senders { all: ports.collect(), any_of: true };
        }
        let entries = || self.network.entries.iter().cloned().map(Sender::Over);
        let all: Vec<Sender> = match from {
            End::Internet => {
                entries().filter(|it| *it.whose() == self.topology.internet()).collect()
            }
            End::Outside => entries().collect(),
            End::Any => entries().chain(self.zones()).collect(),
            End::Port(node, over) => self.over(*node, *over).into_iter().collect(),
            End::Network(network) => {
                let addresses = AddressSet::from(*network);
                let all = entries().chain(self.places()).chain(self.beside());
                let known: Vec<Sender> = all.filter_map(|it| it.only(&addresses)).collect();
                if known.is_empty() {
                    let ports = self.ports().into_iter().filter_map(|it| it.only(&addresses));
                    return Senders { all: ports.collect(), any_of: true };
                }
                known
            }
            End::Thing(thing) => match thing.kind {
                EntityKind::Zone => self.zones().filter(|it| it.whose() == thing).collect(),
                EntityKind::System => self
                    .network
                    .hosts
                    .iter()
                    .filter(|it| it.thing == *thing)
                    .map(|it| Sender::At(it.place, thing.clone(), it.addresses.clone()))
                    .collect(),
                EntityKind::Device => {
                    let nodes = self.network.nodes.iter().filter(|it| it.thing == *thing);
                    let ports = nodes.flat_map(|it| &it.ports);
                    let ports = ports.filter(|it| !it.addresses.is_empty());
                    ports
                        .map(|it| Sender::At(it.place, thing.clone(), it.addresses.clone()))
                        .collect()
                }
                _ => {
                    let own = self.entries_of(thing);
                    own.into_iter().cloned().map(Sender::Over).collect()
                }
            },
        };
        Senders { all, any_of: false }
    }

    /// Whoever stands on the very network of what looks like a line and nobody declared: he can send
    /// anything to the device there, be he of the inside or not.
    fn beside(&self) -> impl Iterator<Item = Sender> {
        let ports = self.network.nodes.iter().enumerate().flat_map(|(id, node)| {
            let at = |port: &Port| {
                let place = self.network.places.get(port.place)?;
                let over = port.interface.filter(|_| place.kind == PlaceKind::Outside(None))?;
                self.over(id, Some(over))?.only(&place.networks)
            };
            node.ports.iter().filter_map(at).collect::<Vec<_>>()
        });
        ports.collect::<Vec<_>>().into_iter()
    }

    /// What comes in over an interface of a node, whatever it is.
    fn over(&self, id: NodeId, over: Option<usize>) -> Option<Sender> {
        let node = self.network.nodes.get(id)?;
        let port = node.ports.iter().find(|it| it.interface == over);
        let interface = match &node.forwarding {
            Forwarding::Configured(machine) => {
                over.and_then(|at| machine.config.interfaces.get(at))
            }
            _ => None,
        };
        Some(Sender::Over(Entry {
            from: node.thing.clone(),
            by: node.thing.clone(),
            kind: EntryKind::Line,
            node: id,
            over,
            decrypted: false,
            sources: AddressSet::any(),
            destinations: AddressSet::any(),
            // Over one that is shut down nothing comes in until somebody opens it.
            carried: match interface.is_some_and(|it| !it.enabled) {
                true => AddressSet::none(),
                false => AddressSet::any(),
            },
            span: interface.map(|it| it.name.span).or_else(|| port.map(|it| it.span))?,
        }))
    }

    /// The networks that may be any: nobody knows what lies beyond these interfaces. There are some
    /// only when a configuration without addresses is all that is known.
    pub(super) fn anywhere(&self) -> Vec<&EntityRef> {
        let places = self.network.places.iter().filter(|it| it.networks.is_any());
        let zones = places.filter_map(|it| match &it.kind {
            PlaceKind::Zone(zone) => Some(zone),
            _ => None,
        });
        zones.collect()
    }

    /// Takes together what leaves over interfaces beyond which anything may lie: possibly it gets to
    /// where it is meant for when it leaves over any of them, for certain when it leaves over all.
    pub(super) fn wherever(
        &self,
        sender: &Sender,
        mut arrived: BTreeMap<EntityRef, PacketSet>,
        bound: Bound,
    ) -> BTreeMap<EntityRef, PacketSet> {
        let zones: Vec<EntityRef> = self.anywhere().into_iter().cloned().collect();
        let Some(last) = zones.last() else { return arrived };
        let own = match sender {
            Sender::Over(entry) => self.network.nodes.get(entry.node).and_then(|node| {
                let port = node.ports.iter().find(|it| it.interface == entry.over)?;
                self.network.places.get(port.place).map(|it| &it.kind)
            }),
            Sender::At(..) => None,
        };
        let others = zones.iter().filter(|it| own != Some(&PlaceKind::Zone((*it).clone())));
        let sets: Vec<PacketSet> = match bound {
            Bound::Certain => others
                .map(|it| arrived.get(it).cloned().unwrap_or_default())
                .reduce(|a, b| a.intersection(&b))
                .into_iter()
                .collect(),
            Bound::Possible => zones.iter().filter_map(|it| arrived.get(it).cloned()).collect(),
        };
        arrived.retain(|it, _| !zones.contains(it));
        let all: PacketSet = sets.into_iter().collect();
        if !all.is_empty() {
            arrived.insert(last.clone(), all);
        }
        arrived
    }

    /// Every interface of every configured node.
    fn ports(&self) -> Vec<Sender> {
        let mut all = Vec::new();
        for (id, node) in self.network.nodes.iter().enumerate() {
            if let Forwarding::Configured(machine) = &node.forwarding {
                let interfaces = machine.config.interfaces.iter().enumerate();
                let up = interfaces.filter(|(_, it)| it.enabled);
                all.extend(up.filter_map(|(at, _)| self.over(id, Some(at))));
            }
        }
        all
    }

    fn zones(&self) -> impl Iterator<Item = Sender> {
        let places = self.network.places.iter().enumerate();
        places.filter_map(|(id, place)| match &place.kind {
            PlaceKind::Zone(zone) => Some(Sender::At(id, zone.clone(), place.networks.clone())),
            _ => None,
        })
    }

    /// Everybody who stands on an inside network, declared as a zone or not.
    fn places(&self) -> impl Iterator<Item = Sender> {
        let links = self.network.places.iter().enumerate().filter_map(|(id, place)| {
            let (node, _) = self.network.on(id).first()?;
            let thing = self.network.nodes.get(*node)?.thing.clone();
            let is_link = matches!(place.kind, PlaceKind::Link(_));
            is_link.then(|| Sender::At(id, thing, place.networks.clone()))
        });
        self.zones().chain(links)
    }

    /// The addresses of an end.
    pub fn addresses(&self, end: &End) -> AddressSet {
        let book = &self.network.book;
        match end {
            End::Any => AddressSet::any(),
            End::Internet if !self.anywhere().is_empty() => not_public().complement(),
            End::Outside if !self.anywhere().is_empty() => AddressSet::any(),
            End::Internet => book.internet(),
            End::Outside => book.inside().complement(),
            End::Network(network) => (*network).into(),
            End::Port(node, over) => {
                let ports = self.network.nodes.get(*node).into_iter().flat_map(|it| &it.ports);
                let ports = ports.filter(|it| over.is_none() || it.interface == *over);
                ports.map(|it| it.addresses.clone()).collect()
            }
            End::Thing(thing) => match thing.kind {
                EntityKind::Connection | EntityKind::Path => {
                    self.entries_of(thing).into_iter().map(|it| it.sources.clone()).collect()
                }
                EntityKind::Device => {
                    let nodes = self.network.nodes.iter().filter(|it| it.thing == *thing);
                    let ports = nodes.flat_map(|it| &it.ports).map(|it| it.addresses.clone());
                    ports.collect::<AddressSet>().union(&book.of(thing))
                }
                _ => book.of(thing),
            },
        }
    }

    /// What of that which arrived counts as having arrived at an end, by thing. What a system or
    /// a device got is not told once more of its zone.
    pub fn arrived(&self, at: &End, arrivals: &Arrivals) -> Vec<(EntityRef, PacketSet)> {
        let mut all = Vec::new();
        let mut told = AddressSet::none();
        let zones = |it: &EntityRef| it.kind == EntityKind::Zone;
        let hosts = arrivals.at.iter().filter(|(thing, _)| !zones(thing));
        for (thing, packets) in hosts.chain(arrivals.at.iter().filter(|(thing, _)| zones(thing))) {
            let mut packets = match at {
                End::Any => packets.clone(),
                End::Internet if *thing == self.topology.internet() => packets.clone(),
                End::Outside if self.is_outside(thing) => packets.clone(),
                End::Network(_) | End::Port(..) => packets.to(&self.addresses(at)),
                End::Thing(end) if self.is_part(thing, end) => packets.clone(),
                End::Thing(end) if end.kind == EntityKind::Zone && !zones(thing) => {
                    packets.to(&self.addresses(at))
                }
                _ => continue,
            };
            match zones(thing) {
                true => packets = packets.to(&told.complement()),
                false if !self.is_outside(thing) => {
                    told = told.union(&packets.destinations());
                }
                false => {}
            }
            if !packets.is_empty() {
                all.push((thing.clone(), packets));
            }
        }
        all
    }

    fn is_outside(&self, thing: &EntityRef) -> bool {
        matches!(thing.kind, EntityKind::Party | EntityKind::Path)
    }

    /// Whether what gets to a thing gets to an end: a path belongs to its connection, and a
    /// connection to its party.
    fn is_part(&self, thing: &EntityRef, end: &EntityRef) -> bool {
        let inventory = self.inventory;
        let party = |connection: &EntityRef| {
            let connection = inventory.connections.get(&connection.id)?;
            Some(EntityRef::new(EntityKind::Party, connection.party.id()))
        };
        if thing == end || end.kind == EntityKind::Connection && party(end).as_ref() == Some(thing)
        {
            return true;
        }
        let path = self.topology.paths().iter().find(|it| it.thing == *thing);
        let declared = path.and_then(|it| it.declared.as_ref()).map(|(it, _)| it);
        declared.is_some_and(|it| {
            it == end || it.kind == EntityKind::Connection && party(it).as_ref() == Some(end)
        })
    }

    /// Every way of one packet of a sender: those that are certain and arrive first.
    pub fn ways(&self, sender: &Sender, packet: &Packet) -> Vec<Trace> {
        match sender {
            Sender::Over(entry) => self.trace(entry, packet),
            Sender::At(place, ..) => self.trace_from(*place, packet),
        }
    }
}

impl NotAnEnd {
    /// The kinds of thing that an end may name, as they are written in the long form.
    pub fn kinds() -> String {
        KINDS.map(EntityKind::key).join(", ")
    }
}

//! Where packets get to: from one start through every node, until nothing new arrives anywhere.

use super::device::{Departure, Way};
use super::doubt::{AssumptionKind, Assumptions, Bound};
use super::network::{Entry, Far, Forwarding, Network, Node, NodeId, PlaceId, PlaceKind, Tunnel};
use super::packets::PacketSet;
use crate::model::{AddressSet, EntityRef};
use crate::text;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;

/// What arrived where.
#[derive(Clone, Debug, Default)]
pub struct Arrivals {
    /// By system, device, zone, party: the packets as they arrive there.
    pub at: BTreeMap<EntityRef, PacketSet>,
    /// What this takes for granted.
    pub assumptions: Assumptions,
    /// The nodes that saw any of it on the way.
    pub nodes: BTreeSet<NodeId>,
    /// Whether sources changed on the way, so that packets do not tell any more who sent them.
    pub translated: bool,
    /// Whether something passed on the word of the inventory alone.
    pub on_word: bool,
}

impl Arrivals {
    /// What arrived at a thing.
    pub fn at(&self, thing: &EntityRef) -> PacketSet {
        self.at.get(thing).cloned().unwrap_or_default()
    }

    /// Adds what another start brings.
    pub fn extend(&mut self, other: &Self) {
        for (thing, packets) in &other.at {
            self.at.entry(thing.clone()).or_default().extend(packets);
        }
        self.assumptions.extend(&other.assumptions);
        self.nodes.extend(&other.nodes);
        self.translated |= other.translated;
        self.on_word |= other.on_word;
    }
}

/// Where packets pass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stop {
    /// They come in over this entry.
    Entry(usize),
    /// They are at a node, come in over this interface.
    Node(NodeId, Option<usize>),
    /// They are in this tunnel of a node.
    Tunnel(NodeId, usize),
    /// They are at a place.
    Place(PlaceId),
    /// Somebody sends them, or they have arrived there.
    Thing(EntityRef),
}

/// Every stage that any packets took.
pub(super) type Trail = BTreeSet<(Stop, Stop)>;

/// Packets on the move.
pub(super) struct Flow<'n, 'a> {
    network: &'n Network<'a>,
    bound: Bound,
    /// Whether nodes without configuration are taken to do what the inventory says.
    word: bool,
    /// What each node has seen over each interface.
    seen: BTreeMap<(NodeId, Option<usize>), PacketSet>,
    queue: VecDeque<(NodeId, Option<usize>, PacketSet)>,
    arrivals: Arrivals,
    /// Where they pass, for whoever asks; and where those stand that are moved now.
    trail: Option<Trail>,
    here: Option<Stop>,
}

impl<'n, 'a> Flow<'n, 'a> {
    pub(super) fn new(network: &'n Network<'a>, bound: Bound) -> Self {
        Self {
            network,
            bound,
            word: true,
            seen: BTreeMap::new(),
            queue: VecDeque::new(),
            arrivals: Arrivals::default(),
            trail: None,
            here: None,
        }
    }

    /// What is sent from now on comes from here, and its way is written down.
    pub(super) fn starting(&mut self, at: Stop) {
        self.here = Some(at);
        self.trail.get_or_insert_default();
    }

    /// Lets everything happen, and says where it passed.
    pub(super) fn followed(mut self) -> (Arrivals, Trail) {
        self.move_on();
        (self.arrivals, self.trail.unwrap_or_default())
    }

    /// Writes down a stage; from where those stand that are moved now, if it begins nowhere else.
    fn note(&mut self, from: Option<Stop>, to: Stop) {
        if let Some(trail) = &mut self.trail
            && let Some(from) = from.or_else(|| self.here.clone())
        {
            trail.insert((from, to));
        }
    }

    /// What the inventory says of nodes counts for nothing: they are taken to pass nothing on.
    pub(super) fn without_word(mut self) -> Self {
        self.word = false;
        self
    }

    /// Packets come in from outside.
    pub(super) fn enter(&mut self, entry: &Entry, packets: PacketSet) {
        self.come(None, entry.node, entry.over, packets);
    }

    /// Packets come to a node.
    fn come(&mut self, from: Option<Stop>, node: NodeId, over: Option<usize>, packets: PacketSet) {
        if packets.is_empty() {
            return;
        }
        self.note(from, Stop::Node(node, over));
        let seen = self.seen.entry((node, over)).or_default();
        let new = packets.difference(seen);
        if !new.is_empty() {
            seen.extend(&new);
            self.queue.push_back((node, over, new));
        }
    }

    /// Packets are sent at a place by somebody who stands there, to any neighbour he likes.
    pub(super) fn send(&mut self, place: PlaceId, packets: &PacketSet) {
        self.arrive(place, None, packets, None);
        let off_link = packets.difference(&self.on_link(place, packets));
        self.hand_over(place, &off_link, None);
    }

    /// Lets everything happen.
    pub(super) fn run(mut self) -> Arrivals {
        self.move_on();
        self.arrivals
    }

    fn move_on(&mut self) {
        while let Some((id, over, packets)) = self.queue.pop_front() {
            let network = self.network;
            let Some(node) = network.nodes.get(id) else { continue };
            self.here = Some(Stop::Node(id, over));
            self.arrivals.nodes.insert(id);
            match &node.forwarding {
                Forwarding::Configured(machine) => {
                    let assumptions = &mut self.arrivals.assumptions;
                    let departures = machine.carried(over, &packets, self.bound, assumptions);
                    for departure in departures {
                        self.depart(id, node, departure);
                    }
                }
                Forwarding::Declared => self.as_declared(id, node, &packets),
                Forwarding::Everything if self.word => {
                    self.arrivals.on_word = true;
                    self.everywhere(id, node, &packets);
                }
                Forwarding::Everything => self.own(node, &packets),
                Forwarding::Nothing => self.own(node, &packets),
            }
        }
    }

    /// What a configured node sends on.
    fn depart(&mut self, id: NodeId, node: &Node<'a>, departure: Departure<'a>) {
        let Departure { packets, way, route, translated } = departure;
        self.arrivals.translated |= translated.last().is_some_and(Option::is_some);
        match way {
            Way::Own => self.deliver(None, &node.thing, &packets),
            Way::Out(at, next) => {
                let mut left = packets;
                for (nth, tunnel) in node.tunnels.iter().enumerate() {
                    let into = match tunnel.interface {
                        Some(own) if own == at => left.intersection(&tunnel.carries),
                        Some(_) => PacketSet::none(),
                        // Chosen from what would leave over another interface.
                        None => left.intersection(&tunnel.carries),
                    };
                    if !into.is_empty() {
                        left = left.difference(&into);
                        self.into_tunnel(Stop::Tunnel(id, nth), tunnel, &into);
                    }
                }
                if node.tunnels.iter().any(|it| it.interface == Some(at)) {
                    return;
                }
                for port in node.ports.iter().filter(|it| it.interface == Some(at)) {
                    self.arrive(port.place, next, &left, Some(id));
                }
            }
            Way::None | Way::Unknown => {
                let inside = packets.to(self.network.book.inside());
                if inside.is_empty() {
                    return;
                }
                let says = text!(
                    "院内宛の経路が設定にありません。動的に得た経路などで届くかもしれません",
                    "the configuration has no route to these inside addresses; one that was learnt may lead there"
                );
                let kind = AssumptionKind::Route;
                self.arrivals.assumptions.add(kind, Some(&node.thing), route, says);
                if self.bound == Bound::Possible {
                    self.everywhere(id, node, &inside);
                }
            }
            Way::Discard => {}
        }
    }

    fn into_tunnel(&mut self, into: Stop, tunnel: &Tunnel, packets: &PacketSet) {
        self.note(None, into.clone());
        match &tunnel.far {
            Far::Outside(thing) => self.deliver(Some(into), thing, packets),
            Far::Node(node, at) => {
                let far = self.network.nodes.get(*node).and_then(|it| it.tunnels.get(*at));
                self.come(Some(into), *node, far.and_then(|it| it.interface), packets.clone());
            }
        }
    }

    /// A node of which nobody knows what it does: for certain what is declared, possibly everything.
    fn as_declared(&mut self, id: NodeId, node: &Node<'a>, packets: &PacketSet) {
        let name = node.thing.id.clone();
        let says = text!(
            "「{name}」の設定が無いため、台帳の記載どおりに通すものとしています",
            "there is no configuration of `{name}`, so it is taken to pass what the inventory says"
        );
        let kind = AssumptionKind::Declared;
        self.arrivals.assumptions.add(kind, Some(&node.thing), None, says);
        self.own(node, packets);
        if !self.word {
            return;
        }
        let passed = match self.bound {
            Bound::Certain => packets.intersection(&self.network.declared.all),
            Bound::Possible => packets.clone(),
        };
        self.arrivals.on_word |= !passed.is_empty();
        self.everywhere(id, node, &passed);
    }

    /// What is for the node itself.
    fn own(&mut self, node: &Node<'a>, packets: &PacketSet) {
        let own: AddressSet = node.ports.iter().map(|it| it.addresses.clone()).collect();
        self.deliver(None, &node.thing, &packets.to(&own));
    }

    /// Out of every port, to every neighbour: nobody knows the routes.
    fn everywhere(&mut self, id: NodeId, node: &Node<'a>, packets: &PacketSet) {
        for port in &node.ports {
            self.arrive(port.place, None, packets, Some(id));
            let off_link = packets.difference(&self.on_link(port.place, packets));
            self.hand_over(port.place, &off_link, Some(id));
        }
    }

    /// Every node at a place gets packets, but the one that sent them.
    fn hand_over(&mut self, place: PlaceId, packets: &PacketSet, but: Option<NodeId>) {
        for (node, port) in self.network.on(place) {
            if Some(*node) != but {
                let over = self.network.nodes.get(*node).and_then(|it| it.ports.get(*port));
                let here = Some(Stop::Place(place));
                self.come(here, *node, over.and_then(|it| it.interface), packets.clone());
            }
        }
    }

    fn on_link(&self, place: PlaceId, packets: &PacketSet) -> PacketSet {
        let networks = self.network.places.get(place).map(|it| it.networks.clone());
        packets.to(&networks.unwrap_or_default())
    }

    /// Packets arrive at a place: for a neighbour, or for whoever has their destination.
    fn arrive(
        &mut self,
        place: PlaceId,
        next: Option<IpAddr>,
        packets: &PacketSet,
        from: Option<NodeId>,
    ) {
        let network = self.network;
        let Some(at) = network.places.get(place) else { return };
        if packets.is_empty() {
            return;
        }
        let here = || Some(Stop::Place(place));
        self.note(None, Stop::Place(place));
        if let Some(next) = next {
            let neighbours = network.with_address(place, next);
            for (node, port) in &neighbours {
                let over = network.nodes.get(*node).and_then(|it| it.ports.get(*port));
                let here = Some(Stop::Place(place));
                self.come(here, *node, over.and_then(|it| it.interface), packets.clone());
            }
            if !neighbours.is_empty() {
                return;
            }
            if let PlaceKind::Outside(_) = at.kind {
                self.leave(place, packets);
            } else if self.bound == Bound::Possible {
                // An address that a pair shares, or of a device that nobody declared.
                self.hand_over(place, packets, from);
            }
            return;
        }
        if let PlaceKind::Outside(_) = at.kind {
            self.leave(place, &packets.difference(&self.on_link(place, packets)));
        }
        let mut delivered: Vec<(EntityRef, PacketSet)> = Vec::new();
        for (node, port) in network.on(place) {
            let Some(it) = network.nodes.get(*node) else { continue };
            let Some(port) = it.ports.get(*port) else { continue };
            if Some(*node) != from {
                let own = packets.to(&port.addresses);
                if !own.is_empty() {
                    self.come(here(), *node, port.interface, own);
                }
            }
        }
        for host in network.hosts_on(place) {
            let configured = network.node(&host.thing).and_then(|it| network.nodes.get(it));
            let decides =
                configured.is_some_and(|it| matches!(it.forwarding, Forwarding::Configured(_)));
            if !decides {
                delivered.push((host.thing.clone(), packets.to(&host.addresses)));
            }
        }
        if let PlaceKind::Zone(zone) = &at.kind {
            delivered.push((zone.clone(), packets.to(&at.networks)));
        }
        for (thing, packets) in delivered {
            self.deliver(here(), &thing, &packets);
        }
    }

    /// Packets leave the hospital: to the parties whose addresses they have, else to the internet.
    fn leave(&mut self, place: PlaceId, packets: &PacketSet) {
        for entry in &self.network.entries {
            let theirs = packets.to(&entry.sources);
            self.deliver(Some(Stop::Place(place)), &entry.from, &theirs);
        }
    }

    fn deliver(&mut self, from: Option<Stop>, thing: &EntityRef, packets: &PacketSet) {
        if !packets.is_empty() {
            if self.trail.is_some() {
                self.note(from, Stop::Thing(thing.clone()));
            }
            self.arrivals.at.entry(thing.clone()).or_default().extend(packets);
        }
    }
}

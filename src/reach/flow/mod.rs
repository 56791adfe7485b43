//! Where packets get to: from one start through every node, until nothing new arrives anywhere.

mod equal;
mod origins;
mod strays;
mod word;

pub(super) use strays::Strays;

use strays::Followed;

use super::Start;
use super::doubt::{AssumptionKind, Assumptions, Bound};
use super::network::{Entry, Forwarding, Network, NodeId, PlaceId, PlaceKind};
use super::packets::PacketSet;
use super::step::{Asked, At, Freedom, Step, To};
use super::trace::Disposition;
use crate::model::device::Nat;
use crate::model::{AddressSet, EntityRef};
use crate::text;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What arrived where.
#[derive(Clone, Debug, Default)]
pub struct Arrivals {
    /// By system, device, zone, party: the packets as they arrive there.
    pub at: BTreeMap<EntityRef, PacketSet>,
    /// What this takes for granted.
    pub assumptions: Assumptions,
    /// The nodes that saw any of it on the way.
    pub nodes: BTreeSet<NodeId>,
    /// What was meant for the inside and is lost only because nobody wrote down a way to it.
    pub astray: PacketSet,
    /// What goes somewhere that nobody can tell, wherever it was meant for.
    pub unknown: PacketSet,
    /// What leaves over a line to addresses of which nobody wrote down that they are beyond it.
    pub beyond: PacketSet,
    /// What got to addresses that nobody declared, by the device on whose network, or behind which,
    /// they are.
    pub undeclared: BTreeMap<EntityRef, PacketSet>,
    /// Whether sources changed on the way, so that packets do not tell any more who sent them.
    pub translated: bool,
    /// The senders of what came to devices that may pass it on over cables that nobody declared; it
    /// counts there as if sent by anybody.
    pub strayed: AddressSet,
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
        for (thing, packets) in &other.undeclared {
            self.undeclared.entry(thing.clone()).or_default().extend(packets);
        }
        self.astray.extend(&other.astray);
        self.unknown.extend(&other.unknown);
        self.beyond.extend(&other.beyond);
        self.translated |= other.translated;
        self.strayed = self.strayed.union(&other.strayed);
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

/// New packets somewhere, and how they came there.
struct Record<'n> {
    at: At,
    packets: PacketSet,
    /// The record that they come from; none at the start.
    from: Option<usize>,
    translated: [Option<&'n Nat>; 2],
    /// Whether it is somewhere beyond a cable that nobody declared.
    stray: bool,
    stop: Option<Stop>,
}

/// Packets that arrived.
struct Arrived<'n> {
    thing: EntityRef,
    packets: PacketSet,
    from: usize,
    translated: [Option<&'n Nat>; 2],
}

/// Packets on the move.
pub(super) struct Flow<'n, 'a> {
    network: &'n Network<'a>,
    asked: Asked,
    /// What has been everywhere before.
    seen: BTreeMap<At, PacketSet>,
    /// How often something new came, where translations feed each other.
    rounds: BTreeMap<At, usize>,
    records: Vec<Record<'n>>,
    queue: VecDeque<usize>,
    arrived: Vec<Arrived<'n>>,
    /// What arrived for the hosts of places, and from which records.
    here: BTreeMap<PlaceId, Vec<(usize, PacketSet)>>,
    /// Everything that was put in.
    started: PacketSet,
    /// Where anything gets that strays, for whoever looks it up; and the answer, when something does.
    strays: Option<&'n Strays>,
    followed: Option<&'n Followed>,
    /// What any configured node sees, when somebody asks.
    decided: Option<PacketSet>,
    arrivals: Arrivals,
    /// Where they pass, for whoever asks; and where those stand that are put in now.
    trail: Option<Trail>,
    begin: Option<Stop>,
}

/// How packets come that are as they were.
const SAME: ([Option<&Nat>; 2], bool) = ([None; 2], false);

/// So often something new may come to one place or node before the answer is "anything".
const ROUNDS: usize = 64;

impl<'n, 'a> Flow<'n, 'a> {
    pub(super) fn new(network: &'n Network<'a>, bound: Bound) -> Self {
        Self {
            network,
            asked: Asked { bound, word: true, freedom: Freedom::Loose },
            seen: BTreeMap::new(),
            rounds: BTreeMap::new(),
            records: Vec::new(),
            queue: VecDeque::new(),
            arrived: Vec::new(),
            here: BTreeMap::new(),
            started: PacketSet::none(),
            strays: None,
            followed: None,
            decided: None,
            arrivals: Arrivals::default(),
            trail: None,
            begin: None,
        }
    }

    /// The flow of packets that are somewhere.
    pub(super) fn from(
        network: &'n Network<'a>,
        at: &At,
        packets: &PacketSet,
        bound: Bound,
    ) -> Self {
        let mut flow = Self::new(network, bound);
        flow.come(at.clone(), packets.clone(), None, SAME, None);
        flow
    }

    /// What the inventory says of nodes counts for nothing: they are taken to pass nothing on.
    pub(super) fn without_word(mut self) -> Self {
        self.asked.word = false;
        self
    }

    /// Devices without configuration are taken to pass on only what somebody declared.
    pub(super) fn without_freedom(mut self) -> Self {
        self.asked.freedom = Freedom::None;
        self
    }

    /// What is sent from now on comes from here, and its way is written down: over cables that
    /// somebody could pull.
    pub(super) fn starting(&mut self, at: Stop) {
        self.asked.freedom = self.asked.freedom.min(Freedom::Translate);
        self.begin = Some(at);
        self.trail.get_or_insert_default();
    }

    /// Somebody sends these packets from where he starts.
    pub(super) fn set_out(&mut self, start: Start<'_>, packets: &PacketSet) {
        match start {
            Start::Over(entry) => self.enter(entry, packets.clone()),
            Start::At(place, _) => self.send(place, packets),
        }
    }

    /// Packets come in from outside.
    pub(super) fn enter(&mut self, entry: &Entry, packets: PacketSet) {
        let packets = match self.asked.bound {
            Bound::Certain if entry.carried != AddressSet::any() => packets.to(&entry.carried),
            _ => packets,
        };
        self.started.extend(&packets);
        let at = At::Node(entry.node, entry.arrival());
        self.come(at, packets, None, SAME, self.begin.clone());
    }

    /// Packets are sent at a place by somebody who stands there, to any neighbour he likes.
    pub(super) fn send(&mut self, place: PlaceId, packets: &PacketSet) {
        self.started.extend(packets);
        let at = At::Anyone(place, None);
        self.come(at, packets.clone(), None, SAME, self.begin.clone());
    }

    /// Lets everything happen.
    pub(super) fn run(mut self) -> Arrivals {
        self.finish();
        self.arrivals
    }

    /// Lets everything happen, and says where it passed.
    pub(super) fn followed(mut self) -> (Arrivals, Trail) {
        self.finish();
        (self.arrivals, self.trail.unwrap_or_default())
    }

    fn finish(&mut self) {
        self.move_on();
        self.at_hosts();
        self.whichever();
        for it in &self.arrived {
            self.arrivals.at.entry(it.thing.clone()).or_default().extend(&it.packets);
        }
        self.adds_followed();
        if self.asked.word && self.decided.is_none() && !self.network.severed {
            self.by_word();
        }
    }

    /// Packets come somewhere: what is new there goes on.
    fn come(
        &mut self,
        at: At,
        packets: PacketSet,
        from: Option<usize>,
        (translated, stray): ([Option<&'n Nat>; 2], bool),
        before: Option<Stop>,
    ) {
        if packets.is_empty() {
            return;
        }
        let stop = match &at {
            At::Node(id, arrival) => Some(Stop::Node(*id, arrival.over)),
            At::Place(id, ..) | At::Anyone(id, _) => Some(Stop::Place(*id)),
            At::Somewhere => before.clone(),
        };
        self.note(before, stop.clone());
        let packets = self.not_followed(&at, packets);
        let seen = self.seen.entry(at.clone()).or_default();
        let mut new = packets.difference(seen);
        if new.is_empty() {
            return;
        }
        let rounds = self.rounds.entry(at.clone()).or_default();
        *rounds += 1;
        if *rounds > ROUNDS {
            let says = text!(
                "アドレス変換が互いに繰り返すため、ここから先はあらゆる通信がありうるものとしています",
                "translations feed each other, so anything is taken to be possible from here on"
            );
            self.arrivals.assumptions.add(AssumptionKind::Translation, None, None, says);
            if self.asked.bound == Bound::Certain {
                return;
            }
            new = PacketSet::any().difference(seen);
        }
        seen.extend(&new);
        self.queue.push_back(self.records.len());
        let stray = stray || from.and_then(|it| self.records.get(it)).is_some_and(|it| it.stray);
        self.records.push(Record { at, packets: new, from, translated, stray, stop });
    }

    fn move_on(&mut self) {
        while let Some(id) = self.queue.pop_front() {
            let network = self.network;
            if let Some(At::Node(node, _)) = self.records.get(id).map(|it| it.at.clone()) {
                self.passes(node);
            }
            let Some(record) = self.records.get(id) else { continue };
            let at = record.at.clone();
            let stop = record.stop.clone();
            let steps =
                network.steps(&at, &record.packets, self.asked, &mut self.arrivals.assumptions);
            if let At::Node(node, _) = at
                && let Some(node) = network.nodes.get(node)
                && !matches!(node.forwarding, Forwarding::Configured(_))
            {
                self.arrivals.on_word |= steps.iter().any(|it| matches!(it.to, To::At(_)));
            }
            if self.decided.is_some() {
                self.decides(id, &at);
            }
            for step in steps {
                self.step(id, stop.clone(), step);
            }
        }
    }

    /// Writes down what a configured node sees: it decides, and no word of the inventory.
    fn decides(&mut self, id: usize, at: &At) {
        let At::Node(node, _) = at else { return };
        let node = self.network.nodes.get(*node).map(|it| &it.forwarding);
        let (Some(Forwarding::Configured(_)), Some(record)) = (node, self.records.get(id)) else {
            return;
        };
        let packets = self.origin(id, [None; 2], &record.packets);
        if let Some(decided) = &mut self.decided {
            decided.extend(&packets);
        }
    }

    fn step(&mut self, id: usize, stop: Option<Stop>, step: Step<'n>) {
        let Step { packets, to, tunnel, translated, stray } = step;
        if let Some(record) = self.records.get(id).filter(|it| !it.stray) {
            match stray {
                true => {
                    let senders = record.packets.sources();
                    self.arrivals.strayed = self.arrivals.strayed.union(&senders);
                }
                false => self.arrivals.translated |= translated.last().is_some_and(Option::is_some),
            }
        }
        let packets = if stray { self.looks_up(packets) } else { packets };
        let mut stop = stop;
        if let Some((node, at)) = tunnel {
            let inside = Some(Stop::Tunnel(node, at));
            self.note(stop, inside.clone());
            stop = inside;
        }
        match to {
            To::At(at) => self.come(at, packets, Some(id), (translated, stray), stop),
            To::Hosts(place) => self.here.entry(place).or_default().push((id, packets)),
            To::Nobody(thing) => {
                self.arrivals.undeclared.entry(thing).or_default().extend(&packets);
            }
            To::Thing(thing, _) => self.deliver(thing, packets, id, translated, stop),
            To::Behind(place) => {
                let mut beyond = packets.clone();
                for behind in self.network.behind(place) {
                    let mut theirs = packets.to(&behind.addresses);
                    if self.asked.bound == Bound::Possible {
                        theirs.extend(&packets.to(&behind.perhaps));
                    }
                    beyond = beyond.difference(&theirs);
                    self.deliver(behind.thing.clone(), theirs, id, translated, stop.clone());
                }
                let inside = self.network.book.inside();
                self.arrivals.beyond.extend(&beyond.difference(&beyond.to(inside)));
            }
            To::Lost(
                why @ (Disposition::NoRoute
                | Disposition::NeighbourUnreachable
                | Disposition::InsufficientInformation),
            ) => {
                self.arrivals.astray.extend(&packets.to(self.network.book.inside()));
                if why != Disposition::NoRoute {
                    self.arrivals.unknown.extend(&packets);
                }
            }
            To::Lost(_) => {}
        }
    }

    fn deliver(
        &mut self,
        thing: EntityRef,
        packets: PacketSet,
        from: usize,
        translated: [Option<&'n Nat>; 2],
        stop: Option<Stop>,
    ) {
        if packets.is_empty() {
            return;
        }
        self.note(stop, Some(Stop::Thing(thing.clone())));
        self.arrived.push(Arrived { thing, packets, from, translated });
    }

    /// What came to places gets to the hosts there, once for each place.
    fn at_hosts(&mut self) {
        let network = self.network;
        for (place, came) in std::mem::take(&mut self.here) {
            let Some(at) = network.places.get(place) else { continue };
            let all: PacketSet = came.iter().map(|it| it.1.clone()).collect();
            let stop = Some(Stop::Place(place));
            if let PlaceKind::Zone(zone) = &at.kind {
                self.arrive(zone, &at.networks, &came, stop.clone());
            }
            for host in network.hosts_on(place).filter(|it| !it.configured) {
                if host.vague && self.asked.bound == Bound::Certain {
                    let whole = reaching_all(&all, &host.addresses);
                    if let Some((from, _)) = came.first().filter(|_| !whole.is_empty()) {
                        self.deliver(host.thing.clone(), whole, *from, [None; 2], stop.clone());
                    }
                } else {
                    self.arrive(&host.thing, &host.addresses, &came, stop.clone());
                }
            }
        }
    }

    fn arrive(
        &mut self,
        thing: &EntityRef,
        addresses: &AddressSet,
        came: &[(usize, PacketSet)],
        stop: Option<Stop>,
    ) {
        for (from, packets) in came {
            self.deliver(thing.clone(), packets.to(addresses), *from, [None; 2], stop.clone());
        }
    }

    /// Writes down that a node saw something, and what of it nobody could read.
    fn passes(&mut self, id: NodeId) {
        if !self.arrivals.nodes.insert(id) {
            return;
        }
        let Some(node) = self.network.nodes.get(id) else { return };
        if let (Forwarding::Configured(_), Some((count, first))) = (&node.forwarding, node.unread) {
            let name = &node.thing.id;
            let says = text!(
                "「{name}」の設定に、読み取れていない行や、台帳にあって見当たらないアドレスが {count} か所あります",
                "of the configuration of `{name}`, {count} lines were not understood, or declared addresses not found"
            );
            let kind = AssumptionKind::Unread;
            self.arrivals.assumptions.add(kind, Some(&node.thing), Some(first), says);
        }
    }

    /// Writes down a stage.
    fn note(&mut self, from: Option<Stop>, to: Option<Stop>) {
        if let (Some(trail), Some(from), Some(to)) = (&mut self.trail, from, to)
            && from != to
        {
            trail.insert((from, to));
        }
    }
}

/// Of packets, those that arrive whichever of some addresses they are sent to.
fn reaching_all(packets: &PacketSet, addresses: &AddressSet) -> PacketSet {
    let all = packets.to(addresses).with_destination(addresses, None);
    let missing = all.difference(packets);
    all.difference(&missing.with_destination(addresses, None))
}

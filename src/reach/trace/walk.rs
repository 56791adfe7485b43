//! Follows one packet, stage by stage, along every way that it may take.

use super::{Disposition, Hop, Trace};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::reach::chain::Chain;
use crate::reach::device::{Departure, Event, Explained, Stage};
use crate::reach::doubt::{AssumptionKind, Assumptions, Bound};
use crate::reach::flow::{Arrivals, Flow};
use crate::reach::network::{
    Answering, Arrival, Forwarding, Host, Network, Node, NodeId, PlaceId, PlaceKind, Proxy,
};
use crate::reach::packets::{Packet, PacketSet};
use crate::reach::step::{Asked, At, Freedom, Step, To};
use crate::text;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// So many ways of one packet are told, of those that arrive and of those that do not; besides, one to
/// each end.
const MOST: usize = 16;
/// So many stages of one way.
const LONGEST: usize = 64;
/// So many stages of all ways together.
const STAGES: usize = 4096;
/// So often different ways may lead to the same place.
const ALIKE: usize = 3;

/// What is known of a way so far. Ways that part share what lies before.
#[derive(Clone)]
struct Course {
    hops: Chain<Hop>,
    certain: bool,
    assumptions: Rc<Assumptions>,
}

impl Course {
    /// Whether a device chose between equal routes on the way.
    fn is_chosen(&self) -> bool {
        self.assumptions.iter().any(|it| it.kind == AssumptionKind::EqualRoutes)
    }
}

/// A way that goes on.
struct Open {
    at: At,
    packet: PacketSet,
    /// Where it was before, and as what.
    been: Chain<(At, PacketSet)>,
    course: Course,
}

/// A way that ended.
struct Ended {
    course: Course,
    end: Disposition,
    at: Option<EntityRef>,
}

struct Walk<'n, 'a> {
    network: &'n Network<'a>,
    done: Vec<Ended>,
    /// Ways that are certain so far, and the others.
    sure: Vec<Open>,
    unsure: Vec<Open>,
    stages: usize,
    /// How often ways came to the same.
    visits: BTreeMap<(At, Option<Packet>, bool), usize>,
    /// Everything that came there.
    seen: BTreeMap<(At, bool), PacketSet>,
    start: At,
    sent: PacketSet,
    /// What arrives whichever of equal routes is taken, once somebody asks.
    always: Option<Arrivals>,
}

/// Every way of a packet that sets out somewhere; those that are certain and arrive first.
pub(in crate::reach) fn all(network: &Network<'_>, start: At, packet: &Packet) -> Vec<Trace> {
    let mut walk = Walk::new(network, start, packet);
    while walk.stage() {}
    let mut done = walk.done;
    done.sort_by_key(|it| (!it.end.arrives(), !it.course.certain, !it.end.denies()));
    let arriving = done.iter().filter(|it| it.end.arrives()).count();
    let mut nth = 0;
    let mut ends = BTreeSet::new();
    done.retain(|it| {
        nth += 1;
        let new = it.end.arrives() && ends.insert((it.at.clone(), it.end));
        new || nth <= MOST || !it.end.arrives() && nth - arriving <= MOST
    });
    done.iter().map(|it| it.trace(packet)).collect()
}

/// The first way of a packet that is what somebody looks for, and certain if there is such a one;
/// else whether it arrives anywhere at all. Nothing is followed for longer than that takes.
pub(in crate::reach) fn one(
    network: &Network<'_>,
    start: At,
    packet: &Packet,
    wanted: impl Fn(&Trace) -> bool,
) -> Result<Trace, bool> {
    let mut walk = Walk::new(network, start, packet);
    let mut perhaps = None;
    let mut looked_at = 0;
    loop {
        let goes_on = walk.stage();
        for it in walk.done.iter().skip(looked_at).filter(|it| it.end.arrives()) {
            if perhaps.is_some() && !it.course.certain {
                continue;
            }
            let trace = it.trace(packet);
            match wanted(&trace) {
                true if trace.certain => return Ok(trace),
                true => perhaps = Some(trace),
                false => {}
            }
        }
        looked_at = walk.done.len();
        // Only what is certain so far can still become a certain way.
        if let Some(trace) = perhaps.take_if(|_| walk.sure.is_empty()) {
            return Ok(trace);
        }
        if !goes_on {
            return perhaps.ok_or_else(|| walk.done.iter().any(|it| it.end.arrives()));
        }
    }
}

impl Ended {
    fn trace(&self, packet: &Packet) -> Trace {
        Trace {
            packet: packet.clone(),
            hops: self.course.hops.to_vec(),
            end: self.end,
            at: self.at.clone(),
            certain: self.course.certain,
            assumptions: Assumptions::clone(&self.course.assumptions),
        }
    }
}

impl Course {
    fn hop(&mut self, thing: Option<EntityRef>, name: Text, events: Vec<Event>) {
        self.hops.push(Hop { thing, name, events });
    }

    fn assumptions(&mut self) -> &mut Assumptions {
        Rc::make_mut(&mut self.assumptions)
    }
}

impl<'n, 'a> Walk<'n, 'a> {
    fn new(network: &'n Network<'a>, start: At, packet: &Packet) -> Self {
        let course = Course {
            hops: Chain::new(),
            certain: true,
            assumptions: Rc::new(Assumptions::default()),
        };
        let sent: PacketSet = packet.into();
        let open = Open { at: start.clone(), packet: sent.clone(), been: Chain::new(), course };
        Self {
            network,
            done: Vec::new(),
            sure: vec![open],
            unsure: Vec::new(),
            stages: 0,
            visits: BTreeMap::new(),
            seen: BTreeMap::new(),
            start,
            sent,
            always: None,
        }
    }

    /// Takes up the next way that goes on; false when there is none, or there were too many.
    fn stage(&mut self) -> bool {
        if self.stages >= STAGES {
            return false;
        }
        let Some(open) = self.sure.pop().or_else(|| self.unsure.pop()) else { return false };
        self.stages += 1;
        self.take_up(open);
        true
    }

    fn end(&mut self, mut course: Course, end: Disposition, at: Option<EntityRef>) {
        if course.certain && course.is_chosen() {
            let (network, start, sent) = (self.network, &self.start, &self.sent);
            let always = self
                .always
                .get_or_insert_with(|| Flow::from(network, start, sent, Bound::Certain).run());
            course.certain = at.as_ref().is_some_and(|it| !always.at(it).is_empty());
        }
        self.done.push(Ended { course, end, at });
    }

    fn take_up(&mut self, mut open: Open) {
        let key = (open.at.clone(), open.packet.sample(), open.course.certain);
        let visits = self.visits.entry(key).or_default();
        *visits += 1;
        let alike = *visits;
        let here = self.thing(&open.at);
        if open.been.backwards().any(|(at, packet)| *at == open.at && *packet == open.packet)
            || open.course.hops.len() >= LONGEST
        {
            self.end(open.course, Disposition::Loop, here);
            return;
        }
        let seen = self.seen.entry((open.at.clone(), open.course.certain)).or_default();
        if alike > ALIKE && seen.includes(&open.packet) {
            return;
        }
        seen.extend(&open.packet);
        open.been.push((open.at.clone(), open.packet.clone()));
        match open.at.clone() {
            At::Node(id, arrival) => self.node(id, arrival, open),
            At::Place(place, ..) | At::Anyone(place, _) => {
                self.at(place, &mut open.course);
                self.go_on(open);
            }
            At::Somewhere => self.go_on(open),
        }
    }

    /// A hop at a place, unless the last one was there.
    fn at(&self, place: PlaceId, course: &mut Course) {
        let name = self.network.words(place);
        if course.hops.last().is_some_and(|it| it.name == name) {
            return;
        }
        let thing = match self.network.places.get(place).map(|it| &it.kind) {
            Some(PlaceKind::Zone(zone)) => Some(zone.clone()),
            _ => None,
        };
        course.hop(thing, name, Vec::new());
    }

    /// What stands where a packet is.
    fn thing(&self, at: &At) -> Option<EntityRef> {
        match at {
            At::Node(id, _) => self.network.nodes.get(*id).map(|it| it.thing.clone()),
            At::Place(id, ..) | At::Anyone(id, _) => {
                match self.network.places.get(*id).map(|it| &it.kind) {
                    Some(PlaceKind::Zone(zone)) => Some(zone.clone()),
                    _ => None,
                }
            }
            At::Somewhere => None,
        }
    }

    fn node(&mut self, id: NodeId, arrival: Arrival, mut open: Open) {
        let network = self.network;
        let Some(node) = network.nodes.get(id) else { return };
        let hop = |course: &mut Course, events| {
            course.hop(Some(node.thing.clone()), Text::same(&node.thing.id), events);
        };
        let Forwarding::Configured(machine) = &node.forwarding else {
            let events = self.told(node, &open.packet).into_iter().collect();
            hop(&mut open.course, events);
            self.go_on(open);
            return;
        };
        for (departure, by) in
            machine.relayed(arrival.over, &open.packet, open.course.assumptions())
        {
            let mut course = Course { certain: false, ..open.course.clone() };
            let says = text!(
                "UDPブロードキャストを中継先のホストへ送る",
                "sends the UDP broadcast on to its helper"
            );
            hop(&mut course, vec![Event { stage: Stage::Translation, says, span: Some(by) }]);
            self.departed((id, node, arrival), departure, course, &open);
        }
        let mut quiet = Assumptions::default();
        let sure = machine.taken(arrival, &open.packet, Bound::Certain, &mut quiet);
        let seen = machine.explained(arrival.over, &open.packet, open.course.assumptions());
        let unseen = arrival
            .decrypted
            .then(|| machine.explained(None, &open.packet, open.course.assumptions()));
        let all: Vec<Explained<'a>> =
            seen.into_iter().chain(unseen.into_iter().flatten()).collect();
        for Explained { events, departure, stopped, certain } in all {
            let mut course = open.course.clone();
            hop(&mut course, events);
            if let Some(why) = stopped {
                course.certain &= certain && sure.is_empty();
                let unknown = why == Disposition::InsufficientInformation
                    || why == Disposition::NoRoute && node.learns;
                match departure.filter(|_| unknown) {
                    Some(departure) => self.departed((id, node, arrival), departure, course, &open),
                    None => self.end(course, why, Some(node.thing.clone())),
                }
                continue;
            }
            let Some(departure) = departure else { continue };
            // What a translation makes of it can be certain in part.
            let same = sure.iter().filter(|it| it.way == departure.way);
            let certain: PacketSet =
                same.map(|it| it.packets.intersection(&departure.packets)).collect();
            let rest = departure.packets.difference(&certain);
            for (packets, sure) in [(rest, false), (certain, true)] {
                if !packets.is_empty() {
                    let mut course = course.clone();
                    course.certain &= sure;
                    let departure = Departure { packets, ..departure.clone() };
                    self.departed((id, node, arrival), departure, course, &open);
                }
            }
        }
    }

    fn departed(
        &mut self,
        (id, node, arrival): (NodeId, &'n Node<'a>, Arrival),
        departure: Departure<'a>,
        mut course: Course,
        open: &Open,
    ) {
        let mut quiet = Assumptions::default();
        let assumptions = course.assumptions();
        let network = self.network;
        let again = departure.clone();
        let all = network.departed(id, node, arrival, departure, POSSIBLE, assumptions);
        let sure = network.departed(id, node, arrival, again, CERTAIN, &mut quiet);
        self.take(all, &sure, course, open);
    }

    fn go_on(&mut self, mut open: Open) {
        let mut quiet = Assumptions::default();
        let assumptions = open.course.assumptions();
        let all = self.network.steps(&open.at, &open.packet, POSSIBLE, assumptions);
        let sure = self.network.steps(&open.at, &open.packet, CERTAIN, &mut quiet);
        let course = open.course.clone();
        self.take(all, &sure, course, &open);
    }

    /// Takes every step; those that are not among the certain ones are doubtful.
    fn take(&mut self, all: Vec<Step<'n>>, sure: &[Step<'n>], course: Course, open: &Open) {
        let leads_on = all
            .iter()
            .any(|it| !matches!(it.to, To::Lost(_) | To::Nobody(_)) && !it.packets.is_empty());
        // Those that are taken up first stand last.
        for step in all.into_iter().rev().filter(|it| !it.packets.is_empty()) {
            let mut course = course.clone();
            let certain =
                sure.iter().any(|it| it.to == step.to && it.packets.includes(&step.packets));
            let thing = self.thing(&open.at);
            if let To::Lost(why) = step.to {
                course.certain &= certain && !leads_on;
                self.end(course, why, thing);
                continue;
            }
            course.certain &= certain;
            if let Some((node, at)) = step.tunnel {
                self.tunnelled(node, at, &mut course);
            }
            match step.to {
                To::At(at) => {
                    let next = Open { at, packet: step.packets, been: open.been.clone(), course };
                    if next.course.certain { &mut self.sure } else { &mut self.unsure }.push(next);
                }
                To::Hosts(place) => self.hosts(place, &step.packets, course),
                To::Behind(place) => {
                    let sent = !matches!(open.at, At::Place(_, _, None));
                    self.behind(place, &step.packets, sent, course);
                }
                To::Thing(thing, end) => self.end(course, end, Some(thing)),
                // The place says itself that it was delivered.
                To::Nobody(_) | To::Lost(_) => {}
            }
        }
    }

    fn tunnelled(&self, node: NodeId, at: usize, course: &mut Course) {
        let tunnel = self.network.nodes.get(node).and_then(|it| it.tunnels.get(at));
        let Some((tunnel, mut hop)) = tunnel.and_then(|it| Some((it, course.hops.pop()?))) else {
            return;
        };
        let name = &tunnel.name;
        hop.events.push(Event {
            stage: Stage::Route,
            says: text!("トンネル {name} へ", "into the tunnel {name}"),
            span: Some(tunnel.span),
        });
        course.hops.push(hop);
    }

    fn hosts(&mut self, place: PlaceId, packet: &PacketSet, mut course: Course) {
        let network = self.network;
        let Some(at) = network.places.get(place) else { return };
        self.at(place, &mut course);
        let zone = match &at.kind {
            PlaceKind::Zone(zone) => Some(zone.clone()),
            _ => None,
        };
        let there = |it: &&Host| !it.configured && !packet.to(&it.addresses).is_empty();
        let mut any = false;
        for host in network.hosts_on(place).filter(there) {
            any |= !host.vague;
            let mut course = course.clone();
            course.certain &= !host.vague;
            course.hop(Some(host.thing.clone()), Text::same(&host.thing.id), Vec::new());
            self.end(course, Disposition::Accepted, Some(host.thing.clone()));
        }
        let on_link = !packet.to(&at.networks).is_empty();
        let holders = network.with_any_address(place, &packet.destinations());
        let node = holders.iter().any(|(id, _)| {
            network.nodes.get(*id).is_some_and(|it| it.thing.kind != EntityKind::Path)
        });
        let takes =
            |it: &Proxy| it.answers == Answering::Usually && !packet.to(&it.addresses).is_empty();
        let node = node || network.proxies(place).iter().any(takes);
        match on_link {
            true if any || node => {}
            true => self.end(course, Disposition::Delivered, zone),
            false if any || node => {}
            false => {
                course.certain = false;
                self.end(course, Disposition::NeighbourUnreachable, zone);
            }
        }
    }

    fn behind(&mut self, place: PlaceId, packet: &PacketSet, sent: bool, mut course: Course) {
        self.at(place, &mut course);
        let mut any = false;
        for behind in self.network.behind(place) {
            let sure = !packet.to(&behind.addresses).is_empty();
            if sure || !packet.to(&behind.perhaps).is_empty() {
                any = true;
                let mut course = course.clone();
                course.certain &= sure;
                self.end(course, Disposition::Exits, Some(behind.thing.clone()));
            }
        }
        // A device without configuration is not taken to send out what nobody there has.
        if !any && sent {
            self.end(course, Disposition::Exits, None);
        }
    }

    /// What a node without configuration does, in words.
    fn told(&self, node: &Node<'a>, packet: &PacketSet) -> Option<Event> {
        let own = !packet.to(&self.network.own(node)).is_empty();
        let forward =
            node.forwards.iter().find(|it| PacketSet::of_match(&it.nat.when).meets(packet));
        if let Some(forward) = forward {
            let to = &forward.to;
            let says = text!(
                "台帳に記載のポート転送により宛先を {to} に変換",
                "the declared port forward makes the destination {to}"
            );
            return Some(Event { stage: Stage::Translation, says, span: Some(forward.nat.span) });
        }
        if own {
            return None;
        }
        let declared = &self.network.declared.permissions;
        Some(match &node.forwarding {
            Forwarding::Nothing => Event {
                stage: Stage::Word,
                says: text!("中継しない（台帳の記載）", "passes nothing on, as declared"),
                span: None,
            },
            Forwarding::Everything => Event {
                stage: Stage::Word,
                says: text!("すべて中継する", "passes everything on"),
                span: None,
            },
            _ => match declared.iter().find(|it| it.packets.meets(packet)) {
                Some(permission) => Event {
                    stage: Stage::Word,
                    says: text!(
                        "台帳の記載により通過（設定は未確認）",
                        "passes as declared; no configuration was read"
                    ),
                    span: Some(permission.span),
                },
                None => Event {
                    stage: Stage::Word,
                    says: text!(
                        "設定が無いため通すかどうか分からない",
                        "no configuration: nobody knows whether it passes"
                    ),
                    span: None,
                },
            },
        })
    }
}

const POSSIBLE: Asked = Asked { bound: Bound::Possible, word: true, freedom: Freedom::Loose };
const CERTAIN: Asked = Asked { bound: Bound::Certain, word: true, freedom: Freedom::Loose };

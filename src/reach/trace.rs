//! The way of one packet, hop by hop, with the line that decided at each.

use super::device::{Event, Explained, Stage};
use super::doubt::{Assumptions, Bound};
use super::flow::Arrivals;
use super::network::{Arrival, Entry, Forwarding, Network, Node, NodeId, PlaceId, PlaceKind};
use super::packets::{Packet, PacketSet};
use super::step::{Asked, At, Step, To};
use crate::locale::Text;
use crate::model::vocabulary;
use crate::model::{EntityKind, EntityRef};
use crate::text;
use std::collections::{BTreeMap, BTreeSet};

vocabulary! {
    /// How the way of a packet ends.
    Disposition("通信の結末", "disposition") {
        Accepted = "accepted" ("到達", "accepted"),
        Delivered = "delivered" ("網に到達（相手は台帳にない）", "delivered to the network"),
        Exits = "exits" ("院外へ出る", "exits"),
        DeniedIn = "denied-in" ("入口で拒否", "denied on coming in"),
        DeniedThrough = "denied-through" ("通過を拒否", "denied on passing through"),
        DeniedOut = "denied-out" ("出口で拒否", "denied on leaving"),
        Discarded = "discarded" ("破棄（経路・変換による）", "thrown away by a route or translation"),
        NoRoute = "no-route" ("経路なし", "no route"),
        NeighbourUnreachable = "neighbour-unreachable" ("次の中継先が不明", "next hop not found"),
        Loop = "loop" ("堂々巡り", "loop"),
        InsufficientInformation = "insufficient-information" ("情報不足", "insufficient information"),
    }
}

impl Disposition {
    /// Whether the packet got somewhere.
    pub const fn arrives(self) -> bool {
        matches!(self, Self::Accepted | Self::Delivered | Self::Exits)
    }

    /// Whether a filter stopped it.
    pub const fn denies(self) -> bool {
        matches!(self, Self::DeniedIn | Self::DeniedThrough | Self::DeniedOut)
    }
}

/// One stage of a way.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The device or host; the zone for the end on a network.
    pub thing: Option<EntityRef>,
    /// The thing, or the place between things, in words.
    pub name: Text,
    /// What happened there, in order.
    pub events: Vec<Event>,
}

/// The way of one packet.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The packet as it set out.
    pub packet: Packet,
    /// The stages.
    pub hops: Vec<Hop>,
    /// How it ends.
    pub end: Disposition,
    /// Where it ends.
    pub at: Option<EntityRef>,
    /// Whether everything on the way is known: no line that was not understood, no device without
    /// configuration.
    pub certain: bool,
    /// What is taken for granted.
    pub assumptions: Assumptions,
}

/// So many ways of one packet are told, of those that arrive and of those that do not; besides, one to
/// each end.
const MOST: usize = 16;
/// So many stages of one way.
const LONGEST: usize = 64;
/// So many stages of all ways together.
const STAGES: usize = 4096;
/// So often different ways may lead to the same place.
const ALIKE: usize = 3;

/// A way that goes on.
#[derive(Clone)]
struct Open {
    at: At,
    packet: PacketSet,
    /// Where it was before, and as what.
    been: Vec<(At, PacketSet)>,
    trace: Trace,
}

struct Walk<'n, 'a> {
    network: &'n Network<'a>,
    done: Vec<Trace>,
    /// Ways that are certain so far, and the others.
    sure: Vec<Open>,
    unsure: Vec<Open>,
    /// How often ways came to the same.
    visits: BTreeMap<(At, Option<Packet>, bool), usize>,
    /// Everything that came there.
    seen: BTreeMap<(At, bool), PacketSet>,
}

/// Every way of a packet that comes in over an entry; those that are certain and arrive first.
pub(super) fn over(network: &Network<'_>, entry: &Entry, packet: &Packet) -> Vec<Trace> {
    follow(network, At::Node(entry.node, entry.arrival()), packet)
}

/// Every way of a packet that somebody sends at a place.
pub(super) fn sent_at(network: &Network<'_>, place: PlaceId, packet: &Packet) -> Vec<Trace> {
    follow(network, At::Anyone(place, None), packet)
}

/// The ways of a packet that arrives on the word of the inventory alone: nothing shows by which
/// devices.
pub(super) fn by_word(network: &Network<'_>, packet: &Packet, arrivals: &Arrivals) -> Vec<Trace> {
    let permission = network.declared.permissions.iter().find(|it| it.packets.contains(packet));
    let Some(permission) = permission else { return Vec::new() };
    let says = text!(
        "台帳の記載により通過（どの機器を通るかは書かれていない）",
        "passes as declared; nothing says by which devices"
    );
    let event = Event { stage: Stage::Word, says, span: Some(permission.span) };
    let of = Hop {
        thing: Some(permission.of.clone()),
        name: Text::same(&permission.of.id),
        events: vec![event],
    };
    let ends = arrivals.at.iter().filter(|it| !it.1.is_empty()).map(|it| it.0);
    let ways = ends.map(|thing| {
        let end =
            Hop { thing: Some(thing.clone()), name: Text::same(&thing.id), events: Vec::new() };
        Trace {
            packet: packet.clone(),
            hops: vec![of.clone(), end],
            end: Disposition::Accepted,
            at: Some(thing.clone()),
            certain: true,
            assumptions: arrivals.assumptions.clone(),
        }
    });
    ways.collect()
}

fn follow(network: &Network<'_>, start: At, packet: &Packet) -> Vec<Trace> {
    let trace = Trace {
        packet: packet.clone(),
        hops: Vec::new(),
        end: Disposition::NoRoute,
        at: None,
        certain: true,
        assumptions: Assumptions::default(),
    };
    let open = Open { at: start, packet: packet.into(), been: Vec::new(), trace };
    let mut walk = Walk {
        network,
        done: Vec::new(),
        sure: vec![open],
        unsure: Vec::new(),
        visits: BTreeMap::new(),
        seen: BTreeMap::new(),
    };
    for _ in 0..STAGES {
        let Some(open) = walk.sure.pop().or_else(|| walk.unsure.pop()) else { break };
        walk.stage(open);
    }
    let mut done = walk.done;
    done.sort_by_key(|it| (!it.end.arrives(), !it.certain, !it.end.denies()));
    let arriving = done.iter().filter(|it| it.end.arrives()).count();
    let mut nth = 0;
    let mut ends = BTreeSet::new();
    done.retain(|it| {
        nth += 1;
        let new = it.end.arrives() && ends.insert((it.at.clone(), it.end));
        new || nth <= MOST || !it.end.arrives() && nth - arriving <= MOST
    });
    done
}

impl<'n, 'a> Walk<'n, 'a> {
    fn end(&mut self, mut trace: Trace, end: Disposition, at: Option<EntityRef>) {
        trace.end = end;
        trace.at = at;
        self.done.push(trace);
    }

    fn stage(&mut self, mut open: Open) {
        let key = (open.at.clone(), open.packet.sample(), open.trace.certain);
        let visits = self.visits.entry(key).or_default();
        *visits += 1;
        let alike = *visits;
        let here = self.thing(&open.at);
        if open.been.iter().any(|(at, packet)| *at == open.at && *packet == open.packet)
            || open.trace.hops.len() >= LONGEST
        {
            self.end(open.trace, Disposition::Loop, here);
            return;
        }
        let seen = self.seen.entry((open.at.clone(), open.trace.certain)).or_default();
        if alike > ALIKE && seen.includes(&open.packet) {
            return;
        }
        seen.extend(&open.packet);
        open.been.push((open.at.clone(), open.packet.clone()));
        match open.at.clone() {
            At::Node(id, arrival) => self.node(id, arrival, open),
            At::Place(place, ..) | At::Anyone(place, _) => {
                self.at(place, &mut open.trace);
                self.go_on(open);
            }
            At::Somewhere => self.go_on(open),
        }
    }

    /// A hop at a place, unless the last one was there.
    fn at(&self, place: PlaceId, trace: &mut Trace) {
        let name = self.network.words(place);
        if trace.hops.last().is_some_and(|it| it.name == name) {
            return;
        }
        let thing = match self.network.places.get(place).map(|it| &it.kind) {
            Some(PlaceKind::Zone(zone)) => Some(zone.clone()),
            _ => None,
        };
        trace.hops.push(Hop { thing, name, events: Vec::new() });
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
        let hop = |events| Hop {
            thing: Some(node.thing.clone()),
            name: Text::same(&node.thing.id),
            events,
        };
        let Forwarding::Configured(machine) = &node.forwarding else {
            let events = self.told(node, &open.packet).into_iter().collect();
            open.trace.hops.push(hop(events));
            self.go_on(open);
            return;
        };
        let mut quiet = Assumptions::default();
        let sure = machine.taken(arrival, &open.packet, Bound::Certain, &mut quiet);
        let seen = machine.explained(arrival.over, &open.packet, &mut open.trace.assumptions);
        let unseen = arrival
            .decrypted
            .then(|| machine.explained(None, &open.packet, &mut open.trace.assumptions));
        let all: Vec<Explained<'a>> =
            seen.into_iter().chain(unseen.into_iter().flatten()).collect();
        for Explained { events, departure, stopped, certain } in all {
            let mut trace = open.trace.clone();
            trace.hops.push(hop(events));
            let Some(departure) = departure else {
                trace.certain &= certain && sure.is_empty();
                let why = stopped.unwrap_or(Disposition::InsufficientInformation);
                if why == Disposition::InsufficientInformation
                    || why == Disposition::NoRoute && node.learns
                {
                    let way = match why {
                        Disposition::NoRoute => super::device::Way::None,
                        _ => super::device::Way::Unknown,
                    };
                    let departure = super::device::Departure {
                        packets: open.packet.clone(),
                        way,
                        route: None,
                        translated: [None; 2],
                    };
                    self.departed((id, node, arrival), departure, trace, &open);
                } else {
                    self.end(trace, why, Some(node.thing.clone()));
                }
                continue;
            };
            // What a translation makes of it can be certain in part.
            let same = sure.iter().filter(|it| it.way == departure.way);
            let certain: PacketSet =
                same.map(|it| it.packets.intersection(&departure.packets)).collect();
            let rest = departure.packets.difference(&certain);
            for (packets, sure) in [(rest, false), (certain, true)] {
                if !packets.is_empty() {
                    let mut trace = trace.clone();
                    trace.certain &= sure;
                    let departure = super::device::Departure { packets, ..departure.clone() };
                    self.departed((id, node, arrival), departure, trace, &open);
                }
            }
        }
    }

    fn departed(
        &mut self,
        (id, node, arrival): (NodeId, &'n Node<'a>, Arrival),
        departure: super::device::Departure<'a>,
        mut trace: Trace,
        open: &Open,
    ) {
        let mut quiet = Assumptions::default();
        let assumptions = &mut trace.assumptions;
        let network = self.network;
        let again = departure.clone();
        let all = network.departed(id, node, arrival, departure, POSSIBLE, assumptions);
        let sure = network.departed(id, node, arrival, again, CERTAIN, &mut quiet);
        self.take(all, &sure, trace, open);
    }

    fn go_on(&mut self, mut open: Open) {
        let mut quiet = Assumptions::default();
        let assumptions = &mut open.trace.assumptions;
        let all = self.network.steps(&open.at, &open.packet, POSSIBLE, assumptions);
        let sure = self.network.steps(&open.at, &open.packet, CERTAIN, &mut quiet);
        let trace = open.trace.clone();
        self.take(all, &sure, trace, &open);
    }

    /// Takes every step; those that are not among the certain ones are doubtful.
    fn take(&mut self, all: Vec<Step<'n>>, sure: &[Step<'n>], trace: Trace, open: &Open) {
        let leads_on = all.iter().any(|it| !matches!(it.to, To::Lost(_)) && !it.packets.is_empty());
        // Those that are taken up first stand last.
        for step in all.into_iter().rev().filter(|it| !it.packets.is_empty()) {
            let mut trace = trace.clone();
            let certain =
                sure.iter().any(|it| it.to == step.to && it.packets.includes(&step.packets));
            let thing = self.thing(&open.at);
            if let To::Lost(why) = step.to {
                trace.certain &= certain && !leads_on;
                self.end(trace, why, thing);
                continue;
            }
            trace.certain &= certain;
            if let Some((node, at)) = step.tunnel {
                self.tunnelled(node, at, &mut trace);
            }
            match step.to {
                To::At(at) => {
                    let next = Open { at, packet: step.packets, been: open.been.clone(), trace };
                    if next.trace.certain { &mut self.sure } else { &mut self.unsure }.push(next);
                }
                To::Hosts(place) => self.hosts(place, &step.packets, trace),
                To::Behind(place) => {
                    let sent = !matches!(open.at, At::Place(_, _, None));
                    self.behind(place, &step.packets, sent, trace);
                }
                To::Thing(thing, end) => self.end(trace, end, Some(thing)),
                To::Lost(_) => {}
            }
        }
    }

    fn tunnelled(&self, node: NodeId, at: usize, trace: &mut Trace) {
        let tunnel = self.network.nodes.get(node).and_then(|it| it.tunnels.get(at));
        let (Some(tunnel), Some(hop)) = (tunnel, trace.hops.last_mut()) else { return };
        let name = &tunnel.name;
        hop.events.push(Event {
            stage: Stage::Route,
            says: text!("トンネル {name} へ", "into the tunnel {name}"),
            span: Some(tunnel.span),
        });
    }

    fn hosts(&mut self, place: PlaceId, packet: &PacketSet, mut trace: Trace) {
        let network = self.network;
        let Some(at) = network.places.get(place) else { return };
        self.at(place, &mut trace);
        let zone = match &at.kind {
            PlaceKind::Zone(zone) => Some(zone.clone()),
            _ => None,
        };
        let there =
            |it: &&super::network::Host| !it.configured && !packet.to(&it.addresses).is_empty();
        let mut any = false;
        for host in network.hosts_on(place).filter(there) {
            any |= !host.vague;
            let mut trace = trace.clone();
            trace.certain &= !host.vague;
            let name = Text::same(&host.thing.id);
            trace.hops.push(Hop { thing: Some(host.thing.clone()), name, events: Vec::new() });
            self.end(trace, Disposition::Accepted, Some(host.thing.clone()));
        }
        let on_link = !packet.to(&at.networks).is_empty();
        let holders = network.with_any_address(place, &packet.destinations());
        let node = holders.iter().any(|(id, _)| {
            network.nodes.get(*id).is_some_and(|it| it.thing.kind != EntityKind::Path)
        });
        match on_link {
            true if any || node => {}
            true => self.end(trace, Disposition::Delivered, zone),
            false if any || node => {}
            false => {
                trace.certain = false;
                self.end(trace, Disposition::NeighbourUnreachable, zone);
            }
        }
    }

    fn behind(&mut self, place: PlaceId, packet: &PacketSet, sent: bool, mut trace: Trace) {
        self.at(place, &mut trace);
        let mut any = false;
        for behind in self.network.behind(place) {
            let sure = !packet.to(&behind.addresses).is_empty();
            if sure || !packet.to(&behind.perhaps).is_empty() {
                any = true;
                let mut trace = trace.clone();
                trace.certain &= sure;
                self.end(trace, Disposition::Exits, Some(behind.thing.clone()));
            }
        }
        // A device without configuration is not taken to send out what nobody there has.
        if !any && sent {
            self.end(trace, Disposition::Exits, None);
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

const POSSIBLE: Asked = Asked { bound: Bound::Possible, word: true, undeclared: true };
const CERTAIN: Asked = Asked { bound: Bound::Certain, word: true, undeclared: true };

impl Trace {
    /// Whether it counts on this side of the answer.
    pub fn counts(&self, bound: Bound) -> bool {
        self.end.arrives() && (bound == Bound::Possible || self.certain)
    }

    /// Whether it ends at a thing, or on the network of a zone.
    pub fn reaches(&self, thing: &EntityRef) -> bool {
        let passed = || self.hops.iter().rev().take(2).any(|it| it.thing.as_ref() == Some(thing));
        let zone = thing.kind == EntityKind::Zone;
        self.end.arrives() && (self.at.as_ref() == Some(thing) || zone && passed())
    }
}

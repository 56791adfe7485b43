//! The way of one packet, hop by hop, with the line that decided at each.

use super::device::{Departure, Event, Explained, Way};
use super::doubt::{Assumptions, Bound};
use super::network::{Entry, Far, Forwarding, Network, Node, NodeId, PlaceId, PlaceKind};
use super::packets::{Packet, PacketSet};
use crate::locale::Text;
use crate::model::vocabulary;
use crate::model::{AddressSet, EntityRef};
use crate::text;
use std::net::IpAddr;

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

/// So many ways of one packet are followed.
const MOST: usize = 16;
/// So many stages of one way.
const LONGEST: usize = 64;

/// Where a packet is.
#[derive(Clone, Debug)]
enum At {
    Node(NodeId, Option<usize>),
    Place(PlaceId, Option<IpAddr>, Option<NodeId>),
}

struct Walk<'n, 'a> {
    network: &'n Network<'a>,
    done: Vec<Trace>,
    /// Ways that go on: where the packet is, as it is now, and how it came there.
    open: Vec<(At, PacketSet, Trace)>,
}

/// Every way of a packet that comes in over an entry; those that are certain and arrive first.
pub(super) fn over(network: &Network<'_>, entry: &Entry, packet: &Packet) -> Vec<Trace> {
    follow(network, vec![At::Node(entry.node, entry.over)], packet)
}

/// Every way of a packet that somebody sends at a place.
pub(super) fn sent_at(network: &Network<'_>, place: PlaceId, packet: &Packet) -> Vec<Trace> {
    let on_link = network.places.get(place);
    let on_link = on_link.is_some_and(|it| it.networks.contains(packet.destination));
    let mut starts = vec![At::Place(place, None, None)];
    if !on_link {
        starts = network
            .on(place)
            .iter()
            .map(|(node, port)| {
                let port = network.nodes.get(*node).and_then(|it| it.ports.get(*port));
                At::Node(*node, port.and_then(|it| it.interface))
            })
            .collect();
    }
    follow(network, starts, packet)
}

fn follow(network: &Network<'_>, starts: Vec<At>, packet: &Packet) -> Vec<Trace> {
    let trace = Trace {
        packet: packet.clone(),
        hops: Vec::new(),
        end: Disposition::NoRoute,
        at: None,
        certain: true,
        assumptions: Assumptions::default(),
    };
    let open = starts.into_iter().rev().map(|at| (at, packet.into(), trace.clone())).collect();
    let mut walk = Walk { network, done: Vec::new(), open };
    while let Some((at, packet, trace)) = walk.open.pop() {
        if walk.done.len() >= MOST {
            break;
        }
        if trace.hops.len() >= LONGEST {
            walk.end(trace, Disposition::Loop, None);
            continue;
        }
        match at {
            At::Node(node, over) => walk.node(node, over, packet, trace),
            At::Place(place, next, from) => walk.place(place, next, from, packet, trace),
        }
    }
    let mut done = walk.done;
    done.sort_by_key(|it| (!it.end.arrives(), !it.certain));
    done
}

impl<'a> Walk<'_, 'a> {
    fn end(&mut self, mut trace: Trace, end: Disposition, at: Option<EntityRef>) {
        trace.end = end;
        trace.at = at;
        self.done.push(trace);
    }

    fn node(&mut self, id: NodeId, over: Option<usize>, packet: PacketSet, mut trace: Trace) {
        let network = self.network;
        let Some(node) = network.nodes.get(id) else { return };
        let hop = |events| Hop {
            thing: Some(node.thing.clone()),
            name: Text::same(&node.thing.id),
            events,
        };
        let Forwarding::Configured(machine) = &node.forwarding else {
            self.unconfigured(id, node, packet, trace);
            return;
        };
        let assumptions = &mut trace.assumptions;
        let ways = machine.explained(over, &packet, assumptions);
        for Explained { events, departure, stopped, certain } in ways {
            let mut trace = trace.clone();
            trace.certain &= certain;
            trace.hops.push(hop(events));
            match (departure, stopped) {
                (Some(departure), _) => self.depart(id, node, departure, trace),
                (None, Some(why)) => self.end(trace, why, Some(node.thing.clone())),
                (None, None) => {}
            }
        }
    }

    fn depart(&mut self, id: NodeId, node: &Node<'a>, departure: Departure<'a>, mut trace: Trace) {
        let Departure { packets, way, .. } = departure;
        let (at, next) = match way {
            Way::Own => {
                self.end(trace, Disposition::Accepted, Some(node.thing.clone()));
                return;
            }
            Way::Out(at, next) => (at, next),
            Way::Discard | Way::None | Way::Unknown => {
                self.end(trace, Disposition::InsufficientInformation, Some(node.thing.clone()));
                return;
            }
        };
        let tunnel = node
            .tunnels
            .iter()
            .find(|it| it.interface.is_none_or(|own| own == at) && it.carries.meets(&packets));
        if let Some(tunnel) = tunnel {
            let name = &tunnel.name;
            let event = Event {
                says: text!("トンネル {name} へ", "into the tunnel {name}"),
                span: Some(tunnel.span),
            };
            if let Some(hop) = trace.hops.last_mut() {
                hop.events.push(event);
            }
            match &tunnel.far {
                Far::Outside(thing) => self.end(trace, Disposition::Exits, Some(thing.clone())),
                Far::Node(far, at) => {
                    let over = self.network.nodes.get(*far).and_then(|it| it.tunnels.get(*at));
                    self.go(At::Node(*far, over.and_then(|it| it.interface)), packets, trace);
                }
            }
            return;
        }
        let mut ports = node.ports.iter().filter(|it| it.interface == Some(at)).peekable();
        if ports.peek().is_none() {
            self.end(trace, Disposition::NeighbourUnreachable, Some(node.thing.clone()));
            return;
        }
        for port in ports {
            self.go(At::Place(port.place, next, Some(id)), packets.clone(), trace.clone());
        }
    }

    /// A node without configuration passes what the inventory permits; what else it does nobody knows.
    fn unconfigured(&mut self, id: NodeId, node: &Node<'a>, packet: PacketSet, mut trace: Trace) {
        let network = self.network;
        let own: AddressSet = node.ports.iter().map(|it| it.addresses.clone()).collect();
        if !packet.to(&own).is_empty() {
            trace.hops.push(Hop {
                thing: Some(node.thing.clone()),
                name: Text::same(&node.thing.id),
                events: Vec::new(),
            });
            self.end(trace, Disposition::Accepted, Some(node.thing.clone()));
            return;
        }
        let permission = network.declared.permissions.iter().find(|it| it.packets.meets(&packet));
        let event = match (&node.forwarding, permission) {
            (Forwarding::Nothing, _) => {
                self.end(trace, Disposition::DeniedThrough, Some(node.thing.clone()));
                return;
            }
            (Forwarding::Everything, _) => {
                Event { says: text!("すべて中継する", "passes everything on"), span: None }
            }
            (_, Some(permission)) => Event {
                says: text!(
                    "台帳の記載により通過（設定は未確認）",
                    "passes as declared; no configuration was read"
                ),
                span: Some(permission.span),
            },
            (_, None) => {
                trace.certain = false;
                Event {
                    says: text!(
                        "設定が無いため通すかどうか分からない",
                        "no configuration: nobody knows whether it passes"
                    ),
                    span: None,
                }
            }
        };
        trace.hops.push(Hop {
            thing: Some(node.thing.clone()),
            name: Text::same(&node.thing.id),
            events: vec![event],
        });
        let mut gone = false;
        for port in &node.ports {
            let Some(place) = network.places.get(port.place) else { continue };
            if !packet.to(&place.networks).is_empty() {
                gone = true;
                self.go(At::Place(port.place, None, Some(id)), packet.clone(), trace.clone());
            }
        }
        if gone {
            return;
        }
        let mut seen = Vec::new();
        for port in &node.ports {
            for (other, at) in network.on(port.place) {
                let visited = network.nodes.get(*other).is_some_and(|it| {
                    trace.hops.iter().any(|hop| hop.thing.as_ref() == Some(&it.thing))
                });
                if *other != id && !visited && !seen.contains(other) {
                    seen.push(*other);
                    let over = network.nodes.get(*other).and_then(|it| it.ports.get(*at));
                    let over = over.and_then(|it| it.interface);
                    self.go(At::Node(*other, over), packet.clone(), trace.clone());
                }
            }
        }
        if seen.is_empty() {
            self.end(trace, Disposition::InsufficientInformation, Some(node.thing.clone()));
        }
    }

    fn place(
        &mut self,
        id: PlaceId,
        next: Option<IpAddr>,
        from: Option<NodeId>,
        packet: PacketSet,
        mut trace: Trace,
    ) {
        let network = self.network;
        let Some(place) = network.places.get(id) else { return };
        let zone = match &place.kind {
            PlaceKind::Zone(zone) => Some(zone.clone()),
            _ => None,
        };
        trace.hops.push(Hop { thing: zone.clone(), name: network.words(id), events: Vec::new() });
        let destination = packet.sample().map(|it| it.destination);
        if let Some(next) = next.or(destination) {
            let neighbours = network.with_address(id, next);
            let neighbours = neighbours.iter().filter(|it| Some(it.0) != from);
            let mut any = false;
            for (node, port) in neighbours {
                any = true;
                let port = network.nodes.get(*node).and_then(|it| it.ports.get(*port));
                let over = port.and_then(|it| it.interface);
                self.go(At::Node(*node, over), packet.clone(), trace.clone());
            }
            if any {
                return;
            }
        }
        if let PlaceKind::Outside(_) = place.kind {
            let to = network.entries.iter().find(|it| !packet.to(&it.sources).is_empty());
            self.end(trace, Disposition::Exits, to.map(|it| it.from.clone()));
            return;
        }
        if next.is_some() {
            self.end(trace, Disposition::NeighbourUnreachable, zone);
            return;
        }
        let host = network.hosts_on(id).find(|it| !packet.to(&it.addresses).is_empty());
        match host {
            Some(host) => {
                let name = Text::same(&host.thing.id);
                trace.hops.push(Hop { thing: Some(host.thing.clone()), name, events: Vec::new() });
                self.end(trace, Disposition::Accepted, Some(host.thing.clone()));
            }
            None => self.end(trace, Disposition::Delivered, zone),
        }
    }

    /// Goes on, unless the packet was there before.
    fn go(&mut self, to: At, packet: PacketSet, trace: Trace) {
        let visits = |id: NodeId| {
            let thing = self.network.nodes.get(id).map(|it| &it.thing);
            trace.hops.iter().filter(|it| it.thing.is_some() && it.thing.as_ref() == thing).count()
        };
        match to {
            At::Node(id, _) if visits(id) > 2 => {
                let at = self.network.nodes.get(id).map(|it| it.thing.clone());
                self.end(trace, Disposition::Loop, at);
            }
            to => self.open.push((to, packet, trace)),
        }
    }
}

/// Whether a bound lets a trace count.
impl Trace {
    /// Whether it counts on this side of the answer.
    pub fn counts(&self, bound: Bound) -> bool {
        self.end.arrives() && (bound == Bound::Possible || self.certain)
    }
}

//! One step of packets through the network. Sets of packets ([`super::flow`]) and single packets
//! ([`super::trace`]) take the same steps, so that they cannot disagree.

mod places;
mod unread;

use super::device::{Departure, Machine, Way};
use super::doubt::{AssumptionKind, Assumptions, Bound};
use super::network::{Arrival, Far, Forwarding, Network, Node, NodeId, PlaceId};
use super::packets::PacketSet;
use super::trace::Disposition;
use crate::model::device::{Interface, InterfaceKind, Nat};
use crate::model::{AddressSet, EntityKind, EntityRef};
use crate::source::Span;
use crate::text;
use std::net::IpAddr;
use std::sync::LazyLock;

/// Where packets are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    /// At a node.
    Node(NodeId, Arrival),
    /// At a place, for the neighbour with this address, else for whoever has their destination; not
    /// back to the node that sent them.
    Place(PlaceId, Option<IpAddr>, Option<NodeId>),
    /// At a place, for whoever takes them: nobody knows the next hop.
    Anyone(PlaceId, Option<NodeId>),
    /// In a part of the network that nobody wrote down, which may lead to every zone and device.
    Somewhere,
}

/// Where a step leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// On.
    At(At),
    /// To the hosts of a place.
    Hosts(PlaceId),
    /// Out of the hospital, to whoever stands behind a line.
    Behind(PlaceId),
    /// To addresses that nobody declared: on a network of a device, or behind it.
    Nobody(EntityRef),
    /// To a thing, where the way ends.
    Thing(EntityRef, Disposition),
    /// Nowhere.
    Lost(Disposition),
}

/// Packets that go on from somewhere.
#[derive(Clone, Debug)]
pub(super) struct Step<'n> {
    /// As they go on.
    pub packets: PacketSet,
    /// Where to.
    pub to: To,
    /// The tunnel that they go through, by node and position.
    pub tunnel: Option<(NodeId, usize)>,
    /// The lines that translated them, destination and source.
    pub translated: [Option<&'n Nat>; 2],
    /// Whether they left over a cable that nobody declared, as if sent by anybody.
    pub stray: bool,
}

impl Step<'_> {
    fn new(packets: PacketSet, to: To) -> Self {
        Self { packets, to, tunnel: None, translated: [None; 2], stray: false }
    }
}

/// In which way the network is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Which side of the answer.
    pub bound: Bound,
    /// Whether nodes without configuration are taken to do what the inventory says.
    pub word: bool,
    /// What they may do that nobody declared.
    pub freedom: Freedom,
}

/// What nodes without configuration may do besides what is declared, where anything possible counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Freedom {
    /// Nothing.
    None,
    /// Pass on anything, as it is.
    Pass,
    /// Pass on and translate anything.
    Translate,
    /// Do so by cables that nobody declared, too.
    Loose,
}

impl<'a> Machine<'a> {
    /// What becomes of packets that arrive in some way: for certain what happens whichever filters
    /// see them, possibly what happens if any do.
    pub(super) fn taken(
        &self,
        arrival: Arrival,
        packets: &PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> Vec<Departure<'a>> {
        let seen = self.carried(arrival.over, packets, bound, assumptions);
        if !arrival.decrypted {
            return seen;
        }
        let says = text!(
            "復号した通信に外側インタフェースのフィルタが効くかどうかは、設定から決められません",
            "the configuration does not tell whether the filters of the outer interface see what is decrypted"
        );
        assumptions.add(AssumptionKind::Filter, Some(&self.thing), None, says);
        let unseen = self.carried(None, packets, bound, assumptions);
        if bound == Bound::Possible {
            return seen.into_iter().chain(unseen).collect();
        }
        let both = seen.into_iter().map(|mut it| {
            let same = unseen.iter().filter(|other| other.way == it.way);
            let same: PacketSet = same.map(|it| it.packets.clone()).collect();
            it.packets = it.packets.intersection(&same);
            it
        });
        both.filter(|it| !it.packets.is_empty()).collect()
    }
}

impl<'a> Network<'a> {
    /// Where packets go from somewhere.
    pub(super) fn steps<'n>(
        &'n self,
        at: &At,
        packets: &PacketSet,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> Vec<Step<'n>> {
        match at {
            At::Node(id, arrival) => {
                let Some(node) = self.nodes.get(*id) else { return Vec::new() };
                let Forwarding::Configured(machine) = &node.forwarding else {
                    return self.unconfigured(node, packets, asked, assumptions);
                };
                let departures = machine.taken(*arrival, packets, asked.bound, assumptions);
                let mut steps = self.bridged(*id, node, *arrival, packets, asked, assumptions);
                for it in departures {
                    steps.extend(self.departed(*id, node, *arrival, it, asked, assumptions));
                }
                // Whether somebody there can send broadcasts, and what is sent on, nobody knows.
                if asked.bound == Bound::Possible {
                    for (it, _) in machine.relayed(arrival.over, packets, assumptions) {
                        steps.extend(self.departed(*id, node, *arrival, it, asked, assumptions));
                    }
                }
                steps
            }
            At::Place(place, next, from) => {
                self.at_place(*place, *next, *from, packets, asked, assumptions)
            }
            At::Anyone(place, from) => self.for_anyone(*place, *from, packets, asked),
            At::Somewhere => self.somewhere(packets, asked, assumptions),
        }
    }

    /// What a configured node has decided about goes on.
    pub(super) fn departed<'n>(
        &'n self,
        id: NodeId,
        node: &'n Node<'a>,
        arrival: Arrival,
        departure: Departure<'a>,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> Vec<Step<'n>> {
        self.is_answered(node, arrival, &departure, asked, assumptions);
        let Departure { packets, way, route, translated } = departure;
        let mut steps = match way {
            Way::Own => node.takes(arrival, packets, asked.bound),
            Way::Discard => vec![Step::new(packets, To::Lost(Disposition::Discarded))],
            Way::Out(at, next) => {
                let mut steps = Vec::new();
                if asked.bound == Bound::Possible && may_know_longer(node, route) {
                    // A neighbour may have told a longer one.
                    let inside = packets.to(self.book.inside());
                    let inside = (&inside, translated[0]);
                    steps = self.by_any_port(id, node, arrival, inside, asked, assumptions);
                }
                steps.extend(self.out(id, node, (at, next), packets, asked, assumptions));
                steps
            }
            Way::None if !node.learns => vec![Step::new(packets, To::Lost(Disposition::NoRoute))],
            Way::None | Way::Unknown => {
                let says = text!(
                    "この宛先への経路が設定から分かりません。動的に得た経路などで届くかもしれません",
                    "the configuration does not tell the route to these destinations; one that was learnt may lead there"
                );
                let kind = AssumptionKind::Route;
                assumptions.add(kind, Some(&node.thing), route, says);
                let lost =
                    Step::new(packets.clone(), To::Lost(Disposition::InsufficientInformation));
                let mut steps = vec![lost];
                if asked.bound == Bound::Possible {
                    let unclaimed = packets.to(&self.book.unclaimed());
                    if node.hears && !unclaimed.is_empty() {
                        steps.push(Step::new(unclaimed, To::Nobody(node.thing.clone())));
                    }
                    let packets = (&packets, translated[0]);
                    steps.extend(self.by_any_port(id, node, arrival, packets, asked, assumptions));
                }
                steps
            }
        };
        for step in &mut steps {
            for (own, before) in step.translated.iter_mut().zip(translated) {
                *own = own.or(before);
            }
        }
        steps
    }

    /// Notes when answers do not come back through a node. The packets arrive all the same.
    fn is_answered(
        &self,
        node: &Node<'a>,
        arrival: Arrival,
        departure: &Departure<'a>,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) {
        let Forwarding::Configured(machine) = &node.forwarding else { return };
        let out = match departure.way {
            Way::Own => None,
            Way::Out(at, _) => Some(at),
            Way::Discard | Way::None | Way::Unknown => return,
        };
        // Filters see the addresses of the inside; what became of the source is past them.
        if arrival.over.is_none() || departure.translated.iter().any(Option::is_some) {
            return;
        }
        let mut quiet = Assumptions::default();
        let packets = &departure.packets;
        let answered = machine.answered(arrival.over, out, packets, asked.bound, &mut quiet);
        if answered.includes(packets) {
            return;
        }
        let says = text!(
            "一部の通信は、応答がこの機器のフィルタを通りません。通信は届きますが、片方向になります",
            "answers to some of it do not pass the filters of this device: packets arrive, but only one way"
        );
        assumptions.add(AssumptionKind::Answers, Some(&node.thing), departure.route, says);
    }

    /// Out of an interface: into the tunnels that take them, else to the places where it stands.
    fn out<'n>(
        &'n self,
        id: NodeId,
        node: &'n Node<'a>,
        (at, next): (usize, Option<IpAddr>),
        packets: PacketSet,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> Vec<Step<'n>> {
        let (mut steps, left) = self.tunnelled(id, node, at, packets, asked);
        if left.is_empty() {
            return steps;
        }
        if node.tunnels.iter().any(|it| it.interface == Some(at)) {
            steps.push(Step::new(left, To::Lost(Disposition::Discarded)));
            return steps;
        }
        let mut ports: Vec<_> = node.ports.iter().filter(|it| it.interface == Some(at)).collect();
        // Each family may have a link of its own: the next hop stands on that of its network.
        let around = |it: &PlaceId| {
            let place = self.places.get(*it);
            next.is_some_and(|next| place.is_some_and(|it| it.networks.contains(next)))
        };
        if ports.iter().any(|it| around(&it.place)) {
            ports.retain(|it| around(&it.place));
        }
        let places = ports.iter().map(|it| To::At(At::Place(it.place, next, Some(id))));
        let before = steps.len();
        steps.extend(places.map(|to| Step::new(left.clone(), to)));
        if steps.len() > before {
            return steps;
        }
        if asked.bound == Bound::Possible && self.may_lead_on(node, at) {
            let says = text!(
                "このインタフェースの先の網は、台帳にも設定にも書かれていません",
                "neither the inventory nor the configuration says to which network this interface leads"
            );
            assumptions.add(AssumptionKind::Route, Some(&node.thing), None, says);
            steps.push(Step::new(left.clone(), To::At(At::Somewhere)));
        }
        steps.push(Step::new(left, To::Lost(Disposition::NeighbourUnreachable)));
        steps
    }

    /// What leaves over an interface goes into the tunnels that take it; and the rest.
    fn tunnelled<'n>(
        &'n self,
        id: NodeId,
        node: &'n Node<'a>,
        at: usize,
        packets: PacketSet,
        asked: Asked,
    ) -> (Vec<Step<'n>>, PacketSet) {
        let mut steps = Vec::new();
        let mut left = packets;
        for (nth, tunnel) in node.tunnels.iter().enumerate() {
            if tunnel.interface.is_some_and(|own| own != at) {
                continue;
            }
            let into = left.intersection(&tunnel.carries);
            if into.is_empty() {
                continue;
            }
            left = left.difference(&into);
            let through = Some((id, nth));
            if tunnel.leads_anywhere() {
                let ends = self.to_unread(&into, asked);
                steps.extend(ends.map(|it| Step { tunnel: through, ..it }));
            }
            let to = match &tunnel.far {
                Far::Outside(thing) => To::Thing(thing.clone(), Disposition::Exits),
                Far::Unread(far) => To::At(At::Node(*far, Arrival::over(None))),
                Far::Node(far, at) => To::At(At::Node(*far, self.out_of_tunnel(*far, *at))),
            };
            steps.push(Step { tunnel: through, ..Step::new(into, to) });
        }
        (steps, left)
    }

    /// Whether packets may go over cables that nobody declared.
    fn may_stray(&self, asked: Asked) -> bool {
        asked.bound == Bound::Possible && asked.freedom == Freedom::Loose && !self.severed
    }

    fn may_lead_on(&self, node: &Node<'a>, at: usize) -> bool {
        let Forwarding::Configured(machine) = &node.forwarding else { return true };
        machine.config.interfaces.get(at).is_some_and(may_be_cabled)
    }

    /// By which interface packets come out of a tunnel of a node.
    fn out_of_tunnel(&self, node: NodeId, at: usize) -> Arrival {
        let tunnel = self.nodes.get(node).and_then(|it| it.tunnels.get(at));
        tunnel.map_or(Arrival::over(None), |it| it.arrival)
    }

    /// Over every port and tunnel of a configured node of which nobody knows the route, past the
    /// filters there; with the line that translated their destination.
    fn by_any_port<'n>(
        &'n self,
        id: NodeId,
        node: &'n Node<'a>,
        arrival: Arrival,
        (packets, inward): (&PacketSet, Option<&'a Nat>),
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> Vec<Step<'n>> {
        let Forwarding::Configured(machine) = &node.forwarding else { return Vec::new() };
        let mut steps = Vec::new();
        if node.ports.is_empty() {
            // Nobody knows where it stands.
            steps.push(Step::new(packets.clone(), To::At(At::Somewhere)));
        }
        let ports = node.ports.iter().filter_map(|it| Some((it.interface?, Some(it.place))));
        let tunnels = node.tunnels.iter().filter_map(|it| Some((it.interface?, None)));
        for (at, place) in ports.chain(tunnels) {
            let ways = [Some(arrival.over), arrival.decrypted.then_some(None)];
            for over in ways.into_iter().flatten() {
                for (packets, nat) in machine.sent_over(over, at, inward, packets, assumptions) {
                    let (mut sent, left) = self.tunnelled(id, node, at, packets, asked);
                    // A neighbour there that nobody declared may have told the route.
                    let plain = place.map(|it| [At::Anyone(it, Some(id)), At::Somewhere]);
                    let plain = plain.into_iter().flatten().map(To::At);
                    sent.extend(plain.map(|to| Step::new(left.clone(), to)));
                    sent.iter_mut().for_each(|it| it.translated = [None, nat]);
                    steps.append(&mut sent);
                }
            }
        }
        steps.retain(|it| !it.packets.is_empty());
        steps
    }
}

impl Node<'_> {
    /// What is sent to the node itself gets there. Whether a device listens on a port is certain only
    /// where its configuration, or without one the inventory, says so; a host is there to be asked.
    fn takes<'n>(&self, arrival: Arrival, packets: PacketSet, bound: Bound) -> Vec<Step<'n>> {
        let here = To::Thing(self.thing.clone(), Disposition::Accepted);
        if bound == Bound::Possible || self.thing.kind != EntityKind::Device {
            return vec![Step::new(packets, here)];
        }
        let offered = match &self.forwarding {
            Forwarding::Configured(machine) if machine.tells_management() => {
                machine.offers(arrival.over)
            }
            Forwarding::Configured(machine) => machine.offers(arrival.over).union(&self.offers),
            _ => self.offers.clone(),
        };
        let taken = packets.intersection(&offered);
        let rest = packets.difference(&taken);
        let lost = To::Lost(Disposition::InsufficientInformation);
        vec![Step::new(taken, here), Step::new(rest, lost)]
    }
}

/// Everything that anybody may send to anybody to open a session.
pub(super) fn anything() -> &'static PacketSet {
    static ANYTHING: LazyLock<PacketSet> =
        LazyLock::new(|| PacketSet::sessions(&AddressSet::any(), &AddressSet::any(), &[]));
    &ANYTHING
}

/// Whether a cable, or something like it, may lead on from an interface.
fn may_be_cabled(interface: &Interface) -> bool {
    interface.enabled && !matches!(interface.kind, InterfaceKind::Loopback | InterfaceKind::Null)
}

/// Whether a node may know a longer route than the default one that was taken.
fn may_know_longer(node: &Node<'_>, route: Option<Span>) -> bool {
    let Forwarding::Configured(machine) = &node.forwarding else { return false };
    let mut routes = machine.config.routes.iter();
    node.hears && routes.any(|it| Some(it.span) == route && it.is_default())
}

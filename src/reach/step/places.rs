//! What becomes of packets at places: neighbours, hosts, bridges, and what nobody wrote down.

use super::{Asked, At, Step, To, may_be_cabled};
use crate::model::{AddressSet, EntityKind};
use crate::reach::device::Machine;
use crate::reach::doubt::{AssumptionKind, Assumptions, Bound};
use crate::reach::network::{
    Answering, Arrival, Far, Forwarding, Network, Node, NodeId, Place, PlaceId, PlaceKind, Tunnel,
};
use crate::reach::packets::PacketSet;
use crate::reach::trace::Disposition;
use crate::text;
use std::net::IpAddr;

impl Network<'_> {
    pub(super) fn at_place<'n>(
        &'n self,
        id: PlaceId,
        next: Option<IpAddr>,
        from: Option<NodeId>,
        packets: &PacketSet,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> Vec<Step<'n>> {
        let Some(place) = self.places.get(id) else { return Vec::new() };
        let outside = matches!(place.kind, PlaceKind::Outside(_));
        let mut steps = self.over_bridges(id, next, from, packets, asked, assumptions);
        let Some(next) = next else {
            let destinations = packets.destinations();
            let mut away = packets.clone();
            for (node, port) in self.with_any_address(id, &destinations) {
                let Some(port) = self.port(node, port) else { continue };
                away = away.difference(&packets.to(&port.addresses));
                if Some(node) != from {
                    let own = packets.to(&port.addresses);
                    let arrival = Arrival::over(port.interface);
                    steps.push(Step::new(own, To::At(At::Node(node, arrival))));
                }
            }
            let (taken, left) = self.to_proxies(id, from, &away, asked, assumptions);
            if !outside {
                let hosts = match self.proxies(id).is_empty() {
                    true => packets.clone(),
                    false => left.union(&packets.difference(&away)),
                };
                steps.push(Step::new(hosts, To::Hosts(id)));
            }
            steps.extend(taken);
            let away = left;
            if outside && !away.is_empty() {
                steps.extend(self.back_in(id, from, &away, asked.bound, assumptions));
                let inside = away.to(&self.may_be_inside(place));
                let behind = match asked.bound {
                    Bound::Certain => away.difference(&inside),
                    Bound::Possible => away,
                };
                steps.extend(self.to_unread(&inside, asked));
                steps.push(Step::new(behind, To::Behind(id)));
            }
            steps.extend(self.to_strangers(id, packets));
            return steps;
        };
        let neighbours = self.with_address(id, next);
        let neighbours = neighbours.iter().filter(|it| Some(it.0) != from);
        let before = steps.len();
        steps.extend(neighbours.map(|(node, port)| {
            let over = self.port(*node, *port).and_then(|it| it.interface);
            let to = To::At(At::Node(*node, Arrival::over(over)));
            Step::new(packets.clone(), to)
        }));
        if steps.len() > before {
            return steps;
        }
        if outside {
            steps.extend(self.back_in(id, from, packets, asked.bound, assumptions));
            let inside = self.may_be_inside(place).contains(next);
            if inside {
                steps.extend(self.to_unread(packets, asked));
            }
            let to = match asked.bound {
                Bound::Certain if inside => To::Lost(Disposition::InsufficientInformation),
                _ => To::Behind(id),
            };
            steps.push(Step::new(packets.clone(), to));
            return steps;
        }
        if asked.bound == Bound::Possible {
            // An address that a pair shares, or of a device that nobody declared.
            let says = text!(
                "次の中継先 {next} がどの機器か分かりません。台帳にない機器か、冗長構成の仮想アドレスかもしれません",
                "nobody knows which device has the next hop {next}: one that is not declared, or a virtual address of a pair"
            );
            assumptions.add(AssumptionKind::Route, None, None, says);
            steps.extend(self.to_nodes(id, from, packets));
            if !place.networks.is_empty() {
                steps.push(Step::new(packets.clone(), To::At(At::Somewhere)));
            }
        }
        steps.push(Step::new(packets.clone(), To::Lost(Disposition::NeighbourUnreachable)));
        steps
    }

    /// To devices that answer for the addresses of others; and what hosts get all the same.
    fn to_proxies<'n>(
        &'n self,
        id: PlaceId,
        from: Option<NodeId>,
        packets: &PacketSet,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> (Vec<Step<'n>>, PacketSet) {
        let mut left = packets.clone();
        let mut steps = Vec::new();
        for proxy in self.proxies(id).iter().filter(|it| Some(it.node) != from) {
            let theirs = packets.to(&proxy.addresses);
            let Some(port) = self.port(proxy.node, proxy.port) else { continue };
            if theirs.is_empty() {
                continue;
            }
            if asked.bound == Bound::Certain {
                // Who else has the address may get it, or may not.
                if proxy.answers != Answering::WhereTold {
                    left = left.difference(&theirs);
                }
                if proxy.answers != Answering::Usually {
                    continue;
                }
            }
            if proxy.answers != Answering::Usually {
                let thing = self.nodes.get(proxy.node).map(|it| &it.thing);
                let says = text!(
                    "この機器が、変換するアドレスへの問い合わせ（ARP）に代わって答えるかどうかは設定から分かりません",
                    "whether this device answers (ARP) for the addresses that it translates cannot be told from the configuration"
                );
                assumptions.add(AssumptionKind::Translation, thing, None, says);
            }
            let arrival = Arrival::over(port.interface);
            steps.push(Step::new(theirs, To::At(At::Node(proxy.node, arrival))));
        }
        (steps, left)
    }

    /// The addresses next to a device that are taken to be of a provider and may as well be of a device
    /// that nobody read: nobody declared the line, and not only a provider would have them.
    pub(in crate::reach) fn may_be_inside(&self, place: &Place) -> AddressSet {
        match place.kind == PlaceKind::Outside(None) && self.nodes.iter().any(Node::is_unread) {
            true => crate::topology::not_public().union(&AddressSet::any_v6()),
            false => AddressSet::none(),
        }
    }

    /// To addresses of a link that no device there is known to have. What several devices stand on
    /// joins them; beyond one alone there may be anybody, or a device that nobody read. A line that
    /// nobody declared may as well be such a link, as far as its network is none of the internet's.
    fn to_strangers<'n>(&'n self, id: PlaceId, packets: &PacketSet) -> Option<Step<'n>> {
        let place = self.places.get(id)?;
        let networks = match place.kind {
            PlaceKind::Link(_) => place.networks.clone(),
            PlaceKind::Outside(None) => place.networks.intersection(&crate::topology::not_public()),
            PlaceKind::Outside(Some(_)) | PlaceKind::Zone(_) => return None,
        };
        let there = self.on(id).iter().filter_map(|(node, port)| {
            let node = self.nodes.get(*node).filter(|it| it.thing.kind != EntityKind::Path)?;
            Some((node, node.ports.get(*port)?))
        });
        let theirs: AddressSet = there.clone().map(|(_, port)| port.addresses.clone()).collect();
        let mut things = there.map(|(node, _)| &node.thing);
        let first = things.next()?;
        let alone = things.all(|it| it == first);
        let stranger = packets.to(&networks.difference(&theirs));
        let anybody = alone || self.nodes.iter().any(Node::is_unread);
        (anybody && !stranger.is_empty()).then(|| Step::new(stranger, To::Nobody(first.clone())))
    }

    /// Out over one line to the internet and in again over another: for certain what is sent to the
    /// addresses of the node there, by public addresses; possibly whatever the line may carry.
    fn back_in<'n>(
        &'n self,
        place: PlaceId,
        from: Option<NodeId>,
        packets: &PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> Vec<Step<'n>> {
        let lines = self.internet_lines(place).filter(|it| Some(it.node) != from);
        let back = lines.map(|line| {
            let packets = match bound {
                Bound::Certain => {
                    packets.to(&line.own).from(&crate::topology::not_public().complement())
                }
                Bound::Possible => packets.to(&line.destinations),
            };
            Step::new(packets, To::At(At::Node(line.node, line.arrival)))
        });
        let back: Vec<_> = back.filter(|it| !it.packets.is_empty()).collect();
        if !back.is_empty() {
            let says = text!(
                "インターネットへ出た通信が、別の回線から院内へ戻りうるものとしています",
                "what leaves to the internet may come in again over another line"
            );
            assumptions.add(AssumptionKind::Route, None, None, says);
        }
        back
    }

    /// As frames, over the bridge of which the interface is a member by which packets come to a node:
    /// its routes and the filters of what is routed do not meet them.
    pub(super) fn bridged<'n>(
        &'n self,
        id: NodeId,
        node: &'n Node<'_>,
        arrival: Arrival,
        packets: &PacketSet,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> Vec<Step<'n>> {
        let Forwarding::Configured(machine) = &node.forwarding else { return Vec::new() };
        let Some(over) = arrival.over.filter(|_| !arrival.decrypted) else { return Vec::new() };
        let of = |at: &usize| node.ports.get(*at).is_some_and(|it| it.interface == Some(over));
        let mut joined = node.bridges.iter().filter(|it| it.ports.iter().any(of)).peekable();
        let mut steps = Vec::new();
        if joined.peek().is_none() {
            if asked.bound == Bound::Possible && machine.leads_on_by_bridge(over) {
                let says = text!(
                    "ブリッジの他のポートの先は、台帳にも設定にも書かれていません",
                    "neither the inventory nor the configuration says where the other ports of the bridge lead"
                );
                assumptions.add(AssumptionKind::Route, Some(&node.thing), None, says);
                steps.push(Step::new(packets.clone(), To::At(At::Somewhere)));
                steps.push(Step::new(packets.clone(), To::Nobody(node.thing.clone())));
            }
            return steps;
        }
        for bridge in joined {
            if self.is_kept_by(bridge.filtered, node, asked, assumptions) {
                continue;
            }
            let here = |place: PlaceId| {
                bridge
                    .ports
                    .iter()
                    .filter(|it| of(it))
                    .any(|it| node.ports.get(*it).is_some_and(|it| it.place == place))
            };
            for other in bridge.ports.iter().filter_map(|it| node.ports.get(*it)) {
                if !here(other.place) {
                    let to = To::At(At::Place(other.place, None, Some(id)));
                    steps.push(Step::new(packets.clone(), to));
                }
            }
        }
        steps
    }

    /// Whether filters may stand between the ports of a bridge, so that nothing is certain.
    fn is_kept_by(
        &self,
        filtered: bool,
        node: &Node<'_>,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> bool {
        if filtered {
            let says = text!(
                "ブリッジの間のフィルタは評価していません",
                "filters between the ports of a bridge are not taken into account"
            );
            assumptions.add(AssumptionKind::Filter, Some(&node.thing), None, says);
        }
        filtered && asked.bound == Bound::Certain
    }

    /// To the other sides of the bridges at a place.
    fn over_bridges<'n>(
        &'n self,
        place: PlaceId,
        next: Option<IpAddr>,
        from: Option<NodeId>,
        packets: &PacketSet,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> Vec<Step<'n>> {
        let mut steps = Vec::new();
        for (id, port) in self.on(place) {
            let Some(node) = self.nodes.get(*id) else { continue };
            for bridge in node.bridges.iter().filter(|it| it.ports.contains(port)) {
                if self.is_kept_by(bridge.filtered, node, asked, assumptions) {
                    continue;
                }
                for other in bridge.ports.iter().filter_map(|it| node.ports.get(*it)) {
                    if other.place != place {
                        let to = To::At(At::Place(other.place, next, from));
                        steps.push(Step::new(packets.clone(), to));
                    }
                }
            }
        }
        steps
    }

    /// To whoever has their destination at a place; the others to every node there.
    pub(super) fn for_anyone<'n>(
        &'n self,
        place: PlaceId,
        from: Option<NodeId>,
        packets: &PacketSet,
        asked: Asked,
    ) -> Vec<Step<'n>> {
        let mut steps = vec![Step::new(packets.clone(), To::At(At::Place(place, None, from)))];
        let networks = self.places.get(place).map(|it| it.networks.clone());
        let away = packets.difference(&packets.to(&networks.unwrap_or_default()));
        if !away.is_empty() {
            let nodes = self.to_nodes(place, from, &away);
            let alone = nodes.is_empty()
                && self.on(place).is_empty()
                && asked.bound == Bound::Possible
                && !self.severed;
            steps.extend(nodes);
            steps.extend(self.to_unread(&away, asked));
            // Something that nobody wrote down joins it with the rest, or nothing.
            steps.extend(alone.then(|| Step::new(away, To::At(At::Somewhere))));
        }
        steps
    }

    /// To every device that nobody read, where packets may go over cables that nobody declared: it
    /// may stand anywhere, and be the far end of anything.
    pub(super) fn to_unread<'n>(
        &'n self,
        packets: &PacketSet,
        asked: Asked,
    ) -> impl Iterator<Item = Step<'n>> {
        let may = self.may_stray(asked) && !packets.is_empty();
        let unread = self.nodes.iter().enumerate().filter(move |(_, it)| may && it.is_unread());
        unread.map(|(id, _)| Step::new(packets.clone(), To::At(At::Node(id, Arrival::over(None)))))
    }

    fn to_nodes<'n>(
        &'n self,
        place: PlaceId,
        from: Option<NodeId>,
        packets: &PacketSet,
    ) -> Vec<Step<'n>> {
        let others = self.on(place).iter().filter(|it| Some(it.0) != from);
        others
            .map(|(node, port)| {
                let over = self.port(*node, *port).and_then(|it| it.interface);
                let to = To::At(At::Node(*node, Arrival::over(over)));
                Step::new(packets.clone(), to)
            })
            .collect()
    }

    /// To every zone, and every network between devices, that has their destination; where anything
    /// is possible, to every device that may pass them on by an address or a route of its own.
    pub(super) fn somewhere<'n>(
        &'n self,
        packets: &PacketSet,
        asked: Asked,
        assumptions: &mut Assumptions,
    ) -> Vec<Step<'n>> {
        let mut steps = Vec::new();
        for (id, place) in self.places.iter().enumerate() {
            if !matches!(place.kind, PlaceKind::Outside(_)) {
                let theirs = packets.to(&place.networks);
                if !theirs.is_empty() {
                    steps.push(Step::new(theirs, To::At(At::Place(id, None, None))));
                }
            }
        }
        if !steps.is_empty() {
            let says = text!(
                "ゾーンへのつながり方が台帳に書かれていない部分は、つながっているものとしています",
                "where nobody wrote down how zones are joined, they are taken to be"
            );
            assumptions.add(AssumptionKind::Route, None, None, says);
        }
        if self.may_stray(asked) {
            for (id, node) in self.nodes.iter().enumerate() {
                let arrivals = node.loose_ends().into_iter();
                let steps_there = arrivals.map(|it| To::At(At::Node(id, it)));
                steps.extend(steps_there.map(|to| Step::new(packets.clone(), to)));
            }
        }
        steps
    }
}

impl Machine<'_> {
    /// Whether an interface is a port of a bridge that has another one, which is switched on.
    fn leads_on_by_bridge(&self, over: usize) -> bool {
        let interfaces = &self.config.interfaces;
        let Some(own) = interfaces.get(over).map(|it| &it.name.value) else { return false };
        let up = |name: &str| self.config.interface(name).is_none_or(|it| it.enabled);
        self.config.bridges.iter().any(|bridge| {
            let members = || bridge.members.iter().map(|it| it.value.as_str());
            members().any(|it| it == own) && members().any(|it| it != own && up(it))
        })
    }
}

impl Node<'_> {
    /// How packets may come to it over a cable that nobody declared: over any interface, and out of a
    /// tunnel of which nobody knows the far end.
    fn loose_ends(&self) -> Vec<Arrival> {
        match &self.forwarding {
            Forwarding::Configured(machine) => {
                let interfaces = machine.config.interfaces.iter().enumerate();
                let cabled = interfaces.filter(|(_, it)| may_be_cabled(it));
                let tunnels = self.tunnels.iter().filter(|it| it.leads_anywhere());
                cabled
                    .map(|(at, _)| Arrival::over(Some(at)))
                    .chain(tunnels.map(|it| it.arrival))
                    .collect()
            }
            _ if self.is_unread() => vec![Arrival::over(None)],
            _ => Vec::new(),
        }
    }
}

impl Tunnel {
    /// Whether nobody declared who stands at its far end.
    pub(super) fn leads_anywhere(&self) -> bool {
        matches!(&self.far, Far::Outside(thing) if thing.kind == EntityKind::Path)
    }
}

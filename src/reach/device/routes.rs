//! Where a device sends packets: its own addresses, connected networks, routes.

use super::Machine;
use crate::model::device::{NextHop, Route};
use crate::model::{AddressSet, IpNetwork, network_of};
use crate::reach::doubt::{AssumptionKind, Assumptions, Bound};
use crate::reach::packets::PacketSet;
use crate::source::Span;
use crate::text;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Where to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// To the device itself.
    Own,
    /// Out of the interface at this position, to this neighbour; to the destination itself when
    /// there is none.
    Out(usize, Option<IpAddr>),
    /// Nowhere: the line that throws it away.
    Discard,
    /// No line says where.
    None,
    /// A line says where, and it was not understood.
    Unknown,
}

/// Packets on one way.
#[derive(Clone, Debug)]
pub(in crate::reach) struct Routed {
    /// Which.
    pub packets: PacketSet,
    /// Where to.
    pub way: Way,
    /// The line that says so.
    pub span: Option<Span>,
}

impl Machine<'_> {
    /// Where packets go, that came in over an interface of a routing instance.
    pub(super) fn routed(
        &self,
        instance: Option<&str>,
        packets: PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> Vec<Routed> {
        let mut all = Vec::new();
        let mut left = packets;
        let own = self.addresses();
        let mine = left.to(&own);
        left = left.difference(&mine);
        push(&mut all, mine, Way::Own, None);
        for ((_, network), lines) in &self.table {
            if left.is_empty() {
                break;
            }
            let hit = left.to(&AddressSet::from(*network));
            if hit.is_empty() {
                continue;
            }
            let mut here = hit.clone();
            for line in lines.iter().filter(|it| it.instance.as_deref() == instance) {
                let chosen = match &line.only {
                    None => here.clone(),
                    Some(filter) => self.chosen(filter, &here, bound, assumptions),
                };
                if chosen.is_empty() {
                    continue;
                }
                let mut packets = chosen.clone();
                for (nth, (way, span)) in line.ways.iter().enumerate() {
                    if nth > 0 {
                        packets = chosen.clone();
                    }
                    push(&mut all, packets.clone(), way.clone(), *span);
                }
                // A backup takes over when the better line is gone.
                if bound == Bound::Certain || line.only.is_some() || !line.has_backup {
                    here = here.difference(&chosen);
                }
            }
            let taken = hit.difference(&here);
            left = left.difference(&taken);
            if bound == Bound::Possible {
                left = left.difference(&hit);
            }
        }
        push(&mut all, left, Way::None, None);
        let dynamic = !self.config.peers.is_empty();
        if dynamic {
            let says = text!(
                "動的経路制御を使っているため、経路は設定だけでは分かりません",
                "it exchanges routes with neighbours, so the configuration alone does not tell the route"
            );
            let span = self.config.peers.first().map(|it| it.span);
            assumptions.add(AssumptionKind::Route, Some(&self.thing), span, says);
        }
        all
    }

    /// Every address of the device that is written down.
    pub(in crate::reach) fn addresses(&self) -> AddressSet {
        let interfaces = self.config.interfaces.iter().filter(|it| it.enabled);
        interfaces.flat_map(|it| &it.addresses).map(|it| AddressSet::from(it.value.ip())).collect()
    }

    /// The packets that the filter of a policy route chooses.
    fn chosen(
        &self,
        filter: &str,
        packets: &PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> PacketSet {
        use crate::model::device::Verdict;
        let Some(filter) = self.config.filter(filter) else {
            return match bound {
                Bound::Certain => PacketSet::none(),
                Bound::Possible => packets.clone(),
            };
        };
        let mut left = packets.clone();
        let mut chosen = PacketSet::none();
        for line in filter.lines.iter().filter(|it| it.enabled) {
            let hit = left.intersection(&PacketSet::of_match(&line.when));
            if hit.is_empty() {
                continue;
            }
            let sure = line.when.is_certain();
            if !sure {
                let says = text!(
                    "経路を選ぶ条件を読み取れません",
                    "the condition that chooses the route was not understood"
                );
                let kind = AssumptionKind::Route;
                assumptions.add(kind, Some(&self.thing), Some(line.span), says);
            }
            if line.verdict == Verdict::Permit && (sure || bound == Bound::Possible) {
                chosen.extend(&hit);
            }
            if sure {
                left = left.difference(&hit);
            }
        }
        chosen
    }
}

fn push(all: &mut Vec<Routed>, packets: PacketSet, way: Way, span: Option<Span>) {
    if !packets.is_empty() {
        all.push(Routed { packets, way, span });
    }
}

/// Lines of the routing table for one network that have the same distance.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub instance: Option<String>,
    pub only: Option<String>,
    pub ways: Vec<(Way, Option<Span>)>,
    /// Whether a line with a larger distance stands behind it.
    pub has_backup: bool,
}

/// The routing table: longest prefix first; for each network policy routes, then by distance.
pub(super) type Table = BTreeMap<(u8, IpNetwork), Vec<Line>>;

/// Makes the table of a machine.
pub(super) fn table(machine: &Machine<'_>) -> Table {
    let config = machine.config;
    let mut entries: BTreeMap<(u8, IpNetwork), Vec<(u32, Line)>> = BTreeMap::new();
    let key = |network: IpNetwork| (u8::MAX - network.prefix(), network);
    for (at, interface) in config.interfaces.iter().enumerate().filter(|(_, it)| it.enabled) {
        for address in &interface.addresses {
            let line = Line {
                instance: interface.instance.clone(),
                only: None,
                ways: vec![(Way::Out(at, None), Some(address.span))],
                has_backup: false,
            };
            entries.entry(key(network_of(address.value))).or_default().push((0, line));
        }
    }
    for route in config.routes.iter().filter(|it| it.enabled) {
        let only = route.only.as_ref().map(|it| it.value.clone());
        let ways: Vec<(Way, Option<Span>)> =
            route.via.iter().map(|it| (way(machine, route, it), Some(route.span))).collect();
        // Policy routes come before the others, in the order of the text.
        let distance = match &only {
            Some(_) => 0,
            None => route.distance.unwrap_or(1).saturating_add(1),
        };
        let line = Line { instance: route.instance.clone(), only, ways, has_backup: false };
        entries.entry(key(route.destination)).or_default().push((distance, line));
    }
    let mut table = Table::new();
    for (network, mut lines) in entries {
        lines.sort_by_key(|(distance, line)| (line.only.is_none(), *distance));
        let mut joined: Vec<(u32, Line)> = Vec::new();
        for (distance, line) in lines {
            match joined.last_mut() {
                Some((same, last))
                    if *same == distance
                        && last.only.is_none()
                        && line.only.is_none()
                        && last.instance == line.instance =>
                {
                    last.ways.extend(line.ways);
                }
                Some((_, last)) if last.only.is_none() => {
                    last.has_backup = true;
                    joined.push((distance, line));
                }
                _ => joined.push((distance, line)),
            }
        }
        table.insert(network, joined.into_iter().map(|(_, line)| line).collect());
    }
    table
}

fn way(machine: &Machine<'_>, route: &Route, via: &NextHop) -> Way {
    let config = machine.config;
    let position = |name: &str| config.interfaces.iter().position(|it| it.name.value == name);
    match via {
        NextHop::Discard => Way::Discard,
        NextHop::Unknown(_) | NextHop::Instance(_) => Way::Unknown,
        NextHop::Interface(name) => position(name).map_or(Way::Unknown, |at| Way::Out(at, None)),
        NextHop::Over(next, name) => {
            position(name).map_or(Way::Unknown, |at| Way::Out(at, Some(*next)))
        }
        NextHop::Address(next) => {
            let on_link = config.interfaces.iter().enumerate().filter(|(_, it)| it.enabled);
            let on_link = on_link.filter(|(_, it)| it.instance == route.instance);
            let best = on_link
                .filter_map(|(at, it)| {
                    let networks = it.addresses.iter().map(|it| it.value);
                    let longest =
                        networks.filter(|it| it.contains(*next)).map(|it| it.prefix()).max();
                    Some((longest?, at))
                })
                .max_by_key(|(prefix, at)| (*prefix, std::cmp::Reverse(*at)));
            best.map_or(Way::Unknown, |(_, at)| Way::Out(at, Some(*next)))
        }
    }
}

//! The routing table of a device: which lines take effect, for which networks, over which ways.

use super::Way;
use super::prefixes::Prefixes;
use crate::model::device::{DeviceConfig, Interface, InterfaceKind, NextHop, Route};
use crate::model::{AddressSet, IpNetwork, network_of};
use crate::source::Span;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// How often a next hop is looked up behind another.
const DEPTH: usize = 8;

/// Where a line leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum To {
    Way(Way),
    /// What the table of another instance says.
    Instance(Option<String>),
}

/// One way of a line.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    pub to: To,
    /// Whether it takes effect in any case.
    pub sure: bool,
    pub span: Span,
}

/// Lines for one network that have the same distance; or one that a filter chooses packets for.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub only: Option<String>,
    pub hops: Vec<Hop>,
}

impl Line {
    /// Its different ways, when at least one of them takes effect in any case.
    fn different(&self) -> Vec<&To> {
        let mut all: Vec<&To> = Vec::new();
        for hop in &self.hops {
            if !all.contains(&&hop.to) {
                all.push(&hop.to);
            }
        }
        if self.hops.iter().any(|it| it.sure) { all } else { Vec::new() }
    }

    /// Between how many different ways the device chooses.
    pub(super) fn ways(&self) -> usize {
        self.different().len()
    }

    /// Leaves one of several ways; none when there is no number.
    fn choose(&mut self, nth: Option<usize>) {
        let different = self.different();
        if different.len() < 2 {
            return;
        }
        let chosen = nth.and_then(|nth| different.get(nth % different.len()));
        let chosen = chosen.map(|it| To::clone(it));
        self.hops.retain(|it| Some(&it.to) == chosen.as_ref());
    }
}

/// A network with its lines: those with a filter first, then by distance.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub lines: Vec<Line>,
    /// Whether no neighbour tells of a better way to a part of it: the device stands on it itself, or
    /// it has no parts.
    pub settled: bool,
    /// The same number for entries that lead to the same ways.
    pub shape: usize,
}

/// The table of one routing instance.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// Its own addresses.
    pub own: AddressSet,
    /// The lines that say them.
    pub owned: Vec<(IpAddr, Span)>,
    pub v4: (Prefixes<u32>, Vec<Entry>),
    pub v6: (Prefixes<u128>, Vec<Entry>),
}

/// A line of policy routing.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    pub instance: Option<String>,
    pub from: Vec<String>,
    pub destination: AddressSet,
    pub line: Line,
}

/// All tables of a device.
#[derive(Clone, Debug, Default)]
pub(in crate::reach::device) struct Table {
    pub(super) trees: BTreeMap<Option<String>, Tree>,
    pub(super) policies: Vec<Policy>,
    /// Tables that belong to no interface: rules that are not written here choose them.
    pub(super) strays: Vec<Option<String>>,
}

impl Table {
    /// The tables of a configuration.
    pub(in crate::reach::device) fn new(config: &DeviceConfig) -> Self {
        Builder::new(config).build()
    }

    /// How many choices there are at most between equal routes.
    pub(in crate::reach::device) fn choices(&self) -> usize {
        let entries = self.trees.values().flat_map(|it| it.v4.1.iter().chain(&it.v6.1));
        let lines = entries.flat_map(|it| &it.lines).chain(self.policies.iter().map(|it| &it.line));
        lines.map(Line::ways).max().unwrap_or(1).max(1)
    }

    /// The tables in which every line has made its choice; no choice at all without a number.
    pub(in crate::reach::device) fn choosing(&self, nth: Option<usize>) -> Self {
        let mut table = self.clone();
        let trees = table.trees.values_mut();
        let entries = trees.flat_map(|it| it.v4.1.iter_mut().chain(&mut it.v6.1));
        let lines = entries.flat_map(|it| &mut it.lines);
        lines.chain(table.policies.iter_mut().map(|it| &mut it.line)).for_each(|it| it.choose(nth));
        table
    }
}

/// Lines of one network under way, with their distance: less is better.
type Ranked = Vec<(Option<u32>, Line)>;

struct Builder<'c> {
    config: &'c DeviceConfig,
    /// Routes without a filter, by instance and network.
    plain: BTreeMap<(Option<&'c str>, IpNetwork), &'c Route>,
    lines: BTreeMap<Option<String>, BTreeMap<IpNetwork, Ranked>>,
}

impl<'c> Builder<'c> {
    fn new(config: &'c DeviceConfig) -> Self {
        let routes = config.routes.iter().filter(|it| it.enabled && it.only.is_none());
        let plain = routes
            .filter(|it| it.from.is_empty())
            .map(|it| ((it.instance.as_deref(), network_of(it.destination)), it));
        Self { config, plain: plain.collect(), lines: BTreeMap::new() }
    }

    /// The interfaces that work, in an instance.
    fn working(&self, instance: Option<&'c str>) -> impl Iterator<Item = (usize, &'c Interface)> {
        let all = self.config.interfaces.iter().enumerate();
        all.filter(move |(_, it)| it.enabled && it.instance.as_deref() == instance)
    }

    fn build(mut self) -> Table {
        let mut table = Table::default();
        let enabled = self.config.interfaces.iter().filter(|it| it.enabled);
        for interface in enabled {
            let tree = table.trees.entry(interface.instance.clone()).or_default();
            let own = interface.addresses.iter().map(|it| AddressSet::from(it.value.ip()));
            tree.own = own.fold(std::mem::take(&mut tree.own), |all, it| all.union(&it));
            tree.owned.extend(interface.addresses.iter().map(|it| (it.value.ip(), it.span)));
        }
        self.connected();
        for route in self.config.routes.iter().filter(|it| it.enabled) {
            let hops: Vec<Hop> =
                route.via.iter().flat_map(|via| self.hops(route, via, DEPTH)).collect();
            if hops.is_empty() {
                continue;
            }
            let line = Line { only: route.only.as_ref().map(|it| it.value.clone()), hops };
            if !route.from.is_empty() {
                table.policies.push(Policy {
                    instance: route.instance.clone(),
                    from: route.from.clone(),
                    destination: route.destination.into(),
                    line,
                });
                continue;
            }
            let rank = route.distance.map(|it| it.saturating_add(1));
            self.put(route.instance.clone(), route.destination, rank, line);
        }
        let home: Vec<Option<String>> = table.trees.keys().cloned().collect();
        for (instance, entries) in std::mem::take(&mut self.lines) {
            let tree = table.trees.entry(instance).or_default();
            fill(tree, entries);
        }
        let led_to = |it: &Option<String>| {
            let routes = self.config.routes.iter().flat_map(|it| &it.via);
            routes
                .into_iter()
                .any(|via| matches!(via, NextHop::Instance(to) if Some(to) == it.as_ref()))
        };
        let strays =
            table.trees.keys().filter(|it| it.is_some() && !home.contains(it) && !led_to(it));
        table.strays = strays.cloned().collect();
        table
    }

    fn put(&mut self, instance: Option<String>, network: IpNetwork, rank: Option<u32>, line: Line) {
        let entries = self.lines.entry(instance).or_default();
        entries.entry(network_of(network)).or_default().push((rank, line));
    }

    /// Networks of the interfaces; their broadcast addresses are no hosts, and routers do not pass
    /// them on (RFC 2644).
    fn connected(&mut self) {
        for (at, interface) in
            self.config.interfaces.iter().enumerate().filter(|(_, it)| it.enabled)
        {
            for address in &interface.addresses {
                let line = |way| {
                    let hop = Hop { to: To::Way(way), sure: true, span: address.span };
                    Line { only: None, hops: vec![hop] }
                };
                let network = network_of(address.value);
                self.put(interface.instance.clone(), network, Some(0), line(Way::Out(at, None)));
                if let IpNetwork::V4(it) = network
                    && it.prefix() <= 30
                {
                    let last = IpNetwork::from(IpAddr::V4(it.broadcast()));
                    self.put(interface.instance.clone(), last, Some(0), line(Way::Discard));
                }
            }
        }
    }

    /// The ways of a next hop; none when it does not take effect.
    fn hops(&self, route: &'c Route, via: &NextHop, depth: usize) -> Vec<Hop> {
        let hop = |to, sure| vec![Hop { to, sure, span: route.span }];
        let out = |name: &String, next| {
            let all = &self.config.interfaces;
            let Some(at) = all.iter().position(|it| it.name.value == *name) else {
                return hop(To::Way(Way::Unknown), false);
            };
            match all.get(at) {
                Some(it) if !it.enabled => Vec::new(),
                Some(it) if it.kind == InterfaceKind::Null => hop(To::Way(Way::Discard), true),
                _ => hop(To::Way(Way::Out(at, next)), true),
            }
        };
        match via {
            NextHop::Discard => hop(To::Way(Way::Discard), true),
            NextHop::Unknown(_) => hop(To::Way(Way::Unknown), true),
            NextHop::Instance(name) => {
                // Of Junos, `inet.0` is the table of no instance.
                let known =
                    self.config.interfaces.iter().any(|it| it.instance.as_ref() == Some(name))
                        || self.config.routes.iter().any(|it| it.instance.as_ref() == Some(name));
                match (known, name.as_str()) {
                    (true, _) => hop(To::Instance(Some(name.clone())), true),
                    (false, "inet" | "inet6") => hop(To::Instance(None), true),
                    (false, _) => hop(To::Way(Way::Unknown), true),
                }
            }
            NextHop::Interface(name) => out(name, None),
            NextHop::Over(next, name) => out(name, Some(*next)),
            NextHop::Address(next) => self.neighbour(route, *next, depth),
        }
    }

    /// The ways to a neighbour: on a network of an interface, behind another route, or on a line
    /// whose network is not written.
    fn neighbour(&self, route: &'c Route, next: IpAddr, depth: usize) -> Vec<Hop> {
        let instance = route.instance.as_deref();
        let hop = |at, sure| Hop { to: To::Way(Way::Out(at, Some(next))), sure, span: route.span };
        let on_link = self.working(instance).filter_map(|(at, it)| {
            let networks = it.addresses.iter().map(|it| it.value);
            let longest = networks.filter(|it| it.contains(next)).map(|it| it.prefix()).max();
            Some((longest?, at))
        });
        if let Some((_, at)) = on_link.max_by_key(|(prefix, at)| (*prefix, std::cmp::Reverse(*at)))
        {
            return vec![hop(at, true)];
        }
        let longest = if next.is_ipv4() { 32 } else { 128 };
        let behind = (0..=longest).rev().find_map(|prefix| {
            let network = network_of(IpNetwork::new(next, prefix).ok()?);
            self.plain.get(&(instance, network)).filter(|it| !std::ptr::eq(**it, route))
        });
        if let (Some(behind), Some(depth)) = (behind, depth.checked_sub(1)) {
            let hops = behind.via.iter().flat_map(|via| self.hops(behind, via, depth));
            // Not every device takes the default route for the way to a next hop.
            let sure = |it: &Hop| it.sure && !behind.is_default();
            let hops = hops.map(|it| Hop { sure: sure(&it), span: route.span, ..it });
            let hops: Vec<Hop> = hops.collect();
            if !hops.is_empty() {
                return hops;
            }
        }
        let unwritten = |it: &Interface| {
            let silent = matches!(it.kind, InterfaceKind::Loopback | InterfaceKind::Null);
            !silent && (it.addresses.is_empty() || !it.acquired.is_empty())
        };
        let lines = self.working(instance).filter(|(_, it)| unwritten(it));
        let hops: Vec<Hop> = lines.map(|(at, _)| hop(at, false)).collect();
        let written = self.working(instance).any(|(_, it)| !it.addresses.is_empty());
        match (hops.is_empty(), written) {
            // A part of a configuration: the interfaces stand elsewhere.
            (true, false) => vec![Hop { to: To::Way(Way::Unknown), sure: false, span: route.span }],
            _ => hops,
        }
    }
}

/// What a line without a distance has, one more than it: of the vendors that are read the distance
/// is 1 (Cisco, NEC, Yamaha) to 10 (Fortinet), so what is written between these may win or not.
const USUAL: u32 = 2;
const VAGUE: std::ops::RangeInclusive<u32> = 3..=10;

/// The lines of a network: those with a filter in the order of the text, then the others, joined where
/// their distance is the same.
fn joined(mut lines: Ranked) -> Vec<Line> {
    let unwritten = lines.iter().any(|(rank, line)| rank.is_none() && line.only.is_none());
    let vague = |rank: Option<u32>| unwritten && rank.is_some_and(|it| VAGUE.contains(&it));
    let doubtful = lines.iter().any(|(rank, line)| line.only.is_none() && vague(*rank));
    let rank = |it: Option<u32>| if vague(it) { USUAL } else { it.unwrap_or(USUAL) };
    lines.sort_by_key(|(it, line)| (line.only.is_none(), line.only.is_none().then(|| rank(*it))));
    let mut joined: Vec<(u32, Line)> = Vec::new();
    for (distance, mut line) in lines {
        let rank = rank(distance);
        if doubtful && rank == USUAL && line.only.is_none() {
            line.hops.iter_mut().for_each(|it| it.sure = false);
        }
        match joined.last_mut() {
            Some((same, last)) if *same == rank && last.only.is_none() && line.only.is_none() => {
                last.hops.extend(line.hops);
            }
            _ => joined.push((rank, line)),
        }
    }
    joined.into_iter().map(|(_, line)| line).collect()
}

/// Where each line of an entry leads, and how sure that is.
type Shape = Vec<Vec<(To, bool)>>;

/// Sorts networks for looking up.
fn fill(tree: &mut Tree, entries: BTreeMap<IpNetwork, Ranked>) {
    let mut shapes: BTreeMap<(bool, Shape), usize> = BTreeMap::new();
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for (network, lines) in entries {
        let host = network.prefix() == if network.is_ipv4() { 32 } else { 128 };
        let settled = host || lines.iter().any(|(rank, _)| *rank == Some(0));
        let lines = joined(lines);
        let simple = lines.iter().all(|it| it.only.is_none() && it.hops.iter().any(|it| it.sure));
        let key =
            lines.iter().map(|it| it.hops.iter().map(|it| (it.to.clone(), it.sure)).collect());
        let number = v4.len() + v6.len();
        let shape = match simple && network.prefix() > 0 {
            true => *shapes.entry((settled, key.collect())).or_insert(number),
            false => number,
        };
        let entry = Entry { lines, settled, shape };
        match network {
            IpNetwork::V4(it) => {
                v4.push(((it.network().to_bits(), it.broadcast().to_bits()), entry));
            }
            IpNetwork::V6(it) => {
                v6.push(((it.network().to_bits(), it.broadcast().to_bits()), entry));
            }
        }
    }
    v4.sort_by_key(|((first, last), _)| (*first, std::cmp::Reverse(*last)));
    v6.sort_by_key(|((first, last), _)| (*first, std::cmp::Reverse(*last)));
    let (ranges, entries): (Vec<_>, Vec<_>) = v4.into_iter().unzip();
    tree.v4 = (Prefixes::new(&ranges), entries);
    let (ranges, entries): (Vec<_>, Vec<_>) = v6.into_iter().unzip();
    tree.v6 = (Prefixes::new(&ranges), entries);
}

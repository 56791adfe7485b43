//! Filters by sets agree with filters by single packets, whatever the unknown turns out to be.

use crate::support::random::Chance;
use sekisho::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Match, States, Transport,
    Verdict, names_interface,
};
use sekisho::model::{AddressSet, EntityKind, EntityRef, RangeSet};
use sekisho::reach::device::{Between, Machine};
use sekisho::reach::packets::{Packet, PacketSet};
use sekisho::reach::{Assumptions, Bound};
use sekisho::source::{SourceMap, Span, Spanned};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What was not known, as it turns out to be.
#[derive(Clone, Debug, Default)]
struct Resolution {
    /// Lines of which it is open whether they are about a packet, by list and place.
    matches: BTreeMap<(usize, usize), bool>,
    /// Verdicts that were not understood: whether they permit.
    permits: BTreeMap<(usize, usize), bool>,
    /// Lists that do not exist, and ends that were not understood: whether they permit.
    lists: BTreeMap<String, bool>,
}

/// What one list does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Permitted,
    Denied,
    /// Left to whoever asked.
    Left,
}

/// The plainest reading of the facts: one packet, line by line.
struct Plain<'p> {
    config: &'p DeviceConfig,
    between: &'p Between<'p>,
    packet: &'p Packet,
    resolution: &'p Resolution,
}

impl Plain<'_> {
    /// Whether a packet passes all filters of a hook.
    fn passes(&self, hook: Hook) -> bool {
        let names = if hook == Hook::Out { &self.between.to } else { &self.between.from };
        for applied in self.config.applied.iter().filter(|it| it.hook == hook) {
            if !applied.interfaces.is_empty() && !named(&applied.interfaces, names) {
                continue;
            }
            let Some(at) = self.place(&applied.filter) else {
                match self.resolution.lists[&applied.filter] {
                    true => continue,
                    false => return false,
                }
            };
            let list = &self.config.filters[at];
            if !self.is_asked(list) {
                continue;
            }
            let mut fate = self.list(at);
            let hands_on = matches!(list.otherwise, Verdict::Continue | Verdict::Return);
            if fate == Fate::Left && !hands_on {
                fate = match self.end(list) {
                    // Nobody is there to return to.
                    Fate::Left if self.resolution.lists[&list.name.value] => Fate::Permitted,
                    Fate::Left => Fate::Denied,
                    fate => fate,
                };
            }
            match fate {
                Fate::Denied => return false,
                Fate::Permitted if hands_on => return true,
                Fate::Permitted | Fate::Left => {}
            }
        }
        true
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.config.filters.iter().position(|it| it.name.value == name)
    }

    fn is_asked(&self, list: &Filter) -> bool {
        match list.family {
            Family::Both => true,
            Family::V4 => self.packet.source.is_ipv4(),
            Family::V6 => self.packet.source.is_ipv6(),
        }
    }

    fn list(&self, at: usize) -> Fate {
        let list = &self.config.filters[at];
        if !self.is_asked(list) {
            return Fate::Left;
        }
        for (nth, line) in list.lines.iter().enumerate() {
            let open = !line.when.is_certain();
            let some = line.when.is_exact() && line.when.sometimes;
            if !line.enabled
                || !self.describes(&line.when)
                || open && !self.resolution.matches[&(at, nth)]
            {
                continue;
            }
            match &line.verdict {
                Verdict::Permit => return Fate::Permitted,
                // Others of the same kind are known to go on.
                Verdict::Deny if some => {}
                Verdict::Deny => return Fate::Denied,
                Verdict::Return => return Fate::Left,
                Verdict::Continue => {}
                Verdict::Unknown => match self.resolution.permits[&(at, nth)] {
                    true => return Fate::Permitted,
                    false if some => {}
                    false => return Fate::Denied,
                },
                Verdict::Call(name) | Verdict::Goto(name) => {
                    let fate = self.named(name);
                    match (fate, &line.verdict) {
                        (Fate::Denied, _) if some => {}
                        (Fate::Left, Verdict::Call(_)) => {}
                        (fate, _) => return fate,
                    }
                }
            }
        }
        self.end(list)
    }

    /// What the list with a name does.
    fn named(&self, name: &str) -> Fate {
        match self.place(name) {
            Some(called) => self.list(called),
            None if self.resolution.lists[name] => Fate::Permitted,
            None => Fate::Denied,
        }
    }

    fn end(&self, list: &Filter) -> Fate {
        match list.otherwise {
            Verdict::Permit => Fate::Permitted,
            Verdict::Deny => Fate::Denied,
            Verdict::Return | Verdict::Continue => Fate::Left,
            Verdict::Goto(ref name) => self.named(name),
            _ if self.resolution.lists[&list.name.value] => Fate::Permitted,
            _ => Fate::Denied,
        }
    }

    fn describes(&self, when: &Match) -> bool {
        let over = |these: &[String], not: &[String], names: &[&str]| {
            (these.is_empty() || named(these, names)) && !named(not, names)
        };
        let packet = self.packet;
        over(&when.from, &when.not_from, &self.between.from)
            && over(&when.to, &when.not_to, &self.between.to)
            && when.source.contains(packet.source)
            && when.destination.contains(packet.destination)
            && when.states.includes(packet.state)
            && when.transports.iter().any(|it| {
                it.protocols.contains(packet.protocol)
                    && it.source_ports.contains(packet.source_port)
                    && it.destination_ports.contains(packet.destination_port)
                    && it.icmp_types.contains(packet.icmp_type)
            })
    }
}

fn named(patterns: &[String], names: &[&str]) -> bool {
    patterns.iter().any(|it| names.iter().any(|name| names_interface(it, name)))
}

/// Random devices of a small world, so that lines meet.
struct World {
    chance: Chance,
    span: Span,
}

const INTERFACES: [&str; 4] = ["lan0", "lan1", "wan0", "dmz"];
const PATTERNS: [&str; 5] = ["lan0", "lan*", "wan0", "wan+", "dmz"];

impl World {
    fn new(seed: u64) -> Self {
        let mut sources = SourceMap::new();
        let span = Span { file: sources.add("x", "x".to_owned()), start: 0, end: 1 };
        Self { chance: Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xf117e5), span }
    }

    fn device(&mut self) -> DeviceConfig {
        let count = self.chance.between(1, 5);
        let filters = (0..count).map(|at| self.list(at, count)).collect();
        let applied = (0..self.chance.between(1, 3)).map(|_| self.applied(count)).collect();
        DeviceConfig { filters, applied, ..DeviceConfig::default() }
    }

    fn applied(&mut self, lists: usize) -> Applied {
        let filter = match self.chance.once_in(12) {
            true => "missing".to_owned(),
            false => format!("list-{}", self.chance.between(0, lists.min(3) - 1)),
        };
        let hook = if self.chance.once_in(4) { Hook::Out } else { Hook::In };
        let interfaces = self.names();
        Applied { span: self.span, filter, hook, interfaces, answers: Answers::AsDevice }
    }

    fn names(&mut self) -> Vec<String> {
        let count = if self.chance.once_in(3) { self.chance.between(1, 2) } else { 0 };
        (0..count).map(|_| self.chance.of(&PATTERNS).to_owned()).collect()
    }

    /// The name of a later list, or of none: circles have a test of their own.
    fn other(&mut self, at: usize, count: usize) -> String {
        match self.chance.once_in(8) || at + 1 == count {
            true => "missing".to_owned(),
            false => format!("list-{}", self.chance.between(at + 1, count - 1)),
        }
    }

    fn list(&mut self, at: usize, count: usize) -> Filter {
        let lines = (0..self.chance.between(0, 7)).map(|nth| self.line(at, nth, count)).collect();
        let family = match self.chance.between(0, 5) {
            0 => Family::V4,
            1 => Family::V6,
            _ => Family::Both,
        };
        let otherwise = match self.chance.between(0, 10) {
            0..=2 => Verdict::Permit,
            3..=5 => Verdict::Deny,
            6 | 7 => Verdict::Return,
            8 => Verdict::Continue,
            9 => Verdict::Goto(self.other(at, count)),
            _ => Verdict::Unknown,
        };
        let name = Spanned { value: format!("list-{at}"), span: self.place(at, 0) };
        Filter { name, family, lines, otherwise }
    }

    fn place(&self, at: usize, nth: usize) -> Span {
        let start = (at * 100 + nth) as u32;
        Span { start, end: start + 1, ..self.span }
    }

    fn line(&mut self, at: usize, nth: usize, count: usize) -> FilterLine {
        let other = self.other(at, count);
        let verdict = match self.chance.between(0, 15) {
            0..=4 => Verdict::Permit,
            5..=8 => Verdict::Deny,
            9 | 10 => Verdict::Call(other),
            11 => Verdict::Goto(other),
            12 | 13 => Verdict::Return,
            14 => Verdict::Continue,
            _ => Verdict::Unknown,
        };
        let (span, label) = (self.place(at, nth + 1), format!("{at}.{nth}"));
        let enabled = !self.chance.once_in(12);
        FilterLine { span, label, verdict, when: self.condition(), enabled }
    }

    fn condition(&mut self) -> Match {
        let mut when =
            Match { source: self.addresses(), destination: self.addresses(), ..Match::any() };
        (when.from, when.to) = (self.names(), self.names());
        if self.chance.once_in(4) {
            (when.not_from, when.not_to) = (self.names(), self.names());
        }
        if self.chance.once_in(2) {
            when.transports = (0..self.chance.between(1, 2)).map(|_| self.transport()).collect();
        }
        if self.chance.once_in(4) {
            when.states = States::NEW;
        }
        when.sometimes = self.chance.once_in(9);
        if self.chance.once_in(9) {
            when.not_understood.push(self.span);
        }
        when
    }

    fn addresses(&mut self) -> AddressSet {
        if self.chance.once_in(2) {
            return AddressSet::any();
        }
        let (first, last) = (self.chance.between(0, 7), self.chance.between(0, 7));
        let (first, last) = (first.min(last), first.max(last));
        let (low, high) = (first as u32, last as u32);
        let v4 = RangeSet::range(0x0a00_0000 + low, 0x0a00_0000 + high);
        let v6 = RangeSet::range(u128::from(low), u128::from(high));
        match self.chance.between(0, 3) {
            0 => AddressSet { v4, v6: RangeSet::none() },
            1 => AddressSet { v4: RangeSet::none(), v6 },
            2 => AddressSet { v4, v6 },
            _ => AddressSet { v4, v6 }.complement(),
        }
    }

    fn transport(&mut self) -> Transport {
        match self.chance.between(0, 5) {
            0 => Transport::protocol(6),
            1 => Transport::protocol(17),
            2 => Transport { icmp_types: RangeSet::one(8), ..Transport::protocol(1) },
            3 => Transport {
                source_ports: RangeSet::range(1024, u16::MAX),
                ..Transport::protocol(6)
            },
            4 => Transport::ports(17, RangeSet::one(53)),
            _ => Transport::ports(6, RangeSet::range(22, [22, 80, 443][self.chance.between(0, 2)])),
        }
    }

    fn packet(&mut self) -> Packet {
        let (a, b) = (self.chance.between(0, 8) as u32, self.chance.between(0, 8) as u32);
        let (source, destination): (IpAddr, IpAddr) = match self.chance.once_in(3) {
            true => (Ipv6Addr::from_bits(a.into()).into(), Ipv6Addr::from_bits(b.into()).into()),
            false => {
                let of = |it| Ipv4Addr::from_bits(0x0a00_0000 + it).into();
                (of(a), of(b))
            }
        };
        let mut packet =
            Packet::tcp(source, destination, [22, 80, 443, 3389][self.chance.between(0, 3)]);
        match self.chance.between(0, 7) {
            0 => (packet.protocol, packet.destination_port) = (17, 53),
            1 => {
                (packet.protocol, packet.icmp_type) = (1, 8);
                (packet.source_port, packet.destination_port) = (0, 0);
            }
            2 => packet.source_port = 20,
            _ => {}
        }
        if self.chance.once_in(4) {
            packet.state = States::ESTABLISHED;
        }
        packet
    }

    /// Every resolution when there are few, else some.
    fn resolutions(&mut self, config: &DeviceConfig) -> (Vec<Resolution>, bool) {
        let mut blank = Resolution::default();
        blank.lists.insert("missing".to_owned(), false);
        for (at, list) in config.filters.iter().enumerate() {
            if matches!(list.otherwise, Verdict::Unknown | Verdict::Goto(_)) {
                blank.lists.insert(list.name.value.clone(), false);
            }
            for (nth, line) in list.lines.iter().enumerate() {
                if !line.when.is_certain() {
                    blank.matches.insert((at, nth), false);
                }
                if line.verdict == Verdict::Unknown {
                    blank.permits.insert((at, nth), false);
                }
            }
        }
        let bits = blank.lists.len() + blank.matches.len() + blank.permits.len();
        let all = bits <= 6;
        let mut choices: Vec<u64> = match all {
            true => (0..1 << bits).collect(),
            false => (0..64).map(|_| self.chance.next()).collect(),
        };
        let of = |choice: &mut u64| {
            let mut one = blank.clone();
            let matches = one.matches.values_mut().chain(one.permits.values_mut());
            for slot in matches.chain(one.lists.values_mut()) {
                *slot = *choice & 1 == 1;
                *choice >>= 1;
            }
            one
        };
        (choices.iter_mut().map(of).collect(), all)
    }
}

fn machine(config: &DeviceConfig) -> Machine<'_> {
    Machine::new(EntityRef { kind: EntityKind::Device, id: "gate".to_owned() }, config)
}

/// The certain and the possible set, with what is taken for granted.
fn sets(
    machine: &Machine<'_>,
    hook: Hook,
    between: &Between<'_>,
    of: &PacketSet,
) -> (PacketSet, PacketSet, Assumptions) {
    let mut assumptions = Assumptions::default();
    let certain = machine.filtered(hook, between, of, Bound::Certain, &mut Assumptions::default());
    let possible = machine.filtered(hook, between, of, Bound::Possible, &mut assumptions);
    (certain, possible, assumptions)
}

/// Whether no list can be asked twice about one packet, so that every doubt is met once.
fn asks_once(config: &DeviceConfig) -> bool {
    let mut asked = BTreeMap::new();
    let called =
        config.filters.iter().flat_map(|it| &it.lines).filter_map(|it| match &it.verdict {
            Verdict::Call(name) | Verdict::Goto(name) => Some(name),
            _ => None,
        });
    for name in called.chain(config.applied.iter().map(|it| &it.filter)) {
        *asked.entry(name).or_insert(0) += 1;
    }
    asked.values().all(|it| *it == 1)
}

#[test]
fn sets_hold_what_passes_under_every_and_under_some_resolution() {
    let (mut certain, mut doubtful, mut tight) = (0, 0, 0);
    for seed in 0..1_200 {
        let mut world = World::new(seed);
        let config = world.device();
        let machine = machine(&config);
        let name = |world: &mut World| world.chance.of(&INTERFACES);
        let (from, to) = (name(&mut world), name(&mut world));
        let between = Between::arriving(vec![from]).to(vec![to]);
        let (resolutions, all) = world.resolutions(&config);
        for hook in [Hook::In, Hook::Out] {
            let (sure, maybe, assumptions) = sets(&machine, hook, &between, &PacketSet::any());
            assert!(maybe.includes(&sure), "{seed}: certain and not possible");
            assert!(sure == maybe || !assumptions.is_empty() || some(&config), "{seed}: no reason");
            for _ in 0..8 {
                let packet = world.packet();
                let passes = resolutions.iter().map(|resolution| {
                    let plain =
                        Plain { config: &config, between: &between, packet: &packet, resolution };
                    plain.passes(hook)
                });
                let passes: Vec<bool> = passes.collect();
                let (every, any) = (passes.iter().all(|it| *it), passes.iter().any(|it| *it));
                let context =
                    || format!("seed {seed}, {hook:?}, {between:?}, {packet:?}\n{config:#?}");
                let (is_sure, is_possible) = (sure.contains(&packet), maybe.contains(&packet));
                assert!(!is_sure || every, "certain, yet stopped: {}", context());
                assert!(is_possible || !any, "ruled out, yet passing: {}", context());
                if all && asks_once(&config) {
                    assert_eq!((is_sure, is_possible), (every, any), "not exact: {}", context());
                    tight += 1;
                }
                let alone = sets(&machine, hook, &between, &(&packet).into());
                assert_eq!(!alone.0.is_empty(), is_sure, "alone: {}", context());
                assert_eq!(!alone.1.is_empty(), is_possible, "alone: {}", context());
                let told = machine.decisions(hook, &between, &(&packet).into());
                let stopped = told.last().is_some_and(|it| it.passes == Some(false));
                let passed = told.iter().all(|it| it.passes == Some(true));
                assert_eq!((passed, !stopped), (is_sure, is_possible), "{told:#?}\n{}", context());
                certain += usize::from(is_sure == is_possible);
                doubtful += usize::from(is_sure != is_possible);
            }
        }
    }
    assert!(certain > 10_000 && doubtful > 1_000 && tight > 2_000, "{certain} {doubtful} {tight}");
}

/// Whether a line is about some of its packets only.
fn some(config: &DeviceConfig) -> bool {
    config.filters.iter().flat_map(|it| &it.lines).any(|it| it.when.sometimes)
}

#[test]
fn lists_that_call_each_other_in_a_circle_are_not_understood() {
    let mut world = World::new(1);
    let mut config = DeviceConfig::default();
    for (at, name) in ["list-1", "list-0"].into_iter().enumerate() {
        let mut list = world.list(0, 2);
        let mut line = world.line(0, 0, 2);
        list.name.value = format!("list-{at}");
        (line.verdict, line.when, line.enabled) =
            (Verdict::Call(name.to_owned()), Match::any(), true);
        list.lines = (0..9).map(|_| line.clone()).collect();
        (list.family, list.otherwise) = (Family::Both, Verdict::Return);
        config.filters.push(list);
    }
    let (span, filter) = (world.span, "list-0".to_owned());
    let interfaces = Vec::new();
    config.applied.push(Applied {
        span,
        filter,
        hook: Hook::In,
        interfaces,
        answers: Answers::AsDevice,
    });
    let machine = machine(&config);
    let (sure, maybe, assumptions) =
        sets(&machine, Hook::In, &Between::default(), &PacketSet::any());
    assert!(sure.is_empty() && maybe == PacketSet::any() && !assumptions.is_empty());
    let packet = world.packet();
    let told = machine.decisions(Hook::In, &Between::default(), &(&packet).into());
    assert_eq!(told.first().map(|it| it.passes), Some(None));
}

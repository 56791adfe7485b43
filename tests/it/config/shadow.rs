//! Shadowed lines, compared with trying every packet of a small world.

use super::read_as;
use super::walk::{Packet, matches};
use crate::support::corpus;
use sekisho::model::device::{
    Family, Filter, FilterLine, Match, Protocols, Shadow, Shadowed, States, Transport, Verdict,
};
use sekisho::model::{AddressSet, RangeSet};
use sekisho::source::{FileId, SourceMap, Span, Spanned};
use std::collections::BTreeSet;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) % limit
    }
}

fn somewhere() -> Span {
    let mut sources = SourceMap::new();
    let file: FileId = sources.add("list", String::new());
    Span { file, start: 0, end: 0 }
}

/// Addresses 0 to 2 of either family, and all others.
const PLACES: [&str; 8] = ["0.0.0.0", "0.0.0.1", "0.0.0.2", "0.0.0.3", "::", "::1", "::2", "::3"];
const STATES: [States; 4] = [States::NEW, States::ESTABLISHED, States::RELATED, States::INVALID];

fn addresses(random: &mut Random) -> AddressSet {
    let pick = |random: &mut Random| match random.below(4) {
        0 => RangeSet::all(),
        _ => {
            let (a, b) = (random.below(3) as u32, random.below(3) as u32);
            match random.below(3) {
                0 => RangeSet::range(3_u32, u32::MAX).union(&RangeSet::one(a)),
                _ => RangeSet::range(a.min(b), a.max(b)),
            }
        }
    };
    let v4 = pick(random);
    let v6 = pick(random);
    let v6 =
        RangeSet::of(v6.ranges().iter().map(|(a, b)| {
            (u128::from(*a), if *b == u32::MAX { u128::MAX } else { u128::from(*b) })
        }));
    match random.below(4) {
        0 => AddressSet { v4, v6: RangeSet::none() },
        1 => AddressSet { v4: RangeSet::none(), v6 },
        2 => AddressSet { v4, v6 },
        _ => AddressSet::any(),
    }
}

fn line(random: &mut Random, interfaces: bool) -> FilterLine {
    let mut when = Match::any();
    when.source = addresses(random);
    when.destination = if random.below(2) == 0 { addresses(random) } else { AddressSet::any() };
    if random.below(3) > 0 {
        let transport = |random: &mut Random| {
            let first = random.below(3) as u16;
            let last = first + random.below(2) as u16;
            let ports = if random.below(3) == 0 {
                RangeSet::range(3, u16::MAX)
            } else {
                RangeSet::range(first, last)
            };
            let protocols: Protocols =
                if random.below(3) == 0 { RangeSet::all() } else { RangeSet::one(6) };
            Transport { protocols, destination_ports: ports, ..Transport::any() }
        };
        when.transports = (0..=random.below(2)).map(|_| transport(random)).collect();
    }
    if random.below(3) == 0 {
        when.states = STATES[random.below(4) as usize].union(STATES[random.below(4) as usize]);
    }
    let name = |random: &mut Random| ["a", "b"][random.below(2) as usize].to_owned();
    match random.below(8) {
        _ if !interfaces => {}
        0 => when.from = vec![name(random)],
        1 => when.from = vec!["a".into(), "b".into()],
        2 => when.not_from = vec![name(random)],
        _ => {}
    }
    when.sometimes = random.below(12) == 0;
    if random.below(12) == 0 {
        when.not_understood.push(somewhere());
    }
    let verdict = match random.below(12) {
        0 => Verdict::Call("other".into()),
        1 => Verdict::Return,
        2 => Verdict::Unknown,
        it if it % 2 == 0 => Verdict::Permit,
        _ => Verdict::Deny,
    };
    let enabled = random.below(12) > 0;
    FilterLine { span: somewhere(), label: String::new(), verdict, when, enabled }
}

fn list(lines: Vec<FilterLine>) -> Filter {
    let name = Spanned::new("list".to_owned(), somewhere());
    Filter { name, family: Family::Both, lines, otherwise: Verdict::Deny }
}

/// Every kind of packet there is.
fn world() -> Vec<Packet<'static>> {
    let mut all = Vec::new();
    for source in PLACES {
        for destination in PLACES.iter().filter(|it| it.contains(':') == source.contains(':')) {
            for (protocol, port) in (0..5).flat_map(|port| [(6, port), (17, port)]) {
                for from in ["a", "b", "c"] {
                    for state in STATES {
                        let packet = Packet::new(protocol, source, destination, port);
                        all.push(Packet { state, ..packet.over(from, "") });
                    }
                }
            }
        }
    }
    all
}

#[test]
fn what_is_told_is_dead_and_what_is_dead_is_told() {
    let world = world();
    let mut random = Random(0x5EED_5EED);
    let (mut dead, mut contradicted) = (0, 0);
    for round in 0..400 {
        // Lines that share out all interfaces among themselves are not put together.
        let interfaces = round % 2 == 1;
        let filter =
            list((0..2 + random.below(9)).map(|_| line(&mut random, interfaces)).collect());
        let told: Vec<Shadowed> =
            filter.shadowed().into_iter().filter(|it| it.ports.is_none()).collect();
        let mut undecided: Vec<&Packet<'_>> = world.iter().collect();
        for (at, line) in filter.lines.iter().enumerate() {
            let about = |packet: &&&Packet<'_>| matches(&line.when, packet);
            let exists = world.iter().any(|it| matches(&line.when, it));
            let reached = undecided.iter().any(|it| about(&it));
            let this = told.iter().find(|it| it.line == at);
            let is_dead = line.enabled && exists && !reached;
            let right = match interfaces {
                true => this.is_none() || is_dead,
                false => this.is_some() == is_dead,
            };
            assert!(right, "round {round}, line {at}: {this:?} of {:#?}", filter.lines);
            if let Some(this) = this {
                dead += 1;
                contradicted += usize::from(this.shadow == Shadow::Contradicted);
                let by: Vec<_> = this.by.iter().map(|it| &filter.lines[*it]).collect();
                assert!(this.by.iter().all(|it| *it < at) && !by.is_empty());
                for packet in world.iter().filter(|it| matches(&line.when, it)) {
                    assert!(by.iter().any(|it| matches(&it.when, packet)), "round {round}");
                }
                let same = by.iter().all(|it| it.verdict == line.verdict);
                assert_eq!(this.shadow == Shadow::Redundant, same);
            }
            let covers = matches!(line.verdict, Verdict::Permit | Verdict::Deny | Verdict::Return);
            if covers && line.enabled && line.when.is_certain() {
                undecided.retain(|it| !matches(&line.when, it));
            }
        }
    }
    assert!(dead > 100 && contradicted > 20, "the world is too kind: {dead} {contradicted}");
}

/// Line numbers of a chain with the ports, what happens, and the lines that cover.
fn told(filter: &Filter) -> Vec<(usize, Vec<u16>, Shadow, Vec<usize>)> {
    let of = |it: Shadowed| {
        let ports = it.ports.iter().flat_map(|it| it.ranges()).flat_map(|(a, b)| *a..=*b);
        (it.line + 1, ports.collect(), it.shadow, it.by.iter().map(|it| it + 1).collect())
    };
    filter.shadowed().into_iter().map(of).collect()
}

#[test]
fn the_nas_drops_ssh_after_it_was_accepted() {
    let Some(corpus) = corpus() else { return };
    let path = corpus.join("configs/iptables/synology-jun2015.iptables-save");
    let text = std::fs::read_to_string(path).expect("a rule set");
    let (_, read) = read_as("iptables", &text);
    let chain = read.config.filter("filter/DEFAULT_INPUT").expect("a chain");
    assert_eq!(
        told(chain),
        [(5, vec![22], Shadow::Contradicted, vec![3]), (9, vec![], Shadow::Redundant, vec![8])]
    );
    let chain = read.config.filter("filter/DOS_PROTECT").expect("a chain");
    assert_eq!(told(chain), []);
}

#[test]
fn several_lines_cover_one_together() {
    let (_, read) = read_as(
        "iptables",
        "# Generated by iptables-save v1.8.7\n*filter\n:FORWARD DROP [0:0]\n\
         -A FORWARD -s 192.0.2.0/25 -p tcp -j ACCEPT\n\
         -A FORWARD -s 192.0.2.128/25 -p tcp -m tcp --dport 1:1023 -j ACCEPT\n\
         -A FORWARD -s 192.0.2.128/25 -p tcp -m tcp --dport 80 -j DROP\n\
         -A FORWARD -s 192.0.2.0/24 -p tcp -m tcp --dport 443 -j ACCEPT\n\
         -A FORWARD -s 192.0.2.0/24 -p tcp -m tcp --dport 1024 -j ACCEPT\n\
         COMMIT\n",
    );
    let chain = read.config.filter("filter/FORWARD").expect("a chain");
    assert_eq!(
        told(chain),
        [(3, vec![], Shadow::Contradicted, vec![2]), (4, vec![], Shadow::Redundant, vec![1, 2]),]
    );
}

#[test]
fn long_lists_of_hosts_are_searched_without_looking_at_every_pair() {
    let host = |at: u32| AddressSet::from(std::net::IpAddr::from((0x0A00_0000 + at).to_be_bytes()));
    let lines = |at: u32| {
        let mut when = Match::any();
        when.source = host(at % 29_000);
        when.destination = host(1);
        FilterLine {
            span: somewhere(),
            label: String::new(),
            verdict: if at < 29_000 { Verdict::Permit } else { Verdict::Deny },
            when,
            enabled: true,
        }
    };
    let told = list((0..30_000).map(lines).collect()).shadowed();
    let lines: BTreeSet<_> = told.iter().map(|it| it.line).collect();
    assert_eq!(lines, (29_000..30_000).collect());
    assert!(told.iter().all(|it| it.by == [it.line - 29_000]));
}

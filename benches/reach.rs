//! How fast sets of packets and filters are. `cargo bench --bench reach` measures; `src/reach/packets/mod.rs`
//! says what was learnt from lists of these kinds, made by a forerunner of this generator.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use sekisho::model::device::{Match, States, Transport};
use sekisho::model::{AddressSet, IpNetwork, RangeSet};
use sekisho::reach::packets::PacketSet;
use std::hint::black_box;
use std::net::Ipv4Addr;

#[path = "filters.rs"]
mod filters;
#[allow(dead_code)]
#[path = "../tests/it/support/random.rs"]
mod random;
use random::Chance;

/// One line: whether it permits, and what.
type Line = (bool, Match);

const PORTS: [u16; 18] =
    [22, 25, 53, 80, 104, 123, 161, 389, 443, 445, 636, 1433, 1521, 2575, 3389, 5432, 8080, 11112];

fn below(chance: &mut Chance, end: u32) -> u32 {
    u32::try_from(chance.next() % u64::from(end)).unwrap()
}

fn network(address: u32, prefix: u8) -> AddressSet {
    let network = IpNetwork::new(Ipv4Addr::from_bits(address).into(), prefix).unwrap();
    AddressSet::range(network.network(), network.broadcast())
}

/// A list as a hospital grows it: hosts and networks inside, of the party and elsewhere; mostly one
/// port; one line in five denies.
fn grown(lines: usize) -> Vec<Line> {
    let mut chance = Chance(1);
    let line = |_| {
        let host =
            |chance: &mut Chance| 10 << 24 | below(chance, 64) << 16 | below(chance, 1 << 16);
        let inside = host(&mut chance);
        let destination = match below(&mut chance, 10) {
            0 => network(inside, 16),
            1..=3 => network(inside, 24),
            _ => network(inside, 32),
        };
        let source = match below(&mut chance, 10) {
            0 => AddressSet::any_v4(),
            1..=3 => network(0xc633_6400 + below(&mut chance, 256), 28),
            4..=6 => network(host(&mut chance), 24),
            _ => network(below(&mut chance, 220) << 24 | below(&mut chance, 1 << 24), 32),
        };
        let port = PORTS[chance.between(0, PORTS.len() - 1)];
        let transport = match below(&mut chance, 20) {
            0 => Transport::any(),
            1 => Transport::protocol(1),
            2..=4 => {
                let first = u16::try_from(chance.between(1024, 60_000)).unwrap();
                Transport::ports(6, RangeSet::range(first, first + 1000))
            }
            5 => Transport::ports(17, RangeSet::one(port)),
            _ => Transport::ports(6, RangeSet::one(port)),
        };
        let transports = vec![transport];
        (below(&mut chance, 5) > 0, Match { source, destination, transports, ..Match::any() })
    };
    (0..lines).map(line).collect()
}

/// Prefixes of every length and ranges of ports by chance: as tangled as lists get.
fn tangled(lines: usize) -> Vec<Line> {
    let mut chance = Chance(2);
    let line = |_| {
        let mut side = || {
            let prefix = u8::try_from(chance.between(8, 32)).unwrap();
            network(below(&mut chance, u32::MAX), prefix)
        };
        let (source, destination) = (side(), side());
        let first = u16::try_from(chance.between(0, 60_000)).unwrap();
        let protocol = [6, 6, 17][chance.between(0, 2)];
        let transports = vec![Transport::ports(protocol, RangeSet::range(first, first + 4000))];
        (chance.once_in(2), Match { source, destination, transports, ..Match::any() })
    };
    (0..lines).map(line).collect()
}

/// What a list permits of arriving packets: the first line that speaks of a packet decides.
fn permitted(list: &[Line], arriving: &PacketSet) -> PacketSet {
    let mut left = arriving.clone();
    let mut permitted = PacketSet::none();
    for (permits, when) in list {
        let hit = left.intersection(&PacketSet::of_match(when));
        if *permits {
            permitted.extend(&hit);
        }
        left = left.difference(&hit);
    }
    permitted
}

fn packets(c: &mut Criterion) {
    let any = AddressSet::any_v4();
    let everything = PacketSet::of(&any, &any, &[Transport::any()], States::ALL);
    let party = PacketSet::sessions(&network(0xc633_6400, 24), &network(10 << 24, 8), &[]);
    let mut group = c.benchmark_group("packets");
    group.sample_size(10);
    for lines in [1_000, 10_000] {
        for (kind, list) in [("grown", grown(lines)), ("tangled", tangled(lines))] {
            let id = |what: &str| BenchmarkId::new(format!("{kind}, {what}"), lines);
            for (what, arriving) in [("first match, a party", &party), ("first match", &everything)]
            {
                group.bench_function(id(what), |b| {
                    b.iter(|| permitted(black_box(&list), arriving));
                });
            }
            let sets: Vec<PacketSet> = list.iter().map(|it| PacketSet::of_match(&it.1)).collect();
            let union = |sets: &[PacketSet]| sets.iter().cloned().collect::<PacketSet>();
            group.bench_function(id("union"), |b| b.iter(|| union(black_box(&sets))));
            let (a, b) = sets.split_at(lines / 2);
            let (left, right) = (union(a), union(b));
            group.bench_function(id("difference"), |b| b.iter(|| left.difference(&right)));
            let (one, other) = (left.union(&right), right.union(&left));
            group.bench_function(id("equality"), |b| b.iter(|| assert!(one == other)));
        }
    }
    group.finish();
}

criterion_group!(benches, packets, filters::filters);
criterion_main!(benches);

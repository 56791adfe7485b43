//! How fast the filters of a device answer: prepared once, asked often.

use criterion::Criterion;
use sekisho::config;
use sekisho::model::device::{DeviceConfig, Hook};
use sekisho::model::{AddressSet, EntityKind, EntityRef, IpNetwork};
use sekisho::reach::device::{Between, Machine};
use sekisho::reach::packets::PacketSet;
use sekisho::reach::{Assumptions, Bound};
use sekisho::source::SourceMap;
use std::fmt::Write as _;
use std::hint::black_box;

const LINES: usize = 10_000;
const PORTS: [u16; 12] = [22, 80, 104, 443, 445, 1433, 1521, 3306, 3389, 5432, 8080, 11112];

/// A stateful filter as large sites have them: hosts of parties to hosts inside, services for
/// everybody, networks to networks, and a denial here and there.
fn filter() -> DeviceConfig {
    let mut text = String::from("*filter\n:FORWARD DROP [0:0]\n");
    text.push_str("-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n");
    for n in 0..LINES {
        let (a, b) = (n / 256 % 256, n % 256);
        let port = PORTS[n * 7 % PORTS.len()];
        let party = n % 1000;
        let (p, q) = (party / 16, party % 16 * 16);
        let _ = match n % 10 {
            0..=4 => writeln!(
                text,
                "-A FORWARD -s 198.{}.{p}.{}/32 -d 10.{}.{a}.{b}/32 -p tcp --dport {port} -j ACCEPT",
                18 + n / 5000,
                q + n % 14,
                n % 7,
            ),
            5 | 6 => writeln!(
                text,
                "-A FORWARD -d 10.{}.{a}.{b}/32 -p tcp --dport {port} -j ACCEPT",
                n % 11
            ),
            7 => writeln!(text, "-A FORWARD -s 198.18.{p}.{q}/28 -d 10.9.{a}.0/24 -j ACCEPT"),
            8 => writeln!(
                text,
                "-A FORWARD -s 10.{}.{a}.0/24 -p tcp --dport {port} -j ACCEPT",
                n % 5
            ),
            _ => writeln!(text, "-A FORWARD -s 198.18.{p}.0/24 -d 10.{}.{a}.0/28 -j DROP", n % 3),
        };
    }
    text.push_str("COMMIT\n");
    let mut sources = SourceMap::new();
    let file = sources.add("gate", text);
    config::read(&mut sources, file).unwrap().config
}

fn machine(config: &DeviceConfig) -> Machine<'_> {
    Machine::new(EntityRef { kind: EntityKind::Device, id: "gate".to_owned() }, config)
}

fn network(text: &str) -> AddressSet {
    text.parse::<IpNetwork>().unwrap().into()
}

fn party(nth: usize) -> AddressSet {
    network(&format!("198.18.{}.{}/28", nth / 16, nth % 16 * 16))
}

pub fn filters(criterion: &mut Criterion) {
    let config = filter();
    let gate = machine(&config);
    let inside = network("10.0.0.0/8");
    let between = Between::arriving(vec!["eth0"]).to(vec!["eth1"]);
    let ask = |packets: &PacketSet, bound| {
        let mut assumptions = Assumptions::default();
        gate.filtered(Hook::Forward, &between, packets, bound, &mut assumptions)
    };
    let mut group = criterion.benchmark_group("a filter of 10,000 lines");
    group.sample_size(10);
    group.bench_function("made ready", |it| it.iter(|| black_box(machine(&config))));
    let question = |nth| PacketSet::sessions(&party(nth), &inside, &[]);
    group.bench_function("one party to the hospital", |it| {
        let packets = question(7);
        it.iter(|| black_box(ask(&packets, Bound::Possible)));
    });
    group.bench_function("1,000 parties to the hospital, one after the other", |it| {
        let all: Vec<PacketSet> = (0..1000).map(question).collect();
        it.iter(|| {
            for packets in &all {
                black_box(ask(packets, Bound::Possible));
            }
        });
    });
    group.bench_function("the internet to the hospital", |it| {
        let packets = PacketSet::sessions(&inside.complement(), &inside, &[]);
        it.iter(|| black_box(ask(&packets, Bound::Possible)));
    });
    group.bench_function("everything", |it| {
        it.iter(|| black_box(ask(&PacketSet::any(), Bound::Possible)));
    });
    group.finish();
}

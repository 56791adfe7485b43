//! What is hidden from the engine never makes it say "isolated": whatever a party reached for
//! certain, it still reaches possibly when a line of a configuration is garbled, a fact is not
//! understood, or a file is missing; or the device says that there are lines that nobody read.

use super::hospital::{Hospital, each, hospitals};
use sekisho::evidence::EvidenceSet;
use sekisho::inventory::Inventory;
use sekisho::model::device::{Becomes, DeviceConfig, NextHop, States, TranslationOrder, Verdict};
use sekisho::model::{AddressSet, EntityKind, EntityRef, Service};
use sekisho::reach::packets::PacketSet;
use sekisho::reach::{Bound, Reach};
use sekisho::source::Span;
use sekisho::topology;
use std::collections::BTreeSet;

/// From whom, to which system, for what.
type Answer = (EntityRef, EntityRef, Service);

/// Who reaches what, and the devices of which lines were not read.
fn answers(
    inventory: &Inventory,
    evidence: &EvidenceSet,
    bound: Bound,
) -> (BTreeSet<Answer>, BTreeSet<EntityRef>) {
    let topology = topology::build(inventory, evidence);
    let reach = Reach::new(inventory, evidence, &topology);
    let parties: BTreeSet<&EntityRef> = reach.network.entries.iter().map(|it| &it.from).collect();
    let mut all = BTreeSet::new();
    for party in parties.into_iter().filter(|it| it.kind == EntityKind::Party) {
        let arrivals = reach.through(reach.entries_of(party), &PacketSet::any(), bound);
        for system in &inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            let there = arrivals.at(&thing);
            let usual = [22, 80, 443, 1521, 3389, 445, 2762].map(Service::tcp);
            let services: BTreeSet<Service> =
                system.services.iter().map(|it| it.value).chain(usual).collect();
            for service in services {
                let any = AddressSet::any();
                let asked = PacketSet::of(&any, &any, &service.transports(), States::ALL);
                if there.meets(&asked) {
                    all.insert((party.clone(), thing.clone(), service));
                }
            }
        }
    }
    let nodes = reach.network.nodes.iter();
    let unread = nodes.filter(|it| it.unread.is_some()).map(|it| it.thing.clone()).collect();
    (all, unread)
}

/// What of the answers is gone, in words; nothing when there is none.
fn gone(known: &BTreeSet<Answer>, left: &BTreeSet<Answer>) -> Option<String> {
    let gone: Vec<String> =
        known.difference(left).map(|(from, to, what)| format!("{from} {to} {what}")).collect();
    (!gone.is_empty()).then(|| format!("{} answers gone: {}", gone.len(), gone[0]))
}

/// One case in sixteen; every one of them when `SEKISHO_ORACLE_ALL` is set.
fn some<T>(cases: &[T]) -> Vec<&T> {
    let step = if std::env::var_os("SEKISHO_ORACLE_ALL").is_some() { 1 } else { 16 };
    cases.iter().step_by(step).collect()
}

#[test]
fn a_garbled_line_isolates_nobody() {
    let mut wrong = Vec::new();
    for (name, hospital) in hospitals() {
        let (inventory, evidence) = hospital.read();
        let (known, _) = answers(&inventory, &evidence, Bound::Certain);
        assert!(!known.is_empty(), "{name}: nobody reaches anything");
        let mut cases = Vec::new();
        for (file, text) in &hospital.files {
            let telling =
                |it: &(usize, &str)| !it.1.trim().is_empty() && !it.1.trim().starts_with('#');
            let lines = text.lines().enumerate().filter(telling);
            for (at, line) in lines {
                cases.push((file, at, format!("zzqx {line}")));
                cases.push((file, at, format!("{line} zzqx")));
            }
        }
        wrong.extend(each(&some(&cases), |(file, at, garbled)| {
            let mut lines: Vec<&str> = hospital.files[*file].lines().collect();
            lines[*at] = garbled;
            let other = hospital.with(file, lines.join("\n"));
            let (inventory, evidence) = other.read();
            let (left, unread) = answers(&inventory, &evidence, Bound::Possible);
            let of =
                inventory.devices.iter().find(|it| it.config.iter().any(|it| it.value == **file));
            let told = of.is_some_and(|it| {
                unread.contains(&EntityRef::new(EntityKind::Device, &it.id.value))
            });
            let gone = gone(&known, &left).filter(|_| !told)?;
            Some(format!("{name} {file}:{} {garbled:?}: {gone}", at + 1))
        }));
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_missing_file_isolates_nobody() {
    // One of them holds a port forward that nobody declared.
    for (name, hospital) in hospitals() {
        let (inventory, evidence) = hospital.read();
        let (known, _) = answers(&inventory, &evidence, Bound::Certain);
        for file in hospital.files.keys() {
            let mut files = hospital.files.clone();
            files.remove(file);
            let other = Hospital { ledger: hospital.ledger.clone(), files };
            let (inventory, evidence) = other.read();
            let (left, _) = answers(&inventory, &evidence, Bound::Possible);
            assert_eq!(gone(&known, &left), None, "{name} without {file}");
        }
    }
}

/// A change of the facts of one device, at a position; false when there is no such position.
type Hide = fn(&mut DeviceConfig, usize) -> bool;

fn nth_line(
    config: &mut DeviceConfig,
    at: usize,
) -> Option<&mut sekisho::model::device::FilterLine> {
    config.filters.iter_mut().flat_map(|it| &mut it.lines).nth(at)
}

const NOWHERE: fn() -> Span = || Span { file: Default::default(), start: 0, end: 1 };

/// Everything that a reader may not have understood.
const HIDE: &[(&str, Hide)] = &[
    ("the verdict of a line", |config, at| {
        nth_line(config, at).map(|it| it.verdict = Verdict::Unknown).is_some()
    }),
    ("a condition of a line", |config, at| {
        nth_line(config, at).map(|it| it.when.not_understood.push(NOWHERE())).is_some()
    }),
    ("how often a line holds", |config, at| {
        nth_line(config, at).map(|it| it.when.sometimes = true).is_some()
    }),
    ("the end of a list", |config, at| {
        config.filters.get_mut(at).map(|it| it.otherwise = Verdict::Unknown).is_some()
    }),
    ("a list", |config, at| {
        let there = at < config.filters.len();
        there.then(|| config.filters.remove(at)).is_some()
    }),
    ("what an address becomes", |config, at| {
        config.nat.get_mut(at).map(|it| it.becomes = Becomes::Unknown).is_some()
    }),
    ("what is translated", |config, at| {
        config.nat.get_mut(at).map(|it| it.when.not_understood.push(NOWHERE())).is_some()
    }),
    ("where a route leads", |config, at| {
        config.routes.get_mut(at).map(|it| it.via = vec![NextHop::Unknown("?".into())]).is_some()
    }),
    ("the default", |config, at| {
        config.unfiltered = Verdict::Unknown;
        at == 0
    }),
    ("the order of translations", |config, at| {
        config.translates = TranslationOrder::Unknown;
        at == 0
    }),
];

#[test]
fn a_fact_that_is_not_understood_isolates_nobody() {
    let mut wrong = Vec::new();
    for (name, hospital) in hospitals() {
        let (inventory, evidence) = hospital.read();
        let (known, _) = answers(&inventory, &evidence, Bound::Certain);
        let mut cases = Vec::new();
        for (device, configured) in evidence.devices.iter().enumerate() {
            for (what, hide) in HIDE {
                let reaches = |at: &usize| hide(&mut configured.config.clone(), *at);
                cases.extend((0..).take_while(reaches).map(|at| (device, *what, *hide, at)));
            }
        }
        wrong.extend(each(&some(&cases), |(device, what, hide, at)| {
            let (inventory, mut evidence) = hospital.read();
            hide(&mut evidence.devices[*device].config, *at);
            let (left, _) = answers(&inventory, &evidence, Bound::Possible);
            let gone = gone(&known, &left)?;
            Some(format!("{name} {}: {what} {at}: {gone}", evidence.devices[*device].name))
        }));
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

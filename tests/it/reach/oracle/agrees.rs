//! Whatever the simulator sees arrive, the engine has in its sets, and nothing else for certain.

use super::random::{self, With};
use super::simulator::{Untold, simulate};
use super::world::{Got, Key, World, holds, points, said};
use sekisho::model::EntityRef;
use sekisho::reach::Bound;

/// Everything that a network may hold.
pub const ALL: With = With { translations: true, chosen_routes: true };

/// How many networks a test tries.
pub fn networks(usual: u64) -> u64 {
    let asked = std::env::var("SEKISHO_ORACLE_NETWORKS").ok();
    asked.and_then(|it| it.parse().ok()).unwrap_or(usual)
}

/// From which network it begins.
pub fn first() -> u64 {
    let asked = std::env::var("SEKISHO_ORACLE_FIRST").ok();
    asked.and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// Every difference between the engine and the truth of a network.
fn differences(world: &World) -> Vec<String> {
    let told = world.devices.iter().map(|it| it.config.clone()).collect();
    let asked = world.read(told);
    let reach = asked.reach();
    let mut wrong = Vec::new();
    for start in world.starts() {
        let packets = world.packets(start);
        let truth = |how| -> Got {
            packets.iter().flat_map(|it| simulate(world, start, it, how)).collect()
        };
        let truths = Untold::ALL.map(truth);
        let surely = said(world, &reach, start, &packets, Bound::Certain);
        let certain = points(&surely);
        let possible = said(world, &reach, start, &packets, Bound::Possible);
        let always = truths[0].iter().filter(|it| truths.iter().all(|truth| truth.contains(it)));
        let always: Got = always.cloned().collect();
        let mut tell = |what: &str, (thing, it): &(EntityRef, Key)| {
            wrong.push(format!("{what}: {start:?} {thing} {it:?}"));
        };
        for truth in &truths {
            certain.difference(truth).for_each(|it| tell("certain, but does not arrive", it));
            let missing = truth.iter().filter(|it| !holds(&possible, it));
            missing.for_each(|it| tell("arrives, but is not possible", it));
        }
        let unsure = always.iter().filter(|it| !holds(&surely, it));
        unsure.for_each(|it| tell("arrives, but is not certain", it));
    }
    wrong
}

/// Tries many networks at once, and tells in which of them what is wrong.
pub fn try_all(usual: u64, wrong: impl Fn(u64) -> Vec<String> + Sync) {
    let (first, count) = (first(), networks(usual));
    let threads = std::thread::available_parallelism().map_or(1, |it| it.get() as u64);
    let part = |nth: u64| {
        let seeds = (first..first + count).filter(move |it| it % threads == nth);
        let failing = seeds.filter_map(|seed| {
            let judge = std::panic::AssertUnwindSafe(|| wrong(seed));
            let wrong = std::panic::catch_unwind(judge)
                .unwrap_or_else(|_| vec!["the judge panics".to_owned()]);
            let one = wrong.first()?;
            Some(format!("network {seed}: {} differences; {one}", wrong.len()))
        });
        failing.collect::<Vec<String>>()
    };
    let failing: Vec<String> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|nth| scope.spawn(move || part(nth))).collect();
        all.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    let told = failing.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(failing.is_empty(), "{} of {count} networks\n{told}", failing.len());
}

#[test]
fn every_packet_of_every_network_arrives_where_the_engine_says() {
    try_all(300, |seed| differences(&random::world(seed, With::default())));
}

#[test]
fn routes_for_chosen_packets_are_tried_first() {
    let with = With { chosen_routes: true, ..With::default() };
    try_all(300, |seed| differences(&random::world(seed, with)));
}

#[test]
fn translated_packets_arrive_where_the_engine_says() {
    try_all(300, |seed| differences(&random::world(seed, ALL)));
}

/// A network in words, for a person.
pub fn describe(world: &World) {
    for (at, it) in world.segments.iter().enumerate() {
        eprintln!("segment {at} {} {:?}", it.network, it.kind);
    }
    for it in &world.devices {
        let config = &it.config;
        eprintln!("{} unfiltered {:?} {:?}", it.id, config.unfiltered, config.translates);
        for (own, on) in config.interfaces.iter().zip(&it.on) {
            let addresses: Vec<_> = own.addresses.iter().map(|it| it.value).collect();
            eprintln!(
                "  {} on {on:?} {addresses:?} zone {:?}",
                own.name,
                own.zone.as_ref().map(|it| &it.value)
            );
        }
        config.zones.iter().for_each(|it| {
            eprintln!(
                "  zone {} {:?}",
                it.name,
                it.interfaces.iter().map(|it| &it.value).collect::<Vec<_>>()
            )
        });
        for it in &config.routes {
            eprintln!(
                "  route {} {:?} {:?} enabled {} only {:?} from {:?}",
                it.destination,
                it.via,
                it.distance,
                it.enabled,
                it.only.as_ref().map(|it| &it.value),
                it.from
            );
        }
        for it in &config.tunnels {
            let selectors: Vec<_> =
                it.selectors.iter().map(|it| (it.value.local, it.value.remote)).collect();
            eprintln!("  tunnel {:?} to {:?} {selectors:?}", it.interface, it.remote.value);
        }
        for it in &config.applied {
            eprintln!("  applied {} {:?} {:?}", it.filter, it.hook, it.interfaces);
        }
        let words = |it: &sekisho::model::device::Match| {
            let transports: Vec<_> = it
                .transports
                .iter()
                .map(|it| {
                    format!(
                        "{:?}/s{:?}/d{:?}/i{:?}",
                        it.protocols.ranges(),
                        it.source_ports.ranges(),
                        it.destination_ports.ranges(),
                        it.icmp_types.ranges()
                    )
                })
                .collect();
            format!(
                "{} > {} {transports:?} {:?} from {:?} to {:?} not {:?} {:?} nu {} st {}",
                it.source,
                it.destination,
                it.states,
                it.from,
                it.to,
                it.not_from,
                it.not_to,
                it.not_understood.len(),
                it.sometimes
            )
        };
        for it in &config.filters {
            eprintln!("  list {} {:?} else {:?}", it.name, it.family, it.otherwise);
            it.lines.iter().for_each(|it| {
                eprintln!("    {:?} on {} {}", it.verdict, it.enabled, words(&it.when))
            });
        }
        for it in &config.nat {
            eprintln!(
                "  nat {:?} on {} {:?} at {} becomes {:?} ports {:?} {}",
                it.kind,
                it.enabled,
                it.interface,
                it.at_interface,
                it.becomes,
                it.ports,
                words(&it.when)
            );
        }
    }
}

/// For a person: `SEKISHO_ORACLE_SHOW=12 cargo test --test it oracle::agrees::show -- --ignored --nocapture`.
#[test]
#[ignore = "shows one network; for looking into a difference"]
fn show() {
    let seed =
        std::env::var("SEKISHO_ORACLE_SHOW").ok().and_then(|it| it.parse().ok()).unwrap_or(0);
    let world = random::world(
        seed,
        if std::env::var("SEKISHO_ORACLE_PLAIN").is_ok() { With::default() } else { ALL },
    );
    describe(&world);
    let told = world.devices.iter().map(|it| it.config.clone()).collect();
    let asked = world.read(told);
    let reach = asked.reach();
    let mut shown = 0;
    for start in world.starts() {
        for packet in world.packets(start) {
            let one = std::slice::from_ref(&packet);
            let truth = simulate(&world, start, &packet, Untold::ALL[0]);
            let certain = points(&said(&world, &reach, start, one, Bound::Certain));
            let possible = said(&world, &reach, start, one, Bound::Possible);
            let missing = truth.iter().any(|it| !holds(&possible, it));
            if (truth != certain || missing) && shown < 4 {
                shown += 1;
                eprintln!(
                    "{start:?} {packet:?}\n  truth {truth:?}\n  certain {certain:?}\n  possible {:?}",
                    possible.at
                );
            }
        }
    }
}

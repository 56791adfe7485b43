//! A hospital in network namespaces: the very files that its devices run by are what the engine
//! reads, and what it says is compared with where packets arrived. Then one fault after the other is
//! planted, and one file after the other is withheld.

mod configs;
mod ground;
mod judge;

use super::probes::{self, Station, Truth};
use crate::reach::oracle::world::Got;
use configs::{FAULTS, Fault, LISTINGS, SCRIPTS, script};
use ground::{DEVICES, From, Ground, SENDERS, targets};
use judge::{ALLOWED, Asked, File, SERVICES, ask};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::Bound;
use sekisho::reach::exposure::{Certainty, Exposure, Services};
use sekisho::reach::paths::Verdict;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// What may not be withheld yet: the rules of one family where those of the other are there, and the
/// only line that shows a second way out.
const NOT_YET: &[(&str, &str)] = &[("border", "iptables.save"), ("inner", "route.txt")];

/// The hospital with a fault, or with none: what its devices say of themselves, and where packets
/// arrive.
pub struct Measured {
    fault: Option<&'static Fault>,
    files: Vec<File>,
    truth: Truth,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    pub sent: usize,
    pub arrived: usize,
    /// How often the engine was asked with something withheld.
    pub withheld: usize,
    pub wrong: Vec<String>,
}

/// Builds every hospital, and judges each.
pub fn all() -> Outcome {
    let faults: Vec<Option<&Fault>> =
        std::iter::once(None).chain(FAULTS.iter().map(Some)).collect();
    let lane = |lane: usize| {
        let mut outcomes = Vec::new();
        for fault in faults.iter().skip(lane).step_by(2) {
            let measured = measure(lane as u64, *fault);
            outcomes.push(judged(&measured));
        }
        outcomes
    };
    let lane = &lane;
    let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..2).map(|it| scope.spawn(move || lane(it))).collect();
        all.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    let mut sum = Outcome::default();
    for it in outcomes {
        sum.sent += it.sent;
        sum.arrived += it.arrived;
        sum.withheld += it.withheld;
        sum.wrong.extend(it.wrong);
    }
    sum
}

fn measure(lane: u64, fault: Option<&'static Fault>) -> Measured {
    let lte = fault.is_some_and(|it| it.lte);
    let ground = Ground::new(lane, lte);
    for (at, (device, program, _)) in SCRIPTS.iter().enumerate() {
        ground.at(device, program, &script(fault, at));
    }
    let listed =
        |it: &(&'static str, &'static str, &'static str)| (it.0, it.1, ground.at(it.0, it.2, ""));
    let files = LISTINGS.iter().map(listed).collect();
    let targets = targets();
    let mut stations: Vec<Station> = Vec::new();
    let mut nodes: Vec<&str> = Vec::new();
    for (_, node, via, sources) in SENDERS.iter().filter(|it| lte || it.0 != From::Nobody) {
        let mut pairs: Vec<(IpAddr, (IpAddr, IpAddr))> = Vec::new();
        for (via, source) in via.iter().zip(*sources) {
            let (via, source): (IpAddr, IpAddr) = (via.parse().unwrap(), source.parse().unwrap());
            // Those who stand where the sender stands need no hospital.
            let others = targets.iter().filter(|it| {
                it.1.is_ipv4() == source.is_ipv4()
                    && Ground::whose(node, it.1).as_ref() != Some(&it.0)
            });
            pairs.extend(others.map(|it| (via, (source, it.1))));
        }
        match nodes.iter().position(|it| it == node) {
            Some(at) => stations[at].pairs.extend(pairs),
            None => {
                nodes.push(node);
                stations.push(Station { namespace: ground.name(node), pairs });
            }
        }
    }
    // Others only receive.
    for node in ["pacs", "mod"] {
        nodes.push(node);
        stations.push(Station { namespace: ground.name(node), pairs: Vec::new() });
    }
    let gates = DEVICES.map(|it| (ground.name(it), EntityRef::new(EntityKind::Device, it)));
    let whose = |at: usize, address| Ground::whose(nodes[at], address);
    let truth = probes::sent(&stations, &gates, &SERVICES, whose);
    Measured { fault, files, truth }
}

/// The truth of one sender: all that arrived, and to whom he sent.
fn of_sender<'m>(
    measured: &'m Measured,
    sources: &'m [&'m str],
) -> impl Iterator<Item = (IpAddr, Vec<IpAddr>, Got)> + 'm {
    sources.iter().map(|source| {
        let source: IpAddr = source.parse().unwrap();
        let own = || measured.truth.iter().filter(move |it| it.0.0 == source);
        let destinations = own().map(|it| it.0.1).collect();
        (source, destinations, own().flat_map(|it| it.1.clone()).collect())
    })
}

fn judged(measured: &Measured) -> Outcome {
    let name = measured.fault.map_or("clean", |it| it.name);
    let mut outcome = Outcome {
        sent: measured.truth.len() * SERVICES.len(),
        arrived: measured.truth.values().map(Got::len).sum(),
        ..Outcome::default()
    };
    let all: Vec<&File> = measured.files.iter().collect();
    let mut wrong = ask(&all, |asked| {
        assert!(asked.evidence.unread.is_empty(), "{:?}", asked.evidence.unread);
        exactly(measured, asked)
    });
    let without = |gone: &dyn Fn(&File) -> bool| {
        let left: Vec<&File> = measured.files.iter().filter(|it| !gone(it)).collect();
        ask(&left, |asked| nothing_isolated(measured, asked))
    };
    for device in ["border", "inner", "maint"] {
        let wrongs = without(&|it| it.0 == device);
        wrong.extend(wrongs.into_iter().map(|it| format!("without {device}: {it}")));
        outcome.withheld += 1;
    }
    for (device, file, _) in LISTINGS.iter().filter(|it| !NOT_YET.contains(&(it.0, it.1))) {
        let wrongs = without(&|it| it.0 == *device && it.1 == *file);
        wrong.extend(wrongs.into_iter().map(|it| format!("without {file} of {device}: {it}")));
        outcome.withheld += 1;
    }
    outcome.wrong = wrong.into_iter().map(|it| format!("{name}: {it}")).collect();
    outcome
}

/// What the engine says when everything is given: neither more nor less than what happened.
fn exactly(measured: &Measured, asked: &Asked<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (from, _, _, sources) in SENDERS {
        for (source, to, arrived) in of_sender(measured, sources) {
            let mut tell = |what: &str, more: &Got, less: &Got| {
                let all = more.difference(less);
                wrong.extend(all.map(|(thing, it)| format!("{what}: {from:?} {thing} {it:?}")));
            };
            let certain = asked.said(*from, source, &to, Bound::Certain);
            let possible = asked.said(*from, source, &to, Bound::Possible);
            tell("arrives, but is not possible", &arrived, &possible);
            if *from != From::Nobody {
                tell("certain, but does not arrive", &certain, &arrived);
                tell("arrives, but is not certain", &arrived, &certain);
                tell("possible, but does not arrive", &possible, &arrived);
            }
        }
    }
    if let Some(fault) = measured.fault {
        let (from, to, service) = fault.opens;
        let verdict = asked.verdict(from, to, service);
        let expected = if fault.lte { Verdict::Undetermined } else { Verdict::Reachable };
        if verdict != expected {
            wrong.push(format!("{from} to {to} {service:?}: {verdict:?}, not {expected:?}"));
        }
        let arrived = measured.truth.values().flatten();
        let opened = |it: &&(EntityRef, _)| it.0.to_string() == to;
        assert!(arrived.filter(opened).count() > 0, "{}: nothing arrives", fault.name);
    } else {
        for fault in FAULTS {
            let (from, to, service) = fault.opens;
            let verdict = asked.verdict(from, to, service);
            if verdict != Verdict::Isolated {
                wrong.push(format!("{from} to {to} {service:?}: {verdict:?} without a fault"));
            }
        }
    }
    for (connection, ..) in ALLOWED {
        let verdict = asked.isolation(connection);
        let expected = match beyond(measured, connection) {
            true => Verdict::Reachable,
            false => Verdict::Isolated,
        };
        if verdict != expected {
            wrong.push(format!("isolation of {connection}: {verdict:?}, not {expected:?}"));
        }
    }
    wrong.extend(matrix(measured, asked));
    wrong
}

/// Whether packets of a connection arrived beyond what it is declared to permit; those that end at
/// the device where it comes in are no part of that.
fn beyond(measured: &Measured, connection: &str) -> bool {
    let (_, party, allowed) = ALLOWED.iter().find(|it| it.0 == connection).expect("a connection");
    let sources = SENDERS.iter().find(|it| it.0 == From::Party(party)).expect("a sender").3;
    let entry = if connection == "ehr-care" { "maint" } else { "border" };
    of_sender(measured, sources).any(|(.., arrived)| {
        arrived.iter().any(|(thing, (_, _, protocol, port))| match thing.kind {
            EntityKind::Device => thing.id != entry,
            EntityKind::Party => thing.id != *party,
            _ => *protocol != 6 || !allowed.contains(&(thing.id.as_str(), *port)),
        })
    })
}

/// The matrix of exposure against what arrived at systems.
fn matrix(measured: &Measured, asked: &Asked<'_>) -> Vec<String> {
    let exposure = Exposure::new(&asked.reach);
    let mut wrong = Vec::new();
    for (from, _, _, sources) in SENDERS {
        let From::Party(party) = from else { continue };
        let outsider = exposure.of(&EntityRef::new(EntityKind::Party, *party));
        let Some(outsider) = outsider else {
            wrong.push(format!("{party} is not in the matrix"));
            continue;
        };
        let arrived: BTreeSet<(String, (u8, u16))> = of_sender(measured, sources)
            .flat_map(|it| it.2)
            .filter(|it| it.0.kind == EntityKind::System)
            .map(|(thing, (_, _, protocol, port))| (thing.id, (protocol, port)))
            .collect();
        for system in &asked.inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            let surely = |it: &(Certainty, &Services)| it.0 == Certainty::Configured;
            let known = outsider.all_to(&thing).filter(surely);
            let known = known.fold(Services::default(), |all, it| all.union(it.1));
            for (protocol, port) in SERVICES {
                let ports = if protocol == 6 { &known.tcp } else { &known.udp };
                let arrives = arrived.contains(&(thing.id.clone(), (protocol, port)));
                if ports.contains(port) != arrives {
                    wrong.push(format!(
                        "matrix: {party} {thing} {protocol}/{port}: arrives {arrives}"
                    ));
                }
            }
        }
    }
    wrong
}

/// What the engine says when something is withheld never rules out what arrived.
fn nothing_isolated(measured: &Measured, asked: &Asked<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    // From a zone over a link that nobody declared: not yet.
    for (from, _, _, sources) in SENDERS.iter().filter(|it| !matches!(it.0, From::Zone(_))) {
        for (source, to, _) in of_sender(measured, sources) {
            for destination in to {
                let pair = (source, destination);
                let ruled_out = asked.ruled_out(*from, pair, &measured.truth[&pair]);
                // Systems are what verdicts are about; who leads out again nobody has read.
                let known = ruled_out.into_iter().filter(|it| it.0.kind == EntityKind::System);
                wrong.extend(known.map(|(thing, it)| {
                    format!("{from:?}: arrives, but is not possible: {thing} {it:?}")
                }));
            }
        }
    }
    for (connection, ..) in ALLOWED {
        if beyond(measured, connection) && asked.isolation(connection) == Verdict::Isolated {
            wrong.push(format!("{connection} is called isolated, but is not"));
        }
    }
    if let Some(fault) = measured.fault {
        let (from, to, service) = fault.opens;
        let system = to.starts_with("systems/") && from != "guest";
        if system && asked.verdict(from, to, service) == Verdict::Isolated {
            wrong.push(format!("{from} to {to} {service:?} is called isolated"));
        }
    }
    wrong
}

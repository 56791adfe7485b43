//! What the engine says of a gate, compared with what the kernel did there.

use super::lab::{HOSTS, INTERFACES, Lab, address, prefix};
use super::probes::{self, Pair, SERVICES, Truth};
use super::{iptables, nft, rules};
use crate::reach::oracle::world::{Got, points};
use sekisho::evidence::{EvidenceSet, Named};
use sekisho::inventory;
use sekisho::model::device::States;
use sekisho::model::{AddressSet, EntityKind, EntityRef};
use sekisho::reach::packets::Packet;
use sekisho::reach::{Bound, Reach};
use sekisho::source::SourceMap;
use sekisho::topology;
use std::fmt::Write as _;

/// What came of one rule set.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Packets sent.
    pub sent: usize,
    /// Packets that arrived at a host or at the gate.
    pub arrived: usize,
    /// Packets that the engine holds for possible and not for certain.
    pub doubtful: usize,
    /// Every difference.
    pub wrong: Vec<String>,
}

/// Loads the rules of a seed, sends packets, asks the engine.
pub fn compare(lab: &Lab, seed: u64) -> Outcome {
    let rules = rules::rules(seed);
    let mut listings = Vec::new();
    if seed.is_multiple_of(2) {
        for (it, program) in rules.iter().zip(["iptables", "ip6tables"]) {
            lab.at_gate(&format!("{program}-restore -w"), &iptables::text(it));
            listings.push((format!("{program}.save"), lab.at_gate(&format!("{program}-save"), "")));
        }
    } else {
        lab.at_gate(
            "nft -f -",
            &rules.iter().map(|it| nft::text(it, seed % 4 == 3)).collect::<String>(),
        );
        let (format, name) = if seed % 8 == 1 { ("-j ", "json") } else { ("", "nft") };
        listings
            .push((format!("rules.{name}"), lab.at_gate(&format!("nft {format}list ruleset"), "")));
    }
    for (name, line) in
        [("addr", "ip -j addr"), ("route", "ip -j route"), ("route6", "ip -6 -j route")]
    {
        listings.push((format!("{name}.json"), lab.at_gate(line, "")));
    }
    let truth = probes::truth(lab);
    let outcome = judged(seed, &listings, &truth);
    if std::env::var_os("SEKISHO_KERNEL_SHOW").is_some() {
        let all: String = listings.iter().map(|it| format!("--- {}\n{}", it.0, it.1)).collect();
        eprintln!("{all}\n{outcome:#?}");
    }
    outcome
}

/// What is declared: networks, hosts, the gate.
fn declared() -> String {
    let both = |at: usize, last: &str| [false, true].map(|v6| address(v6, at, last));
    let with_prefix = |at: usize, last: &str| {
        let [v4, v6] = both(at, last);
        format!("\"{v4}/{}\", \"{v6}/{}\"", prefix(false), prefix(true))
    };
    let mut zones = String::from("zones:\n");
    let mut interfaces = String::new();
    let mut systems = String::from("systems:\n");
    for (at, name) in INTERFACES.iter().enumerate() {
        let networks = with_prefix(at, "");
        let _ =
            writeln!(zones, "  z{at}: {{name: z{at}, kind: department, networks: [{networks}]}}");
        let own = with_prefix(at, "1");
        let _ = writeln!(interfaces, "      {name}: {{zone: z{at}, addresses: [{own}]}}");
        for (nth, last) in HOSTS.iter().enumerate() {
            let [v4, v6] = both(at, last);
            let id = probes::system(at, nth).id;
            let _ = writeln!(
                systems,
                "  {id}: {{name: {id}, kind: other, class: server, zone: z{at}, addresses: [\"{v4}\", \"{v6}\"]}}"
            );
        }
    }
    format!(
        "schema: 1\nas_of: 2026-11-20\n{zones}devices:\n  gate:\n    name: gate\n    kind: firewall\n    management: {{services: [any], from: [any]}}\n    interfaces:\n{interfaces}{systems}"
    )
}

fn judged(seed: u64, listings: &[(String, String)], truth: &Truth) -> Outcome {
    let mut sources = SourceMap::new();
    let file = sources.add("inventory.yaml", declared());
    let reading = inventory::read(&sources, &[file], crate::support::today());
    assert!(reading.is_sound(), "{}", crate::support::told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    let gate = reading.inventory.devices.get("gate").unwrap();
    for (name, text) in listings {
        let named = Named { device: "gate".to_owned(), span: gate.id.span };
        evidence.add(&mut sources, name, text.as_bytes(), Some(named), None);
    }
    assert!(evidence.unread.is_empty(), "{:?}", evidence.unread);
    let topology = topology::build(&reading.inventory, &evidence);
    let reach = Reach::new(&reading.inventory, &evidence, &topology);
    let mut outcome = Outcome::default();
    for network in 0..INTERFACES.len() {
        for pair in probes::pairs(network) {
            let arrived = &truth[&pair];
            let certain = said(&reach, network, pair, Bound::Certain);
            let possible = said(&reach, network, pair, Bound::Possible);
            outcome.sent += SERVICES.len();
            outcome.arrived += arrived.len();
            let doubtful = possible.difference(&certain).count();
            assert!(doubtful == 0 || seed % 4 == 3, "{seed}: {pair:?}: {possible:?}, {certain:?}");
            outcome.doubtful += doubtful;
            let mut tell = |what: &str, more: &Got, less: &Got| {
                for (thing, (source, destination, protocol, port)) in more.difference(less) {
                    outcome.wrong.push(format!(
                        "{seed}: {} to {}: {what}: at {} as {source} to {destination} {protocol}/{port}",
                        pair.0, pair.1, thing.id
                    ));
                }
            };
            tell("certain, but does not arrive", &certain, arrived);
            tell("arrives, but is not possible", arrived, &possible);
        }
    }
    outcome
}

/// What the engine says of the packets of a pair.
fn said(reach: &Reach<'_>, network: usize, pair: Pair, bound: Bound) -> Got {
    let packet = |(protocol, port): (u8, u16)| Packet {
        source: pair.0,
        destination: pair.1,
        protocol,
        source_port: 40000,
        destination_port: port,
        icmp_type: 0,
        state: States::NEW,
    };
    let set = SERVICES.into_iter().map(|it| (&packet(it)).into()).collect();
    let zone = EntityRef::new(EntityKind::Zone, format!("z{network}"));
    let place = reach.network.zone(&zone).expect("a declared zone");
    let arrivals = reach.from_place(place, &AddressSet::from(pair.0), &set, bound);
    let got = points(&arrivals).into_iter();
    got.filter(|(thing, _)| matches!(thing.kind, EntityKind::Device | EntityKind::System)).collect()
}

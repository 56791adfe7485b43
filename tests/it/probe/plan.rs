//! What is derived from a declaration: what must answer, what must not, and what is left out.

use super::{Beside, example};
use crate::support::random;
use sekisho::inventory::{Endpoint, Inventory};
use sekisho::locale::Lang;
use sekisho::model::words::{Direction, SystemClass};
use sekisho::model::{EntityKind, EntityRef, Service};
use sekisho::probe::plan::page::Page;
use sekisho::probe::plan::{estimate, file, plan};
use sekisho::probe::scope::{Admission, Pins};
use sekisho::probe::{Classes, Expectation, Gap, Kind, Planned, Question};
use std::collections::BTreeSet;
use std::fmt::Write as _;

fn planned(beside: &Beside, from: &EntityRef, source: Option<&str>) -> Planned {
    let classes = Classes::new(&beside.inventory, []);
    let pins = Pins::default();
    let admission = Admission { scope: beside.sound(), classes: &classes, pins: &pins };
    plan(&beside.inventory, &admission, from, source.map(|it| it.parse().unwrap())).unwrap()
}

fn line(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::Connection, id)
}

fn zone(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::Zone, id)
}

/// `control 10.0.0.10:443`, line by line, sorted.
fn told(planned: &Planned) -> Vec<String> {
    let told = planned.plan.questions.iter().map(|it| {
        let kind = if it.kind == Kind::TcpConnect { "" } else { it.kind.word() };
        let expect = match it.expect {
            Expectation::Answers => "answers",
            Expectation::NoAnswer => "no",
            Expectation::Control => "control",
        };
        format!("{expect} {}:{} {kind}", it.to, it.port).trim_end().to_owned()
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

const INVENTORY: &str = "
zones:
  dmz: {name: D, kind: dmz, networks: [10.9.0.0/24]}
  his: {name: H, kind: clinical, networks: [10.0.0.0/24]}
  pc: {name: P, kind: administrative, networks: [10.1.0.0/24]}
parties: {v: {name: V, kind: vendor, networks: [198.51.100.0/28]}}
circuits: {c: {kind: internet}}
devices:
  fw: {name: F, kind: firewall, interfaces: {wan: {circuit: c, addresses: [203.0.113.2/29]}, lan: {zone: his, addresses: [10.0.0.1/24]}}, management: {services: [22/tcp], from: [pc]}, remote_access: [{transport: ssl-vpn-client, services: [443/tcp], from: [any]}], forwards: [{listen: 8443/tcp, to: web, service: 443/tcp, from: [v]}]}
systems:
  ehr: {name: E, kind: other, class: server, zone: his, addresses: [10.0.0.10], services: [443/tcp, 1521/tcp]}
  jump: {name: J, kind: other, class: server, zone: dmz, addresses: [10.9.0.12], services: [3389/tcp]}
  web: {name: W, kind: other, class: server, zone: dmz, addresses: [10.9.0.20], services: [443/tcp]}
  vent: {name: V, kind: other, class: life-support, zone: his, addresses: [10.0.0.66], services: [443/tcp]}
  ct: {name: C, kind: modality, class: medical-device, zone: his, addresses: [10.0.0.30], services: [104/tcp]}
  pcs: {name: Q, kind: terminals, class: terminal, zone: pc, addresses: [10.1.0.0/24], count: 150}
  dns: {name: N, kind: other, class: server, zone: his, addresses: [10.0.0.53], services: [53/udp, 514/udp]}
connections:
  line: {name: L, purpose: remote-maintenance, party: v, circuit: c, at: fw.wan, transport: ipsec-ike, sources: [198.51.100.0/28], allow: [{to: ehr, services: [443/tcp]}, {to: ehr, services: [3389/tcp], via: jump}, {to: web, services: [443/tcp]}]}
  open: {name: O, purpose: remote-maintenance, party: v, circuit: c, at: fw.wan, transport: ipsec-ike}
flows:
  - {from: pc, to: ehr, services: [443/tcp]}
  - {from: 10.1.0.7, to: jump, services: [3389/tcp]}
";

fn scope(targets: &str) -> String {
    format!(
        "scope: 1\npurpose: p\nfrom: [line, open, his, pc]\ntime_zone: Asia/Tokyo\n\
         windows: [{{from: 2026-11-26, hours: 22:00-05:00}}]\napprover: {{name: A, role: R}}\n\
         telephone: t\nvendor_notice: {{to: v, on: 2026-01-01}}\ntester: {{name: T}}\n\
         expires: 2026-11-30\ntargets:\n{targets}"
    )
}

const TARGETS: &str =
    "  - {to: [10.0.0.0/24, 10.9.0.0/24, 10.1.0.0/24], services: [443/tcp, 1521/tcp, 3389/tcp, 104/tcp, 22/tcp]}
  - {to: [203.0.113.2], services: [22/tcp, 443/tcp, 8443/tcp]}
";

#[test]
fn from_the_party_what_is_permitted_answers_and_all_else_must_not() {
    let beside = Beside::read(INVENTORY, &scope(TARGETS));
    let planned = planned(&beside, &line("line"), None);
    assert_eq!(
        told(&planned),
        [
            // The entry device: its access from outside and what it forwards; not its management.
            "answers 203.0.113.2:8443",
            "control 10.0.0.10:443",
            // Who must come through the relay reaches the relay.
            "control 10.9.0.12:3389",
            "control 203.0.113.2:443",
            "no 10.0.0.10:1521",
            "no 10.0.0.10:22",
            "no 10.0.0.10:3389",
            "no 10.0.0.1:22",
            "no 10.0.0.1:443",
            "no 10.0.0.53:22",
            "no 10.0.0.53:3389",
            "no 10.0.0.53:443",
            "no 10.9.0.12:22",
            "no 10.9.0.12:443",
            // What is forwarded at the border is asked for there; here it may or may not answer.
            "no 10.9.0.20:22",
            "no 10.9.0.20:3389",
            "no 203.0.113.2:22",
        ]
    );
    let gaps: BTreeSet<(&str, String)> = planned
        .left_out
        .iter()
        .map(|it| (it.gap.key(), it.thing.as_ref().map(ToString::to_string).unwrap_or_default()))
        .collect();
    for (reason, thing) in [
        ("life-support", "systems/vent"),
        ("no-consent", "systems/ct"),
        ("group-not-named", "systems/pcs"),
        ("no-harmless-question", "systems/dns"),
        ("port-not-in-scope", "systems/dns"),
    ] {
        assert!(gaps.contains(&(reason, thing.to_owned())), "{reason} {thing}: {gaps:?}");
    }
}

#[test]
fn a_connection_that_says_nothing_is_not_compared_with_anything() {
    let beside = Beside::read(INVENTORY, &scope(TARGETS));
    let planned = planned(&beside, &line("open"), None);
    // The firewall stands in `his`: nothing keeps the party from it, so nothing there must not answer.
    let there = |it: &&String| it.starts_with("no 10.0.0.");
    let told = told(&planned);
    assert_eq!(told.iter().filter(there).count(), 0, "{told:?}");
    assert!(told.contains(&"no 10.9.0.12:3389".to_owned()), "{told:?}");
    let unsaid = planned.left_out.iter().filter(|it| it.gap == Gap::Unsaid);
    assert!(unsaid.count() > 0);
}

#[test]
fn from_a_zone_the_flows_say_what_answers() {
    let beside = Beside::read(INVENTORY, &scope(TARGETS));
    let without = planned(&beside, &zone("pc"), None);
    let told_without = told(&without);
    for must in
        ["control 10.0.0.10:443", "no 10.0.0.10:3389", "answers 10.0.0.1:22", "no 10.9.0.20:443"]
    {
        let found =
            told_without.iter().any(|it| it == must || it == &must.replace("answers", "control"));
        assert!(found, "{must}: {told_without:?}");
    }
    // One address alone may: that depends on who asks.
    assert!(!told_without.iter().any(|it| it.contains("10.9.0.12:3389")), "{told_without:?}");
    assert!(without.left_out.iter().any(|it| it.gap == Gap::Depends));
    let with = told(&planned(&beside, &zone("pc"), Some("10.1.0.7")));
    assert!(with.contains(&"control 10.9.0.12:3389".to_owned()), "{with:?}");
    let other = told(&planned(&beside, &zone("pc"), Some("10.1.0.8")));
    assert!(other.contains(&"no 10.9.0.12:3389".to_owned()), "{other:?}");
    // Beside one another nothing is kept apart, but the management of the firewall.
    let own = told(&planned(&beside, &zone("his"), None));
    assert!(own.contains(&"answers 10.0.0.10:1521".to_owned()), "{own:?}");
    assert!(!own.iter().any(|it| it.starts_with("no 10.0.0.10")), "{own:?}");
    assert!(own.contains(&"no 10.0.0.1:22".to_owned()), "{own:?}");
    let silent = INVENTORY.split("flows:").next().unwrap();
    let silent = Beside::read(silent, &scope(TARGETS));
    let none = planned(&silent, &zone("pc"), None);
    assert!(!told(&none).iter().any(|it| it.starts_with("no 10.0.0.10")), "{:?}", told(&none));
}

#[test]
fn more_is_asked_only_where_the_scope_asks_for_it() {
    let more = "  - {to: [10.0.0.0/24], services: [443/tcp, 1521/tcp, 3389/tcp, 53/udp, icmp], kinds: [tcp-connect, tls-handshake, rdp-negotiation, dns, icmp-echo, trace-tcp]}
";
    let beside = Beside::read(INVENTORY, &scope(more));
    let told = told(&planned(&beside, &line("line"), None));
    for must in [
        "control 10.0.0.10:443",
        "answers 10.0.0.10:443 tls-handshake",
        "no 10.0.0.10:0 icmp-echo",
        "no 10.0.0.53:53 dns",
    ] {
        assert!(told.contains(&must.to_owned()), "{must}: {told:?}");
    }
    // Of what must not be reached only whether it is reached.
    assert!(!told.iter().any(|it| it.starts_with("no") && it.contains("tls")), "{told:?}");
    assert!(!told.iter().any(|it| it.contains("rdp-negotiation")), "{told:?}");
    let traces = told.iter().filter(|it| it.contains("trace-tcp")).count();
    assert_eq!(traces, 3, "one a host: {told:?}");
    let syn = "  - {to: [10.0.0.10], services: [443/tcp, 22/tcp], kinds: [tcp-syn]}\n";
    let beside = Beside::read(INVENTORY, &scope(syn));
    let told = self::told(&planned(&beside, &line("line"), None));
    assert_eq!(told, ["answers 10.0.0.10:443 tcp-syn", "no 10.0.0.10:22 tcp-syn"]);
}

#[test]
fn the_example_never_touches_what_must_not_be_touched() {
    let beside = example();
    for from in [line("lab-outsourcing"), line("catering"), zone("info")] {
        let planned = planned(&beside, &from, None);
        let asked: BTreeSet<String> =
            planned.plan.questions.iter().map(|it| it.target.to_string()).collect();
        assert!(asked.len() > 20, "{from}: {asked:?}");
        for never in ["systems/linac", "systems/monitor", "systems/icu", "systems/anesthesia"] {
            assert!(!asked.contains(never), "{from}: {never}");
        }
        assert!(asked.contains("systems/ct1") && !asked.contains("systems/ct2"), "{from}");
    }
}

/// A scope that permits almost everything.
fn wide(inventory: &Inventory) -> String {
    let connections = inventory.connections.iter().map(|it| format!("connections/{}", it.id.value));
    let zones = inventory.zones.iter().map(|it| format!("zones/{}", it.id.value));
    let from: Vec<String> = connections.chain(zones).collect();
    let mut text = format!(
        "scope: 1\npurpose: p\nfrom: [{}]\ntime_zone: UTC\n\
         windows: [{{from: 2026-11-26, until: 2026-12-26, hours: 00:00-24:00}}]\n\
         approver: {{name: A, role: R}}\ntelephone: t\nvendor_notice: {{to: v, on: 2026-01-01}}\n\
         tester: {{name: T}}\nexpires: 2026-12-30\n\
         targets: [{{to: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 203.0.113.0/24, 198.51.100.0/24, 192.0.2.0/24, \"2001:db8::/32\", \"fd00::/8\"], services: [tcp, icmp, 53/udp], kinds: [tcp-connect, icmp-echo, dns]}}]\n",
        from.join(", ")
    );
    let medical =
        inventory.systems.iter().filter(|it| it.class.value == SystemClass::MedicalDevice);
    let mut medical = medical.peekable();
    if medical.peek().is_some() {
        text.push_str("consents:\n");
        for system in medical {
            let _ = writeln!(text, "  - {{system: {}, by: B, on: 2026-11-01}}", system.id.value);
        }
    }
    text
}

/// Whether the declaration of a connection lets its party come to a system with a service, in the
/// words of the inventory alone.
fn lets_in(inventory: &Inventory, line: &str, asked: &Question, service: Service) -> bool {
    let system = asked.target.id.as_str();
    let connection = inventory.connections.get(line).unwrap();
    let target = inventory.systems.get(system).unwrap();
    connection.allow.iter().any(|allow| {
        let inward = allow.direction.as_ref().is_none_or(|it| it.value == Direction::Inbound);
        let end = match (&allow.via, &allow.to.value) {
            (Some(via), _) => via.id() == system,
            (None, Endpoint::Any) => true,
            (None, Endpoint::Named(id)) => {
                let mut attached = target.attachments();
                id == system
                    || attached.any(|it| {
                        let here = it.addresses.iter().any(|it| it.value.ip() == asked.to);
                        here && it.zone.is_some_and(|it| it.id() == id)
                    })
            }
            (None, Endpoint::Network(network)) => network.contains(asked.to),
            (None, Endpoint::Internet) => false,
        };
        let so =
            allow.services.is_empty() || allow.services.iter().any(|it| it.value.includes(service));
        inward && end && so
    })
}

#[test]
fn every_plan_of_random_hospitals_keeps_its_promises() {
    let (mut negatives, mut positives) = (0, 0);
    for seed in 3..20 {
        let (_, reading) = crate::support::read(&random::hospital(seed));
        if reading.inventory.connections.is_empty() {
            continue;
        }
        let beside = Beside::whatever(&random::hospital(seed), &wide(&reading.inventory));
        let inventory = &beside.inventory;
        let classes = Classes::new(inventory, []);
        let pins = Pins::default();
        let admission = Admission { scope: beside.sound(), classes: &classes, pins: &pins };
        let lines = inventory.connections.iter().map(|it| line(&it.id.value)).take(4);
        let zones = inventory.zones.iter().map(|it| zone(&it.id.value)).take(2);
        for from in lines.chain(zones) {
            let first = plan(inventory, &admission, &from, None).unwrap();
            let again = plan(inventory, &admission, &from, None).unwrap();
            assert_eq!(first.plan.hash(), again.plan.hash(), "seed {seed}, {from}");
            let mut seen = BTreeSet::new();
            let mut controlled = BTreeSet::new();
            for question in &first.plan.questions {
                assert_eq!(admission.permits(question, &from), Ok(()), "seed {seed}: {question:?}");
                assert!(
                    seen.insert((question.to, question.port, question.kind)),
                    "twice: {question:?}"
                );
                if question.expect == Expectation::Control {
                    assert!(controlled.insert(question.to), "two controls: {question:?}");
                }
                let system = inventory.systems.get(&question.target.id);
                let system = system.filter(|_| question.target.kind == EntityKind::System);
                let Some(system) = system.filter(|_| from.kind == EntityKind::Connection) else {
                    continue;
                };
                assert_ne!(system.class.value, SystemClass::LifeSupport);
                let service = question.service().unwrap();
                let let_in = lets_in(inventory, &from.id, question, service);
                match question.expect {
                    Expectation::NoAnswer => {
                        negatives += 1;
                        assert!(!let_in, "seed {seed}, {from}: {question:?} is permitted");
                    }
                    _ => {
                        positives += 1;
                        assert!(let_in, "seed {seed}, {from}: {question:?} is not permitted");
                    }
                }
            }
            // Whoever has something that must answer by TCP has a control for what must not.
            for question in &first.plan.questions {
                let own = first.plan.questions.iter().filter(|it| it.to == question.to);
                let answers = own
                    .clone()
                    .any(|it| it.expect != Expectation::NoAnswer && it.kind == Kind::TcpConnect);
                let not = own.clone().any(|it| it.expect == Expectation::NoAnswer);
                assert_eq!(answers && not, controlled.contains(&question.to), "{question:?}");
            }
        }
    }
    assert!(negatives > 2_000 && positives > 10, "{negatives}, {positives}");
}

#[test]
fn the_file_is_read_back_and_not_when_it_was_changed() {
    let beside = Beside::read(INVENTORY, &scope(TARGETS));
    let planned = planned(&beside, &line("line"), Some("198.51.100.3"));
    let estimate = estimate(&planned.plan);
    assert!(estimate.complete && estimate.attempts > 17, "{estimate:?}");
    assert!(estimate.seconds > 10 && estimate.seconds < 3600, "{estimate:?}");
    let json = file::json(&planned, &estimate);
    let schema = file::json_schema().unwrap();
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let wrong: Vec<String> = validator.iter_errors(&json).map(|it| it.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let text = format!("{json:#}");
    assert_eq!(file::read(&text).unwrap(), planned.plan);
    for (from, to) in [
        ("10.0.0.10", "10.0.0.66"),
        ("\"rate\": 20", "\"rate\": 2000"),
        ("must-not-answer", "must-answer"),
        ("\"sekisho\": \"plan\"", "\"sekisho\": \"probes\""),
        ("\"schema\": 1", "\"schema\": 2"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(file::read(&text.replace(from, to)).is_err(), "{from} changed to {to}");
    }
    assert!(file::read("").is_err() && file::read("{}").is_err());
}

#[test]
fn a_budget_that_is_too_small_and_a_window_that_is_too_short_are_said() {
    let small = scope(TARGETS) + "limits: {run_budget: 5}\n";
    let beside = Beside::read(INVENTORY, &small);
    let estimate = estimate(&planned(&beside, &line("line"), None).plan);
    assert!(!estimate.complete && estimate.attempts <= 5, "{estimate:?}");
    let short = scope(TARGETS).replace("22:00-05:00", "22:00-22:01");
    let beside = Beside::read(INVENTORY, &short);
    let estimate = sekisho::probe::plan::estimate(&planned(&beside, &line("line"), None).plan);
    assert!(!estimate.complete && estimate.seconds <= 60, "{estimate:?}");
}

#[test]
fn the_page_says_it_all_in_both_languages() {
    let beside = example();
    let planned = planned(&beside, &line("lab-outsourcing"), None);
    let estimate = estimate(&planned.plan);
    let page = |lang| {
        let page = Page {
            planned: &planned,
            scope: beside.sound(),
            inventory: &beside.inventory,
            estimate: &estimate,
            lang,
            columns: 100,
        };
        page.text()
    };
    let (ja, en) = (page(Lang::Ja), page(Lang::En));
    let hash = planned.plan.hash();
    let scope_hash = &beside.sound().hash;
    for all in [&hash, scope_hash, "172.20.0.11", "000-0000-1001", "2026-11-26 22:00", "+09:00"] {
        assert!(ja.contains(all) && en.contains(all), "{all}:\n{ja}\n{en}");
    }
    for (in_ja, in_en) in [
        ("何も送信していません", "nothing has been sent"),
        ("198.51.100.64/29", "198.51.100.64/29"),
        (
            "生命維持・治療機器には行わない: 2件",
            "life-supporting or therapy equipment is never asked: 2",
        ),
        ("TCPの接続を1回開き", "opens one TCP connection"),
        ("中央ラボラトリー システム部", "to the vendor"),
        ("放射線科 鈴木", "consent"),
        ("立会い応答", "witness"),
    ] {
        assert!(ja.contains(in_ja), "{in_ja}:\n{ja}");
        assert!(en.contains(in_en), "{in_en}:\n{en}");
    }
    assert!(!ja.contains("スキャン"));
    let widest = ja.lines().map(sekisho::locale::display_width).max().unwrap();
    assert!(widest <= 102, "{widest} columns");
}

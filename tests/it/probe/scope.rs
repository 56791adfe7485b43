//! Reading a scope: every mistake at once, each with its place; nothing is permitted by a slip.

use super::{Beside, example};
use jiff::Timestamp;
use sekisho::probe::Limits;

const INVENTORY: &str = "
zones: {his: {name: H, kind: clinical, networks: [10.0.0.0/24]}}
parties: {v: {name: V, kind: vendor, networks: [198.51.100.0/28]}}
circuits: {c: {kind: internet}}
devices: {fw: {name: F, kind: firewall, interfaces: {wan: {circuit: c, addresses: [203.0.113.2/29]}, lan: {zone: his, addresses: [10.0.0.1/24]}}}}
systems:
  ehr: {name: E, kind: ehr, class: server, zone: his, addresses: [10.0.0.10], services: [443/tcp]}
connections: {line: {name: L, purpose: remote-maintenance, party: v, circuit: c, at: fw.wan, transport: ipsec-ike, allow: [{to: ehr, services: [443/tcp]}]}}
";

const SCOPE: &str = "\
scope: 1
purpose: check
from: [line]
targets:
  - {to: [10.0.0.10], services: [443/tcp]}
time_zone: Asia/Tokyo
windows:
  - {from: 2026-11-26, until: 2026-11-27, hours: 22:00-05:00}
approver: {name: A, role: R}
telephone: 000-0000-1001
vendor_notice: [{to: V, on: 2026-11-19}]
expires: 2026-11-30
tester: {name: T}
";

fn read(scope: &str) -> Beside {
    Beside::read(INVENTORY, scope)
}

/// What is told when one line of the scope is another.
fn told(from: &str, to: &str) -> String {
    assert!(SCOPE.contains(from), "{from}");
    let read = read(&SCOPE.replace(from, to));
    assert!(read.scope.is_none(), "read all the same: {to}");
    read.mistakes()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_example_is_sound_and_lies_beside_its_inventory() {
    let example = example();
    assert_eq!(example.told.len(), 0, "{}", example.mistakes());
    let scope = example.sound();
    assert_eq!(scope.from.len(), 3);
    assert_eq!(scope.limits, Limits::default());
    // `printf '' | sha256sum` of another file would be another.
    assert_eq!(scope.hash.len(), 64);
}

#[test]
fn the_hash_is_that_of_the_bytes() {
    let read = Beside::read(INVENTORY, SCOPE);
    let again = Beside::read(INVENTORY, &SCOPE.replace("purpose: check", "purpose:  check"));
    assert_ne!(read.sound().hash, again.sound().hash);
    assert_eq!(read.sound().hash, Beside::read(INVENTORY, SCOPE).sound().hash);
}

#[test]
fn windows_pass_midnight_and_end_with_the_scope() {
    let read = read(SCOPE);
    let scope = read.sound();
    let windows: Vec<_> = scope.windows.iter().map(|it| (it.from, it.until)).collect();
    // 22:00 in Japan is 13:00 UTC.
    assert_eq!(
        windows,
        [
            (at("2026-11-26T13:00:00Z"), at("2026-11-26T20:00:00Z")),
            (at("2026-11-27T13:00:00Z"), at("2026-11-27T20:00:00Z")),
        ]
    );
    assert_eq!(scope.expires, at("2026-11-30T15:00:00Z"));
    let cut = Beside::read(INVENTORY, &SCOPE.replace("expires: 2026-11-30", "expires: 2026-11-27"));
    assert_eq!(cut.sound().windows.last().unwrap().until, at("2026-11-27T15:00:00Z"));
    let whole = SCOPE.replace("22:00-05:00", "00:00-24:00").replace("Asia/Tokyo", "\"+00:00\"");
    let whole = Beside::read(INVENTORY, &whole);
    let only = whole.sound().windows.first().unwrap();
    assert_eq!((only.from, only.until), (at("2026-11-26T00:00:00Z"), at("2026-11-28T00:00:00Z")));
    assert_eq!(whole.sound().windows.len(), 1, "windows that meet are one");
}

#[test]
fn everything_required_is_required_and_every_mistake_is_told_at_once() {
    let keys = ["scope", "purpose", "from", "targets", "time_zone", "windows", "approver"];
    let more = ["telephone", "vendor_notice", "expires", "tester"];
    let empty = read("scope: 1\n");
    let all = empty.mistakes();
    for key in keys.iter().skip(1).chain(&more) {
        assert!(all.contains(&format!("`{key}`")), "{key} is not asked for:\n{all}");
    }
    let many = told(
        "telephone: 000-0000-1001\n",
        "telefone: 000\ntargts: []\nexpires: 2026-13-01\nlimits: {rate: 21}\n",
    );
    for needle in ["telephone", "targets", "2026-13-01"] {
        assert!(many.contains(needle), "{needle}:\n{many}");
    }
    assert!(many.contains("scope.yaml:10:1"), "without its place:\n{many}");
}

#[test]
fn nothing_is_permitted_by_a_slip() {
    let to = "to: [10.0.0.10]";
    for (from, other, needle) in [
        ("scope: 1", "scope: 2", "`2`"),
        ("from: [line]", "from: []", "`from`"),
        ("from: [line]", "from: [nowhere]", "no connection or zone"),
        ("from: [line]", "from: [systems/ehr]", "no connection or zone"),
        (to, "to: []", "names nobody"),
        (to, "to: [0.0.0.0/0]", "everybody"),
        (to, "to: [\"::/0\"]", "everybody"),
        (to, "to: [10.0.0.10/24]", "10.0.0.0/24"),
        (to, "to: [224.0.0.1]", "multicast"),
        (to, "to: [255.255.255.255]", "broadcast"),
        (to, "to: [\"::ffff:10.0.0.10\"]", "10.0.0.10"),
        (to, "to: [\"64:ff9b::a00:a\"]", "inside"),
        (to, "to: [10.0.0]", "an address, a network or a host name"),
        (to, "to: [ehr]", "an address, a network or a host name"),
        (", services: [443/tcp]", "", "names no port"),
        ("services: [443/tcp]", "services: []", "names no port"),
        ("services: [443/tcp]", "services: [any]", "name the ports"),
        ("services: [443/tcp]", "services: [9100/tcp]", "printer"),
        ("services: [443/tcp]", "services: [9100-9107/udp]", "printer"),
        ("services: [443/tcp]", "services: [esp]", "no kind of probe"),
        ("services: [443/tcp]", "services: [443/tcp], kinds: [dns]", "no port is named"),
        ("services: [443/tcp]", "services: [443/tcp], kinds: [tcp-conect]", "tcp-connect"),
        ("22:00-05:00", "22:00-22:00", "24:00"),
        ("22:00-05:00", "22-5", "hours"),
        ("22:00-05:00", "24:00-25:00", "hours"),
        ("until: 2026-11-27", "until: 2026-11-25", "before the first"),
        ("until: 2026-11-27", "until: 2027-11-27", "longer than a year"),
        ("expires: 2026-11-30", "expires: 2026-11-20", "after the expiry"),
        ("time_zone: Asia/Tokyo", "time_zone: JST", "Asia/Tokyo"),
        ("time_zone: Asia/Tokyo", "time_zone: America/New_York", "Asia/Tokyo"),
        ("vendor_notice: [{to: V, on: 2026-11-19}]", "vendor_notice: []", "`vendor_notice`"),
        ("approver: {name: A, role: R}", "approver: {name: A}", "role"),
        ("tester: {name: T}", "tester: {name: T, party: nobody}", "nobody"),
        ("telephone:", "excluded: [{reason: x}]\ntelephone:", "names nothing"),
        ("telephone:", "excluded: [{to: [10.0.0.9/24]}]\ntelephone:", "10.0.0.0/24"),
        (
            "telephone:",
            "consents: [{system: any, by: X, on: 2026-11-01}]\ntelephone:",
            "which device",
        ),
        ("telephone:", "consents: [{system: gone, by: X, on: 2026-11-01}]\ntelephone:", "gone"),
    ] {
        let told = told(from, other);
        assert!(told.contains(needle), "{other}: no {needle:?} in\n{told}");
    }
}

#[test]
fn limits_are_raised_only_with_a_name() {
    let with = |limits: &str| read(&format!("{SCOPE}limits: {limits}\n"));
    for raised in [
        "{rate: 21}",
        "{host_rate: 3}",
        "{host_in_flight: 2}",
        "{in_flight: 41}",
        "{retries: 2}",
        "{run_budget: 5001}",
        "{day_budget: 20001}",
        "{patience_ms: 3001}",
    ] {
        let read = with(raised);
        assert!(read.scope.is_none() && read.mistakes().contains("raised_by"), "{raised}");
        let named = raised.replace('}', ", raised_by: {name: N, reason: R}}");
        assert!(with(&named).scope.is_some(), "{named}: {}", with(&named).mistakes());
    }
    for wrong in ["{rate: 0}", "{host_in_flight: 0}", "{run_budget: 0}", "{patience_ms: 10}"] {
        assert!(with(wrong).scope.is_none(), "{wrong}");
    }
    let slower = with("{rate: 5, retries: 0}");
    let limits = slower.sound().limits;
    assert_eq!(limits, Limits { rate: 5, retries: 0, ..Limits::default() });
}

#[test]
fn the_schema_accepts_the_example_and_refuses_slips() {
    let schema = sekisho::probe::scope::json_schema();
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let path = crate::support::root().join("inventories/general-hospital/scope.yaml");
    let json = crate::schema::json(&std::fs::read_to_string(path).unwrap());
    let wrong: Vec<String> = validator.iter_errors(&json).map(|it| it.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    for (key, value) in [
        ("scope", serde_json::json!(2)),
        ("targts", serde_json::json!([])),
        ("expires", serde_json::json!("soon")),
        ("time_zone", serde_json::json!("JST")),
        ("targets", serde_json::Value::Null),
    ] {
        let mut slip = json.clone();
        slip[key] = value;
        assert!(!validator.is_valid(&slip), "{key}");
    }
}

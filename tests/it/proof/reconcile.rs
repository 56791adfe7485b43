//! Double entry: every difference between the two declarations is found, and nothing else.

use crate::cli::Desk;
use crate::support;
use sekisho::confirm::reconcile::{About, By, Reconciled, reconcile};
use sekisho::model::Vocabulary as _;
use std::collections::BTreeSet;

const HOSPITAL: &str = "
schema: 1
organization: {name: 青葉市立病院}
zones: {his: {name: 診療系, kind: clinical, networks: [10.10.0.0/16]}}
parties:
  fujimi: {name: 富士見メディカル, kind: vendor, networks: [198.51.100.0/28], internet_exposed: unknown}
  toto: {name: 東都イメージング, kind: vendor, networks: [198.51.100.32/28], internet_exposed: unknown}
circuits: {flets: {kind: ip-vpn, circuit_id: CAF-0000-0001}}
devices:
  vpn1: {name: 保守ルータ, kind: vpn-gateway, vendor: yamaha, model: RTX830, interfaces: {wan: {circuit: flets, addresses: [203.0.113.10/29]}, lan: {zone: his, addresses: [10.10.254.1/16]}}}
systems: {ehr: {name: 電子カルテ, kind: ehr, class: server, zone: his, addresses: [10.10.1.10]}}
connections:
  ehr-line: {name: 電子カルテ保守, purpose: remote-maintenance, party: fujimi, circuit: flets, at: vpn1.wan, transport: ipsec-ike,
    authentication: [pre-shared-key, otp], sources: [198.51.100.0/28], standing: false, hours: 平日 9-18,
    allow: [{to: ehr, services: [3389/tcp, 22/tcp]}], patient_data: yes, demarcation: LANポート,
    responsibility: {inside: {patches: fujimi, cuts: hospital}, outside: {patches: fujimi}},
    contract: {ref: R8-011, until: 2027-03-31}}
  pacs-line: {name: 画像保守, purpose: remote-maintenance, party: toto, transport: plain-internet}
";

/// The same line as the vendor writes it: other ids and names, the same facts.
const VENDOR: &str = "
schema: 1
zones: {k: {name: お客様LAN, kind: clinical, networks: [10.10.0.0/16]}}
parties: {us: {name: 富士見メディカル, kind: vendor, networks: [198.51.100.0/28], internet_exposed: no}}
circuits: {c1: {kind: ip-vpn, circuit_id: caf00000001}}
devices:
  ce: {name: 客先ルータ, kind: vpn-gateway, vendor: yamaha, model: rtx830, interfaces: {lan2: {circuit: c1, addresses: [203.0.113.10/29]}}}
systems: {db: {name: DB, kind: ehr, class: server, zone: k, addresses: [10.10.1.10]}}
connections:
  aoba: {name: 青葉市立病院様, purpose: remote-maintenance, party: us, circuit: c1, at: ce.lan2, transport: ipsec-ike,
    authentication: [otp, pre-shared-key], sources: [198.51.100.0/28], standing: false, hours: 平日９-18,
    allow: [{to: db, services: [22/tcp]}, {to: db, services: [3389/tcp]}], patient_data: yes, demarcation: LANポート,
    responsibility: {inside: {patches: us, cuts: hospital}, outside: {patches: us}},
    contract: {ref: R8-011, until: 2027-03-31}}
";

fn compared(hospital: &str, vendor: &str) -> Reconciled {
    let read = |text: &str| {
        let (sources, reading) = support::read(text);
        assert!(reading.is_sound(), "{}", support::told(&sources, &reading));
        reading.inventory
    };
    reconcile(&read(hospital), &read(vendor), None)
}

#[test]
fn the_same_line_in_other_words_is_the_same() {
    let all = compared(HOSPITAL, VENDOR);
    assert!(all.agrees(), "{all:#?}");
    let pair = &all.pairs[0];
    assert_eq!((pair.hospital.as_str(), pair.vendor.as_str()), ("ehr-line", "aoba"));
    assert_eq!(pair.by, (By::Circuit, "caf00000001".to_owned()));
    assert_eq!(all.of_others, 1);
}

#[test]
fn each_difference_is_found_and_no_other() {
    let changes = [
        (About::Purpose, "purpose: remote-maintenance, party: us", "purpose: telemetry, party: us"),
        (About::Transport, "transport: ipsec-ike", "transport: ssl-vpn-client"),
        (About::Circuit, "caf00000001", "caf00000002"),
        (About::EndDevice, "model: rtx830", "model: RTX1220"),
        (About::EndAddress, "203.0.113.10/29", "203.0.113.11/29"),
        (About::Sources, "sources: [198.51.100.0/28]", "sources: [198.51.100.0/24]"),
        (About::Services, "services: [22/tcp]", "services: [23/tcp]"),
        (About::Services, "addresses: [10.10.1.10]", "addresses: [10.10.1.11]"),
        (About::Authentication, "[otp, pre-shared-key]", "[pre-shared-key]"),
        (About::Standing, "standing: false", "standing: true"),
        (About::Hours, "hours: 平日９-18", "hours: 24h"),
        (About::Contract, "R8-011", "R7-011"),
        (About::Until, "2027-03-31", "2026-03-31"),
        (About::Demarcation, "demarcation: LANポート", "demarcation: WANポート"),
        (
            About::PatchesInside,
            "{patches: us, cuts: hospital}",
            "{patches: hospital, cuts: hospital}",
        ),
        (About::PatchesOutside, "outside: {patches: us}", "outside: {patches: undefined}"),
        (About::CutsInside, "cuts: hospital", "cuts: us"),
        (About::PatientData, "patient_data: yes", "patient_data: no"),
        // What only one side says.
        (About::Hours, "hours: 平日９-18,", ""),
    ];
    let mut seen = BTreeSet::new();
    for (about, from, to) in changes {
        let vendor = VENDOR.replacen(from, to, 1);
        assert_ne!(vendor, VENDOR, "{from} changes nothing");
        let all = compared(HOSPITAL, &vendor);
        let found: Vec<About> =
            all.pairs.iter().flat_map(|it| &it.differences).map(|it| it.about).collect();
        assert_eq!(found, [about], "{from} → {to}");
        assert!(all.only_vendor.is_empty() && all.only_hospital.is_empty());
        seen.insert(about);
    }
    assert_eq!(seen.len(), About::ALL.len(), "everything that is compared is tried");
}

#[test]
fn lines_are_paired_by_what_is_left_and_never_by_chance() {
    let other = VENDOR.replace("caf00000001", "caf00000009");
    assert_eq!(compared(HOSPITAL, &other).pairs[0].by.0, By::Address);
    let other = other.replace("203.0.113.10/29", "203.0.113.12/29");
    assert_eq!(compared(HOSPITAL, &other.replace("aoba:", "ehr-line:")).pairs[0].by.0, By::Id);
    let named = other.replace("青葉市立病院様", "電子カルテ　保守");
    assert_eq!(compared(HOSPITAL, &named).pairs[0].by.0, By::Name);
    // Nothing in common: both are told, and nothing is compared.
    let all = compared(HOSPITAL, &other);
    assert!(all.pairs.is_empty());
    assert_eq!(
        (all.only_hospital, all.only_vendor),
        (vec!["ehr-line".to_owned()], vec!["aoba".to_owned()])
    );
    // Two lines of one circuit: the circuit says nothing of which is which.
    let twice = HOSPITAL
        .replace("transport: plain-internet}", "transport: plain-internet, circuit: flets}");
    assert_eq!(compared(&twice, VENDOR).pairs[0].by.0, By::Address);
}

#[test]
fn both_forms_point_at_both_sides() {
    let desk = Desk::new();
    desk.put("h.yaml", HOSPITAL).put("v.yaml", VENDOR.replace("R8-011", "R7-003"));
    let ran = desk.run(&["reconcile", "h.yaml", "v.yaml"]);
    ran.ends(1).prints("R8-011").prints("R7-003").prints("h.yaml:").prints("v.yaml:");
    let ran = desk.run(&["reconcile", "h.yaml", "v.yaml", "--format", "json"]);
    ran.ends(1);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["pairs"][0]["differences"][0]["about"], "contract");
    let schema = jsonschema::draft202012::new(&sekisho::report::answer::schema().unwrap()).unwrap();
    assert!(schema.is_valid(&json), "{json:#}");
    desk.put("v.yaml", VENDOR);
    desk.run(&["reconcile", "h.yaml", "v.yaml"]).ends(0);
    desk.run(&["reconcile", "h.yaml", "v.yaml", "--party", "toto"]).ends(1).prints("pacs-line");
    desk.run(&["reconcile", "h.yaml", "v.yaml", "--party", "nobody"]).ends(2);
}

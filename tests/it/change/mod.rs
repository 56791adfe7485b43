//! What differs between two states.

mod adversary;
mod findings;
mod identity;
mod natures;
mod record;
mod scans;

use sekisho::audit;
use sekisho::change::{Change, Difference, Record};
use sekisho::evidence::{EvidenceSet, Named};
use sekisho::inventory;
use sekisho::model::Vocabulary as _;
use sekisho::source::{SourceMap, Span};

use crate::support::{today, told};

/// A small hospital.
const HOSPITAL: &str = r#"
as_of: 2025-11-20
organization: {name: 青葉市立病院}
sites: {main: {name: 本院}}
zones:
  clinical: {name: 診療系, kind: clinical, site: main, networks: [10.10.0.0/16], vlan: 10}
  office: {name: 事務系, kind: administrative, site: main, networks: [10.20.0.0/16], vlan: 20}
parties:
  fujimi: {name: 富士見メディカル, kind: vendor, networks: [198.51.100.0/28]}
  hokuto: {name: 北斗システム, kind: vendor, networks: [198.51.100.32/28]}
circuits:
  flets-1: {name: フレッツ, provider: 東西電信, kind: ip-vpn, circuit_id: CAF100}
devices:
  vpn1:
    {name: 保守用VPNルータ, kind: vpn-gateway, vendor: yamaha, model: RTX830, serial: S4H0001, site: main,
     interfaces: {wan: {circuit: flets-1, addresses: [203.0.113.10/29], mac: "00:a0:de:00:00:01"},
                  lan: {zone: clinical, addresses: [10.10.254.1/16], mac: "00:a0:de:00:00:02"}}}
systems:
  ehr-db: {name: 電子カルテDB, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.10], services: [1521/tcp, 3389/tcp]}
  ehr-ap: {name: 電子カルテAP, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.11], services: [443/tcp]}
  pacs: {name: PACSサーバ, kind: pacs, class: server, zone: clinical, addresses: [10.10.1.20], services: [104/tcp, 11112/tcp]}
  billing: {name: 医事会計, kind: billing, class: server, zone: office, addresses: [10.20.1.10], services: [443/tcp]}
  payroll: {name: 給与, kind: finance, class: server, zone: office, addresses: [10.20.1.20], services: [443/tcp]}
connections:
  ehr-maintenance:
    {name: 電子カルテ保守, number: 1, purpose: remote-maintenance, party: fujimi, circuit: flets-1, at: vpn1.wan,
     transport: ipsec-ike, allow: [{from: 198.51.100.0/28, to: ehr-db, services: [3389/tcp]}]}
flows:
  - {from: office, to: clinical, services: [443/tcp]}
"#;

/// A text with something replaced that must be there.
#[track_caller]
fn with(text: &str, replacements: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (old, new) in replacements {
        assert!(text.contains(old), "`{old}` is not in the text");
        text = text.replace(old, new);
    }
    text
}

/// The record of an inventory and of configurations of its devices; judged only when asked for.
fn recorded(text: &str, configurations: &[(&str, &str)], judged: bool) -> Record {
    let mut sources = SourceMap::new();
    let file = sources.add("inventory.yaml", text.to_owned());
    let reading = inventory::read(&sources, &[file], today());
    assert!(reading.is_sound(), "{}\n{text}", told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    for (device, text) in configurations {
        let named = Named { device: (*device).to_owned(), span: Span { file, start: 0, end: 0 } };
        evidence.add(&mut sources, &format!("{device}.txt"), text.as_bytes(), Some(named), None);
    }
    let day = reading.inventory.as_of.as_ref().map_or(today(), |it| it.value);
    let rules = sekisho::rules::all().filter(|_| judged);
    let assessment = audit::audit_with(reading.inventory, evidence, day, rules);
    Record::of(&assessment, &sources)
}

fn record(text: &str) -> Record {
    recorded(text, &[], false)
}

fn between(old: &str, new: &str) -> Difference {
    Difference::between(&record(old), &record(new), &[])
}

/// A change in one line: `declared renamed+renumbered systems pacs>pacs2 name addresses`.
fn line(it: &Change) -> String {
    let what: Vec<&str> = it.what.iter().map(|it| it.key()).collect();
    let ids = match (it.old.join("+"), it.new.join("+")) {
        (old, new) if old == new => old,
        (old, new) => format!("{old}>{new}"),
    };
    let keys: Vec<&str> = it.attributes.iter().map(|it| it.key.as_str()).collect();
    let all = [it.nature.key(), &what.join("+"), it.kind.key(), &ids, &keys.join(" ")];
    all.join(" ").trim_end().to_owned()
}

fn lines(difference: &Difference) -> Vec<String> {
    difference.changes.iter().map(line).collect()
}

/// Two texts differ in exactly these changes.
#[track_caller]
fn differ(old: &str, new: &str, expected: &[&str]) -> Difference {
    let difference = between(old, new);
    assert_eq!(lines(&difference), expected);
    difference
}

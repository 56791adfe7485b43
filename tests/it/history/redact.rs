//! What is shared: no word of the original that names anybody, and it still verifies.

use crate::cli::{Desk, SOUND};
use sekisho::history::bundle::unpack;
use serde_json::Value;

const MORE: &str = "
parties:
  fujimi: {name: 富士見メディカルシステムズ, kind: vendor, networks: [198.51.100.0/28], internet_exposed: unknown,
    contacts: [{name: 鈴木花子, phone: 03-1234-5678, email: hanako@fujimi.example}], note: 鈴木さんに聞くこと}
circuits:
  flets: {kind: internet, provider: 霞ヶ関通信, circuit_id: CAF0123456789, phone: 0120-000-113}
devices:
  vpn1: {name: 富士見の保守用ルータ, kind: vpn-gateway, vendor: yamaha, serial: M5A012345, config: [configs/fujimi.txt],
    interfaces: {wan: {circuit: flets, addresses: [203.0.113.10/29], mac: '00:a0:de:12:34:56'}, lan: {zone: clinical, addresses: [10.10.254.1/16]}}}
connections:
  fujimi-maintenance: {name: 富士見の保守, number: 7, purpose: remote-maintenance, party: fujimi, transport: ipsec-ike, at: vpn1.wan,
    allow: [{from: 198.51.100.0/28, to: ehr, services: [3389/tcp, 1521/tcp]}], recertified: {on: 2026-10-01, by: 佐藤次郎}}
waivers:
  - {rule: vpn-open-to-any-source, subject: connections/fujimi-maintenance, reason: 田中部長の判断, approved_by: 田中一, expires: 2027-03-31}
# 山田に確認済み
";

const ROUTER: &str = "# RTX830 Rev.15.02.30 serial=M5A012345\n# yamada wrote this\nlogin user yamada Winter-2026x\n\
    login password Winter-2026x\nip route default gateway 203.0.113.9\n\
    description lan1 to-fujimi-rack\nip lan1 address 10.10.254.1/16\nip lan2 address 203.0.113.10/29\n\
    ip filter 100 pass 198.51.100.0/28 10.10.1.10 tcp * 3389\nip filter 200 reject * *\n\
    ip lan2 secure filter in 100 200\ntunnel select 1\n ipsec tunnel 1\n\
    \x20 ipsec sa policy 1 1 esp aes-cbc sha-hmac\n  ipsec ike pre-shared-key 1 text Winter-2026x\n\
    \x20 ipsec ike remote address 1 198.51.100.7\n tunnel enable 1\n";

/// A scope of probes, which stands beside the inventory.
const SCOPE: &str = "scope: 1
purpose: 富士見の回線の年次確認
from: [fujimi-maintenance]
targets: [{to: [10.10.1.10], services: [3389/tcp]}]
time_zone: Asia/Tokyo
windows: [{from: 2026-11-26, until: 2026-11-28, hours: '22:00-05:00'}]
approver: {name: 田中一, role: 室長の田中, on: 2026-11-18}
telephone: 03-1234-5678
vendor_notice: [{to: 富士見の佐藤, on: 2026-11-19, by: 鈴木花子}]
expires: 2026-11-30
tester: {name: 山田三郎, telephone: 0120-000-113}
";

/// Words of the original that name somebody or something of this hospital.
const WORDS: &[&str] = &[
    "青葉",
    "富士見",
    "fujimi",
    "鈴木",
    "花子",
    "03-1234-5678",
    "hanako",
    "霞ヶ関",
    "CAF0123456789",
    "0120-000-113",
    "M5A012345",
    "00:a0:de",
    "佐藤",
    "田中",
    "山田",
    "yamada",
    "203.0.113.",
    "198.51.100.",
    "10.10.",
    "電子カルテ",
    "診療系",
    "Winter",
    "rack",
];

fn redacted() -> (Desk, Vec<u8>) {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", format!("{SOUND}{MORE}")).put("ledger/configs/fujimi.txt", ROUTER);
    desk.put("ledger/scope.yaml", SCOPE);
    desk.run(&["bundle", "create", "ledger", "-o", "b.zip"]).ends(0);
    desk.run(&["bundle", "redact", "b.zip", "-o", "r.zip"]).ends(0);
    let bytes = std::fs::read(desk.path("r.zip")).unwrap();
    (desk, bytes)
}

#[test]
fn no_word_of_the_original_is_left() {
    let (desk, bytes) = redacted();
    let original = std::fs::read(desk.path("b.zip")).unwrap();
    let original = String::from_utf8_lossy(&original).into_owned();
    for (path, bytes) in unpack(&bytes).unwrap() {
        let text = format!("{path}\n{}", String::from_utf8(bytes).unwrap());
        for word in WORDS {
            // Secrets were not even in the original.
            assert!(original.contains(word) || *word == "Winter", "`{word}` tests nothing");
            let found = text.lines().find(|it| it.contains(word));
            assert_eq!(found, None, "`{word}` is left in {path}");
        }
    }
    // Another salt, other addresses: it is nowhere kept.
    desk.run(&["bundle", "redact", "b.zip", "-o", "again.zip"]).ends(0);
    assert_ne!(std::fs::read(desk.path("again.zip")).unwrap(), bytes);
}

#[test]
fn it_verifies_as_redacted_and_finds_the_same() {
    let (desk, bytes) = redacted();
    let verify = ["--lang", "en", "bundle", "verify"];
    desk.run(&[&verify[..], &["r.zip"]].concat()).ends(0).prints("redacted for sharing");
    let findings = |bytes: &[u8]| -> Vec<(String, String)> {
        let record: Value = serde_json::from_slice(&unpack(bytes).unwrap()["record.json"]).unwrap();
        let all = record["findings"].as_array().unwrap().iter();
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        let mut all: Vec<_> = all.map(|it| (text(&it["rule"]), text(&it["severity"]))).collect();
        all.sort();
        all
    };
    let original = std::fs::read(desk.path("b.zip")).unwrap();
    assert_eq!(findings(&bytes), findings(&original), "structure and ports are kept");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for kept in ["3389/tcp", "1521/tcp", "RTX830", "remote-maintenance", "yamaha", "2026-10-01"] {
        assert!(text.contains(kept), "`{kept}` is gone");
    }
}

#[test]
fn every_shipped_hospital_can_be_redacted_and_verifies() {
    for name in ["general-hospital", "well-run.yaml"] {
        let desk = Desk::new();
        let from = crate::support::root().join("inventories").join(name);
        let from = from.to_string_lossy();
        desk.run(&["bundle", "create", &from, "-o", "o.zip"]).ends(0);
        desk.run(&["bundle", "redact", "o.zip", "-o", "r.zip"]).ends(0);
        desk.run(&["bundle", "verify", "r.zip"]).ends(0);
        let bytes = std::fs::read(desk.path("r.zip")).unwrap();
        for (path, file) in unpack(&bytes).unwrap() {
            let text = String::from_utf8_lossy(&file);
            for word in ["hikari-si", "fujimi", "富士見", "青葉", "kyougikai", "aobadai", "FTKMOB"]
            {
                assert!(!text.contains(word), "{name}: `{word}` is in {path}");
            }
        }
    }
}

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

/// What was found, without the names.
fn findings(bytes: &[u8]) -> Vec<(String, String)> {
    let record: Value = serde_json::from_slice(&unpack(bytes).unwrap()["record.json"]).unwrap();
    let all = record["findings"].as_array().unwrap().iter();
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    let mut all: Vec<_> = all.map(|it| (text(&it["rule"]), text(&it["severity"]))).collect();
    all.sort();
    all
}

#[test]
fn it_verifies_as_redacted_and_finds_the_same() {
    let (desk, bytes) = redacted();
    let verify = ["--lang", "en", "bundle", "verify"];
    desk.run(&[&verify[..], &["r.zip"]].concat()).ends(0).prints("redacted for sharing");
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
        let original = std::fs::read(desk.path("o.zip")).unwrap();
        assert_eq!(findings(&bytes), findings(&original), "{name}: something else is found");
        for (path, file) in unpack(&bytes).unwrap() {
            let text = String::from_utf8_lossy(&file);
            for word in ["hikari-si", "fujimi", "富士見", "青葉", "kyougikai", "aobadai", "FTKMOB"]
            {
                assert!(!text.contains(word), "{name}: `{word}` is in {path}");
            }
        }
    }
}

const YAMAHA: &str = r#"
snmp syslocation "Zqhospital 3F server room"
snmp syscontact zqtanaka
pp name WAN/zqfujimi-hoshu
console prompt ZQHOSPITAL-VPN1
login user zqsuzuki *
user attribute zqsuzuki connection=serial
mail template 1 1 from:zqjouhou@zqhospital-hp.jp to:zqnetadmin@zqhospital-hp.jp
schedule at 1 startup * lua /zqhospital.lua
"#;

const FORTIGATE: &str = r#"
config system snmp sysinfo
    set contact-info "Zqtanaka Zqichiro"
    set location "Zqhospital 3F"
end
config system global
    set alias "ZQHOSPITAL-FW"
    set hostname "ZQHOSPITAL-FW01"
end
config user ldap
    edit "zqhospital-ad"
        set server "10.10.1.2"
        set dn "dc=zqhospital,dc=local"
        set username "zqhospital\\zqsvc-ldap"
    next
end
config user local
    edit "zqtanaka.zqichiro"
        set type password
        set email-to "zqtanaka@zqhospital-hp.jp"
        set sms-phone "09012345678"
    next
end
config system central-management
    set fmg "fmg.zqhospital.local"
end
config vpn certificate local
    edit "zqhospital-2026"
    next
end
"#;

const IOS: &str = r#"
username zqtanaka privilege 15 secret 9 $9$xxxxxxxxxxxx
username zqsuzuki privilege 15
snmp-server user zqyamada AUTHGRP v3 auth sha aaaaaaa
snmp-server location Zqhospital 3F
aaa group server tacacs+ ZQHOSPITAL-TAC
tacacs server ZQHOSPITAL-TAC1
ip access-list extended ZQHOSPITAL-IN
 permit tcp any host 10.10.1.10 eq 443
vlan 101
 name ZQHOSPITAL-HIS
crypto pki trustpoint ZQHOSPITAL-CA
 subject-name CN=core.zqhospital.local,O=Zqhospital
ntp server ntp.zqhospital.local
banner motd ^zqwelcome to zqhospital^
foo bar zqunknown
interface Vlan101
 ip address 10.177.1.1 255.255.255.0
 ip access-group ZQHOSPITAL-IN in
"#;

const GONE: &str = "changes:
  - {on: 2026-10-01, thing: devices/zqhospital-oldfw, reason: zq撤去, approved_by: zq山田}
same:
  - {kind: systems, old: zqhospital-ris, new: ris, reason: zqx}
documents:
  old-map: {name: zq図面, kind: network-diagram, version: zq第3版, date: 2026-04-01}
";

/// Whatever people wrote into configurations of three vendors, and into the parts of the ledger that
/// speak of what is no more; every such word has the same two letters in it.
#[test]
fn no_name_that_people_gave_in_a_configuration_is_left() {
    let desk = Desk::new();
    let from = crate::support::root().join("inventories/general-hospital");
    for file in std::fs::read_dir(&from).unwrap().map(|it| it.unwrap().path()) {
        if file.is_file() {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            desk.put(&format!("l/{name}"), std::fs::read(&file).unwrap());
        }
    }
    for file in std::fs::read_dir(from.join("configs")).unwrap().map(|it| it.unwrap().path()) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let more = match name.as_str() {
            "vpn1.txt" => YAMAHA,
            "fw-main.conf" => FORTIGATE,
            "core.txt" => IOS,
            _ => "",
        };
        let text = std::fs::read_to_string(&file).unwrap();
        desk.put(&format!("l/configs/{name}"), format!("{text}{more}"));
    }
    desk.put("l/zz-gone.yaml", GONE);
    desk.run(&["bundle", "create", "l", "-o", "o.zip"]).ends(0);
    desk.run(&["bundle", "redact", "o.zip", "-o", "r.zip"]).ends(0);
    desk.run(&["--lang", "en", "bundle", "verify", "r.zip"]).ends(0).prints("redacted for sharing");
    let read = |file: &str| std::fs::read(desk.path(file)).unwrap();
    let (original, redacted) = (read("o.zip"), read("r.zip"));
    assert_eq!(findings(&redacted), findings(&original), "something else is found");
    let count = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase().matches("zq").count();
    assert!(count(&original) > 40, "it tests nothing");
    let mut left = Vec::new();
    for (path, bytes) in unpack(&redacted).unwrap() {
        let text = String::from_utf8(bytes).unwrap();
        for (number, line) in text.lines().enumerate() {
            let own = ["zq", "09012345678"].iter().any(|it| line.to_lowercase().contains(it));
            if own && left.len() < 40 {
                let shown: String = line.trim().chars().take(160).collect();
                left.push(format!("{path}:{}: {shown}", number + 1));
            }
        }
        assert!(!path.contains("person-"), "{path} is called like a person");
    }
    assert_eq!(left, Vec::<String>::new());
}

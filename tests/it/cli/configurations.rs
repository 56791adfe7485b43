//! Configurations of devices at the command line: shown alone, and as evidence of an audit.

use super::{Desk, SOUND};
use serde_json::Value;

const GATEWAY: &str = "\
[Interface]
Address = 10.99.0.1/24
ListenPort = 51820
PrivateKey = cGxhbnRlZHNlY3JldHBsYW50ZWRzZWNyZXRwbGFudD0=

[Peer]
PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
AllowedIPs = 10.99.1.0/24
Endpoint = 198.51.100.9:51820
Surprise = yes
";

/// An inventory with a device that names a configuration.
fn with_config(name: &str) -> String {
    format!("{SOUND}devices:\n  vpn: {{name: VPN装置, kind: vpn-gateway, config: {name}}}\n")
}

#[test]
fn a_configuration_is_shown_in_words_with_its_lines() {
    let desk = Desk::new();
    desk.put("wg0.conf", GATEWAY);
    let ran = desk.run(&["config", "wg0.conf"]);
    ran.ends(0).tells_nothing().prints("WireGuard").prints("198.51.100.9").prints("Surprise = yes");
    ran.prints("10行: 理解 8、対象外 1、不明 1");
    assert!(!ran.out.contains("cGxhbnRlZ"), "the key is shown:\n{}", ran.out);
    desk.run(&["config", "wg0.conf", "--lang", "en"]).ends(0).prints("10 lines: 8 understood");
}

#[test]
fn a_configuration_as_json_accounts_for_every_line() {
    let desk = Desk::new();
    desk.put("configs/wg0.conf", GATEWAY).put("configs/wg1.conf", GATEWAY);
    let ran = desk.run(&["config", "configs", "--format", "json"]);
    ran.ends(0).tells_nothing();
    let value: Value = serde_json::from_str(&ran.out).unwrap();
    let files = value["files"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    for file in files {
        let coverage = &file["coverage"];
        let ignored = coverage["ignored"].as_object().unwrap().values();
        let ignored: u64 = ignored.map(|it| it.as_u64().unwrap()).sum();
        let unknown = coverage["unrecognized"].as_array().unwrap().len() as u64;
        let sum = coverage["understood"].as_u64().unwrap() + ignored + unknown;
        assert_eq!(coverage["lines"].as_u64().unwrap(), sum);
        assert_eq!(file["tunnels"][0]["remote"]["address"], "198.51.100.9");
        assert_eq!(file["tunnels"][0]["line"], 6);
    }
}

#[test]
fn what_is_no_configuration_is_said_and_the_rest_is_shown() {
    let desk = Desk::new();
    desk.put("a/notes.txt", "来週の会議は水曜日です。\n").put("a/wg0.conf", GATEWAY);
    let ran = desk.run(&["config", "a"]);
    ran.ends(2).prints("198.51.100.9").tells("a/notes.txt").tells("分かりませんでした");
    assert!(!ran.err.contains("会議"), "the text of an unknown file is quoted:\n{}", ran.err);
    desk.run(&["config", "nowhere.txt"]).ends(2).prints_nothing().tells("nowhere.txt");
}

#[test]
fn evidence_that_is_not_there_ends_the_run() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    let ran = desk.run(&["audit", "a.yaml", "--evidence", "configs", "--out", "out"]);
    ran.ends(2).prints_nothing().tells("configs");
    assert_eq!(desk.files(), ["a.yaml"]);
}

#[test]
fn a_configuration_that_the_inventory_names_and_nobody_can_read_is_a_finding() {
    let desk = Desk::new();
    for (name, put) in [("missing.txt", None), ("notes.txt", Some("来週の会議は水曜日です。\n"))]
    {
        desk.put("a.yaml", with_config(name));
        if let Some(text) = put {
            desk.put(name, text);
        }
        let ran = desk.run(&["audit", "a.yaml", "--fail-on", "never"]);
        ran.ends(2).prints("[configuration-not-read]").prints(name).tells(name);
    }
    desk.put("a.yaml", with_config("/etc/hostname"));
    let ran = desk.run(&["audit", "a.yaml", "--fail-on", "never"]);
    ran.ends(2).prints("[configuration-not-read]").prints("相対パス");
}

#[test]
fn what_nobody_can_read_among_the_evidence_ends_with_2_and_the_reports_are_there() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND)
        .put("e/notes.txt", "来週の会議は水曜日です。\n")
        .put("e/wg0.conf", GATEWAY);
    let ran = desk.run(&["audit", "a.yaml", "--evidence", "e", "--out", "out"]);
    ran.ends(2).prints("[undeclared-tunnel]").tells("notes.txt");
    assert!(desk.files().iter().any(|it| it == "out/report.html"), "{:?}", desk.files());
    desk.put("cut.jsonl", "{\"sekisho\":\"evidence\",\"schema\":1,\"tool\":\"x\"}\n{");
    let ran = desk.run(&["audit", "a.yaml", "--evidence", "cut.jsonl"]);
    ran.ends(2).tells("cut.jsonl:2");
}

#[test]
fn a_journal_of_probes_is_evidence_and_a_broken_one_is_told_with_its_line() {
    let desk = Desk::new();
    let lines =
        "{\"to\": \"10.10.1.10\", \"port\": 3389}\n{\"to\": \"10.10.1.11\", \"port\": 22}\n";
    let journal = crate::support::probed::journal("zones/clinical", lines).unwrap();
    desk.put("a.yaml", SOUND).put("e/run.jsonl", &journal).put("e/wg0.conf", GATEWAY);
    let audit = |more: &[&str]| {
        desk.run(&[&["audit", "a.yaml", "--evidence", "e", "--fail-on", "never"], more].concat())
    };
    let ran = audit(&["--format", "json"]);
    let value: Value = serde_json::from_str(&ran.ends(0).out).unwrap();
    let run = &value["evidence"]["probed"]["runs"][0];
    assert_eq!((&run["asked"], &run["tester"]), (&2.into(), &"富士見 山田".into()), "{run}");
    assert_eq!(run["location"]["file"], "e/run.jsonl");
    audit(&[]).ends(0).prints("疎通確認").prints("計画2件のうち2件を確認");
    desk.put("e/run.jsonl", journal.replacen("\"attempt\":1", "\"attempt\":-1", 1));
    let ran = audit(&[]);
    ran.ends(2).prints("計画2件のうち2件を確認").tells("e/run.jsonl:3");
    // What a crash cut off is no mistake.
    let cut = journal.trim_end().rsplit_once('\n').unwrap().0;
    desk.put("e/run.jsonl", format!("{cut}\n{{\"end\": {{\"at"));
    audit(&[]).ends(0).prints("途中まで");
}

#[test]
fn what_the_inventory_names_and_what_is_given_lead_to_the_same_findings() {
    let desk = Desk::new();
    desk.put("named/a.yaml", with_config("wg0.conf")).put("named/wg0.conf", GATEWAY);
    let ran = desk.run(&["audit", "named/a.yaml", "--fail-on", "never"]);
    ran.ends(0).prints("[undeclared-tunnel]").prints("(paths/vpn.");
    desk.put("given.yaml", SOUND).put("evidence/wg0.conf", GATEWAY);
    let ran = desk.run(&["audit", "given.yaml", "--evidence", "evidence", "--fail-on", "never"]);
    ran.ends(0).prints("[undeclared-tunnel]").prints("[undeclared-device]");
}

#[test]
fn a_waiver_can_name_exactly_one_configured_path() {
    let desk = Desk::new();
    let inventory = with_config("wg0.conf");
    desk.put("wg0.conf", GATEWAY).put("a.yaml", &inventory);
    let ran = desk.run(&["audit", "a.yaml", "--format", "json", "--fail-on", "never"]);
    let value: Value = serde_json::from_str(&ran.ends(0).out).unwrap();
    let tunnel = value["findings"].as_array().unwrap().iter();
    let tunnel = tunnel.clone().find(|it| it["rule"] == "undeclared-tunnel").unwrap();
    assert_eq!(tunnel["subject"]["kind"], "paths");
    let id = tunnel["subject"]["id"].as_str().unwrap();
    let waiver = format!(
        "waivers:\n  - {{rule: undeclared-tunnel, subject: paths/{id}, reason: 撤去の手配中, approved_by: 医療情報課長, expires: 2027-03-31}}\n"
    );
    desk.put("a.yaml", inventory + &waiver);
    let ran = desk.run(&["audit", "a.yaml", "--format", "json", "--fail-on", "never"]);
    let value: Value = serde_json::from_str(&ran.ends(0).out).unwrap();
    let findings = value["findings"].as_array().unwrap();
    let waived = findings.iter().find(|it| it["rule"] == "undeclared-tunnel").unwrap();
    assert_eq!(waived["waiver"]["expires"], "2027-03-31");
    assert!(findings.iter().all(|it| it["rule"] != "waiver-unused"));
}

//! A year at a whole hospital: one line of its ledger or of a configuration is another one, and `diff`
//! says what that is.

use super::{Desk, Ran};
use serde_json::Value;
use std::path::Path;

/// A file, what stands in it, and what stands there a year later.
type Edit = (&'static str, &'static str, &'static str);

const FIREWALL: &str = "configs/fw-main.conf";
const ROUTER: &str = "configs/vpn1.txt";
/// A forward from the internet is turned to another host.
const TURNED: Edit = (FIREWALL, "set mappedip \"172.20.0.13\"", "set mappedip \"172.20.0.11\"");

/// The hospital under a name, with some edits.
#[track_caller]
fn put(desk: &Desk, name: &str, edits: &[Edit]) {
    let hospital = crate::support::root().join("inventories/general-hospital");
    let mut found = 0;
    let mut folders = vec![hospital.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let file = path.strip_prefix(&hospital).unwrap();
            let mut bytes = std::fs::read(&path).unwrap();
            for (_, old, new) in edits.iter().filter(|it| file == Path::new(it.0)) {
                let text = String::from_utf8(bytes).unwrap();
                assert!(text.contains(old), "`{old}` is not in {}", file.display());
                bytes = text.replace(old, new).into_bytes();
                found += 1;
            }
            desk.put(&format!("{name}/{}", file.display()), bytes);
        }
    }
    assert_eq!(found, edits.len());
}

fn year(edits: &[Edit]) -> Desk {
    let desk = Desk::new();
    put(&desk, "old", &[]);
    put(&desk, "new", edits);
    desk
}

fn diff(desk: &Desk) -> Ran {
    let mut ran = desk.run(&["--lang", "en", "diff", "old", "new"]);
    // A terminal breaks lines anywhere.
    ran.out = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    ran
}

fn json(desk: &Desk) -> Value {
    serde_json::from_str(&desk.run(&["diff", "old", "new", "--format", "json"]).out).unwrap()
}

/// What is told before the findings.
fn changes(ran: &Ran) -> &str {
    ran.out.split("Findings since then").next().unwrap_or_default()
}

#[test]
fn a_forward_turned_to_another_host_is_growth_with_its_line_and_a_finding_that_opens_more() {
    let desk = year(&[TURNED]);
    let ran = diff(&desk);
    ran.ends(1).prints("set mappedip \"172.20.0.11\"").prints("still open, and opens more");
    ran.prints("now also opens: 外注検査 受渡しサーバ")
        .prints("the destination becomes 172.20.0.11");
    let json = json(&desk);
    assert_eq!(json["reach"]["granted"], true);
    let widened = json["findings"].as_array().unwrap().iter();
    let widened: Vec<&Value> = widened.filter(|it| it["standing"] == "widened").collect();
    assert_eq!(widened.len(), 1, "{widened:#?}");
    assert_eq!(widened[0]["found"]["rule"], "undeclared-port-forward");
    desk.run(&["diff", "old", "old", "--fail-on", "findings"]).ends(0);
    // Who accepted the forward as it was did not accept what it opens now; who does so today did.
    let subject = &widened[0]["found"]["subject"];
    let thing = subject.as_str().map_or_else(
        || format!("{}/{}", subject["kind"].as_str().unwrap(), subject["id"].as_str().unwrap()),
        str::to_owned,
    );
    let waiver = |reason: &str| {
        format!(
            "waivers:\n  - {{rule: undeclared-port-forward, subject: {thing}, reason: {reason}, approved_by: 院長, expires: 2027-03-31}}\n"
        )
    };
    let standing = |old: &str, new: &str| {
        desk.put("old/waived.yaml", old).put("new/waived.yaml", new);
        let json = self::json(&desk);
        let all = json["findings"].as_array().unwrap().clone();
        let one = all.iter().find(|it| it["found"]["rule"] == "undeclared-port-forward");
        one.unwrap()["standing"].as_str().unwrap().to_owned()
    };
    assert_eq!(standing(&waiver("検証中"), &waiver("検証中")), "widened");
    assert_eq!(standing("waivers: []\n", &waiver("検証中")), "accepted");
    assert_eq!(standing(&waiver("検証中"), &waiver("転送先の変更を含め承認")), "accepted");
}

#[test]
fn a_baseline_does_not_know_what_a_known_forward_opens_now() {
    let desk = year(&[TURNED]);
    desk.run(&["audit", "old", "--keep", "--fail-on", "never"]).ends(0);
    let audit = |what: &str| {
        desk.run(&["audit", what, "--history", "old", "--baseline", "last", "--fail-on", "low"])
    };
    audit("old").ends(0);
    audit("new").ends(1);
}

#[test]
fn a_line_that_was_widened_is_no_other_order_of_lines() {
    let wide = ("172.20.0.12 tcp * 3389", "172.20.0.0/24 tcp * 3389");
    let desk = year(&[(ROUTER, wide.0, wide.1)]);
    let ran = diff(&desk);
    ran.ends(1).prints("has a new line that lets it through");
    assert!(!ran.out.contains("in another order"), "{}", ran.out);
    // Whatever else it brings is told with the one line that changed.
    ran.prints("because its configuration changed --> configs/vpn1.txt:62:1 ip filter 1001 pass");
}

#[test]
fn a_confirmation_that_is_rewritten_or_dated_back_wants_a_reason_and_a_new_one_does_not() {
    let desk = year(&[]);
    let one = "confirmations:\n  - {thing: connections/pacs-maintenance, on: 2026-11-10, by: 監査人, result: different}\n";
    let told = |before: &str, after: &str| {
        desk.put("old/confirmations.yaml", before).put("new/confirmations.yaml", after);
        diff(&desk)
    };
    told(one, one).ends(0).prints("Neither ledger nor configurations changed");
    let ran = told(one, &one.replace("different", "as-expected"));
    ran.prints("change of the ledger: 1. Of 1 nobody said why");
    ran.prints(
        "result: different} → {on: 2026-11-10, by: 監査人, how: spot-check, result: as-expected}",
    );
    told(one, "confirmations: []\n").prints("Of 1 nobody said why");
    let more = |day: &str| {
        let line = "  - {thing: connections/cancer-registry, on: DAY, by: 情報係}\n";
        format!("{one}{}", line.replace("DAY", day))
    };
    told(one, &more("2026-11-19")).prints("Of 1 nobody said why");
    // Both states are of one day, and on that day it may have been after the older one.
    let ran = told(one, &more("2026-11-20"));
    ran.prints("it was confirmed since the older state").prints("Scope changes need no reason");
}

#[test]
fn where_only_the_looking_changed_nobody_has_said_why_and_nobody_has_to() {
    let desk = year(&[]);
    desk.put("new/configs/vpn1.txt", "");
    let ran = diff(&desk);
    ran.prints("Scope changes need no reason.");
    assert!(!ran.out.contains("Somebody said why"), "{}", ran.out);
}

#[test]
fn a_connection_that_moves_to_a_device_that_does_not_show_it_is_drift() {
    let at = "circuit: lab-line\n    at: vpn-lab.wan";
    let desk = year(&[("connections.yaml", at, "circuit: isp-a-line\n    at: fw-main.wan")]);
    let ran = diff(&desk);
    let told = changes(&ran);
    assert!(
        told.contains("drift changed external connection") && !told.contains("scope change"),
        "{told}"
    );
}

#[test]
fn filters_that_only_got_other_numbers_are_nothing_to_tell_and_another_peer_is() {
    let desk = year(&[
        (ROUTER, "filter in 1001 1099", "filter in 1501 1099"),
        (ROUTER, "ip filter 1001 ", "ip filter 1501 "),
    ]);
    diff(&desk).ends(0).prints("the numbers of filters");
    // The same number for another line is no renumbering.
    put(&desk, "new", &[(ROUTER, "ip filter 1001 pass", "ip filter 1501 pass")]);
    let ran = diff(&desk);
    assert!(changes(&ran).contains("nobody said why"), "{}", ran.out);
    put(&desk, "new", &[(ROUTER, "remote name 3 toto-setup", "remote name 3 evil-setup")]);
    diff(&desk).ends(0).prints("who may open tunnels: tunnel 3: toto-setup → tunnel 3: evil-setup");
}

#[test]
fn other_line_ends_say_nothing() {
    let desk = year(&[]);
    let path = desk.path("new/configs/vpn1.txt");
    let text = std::fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
    std::fs::write(path, text).unwrap();
    let ran = diff(&desk);
    ran.ends(0).prints("Neither ledger nor configurations changed.");
    assert!(!ran.out.contains("Configuration files that changed"), "{}", ran.out);
}

#[test]
fn a_number_that_changed_is_no_reason_to_take_two_for_one() {
    let desk = year(&[
        ("devices.yaml", "  vpn1:\n    name: 保守用VPNルータ", "  vpn9:\n    name: 保守VPN新"),
        ("devices.yaml", "serial: RTX00000003", "serial: RTX00000099"),
        ("connections.yaml", "at: vpn1.wan", "at: vpn9.wan"),
    ]);
    let ran = diff(&desk);
    ran.prints("serial number: RTX00000003 → RTX00000099").prints("the same: MAC address");
    assert!(!ran.out.contains("the same: serial number"), "{}", ran.out);
}

#[test]
fn a_waiver_that_came_says_why_until_when_and_by_whom() {
    let desk = year(&[]);
    desk.put(
        "new/waived.yaml",
        "waivers: [{rule: undeclared-tunnel, subject: paths/vpn1.tunnel-3, reason: 撤去を手配済み, approved_by: 院長, expires: 2027-03-31}]\n",
    );
    let ran = diff(&desk);
    let told = ran.out.replace(' ', "");
    assert!(told.contains("reason:撤去を手配済み;until:2027-03-31;approvedby:院長"), "{}", ran.out);
}

#[test]
fn what_stood_behind_the_end_of_a_cut_configuration_is_not_mended() {
    let desk = year(&[]);
    let whole = std::fs::read_to_string(desk.path("new/configs/fw-main.conf")).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    for part in [3, 2] {
        desk.put("new/configs/fw-main.conf", lines[..lines.len() / part].join("\n"));
        let json = json(&desk);
        let all = json["findings"].as_array().unwrap();
        let fixed: Vec<&Value> = all.iter().filter(|it| it["standing"] == "fixed").collect();
        assert_eq!(fixed, Vec::<&Value>::new());
        let gone = json["changes"].as_array().unwrap().iter();
        let gone = gone.filter(|it| it["nature"] != "scope" && it["kind"] == "paths");
        assert_eq!(gone.count(), 0, "{json:#}");
    }
}

#[test]
fn a_baseline_does_not_know_a_line_that_opens_more_and_knows_one_that_is_called_otherwise() {
    let desk = year(&[(FIREWALL, "set mappedport 22", "set mappedport 3389")]);
    desk.run(&["audit", "old", "--keep", "--fail-on", "never"]).ends(0);
    let audit = |what: &str| {
        desk.run(&["audit", what, "--history", "old", "--baseline", "last", "--fail-on", "low"])
    };
    audit("old").ends(0);
    audit("new").ends(1);
    // Another id for the same connection.
    let connections = desk.path("old/connections.yaml");
    let renamed =
        std::fs::read_to_string(connections).unwrap().replace("pacs-maintenance", "pacs-upkeep");
    let desk = year(&[]);
    desk.run(&["audit", "old", "--keep", "--fail-on", "never"]).ends(0);
    desk.put("new/connections.yaml", renamed);
    let ran =
        desk.run(&["audit", "new", "--history", "old", "--baseline", "last", "--fail-on", "low"]);
    ran.tells("そのあとに増えた指摘: 0件");
}

//! Questions about reach on the command line: their ends, their exit codes, what they refuse.

use super::Desk;

/// A packet filter of a host, of which no interface has an address.
const FILTER: &str = "\
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -i ppp0 -p tcp -m tcp --dport 4081 -j DNAT --to-destination 172.16.2.34
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i ppp0 -d 172.16.2.34/32 -p tcp -m tcp --dport 4081 -j ACCEPT
COMMIT
";

#[test]
fn an_end_that_nothing_has_is_refused_with_what_was_meant() {
    let desk = Desk::new();
    desk.put("a.yaml", super::SOUND);
    let ran = desk.run(&["paths", "a.yaml", "--from", "clinicl", "--to", "ehr", "--lang", "en"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("did you mean `clinical`?"), "{}", ran.err);
    let ran = desk.run(&["paths", "a.yaml", "--from", "clinical", "--to", "ehr", "--at", "fw.wan"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    let ran = desk.run(&["paths", "--from", "internet", "--to", "any"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("--evidence"), "{}", ran.err);
}

#[test]
fn who_stands_in_a_zone_reaches_what_stands_there() {
    let desk = Desk::new();
    desk.put("a.yaml", super::SOUND);
    for from in ["clinical", "zones/clinical", "診療系", "10.10.7.7"] {
        let ran = desk.run(&["paths", "a.yaml", "--from", from, "--to", "systems/ehr"]);
        assert_eq!(ran.code, 1, "{from}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_firewall_alone_is_a_network() {
    let desk = Desk::new();
    desk.put("fw.conf", FILTER);
    let ask = |service: &str, at: &[&str]| {
        let ends = ["paths", "--evidence", "fw.conf", "--from", "192.0.2.7", "--to", "172.16.2.34"];
        desk.run(&[&ends[..], &["--lang", "en", "--service", service], at].concat())
    };
    // Nobody knows over which interface it comes in: it may be the one with the forward.
    ask("4081/tcp", &[]).ends(3).prints("--at device.interface");
    for at in ["ppp0", "fw.ppp0"] {
        ask("4081/tcp", &["--at", at]).ends(1).prints("--dport 4081 -j DNAT");
    }
    ask("22/tcp", &[]).ends(0).prints(":FORWARD DROP");
    ask("4081/tcp", &["--at", "fw.ppp1"]).ends(2).tells("did you mean `fw.ppp0`?");
}

/// A vendor behind a router of which the configuration is there.
const LEDGER: &str = "\
schema: 1
as_of: 2026-11-20
organization: {name: 青葉市立病院}
zones:
  clinical: {name: 診療系, kind: clinical, networks: [10.10.0.0/16]}
parties:
  fujimi: {name: 富士見システムズ, kind: vendor, networks: [198.51.100.16/29]}
circuits:
  line: {provider: 例, kind: ip-vpn}
systems:
  ehr: {name: 電子カルテ, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.10]}
  pacs: {name: 画像, kind: pacs, class: server, zone: clinical, addresses: [10.10.1.20]}
devices:
  gate:
    name: 保守ルータ
    kind: router
    config: [gate.txt]
    interfaces:
      lan1: {zone: clinical, addresses: [10.10.0.1/16]}
      lan2: {circuit: line, addresses: [192.0.2.1/30]}
connections:
  ehr-maintenance:
    name: 電子カルテ保守
    number: 7
    purpose: remote-maintenance
    party: fujimi
    circuit: line
    at: gate.lan2
    transport: ip-vpn
    allow:
      - {to: ehr, services: [3389/tcp]}
";

/// Its configuration, with these filters on the line.
fn gate(filters: &str) -> String {
    format!(
        "# RTX830 Rev.15.02.30\nip lan1 address 10.10.0.1/16\nip lan2 address 192.0.2.1/30\n\
         ip route 198.51.100.16/29 gateway 192.0.2.2\n{filters}"
    )
}

const CLOSED: &str = "\
ip lan2 secure filter in 10 90
ip filter 10 pass 198.51.100.16/29 10.10.1.10 tcp * 3389
ip filter 90 reject * * * * *
";

fn isolation(filters: &str, args: &[&str]) -> super::Ran {
    let desk = Desk::new();
    desk.put("a.yaml", LEDGER).put("gate.txt", gate(filters));
    desk.run(&[&["isolation", "a.yaml", "--lang", "en"], args].concat())
}

#[test]
fn isolation_is_said_only_when_nothing_else_is_left() {
    isolation(CLOSED, &["ehr-maintenance"]).ends(0).prints("verdict: isolated");
    // The number on drawings and lists will do.
    isolation(CLOSED, &["7"]).ends(0);
    let open = CLOSED.replace("10.10.1.10 tcp", "10.10.1.0/24 tcp");
    let ran = isolation(&open, &["7"]);
    ran.ends(1).prints("systems/pacs").prints("ip filter 10 pass");
    // A line that nobody can read may do anything.
    let unread = CLOSED.replace("ip filter 90", "ip frobnicate 3\nip filter 90");
    isolation(&unread, &["7"]).ends(3).prints("ip frobnicate");
    // What is declared and does not pass is said, and is no harm to isolation.
    let shut = CLOSED.replace("3389", "22");
    let ran = isolation(&shut, &["7"]);
    ran.ends(1).prints("declared, and does not pass").prints("ip filter 90 reject");
}

#[test]
fn answers_for_programs_keep_to_their_schema() {
    let desk = Desk::new();
    desk.put("a.yaml", LEDGER).put("gate.txt", gate(CLOSED));
    desk.put(
        "confirmed.yaml",
        format!(
            "{LEDGER}confirmations:
  - {{thing: systems/ehr, on: 2026-10-01, by: 田中, how: probe, result: different}}
  - {{thing: zones/clinical, on: 2020-10-01, by: 田中}}
  - {{thing: connections/ehr-maintenance, on: 2026-10-01, by: 田中, how: recertification}}
waivers:
  - {{rule: recertification-stale, subject: connections/ehr-maintenance, reason: x, approved_by: y, expires: 2027-01-31}}
  - {{rule: demarcation-undefined, subject: ehr-maintenance, reason: x, approved_by: y, owner: z, expires: 2027-01-31}}
"
        ),
    );
    let json = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&desk.run(args).out).expect("JSON")
    };
    let schema = json(&["schema", "--answer"]);
    let schema = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    for args in [
        &["isolation", "a.yaml"][..],
        &["isolation", "a.yaml", "7"],
        &["paths", "a.yaml", "--from", "fujimi", "--to", "any"],
        &["paths", "a.yaml", "--from", "fujimi", "--to", "pacs", "--service", "22/tcp"],
        &["paths", "a.yaml", "--from", "10.10.9.9", "--to", "outside", "--at", "gate.lan1"],
        &["blast", "a.yaml", "fujimi"],
        &["cut", "a.yaml"],
        &["what-if", "a.yaml", "--without", "gate"],
        &["what-if", "a.yaml", "--permit", "gate: from any to any"],
        &["coverage", "a.yaml"],
        &["coverage", "confirmed.yaml"],
        &["waivers", "a.yaml"],
        &["waivers", "confirmed.yaml"],
    ] {
        let answer = json(&[args, &["--format", "json"]].concat());
        let wrong: Vec<String> = schema.iter_errors(&answer).map(|it| it.to_string()).collect();
        assert!(wrong.is_empty(), "{args:?}: {wrong:#?}\n{answer:#}");
    }
}

#[test]
fn what_blocks_it_is_shown_with_its_line() {
    let desk = Desk::new();
    desk.put("a.yaml", LEDGER).put("gate.txt", gate(CLOSED));
    let ask = |to: &str, service: &str| {
        let ends = ["paths", "a.yaml", "--lang", "en", "--from", "fujimi", "--to", to];
        desk.run(&[&ends[..], &["--service", service]].concat())
    };
    ask("ehr", "3389/tcp").ends(1).prints("ip filter 10 pass");
    ask("pacs", "3389/tcp").ends(0).prints("ip filter 90 reject").prints("gate.txt:7:1");
    ask("ehr", "22/tcp").ends(0).prints("ip filter 90 reject");
}

#[test]
fn plans_for_an_emergency_say_whether_they_are_complete() {
    let desk = Desk::new();
    desk.put("a.yaml", LEDGER).put("gate.txt", gate(CLOSED));
    desk.run(&["cut", "a.yaml"]).ends(0).prints("緊急遮断手順");
    desk.run(&["cut", "a.yaml", "fujimi"]).ends(2);
    desk.run(&["blast", "a.yaml", "fujimi"]).ends(1).prints("直接届くシステム");
    desk.run(&["blast", "a.yaml", "10.0.0.1"]).ends(2);
}

#[test]
fn what_would_be_different_is_told_by_the_exit_code() {
    let desk = Desk::new();
    desk.put("a.yaml", LEDGER).put("gate.txt", gate(CLOSED));
    let ask = |args: &[&str]| desk.run(&[&["what-if", "a.yaml"], args].concat());
    ask(&[]).ends(2).tells("--without");
    ask(&["--without", "gate"]).ends(0).prints("届かなくなるもの");
    ask(&["--deny", "gate: to ehr"]).ends(2).tells("from");
    ask(&["--deny", "no-gate: from any to any"]).ends(2);
    ask(&["--config", "gate=gate.txt"]).ends(0).prints("変わりません");
}

#[test]
fn what_is_lost_for_want_of_a_route_is_not_isolated() {
    let desk = Desk::new();
    // The zone stands behind a device that is not declared; no route leads there.
    let ledger = LEDGER.replace(
        "parties:",
        "  far: {name: 部門系, kind: department, networks: [10.20.0.0/16]}\nparties:",
    );
    let open =
        CLOSED.replace("ip filter 90", "ip filter 20 pass * 10.20.0.0/16 * * *\nip filter 90");
    let open = open.replace("in 10 90", "in 10 20 90");
    desk.put("a.yaml", ledger).put("gate.txt", gate(&open));
    let ran = desk.run(&["isolation", "a.yaml", "7", "--lang", "en"]);
    ran.ends(3).prints("zones/far");
    let ends = ["--from", "fujimi", "--to", "far", "--lang", "en"];
    desk.run(&[&["paths", "a.yaml"], &ends[..]].concat()).ends(3);
}

#[test]
fn the_shipped_examples_keep_to_the_schemas_of_coverage_and_waivers() {
    let schemas = [
        ("coverage", sekisho::report::confirm::coverage_schema()),
        ("waivers", sekisho::report::waivers::schema()),
    ];
    let desk = Desk::new();
    let hospital = crate::support::root().join("inventories/general-hospital");
    let hospital = hospital.to_str().unwrap();
    let evidence = format!("{hospital}/evidence");
    for (command, schema) in schemas {
        let schema = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
        for more in [&[][..], &["--evidence", &evidence]] {
            let asked = [&[command, hospital, "--format", "json"], more].concat();
            let answer: serde_json::Value =
                serde_json::from_str(&desk.run(&asked).out).expect("JSON");
            let wrong: Vec<String> = schema.iter_errors(&answer).map(|it| it.to_string()).collect();
            assert!(wrong.is_empty(), "{asked:?}: {wrong:#?}\n{answer:#}");
            let mut spoilt = answer;
            spoilt["more"] = true.into();
            assert!(!schema.is_valid(&spoilt), "the schema of {command} refuses nothing");
        }
    }
}

#[test]
fn a_program_for_tunnels_alone_does_not_tell_what_its_host_passes() {
    let swan = "connections {
  v {
    local_addrs = 203.0.113.2
    remote_addrs = 198.51.100.1
    local { auth = psk }
    remote { auth = psk }
    children {
      c {
        local_ts = 10.10.0.0/16
        remote_ts = 192.168.77.0/24
        start_action = trap
      }
    }
  }
}
";
    let vpn = "port 1194\nproto udp\ndev tap0\n\
        server-bridge 10.10.0.4 255.255.0.0 10.10.200.1 10.10.200.50\n\
        ca ca.crt\ncert s.crt\nkey s.key\ndh dh.pem\n";
    let desk = Desk::new();
    desk.put("swanctl.conf", swan).put("server.conf", vpn);
    let ask = |file, from| {
        let ends = ["paths", "--evidence", file, "--from", from, "--to", "10.10.1.10"];
        desk.run(&ends)
    };
    ask("swanctl.conf", "192.168.77.5").ends(3);
    ask("server.conf", "10.10.200.5").ends(3);
}

#[test]
fn two_ends_that_nobody_wrote_down_may_stand_beside_each_other() {
    let desk = Desk::new();
    desk.put("a.conf", "# RTX1210 Rev.14.01.42\nip lan1 address 172.16.5.1/24\nip lan2 address 172.16.6.1/24\nip lan2 secure filter in 9\nip filter 9 reject * *\n");
    let ask = |from, to| desk.run(&["paths", "--evidence", "a.conf", "--from", from, "--to", to]);
    ask("10.200.0.5", "192.168.10.10").ends(3);
    ask("172.16.6.5", "172.16.5.5").ends(0);
}

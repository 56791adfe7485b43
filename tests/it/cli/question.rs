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
    let ask = |to: &str| {
        desk.run(&[
            "paths",
            "--evidence",
            "fw.conf",
            "--from",
            "192.0.2.7",
            "--to",
            to,
            "--service",
            "4081/tcp",
        ])
    };
    let ran = ask("172.16.2.34");
    assert_ne!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_ne!(ran.code, 2, "{}{}", ran.out, ran.err);
}

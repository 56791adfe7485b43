//! The truth of the hospital, by plain connections from every side: what is declared to be open, and
//! what each planted path opens beside it.

use super::declared::{VANTAGES, vantage};
use super::ground::Ground;
use super::sniffer;
use super::station::{Tuple, open};
use std::collections::BTreeSet;

/// What must answer: from which node, whom, at which port.
const DECLARED: &[(&str, &str, u16)] = &[
    ("va", "10.10.10.10", 22),
    ("vc", "10.10.50.10", 104),
    ("net", "203.0.113.2", 443),
    ("pc", "10.10.10.10", 443),
    ("pc", "10.10.10.20", 443),
    ("pc", "10.10.20.1", 22),
    ("pc", "172.30.1.1", 22),
    ("pc", "172.30.2.1", 22),
    ("pc", "203.0.113.2", 22),
];

/// One thing that each planted path opens.
pub const OPENED: &[(&str, &str, &str, u16)] = &[
    ("any to any", "va", "10.10.10.20", 443),
    ("a forgotten port forward", "net", "203.0.113.2", 8443),
    ("a mobile router", "vc", "10.10.50.10", 22),
    ("IPv6 past the firewall", "net", "2001:db8:10::10", 22),
    ("the management plane", "net", "203.0.113.2", 22),
];

/// Everybody who is asked, and at which ports.
fn tuples() -> BTreeSet<Tuple> {
    let hosts = ["10.10.10.10", "10.10.10.20", "10.10.50.10", "203.0.113.2", "172.30.1.1"];
    let more = ["172.30.2.1", "10.10.20.1", "2001:db8:10::10", "2001:db8:ffff::2"];
    let ports = [22, 104, 443, 3389, 8443, 64999];
    let hosts = hosts.iter().chain(&more);
    hosts.flat_map(|it| ports.map(|port| (it.parse().unwrap(), port))).collect()
}

/// Builds the hospital and knocks at every door.
pub fn holds(planted: bool) {
    let ground = Ground::new(if planted { "truth-planted" } else { "truth" }, planted);
    sniffer::start(&ground);
    for vantage in VANTAGES {
        let open = open(&ground.name(vantage.node), &tuples());
        let declared = DECLARED.iter().filter(|it| it.0 == vantage.node);
        let declared: BTreeSet<Tuple> = declared.map(|it| (it.1.parse().unwrap(), it.2)).collect();
        let planted_here = OPENED.iter().filter(|it| it.1 == vantage.node && planted);
        for (what, _, to, port) in planted_here {
            assert!(
                open.contains(&(to.parse().unwrap(), *port)),
                "{what} does not open {to} {port}"
            );
        }
        assert!(open.is_superset(&declared), "{}: {open:?}", vantage.node);
        assert!(planted || open == declared, "{}: {open:?}", vantage.node);
    }
    // A sniffer that sees nothing judges nothing.
    let knocked = tuples().into_iter().filter(|it| it.0.is_ipv4());
    let knocked: BTreeSet<Tuple> = knocked.collect();
    let seen = sniffer::seen(&ground, "fw", &vantage("va").askers());
    assert_eq!(seen.iter().map(|it| (it.1, it.3)).collect::<BTreeSet<_>>(), knocked);
    assert!(sniffer::seen(&ground, "vent", &vantage("va").askers()).is_empty());
}

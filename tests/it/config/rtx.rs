//! YAMAHA RTX: answers that real configurations must give, and semantics that goldens do not show well.

use super::{facts, read_as};
use crate::support::corpus;
use sekisho::config::ConfigFile;
use sekisho::model::device::{Hook, Remote, TunnelKind, Verdict};
use std::fs;

/// A configuration of the corpus.
fn given(path: &str) -> Option<String> {
    let path = corpus()?.join("configs").join(path);
    Some(fs::read_to_string(path).expect("a configuration of the corpus"))
}

/// The facts that begin with a word, without the numbers of their lines.
fn lines(all: &str, begin: &str) -> Vec<String> {
    let facts =
        all.lines().map(|line| line.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit()));
    facts.filter(|it| it.starts_with(begin)).map(str::to_owned).collect()
}

/// Reads a text and shows its facts.
fn facts_of(text: &str) -> (String, ConfigFile) {
    let (sources, read) = read_as("yamaha-rtx", text);
    (facts::of(&sources, &read), read)
}

/// Commands under a head that makes them a configuration.
fn commands(text: &str) -> (String, ConfigFile) {
    facts_of(&format!("# RTX1210 Rev.14.01.42 (Fri Jul  1 00:00:00 2022)\n{text}"))
}

/// The lines of which nobody knows the meaning.
fn unrecognized(all: &str) -> Vec<String> {
    lines(all, "unrecognized: ")
}

#[test]
fn the_masked_rtx1210_gives_its_items() {
    let Some(text) = given("yamaha/rtx1210-masked.txt") else { return };
    let (all, read) = facts_of(&text);
    let it = &read.config;
    // (a) The line, with its translation.
    assert_eq!(
        lines(&all, "interface lan2"),
        ["interface lan2 ethernet by-dhcp by-ra OUTSIDE \"wan\""]
    );
    assert_eq!(lines(&all, "route 0"), ["route 0.0.0.0/0 via lan2"]);
    // (b) One tunnel, at layer 2.
    let [tunnel] = it.tunnels.as_slice() else { panic!("{all}") };
    assert_eq!((tunnel.kind, tunnel.layer2, tunnel.ipsec), (TunnelKind::L2tpV3, true, true));
    assert_eq!(tunnel.remote.value, Remote::Name("test.example.com".into()));
    assert_eq!((tunnel.initiates, tunnel.disabled), (Some(true), None));
    assert_eq!(lines(&all, "bridge"), ["bridge bridge1 = lan1 + tunnel1"]);
    // (c) One server, open to all.
    let [server] = it.remote_access.as_slice() else { panic!("{all}") };
    assert_eq!((server.kind, server.enabled), (TunnelKind::L2tpIpsec, true));
    assert!(server.sources.is_any() && server.users.len() == 1 && !server.pool.is_empty());
    // (d) One port forward to a host; the other entries are the router's own IPsec.
    let ways: Vec<_> =
        it.nat.iter().filter(|it| it.opens_a_way_in()).map(|it| it.label.as_str()).collect();
    assert_eq!(ways, ["1000 1", "1000 2", "1000 3", "1000 4", "1000 900"]);
    assert!(
        all.contains(
            "nat 1000 900 Destination on lan2 any4 -> any4 tcp 55000 becomes 192.168.1.20\n"
        ),
        "{all}"
    );
    assert!(
        all.contains(
            "nat 1000 incoming Destination on lan2 any4 -> any4 state=new becomes nothing\n"
        ),
        "{all}"
    );
    // (e) IPv6 from outside is let in by a filter that passes everything.
    let inbound =
        it.applied.iter().find(|it| it.filter == "ipv6 lan2 secure filter in").expect("a filter");
    assert_eq!((inbound.hook, inbound.interfaces.as_slice()), (Hook::In, &["lan2".to_owned()][..]));
    let last = it.filter(&inbound.filter).and_then(|it| it.lines.last()).expect("a line");
    assert_eq!((last.label.as_str(), &last.verdict), ("101099", &Verdict::Permit));
    assert!(last.when.transports.iter().all(|it| it.is_any()) && last.when.is_certain());
    assert_eq!(lines(&all, "interface lan1"), ["interface lan1 ethernet by-ra"]);
    // (f) Routes over two hosts of the LAN.
    for network in ["10.33.128.0/21", "100.64.0.0/10"] {
        let route = format!("route {network} via 192.168.1.20 or 192.168.1.21");
        assert_eq!(lines(&all, &format!("route {network}")), [route]);
    }
    assert_eq!(it.routes.len(), 3);
    // (g) Management, and a name in the cloud that nothing uses.
    assert_eq!(
        lines(&all, "manage"),
        [
            "manage ssh 22/tcp on [lan2 bridge1] from any",
            "manage file-transfer 22/tcp on [bridge1] from any",
            "manage http 80/tcp on [] from any",
        ]
    );
    assert!(it.cloud.iter().all(|it| !it.enabled));
    // The trap.
    assert_eq!(lines(&all, "undefined"), ["undefined ipsec-policy ipsec sa policy 3"]);
    assert_eq!(it.doubts.len(), 1, "{all}");
    assert!(it.doubts.iter().all(|it| it.why.en.contains("policy 1 ")), "{all}");
    assert_eq!(unrecognized(&all), [""; 0]);
}

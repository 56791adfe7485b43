//! nftables: text and JSON of one ruleset are the same facts, and these answer as the manual says.

use super::walk::{Outcome, Packet, at};
use super::{facts, read_as};
use crate::support::root;
use sekisho::model::device::{Becomes, DeviceConfig, Hook, Nat, Shadow};
use std::fs;

fn fixture(name: &str) -> (String, DeviceConfig) {
    let path = root().join("tests/config/nftables").join(name);
    let text = fs::read_to_string(path).expect("a fixture");
    let (sources, read) = read_as("nftables", &text);
    (facts::of(&sources, &read), read.config)
}

/// The facts without their lines.
fn placeless(facts: &str) -> Vec<&str> {
    let facts = facts.lines().filter(|it| !it.starts_with("lines:"));
    facts.map(|it| it.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')).collect()
}

#[test]
fn text_and_json_of_one_ruleset_are_the_same_facts() {
    for (text, json) in
        [("gateway.conf", "gateway-json.conf"), ("published.conf", "published-json.conf")]
    {
        let ((text, _), (json, _)) = (fixture(text), fixture(json));
        assert_eq!(placeless(&text), placeless(&json));
        assert!(placeless(&text).len() > 30);
    }
}

#[test]
fn what_maps_publish_is_found_and_what_stays_within_the_host_is_no_way_in() {
    let (_, host) = fixture("published.conf");
    let inside = |it: &Nat| match &it.becomes {
        Becomes::Addresses(set) => set.notations().collect::<Vec<_>>().join(" "),
        other => format!("{other:?}"),
    };
    let ways: Vec<_> = host.nat.iter().filter(|it| it.opens_a_way_in()).map(inside).collect();
    assert_eq!(
        ways,
        [
            "192.168.10.23",
            "192.168.10.21",
            "192.168.10.22",
            "192.168.10.41",
            "192.168.10.42",
            "192.168.10.31",
            "192.168.10.32",
        ]
    );
}

#[test]
fn what_only_input_calls_is_about_the_device_itself() {
    let (_, host) = fixture("published.conf");
    let to = "203.0.113.7";
    for (port, expected) in [(22, true), (8001, false), (9, false)] {
        let packet = Packet::new(6, "198.51.100.9", to, port).over("eth0", "");
        let outcome = at(&host, Hook::Local, &packet);
        assert!(!outcome.unknown);
        assert_eq!(outcome.passes && !outcome.dropped, expected && !outcome.dropped, "{port}");
    }
}

#[test]
fn json_says_the_same_on_one_line_and_on_many() {
    let path = root().join("tests/config/nftables/gateway-json.conf");
    let many = fs::read_to_string(path).expect("a fixture");
    let one = many.replace('\n', " ");
    let (sources, read) = read_as("nftables", &one);
    assert_eq!((read.coverage.understood, read.coverage.unrecognized.len()), (1, 0));
    let (many, _) = fixture("gateway-json.conf");
    assert_eq!(placeless(&facts::of(&sources, &read)), placeless(&many));
}

fn passes(device: &DeviceConfig, hook: Hook, packet: Packet<'_>) -> bool {
    let Outcome { passes, unknown, .. } = at(device, hook, &packet);
    assert!(!unknown, "{packet:?}");
    passes
}

#[test]
fn a_gateway_answers_as_its_rules_say() {
    let (_, gateway) = fixture("gateway.conf");
    let to = "192.168.10.1";
    for (protocol, source, from, port, expected) in [
        (6, "192.168.10.7", "eth0", 22, true),
        (6, "192.168.10.7", "ppp0", 22, false),
        (6, "192.168.20.5", "eth1", 22, true),
        (6, "192.168.20.6", "eth1", 22, false),
        (17, "192.168.99.1", "eth1", 53, true),
        (17, "203.0.113.9", "eth1", 53, false),
        (17, "192.168.99.1", "ppp0", 53, true),
        (6, "192.168.99.1", "ppp0", 53, false),
        (17, "203.0.113.9", "ppp0", 123, true),
        (1, "203.0.113.9", "ppp0", 8, true),
        (1, "203.0.113.9", "ppp0", 13, false),
        (47, "203.0.113.9", "ppp0", 0, false),
    ] {
        let packet = Packet::new(protocol, source, to, port).over(from, "");
        assert_eq!(passes(&gateway, Hook::Local, packet), expected, "{packet:?}");
    }
    for (source, destination, over, port, expected) in [
        ("198.51.100.3", "192.168.10.20", ("ppp0", "eth0"), 443, true),
        ("198.51.100.3", "192.168.10.21", ("ppp0", "eth0"), 443, false),
        ("198.51.100.3", "192.168.10.21", ("ppp0", "eth0"), 3389, true),
        ("198.51.100.99", "192.168.10.21", ("ppp0", "eth0"), 3389, false),
        ("192.168.10.7", "203.0.113.1", ("eth1", "ppp0"), 80, true),
        ("192.168.10.7", "203.0.113.1", ("eth2", "ppp0"), 80, false),
        // `goto` comes back to nobody: the policy of the chain that was left decides.
        ("192.168.30.1", "192.168.10.110", ("eth2", "eth0"), 5000, false),
    ] {
        let packet = Packet::new(6, source, destination, port).over(over.0, over.1);
        assert_eq!(passes(&gateway, Hook::Forward, packet), expected, "{packet:?}");
    }
    // Two tables at one hook: both must let pass.
    let v6 = Packet::new(6, "2001:db8::1", "2001:db8::2", 22).over("eth0", "");
    assert!(!passes(&gateway, Hook::Local, v6));
}

#[test]
fn shadowed_lines_are_told_for_nftables_too() {
    let (_, read) = read_as(
        "nftables",
        "table ip filter {\n chain input {\n type filter hook input priority 0; policy drop;\n\
         tcp dport 22 accept\n tcp dport { 22, 23 } drop\n ip saddr 10.0.0.0/8 tcp dport 22 accept\n }\n}\n",
    );
    let chain = read.config.filter("ip/filter/input").expect("a chain");
    let told: Vec<_> = chain.shadowed().into_iter().map(|it| (it.line, it.shadow)).collect();
    assert_eq!(told, [(1, Shadow::Contradicted), (2, Shadow::Redundant)]);
}

//! iptables: what real rule sets answer, as kernels answered it.

use super::walk::{Packet, at};
use super::{facts, read_as};
use crate::support::{corpus, root};
use sekisho::model::AddressSet;
use sekisho::model::device::{Becomes, DeviceConfig, Hook, NatKind};
use std::collections::BTreeSet;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

fn device(text: &str) -> DeviceConfig {
    let (sources, read) = read_as("iptables", text);
    let left: Vec<_> = read.coverage.unrecognized.iter().map(|it| sources.slice(*it)).collect();
    assert!(left.is_empty(), "not understood: {left:#?}");
    assert!(read.remarks.is_empty(), "{:?}", read.remarks);
    read.config
}

fn file(corpus: &Path, name: &str) -> DeviceConfig {
    device(&fs::read_to_string(corpus.join("configs").join(name)).expect("a rule set"))
}

#[test]
fn the_nas_lets_everyone_in_by_ssh_and_only_the_lan_by_8080() {
    let Some(corpus) = corpus() else { return };
    let nas = file(&corpus, "iptables/synology-jun2015.iptables-save");
    let sources = [
        ("192.168.1.99", "eth0"),
        ("10.9.9.9", "eth0"),
        ("198.51.100.9", "eth0"),
        ("127.0.0.1", "lo"),
    ];
    for (port, reaches) in [
        (21, [false, false, false, true]),
        (22, [true, true, true, true]),
        (23, [false, false, false, true]),
        (80, [false, false, false, true]),
        (443, [false, false, false, true]),
        (3306, [false, false, false, true]),
        (5000, [true, false, false, true]),
        (5001, [true, false, false, true]),
        (8080, [true, false, false, true]),
        (9999, [true, false, false, true]),
    ] {
        for ((source, interface), reaches) in sources.iter().zip(reaches) {
            let packet = Packet::new(6, source, "192.168.1.5", port).over(interface, "");
            let outcome = at(&nas, Hook::Local, &packet);
            assert_eq!((outcome.passes, outcome.unknown), (reaches, false), "{source} {port}");
        }
    }
}

#[test]
fn the_factory_lets_twelve_pairs_pass_and_no_spoofed_packet() {
    let Some(corpus) = corpus() else { return };
    let factory = file(&corpus, "iptables/factory.iptables-save");
    let mapping = fs::read_to_string(corpus.join("configs/iptables/factory.ipmapping"));
    let mapping = mapping.expect("a mapping");
    let hosts: Vec<(&str, &str)> = mapping
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, address)| {
            (name.trim_start_matches('$').trim_end_matches("_ipv4"), address.trim())
        })
        .collect();
    assert_eq!(hosts.len(), 12);
    let passes = |over: &str, source: &str, to: &str, destination: &str| {
        let packet = Packet::new(6, source, destination, 80).over(over, to);
        let outcome = at(&factory, Hook::Forward, &packet);
        assert!(!outcome.unknown);
        outcome.passes
    };
    let mut pairs = BTreeSet::new();
    let mut tried = 0;
    for (source, a) in &hosts {
        for (destination, b) in hosts.iter().filter(|it| it.0 != *source) {
            tried += 1;
            if passes(source, a, destination, b) {
                pairs.insert(format!("{source}>{destination}"));
            }
            for (over, _) in hosts.iter().filter(|it| it.0 != *source && it.0 != *destination) {
                assert!(!passes(over, a, destination, b), "{a} spoofed over {over}");
            }
        }
    }
    assert_eq!(tried, 132);
    let pairs: Vec<_> = pairs.iter().map(String::as_str).collect();
    assert_eq!(
        pairs,
        [
            "AdminPc>MissionControl1",
            "AdminPc>MissionControl2",
            "FireSensor>SensorSink",
            "MissionControl1>Bot1",
            "MissionControl1>Bot2",
            "MissionControl2>Bot2",
            "PresenceSensor>SensorSink",
            "SensorSink>Statistics",
            "TempSensor>SensorSink",
            "Watchdog>Bot1",
            "Watchdog>Bot2",
            "Webcam>SensorSink",
        ]
    );
}

/// Two hosts of each class where there are two, with the interface each stands behind.
const COMPANY: &[(char, &str, &str)] = &[
    ('A', "46.4.115.113", "ppp0"),
    ('B', "192.168.255.7", "tun0"),
    ('B', "192.168.255.8", "tun0"),
    ('C', "172.16.2.5", "eth0"),
    ('C', "172.16.2.6", "eth0"),
    ('C', "172.16.2.34", "eth0"),
    ('C', "172.16.2.230", "eth0"),
    ('C', "172.16.2.247", "eth0"),
    ('C', "172.16.2.250", "eth0"),
    ('D', "172.16.2.100", "eth0"),
    ('D', "172.16.2.101", "eth0"),
    ('D', "172.16.2.16", "eth0"),
    ('E', "198.51.100.9", "ppp0"),
    ('E', "192.0.2.77", "ppp0"),
];

#[test]
fn the_company_lets_pass_what_the_kernel_let_pass() {
    let Some(corpus) = corpus() else { return };
    let company = file(&corpus, "iptables/medium-sized-company.iptables-save");
    for (port, expected) in [
        (22, "B>C B>D C>B C>C C>D C>E D>B"),
        (80, "B>C B>D C>B C>C C>D C>E D>B D>C D>D D>E"),
        (443, "B>C B>D C>B C>C C>D C>E D>B D>C D>D D>E"),
        (3389, "B>C B>D C>B C>C C>D C>E D>B"),
    ] {
        let mut edges = BTreeSet::new();
        for (a, source, from) in COMPANY {
            for (b, destination, to) in COMPANY.iter().filter(|it| it.1 != *source) {
                let packet = Packet::new(6, source, destination, port).over(from, to);
                let outcome = at(&company, Hook::Forward, &packet);
                assert!(!outcome.unknown, "{source} {destination} {port}");
                if outcome.passes {
                    edges.insert(format!("{a}>{b}"));
                }
            }
        }
        let edges: Vec<_> = edges.into_iter().collect();
        assert_eq!(edges.join(" "), expected, "port {port}");
    }
}

#[test]
fn the_company_opens_a_port_forward_and_three_services_of_its_own() {
    let Some(corpus) = corpus() else { return };
    let company = file(&corpus, "iptables/medium-sized-company.iptables-save");
    let forwards: Vec<_> = company.nat.iter().filter(|it| it.opens_a_way_in()).collect();
    let [forward] = forwards.as_slice() else { panic!("{forwards:?}") };
    assert_eq!(forward.kind, NatKind::Destination);
    assert_eq!(forward.interface.as_deref(), Some("ppp0"));
    assert_eq!(facts::matched(&forward.when), "in=ppp0 any4 -> any4 tcp 4081");
    let inside: std::net::IpAddr = "172.16.2.34".parse().expect("an address");
    assert_eq!(forward.becomes, Becomes::Addresses(AddressSet::from(inside)));
    let forwarded = Packet::new(6, "198.51.100.9", "172.16.2.34", 4081).over("ppp0", "eth0");
    assert!(at(&company, Hook::Forward, &forwarded).passes);

    let mut open = Vec::new();
    for protocol in [6, 17] {
        for port in 1..=u16::MAX {
            let packet = Packet::new(protocol, "198.51.100.9", "203.0.113.2", port);
            let outcome = at(&company, Hook::Local, &packet.over("ppp0", ""));
            assert!(!outcome.unknown);
            if outcome.passes {
                open.push((protocol, port));
            }
        }
    }
    assert_eq!(open, [(6, 53), (6, 7122), (17, 53), (17, 1194)]);
}

#[test]
fn hosts_of_the_example_network_answer_only_what_they_serve() {
    let Some(corpus) = corpus() else { return };
    let host1 = file(&corpus, "batfish/example-live/live/iptables/host1.iptables");
    let traceroute = Packet::new(17, "1.10.1.1", "2.128.0.101", 33434).over("eth0", "");
    assert!(!at(&host1, Hook::Local, &traceroute).passes);
    for (protocol, port) in [(17, 53), (6, 22)] {
        let packet = Packet::new(protocol, "1.10.1.1", "2.128.0.101", port).over("eth0", "");
        assert!(at(&host1, Hook::Local, &packet).passes);
    }
    let host2 = file(&corpus, "batfish/example-live/live/iptables/host2.iptables");
    let out =
        |to| at(&host2, Hook::Own, &Packet::new(17, "2.128.1.101", to, 33434).over("", "eth0"));
    assert!(out("1.0.1.1").passes);
    assert!(!out("2.128.0.101").passes);
}

fn fixture(name: &str) -> DeviceConfig {
    let path = root().join("tests/config/iptables").join(name);
    read_as("iptables", &fs::read_to_string(path).expect("a fixture")).1.config
}

#[test]
fn what_only_input_calls_is_about_the_device_itself() {
    let host = fixture("hosted.conf");
    for (source, port, expected) in [
        ("198.51.100.9", 443, true),
        ("198.51.100.9", 22, false),
        ("192.0.2.9", 22, true),
        ("198.51.100.9", 9090, false),
    ] {
        let packet = Packet::new(6, source, "203.0.113.7", port).over("eth0", "");
        let outcome = at(&host, Hook::Local, &packet);
        assert!(!outcome.unknown, "{source} {port}");
        assert_eq!(outcome.passes, expected, "{source} {port}");
    }
}

#[test]
fn what_is_published_to_the_host_alone_is_no_way_in() {
    let host = fixture("diverted_warn.conf");
    let ways: Vec<_> = host.nat.iter().filter(|it| it.opens_a_way_in()).collect();
    let [published] = ways.as_slice() else { panic!("{ways:#?}") };
    let inside: AddressSet = "172.18.0.2".parse::<IpAddr>().expect("an address").into();
    assert_eq!(published.becomes, Becomes::Addresses(inside));
    assert!(host.nat.len() > 1);
}

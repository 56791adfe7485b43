//! FortiGate: what real configurations say, and semantics that the goldens do not show well.

use super::read_as;
use crate::support::corpus;
use sekisho::model::AddressSet;
use sekisho::model::device::{ManagementKind, NatKind, NextHop, Remote, Verdict};
use std::collections::BTreeSet;

/// The code blocks of a page that are not part of a list.
pub fn code_blocks(page: &str) -> String {
    let mut inside = false;
    let mut out = String::new();
    for line in page.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if inside {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn script(lines: &str) -> sekisho::model::device::DeviceConfig {
    let (_, read) = read_as("fortigate", lines);
    read.config
}

/// A policy over two addresses, with lines of the test after it.
fn with_policy(more: &str) -> sekisho::model::device::DeviceConfig {
    script(&format!(
        "config firewall address\n edit a\n set subnet 10.0.0.0/8\n next\n edit b\n set subnet 192.0.2.0/24\n next\nend\n\
         config firewall policy\n edit 1\n set srcintf any\n set dstintf any\n set srcaddr a\n set dstaddr b\n \
         set service ALL\n set schedule always\n {more}\n next\nend\n"
    ))
}

#[test]
fn a_policy_denies_unless_it_says_accept() {
    let verdict = |more: &str| with_policy(more).filters[0].lines[0].verdict.clone();
    assert_eq!(verdict(""), Verdict::Deny);
    assert_eq!(verdict("set action accept"), Verdict::Permit);
    assert_eq!(verdict("set action redirect"), Verdict::Unknown);
}

#[test]
fn what_narrows_a_policy_makes_it_inexact() {
    let exact = |more: &str| with_policy(more).filters[0].lines[0].when.is_exact();
    assert!(exact("set action accept"));
    for narrowing in [
        "set groups staff",
        "set users sato",
        "set schedule office-hours",
        "set internet-service enable\nset internet-service-name Microsoft-Office365",
        "set service-negate enable",
        "set srcaddr nobody-defined-it",
        "set service nobody-defined-it",
    ] {
        assert!(!exact(&format!("set action accept\n{narrowing}")), "{narrowing}");
    }
    let never = with_policy("set action accept\nset schedule none");
    assert!(!never.filters[0].lines[0].enabled);
}

#[test]
fn a_negated_address_is_everything_else_of_its_family() {
    let it = with_policy("set action accept\nset srcaddr-negate enable");
    let expected = AddressSet::any_v4()
        .difference(&"10.0.0.0/8".parse::<sekisho::model::IpNetwork>().unwrap().into());
    assert_eq!(it.filters[0].lines[0].when.source, expected);
}

#[test]
fn scripts_change_rows() {
    let it = script(
        "config firewall policy\n edit 1\n set srcaddr all\n next\n edit 2\n set action accept\n set srcaddr all\n next\n edit 3\n \
         set srcaddr all\n next\n move 3 before 1\n delete 2\n clone 1 to 9\n rename 9 to 10\n edit 1\n unset srcaddr\n next\nend\n",
    );
    let labels: Vec<_> = it.filters[0].lines.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["3", "1", "10"]);
    assert!(!it.filters[0].lines[1].when.is_exact(), "a policy without source says nothing");
    assert!(it.filters[0].lines.iter().all(|it| it.verdict == Verdict::Deny));
}

#[test]
fn references_follow_a_renamed_address() {
    let it = script(
        "config firewall address\n edit a\n set subnet 10.0.0.0/8\n next\nend\nconfig firewall policy\n edit 1\n set srcaddr a\n \
         set dstaddr a\n set service ALL\n next\nend\nconfig firewall address\n rename a to b\nend\n",
    );
    let when = &it.filters[0].lines[0].when;
    assert!(when.is_exact(), "{when:?}");
    assert!(it.structures.undefined().is_empty());
}

#[test]
fn a_ring_of_groups_is_unknown() {
    let it = script(
        "config firewall addrgrp\n edit g\n set member h\n next\n edit h\n set member g\n next\nend\n\
         config firewall policy\n edit 1\n set action accept\n set srcaddr g\n set dstaddr all\n set service ALL\n next\nend\n",
    );
    assert!(!it.filters[0].lines[0].when.is_exact());
}

#[test]
fn a_port_forward_is_open_when_a_policy_lets_it_in() {
    let vip = "config firewall vip\n edit v\n set extip 203.0.113.5\n set mappedip 10.0.0.5\n set extintf wan1\n \
               set portforward enable\n set extport 3389\n set mappedport 3389\n next\nend\n";
    let policy = |status: &str| {
        format!(
            "config firewall policy\n edit 1\n set srcintf wan1\n set dstintf lan\n set srcaddr all\n set dstaddr v\n \
             set action accept\n set service RDP\n set status {status}\n next\nend\n"
        )
    };
    let opens = |text: String| {
        let it = script(&text);
        assert_eq!(it.nat[0].kind, NatKind::Destination);
        it.nat[0].opens_a_way_in()
    };
    assert!(!opens(vip.to_owned()));
    assert!(!opens(format!("{vip}{}", policy("disable"))));
    assert!(opens(format!("{vip}{}", policy("enable"))));
}

#[test]
fn a_denial_does_not_see_virtual_ips() {
    let text = |more: &str| {
        format!(
            "config firewall vip\n edit v\n set extip 203.0.113.5\n set mappedip 10.0.0.5\n set extintf wan1\n next\nend\n\
             config firewall policy\n edit 1\n set srcaddr all\n set dstaddr all\n set service ALL\n {more}\n next\nend\n"
        )
    };
    let exact = |more: &str| script(&text(more)).filters[0].lines[0].when.is_exact();
    assert!(!exact("set action deny"));
    assert!(exact("set action deny\n set match-vip enable"));
    assert!(exact("set action accept"));
}

#[test]
fn the_sample_of_a_lab_gives_what_a_person_says_of_it() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("configs/fortigate/anilkilictr-configs/fortigate");
    for name in ["fortigate-hq-sample.conf", "fortigate-edge-sample.conf"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let (_, read) = read_as("fortigate", &text);
        assert!(read.coverage.unrecognized.is_empty(), "{name}: {:?}", read.coverage);
        assert!(read.remarks.is_empty());
        let it = &read.config;
        let managed: BTreeSet<_> = it
            .management
            .iter()
            .filter(|it| it.enabled && it.sources.is_any())
            .map(|it| (it.kind, it.interfaces.join(" ")))
            .collect();
        let expected = [
            (ManagementKind::Https, "port1".to_owned()),
            (ManagementKind::Ssh, "port1".to_owned()),
        ];
        assert_eq!(managed, expected.into_iter().collect());
        let port1 = it.interface("port1").unwrap();
        assert_eq!(port1.addresses[0].value.to_string(), "192.168.174.2/24");
        assert!(it.tunnels.is_empty() && it.remote_access.is_empty());
        assert_eq!(it.routes.len(), 6);
        let default: Vec<_> = it.routes.iter().filter(|it| it.is_default()).collect();
        assert_eq!(default.len(), 1);
        let gateway = NextHop::Over("192.168.174.1".parse().unwrap(), "port1".into());
        assert_eq!(default[0].via, [gateway]);
        assert!(it.structures.undefined().is_empty());
        if name == "fortigate-edge-sample.conf" {
            assert!(it.filters.is_empty());
            continue;
        }
        let policies = &it.filters[0];
        assert_eq!(policies.otherwise, Verdict::Deny);
        // What goes back by the interface it came in by needs no policy.
        let lines = policies.lines.iter().filter(|it| it.label != "allow-traffic-redirect");
        let shown: Vec<_> = lines.map(|it| super::facts::matched(&it.when)).collect();
        assert_eq!(
            shown,
            [
                "in=port2,port3 out=port1 10.1.1.0/24,20.1.1.0/24,30.1.1.0/24,40.1.1.0/24,\
                 192.168.100.0/24 -> any4 tcp 53,80,443 udp 53",
                "in=port2 out=port3 10.1.1.0/24,20.1.1.0/24,30.1.1.0/24,40.1.1.0/24 -> \
                 192.168.100.0/24 tcp 53,443 udp 53 icmp type 8",
            ]
        );
        assert!(policies.lines.iter().all(|it| it.verdict == Verdict::Permit && it.enabled));
        assert_eq!(it.nat.len(), 1);
        assert_eq!((it.nat[0].kind, it.nat[0].enabled), (NatKind::Source, true));
    }
}

#[test]
fn fragments_of_policies_keep_their_order_and_state() {
    let Some(corpus) = corpus() else { return };
    let text =
        std::fs::read_to_string(corpus.join("configs/batfish/fortios/firewall_policy")).unwrap();
    let (_, read) = read_as("fortigate", &text);
    assert!(read.coverage.unrecognized.is_empty(), "{:?}", read.coverage);
    let lines = &read.config.filters[0].lines;
    let shown: Vec<_> = lines
        .iter()
        .map(|it| {
            let name = it.label.split(' ').next().unwrap_or_default();
            let when = super::facts::matched(&it.when);
            format!("{name} {:?} {} {when}", it.verdict, it.enabled)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "0 Deny false in=port1 out=port2 10.0.1.0/24 -> 10.0.2.0/24 tcp 11",
            "4294967294 Deny true in=port1 out=port1,port2 10.0.1.0/24 -> 10.0.2.0/24 tcp from 11 12",
            "1 Permit true in=port1,port2 out=port2,port1 10.0.1.0-10.0.2.255 -> 10.0.1.0-10.0.2.255 \
             tcp 11 tcp from 11 12",
            "2 Permit true any4 -> any4",
            "3 Permit true in=zone1,port2,zone3,zone2 out=zone1,zone3 any4 -> any4",
        ]
    );
    assert_eq!(read.config.zones.len(), 3);
}

#[test]
fn the_guide_of_a_cloud_gives_its_two_tunnels() {
    let Some(corpus) = corpus() else { return };
    let page = std::fs::read_to_string(corpus.join("configs/aws/fortinet.md")).unwrap();
    let text = code_blocks(&page)
        .replace("YOUR_UPLINK_ADDRESS", "203.0.113.10")
        .replace("YOUR_BGP_ASN", "65000");
    let (sources, read) = read_as("fortigate", &text);
    let it = &read.config;
    let ends: BTreeSet<_> = it
        .tunnels
        .iter()
        .map(|it| {
            assert!(it.ipsec && it.disabled.is_none() && it.selectors.is_empty(), "{it:?}");
            assert_eq!(it.local.as_ref().map(|it| it.value.as_str()), Some("203.0.113.10"));
            match it.remote.value {
                Remote::Address(address) => address.to_string(),
                _ => panic!("{:?}", it.remote),
            }
        })
        .collect();
    assert_eq!(it.tunnels.len(), 2);
    let expected = ["72.21.209.193", "72.21.209.225"];
    assert_eq!(ends.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    let inside: Vec<_> = it
        .interfaces
        .iter()
        .flat_map(|it| &it.addresses)
        .map(|it| it.value.ip().to_string())
        .collect();
    assert_eq!(inside, ["169.254.255.2", "169.254.255.6"]);
    let peers: BTreeSet<_> =
        it.peers.iter().map(|it| (it.address.to_string(), it.remote_as, it.local_as)).collect();
    let expected = ["169.254.255.1", "169.254.255.5"];
    let expected = expected.map(|it| (it.to_owned(), Some(7224), Some(65000)));
    assert_eq!(peers, expected.into_iter().collect());
    let unknown: Vec<_> =
        read.coverage.unrecognized.iter().map(|it| sources.slice(*it).trim()).collect();
    assert!(read.coverage.percent() > 85, "{unknown:#?}");
    assert!(sources.file(read.file).text().find("plain-text-password").is_none());
}

#[test]
fn output_of_other_commands_is_not_misread() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("configs/ntc/fortinet");
    let mut seen = 0;
    for table in std::fs::read_dir(folder).unwrap() {
        for entry in std::fs::read_dir(table.unwrap().path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|it| it == "raw") {
                seen += 1;
                let (_, read) = super::read("raw", &std::fs::read(&path).unwrap());
                if let Some(read) = read {
                    panic!("{} was read as {}", path.display(), read.format.id);
                }
            }
        }
    }
    assert!(seen > 3);
}

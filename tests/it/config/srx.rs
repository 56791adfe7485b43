//! Juniper SRX: the two forms say the same, and what real configurations say.

use super::fortigate::code_blocks;
use super::read_as;
use crate::support::corpus;
use sekisho::model::device::{DeviceConfig, ManagementKind, Remote, Verdict};
use std::collections::BTreeSet;

fn config(text: &str) -> DeviceConfig {
    read_as("juniper-srx", text).1.config
}

/// A zone pair, with one policy of which the test gives the end.
fn with_policy(more: &str) -> DeviceConfig {
    let stem = "set security policies from-zone a to-zone b policy p";
    let lines: Vec<_> = more.lines().map(|line| format!("{stem} {line}")).collect();
    config(&format!(
        "set system host-name x\nset security address-book global address h 10.0.0.1/32\n\
         {stem} match source-address any\n{stem} match destination-address h\n{stem} match application any\n{}\n",
        lines.join("\n")
    ))
}

#[test]
fn a_policy_decides_what_it_says() {
    let verdict = |more: &str| with_policy(more).filters[0].lines[0].verdict.clone();
    assert_eq!(verdict("then permit"), Verdict::Permit);
    assert_eq!(verdict("then deny"), Verdict::Deny);
    assert_eq!(verdict("then reject"), Verdict::Deny);
    assert_eq!(verdict("then log session-init"), Verdict::Unknown);
}

#[test]
fn what_narrows_a_policy_makes_it_inexact() {
    let exact = |more: &str| with_policy(more).filters[0].lines[0].when.is_exact();
    assert!(exact("then permit"));
    for narrowing in [
        "then permit\nscheduler-name nights",
        "then permit\nmatch source-identity staff",
        "then permit\nmatch source-address nobody-defined-it",
        "then permit\nmatch application nobody-defined-it",
        "then permit firewall-authentication web-authentication",
        "then permit\nmatch url-category games",
    ] {
        assert!(!exact(narrowing), "{narrowing}");
    }
}

#[test]
fn both_forms_say_the_same() {
    let set = "set system host-name x\n\
        set interfaces ge-0/0/0 unit 0 family inet address 203.0.113.2/29\n\
        set security policies from-zone a to-zone b policy p match source-address any\n\
        set security policies from-zone a to-zone b policy p match destination-address any\n\
        set security policies from-zone a to-zone b policy p match application [ junos-ssh junos-http ]\n\
        set security policies from-zone a to-zone b policy p then permit\n\
        deactivate security policies from-zone a to-zone b policy p\n\
        set routing-options static route 0.0.0.0/0 next-hop 203.0.113.1\n";
    let curly = "system {\n    host-name x;\n}\ninterfaces {\n    ge-0/0/0 {\n        unit 0 {\n            family inet {\n                \
        address 203.0.113.2/29;\n            }\n        }\n    }\n}\nsecurity {\n    policies {\n        from-zone a to-zone b {\n            \
        inactive: policy p {\n                match {\n                    source-address any;\n                    destination-address any;\n\
                            application [ junos-ssh junos-http ];\n                }\n                then {\n                    permit;\n\
                        }\n            }\n        }\n    }\n}\nrouting-options {\n    static {\n        route 0.0.0.0/0 next-hop 203.0.113.1;\n    }\n}\n";
    let facts = |text: &str| {
        let (sources, read) = read_as("juniper-srx", text);
        assert!(read.coverage.unrecognized.is_empty(), "{:?}", read.coverage);
        let all = super::facts::of(&sources, &read);
        // The numbers and counts of lines differ.
        let facts: Vec<_> = all.lines().filter(|line| !line.starts_with("lines:")).collect();
        facts.into_iter().map(|line| line.get(6..).unwrap_or(line).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(facts(set), facts(curly));
    assert!(!config(set).filters[0].lines[0].enabled);
}

#[test]
fn commands_change_what_was_set() {
    let stem = "set security policies from-zone a to-zone b policy";
    let policy = |name: &str| {
        format!(
            "{stem} {name} match source-address any\n{stem} {name} match destination-address any\n\
                 {stem} {name} match application any\n{stem} {name} then permit\n"
        )
    };
    let it = config(&format!(
        "{}{}{}insert security policies from-zone a to-zone b policy r before policy p\n\
         delete security policies from-zone a to-zone b policy q\n",
        policy("p"),
        policy("q"),
        policy("r")
    ));
    let labels: Vec<_> = it.filters[0].lines.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["a to b: r", "a to b: p"]);
}

#[test]
fn one_s_own_words_come_before_those_of_a_group() {
    let it = config(
        "set groups g system host-name from-group\nset groups g interfaces <ge-*> unit <*> description grouped\n\
         set apply-groups g\nset system host-name own\nset interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24\n\
         set interfaces ge-0/0/1 unit 0 description mine\nset interfaces xe-0/0/1 unit 0 family inet\n",
    );
    assert_eq!(it.hostname.as_ref().unwrap().value, "own");
    let described =
        |name: &str| it.interface(name).unwrap().description.as_ref().map(|it| it.value.clone());
    assert_eq!(described("ge-0/0/0.0").as_deref(), Some("grouped"));
    assert_eq!(described("ge-0/0/1.0").as_deref(), Some("mine"));
    assert_eq!(described("xe-0/0/1.0"), None);
}

#[test]
fn a_service_is_reached_where_the_zone_lets_it_in() {
    let text = "set system services ssh\nset system services web-management http interface ge-0/0/1.0\n\
        set interfaces ge-0/0/0 unit 0 family inet address 203.0.113.2/29\n\
        set interfaces ge-0/0/1 unit 0 family inet address 10.0.0.1/24\n\
        set security zones security-zone out interfaces ge-0/0/0.0 host-inbound-traffic system-services ike\n\
        set security zones security-zone out host-inbound-traffic system-services ssh\n\
        set security zones security-zone in interfaces ge-0/0/1.0\n\
        set security zones security-zone in host-inbound-traffic system-services all\n\
        set security zones security-zone in host-inbound-traffic system-services http except\n";
    let it = config(text);
    let of = |kind| it.management.iter().find(|it| it.kind == kind).unwrap();
    // What the interface says takes the place of what its zone says.
    assert_eq!(of(ManagementKind::Ssh).interfaces, ["ge-0/0/1.0"]);
    assert!(!of(ManagementKind::Http).enabled);
}

#[test]
fn the_guide_of_a_cloud_gives_its_two_tunnels() {
    let Some(corpus) = corpus() else { return };
    let page = std::fs::read_to_string(corpus.join("configs/aws/juniper-srx.md")).unwrap();
    let text = code_blocks(&page)
        .replace("YOUR_UPLINK_ADDRESS", "203.0.113.10")
        .replace("YOUR_BGP_ASN", "65000");
    let (sources, read) = read_as("juniper-srx", &text);
    let it = &read.config;
    assert_eq!(it.tunnels.len(), 2);
    let ends: BTreeSet<_> = it
        .tunnels
        .iter()
        .map(|it| {
            assert!(it.ipsec && it.disabled.is_none() && it.selectors.is_empty(), "{it:?}");
            let Remote::Address(remote) = it.remote.value else { panic!("{:?}", it.remote) };
            (it.interface.clone().unwrap(), remote.to_string())
        })
        .collect();
    let expected = [("st0.1", "72.21.209.225"), ("st0.2", "72.21.209.193")];
    assert_eq!(ends, expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into_iter().collect());
    let inside: Vec<_> =
        it.interfaces.iter().flat_map(|it| &it.addresses).map(|it| it.value.to_string()).collect();
    assert_eq!(inside, ["169.254.255.2/30", "169.254.255.6/30"]);
    let peers: BTreeSet<_> =
        it.peers.iter().map(|it| (it.address.to_string(), it.remote_as, it.local_as)).collect();
    let expected = ["169.254.255.1", "169.254.255.5"];
    let expected = expected.map(|it| (it.to_owned(), Some(7224), Some(65000)));
    assert_eq!(peers, expected.into_iter().collect());
    let unknown: Vec<_> =
        read.coverage.unrecognized.iter().map(|it| sources.slice(*it).trim()).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    assert!(sources.file(read.file).text().find("plain-text-password").is_none());
}

#[test]
fn prose_with_braces_before_commands_opens_no_block() {
    let commands = "set system host-name edge\nset interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/24\nset routing-options static route 0.0.0.0/0 next-hop 192.0.2.254\n";
    let text = format!("Vendor memo: use {{braces}} here {{\n{commands}");
    let (_, alone) = super::read_as("juniper-srx", commands);
    let (_, noted) = super::read_as("juniper-srx", &text);
    assert_eq!(alone.config.routes.len(), 1);
    assert_eq!(noted.config.routes.len(), 1);
    assert_eq!(noted.coverage.unrecognized.len(), alone.coverage.unrecognized.len() + 1);
}

//! The well-run hospital with two weeks at its mirror port: nothing is found. One fact more, or one
//! declaration less, yields exactly its finding.

use crate::support::{observed, read, root, today, told};
use sekisho::audit::{Assessment, audit_with};
use sekisho::evidence::EvidenceSet;
use sekisho::model::{EntityKind, EntityRef};
use sekisho::rules::PACKS;
use sekisho::topology::Corroboration;
use sekisho::topology::observed::Extent;

/// What happened, lines that were seen besides (behind a `-`: lines with this are gone), edits of the inventory (after the first text, the
/// second becomes the third), and exactly the findings.
type Case<'a> = (&'a str, &'a [&'a str], &'a [(&'a str, &'a str, &'a str)], &'a [&'a str]);

/// Judges with some packs of rules: with all of them, or with those that look at what is there.
fn judged(lines: &[&str], edits: &[(&str, &str, &str)], packs: &[&str]) -> Assessment {
    let mut text = std::fs::read_to_string(root().join("inventories/well-run.yaml")).unwrap();
    for (after, from, to) in edits {
        let at = text.find(after).unwrap_or_else(|| panic!("no {after:?}"));
        let found = text[at..].find(from).unwrap_or_else(|| panic!("no {from:?} after {after:?}"));
        text.replace_range(at + found..at + found + from.len(), to);
    }
    let (mut sources, reading) = read(&text);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut seen =
        std::fs::read_to_string(root().join("tests/hospitals/observed/mirror.jsonl")).unwrap();
    for line in lines {
        match line.strip_prefix('-') {
            Some(gone) => {
                let kept = seen.lines().map(|it| if it.contains(gone) { "" } else { it });
                seen = kept.collect::<Vec<_>>().join("\n") + "\n";
            }
            None => seen = seen + line + "\n",
        }
    }
    let mut evidence = EvidenceSet::default();
    evidence.observe(&mut sources, observed::piece("core-mirror", &seen).unwrap());
    let chosen = PACKS.iter().filter(|it| packs.is_empty() || packs.contains(&it.id));
    let rules: Vec<_> = chosen.flat_map(|it| it.rules.iter().copied()).collect();
    audit_with(reading.inventory, evidence, today(), rules.iter().copied())
}

fn listed(assessment: &Assessment) -> Vec<String> {
    assessment.findings.iter().map(|it| format!("{} {}", it.rule, it.subject)).collect()
}

#[test]
fn two_weeks_at_the_mirror_port_of_the_well_run_hospital_shows_nothing_wrong() {
    let assessment = judged(&[], &[], &[]);
    assert_eq!(listed(&assessment), [""; 0]);
    let topology = &assessment.topology;
    let state = |id: &str| topology.corroboration(&EntityRef::new(EntityKind::Connection, id));
    // Seen; covered and not seen; where nobody looked.
    assert_eq!(state("ehr-maintenance"), Corroboration::Confirmed);
    assert_eq!(state("onshi"), Corroboration::Confirmed);
    assert_eq!(state("internet"), Corroboration::Confirmed);
    let observed = topology.observed();
    assert_eq!(observed.days_covered("ehr-maintenance"), 14);
    let zones = &observed.taps[0].zones;
    assert_eq!(zones.get("his"), Some(&Extent::Both));
    assert_eq!(zones.get("backup"), None);
    assert!(topology.paths().is_empty(), "{:?}", topology.paths());
}

#[test]
fn one_fact_more_is_one_finding() {
    let cases: &[Case<'_>] = &[
        (
            "an LTE router in the segment of the modalities, with a tunnel through it",
            &[
                r#"{"exit": {"mac": "00:80:45:10:20:30", "vlan": 130, "own": ["10.30.0.254"], "outward": ["198.51.100.200/32"]}}"#,
                r#"{"host": {"address": "10.30.0.254", "vlans": [130], "macs": ["00:80:45:10:20:30"]}}"#,
                r#"{"role": {"role": "dhcp-server", "mac": "00:80:45:10:20:30", "address": "10.30.0.254"}}"#,
                r#"{"conversation": {"vlans": [130], "from": "10.30.1.11", "to": "198.51.100.200", "protocol": 17, "port": 51820, "speech": [{"spoken": "wireguard"}], "hops": [["00:80:f4:00:01:11", "00:80:45:10:20:30"]]}}"#,
            ],
            &[],
            &["undeclared-exit-seen paths/mac-00-80-45-10-20-30.exit"],
        ),
        (
            "WireGuard from an engineer's PC",
            &[
                r#"{"conversation": {"from": "192.168.11.52", "to": "192.0.2.22", "protocol": 17, "port": 51820, "longest": 999999, "speech": [{"spoken": "wireguard"}], "hops": [["00:e0:4c:00:11:52", "00:09:0f:00:00:02"]]}}"#,
            ],
            &[],
            &["undeclared-tunnel-seen paths/fw-edge.wireguard-192-168-11-52"],
        ),
        (
            "AnyDesk on two terminals",
            &[
                r#"{"conversation": {"from": "192.168.11.61", "to": "192.0.2.90", "protocol": 6, "port": 443, "speech": [{"spoken": "remote-control", "details": {"product": ["AnyDesk"]}}]}}"#,
                r#"{"conversation": {"from": "192.168.11.62", "to": "192.0.2.91", "protocol": 6, "port": 443, "speech": [{"spoken": "remote-control", "details": {"product": ["AnyDesk"]}}]}}"#,
            ],
            &[],
            &["undeclared-remote-control-seen paths/info-pc.AnyDesk-info-pc"],
        ),
        (
            "somebody on the internet gets in by RDP",
            &[
                r#"{"conversation": {"from": "192.0.2.66", "to": "10.20.2.10", "protocol": 6, "port": 3389, "speech": [{"spoken": "rdp"}]}}"#,
            ],
            &[],
            &["inbound-access-seen paths/lis.from-outside-lis-RDP-3389-tcp"],
        ),
        (
            "a machine talks to its maker, at five addresses",
            &[
                r#"{"conversation": {"from": "10.30.3.10", "to": "192.0.2.31", "protocol": 6, "port": 443, "speech": [{"spoken": "tls"}]}}"#,
                r#"{"conversation": {"from": "10.30.3.10", "to": "192.0.2.32", "protocol": 6, "port": 443, "speech": [{"spoken": "tls"}]}}"#,
                r#"{"conversation": {"from": "10.30.3.10", "to": "192.0.2.33", "protocol": 17, "port": 123, "speech": [{"spoken": "ntp"}]}}"#,
            ],
            &[],
            &["undeclared-peer-seen paths/chemistry.peers-chemistry"],
        ),
        (
            "a household router announces IPv6",
            &[
                r#"{"role": {"role": "router-advertisement", "mac": "00:80:45:aa:bb:cc", "address": "fe80::1"}}"#,
                r#"{"role": {"role": "dhcp-server", "mac": "00:80:45:aa:bb:cc", "address": "10.10.200.1"}}"#,
                r#"{"host": {"address": "10.10.200.1", "macs": ["00:80:45:aa:bb:cc"]}}"#,
            ],
            &[],
            &["undeclared-router-seen devices/mac-00-80-45-aa-bb-cc"],
        ),
        (
            "three boxes among the modalities",
            &[
                r#"{"host": {"address": "10.30.9.1", "vlans": [130], "macs": ["00:11:22:00:09:01"]}}"#,
                r#"{"host": {"address": "10.30.9.2", "vlans": [130], "macs": ["00:11:22:00:09:02"]}}"#,
                r#"{"host": {"address": "10.30.9.3", "vlans": [130]}}"#,
            ],
            &[],
            &["unknown-device-seen zones/modality"],
        ),
        (
            "a terminal with a second leg",
            &[
                r#"{"host": {"address": "192.168.11.33", "vlans": [10], "macs": ["00:e0:4c:00:17:33"]}}"#,
            ],
            &[],
            &["host-seen-in-two-zones devices/mac-00-e0-4c-00-17-33"],
        ),
        (
            "Telnet at the PACS",
            &[
                r#"{"conversation": {"from": "10.20.5.10", "to": "10.20.1.10", "protocol": 6, "port": 23, "speech": [{"spoken": "telnet"}]}}"#,
            ],
            &[],
            &["undeclared-service-seen systems/pacs"],
        ),
        (
            "a browser without TLS at the PACS, from where the internet is used",
            &[
                r#"{"conversation": {"from": "192.168.11.9", "to": "10.20.1.10", "protocol": 6, "port": 443, "speech": [{"spoken": "http"}]}}"#,
            ],
            &[("flows:\n", "from: terminals, to: pacs", "from: ris, to: pacs")],
            &["plaintext-patient-data-seen systems/pacs"],
        ),
        (
            "IKE in aggressive mode with a vendor",
            &[
                r#"{"conversation": {"from": "198.51.100.6", "to": "203.0.113.10", "protocol": 17, "port": 500, "speech": [{"spoken": "ike", "details": {"mode": ["aggressive mode"]}}]}}"#,
            ],
            &[],
            &["weak-encryption-seen connections/pacs-maintenance"],
        ),
        (
            "a vendor at three in the morning",
            &[
                r#"{"conversation": {"from": "198.51.100.7", "to": "172.20.0.12", "protocol": 6, "port": 3389, "hours": [262144, 0, 0, 0, 0, 0, 0], "speech": [{"spoken": "rdp"}]}}"#,
            ],
            &[("\n  ris-maintenance:\n", "申請のあった時間だけ", "平日 9-18")],
            &["session-outside-hours connections/ris-maintenance"],
        ),
        (
            "a session of ten hours",
            &[
                r#"{"conversation": {"from": "198.51.100.7", "to": "172.20.0.12", "protocol": 6, "port": 3389, "longest": 36000, "speech": [{"spoken": "rdp"}]}}"#,
            ],
            &[],
            &["session-beyond-usual connections/ris-maintenance"],
        ),
        (
            "a session of three days over a line for use on demand",
            &[
                r#"{"conversation": {"from": "198.51.100.7", "to": "172.20.0.12", "protocol": 6, "port": 3389, "longest": 259200, "speech": [{"spoken": "rdp"}]}}"#,
            ],
            &[],
            &["on-demand-tunnel-always-up connections/ris-maintenance"],
        ),
        (
            "a line that nobody uses any more",
            &["-2001:db8:51:100::"],
            &[(
                "\ndocuments:\n",
                "documents:\n",
                "taps:\n  core-mirror: {name: コアスイッチのミラーポート, connections: [onshi]}\ndocuments:\n",
            )],
            &["dormant-connection connections/onshi"],
        ),
        (
            "another AE title",
            &[],
            &[("\n  pacs: ", "kind: pacs,", "kind: pacs, ae_titles: [PACS9],")],
            &["undeclared-ae-title-seen systems/pacs"],
        ),
        (
            "a vendor's switch at the end of a cable",
            &[
                r#"{"neighbour": {"mac": "00:1b:0d:00:00:77", "announced": {"by": "cdp", "system": "vendor-sw-3", "platform": "cisco WS-C2960"}}}"#,
            ],
            &[],
            &["undeclared-neighbour-seen devices/mac-00-1b-0d-00-00-77"],
        ),
        (
            "another VLAN than the ledger says",
            &[],
            &[("\n  modality: ", "vlan: [130]", "vlan: [131]")],
            &["observation-contradicts-ledger zones/modality"],
        ),
        (
            "a vendor goes where it may not",
            &[
                r#"{"conversation": {"from": "198.51.100.7", "to": "10.10.1.10", "protocol": 6, "port": 3389, "speech": [{"spoken": "rdp"}]}}"#,
            ],
            &[],
            &["party-seen-beyond-permission connections/ris-maintenance"],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, lines, edits, expected) in cases {
        let found = listed(&judged(lines, edits, &["observed", "path", "inside"]));
        if found != *expected {
            wrong.push(format!("{name}:\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    let pack = PACKS.iter().find(|it| it.id == "observed").unwrap();
    for rule in pack.rules {
        let mut told = cases.iter().flat_map(|(.., expected)| *expected);
        if !told.any(|it| it.split_once(' ').is_some_and(|(id, _)| id == rule.id)) {
            wrong.push(format!("nothing here breaks {}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

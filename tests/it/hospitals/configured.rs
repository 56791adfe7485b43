//! A hospital whose ledger and configurations agree, in five vendors' words: it has no unmanaged
//! path, and every one of its paths is found and confirmed. One fact broken yields exactly its
//! finding.

use crate::support::{root, today, told};
use sekisho::audit::{Assessment, audit_with};
use sekisho::evidence::{EvidenceSet, Named};
use sekisho::inventory;
use sekisho::model::{EntityKind, EntityRef, Vocabulary};
use sekisho::rules::PACKS;
use sekisho::source::SourceMap;
use sekisho::topology::Corroboration;

/// One file changed: the first text in it becomes the second. A file that is not there is evidence
/// that no device names.
type Edit = (&'static str, &'static str, &'static str);

fn file(name: &str, edits: &[Edit]) -> String {
    let path = root().join("tests/hospitals/configured").join(name);
    let mut text = std::fs::read_to_string(path).unwrap();
    for (_, from, to) in edits.iter().filter(|(file, ..)| *file == name) {
        assert!(text.contains(from), "{name}: no {from:?}");
        text = text.replacen(from, to, 1);
    }
    text
}

/// Judges the hospital with the rules on paths alone.
fn judged(edits: &[Edit], found: &[(&str, &str)]) -> Assessment {
    let mut sources = SourceMap::new();
    let ledger = sources.add("inventory.yaml", file("inventory.yaml", edits));
    let reading = inventory::read(&sources, &[ledger], today());
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    for device in &reading.inventory.devices {
        for path in &device.config {
            let named = Named { device: device.id.value.clone(), span: path.span };
            let text = file(&path.value, edits);
            evidence.add(&mut sources, &path.value, text.as_bytes(), Some(named), None);
        }
    }
    for (name, text) in found {
        evidence.add(&mut sources, name, text.as_bytes(), None, None);
    }
    assert!(evidence.unread.is_empty(), "{:?}", evidence.unread);
    let pack = PACKS.iter().find(|it| it.id == "path").unwrap();
    audit_with(reading.inventory, evidence, today(), pack.rules.iter().copied())
}

fn listed(assessment: &Assessment) -> Vec<String> {
    let all = assessment.findings.iter();
    all.map(|it| format!("{} {}", it.rule, it.subject)).collect()
}

#[test]
fn a_hospital_that_declares_everything_has_no_unmanaged_path() {
    let assessment = judged(&[], &[]);
    assert_eq!(listed(&assessment), [""; 0]);
    let paths = assessment.topology.paths().iter();
    let found: Vec<_> = paths
        .map(|it| {
            let declared = it.declared.as_ref().map(|(thing, _)| thing.to_string());
            let state = format!("{:?}", it.corroboration);
            format!("{} {} {state} {}", it.thing.id, it.kind.key(), declared.unwrap_or_default())
        })
        .collect();
    assert_eq!(
        found,
        [
            "vpn1.mobile-wan1 mobile Confirmed circuits/lte",
            "vpn1.line-pp1 line Confirmed circuits/line-vpn",
            "vpn1.tunnel-1 tunnel Confirmed connections/ehr-maintenance",
            "ix1.cloud-NetMeister cloud Confirmed connections/netmeister",
            "ix1.line-GigaEthernet0-1 line Confirmed circuits/line-clinic",
            "ix1.Tunnel0-0 tunnel Confirmed connections/clinic-wan",
            "edge.line-GigabitEthernet0-0 line Confirmed circuits/line-web",
            "edge.forward-tcp-443 forward Confirmed devices/edge",
            "fw1.line-wan1 line Confirmed circuits/line-fw",
            "fw1.line-wan2 line Confirmed circuits/line-lab",
            "fw1.access-ssl-root remote-access Confirmed connections/telework",
            "fw1.yomitori tunnel Confirmed connections/teleradiology",
            "wg1.wg1-peer-xTIBA5rb tunnel Confirmed connections/analyzer-care",
        ]
    );
    for connection in &assessment.inventory.connections {
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        let state = assessment.topology.corroboration(&thing);
        assert_eq!(state, Corroboration::Confirmed, "{thing}");
    }
    for device in &assessment.inventory.devices {
        let thing = EntityRef::new(EntityKind::Device, &device.id.value);
        assert_eq!(assessment.topology.corroboration(&thing), Corroboration::Confirmed, "{thing}");
    }
}

const ENABLED: &str = " tunnel enable 1\n";
const SECOND_TUNNEL: &str = " tunnel enable 1
tunnel select 2
 ipsec tunnel 102
  ipsec sa policy 102 2 esp aes-cbc sha-hmac
  ipsec ike pre-shared-key 2 text kagi-20
  ipsec ike remote address 2 192.0.2.99
 tunnel enable 2
";
const OFF_TUNNEL: &str = " tunnel enable 1
tunnel select 2
 ipsec tunnel 102
  ipsec sa policy 102 2 esp aes-cbc sha-hmac
  ipsec ike pre-shared-key 2 text kagi-20
  ipsec ike remote address 2 192.0.2.99
";
const L2TP: &str = "ipsec auto refresh on
pp select anonymous
 pp bind tunnel9
 pp auth request mschap-v2
 pp auth username maint kagi-21
 ip pp remote address pool 172.20.0.100-172.20.0.109
 pp enable anonymous
tunnel select 9
 tunnel encapsulation l2tp
 ipsec tunnel 109
  ipsec sa policy 109 9 esp aes-cbc sha-hmac
  ipsec ike pre-shared-key 9 text kagi-22
  ipsec ike remote address 9 any
 tunnel enable 9
ipsec transport 9 109 udp 1701
l2tp service on
";
const BRIDGED: &str = " tunnel enable 1
bridge member bridge1 lan1 tunnel7
tunnel select 7
 tunnel encapsulation l2tpv3
 tunnel endpoint address 203.0.113.10 192.0.2.77
 ipsec tunnel 107
  ipsec sa policy 107 7 esp aes-cbc sha-hmac
  ipsec ike pre-shared-key 7 text kagi-23
  ipsec ike remote address 7 192.0.2.77
 l2tp always-on on
 l2tp hostname vpn1
 l2tp local router-id 172.20.0.2
 l2tp remote router-id 172.20.0.77
 l2tp remote end-id far
 tunnel enable 7
l2tp service on l2tpv3
";
const DIAL_IN: &str = " tunnel enable 1
pp select 3
 pp bind bri1
 isdn remote address arrive 0312345678
 pp auth request chap
 pp auth username maint kagi-24
 pp enable 3
";
const SECOND_SESSION: &str = "!
interface GigaEthernet1.1
  encapsulation pppoe
  auto-connect
  ppp binding isp
  ip address ipcp
  ip napt enable
  no shutdown
!
interface Tunnel0.0
";
const TUNNEL0: &str = "interface Tunnel0.0
  tunnel mode ipsec-ikev2
  ip unnumbered GigaEthernet2.0
  ikev2 connect-type auto
  ikev2 outgoing-interface GigaEthernet0.1 auto
  ikev2 peer 192.0.2.10 authentication psk id ipv4 192.0.2.10
  no shutdown
";
const PEER: &str = "ikev2 peer 192.0.2.10 authentication psk id ipv4 192.0.2.10";
const NETMEISTER: &str = "  netmeister:      {name: ルータのクラウド管理, purpose: cloud, party: maker, circuit: line-clinic, at: ix1.wan, transport: tls, allow: [{from: ix1, to: maker, services: [443/tcp], direction: outbound}]}\n";
const SPARE: &str = "  spare:           {name: 予備回線, purpose: other, party: fujimi, circuit: lte, at: vpn1.lte, transport: closed-mobile, allow: [{from: jump, to: fujimi, direction: outbound}]}\n";

const EHR: &str = "  ehr-maintenance: {name: 電子カルテ保守, purpose: remote-maintenance, party: fujimi, circuit: line-vpn, at: vpn1.wan, transport: ipsec-ike, allow: [{from: 198.51.100.16/29, to: ehr, services: [3389/tcp], via: jump}]}\n";
const TWO_OF_A_KIND: &str = "  second-clinic:   {name: 第二診療所との接続, purpose: inter-site, party: clinic, circuit: line-clinic, at: ix1.wan, transport: ipsec-ike, sources: [10.51.0.0/24], allow: [{from: 10.51.0.0/24, to: ehr, services: [443/tcp]}]}\n";
const DECLARED_BRIDGE: &str = "  spare:           {name: 予備回線, purpose: other, party: fujimi, circuit: lte, at: vpn1.lte, transport: closed-mobile, allow: [{from: jump, to: fujimi, direction: outbound}]}
  annex:           {name: 別館との接続, purpose: inter-site, party: maker, circuit: line-vpn, at: vpn1.wan, transport: l2tp-ipsec, sources: [192.0.2.77], allow: [{from: 192.0.2.77, to: jump}]}
";

/// What happens, the edits, and exactly what comes of it.
type Mutation = (&'static str, &'static [Edit], &'static [&'static str]);

const MUTATIONS: &[Mutation] = &[
    (
        "a second tunnel",
        &[("configs/vpn1.txt", ENABLED, SECOND_TUNNEL)],
        &["undeclared-tunnel paths/vpn1.tunnel-2"],
    ),
    (
        "a tunnel that is switched off",
        &[("configs/vpn1.txt", ENABLED, OFF_TUNNEL)],
        &["disabled-tunnel-present paths/vpn1.tunnel-2"],
    ),
    (
        "the declared tunnel is switched off",
        &[("configs/vpn1.txt", ENABLED, "")],
        &["disabled-tunnel-present paths/vpn1.tunnel-1"],
    ),
    (
        "a tunnel that makes one LAN of two sites",
        &[("configs/vpn1.txt", ENABLED, BRIDGED)],
        &["layer2-bridge-to-outside paths/vpn1.tunnel-7"],
    ),
    (
        "a server for L2TP beside the declared IPsec",
        &[("configs/vpn1.txt", "ipsec auto refresh on\n", L2TP)],
        &["undeclared-remote-access paths/vpn1.access-pp-anonymous"],
    ),
    (
        "SSL-VPN that the ledger says is off",
        &[
            (
                "inventory.yaml",
                "services: [10443/tcp]}]",
                "services: [10443/tcp], enabled: false}]",
            ),
            ("inventory.yaml", "transport: ssl-vpn-client, allow", "transport: tls, allow"),
        ],
        &["undeclared-remote-access paths/fw1.access-ssl-root"],
    ),
    (
        "a forgotten port forward",
        &[(
            "configs/edge.txt",
            "ip route 0.0.0.0",
            "ip nat inside source static tcp 192.168.10.81 3389 203.0.113.18 13389\nip route 0.0.0.0",
        )],
        &["undeclared-port-forward paths/edge.forward-tcp-13389"],
    ),
    (
        "a forward to another host",
        &[("configs/edge.txt", "static tcp 192.168.10.80 443", "static tcp 192.168.10.81 443")],
        &["peer-contradicts-configuration paths/edge.forward-tcp-443"],
    ),
    (
        "IPv6 without its filter",
        &[("configs/edge.txt", " ipv6 traffic-filter OUTSIDE-V6 in\n", "")],
        &["ipv6-open-while-ipv4-filtered paths/edge.ipv6-GigabitEthernet0-0"],
    ),
    (
        "a filter that ends in everything",
        &[("configs/edge.txt", " deny ipv6 any any\n", " permit ipv6 any any\n")],
        &["ipv6-open-while-ipv4-filtered paths/edge.ipv6-GigabitEthernet0-0"],
    ),
    (
        "a gateway behind the router",
        &[(
            "configs/edge.txt",
            "ipv6 route ::/0",
            "ip route 100.64.0.0 255.192.0.0 192.168.10.77\nipv6 route ::/0",
        )],
        &["undeclared-gateway paths/edge.gateway-192-168-10-77"],
    ),
    (
        "a telephone line",
        &[("configs/vpn1.txt", ENABLED, DIAL_IN)],
        &["undeclared-dial-in paths/vpn1.pp-3"],
    ),
    (
        "a mobile line that nobody declared",
        &[("inventory.yaml", "      lte: {circuit: lte}\n", ""), ("inventory.yaml", SPARE, "")],
        &["undeclared-mobile-line paths/vpn1.mobile-wan1"],
    ),
    (
        "a second PPPoE session",
        &[("configs/ix1.txt", "interface Tunnel0.0\n", SECOND_SESSION)],
        &["undeclared-line paths/ix1.line-GigaEthernet1-1"],
    ),
    (
        "cloud management that nobody declared",
        &[("inventory.yaml", NETMEISTER, "")],
        &["undeclared-cloud-management paths/ix1.cloud-NetMeister"],
    ),
    (
        "a connection that was given up",
        &[
            ("configs/ix1.txt", TUNNEL0, ""),
            ("configs/ix1.txt", "ip route 10.50.0.0/24 Tunnel0.0\n", ""),
        ],
        &["declared-connection-not-configured connections/clinic-wan"],
    ),
    (
        "a far end that is another",
        &[("configs/ix1.txt", PEER, "ikev2 peer 192.0.2.66 authentication psk id ipv4 192.0.2.10")],
        &["peer-contradicts-configuration paths/ix1.Tunnel0-0"],
    ),
    (
        "a transport that is another",
        &[(
            "inventory.yaml",
            "at: ix1.wan, transport: ipsec-ike",
            "at: ix1.wan, transport: wireguard",
        )],
        &["transport-contradicts-configuration paths/ix1.Tunnel0-0"],
    ),
    (
        "an address that is another",
        &[("inventory.yaml", "[192.168.10.1/24,", "[192.168.10.2/24,")],
        &["configuration-address-contradicts-ledger devices/edge"],
    ),
    (
        "a line that was readdressed",
        &[("inventory.yaml", "203.0.113.34/29", "203.0.113.42/29")],
        &["configuration-address-contradicts-ledger devices/fw1"],
    ),
    // The far end decides: what is left over proves nothing.
    (
        "a tunnel to a stranger, and two connections without one",
        &[
            (
                "configs/ix1.txt",
                PEER,
                "ikev2 peer 192.0.2.66 authentication psk id ipv4 192.0.2.66",
            ),
            ("configs/ix1.txt", "ip route 10.50.0.0/24 Tunnel0.0\n", ""),
            ("inventory.yaml", NETMEISTER, TWO_OF_A_KIND),
        ],
        &[
            "undeclared-tunnel paths/ix1.Tunnel0-0",
            "undeclared-cloud-management paths/ix1.cloud-NetMeister",
            "declared-connection-not-configured connections/clinic-wan",
            "declared-connection-not-configured connections/second-clinic",
        ],
    ),
    (
        "another far end, with the declared network behind it",
        &[("configs/vpn1.txt", "remote address 1 198.51.100.17", "remote address 1 192.0.2.99")],
        &["peer-contradicts-configuration paths/vpn1.tunnel-1"],
    ),
    (
        "who may knock does not explain a tunnel to one site",
        &[
            (
                "inventory.yaml",
                "    ipv6: disabled\n",
                "    ipv6: disabled\n    remote_access: [{transport: ipsec-ike, from: [fujimi]}]\n",
            ),
            ("inventory.yaml", EHR, ""),
            ("inventory.yaml", SPARE, ""),
        ],
        &["undeclared-tunnel paths/vpn1.tunnel-1"],
    ),
    (
        "a forward that listens on another port",
        &[(
            "configs/edge.txt",
            "192.168.10.80 443 203.0.113.18 443",
            "192.168.10.80 443 203.0.113.18 9999",
        )],
        &["peer-contradicts-configuration paths/edge.forward-tcp-9999"],
    ),
    (
        "a tunnel that makes one LAN of two sites is declared",
        &[("configs/vpn1.txt", ENABLED, BRIDGED), ("inventory.yaml", SPARE, DECLARED_BRIDGE)],
        &["layer2-bridge-to-outside paths/vpn1.tunnel-7"],
    ),
    (
        "a bridge of a tunnel and nothing else",
        &[
            ("configs/vpn1.txt", ENABLED, BRIDGED),
            ("configs/vpn1.txt", "bridge member bridge1 lan1 tunnel7\n", ""),
        ],
        &["undeclared-tunnel paths/vpn1.tunnel-7"],
    ),
    (
        "the configuration of a device of another maker",
        &[
            (
                "inventory.yaml",
                "    config: configs/core.txt\n",
                "    vendor: yamaha\n    config: configs/core.txt\n",
            ),
            (
                "inventory.yaml",
                "his:   {zone: his, addresses: [10.10.254.1/16]}",
                "his:   {zone: his}",
            ),
            (
                "inventory.yaml",
                "info:  {zone: info, addresses: [192.168.10.254/24]}",
                "info:  {zone: info}",
            ),
        ],
        &["configuration-address-contradicts-ledger devices/core"],
    ),
    (
        "the host behind which a gateway was found is written down, and nothing more",
        &[
            (
                "configs/edge.txt",
                "ipv6 route ::/0",
                "ip route 100.64.0.0 255.192.0.0 192.168.10.77\nipv6 route ::/0",
            ),
            (
                "inventory.yaml",
                "  core:\n",
                "  box: {name: 置かれた箱, kind: router, interfaces: {lan: {zone: info, addresses: [192.168.10.77/24]}}}\n  core:\n",
            ),
        ],
        &["undeclared-gateway paths/edge.gateway-192-168-10-77"],
    ),
    // What nobody can know is not claimed.
    (
        "a tunnel is missing in a text of which much was not understood",
        &[
            (
                "configs/ix1.txt",
                TUNNEL0,
                "frobnicate one\nfrobnicate two\nfrobnicate three\nfrobnicate four\nfrobnicate five\nfrobnicate six\n",
            ),
            ("configs/ix1.txt", "ip route 10.50.0.0/24 Tunnel0.0\n", ""),
        ],
        &[],
    ),
    (
        "a tunnel is missing that a host inside may open",
        &[
            ("configs/ix1.txt", TUNNEL0, ""),
            ("configs/ix1.txt", "ip route 10.50.0.0/24 Tunnel0.0\n", ""),
            (
                "inventory.yaml",
                "allow: [{from: 10.50.0.0/24, to: ehr, services: [443/tcp]}]",
                "allow: [{from: ehr, to: clinic, services: [443/tcp], direction: outbound}]",
            ),
        ],
        &[],
    ),
];

#[test]
fn one_broken_fact_yields_exactly_its_finding() {
    let mut wrong = Vec::new();
    for (name, edits, expected) in MUTATIONS {
        let found = listed(&judged(edits, &[]));
        if found != *expected {
            wrong.push(format!("{name}\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_on_paths_is_broken_by_something() {
    let pack = PACKS.iter().find(|it| it.id == "path").unwrap();
    let spoken: Vec<&str> = MUTATIONS.iter().flat_map(|it| it.2).copied().collect();
    let silent = pack.rules.iter().map(|it| it.id).filter(|id| {
        let said = |it: &&str| it.split_once(' ').is_some_and(|(rule, _)| rule == *id);
        !spoken.iter().any(said) && *id != "undeclared-device" // told below
    });
    assert_eq!(silent.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn two_texts_of_one_device_do_not_vouch_for_each_other() {
    // An old copy, given beside the one that the ledger names: its tunnel led somewhere else.
    let old = file("configs/vpn1.txt", &[]);
    let old = old.replace("remote address 1 198.51.100.17", "remote address 1 192.0.2.99");
    let assessment = judged(&[], &[("old.txt", &old)]);
    assert_eq!(listed(&assessment), ["peer-contradicts-configuration paths/vpn1.tunnel-1-file2"]);
    // The same text again is nothing new.
    let same = file("configs/vpn1.txt", &[]);
    assert_eq!(listed(&judged(&[], &[("same.txt", &same)])), [""; 0]);
}

#[test]
fn a_configuration_is_joined_by_address_and_otherwise_undeclared() {
    // The router of the clinic line, given without a name, and a box that nobody knows.
    let found = [
        ("a.txt", "# RTX830 Rev.15.02.31\nip lan1 address 10.10.254.2/16\n"),
        ("b.txt", "# RTX830 Rev.15.02.31\nlan-map sysname 倉庫\nip lan1 address 10.99.0.1/24\n"),
    ];
    let edits = [("inventory.yaml", "    config: configs/ix1.txt\n", "")];
    let assessment = judged(&edits, &found);
    // What was found of it has no tunnel: the connection is not seen, because somebody looked.
    let expected = [
        "undeclared-device devices/b",
        "declared-connection-not-configured connections/clinic-wan",
    ];
    assert_eq!(listed(&assessment), expected);
    let joined: Vec<_> =
        assessment.topology.joined().iter().map(|it| it.thing.to_string()).collect();
    assert!(joined.contains(&"devices/ix1".to_owned()), "{joined:?}");
}

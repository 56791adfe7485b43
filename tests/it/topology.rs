//! What the graph says can be reached, and by which way.

use crate::support::{read, told};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::topology::{Reached, Spread, Topology, build};

/// A hospital with a relay, a whole-zone permission, an internal flow and an IPv6 end.
const HOSPITAL: &str = r#"
zones:
  dmz:      {name: 中継, kind: dmz, networks: [10.1.0.0/24]}
  clinical: {name: 診療系, kind: clinical, networks: [10.2.0.0/24, "2001:db8:2::/64"]}
  device:   {name: 医療機器, kind: medical-device, networks: [10.3.0.0/24]}
  far:      {name: 事務系, kind: administrative, networks: [10.4.0.0/24]}
parties:
  vendor: {name: 保守会社, kind: vendor, networks: [198.51.100.0/28]}
  maker:  {name: 機器会社, kind: vendor}
  lax:    {name: 記載のない会社, kind: vendor}
devices:
  router: {name: ルータ, kind: router, interfaces: {lan: {zone: device, addresses: [10.3.0.1/24]}}}
  vpn:
    name: VPN装置
    kind: vpn-gateway
    interfaces: {lan: {zone: dmz}}
    remote_access: [{transport: ssl-vpn-client, from: [any]}]
systems:
  jump:     {name: 中継サーバ, kind: relay, class: server, zone: dmz, addresses: [10.1.0.5]}
  ehr:      {name: 電子カルテ, kind: ehr, class: server, zone: clinical, addresses: ["2001:db8:2::10", 10.2.0.10/24]}
  wards:    {name: 病棟端末, kind: terminals, class: terminal, zone: clinical, addresses: [10.2.0.128/25]}
  ct:       {name: CT, kind: modality, class: medical-device, zone: device, addresses: [10.3.0.10]}
  bridge:
    name: 分析装置
    kind: analyzer
    class: appliance
    zone: device
    addresses: [10.3.0.20]
    interfaces: {office: {zone: far, addresses: [10.4.0.20]}}
connections:
  by-relay: {name: 中継保守, purpose: remote-maintenance, party: vendor, transport: ipsec-ike, allow: [{to: ehr, via: jump}]}
  whole:    {name: 機器保守, purpose: remote-maintenance, party: maker, transport: ipsec-ike, allow: [{to: 10.3.0.0/24}]}
  unstated: {name: 記載なし, purpose: remote-maintenance, party: lax, at: router.lan, transport: ipsec-ike}
flows:
  - {from: clinical, to: device, services: [104/tcp]}
  - {from: device, to: internet}
"#;

fn topology(text: &str) -> Topology {
    let (sources, reading) = read(text);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    build(&reading.inventory, &Default::default())
}

fn party(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::Party, id)
}

fn system(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::System, id)
}

fn systems(reached: &Reached<'_>) -> Vec<String> {
    let systems = reached.things().filter(|it| it.kind == EntityKind::System);
    systems.map(|it| it.id.clone()).collect()
}

#[test]
fn a_relay_passes_its_own_connection_on_and_nothing_else() {
    let topology = topology(HOSPITAL);
    let direct = topology.reached_from(&party("vendor"), Spread::Direct);
    assert_eq!(systems(&direct), ["jump", "ehr"]);
    let way: Vec<_> = direct.path(&system("ehr")).iter().map(|it| it.thing.id.clone()).collect();
    assert_eq!(way, ["jump", "ehr"]);
    // Another party that reaches the relay by another connection is not passed on.
    let lax = topology.reached_from(&party("lax"), Spread::Direct);
    assert!(!lax.contains(&system("ehr")));
}

#[test]
fn a_zone_that_is_permitted_as_a_whole_holds_all_its_systems() {
    let topology = topology(HOSPITAL);
    let direct = topology.reached_from(&party("maker"), Spread::Direct);
    assert_eq!(systems(&direct), ["ct", "bridge"]);
    assert!(direct.contains(&EntityRef::new(EntityKind::Zone, "device")));
}

#[test]
fn nothing_stated_means_the_whole_zone_at_the_entry() {
    let topology = topology(HOSPITAL);
    let direct = topology.reached_over(&party("lax"), "unstated", Spread::Direct);
    assert_eq!(systems(&direct), ["ct", "bridge"]);
    let other = topology.reached_over(&party("lax"), "whole", Spread::Direct);
    assert!(systems(&other).is_empty());
}

#[test]
fn what_is_reached_goes_on_over_flows_and_multi_homed_hosts() {
    let topology = topology(HOSPITAL);
    let far = EntityRef::new(EntityKind::Zone, "far");
    let direct = topology.reached_from(&party("vendor"), Spread::Direct);
    assert!(!direct.contains(&far));
    let spread = topology.reached_from(&party("vendor"), Spread::Transitive);
    let way: Vec<_> = spread.path(&far).iter().map(|it| it.thing.id.clone()).collect();
    assert_eq!(way, ["jump", "ehr", "clinical", "device", "bridge", "far"]);
    assert!(spread.path(&far).iter().all(|step| step.span.is_some()));
}

#[test]
fn sessions_go_one_way() {
    let topology = topology(HOSPITAL);
    let from_device = topology.reached_from(&system("ct"), Spread::Transitive);
    assert!(!from_device.contains(&system("ehr")));
    assert!(from_device.contains(&topology.internet()));
}

#[test]
fn a_way_out_is_not_a_way_into_another_party() {
    let topology = topology(
        "
zones: {z: {name: 診療系, kind: clinical}}
parties: {a: {name: 甲, kind: vendor}, b: {name: 乙, kind: vendor}}
systems: {s: {name: 一, kind: ehr, class: server, zone: z}, t: {name: 二, kind: pacs, class: server}}
connections:
  in: {name: 入, purpose: remote-maintenance, party: a, transport: ip-vpn, allow: [{to: s}]}
  out: {name: 出, purpose: telemetry, party: b, transport: ip-vpn, allow: [{from: z, to: b, direction: outbound}]}
  back: {name: 戻, purpose: remote-maintenance, party: b, transport: ip-vpn, allow: [{to: t}]}
",
    );
    let reached = topology.reached_from(&party("a"), Spread::Transitive);
    assert!(reached.contains(&party("b")));
    assert!(!reached.contains(&system("t")));
}

#[test]
fn an_access_open_to_anybody_leads_from_the_internet_into_its_zone() {
    let topology = topology(HOSPITAL);
    let reached = topology.reached_from(&topology.internet(), Spread::Direct);
    assert_eq!(systems(&reached), ["jump"]);
}

#[test]
fn the_declared_internet_is_the_internet() {
    let topology = topology(
        "
zones: {z: {name: 情報系, kind: information}}
parties: {isp: {name: 院内インターネット, kind: internet}}
systems: {web: {name: 公開サーバ, kind: web-server, class: server, zone: z}}
devices: {fw: {name: 壁, kind: firewall, forwards: [{listen: 443/tcp, to: web}]}}
flows: [{from: z, to: any}]
",
    );
    assert_eq!(topology.internet(), party("isp"));
    let reached = topology.reached_from(&party("isp"), Spread::Direct);
    assert_eq!(systems(&reached), ["web"]);
    let out = topology.reached_from(&system("web"), Spread::Direct);
    assert!(out.contains(&party("isp")), "`any` goes out, too");
}

#[test]
fn addresses_name_systems_zones_parties_and_devices() {
    let flows = |to: &str| {
        let text = format!("{HOSPITAL}  - {{from: dmz, to: \"{to}\"}}\n");
        let topology = topology(&text);
        let zone = EntityRef::new(EntityKind::Zone, "dmz");
        let node = topology.node(&zone).expect("the zone");
        let mut ends: Vec<String> = topology
            .graph()
            .edges(node)
            .filter(|edge| edge.weight().kind == sekisho::topology::LinkKind::Flow)
            .map(|edge| topology.graph()[petgraph::visit::EdgeRef::target(&edge)].thing.to_string())
            .collect();
        ends.sort();
        ends
    };
    assert_eq!(flows("10.2.0.10"), ["systems/ehr"], "a host with its mask");
    assert_eq!(flows("10.2.0.200"), ["systems/wards"], "one of a group");
    assert_eq!(flows("2001:db8:2::10"), ["systems/ehr"], "IPv6");
    assert_eq!(flows("2001:db8:2::/64"), ["zones/clinical"], "a zone");
    assert_eq!(flows("198.51.100.3"), ["parties/vendor"]);
    assert_eq!(flows("10.3.0.1"), ["devices/router"]);
    assert_eq!(flows("10.4.0.99"), ["zones/far"], "an undeclared host");
    assert!(flows("203.0.113.1").is_empty(), "nothing of ours");
}

#[test]
fn the_last_permission_on_the_way_is_what_must_be_taken_back() {
    let (sources, reading) = read(HOSPITAL);
    let topology = build(&reading.inventory, &Default::default());
    let spread = topology.reached_from(&party("vendor"), Spread::Transitive);
    let permission = spread.permission(&system("bridge")).expect("a flow");
    assert_eq!(
        sources.line(permission).trim(),
        "- {from: clinical, to: device, services: [104/tcp]}"
    );
    // From one host to its neighbour nobody gave a permission.
    let beside = topology.reached_from(&system("ct"), Spread::Direct);
    assert!(beside.contains(&system("bridge")));
    assert!(beside.permission(&system("bridge")).is_none());
}

#[test]
fn what_is_reached_from_outside_knows_from_whom() {
    let topology = topology(HOSPITAL);
    let outside = topology.reached_from_outside(Spread::Direct);
    assert_eq!(outside.origin(&system("ehr")), Some(&party("vendor")));
    assert_eq!(outside.origin(&system("wards")), None);
    let internet = topology.internet();
    assert_eq!(outside.origin(&internet), Some(&internet));
}

#[test]
fn permissions_and_members_are_listed_as_declared() {
    let topology = topology(HOSPITAL);
    let device = EntityRef::new(EntityKind::Zone, "device");
    let internet = topology.internet();
    let to_internet = topology.permitted_to(&internet);
    assert_eq!(to_internet.iter().map(|it| it.0).collect::<Vec<_>>(), [&device]);
    assert_eq!(topology.members_of(&device), [&system("ct"), &system("bridge")]);
    let to_device = topology.permitted_to(&device);
    let sources: Vec<String> = to_device.iter().map(|it| it.0.to_string()).collect();
    assert_eq!(sources, ["parties/maker", "zones/clinical"]);
}

/// The paths of a configuration alone, as `name kind confidence`.
fn paths_of(name: &str, bytes: &[u8]) -> Vec<String> {
    use sekisho::model::Vocabulary as _;
    let (mut sources, reading) = read("organization: {name: 病院}\n");
    let mut evidence = sekisho::evidence::EvidenceSet::default();
    evidence.add(&mut sources, name, bytes, None, None);
    let topology = build(&reading.inventory, &evidence);
    let told = topology
        .paths()
        .iter()
        .map(|it| format!("{} {} {}", it.thing.id, it.kind.key(), it.confidence.key()));
    told.collect()
}

#[test]
fn every_way_out_of_a_real_router_is_found_and_nothing_else() {
    let Some(corpus) = crate::support::corpus() else { return };
    let file = corpus.join("configs/yamaha/rtx1210-masked.txt");
    let found = paths_of("rtx1210.txt", &std::fs::read(file).expect("the file"));
    assert_eq!(
        found,
        [
            "RTX1210_Test.line-lan2 line high",
            "RTX1210_Test.gateway-192-168-1-20 gateway high",
            "RTX1210_Test.access-pp-anonymous remote-access high",
            "RTX1210_Test.tunnel-1 tunnel high",
            "RTX1210_Test.forward-tcp-55000 forward high",
            // What the carrier stops is not known: to be confirmed.
            "RTX1210_Test.ipv6-lan2 ipv6 medium",
        ]
    );
}

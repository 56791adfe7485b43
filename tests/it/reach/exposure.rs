//! Exposure: what every party outside reaches, how surely, and by what.

use crate::support::{read, told};
use sekisho::evidence::{EvidenceSet, Named};
use sekisho::inventory::Inventory;
use sekisho::model::device::States;
use sekisho::model::{AddressSet, EntityKind, EntityRef, RangeSet};
use sekisho::reach::Reach;
use sekisho::reach::exposure::{Certainty, Exposure, Outsider, Services};
use sekisho::reach::packets::PacketSet;
use sekisho::source::SourceMap;
use sekisho::topology;

/// A hospital with a router on the internet that was read, and one on a closed line that was not.
pub(super) const HOSPITAL: &str = r#"
zones:
  clinical: {name: 診療系, kind: clinical, networks: [10.10.0.0/16]}
parties:
  web:    {name: インターネット, kind: internet}
  fujimi: {name: 富士見, kind: vendor, networks: [198.51.100.10]}
  midori: {name: みどり, kind: vendor, networks: [203.0.113.9]}
  toto:   {name: 東都, kind: vendor, networks: [172.30.0.0/24]}
  silent: {name: 無線保守, kind: vendor}
circuits:
  isp:    {name: 光, kind: internet}
  closed: {name: 閉域, kind: ip-vpn}
devices:
  edge:
    name: 境界ルータ
    kind: router
    interfaces:
      wan: {circuit: isp, addresses: [192.0.2.2/29]}
      lan: {zone: clinical, addresses: [10.10.0.1/16]}
  gate:
    name: 保守ルータ
    kind: router
    management: {services: [22/tcp], from: [toto]}
    interfaces:
      wan: {circuit: closed, addresses: [172.30.1.1/24]}
      lan: {zone: clinical, addresses: [10.10.0.2/16]}
systems:
  portal: {name: 予約窓口, kind: web-server, class: server, zone: clinical, addresses: [10.10.0.5]}
  ehr:    {name: 電子カルテ, kind: ehr, class: server, zone: clinical, addresses: [10.10.0.6]}
connections:
  pacs:
    name: 画像保守
    purpose: remote-maintenance
    party: toto
    circuit: closed
    at: gate.wan
    transport: ip-vpn
    allow: [{to: ehr, services: [22/tcp]}]
"#;

/// What the router is configured to do.
pub(super) const ROUTER: &str = "\
hostname edge
interface GigabitEthernet0/0
 ip address 192.0.2.2 255.255.255.248
 ip access-group WAN in
 ip nat outside
interface GigabitEthernet0/1
 ip address 10.10.0.1 255.255.0.0
 ip nat inside
ip nat inside source static tcp 10.10.0.5 443 192.0.2.2 443 extendable
ip nat inside source static tcp 10.10.0.6 3389 192.0.2.2 33389 extendable
ip access-list extended WAN
 permit tcp any host 192.0.2.2 eq 443
 permit tcp host 198.51.100.10 host 192.0.2.2 eq 33389
 deny ip any any
no ip http server
no ip http secure-server
ip route 0.0.0.0 0.0.0.0 192.0.2.1
end
";

/// An inventory with the configuration of its router.
pub(super) fn state(inventory: &str, router: &str) -> (SourceMap, Inventory, EvidenceSet) {
    let (mut sources, reading) = read(inventory);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let edge = reading.inventory.devices.get("edge").unwrap();
    let named = Named { device: "edge".to_owned(), span: edge.id.span };
    let mut evidence = EvidenceSet::default();
    evidence.add(&mut sources, "edge.txt", router.as_bytes(), Some(named), None);
    assert!(evidence.unread.is_empty(), "{:?}", evidence.unread);
    (sources, reading.inventory, evidence)
}

fn exposed(inventory: &str, router: &str) -> (SourceMap, Exposure) {
    let (sources, inventory, evidence) = state(inventory, router);
    let topology = topology::build(&inventory, &evidence);
    let exposure = Exposure::new(&Reach::new(&inventory, &evidence, &topology));
    (sources, exposure)
}

pub(super) fn party(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::Party, id)
}

fn of<'e>(exposure: &'e Exposure, id: &str) -> &'e Outsider {
    exposure.of(&party(id)).unwrap()
}

/// Everything that somebody reaches, on a line each.
fn lines(outsider: &Outsider) -> Vec<String> {
    let reaches = outsider.reaches.iter();
    reaches
        .map(|it| format!("{} {} {}", it.certainty.mark(), it.to, it.services.words().en))
        .collect()
}

#[test]
fn what_is_configured_declared_and_not_known_is_told_apart() {
    let (_, exposure) = exposed(HOSPITAL, ROUTER);
    assert_eq!(lines(of(&exposure, "web")), ["● systems/portal HTTPS", "● zones/clinical HTTPS"]);
    assert_eq!(
        lines(of(&exposure, "fujimi")),
        ["● systems/portal HTTPS", "● systems/ehr RDP", "● zones/clinical HTTPS, RDP"]
    );
    let toto = lines(of(&exposure, "toto"));
    for expected in [
        "? systems/portal any",
        "○ systems/ehr SSH",
        "? systems/ehr any but SSH",
        "○ devices/gate SSH",
        "△ devices/gate any but SSH",
    ] {
        assert!(toto.iter().any(|it| it == expected), "{expected}: {toto:#?}");
    }
}

#[test]
fn who_reaches_what_everybody_reaches_is_named_with_everybody() {
    let (_, exposure) = exposed(HOSPITAL, ROUTER);
    let midori = of(&exposure, "midori");
    assert!(midori.by.is_empty() && midori.reaches.is_empty());
    assert_eq!(midori.as_anybody.len(), 1);
    let portal = EntityRef::new(EntityKind::System, "portal");
    assert_eq!(midori.surest(&portal), Some(Certainty::Configured));
    assert_eq!(
        exposure.as_anybody().map(|it| it.thing.id.as_str()).collect::<Vec<_>>(),
        ["midori"]
    );
    // Who reaches less than everybody is not named with them.
    let barred =
        ROUTER.replace(" permit tcp any", " deny ip host 203.0.113.9 any\n permit tcp any");
    let (_, exposure) = exposed(HOSPITAL, &barred);
    let midori = of(&exposure, "midori");
    assert!(midori.as_anybody.is_empty() && midori.reaches.is_empty());
    // Whom no connection names, nobody speaks of.
    assert!(exposure.of(&party("silent")).is_none() && exposure.without_entry.is_empty());
}

#[test]
fn a_sample_is_the_packet_that_comes_in_and_points_at_the_lines_that_let_it_in() {
    let (sources, inventory, evidence) = state(HOSPITAL, ROUTER);
    let topology = topology::build(&inventory, &evidence);
    let reach = Reach::new(&inventory, &evidence, &topology);
    let exposure = Exposure::new(&reach);
    let ehr = EntityRef::new(EntityKind::System, "ehr");
    let reached = of(&exposure, "fujimi").to(&ehr).next().unwrap();
    assert_eq!(reached.certainty, Certainty::Configured);
    let shown = reached.shown(&reach).unwrap();
    assert!(shown.sample.sent);
    let packet = &shown.sample.packet;
    assert_eq!(packet.source.to_string(), "198.51.100.10");
    assert_eq!(
        (packet.destination.to_string(), packet.destination_port),
        ("192.0.2.2".into(), 33389)
    );
    let basis = shown.basis();
    let spans = basis.decided.iter().filter_map(|it| it.span);
    let lines: Vec<_> = spans.map(|it| sources.slice(it).to_owned()).collect();
    for line in ["permit tcp host 198.51.100.10 host 192.0.2.2 eq 33389", "10.10.0.6 3389"] {
        assert!(lines.iter().any(|it| it.contains(line)), "{line}: {lines:#?}");
    }
}

#[test]
fn a_line_that_was_not_understood_never_makes_anything_isolated() {
    let unclear = ROUTER.replace(
        " permit tcp any host 192.0.2.2 eq 443",
        " permit tcp any host 192.0.2.2 eq 443 ttl lt 9",
    );
    let (_, exposure) = exposed(HOSPITAL, &unclear);
    assert_eq!(lines(of(&exposure, "web")), ["△ systems/portal HTTPS", "△ zones/clinical HTTPS"]);
}

#[test]
fn what_is_open_only_for_want_of_a_configuration_is_told_apart_and_never_ruled_out() {
    let (sources, reading) = read(HOSPITAL);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let evidence = EvidenceSet::default();
    let topology = topology::build(&reading.inventory, &evidence);
    let reach = Reach::new(&reading.inventory, &evidence, &topology);
    let exposure = Exposure::new(&reach);
    let web = of(&exposure, "web");
    // Nothing is declared to be forwarded, and nobody read what is.
    for thing in [
        EntityRef::new(EntityKind::System, "portal"),
        EntityRef::new(EntityKind::System, "ehr"),
        EntityRef::new(EntityKind::Zone, "clinical"),
    ] {
        assert_eq!(web.surest(&thing), Some(Certainty::Unconfigured), "{thing}");
        assert!(exposure.targets().contains(&thing), "{thing}");
    }
    assert_eq!(web.unconfigured.first(), Some(&EntityRef::new(EntityKind::Device, "edge")));
    // The same where it needs no forward: a device without configuration may route anything.
    let portal = EntityRef::new(EntityKind::System, "portal");
    let toto = of(&exposure, "toto");
    assert_eq!(toto.surest(&portal), Some(Certainty::Unconfigured));
    // With its configuration there is nothing of that left.
    let (_, exposure) = exposed(HOSPITAL, ROUTER);
    let web = of(&exposure, "web");
    assert!(web.unconfigured.is_empty());
    assert!(web.reaches.iter().all(|it| it.certainty == Certainty::Configured));
}

#[test]
fn services_are_the_packets_that_ask_for_them() {
    let any = AddressSet::any();
    assert_eq!(Services::of(&PacketSet::any()), Services::any());
    assert_eq!(Services::any().words().ja, "すべて");
    for (services, words) in [
        (&["22/tcp", "443/tcp"][..], "SSH、HTTPS"),
        (&["53/udp", "icmp"], "DNS、icmp"),
        (&["1-1023/tcp"], "1-1023/tcp"),
    ] {
        let services: Vec<_> = services.iter().map(|it| it.parse().unwrap()).collect();
        let packets = PacketSet::sessions(&any, &any, &services);
        let set = Services::of(&packets);
        assert_eq!(set.words().ja, words);
        assert_eq!(Services::of(&set.packets()), set);
        let rest = Services::any().difference(&set);
        assert_eq!(rest.words().ja, format!("{words} 以外すべて"));
        let all =
            PacketSet::of(&any, &any, &[sekisho::model::device::Transport::any()], States::NEW);
        assert_eq!(Services::of(&all.difference(&packets)), rest);
    }
    let odd = Services { others: RangeSet::range(89, 89), ..Services::default() };
    assert_eq!(odd.words().ja, "その他のIPプロトコル");
    assert_eq!(odd.notations(), ["protocol 89"]);
}

#[test]
fn a_large_hospital_is_told_as_it_is_built() {
    use crate::support::network::{Size, hospital};
    let (yaml, configs) = hospital(Size::with(50));
    let (mut sources, reading) = read(&yaml);
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    for (device, text) in &configs {
        let span = reading.inventory.devices.get(device).unwrap().id.span;
        let named = Named { device: device.clone(), span };
        evidence.add(&mut sources, &format!("{device}.txt"), text.as_bytes(), Some(named), None);
    }
    let topology = topology::build(&reading.inventory, &evidence);
    let exposure = Exposure::new(&Reach::new(&reading.inventory, &evidence, &topology));
    // Whoever comes over the internet gets to one portal.
    assert!(
        lines(of(&exposure, "web")).contains(&"● systems/s0-10 HTTPS".to_owned()),
        "{:#?}",
        lines(of(&exposure, "web"))
    );
    // Who has a line of his own gets where both filters on his way let him.
    let own = lines(of(&exposure, "p0"));
    let both = "● systems/s0-10 1000/tcp, 1015/tcp, 1030/tcp".to_owned();
    assert!(own.contains(&both), "{own:#?}");
}

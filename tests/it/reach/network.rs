//! The network as packets meet it: lines, tunnels, people who are let in, what nobody wrote down.

use super::blast::{shipped, written};
use crate::support;
use sekisho::evidence::{EvidenceSet, Named};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::network::EntryKind;
use sekisho::reach::packets::{Packet, PacketSet};
use sekisho::reach::{Arrivals, AssumptionKind, Both, Bound, Reach};
use sekisho::topology;

/// Asks an inventory as text, with configurations of its devices.
pub fn asked<T>(inventory: &str, configs: &[(&str, &str)], ask: impl FnOnce(&Reach<'_>) -> T) -> T {
    let (mut sources, reading) = support::read(inventory);
    assert!(reading.is_sound(), "{}", support::told(&sources, &reading));
    let mut evidence = EvidenceSet::default();
    for (device, text) in configs {
        let declared = reading.inventory.devices.get(device).expect("it is declared");
        let named = Named { device: (*device).to_owned(), span: declared.id.span };
        evidence.add(&mut sources, &format!("{device}.conf"), text.as_bytes(), Some(named), None);
    }
    assert_eq!(evidence.devices.len(), configs.len(), "every configuration is read");
    let topology = topology::build(&reading.inventory, &evidence);
    ask(&Reach::new(&reading.inventory, &evidence, &topology))
}

fn party(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::Party, id)
}

fn system(id: &str) -> EntityRef {
    EntityRef::new(EntityKind::System, id)
}

/// What comes in by a connection or path.
fn by(reach: &Reach<'_>, kind: EntityKind, id: &str) -> Both {
    let entries = reach.entries_of(&EntityRef::new(kind, id));
    assert!(!entries.is_empty(), "nothing comes in by {id}");
    reach.both(entries, &PacketSet::any())
}

fn holds(arrivals: &Arrivals, thing: &EntityRef) -> bool {
    !arrivals.at(thing).is_empty()
}

#[test]
fn an_undeclared_tunnel_gets_nothing_that_leaves_by_another_line() {
    shipped("general-hospital", |reach| {
        let tunnel = EntityRef::new(EntityKind::Path, "vpn1.tunnel-3");
        assert!(!reach.entries_of(&tunnel).is_empty());
        for entry in reach.network.entries.iter().filter(|it| it.from != tunnel) {
            let possible = reach.through([entry], &PacketSet::any(), Bound::Possible);
            assert!(!holds(&possible, &tunnel), "{} by {}", entry.from, entry.by);
        }
    });
}

#[test]
fn staff_come_in_by_the_name_that_policies_use_for_the_server() {
    shipped("general-hospital", |reach| {
        let both = by(reach, EntityKind::Connection, "telework");
        assert!(holds(&both.possible, &system("groupware")));
        // A policy for the line is none for those who are let in.
        assert!(!holds(&both.possible, &system("telerad-gw")));
    });
}

#[test]
fn what_a_configured_device_sends_out_again_is_not_taken_at_its_word() {
    shipped("general-hospital", |reach| {
        let both = by(reach, EntityKind::Connection, "clinic-wan");
        assert!(!holds(&both.possible, &system("ehr-ap")), "its route leads back to the line");
    });
}

#[test]
fn samples_from_the_internet_look_like_addresses_of_somebody() {
    shipped("general-hospital", |reach| {
        for entry in &reach.network.entries {
            let first = entry.sources.v4.ranges().first().map(|it| it.0 >> 24);
            assert!(first.is_none_or(|it| it != 0 && it != 127), "{}", entry.by);
        }
    });
}

const SPARSE: &str = "
schema: 1
zones:
  a: {name: A, kind: clinical}
  b: {name: B, kind: clinical}
parties: {v: {name: V, kind: vendor}}
systems:
  s: {name: s, kind: ehr, class: server, zone: a}
  t: {name: t, kind: ehr, class: server, zone: b}
connections:
  c: {name: c, party: v, purpose: remote-maintenance, transport: ip-vpn, allow: [{to: s, services: [22/tcp]}]}
";

#[test]
fn where_nothing_is_written_down_the_permission_counts_and_the_rest_is_possible() {
    written(SPARSE, |reach| {
        let both = by(reach, EntityKind::Connection, "c");
        assert!(holds(&both.certain, &system("s")));
        assert!(!holds(&both.certain, &system("t")));
        assert!(holds(&both.possible, &system("t")), "nobody wrote down that it does not");
        let declared = |it: &sekisho::reach::Assumption| it.kind == AssumptionKind::Declared;
        assert!(both.certain.assumptions.iter().any(declared));
    });
}

const DECLARED: &str = "
schema: 1
zones:
  a: {name: A, kind: clinical, networks: [10.1.0.0/24]}
  far: {name: F, kind: clinical, networks: [10.5.0.0/24]}
parties:
  net: {name: internet, kind: internet}
  staff: {name: S, kind: staff, networks: [10.8.0.0/24]}
circuits: {line: {kind: internet}}
devices:
  gate:
    name: gate
    kind: router
    interfaces: {wan: {circuit: line, addresses: [192.0.2.2/30]}, lan: {zone: a, addresses: [10.1.0.1/24]}}
    forwards: [{listen: 8443/tcp, to: s, service: 443/tcp}]
    remote_access: [{transport: ssl-vpn-client, services: [10443/tcp], from: [any]}]
systems:
  s: {name: s, kind: ehr, class: server, zone: a, addresses: [10.1.0.5]}
  t: {name: t, kind: ehr, class: server, zone: a, addresses: [10.1.0.6]}
  f: {name: f, kind: ehr, class: server, zone: far, addresses: [10.5.0.6]}
connections:
  telework: {name: telework, party: staff, purpose: telework, circuit: line, at: gate.wan, transport: ssl-vpn-client,
             allow: [{to: t, services: [3389/tcp]}]}
flows: [{from: a, to: f, services: [22/tcp]}]
";

#[test]
fn declared_forwards_and_stolen_accounts_let_the_internet_in() {
    written(DECLARED, |reach| {
        let internet = reach.both(reach.entries_of(&party("net")), &PacketSet::any());
        let s = internet.certain.at(&system("s"));
        let forwarded = s.sample().expect("the forward leads there");
        assert_eq!(forwarded.destination_port, 443);
        let way = reach.network.entries.iter().find_map(|it| {
            reach.sample(it, &system("s"), &PacketSet::any()).filter(|it| it.certain)
        });
        let way = way.expect("a packet that gets there");
        assert_eq!(way.packet.destination_port, 8443, "as it set out");
        assert_eq!(way.packet.destination.to_string(), "192.0.2.2");
        let t = internet.certain.at(&system("t"));
        assert_eq!(t.sample().map(|it| it.destination_port), Some(3389));
        let access = reach.network.entries.iter().find(|it| it.kind == EntryKind::Access);
        assert_eq!(access.map(|it| it.from.clone()), Some(party("net")));
    });
}

#[test]
fn a_flow_to_a_zone_that_no_device_joins_counts_on_the_word_of_the_inventory() {
    written(DECLARED, |reach| {
        let zone = EntityRef::new(EntityKind::Zone, "a");
        let place = reach.network.zone(&zone).expect("a place");
        let sources = reach.network.book.of(&zone);
        let certain = reach.from_place(place, &sources, &PacketSet::any(), Bound::Certain);
        let there = certain.at(&system("f"));
        let packet =
            |port| Packet::tcp("10.1.0.9".parse().unwrap(), "10.5.0.6".parse().unwrap(), port);
        assert!(there.contains(&packet(22)));
        assert!(!there.contains(&packet(23)));
        assert!(certain.on_word);
    });
}

const TWO_SITES: &str = "
schema: 1
zones:
  a: {name: A, kind: clinical, networks: [10.1.0.0/24]}
  b: {name: B, kind: clinical, networks: [10.2.0.0/24]}
parties: {v: {name: V, kind: vendor, networks: [203.0.113.128/28]}}
circuits: {one: {kind: internet}, two: {kind: internet}}
devices:
  near:
    name: near
    kind: router
    interfaces: {wan: {circuit: one, addresses: [192.0.2.2/30]}, lan: {zone: a, addresses: [10.1.0.1/24]}}
  far:
    name: far
    kind: router
    interfaces: {wan: {circuit: two, addresses: [192.0.2.6/30]}, lan: {zone: b, addresses: [10.2.0.1/24]}}
systems:
  s: {name: s, kind: ehr, class: server, zone: a, addresses: [10.1.0.5]}
  t: {name: t, kind: ehr, class: server, zone: b, addresses: [10.2.0.5]}
";

fn site(lan: &str, wan: &str, peer: &str, beyond: &str, next: &str) -> String {
    format!(
        "# RTX830 Rev.15.02.31\nip lan1 address {lan}\nip lan2 address {wan}\nip route default gateway {next}\n\
         ip route {beyond} gateway tunnel 1\ntunnel select 1\n ipsec tunnel 1\n  \
         ipsec sa policy 1 1 esp aes256-cbc sha256-hmac\n  ipsec ike remote address 1 {peer}\n  \
         ipsec ike pre-shared-key 1 *\n tunnel enable 1\nip filter 1 reject * * * * *\nip lan2 secure filter in 1\n"
    )
}

#[test]
fn a_tunnel_between_two_sites_joins_them_and_is_no_entry() {
    let near = site("10.1.0.1/24", "192.0.2.2/30", "192.0.2.6", "10.2.0.0/24", "192.0.2.1");
    let far = site("10.2.0.1/24", "192.0.2.6/30", "192.0.2.2", "10.1.0.0/24", "192.0.2.5");
    asked(TWO_SITES, &[("near", &near), ("far", &far)], |reach| {
        assert!(reach.network.entries.iter().all(|it| it.kind != EntryKind::Tunnel));
        let zone = EntityRef::new(EntityKind::Zone, "a");
        let place = reach.network.zone(&zone).expect("a place");
        let sources = reach.network.book.of(&zone);
        let certain = reach.from_place(place, &sources, &PacketSet::any(), Bound::Certain);
        assert!(holds(&certain, &system("t")), "{certain:#?}");
        let way = reach.sample(
            sekisho::reach::Start::At(place, &sources),
            &system("t"),
            &PacketSet::any(),
        );
        let way = way.expect("a way");
        let named: Vec<_> = way.hops.iter().filter_map(|it| it.thing.as_ref()).collect();
        assert!(named.iter().any(|it| it.id == "far"), "{named:?}");
    });
}

#[test]
fn a_next_hop_that_nobody_has_is_possible_and_never_certain() {
    let near = "# RTX830 Rev.15.02.31\nip lan1 address 10.1.0.1/24\nip lan2 address 192.0.2.2/30\nip route 10.2.0.0/24 gateway 10.1.0.254\n";
    asked(TWO_SITES, &[("near", near)], |reach| {
        let internet = reach.topology.internet();
        let entries = reach.entries_of(&internet);
        let inside = PacketSet::any();
        let zone = EntityRef::new(EntityKind::Zone, "a");
        let place = reach.network.zone(&zone).expect("a place");
        let sources = reach.network.book.of(&zone);
        assert!(!entries.is_empty());
        let certain = reach.from_place(place, &sources, &inside, Bound::Certain);
        let possible = reach.from_place(place, &sources, &inside, Bound::Possible);
        assert!(!holds(&certain, &system("t")));
        assert!(holds(&possible, &system("t")), "a pair or an undeclared router may lead there");
    });
}

const BRIDGED: &str = "
schema: 1
zones:
  a: {name: A, kind: clinical, networks: [10.1.0.0/24]}
  g: {name: G, kind: guest, networks: [10.7.0.0/24]}
devices:
  gate:
    name: gate
    kind: router
    interfaces: {lan1: {zone: a}, lan2: {zone: g}}
systems:
  s: {name: s, kind: ehr, class: server, zone: a, addresses: [10.1.0.5]}
  x: {name: x, kind: other, class: terminal, zone: g, addresses: [10.7.0.5]}
";

#[test]
fn a_bridge_makes_two_zones_one_network() {
    let gate =
        "# RTX830 Rev.15.02.31\nbridge member bridge1 lan1 lan2\nip bridge1 address 10.1.0.1/24\n";
    asked(BRIDGED, &[("gate", gate)], |reach| {
        let zone = EntityRef::new(EntityKind::Zone, "g");
        let place = reach.network.zone(&zone).expect("a place");
        let sources = reach.network.book.of(&zone);
        let certain = reach.from_place(place, &sources, &PacketSet::any(), Bound::Certain);
        assert!(holds(&certain, &system("s")), "{:#?}", reach.network.nodes);
    });
}

#[test]
fn what_leaves_to_the_internet_may_come_in_over_another_line() {
    let near = "# RTX830 Rev.15.02.31\nip lan1 address 10.1.0.1/24\nip lan2 address 192.0.2.2/30\n\
                ip route default gateway 192.0.2.1\nip lan2 nat descriptor 1\n\
                nat descriptor type 1 masquerade\nnat descriptor address outer 1 192.0.2.2\n\
                nat descriptor address inner 1 auto\n";
    let far = "# RTX830 Rev.15.02.31\nip lan1 address 10.2.0.1/24\nip lan2 address 192.0.2.6/30\n\
               ip route default gateway 192.0.2.5\nip lan2 nat descriptor 1\n\
               nat descriptor type 1 masquerade\nnat descriptor address outer 1 192.0.2.6\n\
               nat descriptor address inner 1 auto\n\
               nat descriptor masquerade static 1 1 10.2.0.5 tcp 3389\n";
    asked(TWO_SITES, &[("near", near), ("far", far)], |reach| {
        let zone = EntityRef::new(EntityKind::Zone, "a");
        let place = reach.network.zone(&zone).expect("a place");
        let sources = reach.network.book.of(&zone);
        let certain = reach.from_place(place, &sources, &PacketSet::any(), Bound::Certain);
        let there = certain.at(&system("t"));
        let sample = there.sample().expect("the forward leads there");
        assert_eq!(sample.destination_port, 3389, "{there:?}");
        let way = reach.sample(
            sekisho::reach::Start::At(place, &sources),
            &system("t"),
            &PacketSet::any(),
        );
        assert_eq!(way.expect("a way").packet.destination.to_string(), "192.0.2.6");
    });
}

#[test]
fn the_configuration_of_another_device_decides_nothing() {
    let foreign = "# RTX830 Rev.15.02.31\nip lan1 address 10.9.0.1/24\nip lan2 address 192.0.2.130/30\n\
                   ip filter 1 reject * * * * *\nip lan2 secure filter in 1\n";
    asked(TWO_SITES, &[("near", foreign)], |reach| {
        let internet = reach.topology.internet();
        let possible = reach.both(reach.entries_of(&internet), &PacketSet::any()).possible;
        assert!(holds(&possible, &system("s")), "{:#?}", reach.network.nodes);
    });
}

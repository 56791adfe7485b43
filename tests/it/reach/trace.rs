//! The way of one packet agrees with where sets of packets get to.

use super::network::asked;
use crate::support::random::Chance;
use sekisho::model::{AddressSet, EntityRef, IpNetwork};
use sekisho::reach::packets::{Packet, PacketSet};
use sekisho::reach::{Bound, Disposition, Reach};
use std::fmt::Write as _;

/// A gate to the internet, an inner router, a router without configuration, two tunnels.
const INVENTORY: &str = "
schema: 1
zones:
  a: {name: A, kind: clinical, networks: [10.1.0.0/24]}
  b: {name: B, kind: clinical, networks: [10.2.0.0/24]}
  c: {name: C, kind: clinical, networks: [10.3.0.0/24]}
parties:
  v: {name: V, kind: vendor, networks: [198.51.100.0/28]}
  w: {name: W, kind: vendor, networks: [203.0.113.128/28]}
  k: {name: K, kind: vendor, networks: [10.9.0.0/24]}
circuits:
  line: {kind: internet}
  vpn: {kind: ip-vpn}
devices:
  gate:
    name: gate
    kind: router
    interfaces: {wan: {circuit: line, addresses: [192.0.2.2/30]}, lan: {zone: a, addresses: [10.1.0.1/24]}}
  inner:
    name: inner
    kind: router
    interfaces: {a: {zone: a, addresses: [10.1.0.2/24]}, b: {zone: b, addresses: [10.2.0.1/24]}}
  third:
    name: third
    kind: router
    interfaces: {b: {zone: b, addresses: [10.2.0.2/24]}, c: {zone: c, addresses: [10.3.0.1/24]}, out: {circuit: vpn}}
systems:
  s: {name: s, kind: ehr, class: server, zone: a, addresses: [10.1.0.5]}
  t: {name: t, kind: ehr, class: server, zone: b, addresses: [10.2.0.5]}
  u: {name: u, kind: ehr, class: server, zone: c, addresses: [10.3.0.5]}
  somewhere: {name: x, kind: ehr, class: server, zone: b}
connections:
  plain: {name: plain, party: v, purpose: remote-maintenance, circuit: line, at: gate.wan, transport: plain-internet,
          allow: [{to: s, services: [3389/tcp]}, {to: u, services: [22/tcp]}]}
  closed: {name: closed, party: k, purpose: remote-maintenance, circuit: vpn, at: third.out, transport: ip-vpn,
           allow: [{to: u, services: [22/tcp]}, {to: t, services: [3389/tcp]}]}
flows:
  - {from: a, to: c, services: [22/tcp]}
";

const SOURCES: [&str; 7] =
    ["198.51.100.1", "203.0.113.129", "8.8.8.8", "10.9.0.7", "10.1.0.5", "10.2.0.5", "10.1.0.77"];
const DESTINATIONS: [&str; 10] = [
    "10.1.0.5",
    "10.2.0.5",
    "10.3.0.5",
    "10.1.0.1",
    "10.1.0.2",
    "10.2.0.2",
    "192.0.2.2",
    "198.51.100.1",
    "10.3.0.99",
    "172.31.0.1",
];
const PORTS: [u16; 3] = [22, 3389, 443];

fn gate(chance: &mut Chance) -> String {
    let mut text = String::from(
        "# RTX830 Rev.15.02.31\nip lan1 address 10.1.0.1/24\nip lan2 address 192.0.2.2/30\n",
    );
    if !chance.once_in(6) {
        text += "ip route default gateway 192.0.2.1\n";
    }
    let next = chance.of(&["10.1.0.2", "10.1.0.2", "10.1.0.9", "192.0.2.1", "tunnel 1"]);
    writeln!(text, "ip route 10.2.0.0/24 gateway {next}").unwrap();
    if chance.once_in(2) {
        let also = chance.of(&["", " gateway 10.1.0.9", " gateway 10.1.0.1"]);
        writeln!(text, "ip route 10.3.0.0/24 gateway 10.1.0.2{also}").unwrap();
    }
    if chance.once_in(2) {
        text += "nat descriptor type 1 masquerade\nnat descriptor address outer 1 192.0.2.2\n";
        let to = chance.of(&["10.1.0.5", "10.2.0.5", "10.3.0.5"]);
        writeln!(text, "nat descriptor masquerade static 1 1 {to} tcp 3389").unwrap();
        writeln!(text, "nat descriptor masquerade static 1 2 {to} tcp 443=22").unwrap();
        text += "ip lan2 nat descriptor 1\n";
    }
    if chance.once_in(2) {
        text += "tunnel select 1\n ipsec tunnel 1\n  ipsec sa policy 1 1 esp aes256-cbc sha256-hmac\n  ipsec ike remote address 1 203.0.113.130\n  ipsec ike pre-shared-key 1 *\n";
        if chance.once_in(2) {
            text += " ip tunnel secure filter in 11 12\n";
        }
        text += " tunnel enable 1\nip route 203.0.113.128/28 gateway tunnel 1\n";
    }
    for number in 11..=16 {
        let verdict = chance.of(&["pass", "pass", "reject"]);
        let source = chance.of(&["*", "198.51.100.0/28", "203.0.113.0/24", "10.1.0.5"]);
        let to = chance.of(&["*", "10.1.0.5", "10.2.0.0/24", "10.3.0.5"]);
        let what = chance.of(&["*", "tcp * 22", "tcp * 3389", "tcp"]);
        writeln!(text, "ip filter {number} {verdict} {source} {to} {what}").unwrap();
    }
    if chance.once_in(2) {
        text += "ip lan2 secure filter in 13 14 15\n";
    }
    if chance.once_in(4) {
        text += "ip lan1 secure filter out 16 11\n";
    }
    text
}

fn inner(chance: &mut Chance) -> String {
    let mut text = String::from(
        "version 15.2\nhostname inner\n!\ninterface GigabitEthernet0\n ip address 10.1.0.2 255.255.255.0\n",
    );
    if chance.once_in(2) {
        text += " ip access-group IN in\n";
    }
    text += "!\ninterface GigabitEthernet1\n ip address 10.2.0.1 255.255.255.0\n";
    if chance.once_in(3) {
        text += " ip access-group MISSING out\n";
    }
    text += "!\n";
    if !chance.once_in(4) {
        text += "ip route 0.0.0.0 0.0.0.0 10.1.0.1\n";
    }
    if !chance.once_in(3) {
        let next = chance.of(&["10.2.0.2", "10.2.0.2", "10.2.0.9", "10.1.0.1"]);
        writeln!(text, "ip route 10.3.0.0 255.255.255.0 {next}").unwrap();
    }
    text += "ip access-list extended IN\n";
    for _ in 0..3 {
        let verdict = chance.of(&["permit", "permit", "deny"]);
        let to = chance.of(&["any", "host 10.2.0.5", "10.3.0.0 0.0.0.255"]);
        let port = chance.of(&["", " eq 22", " eq 3389"]);
        writeln!(text, " {verdict} tcp any {to}{port}").unwrap();
    }
    text += "!\nend\n";
    text
}

fn packets(chance: &mut Chance) -> Vec<Packet> {
    (0..24)
        .map(|_| {
            let source = chance.of(&SOURCES).parse().unwrap();
            let destination = chance.of(&DESTINATIONS).parse().unwrap();
            Packet::tcp(source, destination, PORTS[chance.between(0, PORTS.len() - 1)])
        })
        .collect()
}

/// Every thing that packets may get to.
fn ends<'r>(reach: &'r Reach<'_>) -> impl Iterator<Item = EntityRef> + use<'r> {
    let nodes = reach.network.nodes.iter().map(|it| it.thing.clone());
    let hosts = reach.network.hosts.iter().map(|it| it.thing.clone());
    let parties = reach.network.entries.iter().map(|it| it.from.clone());
    nodes.chain(hosts).chain(parties)
}

#[test]
fn the_way_of_a_packet_agrees_with_where_sets_get_to() {
    let (mut arrived, mut doubtful, mut lost) = (0, 0, 0);
    for seed in 0..40 {
        let mut chance = Chance(seed);
        let (gate, inner) = (gate(&mut chance), inner(&mut chance));
        let packets = packets(&mut chance);
        let configs = [("gate", gate.as_str()), ("inner", inner.as_str())];
        asked(INVENTORY, &configs, |reach| {
            for entry in &reach.network.entries {
                let all = reach.both([entry], &PacketSet::any());
                for (thing, packets) in &all.certain.at {
                    assert!(all.possible.at(thing).includes(packets), "{seed}: {thing}");
                }
                let own = PacketSet::sessions(&entry.sources, &entry.destinations, &[]);
                for packet in packets.iter().filter(|it| own.contains(it)) {
                    let both = reach.both([entry], &packet.into());
                    let ways = reach.trace(entry, packet);
                    for thing in ends(reach) {
                        let here = || {
                            format!(
                                "seed {seed}\n{gate}\n{inner}\n{packet:?} over {} to {thing}\n{both:#?}\n{ways:#?}",
                                entry.by
                            )
                        };
                        let certain = both.certain.at(&thing);
                        let possible = both.possible.at(&thing);
                        assert!(all.certain.at(&thing).includes(&certain), "{}", here());
                        assert!(all.possible.at(&thing).includes(&possible), "{}", here());
                        let there =
                            |bound| ways.iter().any(|it| it.counts(bound) && it.reaches(&thing));
                        assert_eq!(!certain.is_empty(), there(Bound::Certain), "{}", here());
                        assert_eq!(!possible.is_empty(), there(Bound::Possible), "{}", here());
                        match (certain.is_empty(), possible.is_empty()) {
                            (false, _) => arrived += 1,
                            (true, false) => doubtful += 1,
                            (true, true) => lost += 1,
                        }
                    }
                }
            }
        });
    }
    assert!(arrived > 50 && doubtful > 100 && lost > 1000, "{arrived} {doubtful} {lost}");
}

#[test]
fn a_sample_gets_there_through_translations_and_what_blocks_is_named() {
    for seed in 0..16 {
        let mut chance = Chance(seed);
        let (gate, inner) = (gate(&mut chance), inner(&mut chance));
        let configs = [("gate", gate.as_str()), ("inner", inner.as_str())];
        asked(INVENTORY, &configs, |reach| {
            for entry in &reach.network.entries {
                let all = reach.both([entry], &PacketSet::any());
                for thing in ends(reach) {
                    let possible = all.possible.at(&thing);
                    let sample = reach.sample(entry, &thing, &PacketSet::any());
                    let here = || {
                        format!(
                            "seed {seed}\n{gate}\n{inner}\n{} to {thing}: {possible:#?} {sample:#?}",
                            entry.by
                        )
                    };
                    assert_eq!(sample.is_some(), !possible.is_empty(), "{}", here());
                    if !all.certain.on_word
                        && reach.network.hosts.iter().all(|it| it.thing != thing || !it.vague)
                    {
                        let certain = sample.as_ref().is_some_and(|it| it.certain);
                        assert_eq!(certain, !all.certain.at(&thing).is_empty(), "{}", here());
                    }
                    let inside = reach.network.hosts.iter().any(|it| it.thing == thing);
                    if possible.is_empty() && inside {
                        let blocked = reach.blocked(entry, &thing, &PacketSet::any());
                        assert!(blocked.is_some_and(|it| !it.reaches(&thing)), "{}", here());
                    }
                }
            }
        });
    }
}

#[test]
fn routes_that_point_at_each_other_are_a_loop() {
    let gate = "# RTX830 Rev.15.02.31\nip lan1 address 10.1.0.1/24\nip lan2 address 192.0.2.2/30\nip route 10.3.0.0/24 gateway 10.1.0.2\nip filter 1 pass * * * * *\nip lan2 secure filter in 1\n";
    let inner = "version 15.2\nhostname inner\ninterface GigabitEthernet0\n ip address 10.1.0.2 255.255.255.0\n!\ninterface GigabitEthernet1\n ip address 10.2.0.1 255.255.255.0\n!\nip route 0.0.0.0 0.0.0.0 10.1.0.1\nend\n";
    asked(INVENTORY, &[("gate", gate), ("inner", inner)], |reach| {
        let place = reach.network.places.iter().position(|it| {
            it.networks == AddressSet::from("10.1.0.0/24".parse::<IpNetwork>().unwrap())
        });
        let packet = Packet::tcp("10.1.0.77".parse().unwrap(), "10.3.0.5".parse().unwrap(), 443);
        let ways = reach.trace_from(place.unwrap(), &packet);
        assert!(ways.iter().any(|it| it.end == Disposition::Loop), "{ways:#?}");
        assert!(ways.iter().all(|it| !it.counts(Bound::Certain)), "{ways:#?}");
    });
}

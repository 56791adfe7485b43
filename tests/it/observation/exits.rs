//! Hosts, exits, translated copies, and who answers for others.

use super::packets::{
    ACK, Bytes, EVERYBODY, SYN, arp, between, ethernet, join, mac, tcp, udp, vlan,
};
use super::watching::piece;
use sekisho::model::Vocabulary as _;
use sekisho::observation::Piece;

const PC: &str = "10.0.0.21";
const GATEWAY: u8 = 254;
const VENDOR: &str = "203.0.113.9";

fn exits(piece: &Piece) -> Vec<String> {
    let told = piece.exits.iter().map(|it| {
        let [outward, inward] = [&it.outward, &it.inward]
            .map(|it| it.iter().map(ToString::to_string).collect::<Vec<_>>());
        format!("{} out {} in {}", it.mac, outward.join(" "), inward.join(" "))
    });
    told.collect()
}

fn hosts(piece: &Piece) -> Vec<String> {
    piece.hosts.iter().map(|it| it.address.to_string()).collect()
}

/// A datagram of the PC to somebody through the gateway, and back.
fn through_gateway(there: &str, ttl: u8) -> [Bytes; 2] {
    let out = between(PC, there).carries(17, &udp((50000, 7000), b"words"));
    let back = between(there, PC).ttl(ttl).carries(17, &udp((7000, 50000), b"words"));
    [ethernet(mac(21), mac(GATEWAY), 0x0800, &out), ethernet(mac(GATEWAY), mac(21), 0x0800, &back)]
}

#[test]
fn a_next_hop_that_carries_what_is_not_its_own_is_an_exit() {
    let told = "02:00:5e:10:00:fe out 203.0.113.9/32 in 203.0.113.9/32";
    // Without a word of ARP: the answer was forwarded.
    assert_eq!(exits(&piece(&through_gateway(VENDOR, 57))), [told]);
    // Even when a proxy answers as if it stood there: the address is public.
    let asked = &through_gateway(VENDOR, 57)[..1];
    assert_eq!(exits(&piece(asked)), ["02:00:5e:10:00:fe out 203.0.113.9/32 in "]);
    // With ARP: it owns another address.
    let mut frames = through_gateway("192.168.7.9", 64).to_vec();
    assert!(exits(&piece(&frames)).is_empty());
    let answer = arp(2, (mac(GATEWAY), "10.0.0.1"), (mac(21), PC));
    frames.push(ethernet(mac(GATEWAY), mac(21), 0x0806, &answer));
    let found = piece(&frames);
    assert_eq!(exits(&found), ["02:00:5e:10:00:fe out 192.168.7.9/32 in 192.168.7.9/32"]);
    assert_eq!(
        found.exits[0].own.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["10.0.0.1"]
    );
}

#[test]
fn neighbours_that_talk_to_each_other_are_no_exits() {
    let there = between(PC, "10.0.0.10").carries(17, &udp((50000, 7000), b"words"));
    let back = between("10.0.0.10", PC).ttl(128).carries(17, &udp((7000, 50000), b"words"));
    let frames =
        [ethernet(mac(21), mac(10), 0x0800, &there), ethernet(mac(10), mac(21), 0x0800, &back)];
    assert!(piece(&frames).exits.is_empty());
}

#[test]
fn many_addresses_behind_an_exit_are_told_as_networks() {
    let frames: Vec<_> =
        (1..200).flat_map(|it| through_gateway(&format!("198.51.100.{it}"), 50)).collect();
    let told = "02:00:5e:10:00:fe out 198.51.100.0/24 in 198.51.100.0/24";
    assert_eq!(exits(&piece(&frames)), [told]);
}

#[test]
fn who_is_only_asked_for_is_no_host() {
    let ask = |it: u8| {
        let question = arp(1, (mac(71), "192.168.1.71"), ([0; 6], &format!("192.168.1.{it}")));
        ethernet(mac(71), EVERYBODY, 0x0806, &question)
    };
    let scan: Vec<_> = (1..60).map(ask).collect();
    let found = piece(&scan);
    assert_eq!(hosts(&found), ["192.168.1.71"]);
    assert_eq!(
        found.hosts[0].macs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["02:00:5e:10:00:47"]
    );
    // Nor is who probes whether an address is free (RFC 5227).
    let probe = arp(1, (mac(3), "0.0.0.0"), ([0; 6], "192.168.1.9"));
    assert!(hosts(&piece(&[ethernet(mac(3), EVERYBODY, 0x0806, &probe)])).is_empty());
    // A SYN makes a host of its sender only.
    let syn = between(PC, VENDOR).carries(6, &tcp((50000, 445), SYN, 1, b""));
    assert_eq!(hosts(&piece(&[ethernet(mac(21), mac(GATEWAY), 0x0800, &syn)])), [PC]);
}

#[test]
fn neighbour_discovery_tells_who_owns_an_address() {
    let target = "2001:db8::10".parse::<std::net::Ipv6Addr>().unwrap().octets();
    let said = join(&[&[136, 0, 0, 0, 0x60, 0, 0, 0], &target, &[2, 1], &mac(10)]);
    for (ttl, owners) in [(255, 1), (254, 0)] {
        let packet = between("2001:db8::10", "ff02::1").ttl(ttl).carries(58, &said);
        let found = piece(&[ethernet(mac(10), mac(1), 0x86dd, &packet)]);
        assert_eq!(found.hosts[0].macs.len(), owners, "hop limit {ttl}");
    }
}

#[test]
fn who_answers_for_several_networks_does_it_for_others() {
    let answer = |it: &str| {
        ethernet(mac(GATEWAY), mac(21), 0x0806, &arp(2, (mac(GATEWAY), it), (mac(21), PC)))
    };
    let one = piece(&[answer("10.0.0.1"), answer("10.0.0.2")]);
    assert!(one.roles.is_empty());
    let many = piece(&[answer("10.0.0.1"), answer("10.3.0.9")]);
    assert_eq!(many.roles.iter().map(|it| it.role.key()).collect::<Vec<_>>(), ["proxy-arp"]);
}

/// A greeting and its answer with these first numbers, as seen at one place.
fn greeting(client: &str, server: &str, isn: u32, ttl: u8, place: (u8, u8)) -> [Bytes; 2] {
    let ask = between(client, server).ttl(ttl).carries(6, &tcp((50000, 443), SYN, isn, b""));
    let yes = between(server, client).ttl(200).carries(6, &tcp((443, 50000), SYN | ACK, !isn, b""));
    let (a, b) = (mac(place.0), mac(place.1));
    [ethernet(a, b, 0x0800, &ask), ethernet(b, a, 0x0800, &yes)]
}

#[test]
fn a_translated_session_counts_once_with_both_names() {
    let inside = greeting(PC, VENDOR, 77, 64, (21, GATEWAY));
    let outside = greeting("198.51.100.4", VENDOR, 77, 63, (GATEWAY, 99));
    let frames = [inside[0].clone(), outside[0].clone(), outside[1].clone(), inside[1].clone()];
    let found = piece(&frames);
    assert_eq!((found.conversations.len(), found.counts.copies), (1, 2));
    let told = &found.conversations[0];
    assert_eq!(told.from.to_string(), PC);
    assert_eq!(told.also_as.iter().collect::<Vec<_>>(), ["198.51.100.4>203.0.113.9"]);
    // The way out of the PC is the gateway; what is behind that one carries the gateway's address.
    assert_eq!((told.sessions, told.hops.len()), (1, 1));
    assert_eq!(exits(&found), ["02:00:5e:10:00:fe out 203.0.113.9/32 in 203.0.113.9/32"]);
    // Another session of another client is not the same, although it goes to the same server.
    let other = greeting("198.51.100.4", VENDOR, 78, 63, (GATEWAY, 99));
    assert_eq!(piece(&[inside, other].concat()).conversations.len(), 2);
}

#[test]
fn a_session_routed_from_one_vlan_into_another_counts_once() {
    let tagged = |id: u16, frames: [Bytes; 2]| {
        frames.map(|it| join(&[&it[..12], &[0x81, 0], &vlan(id, 0x0800, &it[14..])]))
    };
    let before = tagged(10, greeting(PC, "10.1.0.9", 77, 64, (21, GATEWAY)));
    let after = tagged(20, greeting(PC, "10.1.0.9", 77, 63, (GATEWAY, 9)));
    let found = piece(&[before.clone(), after].concat());
    assert_eq!((found.conversations.len(), found.counts.copies), (1, 2));
    assert_eq!(found.conversations[0].vlans, [10]);
    // With the same hardware addresses and time to live nobody routed it: networks are mixed.
    let mixed = tagged(20, greeting(PC, "10.1.0.9", 77, 64, (21, GATEWAY)));
    assert_eq!(piece(&[before, mixed].concat()).conversations.len(), 2);
}

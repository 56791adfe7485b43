//! What is said outside of flows.

use super::{all, block16, hex};
use sekisho::wire::speech::{Kind, frame};
use sekisho::wire::words::{Announced, Learned, Role};
use std::net::IpAddr;

fn tlv(kind: u16, body: &[u8]) -> Vec<u8> {
    let head = kind << 9 | u16::try_from(body.len()).unwrap();
    all(&[&head.to_be_bytes(), body])
}

fn lldp() -> Vec<u8> {
    all(&[
        &tlv(1, &hex("04 02005e005301")),
        &tlv(2, b"\x05Gi0/1"),
        &tlv(3, &[0, 120]),
        &tlv(4, b"to the wards"),
        &tlv(5, b"core-sw1.example.jp"),
        &tlv(6, b"Example Switch 9\nbuilt long ago"),
        &tlv(8, &hex("05 01 c0000201 02 00000001 00")),
        &tlv(127, &hex("0080c2 01 002a")),
        &tlv(0, &[]),
    ])
}

fn cdp() -> Vec<u8> {
    let field = |kind: u16, body: &[u8]| all(&[&kind.to_be_bytes(), &block16(body, 4)]);
    all(&[
        &hex("02 b4 0000"),
        &field(1, b"edge-r1"),
        &field(2, &hex("00000001 01 01 cc 0004 c0000202")),
        &field(3, b"GigabitEthernet0/2"),
        &field(6, b"example 4400"),
        &field(10, &[0, 7]),
    ])
}

/// Kind and bytes of every frame that is understood.
pub fn frames() -> Vec<(Kind, Vec<u8>)> {
    let advertisement = all(&[
        &hex("8600 0000 40 40 0708 00000000 00000000"),
        &hex("03 04 40 c0 00000e10 00000e10 00000000 20010db8000000000000000000000000"),
        &hex("19 03 0000 00000e10 20010db8000000000000000000000053"),
    ]);
    let tree =
        hex("0000 02 02 3c 8000 02005e005301 00000004 8000 02005e005302 8001 0100 1400 0200 0f00");
    vec![
        (Kind::Ethertype(0x88cc), lldp()),
        (Kind::Snap { oui: 12, pid: 0x2000 }, cdp()),
        (Kind::Llc { dsap: 0x42, ssap: 0x42 }, tree.clone()),
        (Kind::Snap { oui: 12, pid: 0x010b }, tree),
        (
            Kind::Llc { dsap: 0xfe, ssap: 0xfe },
            all(&[&hex("83 1b 01 00 10 01 00 00 03 000000000007 001e"), &[0; 20]]),
        ),
        (Kind::IpProtocol(88), all(&[&hex("02 05 0000"), &[0; 12], &hex("0000 0064"), &[0; 8]])),
        (Kind::IpProtocol(89), all(&[&hex("02 01 002c c0000207 00000000 0000 0002"), &[0; 28]])),
        (Kind::IpProtocol(103), hex("20 00 0000 00010002 0069")),
        (Kind::IpProtocol(112), hex("31 2a 64 02 0064 0000 c0000201 c0000202")),
        (Kind::Icmpv6, advertisement),
    ]
}

fn only(kind: Kind, bytes: &[u8]) -> Learned {
    let mut learned = frame(kind, bytes);
    assert_eq!(learned.len(), 1, "{kind:?}");
    learned.remove(0)
}

#[test]
fn neighbours_announce_themselves() {
    let address = |it: &str| it.parse::<IpAddr>().unwrap();
    let expected = Announced {
        by: "lldp".to_owned(),
        chassis: "02:00:5e:00:53:01".to_owned(),
        port: "Gi0/1".to_owned(),
        port_description: "to the wards".to_owned(),
        system: "core-sw1.example.jp".to_owned(),
        platform: "Example Switch 9".to_owned(),
        management: [address("192.0.2.1")].into(),
        native_vlan: Some(42),
    };
    assert_eq!(only(Kind::Ethertype(0x88cc), &lldp()), Learned::Neighbour(expected));
    let expected = Announced {
        by: "cdp".to_owned(),
        chassis: "edge-r1".to_owned(),
        port: "GigabitEthernet0/2".to_owned(),
        system: "edge-r1".to_owned(),
        platform: "example 4400".to_owned(),
        management: [address("192.0.2.2")].into(),
        native_vlan: Some(7),
        ..Announced::default()
    };
    assert_eq!(only(Kind::Snap { oui: 12, pid: 0x2000 }, &cdp()), Learned::Neighbour(expected));
}

#[test]
fn routers_and_bridges_show_their_roles() {
    let expected = [
        (Role::SpanningTree, "root", "32768.02:00:5e:00:53:01"),
        (Role::SpanningTree, "version", "RSTP (PVST+)"),
        (Role::Isis, "system-id", "0000.0000.0007"),
        (Role::Eigrp, "as", "100"),
        (Role::Ospf, "router-id", "192.0.2.7"),
        (Role::Pim, "version", "2"),
        (Role::Vrrp, "group", "42"),
        (Role::RouterAdvertisement, "prefix", "2001:db8::/64"),
    ];
    for ((kind, bytes), (expected, word, value)) in frames().into_iter().skip(2).zip(expected) {
        let Learned::Role { role, details, .. } = only(kind, &bytes) else { panic!("{kind:?}") };
        assert_eq!(role, expected);
        assert!(details[word].contains(value), "{role:?}: {details:?}");
    }
}

#[test]
fn virtual_addresses_are_nobodys_own() {
    let virtual_ones = |bytes: &str| match only(Kind::IpProtocol(112), &hex(bytes)) {
        Learned::Role { virtual_addresses, .. } => {
            virtual_addresses.iter().map(ToString::to_string).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(virtual_ones("31 2a 64 02 0064 0000 c0000201 c0000202"), ["192.0.2.1", "192.0.2.2"]);
    // Version 2 has eight bytes of a password behind its addresses, which are no address.
    assert_eq!(virtual_ones("21 2a 64 01 0001 0000 c0000201 7365637265740000"), ["192.0.2.1"]);
    assert_eq!(virtual_ones("31 2d 64 01 0064 0000 fe800000000000000000000000000001"), ["fe80::1"]);
}

#[test]
fn what_is_malformed_teaches_nothing() {
    assert_eq!(frame(Kind::Ethertype(0x88cc), &tlv(2, b"\x05Gi0/1")), [], "a chassis comes first");
    assert_eq!(frame(Kind::Ethertype(0x0806), &[0; 40]), []);
    assert_eq!(frame(Kind::Icmpv6, &hex("8000 0000 00000000")), []);
}

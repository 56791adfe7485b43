//! Frames: every link type and every wrapping leads to the same packet inside.

use super::packets::{
    Bytes, between, ethernet, geneve, gre, join, mac, mpls, pppoe, udp, vlan, vxlan,
};
use super::watching::{ETHERNET, briefs, flows, header, watched};
use sekisho::wire::frame::{Found, Path, Walk};

/// The packet that is wrapped in everything: a question to a name server.
fn question() -> Bytes {
    between("10.0.0.1", "10.0.0.53").carries(17, &udp((40000, 53), b"a question"))
}

const INSIDE: &str = "10.0.0.1:40000>10.0.0.53:53/17";

fn framed(kind: u16, inside: &[u8]) -> Bytes {
    ethernet(mac(1), mac(2), kind, inside)
}

#[test]
fn every_link_type_leads_to_the_packet() {
    let question = question();
    let sll = join(&[&[0, 0, 0, 1, 0, 6], &mac(1), &[0, 0, 8, 0], &question]);
    let sll2 = join(&[&[8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6], &mac(1), &[0, 0], &question]);
    let behind = |head: &[u8]| join(&[head, &question]);
    let cases = [
        (1, framed(0x0800, &question)),
        (113, sll),
        (276, sll2),
        (101, question.clone()),
        (12, question.clone()),
        (14, question.clone()),
        (228, question.clone()),
        (0, behind(&[2, 0, 0, 0])),
        (0, behind(&[0, 0, 0, 2])),
        (108, behind(&[0, 0, 0, 2])),
        (108, behind(&[2, 0, 0, 0])),
        (9, behind(&[0, 0x21])),
        (9, behind(&[0x21])),
        (50, behind(&[0xff, 3, 0, 0x21])),
        (50, behind(&[0x0f, 0, 8, 0])),
        (51, pppoe(7, 0x21, &question)),
        (104, behind(&[0x0f, 0, 8, 0])),
        (239, nflog(2, u16::to_le_bytes, &question)),
        (239, nflog(2, u16::to_be_bytes, &question)),
        // On a bridge the family says nothing of the packet.
        (239, nflog(7, u16::to_le_bytes, &question)),
    ];
    for (link_type, bytes) in cases {
        let found = briefs(&flows(link_type, &[bytes]));
        let wrapped = if link_type == 51 { format!("{INSIDE} pppoe:7") } else { INSIDE.to_owned() };
        assert_eq!(found, [wrapped], "link type {link_type}");
    }
}

/// What a filter of Linux logs: about the packet, a prefix, the sender, the packet.
fn nflog(family: u8, order: fn(u16) -> [u8; 2], packet: &[u8]) -> Bytes {
    let attribute = |kind: u16, value: &[u8]| {
        let head = [order(4 + value.len() as u16), order(kind)].concat();
        let padding = vec![0; value.len().next_multiple_of(4) - value.len()];
        join(&[&head, value, &padding])
    };
    let sender = join(&[&[0, 6, 0, 0], &mac(1), &[0, 0]]);
    join(&[
        &[family, 0, 0, 5],
        &attribute(1, &[8, 0, 1, 0]),
        &attribute(10, b"in\0"),
        &attribute(8, &sender),
        &attribute(9, packet),
    ])
}

#[test]
fn what_a_filter_logged_tells_who_sent_it_and_ends_where_it_ends() {
    let whole = nflog(2, u16::to_le_bytes, &question());
    let mut walk = Walk::new(239, &whole, whole.len() as u32);
    assert!(matches!(walk.next(&mut Path::default()), Some(Found::Ip(_))));
    assert_eq!(walk.macs.sender().0, mac(1));
    for kept in 0..whole.len() {
        let cut = watched(239, &[whole[..kept].to_vec()]).finish(header()).counts;
        let told: u64 = cut.undecoded.values().sum();
        // What is missing of the packet itself is its payload.
        assert!(told == 1 || kept + 20 > whole.len(), "{kept} bytes: {cut:?}");
    }
    // Lengths that make no sense end the reading.
    for at in 0..whole.len() {
        let mut wrong = whole.clone();
        wrong[at] = 0xff;
        watched(239, &[wrong]);
    }
}

#[test]
fn an_unknown_link_type_is_named_and_counted() {
    let counts = watched(147, &[vec![1, 2, 3], vec![4]]).finish(header()).counts;
    assert_eq!((counts.packets, counts.undecoded.get("link-type:147")), (2, Some(&2)));
}

#[test]
fn every_wrapping_is_taken_off_and_told() {
    let question = question();
    let frame = framed(0x0800, &question);
    let outer = between("192.0.2.1", "198.51.100.1");
    let in_udp = |ports, bytes: &[u8]| framed(0x0800, &outer.carries(17, &udp(ports, bytes)));
    let in_ip = |protocol, bytes: &[u8]| framed(0x0800, &outer.carries(protocol, bytes));
    let l2tp = join(&[&[0, 2, 0, 9, 0, 1, 0xff, 3, 0, 0x21], &question]);
    let pptp_length = (question.len() as u16 + 2).to_be_bytes();
    let pptp =
        join(&[&[0x30, 1, 0x88, 0x0b], &pptp_length, &[0, 5, 0, 0, 0, 1, 0, 0x21], &question]);
    let erspan2 = join(&[&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0, 0, 3, 0, 0, 0, 0], &frame]);
    let erspan3 =
        join(&[&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0], &frame]);
    let snap = join(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &question]);
    let over = "ip:192.0.2.1>198.51.100.1";
    let cases = [
        (framed(0x8100, &vlan(12, 0x0800, &question)), " vlan:12".to_owned()),
        (
            framed(0x88a8, &vlan(100, 0x8100, &vlan(12, 0x0800, &question))),
            " vlan:100 vlan:12".to_owned(),
        ),
        (framed(0x9100, &vlan(9, 0x0800, &question)), " vlan:9".to_owned()),
        // A priority is no network.
        (framed(0x8100, &vlan(0, 0x0800, &question)), String::new()),
        (framed(0x8847, &mpls(29, &question)), " mpls:29".to_owned()),
        (framed(0x8847, &mpls(29, &join(&[&[0; 4], &frame]))), " mpls:29".to_owned()),
        (framed(0x8864, &pppoe(0x11, 0x21, &question)), " pppoe:17".to_owned()),
        (ethernet(mac(1), mac(2), snap.len() as u16, &snap), String::new()),
        (in_ip(4, &question), format!(" {over}")),
        (in_ip(47, &gre(40, 0x0800, &question)), format!(" {over} gre:40")),
        (in_ip(47, &gre(40, 0x6558, &frame)), format!(" {over} gre:40")),
        (in_ip(47, &pptp), format!(" {over} pptp")),
        (in_ip(47, &erspan2), format!(" {over} erspan:3")),
        (in_ip(47, &erspan3), format!(" {over} erspan:4")),
        (in_ip(97, &join(&[&[0x30, 0], &frame])), format!(" {over} etherip")),
        (in_udp((5000, 4789), &vxlan(1, &frame)), format!(" {over} vxlan:1")),
        (in_udp((5000, 14789), &vxlan(1, &frame)), format!(" {over} vxlan:1")),
        (in_udp((5000, 6081), &geneve(2, &frame)), format!(" {over} geneve:2")),
        (in_udp((5000, 16081), &geneve(2, &frame)), format!(" {over} geneve:2")),
        (in_udp((1701, 1701), &l2tp), format!(" {over} l2tp")),
    ];
    for (bytes, wrapped) in cases {
        let found = briefs(&flows(ETHERNET, std::slice::from_ref(&bytes)));
        assert_eq!(found.last(), Some(&format!("{INSIDE}{wrapped}")), "{found:?}");
        // What carries it is a flow of its own.
        assert_eq!(found.len(), if wrapped.contains("ip:") { 2 } else { 1 }, "{found:?}");
    }
}

#[test]
fn ipv6_in_ipv4_and_teredo_lead_to_the_packet() {
    let inner = between("2001:db8::1", "2001:db8::2").carries(17, &udp((13000, 30000), b"words"));
    let outer = between("192.0.2.1", "198.51.100.1");
    let found = flows(101, &[outer.carries(41, &inner)]);
    let inside = "2001:db8::1:13000>2001:db8::2:30000/17 ip:192.0.2.1>198.51.100.1";
    assert_eq!(briefs(&found).last().map(String::as_str), Some(inside));
    let teredo =
        between("2001:0:102:304::1", "2001:db8::2").carries(17, &udp((13000, 9), b"words"));
    let origin = join(&[&[0, 0, 1, 2, 3, 4, 5, 6], &teredo]);
    for (ports, said) in
        [((3544, 50000), &origin), ((3544, 50000), &teredo), ((50000, 41000), &teredo)]
    {
        let found = flows(101, &[outer.carries(17, &udp(ports, said))]);
        let inside = "2001:0:102:304::1:13000>2001:db8::2:9/17 ip:192.0.2.1>198.51.100.1 teredo";
        assert_eq!(briefs(&found).last().map(String::as_str), Some(inside));
    }
}

#[test]
fn bytes_that_only_resemble_a_tunnel_are_none() {
    let noise: Bytes = (0..60).collect();
    let outer = between("192.0.2.1", "198.51.100.1");
    for said in [vxlan(1, &noise), geneve(1, &noise), join(&[&[0x60], &noise])] {
        let found = flows(101, &[outer.carries(17, &udp((5000, 7000), &said))]);
        assert_eq!(briefs(&found), ["192.0.2.1:5000>198.51.100.1:7000/17"]);
        assert!(found[0].speech.is_empty(), "{:?}", found[0].speech);
    }
}

#[test]
fn wrappings_without_end_are_followed_to_a_bound() {
    let mut bytes = question();
    for _ in 0..40 {
        bytes = between("192.0.2.1", "198.51.100.1").carries(4, &bytes);
    }
    let observer = watched(101, &[bytes]);
    assert!(observer.flows().count() < 20);
    assert_eq!(observer.finish(header()).counts.undecoded.get("too-deep"), Some(&1));
}

#[test]
fn extension_headers_are_passed() {
    let ip = between("2001:db8::1", "2001:db8::2");
    let udp = udp((40000, 53), b"a question");
    // Hop-by-hop options, then destination options, then a fragment that is the whole.
    let options = join(&[&[60, 0, 1, 4, 0, 0, 0, 0], &[44, 0, 1, 4, 0, 0, 0, 0]]);
    let found = flows(101, &[ip.carries(0, &join(&[&options, &[17, 0, 0, 0, 0, 0, 0, 7], &udp]))]);
    assert_eq!(briefs(&found), ["2001:db8::1:40000>2001:db8::2:53/17"]);
}

//! Builds packets, layer by layer, from the inside to the outside: `ethernet(A, B, ipv4(…, udp(…)))`.
//! Lengths are right; checksums are not made, because nobody who listens may rely on them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub type Bytes = Vec<u8>;

/// The hardware address of the station with this number.
pub fn mac(number: u8) -> [u8; 6] {
    [0x02, 0x00, 0x5e, 0x10, 0x00, number]
}

pub const EVERYBODY: [u8; 6] = [0xff; 6];

pub fn join(parts: &[&[u8]]) -> Bytes {
    parts.concat()
}

/// An Ethernet frame.
pub fn ethernet(from: [u8; 6], to: [u8; 6], kind: u16, inside: &[u8]) -> Bytes {
    join(&[&to, &from, &kind.to_be_bytes(), inside])
}

/// What stands behind the addresses of a tagged frame: use with type 0x8100 (or 0x88a8).
pub fn vlan(id: u16, kind: u16, inside: &[u8]) -> Bytes {
    join(&[&(id | 0x6000).to_be_bytes(), &kind.to_be_bytes(), inside])
}

/// The only label of a packet (type 0x8847).
pub fn mpls(label: u32, inside: &[u8]) -> Bytes {
    join(&[&(label << 12 | 0x140).to_be_bytes(), inside])
}

/// PPPoE (type 0x8864) with a PPP protocol in it.
pub fn pppoe(session: u16, protocol: u16, inside: &[u8]) -> Bytes {
    let length = inside.len() as u16 + 2;
    let head = [&[0x11, 0][..], &session.to_be_bytes(), &length.to_be_bytes()].concat();
    join(&[&head, &protocol.to_be_bytes(), inside])
}

/// What may differ in an IP header.
#[derive(Clone, Copy, Debug)]
pub struct Ip {
    pub from: IpAddr,
    pub to: IpAddr,
    pub ttl: u8,
    pub id: u16,
    /// Of IPv4: the offset in bytes, and whether more follows.
    pub fragment: (u16, bool),
}

/// From whom, to whom.
pub fn between(from: &str, to: &str) -> Ip {
    let [from, to] = [from, to].map(|it| it.parse().expect("an address"));
    Ip { from, to, ttl: 64, id: 0, fragment: (0, false) }
}

impl Ip {
    pub fn ttl(self, ttl: u8) -> Self {
        Self { ttl, ..self }
    }

    pub fn id(self, id: u16) -> Self {
        Self { id, ..self }
    }

    pub fn fragment(self, offset: u16, more: bool) -> Self {
        Self { fragment: (offset, more), ..self }
    }

    /// The packet.
    pub fn carries(self, protocol: u8, inside: &[u8]) -> Bytes {
        match (self.from, self.to) {
            (IpAddr::V4(from), IpAddr::V4(to)) => self.v4(from, to, protocol, inside),
            (IpAddr::V6(from), IpAddr::V6(to)) => self.v6(from, to, protocol, inside),
            _ => panic!("addresses of two kinds"),
        }
    }

    fn v4(self, from: Ipv4Addr, to: Ipv4Addr, protocol: u8, inside: &[u8]) -> Bytes {
        let (offset, more) = self.fragment;
        let place = (offset / 8) | if more { 0x2000 } else { 0 };
        let length = (20 + inside.len() as u16).to_be_bytes();
        let head = [&[0x45, 0][..], &length, &self.id.to_be_bytes(), &place.to_be_bytes()].concat();
        let rest = [&[self.ttl, protocol, 0, 0][..], &from.octets(), &to.octets()].concat();
        join(&[&head, &rest, inside])
    }

    fn v6(self, from: Ipv6Addr, to: Ipv6Addr, protocol: u8, inside: &[u8]) -> Bytes {
        let length = (inside.len() as u16).to_be_bytes();
        let head = [&[0x60, 0, 0, 0][..], &length, &[protocol, self.ttl]].concat();
        join(&[&head, &from.octets(), &to.octets(), inside])
    }
}

/// A TCP segment.
pub fn tcp(ports: (u16, u16), flags: u8, sequence: u32, said: &[u8]) -> Bytes {
    let (from, to) = ports;
    let head = [from.to_be_bytes(), to.to_be_bytes()].concat();
    let rest = [0, 0, 0, 1, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0];
    join(&[&head, &sequence.to_be_bytes(), &rest, said])
}

pub const SYN: u8 = 0x02;
pub const ACK: u8 = 0x10;
pub const RST: u8 = 0x04;
pub const FIN: u8 = 0x01;

/// A UDP datagram.
pub fn udp(ports: (u16, u16), said: &[u8]) -> Bytes {
    let (from, to) = ports;
    let length = (8 + said.len() as u16).to_be_bytes();
    join(&[&from.to_be_bytes(), &to.to_be_bytes(), &length, &[0, 0], said])
}

/// A message of ARP: 1 asks, 2 answers.
pub fn arp(operation: u16, from: ([u8; 6], &str), to: ([u8; 6], &str)) -> Bytes {
    let address = |it: &str| it.parse::<Ipv4Addr>().expect("an address").octets();
    let head = [&[0, 1, 8, 0, 6, 4][..], &operation.to_be_bytes()].concat();
    join(&[&head, &from.0, &address(from.1), &to.0, &address(to.1)])
}

/// GRE version 0 with a key.
pub fn gre(key: u32, kind: u16, inside: &[u8]) -> Bytes {
    join(&[&[0x20, 0], &kind.to_be_bytes(), &key.to_be_bytes(), inside])
}

/// VXLAN, to be put into UDP.
pub fn vxlan(network: u32, frame: &[u8]) -> Bytes {
    join(&[&[0x08, 0, 0, 0], &(network << 8).to_be_bytes(), frame])
}

/// Geneve, to be put into UDP.
pub fn geneve(network: u32, frame: &[u8]) -> Bytes {
    join(&[&[0, 0, 0x65, 0x58], &(network << 8).to_be_bytes(), frame])
}

/// A conversation over TCP between `client` and `server`: hello, what both say, farewell. Each
/// item is a packet from IP on.
pub fn session(client: (&str, u16), server: (&str, u16), said: &[(bool, &[u8])]) -> Vec<Bytes> {
    let forth = between(client.0, server.0);
    let back = between(server.0, client.0);
    let (there, here) = ((client.1, server.1), (server.1, client.1));
    let (mut next, mut reply) = (1000u32, 9000u32);
    let mut out = vec![
        forth.carries(6, &tcp(there, SYN, next, b"")),
        back.carries(6, &tcp(here, SYN | ACK, reply, b"")),
    ];
    (next, reply) = (next + 1, reply + 1);
    out.push(forth.carries(6, &tcp(there, ACK, next, b"")));
    for (by_client, words) in said {
        if *by_client {
            out.push(forth.carries(6, &tcp(there, ACK, next, words)));
            next += words.len() as u32;
        } else {
            out.push(back.carries(6, &tcp(here, ACK, reply, words)));
            reply += words.len() as u32;
        }
    }
    out.push(forth.carries(6, &tcp(there, FIN | ACK, next, b"")));
    out.push(back.carries(6, &tcp(here, FIN | ACK, reply, b"")));
    out
}

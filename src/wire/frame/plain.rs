//! Packets as nearly all are, read at once: Ethernet, at most one tag, IP without options, and
//! TCP, UDP or something else that carries nothing. The result is that of a [`Walk`]; whatever is
//! unusual, broken or possibly a tunnel gives none, and the walk decides.
//!
//! [`Walk`]: super::Walk

use super::ip::{Header, Packet, number};
use super::transport::Tcp;
use super::{Macs, tunnel};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A packet on the tapped wire itself.
#[derive(Clone, Copy, Debug)]
pub struct Plain<'a> {
    /// Between which hardware addresses it went.
    pub macs: Macs,
    /// Its tag; 0 is none.
    pub vlan: u16,
    /// The packet.
    pub packet: Packet<'a>,
}

const IPV4: [u8; 2] = [0x08, 0x00];
const IPV6: [u8; 2] = [0x86, 0xdd];
const TAG: [u8; 2] = [0x81, 0x00];

/// Reads an Ethernet frame, if it is as nearly all are.
#[inline]
pub fn plain(frame: &[u8]) -> Option<Plain<'_>> {
    let (head, rest) = frame.split_first_chunk::<14>()?;
    let [t0, t1, t2, t3, t4, t5, f0, f1, f2, f3, f4, f5, kind @ ..] = *head;
    let macs = Macs { to: [t0, t1, t2, t3, t4, t5], from: [f0, f1, f2, f3, f4, f5] };
    let (vlan, kind, rest) = if kind == TAG {
        let (tag, rest) = rest.split_first_chunk::<4>()?;
        let [c0, c1, kind @ ..] = *tag;
        let vlan = u16::from_be_bytes([c0, c1]) & 0x0fff;
        if vlan == 0 {
            return None;
        }
        (vlan, kind, rest)
    } else {
        (0, kind, rest)
    };
    let packet = match kind {
        IPV4 => ipv4(rest)?,
        IPV6 => ipv6(rest)?,
        _ => return None,
    };
    Some(Plain { macs, vlan, packet })
}

#[inline]
fn ipv4(bytes: &[u8]) -> Option<Packet<'_>> {
    let (head, rest) = bytes.split_first_chunk::<20>()?;
    let [first, _, l0, l1, i0, i1, f0, f1, ttl, protocol, _, _, s0, s1, s2, s3, d0, d1, d2, d3] =
        *head;
    let length = u16::from_be_bytes([l0, l1]);
    let payload = usize::from(length).checked_sub(20)?;
    // No options, no fragment.
    if first != 0x45 || u16::from_be_bytes([f0, f1]) & 0x3fff != 0 {
        return None;
    }
    let header = Header {
        from: IpAddr::V4(Ipv4Addr::new(s0, s1, s2, s3)),
        to: IpAddr::V4(Ipv4Addr::new(d0, d1, d2, d3)),
        ttl,
        id: u16::from_be_bytes([i0, i1]),
        length: u32::from(length),
    };
    carried(header, protocol, rest.get(..payload).unwrap_or(rest))
}

#[inline]
fn ipv6(bytes: &[u8]) -> Option<Packet<'_>> {
    let (head, rest) = bytes.split_first_chunk::<40>()?;
    let [first, _, _, _, l0, l1, next, ttl, addresses @ ..] = head;
    let length = u16::from_be_bytes([*l0, *l1]);
    if *first >> 4 != 6 || length == 0 || !matches!(*next, number::TCP | number::UDP) {
        return None;
    }
    let header = Header {
        from: IpAddr::V6(Ipv6Addr::from(*addresses.first_chunk::<16>()?)),
        to: IpAddr::V6(Ipv6Addr::from(*addresses.last_chunk::<16>()?)),
        ttl: *ttl,
        id: 0,
        length: u32::from(length) + 40,
    };
    carried(header, *next, rest.get(..usize::from(length)).unwrap_or(rest))
}

#[inline]
fn carried(header: Header, protocol: u8, behind: &[u8]) -> Option<Packet<'_>> {
    let packet =
        Packet { header, protocol, ports: (0, 0), tcp: None, fragment: None, payload: behind };
    match protocol {
        number::TCP => tcp(packet),
        number::UDP => udp(packet),
        // ICMP, IGMP, ESP, EIGRP, OSPF, PIM, VRRP: no ports, and nothing inside that is read.
        1 | 2 | 50 | 88 | 89 | 103 | 112 => Some(packet),
        _ => None,
    }
}

#[inline]
fn tcp(packet: Packet<'_>) -> Option<Packet<'_>> {
    let head = packet.payload.first_chunk::<20>()?;
    let [a0, a1, b0, b1, s0, s1, s2, s3, k0, k1, k2, k3, offset, flags, ..] = *head;
    let own = usize::from(offset >> 4) * 4;
    if own < 20 {
        return None;
    }
    let tcp = Tcp {
        sequence: u32::from_be_bytes([s0, s1, s2, s3]),
        acknowledged: u32::from_be_bytes([k0, k1, k2, k3]),
        flags,
    };
    let ports = (u16::from_be_bytes([a0, a1]), u16::from_be_bytes([b0, b1]));
    Some(Packet { ports, tcp: Some(tcp), payload: packet.payload.get(own..)?, ..packet })
}

#[inline]
fn udp(packet: Packet<'_>) -> Option<Packet<'_>> {
    let (head, rest) = packet.payload.split_first_chunk::<8>()?;
    let [a0, a1, b0, b1, l0, l1, _, _] = *head;
    let length = usize::from(u16::from_be_bytes([l0, l1])).checked_sub(8)?;
    let ports = (u16::from_be_bytes([a0, a1]), u16::from_be_bytes([b0, b1]));
    let payload = rest.get(..length).unwrap_or(rest);
    (!tunnel::is_possible(ports, payload)).then_some(Packet { ports, payload, ..packet })
}

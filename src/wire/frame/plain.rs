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
const ARP: [u8; 2] = [0x08, 0x06];

/// Two bytes in network byte order.
const fn u16(a: u8, b: u8) -> u16 {
    u16::from_be_bytes([a, b])
}

/// Reads an Ethernet frame without a tag that carries IPv4.
#[inline(always)]
pub fn plainest(frame: &[u8]) -> Option<(Macs, Packet<'_>)> {
    let (head, rest) = frame.split_first_chunk::<14>()?;
    if [head[12], head[13]] != IPV4 {
        return None;
    }
    Some((Macs::of(head), ipv4(rest)?))
}

/// The message of ARP in an Ethernet frame without a tag.
#[inline]
pub fn arp(frame: &[u8]) -> Option<&[u8]> {
    let (head, message) = frame.split_first_chunk::<14>()?;
    ([head[12], head[13]] == ARP).then_some(message)
}

/// Reads an Ethernet frame, if it is as nearly all are.
#[inline(always)]
pub fn plain(frame: &[u8]) -> Option<Plain<'_>> {
    let (head, rest) = frame.split_first_chunk::<14>()?;
    let macs = Macs::of(head);
    let (vlan, kind, rest) = if [head[12], head[13]] == TAG {
        let (tag, rest) = rest.split_first_chunk::<4>()?;
        let vlan = u16(tag[0], tag[1]) & 0x0fff;
        if vlan == 0 {
            return None;
        }
        (vlan, [tag[2], tag[3]], rest)
    } else {
        (0, [head[12], head[13]], rest)
    };
    let packet = match kind {
        IPV4 => ipv4(rest)?,
        IPV6 => ipv6(rest)?,
        _ => return None,
    };
    Some(Plain { macs, vlan, packet })
}

#[inline(always)]
fn ipv4(bytes: &[u8]) -> Option<Packet<'_>> {
    let (head, rest) = bytes.split_first_chunk::<20>()?;
    let length = u16(head[2], head[3]);
    let payload = usize::from(length).checked_sub(20)?;
    // No options, no fragment.
    if head[0] != 0x45 || u16(head[6], head[7]) & 0x3fff != 0 {
        return None;
    }
    let header = Header {
        from: IpAddr::V4(Ipv4Addr::new(head[12], head[13], head[14], head[15])),
        to: IpAddr::V4(Ipv4Addr::new(head[16], head[17], head[18], head[19])),
        ttl: head[8],
        id: u16(head[4], head[5]),
        length: u32::from(length),
    };
    carried(header, head[9], rest.get(..payload).unwrap_or(rest))
}

#[inline(always)]
fn ipv6(bytes: &[u8]) -> Option<Packet<'_>> {
    let (head, rest) = bytes.split_first_chunk::<40>()?;
    let (length, next) = (u16(head[4], head[5]), head[6]);
    if head[0] >> 4 != 6
        || length == 0
        || !(matches!(next, number::TCP | number::UDP) || is_told(next))
    {
        return None;
    }
    let header = Header {
        from: IpAddr::V6(Ipv6Addr::from(*head[8..].first_chunk::<16>()?)),
        to: IpAddr::V6(Ipv6Addr::from(*head.last_chunk::<16>()?)),
        ttl: head[7],
        id: 0,
        length: u32::from(length) + 40,
    };
    carried(header, next, rest.get(..usize::from(length)).unwrap_or(rest))
}

/// ICMP, IGMP, ESP, ICMPv6, EIGRP, OSPF, PIM, VRRP: no ports, and nothing inside that is read.
const fn is_told(protocol: u8) -> bool {
    matches!(protocol, 1 | 2 | 50 | 58 | 88 | 89 | 103 | 112)
}

#[inline(always)]
fn carried(header: Header, protocol: u8, behind: &[u8]) -> Option<Packet<'_>> {
    let packet =
        Packet { header, protocol, ports: (0, 0), tcp: None, fragment: None, payload: behind };
    match protocol {
        number::TCP => tcp(packet),
        number::UDP => udp(packet),
        _ => is_told(protocol).then_some(packet),
    }
}

#[inline(always)]
fn tcp(packet: Packet<'_>) -> Option<Packet<'_>> {
    let head = packet.payload.first_chunk::<20>()?;
    let own = usize::from(head[12] >> 4) * 4;
    if own < 20 {
        return None;
    }
    let tcp = Tcp {
        sequence: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
        acknowledged: u32::from_be_bytes([head[8], head[9], head[10], head[11]]),
        flags: head[13],
    };
    let ports = (u16(head[0], head[1]), u16(head[2], head[3]));
    Some(Packet { ports, tcp: Some(tcp), payload: packet.payload.get(own..)?, ..packet })
}

#[inline(always)]
fn udp(packet: Packet<'_>) -> Option<Packet<'_>> {
    let (head, rest) = packet.payload.split_first_chunk::<8>()?;
    let length = usize::from(u16(head[4], head[5])).checked_sub(8)?;
    let ports = (u16(head[0], head[1]), u16(head[2], head[3]));
    let payload = rest.get(..length).unwrap_or(rest);
    (!tunnel::is_possible(ports, payload)).then_some(Packet { ports, payload, ..packet })
}

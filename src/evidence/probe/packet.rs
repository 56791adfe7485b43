//! The packets that are built and read by hand: ICMP echo, TCP SYN, and the ICMP errors that quote
//! what was sent (RFC 792, RFC 4443, RFC 9293). Reading is total: bytes are a stranger's.

use super::raw::Flow;
use super::said::{RESET, SAID, micros};
use crate::probe::{Answer, Outcome};
use crate::wire::words::Mac;
use pnet::packet::ip::IpNextHeaderProtocols as Ip;
use pnet::packet::tcp::{TcpPacket, ipv4_checksum, ipv6_checksum};
use pnet::packet::util::checksum;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Instant;

pub(super) const SYN: u8 = 0x02;
pub(super) const RST: u8 = 0x04;
pub(super) const ACK: u8 = 0x10;

/// Something that came back.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) at: Instant,
    pub(super) by: IpAddr,
    pub(super) what: What,
}

/// What it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// An echo reply with its number and the first bytes it carries.
    Echo { sequence: u16, nonce: u64 },
    /// A TCP segment.
    Segment { sequence: u32, acknowledged: u32, flags: u8 },
    /// An ICMP error.
    Trouble(Trouble),
    /// A hardware address (ARP, NDP).
    Station(Mac),
}

/// An ICMP error about something that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    /// What became of the question by it.
    pub(super) outcome: Outcome,
    /// The error by a stable word.
    pub(super) word: &'static str,
    /// Four bytes of what is quoted that only who saw the packet knows: the sequence number of TCP,
    /// identifier and number of an echo.
    pub(super) mark: u32,
}

/// The word for a packet that has crossed as many routers as it may.
pub(super) const EXPIRED: &str = "icmp-time-exceeded";

impl Heard {
    /// The answer that this is: who said it (unless it was the one who was asked), how soon.
    pub(super) fn answer(&self, outcome: Outcome, asked: IpAddr, since: Instant) -> Answer {
        let mut answer = Answer::new(outcome, 1);
        answer.by = (self.by != asked).then_some(self.by);
        answer.micros = Some(micros(self.at.saturating_duration_since(since)));
        match &self.what {
            What::Trouble(it) => answer.saying(SAID, it.word),
            What::Segment { flags, .. } if flags & RST != 0 => answer.saying(SAID, RESET),
            _ => answer,
        }
    }
}

/// One ICMP echo request with a number that only its answer knows.
pub(super) fn echo(to: IpAddr, identifier: u16, sequence: u16, nonce: u64) -> Vec<u8> {
    let kind = if to.is_ipv4() { 8 } else { 128 };
    let mut out = vec![kind, 0, 0, 0];
    out.extend(identifier.to_be_bytes());
    out.extend(sequence.to_be_bytes());
    out.extend(nonce.to_be_bytes());
    out.extend([0; 24]);
    if to.is_ipv4() {
        let sum = checksum(&out, 1); // of ICMPv6 the kernel's
        set(&mut out, 2, sum);
    }
    out
}

/// One TCP SYN with the largest segment that Ethernet carries as its only option.
pub(super) fn syn(from: IpAddr, to: IpAddr, own: u16, port: u16, sequence: u32) -> Vec<u8> {
    let size: u16 = if to.is_ipv4() { 1460 } else { 1440 };
    let mut out = Vec::with_capacity(24);
    out.extend(own.to_be_bytes());
    out.extend(port.to_be_bytes());
    out.extend(sequence.to_be_bytes());
    out.extend([0, 0, 0, 0, 6 << 4, SYN]);
    out.extend(64240_u16.to_be_bytes());
    out.extend([0, 0, 0, 0, 2, 4]);
    out.extend(size.to_be_bytes());
    let sum = TcpPacket::new(&out).map(|it| match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => ipv4_checksum(&it, &from, &to),
        (IpAddr::V6(from), IpAddr::V6(to)) => ipv6_checksum(&it, &from, &to),
        _ => 0,
    });
    set(&mut out, 16, sum.unwrap_or_default());
    out
}

/// The packet with its IPv4 header (RFC 791). The kernel sets in it what is zero here: identifier,
/// checksum, and the address that the way to the destination leaves from.
pub(super) fn with_header(to: Ipv4Addr, protocol: u8, ttl: u8, bytes: &[u8]) -> Vec<u8> {
    const HEADER: usize = 20;
    const DO_NOT_FRAGMENT: u8 = 0x40;
    let length = u16::try_from(HEADER + bytes.len()).unwrap_or(u16::MAX);
    let mut out = Vec::with_capacity(HEADER + bytes.len());
    out.extend([0x45, 0]);
    out.extend(length.to_be_bytes());
    out.extend([0, 0, DO_NOT_FRAGMENT, 0, ttl, protocol, 0, 0]);
    out.extend([0; 4]);
    out.extend(to.octets());
    out.extend(bytes);
    out
}

/// Puts a number of two bytes in place.
fn set(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(place) = bytes.get_mut(at..at + 2) {
        place.copy_from_slice(&value.to_be_bytes());
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// What a raw socket of this protocol received, and whose question it belongs to. Of IPv4 the
/// header comes along, of IPv6 it does not.
pub(super) fn read(protocol: u8, is_v6: bool, from: IpAddr, bytes: &[u8]) -> Option<(Flow, What)> {
    let bytes = if is_v6 { bytes } else { behind_v4(bytes)? };
    if protocol == Ip::Tcp.0 { segment(from, bytes) } else { icmp(is_v6, from, bytes) }
}

/// What follows the header of IPv4.
fn behind_v4(bytes: &[u8]) -> Option<&[u8]> {
    let first = *bytes.first().filter(|it| **it >> 4 == 4)?;
    bytes.get(usize::from(first & 15).max(5) * 4..)
}

fn segment(from: IpAddr, bytes: &[u8]) -> Option<(Flow, What)> {
    let (port, own) = (u16_at(bytes, 0)?, u16_at(bytes, 2)?);
    let flow = Flow { protocol: Ip::Tcp.0, to: from, port, own };
    let (sequence, acknowledged) = (u32_at(bytes, 4)?, u32_at(bytes, 8)?);
    bytes.get(19)?; // all of the header
    Some((flow, What::Segment { sequence, acknowledged, flags: *bytes.get(13)? }))
}

fn icmp(is_v6: bool, from: IpAddr, bytes: &[u8]) -> Option<(Flow, What)> {
    let (kind, code) = (*bytes.first()?, *bytes.get(1)?);
    if kind == if is_v6 { 129 } else { 0 } {
        let nonce = u64::from_be_bytes(*bytes.get(8..)?.first_chunk()?);
        let echo = What::Echo { sequence: u16_at(bytes, 6)?, nonce };
        return Some((Flow::echo(from, u16_at(bytes, 4)?), echo));
    }
    let (outcome, word) = meaning(is_v6, kind, code)?;
    let (flow, mark) = quoted(is_v6, bytes.get(8..)?)?;
    Some((flow, What::Trouble(Trouble { outcome, word, mark })))
}

/// Errors that end a question. A packet that is too big is none: nothing that is sent here is.
fn meaning(is_v6: bool, kind: u8, code: u8) -> Option<(Outcome, &'static str)> {
    use Outcome::{Filtered, Refused, Unreachable};
    Some(match (is_v6, kind, code) {
        (false, 3, 3) | (true, 1, 4) => (Refused, "icmp-port-unreachable"),
        (false, 3, 9 | 10 | 13) | (true, 1, 1 | 5 | 6) => (Filtered, "icmp-prohibited"),
        (false, 3, 0 | 5 | 6 | 8 | 11) | (true, 1, 0) => (Unreachable, "icmp-net-unreachable"),
        (false, 3, 1 | 7 | 12) | (true, 1, 2 | 3) => (Unreachable, "icmp-host-unreachable"),
        (false, 3, 2) | (true, 4, 1) => (Unreachable, "icmp-protocol-unreachable"),
        (false, 11, 0) | (true, 3, 0) => (Unreachable, EXPIRED),
        _ => return None,
    })
}

/// The flow of a packet that an error quotes, and its mark.
fn quoted(is_v6: bool, bytes: &[u8]) -> Option<(Flow, u32)> {
    let (protocol, to, bytes) = if is_v6 {
        let to: [u8; 16] = *bytes.get(24..)?.first_chunk()?;
        (*bytes.get(6)?, Ipv6Addr::from(to).into(), bytes.get(40..)?)
    } else {
        let to: [u8; 4] = *bytes.get(16..)?.first_chunk()?;
        (*bytes.get(9)?, Ipv4Addr::from(to).into(), behind_v4(bytes)?)
    };
    let mark = u32_at(bytes, 4)?;
    let flow = if protocol == Ip::Tcp.0 || protocol == Ip::Udp.0 {
        Flow { protocol, to, port: u16_at(bytes, 2)?, own: u16_at(bytes, 0)? }
    } else if protocol == Ip::Icmp.0 || protocol == Ip::Icmpv6.0 {
        Flow::echo(to, u16_at(bytes, 4)?)
    } else {
        return None;
    };
    Some((flow, mark))
}

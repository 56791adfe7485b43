//! What no scope can permit.

use super::{Reason, Refusal};
use crate::model::{Protocol, Service};
use crate::probe::{Kind, Question};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ports on which printers print whatever reaches them (nmap-service-probes excludes them too).
const PRINTER_PORTS: std::ops::RangeInclusive<u16> = 9100..=9107;

/// The IPv4 address that an IPv6 address carries in the one form that sockets treat as IPv4
/// (`::ffff:0:0/96`); any other address as it is. All of this room speaks of an address in this form.
pub const fn embedded(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Why a question may not be asked by any scope: its address, its port, or because it is none.
/// Loopback, which a scope may name, and directed broadcasts, which need the declared networks, are
/// left to [`super::Admission`].
pub fn forbidden(question: &Question) -> Option<Refusal> {
    let reason = match question.service() {
        Some(Service::Ports { protocol: Protocol::Tcp | Protocol::Udp, first: port, .. }) => {
            match port {
                0 => Some(Reason::Malformed),
                _ if PRINTER_PORTS.contains(&port) => Some(Reason::PrinterPort),
                _ => None,
            }
        }
        _ => (question.port != 0).then_some(Reason::Malformed),
    };
    let reason = reason.or_else(|| match never(question.to) {
        Some(Reason::LinkLocal) if question.kind == Kind::Neighbour => None,
        reason => reason,
    });
    reason.map(Refusal::of)
}

/// Why nothing may ever be sent to an address, whatever stands there.
pub fn never(address: IpAddr) -> Option<Reason> {
    match embedded(address) {
        IpAddr::V4(it) => never_four(it),
        IpAddr::V6(it) => never_six(it),
    }
}

/// IANA IPv4 Special-Purpose Address Registry (RFC 6890).
fn never_four(address: Ipv4Addr) -> Option<Reason> {
    match address.octets() {
        [255, 255, 255, 255] => Some(Reason::Broadcast),
        [0, ..] | [240..=255, ..] => Some(Reason::Reserved),
        [224..=239, ..] => Some(Reason::Multicast),
        [169, 254, ..] => Some(Reason::LinkLocal),
        _ => None,
    }
}

/// IANA IPv6 Special-Purpose Address Registry. What a translator or a tunnel would turn into an
/// IPv4 packet is refused: whoever means the IPv4 address writes it.
fn never_six(address: Ipv6Addr) -> Option<Reason> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some(Reason::Reserved),
        [0, 0, 0, 0, 0, 0, 0, 1] => None,
        // Compatible (RFC 4291), translated (RFC 2765, 6052, 8215), 6to4 (RFC 3056), Teredo (RFC 4380).
        [0, 0, 0, 0, 0, 0, ..]
        | [0, 0, 0, 0, 0xffff, 0, ..]
        | [0x64, 0xff9b, ..]
        | [0x2002, ..]
        | [0x2001, 0, ..] => Some(Reason::Translated),
        // ISATAP (RFC 5214).
        [_, _, _, _, 0 | 0x200, 0x5efe, ..] => Some(Reason::Translated),
        [0xff00..=0xffff, ..] => Some(Reason::Multicast),
        [0xfe80..=0xfebf, ..] => Some(Reason::LinkLocal),
        // Discard-only (RFC 6666).
        [0x100, 0, 0, 0, ..] => Some(Reason::Reserved),
        _ => None,
    }
}

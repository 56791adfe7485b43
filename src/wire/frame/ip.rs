//! IPv4 (RFC 791) and IPv6 (RFC 8200).

use super::read::{from, u8_at, u16_at, u32_at};
use super::transport::{Tcp, ports};
use super::{Found, Step, Trouble, Walk};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How many extension headers are followed.
const EXTENSIONS: usize = 8;
/// The extension header of fragments.
const FRAGMENT: u8 = 44;

/// Numbers of protocols (IANA) that need more than their ports.
pub(super) mod number {
    pub(in super::super) const TCP: u8 = 6;
    pub(in super::super) const UDP: u8 = 17;
    pub(in super::super) const AH: u8 = 51;
    /// Nothing follows.
    pub(in super::super) const NONE: u8 = 59;
}

/// What the header of an IP packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// From whom.
    pub from: IpAddr,
    /// To whom.
    pub to: IpAddr,
    /// How many more routers it may pass.
    pub ttl: u8,
    /// The packet's number, which its copies share; 0 where there is none (IPv6).
    pub id: u16,
    /// The length of the whole packet, header included.
    pub length: u32,
}

impl Header {
    /// None that was read.
    pub(super) const NONE: Self = Self {
        from: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        to: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        ttl: 0,
        id: 0,
        length: 0,
    };
}

/// A part of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// The number that the parts share.
    pub id: u32,
    /// Where its payload belongs, in bytes.
    pub offset: u32,
    /// How long its payload is, whatever the capture kept of it.
    pub length: u32,
    /// Others follow.
    pub more: bool,
}

/// An IP packet.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Its header.
    pub header: Header,
    /// The protocol that it carries, behind all extension headers (IANA).
    pub protocol: u8,
    /// The ports of sender and receiver; zeros where the protocol has none, or where they stand in
    /// another fragment.
    pub ports: (u16, u16),
    /// What the header of TCP says.
    pub tcp: Option<Tcp>,
    /// It is a fragment: `payload` is then the part of the IP packet, not of the transport.
    pub fragment: Option<Fragment>,
    /// What the transport carries (TCP, UDP), or else everything behind the IP header.
    pub payload: &'a [u8],
}

impl<'a> Walk<'a> {
    #[inline]
    pub(super) fn ip(&mut self, bytes: &'a [u8], found: &mut Option<Found<'a>>) -> Step<'a> {
        match bytes.first().map(|it| it >> 4) {
            Some(4) => self.ipv4(bytes, found),
            Some(6) => self.ipv6(bytes, found),
            Some(_) => self.stop(Trouble::Malformed),
            None => self.short(),
        }
    }

    #[inline]
    fn ipv4(&mut self, bytes: &'a [u8], found: &mut Option<Found<'a>>) -> Step<'a> {
        let Some(head) = bytes.first_chunk::<20>() else { return self.short() };
        let [first, _, l0, l1, i0, i1, f0, f1, ttl, protocol, _, _, addresses @ ..] = head;
        let [s0, s1, s2, s3, d0, d1, d2, d3] = *addresses;
        let own = usize::from(first & 15) * 4;
        // Length 0: left to the network card by the sender's system (segmentation offload).
        let length = match u16::from_be_bytes([*l0, *l1]) {
            0 => bytes.len(),
            stated => usize::from(stated),
        };
        if own < 20 || length < own {
            return self.stop(Trouble::Malformed);
        }
        let packet = bytes.get(..length).unwrap_or(bytes);
        let Some(payload) = packet.get(own..) else { return self.short() };
        let id = u16::from_be_bytes([*i0, *i1]);
        let header = Header {
            from: IpAddr::V4(Ipv4Addr::new(s0, s1, s2, s3)),
            to: IpAddr::V4(Ipv4Addr::new(d0, d1, d2, d3)),
            ttl: *ttl,
            id,
            length: u32::try_from(length).unwrap_or(u32::MAX),
        };
        let place = u16::from_be_bytes([*f0, *f1]);
        if place & 0x3fff == 0 {
            return self.carried(header, *protocol, payload, found);
        }
        let fragment = Fragment {
            id: u32::from(id),
            offset: u32::from(place & 0x1fff) * 8,
            length: u32::try_from(length - own).unwrap_or(u32::MAX),
            more: place & 0x2000 != 0,
        };
        *found = Some(part(header, *protocol, fragment, payload));
        Step::End
    }

    #[inline]
    fn ipv6(&mut self, bytes: &'a [u8], found: &mut Option<Found<'a>>) -> Step<'a> {
        let Some((head, rest)) = bytes.split_first_chunk::<40>() else { return self.short() };
        let [_, _, _, _, l0, l1, next, ttl, addresses @ ..] = head;
        let (Some(source), Some(target)) =
            (addresses.first_chunk::<16>(), addresses.last_chunk::<16>())
        else {
            return self.short();
        };
        let length = match usize::from(u16::from_be_bytes([*l0, *l1])) {
            0 if *next != number::NONE => rest.len(),
            stated => stated,
        };
        let header = Header {
            from: IpAddr::V6(Ipv6Addr::from(*source)),
            to: IpAddr::V6(Ipv6Addr::from(*target)),
            ttl: *ttl,
            id: 0,
            length: u32::try_from(length + 40).unwrap_or(u32::MAX),
        };
        let payload = rest.get(..length).unwrap_or(rest);
        match *next {
            number::TCP | number::UDP => self.carried(header, *next, payload, found),
            next => self.extended(header, next, payload, found),
        }
    }

    /// Behind extension headers (RFC 8200 §4).
    fn extended(
        &mut self,
        header: Header,
        mut next: u8,
        mut rest: &'a [u8],
        found: &mut Option<Found<'a>>,
    ) -> Step<'a> {
        let mut used = 40;
        for _ in 0..EXTENSIONS {
            let length = match next {
                // Hop-by-hop and destination options, routing, mobility, HIP, Shim6.
                0 | 43 | 60 | 135 | 139 | 140 => u8_at(rest, 1).map(|it| u32::from(it) * 8 + 8),
                FRAGMENT => Some(8),
                _ => return self.carried(header, next, rest, found),
            };
            let behind = length.and_then(|it| from(rest, it as usize));
            let (Some(inner), Some(length), Some(behind)) = (u8_at(rest, 0), length, behind) else {
                return self.broken(header, next, rest, found);
            };
            used += length;
            if next == FRAGMENT {
                let (place, id) = (u16_at(rest, 2), u32_at(rest, 4));
                let place = place.unwrap_or_default();
                // One fragment may be the whole (RFC 6946).
                if place & 0xfff9 != 0 {
                    let fragment = Fragment {
                        id: id.unwrap_or_default(),
                        offset: u32::from(place & 0xfff8),
                        length: header.length.saturating_sub(used),
                        more: place & 1 != 0,
                    };
                    *found = Some(part(header, inner, fragment, behind));
                    return Step::End;
                }
            }
            (next, rest) = (inner, behind);
        }
        self.note(Trouble::TooDeep);
        self.broken(header, next, rest, found)
    }

    /// The addresses are known, what follows them is not.
    fn broken(
        &mut self,
        header: Header,
        protocol: u8,
        payload: &'a [u8],
        found: &mut Option<Found<'a>>,
    ) -> Step<'a> {
        self.short();
        let packet = Packet { header, protocol, ports: (0, 0), tcp: None, fragment: None, payload };
        *found = Some(Found::Ip(packet));
        Step::End
    }
}

/// A fragment; of the first one the ports are known.
fn part(header: Header, protocol: u8, fragment: Fragment, payload: &[u8]) -> Found<'_> {
    let ports = if fragment.offset == 0 { ports(protocol, payload) } else { None };
    let ports = ports.unwrap_or_default();
    Found::Ip(Packet { header, protocol, ports, tcp: None, fragment: Some(fragment), payload })
}

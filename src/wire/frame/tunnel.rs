//! Packets in packets. What stands on a well-known port must still look like the tunnel; on other
//! ports it must look like it down to the length of the packet inside.

use super::ether::BRIDGED;
use super::ip::number;
use super::read::{from, u8_at, u16_at, u32_at};
use super::{Found, Layer, Path, Step, Trouble, Walk};

const TEREDO: u16 = 3544;
const L2TP: u16 = 1701;
const GENEVE: u16 = 6081;
/// The number of RFC 7348, and the one that Linux used before it.
const VXLAN: [u16; 2] = [4789, 8472];

impl<'a> Walk<'a> {
    /// What an IP packet carries other than TCP and UDP.
    pub(super) fn tunnel(
        &mut self,
        protocol: u8,
        payload: &'a [u8],
        path: &mut Path,
        found: &mut Option<Found<'a>>,
    ) -> Step<'a> {
        let outer = self.outer();
        match protocol {
            4 | 41 => self.wrapped(outer, Step::Ip(payload), path),
            47 => {
                let inside = self.gre(payload);
                match inside {
                    Some((layer, step)) if path.push(outer) => self.wrapped(layer, step, path),
                    Some(_) => self.stop(Trouble::TooDeep),
                    None => Step::End,
                }
            }
            number::AH => {
                let length = u8_at(payload, 1).map(|it| usize::from(it) * 4 + 8);
                match (u8_at(payload, 0), length.and_then(|it| from(payload, it))) {
                    (Some(next), Some(rest)) if path.push(Layer::Ah) => {
                        self.carried(self.header, next, rest, found)
                    }
                    (Some(_), Some(_)) => self.stop(Trouble::TooDeep),
                    _ => self.short(),
                }
            }
            // EtherIP: version 3 in sixteen bits.
            97 if u16_at(payload, 0) == Some(0x3000) && path.push(outer) => {
                let inside = Step::Ethernet(from(payload, 2).unwrap_or_default());
                self.wrapped(Layer::EtherIp, inside, path)
            }
            137 if path.push(outer) => self.labels(payload, path),
            _ => Step::End,
        }
    }

    /// The packet around what comes now.
    const fn outer(&self) -> Layer {
        Layer::Ip(self.header.from, self.header.to)
    }

    /// Generic Routing Encapsulation: which kind, and what is inside.
    fn gre(&mut self, bytes: &'a [u8]) -> Option<(Layer, Step<'a>)> {
        let Some((flags, kind)) = u16_at(bytes, 0).zip(u16_at(bytes, 2)) else {
            self.short();
            return None;
        };
        let word = |bit: u16| if flags & bit == 0 { 0 } else { 4 };
        // Checksum (and offset), key, sequence; of version 1 also the acknowledgement.
        let key_at = 4 + word(0xc000);
        let rest_at = key_at + word(0x2000) + word(0x1000);
        let key = if flags & 0x2000 == 0 { None } else { u32_at(bytes, key_at) };
        match (flags & 7, kind) {
            (0, 0x88be) if flags & 0x1000 != 0 => self.erspan(from(bytes, rest_at), 8),
            (0, 0x88be) => Some((Layer::Erspan(0), Step::Ethernet(self.rest(bytes, rest_at)?))),
            (0, 0x22eb) => self.erspan(from(bytes, rest_at), 12),
            (0, BRIDGED) => Some((Layer::Gre(key), Step::Ethernet(self.rest(bytes, rest_at)?))),
            // Source routes (RFC 1701) are gone from RFC 2784.
            (0, _) if flags & 0x4000 == 0 => {
                Some((Layer::Gre(key), Step::Typed(kind, self.rest(bytes, rest_at)?)))
            }
            // PPTP (RFC 2637 §4.1): without a sequence number it carries nothing.
            (1, 0x880b) => {
                let at = rest_at + word(0x0080);
                let inside = match from(bytes, at) {
                    Some(rest) if flags & 0x1000 != 0 && !rest.is_empty() => Step::Ppp(rest),
                    _ => Step::End,
                };
                Some((Layer::Pptp, inside))
            }
            // MikroTik's EoIP: length and number follow, then the frame.
            (1, 0x6400) => Some((Layer::EtherIp, Step::Ethernet(self.rest(bytes, 8)?))),
            _ => {
                self.note(Trouble::Malformed);
                None
            }
        }
    }

    fn rest(&mut self, bytes: &'a [u8], at: usize) -> Option<&'a [u8]> {
        let rest = from(bytes, at);
        if rest.is_none() {
            self.short();
        }
        rest
    }

    /// Mirrored frames ("ERSPAN", draft-foschiano-erspan-03 §4): type II has 8 bytes of header, type
    /// III has 12 and perhaps 8 more.
    fn erspan(&mut self, bytes: Option<&'a [u8]>, length: usize) -> Option<(Layer, Step<'a>)> {
        let bytes = bytes.unwrap_or_default();
        let session = u16_at(bytes, 2).unwrap_or_default() & 0x03ff;
        let more =
            if length == 12 && u8_at(bytes, 11).is_some_and(|it| it & 1 == 1) { 8 } else { 0 };
        Some((Layer::Erspan(session), Step::Ethernet(self.rest(bytes, length + more)?)))
    }

    /// What a UDP datagram carries.
    #[inline]
    pub(super) fn datagram(
        &mut self,
        ports: (u16, u16),
        payload: &'a [u8],
        path: &mut Path,
    ) -> Step<'a> {
        let Some((head, rest)) = payload.split_first_chunk::<8>() else { return Step::End };
        let is_on = |port: u16| ports.0 == port || ports.1 == port;
        let inside = match *head {
            [0x08, 0, 0, 0, n0, n1, n2, 0] => {
                let known = VXLAN.contains(&ports.1) || VXLAN.contains(&ports.0);
                let network = u32::from_be_bytes([0, n0, n1, n2]);
                (known || is_frame(rest)).then_some((Layer::Vxlan(network), Step::Ethernet(rest)))
            }
            [first, flags, k0, k1, n0, n1, n2, 0] if first >> 6 == 0 && flags & 0x3f == 0 => {
                let inside = geneve(first, u16::from_be_bytes([k0, k1]), rest, is_on(GENEVE));
                inside.map(|it| (Layer::Geneve(u32::from_be_bytes([0, n0, n1, n2])), it))
            }
            _ => None,
        };
        let inside = match inside {
            None if is_on(L2TP) => l2tp(payload).map(|it| (Layer::L2tp, it)),
            None => teredo(payload, is_on(TEREDO)).map(|it| (Layer::Teredo, it)),
            inside => inside,
        };
        match inside {
            None => Step::End,
            Some((layer, step)) if path.push(self.outer()) => self.wrapped(layer, step, path),
            Some(_) => self.stop(Trouble::TooDeep),
        }
    }
}

/// Whether a protocol carries packets: see [`Walk::tunnel`].
pub(super) const fn is_one(protocol: u8) -> bool {
    matches!(protocol, 4 | 41 | 47 | number::AH | 97 | 137)
}

/// Whether a datagram may carry a packet: `false` is certain, for [`Walk::datagram`] would say so.
#[inline(always)]
pub(super) fn is_possible(ports: (u16, u16), payload: &[u8]) -> bool {
    let Some([first, _, k0, k1, _, _, _, last]) = payload.first_chunk::<8>() else { return false };
    let is_on = |port: u16| ports.0 == port || ports.1 == port;
    let is_known_inside =
        || matches!(u16::from_be_bytes([*k0, *k1]), 0 | BRIDGED | 0x0800 | 0x86dd);
    *last == 0 && is_known_inside()
        || *first >> 4 == 6 && is_packet(payload)
        || is_on(L2TP)
        || is_on(TEREDO)
}

/// What follows the header of Geneve.
fn geneve(first: u8, kind: u16, rest: &[u8], known: bool) -> Option<Step<'_>> {
    let inside = from(rest, usize::from(first & 0x3f) * 4)?;
    match kind {
        BRIDGED if known || is_frame(inside) => Some(Step::Ethernet(inside)),
        0x0800 | 0x86dd if known || is_packet(inside) => Some(Step::Ip(inside)),
        _ => None,
    }
}

/// The data messages of L2TP version 2 (RFC 2661 §3.1): T is 0.
fn l2tp(bytes: &[u8]) -> Option<Step<'_>> {
    let flags = u16_at(bytes, 0)?;
    if flags & 0x800f != 2 {
        return None;
    }
    let mut at = 2 + if flags & 0x4000 == 0 { 0 } else { 2 };
    at += 4;
    at += if flags & 0x0800 == 0 { 0 } else { 4 };
    if flags & 0x0200 != 0 {
        at += 2 + usize::from(u16_at(bytes, at)?);
    }
    from(bytes, at).filter(|it| !it.is_empty()).map(Step::Ppp)
}

/// Teredo (RFC 4380 §5.1.1): perhaps an authentication, perhaps where it came from, then an IPv6
/// packet. On another port one of its addresses must be Teredo's own.
fn teredo(mut bytes: &[u8], known: bool) -> Option<Step<'_>> {
    if u16_at(bytes, 0) == Some(0x0001) && known {
        let length = 13 + usize::from(u8_at(bytes, 2)?) + usize::from(u8_at(bytes, 3)?);
        bytes = from(bytes, length)?;
    }
    if u16_at(bytes, 0) == Some(0x0000) && known {
        bytes = from(bytes, 8)?;
    }
    let is_its_own = |at| u32_at(bytes, at) == Some(0x2001_0000);
    let fits = u8_at(bytes, 0)? >> 4 == 6 && is_packet(bytes);
    (fits && (known || is_its_own(8) || is_its_own(24))).then_some(Step::Ip(bytes))
}

/// Whether these bytes are an IP packet, as far as its length tells.
fn is_packet(bytes: &[u8]) -> bool {
    let length = match u8_at(bytes, 0) {
        Some(0x45..=0x4f) => u16_at(bytes, 2).map(usize::from),
        Some(first) if first >> 4 == 6 && bytes.len() >= 40 => {
            u16_at(bytes, 4).map(|it| usize::from(it) + 40)
        }
        _ => None,
    };
    length == Some(bytes.len())
}

/// Whether these bytes are an Ethernet frame with an IP packet or an ARP message in it.
fn is_frame(bytes: &[u8]) -> bool {
    match u16_at(bytes, 12) {
        Some(0x0800 | 0x86dd) => from(bytes, 14).is_some_and(is_packet),
        Some(0x0806) => u32_at(bytes, 14) == Some(0x0001_0800) && u16_at(bytes, 18) == Some(0x0604),
        _ => false,
    }
}

//! Link types: how a captured packet begins. Numbers and layouts are those of "Link-layer header
//! types" (tcpdump.org).

use super::read::{from, u8_at, u16_at, u32_at};
use super::{Step, Trouble, Walk};

/// Ethernet.
pub const ETHERNET: u16 = 1;
/// What the filter of Linux logs (`nflog`).
const NFLOG: u16 = 239;

impl<'a> Walk<'a> {
    /// The first step by link type.
    pub(super) fn link(&mut self, link_type: u16, bytes: &'a [u8]) -> Step<'a> {
        let step = match link_type {
            ETHERNET => Some(Step::Ethernet(bytes)),
            // Raw IP, under the numbers of several systems.
            12 | 14 | 101 | 228 | 229 => Some(Step::Ip(bytes)),
            // BSD loopback: the address family, in the byte order of the machine or of the network.
            0 | 108 => self.loopback(bytes),
            // PPP; behind one byte that tells the direction; Cisco HDLC.
            9 => Some(Step::Ppp(bytes)),
            50 => match u8_at(bytes, 0) {
                Some(0x0f | 0x8f) => hdlc(bytes),
                _ => Some(Step::Ppp(bytes)),
            },
            104 => hdlc(bytes),
            204 => from(bytes, 1).map(Step::Ppp),
            51 => Some(Step::Typed(super::ether::PPPOE_SESSION, bytes)),
            113 => self.cooked(bytes, 2, 4, 6, 14, 16),
            276 => self.cooked(bytes, 8, 11, 12, 0, 20),
            NFLOG => self.logged(bytes),
            _ => return self.stop(Trouble::LinkType(link_type)),
        };
        step.unwrap_or_else(|| self.short())
    }

    fn loopback(&mut self, bytes: &'a [u8]) -> Option<Step<'a>> {
        let family = u32_at(bytes, 0)?;
        let family = if family > 0xffff { family.swap_bytes() } else { family };
        let rest = from(bytes, 4)?;
        Some(match family {
            // AF_INET; AF_INET6 of Linux, BSD, FreeBSD, Darwin.
            2 | 10 | 24 | 28 | 30 => Step::Ip(rest),
            other => self.stop(Trouble::NotIp(u16::try_from(other).unwrap_or(u16::MAX))),
        })
    }

    /// Linux "cooked" captures, by the offsets at which the two versions keep the same fields:
    /// hardware type, length of the sender's address, the address, the protocol, the payload.
    fn cooked(
        &mut self,
        bytes: &'a [u8],
        hardware: usize,
        length: usize,
        address: usize,
        protocol: usize,
        payload: usize,
    ) -> Option<Step<'a>> {
        const NETLINK: u16 = 824;
        let length = if length == 4 { u16_at(bytes, 4)? } else { u16::from(u8_at(bytes, length)?) };
        if length == 6 {
            self.macs = self.macs.sent_by(*from(bytes, address)?.first_chunk()?);
        }
        let (kind, rest) = (u16_at(bytes, protocol)?, from(bytes, payload)?);
        Some(match kind {
            _ if u16_at(bytes, hardware)? == NETLINK => self.stop(Trouble::NotIp(NETLINK)),
            // 802.3 without and with an LLC header (tcpdump.org, LINKTYPE_LINUX_SLL).
            1 => self.stop(Trouble::NotIp(1)),
            4 => Step::Llc(rest),
            _ => Step::Typed(kind, rest),
        })
    }
}

/// Kinds of attributes of NFLOG (Linux, `nfnetlink_log.h`): about the packet, the sender's hardware
/// address, the packet.
const ABOUT: u16 = 1;
const SENDER: u16 = 8;
const PACKET: u16 = 9;
/// There are not as many kinds as this: a kind that is higher was read in the wrong order of bytes.
const KINDS: u16 = 64;

impl<'a> Walk<'a> {
    /// What a filter of Linux logged: attributes, each with its length, in the byte order of the
    /// machine that logged, which the bytes do not tell: that in which their kinds are known.
    fn logged(&mut self, bytes: &'a [u8]) -> Option<Step<'a>> {
        let (family, mut rest) = (u8_at(bytes, 0)?, from(bytes, 4)?);
        let is_swapped = u16_at(rest, 2)? >= KINDS;
        let number = |bytes: &[u8], at| {
            u16_at(bytes, at).map(|it| if is_swapped { it.swap_bytes() } else { it })
        };
        let mut protocol = None;
        loop {
            let (length, kind) = (usize::from(number(rest, 0)?), number(rest, 2)?);
            let Some(value) = length.checked_sub(4).and_then(|it| from(rest, 4)?.get(..it)) else {
                // The last one was cut off by the capture: what is there of it is read.
                let inside = from(rest, 4).filter(|_| kind == PACKET && length >= 4);
                return inside.map(|it| Self::of_family(family, protocol, it));
            };
            match kind {
                ABOUT => protocol = u16_at(value, 0),
                SENDER if u16_at(value, 0) == Some(6) => {
                    self.macs = self.macs.sent_by(*from(value, 4)?.first_chunk()?);
                }
                PACKET => return Some(Self::of_family(family, protocol, value)),
                _ => {}
            }
            rest = from(rest, length.next_multiple_of(4))?;
        }
    }

    /// A logged packet by its address family; on bridges by the protocol that was told with it.
    fn of_family(family: u8, protocol: Option<u16>, packet: &'a [u8]) -> Step<'a> {
        match (family, protocol) {
            (2 | 10, _) | (_, None) => Step::Ip(packet),
            (_, Some(kind)) => Step::Typed(kind, packet),
        }
    }
}

fn hdlc(bytes: &[u8]) -> Option<Step<'_>> {
    Some(Step::Typed(u16_at(bytes, 2)?, from(bytes, 4)?))
}

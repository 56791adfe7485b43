//! The Point-to-Point Protocol (RFC 1661), framed or not.

use super::read::{from, u8_at, u16_at};
use super::{Step, Trouble, Walk};

impl<'a> Walk<'a> {
    pub(super) fn ppp(&mut self, bytes: &'a [u8]) -> Step<'a> {
        // Address and control, when they are not left out (RFC 1662 §3.1).
        let bytes = bytes.strip_prefix(&[0xff, 0x03]).unwrap_or(bytes);
        // The protocol is one byte when it is odd and compressed (RFC 1661 §6.5).
        let read = match u8_at(bytes, 0) {
            Some(first) if first & 1 == 1 => from(bytes, 1).map(|it| (u16::from(first), it)),
            _ => u16_at(bytes, 0).zip(from(bytes, 2)),
        };
        match read {
            Some((0x0021 | 0x0057, rest)) => Step::Ip(rest),
            Some((0x0031, rest)) => bridged(rest),
            Some((0x0281 | 0x0283, rest)) => Step::Typed(0x8847, rest),
            // What the two ends agree on between themselves (LCP, IPCP, PAP, CHAP …) is no traffic.
            Some((0x8000.., _)) => Step::End,
            Some((other, _)) => self.stop(Trouble::NotIp(other)),
            None => self.short(),
        }
    }
}

/// Bridging (RFC 3518): flags, then the kind of network: Ethernet.
fn bridged(bytes: &[u8]) -> Step<'_> {
    match u8_at(bytes, 1) {
        Some(1) => from(bytes, 2).map_or(Step::End, Step::Ethernet),
        _ => Step::End,
    }
}

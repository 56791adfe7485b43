//! One flow: what two ends say to each other over one pair of ports in one context.

use super::super::facts::Guess;
use crate::wire::frame::flag;

/// The flow's key: both ends, the smaller one first, protocol and context.
///
/// IPv4 addresses stand for themselves, IPv6 addresses by number, so that both fit: each end has its
/// address in 32 bits and its port in 16. What is left of the first number tells the protocol (8
/// bits), whether it is IPv6 (1), and with what is left of the second one (16 bits) the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(pub(super) u64, pub(super) u64);

/// How many bits of the context stand beside the first end.
const CONTEXT_BITS: u32 = 7;

impl Key {
    /// The key, and whether the sender is its second end.
    #[inline(always)]
    pub(super) const fn new(
        (from, from_port): (u32, u16),
        (to, to_port): (u32, u16),
        protocol: u8,
        is_v6: bool,
        context: u32,
    ) -> (Self, bool) {
        let a = (from as u64) << 16 | from_port as u64;
        let b = (to as u64) << 16 | to_port as u64;
        let (a, b, is_turned) = if a <= b { (a, b, false) } else { (b, a, true) };
        let about = (protocol as u64) << (CONTEXT_BITS + 1)
            | (is_v6 as u64) << CONTEXT_BITS
            | context as u64 & ((1 << CONTEXT_BITS) - 1);
        let rest = (context >> CONTEXT_BITS) as u64;
        (Self(about << 48 | a, rest << 48 | b), is_turned)
    }

    /// An end's address (or its number) and port.
    pub(super) const fn end(self, second: bool) -> (u32, u16) {
        let end = if second { self.1 } else { self.0 };
        ((end >> 16) as u32, end as u16)
    }

    /// An end's address: whether of IPv6, and itself or its number.
    pub(super) const fn address(self, second: bool) -> (bool, u32) {
        (self.is_v6(), self.end(second).0)
    }

    pub(super) const fn protocol(self) -> u8 {
        (self.0 >> 56) as u8
    }

    pub(super) const fn is_v6(self) -> bool {
        self.0 >> (48 + CONTEXT_BITS) & 1 == 1
    }

    pub(super) const fn context(self) -> u32 {
        let (some, rest) = (self.0 >> 48 & ((1 << CONTEXT_BITS) - 1), self.1 >> 48);
        (rest << CONTEXT_BITS | some) as u32
    }
}

/// What a side did, beside the flags of TCP (whose upper three bits are used for this).
pub(super) mod did {
    /// Sent data.
    pub(in super::super) const DATA: u8 = 0x40;
    /// Confirmed without breaking off.
    pub(in super::super) const CONFIRM: u8 = 0x20;
}

/// What is known of a flow. Pairs are by direction: first what the key's first end sent.
///
/// Two lines of the processor's cache: the first is what every packet touches.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Flow {
    pub(super) key: Key,
    /// Nanoseconds since 1970.
    pub(super) last: u64,
    pub(super) bytes: [u64; 2],
    pub(super) packets: [u32; 2],
    /// Between which hardware addresses it crosses, by number; 0 is unknown.
    pub(super) hop: [u32; 2],
    /// What tells the packet seen last from others.
    pub(super) recent: [u32; 2],
    /// Nanoseconds since 1970.
    pub(super) first: u64,
    /// When the session began that stands now.
    pub(super) begun: u64,
    /// The number of its first packet.
    pub(super) number: u64,
    /// What tells its first packet from others: TCP's initial sequence number, else a checksum.
    pub(super) mark: [u32; 2],
    /// A checksum of the first words of a protocol that begins with something random; 0 is none.
    pub(super) hello: u32,
    /// What was said, by number; 0 is nothing.
    pub(super) said: u32,
    /// The hour in which it was seen last, since 1970.
    pub(super) hour: u32,
    /// The longest of the sessions that are over, in seconds.
    pub(super) longest: u32,
    pub(super) sessions: u32,
    /// Where its first bytes are collected, by number; of datagrams how many were looked at.
    pub(super) listening: u16,
    pub(super) flags: [u8; 2],
    pub(super) ttl: [u8; 2],
    /// What kind of tunnel it carries: see [`super::context::Carried`].
    pub(super) carries: u8,
    /// What of its key is no longer told apart: see [`super::fold`].
    pub(super) widened: u8,
    /// Which IP wrappings went against the order of their addresses, of its first packet.
    pub(super) turned: u8,
    /// The bits of [`state`].
    pub(super) state: u8,
}

const _: () = assert!(size_of::<Flow>() == 128);

/// What is known of a flow, in bits.
pub(super) mod state {
    /// The key's second end sent the first packet.
    pub(in super::super) const FIRST_IS_SECOND: u8 = 1;
    /// Who began is known, by SYN.
    pub(in super::super) const BY_SYN: u8 = 2;
    /// Who began is known, by what was said.
    pub(in super::super) const BY_SPEECH: u8 = 4;
    /// It was the key's second end.
    pub(in super::super) const BEGUN_BY_SECOND: u8 = 8;
    /// The tap shows it more than once.
    pub(in super::super) const COPIED: u8 = 16;
    /// Nothing more is to be learned from its bytes.
    pub(in super::super) const HEARD: u8 = 32;
    /// It is another flow, seen elsewhere.
    pub(in super::super) const IS_COPY: u8 = 64;
    /// Its first packet was the SYN.
    pub(in super::super) const FROM_SYN: u8 = 128;
}

impl Flow {
    pub(super) const fn has(&self, bits: u8) -> bool {
        self.state & bits != 0
    }

    /// Who began is known now.
    pub(super) const fn begun_by(&mut self, second: bool, how: u8) {
        self.state &= !(state::BY_SYN | state::BY_SPEECH | state::BEGUN_BY_SECOND);
        self.state |= how | if second { state::BEGUN_BY_SECOND } else { 0 };
    }

    /// Whether the key's second end began, and how that is known. Broadcasts and multicasts were
    /// begun by their sender; `is_group` tells which end is none that could answer.
    pub(super) fn initiator(&self, is_group: [bool; 2]) -> (bool, Guess) {
        const UDP: u8 = 17;
        let by_second = self.has(state::BEGUN_BY_SECOND);
        let first = self.has(state::FIRST_IS_SECOND);
        match is_group {
            _ if self.has(state::BY_SYN) => return (by_second, Guess::Syn),
            // Nobody is everybody: what a server tells to all was begun by the server.
            [true, false] if !by_second => return (true, Guess::First),
            [false, true] if by_second => return (false, Guess::First),
            _ if self.has(state::BY_SPEECH) => return (by_second, Guess::Said),
            [true, false] => return (true, Guess::First),
            [false, true] => return (false, Guess::First),
            _ => {}
        }
        let [a, b] = [false, true].map(|it| standing(self.key.end(it).1));
        match a.cmp(&b) {
            // Of these ports both sides send: who did so alone began, whatever the other port is.
            _ if self.key.protocol() == UDP && self.is_alone_from_ike() => (first, Guess::First),
            // Both ports are anybody's: who was seen first tells more. (Of TCP the first packet would be
            // the SYN: the beginning was not seen.)
            _ if self.key.protocol() == UDP && a > 0 && b > 0 => (first, Guess::First),
            // The one with the better-known port serves.
            std::cmp::Ordering::Less => (true, Guess::Port),
            std::cmp::Ordering::Greater => (false, Guess::Port),
            std::cmp::Ordering::Equal => (first, Guess::First),
        }
    }

    /// Whether one side alone sent, from a port of IKE (RFC 7296 §2.23).
    const fn is_alone_from_ike(&self) -> bool {
        let second = self.has(state::FIRST_IS_SECOND);
        let [a, b] = self.packets;
        matches!(self.key.end(second).1, 500 | 4500) && (if second { a } else { b }) == 0
    }

    /// Whether the side that did not begin answered.
    pub(super) fn is_answered(&self, second_began: bool) -> bool {
        const TCP: u8 = 6;
        let [a, b] = self.flags;
        let (asker, answerer) = if second_began { (b, a) } else { (a, b) };
        let [a, b] = self.packets;
        let answers = if second_began { a } else { b };
        if self.key.protocol() != TCP {
            return answers > 0;
        }
        let seen_from_start = asker & flag::SYN != 0;
        answerer & (did::DATA | flag::SYN) != 0
            || (!seen_from_start && answerer & (did::CONFIRM | flag::FIN) != 0)
    }
}

/// How well known a port is; less is better known.
pub(super) fn standing(port: u16) -> u8 {
    /// Services of hospitals and networks above 1023 (IANA, and the vendors' manuals).
    const KNOWN: [u16; 42] = [
        1194, 1433, 1521, 1645, 1646, 1701, 1723, 1812, 1813, 1883, 1900, 1985, 2049, 2575, 2761,
        2762, 3128, 3260, 3268, 3306, 3389, 3478, 3702, 4500, 5060, 5061, 5353, 5355, 5432, 5631,
        5900, 5901, 5938, 6379, 6568, 8000, 8080, 8443, 11112, 27017, 47808, 51820,
    ];
    match port {
        0 => 3,
        1..1024 => 0,
        _ if KNOWN.binary_search(&port).is_ok() => 0,
        1024..32768 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_what_it_was_made_of() {
        let ends = [(0, 0), (1, u16::MAX), (u32::MAX, 1), (u32::MAX, u16::MAX)];
        for (from, to) in ends.into_iter().flat_map(|a| ends.map(|b| (a, b))) {
            for (protocol, is_v6, context) in [
                (0, false, 0),
                (17, true, 1),
                (255, false, 127),
                (6, true, 128),
                (58, true, 1 << 20),
            ] {
                let (key, second) = Key::new(from, to, protocol, is_v6, context);
                assert_eq!((key.end(second), key.end(!second)), (from, to));
                assert_eq!(
                    (key.protocol(), key.is_v6(), key.context()),
                    (protocol, is_v6, context)
                );
                assert_eq!(Key::new(to, from, protocol, is_v6, context).0, key);
            }
        }
    }
}

//! Words for ICMP types, TCP flags and states of connections.

use crate::model::RangeSet;
use crate::model::device::States;

/// ICMP types by name (IANA, ICMP Parameters; the spellings of iptables and nftables).
const ICMP: &[(&str, u8)] = &[
    ("echo-reply", 0),
    ("pong", 0),
    ("destination-unreachable", 3),
    ("source-quench", 4),
    ("redirect", 5),
    ("echo-request", 8),
    ("ping", 8),
    ("router-advertisement", 9),
    ("router-solicitation", 10),
    ("time-exceeded", 11),
    ("ttl-exceeded", 11),
    ("parameter-problem", 12),
    ("timestamp-request", 13),
    ("timestamp-reply", 14),
    ("info-request", 15),
    ("info-reply", 16),
    ("address-mask-request", 17),
    ("address-mask-reply", 18),
];

/// ICMPv6 types by name.
const ICMPV6: &[(&str, u8)] = &[
    ("destination-unreachable", 1),
    ("packet-too-big", 2),
    ("time-exceeded", 3),
    ("ttl-exceeded", 3),
    ("parameter-problem", 4),
    ("echo-request", 128),
    ("ping", 128),
    ("echo-reply", 129),
    ("pong", 129),
    ("mld-listener-query", 130),
    ("mld-listener-report", 131),
    ("mld-listener-done", 132),
    ("mld-listener-reduction", 132),
    ("router-solicitation", 133),
    ("nd-router-solicit", 133),
    ("router-advertisement", 134),
    ("nd-router-advert", 134),
    ("neighbour-solicitation", 135),
    ("neighbor-solicitation", 135),
    ("nd-neighbor-solicit", 135),
    ("neighbour-advertisement", 136),
    ("neighbor-advertisement", 136),
    ("nd-neighbor-advert", 136),
    ("redirect", 137),
    ("nd-redirect", 137),
    ("router-renumbering", 138),
    ("ind-neighbor-solicit", 141),
    ("ind-neighbor-advert", 142),
    ("mld2-listener-report", 143),
];

/// Codes of ICMP that have a name of their own, with their type.
const CODES: &[(&str, u8)] = &[
    ("network-unreachable", 3),
    ("host-unreachable", 3),
    ("protocol-unreachable", 3),
    ("port-unreachable", 3),
    ("fragmentation-needed", 3),
    ("source-route-failed", 3),
    ("network-unknown", 3),
    ("host-unknown", 3),
    ("network-prohibited", 3),
    ("host-prohibited", 3),
    ("communication-prohibited", 3),
    ("network-redirect", 5),
    ("host-redirect", 5),
    ("ttl-zero-during-transit", 11),
    ("ttl-zero-during-reassembly", 11),
    ("ip-header-bad", 12),
    ("required-option-missing", 12),
];

/// Codes of ICMPv6 with a name of their own.
const CODESV6: &[(&str, u8)] = &[
    ("no-route", 1),
    ("communication-prohibited", 1),
    ("beyond-scope", 1),
    ("address-unreachable", 1),
    ("port-unreachable", 1),
    ("failed-policy", 1),
    ("reject-route", 1),
    ("ttl-zero-during-transit", 3),
    ("ttl-zero-during-reassembly", 3),
    ("bad-header", 4),
    ("unknown-header-type", 4),
    ("unknown-option", 4),
];

/// Types of ICMP or ICMPv6, written as number, name, `any`, or type and code; and whether it is
/// every packet of the type.
pub(in crate::config) fn icmp_types(word: &str, v6: bool) -> Option<(RangeSet<u8>, bool)> {
    let (names, codes, echo) =
        if v6 { (ICMPV6, CODESV6, [128, 129]) } else { (ICMP, CODES, [8, 0]) };
    let of = |list: &[(&str, u8)], word: &str| {
        list.iter().find(|(name, _)| *name == word).map(|(_, number)| *number)
    };
    if word == "any" || (word == "255" && !v6) {
        return Some((RangeSet::all(), true));
    }
    if let Some((kind, code)) = word.split_once('/') {
        let kind = kind.parse().ok()?;
        let code: u8 = code.parse().ok()?;
        // Echo has a single code.
        return Some((RangeSet::one(kind), code == 0 && echo.contains(&kind)));
    }
    if let Some(kind) = word.parse().ok().or_else(|| of(names, word)) {
        return Some((RangeSet::one(kind), true));
    }
    Some((RangeSet::one(of(codes, word)?), false))
}

/// Which packets TCP flags describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::config) enum Flags {
    /// Those that open a session, all of them and no others.
    Opening,
    /// All but those that open a session.
    NotOpening,
    /// Some of those that do not open a session.
    SomeOthers,
    /// None of these: a mixture.
    Mixed,
}

/// The flag of segments that open a session, together with [`ACK`] in the answer to them.
const SYN: u8 = 2;
/// The flag of every segment but the first.
const ACK: u8 = 16;

/// A TCP flag by name (RFC 9293).
pub(in crate::config) fn tcp_flag(word: &str) -> Option<u8> {
    Some(match word.to_ascii_lowercase().as_str() {
        "fin" => 1,
        "syn" => SYN,
        "rst" => 4,
        "psh" => 8,
        "ack" => ACK,
        "urg" => 32,
        "ecn" | "ece" => 64,
        "cwr" => 128,
        "all" => 63,
        "none" => 0,
        _ => return None,
    })
}

/// What "of the flags in the mask exactly these are set" describes.
pub(in crate::config) fn tcp_flags(mask: u8, set: u8, negated: bool) -> Flags {
    let ecn = mask & 192 != 0; // opening segments may carry these or not
    let opening = mask & SYN == set;
    let alone = mask & SYN != 0 && mask & ACK != 0;
    match (opening, negated) {
        _ if ecn => Flags::Mixed,
        (true, false) if alone => Flags::Opening,
        (true, true) if alone => Flags::NotOpening,
        (false, false) | (true, true) => Flags::SomeOthers,
        _ => Flags::Mixed,
    }
}

impl Flags {
    /// The states of such packets, and whether it is only some packets of these states; `None`
    /// when no states describe them.
    pub(in crate::config) fn states(self) -> Option<(States, bool)> {
        match self {
            Self::Opening => Some((OPENING, false)),
            Self::NotOpening => Some((OTHERS, false)),
            Self::SomeOthers => Some((OTHERS, true)),
            Self::Mixed => None,
        }
    }
}

/// Where segments that open a session are: it is new, or belongs to one (FTP data).
const OPENING: States = States::NEW.union(States::RELATED);
/// Where the others are.
const OTHERS: States = States::ESTABLISHED.union(States::INVALID);

/// Packets for which both the flags and the tracked state hold, and whether it is only some of
/// them. A segment that opens nothing, of a connection that nobody knows, fits no session.
pub(in crate::config) fn in_both(one: States, other: States) -> (States, bool) {
    let both = one.intersection(other);
    let odd = |flags: States, tracked: States| match flags {
        _ if tracked.is_empty() => None,
        OPENING if OTHERS.includes(tracked) => Some((tracked, true)),
        OTHERS if OPENING.includes(tracked) => Some((States::INVALID, false)),
        _ => None,
    };
    match both.is_empty() {
        true => odd(one, other).or_else(|| odd(other, one)).unwrap_or((both, false)),
        false => (both, false),
    }
}

//! What comparing a field with a value says about packets.

use super::repr::{Expr, Op};
use crate::config::netfilter::{self, Tracking};
use crate::config::numbers;
use crate::model::device::{Match, Transport};
use crate::model::{AddressSet, RangeSet};

/// What a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Source(Side),
    Destination(Side),
    Protocol(Side),
    /// Ports of a protocol; of every protocol with ports when it is 0.
    SourcePort(u8),
    DestinationPort(u8),
    Icmp,
    Icmpv6,
    State,
    /// What was done to the connection: `dnat`, `assured`.
    Status,
    Incoming,
    Outgoing,
    Family,
    TcpFlags,
    /// The kind of a destination: `local`, `broadcast`, `multicast`.
    DestinationType,
    /// Some packets, and others go on, when the value is one of these (any, when none are listed)
    /// and is not negated; otherwise nobody knows.
    Only(&'static [&'static str]),
    /// What the sender chooses or what happens in time: some packets, and others go on.
    Sometimes,
}

/// The family that a field implies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    V4,
    V6,
    Both,
}

/// Fields (nft(8), Expressions). Protocol numbers by IANA.
const FIELDS: &[(&str, Kind)] = &[
    ("ip saddr", Kind::Source(Side::V4)),
    ("ip daddr", Kind::Destination(Side::V4)),
    ("ip6 saddr", Kind::Source(Side::V6)),
    ("ip6 daddr", Kind::Destination(Side::V6)),
    ("ip protocol", Kind::Protocol(Side::V4)),
    ("ip6 nexthdr", Kind::Protocol(Side::V6)),
    ("meta l4proto", Kind::Protocol(Side::Both)),
    ("tcp sport", Kind::SourcePort(6)),
    ("tcp dport", Kind::DestinationPort(6)),
    ("udp sport", Kind::SourcePort(17)),
    ("udp dport", Kind::DestinationPort(17)),
    ("dccp sport", Kind::SourcePort(33)),
    ("dccp dport", Kind::DestinationPort(33)),
    ("sctp sport", Kind::SourcePort(132)),
    ("sctp dport", Kind::DestinationPort(132)),
    ("udplite sport", Kind::SourcePort(136)),
    ("udplite dport", Kind::DestinationPort(136)),
    ("th sport", Kind::SourcePort(0)),
    ("th dport", Kind::DestinationPort(0)),
    ("icmp type", Kind::Icmp),
    ("icmpv6 type", Kind::Icmpv6),
    ("ct state", Kind::State),
    ("ct status", Kind::Status),
    ("meta iifname", Kind::Incoming),
    ("meta iif", Kind::Incoming),
    ("meta oifname", Kind::Outgoing),
    ("meta oif", Kind::Outgoing),
    ("meta nfproto", Kind::Family),
    ("meta protocol", Kind::Family),
    ("tcp flags", Kind::TcpFlags),
    ("fib daddr type", Kind::DestinationType),
    ("fib saddr type", Kind::Only(&["local", "broadcast", "multicast", "anycast"])),
    ("meta pkttype", Kind::Only(&["broadcast", "multicast"])),
    ("ether saddr", Kind::Only(&[])),
    ("fib saddr . iif oif", Kind::Sometimes),
    ("fib saddr . mark . iif oif", Kind::Sometimes),
    ("fib saddr oif", Kind::Sometimes),
    ("ip ttl", Kind::Sometimes),
    ("ip dscp", Kind::Sometimes),
    ("ip ecn", Kind::Sometimes),
    ("ip length", Kind::Sometimes),
    ("ip id", Kind::Sometimes),
    ("ip frag-off", Kind::Sometimes),
    ("ip6 hoplimit", Kind::Sometimes),
    ("ip6 dscp", Kind::Sometimes),
    ("ip6 flowlabel", Kind::Sometimes),
    ("ip6 length", Kind::Sometimes),
    ("tcp option", Kind::Sometimes),
    ("tcp window", Kind::Sometimes),
    ("tcp sequence", Kind::Sometimes),
    ("udp length", Kind::Sometimes),
    ("icmp code", Kind::Sometimes),
    ("icmp id", Kind::Sometimes),
    ("icmpv6 code", Kind::Sometimes),
    ("icmpv6 id", Kind::Sometimes),
    ("rt type", Kind::Sometimes),
    ("frag more-fragments", Kind::Sometimes),
    ("ah spi", Kind::Sometimes),
    ("esp spi", Kind::Sometimes),
    ("meta length", Kind::Sometimes),
    ("meta skuid", Kind::Sometimes),
    ("meta skgid", Kind::Sometimes),
    ("meta time", Kind::Sometimes),
    ("meta day", Kind::Sometimes),
    ("meta hour", Kind::Sometimes),
    ("ct bytes", Kind::Sometimes),
    ("ct packets", Kind::Sometimes),
    ("numgen", Kind::Sometimes),
];

/// Whether a rule with this condition is about the device's own addresses.
pub(super) fn is_to_itself(field: &str, op: Op, value: &Expr) -> bool {
    let local = |it: &Expr| matches!(it, Expr::Value(word) if word == "local");
    let one = match value {
        Expr::Any(all) => all.iter().all(local) && !all.is_empty(),
        one => local(one),
    };
    field == "fib daddr type" && op == Op::Is && one
}

/// The packets for which a comparison holds, or `None` when nobody knows.
pub(super) fn compared(field: &str, op: Op, values: &[Expr], tracking: Tracking) -> Option<Match> {
    let (_, kind) = FIELDS.iter().find(|(name, _)| *name == field)?;
    let negated = match op {
        Op::Is => false,
        Op::IsNot => true,
        _ => return ordered(*kind, op, values),
    };
    let words: Vec<&str> = values
        .iter()
        .map(|it| match it {
            Expr::Value(word) => Some(word.as_str()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let mut when = Match::any();
    match *kind {
        Kind::Source(side) => {
            let of = whole(side);
            let set = addresses(&words, side)?;
            when.source = if negated { of.difference(&set) } else { set };
            when.destination = of;
        }
        Kind::Destination(side) => {
            let of = whole(side);
            let set = addresses(&words, side)?;
            when.destination = if negated { of.difference(&set) } else { set };
            when.source = of;
        }
        Kind::Protocol(side) => {
            let one = |word: &&str| numbers::protocol(word).map(|it| (it, it));
            let set = RangeSet::of(words.iter().map(one).collect::<Option<Vec<_>>>()?);
            let protocols = if negated { set.complement() } else { set };
            when.transports = vec![Transport { protocols, ..Transport::any() }];
            (when.source, when.destination) = (whole(side), whole(side));
        }
        Kind::SourcePort(protocol) => {
            let ports = ports(&words, negated)?;
            when.transports = with_ports(protocol);
            when.transports.iter_mut().for_each(|it| it.source_ports = ports.clone());
        }
        Kind::DestinationPort(protocol) => {
            let ports = ports(&words, negated)?;
            when.transports = with_ports(protocol);
            when.transports.iter_mut().for_each(|it| it.destination_ports = ports.clone());
        }
        Kind::Icmp | Kind::Icmpv6 => {
            let v6 = *kind == Kind::Icmpv6;
            let one = |word: &&str| netfilter::icmp_types(word, v6).map(|(types, _)| types);
            let sets = words.iter().map(one).collect::<Option<Vec<_>>>()?;
            let set = sets.iter().fold(RangeSet::none(), |all, it| all.union(it));
            let icmp_types = if negated { set.complement() } else { set };
            let number = if v6 { 58 } else { 1 };
            when.transports = vec![Transport { icmp_types, ..Transport::protocol(number) }];
            let side = whole(if v6 { Side::V6 } else { Side::V4 });
            (when.source, when.destination) = (side.clone(), side);
        }
        Kind::State | Kind::Status => {
            // Of the status, only this is a word for a state of iptables too.
            let words = match (kind, words.as_slice()) {
                (Kind::Status, ["dnat" | "0x20"]) => vec!["dnat"],
                (Kind::Status, _) => return None,
                _ => words,
            };
            (when.states, when.sometimes) = tracking.states(words, negated)?;
        }
        Kind::Incoming => {
            let names = words.iter().map(|it| it.replace("\\*", "*")).collect();
            *(if negated { &mut when.not_from } else { &mut when.from }) = names;
        }
        Kind::Outgoing => {
            let names = words.iter().map(|it| it.replace("\\*", "*")).collect();
            *(if negated { &mut when.not_to } else { &mut when.to }) = names;
        }
        Kind::Family => {
            let one = |word: &&str| match *word {
                "ipv4" | "ip" | "2" => Some(whole(Side::V4)),
                "ipv6" | "ip6" | "10" => Some(whole(Side::V6)),
                _ => None,
            };
            let sets = words.iter().map(one).collect::<Option<Vec<_>>>()?;
            let set: AddressSet = sets.into_iter().collect();
            let set = if negated { set.complement() } else { set };
            (when.source, when.destination) = (set.clone(), set);
        }
        Kind::DestinationType
            if !negated && words.iter().all(|it| matches!(*it, "broadcast" | "anycast")) =>
        {
            when.sometimes = true;
        }
        Kind::DestinationType if words == ["multicast"] => {
            let all = ["224.0.0.0/4", "ff00::/8"].into_iter().filter_map(numbers::addresses);
            let set: AddressSet = all.collect();
            when.destination = if negated { set.complement() } else { set };
        }
        Kind::Only(few) if !negated && words.iter().all(|it| few.contains(it)) => {
            when.sometimes = true;
        }
        Kind::Only(&[]) if !negated => when.sometimes = true,
        Kind::Sometimes => when.sometimes = true,
        // `tcp flags syn` holds for answers too.
        Kind::DestinationType | Kind::Only(_) | Kind::TcpFlags => return None,
    }
    Some(when)
}

/// `tcp dport > 1023` and the like.
fn ordered(kind: Kind, op: Op, values: &[Expr]) -> Option<Match> {
    let mut when = Match::any();
    if kind == Kind::Sometimes {
        when.sometimes = true;
        return Some(when);
    }
    let [Expr::Value(word)] = values else { return None };
    let port = numbers::port(word)?;
    let ports = match op {
        Op::Below => RangeSet::range(0, port.checked_sub(1)?),
        Op::AtMost => RangeSet::range(0, port),
        Op::Above => RangeSet::range(port.checked_add(1)?, u16::MAX),
        _ => RangeSet::range(port, u16::MAX),
    };
    let source = match kind {
        Kind::SourcePort(protocol) => {
            when.transports = with_ports(protocol);
            true
        }
        Kind::DestinationPort(protocol) => {
            when.transports = with_ports(protocol);
            false
        }
        _ => return None,
    };
    for transport in &mut when.transports {
        *(if source { &mut transport.source_ports } else { &mut transport.destination_ports }) =
            ports.clone();
    }
    Some(when)
}

/// The packets whose TCP flags, of those in a mask, are these.
pub(super) fn flags(field: &str, mask: &[String], op: Op, values: &[Expr]) -> Option<Match> {
    if field != "tcp flags" {
        return None;
    }
    let bits = |words: &[&str]| {
        words.iter().try_fold(0_u8, |set, word| match *word {
            "0" | "0x0" => Some(set),
            word => Some(set | netfilter::tcp_flag(word)?),
        })
    };
    let mask: Vec<&str> = mask.iter().map(String::as_str).collect();
    let words: Vec<&str> = values
        .iter()
        .map(|it| match it {
            Expr::Value(word) => Some(word.as_str()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (mask, set) = (bits(&mask)?, bits(&words)?);
    let negated = match op {
        Op::Is => false,
        Op::IsNot => true,
        _ => return None,
    };
    let (states, some) = netfilter::tcp_flags(mask, set, negated).states()?;
    let transports = vec![Transport::protocol(6)];
    Some(Match { states, sometimes: some, transports, ..Match::any() })
}

fn whole(side: Side) -> AddressSet {
    match side {
        Side::V4 => AddressSet::any_v4(),
        Side::V6 => AddressSet::any_v6(),
        Side::Both => AddressSet::any(),
    }
}

fn addresses(words: &[&str], side: Side) -> Option<AddressSet> {
    let sets = words.iter().map(|word| numbers::addresses(word)).collect::<Option<Vec<_>>>()?;
    let set: AddressSet = sets.into_iter().collect();
    // An address of the other family in such a field is no address of it.
    whole(side).includes(&set).then_some(set)
}

fn ports(words: &[&str], negated: bool) -> Option<RangeSet<u16>> {
    let sets = words.iter().map(|word| numbers::ports(word)).collect::<Option<Vec<_>>>()?;
    let set = sets.iter().fold(RangeSet::none(), |all, it| all.union(it));
    Some(if negated { set.complement() } else { set })
}

/// One protocol, or every one that has ports.
fn with_ports(protocol: u8) -> Vec<Transport> {
    let protocols = match protocol {
        0 => RangeSet::of([6, 17, 33, 132, 136].map(|it| (it, it))),
        one => RangeSet::one(one),
    };
    vec![Transport { protocols, ..Transport::any() }]
}

/// The words of a value.
pub(super) fn names(value: &Expr, names: &mut Vec<String>) {
    match value {
        Expr::Value(word) => names.push(word.clone()),
        Expr::Any(all) => {
            for one in all {
                if let Expr::Value(word) = one {
                    names.push(word.clone());
                }
            }
        }
        _ => {}
    }
}

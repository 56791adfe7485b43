//! Which packets a rule is about: the options of `iptables` and of its extensions.

use super::rule::{Reading, narrow};
use crate::config::netfilter;
use crate::config::{Word, numbers};
use crate::model::device::{Family, States, Transport};
use crate::model::{AddressSet, Point, RangeSet};
use crate::source::Span;

/// What an option does to the set of packets.
#[derive(Clone, Copy)]
enum Means {
    /// It loads an extension.
    Extension,
    Source,
    Destination,
    Protocol,
    Incoming,
    Outgoing,
    SourceRange,
    DestinationRange,
    SourcePorts,
    DestinationPorts,
    EitherPorts,
    TcpFlags,
    Syn,
    IcmpType,
    State,
    DestinationType,
    /// Only some of the packets, and others go on: rates, times, chance, what the sender did before
    /// or chose in its headers.
    Sometimes,
    /// Only some of the packets, when the value is one of these (any, when none are listed) and is
    /// not negated; otherwise nobody knows.
    Only(&'static [&'static str]),
    /// Nothing: it says how the extension works.
    Nothing,
}

/// Options, how many values each takes, and what it does (iptables(8), iptables-extensions(8)).
const OPTIONS: &[(&str, usize, Means)] = &[
    ("-m", 1, Means::Extension),
    ("--match", 1, Means::Extension),
    ("-s", 1, Means::Source),
    ("--source", 1, Means::Source),
    ("--src", 1, Means::Source),
    ("-d", 1, Means::Destination),
    ("--destination", 1, Means::Destination),
    ("--dst", 1, Means::Destination),
    ("-p", 1, Means::Protocol),
    ("--protocol", 1, Means::Protocol),
    ("-i", 1, Means::Incoming),
    ("--in-interface", 1, Means::Incoming),
    ("-o", 1, Means::Outgoing),
    ("--out-interface", 1, Means::Outgoing),
    ("--src-range", 1, Means::SourceRange),
    ("--dst-range", 1, Means::DestinationRange),
    ("--sport", 1, Means::SourcePorts),
    ("--sports", 1, Means::SourcePorts),
    ("--source-port", 1, Means::SourcePorts),
    ("--source-ports", 1, Means::SourcePorts),
    ("--dport", 1, Means::DestinationPorts),
    ("--dports", 1, Means::DestinationPorts),
    ("--destination-port", 1, Means::DestinationPorts),
    ("--destination-ports", 1, Means::DestinationPorts),
    ("--ports", 1, Means::EitherPorts),
    ("--port", 1, Means::EitherPorts),
    ("--tcp-flags", 2, Means::TcpFlags),
    ("--syn", 0, Means::Syn),
    ("--icmp-type", 1, Means::IcmpType),
    ("--icmpv6-type", 1, Means::IcmpType),
    ("--state", 1, Means::State),
    ("--ctstate", 1, Means::State),
    ("--dst-type", 1, Means::DestinationType),
    ("--src-type", 1, Means::Only(&["LOCAL", "BROADCAST", "MULTICAST", "ANYCAST"])),
    ("--pkt-type", 1, Means::Only(&["broadcast", "multicast"])),
    ("--mac-source", 1, Means::Only(&[])),
    ("--pol", 1, Means::Only(&["ipsec"])),
    ("--dir", 1, Means::Nothing),
    ("--reqid", 1, Means::Nothing),
    ("--proto", 1, Means::Nothing),
    ("--strict", 0, Means::Nothing),
    ("-f", 0, Means::Sometimes),
    ("--fragment", 0, Means::Sometimes),
    ("--limit", 1, Means::Sometimes),
    ("--limit-burst", 1, Means::Nothing),
    ("--hashlimit", 1, Means::Sometimes),
    ("--hashlimit-upto", 1, Means::Sometimes),
    ("--hashlimit-above", 1, Means::Sometimes),
    ("--hashlimit-burst", 1, Means::Nothing),
    ("--hashlimit-mode", 1, Means::Nothing),
    ("--hashlimit-name", 1, Means::Nothing),
    ("--hashlimit-srcmask", 1, Means::Nothing),
    ("--hashlimit-dstmask", 1, Means::Nothing),
    ("--hashlimit-htable-size", 1, Means::Nothing),
    ("--hashlimit-htable-max", 1, Means::Nothing),
    ("--hashlimit-htable-expire", 1, Means::Nothing),
    ("--hashlimit-htable-gcinterval", 1, Means::Nothing),
    ("--hashlimit-rate-match", 0, Means::Nothing),
    ("--hashlimit-rate-interval", 1, Means::Nothing),
    ("--connlimit-above", 1, Means::Sometimes),
    ("--connlimit-upto", 1, Means::Sometimes),
    ("--connlimit-mask", 1, Means::Nothing),
    ("--connlimit-saddr", 0, Means::Nothing),
    ("--connlimit-daddr", 0, Means::Nothing),
    ("--set", 0, Means::Nothing),
    ("--rcheck", 0, Means::Sometimes),
    ("--update", 0, Means::Sometimes),
    ("--remove", 0, Means::Sometimes),
    ("--seconds", 1, Means::Nothing),
    ("--hitcount", 1, Means::Nothing),
    ("--reap", 0, Means::Nothing),
    ("--rttl", 0, Means::Nothing),
    ("--name", 1, Means::Nothing),
    ("--rsource", 0, Means::Nothing),
    ("--rdest", 0, Means::Nothing),
    ("--mask", 1, Means::Nothing),
    ("--mode", 1, Means::Sometimes),
    ("--probability", 1, Means::Nothing),
    ("--every", 1, Means::Nothing),
    ("--packet", 1, Means::Nothing),
    ("--quota", 1, Means::Sometimes),
    ("--length", 1, Means::Sometimes),
    ("--ttl-eq", 1, Means::Sometimes),
    ("--ttl-lt", 1, Means::Sometimes),
    ("--ttl-gt", 1, Means::Sometimes),
    ("--hl-eq", 1, Means::Sometimes),
    ("--hl-lt", 1, Means::Sometimes),
    ("--hl-gt", 1, Means::Sometimes),
    ("--dscp", 1, Means::Sometimes),
    ("--dscp-class", 1, Means::Sometimes),
    ("--tos", 1, Means::Sometimes),
    ("--mss", 1, Means::Sometimes),
    ("--tcp-option", 1, Means::Sometimes),
    ("--string", 1, Means::Sometimes),
    ("--hex-string", 1, Means::Sometimes),
    ("--algo", 1, Means::Nothing),
    ("--from", 1, Means::Nothing),
    ("--to", 1, Means::Nothing),
    ("--icase", 0, Means::Nothing),
    ("--connbytes", 1, Means::Sometimes),
    ("--connbytes-dir", 1, Means::Nothing),
    ("--connbytes-mode", 1, Means::Nothing),
    ("--timestart", 1, Means::Sometimes),
    ("--timestop", 1, Means::Sometimes),
    ("--datestart", 1, Means::Sometimes),
    ("--datestop", 1, Means::Sometimes),
    ("--weekdays", 1, Means::Sometimes),
    ("--monthdays", 1, Means::Sometimes),
    ("--contiguous", 0, Means::Nothing),
    ("--kerneltz", 0, Means::Nothing),
    ("--utc", 0, Means::Nothing),
    ("--uid-owner", 1, Means::Sometimes),
    ("--gid-owner", 1, Means::Sometimes),
    ("--socket-exists", 0, Means::Sometimes),
    ("--invert", 0, Means::Sometimes),
    ("--loose", 0, Means::Nothing),
    ("--validmark", 0, Means::Nothing),
    ("--accept-local", 0, Means::Nothing),
    ("--ahspi", 1, Means::Sometimes),
    ("--espspi", 1, Means::Sometimes),
    ("--rt-type", 1, Means::Sometimes),
    ("--comment", 1, Means::Nothing),
    ("--nfacct-name", 1, Means::Nothing),
];

/// Extensions whose options are all in the table, or that say nothing by themselves.
const EXTENSIONS: &[&str] = &[
    "tcp",
    "udp",
    "udplite",
    "sctp",
    "dccp",
    "icmp",
    "icmp6",
    "icmpv6",
    "state",
    "conntrack",
    "multiport",
    "iprange",
    "comment",
    "limit",
    "hashlimit",
    "connlimit",
    "recent",
    "statistic",
    "quota",
    "length",
    "ttl",
    "hl",
    "dscp",
    "tos",
    "tcpmss",
    "string",
    "connbytes",
    "time",
    "owner",
    "ah",
    "esp",
    "rt",
    "addrtype",
    "nfacct",
    "mac",
    "pkttype",
    "policy",
    // These say what is not understood by an option of theirs.
    "set",
    "mark",
    "connmark",
    "physdev",
    "helper",
    "realm",
    "frag",
];

/// One option with its values.
pub(super) fn condition(reading: &mut Reading<'_>, option: Word<'_>, negated: bool) {
    let known = OPTIONS.iter().find(|(name, ..)| *name == option.text);
    let Some((_, count, means)) = known else {
        return reading.unknown(option.span);
    };
    let mut negated = negated;
    let mut values = Vec::with_capacity(*count);
    let mut span = option.span;
    for _ in 0..*count {
        // Old versions write `-s ! 192.0.2.1`.
        if values.is_empty() && reading.peek().is_some_and(|it| it.text == "!") {
            reading.next();
            negated = true;
        }
        match reading.next() {
            Some(value) => {
                span.end = value.span.end;
                values.push(value.text);
            }
            None => return reading.when.not_understood.push(span),
        }
    }
    let value = values.first().copied().unwrap_or_default();
    if understand(reading, *means, value, &values, negated, span).is_none() {
        reading.when.not_understood.push(span);
    }
}

/// Narrows the match; `None` when a value is not understood.
fn understand(
    reading: &mut Reading<'_>,
    means: Means,
    value: &str,
    values: &[&str],
    negated: bool,
    span: Span,
) -> Option<()> {
    let v6 = reading.family == Family::V6;
    let when = &mut reading.when;
    match means {
        Means::Extension => match value {
            // Packets that come over another interface than answers would leave by.
            "rpfilter" => when.sometimes = true,
            _ => return EXTENSIONS.contains(&value).then_some(()),
        },
        Means::Source => addresses(&mut when.source, &list(value)?, negated),
        Means::Destination => addresses(&mut when.destination, &list(value)?, negated),
        Means::SourceRange => addresses(&mut when.source, &numbers::addresses(value)?, negated),
        Means::DestinationRange => {
            addresses(&mut when.destination, &numbers::addresses(value)?, negated);
        }
        Means::Protocol if value.eq_ignore_ascii_case("all") => {
            return (!negated).then_some(());
        }
        Means::Protocol => {
            let set = signed(RangeSet::one(numbers::protocol(value)?), negated);
            // Protocol 0 stands for every protocol.
            let set = if value == "0" { RangeSet::all() } else { set };
            only(when, |it| &mut it.protocols, &set);
        }
        Means::Incoming | Means::Outgoing if value == "+" => return (!negated).then_some(()),
        Means::Incoming if negated => when.not_from.push(value.to_owned()),
        Means::Incoming => when.from = vec![value.to_owned()],
        Means::Outgoing if negated => when.not_to.push(value.to_owned()),
        Means::Outgoing => when.to = vec![value.to_owned()],
        Means::SourcePorts => {
            let set = signed(ports(value)?, negated);
            only(when, |it| &mut it.source_ports, &set);
        }
        Means::DestinationPorts => {
            let set = signed(ports(value)?, negated);
            only(when, |it| &mut it.destination_ports, &set);
        }
        Means::EitherPorts => {
            let set = signed(ports(value)?, negated);
            if negated {
                only(when, |it| &mut it.source_ports, &set);
                only(when, |it| &mut it.destination_ports, &set);
            } else {
                let mut other = when.clone();
                only(when, |it| &mut it.source_ports, &set);
                only(&mut other, |it| &mut it.destination_ports, &set);
                when.transports.extend(other.transports);
            }
        }
        Means::TcpFlags => {
            let flags = |text: &str| {
                text.split(',').try_fold(0, |set, it| Some(set | netfilter::tcp_flag(it)?))
            };
            let (mask, set) = (flags(values.first()?)?, flags(values.get(1)?)?);
            let (states, some) = netfilter::tcp_flags(mask, set, negated).states()?;
            within(when, states);
            when.sometimes |= some;
        }
        Means::Syn => {
            let mask = netfilter::tcp_flag("syn")? | netfilter::tcp_flag("ack")?;
            let set = netfilter::tcp_flag("syn")?;
            let (states, some) = netfilter::tcp_flags(mask, set, negated).states()?;
            within(when, states);
            when.sometimes |= some;
        }
        Means::IcmpType => {
            let (types, whole) = netfilter::icmp_types(value, v6)?;
            if !whole && negated {
                return None;
            }
            when.sometimes |= !whole;
            only(when, |it| &mut it.icmp_types, &signed(types, negated));
        }
        Means::State => {
            let (states, some) = reading.tracking.states(value.split(','), negated)?;
            within(when, states);
            when.sometimes |= some;
        }
        Means::DestinationType => match (value, v6) {
            ("MULTICAST", false) => {
                addresses(&mut when.destination, &list("224.0.0.0/4")?, negated);
            }
            ("MULTICAST", true) => addresses(&mut when.destination, &list("ff00::/8")?, negated),
            ("LOCAL", _) if !negated => reading.to_itself = Some(span),
            ("BROADCAST" | "ANYCAST", _) if !negated => when.sometimes = true,
            _ => return None,
        },
        Means::Only(words) => {
            // All the others are ordinary packets, so that the opposite holds for nearly all.
            let known = words.is_empty() || words.iter().any(|it| it.eq_ignore_ascii_case(value));
            return (known && !negated).then(|| when.sometimes = true);
        }
        Means::Sometimes => when.sometimes = true,
        // Only `--set` can be negated among these, and then it never holds.
        Means::Nothing => return (!negated).then_some(()),
    }
    Some(())
}

/// Narrows the states.
fn within(when: &mut crate::model::device::Match, states: States) {
    let (states, some) = netfilter::in_both(when.states, states);
    when.states = states;
    when.sometimes |= some;
}

/// Networks as a list; iptables makes a rule of each.
fn list(value: &str) -> Option<AddressSet> {
    value.split(',').map(network).collect::<Option<Vec<_>>>().map(AddressSet::from_iter)
}

/// A network by prefix length or by any mask.
fn network(word: &str) -> Option<AddressSet> {
    if let Some(network) = numbers::network(word) {
        return Some(network.into());
    }
    let (address, mask) = word.split_once('/')?;
    let mask: std::net::Ipv4Addr = mask.parse().ok()?;
    AddressSet::wildcard(address.parse().ok()?, std::net::Ipv4Addr::from_bits(!mask.to_bits()))
}

fn addresses(of: &mut AddressSet, set: &AddressSet, negated: bool) {
    *of = if negated { of.difference(set) } else { of.intersection(set) };
}

/// Ports as a list of ports and ranges `a:b`.
fn ports(value: &str) -> Option<RangeSet<u16>> {
    let range = |word: &str| match word.split_once(':') {
        None => numbers::port(word).map(|it| (it, it)),
        Some((first, last)) => {
            let first = if first.is_empty() { Some(0) } else { numbers::port(first) };
            let last = if last.is_empty() { Some(u16::MAX) } else { numbers::port(last) };
            first.zip(last).filter(|(first, last)| first <= last)
        }
    };
    value.split(',').map(range).collect::<Option<Vec<_>>>().map(RangeSet::of)
}

fn signed<T: Point>(set: RangeSet<T>, negated: bool) -> RangeSet<T> {
    if negated { set.complement() } else { set }
}

/// Keeps of one part of every transport what is in a set.
fn only<T: Point>(
    when: &mut crate::model::device::Match,
    part: impl Fn(&mut Transport) -> &mut RangeSet<T>,
    set: &RangeSet<T>,
) {
    narrow(when, |it| {
        let mut it = it.clone();
        let part = part(&mut it);
        *part = part.intersection(set);
        Some(it)
    });
}

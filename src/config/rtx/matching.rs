//! The words of a filter: addresses, protocols, ports, flags.
//!
//! Source: 「ヤマハルーター コマンドリファレンス」, `ip filter` (IP パケットのフィルターの設定) and
//! `ip filter dynamic` (動的フィルターの定義).

use super::parse::Token;
use super::repr::Ip;
use crate::config::numbers;
use crate::model::device::{Match, Protocols, States, Transport};
use crate::model::{AddressSet, RangeSet};
use std::net::{IpAddr, Ipv4Addr};

/// `SRC [DST [PROTOCOL [SOURCE-PORT [DESTINATION-PORT]]]]`, and whether all of it was understood.
pub(super) fn of_filter(ip: Ip, words: &[Token<'_>]) -> (Match, bool) {
    let mut when = Match { source: ip.any(), destination: ip.any(), ..Match::any() };
    let mut unknown = Vec::new();
    let mut words = words.iter();
    if let Some(word) = words.next() {
        match addresses(ip, word) {
            Some(set) => when.source = set,
            None => unknown.push(word.span),
        }
    }
    if let Some(word) = words.next() {
        match addresses(ip, word) {
            Some(set) => when.destination = set,
            None => unknown.push(word.span),
        }
    }
    if let Some(word) = words.next() {
        match protocols(word) {
            Some(kinds) => kinds.put(&mut when),
            None => unknown.push(word.span),
        }
    }
    for (position, word) in words.enumerate() {
        if word.text == "*" {
            continue;
        }
        let put = position < 2 && unknown.is_empty() && ports(&mut when, position == 0, word);
        if !put {
            unknown.push(word.span);
        }
    }
    let whole = unknown.is_empty();
    when.not_understood.append(&mut unknown);
    (when, whole)
}

/// `*`, addresses, ranges, networks, lists of them.
pub(super) fn addresses(ip: Ip, word: &str) -> Option<AddressSet> {
    let sets = word.split(',').map(|part| match (part, ip) {
        ("*", _) => Some(ip.any()),
        (_, Ip::V4) => one_v4(part),
        (_, Ip::V6) => numbers::addresses(part),
    });
    let set: AddressSet = sets.collect::<Option<Vec<_>>>()?.into_iter().collect();
    // Addresses of the other protocol cannot stand in such a filter.
    ip.any().includes(&set).then_some(set)
}

/// `10.0.0.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.0.*.*`, `a-b`, `-b`, `a-`.
fn one_v4(part: &str) -> Option<AddressSet> {
    if let Some(set) = numbers::addresses(part) {
        return Some(set);
    }
    if let Some((address, mask)) = part.split_once('/') {
        return numbers::masked(address, mask).map(AddressSet::from);
    }
    if let Some((first, last)) = part.split_once('-') {
        let first = if first.is_empty() { "0.0.0.0" } else { first };
        let last = if last.is_empty() { "255.255.255.255" } else { last };
        let (first, last): (IpAddr, IpAddr) = (first.parse().ok()?, last.parse().ok()?);
        return Some(AddressSet::range(first, last)).filter(|set| !set.is_empty());
    }
    // Bytes from some byte on may be anything.
    let bytes: Vec<&str> = part.split('.').collect();
    let fixed: Vec<u8> = bytes.iter().map_while(|byte| byte.parse().ok()).collect();
    let rest = bytes.get(fixed.len()..)?;
    if bytes.len() != 4 || rest.is_empty() || rest.iter().any(|byte| *byte != "*") {
        return None;
    }
    let low: Vec<u8> = fixed.iter().copied().chain(rest.iter().map(|_| 0)).collect();
    let high: Vec<u8> = fixed.iter().copied().chain(rest.iter().map(|_| 255)).collect();
    let address = |bytes: Vec<u8>| <[u8; 4]>::try_from(bytes).ok().map(Ipv4Addr::from);
    Some(AddressSet::range(address(low)?.into(), address(high)?.into()))
}

/// Protocols and what they are limited to.
struct Kinds {
    protocols: Protocols,
    icmp_types: RangeSet<u8>,
    states: States,
    /// Only packets with certain flags, of which the states are not the whole story.
    some: bool,
}

impl Kinds {
    fn of(protocols: Protocols) -> Self {
        Self { protocols, icmp_types: RangeSet::all(), states: States::ALL, some: false }
    }

    fn tcp(states: States) -> Self {
        Self { states, ..Self::of(RangeSet::one(6)) }
    }

    fn put(self, when: &mut Match) {
        when.transports = vec![Transport {
            protocols: self.protocols,
            icmp_types: self.icmp_types,
            ..Transport::any()
        }];
        when.states = self.states;
        when.sometimes = self.some;
    }
}

/// ICMP types of `icmp-error` and of `icmp-info`.
const ERRORS: &[u8] = &[3, 4, 5, 11, 12, 31, 32];
const INFORMATION: &[u8] = &[0, 8, 9, 10, 13, 14, 15, 16, 17, 18, 30, 33, 34, 35, 36];

fn protocols(word: &str) -> Option<Kinds> {
    // A packet that ends a session belongs to one.
    let ends = States::NEW.complement();
    Some(match word {
        "*" => Kinds::of(RangeSet::all()),
        "established" => Kinds::tcp(States::ESTABLISHED),
        "tcpsyn" => Kinds::tcp(States::NEW),
        "tcpfin" | "tcprst" => Kinds { some: true, ..Kinds::tcp(ends) },
        "icmp-error" => icmp(ERRORS),
        "icmp-info" => icmp(INFORMATION),
        _ => match word.strip_prefix("tcpflag") {
            Some(rest) => flags(rest)?,
            None => {
                let numbers = word.split(',').map(one_protocol);
                let numbers = numbers.collect::<Option<Vec<u8>>>()?;
                Kinds::of(numbers.into_iter().map(|it| (it, it)).collect())
            }
        },
    })
}

fn icmp(types: &[u8]) -> Kinds {
    Kinds { icmp_types: types.iter().map(|it| (*it, *it)).collect(), ..Kinds::of(RangeSet::one(1)) }
}

fn one_protocol(word: &str) -> Option<u8> {
    match word {
        // Words that stand for flags cannot be told apart once they are in a list.
        "established" => None,
        _ => numbers::protocol(word),
    }
}

/// `tcpflag=VALUE/MASK`: which sessions a packet with such flags can belong to.
fn flags(rest: &str) -> Option<Kinds> {
    const SYN: u16 = 0x02;
    const ACK: u16 = 0x10;
    // No packet that opens a session ends it.
    const END: u16 = 0x05;
    let (value, mask) = rest.strip_prefix('=')?.split_once('/')?;
    let number = |it: &str| u16::from_str_radix(it.strip_prefix("0x")?, 16).ok();
    let (value, mask) = (number(value)?, number(mask)?);
    let states = match (value & mask & SYN != 0, value & mask & ACK != 0, mask & ACK != 0) {
        // SYN without ACK opens a session.
        (true, false, true) => States::NEW,
        (_, true, _) => States::ESTABLISHED,
        _ => return None,
    };
    let opens = states == States::NEW && value & END == 0;
    let implied = SYN | ACK | if opens { END } else { 0 };
    Some(Kinds { some: mask & !implied != 0, ..Kinds::tcp(states) })
}

/// Puts a list of ports, or of ICMP types, in its place.
fn ports(when: &mut Match, source: bool, word: &str) -> bool {
    let Some(transport) = when.transports.first_mut() else { return false };
    let only_icmp = RangeSet::of([(1, 1), (58, 58)]).includes(&transport.protocols);
    if only_icmp {
        let types = word.split(',').map(|it| it.parse::<u8>().ok().map(|it| (it, it)));
        let Some(types) = types.collect::<Option<Vec<_>>>() else { return false };
        // The second list holds codes, which nothing here tells apart.
        if source {
            transport.icmp_types = transport.icmp_types.intersection(&RangeSet::of(types));
        }
        return source;
    }
    let Some(ports) = port_list(word) else { return false };
    if source {
        transport.source_ports = ports;
    } else {
        transport.destination_ports = ports;
    }
    // A port makes sense for TCP and UDP alone.
    let with_ports = RangeSet::of([(6, 6), (17, 17)]);
    if transport.protocols.is_all() {
        transport.protocols = with_ports.clone();
    }
    with_ports.includes(&transport.protocols)
}

/// `80`, `www,21`, `1024-65535`, `-1023`, `netbios_ns-netbios_ssn`, `*`.
pub(super) fn port_list(word: &str) -> Option<RangeSet<u16>> {
    let parts = word.split(',').map(|part| match part {
        "*" => Some(RangeSet::all()),
        // Both ports of the protocol.
        "ftp" => Some(RangeSet::range(20, 21)),
        _ => port_range(part),
    });
    let parts = parts.collect::<Option<Vec<_>>>()?;
    Some(parts.iter().flat_map(|it| it.ranges().iter().copied()).collect())
}

fn port_range(part: &str) -> Option<RangeSet<u16>> {
    match (part, part.split_once('-')) {
        ("route", _) => Some(RangeSet::one(520)),
        _ => numbers::ports(part),
    }
}

/// Services that dynamic filters know, by the transport that opens their sessions.
pub(super) fn service(name: &str) -> Option<Vec<Transport>> {
    const TCP: u8 = 6;
    const UDP: u8 = 17;
    let (protocols, ports): (&[u8], &[u16]) = match name {
        "tcp" => (&[TCP], &[]),
        "udp" => (&[UDP], &[]),
        "ping" => (&[1], &[]),
        "ping6" => (&[58], &[]),
        "netmeeting" => (&[TCP], &[1503, 1720]),
        "domain" | "dns" | "sip" => (&[TCP, UDP], &[]),
        "tftp" | "ntp" | "snmp" | "snmptrap" | "syslog" | "dhcps" | "dhcpc" | "rip" | "ripng"
        | "radius" | "ike" | "ipsec-nat-t" | "l2tp" | "netbios_ns" | "netbios_dgm" => (&[UDP], &[]),
        "ftp" | "www" | "http" | "https" | "smtp" | "submission" | "pop3" | "pop3s" | "imap"
        | "imaps" | "telnet" | "ssh" | "nntp" | "ident" | "gopher" | "finger" | "whois" | "bgp"
        | "ldap" | "pptp" | "netbios_ssn" | "printer" | "sunrpc" | "nfs" => (&[TCP], &[]),
        _ => return None,
    };
    let one = |port: u16| (port, port);
    let ports = match (name, ports) {
        ("tcp" | "udp" | "ping" | "ping6", _) => RangeSet::all(),
        (_, []) => RangeSet::one(numbers::port(name)?),
        (_, ports) => ports.iter().copied().map(one).collect(),
    };
    Some(protocols.iter().map(|protocol| Transport::ports(*protocol, ports.clone())).collect())
}

//! One entry of an access list: `permit tcp 192.0.2.0 0.0.0.255 any eq 443 log`, and its like on ASA.

use super::objects::Objects;
use super::parse::Command;
use crate::config::numbers;
use crate::model::device::{Family, Match, Protocols, States, StructureKind, Transport, Verdict};
use crate::model::{AddressSet, IpNetwork, RangeSet};
use crate::source::{Span, Spanned};
use std::net::IpAddr;

/// How a list writes its entries.
pub(in crate::config) struct Dialect<'o> {
    /// The groups that it may name.
    pub objects: &'o Objects,
    /// Of which packets it speaks.
    pub family: Family,
    /// Whether addresses come with a mask of ones (ASA) in place of a wildcard (IOS).
    pub netmask: bool,
}

/// An entry.
#[derive(Clone, Debug)]
pub(in crate::config) struct Entry {
    /// What it decides.
    pub verdict: Verdict,
    /// About which packets.
    pub when: Match,
    /// Whether it is switched on.
    pub enabled: bool,
    /// The reflexive list that it fills.
    pub reflect: Option<Spanned<String>>,
    /// Whether every word was understood.
    pub understood: bool,
    /// Names that it uses.
    pub names: Vec<(StructureKind, Spanned<String>)>,
}

impl Dialect<'_> {
    fn everything(&self) -> AddressSet {
        match self.family {
            Family::Both => AddressSet::any(),
            Family::V4 => AddressSet::any_v4(),
            Family::V6 => AddressSet::any_v6(),
        }
    }

    /// An entry of a standard list, which speaks of sources only. `at` is the word after the verdict.
    pub(in crate::config) fn standard(
        &self,
        verdict: Verdict,
        command: &Command<'_>,
        at: usize,
    ) -> Entry {
        let mut reader = Reader::new(self, command, at, verdict);
        reader.entry.when.destination = self.everything();
        let source = command.word(at).text;
        match source.parse::<std::net::Ipv4Addr>() {
            // A source without a wildcard is one host.
            Ok(host) => {
                let wild = command.words.get(at + 1).and_then(|mask| {
                    if self.netmask {
                        numbers::masked(source, mask).map(AddressSet::from)
                    } else {
                        numbers::wildcard(source, mask)
                    }
                });
                reader.at += 1 + usize::from(wild.is_some());
                reader.entry.when.source =
                    wild.unwrap_or_else(|| AddressSet::from(IpAddr::V4(host)));
            }
            Err(_) => reader.entry.when.source = reader.address(),
        }
        reader.options();
        reader.entry
    }

    /// An entry of an extended list.
    pub(in crate::config) fn extended(
        &self,
        verdict: Verdict,
        command: &Command<'_>,
        at: usize,
    ) -> Entry {
        let mut reader = Reader::new(self, command, at, verdict);
        let (mut transports, open) = reader.protocol();
        reader.entry.when.source = reader.address();
        let source_ports = if open { reader.ports() } else { None };
        reader.entry.when.destination = reader.address();
        let protocols: Protocols =
            transports.iter().flat_map(|it| it.protocols.ranges().iter().copied()).collect();
        if open {
            if let Some(group) = reader.group_of_services() {
                match self.objects.of_protocol(&group, &protocols) {
                    Some((of, exact)) => {
                        transports = of;
                        if !exact {
                            reader.doubt();
                        }
                    }
                    None => reader.doubt(),
                }
            } else if let Some(ports) = reader.ports() {
                for transport in &mut transports {
                    transport.destination_ports = ports.clone();
                }
            }
            if protocols == RangeSet::one(1) || protocols == RangeSet::one(58) {
                reader.icmp(&mut transports);
            }
        }
        if let Some(ports) = source_ports {
            for transport in &mut transports {
                transport.source_ports = ports.clone();
            }
        }
        reader.entry.when.transports = transports;
        reader.options();
        reader.entry
    }
}

/// Names of ICMP types and codes: type, and whether the name means all codes of it.
const ICMP: &[(&str, u8, bool)] = &[
    ("echo-reply", 0, true),
    ("unreachable", 3, true),
    ("net-unreachable", 3, false),
    ("host-unreachable", 3, false),
    ("port-unreachable", 3, false),
    ("protocol-unreachable", 3, false),
    ("packet-too-big", 3, false),
    ("administratively-prohibited", 3, false),
    ("source-quench", 4, true),
    ("redirect", 5, true),
    ("alternate-address", 6, true),
    ("echo", 8, true),
    ("router-advertisement", 9, true),
    ("router-solicitation", 10, true),
    ("time-exceeded", 11, true),
    ("ttl-exceeded", 11, false),
    ("parameter-problem", 12, true),
    ("timestamp-request", 13, true),
    ("timestamp-reply", 14, true),
    ("information-request", 15, true),
    ("information-reply", 16, true),
    ("mask-request", 17, true),
    ("address-mask-request", 17, true),
    ("mask-reply", 18, true),
    ("address-mask-reply", 18, true),
    ("traceroute", 30, true),
];
/// The same for ICMPv6.
const ICMPV6: &[(&str, u8, bool)] = &[
    ("unreachable", 1, true),
    ("packet-too-big", 2, true),
    ("time-exceeded", 3, true),
    ("hop-limit", 3, false),
    ("parameter-problem", 4, true),
    ("echo-request", 128, true),
    ("echo", 128, true),
    ("echo-reply", 129, true),
    ("mld-query", 130, true),
    ("mld-report", 131, true),
    ("mld-reduction", 132, true),
    ("router-solicitation", 133, true),
    ("router-advertisement", 134, true),
    ("nd-ns", 135, true),
    ("nd-na", 136, true),
];
/// Ports whose names Cisco alone uses, or uses otherwise than IANA.
const PORTS: &[(&str, u16)] = &[
    ("mobile-ip", 434),
    ("dnsix", 195),
    ("pim-auto-rp", 496),
    ("drip", 3949),
    ("ctiqbe", 2748),
    ("aol", 5190),
    ("secureid-udp", 5510),
    ("pcanywhere-data", 5631),
    ("pcanywhere-status", 5632),
    ("rpc", 111),
    ("radius", 1645),
    ("radius-acct", 1646),
    ("cifs", 3020),
];

/// The port that a word names.
pub(in crate::config) fn port(word: &str) -> Option<u16> {
    let ours = PORTS.iter().find(|(name, _)| *name == word).map(|(_, port)| *port);
    ours.or_else(|| numbers::port(word))
}

/// The ICMP type that a word names, and whether it means all codes.
pub(in crate::config) fn icmp_type(word: &str, six: bool) -> Option<(u8, bool)> {
    let table = if six { ICMPV6 } else { ICMP };
    let named = table.iter().find(|(name, ..)| *name == word).map(|(_, kind, all)| (*kind, *all));
    named.or_else(|| word.parse().ok().map(|kind| (kind, true)))
}

/// `eq 80`, `range 20 21`, `gt 1023`: the ports, and how many words they take.
pub(in crate::config) fn port_words(words: &[&str]) -> Option<(RangeSet<u16>, usize)> {
    let first = port(words.get(1)?)?;
    let listed = || {
        let ports: Vec<u16> = words.iter().skip(1).map_while(|word| port(word)).collect();
        let count = 1 + ports.len();
        (ports.into_iter().map(|port| (port, port)).collect::<RangeSet<u16>>(), count)
    };
    Some(match *words.first()? {
        "eq" => listed(),
        "neq" => {
            let (ports, count) = listed();
            (ports.complement(), count)
        }
        "gt" => {
            (first.checked_add(1).map_or(RangeSet::none(), |it| RangeSet::range(it, u16::MAX)), 2)
        }
        "lt" => (first.checked_sub(1).map_or(RangeSet::none(), |it| RangeSet::range(0, it)), 2),
        "range" => {
            let second = port(words.get(2)?)?;
            (RangeSet::range(first.min(second), first.max(second)), 3)
        }
        _ => return None,
    })
}

struct Reader<'d, 'c, 't> {
    dialect: &'d Dialect<'d>,
    command: &'c Command<'t>,
    at: usize,
    entry: Entry,
}

impl<'d, 'c, 't> Reader<'d, 'c, 't> {
    fn new(
        dialect: &'d Dialect<'d>,
        command: &'c Command<'t>,
        at: usize,
        verdict: Verdict,
    ) -> Self {
        let entry = Entry {
            verdict,
            when: Match::any(),
            enabled: true,
            reflect: None,
            understood: true,
            names: Vec::new(),
        };
        Self { dialect, command, at, entry }
    }

    fn peek(&self) -> &'t str {
        self.command.words.get(self.at).copied().unwrap_or_default()
    }

    fn rest(&self) -> &'c [&'t str] {
        self.command.words.get(self.at..).unwrap_or_default()
    }

    fn span(&self) -> Span {
        self.command.word(self.at).span
    }

    /// The word just passed, or what it stands for, is not understood.
    fn doubt(&mut self) {
        let span = self.command.word(self.at.saturating_sub(1)).span;
        self.entry.when.not_understood.push(span);
        self.entry.understood = false;
    }

    fn refer(&mut self, kind: StructureKind) -> String {
        let word = self.command.word(self.at);
        self.at += 1;
        self.entry.names.push((kind, Spanned::new(word.text.to_owned(), word.span)));
        word.text.to_owned()
    }

    /// The protocol, and whether ports or types may follow.
    fn protocol(&mut self) -> (Vec<Transport>, bool) {
        let word = self.peek();
        self.at += 1;
        let any = vec![Transport::any()];
        match word {
            "ip" | "ipv4" | "ipv6" => (any, false),
            "tcp-udp" => (vec![Transport::protocol(6), Transport::protocol(17)], true),
            "object-group" | "object" => {
                let name = self.refer(StructureKind::ServiceGroup);
                let Some(group) = self.dialect.objects.services(&name) else {
                    self.doubt();
                    return (any, false);
                };
                let (transports, exact) = (group.transports.clone(), group.exact);
                if !exact || transports.is_empty() {
                    self.doubt();
                }
                // A group of protocols may still be followed by ports.
                let open = transports.iter().all(|it| {
                    it.destination_ports.is_all()
                        && it.source_ports.is_all()
                        && !it.protocols.is_all()
                });
                (if transports.is_empty() { any } else { transports }, open)
            }
            "icmp" if self.dialect.family == Family::V6 => (vec![Transport::protocol(58)], true),
            _ => match numbers::protocol(word) {
                Some(number) => (vec![Transport::protocol(number)], true),
                None => {
                    self.doubt();
                    (any, true)
                }
            },
        }
    }

    /// A source or a destination.
    fn address(&mut self) -> AddressSet {
        let everything = self.dialect.everything();
        let word = self.peek();
        self.at += 1;
        match word {
            "any" => everything,
            "any4" => AddressSet::any_v4(),
            "any6" => AddressSet::any_v6(),
            "host" => {
                let host = self.dialect.objects.address(self.peek());
                self.at += 1;
                match host {
                    Some(host) => host.into(),
                    None => {
                        self.doubt();
                        everything
                    }
                }
            }
            "interface" if self.dialect.netmask => {
                let set = self.dialect.objects.interfaces.get(self.peek());
                self.at += 1;
                // An address that the interface gets from elsewhere is not known here.
                match set.filter(|set| !set.is_empty()) {
                    Some(set) => set.clone(),
                    None => {
                        self.doubt();
                        everything
                    }
                }
            }
            "object-group" | "object" | "addrgroup" => {
                let name = self.refer(StructureKind::AddressGroup);
                match self.dialect.objects.network(&name) {
                    Some(group) => {
                        let (set, exact) = (group.set.clone(), group.exact);
                        if !exact {
                            self.doubt();
                            return everything;
                        }
                        set
                    }
                    None => {
                        self.doubt();
                        everything
                    }
                }
            }
            _ if word.contains('/') => match word.parse::<IpNetwork>() {
                Ok(network) => network.into(),
                Err(_) => {
                    self.doubt();
                    everything
                }
            },
            _ => {
                let mask = self.peek();
                let set = if self.dialect.netmask {
                    self.dialect.objects.masked(word, mask).map(AddressSet::from)
                } else {
                    numbers::wildcard(word, mask)
                };
                match set {
                    Some(set) => {
                        self.at += 1;
                        set
                    }
                    None => {
                        self.doubt();
                        everything
                    }
                }
            }
        }
    }

    fn ports(&mut self) -> Option<RangeSet<u16>> {
        if !matches!(self.peek(), "eq" | "neq" | "gt" | "lt" | "range") {
            return None;
        }
        match port_words(self.rest()) {
            Some((ports, count)) => {
                self.at += count;
                Some(ports)
            }
            None => {
                self.at += 2;
                self.doubt();
                None
            }
        }
    }

    /// A group of ports after the destination, as ASA has it.
    fn group_of_services(&mut self) -> Option<String> {
        let named = matches!(self.peek(), "object-group" | "object");
        let name = self.command.words.get(self.at + 1)?;
        (named && self.dialect.objects.is_services(name)).then(|| {
            self.at += 1;
            self.refer(StructureKind::ServiceGroup)
        })
    }

    fn icmp(&mut self, transports: &mut [Transport]) {
        let six = transports.iter().all(|it| it.protocols == RangeSet::one(58));
        let Some((kind, all)) = icmp_type(self.peek(), six) else { return };
        let number = self.peek().starts_with(|c: char| c.is_ascii_digit());
        self.at += 1;
        for transport in transports {
            transport.icmp_types = RangeSet::one(kind);
        }
        // A number may be followed by its code; only some packets of the type have it.
        let code = number && self.peek().parse::<u8>().is_ok();
        self.at += usize::from(code);
        self.entry.when.sometimes |= code || !all;
    }

    /// What stands after the addresses.
    fn options(&mut self) {
        /// Conditions on parts of a packet that the facts do not have: flags, sizes, fragments.
        const SOME: &[(&str, usize)] = &[
            ("fragments", 0),
            ("dscp", 1),
            ("precedence", 1),
            ("tos", 1),
            ("ttl", 2),
            ("flow-label", 1),
            ("syn", 0),
            ("fin", 0),
            ("psh", 0),
            ("urg", 0),
            ("option", 1),
            ("routing", 0),
            ("dest-option", 0),
        ];
        while self.at < self.command.words.len() {
            let word = self.peek();
            let here = self.span();
            self.at += 1;
            match word {
                "log" | "log-input" => {
                    // ASA: `log disable`, `log 6 interval 300`; IOS: `log COOKIE`.
                    while matches!(
                        self.peek(),
                        "disable"
                            | "default"
                            | "interval"
                            | "notifications"
                            | "informational"
                            | "warnings"
                            | "errors"
                            | "critical"
                            | "alerts"
                            | "emergencies"
                            | "debugging"
                    ) || self.peek().parse::<u32>().is_ok()
                    {
                        self.at += 1;
                    }
                }
                "established" => self.entry.when.states = States::ESTABLISHED,
                "ack" | "rst" => {
                    self.entry.when.states = States::ESTABLISHED;
                    self.entry.when.sometimes = true;
                }
                "match-all" | "match-any" => {
                    while self.peek().starts_with(['+', '-']) {
                        self.at += 1;
                    }
                    self.entry.when.sometimes = true;
                }
                "time-range" => {
                    let name = self.peek();
                    let ends = self.dialect.objects.part_time.contains(name);
                    self.refer(StructureKind::Schedule);
                    match ends {
                        true => self.entry.when.sometimes = true,
                        // It may be in force at all times, or at none.
                        false => self.entry.when.not_understood.push(here),
                    }
                }
                "inactive" => self.entry.enabled = false,
                "reflect" => {
                    let name = self.command.word(self.at);
                    self.at += 1;
                    self.entry.reflect = Some(Spanned::new(name.text.to_owned(), name.span));
                }
                "timeout" if self.entry.reflect.is_some() => self.at += 1,
                "sequence" if self.dialect.family == Family::V6 => self.at += 1,
                _ => match SOME.iter().find(|(name, _)| *name == word) {
                    Some((_, more)) => {
                        self.at += more;
                        self.entry.when.sometimes = true;
                    }
                    None => {
                        self.entry.when.not_understood.push(here);
                        self.entry.understood = false;
                    }
                },
            }
        }
    }
}

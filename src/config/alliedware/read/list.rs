//! Access lists: those of the hardware (3000 and up, or `hardware`), which let pass what no line
//! decides, and those of software, which do not.

use super::Reader;
use crate::config::listing::texts;
use crate::config::outline::Item;
use crate::config::{Line, Word, numbers};
use crate::model::device::{Family, Filter, FilterLine, Match, StructureKind, Transport, Verdict};
use crate::model::{AddressSet, RangeSet};
use crate::source::{Span, Spanned};
use std::net::IpAddr;

impl<'t> Reader<'_, 't> {
    /// `access-list NUMBER …`, `access-list hardware|standard|extended NAME …`, and for IPv6
    /// `ipv6 access-list [standard|extended] NAME …`
    pub(super) fn list(&mut self, item: &Item<'t>, words: &[Word<'t>], v6: bool) -> bool {
        let span = item.line.span();
        let (name, hardware, standard, rest) = match words {
            [kind, name, rest @ ..]
                if matches!(kind.text, "hardware" | "standard" | "extended") =>
            {
                (*name, kind.text == "hardware", kind.text == "standard", rest)
            }
            // A list of the hardware, whose lines stand in its block.
            [name] if v6 => (*name, true, false, [].as_slice()),
            [number, rest @ ..] => {
                let Ok(count) = number.text.parse::<u16>() else { return false };
                let standard = matches!(count, 1..=99 | 1300..=1999);
                (*number, (3000..4700).contains(&count), standard, rest)
            }
            [] => return false,
        };
        let key = key(name, v6);
        self.define_list(&key, hardware, v6, span);
        let shape = Shape { v6, standard };
        self.each(item, |reader, child, words| {
            // A sequence number may stand before a line of a block.
            let rest = match words {
                [number, rest @ ..] if number.text.parse::<u32>().is_ok() => rest,
                rest => rest,
            };
            reader.entry(&key, rest, child.line.span(), shape)
        });
        rest.is_empty() || self.entry(&key, rest, span, shape)
    }

    fn define_list(&mut self, key: &str, hardware: bool, v6: bool, span: Span) {
        let structures = &mut self.notes.structures;
        self.router.lists.entry(key.to_owned()).or_insert_with(|| {
            structures.define(StructureKind::Filter, key, span);
            Filter {
                name: Spanned::new(key.to_owned(), span),
                family: if v6 { Family::V6 } else { Family::V4 },
                lines: Vec::new(),
                otherwise: if hardware { Verdict::Permit } else { Verdict::Deny },
            }
        });
    }

    /// A list is bound.
    pub(super) fn bound(&mut self, name: Word<'t>, v6: bool) -> Spanned<String> {
        let key = key(name, v6);
        self.notes.structures.refer(StructureKind::Filter, key.clone(), name.span);
        Spanned::new(key, name.span)
    }

    /// `vlan access-map NAME`
    pub(super) fn vlan_map(&mut self, item: &Item<'t>, name: &'t str) -> bool {
        let label = format!("vlan access-map {name}");
        self.notes.structures.define(StructureKind::Other, label, item.line.span());
        let mut lists = Vec::new();
        self.each(item, |reader, child, words| {
            let understood = match words {
                [matches, group, name]
                    if matches.text == "match" && group.text == "access-group" =>
                {
                    lists.push(reader.bound(*name, false));
                    true
                }
                _ => false,
            };
            if !understood && child.line.body() != "exit" {
                // A list that nobody wrote decides as nobody knows.
                lists.push(Spanned::new(String::new(), child.line.span()));
            }
            understood
        });
        self.router.vlan_maps.entry(name).or_default().extend(lists);
        true
    }

    /// `vlan filter NAME vlan-list LIST input`
    pub(super) fn vlan_filter(&mut self, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        // No switch has more of them.
        const MOST: usize = 128;
        let [name, key, list, direction] = words else { return false };
        let label = format!("vlan access-map {}", name.text);
        self.notes.structures.refer(StructureKind::Other, label, line.span());
        let Some(vlans) = super::interface::vlans(list.text) else { return false };
        let known = key.text == "vlan-list" && direction.text == "input";
        let room = self.router.vlan_filters.len() < MOST;
        if known && room {
            self.router.vlan_filters.push((*name, vlans));
        }
        known && room
    }

    /// `permit|deny [PROTOCOL] SOURCE [PORTS] [DESTINATION [PORTS]] …`
    fn entry(&mut self, key: &str, words: &[Word<'t>], span: Span, shape: Shape) -> bool {
        let [action, rest @ ..] = words else { return false };
        if matches!(action.text, "remark" | "description") {
            return false;
        }
        let verdict = match action.text {
            "permit" => Verdict::Permit,
            "deny" => Verdict::Deny,
            _ => Verdict::Unknown,
        };
        let mut when = Match { source: shape.any(), destination: shape.any(), ..Match::any() };
        let mut rest = rest;
        if shape.standard {
            match address(&mut rest, shape) {
                Some(source) => when.source = source,
                None => when.not_understood.push(span),
            }
        } else {
            extended(&mut when, &mut rest, shape);
        }
        when.not_understood.extend(rest.iter().map(|it| it.span));
        let understood = verdict != Verdict::Unknown && when.is_exact();
        if let Some(list) = self.router.lists.get_mut(key) {
            let label = (list.lines.len() + 1).to_string();
            list.lines.push(FilterLine { span, label, verdict, when, enabled: true });
        }
        understood
    }
}

/// How the lines of a list are written.
#[derive(Clone, Copy)]
struct Shape {
    v6: bool,
    /// Only a source.
    standard: bool,
}

impl Shape {
    fn any(self) -> AddressSet {
        if self.v6 { AddressSet::any_v6() } else { AddressSet::any_v4() }
    }
}

/// The name by which a list is found; IPv4 and IPv6 have their own ones.
fn key(name: Word<'_>, v6: bool) -> String {
    if v6 { format!("ipv6 {}", name.text) } else { name.text.to_owned() }
}

/// `PROTOCOL SOURCE [PORTS] DESTINATION [PORTS] [icmp-type N]`
fn extended(when: &mut Match, rest: &mut &[Word<'_>], shape: Shape) {
    let [protocol, after @ ..] = *rest else { return };
    let (protocol, after) = match (protocol.text, after) {
        ("proto", [number, after @ ..]) => (number.text.parse().ok(), after),
        ("ip" | "ipv6" | "any", _) => (None, after),
        // ICMP of an IPv6 list is ICMPv6.
        ("icmp", _) if shape.v6 => (Some(58), after),
        (text, _) => (numbers::protocol(text), after),
    };
    let mut transport = match (protocol, rest.first().map(|it| it.text)) {
        (Some(number), _) => Transport::protocol(number),
        (None, Some("ip" | "ipv6" | "any")) => Transport::any(),
        (None, _) => {
            when.not_understood.extend(rest.first().map(|it| it.span));
            Transport::any()
        }
    };
    *rest = after;
    let place = rest.first().map(|it| it.span);
    match address(rest, shape) {
        Some(source) => when.source = source,
        None => when.not_understood.extend(place),
    }
    if let Some(ports) = ports(rest) {
        transport.source_ports = ports;
    }
    let place = rest.first().map(|it| it.span);
    match address(rest, shape) {
        Some(destination) => when.destination = destination,
        None => when.not_understood.extend(place),
    }
    if let Some(ports) = ports(rest) {
        transport.destination_ports = ports;
    }
    if let [key, number, after @ ..] = *rest
        && key.text == "icmp-type"
        && let Ok(number) = number.text.parse()
    {
        transport.icmp_types = RangeSet::one(number);
        *rest = after;
    }
    when.transports = vec![transport];
}

/// `any`, `host A`, `A/len`, `A WILDCARD`, and for standard lists `A` alone.
fn address(rest: &mut &[Word<'_>], shape: Shape) -> Option<AddressSet> {
    let one = |text: &str| text.parse::<IpAddr>().ok().filter(|it| it.is_ipv6() == shape.v6);
    let (set, after) = match *rest {
        [any, after @ ..] if any.text == "any" => (shape.any(), after),
        [host, address, after @ ..] if host.text == "host" => (one(address.text)?.into(), after),
        [network, after @ ..] if network.text.contains('/') => {
            let network = numbers::network(network.text).filter(|it| it.is_ipv6() == shape.v6);
            (network?.into(), after)
        }
        [address, wild, after @ ..] if !shape.v6 && wild.text.contains('.') => {
            (numbers::wildcard(address.text, wild.text)?, after)
        }
        [address, after @ ..] if shape.standard => (one(address.text)?.into(), after),
        _ => return None,
    };
    *rest = after;
    Some(set)
}

/// `eq N`, `gt N`, `lt N`, `ne N`, `range A B`; `None` when no ports follow.
fn ports(rest: &mut &[Word<'_>]) -> Option<RangeSet<u16>> {
    let (set, used) = match texts(rest).as_slice() {
        ["eq", port, ..] => (RangeSet::one(numbers::port(port)?), 2),
        ["ne", port, ..] => (RangeSet::one(numbers::port(port)?).complement(), 2),
        ["gt", port, ..] => (RangeSet::range(numbers::port(port)?.checked_add(1)?, u16::MAX), 2),
        ["lt", port, ..] => (RangeSet::range(0, numbers::port(port)?.checked_sub(1)?), 2),
        ["range", first, last, ..] => {
            (RangeSet::range(numbers::port(first)?, numbers::port(last)?), 3)
        }
        _ => return None,
    };
    *rest = rest.get(used..).unwrap_or_default();
    Some(set)
}

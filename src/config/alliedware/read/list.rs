//! Access lists: those of the hardware (3000 and up, or `hardware`), which let pass what no line
//! decides, and those of software, which do not.

use super::{Reader, texts};
use crate::config::outline::Item;
use crate::config::{Word, numbers};
use crate::model::device::{Family, Filter, FilterLine, Match, StructureKind, Transport, Verdict};
use crate::model::{AddressSet, RangeSet};
use crate::source::{Span, Spanned};
use std::net::IpAddr;

impl<'t> Reader<'_, 't> {
    /// `access-list NUMBER …`, `access-list hardware|standard|extended NAME …`
    pub(super) fn list(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        let span = item.line.span();
        let (name, hardware, standard, rest) = match words {
            [kind, name, rest @ ..]
                if matches!(kind.text, "hardware" | "standard" | "extended") =>
            {
                (*name, kind.text == "hardware", kind.text == "standard", rest)
            }
            [number, rest @ ..] => {
                let Ok(count) = number.text.parse::<u16>() else { return false };
                let standard = matches!(count, 1..=99 | 1300..=1999);
                (*number, (3000..4700).contains(&count), standard, rest)
            }
            [] => return false,
        };
        self.define_list(name.text, hardware, span);
        self.each(item, |reader, child, words| {
            // A sequence number may stand before a line of a block.
            let rest = match words {
                [number, rest @ ..] if number.text.parse::<u32>().is_ok() => rest,
                rest => rest,
            };
            reader.entry(name.text, rest, child.line.span(), standard)
        });
        rest.is_empty() || self.entry(name.text, rest, span, standard)
    }

    fn define_list(&mut self, name: &str, hardware: bool, span: Span) {
        if hardware {
            self.router.hardware.insert(name.to_owned());
        }
        let structures = &mut self.notes.structures;
        self.router.lists.entry(name.to_owned()).or_insert_with(|| {
            structures.define(StructureKind::Filter, name, span);
            Filter {
                name: Spanned::new(name.to_owned(), span),
                family: Family::V4,
                lines: Vec::new(),
                otherwise: if hardware { Verdict::Permit } else { Verdict::Deny },
            }
        });
    }

    /// `permit|deny [PROTOCOL] SOURCE [PORTS] [DESTINATION [PORTS]] …`
    fn entry(&mut self, name: &str, words: &[Word<'t>], span: Span, standard: bool) -> bool {
        let [action, rest @ ..] = words else { return false };
        if matches!(action.text, "remark" | "description") {
            return false;
        }
        let verdict = match action.text {
            "permit" => Verdict::Permit,
            "deny" => Verdict::Deny,
            _ => Verdict::Unknown,
        };
        let mut when = Match {
            source: AddressSet::any_v4(),
            destination: AddressSet::any_v4(),
            ..Match::any()
        };
        let mut rest = rest;
        if standard {
            match address(&mut rest, true) {
                Some(source) => when.source = source,
                None => when.not_understood.push(span),
            }
        } else {
            extended(&mut when, &mut rest);
        }
        when.not_understood.extend(rest.iter().map(|it| it.span));
        let understood = verdict != Verdict::Unknown && when.is_exact();
        if let Some(list) = self.router.lists.get_mut(name) {
            let label = (list.lines.len() + 1).to_string();
            list.lines.push(FilterLine { span, label, verdict, when, enabled: true });
        }
        understood
    }
}

/// `PROTOCOL SOURCE [PORTS] DESTINATION [PORTS] [icmp-type N]`
fn extended(when: &mut Match, rest: &mut &[Word<'_>]) {
    let [protocol, after @ ..] = *rest else { return };
    let (protocol, after) = match (protocol.text, after) {
        ("proto", [number, after @ ..]) => (number.text.parse().ok(), after),
        ("ip" | "any", _) => (None, after),
        (text, _) => (numbers::protocol(text), after),
    };
    let mut transport = match (protocol, rest.first().map(|it| it.text)) {
        (Some(number), _) => Transport::protocol(number),
        (None, Some("ip" | "any")) => Transport::any(),
        (None, _) => {
            when.not_understood.extend(rest.first().map(|it| it.span));
            Transport::any()
        }
    };
    *rest = after;
    let place = rest.first().map(|it| it.span);
    match address(rest, false) {
        Some(source) => when.source = source,
        None => when.not_understood.extend(place),
    }
    if let Some(ports) = ports(rest) {
        transport.source_ports = ports;
    }
    let place = rest.first().map(|it| it.span);
    match address(rest, false) {
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
fn address(rest: &mut &[Word<'_>], alone: bool) -> Option<AddressSet> {
    let (set, after) = match *rest {
        [any, after @ ..] if any.text == "any" => (AddressSet::any_v4(), after),
        [host, one, after @ ..] if host.text == "host" => {
            (one.text.parse::<IpAddr>().ok()?.into(), after)
        }
        [network, after @ ..] if network.text.contains('/') => {
            (numbers::network(network.text)?.into(), after)
        }
        [one, wild, after @ ..] if wild.text.contains('.') => {
            (numbers::wildcard(one.text, wild.text)?, after)
        }
        [one, after @ ..] if alone => (one.text.parse::<IpAddr>().ok()?.into(), after),
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

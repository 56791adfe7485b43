//! Access lists.

use super::{Reader, network};
use crate::config::ix::repr::{AccessList, Dynamic, ListName};
use crate::config::{Line, Word, numbers};
use crate::model::device::{FilterLine, Match, StructureKind, Transport, Verdict};
use crate::model::{AddressSet, IpNetwork, RangeSet};
use crate::source::Span;

impl<'t> Reader<'_, 't> {
    /// `ip access-list NAME [N] permit|deny …`, `ip access-list dynamic NAME …`
    pub(super) fn access_list(&mut self, line: &Line<'t>, words: &[Word<'t>], v6: bool) -> bool {
        match words {
            // Settings of all lists, which stand where the name of one would.
            [cache, rest @ ..]
                if matches!(cache.text, "cache" | "sequence-mode")
                    && rest.iter().all(|it| !matches!(it.text, "permit" | "deny")) =>
            {
                false
            }
            [dynamic, name, rest @ ..] if dynamic.text == "dynamic" => {
                self.dynamic_list(line, *name, rest, v6)
            }
            [_, option, _] if option.text == "option" => false,
            [name, rest @ ..] => {
                let (number, rest) = match rest {
                    [number, rest @ ..] if number.text.parse::<u32>().is_ok() => {
                        (number.text.parse().ok(), rest)
                    }
                    rest => (None, rest),
                };
                let [action, protocol, rest @ ..] = rest else { return false };
                let name = ListName { v6, name: name.text };
                let verdict = match action.text {
                    "permit" => Verdict::Permit,
                    "deny" => Verdict::Deny,
                    _ => Verdict::Unknown,
                };
                let entry = Entry::of(*protocol, rest, v6);
                let understood = verdict != Verdict::Unknown && entry.when.is_exact();
                let networks = understood.then_some(()).and(entry.source.zip(entry.destination));
                let list = self.list(name, line.span());
                // Without a number a line is tried after those before it.
                let place = number.or_else(|| list.places.last().copied());
                list.places.push(place.unwrap_or_default());
                // Of two lines of one number no manual at hand says which one holds.
                let twice = number.map(|it: u64| it.to_string());
                let twice = list.lines.iter_mut().filter(|it| Some(&it.label) == twice.as_ref());
                let mut verdict = verdict;
                for other in twice {
                    (other.verdict, verdict) = (Verdict::Unknown, Verdict::Unknown);
                }
                let label = number.unwrap_or(list.lines.len() as u64 + 1);
                list.lines.push(FilterLine {
                    span: line.span(),
                    label: label.to_string(),
                    verdict,
                    when: entry.when,
                    enabled: true,
                });
                list.networks.push(networks);
                understood
            }
            _ => false,
        }
    }

    /// `ip access-list dynamic NAME access TRIGGER`
    fn dynamic_list(
        &mut self,
        line: &Line<'t>,
        name: Word<'t>,
        rest: &[Word<'t>],
        v6: bool,
    ) -> bool {
        if matches!(name.text, "cache" | "timer") {
            return false;
        }
        let list = ListName { v6, name: name.text };
        let trigger = match rest {
            [access, trigger] if access.text == "access" => {
                let trigger = ListName { v6, name: trigger.text };
                self.notes.structures.refer(StructureKind::Filter, trigger.label(), line.span());
                Some(trigger)
            }
            _ => None,
        };
        self.notes.structures.define(StructureKind::Filter, list.label(), line.span());
        let known = self.router.dynamic.insert(list, Dynamic { span: line.span(), trigger });
        // Of several lines of one list the meaning together is not known.
        if known.is_some() {
            self.router.dynamic.insert(list, Dynamic { span: line.span(), trigger: None });
        }
        trigger.is_some() && known.is_none()
    }

    /// The list with this name, new when it is not there yet.
    fn list(&mut self, name: ListName<'t>, span: Span) -> &mut AccessList<'t> {
        let structures = &mut self.notes.structures;
        self.router.lists.entry(name).or_insert_with(|| {
            structures.define(StructureKind::Filter, name.label(), span);
            AccessList { name, span, lines: Vec::new(), networks: Vec::new(), places: Vec::new() }
        })
    }
}

/// What a line of a list is about.
struct Entry {
    when: Match,
    source: Option<IpNetwork>,
    destination: Option<IpNetwork>,
}

impl Entry {
    fn of(protocol: Word<'_>, rest: &[Word<'_>], v6: bool) -> Self {
        let any = if v6 { AddressSet::any_v6() } else { AddressSet::any_v4() };
        let mut when = Match { source: any.clone(), destination: any, ..Match::any() };
        let mut transport = match protocol.text {
            "ip" | "ipv6" => Transport::any(),
            // ICMP of an IPv6 list is ICMPv6.
            "icmp" if v6 => Transport::protocol(58),
            text => numbers::protocol(text).map_or_else(
                || {
                    when.not_understood.push(protocol.span);
                    Transport::any()
                },
                Transport::protocol,
            ),
        };
        let (mut source, mut destination) = (network("any", v6), network("any", v6));
        let mut rest = rest.iter().copied();
        while let Some(key) = rest.next() {
            let understood = match key.text {
                "src" | "dest" => rest.next().and_then(|it| network(it.text, v6)).map(|it| {
                    if key.text == "src" {
                        when.source = it.into();
                        source = Some(it);
                    } else {
                        when.destination = it.into();
                        destination = Some(it);
                    }
                }),
                "sport" => ports(&mut rest).map(|it| transport.source_ports = it),
                "dport" => ports(&mut rest).map(|it| transport.destination_ports = it),
                "type" if matches!(protocol.text, "icmp" | "icmpv6" | "1" | "58") => rest
                    .next()
                    .and_then(|it| it.text.parse().ok())
                    .map(|it| transport.icmp_types = RangeSet::one(it)),
                _ => None,
            };
            if understood.is_none() {
                when.not_understood.push(key.span);
            }
        }
        when.transports = vec![transport];
        Self { when, source, destination }
    }
}

/// `any`, `eq N`, `range A B`, `gt N`, `lt N`, `neq N`
fn ports<'t>(rest: &mut impl Iterator<Item = Word<'t>>) -> Option<RangeSet<u16>> {
    let operator = rest.next()?.text;
    if operator == "any" {
        return Some(RangeSet::all());
    }
    let port = numbers::port(rest.next()?.text)?;
    match operator {
        "eq" => Some(RangeSet::one(port)),
        "neq" => Some(RangeSet::one(port).complement()),
        "gt" => Some(
            port.checked_add(1).map_or_else(RangeSet::none, |it| RangeSet::range(it, u16::MAX)),
        ),
        "lt" => Some(port.checked_sub(1).map_or_else(RangeSet::none, |it| RangeSet::range(0, it))),
        "range" => {
            let last = numbers::port(rest.next()?.text)?;
            (port <= last).then(|| RangeSet::range(port, last))
        }
        _ => None,
    }
}

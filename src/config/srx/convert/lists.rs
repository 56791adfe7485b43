//! Firewall filters on interfaces: lists of terms without sessions.

use super::super::super::numbers;
use super::super::tree::Entry;
use super::books::ports;
use super::{Reader, named, place};
use crate::model::device::{
    Family, Filter, FilterLine, Match, States, StructureKind, Transport, Verdict,
};
use crate::model::{AddressSet, RangeSet};
use crate::source::{Span, Spanned};

/// The name of a filter among those of both families.
fn name(family: &str, filter: &str) -> String {
    if family == "inet6" { format!("inet6/{filter}") } else { filter.to_owned() }
}

/// The filter that an interface takes in a direction, and where it says so: a single one, or a list
/// whose filters take effect as if their terms stood in one, in the order of the list (Junos OS
/// Routing Policies, Firewall Filters, and Traffic Policers User Guide, firewall filter lists).
pub(super) fn chosen(
    reader: &mut Reader<'_, '_, '_>,
    family: &str,
    filter: Entry<'_, '_>,
    [single, list]: [&'static str; 2],
) -> Option<(String, Span)> {
    let mut refer = |word: &str, span| {
        let name = name(family, word);
        reader.notes.structures.refer(StructureKind::Filter, name.clone(), span);
        name
    };
    if let Some(single) = filter.value(single) {
        return Some((refer(single.text, single.span), single.span));
    }
    let members = filter.list(list);
    let span = named(*members.first()?).span;
    let names: Vec<String> = members.iter().map(|it| refer(it.text(), named(*it).span)).collect();
    let joined = names.join(" + ");
    if members.len() > 1 && reader.out.filters.iter().all(|it| it.name.value != joined) {
        let of = |name: &String| reader.out.filters.iter().find(|it| it.name.value == *name);
        // What is not defined stays undefined: nobody knows what it does.
        let parts: Vec<&Filter> = names.iter().map_while(of).collect();
        if parts.len() == names.len() {
            let lines = parts.iter().flat_map(|it| it.lines.clone()).collect();
            let like = (*parts.first()?).clone();
            let name = Spanned::new(joined.clone(), span);
            reader.out.filters.push(Filter { name, lines, ..like });
        }
    }
    Some((joined, span))
}

pub(super) fn read(reader: &mut Reader<'_, '_, '_>) {
    let Some(block) = reader.root.get("firewall") else { return };
    let families = ["inet", "inet6"];
    let mut all = Vec::new();
    // Without a family IPv4 is meant.
    all.extend(block.list("filter").into_iter().map(|it| ("inet", it)));
    for family in families {
        let filters = block.get("family").and_then(|it| it.get(family));
        all.extend(
            filters
                .map(|it| it.list("filter"))
                .unwrap_or_default()
                .into_iter()
                .map(|it| (family, it)),
        );
    }
    for (family, filter) in all {
        let name = name(family, filter.text());
        reader.notes.structures.define(StructureKind::Filter, name.clone(), place(filter));
        let lines =
            filter.list_all("term").into_iter().map(|it| term(reader, family, it)).collect();
        reader.out.filters.push(Filter {
            name: Spanned::new(name, named(filter).span),
            family: if family == "inet" { Family::V4 } else { Family::V6 },
            lines,
            otherwise: Verdict::Deny,
        });
    }
}

fn term(reader: &mut Reader<'_, '_, '_>, family: &str, term: Entry<'_, '_>) -> FilterLine {
    let mut when = Match::any();
    let any = if family == "inet" { AddressSet::any_v4() } else { AddressSet::any_v6() };
    (when.source, when.destination) = (any.clone(), any);
    // Addresses and lists of one side widen one another.
    let (mut sources, mut destinations) = (AddressSet::none(), AddressSet::none());
    let mut protocols = RangeSet::all();
    let (mut to, mut from) = (RangeSet::all(), RangeSet::all());
    for condition in term.get("from").into_iter().flat_map(|it| it.children()) {
        let words: Vec<_> = condition.children().collect();
        let understood = match condition.text() {
            it @ ("source-address" | "destination-address") => set(&words).map(|set| match it {
                "source-address" => sources = sources.union(&set),
                _ => destinations = destinations.union(&set),
            }),
            it @ ("source-prefix-list" | "destination-prefix-list") => {
                let lists = reader.root.get("policy-options").and_then(|it| it.get("prefix-list"));
                let parts: Vec<_> = words
                    .iter()
                    .map(|word| {
                        // `except`: everything but the list.
                        let plain = word.children().next().is_none();
                        let list = lists?.child(word.text()).filter(|_| plain)?;
                        let members: Vec<_> = list.children().collect();
                        set(&members)
                    })
                    .collect();
                let whole = !parts.is_empty() && parts.iter().all(Option::is_some);
                whole.then(|| {
                    let set: AddressSet = parts.into_iter().flatten().collect();
                    match it {
                        "source-prefix-list" => sources = sources.union(&set),
                        _ => destinations = destinations.union(&set),
                    }
                })
            }
            "protocol" | "next-header" => {
                let numbers: Option<Vec<u8>> =
                    words.iter().map(|word| numbers::protocol(word.text())).collect();
                numbers.map(|it| protocols = RangeSet::of(it.into_iter().map(|it| (it, it))))
            }
            it @ ("destination-port" | "source-port") => {
                let parts: Option<Vec<_>> = words.iter().map(|word| ports(word.text())).collect();
                let joined =
                    parts.map(|it| it.iter().fold(RangeSet::none(), |all, part| all.union(part)));
                joined.map(|ports| match it {
                    "destination-port" => to = ports,
                    _ => from = ports,
                })
            }
            "tcp-established" => {
                when.states = States::ESTABLISHED;
                Some(())
            }
            _ => None,
        };
        if understood.is_none() {
            when.not_understood.push(place(condition));
            reader.unclear(words.first().copied().unwrap_or(condition));
        }
    }
    let lists = |side: &str| {
        let from = term.get("from");
        let named = |word: &str| from.is_some_and(|it| it.children().any(|it| it.text() == word));
        named(&format!("{side}-address")) || named(&format!("{side}-prefix-list"))
    };
    // Of a side that is not wholly understood nothing is taken.
    if lists("source") && when.is_exact() {
        when.source = sources;
    }
    if lists("destination") && when.is_exact() {
        when.destination = destinations;
    }
    when.transports = vec![Transport {
        protocols,
        source_ports: from,
        destination_ports: to,
        icmp_types: RangeSet::all(),
    }];
    let verdict = verdict(reader, term);
    FilterLine {
        span: place(term),
        label: term.text().to_owned(),
        verdict,
        when,
        enabled: !term.inactive(),
    }
}

fn verdict(reader: &mut Reader<'_, '_, '_>, term: Entry<'_, '_>) -> Verdict {
    let Some(then) = term.get("then") else { return Verdict::Permit };
    let mut verdict = None;
    for action in then.children() {
        match action.text() {
            "accept" => verdict = Some(Verdict::Permit),
            "discard" | "reject" => verdict = Some(Verdict::Deny),
            "next" => verdict = Some(Verdict::Continue),
            "count" | "log" | "syslog" => {}
            _ => {
                reader.unclear(action);
                verdict = verdict.or(Some(Verdict::Unknown));
            }
        }
    }
    // A term that only counts accepts (Junos OS Routing Policies User Guide, filter actions).
    verdict.unwrap_or(Verdict::Permit)
}

/// Addresses; the longest prefix that holds an address decides, and `except` takes it out (Junos OS
/// Routing Policies, Firewall Filters, and Traffic Policers User Guide).
fn set(words: &[Entry<'_, '_>]) -> Option<AddressSet> {
    let mut prefixes = Vec::new();
    for word in words {
        let except = match word.children().map(|it| it.text()).collect::<Vec<_>>().as_slice() {
            [] => false,
            ["except"] => true,
            _ => return None,
        };
        prefixes.push((numbers::network(word.text())?, except));
    }
    prefixes.sort_by_key(|(network, _)| network.prefix());
    let join = |set: AddressSet, (network, except): &(crate::model::IpNetwork, bool)| {
        let part = AddressSet::from(*network);
        if *except { set.difference(&part) } else { set.union(&part) }
    };
    (!words.is_empty()).then(|| prefixes.iter().fold(AddressSet::none(), join))
}

//! Security policies: from zone to zone in the order of the text, then global ones.

use super::super::super::listing::Word;
use super::super::tree::Entry;
use super::books::Books;
use super::{Reader, place};
use crate::model::AddressSet;
use crate::model::device::{
    Answers, Applied, Family, Filter, FilterLine, Hook, Interface, Match, StructureKind, Verdict,
};
use crate::source::{Span, Spanned};

/// The name of the list of all policies.
const NAME: &str = "security policies";

pub(super) fn read<'t>(reader: &mut Reader<'_, 't, '_>, books: &Books<'t>) {
    reader.out.stateful = true;
    let Some(block) = reader.root.at(&["security", "policies"]) else { return };
    let mut lines = unzoned(reader);
    for from in block.list_all("from-zone") {
        for to in from.list_all("to-zone") {
            for entry in [from, to] {
                if let Some(node) =
                    entry.node().filter(|it| it.word.text != "junos-host" && it.word.text != "any")
                    && reader.root.at(&["security", "zones"]).is_some()
                {
                    reader.refer(StructureKind::Zone, node.word);
                }
            }
            let off = from.inactive() || to.inactive();
            for policy in to.list_all("policy") {
                let label = format!("{} to {}: {}", from.text(), to.text(), policy.text());
                lines.push(line(reader, books, policy, label, &[from.text()], &[to.text()], off));
            }
        }
    }
    if let Some(global) = block.child("global") {
        for policy in global.list_all("policy") {
            let zones = |word: &'static str| -> Vec<&'t str> {
                let entry = policy.get("match").map(|it| it.list(word)).unwrap_or_default();
                entry.iter().map(Entry::text).filter(|zone| *zone != "any").collect()
            };
            let (from, to) = (zones("from-zone"), zones("to-zone"));
            let label = format!("global: {}", policy.text());
            lines.push(line(reader, books, policy, label, &from, &to, global.inactive()));
        }
    }
    let default = block.get("default-policy");
    let permits = default.is_some_and(|it| it.get("permit-all").is_some());
    let otherwise = if permits { Verdict::Permit } else { Verdict::Deny };
    let span = place(block);
    reader.out.unfiltered = otherwise.clone();
    reader.out.filters.push(Filter {
        name: Spanned::new(NAME.to_owned(), span),
        family: Family::Both,
        lines,
        otherwise,
    });
    reader.out.applied.push(Applied {
        span,
        filter: NAME.to_owned(),
        hook: Hook::Forward,
        interfaces: Vec::new(),
        answers: Answers::AsDevice,
    });
}

/// What comes in or leaves over an interface in no zone is dropped: it is in the null zone (Junos OS,
/// *Security Zones Overview*). Without any zone the text is a part.
fn unzoned(reader: &Reader<'_, '_, '_>) -> Vec<FilterLine> {
    let Some(zones) = reader.root.at(&["security", "zones"]) else { return Vec::new() };
    let null = |it: &&Interface| it.zone.is_none() && !it.addresses.is_empty();
    let names: Vec<String> =
        reader.out.interfaces.iter().filter(null).map(|it| it.name.value.clone()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let sides =
        [Match { from: names.clone(), ..Match::any() }, Match { to: names, ..Match::any() }];
    let deny = |when| FilterLine {
        span: place(zones),
        label: "null zone".to_owned(),
        verdict: Verdict::Deny,
        when,
        enabled: true,
    };
    sides.into_iter().map(deny).collect()
}

fn line<'t>(
    reader: &mut Reader<'_, 't, '_>,
    books: &Books<'t>,
    policy: Entry<'_, 't>,
    label: String,
    from: &[&'t str],
    to: &[&'t str],
    off: bool,
) -> FilterLine {
    let mut when = Match::any();
    let zones = |zones: &[&str]| zones.iter().map(|zone| (*zone).to_owned()).collect();
    (when.from, when.to) = (zones(from), zones(to));
    let block = policy.get("match");
    for (word, excluded, side, zones) in [
        ("source-address", "source-address-excluded", true, from),
        ("destination-address", "destination-address-excluded", false, to),
    ] {
        let zone = match zones {
            [one] => one,
            _ => "",
        };
        let names = block.map(|it| it.list(word)).unwrap_or_default();
        let set = addresses(reader, books, zone, &names, &mut when.not_understood);
        let set = match (set, block.is_some_and(|it| it.get(excluded).is_some())) {
            (Some(set), true) => set.complement(),
            (Some(set), false) => set,
            (None, _) => AddressSet::any(),
        };
        match side {
            true => when.source = set,
            false => when.destination = set,
        }
        if names.is_empty() {
            when.not_understood.push(place(policy));
        }
    }
    let mut transports = Vec::new();
    let names = block.map(|it| it.list("application")).unwrap_or_default();
    for name in &names {
        let Some(node) = name.node() else { continue };
        if node.word.text != "any" && !node.word.text.starts_with("junos-") {
            reader.refer(StructureKind::ServiceGroup, node.word);
        }
        match books.application(name.text()) {
            Some(known) => transports.extend(known),
            None => {
                when.not_understood.push(node.word.span);
                reader.unclear(*name);
            }
        }
    }
    if when.is_exact() && !transports.is_empty() {
        when.transports = transports;
    }
    // Anything else narrows the policy.
    const UNDERSTOOD: &[&str] = &[
        "source-address",
        "destination-address",
        "source-address-excluded",
        "destination-address-excluded",
        "application",
        "from-zone",
        "to-zone",
    ];
    for other in block.into_iter().flat_map(|it| it.children()) {
        let word = other.text();
        let any = other.children().all(|it| matches!(it.text(), "any"));
        let usual = matches!(word, "source-identity" | "dynamic-application") && any;
        if !UNDERSTOOD.contains(&word) && !usual {
            when.not_understood.push(place(other));
        }
    }
    if let Some(scheduler) = policy.get("scheduler-name") {
        when.not_understood.push(place(scheduler));
    }
    let verdict = verdict(policy, &mut when.not_understood);
    let enabled = !off && !policy.inactive();
    FilterLine { span: place(policy), label, verdict, when, enabled }
}

fn verdict(policy: Entry<'_, '_>, not_understood: &mut Vec<Span>) -> Verdict {
    let Some(then) = policy.get("then") else { return Verdict::Unknown };
    if let Some(permit) = then.get("permit") {
        for narrowing in [
            "firewall-authentication",
            "destination-address",
            "services-offload",
            // What does not come out of the tunnel is dropped, and what goes in is encrypted.
            "tunnel",
        ] {
            if let Some(it) = permit.get(narrowing).filter(|_| narrowing != "services-offload") {
                not_understood.push(place(it));
            }
        }
        return Verdict::Permit;
    }
    match then.get("deny").is_some() || then.get("reject").is_some() {
        true => Verdict::Deny,
        false => Verdict::Unknown,
    }
}

/// What names mean together; `None` when one is not understood.
pub(super) fn addresses<'t>(
    reader: &mut Reader<'_, 't, '_>,
    books: &Books<'t>,
    zone: &'t str,
    names: &[Entry<'_, 't>],
    not_understood: &mut Vec<Span>,
) -> Option<AddressSet> {
    let mut sets = Vec::new();
    let mut whole = true;
    for name in names {
        let Some(node) = name.node() else { continue };
        let word: Word<'_> = node.word;
        if !matches!(word.text, "any" | "any-ipv4" | "any-ipv6") {
            reader.refer(StructureKind::AddressGroup, word);
        }
        match books.address(zone, word.text) {
            Some(set) => sets.push(set),
            None => {
                whole = false;
                not_understood.push(word.span);
                reader.unclear(*name);
            }
        }
    }
    (whole && !names.is_empty()).then(|| sets.into_iter().collect())
}

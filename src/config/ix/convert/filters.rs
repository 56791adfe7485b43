//! Access lists and where they are bound.
//!
//! Several lists may be bound to one direction of an interface. They are tried by their sequence
//! numbers as if they were one list, and what none of them decides does not pass (機能説明書, IPv4
//! パケットフィルタ). A dynamic list lets pass what its trigger permits, and remembers the session,
//! so that its answers pass in the other direction of the same interface.

use crate::config::ix::repr::{AccessList, Binding, ListName, Port, Router};
use crate::config::unsure::may_stop;
use crate::model::AddressSet;
use crate::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Match, Verdict,
};
use crate::source::{Span, Spanned};
use std::collections::BTreeSet;

/// One direction of one interface.
struct Direction<'r, 't> {
    port: &'r Port<'t>,
    v6: bool,
    inbound: bool,
    /// In the order in which they are tried. Never empty.
    bindings: Vec<&'r Binding<'t>>,
}

/// All lists, and all places where they are bound.
pub(super) fn filters(router: &Router<'_>, facts: &mut DeviceConfig) {
    let directions: Vec<Direction<'_, '_>> =
        router.interfaces.iter().flat_map(directions).collect();
    // Lists that are tried among others go on to the next one; the others end in "no".
    let among: BTreeSet<ListName<'_>> = directions
        .iter()
        .filter(|it| !it.is_plain(router))
        .flat_map(|it| it.bindings.iter().map(|it| it.list))
        .collect();
    let mut lists: Vec<&AccessList<'_>> = router.lists.values().collect();
    lists.sort_by_key(|list| list.span);
    // Of two lists of one name the dynamic one counts (コマンドリファレンス, ip filter).
    for list in lists.into_iter().filter(|it| !router.dynamic.contains_key(&it.name)) {
        let otherwise = if among.contains(&list.name) { Verdict::Return } else { Verdict::Deny };
        facts.filters.push(filter(
            list.name,
            list.name.label(),
            list.span,
            list.lines.clone(),
            otherwise,
        ));
    }
    for (name, dynamic) in &router.dynamic {
        let trigger = dynamic.trigger.and_then(|it| router.lists.get(&it));
        let lines = match trigger {
            // What happens to a packet that a trigger denies is not documented.
            Some(trigger) => trigger
                .lines
                .iter()
                .cloned()
                .map(|line| FilterLine {
                    verdict: if line.verdict == Verdict::Permit {
                        Verdict::Permit
                    } else {
                        Verdict::Unknown
                    },
                    ..line
                })
                .collect(),
            None => vec![unknown(*name, dynamic.span, "")],
        };
        facts.filters.push(filter(*name, name.label(), dynamic.span, lines, Verdict::Return));
    }
    for direction in &directions {
        apply(direction, &among, router, facts);
    }
    for port in &router.interfaces {
        for it in &port.unread {
            for hook in [Hook::In, Hook::Out] {
                may_stop(&it.value, it.span, hook, vec![port.name.text.to_owned()], facts);
            }
        }
    }
    selections(router, facts);
}

fn directions<'r, 't>(port: &'r Port<'t>) -> impl Iterator<Item = Direction<'r, 't>> {
    let kinds = [(false, true), (false, false), (true, true), (true, false)];
    kinds.into_iter().filter_map(move |(v6, inbound)| {
        let of = |it: &&Binding<'t>| it.list.v6 == v6 && it.inbound == inbound;
        let mut bindings: Vec<_> = port.filters.iter().filter(of).collect();
        bindings.sort_by_key(|it| it.sequence);
        (!bindings.is_empty()).then_some(Direction { port, v6, inbound, bindings })
    })
}

impl Direction<'_, '_> {
    /// Whether it is one list without memory, which then can be applied as it is.
    fn is_plain(&self, router: &Router<'_>) -> bool {
        let known = |list: &ListName<'_>| {
            router.lists.contains_key(list) && !router.dynamic.contains_key(list)
        };
        matches!(self.bindings.as_slice(), [one] if known(&one.list))
    }

    /// What the lists that remember sessions let pass in the other direction.
    fn answers(&self, router: &Router<'_>) -> Answers {
        let other = |it: &&Binding<'_>| it.list.v6 == self.v6 && it.inbound != self.inbound;
        let dynamic = self.port.filters.iter().filter(other);
        let dynamic = dynamic.filter_map(|it| Some((it, router.dynamic.get(&it.list)?)));
        let opened: Vec<Match> = dynamic
            .flat_map(|(binding, dynamic)| {
                match dynamic.trigger.and_then(|it| router.lists.get(&it)) {
                    Some(trigger) => trigger
                        .lines
                        .iter()
                        .filter(|it| it.verdict == Verdict::Permit)
                        .map(|it| it.when.clone())
                        .collect(),
                    // Nobody knows which sessions it remembers.
                    None => {
                        let when = unknown(binding.list, binding.span, "").when;
                        vec![Match { not_understood: vec![dynamic.span], ..when }]
                    }
                }
            })
            .collect();
        if opened.is_empty() { Answers::AsDevice } else { Answers::To(opened) }
    }
}

fn apply(
    direction: &Direction<'_, '_>,
    among: &BTreeSet<ListName<'_>>,
    router: &Router<'_>,
    facts: &mut DeviceConfig,
) {
    let Some(first) = direction.bindings.first() else { return };
    let port = direction.port.name.text;
    let alone = direction.is_plain(router) && !among.contains(&first.list);
    let name = if alone {
        first.list.label()
    } else {
        let family = if direction.v6 { "ipv6 " } else { "" };
        let way = if direction.inbound { "in" } else { "out" };
        let name = format!("{port} {family}{way}");
        let lines = direction.bindings.iter().map(|binding| call(binding, router)).collect();
        facts.filters.push(filter(first.list, name.clone(), first.span, lines, Verdict::Deny));
        name
    };
    facts.applied.push(Applied {
        span: first.span,
        filter: name,
        hook: if direction.inbound { Hook::In } else { Hook::Out },
        interfaces: vec![port.to_owned()],
        answers: direction.answers(router),
    });
}

/// A bound list as a line that asks it. What a list that does not exist does is not documented.
fn call(binding: &Binding<'_>, router: &Router<'_>) -> FilterLine {
    let list = binding.list;
    let label = binding.sequence.to_string();
    if !router.lists.contains_key(&list) && !router.dynamic.contains_key(&list) {
        return unknown(list, binding.span, &label);
    }
    FilterLine { verdict: Verdict::Call(list.label()), ..unknown(list, binding.span, &label) }
}

/// A line about every packet of the family of which nobody knows what it does.
fn unknown(list: ListName<'_>, span: Span, label: &str) -> FilterLine {
    let (source, destination) = (list.any(), list.any());
    FilterLine {
        span,
        label: label.to_owned(),
        verdict: Verdict::Unknown,
        when: Match { source, destination, ..Match::any() },
        enabled: true,
    }
}

fn filter(
    list: ListName<'_>,
    name: String,
    span: Span,
    lines: Vec<FilterLine>,
    otherwise: Verdict,
) -> Filter {
    let family = if list.v6 { Family::V6 } else { Family::V4 };
    Filter { name: Spanned::new(name, span), family, lines, otherwise }
}

/// Lists that choose packets for a translation or a tunnel.
fn selections(router: &Router<'_>, facts: &mut DeviceConfig) {
    for port in &router.interfaces {
        let maps = port.policies.iter().filter_map(|it| router.maps.get(it.text)?.list);
        for word in port.napt_inside.iter().copied().chain(maps) {
            facts.applied.push(Applied {
                span: word.span,
                filter: word.text.to_owned(),
                hook: Hook::Selection,
                interfaces: vec![port.name.text.to_owned()],
                answers: Answers::AsDevice,
            });
        }
    }
}

/// Whom a list lets come to the device: the sources it permits, and whether that is all it says.
pub(super) fn sources(list: &AccessList<'_>) -> (AddressSet, bool) {
    let mut permitted = AddressSet::none();
    let mut left = list.name.any();
    let mut exact = true;
    for line in &list.lines {
        let only_source = line.when.is_exact()
            && line.when.destination == list.name.any()
            && line
                .when
                .transports
                .iter()
                .all(|it| it.source_ports.is_all() && it.destination_ports.is_all());
        exact &= only_source;
        match line.verdict {
            Verdict::Permit => {
                permitted = permitted.union(&line.when.source.intersection(&left));
                if only_source {
                    left = left.difference(&line.when.source);
                }
            }
            Verdict::Deny if only_source => left = left.difference(&line.when.source),
            _ => exact = false,
        }
    }
    (permitted, exact)
}

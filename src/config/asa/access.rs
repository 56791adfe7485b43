//! Lists on interfaces and levels of security: what passes through.

use super::clients;
use super::repr::{Port, Repr};
use crate::model::AddressSet;
use crate::model::device::{
    Answers, Applied, Becomes, DeviceConfig, Family, Filter, FilterLine, Hook, Match, NatKind,
    NextHop, Route, TranslationOrder, Transport, Verdict,
};
use crate::model::{RangeSet, network_of};
use crate::source::{FileId, Span, Spanned};

/// Lists on interfaces, which filter what passes through and not what the device itself is asked;
/// where there is none, traffic passes from higher levels to lower ones (General Operations
/// Configuration Guide, security levels).
///
/// Before 8.3 lists see packets as they are on the wire (*Cisco ASA 5500 Migration to Version 8.3*,
/// real IP addresses in access lists), so there they stand at the interfaces, and between these the
/// levels alone.
pub(super) fn filters(repr: &Repr, config: &mut DeviceConfig) {
    let on_the_wire = config.translates != TranslationOrder::OutsideFilters;
    let global = repr.groups.iter().find(|(_, hook, at)| *hook == Hook::In && at.is_none());
    let mut listed = new("access-group in", repr, Verdict::Permit);
    let mut listed_at = Vec::new();
    let between = if on_the_wire { "security-level" } else { "access-group in" };
    // Of what a list decides at its interface, the levels say nothing more.
    let rest = if on_the_wire { Verdict::Permit } else { Verdict::Deny };
    let mut inward = new(between, repr, rest);
    let mut outward = new("access-group out", repr, Verdict::Permit);
    inward.lines.extend(repr.ports.iter().flat_map(closed));
    inward.lines.extend(repr.ports.iter().filter_map(|port| parted(repr, port)));
    inward.lines.extend(repr.ports.iter().flat_map(|port| not_forwarded(repr, port)));
    inward.lines.extend(repr.reverse_path.iter().filter_map(|it| unexpected(repr, config, it)));
    inward.lines.extend(perhaps(repr, config));
    for port in &repr.ports {
        let Some(zone) = &port.interface.zone else { continue };
        let of = |hook| {
            let here = |at: &Option<String>| at.as_ref() == Some(&zone.value);
            repr.groups.iter().find(move |(_, side, at)| *side == hook && here(at))
        };
        if let Some((list, ..)) = of(Hook::Out) {
            let to = Match { to: vec![zone.value.clone()], ..Match::any() };
            outward.lines.push(line(list, Verdict::Goto(list.value.clone()), to));
        }
        if let Some((list, hook, at)) = of(Hook::Local) {
            config.applied.push(Applied {
                span: list.span,
                filter: list.value.clone(),
                hook: *hook,
                interfaces: at.iter().cloned().collect(),
                answers: Answers::AsDevice,
            });
        }
        let mut from = Match { from: vec![zone.value.clone()], ..Match::any() };
        let past = clients::past_lists(repr, &zone.value, config);
        // What the list of an interface does not decide, the global one does.
        let own = of(Hook::In);
        if let (Some((list, ..)), Some((global, ..))) = (own, global)
            && let Some(filter) = config.filters.iter_mut().find(|it| it.name.value == list.value)
            && global.value != list.value
        {
            filter.otherwise = Verdict::Goto(global.value.clone());
        }
        if let Some((list, ..)) = own.or(global) {
            if on_the_wire {
                listed.lines.extend(spared(repr, config, port, list));
                listed.lines.extend(past);
                listed.lines.push(line(list, Verdict::Goto(list.value.clone()), from));
                listed_at.push(zone.value.clone());
            } else {
                inward.lines.extend(past);
                inward.lines.push(line(list, Verdict::Goto(list.value.clone()), from));
            }
            continue;
        }
        inward.lines.extend(past);
        let lower = repr.ports.iter().filter(|to| {
            let same = repr.same_level.is_some() && port.level == to.level;
            match to.interface.name.value == port.interface.name.value {
                // Back out of it, for which no list is needed either.
                true => repr.hairpin.is_some(),
                false => port.level > to.level || same,
            }
        });
        from.to = lower.filter_map(|to| Some(to.interface.zone.as_ref()?.value.clone())).collect();
        if !from.to.is_empty() {
            inward.lines.push(line(zone, Verdict::Permit, from.clone()));
        }
        if on_the_wire {
            inward.lines.push(line(zone, Verdict::Deny, Match { to: Vec::new(), ..from }));
        }
    }
    if on_the_wire && let Some(port) = repr.ports.first() {
        // What has no name carries nothing.
        let zones = repr.ports.iter().filter_map(|it| it.interface.zone.as_ref());
        let not_from = zones.map(|it| it.value.clone()).collect();
        let when = Match { not_from, ..Match::any() };
        inward.lines.push(line(&port.interface.name, Verdict::Deny, when));
    }
    let out = if on_the_wire { Hook::Out } else { Hook::Forward };
    for (filter, hook, at) in [
        (listed, Hook::In, listed_at),
        (inward, Hook::Forward, Vec::new()),
        (outward, out, Vec::new()),
    ] {
        // What speaks of nothing is not there; but the levels deny what nothing permits.
        if filter.lines.is_empty() && filter.otherwise == Verdict::Permit {
            continue;
        }
        config.applied.push(Applied {
            span: filter.name.span,
            filter: filter.name.value.clone(),
            hook,
            interfaces: at,
            answers: Answers::AsDevice,
        });
        config.filters.push(filter);
    }
}

/// What comes in to the device itself, which no list of an interface is about; but for what is
/// translated at its address.
fn spared(
    repr: &Repr,
    config: &DeviceConfig,
    port: &Port,
    list: &Spanned<String>,
) -> Vec<FilterLine> {
    let Some(zone) = &port.interface.zone else { return Vec::new() };
    let from = || Match { from: vec![zone.value.clone()], ..Match::any() };
    let (own, exact) = own(repr, config, port, &zone.value);
    let translated = repr.old_nat.at_interface(&zone.value).map(|(span, ports)| {
        let transports = match ports {
            Some((protocol, port)) => vec![Transport::ports(protocol, RangeSet::one(port))],
            None => vec![Transport::any()],
        };
        let when = Match { destination: own.clone(), transports, ..from() };
        FilterLine { span, ..line(list, Verdict::Goto(list.value.clone()), when) }
    });
    let mut lines: Vec<FilterLine> = translated.collect();
    let not_understood = if exact { Vec::new() } else { vec![zone.span] };
    let itself = Match { destination: own.clone(), not_understood, ..from() };
    lines.push(line(zone, Verdict::Permit, itself));
    lines
}

/// The addresses of an interface, and whether they are known. Of one that it gets from its line all
/// that is known is where it is not; what is sent elsewhere goes nowhere but back.
fn own(repr: &Repr, config: &DeviceConfig, port: &Port, nameif: &str) -> (AddressSet, bool) {
    let written = &port.interface.addresses;
    if !written.is_empty() {
        return (written.iter().map(|it| AddressSet::from(it.value.ip())).collect(), true);
    }
    let networks = repr.ports.iter().flat_map(|it| &it.interface.addresses);
    let routes = config.routes.iter().filter(|it| !it.is_default()).map(|it| it.destination);
    let known: AddressSet = networks
        .map(|it| AddressSet::from(crate::model::network_of(it.value)))
        .chain(routes.map(AddressSet::from))
        .chain(repr.old_nat.mapped_at(nameif).cloned())
        .collect();
    (known.complement(), repr.hairpin.is_none())
}

/// An interface for management carries nothing that passes through, neither in nor out, whatever the
/// lists say (Command Reference, `management-only`).
fn closed(port: &Port) -> Vec<FilterLine> {
    let (Some(zone), Some(by)) = (&port.interface.zone, port.management_only) else {
        return Vec::new();
    };
    let only = vec![zone.value.clone()];
    let by = Spanned::new("management-only".to_owned(), by);
    vec![
        line(&by, Verdict::Deny, Match { from: only.clone(), ..Match::any() }),
        line(&by, Verdict::Deny, Match { to: only, ..Match::any() }),
    ]
}

/// Out of the interface it came in by, or to another of the same level, nothing passes unless
/// `same-security-traffic` permits it, whatever the lists say (Command Reference).
fn parted(repr: &Repr, port: &Port) -> Option<FilterLine> {
    let zone = port.interface.zone.as_ref()?;
    let denied = repr.ports.iter().filter(|to| match to.interface.name == port.interface.name {
        true => repr.hairpin.is_none(),
        false => repr.same_level.is_none() && to.level == port.level,
    });
    let to: Vec<String> =
        denied.filter_map(|to| Some(to.interface.zone.as_ref()?.value.clone())).collect();
    let from = vec![zone.value.clone()];
    (!to.is_empty()).then(|| line(zone, Verdict::Deny, Match { from, to, ..Match::any() }))
}

/// From one VLAN of a small model no session may be opened to another one (`no forward interface`).
fn not_forwarded(repr: &Repr, port: &Port) -> Vec<FilterLine> {
    let Some(zone) = &port.interface.zone else { return Vec::new() };
    let denied = port.parted.iter().filter_map(|other| {
        let to = repr.ports.iter().find(|it| it.interface.name.value == other.value)?;
        let to = vec![to.interface.zone.as_ref()?.value.clone()];
        let by = Spanned::new("no forward interface".to_owned(), other.span);
        let from = vec![zone.value.clone()];
        Some(line(&by, Verdict::Deny, Match { from, to, ..Match::any() }))
    });
    denied.collect()
}

/// What comes in by an interface over which the way back to its sender does not lead is dropped
/// (`ip verify reverse-path`). Where the longest route leads is not worked out here: certain are the
/// senders of whom no route says anything else.
fn unexpected(repr: &Repr, config: &DeviceConfig, checked: &Spanned<String>) -> Option<FilterLine> {
    let own = repr.named(&checked.value)?;
    let here = &own.interface.name;
    let leads_here = |route: &&Route| {
        let over = |it: &NextHop| matches!(it, NextHop::Over(_, name) | NextHop::Interface(name) if *name == here.value || *name == checked.value);
        route.via.iter().any(over)
    };
    let networks = |port: &Port| -> AddressSet {
        port.interface.addresses.iter().map(|it| AddressSet::from(network_of(it.value))).collect()
    };
    let (to_here, elsewhere): (Vec<&Route>, Vec<&Route>) =
        config.routes.iter().partition(|it| leads_here(it));
    let of = |routes: &[&Route]| -> AddressSet {
        let known = routes.iter().filter(|it| it.only.is_none());
        known.map(|it| AddressSet::from(it.destination)).collect()
    };
    let specific: Vec<&Route> = elsewhere.into_iter().filter(|it| !it.is_default()).collect();
    let others = repr.ports.iter().filter(|it| it.interface.name != *here);
    let others = others.fold(of(&specific), |all, it| all.union(&networks(it)));
    let expected = networks(own).union(&of(&to_here).difference(&others));
    let by = Spanned::new("ip verify reverse-path".to_owned(), checked.span);
    let when = Match {
        from: vec![checked.value.clone()],
        source: expected.complement(),
        not_understood: vec![checked.span],
        ..Match::any()
    };
    Some(line(&by, Verdict::Deny, when))
}

/// What may be stopped by what is not followed: until somebody has logged in, for want of a
/// translation, by another way.
fn perhaps(repr: &Repr, config: &DeviceConfig) -> Vec<FilterLine> {
    let maybe = |by: &Spanned<String>, when: Match| {
        line(by, Verdict::Deny, Match { not_understood: vec![by.span], ..when })
    };
    // An interface that is not known may be any.
    let from = |nameif: &Option<String>| {
        let known = nameif.iter().filter(|it| repr.named(it).is_some());
        Match { from: known.cloned().collect(), ..Match::any() }
    };
    let logins = repr.logins.iter().map(|(by, nameif)| maybe(by, from(nameif)));
    let zone = |port: &Port| port.interface.zone.as_ref().map(|it| it.value.clone());
    let ports = repr.ports.iter();
    let ports = ports.flat_map(|it| it.unread.iter().map(|by| maybe(by, from(&zone(it)))));
    let control = repr.nat_control.map(|span| {
        let by = Spanned::new("nat-control".to_owned(), span);
        let mut when = Match::any();
        for nat in config.nat.iter().filter(|it| it.enabled) {
            if let (NatKind::Destination | NatKind::Static, Becomes::Addresses(inner)) =
                (nat.kind, &nat.becomes)
            {
                when.destination = when.destination.difference(inner);
                when.source = when.source.difference(inner);
            } else if nat.when.is_exact() {
                when.source = when.source.difference(&nat.when.source);
                if nat.becomes == Becomes::Unchanged {
                    when.destination = when.destination.difference(&nat.when.source);
                }
            }
        }
        maybe(&by, when)
    });
    logins.chain(ports).chain(control).collect()
}

fn new(name: &str, repr: &Repr, otherwise: Verdict) -> Filter {
    let first = repr.groups.first().map(|(list, ..)| list.span);
    let port = repr.ports.first().map(|port| port.interface.name.span);
    let place = Span { file: FileId::default(), start: 0, end: 0 };
    let name = Spanned::new(name.to_owned(), first.or(port).unwrap_or(place));
    Filter { name, family: Family::Both, lines: Vec::new(), otherwise }
}

fn line(by: &Spanned<String>, verdict: Verdict, when: Match) -> FilterLine {
    FilterLine { span: by.span, label: by.value.clone(), verdict, when, enabled: true }
}

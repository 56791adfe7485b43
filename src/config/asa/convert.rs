//! The vendor's meaning → facts.

use super::repr::{Port, Repr};
use super::{clients, nat, vpn};
use crate::config::listing::Listing;
use crate::config::notes::Notes;
use crate::model::Service;
use crate::model::device::{
    Answers, Applied, Bridge, DeviceConfig, Family, Filter, FilterLine, Hook, Management,
    ManagementKind, Match, Verdict, Zone,
};
use crate::source::{FileId, Span, Spanned};
use crate::text;
use std::collections::BTreeMap;

/// Everything that the device is configured to do.
pub(super) fn device(mut repr: Repr, listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let mut config = std::mem::take(&mut repr.config);
    config.unfiltered = Verdict::Deny;
    config.stateful = true;
    config.interfaces = repr.ports.iter().map(|port| port.interface.clone()).collect();
    for port in &repr.ports {
        if let Some(zone) = &port.interface.zone {
            let name = port.interface.name.value.clone();
            config
                .zones
                .push(Zone { name: zone.clone(), interfaces: vec![Spanned::new(name, zone.span)] });
        }
    }
    bridges(&repr, &mut config);
    config.filters = repr.lists.filters();
    nat::translations(&repr, &mut config);
    config.translates = nat::order(&repr);
    vpn::facts(&repr, &mut config);
    if !repr.ports.is_empty() {
        filters(&repr, &mut config);
    }
    management(&repr, &mut config);
    let saved = listing.begins_with(|line| line.starts_with(": Saved"));
    let ended = listing.lines.iter().rev().take(20).any(|line| line.text.starts_with(": end"));
    if saved && !ended {
        notes.truncated(
            listing.end(),
            text!("最後の行 : end がありません", "the closing line `: end` is missing"),
        );
    }
    config
}

/// Members of a bridge group, with its routed end `BVI1`.
fn bridges(repr: &Repr, config: &mut DeviceConfig) {
    let mut bridges: BTreeMap<&str, Bridge> = BTreeMap::new();
    for port in &repr.ports {
        let Some(name) = &port.bridge else { continue };
        let new = || Bridge { name: name.clone(), members: Vec::new() };
        let bridge = bridges.entry(&name.value).or_insert_with(new);
        bridge.members.push(Spanned::new(port.interface.name.value.clone(), name.span));
    }
    config.bridges.extend(bridges.into_values());
}

/// Lists on interfaces, which filter what passes through and not what the device itself is asked;
/// where there is none, traffic passes from higher levels to lower ones (General Operations
/// Configuration Guide, security levels).
fn filters(repr: &Repr, config: &mut DeviceConfig) {
    let global = repr.groups.iter().find(|(_, hook, at)| *hook == Hook::In && at.is_none());
    let mut inward = new("access-group in", repr, Verdict::Deny);
    let mut outward = new("access-group out", repr, Verdict::Permit);
    inward.lines.extend(repr.ports.iter().flat_map(closed));
    inward.lines.extend(repr.ports.iter().filter_map(|port| parted(repr, port)));
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
        inward.lines.extend(clients::past_lists(repr, &zone.value, config));
        // What the list of an interface does not decide, the global one does.
        if let Some((list, ..)) = of(Hook::In) {
            let filter = config.filters.iter_mut().find(|it| it.name.value == list.value);
            if let (Some(filter), Some((global, ..))) = (filter, global)
                && global.value != list.value
            {
                filter.otherwise = Verdict::Goto(global.value.clone());
            }
            inward.lines.push(line(list, Verdict::Goto(list.value.clone()), from));
            continue;
        }
        if let Some((list, ..)) = global {
            inward.lines.push(line(list, Verdict::Goto(list.value.clone()), from));
            continue;
        }
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
            inward.lines.push(line(zone, Verdict::Permit, from));
        }
    }
    for filter in [inward, outward] {
        if filter.name.value == "access-group out" && filter.lines.is_empty() {
            continue;
        }
        config.applied.push(Applied {
            span: filter.name.span,
            filter: filter.name.value.clone(),
            hook: Hook::Forward,
            interfaces: Vec::new(),
            answers: Answers::AsDevice,
        });
        config.filters.push(filter);
    }
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

fn management(repr: &Repr, config: &mut DeviceConfig) {
    for (span, kind, sources, nameif) in &repr.managers {
        let port = match kind {
            ManagementKind::Ssh => 22,
            ManagementKind::Telnet => 23,
            _ => repr.http.unwrap_or(443),
        };
        config.management.push(Management {
            span: *span,
            kind: *kind,
            service: Service::tcp(port),
            // Who may reach the web server is written whether it runs or not.
            enabled: *kind != ManagementKind::Https || repr.http.is_some(),
            interfaces: vec![repr.interface(nameif)],
            sources: sources.clone(),
            exact: true,
        });
    }
}

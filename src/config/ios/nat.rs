//! `ip nat …`: translations in the order in which the device tries them.

use super::convert::selects;
use super::lists::What;
use super::names;
use super::parse::Command;
use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::model::device::{
    Becomes, DeviceConfig, Match, Nat, NatKind, StructureKind, Transport, Verdict,
};
use crate::model::{AddressSet, IpNetwork, RangeSet};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What chooses the packets of a translation.
#[derive(Clone, Debug)]
enum Chosen {
    List(Spanned<String>),
    RouteMap(Spanned<String>),
}

/// What the source becomes.
#[derive(Clone, Debug)]
enum Source {
    Interface(String),
    Pool(String),
}

/// Lines about translation.
#[derive(Clone, Debug, Default)]
pub(super) struct NatLines {
    /// Static translations: they are tried before dynamic ones.
    fixed: Vec<Nat>,
    dynamic: Vec<(Span, NatKind, Chosen, Source)>,
    pools: BTreeMap<String, AddressSet>,
}

/// `ip nat …` in the global mode.
pub(super) fn line(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if command.negated {
        return Fate::Unrecognized;
    }
    let words = command.words.get(2..).unwrap_or_default();
    match words {
        ["pool", name, rest @ ..] => pool(repr, command, name, rest, notes),
        ["inside", "source", "static", rest @ ..] | ["source", "static", rest @ ..] => {
            fixed(repr, command, rest, notes)
        }
        ["outside", "source", "static", outside, local, ..] => {
            let (Ok(outside), Ok(local)) = (outside.parse::<IpAddr>(), local.parse::<IpAddr>())
            else {
                return Fate::Unrecognized;
            };
            repr.nat.fixed.push(Nat {
                when: Match { source: outside.into(), ..v4() },
                becomes: Becomes::Addresses(local.into()),
                ..new(command.span(), NatKind::Source)
            });
            Fate::Understood
        }
        ["inside", "source", rest @ ..] | ["source", rest @ ..] => {
            dynamic(repr, command, NatKind::Source, rest, notes)
        }
        ["inside", "destination", rest @ ..] => {
            dynamic(repr, command, NatKind::Destination, rest, notes)
        }
        ["translation" | "service" | "settings" | "create" | "switchover", ..] => {
            Fate::Ignored(Because::Performance)
        }
        ["log", ..] => Fate::Ignored(Because::Logging),
        _ => Fate::Unrecognized,
    }
}

fn v4() -> Match {
    Match { source: AddressSet::any_v4(), destination: AddressSet::any_v4(), ..Match::any() }
}

fn new(span: Span, kind: NatKind) -> Nat {
    Nat {
        span,
        label: String::new(),
        kind,
        interface: None,
        when: v4(),
        at_interface: false,
        becomes: Becomes::Unknown,
        ports: None,
        enabled: true,
    }
}

/// `ip nat pool NAME FIRST LAST netmask M|prefix-length N [type rotary]`
fn pool(
    repr: &mut Repr,
    command: &Command<'_>,
    name: &str,
    rest: &[&str],
    notes: &mut Notes,
) -> Fate {
    notes.structures.define(StructureKind::Pool, name, command.span());
    match rest {
        [first, last, "netmask" | "prefix-length", _, more @ ..] => {
            let (Ok(first), Ok(last)) = (first.parse(), last.parse()) else {
                return Fate::Unrecognized;
            };
            repr.nat.pools.insert(name.to_owned(), AddressSet::range(first, last));
            let known = matches!(more, [] | ["type", _] | ["add-route"]);
            if known { Fate::Understood } else { Fate::Unrecognized }
        }
        _ => Fate::Unrecognized,
    }
}

/// `static [tcp|udp] LOCAL [PORT] {GLOBAL|interface IF} [PORT] [extendable …]`
fn fixed(repr: &mut Repr, command: &Command<'_>, rest: &[&str], notes: &mut Notes) -> Fate {
    let mut nat = new(command.span(), NatKind::Static);
    let options = match rest {
        ["network", local, global, mask, options @ ..] => {
            let network = |address: &str| -> Option<IpNetwork> {
                match mask.strip_prefix('/') {
                    Some(length) => format!("{address}/{length}").parse().ok(),
                    None => numbers::masked(address, mask),
                }
            };
            let (Some(local), Some(global)) = (network(local), network(global)) else {
                return Fate::Unrecognized;
            };
            nat.when.destination = global.into();
            nat.becomes = Becomes::Addresses(local.into());
            options
        }
        [protocol @ ("tcp" | "udp"), local, inner, rest @ ..] => {
            let (Ok(local), Some(inner)) = (local.parse::<IpAddr>(), numbers::port(inner)) else {
                return Fate::Unrecognized;
            };
            nat.kind = NatKind::Destination;
            nat.becomes = Becomes::Addresses(local.into());
            let Some(rest) = global(repr, &mut nat, command, rest, notes) else {
                return Fate::Unrecognized;
            };
            let Some((outer, options)) = rest.split_first() else { return Fate::Unrecognized };
            let Some(outer) = numbers::port(outer) else { return Fate::Unrecognized };
            let number = if *protocol == "tcp" { 6 } else { 17 };
            nat.when.transports = vec![Transport::ports(number, RangeSet::one(outer))];
            nat.ports = (outer != inner).then(|| RangeSet::one(inner));
            options
        }
        ["esp", local, rest @ ..] => {
            let Ok(local) = local.parse::<IpAddr>() else { return Fate::Unrecognized };
            nat.kind = NatKind::Destination;
            nat.becomes = Becomes::Addresses(local.into());
            nat.when.transports = vec![Transport::protocol(50)];
            let Some(options) = global(repr, &mut nat, command, rest, notes) else {
                return Fate::Unrecognized;
            };
            options
        }
        [local, rest @ ..] => {
            let Ok(local) = local.parse::<IpAddr>() else { return Fate::Unrecognized };
            nat.becomes = Becomes::Addresses(local.into());
            let Some(options) = global(repr, &mut nat, command, rest, notes) else {
                return Fate::Unrecognized;
            };
            options
        }
        [] => return Fate::Unrecognized,
    };
    let fate = static_options(&mut nat, options, command, notes);
    repr.nat.fixed.push(nat);
    fate
}

/// The outside address: written, or that of an interface.
fn global<'w, 't>(
    repr: &Repr,
    nat: &mut Nat,
    command: &Command<'_>,
    words: &'w [&'t str],
    notes: &mut Notes,
) -> Option<&'w [&'t str]> {
    match words {
        ["interface", words @ ..] => {
            let (name, _, count) = names::of_words(words)?;
            repr.refer_interface(&name, command.span(), notes);
            nat.interface = Some(name);
            nat.at_interface = true;
            words.get(count..)
        }
        [address, rest @ ..] => {
            nat.when.destination = address.parse::<IpAddr>().ok()?.into();
            Some(rest)
        }
        [] => None,
    }
}

fn static_options(
    nat: &mut Nat,
    mut words: &[&str],
    command: &Command<'_>,
    notes: &mut Notes,
) -> Fate {
    loop {
        words = match words {
            [] => return Fate::Understood,
            [
                "extendable" | "no-alias" | "no-payload" | "add-route" | "overload"
                | "match-in-vrf" | "forced" | "reversible",
                rest @ ..,
            ] => rest,
            ["vrf", _, rest @ ..] => rest,
            ["redundancy", _, rest @ ..] => rest,
            ["route-map", name, rest @ ..] => {
                // Only what the route map lets through is translated.
                notes.structures.refer(StructureKind::RouteMap, *name, command.span());
                nat.when.sometimes = true;
                rest
            }
            _ => return Fate::Unrecognized,
        };
    }
}

/// `{list L|route-map R} {interface IF|pool P} [overload] [vrf V]`
fn dynamic(
    repr: &mut Repr,
    command: &Command<'_>,
    kind: NatKind,
    rest: &[&str],
    notes: &mut Notes,
) -> Fate {
    let (chosen, rest) = match rest {
        ["list", name, rest @ ..] => {
            notes.structures.refer(StructureKind::Filter, *name, command.span());
            (Chosen::List(Spanned::new((*name).to_owned(), command.span())), rest)
        }
        ["route-map", name, rest @ ..] => {
            notes.structures.refer(StructureKind::RouteMap, *name, command.span());
            (Chosen::RouteMap(Spanned::new((*name).to_owned(), command.span())), rest)
        }
        _ => return Fate::Unrecognized,
    };
    let (source, rest) = match rest {
        ["interface", words @ ..] => {
            let Some((name, _, count)) = names::of_words(words) else { return Fate::Unrecognized };
            repr.refer_interface(&name, command.span(), notes);
            (Source::Interface(name), words.get(count..).unwrap_or_default())
        }
        ["pool", name, rest @ ..] => {
            notes.structures.refer(StructureKind::Pool, *name, command.span());
            (Source::Pool((*name).to_owned()), rest)
        }
        _ => return Fate::Unrecognized,
    };
    repr.nat.dynamic.push((command.span(), kind, chosen, source));
    match rest {
        [] | ["overload"] | ["vrf", _] | ["vrf", _, "overload"] | ["overload", "vrf", _] => {
            Fate::Understood
        }
        ["reversible"] | ["match-in-vrf"] => Fate::Understood,
        _ => Fate::Unrecognized,
    }
}

/// Translations as facts.
pub(super) fn translations(repr: &Repr, config: &mut DeviceConfig) {
    let side = |outside: bool| -> Vec<String> {
        let ports = repr.ports.iter();
        let those = ports.filter(|port| port.nat.as_ref().is_some_and(|it| it.value == outside));
        those.map(|port| port.interface.name.value.clone()).collect()
    };
    let (inside, outside) = (side(false), side(true));
    let bound = !outside.is_empty() || repr.ports.iter().any(|it| it.nat_without_sides);
    let only = if let [one] = outside.as_slice() { Some(one.clone()) } else { None };
    // With `ip nat enable` there are no sides.
    let sides = !outside.is_empty();
    let from = |kind: NatKind| match kind {
        _ if !sides => Vec::new(),
        NatKind::Source => inside.clone(),
        NatKind::Destination | NatKind::Static => outside.clone(),
    };
    for nat in &repr.nat.fixed {
        let mut nat = nat.clone();
        nat.enabled = bound;
        nat.interface = nat.interface.or_else(|| only.clone());
        nat.when.from = match nat.kind {
            // `ip nat outside source`
            NatKind::Source => outside.clone(),
            kind => from(kind),
        };
        config.nat.push(nat);
    }
    for (span, kind, chosen, source) in &repr.nat.dynamic {
        let becomes = match source {
            Source::Interface(_) => Becomes::Interface,
            Source::Pool(pool) => match repr.nat.pools.get(pool) {
                Some(set) => Becomes::Addresses(set.clone()),
                None => Becomes::Unknown,
            },
        };
        let interface = match source {
            Source::Interface(name) => Some(name.clone()),
            Source::Pool(_) => only.clone(),
        };
        for (label, permits, when) in packets(repr, chosen, config) {
            let when = Match { from: from(*kind), ..when };
            config.nat.push(Nat {
                span: *span,
                label,
                kind: *kind,
                interface: interface.clone(),
                when,
                at_interface: false,
                becomes: if permits { becomes.clone() } else { Becomes::Unchanged },
                ports: None,
                enabled: bound,
            });
        }
    }
}

/// The packets that a list or a route map chooses, line by line: what it denies is exempt from it.
fn packets(repr: &Repr, chosen: &Chosen, config: &mut DeviceConfig) -> Vec<(String, bool, Match)> {
    let mut all = Vec::new();
    match chosen {
        Chosen::List(list) => {
            config.applied.push(selects(list, Vec::new()));
            of_list(repr, list, &[], true, &mut all);
        }
        Chosen::RouteMap(name) => {
            for clause in repr.route_maps.get(&name.value).into_iter().flatten() {
                for list in &clause.lists {
                    config.applied.push(selects(list, Vec::new()));
                    of_list(repr, list, &clause.interfaces, clause.permits, &mut all);
                }
                if clause.lists.is_empty() {
                    let mut when = Match { to: clause.interfaces.clone(), ..v4() };
                    if !clause.exact {
                        when.not_understood.push(clause.span);
                    }
                    all.push((name.value.clone(), clause.permits, when));
                }
            }
        }
    }
    all
}

fn of_list(
    repr: &Repr,
    name: &Spanned<String>,
    to: &[String],
    permits: bool,
    all: &mut Vec<(String, bool, Match)>,
) {
    let unknown = || Match { not_understood: vec![name.span], ..v4() };
    let Some(list) = repr.lists.get(&name.value) else {
        all.push((name.value.clone(), permits, unknown()));
        return;
    };
    for line in &list.lines {
        let (verdict, mut when) = match &line.what {
            What::Entry(entry) if entry.enabled => (&entry.verdict, entry.when.clone()),
            What::Entry(_) => continue,
            _ => (&Verdict::Permit, unknown()),
        };
        when.to = to.to_vec();
        // What a list denies within a denying clause is left to the next clause.
        match (verdict, permits) {
            (Verdict::Permit, _) => all.push((name.value.clone(), permits, when)),
            (_, true) => all.push((name.value.clone(), false, when)),
            (_, false) => {}
        }
    }
}

//! Port forwards and static translations: ways in to inside hosts.

use super::Found;
use super::sides::{Side, View};
use crate::finding::Confidence;
use crate::locale::Text;
use crate::model::device::{
    Applied, Becomes, FilterLine, Hook, Match, Nat, States, Transport, Verdict,
};
use crate::model::{AddressSet, Protocol, RangeSet, Service};
use crate::text;
use crate::topology::external::PathKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) fn of(view: &View<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for nat in view.config.nat.iter().filter(|it| it.opens_a_way_in()) {
        let Some(path) = path(view, nat) else { continue };
        // Several lines for one service of one host (one an interface, one for hairpins) are one way.
        let same = |it: &&mut Found| {
            it.path.inside == path.path.inside
                && it.path.services == path.path.services
                && it.path.listens == path.path.listens
        };
        match found.iter_mut().find(same) {
            Some(known) if !path.path.inside.is_empty() => {
                known.path.sources = known.path.sources.union(&path.path.sources);
                known.path.shows.push((text!("同じ転送先", "the same target"), nat.span));
            }
            _ => found.push(path),
        }
    }
    found
}

fn path(view: &View<'_>, nat: &Nat) -> Option<Found> {
    let entrance = entrance(view, nat)?;
    let inside = match &nat.becomes {
        Becomes::Addresses(addresses) => addresses.clone(),
        Becomes::Interface | Becomes::Discarded => return None,
        Becomes::Unknown | Becomes::Unchanged => AddressSet::none(),
    };
    if let [only] = hosts(&inside).as_slice()
        && view.is_own(*only)
    {
        // Its own services under a translated address: what listens there is a path of its own.
        return None;
    }
    let listens = services(&nat.when, None);
    let passed = services(&nat.when, nat.ports.as_ref());
    let (outer, target) = (listed(&listens), named(&inside));
    let inner = match listens == passed {
        true => Text::default(),
        false => {
            let passed = listed(&passed);
            text!(" の {passed}", " {passed}"; passed)
        }
    };
    let name = text!(
        "ポート転送 {outer} → {target}{inner}",
        "port forward {outer} to {target}{inner}"; outer, target, inner
    );
    let mut found = Found::new(PathKind::Forward, called(nat, &listens, &inside), name, nat.span);
    let path = &mut found.path;
    path.confidence = match nat.when.is_certain() && nat.becomes != Becomes::Unknown {
        true => entrance,
        false => Confidence::Medium,
    };
    path.interface = nat.interface.clone();
    path.sources = nat.when.source.intersection(&admitted(view, nat, &inside));
    path.inside = inside;
    path.services = passed;
    path.listens = listens;
    Some(found)
}

/// Whether packets from outside reach a translation, and how sure that is. One that is bound to an
/// inside interface or meant for inside sources alone (hairpins, transparent proxies) is no way in.
fn entrance(view: &View<'_>, nat: &Nat) -> Option<Confidence> {
    let names: Vec<&str> = nat.interface.iter().chain(&nat.when.from).map(String::as_str).collect();
    let sides: Vec<Option<Side>> = names.iter().map(|it| view.side(it)).collect();
    let networks = view.territory.inside();
    let inside_only = !nat.when.source.is_empty() && networks.includes(&nat.when.source);
    let known = |side: &Option<Side>| matches!(side, Some(Side::Outside | Side::Public));
    match () {
        () if inside_only => None,
        () if sides.iter().any(known) => Some(Confidence::High),
        () if names.is_empty() || names.contains(&"any") => Some(Confidence::High),
        // Behind another device, which may or may not pass on what comes in.
        () if names.iter().any(|it| view.is_marked_outside(it)) => Some(Confidence::Medium),
        () if sides.contains(&Some(Side::Inside)) => None,
        () => Some(Confidence::Medium),
    }
}

/// Who gets past the filters to a forwarded host: the sources of the lines that permit something
/// to it, before or after translation. Everybody, where no filter says anything about it or where a
/// line is not understood: what limits a forward must be certain.
fn admitted(view: &View<'_>, nat: &Nat, inside: &AddressSet) -> AddressSet {
    let hooks = |it: &&Applied| matches!(it.hook, Hook::In | Hook::Forward);
    let filters = view.config.applied.iter().filter(hooks);
    let filters = filters.filter_map(|it| view.config.filter(&it.filter));
    let about = |it: &&FilterLine| {
        let to = &it.when.destination;
        let outer = !nat.when.destination.is_any() && nat.when.destination.meets(to);
        it.enabled && it.when.states.includes(States::NEW) && (outer || inside.meets(to))
    };
    let lines: Vec<&FilterLine> = filters.flat_map(|it| &it.lines).filter(about).collect();
    let clear = lines
        .iter()
        .all(|it| it.when.is_exact() && matches!(it.verdict, Verdict::Permit | Verdict::Deny));
    let permits = lines.iter().filter(|it| it.verdict == Verdict::Permit);
    let admitted: AddressSet = permits.map(|it| it.when.source.clone()).collect();
    if clear && !admitted.is_empty() { admitted } else { AddressSet::any() }
}

/// Its label where it has one that tells it apart, else what it listens on, else its target.
fn called(nat: &Nat, listens: &[Service], inside: &AddressSet) -> String {
    let target = hosts(inside).first().map(|it| super::dashed(*it)).unwrap_or_default();
    let service = match listens {
        [Service::Ports { protocol, first, last }] if first == last => {
            format!("{protocol} {first}")
        }
        [one] => one.to_string(),
        _ if nat.label.is_empty() => target,
        _ => nat.label.clone(),
    };
    format!("forward {service}")
}

/// The services of a translation, as far as they are protocols that have a name here; empty when
/// it is every one. `ports` replaces the destination ports.
fn services(when: &Match, ports: Option<&RangeSet<u16>>) -> Vec<Service> {
    let mut services = Vec::new();
    for transport in &when.transports {
        let Transport { protocols, destination_ports, .. } = transport;
        if protocols.is_all() && destination_ports.is_all() {
            return Vec::new();
        }
        for (number, protocol) in NAMED {
            if !protocols.contains(number) {
                continue;
            }
            let ranges = ports.unwrap_or(destination_ports).ranges().iter();
            services.extend(ranges.map(|(first, last)| Service::Ports {
                protocol,
                first: *first,
                last: *last,
            }));
        }
    }
    services.sort_unstable();
    services.dedup();
    services
}

/// Protocol numbers (IANA) that services are written with.
const NAMED: [(u8, Protocol); 6] = [
    (6, Protocol::Tcp),
    (17, Protocol::Udp),
    (1, Protocol::Icmp),
    (50, Protocol::Esp),
    (51, Protocol::Ah),
    (47, Protocol::Gre),
];

fn listed(services: &[Service]) -> Text {
    const SHOWN: usize = 3;
    if services.is_empty() {
        return Text::new("すべて", "everything");
    }
    let shown = services.iter().take(SHOWN).map(|it| Text::same(it.described()));
    let list = Text::list(&shown.collect::<Vec<_>>());
    match services.len().checked_sub(SHOWN) {
        Some(more @ 1..) => text!("{list} ほか{more}件", "{list} and {more} more"; list),
        _ => list,
    }
}

/// The target in words.
fn named(inside: &AddressSet) -> Text {
    match hosts(inside).as_slice() {
        [] if inside.is_empty() => {
            Text::new("設定から分からない転送先", "a target that is not clear")
        }
        [] => Text::new("複数のアドレス", "several addresses"),
        [one] => Text::same(one.to_string()),
        [first, .., last] => Text::same(format!("{first}-{last}")),
    }
}

/// The first and the last address of every range, each once; none for more than eight ranges.
fn hosts(set: &AddressSet) -> Vec<IpAddr> {
    let v4 = set.v4.ranges().iter().flat_map(|(a, b)| [*a, *b]).map(|it| Ipv4Addr::from(it).into());
    let v6 = set.v6.ranges().iter().flat_map(|(a, b)| [*a, *b]).map(|it| Ipv6Addr::from(it).into());
    let mut hosts: Vec<IpAddr> = v4.chain(v6).take(17).collect();
    hosts.dedup();
    if hosts.len() > 16 { Vec::new() } else { hosts }
}

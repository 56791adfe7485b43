//! Traffic that leaves by the interface it came in by, which FortiOS may pass without a policy.

use super::{Reader, Vdom, place};
use crate::model::device::{FilterLine, Interface, Match, NextHop, Verdict};
use crate::model::{AddressSet, network_of};
use crate::source::Span;

/// What the switches for IPv4 and IPv6 are called in `config system global`.
const SWITCHES: [(&str, bool); 2] =
    [("allow-traffic-redirect", true), ("ipv6-allow-traffic-redirect", false)];

/// The releases in which it is on where nothing is written: the first two numbers, and below which
/// third one. All before these have it on.
const ON_BEFORE: [((u32, u32), u32); 2] = [((7, 4), 10), ((7, 6), 5)];

/// The lines that stand before the policies: traffic that comes in and leaves by one interface, and
/// that a host of its network sent, meets none of them unless it is switched off (Fortinet Technical
/// Tip, *Traffic handled by FortiGate for packets with ingress and egress as same interface*; FortiOS
/// CLI Reference, `config system global`, `allow-traffic-redirect`).
pub(super) fn lines(reader: &Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>, at: Span) -> Vec<FilterLine> {
    let mut all = Vec::new();
    let instance = vdom.instance();
    let ours = reader.out.interfaces.iter().filter(|it| !vdom.several || it.instance == instance);
    for interface in ours.filter(|it| leads_back(reader, it)) {
        for (name, v4) in SWITCHES {
            let own = interface.addresses.iter().map(|it| network_of(it.value));
            let source: AddressSet =
                own.filter(|it| it.is_ipv4() == v4).map(AddressSet::from).collect();
            if source.is_empty() {
                continue;
            }
            let global = reader.global.block("system global");
            let setting = global.and_then(|it| it.setting(name));
            let written = setting.and_then(|it| it.values().next()).map(|it| it.text);
            let span = setting.map_or(at, |it| place(&it.line));
            let mut when = Match { source, ..Match::any() };
            when.from = vec![interface.name.value.clone()];
            when.to = when.from.clone();
            match written {
                Some("disable") => continue,
                Some("enable") => {}
                _ if is_on(reader.out.version.as_ref().map(|it| it.value.as_str())) => {}
                _ => when.not_understood.push(span),
            }
            let (label, verdict) = (name.to_owned(), Verdict::Permit);
            all.push(FilterLine { span, label, verdict, when, enabled: true });
        }
    }
    all
}

/// Whether this release has it on where nothing is written; for others that is not known.
fn is_on(version: Option<&str>) -> bool {
    let numbers: Option<Vec<u32>> =
        version.map(|it| it.split('.').map_while(|part| part.parse().ok()).collect());
    let Some([major, minor, patch]) = numbers.as_deref() else { return false };
    let of = (*major, *minor);
    match ON_BEFORE.iter().find(|(release, _)| *release == of) {
        Some((_, first)) => patch < first,
        None => ON_BEFORE.iter().all(|(release, _)| of < *release),
    }
}

/// Whether something lies behind an interface beside the one network that it is in.
fn leads_back(reader: &Reader<'_, '_, '_>, interface: &Interface) -> bool {
    let name = &interface.name.value;
    let over = |hop: &NextHop| match hop {
        NextHop::Over(_, over) | NextHop::Interface(over) => over == name,
        NextHop::Address(_) | NextHop::Unknown(_) => true,
        _ => false,
    };
    interface.addresses.len() > 1
        || !reader.out.peers.is_empty()
        || reader.out.routes.iter().any(|it| it.enabled && it.via.iter().any(over))
}

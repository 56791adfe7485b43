//! Rules between entities, and access lists.

use crate::config::Word;
use crate::config::alliedware::repr::{Port, Router, Rule};
use crate::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Match, States, Transport,
    Verdict, Zone,
};
use crate::model::{AddressSet, RangeSet};
use crate::source::{Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// Applications that need no definition, with protocol and port (コマンドリファレンス, application).
const BUILTIN: &[(&str, u8, u16)] = &[
    ("ftp", 6, 21),
    ("ssh", 6, 22),
    ("telnet", 6, 23),
    ("smtp", 6, 25),
    ("http", 6, 80),
    ("pop3", 6, 110),
    ("imap", 6, 143),
    ("https", 6, 443),
    ("dns", 17, 53),
    ("dns", 6, 53),
    ("tftp", 17, 69),
    ("ntp", 17, 123),
    ("snmp", 17, 161),
];

/// Whether an application needs no definition.
pub(in crate::config::alliedware) fn is_builtin(name: &str) -> bool {
    matches!(name, "any" | "ping") || BUILTIN.iter().any(|it| it.0 == name)
}

/// A set of addresses behind one interface, or behind any.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) interface: Option<String>,
    pub(super) addresses: AddressSet,
    /// Where an address is not written down.
    pub(super) unknown: Option<Span>,
}

/// What an entity stands for. Without one it is everything.
pub(super) fn sides(entity: Option<Word<'_>>, router: &Router<'_>) -> Vec<Side> {
    let everything =
        |unknown| vec![Side { interface: None, addresses: AddressSet::any(), unknown }];
    let Some(word) = entity else { return everything(None) };
    let mut parts = word.text.split('.');
    let zone = parts.next().and_then(|it| router.zones.get(it));
    let Some(zone) = zone else { return everything(Some(word.span)) };
    let networks: Vec<_> = match parts.next() {
        None => zone.networks.values().collect(),
        Some(name) => zone.networks.get(name).into_iter().collect(),
    };
    if let Some(host) = parts.next() {
        let hosts = networks.iter().filter_map(|it| it.hosts.get(host));
        let mut addresses = AddressSet::none();
        let mut unknown = None;
        let mut any = false;
        for host in hosts {
            any = true;
            addresses = addresses.union(&host.addresses);
            for place in &host.elsewhere {
                let own = router.places.get(&place.value).and_then(|it| router.ports.get(*it));
                let fixed: AddressSet = own
                    .into_iter()
                    .flat_map(|it| &it.addresses)
                    .map(|it| AddressSet::from(it.value.ip()))
                    .collect();
                if fixed.is_empty() {
                    unknown = Some(place.span);
                }
                addresses = addresses.union(&fixed);
            }
        }
        if unknown.is_some() || !any {
            return everything(Some(unknown.unwrap_or(word.span)));
        }
        return vec![Side { interface: None, addresses, unknown: None }];
    }
    if let Some(unread) = networks.iter().find_map(|it| it.unread) {
        return everything(Some(unread));
    }
    let mut by_interface: BTreeMap<Option<String>, Vec<_>> = BTreeMap::new();
    for subnet in networks.iter().flat_map(|it| &it.subnets) {
        let interface = subnet.interface.as_ref().map(|it| it.value.clone());
        by_interface.entry(interface).or_default().push(subnet.network);
    }
    if by_interface.is_empty() {
        return everything(Some(word.span));
    }
    by_interface
        .into_iter()
        .map(|(interface, networks)| Side {
            interface,
            addresses: networks.into_iter().collect(),
            unknown: None,
        })
        .collect()
}

/// What an application is, and whether that is known.
pub(super) fn transports(name: Word<'_>, router: &Router<'_>) -> (Vec<Transport>, bool) {
    if let Some(known) = router.applications.get(name.text) {
        return (known.transports.clone(), known.exact);
    }
    if name.text == "ping" {
        let echo = Transport { icmp_types: RangeSet::one(8), ..Transport::protocol(1) };
        return (vec![echo], true);
    }
    let known: Vec<Transport> = BUILTIN
        .iter()
        .filter(|it| it.0 == name.text)
        .map(|(_, protocol, port)| Transport::ports(*protocol, RangeSet::one(*port)))
        .collect();
    match known.is_empty() {
        false => (known, true),
        true => (vec![Transport::any()], name.text == "any"),
    }
}

/// The packets of a rule: one match for each pair of interfaces that its entities name.
pub(super) fn matches(rule: &Rule<'_>, router: &Router<'_>) -> Vec<Match> {
    let (transports, exact) = transports(rule.application, router);
    let mut all = Vec::new();
    for from in sides(rule.from, router) {
        for to in sides(rule.to, router) {
            let mut not_understood = rule.not_understood.clone();
            not_understood.extend([from.unknown, to.unknown].into_iter().flatten());
            if !exact {
                not_understood.push(rule.application.span);
            }
            all.push(Match {
                from: from.interface.clone().into_iter().collect(),
                to: to.interface.clone().into_iter().collect(),
                source: from.addresses.clone(),
                destination: to.addresses,
                transports: transports.clone(),
                states: States::ALL,
                not_understood,
                ..Match::any()
            });
        }
    }
    all
}

/// The rules by their numbers. With `protect` they decide about everything that passes through,
/// comes to the device or leaves it.
pub(super) fn firewall(router: &Router<'_>, facts: &mut DeviceConfig) {
    for (name, zone) in &router.zones {
        let subnets = zone.networks.values().flat_map(|it| &it.subnets);
        facts.zones.push(Zone {
            name: Spanned::new((*name).to_owned(), zone.span),
            interfaces: subnets.filter_map(|it| it.interface.clone()).collect(),
        });
    }
    if router.rules.is_empty() && router.protect.is_none() {
        return;
    }
    let mut rules: Vec<&Rule<'_>> = router.rules.iter().collect();
    rules.sort_by_key(|it| it.number);
    let mut lines = Vec::new();
    for rule in rules {
        for when in matches(rule, router) {
            lines.push(FilterLine {
                span: rule.span,
                label: rule.number.to_string(),
                verdict: match rule.action {
                    "permit" => Verdict::Permit,
                    "deny" | "reject" => Verdict::Deny,
                    "log" => Verdict::Continue,
                    _ => Verdict::Unknown,
                },
                when,
                enabled: true,
            });
        }
    }
    let first = lines.first().map(|it| it.span);
    let Some(span) = router.protect.or(first) else { return };
    facts.filters.push(Filter {
        name: Spanned::new("firewall".to_owned(), span),
        family: Family::Both,
        lines,
        otherwise: Verdict::Deny,
    });
    let Some(span) = router.protect else { return };
    for hook in [Hook::Forward, Hook::Local, Hook::Own] {
        facts.applied.push(Applied {
            span,
            filter: "firewall".to_owned(),
            hook,
            interfaces: Vec::new(),
            answers: Answers::AsDevice,
        });
    }
}

/// Lists that decide about what comes in over interfaces, all of one family.
struct Bound<'r> {
    v6: bool,
    interfaces: Vec<String>,
    lists: Vec<&'r Spanned<String>>,
}

impl Bound<'_> {
    fn is_single(&self, router: &Router<'_>) -> bool {
        matches!(self.lists.as_slice(), [one] if router.lists.contains_key(&one.value))
    }
}

/// Access lists, and where they decide about what comes in. Several lists of an interface are
/// tried one after the other, and what none of them decides is forwarded.
pub(super) fn lists(router: &Router<'_>, facts: &mut DeviceConfig) {
    let mut all: Vec<Bound<'_>> = Vec::new();
    for port in &router.ports {
        all.extend(bound(vec![port.name.clone()], port.lists.iter()));
    }
    for (name, vlans) in &router.vlan_filters {
        let within = |port: &&Port<'_>| {
            let number = port.name.strip_prefix("vlan").and_then(|it| it.parse::<u16>().ok());
            number
                .is_some_and(|it| vlans.iter().any(|(first, last)| (*first..=*last).contains(&it)))
        };
        let interfaces = router.ports.iter().filter(within).map(|it| it.name.clone()).collect();
        let map = router.vlan_maps.get(name.text);
        all.extend(bound(interfaces, map.into_iter().flatten()));
    }
    let several = all.iter().filter(|it| !it.is_single(router));
    let among: BTreeSet<&str> =
        several.flat_map(|it| &it.lists).map(|it| it.value.as_str()).collect();
    let mut lists: Vec<&Filter> = router.lists.values().collect();
    lists.sort_by_key(|it| it.name.span);
    for list in lists {
        let mut list = list.clone();
        if among.contains(list.name.value.as_str()) {
            list.otherwise = Verdict::Return;
        }
        facts.filters.push(list);
    }
    for bound in &all {
        apply(bound, &among, router, facts);
    }
}

/// The lists of an interface by family.
fn bound<'r>(
    interfaces: Vec<String>,
    lists: impl Iterator<Item = &'r Spanned<String>> + Clone,
) -> impl Iterator<Item = Bound<'r>> {
    [false, true].into_iter().filter_map(move |v6| {
        let lists: Vec<_> =
            lists.clone().filter(|it| it.value.starts_with("ipv6 ") == v6).collect();
        let some = !lists.is_empty() && !interfaces.is_empty();
        some.then(|| Bound { v6, interfaces: interfaces.clone(), lists })
    })
}

fn apply(bound: &Bound<'_>, among: &BTreeSet<&str>, router: &Router<'_>, facts: &mut DeviceConfig) {
    let (Some(first), Some(interface)) = (bound.lists.first(), bound.interfaces.first()) else {
        return;
    };
    let alone = bound.is_single(router) && !among.contains(first.value.as_str());
    let (family, any, label) = match bound.v6 {
        false => (Family::V4, AddressSet::any_v4(), ""),
        true => (Family::V6, AddressSet::any_v6(), "ipv6 "),
    };
    let name = if alone { first.value.clone() } else { format!("{interface} {label}in") };
    if !alone {
        let lines = bound.lists.iter().map(|list| FilterLine {
            span: list.span,
            label: String::new(),
            verdict: match router.lists.contains_key(&list.value) {
                true => Verdict::Call(list.value.clone()),
                // What a list that does not exist does is not documented.
                false => Verdict::Unknown,
            },
            when: Match { source: any.clone(), destination: any.clone(), ..Match::any() },
            enabled: true,
        });
        facts.filters.push(Filter {
            name: Spanned::new(name.clone(), first.span),
            family,
            lines: lines.collect(),
            otherwise: Verdict::Permit,
        });
    }
    facts.applied.push(Applied {
        span: first.span,
        filter: name,
        hook: Hook::In,
        interfaces: bound.interfaces.clone(),
        answers: Answers::AsDevice,
    });
}

//! Translation: by policy, by central table, and virtual IPs.

use super::super::super::numbers;
use super::super::objects::ports;
use super::super::tree::Entry;
use super::{Reader, Vdom, place};
use crate::model::device::{
    Becomes, FilterLine, Match, Nat, NatKind, StructureKind, Transport, Verdict,
};
use crate::model::{AddressSet, RangeSet};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn read<'a, 't>(reader: &mut Reader<'a, 't, '_>, vdom: &Vdom<'a, 't>) {
    let settings = vdom.home.block("system settings");
    let central = settings.is_some_and(|it| it.enabled("central-nat"));
    let used = used(vdom, central);
    for row in vdom.home.rows("firewall vip") {
        virtual_ip(reader, vdom, row, used.contains(row.name()));
    }
    for row in vdom.home.rows("firewall central-snat-map") {
        central_map(reader, vdom, row, central);
    }
    if !central {
        for table in ["firewall policy", "firewall consolidated policy", "firewall policy6"] {
            by_policy(reader, vdom, table);
        }
    }
}

/// The virtual IPs that a policy lets in. With central NAT policies name what is behind them.
fn used<'t>(vdom: &Vdom<'_, 't>, central: bool) -> BTreeSet<&'t str> {
    let mut used = BTreeSet::new();
    for table in ["firewall policy", "firewall consolidated policy"] {
        for row in vdom.home.rows(table) {
            if row.is("status", "disable") || !row.is("action", "accept") {
                continue;
            }
            for word in row.values("dstaddr").into_iter().chain(row.values("dstaddr4")) {
                match vdom.objects.vip_groups.get(word.text) {
                    Some(members) => used.extend(members.iter().copied()),
                    None => {
                        used.insert(word.text);
                    }
                }
            }
        }
    }
    if !central {
        return used;
    }
    let named: Vec<_> = used.iter().map(|name| vdom.objects.address(name)).collect();
    let behind = |name: &str| {
        let mapped = vdom.objects.mapped.get(name).filter(|it| it.exact);
        let reaches = |mapped: &AddressSet| {
            named.iter().any(|it| it.as_ref().is_none_or(|it| !it.exact || it.set.meets(mapped)))
        };
        mapped.is_none_or(|it| reaches(&it.set))
    };
    vdom.home.rows("firewall vip").iter().map(|row| row.name()).filter(|it| behind(it)).collect()
}

fn virtual_ip(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
    used: bool,
) {
    let mut when = Match::any();
    when.destination = AddressSet::any_v4();
    match row.word("extip") {
        // The address of the interface, whatever it is.
        Some(word) if word.text == "0.0.0.0" => {}
        Some(word) => match numbers::addresses(word.text) {
            Some(set) => when.destination = set,
            None => {
                when.not_understood.push(word.span);
                reader.unclear(row.setting("extip"));
            }
        },
        None => when.not_understood.push(place(row.line())),
    }
    let at_interface = row.is("extip", "0.0.0.0");
    let interface = row.word("extintf").filter(|word| word.text != "any");
    if let Some(word) = interface {
        reader.interface_or_zone(vdom, word);
    }
    let sources = row.values("src-filter");
    if !sources.is_empty() {
        let sets: Vec<_> = sources.iter().map(|word| numbers::addresses(word.text)).collect();
        match sets.iter().all(Option::is_some) {
            true => when.source = sets.into_iter().flatten().collect(),
            false => {
                when.not_understood.extend(sources.first().map(|word| word.span));
                reader.unclear(row.setting("src-filter"));
            }
        }
    }
    for narrowing in ["service", "srcintf-filter"] {
        if let Some(word) = row.word(narrowing) {
            when.not_understood.push(word.span);
            reader.unclear(row.setting(narrowing));
        }
    }
    let mapped = vdom.objects.mapped.get(row.name()).filter(|it| it.exact);
    if mapped.is_none() {
        let names = ["type", "mappedip", "mapped-addr"];
        reader.unclear(names.iter().find_map(|it| row.setting(it)));
    }
    let forward = row.enabled("portforward") || row.is("type", "server-load-balance");
    let new_ports = if forward { forwarded(reader, row, &mut when) } else { None };
    let enabled = used && !row.is("status", "disable");
    reader.only_usual(row, &[("nat44", "enable"), ("portmapping-type", "1-to-1")]);
    reader.out.nat.push(Nat {
        span: place(row.line()),
        label: row.name().to_owned(),
        kind: if forward { NatKind::Destination } else { NatKind::Static },
        interface: interface.map(|word| word.text.to_owned()),
        when,
        at_interface,
        becomes: mapped.map_or(Becomes::Unknown, |it| Becomes::Addresses(it.set.clone())),
        ports: new_ports,
        enabled,
    });
}

/// The ports of a port forward: sets what is listened on, and gives the new ports if they differ.
fn forwarded(
    reader: &mut Reader<'_, '_, '_>,
    row: Entry<'_, '_>,
    when: &mut Match,
) -> Option<RangeSet<u16>> {
    let protocol = match row.text("protocol").unwrap_or("tcp") {
        "tcp" => Some(6),
        "udp" => Some(17),
        "sctp" => Some(132),
        "icmp" => {
            when.transports = vec![Transport::protocol(1)];
            return None;
        }
        _ => None,
    };
    // A load balancer names its kind of traffic instead.
    let balanced = row.text("server-type");
    let protocol = match balanced {
        Some("tcp" | "http" | "https" | "ssl" | "imaps" | "pop3s" | "smtps") => Some(6),
        Some("udp") => Some(17),
        Some(_) => None,
        None => protocol,
    };
    let outer = row.text("extport").and_then(ports).map(|(to, _)| to);
    let (Some(number), Some(outer)) = (protocol, outer) else {
        when.not_understood.push(place(row.line()));
        reader.unclear(row.setting("extport").or(row.setting("protocol")));
        return None;
    };
    let inner = match balanced {
        Some(_) => row.rows("realservers").iter().find_map(|it| it.word("port")),
        None => row.word("mappedport"),
    };
    when.transports = vec![Transport::ports(number, outer.clone())];
    let inner = inner.and_then(|word| ports(word.text)).map(|(to, _)| to);
    inner.filter(|inner| *inner != outer)
}

/// The addresses of a pool.
fn pool(vdom: &Vdom<'_, '_>, name: &'_ str) -> Option<AddressSet> {
    let rows = vdom.home.block("firewall ippool")?;
    let row = rows.children().into_iter().find(|row| row.name() == name)?;
    let first = row.text("startip")?.parse().ok()?;
    let last = row.text("endip")?.parse().ok()?;
    Some(AddressSet::range(first, last)).filter(|set| !set.is_empty())
}

/// Source translation that policies ask for.
fn by_policy(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>, table: &'static str) {
    let name = vdom.named(table);
    let Some(filter) = reader.out.filters.iter().find(|it| it.name.value == name) else { return };
    // Other lines stand among those of the policies.
    let lines: BTreeMap<Span, &FilterLine> = filter.lines.iter().map(|it| (it.span, it)).collect();
    let lines: Vec<Option<FilterLine>> = vdom
        .home
        .rows(table)
        .iter()
        .map(|it| lines.get(&place(it.line())).copied().cloned())
        .collect();
    let rows = vdom.home.rows(table);
    let mut nat = Vec::new();
    // What an earlier policy lets through without translation, no later one translates.
    let last = rows.iter().rposition(|row| row.enabled("nat")).unwrap_or_default();
    for (index, (row, line)) in rows.into_iter().zip(lines).enumerate() {
        let Some(line) = line.filter(|it| it.verdict == Verdict::Permit) else { continue };
        let (when, enabled) = (line.when, line.enabled);
        if !row.enabled("nat") {
            if index < last && enabled {
                nat.push(Nat {
                    span: place(row.line()),
                    label: format!("policy {}", row.name()),
                    kind: NatKind::Source,
                    interface: None,
                    when,
                    at_interface: false,
                    becomes: Becomes::Unchanged,
                    ports: None,
                    enabled,
                });
            }
            continue;
        }
        let interface = match when.to.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        let becomes = match row.enabled("ippool") {
            false => Becomes::Interface,
            true => {
                let names: Vec<_> =
                    ["poolname", "poolname4"].iter().flat_map(|it| row.values(it)).collect();
                for name in &names {
                    reader.refer(StructureKind::Pool, vdom, *name);
                }
                let sets: Vec<_> = names.iter().map(|name| pool(vdom, name.text)).collect();
                match !sets.is_empty() && sets.iter().all(Option::is_some) {
                    true => Becomes::Addresses(sets.into_iter().flatten().collect()),
                    false => {
                        reader.unclear(row.setting("ippool"));
                        Becomes::Unknown
                    }
                }
            }
        };
        nat.push(Nat {
            span: row.setting("nat").map_or_else(|| place(row.line()), |it| it.line.span()),
            label: format!("policy {}", row.name()),
            kind: NatKind::Source,
            interface,
            when,
            at_interface: false,
            becomes,
            ports: None,
            enabled,
        });
    }
    reader.out.nat.extend(nat);
}

fn central_map(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
    central: bool,
) {
    let mut when = Match::any();
    let names = |list: &str| -> Vec<String> {
        let words = row.values(list);
        let any = words.iter().any(|word| word.text == "any");
        words.iter().filter(|_| !any).map(|word| word.text.to_owned()).collect()
    };
    (when.from, when.to) = (names("srcintf"), names("dstintf"));
    for (list, source) in [("orig-addr", true), ("dst-addr", false)] {
        let words = row.values(list);
        let sets: Vec<_> = words.iter().map(|word| vdom.objects.address(word.text)).collect();
        let exact =
            !sets.is_empty() && sets.iter().all(|it| it.as_ref().is_some_and(|it| it.exact));
        let set = match exact {
            true => sets.into_iter().flatten().map(|it| it.set).collect(),
            false => {
                when.not_understood.push(place(row.line()));
                reader.unclear(row.setting(list));
                AddressSet::any_v4()
            }
        };
        if source {
            when.source = set;
        } else {
            when.destination = set;
        }
    }
    match row.text("protocol").map(str::parse::<u8>) {
        None | Some(Ok(0)) => {}
        Some(Ok(number)) => when.transports = vec![Transport::protocol(number)],
        Some(Err(_)) => when.not_understood.push(place(row.line())),
    }
    for narrowing in ["orig-port", "dst-port", "nat-port"] {
        if row.text(narrowing).is_some_and(|it| it != "0" && it != "0-65535") {
            when.not_understood.push(place(row.line()));
            reader.unclear(row.setting(narrowing));
        }
    }
    let pools = row.values("nat-ippool");
    for name in &pools {
        reader.refer(StructureKind::Pool, vdom, *name);
    }
    let sets: Vec<_> = pools.iter().map(|name| pool(vdom, name.text)).collect();
    let becomes = match (row.is("nat", "disable"), sets.as_slice()) {
        (true, _) => Becomes::Unchanged,
        (false, []) => Becomes::Interface,
        (false, _) if sets.iter().all(Option::is_some) => {
            Becomes::Addresses(sets.into_iter().flatten().collect())
        }
        (false, _) => Becomes::Unknown,
    };
    let interface = match when.to.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    };
    reader.out.nat.push(Nat {
        span: place(row.line()),
        label: format!("central-snat-map {}", row.name()),
        kind: NatKind::Source,
        interface,
        when,
        at_interface: false,
        becomes,
        ports: None,
        enabled: central && !row.is("status", "disable"),
    });
}

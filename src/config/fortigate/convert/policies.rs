//! Policies: the firewall's own filter, in order, and the filter of traffic to the device itself.

use super::super::tree::Entry;
use super::{Reader, Vdom, place};
use crate::model::device::{
    Answers, Applied, Family, Filter, FilterLine, Hook, Match, Transport, Verdict,
};
use crate::model::{AddressSet, RangeSet};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// How a kind of policy names its settings.
struct Dialect {
    table: &'static str,
    hook: Hook,
    from: &'static str,
    source: &'static [&'static str],
    destination: &'static [&'static str],
    source6: &'static [&'static str],
    destination6: &'static [&'static str],
    /// What happens to what no line decides.
    otherwise: Verdict,
}

/// In the order in which they are asked for: no packet is spoken of by two of them.
const DIALECTS: &[Dialect] = &[
    Dialect {
        table: "firewall policy",
        hook: Hook::Forward,
        from: "srcintf",
        source: &["srcaddr"],
        destination: &["dstaddr"],
        source6: &["srcaddr6"],
        destination6: &["dstaddr6"],
        otherwise: Verdict::Deny,
    },
    Dialect {
        table: "firewall consolidated policy",
        hook: Hook::Forward,
        from: "srcintf",
        source: &["srcaddr4"],
        destination: &["dstaddr4"],
        source6: &["srcaddr6"],
        destination6: &["dstaddr6"],
        otherwise: Verdict::Deny,
    },
    Dialect {
        table: "firewall policy6",
        hook: Hook::Forward,
        from: "srcintf",
        source: &[],
        destination: &[],
        source6: &["srcaddr"],
        destination6: &["dstaddr"],
        otherwise: Verdict::Deny,
    },
    Dialect {
        table: "firewall local-in-policy",
        hook: Hook::Local,
        from: "intf",
        source: &["srcaddr"],
        destination: &["dstaddr"],
        source6: &[],
        destination6: &[],
        otherwise: Verdict::Permit,
    },
    Dialect {
        table: "firewall local-in-policy6",
        hook: Hook::Local,
        from: "intf",
        source: &[],
        destination: &[],
        source6: &["srcaddr"],
        destination6: &["dstaddr"],
        otherwise: Verdict::Permit,
    },
];

pub(super) fn read<'a, 't>(reader: &mut Reader<'a, 't, '_>, vdom: &Vdom<'a, 't>) {
    super::names::read(reader, vdom);
    reader.out.stateful = true;
    let mut forwards = false;
    for dialect in DIALECTS {
        let Some(block) = vdom.home.block(dialect.table) else { continue };
        forwards |= dialect.hook == Hook::Forward;
        let lines = block.children().into_iter().map(|row| line(reader, vdom, dialect, row));
        let lines = lines.collect();
        apply(reader, vdom, dialect, place(block.line()), lines);
    }
    // Without a policy nothing passes; but a part of a configuration may lack what the rest has.
    if forwards || reader.whole {
        reader.out.unfiltered = Verdict::Deny;
    }
}

fn apply(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    dialect: &Dialect,
    span: Span,
    mut lines: Vec<FilterLine>,
) {
    let name = vdom.named(dialect.table);
    if dialect.hook == Hook::Forward {
        lines.splice(..0, super::redirect::lines(reader, vdom, span));
        lines.splice(..0, super::narrowed::lines(reader, vdom));
        for zone in vdom.home.rows("system zone") {
            if !zone.is("intrazone", "allow") {
                continue;
            }
            let Some(setting) = zone.setting("intrazone") else { continue };
            let mut when = Match::any();
            when.from = vec![zone.name().to_owned()];
            when.to = when.from.clone();
            lines.push(FilterLine {
                span: setting.line.span(),
                label: format!("intrazone {}", zone.name()),
                verdict: Verdict::Permit,
                when,
                enabled: true,
            });
        }
    }
    let otherwise = dialect.otherwise.clone();
    // Before 6.4 policies of IPv6 have a table of their own.
    let both = dialect.source6.len() == dialect.source.len()
        && vdom.home.block("firewall policy6").is_none();
    let family = match (both, dialect.source.is_empty()) {
        (true, _) => Family::Both,
        (false, true) => Family::V6,
        (false, false) => Family::V4,
    };
    let name_here = Spanned::new(name.clone(), span);
    reader.out.filters.push(Filter { name: name_here, family, lines, otherwise });
    let instance = vdom.instance();
    let ours = reader.out.interfaces.iter().filter(|it| vdom.several && it.instance == instance);
    let interfaces = ours.map(|it| it.name.value.clone()).collect();
    let answers = Answers::AsDevice;
    reader.out.applied.push(Applied {
        span,
        filter: name,
        hook: dialect.hook,
        interfaces,
        answers,
    });
}

/// One policy.
fn line(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    dialect: &Dialect,
    row: Entry<'_, '_>,
) -> FilterLine {
    let mut when = Match::any();
    let mut enabled = !row.is("status", "disable");
    when.from = interfaces(reader, vdom, row, dialect.from, &mut when.not_understood);
    when.to = interfaces(reader, vdom, row, "dstintf", &mut when.not_understood);
    let deny = row.text("action").is_none_or(|it| it == "deny");
    when.source =
        addresses(reader, vdom, row, dialect.source, dialect.source6, &mut when.not_understood);
    when.destination = addresses(
        reader,
        vdom,
        row,
        dialect.destination,
        dialect.destination6,
        &mut when.not_understood,
    );
    services(reader, vdom, row, &mut when);
    if let Some(word) = row.word("schedule") {
        match vdom.objects.schedule(word.text) {
            Some(true) => {}
            Some(false) => enabled = false,
            None => {
                reader.schedule(vdom, word);
                when.not_understood.push(word.span);
                reader.unclear(row.setting("schedule"));
            }
        }
    }
    conditions(reader, row, &mut when);
    when.after = virtual_ips(vdom, row, dialect);
    if deny && let Some(span) = spares_virtual_ips(vdom, row, dialect, &when) {
        when.not_understood.push(span);
    }
    let verdict = match row.text("action") {
        Some("accept" | "ipsec") => Verdict::Permit,
        // What it does may have stood in the part that is missing.
        None if row.is_cut() => Verdict::Unknown,
        Some("deny") | None => Verdict::Deny,
        Some(_) => {
            reader.unclear(row.setting("action"));
            Verdict::Unknown
        }
    };
    let label = match row.text("name").filter(|name| !name.is_empty()) {
        Some(name) => format!("{} {name}", row.name()),
        None => row.name().to_owned(),
    };
    FilterLine { span: place(row.line()), label, verdict, when, enabled }
}

/// The interfaces of one side; any, of which nobody knows which, where one is not defined: what the
/// policy is about may stand in a part that is missing.
fn interfaces(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
    name: &str,
    not_understood: &mut Vec<Span>,
) -> Vec<String> {
    let words = row.values(name);
    if words.iter().any(|word| word.text == "any") {
        return Vec::new();
    }
    let mut defined = true;
    for word in &words {
        if !reader.interface_or_zone(vdom, *word) {
            not_understood.push(word.span);
            defined = false;
        }
    }
    match defined {
        true => words.iter().map(|word| word.text.to_owned()).collect(),
        false => Vec::new(),
    }
}

/// The addresses of one side, of both families.
fn addresses(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
    v4: &[&'static str],
    v6: &[&'static str],
    not_understood: &mut Vec<Span>,
) -> AddressSet {
    let mut set = AddressSet::none();
    let mut written = false;
    for (names, sixth) in [(v4, false), (v6, true)] {
        for name in names {
            let words = row.values(name);
            if words.is_empty() {
                continue;
            }
            written = true;
            let any = if sixth { AddressSet::any_v6() } else { AddressSet::any_v4() };
            let mut side = Vec::new();
            let mut exact = true;
            for word in &words {
                let known = match sixth {
                    true => vdom.objects.address6(word.text),
                    false => vdom
                        .objects
                        .mapped
                        .get(word.text)
                        .cloned()
                        .or_else(|| vdom.objects.address(word.text)),
                };
                reader.address(vdom, *word, sixth);
                match known {
                    Some(known) => {
                        exact &= known.exact;
                        side.push(known.set);
                    }
                    None => exact = false,
                }
                if !exact {
                    not_understood.push(word.span);
                    break;
                }
            }
            let negate = format!("{name}-negate");
            set = set.union(&match exact {
                false => {
                    reader.unclear(row.setting(name));
                    any
                }
                true => {
                    let side: AddressSet = side.into_iter().collect();
                    if row.enabled(&negate) { any.difference(&side) } else { side }
                }
            });
        }
    }
    // Services of the Internet stand in place of addresses.
    for setting in row.settings().iter().filter(|it| it.name.starts_with("internet-service")) {
        let on = setting.name.trim_end_matches("-src");
        let switch = on == "internet-service" || on == "internet-service6";
        let off = setting.values().next().is_none_or(|word| word.text == "disable");
        if switch && off {
            continue;
        }
        let ours = setting.name.contains("-src")
            == v4.first().or(v6.first()).is_some_and(|it| it.starts_with("src"));
        reader.notes.unrecognized(&setting.line);
        if ours {
            not_understood.push(setting.line.span());
            return AddressSet::any();
        }
    }
    match written {
        true => set,
        // FortiOS accepts no policy without addresses: the text lacks something.
        false => {
            not_understood.push(place(row.line()));
            AddressSet::any()
        }
    }
}

fn services(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
    when: &mut Match,
) {
    let words = row.values("service");
    let mut all = Vec::new();
    let mut exact = true;
    for word in &words {
        reader.service(vdom, *word);
        match vdom.objects.service(word.text) {
            Some(known) => {
                exact &= known.exact;
                all.extend(known.set);
            }
            None => exact = false,
        }
        if !exact {
            when.not_understood.push(word.span);
            break;
        }
    }
    if row.enabled("service-negate") {
        exact = false;
        when.not_understood.push(place(row.line()));
        reader.unclear(row.setting("service-negate"));
    }
    if exact && !all.is_empty() {
        when.transports = merged(all);
    } else if !exact {
        reader.unclear(row.setting("service"));
    }
    // A policy by Internet services has none of its own.
    let by_internet = row.enabled("internet-service") || row.enabled("internet-service6");
    if words.is_empty() && !by_internet {
        when.not_understood.push(place(row.line()));
    }
}

/// Ports of one protocol together.
pub(super) fn merged(transports: Vec<Transport>) -> Vec<Transport> {
    if transports.iter().any(Transport::is_any) {
        return vec![Transport::any()];
    }
    let mut ports: BTreeMap<u8, Vec<(u16, u16)>> = BTreeMap::new();
    let mut others: Vec<Transport> = Vec::new();
    for it in transports {
        match it.protocols.ranges() {
            [(first, last)]
                if first == last && it.source_ports.is_all() && it.icmp_types.is_all() =>
            {
                ports.entry(*first).or_default().extend_from_slice(it.destination_ports.ranges());
            }
            _ if !others.contains(&it) => others.push(it),
            _ => {}
        }
    }
    let ports =
        ports.into_iter().map(|(number, ports)| Transport::ports(number, RangeSet::of(ports)));
    ports.chain(others).collect()
}

/// Conditions that are not among the facts: the policy speaks of fewer packets than it seems.
fn conditions(reader: &mut Reader<'_, '_, '_>, row: Entry<'_, '_>, when: &mut Match) {
    const NARROWING: &[&str] = &[
        "groups",
        "users",
        "fsso-groups",
        "policy-expiry",
        "ztna-status",
        "vpntunnel",
        "learning-mode",
        "identity-based",
        "nat46",
        "nat64",
        "reputation-minimum",
        "ha-mgmt-intf-only",
        "captive-portal-exempt",
        "match-vip-only",
    ];
    const OFF: &[&str] = &["disable", "0", ""];
    for setting in row.settings() {
        if !NARROWING.contains(&setting.name) {
            continue;
        }
        if let Some(word) = setting.values().find(|word| !OFF.contains(&word.text)) {
            when.not_understood.push(word.span);
            reader.notes.unrecognized(&setting.line);
        }
    }
}

/// The virtual IPs that a policy is about, when its destinations are nothing else: it sees packets to
/// them alone, and none that are sent to what they stand for (FortiOS Administration Guide, virtual
/// IPs). With central NAT no policy names any.
fn virtual_ips(vdom: &Vdom<'_, '_>, row: Entry<'_, '_>, dialect: &Dialect) -> Vec<String> {
    let negated = row.enabled("dstaddr-negate");
    if dialect.hook != Hook::Forward || dialect.destination.is_empty() || negated {
        return Vec::new();
    }
    let mut all = Vec::new();
    let values =
        |lists: &[&'static str]| -> Vec<_> { lists.iter().flat_map(|it| row.values(it)).collect() };
    for word in values(dialect.destination) {
        match vdom.objects.vip_groups.get(word.text) {
            Some(members) => all.extend(members.iter().copied()),
            None => all.push(word.text),
        }
    }
    let only = all.iter().all(|it| vdom.objects.is_vip(it));
    match only && values(dialect.destination6).is_empty() {
        true => all.into_iter().map(str::to_owned).collect(),
        false => Vec::new(),
    }
}

/// A policy that denies does not see traffic to virtual IPs unless it names them or says
/// `match-vip enable` (FortiOS Administration Guide; the default is `disable` before 7.2.4).
fn spares_virtual_ips(
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
    dialect: &Dialect,
    when: &Match,
) -> Option<Span> {
    let forward = dialect.hook == Hook::Forward && !dialect.destination.is_empty();
    if !forward || row.enabled("match-vip") {
        return None;
    }
    let words = row.values("dstaddr");
    if words.iter().any(|word| vdom.objects.is_vip(word.text)) {
        return None;
    }
    let meets = vdom.objects.mapped.values().any(|it| it.set.meets(&when.destination));
    meets.then(|| words.first().map_or_else(|| place(row.line()), |word| word.span))
}

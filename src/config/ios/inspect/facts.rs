//! Inspection as facts: what passes, and whose answers pass.

use super::Pair;
use crate::config::ios::lists::{List, What};
use crate::config::ios::repr::Repr;
use crate::config::numbers;
use crate::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Match, Transport, Verdict,
};
use crate::model::{AddressSet, RangeSet};
use crate::source::{Span, Spanned};

/// The packets of a protocol that an inspection names.
fn of_protocol(name: &str, span: Span) -> Match {
    let transports = match name {
        "tcp" => Some(vec![Transport::protocol(6)]),
        "udp" => Some(vec![Transport::protocol(17)]),
        "icmp" => Some(vec![Transport::protocol(1), Transport::protocol(58)]),
        "dns" | "sip" | "h323" => numbers::port(name).map(|port| {
            vec![
                Transport::ports(6, RangeSet::one(port)),
                Transport::ports(17, RangeSet::one(port)),
            ]
        }),
        "tftp" | "ntp" | "snmp" | "syslog" | "isakmp" | "bootps" | "bootpc" => {
            crate::config::ios::entry::port(name)
                .map(|port| vec![Transport::ports(17, RangeSet::one(port))])
        }
        "ftp" | "http" | "https" | "ssh" | "telnet" | "smtp" | "pop3" | "imap" | "imaps"
        | "pop3s" | "ldap" | "ldaps" | "rtsp" | "ftps" | "pptp" | "finger" | "login" => {
            crate::config::ios::entry::port(name)
                .map(|port| vec![Transport::ports(6, RangeSet::one(port))])
        }
        "esmtp" => Some(vec![Transport::ports(6, RangeSet::one(25))]),
        _ => None,
    };
    match transports {
        Some(transports) => Match { transports, ..Match::any() },
        None => Match { not_understood: vec![span], ..Match::any() },
    }
}

/// Answers that inspection on interfaces lets through lists.
pub(in crate::config::ios) fn answers(repr: &Repr, config: &mut DeviceConfig) {
    for port in &repr.ports {
        for (rule, hook) in &port.inspect {
            let name = &port.interface.name.value;
            let mut sessions = Vec::new();
            for (protocol, span) in repr.inspection.rules.get(rule).into_iter().flatten() {
                let mut when = of_protocol(protocol, *span);
                let side = if *hook == Hook::In { &mut when.from } else { &mut when.to };
                side.push(name.clone());
                sessions.push(when);
            }
            // Sessions that come in here are answered through any list but the one they came by;
            // sessions that go out here are answered through the list inward.
            for applied in config.applied.iter_mut().filter(|it| it.hook != Hook::Selection) {
                let here = applied.interfaces.contains(name);
                let answers = match (*hook, applied.hook) {
                    (Hook::In, Hook::Out) => here,
                    (Hook::In, Hook::In) => !here,
                    (_, Hook::In) => here,
                    _ => false,
                };
                if answers {
                    match &mut applied.answers {
                        Answers::To(known) => known.extend(sessions.iter().cloned()),
                        Answers::AsDevice => applied.answers = Answers::To(sessions.clone()),
                    }
                }
            }
        }
    }
}

/// The firewall of zones as filters: one for what passes, one for each direction of the device itself.
pub(in crate::config::ios) fn zones(repr: &Repr, config: &mut DeviceConfig) {
    let it = &repr.inspection;
    let Some(first) = it.zones.first() else { return };
    let mut through = Filter {
        name: Spanned::new("zone-pair".to_owned(), first.span),
        family: Family::Both,
        lines: Vec::new(),
        otherwise: Verdict::Deny,
    };
    let mut inspected = Vec::new();
    for pair in &it.pairs {
        let (lines, sessions) = pair_lines(repr, pair, config);
        let own = pair.from == "self" || pair.to == "self";
        if !own {
            through.lines.extend(lines);
            inspected.extend(sessions);
            continue;
        }
        let (hook, zone) =
            if pair.to == "self" { (Hook::Local, &pair.from) } else { (Hook::Own, &pair.to) };
        let name = format!("zone-pair {}", pair.name);
        config.filters.push(Filter {
            name: Spanned::new(name.clone(), pair.span),
            family: Family::Both,
            lines,
            otherwise: Verdict::Deny,
        });
        config.applied.push(Applied {
            span: pair.span,
            filter: name,
            hook,
            interfaces: vec![zone.clone()],
            answers: Answers::To(sessions),
        });
    }
    // Within a zone everything passes, and so it does between interfaces without a zone.
    for zone in &it.zones {
        let named = vec![zone.value.clone()];
        let paired = it.pairs.iter().any(|pair| pair.from == zone.value && pair.to == zone.value);
        if !paired {
            through.lines.push(whole(zone.span, named.clone(), named, Verdict::Permit));
        }
    }
    let bare: Vec<String> = repr
        .ports
        .iter()
        .filter(|port| port.interface.zone.is_none())
        .map(|port| port.interface.name.value.clone())
        .collect();
    if !bare.is_empty() {
        through.lines.push(whole(first.span, bare.clone(), bare, Verdict::Permit));
    }
    config.applied.push(Applied {
        span: first.span,
        filter: through.name.value.clone(),
        hook: Hook::Forward,
        interfaces: Vec::new(),
        answers: Answers::To(inspected),
    });
    config.filters.push(through);
}

fn whole(span: Span, from: Vec<String>, to: Vec<String>, verdict: Verdict) -> FilterLine {
    FilterLine {
        span,
        label: String::new(),
        verdict,
        when: Match { from, to, ..Match::any() },
        enabled: true,
    }
}

/// The lines of a pair of zones, and the sessions of which it lets answers back. A list with
/// exceptions becomes a filter of its own, that is left when an exception fits.
fn pair_lines(
    repr: &Repr,
    pair: &Pair,
    config: &mut DeviceConfig,
) -> (Vec<FilterLine>, Vec<Match>) {
    let side = |zone: &String| if zone == "self" { Vec::new() } else { vec![zone.clone()] };
    let (from, to) = (side(&pair.from), side(&pair.to));
    let mut lines = Vec::new();
    let mut sessions = Vec::new();
    let steps = pair.policy.as_ref().and_then(|it| repr.inspection.policies.get(&it.value));
    if let Some(policy) = pair.policy.as_ref().filter(|_| steps.is_none()) {
        // Its lines may be missing in the text alone.
        let when = Match { not_understood: vec![policy.span], ..Match::any() };
        let unknown = whole(policy.span, from.clone(), to.clone(), Verdict::Unknown);
        let (from, to) = (from.clone(), to.clone());
        lines.push(FilterLine { when: Match { from, to, ..when }, ..unknown });
    }
    for step in steps.into_iter().flatten() {
        let action = step.action.as_ref().map_or("drop", |it| it.value.as_str());
        let verdict = if action == "drop" { Verdict::Deny } else { Verdict::Permit };
        let label = format!("{} {}", pair.name, step.class);
        for (nth, set) in class(repr, &step.class, step.span, 0).into_iter().enumerate() {
            let excepts = set.iter().any(|(denied, _)| *denied);
            let mut of_set = Vec::with_capacity(set.len());
            for (denied, when) in set {
                let when = Match { from: from.clone(), to: to.clone(), ..when };
                if action == "inspect" && !denied {
                    sessions.push(when.clone());
                }
                of_set.push(FilterLine {
                    span: step.span,
                    label: label.clone(),
                    verdict: if denied { Verdict::Return } else { verdict.clone() },
                    when,
                    enabled: true,
                });
            }
            if !excepts {
                lines.extend(of_set);
                continue;
            }
            let name = format!("{label} {}", nth + 1);
            lines.push(FilterLine {
                label: label.clone(),
                ..whole(step.span, from.clone(), to.clone(), Verdict::Call(name.clone()))
            });
            config.filters.push(Filter {
                name: Spanned::new(name, step.span),
                family: Family::Both,
                lines: of_set,
                otherwise: Verdict::Return,
            });
        }
    }
    // What no class takes is dropped, also where nobody wrote it.
    if !steps.is_some_and(|steps| steps.iter().any(|step| step.class == "class-default")) {
        lines.push(FilterLine {
            label: format!("{} class-default", pair.name),
            ..whole(pair.span, from, to, Verdict::Deny)
        });
    }
    (lines, sessions)
}

/// The packets of a class: sets, of which one must fit, each tried line by line, with whether a line
/// is an exception from its set.
fn class(repr: &Repr, name: &str, span: Span, depth: usize) -> Vec<Vec<(bool, Match)>> {
    /// Combinations of lists: more nobody can mean.
    const MOST: usize = 4096;
    if name == "class-default" {
        return vec![vec![(false, Match::any())]];
    }
    let unknown = |span| (false, Match { not_understood: vec![span], ..Match::any() });
    let Some(class_map) = repr.inspection.classes.get(name).filter(|_| depth < 4) else {
        return vec![vec![unknown(span)]];
    };
    let mut sets: Vec<Vec<(bool, Match)>> = Vec::new();
    for list in &class_map.lists {
        sets.push(match repr.lists.get(&list.value) {
            Some(list) => of_list(list),
            None => vec![unknown(list.span)],
        });
    }
    if !class_map.protocols.is_empty() {
        let each = class_map.protocols.iter().map(|(name, span)| (false, of_protocol(name, *span)));
        if class_map.all {
            sets.extend(each.map(|it| vec![it]));
        } else {
            sets.push(each.collect());
        }
    }
    for inner in &class_map.classes {
        let inner = class(repr, inner, span, depth + 1);
        if class_map.all {
            sets.push(inner.concat());
        } else {
            sets.extend(inner);
        }
    }
    for span in &class_map.not_understood {
        sets.push(vec![unknown(*span)]);
    }
    if !class_map.all {
        return sets;
    }
    // All must hold: the packets that are in one of each.
    let mut both = vec![(false, Match::any())];
    for set in sets {
        let mut next = Vec::new();
        for (excepted, a) in &both {
            for (denied, b) in set.iter().take(MOST.saturating_sub(next.len())) {
                next.extend(narrowed(a, b).map(|it| (*excepted || *denied, it)));
            }
        }
        both = next;
    }
    vec![both]
}

fn of_list(list: &List) -> Vec<(bool, Match)> {
    list.lines
        .iter()
        .map(|line| match &line.what {
            What::Entry(entry) => (entry.verdict == Verdict::Deny, entry.when.clone()),
            _ => (false, Match { not_understood: vec![line.span], ..Match::any() }),
        })
        .collect()
}

/// The packets of both; `None` when there are none.
fn narrowed(a: &Match, b: &Match) -> Option<Match> {
    let mut transports = Vec::new();
    for x in &a.transports {
        for y in &b.transports {
            let both = Transport {
                protocols: x.protocols.intersection(&y.protocols),
                source_ports: x.source_ports.intersection(&y.source_ports),
                destination_ports: x.destination_ports.intersection(&y.destination_ports),
                icmp_types: x.icmp_types.intersection(&y.icmp_types),
            };
            let empty = both.protocols.is_empty()
                || both.source_ports.is_empty()
                || both.destination_ports.is_empty();
            if !empty {
                transports.push(both);
            }
        }
    }
    let address = |x: &AddressSet, y: &AddressSet| x.intersection(y);
    let both = Match {
        source: address(&a.source, &b.source),
        destination: address(&a.destination, &b.destination),
        transports,
        states: a.states.intersection(b.states),
        sometimes: a.sometimes || b.sometimes,
        not_understood: a.not_understood.iter().chain(&b.not_understood).copied().collect(),
        ..Match::any()
    };
    let empty = both.transports.is_empty() || both.source.is_empty() || both.destination.is_empty();
    (!empty).then_some(both)
}

//! Lists of filters as filters, one for each interface, direction and protocol.
//!
//! 「コマンドリファレンス」 `ip INTERFACE secure filter`: without a list everything passes; with one,
//! the first filter that fits decides, and what none fits is thrown away.

use crate::config::rtx::repr::{Direction, Ip, List, Port, Router};
use crate::config::unrouted::forwards_nothing;
use crate::config::unsure::{may_stop, may_stop_through};
use crate::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Match, States, Transport,
    Verdict,
};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// `ip routing off`: nothing that comes in goes on (「コマンドリファレンス」 `ip routing`, `ipv6 routing`).
pub(super) fn unrouted(router: &Router, config: &mut DeviceConfig) {
    for (ip, span) in &router.unrouted {
        forwards_nothing(&format!("{} routing off", ip.word()), *span, family(*ip), config);
    }
}

/// `ethernet LAN filter in`: which frames pass is not followed.
pub(super) fn frames(router: &Router, config: &mut DeviceConfig) {
    for ((interface, direction), span) in &router.ethernet_bound {
        let hook = match direction {
            Direction::In => Hook::In,
            Direction::Out => Hook::Out,
        };
        let name = format!("ethernet {interface} filter");
        may_stop(&name, *span, hook, vec![interface.clone()], config);
    }
}

/// What may not pass although no list stops it: policies that are not read, and, out of the interface
/// over which it came, what `ip INTERFACE rebound off` forbids (「コマンドリファレンス」).
pub(super) fn perhaps(router: &Router, config: &mut DeviceConfig) {
    if let Some(span) = router.policy_filter {
        may_stop_through("ip policy filter", span, Match::any(), config);
    }
    for ((ip, interface), span) in &router.unbounced {
        let at = vec![interface.clone()];
        let name = format!("{} {interface} rebound off", ip.word());
        let (source, destination) = (ip.any(), ip.any());
        let when = Match { from: at.clone(), to: at, source, destination, ..Match::any() };
        may_stop_through(&name, *span, when, config);
    }
}

/// Every list that is bound.
pub(super) fn bound(router: &Router, config: &mut DeviceConfig) {
    for port in router.ports.iter() {
        let set = port.set.as_ref().and_then(|it| router.sets.get(&it.value));
        let own = port.lists.iter().map(|((ip, direction), list)| ((*ip, *direction), list));
        let of_set =
            set.into_iter().flatten().map(|(direction, list)| ((Ip::V4, *direction), list));
        let mut lists: BTreeMap<(Ip, Direction), &List> = of_set.collect();
        lists.extend(own);
        if let Some(name) = port.set.as_ref().filter(|_| set.is_none()) {
            // The lines of a set that is not here may be missing in the text alone.
            for hook in [Hook::In, Hook::Out] {
                let label = format!("ip filter set {}", name.value);
                may_stop(&label, name.span, hook, vec![port.name.value.clone()], config);
            }
        }
        for ((ip, direction), list) in &lists {
            // Answers to the sessions that a list watches come back through the other one.
            let other = match direction {
                Direction::In => Direction::Out,
                Direction::Out => Direction::In,
            };
            let watched = lists.get(&(*ip, other)).map_or(&[][..], |it| &it.dynamics);
            let answers = watched.iter().flat_map(|it| sessions(router, *ip, it)).collect();
            let all = watched.iter().chain(&list.dynamics);
            let mut first: Vec<FilterLine> = all.flat_map(|it| drawn(router, *ip, it)).collect();
            if (*ip, *direction) == (Ip::V4, Direction::In) {
                first.extend(asked_for(router, port));
            }
            put(router, config, port, (*ip, *direction), list, first, answers);
        }
    }
}

fn put(
    router: &Router,
    config: &mut DeviceConfig,
    port: &Port,
    (ip, direction): (Ip, Direction),
    list: &List,
    first: Vec<FilterLine>,
    answers: Vec<Match>,
) {
    let (word, hook) = match direction {
        Direction::In => ("in", Hook::In),
        Direction::Out => ("out", Hook::Out),
    };
    let name = format!("{} {} secure filter {word}", ip.word(), port.name.value);
    let rules = list.rules.iter().map(|rule| line(router, ip, rule));
    let mut lines: Vec<FilterLine> = first.into_iter().chain(rules).collect();
    // `restrict` passes while the line is up; what leaves may find it down.
    let restricts = |it: &FilterLine| router.restricts.contains(&it.span);
    for line in lines.iter_mut().filter(|it| direction == Direction::Out && restricts(it)) {
        line.when.not_understood.push(line.span);
    }
    if !list.whole {
        // Something in the list was not a number: what comes after it is not known.
        lines.push(unknown(list.span, String::new()));
    }
    // A list of dynamic filters alone: the manual does not say what it does to the rest.
    let otherwise = if lines.is_empty() { Verdict::Unknown } else { Verdict::Deny };
    config.filters.push(Filter {
        name: Spanned::new(name.clone(), list.span),
        family: family(ip),
        lines,
        otherwise,
    });
    config.applied.push(Applied {
        span: list.span,
        filter: name,
        hook,
        interfaces: vec![port.name.value.clone()],
        answers: if answers.is_empty() { Answers::AsDevice } else { Answers::To(answers) },
    });
}

/// The protocol that a list speaks of.
pub(super) fn family(ip: Ip) -> Family {
    match ip {
        Ip::V4 => Family::V4,
        Ip::V6 => Family::V6,
    }
}

/// A line about which nothing is known.
fn unknown(span: Span, label: String) -> FilterLine {
    let when = Match { not_understood: vec![span], ..Match::any() };
    FilterLine { span, label, verdict: Verdict::Unknown, when, enabled: true }
}

/// One filter of a list. One that is not defined fits nothing in the router (the manual); that it is
/// not defined there nobody knows who has the text alone: its line may be missing here.
pub(super) fn line(router: &Router, ip: Ip, number: &Spanned<u32>) -> FilterLine {
    let label = number.value.to_string();
    match router.rules.get(&(ip, number.value)) {
        Some(rule) => FilterLine {
            span: rule.span,
            label,
            verdict: rule.verdict.clone(),
            when: rule.when.clone(),
            enabled: true,
        },
        None => unknown(number.span, label),
    }
}

/// Sessions that a dynamic filter lets begin while one that it watches is open (`in` and `out` of
/// `ip filter dynamic`): whether one is, only the router knows.
fn drawn(router: &Router, ip: Ip, number: &Spanned<u32>) -> Vec<FilterLine> {
    let Some(dynamic) = router.dynamics.get(&(ip, number.value)) else { return Vec::new() };
    let rules = dynamic.drawn.iter().filter_map(|it| router.rules.get(&(ip, it.value)));
    let lines = rules.map(|rule| FilterLine {
        span: dynamic.span,
        label: number.value.to_string(),
        verdict: Verdict::Permit,
        when: Match {
            source: ip.any(),
            destination: ip.any(),
            transports: rule.when.transports.clone(),
            states: States::NEW,
            not_understood: vec![dynamic.span],
            ..Match::any()
        },
        enabled: true,
    });
    lines.collect()
}

/// What a host inside has asked for by UPnP is translated; no manual at hand says that the list stops
/// it then.
fn asked_for(router: &Router, port: &Port) -> Option<FilterLine> {
    let span = super::nat::upnp(router)?;
    let after: Vec<String> =
        port.nat.iter().flat_map(|it| &it.value).map(|it| format!("{} upnp", it.value)).collect();
    (!after.is_empty()).then(|| FilterLine {
        span,
        label: "upnp".to_owned(),
        verdict: Verdict::Permit,
        when: Match { after, states: States::NEW, not_understood: vec![span], ..Match::any() },
        enabled: true,
    })
}

/// The sessions that a dynamic filter watches.
fn sessions(router: &Router, ip: Ip, number: &Spanned<u32>) -> Vec<Match> {
    let Some(dynamic) = router.dynamics.get(&(ip, number.value)) else { return Vec::new() };
    let new = |when: &Match| Match { states: States::NEW, ..when.clone() };
    if let Some(opens) = &dynamic.opens {
        return vec![new(opens)];
    }
    let rules = dynamic.filters.iter().filter_map(|it| router.rules.get(&(ip, it.value)));
    let narrowed = rules.map(|rule| Match {
        source: rule.when.source.intersection(&dynamic.source),
        destination: rule.when.destination.intersection(&dynamic.destination),
        ..new(&rule.when)
    });
    let all: Vec<Match> = narrowed.collect();
    match all.is_empty() {
        true => vec![Match {
            transports: vec![Transport::any()],
            not_understood: vec![dynamic.span],
            ..Match::any()
        }],
        false => all,
    }
}

//! `ip filter`, `ip filter dynamic`, and where they are bound.

use super::{Args, Table, Token, Understood, interface_name, numbers, option, span_of};
use crate::config::rtx::matching;
use crate::config::rtx::repr::{Direction, Dynamic, Ip, List, Router, Rule};
use crate::model::device::Verdict;
use crate::source::{Span, Spanned};

pub(super) const TABLE: Table = &[
    ("ip filter dynamic #", |router, args| dynamic(router, args, Ip::V4)),
    ("ipv6 filter dynamic #", |router, args| dynamic(router, args, Ip::V6)),
    ("ip filter set *", set),
    ("ip filter #", |router, args| rule(router, args, Ip::V4)),
    ("ipv6 filter #", |router, args| rule(router, args, Ip::V6)),
    ("ip * secure filter name", bind_set),
    ("ip * secure filter *", |router, args| bind(router, args, Ip::V4)),
    ("ipv6 * secure filter *", |router, args| bind(router, args, Ip::V6)),
    ("ethernet filter #", ethernet_filter),
    ("ethernet * filter *", ethernet_bind),
    ("ip routing", |router, args| routing(router, args, Ip::V4)),
    ("ipv6 routing", |router, args| routing(router, args, Ip::V6)),
    ("ip * rebound", |router, args| rebound(router, args, Ip::V4)),
    ("ipv6 * rebound", |router, args| rebound(router, args, Ip::V6)),
    ("ip policy filter set enable", policy_filter),
    ("ip * inbound filter list", policy_filter),
    ("ipv6 policy filter set enable", policy_filter),
    ("ipv6 * inbound filter list", policy_filter),
];

/// What a filter decides. What is `restrict`ed passes while the line is up.
const VERDICTS: &[(&str, Verdict)] = &[
    ("pass", Verdict::Permit),
    ("pass-log", Verdict::Permit),
    ("pass-nolog", Verdict::Permit),
    ("restrict", Verdict::Permit),
    ("restrict-log", Verdict::Permit),
    ("restrict-nolog", Verdict::Permit),
    ("reject", Verdict::Deny),
    ("reject-log", Verdict::Deny),
    ("reject-nolog", Verdict::Deny),
];

fn rule(router: &mut Router, args: &Args<'_, '_>, ip: Ip) -> Understood {
    let Some(number) = args.number(0) else { return false };
    if args.no() {
        router.rules.remove(&(ip, number));
        return true;
    }
    let word = args.text(0);
    let verdict = VERDICTS.iter().find(|(it, _)| *it == word).map(|(_, verdict)| verdict.clone());
    let (when, whole) = matching::of_filter(ip, args.rest.get(1..).unwrap_or_default());
    let known = verdict.is_some();
    let verdict = verdict.unwrap_or(Verdict::Unknown);
    if word.starts_with("restrict") {
        router.restricts.insert(args.span());
    }
    router.rules.insert((ip, number), Rule { span: args.span(), verdict, when });
    known && whole
}

fn dynamic(router: &mut Router, args: &Args<'_, '_>, ip: Ip) -> Understood {
    let Some(number) = args.number(0) else { return false };
    if args.no() {
        router.dynamics.remove(&(ip, number));
        return true;
    }
    let [from, to, service, rest @ ..] = args.rest else { return false };
    let (source, destination) = (matching::addresses(ip, from), matching::addresses(ip, to));
    let mut whole = source.is_some() && destination.is_some();
    let (mut filters, mut drawn) = (Vec::new(), Vec::new());
    let mut draws = false;
    let opens = matching::service(service);
    if &*service.text == "filter" {
        for word in rest {
            match super::number(word) {
                Some(number) => {
                    filters.push(Spanned::new(number, word.span));
                    drawn.extend(draws.then(|| Spanned::new(number, word.span)));
                }
                None if matches!(&*word.text, "in" | "out") => draws = true,
                None => whole &= is_option(word),
            }
        }
    } else {
        whole &= opens.is_some() && rest.iter().all(is_option);
    }
    let (source, destination) =
        (source.unwrap_or_else(|| ip.any()), destination.unwrap_or_else(|| ip.any()));
    let span = args.span();
    let opens = opens.map(|transports| crate::model::device::Match {
        source: source.clone(),
        destination: destination.clone(),
        transports,
        ..crate::model::device::Match::any()
    });
    router
        .dynamics
        .insert((ip, number), Dynamic { span, opens, filters, drawn, source, destination });
    whole
}

fn is_option(word: &Token<'_>) -> bool {
    ["syslog", "timeout"].iter().any(|name| option(word, name).is_some())
}

/// `1 2 3 dynamic 4 5`.
fn list(span: Span, words: &[Token<'_>]) -> List {
    let at = words.iter().position(|it| &*it.text == "dynamic").unwrap_or(words.len());
    let (statics, dynamics) = words.split_at_checked(at).unwrap_or((words, &[]));
    let (rules, all) = numbers(statics);
    let (dynamics, too) = numbers(dynamics.get(1..).unwrap_or_default());
    List { span, rules, dynamics, whole: all && too }
}

fn direction(word: &str) -> Option<Direction> {
    match word {
        "in" => Some(Direction::In),
        "out" => Some(Direction::Out),
        _ => None,
    }
}

fn bind(router: &mut Router, args: &Args<'_, '_>, ip: Ip) -> Understood {
    let name = args.interface(router, 0);
    let direction = args.key(1).and_then(|it| direction(it));
    let (Some(name), Some(direction)) = (name, direction) else { return false };
    let port = router.ports.named(&name, args.span());
    port.lists.remove(&(ip, direction));
    if args.no() {
        return true;
    }
    let list = list(args.span(), args.rest);
    let whole = list.whole && !args.rest.is_empty();
    port.lists.insert((ip, direction), list);
    whole
}

fn set(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.key(0).map(|it| it.text.to_string()) else { return false };
    if args.no() {
        router.sets.remove(&name);
        return true;
    }
    let Some(direction) = direction(args.text(0)) else { return false };
    let list = list(args.span(), args.rest.get(1..).unwrap_or_default());
    let whole = list.whole;
    router.sets.entry(name).or_default().insert(direction, list);
    whole
}

fn bind_set(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let set = args.word(0).filter(|_| !args.no());
    router.ports.named(&name, args.span()).set =
        set.map(|it| Spanned::new(it.text.to_string(), args.span()));
    true
}

/// By MAC address, which every host can change as it likes: what such a filter stops is no barrier,
/// and what it passes is not limited. Only its names are kept.
fn ethernet_filter(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(number) = args.number(0) else { return false };
    if args.no() {
        router.ethernet.remove(&number);
        return true;
    }
    router.ethernet.insert(number, args.span());
    let mac = |word: &str| {
        word.split(':')
            .all(|it| it == "*" || (it.len() == 2 && it.bytes().all(|b| b.is_ascii_hexdigit())))
    };
    let known = VERDICTS.iter().any(|(it, _)| *it == args.text(0));
    match args.rest {
        [_, kind] => known && matches!(&*kind.text, "dhcp-bind" | "dhcp-not-bind"),
        [_, kind, _] if kind.starts_with("dhcp-") => known,
        [_, from, to] => known && mac(from) && mac(to),
        _ => false,
    }
}

fn ethernet_bind(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.key(0).and_then(|it| interface_name(router, it)) else { return false };
    router.ports.named(&name, args.span());
    let side = args.key(1).and_then(|it| direction(it));
    if args.no() {
        router.ethernet_bound.retain(|(it, of), _| *it != name || side.is_some_and(|it| it != *of));
        return true;
    }
    if let Some(side) = side {
        router.ethernet_bound.insert((name, side), args.span());
    }
    let mut whole = true;
    for word in args.rest {
        match span_of(word) {
            Some((number, last)) if number == last => {
                router.ethernet_used.push(Spanned::new(number, word.span));
            }
            _ => whole = false,
        }
    }
    whole && side.is_some()
}

/// `ip routing off`; on unless it is written.
fn routing(router: &mut Router, args: &Args<'_, '_>, ip: Ip) -> Understood {
    let Some(on) = args.switch() else { return false };
    match on.value || args.no() {
        true => router.unrouted.remove(&ip),
        false => router.unrouted.insert(ip, on.span),
    };
    true
}

/// `ip INTERFACE rebound off`: what came in over it does not go out over it again; on unless written.
fn rebound(router: &mut Router, args: &Args<'_, '_>, ip: Ip) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let Some(on) = args.switch() else { return args.no() };
    match on.value || args.no() {
        true => router.unbounced.remove(&(ip, name)),
        false => router.unbounced.insert((ip, name), on.span),
    };
    true
}

/// Policy filters and inbound filters (FWX, SRT, and RTX of newer firmware) are another language,
/// which is not read: what passes is not known.
fn policy_filter(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    router.policy_filter = (!args.no()).then(|| args.span()).or(router.policy_filter);
    false
}

//! A filter lets everything in.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::model::device::{
    Applied, DeviceConfig, FilterLine, Hook, Interface, InterfaceKind, Match, NatKind, States,
    Transport, Verdict,
};
use crate::rules::authority::control;
use crate::rules::configured::{Facing, each, facing, interfaces};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "any-to-any-filter",
    title: Text::new("外側からの通信をすべて通すフィルタ", "a filter that lets everything in"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪")],
    remedy: Text::new(
        "必要な通信（相手のアドレス、宛先、ポート）を事業者に確認し、それだけを許可する行に置き換え、最後は拒否で終わるようにしてください。",
        "Ask which traffic is needed (from where, to what, which ports), permit that alone, and let the list end with deny.",
    ),
    page: include_str!("any_to_any_filter.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

/// From where a line lets everything in, worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum From {
    Internet,
    /// From the internet, but behind a translation of addresses.
    Translated,
    ClosedLine,
    Tunnel,
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let mut found: Vec<(From, Span)> = Vec::new();
    for applied in &configured.config.applied {
        for (line, conditions) in open_lines(&configured.config, &applied.filter) {
            let from = from(facts, thing, configured, applied, &conditions);
            found.extend(from.map(|from| (from, line.span)));
        }
    }
    found.sort_unstable();
    found.dedup_by_key(|(_, span)| *span);
    let (worst, span) = *found.first()?;
    let name = facts.inventory.name_of(thing);
    let message = text!(
        "「{name}」のフィルタに、外側からの通信をすべて通す行があります",
        "a filter of `{name}` has a line that lets everything in"
    );
    let places = found.iter().skip(1).map(|(from, span)| (*span, what(*from)));
    let report = Report::new(thing.clone(), message, span, what(worst)).also_all(places);
    Some(match worst {
        From::Internet => report,
        From::Translated => report.severity(Severity::Medium).confidence(Confidence::Medium),
        From::ClosedLine | From::Tunnel => report.severity(Severity::Medium),
    })
}

/// The lines that let pass new sessions from everybody to everything, in a filter and in those that
/// it hands everything to, each with all conditions on the way.
fn open_lines<'a>(
    config: &'a DeviceConfig,
    filter: &'a str,
) -> Vec<(&'a FilterLine, Vec<&'a Match>)> {
    let mut open = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = vec![(filter, Vec::new())];
    while let Some((name, above)) = next.pop() {
        let filter = config.filter(name).filter(|_| seen.insert(name));
        let lines = filter.into_iter().flat_map(|it| &it.lines);
        for line in lines.filter(|it| it.enabled && is_everything(&it.when)) {
            let conditions: Vec<&Match> = above.iter().copied().chain([&line.when]).collect();
            match &line.verdict {
                Verdict::Permit => open.push((line, conditions)),
                Verdict::Call(name) | Verdict::Goto(name) => next.push((name, conditions)),
                _ => {}
            }
        }
    }
    open
}

/// Whether it is about new sessions from everybody to everything, but for interfaces.
fn is_everything(when: &Match) -> bool {
    when.is_certain()
        && when.states.includes(States::NEW)
        && when.transports.iter().any(Transport::is_any)
        // IPv6 alone is told among the paths.
        && when.source.v4.is_all()
        && when.destination.v4.is_all()
}

fn from(
    facts: &Facts<'_>,
    thing: &EntityRef,
    configured: &Configured,
    applied: &Applied,
    conditions: &[&Match],
) -> Option<From> {
    let config = &configured.config;
    let interfaces = interfaces(facts, thing, configured);
    let through = match applied.hook {
        Hook::In => false,
        Hook::Forward => true,
        Hook::Out | Hook::Local | Hook::Own | Hook::Selection => return None,
    };
    let among =
        |names: &[String], interface: &_| names.iter().any(|it| config.means(it, interface));
    let on = |names: &[String], interface: &Interface| names.is_empty() || among(names, interface);
    let leads = |it: &Interface| facing(facts, thing, it);
    let comes_in =
        |it: &_| conditions.iter().all(|when| on(&when.from, it) && !among(&when.not_from, it));
    let leaves =
        |it: &_| conditions.iter().all(|when| on(&when.to, it) && !among(&when.not_to, it));
    // What leaves again to the outside opens nothing inside.
    let inward = conditions.iter().all(|it| it.to.is_empty() && it.not_to.is_empty())
        || interfaces.iter().any(|it| {
            let inside = it.kind != InterfaceKind::Tunnel && leads(it) == Facing::Inside;
            it.enabled && inside && leaves(it)
        });
    if through && !inward {
        return None;
    }
    let named = conditions.iter().any(|it| !it.from.is_empty());
    let entered = config
        .interfaces
        .iter()
        .filter(|it| it.enabled && (through || on(&applied.interfaces, it)) && comes_in(it));
    let from = entered.filter_map(|it| match leads(it) {
        Facing::Internet if is_translated(configured, &it.name.value) => Some(From::Translated),
        Facing::Internet => Some(From::Internet),
        Facing::ClosedLine => Some(From::ClosedLine),
        // A line that names no interface is told for the line outside, not for each tunnel.
        Facing::Inside if it.kind == InterfaceKind::Tunnel && through && named => {
            Some(From::Tunnel)
        }
        Facing::Inside => None,
    });
    from.min()
}

fn is_translated(configured: &Configured, interface: &str) -> bool {
    let mut nat =
        configured.config.nat.iter().filter(|it| it.enabled && it.kind == NatKind::Source);
    nat.any(|it| it.interface.as_deref().is_none_or(|it| it == interface))
}

fn what(from: From) -> Text {
    match from {
        From::Internet => text!(
            "インターネット側からの通信を、相手・宛先・種類を問わず通します",
            "passes whatever comes from the internet, from anybody to anything"
        ),
        From::Translated => text!(
            "インターネット側からの通信をすべて通します。NATだけが止めています",
            "passes whatever comes from the internet; only the translation of addresses stops it"
        ),
        From::ClosedLine => text!(
            "閉域網の側からの通信を、相手・宛先・種類を問わず通します",
            "passes whatever comes from the closed line, from anybody to anything"
        ),
        From::Tunnel => text!(
            "VPNの先からの通信を、相手・宛先・種類を問わず通します",
            "passes whatever comes through the tunnel, from anybody to anything"
        ),
    }
}

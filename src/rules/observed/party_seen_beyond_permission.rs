//! A declared party was seen where, or with what, it is not permitted.

use crate::finding::{Confidence, Severity, Step};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{checklist, control, okayama};
use crate::rules::question::{names, thing};
use crate::rules::seen::{answered, grave, spoken, told_as_exit};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use crate::topology::observed::{Verdict, Way};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "party-seen-beyond-permission",
    title: Text::new("許可した範囲を超える事業者の通信", "a party beyond what it is permitted"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("10④"), control("13⑪"), checklist("2⑬"), okayama("8.3.2")],
    remedy: Text::new(
        "何のための通信かを事業者に確かめ、必要なら台帳の allow に書き、不要なら入口の機器のフィルタで許可した相手とサービスだけに絞ってください。",
        "Ask the party what it is for. State it under `allow` if it is needed; otherwise confine the filter at the entry to what is permitted.",
    ),
    page: include_str!("party_seen_beyond_permission.md"),
    check: Check::Facts(check),
};

/// Something inside that a party talked with: what it is, its zone, where that was seen, in words.
type Met = (EntityRef, Option<String>, Span, Text);

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut found: BTreeMap<&str, Vec<Met>> = BTreeMap::new();
    for (talk, it) in answered(facts) {
        let Way::Crossing { verdict: Verdict::Beyond(id), inbound } = &talk.way else { continue };
        let mut gates = it.hops.iter().flat_map(|(a, b)| [*a, *b]);
        if gates.any(|mac| told_as_exit(facts, Some(mac))) {
            continue;
        }
        let Some((inner, _)) = talk.ends() else { continue };
        let Some(place) = inner.place() else { continue };
        let (words, name) = (spoken(it), names(facts.inventory, std::slice::from_ref(&place)));
        let what = match inbound {
            true => text!("「{name}」への {words}", "{words} to {name}"; words, name),
            false => text!("「{name}」からの {words}", "{words} from {name}"; words, name),
        };
        found.entry(id).or_default().push((place, inner.zone.clone(), talk.span, what));
    }
    for (id, seen) in found {
        let Some(connection) = facts.inventory.connections.get(id) else { continue };
        let mut things: Vec<EntityRef> = seen.iter().map(|(it, ..)| it.clone()).collect();
        things.sort();
        things.dedup();
        let (name, list) =
            (Text::same(connection.name.value.clone()), names(facts.inventory, &things));
        let message = text!(
            "外部接続「{name}」の相手が、許可されていない「{list}」と通信しています",
            "the party of `{name}` talks with what it is not permitted to: {list}"; name, list
        );
        let steps = seen.iter().take(5).map(|(thing, _, span, what)| Step {
            thing: thing.clone(),
            by: what.clone(),
            span: Some(*span),
        });
        let steps: Vec<Step> = steps.collect();
        let bad =
            seen.iter().any(|(_, zone, ..)| zone.as_deref().is_some_and(|it| grave(facts, it)));
        let mut places = seen.into_iter().map(|(_, _, span, what)| (span, what));
        let Some((span, here)) = places.next() else { continue };
        let stated = connection.allow.first().map_or(connection.id.span, |it| it.span);
        let report = Report::new(thing(EntityKind::Connection, connection), message, span, here);
        let report =
            report.also_all(places).also(stated, text!("台帳で許可した範囲", "what is permitted"));
        let severity = if bad { Severity::High } else { Severity::Medium };
        out.push(report.witness(steps).exposes(things).severity(severity));
    }
}

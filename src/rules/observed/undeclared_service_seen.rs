//! A system answers on ports that its declaration does not name.

use crate::finding::{Confidence, Severity};
use crate::inventory::Endpoint;
use crate::locale::Text;
use crate::model::{EntityRef, Service};
use crate::observation::Guess;
use crate::rules::authority::{control, survey};
use crate::rules::question::{OPERATING, PLAINTEXT, name};
use crate::rules::seen::{answered, spoken};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use crate::topology::observed::{Owner, Verdict, service};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-service-seen",
    title: Text::new("台帳にないサービスの観測", "a service that nobody declared was seen"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("8.1"), survey("Q13-1"), survey("Q13-2")],
    remedy: Text::new(
        "必要なサービスなら台帳の services に書いてください。使っていないサービスとポートは止めてください。",
        "State the service under `services` if it is needed; stop services and ports that nobody uses.",
    ),
    page: include_str!("undeclared_service_seen.md"),
    check: Check::Facts(check),
};

/// Where systems choose ports as they please (IANA).
const DYNAMIC: u16 = 49_152;

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut found: BTreeMap<EntityRef, BTreeMap<Service, (Span, Text)>> = BTreeMap::new();
    for (talk, it) in answered(facts) {
        let Some(system) = talk.to.system(facts.inventory) else { continue };
        let fixed = it.port.is_some_and(|it| it < DYNAMIC);
        let sure = matches!(it.guess, Guess::Syn | Guess::Said);
        // What somebody outside opened undeclared is told as that.
        let told = matches!(talk.verdict(), Some(Verdict::Undeclared));
        let service = service(it);
        let stated = system.services.iter().any(|it| it.value.includes(service))
            || permitted(facts, &talk.to, service);
        let relevant =
            talk.to.exact && !system.services.is_empty() && matches!(it.protocol, 6 | 17);
        if let (true, true, true, false, false, Some(thing)) =
            (relevant, fixed, sure, told, stated, talk.to.thing.clone())
        {
            found
                .entry(thing)
                .or_default()
                .entry(service)
                .or_insert_with(|| (talk.span, spoken(it)));
        }
    }
    for (thing, services) in found {
        let mut places = services
            .values()
            .map(|(span, it)| (*span, text!("台帳にない {it}", "not declared: {it}"; it)));
        let Some((span, here)) = places.next() else { continue };
        let words: Vec<Text> = services.values().take(5).map(|(_, it)| it.clone()).collect();
        let (name, list, count) =
            (name(facts.inventory, &thing), Text::list(&words), services.len());
        let message = text!(
            "「{name}」が、台帳の services にないサービスに応答しています（{count}件：{list}）",
            "{name} answers on {count} service(s) that its `services` do not name: {list}";
            name, list
        );
        let risky = |it: &Service| OPERATING.contains(it) || PLAINTEXT.contains(it);
        let severity = if services.keys().any(risky) { Severity::Medium } else { Severity::Low };
        let stated = facts.inventory.systems.get(&thing.id).and_then(|it| it.services.first());
        let report = Report::new(thing.clone(), message, span, here).also_all(places);
        let stated = stated.map(|it| (it.span, text!("台帳のサービス", "what is declared")));
        out.push(stated.into_iter().fold(report, Report::also_at).severity(severity));
    }
}

/// Whether a declared flow or connection names the service at this system.
fn permitted(facts: &Facts<'_>, owner: &Owner, service: Service) -> bool {
    let here = |end: &Endpoint| match end {
        Endpoint::Named(id) => {
            owner.thing.as_ref().is_some_and(|it| it.id == *id)
                || owner.zone.as_ref().is_some_and(|it| it == id)
        }
        _ => false,
    };
    let flows = facts.inventory.flows.iter().map(|it| (&it.to, &it.services));
    let allowed = facts.inventory.connections.iter().flat_map(|it| &it.allow);
    let mut all = flows.chain(allowed.map(|it| (&it.to, &it.services)));
    all.any(|(to, services)| {
        here(&to.value) && services.iter().any(|it| it.value.includes(service))
    })
}

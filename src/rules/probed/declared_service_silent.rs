//! A service that is declared, and permitted from where it was asked for, does not answer.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityRef, Protocol, Service};
use crate::probe::verdict::Reason;
use crate::probe::{Expectation, Outcome};
use crate::rules::authority::{control, management};
use crate::rules::probing::{permitted, place, run, services, told};
use crate::rules::question::name;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::probed::Asked;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "declared-service-silent",
    title: Text::new("台帳にあるサービスの無応答", "a declared service that does not answer"),
    severity: Severity::Low,
    confidence: Confidence::Medium,
    references: &[control("2②"), control("8.1"), management("9.1")],
    remedy: Text::new(
        "サービスを止めたのなら、台帳の services と許可（allow、flows）から消してください。動いているはずなら、途中のフィルタかアドレスの記載を確かめてください。",
        "Take it out of `services` and of the permissions (`allow`, `flows`) if it was stopped. If it should run, look at the filters on the way and at the address that is declared.",
    ),
    page: include_str!("declared_service_silent.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut found: BTreeMap<EntityRef, Vec<&Asked>> = BTreeMap::new();
    for asked in facts.topology.probed().asked.iter().filter(|it| is_silent(facts, it)) {
        found.entry(asked.thing().clone()).or_default().push(asked);
    }
    for (thing, silent) in found {
        let Some(first) = silent.first() else { continue };
        let Some(run) = run(facts, first) else { continue };
        let (name, from) = (name(facts.inventory, &thing), place(facts, run));
        let (list, count) = services(silent.iter().copied());
        let message = text!(
            "「{name}」の台帳にあるサービスが、{from}からの疎通確認に応答しません（{count}件：{list}）",
            "{count} declared service(s) of {name} do not answer probes from {from}: {list}";
            name, from, list
        );
        let mut places = silent.iter().map(|it| told(it));
        let Some((span, here)) = places.next() else { continue };
        let permits = silent.iter().filter_map(|it| permitted(facts, it));
        let permits = permits.map(|it| (it, text!("ここで許しています", "it is permitted here")));
        // What is silent between controls is not lost on the way.
        let sure = silent.iter().all(|it| it.reason.is_some_and(Reason::excludes_a_connection));
        let report = Report::new(thing, message, span, here).also_all(places).also_all(permits);
        out.push(if sure { report.confidence(Confidence::High) } else { report });
    }
}

/// Whether something should have answered and did not. Nothing is said of a run that nobody answered
/// (it may have stood before a closed line), of answers that were lost or late, or of UDP, where
/// silence is no sign.
fn is_silent(facts: &Facts<'_>, asked: &Asked) -> bool {
    let expected = asked.question.expect != Expectation::NoAnswer;
    let kind = match asked.service() {
        Some(Service::Ports { protocol: Protocol::Tcp, .. }) => {
            asked.answer.outcome != Outcome::Open && !asked.reaches()
        }
        Some(Service::Ports { protocol: Protocol::Udp, .. }) => {
            asked.answer.outcome == Outcome::Refused
        }
        _ => false,
    };
    let at_work = run(facts, asked).is_some_and(|it| it.open > 0);
    let doubtful = matches!(asked.reason, Some(Reason::Unsteady | Reason::StopsBefore));
    expected && kind && at_work && !doubtful && is_declared(facts, asked)
}

/// Whether the inventory of today names the service and lets it through.
fn is_declared(facts: &Facts<'_>, asked: &Asked) -> bool {
    let Some(service) = asked.service() else { return false };
    let named = match asked.owner.system(facts.inventory) {
        Some(system) => {
            system.services.is_empty()
                || system.services.iter().any(|it| it.value.includes(service))
        }
        None => asked.owner.thing.is_some(),
    };
    named && asked.owner.realm.is_ours() && permitted(facts, asked).is_some()
}

//! A system answers a probe on a port that its declaration does not name.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{control, survey};
use crate::rules::probing::{Trespass, services, told, trespasses};
use crate::rules::question::{OPERATING, PLAINTEXT, name};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-service-answers",
    title: Text::new("台帳にないサービスの応答", "a service that nobody declared answers"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("8.1"), survey("Q13-1"), survey("Q13-2")],
    remedy: Text::new(
        "必要なサービスなら台帳の services に書いてください。使っていないサービスとポートは止めてください。",
        "State the service under `services` if it is needed; stop services and ports that nobody uses.",
    ),
    page: include_str!("undeclared_service_answers.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (thing, answers) in trespasses(facts, |it| matches!(it, Trespass::Undeclared)) {
        let name = name(facts.inventory, &thing);
        let (list, count) = services(answers.iter().map(|(it, _)| *it));
        let message = text!(
            "「{name}」が、台帳の services にないサービスで疎通確認に応答しました（{count}件：{list}）",
            "{name} answered probes on {count} service(s) that its `services` do not name: {list}";
            name, list
        );
        let mut places = answers.iter().map(|(it, _)| told(it));
        let Some((span, here)) = places.next() else { continue };
        let report = Report::new(thing.clone(), message, span, here).also_all(places);
        let stated = facts.inventory.systems.get(&thing.id).and_then(|it| it.services.first());
        let stated = stated.map(|it| (it.span, text!("台帳のサービス", "what is declared")));
        let report = stated.into_iter().fold(report, Report::also_at);
        let mut asked = answers.iter().filter_map(|(it, _)| it.service());
        let risky = asked.any(|it| OPERATING.contains(&it) || PLAINTEXT.contains(&it));
        out.push(if risky { report.severity(Severity::Medium) } else { report });
    }
}

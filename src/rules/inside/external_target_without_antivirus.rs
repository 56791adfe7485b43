//! What is reached from outside has no malware protection.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{Answer, EntityKind};
use crate::rules::authority::control;
use crate::rules::question::{name, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::Spread;

pub(super) static RULE: Rule = Rule {
    id: "external-target-without-antivirus",
    title: Text::new(
        "外部から届くのにマルウェア対策のないシステム",
        "a system reached from outside without malware protection",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("8.1"), control("13⑪")],
    remedy: Text::new(
        "マルウェア対策（EDRを含む）を導入してください。導入できない機器は、中継サーバの後ろに置き、届く通信を最小限にしてください。",
        "Install malware protection. What cannot carry it belongs behind a relay, with the least traffic.",
    ),
    page: include_str!("external_target_without_antivirus.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let outside = facts.topology.reached_from_outside(Spread::Direct);
    for system in &facts.inventory.systems {
        let antivirus = system.antivirus.as_ref();
        let Some(stated) = antivirus.filter(|it| it.value != Answer::Yes) else {
            continue;
        };
        let subject = thing(EntityKind::System, system);
        if !outside.contains(&subject) {
            continue;
        }
        let origin = outside.origin(&subject);
        let origin = origin.map_or_else(Text::default, |it| name(facts.inventory, it));
        let name = &system.name.value;
        let report = Report::new(
            subject.clone(),
            text!(
                "「{name}」には{origin}から届きますが、マルウェア対策がありません",
                "`{name}` is reached from {origin} and has no malware protection"; origin
            ),
            stated.span,
            text!("対策が確認できません", "no protection is stated"),
        )
        .witness(outside.path(&subject))
        .exposes([subject]);
        out.push(if stated.value == Answer::Unknown {
            report.severity(Severity::Low).confidence(Confidence::Low)
        } else {
            report
        });
    }
}

//! Nobody is in charge.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{checklist, survey};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "security-officer-missing",
    title: Text::new(
        "医療情報システム安全管理責任者の未記載",
        "no officer responsible for the medical information system",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[checklist("1①"), survey("Q2")],
    remedy: Text::new(
        "医療情報システム安全管理責任者を任命し、氏名と電話番号を organization の security_officer に書いてください。",
        "Appoint the officer, and state the name and telephone number as `security_officer` of the organization.",
    ),
    page: include_str!("security_officer_missing.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(organization) = &facts.inventory.organization else {
        return;
    };
    let name = &organization.name.value;
    let subject = EntityRef::new(EntityKind::Organization, "organization");
    match &organization.security_officer {
        None => {
            let message = text!(
                "{name}の医療情報システム安全管理責任者が書かれていません",
                "no officer responsible for the medical information system of {name} is stated"
            );
            let what = text!("security_officer がありません", "no `security_officer`");
            out.push(Report::new(subject, message, organization.name.span, what));
        }
        Some(officer) if officer.phone.is_none() => {
            let who = &officer.name.value;
            let message = text!(
                "医療情報システム安全管理責任者（{who}）の電話番号がありません",
                "the officer responsible for the medical information system ({who}) has no telephone number"
            );
            let what = text!("電話（phone）がありません", "no `phone`");
            let report = Report::new(subject, message, officer.name.span, what);
            out.push(report.severity(Severity::Low));
        }
        Some(_) => {}
    }
}

//! A device leaves the hospital over a line that nobody declared: another session, a backup, a neighbour.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{checklist, control, survey};
use crate::rules::pathways::{device, report, told_with_device, undeclared};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-line",
    title: Text::new("台帳にない回線", "a line that nobody declared"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("2②"), checklist("2①"), survey("Q5")],
    remedy: Text::new(
        "回線の契約者、通信事業者、用途を確かめてください。必要なら回線（circuits）と機器のインタフェースに書き、不要なら設定を消して解約してください。",
        "Find out who holds the contract of the line, its carrier and what it is for. Declare it under `circuits` and at the interface if it is needed; remove and cancel it otherwise.",
    ),
    page: include_str!("undeclared_line.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let paths = undeclared(facts, PathKind::Line).chain(undeclared(facts, PathKind::Routing));
    for path in paths.filter(|it| !told_with_device(facts, it)) {
        let (device, name) = (device(facts, path), &path.name);
        let sure = match path.confidence {
            Confidence::High => Text::default(),
            _ => Text::new(
                "。外部に出る回線かどうか、確認が必要です",
                "; whether it leads outside needs to be confirmed",
            ),
        };
        let message = text!(
            "「{device}」に、台帳にない{name}が設定されています{sure}",
            "`{device}` is configured with a way out that is not declared: {name}{sure}";
            device, name, sure
        );
        let here = text!("台帳にない回線", "a line that nobody declared");
        let severity = match path.confidence {
            Confidence::High => Severity::High,
            _ => Severity::Medium,
        };
        out.push(report(facts, path, message, here).severity(severity));
    }
}

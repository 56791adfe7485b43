//! A device has a mobile line that nobody declared.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{control, survey};
use crate::rules::pathways::{device, report, undeclared};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-mobile-line",
    title: Text::new("台帳にないモバイル回線", "a mobile line that nobody declared"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("2②"), survey("Q5")],
    remedy: Text::new(
        "SIMの契約者と用途を確かめてください。不要なら機能を止めてSIMを抜き、必要なら回線（circuits）と外部接続（connections）に書いてください。",
        "Find out who holds the contract of the SIM and what it is for. Switch it off and take it out if nobody needs it; declare circuit and connection otherwise.",
    ),
    page: include_str!("undeclared_mobile_line.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::Mobile) {
        let (device, name) = (device(facts, path), &path.name);
        let message = text!(
            "「{device}」に、台帳にない{name}が設定されています",
            "`{device}` is configured with a line that is not declared: {name}"; device, name
        );
        let here = text!("台帳にないモバイル回線", "a mobile line that nobody declared");
        out.push(report(facts, path, message, here));
    }
}

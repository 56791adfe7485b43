//! A device is connected to a telephone line that nobody declared.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::rules::authority::{control, survey};
use crate::rules::pathways::{device, report, undeclared};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::PathKind;

pub(super) static RULE: Rule = Rule {
    id: "undeclared-dial-in",
    title: Text::new("台帳にない電話回線（着信）", "a telephone line that nobody declared"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("2②"), survey("Q5")],
    remedy: Text::new(
        "回線の契約者と使う人を確かめてください。不要なら着信を止めて回線を抜き、解約してください。必要なら回線（circuits）と外部接続（connections）に書いてください。",
        "Find out who holds the contract of the line and who calls. Switch dial-in off, unplug and cancel the line if nobody does; declare circuit and connection otherwise.",
    ),
    page: include_str!("undeclared_dial_in.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::DialIn) {
        let (device, name) = (device(facts, path), &path.name);
        let message = text!(
            "「{device}」に、台帳にない{name}が設定されています",
            "`{device}` is configured with a {name} that is not declared"; device, name
        );
        let here = text!("台帳にない電話回線", "a telephone line that nobody declared");
        out.push(report(facts, path, message, here));
    }
}

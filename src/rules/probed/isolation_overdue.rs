//! The proof that a line is isolated is older than a year, or older than the last change.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{control, management};
use crate::rules::probing::{changed, needs_proof, proof};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "isolation-overdue",
    title: Text::new("期限を過ぎた分離の確認", "a proof of isolation that is out of date"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("10②"), control("13⑪"), management("9.1")],
    remedy: Text::new(
        "同じ確認範囲指定書（期限を改めたもの）で、相手側からの疎通確認をやり直してください。回線や機器を変えたときは、その都度行います。",
        "Probe again from the far end, by the same scope with a new expiry. Do so after every change of the line or its devices.",
    ),
    page: include_str!("isolation_overdue.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in facts.inventory.connections.iter().filter(|it| needs_proof(it)) {
        let Some((on, span)) = proof(facts, connection) else { continue };
        let name = &connection.name.value;
        let change = changed(facts, connection).filter(|(day, _)| *day > on);
        let message = match change {
            Some((day, _)) => text!(
                "外部接続「{name}」の分離は{on}に確認したもので、その後{day}に変更がありました",
                "the isolation of the connection `{name}` was proved on {on}; it was changed since, on {day}"
            ),
            None if on < facts.a_year_ago() => text!(
                "外部接続「{name}」の分離は{on}を最後に、1年以上確認していません",
                "the isolation of the connection `{name}` was last proved on {on}, more than a year ago"
            ),
            None => continue,
        };
        let subject = thing(EntityKind::Connection, connection);
        let (place, here) = match change {
            Some((_, changed)) => (changed, text!("その後の変更", "changed since")),
            None => (connection.id.span, text!("1年以上前の証明です", "proved over a year ago")),
        };
        let report = Report::new(subject, message, place, here);
        out.push(report.also(span, text!("最後の確認", "the last proof")));
    }
}

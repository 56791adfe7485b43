//! Access goes on without a contract.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::Purpose;
use crate::rules::authority::{control, management, survey};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "contract-not-in-force",
    title: Text::new(
        "契約が切れている、または契約の記載がない外部接続",
        "a connection without a contract in force",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[management("2①"), control("10.1"), survey("Q4")],
    remedy: Text::new(
        "契約を更新するか、接続を止めてください。契約があるのに台帳にない場合は、契約書番号と期限を書いてください。",
        "Renew the contract or stop the connection. Where there is one, state its reference and until when it runs.",
    ),
    page: include_str!("contract_not_in_force.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        let name = &connection.name.value;
        let contract = connection.contract.as_ref();
        let until = contract.and_then(|it| it.until.as_ref());
        let subject = thing(EntityKind::Connection, connection);
        if let Some(until) = until.filter(|it| it.value < facts.as_of) {
            let message = text!(
                "外部接続「{name}」の契約は{until}に切れていますが、接続は残っています",
                "the contract of the connection `{name}` ended on {until}, but the connection is still there"
            );
            let what = text!("期限が過ぎています", "this day has passed");
            out.push(Report::new(subject, message, until.span, what));
            continue;
        }
        let named = contract.is_some_and(|it| it.r#ref.is_some() || it.until.is_some());
        if !named && needs_contract(connection.purpose.value) {
            let message = text!(
                "外部接続「{name}」の根拠となる契約が書かれていません",
                "no contract is stated for the connection `{name}`"
            );
            let span = contract.map_or(connection.id.span, |it| it.span);
            let what = text!("契約（contract）", "`contract`");
            out.push(Report::new(subject, message, span, what).severity(Severity::Low));
        }
    }
}

/// Whether a party acts on the hospital's systems or data on behalf of the hospital.
const fn needs_contract(purpose: Purpose) -> bool {
    matches!(
        purpose,
        Purpose::RemoteMaintenance
            | Purpose::Telemetry
            | Purpose::Outsourcing
            | Purpose::Cloud
            | Purpose::Backup
    )
}

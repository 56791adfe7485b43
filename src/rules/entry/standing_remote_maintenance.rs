//! A line for maintenance is always up.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::Purpose;
use crate::rules::authority::{control, nist};
use crate::rules::question::{OPERATING, inbound, offers, opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "standing-remote-maintenance",
    title: Text::new("常時接続のリモート保守", "remote maintenance that is always up"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[nist("MA-4(7)"), nist("AC-17(9)"), control("10.1")],
    remedy: Text::new(
        "使うときだけ申請に基づいて接続し、終わったら切断を確かめる運用にしてください。装置側では利用時間帯のほかは無効にしてください。",
        "Connect on request only and confirm the disconnection afterwards; keep it disabled outside the agreed hours.",
    ),
    page: include_str!("standing_remote_maintenance.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        let operates = inbound(connection).any(|it| offers(&it.services, &OPERATING).is_some());
        let maintenance = connection.purpose.value == Purpose::RemoteMaintenance;
        let Some(standing) = connection.standing.as_ref().filter(|it| it.value) else {
            continue;
        };
        if opened_from_outside(connection) && (maintenance || operates) {
            let name = &connection.name.value;
            out.push(Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は、常時つながったままで院内に入れます",
                    "the connection `{name}` leads inside and is always up"
                ),
                standing.span,
                text!("常時接続です", "it is always up"),
            ));
        }
    }
}

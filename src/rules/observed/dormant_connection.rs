//! A tap covered a declared connection for long, and nothing was seen of it.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{control, management, nist};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::Corroboration;

pub(super) static RULE: Rule = Rule {
    id: "dormant-connection",
    title: Text::new("使われていない外部接続", "a connection that nobody uses"),
    severity: Severity::Low,
    confidence: Confidence::Medium,
    references: &[control("2②"), management("9.1"), nist("SC-7(4)")],
    remedy: Text::new(
        "まだ必要かを担当部署と事業者に確かめてください。不要なら契約と設定を終わらせて台帳から消し、必要なら使っていない理由を備考に書いてください。",
        "Ask the department and the party whether it is still needed. End contract and configuration and take it out of the ledger if not; otherwise note why it is idle.",
    ),
    page: include_str!("dormant_connection.md"),
    check: Check::Facts(check),
};

/// What is used on demand may rest for a month; what stands must show within a day.
const ON_DEMAND: i64 = 30;
const STANDING: i64 = 1;

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let observed = facts.topology.observed();
    for connection in &facts.inventory.connections {
        let id = connection.id.value.as_str();
        let standing = connection.standing.as_ref().is_some_and(|it| it.value);
        let days = observed.days_covered(id);
        let enough = days >= if standing { STANDING } else { ON_DEMAND };
        let subject = thing(EntityKind::Connection, connection);
        // What the configuration does not have either is told by the rule about that.
        let told = facts.topology.configured(&subject) == Corroboration::NotSeen;
        if !enough || told || observed.seen(facts.evidence, id).next().is_some() {
            continue;
        }
        let name = &connection.name.value;
        let message = text!(
            "外部接続「{name}」は、{days}日間観測しましたが、一度も使われていません",
            "the connection `{name}` was watched for {days} days and was never used"
        );
        let here = text!("通信が見えるはずの外部接続", "its traffic would have been seen");
        let report = Report::new(subject, message, connection.id.span, here);
        let taps = observed.taps.iter().flat_map(|it| it.spans.iter().copied());
        let report =
            report.also_all(taps.map(|it| (it, text!("観測した期間", "what was watched"))));
        out.push(if standing { report.severity(Severity::Medium) } else { report });
    }
}

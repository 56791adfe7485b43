//! Nobody asked for a year whether it is still needed.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::{Means, Outcome};
use crate::rules::authority::{checklist, control, nist};
use crate::rules::question::{thing, with_internet};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "recertification-stale",
    title: Text::new(
        "1年以上再確認していない外部接続",
        "a connection that nobody reconfirmed for a year",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[checklist("2②"), control("2②"), nist("CA-3")],
    remedy: Text::new(
        "事業者と部門に、今も必要か、接続元・通信先・利用時間に変わりがないかを確認し、確認日と確認者を recertified に書いてください。不要なら撤去してください。",
        "Ask the party and the department whether it is still needed and unchanged, and record the day and the person as `recertified`. Remove it if it is not.",
    ),
    page: include_str!("recertification_stale.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let limit = facts.a_year_ago();
    for connection in &facts.inventory.connections {
        let name = &connection.name.value;
        // What came back from the yearly recertification stands among the confirmations.
        let subject = thing(EntityKind::Connection, connection);
        let recorded = facts.inventory.confirmations.iter().any(|it| {
            it.thing.value.0.names(&subject)
                && it.how.as_ref().is_some_and(|it| it.value == Means::Recertification)
                && it.result.as_ref().is_none_or(|it| it.value == Outcome::AsExpected)
                && (limit..=facts.as_of).contains(&it.on.value)
        });
        if recorded {
            continue;
        }
        let new = connection.introduced.as_ref().is_some_and(|it| it.value >= limit);
        let (message, span, what) = match connection.recertified.as_ref().map(|it| &it.on) {
            Some(on) if on.value >= limit => continue,
            Some(on) => (
                text!(
                    "外部接続「{name}」は、{on}を最後に1年以上再確認されていません",
                    "the connection `{name}` was last reconfirmed on {on}, more than a year ago"
                ),
                on.span,
                text!("最後の再確認", "the last reconfirmation"),
            ),
            None if new => continue,
            None => (
                text!(
                    "外部接続「{name}」が今も必要か、再確認した記録がありません",
                    "nobody recorded that the connection `{name}` is still needed"
                ),
                connection.id.span,
                text!("再確認（recertified）がありません", "no `recertified`"),
            ),
        };
        let report = Report::new(subject, message, span, what);
        out.push(if with_internet(facts.inventory, connection) {
            report.remedy(Text::new(
                "使っている部門に、今も必要か、通信先と使う端末に変わりがないかを確認し、確認日と確認者を recertified に書いてください。不要なら回線を解約してください。",
                "Ask the departments whether it is still needed and whether destinations and terminals are unchanged, and record the day and the person as `recertified`. Cancel the line if it is not.",
            ))
        } else {
            report
        });
    }
}

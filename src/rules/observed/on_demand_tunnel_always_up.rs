//! A connection that is declared for use on demand is up all the time.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{control, nist};
use crate::rules::question::thing;
use crate::rules::seen::{Seen, at_work, local};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "on-demand-tunnel-always-up",
    title: Text::new("使うときだけのはずの常時接続", "an on-demand connection that is always up"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("10④"), control("13⑪"), nist("MA-4")],
    remedy: Text::new(
        "使わないときはトンネルを切る運用（申請時だけ有効にする、無通信で自動切断する）にしてください。常時接続が必要なら、台帳の standing を true に改め、理由を記録してください。",
        "Bring the tunnel down when nobody uses it: enable it on request, cut it when idle. If it must stand, say `standing: true` in the ledger and record why.",
    ),
    page: include_str!("on_demand_tunnel_always_up.md"),
    check: Check::Facts(check),
};

/// Of the 168 hours of a week.
const NEARLY_ALL: u32 = 150;

/// Whether sessions stood for a whole day, or filled the week.
pub(super) fn always_up(seen: &[Seen<'_>]) -> bool {
    let whole = seen.iter().any(|(_, it)| it.longest >= super::session_beyond_usual::ALWAYS);
    whole || local(seen.iter().map(|(_, it)| &it.hours)).count() >= NEARLY_ALL
}

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (connection, seen) in at_work(facts) {
        let Some(standing) = connection.standing.as_ref().filter(|it| !it.value) else { continue };
        if !always_up(&seen) {
            continue;
        }
        let Some((talk, it)) = seen.iter().max_by_key(|(_, it)| it.longest) else { continue };
        let (name, hours) = (&connection.name.value, it.longest / 3600);
        let message = text!(
            "外部接続「{name}」は使うときだけ接続することになっていますが、つながったままです（最長{hours}時間）",
            "the connection `{name}` is declared for use on demand, and is up all the time (up to {hours} hours)"
        );
        let here = text!("つながったままの通信", "what is up all the time");
        let report =
            Report::new(thing(EntityKind::Connection, connection), message, talk.span, here);
        out.push(
            report.also(standing.span, text!("台帳では必要時のみ", "on demand, by the ledger")),
        );
    }
}

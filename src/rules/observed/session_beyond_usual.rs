//! Sessions of remote maintenance are longer, or more at a time, than good practice shows.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{control, nist};
use crate::rules::question::{lets_people_in, thing};
use crate::rules::seen::{Seen, at_work};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "session-beyond-usual",
    title: Text::new("長すぎる・多すぎる保守の接続", "maintenance sessions too long or too many"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("10④"), control("10.1"), nist("MA-4")],
    remedy: Text::new(
        "作業の記録と突き合わせ、切り忘れなら自動切断の時間を設定してください。同時接続が多いときは、誰が使っているかを事業者に確かめてください。",
        "Compare with the records of work. Set a time after which idle sessions are cut; where many stood at a time, ask the party who used them.",
    ),
    page: include_str!("session_beyond_usual.md"),
    check: Check::Facts(check),
};

/// A university hospital with 26 vendors saw 28 sessions in a month, the longest of 2 h 48 min, at
/// most 3 at a time (JCMI2023 3-F-1-08). Far beyond that is worth a look.
const LONGEST: u64 = 8 * 3600;
const PARALLEL: u32 = 5;
/// What stands for a whole day is always up, which another rule tells.
pub(super) const ALWAYS: u64 = 24 * 3600;

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (connection, seen) in at_work(facts) {
        let standing = connection.standing.as_ref().map(|it| it.value);
        if !lets_people_in(connection.purpose.value) || standing == Some(true) {
            continue;
        }
        let always = standing == Some(false) && super::on_demand_tunnel_always_up::always_up(&seen);
        let long = |it: &Seen<'_>| it.1.longest > LONGEST && !always;
        let many = |it: &Seen<'_>| it.1.parallel > PARALLEL;
        let mut places: Vec<(Span, Text)> = Vec::new();
        for it in seen.iter().filter(|it| long(it)) {
            let hours = it.1.longest / 3600;
            places.push((it.0.span, text!("{hours}時間続いた接続", "a session of {hours} hours")));
        }
        for it in seen.iter().filter(|it| many(it)) {
            let count = it.1.parallel;
            places.push((it.0.span, text!("同時に{count}本", "{count} at a time")));
        }
        let mut rest = places.clone().into_iter();
        let Some((span, here)) = rest.next() else { continue };
        let name = Text::same(connection.name.value.clone());
        let worst =
            Text::list(&places.iter().take(3).map(|(_, it)| it.clone()).collect::<Vec<_>>());
        let message = text!(
            "外部接続「{name}」の保守の接続が、通常の範囲（8時間、同時5本まで）を超えています（{worst}）",
            "maintenance over `{name}` is beyond what is usual (8 hours, 5 at a time): {worst}"; name, worst
        );
        let report = Report::new(thing(EntityKind::Connection, connection), message, span, here);
        out.push(report.also_all(rest));
    }
}

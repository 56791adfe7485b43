//! A connection was used outside its declared hours.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{control, nist};
use crate::rules::question::thing;
use crate::rules::seen::{at_work, local, stated};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "session-outside-hours",
    title: Text::new("利用時間帯の外の接続", "a session outside the declared hours"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("10④"), control("10.1"), nist("MA-4")],
    remedy: Text::new(
        "その時刻に申請や作業の記録があるかを事業者に確かめてください。正当な作業なら利用時間帯を改め、そうでなければ入口の機器で時間外の接続を止めてください。",
        "Ask the party for the request and record of that time. State the hours anew if the work was proper; otherwise stop sessions outside them at the entry.",
    ),
    page: include_str!("session_outside_hours.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (connection, seen) in at_work(facts) {
        let Some(hours) = &connection.hours else { continue };
        let Some(allowed) = stated(&hours.value) else { continue };
        let beyond = |it: &crate::observation::Conversation| local([&it.hours]).without(allowed);
        let late: Vec<_> = seen.iter().filter(|(_, it)| beyond(it).count() > 0).collect();
        let all = local(late.iter().map(|(_, it)| &it.hours)).without(allowed);
        let (Some((talk, _)), Some((day, hour))) = (late.first(), all.first()) else { continue };
        let (name, stated) =
            (Text::same(connection.name.value.clone()), Text::same(hours.value.clone()));
        let (hour, count) = (Text::same(hour.to_string()), Text::same(all.count().to_string()));
        let message = text!(
            "外部接続「{name}」が、利用時間帯（{stated}）の外で使われています（{day} {hour}時台など、週に{count}時間。日本時間）",
            "the connection `{name}` was used outside its hours ({stated}): in {count} hour(s) of the week, the first at {hour}:00 on {day} (Japan's time)"; name, stated, day, hour, count
        );
        let here = text!("時間外の接続", "a session outside the hours");
        let report = Report::new(
            thing(EntityKind::Connection, connection),
            message,
            talk.span,
            here.clone(),
        );
        let report = report.also_all(late.iter().skip(1).map(|(it, _)| (it.span, here.clone())));
        out.push(report.also(hours.span, text!("台帳の利用時間帯", "the declared hours")));
    }
}

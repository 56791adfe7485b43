//! A way in that asks for nothing.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::Authentication;
use crate::rules::authority::control;
use crate::rules::question::{enabled, entry_devices, opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Spanned;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "no-authentication-at-entry",
    title: Text::new("認証のない外部からの入口", "a way in without authentication"),
    severity: Severity::Critical,
    confidence: Confidence::High,
    references: &[control("13④"), control("13⑫")],
    remedy: Text::new(
        "この入口を直ちに閉じるか、個人別アカウントと二つ目の要素（ワンタイムパスワード、クライアント証明書）を必須にしてください。",
        "Close this way in at once, or demand personal accounts with a second factor.",
    ),
    page: include_str!("no_authentication_at_entry.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for device in &facts.inventory.devices {
        let accesses = device.remote_access.iter().filter(|it| enabled(it));
        let means = accesses.flat_map(|it| &it.authentication);
        let management = device.management.iter().flat_map(|it| &it.authentication);
        let mut open = means.chain(management).filter(|it| nothing(it));
        if let Some(first) = open.next() {
            let name = &device.name.value;
            let report = Report::new(
                thing(EntityKind::Device, device),
                text!(
                    "「{name}」は、認証なしで接続を受け付けます",
                    "`{name}` lets people in without authentication"
                ),
                first.span,
                text!("認証がありません", "nothing is asked for"),
            );
            out.push(open.fold(report, |report, it| {
                report.also(it.span, text!("ここも認証がありません", "nor here"))
            }));
        }
    }
    for connection in &facts.inventory.connections {
        let told = entry_devices(facts.inventory, connection).any(|device| {
            let accesses = device.remote_access.iter().filter(|it| enabled(it));
            accesses.flat_map(|it| &it.authentication).any(nothing)
        });
        let open = connection.authentication.iter().find(|it| nothing(it));
        if let Some(none) = open
            && opened_from_outside(connection)
            && !told
        {
            let name = &connection.name.value;
            out.push(Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は、認証なしで院内に入れます",
                    "the connection `{name}` leads inside without authentication"
                ),
                none.span,
                text!("認証がありません", "nothing is asked for"),
            ));
        }
    }
}

fn nothing(means: &Spanned<Authentication>) -> bool {
    means.value == Authentication::None
}

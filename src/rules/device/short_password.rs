//! The password is too short.

use crate::finding::{Confidence, Reference, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{checklist, handa};
use crate::rules::credentials::{Members, members};
use crate::rules::question::{names, thing, two_factors};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

/// What every password needs, and what one without a second factor needs.
const LEAST: u32 = 8;
const LEAST_ALONE: u32 = 13;

pub(super) static RULE: Rule = Rule {
    id: "short-password",
    title: Text::new("短いパスワード", "a short password"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[
        checklist("2⑦"),
        Reference::new("安全管理ガイドライン第7.0版 システム運用編", "14.1.1"),
        handa("4.2"),
    ],
    remedy: Text::new(
        "二要素認証と併用する場合は8文字以上、パスワードだけの場合は13文字以上を必須にしてください。",
        "Demand at least 8 characters beside a second factor, and at least 13 where the password stands alone.",
    ),
    page: include_str!("short_password.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (group, members) in members(facts.inventory) {
        let Some(length) = &group.min_length else {
            continue;
        };
        let (name, list) = (&group.name.value, names(facts.inventory, &members.things()));
        let subject = thing(EntityKind::CredentialGroup, group);
        let what = text!("最小文字数", "the minimum length");
        if length.value < LEAST {
            let message = text!(
                "資格情報「{name}」のパスワードは{length}文字から許されています（使用: {list}）",
                "passwords of `{name}` may be as short as {length} characters (used by: {list})"; list
            );
            out.push(Report::new(subject, message, length.span, what));
        } else if length.value < LEAST_ALONE && !has_second_factor(&members) {
            let message = text!(
                "資格情報「{name}」のパスワードは{length}文字以上ですが、二要素認証がなければ{LEAST_ALONE}文字以上が必要です（使用: {list}）",
                "passwords of `{name}` have at least {length} characters; without a second factor {LEAST_ALONE} are needed (used by: {list})"; list
            );
            let report = Report::new(subject, message, length.span, what);
            out.push(report.severity(Severity::Low).confidence(Confidence::Medium));
        }
    }
}

/// Whether every member whose means of authentication can be declared declares two factors.
fn has_second_factor(members: &Members<'_>) -> bool {
    let mut devices = members.boundary.iter().chain(&members.devices).peekable();
    let two = |it: &crate::inventory::Management| two_factors(&it.authentication);
    members.systems.is_empty()
        && devices.peek().is_some()
        && devices.all(|device| device.management.as_ref().is_some_and(two))
}

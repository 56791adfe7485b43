//! Passwords can be tried without end.

use crate::finding::{Confidence, Reference, Severity};
use crate::locale::Text;
use crate::model::{Answer, EntityKind};
use crate::rules::authority::{handa, okayama};
use crate::rules::credentials::members;
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "account-without-lockout",
    title: Text::new("ロックアウトのないアカウント", "accounts that never lock"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[
        Reference::new("安全管理ガイドライン第7.0版 システム運用編", "14.1.1"),
        handa("4.2"),
        okayama("5.8.2"),
    ],
    remedy: Text::new(
        "数回の失敗でアカウントをロックする設定にし、ロックの発生を記録して確認してください。",
        "Lock accounts after a few failures, and record and review the locks.",
    ),
    page: include_str!("account_without_lockout.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (group, members) in members(facts.inventory) {
        let Some(lockout) = &group.lockout else {
            continue;
        };
        let all = members.things();
        let (name, list) = (&group.name.value, names(facts.inventory, &all));
        let (message, severity) = match lockout.value {
            Answer::Yes => continue,
            Answer::No => (
                text!(
                    "資格情報「{name}」には、認証の失敗によるロックアウトがありません（使用: {list}）",
                    "accounts of `{name}` do not lock after failures (used by: {list})"; list
                ),
                Severity::Medium,
            ),
            Answer::Unknown => (
                text!(
                    "資格情報「{name}」にロックアウトがあるか、確認されていません（使用: {list}）",
                    "nobody knows whether accounts of `{name}` lock after failures (used by: {list})"; list
                ),
                Severity::Low,
            ),
        };
        let what = text!("総当たりを止めるものがありません", "nothing stops guessing");
        let subject = thing(EntityKind::CredentialGroup, group);
        let report = Report::new(subject, message, lockout.span, what);
        out.push(report.severity(severity).exposes(all));
    }
}

//! Credentials that leaked still open the door.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{control, handa};
use crate::rules::credentials::members;
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "leaked-credentials-in-use",
    title: Text::new("漏えい後に変更していない資格情報", "credentials in use after they leaked"),
    severity: Severity::Critical,
    confidence: Confidence::High,
    references: &[control("8⑤"), handa("4.2.2")],
    remedy: Text::new(
        "直ちに変更し、漏えいが知られた日からの接続記録を調べてください。同じものを使っている機器があれば、すべて変更してください。",
        "Change them at once, examine the logs since the leak became known, and change them wherever else they are used.",
    ),
    page: include_str!("leaked_credentials_in_use.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (group, members) in members(facts.inventory) {
        let Some(leaked) = &group.leaked else {
            continue;
        };
        let changed = group.changed.as_ref();
        if changed.is_some_and(|changed| changed.value > leaked.value) {
            continue;
        }
        let all = members.things();
        let (name, list) = (&group.name.value, names(facts.inventory, &all));
        let subject = thing(EntityKind::CredentialGroup, group);
        let message = text!(
            "資格情報「{name}」は{leaked}に漏えいが知られてから変更されていません（使用: {list}）",
            "the credentials `{name}` were not changed since their leak became known on {leaked} (used by: {list})"; list
        );
        let what = text!("漏えいが知られた日", "when the leak became known");
        let report = Report::new(subject, message, leaked.span, what).exposes(all);
        out.push(match changed {
            Some(changed) => report.also(changed.span, text!("最後の変更", "the last change")),
            None => report,
        });
    }
}

//! An acceptance of something that is not there.

use super::waiver_expired::{titled, with_use};
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::nist;
use crate::rules::{Check, Facts, Report, Rule, Sink, WaiverUse, all, could_look, find};
use crate::source::closest;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "waiver-unused",
    title: Text::new("当てはまる指摘のない例外承認", "a waiver that covers nothing"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[nist("SC-7(4)")],
    remedy: Text::new(
        "指摘が解消していれば例外承認を削除してください。規則や対象の書き誤りであれば直してください。",
        "Remove it when the finding is gone; mend the rule or subject where it is misspelt.",
    ),
    page: include_str!("waiver_unused.md"),
    check: Check::Waivers(check),
};

fn check(facts: &Facts<'_>, uses: &[WaiverUse], out: &mut Sink<'_>) {
    for (waiver, it) in with_use(&facts.inventory.waivers, uses) {
        let rule = &waiver.rule.value;
        if it.findings > 0 || waiver.expires.value < facts.as_of {
            continue; // an expired one is told as such
        }
        if !could_look(rule, facts.evidence) {
            continue; // nobody looked whether the finding is still there
        }
        let subject = EntityRef::new(EntityKind::Waiver, (it.index + 1).to_string());
        out.push(if find(rule).is_some() {
            let about = facts.inventory.name_of_subject(&waiver.subject.value);
            let rule = titled(rule);
            let message = text!(
                "「{about}」には{rule}の指摘がなく、例外承認は使われていません",
                "there is no finding of {rule} about `{about}`; the waiver covers nothing"; rule
            );
            let what = text!("この対象に指摘はありません", "nothing was found about this");
            Report::new(subject, message, waiver.subject.span, what)
        } else {
            let message = text!(
                "例外承認の規則「{rule}」は存在しません",
                "the waiver names a rule `{rule}` that does not exist"
            );
            let what = match closest(rule, all().map(|it| it.id)) {
                Some(word) => text!("「{word}」ではありませんか", "did you mean `{word}`?"),
                None => text!("規則の識別子", "the id of a rule"),
            };
            Report::new(subject, message, waiver.rule.span, what)
        });
    }
}

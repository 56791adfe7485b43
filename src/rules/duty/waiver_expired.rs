//! An acceptance that ran out.

use crate::finding::{Confidence, Severity};
use crate::inventory::Waiver;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::nist;
use crate::rules::{Check, Facts, Report, Rule, Sink, WaiverUse, find};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "waiver-expired",
    title: Text::new("期限の切れた例外承認", "a waiver that ran out"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[nist("SC-7(4)")],
    remedy: Text::new(
        "指摘が解消していれば例外承認を削除し、残っていれば対策を実施するか、改めて理由と期限を定めて承認を受けてください。",
        "Remove it when the finding is gone. Otherwise mend the finding, or have it accepted anew with a reason and a day.",
    ),
    page: include_str!("waiver_expired.md"),
    check: Check::Waivers(check),
};

fn check(facts: &Facts<'_>, uses: &[WaiverUse], out: &mut Sink<'_>) {
    for (waiver, it) in with_use(&facts.inventory.waivers, uses) {
        if waiver.expires.value >= facts.as_of {
            continue;
        }
        let (rule, thing, until) = (&waiver.rule.value, &waiver.subject.value, &waiver.expires);
        let (about, who) = (facts.inventory.name_of_subject(thing), &waiver.approved_by.value);
        let rule = titled(rule);
        let message = match it.findings > 0 {
            true => text!(
                "「{about}」の{rule}に対する例外承認（{who}）は{until}に切れ、指摘は残っています",
                "the waiver of {rule} for `{about}` (by {who}) ran out on {until}, and the finding is still there"; rule
            ),
            false => text!(
                "「{about}」の{rule}に対する例外承認（{who}）は{until}に切れています。指摘は解消しています",
                "the waiver of {rule} for `{about}` (by {who}) ran out on {until}; the finding is gone"; rule
            ),
        };
        let severity = if it.findings > 0 { Severity::Medium } else { Severity::Low };
        let what = text!("期限が過ぎています", "this day has passed");
        let subject = EntityRef::new(EntityKind::Waiver, (it.index + 1).to_string());
        out.push(Report::new(subject, message, until.span, what).severity(severity));
    }
}

/// A rule by its title, with the id that waivers name it by.
pub(super) fn titled(rule: &str) -> Text {
    match find(rule) {
        Some(Rule { id, title, .. }) => text!("「{title}」（{id}）", "{title} ({id})"; title),
        None => Text::same(rule.to_owned()),
    }
}

/// Every waiver with what became of it.
pub(super) fn with_use<'a>(
    waivers: &'a [Waiver],
    uses: &'a [WaiverUse],
) -> impl Iterator<Item = (&'a Waiver, WaiverUse)> {
    uses.iter().filter_map(|it| Some((waivers.get(it.index)?, *it)))
}

//! An acceptance that runs out before anybody meets again.

use super::waiver_expired::{titled, with_use};
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::nist;
use crate::rules::{Check, Facts, Report, Rule, Sink, WaiverUse};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "waiver-expiring-soon",
    title: Text::new("期限の近い例外承認", "a waiver that runs out soon"),
    severity: Severity::Info,
    confidence: Confidence::High,
    references: &[nist("SC-7(4)")],
    remedy: Text::new(
        "期限までに対策を終えるか、理由と代わりの対策がまだ成り立つかを確かめて、承認を受け直す予定を立ててください。",
        "Finish mending it by then, or plan to have it approved anew if its reason and what is done instead still hold.",
    ),
    page: include_str!("waiver_expiring_soon.md"),
    check: Check::Waivers(check),
};

/// Within so many days of its expiry a waiver runs out soon: time for one meeting of a committee that meets monthly.
pub const SOON: i64 = 60;

fn check(facts: &Facts<'_>, uses: &[WaiverUse], out: &mut Sink<'_>) {
    let limit = facts.as_of.saturating_add(jiff::Span::new().days(SOON));
    for (waiver, it) in with_use(&facts.inventory.waivers, uses) {
        let until = &waiver.expires;
        // One that accepts nothing may run out.
        if until.value < facts.as_of || until.value > limit || it.findings == 0 {
            continue;
        }
        let about = facts.inventory.name_of_subject(&waiver.subject.value);
        let rule = titled(&waiver.rule.value);
        let message = text!(
            "「{about}」の{rule}に対する例外承認は{until}に切れます（{SOON}日以内）",
            "the waiver of {rule} for `{about}` runs out on {until}, within {SOON} days"; rule
        );
        let what = text!("まもなくです", "soon");
        let subject = EntityRef::new(EntityKind::Waiver, (it.index + 1).to_string());
        out.push(Report::new(subject, message, until.span, what));
    }
}

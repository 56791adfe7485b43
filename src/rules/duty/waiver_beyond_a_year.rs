//! An acceptance that nobody will look at again for years.

use super::waiver_expired::titled;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::nist;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "waiver-beyond-a-year",
    title: Text::new("1年を超える例外承認", "a waiver that runs for more than a year"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[nist("SC-7(4)")],
    remedy: Text::new(
        "期限（expires）を1年以内にし、年に一度の見直しで理由と代わりの対策がまだ成り立つかを確かめて、承認し直してください。",
        "Let it expire within a year, and have it approved anew in the yearly review when its reason and what is done instead still hold.",
    ),
    page: include_str!("waiver_beyond_a_year.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let limit = facts.as_of.saturating_add(jiff::Span::new().years(1));
    for (number, waiver) in (1_usize..).zip(&facts.inventory.waivers) {
        let until = &waiver.expires;
        if until.value <= limit {
            continue;
        }
        let about = facts.inventory.name_of_subject(&waiver.subject.value);
        let rule = titled(&waiver.rule.value);
        let message = text!(
            "「{about}」の{rule}に対する例外承認の期限が{until}で、1年を超えています",
            "the waiver of {rule} for `{about}` runs until {until}, more than a year"; rule
        );
        let what = text!("1年より先です", "more than a year ahead");
        let subject = EntityRef::new(EntityKind::Waiver, number.to_string());
        out.push(Report::new(subject, message, until.span, what));
    }
}

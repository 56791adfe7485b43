//! An acceptance that covers more than somebody weighed.

use super::waiver_expired::{titled, with_use};
use crate::finding::{Confidence, Severity};
use crate::inventory::Waiver;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::rules::authority::nist;
use crate::rules::{Check, Facts, Report, Rule, Sink, WaiverUse};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "waiver-too-wide",
    title: Text::new("範囲の広すぎる例外承認", "a waiver that covers too much"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[nist("SC-7(4)")],
    remedy: Text::new(
        "当てはまる指摘を一件ずつ確かめてください。直せるものは直し、残るものは対象を一つずつ名指しした例外承認に分けてください。",
        "Look at the findings that it covers one by one: mend what can be mended, and accept the rest by waivers that each name one thing.",
    ),
    page: include_str!("waiver_too_wide.md"),
    check: Check::Waivers(check),
};

/// More findings than this are more than somebody weighed one by one.
const WIDE: usize = 3;
/// What stands for many things: a second finding about it is about another of them.
const WHOLE: [EntityKind; 4] =
    [EntityKind::Organization, EntityKind::Site, EntityKind::Zone, EntityKind::Party];

/// Why a waiver covers too much, if it does.
pub fn too_wide(waiver: &Waiver, it: WaiverUse) -> Option<Text> {
    let findings = it.findings;
    let whole = waiver.subject.value.kind.filter(|it| WHOLE.contains(it));
    match whole {
        Some(kind) if findings > 1 => {
            let kind = kind.label();
            Some(text!(
                "{kind}の全体を対象とし、指摘{findings}件を覆います",
                "it names a whole {kind} and covers {findings} findings"; kind
            ))
        }
        _ if findings > WIDE => {
            Some(text!("指摘{findings}件を覆います", "it covers {findings} findings"))
        }
        _ => None,
    }
}

fn check(facts: &Facts<'_>, uses: &[WaiverUse], out: &mut Sink<'_>) {
    for (waiver, it) in with_use(&facts.inventory.waivers, uses) {
        if waiver.expires.value < facts.as_of {
            continue; // it covers nothing any more, and is told as expired
        }
        let Some(why) = too_wide(waiver, it) else {
            continue;
        };
        let about = facts.inventory.name_of_subject(&waiver.subject.value);
        let rule = titled(&waiver.rule.value);
        let message = text!(
            "「{about}」の{rule}に対する例外承認は範囲が広すぎます。{why}。新しく増えた指摘も、だれも見ないまま承認済みになります",
            "the waiver of {rule} for `{about}` is too wide: {why}. What comes up next is accepted before anybody has seen it"; rule, why
        );
        let subject = EntityRef::new(EntityKind::Waiver, (it.index + 1).to_string());
        out.push(Report::new(subject, message, waiver.subject.span, why));
    }
}

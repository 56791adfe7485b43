//! Nobody looked whether the backup is what it is said to be.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::Offline;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::rules::authority::{control, okayama, survey};
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use jiff::ToSpan as _;

pub(super) static RULE: Rule = Rule {
    id: "backup-claim-unverified",
    title: Text::new(
        "確認されていないバックアップの切り離し",
        "a detached backup that nobody verified",
    ),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[okayama("8.3.3"), control("18①"), survey("Q12-5")],
    remedy: Text::new(
        "バックアップが取得され、切り離されていることを現物で確かめ、確認日を verified に書いてください。年に一度は復元の訓練も行ってください。",
        "Look whether the backup exists and is detached, and state the day as `verified`. Rehearse a restore once a year.",
    ),
    page: include_str!("backup_claim_unverified.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    // A year, as for the yearly inspection.
    let oldest = facts.as_of.checked_sub(1.year()).unwrap_or(facts.as_of);
    for backup in &facts.inventory.backups {
        let Some(claim) = backup.offline.as_ref().filter(|it| it.value != Offline::Never) else {
            continue;
        };
        let verified = backup.verified.as_ref();
        let protected = backup.of.iter().map(|of| EntityRef::new(EntityKind::System, of.id()));
        let protected: Vec<EntityRef> = protected.collect();
        let (systems, way) = (names(facts.inventory, &protected), claim.value.label());
        let report = match verified {
            Some(day) if day.value >= oldest => continue,
            Some(day) => {
                let date = day.value;
                Report::new(
                    thing(EntityKind::Backup, backup),
                    text!(
                        "{systems}のバックアップの切り離し（{way}）は、{date}から確認されていません",
                        "that the backup of {systems} is detached ({way}) was last verified on {date}"; systems, way
                    ),
                    day.span,
                    text!("1年以上前です", "this is more than a year ago"),
                )
            }
            None => Report::new(
                thing(EntityKind::Backup, backup),
                text!(
                    "{systems}のバックアップの切り離し（{way}）を、誰も確認していません",
                    "nobody verified that the backup of {systems} is detached ({way})"; systems, way
                ),
                claim.span,
                text!("確認日がありません", "there is no day of verification"),
            )
            .severity(Severity::Medium),
        };
        out.push(report.exposes(protected));
    }
}

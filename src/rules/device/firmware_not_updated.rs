//! Nobody updated the box at the door.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::DeviceKind;
use crate::rules::advisories::Product;
use crate::rules::authority::{checklist, control, handa, okayama};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink, boundary};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "firmware-not-updated",
    title: Text::new(
        "1年以上更新していない外部接続点の機器",
        "a boundary device not updated for a year",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("8③"), checklist("2⑥"), handa("4.2.2"), okayama("4.4")],
    remedy: Text::new(
        "更新を担当する者を決め、最新のファームウェアを適用してください。更新が出ていないことを確認した場合は、その確認日を updated に記録してください。",
        "Decide who applies updates and install the current firmware. Where no newer one exists, record the day on which that was confirmed as `updated`.",
    ),
    page: include_str!("firmware_not_updated.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let limit = facts.a_year_ago();
    for device in boundary::devices(facts.inventory) {
        if device.kind.value == DeviceKind::TerminalAdapter {
            continue;
        }
        let name = &device.name.value;
        let installed = device.installed.as_ref();
        let (message, span, what) = match (device.updated.as_ref(), installed) {
            (Some(updated), _) if updated.value >= limit => continue,
            (Some(updated), Some(installed)) if updated.value <= installed.value => (
                text!(
                    "「{name}」のファームウェアは、設置（{installed}）以来更新されていません",
                    "the firmware of `{name}` was never updated since it was installed on {installed}"
                ),
                updated.span,
                text!("設置日と同じか、それより前です", "not after the installation"),
            ),
            (Some(updated), _) => (
                text!(
                    "「{name}」のファームウェアは、{updated}を最後に1年以上更新されていません",
                    "the firmware of `{name}` was last updated on {updated}, more than a year ago"
                ),
                updated.span,
                text!("最後の更新日", "the last update"),
            ),
            (None, Some(installed)) if installed.value < limit => (
                text!(
                    "「{name}」は{installed}に設置されましたが、その後の更新の記録がありません",
                    "`{name}` was installed on {installed}; no update since is recorded"
                ),
                installed.span,
                text!("設置から1年以上経っています", "more than a year ago"),
            ),
            (None, _) => continue,
        };
        let severity =
            if boundary::accepts_access(device) { Severity::High } else { Severity::Medium };
        let subject = thing(EntityKind::Device, device);
        let report = Report::new(subject, message, span, what).severity(severity);
        let mut support = facts.advisories.support_of(Product::device(device));
        // To wait for updates of what its maker gave up would be advice against the other findings.
        out.push(if support.any(|it| it.until < facts.as_of) {
            report.remedy(Text::new(
                "この版のサポートは終了し、新しい更新は出ません。サポート中の系列への更新または入替えを事業者と決め、それまでの間は、提供された最後の版を適用してください。",
                "The support of this version has ended and no further update will come. Agree on a supported release series or a replacement; until then run the last version that was released.",
            ))
        } else {
            report
        });
    }
}

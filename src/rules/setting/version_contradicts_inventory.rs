//! The device runs another version than the inventory says.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::advisories::Version;
use crate::rules::authority::{checklist, control};
use crate::rules::configured::each;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "version-contradicts-inventory",
    title: Text::new("台帳と異なるソフトウェアの版", "another version than the inventory says"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("2②"), checklist("2①")],
    remedy: Text::new(
        "機器の現在の版を確認し、台帳の os の version を直してください。設定の写しが古い場合は取り直してください。",
        "Look at what the device runs now and correct `os.version`; take the configuration again where the copy is old.",
    ),
    page: include_str!("version_contradicts_inventory.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let device = facts.inventory.devices.get(&thing.id);
    let device = device.filter(|_| thing.kind == EntityKind::Device)?;
    let declared = device.os.as_ref()?.version.as_ref()?;
    let own = configured.config.version.as_ref()?;
    let (stated, read) = (Version::read(&declared.value)?, Version::read(&own.value)?);
    // One may be told in more detail than the other: 15.02 and 15.02.30 are no contradiction.
    if stated.starts_with(&read) || read.starts_with(&stated) {
        return None;
    }
    let name = &device.name.value;
    let message = text!(
        "「{name}」の版は、台帳では{stated}、設定では{read}です",
        "the inventory says that `{name}` runs {stated}, its configuration says {read}"
    );
    let what = text!("台帳に書かれた版", "the version that the inventory states");
    let report = Report::new(thing.clone(), message, declared.span, what);
    Some(report.also(own.span, text!("設定に書かれた版", "the version in the configuration")))
}

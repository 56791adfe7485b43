//! A system on which care depends has no backup.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::{Criticality, SystemClass, SystemKind};
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{checklist, control, survey};
use crate::rules::question::{assumed_critical, criticality, names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "backup-missing",
    title: Text::new("バックアップのない重要システム", "a critical system without a backup"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("11①"), survey("Q12"), checklist("3②")],
    remedy: Text::new(
        "バックアップを取得し、backups に対象・装置・切り離し方・世代数を書いてください。",
        "Make a backup and declare its systems, its place, how it is detached and its generations.",
    ),
    page: include_str!("backup_missing.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let saved = inventory.backups.iter().flat_map(|it| &it.of);
    let saved: BTreeSet<&str> = saved.map(|of| of.id()).collect();
    let without = inventory.systems.iter().filter_map(|system| {
        let (_, span) = criticality(system).filter(|it| it.0 == Criticality::Critical)?;
        let keeps_data = matches!(system.class.value, SystemClass::Server | SystemClass::Appliance);
        let saved = saved.contains(system.id.value.as_str());
        let is_copy = system.kind.value == SystemKind::BackupServer;
        (keeps_data && !saved && !is_copy).then_some((system, span))
    });
    let without: Vec<_> = without.collect();
    if !inventory.backups.is_empty() {
        for (system, span) in &without {
            let name = &system.name.value;
            let subject = thing(EntityKind::System, system);
            let assumed = assumed_critical(std::iter::once(*system));
            out.push(Report::new(
                subject,
                text!(
                    "最重要の「{name}」にバックアップがありません{assumed}",
                    "`{name}`, on which care depends, has no backup{assumed}"; assumed
                ),
                *span,
                text!("どのバックアップの対象でもありません", "no backup names it"),
            ));
        }
    } else if let Some((_, span)) = without.first() {
        // Where nothing at all is declared, that is one gap and not one for every system.
        let things = without.iter().map(|(it, _)| thing(EntityKind::System, it));
        let things: Vec<EntityRef> = things.collect();
        let named = names(inventory, &things);
        let assumed = assumed_critical(without.iter().map(|(it, _)| *it));
        out.push(
            Report::new(
                EntityRef::new(EntityKind::Organization, "organization"),
                text!(
                    "バックアップが一つも書かれていません（最重要: {named}）{assumed}",
                    "no backup is declared at all (critical: {named}){assumed}"; named, assumed
                ),
                *span,
                text!("最重要のシステムです", "care depends on this"),
            )
            .exposes(things),
        );
    }
}

//! No copy is out of reach of who gets in.

use crate::finding::{Confidence, Severity, Step};
use crate::inventory::{Backup, Inventory};
use crate::locale::Text;
use crate::model::words::{Criticality, Offline};
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, okayama, survey};
use crate::rules::question::{name, names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::{Reached, Spread};

pub(super) static RULE: Rule = Rule {
    id: "backup-not-offline",
    title: Text::new(
        "切り離されていないバックアップ",
        "a backup that is never detached",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[
        control("18①"),
        control("11①"),
        survey("Q12-5"),
        okayama("7.7"),
    ],
    remedy: Text::new(
        "少なくとも一つの複製を、取り外した媒体（offline-media）または取得時だけの接続（by-schedule）で切り離してください。",
        "Detach at least one copy: media taken off and stored, or a device that is connected only while writing.",
    ),
    page: include_str!("backup_not_offline.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    if inventory.backups.is_empty() {
        return;
    }
    let outside = facts.topology.reached_from_outside(Spread::Transitive);
    let mut told: Vec<&str> = Vec::new();
    for backup in inventory.backups.iter().filter(|it| !detached(it)) {
        let Some(at) = &backup.at else {
            continue; // Where it is kept is not known, so nobody can say who reaches it.
        };
        let exposed: Vec<&str> = backup
            .of
            .iter()
            .map(|of| of.id())
            .filter(|id| {
                matters(inventory, id) && !saved_elsewhere(inventory, id) && !told.contains(id)
            })
            .collect();
        let store = EntityRef::new(EntityKind::System, at.id());
        let Some((origin, way)) = way_to(facts, &outside, &store, &exposed) else {
            continue;
        };
        told.extend(&exposed);
        let things: Vec<EntityRef> = exposed
            .iter()
            .map(|id| EntityRef::new(EntityKind::System, *id))
            .collect();
        let (systems, origin, store) = (
            names(inventory, &things),
            name(inventory, &origin),
            name(inventory, &store),
        );
        let (span, what) = match &backup.offline {
            Some(offline) => (
                offline.span,
                text!("つながったままです", "it stays connected"),
            ),
            None => (
                at.span,
                text!(
                    "切り離し方が書かれていません",
                    "how it is detached is not stated"
                ),
            ),
        };
        let report = Report::new(
            thing(EntityKind::Backup, backup),
            text!(
                "{systems}のバックアップは切り離されておらず、{origin}から{store}に届きます",
                "the backup of {systems} is never detached, and {origin} gets to {store}"; systems, origin, store
            ),
            span,
            what,
        );
        let report = report.witness(way).exposes(things);
        out.push(match backup.offline.as_ref().map(|it| it.value) {
            Some(Offline::ImmutableOnline) => report.severity(Severity::Medium),
            Some(_) => report,
            None => report.confidence(Confidence::Medium),
        });
    }
}

fn detached(backup: &Backup) -> bool {
    let offline = backup.offline.as_ref().map(|it| it.value);
    matches!(offline, Some(Offline::OfflineMedia | Offline::BySchedule))
}

fn matters(inventory: &Inventory, id: &str) -> bool {
    let criticality = inventory
        .systems
        .get(id)
        .and_then(|it| it.criticality.as_ref());
    criticality.is_some_and(|it| matches!(it.value, Criticality::Critical | Criticality::High))
}

fn saved_elsewhere(inventory: &Inventory, id: &str) -> bool {
    let mut backups = inventory.backups.iter().filter(|it| detached(it));
    backups.any(|it| it.of.iter().any(|of| of.id() == id))
}

/// How the store is reached from outside, or else from what it protects: from whom, and the way.
fn way_to(
    facts: &Facts<'_>,
    outside: &Reached<'_>,
    store: &EntityRef,
    exposed: &[&str],
) -> Option<(EntityRef, Vec<Step>)> {
    if exposed.is_empty() {
        return None;
    }
    if let Some(origin) = outside.origin(store) {
        return Some((origin.clone(), outside.path(store)));
    }
    exposed.iter().find_map(|id| {
        let start = EntityRef::new(EntityKind::System, *id);
        let reached = facts.topology.reached_from(&start, Spread::Transitive);
        reached
            .contains(store)
            .then(|| (start, reached.path(store)))
    })
}

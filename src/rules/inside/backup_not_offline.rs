//! No copy is out of reach of who gets in.

use crate::finding::{Confidence, Severity, Step};
use crate::inventory::{Backup, Entry, Inventory};
use crate::locale::Text;
use crate::model::words::{Criticality, Offline};
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, okayama, survey};
use crate::rules::question::{assumed_critical, criticality, name, names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::{Reached, Spread};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "backup-not-offline",
    title: Text::new("切り離されていないバックアップ", "a backup that is never detached"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("18①"), control("11①"), survey("Q12-5"), okayama("7.7")],
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
    let detached_of = inventory.backups.iter().filter(|it| detached(it)).flat_map(|it| &it.of);
    // Systems that need no further word: a copy is detached, or it was told already.
    let mut settled: BTreeSet<&str> = detached_of.map(|of| of.id()).collect();
    for backup in inventory.backups.iter().filter(|it| !detached(it)) {
        let exposed: Vec<&str> = backup
            .of
            .iter()
            .map(|of| of.id())
            .filter(|id| matters(inventory, id) && !settled.contains(id))
            .collect();
        let store = backup.at.as_ref().map(|at| EntityRef::new(EntityKind::System, at.id()));
        let never = backup.offline.as_ref();
        if exposed.is_empty() || (store.is_none() && never.is_none()) {
            continue; // Media of which nothing is stated may well lie in a safe.
        }
        settled.extend(&exposed);
        let way = store.as_ref().and_then(|store| way_to(facts, &outside, store, &exposed));
        out.push(report(inventory, backup, &exposed, store.as_ref(), way));
    }
}

/// Where somebody gets to the store from, and how.
type Way = (EntityRef, Vec<Step>);

fn report(
    inventory: &Inventory,
    backup: &Entry<Backup>,
    exposed: &[&str],
    store: Option<&EntityRef>,
    way: Option<Way>,
) -> Report {
    let things = exposed.iter().map(|id| EntityRef::new(EntityKind::System, *id));
    let things: Vec<EntityRef> = things.collect();
    let systems = names(inventory, &things);
    let assumed = assumed_critical(exposed.iter().filter_map(|id| inventory.systems.get(id)));
    let message = match (store, &way) {
        (Some(store), Some((origin, _))) => {
            let (origin, store) = (name(inventory, origin), name(inventory, store));
            text!(
                "{systems}のバックアップは切り離されておらず、{origin}から{store}に届きます{assumed}",
                "the backup of {systems} is never detached, and {origin} gets to {store}{assumed}"; systems, origin, store, assumed
            )
        }
        _ => text!(
            "{systems}には、切り離されたバックアップが一つもありません{assumed}",
            "no copy of {systems} is detached{assumed}"; systems, assumed
        ),
    };
    let (span, what) = match (&backup.offline, &backup.at) {
        (Some(offline), _) => (offline.span, text!("つながったままです", "it stays connected")),
        (None, Some(at)) => {
            (at.span, text!("切り離し方が書かれていません", "how it is detached is not stated"))
        }
        (None, None) => (
            backup.id.span,
            text!("切り離し方が書かれていません", "how it is detached is not stated"),
        ),
    };
    let report =
        Report::new(thing(EntityKind::Backup, backup), message, span, what).exposes(things);
    let report = match backup.offline {
        Some(_) => report,
        None => report.confidence(Confidence::Medium),
    };
    let immutable = backup.offline.as_ref().map(|it| it.value) == Some(Offline::ImmutableOnline);
    match way {
        Some((_, steps)) if !immutable => report.witness(steps),
        Some((_, steps)) => report.witness(steps).severity(Severity::Medium),
        None => report.severity(Severity::Medium),
    }
}

fn detached(backup: &Backup) -> bool {
    let offline = backup.offline.as_ref().map(|it| it.value);
    matches!(offline, Some(Offline::OfflineMedia | Offline::BySchedule))
}

fn matters(inventory: &Inventory, id: &str) -> bool {
    let criticality = inventory.systems.get(id).and_then(criticality);
    criticality.is_some_and(|(it, _)| matches!(it, Criticality::Critical | Criticality::High))
}

/// How the store is reached from outside, or else from what it protects: from whom, and the way.
fn way_to(
    facts: &Facts<'_>,
    outside: &Reached<'_>,
    store: &EntityRef,
    exposed: &[&str],
) -> Option<Way> {
    if let Some(origin) = outside.origin(store) {
        return Some((origin.clone(), outside.path(store)));
    }
    let starts = exposed.iter().map(|id| EntityRef::new(EntityKind::System, *id));
    let starts: Vec<EntityRef> = starts.collect();
    let reached = facts.topology.reached_from_any(&starts, Spread::Transitive);
    let origin = reached.origin(store)?.clone();
    Some((origin, reached.path(store)))
}

//! Somebody outside reaches backups, over relays or directly.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Backup, Entry};
use crate::locale::Text;
use crate::model::words::Offline;
use crate::model::{EntityKind, EntityRef};
use crate::reach::exposure::Outsider;
use crate::reach::relay::Relays;
use crate::rules::authority::{control, survey};
use crate::rules::question::{name, thing};
use crate::rules::reached::{way_of, whom};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "backup-reached-from-outside",
    title: Text::new("外部から届くバックアップ", "a backup that the outside reaches"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("18①"), survey("Q12-5")],
    remedy: Text::new(
        "外部から届く系統からバックアップ装置に届かないようにし、1世代以上を取り外して保管してください。",
        "Keep whatever the outside reaches away from the backup, and keep at least one generation detached.",
    ),
    page: include_str!("backup_reached_from_outside.md"),
    check: Check::Facts(check),
};

/// An intruder goes on over relays so many times.
const STEPS: usize = 4;

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let keepers = inventory.systems.iter().map(|it| thing(EntityKind::System, it));
    let keepers = keepers.filter(|it| facts.reach.keeps_backups(it) && !all_detached(facts, it));
    let keepers: Vec<EntityRef> = keepers.collect();
    if keepers.is_empty() {
        return;
    }
    let outsiders = facts.exposure().outsiders.iter().filter(|it| gets_in(it)).map(|it| &it.thing);
    let ways = facts.reach.certain_ways(outsiders, Relays::Sessions, STEPS, &keepers);
    for (parties, first) in ways {
        let keeper = first.thing.clone();
        let Some(span) = inventory.span_of(&keeper) else { continue };
        let (who, backup) = (whom(facts, &parties), name(inventory, &keeper));
        let how = match first.hops {
            1 => Text::new("直接", "directly"),
            hops => {
                let relays = hops - 1;
                text!("中継{relays}段で", "over {relays} relays")
            }
        };
        let message = text!(
            "{who}から、バックアップのある「{backup}」に{how}届きます",
            "{who} reaches `{backup}`, which keeps backups, {how}"; who, backup, how
        );
        let way = first
            .way
            .iter()
            .flat_map(|step| step.trace.iter().flat_map(move |trace| way_of(trace, &step.to)));
        let report = Report::new(
            keeper.clone(),
            message,
            span,
            text!("バックアップはここにあります", "backups are kept here"),
        );
        out.push(report.witness(way.collect()).exposes([keeper]));
    }
}

/// Whether somebody outside certainly reaches any system, so that he could go on from there.
fn gets_in(outsider: &Outsider) -> bool {
    let mut reaches = outsider.reaches.iter();
    reaches.any(|it| it.to.kind == EntityKind::System && it.certainty.is_sure())
}

/// Whether every backup that is kept on a system is taken off and stored.
fn all_detached(facts: &Facts<'_>, keeper: &EntityRef) -> bool {
    let kept = facts.inventory.backups.iter();
    let mut kept = kept.filter(|it| it.at.as_ref().is_some_and(|at| at.value.id() == keeper.id));
    let detached = |it: &Entry<Backup>| {
        it.offline.as_ref().is_some_and(|it| it.value == Offline::OfflineMedia)
    };
    kept.clone().next().is_some() && kept.all(detached)
}

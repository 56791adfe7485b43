//! Guests reach the inside.

use crate::finding::{Confidence, Severity};
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::words::ZoneKind;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::control;
use crate::rules::question::{names, thing};
use crate::rules::reached::{from_zone, report};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::Spread;

pub(super) static RULE: Rule = Rule {
    id: "guest-reaches-inside",
    title: Text::new("来訪者用の網から院内への経路", "a way from the guest network to the inside"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑬"), control("13⑪")],
    remedy: Text::new(
        "来訪者用の網からの通信は、インターネットだけに限ってください。可能なら回線と機器も分けてください。",
        "Permit the guest network the internet only; part line and devices where possible.",
    ),
    page: include_str!("guest_reaches_inside.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for zone in &inventory.zones {
        if zone.kind.value != ZoneKind::Guest {
            continue;
        }
        let guest = thing(EntityKind::Zone, zone);
        let reached = facts.topology.reached_from(&guest, Spread::Direct);
        let inside = reached.things().filter(|it| is_inside(inventory, &guest.id, it));
        let inside: Vec<EntityRef> = inside.cloned().collect();
        let Some((first, span)) = inside.first().and_then(|it| Some((it, reached.permission(it)?)))
        else {
            out.extend(by_configuration(facts, &guest, &zone.name.value));
            continue;
        };
        let (name, target) = (&zone.name.value, names(inventory, &inside));
        out.push(
            Report::new(
                guest.clone(),
                text!(
                    "来訪者用の「{name}」から{target}に届きます",
                    "the guest network `{name}` reaches {target}"; target
                ),
                span,
                text!("この許可で届きます", "this permission leads there"),
            )
            .witness(reached.path(first))
            .exposes(inside.clone()),
        );
    }
}

/// What no declaration permits, and a configuration lets through all the same.
fn by_configuration(facts: &Facts<'_>, guest: &EntityRef, name: &str) -> Option<Report> {
    let inventory = facts.inventory;
    let (inside, basis) = from_zone(facts, guest, |it| is_inside(inventory, &guest.id, it))?;
    let target = names(inventory, &inside);
    let message = text!(
        "来訪者用の「{name}」から{target}に、機器の設定により届きます",
        "the guest network `{name}` reaches {target}, as a device is configured"; target
    );
    let report = report(guest.clone(), message, &basis, inside.first()?)?;
    Some(report.exposes(inside))
}

/// Whether a thing is none of the guests' business. A DMZ and what stands among guests may be.
fn is_inside(inventory: &Inventory, guest: &str, thing: &EntityRef) -> bool {
    let open = |id: &str| {
        let zone = inventory.zones.get(id);
        zone.is_some_and(|it| matches!(it.kind.value, ZoneKind::Guest | ZoneKind::Dmz))
    };
    match thing.kind {
        EntityKind::Zone => !open(&thing.id),
        EntityKind::System => inventory.systems.get(&thing.id).is_some_and(|it| {
            let zones = it.zones();
            !zones.contains(&guest) && !zones.iter().all(|id| open(id))
        }),
        _ => false,
    }
}

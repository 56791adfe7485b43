//! Medical devices reach the internet.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::{SystemClass, ZoneKind};
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, nist};
use crate::rules::question::{names, thing};
use crate::rules::reached::{from_zone, report};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "medical-devices-reach-internet",
    title: Text::new(
        "医療機器からインターネットへの経路",
        "a way from medical devices to the internet",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13⑪"), nist("SC-7(5)")],
    remedy: Text::new(
        "医療機器のゾーンからインターネットへの通信を止め、必要な遠隔監視は宛先を限定した外部接続として載せてください。",
        "Block the internet for medical devices, and declare the telemetry they need as a connection to a named party.",
    ),
    page: include_str!("medical_devices_reach_internet.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let internet = facts.topology.internet();
    let mut told: Vec<&EntityRef> = Vec::new();
    for (source, link) in facts.topology.permitted_to(&internet) {
        let devices = devices_at(facts, source);
        let Some(span) = link.span().filter(|_| !devices.is_empty() && !told.contains(&source))
        else {
            continue;
        };
        told.push(source);
        let devices_named = names(inventory, &devices);
        out.push(
            Report::new(
                source.clone(),
                text!(
                    "医療機器（{devices_named}）からインターネットへ通信できます",
                    "medical devices ({devices_named}) may open sessions to the internet"; devices_named
                ),
                span,
                text!("宛先を限定していない許可です", "this permission names no party"),
            )
            .exposes(devices),
        );
    }
    for zone in &inventory.zones {
        let zone = thing(EntityKind::Zone, zone);
        let declared = told.contains(&&zone) || told.iter().any(|it| stands_in(facts, it, &zone));
        if !declared {
            out.extend(by_configuration(facts, &zone));
        }
    }
}

/// What no declaration permits, and a configuration lets through all the same.
fn by_configuration(facts: &Facts<'_>, zone: &EntityRef) -> Option<Report> {
    let devices = devices_at(facts, zone);
    if devices.is_empty() {
        return None;
    }
    let internet = facts.topology.internet();
    let (_, basis) = from_zone(facts, zone, |it| *it == internet)?;
    let named = names(facts.inventory, &devices);
    let message = text!(
        "医療機器（{named}）からインターネットに、機器の設定により届きます",
        "medical devices ({named}) reach the internet, as a device is configured"; named
    );
    Some(report(zone.clone(), message, &basis, &internet)?.exposes(devices))
}

/// Whether a system that is told of stands in a zone.
fn stands_in(facts: &Facts<'_>, system: &EntityRef, zone: &EntityRef) -> bool {
    system.kind == EntityKind::System && facts.topology.members_of(zone).contains(&system)
}

/// The medical devices that a source of traffic stands for.
fn devices_at(facts: &Facts<'_>, source: &EntityRef) -> Vec<EntityRef> {
    let members = match source.kind {
        EntityKind::Zone => facts.topology.members_of(source),
        _ => vec![source],
    };
    let medical = |it: &&EntityRef| {
        let system = facts.inventory.systems.get(&it.id);
        it.kind == EntityKind::System
            && system.is_some_and(|it| {
                matches!(it.class.value, SystemClass::MedicalDevice | SystemClass::LifeSupport)
            })
    };
    let devices: Vec<EntityRef> = members.into_iter().filter(medical).cloned().collect();
    let zone = facts.inventory.zones.get(&source.id);
    let set_apart = source.kind == EntityKind::Zone
        && zone.is_some_and(|it| it.kind.value == ZoneKind::MedicalDevice);
    if devices.is_empty() && set_apart {
        return vec![source.clone()];
    }
    devices
}

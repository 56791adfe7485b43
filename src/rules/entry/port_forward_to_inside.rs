//! A device passes a port from outside on to a system inside.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Device, Entry, Forward, Inventory, System};
use crate::locale::Text;
use crate::model::words::ZoneKind;
use crate::model::{EntityKind, Service};
use crate::rules::authority::control;
use crate::rules::question::{OPERATING, Sources, offers, sources, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Spanned;
use crate::text;
use crate::topology::Spread;

pub(super) static RULE: Rule = Rule {
    id: "port-forward-to-inside",
    title: Text::new("院内へのポート転送", "a port forwarded to the inside"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("8.1")],
    remedy: Text::new(
        "ポート転送を廃止し、VPNと中継サーバを経由させてください。公開が必要なサーバはDMZに置き、必要なサービスだけを転送してください。",
        "Remove the forward and lead the access through a VPN and a relay. A server that must be public belongs into a DMZ, with the one service it needs.",
    ),
    page: include_str!("port_forward_to_inside.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let internet = facts.topology.internet();
    let internet = facts.topology.reached_from(&internet, Spread::Direct);
    let outside = facts.topology.reached_from_outside(Spread::Direct);
    for device in &facts.inventory.devices {
        for forward in &device.forwards {
            let Some(system) = facts.inventory.systems.get(forward.to.id()) else {
                continue;
            };
            let operating = offers(std::slice::from_ref(passed(forward)), &OPERATING).is_some();
            let anybody = sources(facts.inventory, &forward.from) != Sources::Restricted;
            let severity = match (anybody, operating, in_dmz(facts.inventory, system)) {
                (true, true, _) => Severity::Critical,
                (true, false, false) => Severity::High,
                (false, _, false) | (false, true, true) => Severity::Medium,
                (_, false, true) => continue,
            };
            let target = thing(EntityKind::System, system);
            let anybodys = internet.path(&target);
            let way = if anybodys.is_empty() { outside.path(&target) } else { anybodys };
            let report = of(facts.inventory, device, forward, system).witness(way);
            out.push(report.severity(severity));
        }
    }
}

fn passed(forward: &Forward) -> &Spanned<Service> {
    forward.service.as_ref().unwrap_or(&forward.listen)
}

/// Whether every network that a system stands in is a DMZ.
pub(super) fn in_dmz(inventory: &Inventory, system: &System) -> bool {
    let zones = system.zones();
    let dmz = |id: &&str| {
        let zone = inventory.zones.get(id);
        zone.is_some_and(|it| it.kind.value == ZoneKind::Dmz)
    };
    !zones.is_empty() && zones.iter().all(dmz)
}

fn of(
    inventory: &Inventory,
    device: &Entry<Device>,
    forward: &Forward,
    system: &Entry<System>,
) -> Report {
    let target = thing(EntityKind::System, system);
    let (name, system_name) = (&device.name.value, &system.name.value);
    let (listen, service) = (forward.listen.value, passed(forward).value.described());
    let report = Report::new(
        thing(EntityKind::Device, device),
        text!(
            "「{name}」は外側の{listen}を「{system_name}」の{service}へ転送しています",
            "`{name}` passes {listen} on the outside to {service} of `{system_name}`"
        ),
        forward.listen.span,
        match sources(inventory, &forward.from) {
            Sources::Restricted => text!("接続元は限定されています", "its sources are limited"),
            _ => text!("接続元を限定していません", "anybody may use it"),
        },
    );
    report.distinct(target.clone()).exposes([target])
}

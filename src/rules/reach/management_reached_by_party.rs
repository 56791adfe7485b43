//! A party outside reaches the management of a device over its own line.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{AddressSet, EntityKind, EntityRef, Service};
use crate::reach::exposure::{Outsider, Reached};
use crate::reach::packets::PacketSet;
use crate::rules::authority::{checklist, control};
use crate::rules::question::name;
use crate::rules::reached::{configured, report, whom};
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "management-reached-by-party",
    title: Text::new("外部接続から届く管理接続", "device management that a party outside reaches"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), checklist("2⑬")],
    remedy: Text::new(
        "機器の管理接続（SSH・管理画面・SNMP等）を許す相手を、管理端末または管理系ゾーンだけにしてください。VPNの先も外部です。",
        "Let administrators' machines or the management zone alone reach the management of the device. The far side of a VPN is outside, too.",
    ),
    page: include_str!("management_reached_by_party.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let internet = facts.topology.internet();
    let mut devices: BTreeMap<&EntityRef, Vec<(&Outsider, &Reached)>> = BTreeMap::new();
    for (outsider, reached) in configured(facts) {
        if reached.to.kind == EntityKind::Device
            && !managed_by(facts, &reached.to, reached).is_empty()
        {
            devices.entry(&reached.to).or_default().push((outsider, reached));
        }
    }
    for (device, reached) in devices {
        // What everybody reaches is told as such.
        let anybody = |(outsider, _): &(&Outsider, &Reached)| outsider.thing == internet;
        let Some((_, first)) = reached.first().filter(|_| !reached.iter().any(anybody)) else {
            continue;
        };
        let parties: Vec<&EntityRef> =
            reached.iter().map(|(outsider, _)| &outsider.thing).collect();
        let (who, name) = (whom(facts, &parties), name(facts.inventory, device));
        let services = managed_by(facts, device, first);
        let services = services.iter().map(|it| Text::same(it.described()));
        let services = Text::list(&services.collect::<Vec<_>>());
        let message = text!(
            "{who}から、機器「{name}」の管理接続（{services}）に届きます",
            "{who} reaches the management of the device `{name}` ({services})"; who, name, services
        );
        let report = report(device.clone(), message, &first.basis(facts.reach), device);
        out.extend(report.map(|it| it.exposes([device.clone()])));
    }
}

/// The management services of a device among what is reached.
fn managed_by(facts: &Facts<'_>, device: &EntityRef, reached: &Reached) -> Vec<Service> {
    let any = AddressSet::any();
    let asked = reached.services.packets();
    let own = facts.configured().filter(|(thing, _)| *thing == device);
    let mut services: Vec<Service> = Vec::new();
    for (_, configured) in own {
        for it in configured.config.management.iter().filter(|it| it.enabled) {
            let spoken = PacketSet::sessions(&any, &any, &[it.service]).meets(&asked);
            if spoken && !services.contains(&it.service) {
                services.push(it.service);
            }
        }
    }
    services
}

//! Boxes in a zone that no ledger has.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{checklist, control, management, nist};
use crate::rules::question::name;
use crate::rules::seen::{called, grave, strangers};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::observed::{Stranger, Unknown};
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "unknown-device-seen",
    title: Text::new("台帳にない機器の観測", "boxes that no ledger has were seen"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("2②"), management("9"), checklist("2①"), nist("CM-8(3)")],
    remedy: Text::new(
        "それぞれの機器を突き止め、台帳（systems または devices）に書くか、網から外してください。端末の集まりは、使うアドレスの範囲をまとめて1件のシステムとして書けます。",
        "Find each of them, and declare it under `systems` or `devices` or take it off the network. A group of terminals is declared as one system with the network that it uses.",
    ),
    page: include_str!("unknown_device_seen.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let routers: Vec<_> = strangers(facts, Unknown::Router).filter_map(|it| it.mac).collect();
    let mut zones: BTreeMap<&str, Vec<&Stranger>> = BTreeMap::new();
    for stranger in strangers(facts, Unknown::Host) {
        // One that acts as a router is told as that.
        if stranger.mac.is_some_and(|it| routers.contains(&it)) {
            continue;
        }
        if let Some(zone) = stranger.zones.first() {
            zones.entry(zone).or_default().push(stranger);
        }
    }
    for (zone, hosts) in zones {
        let mut places = hosts.iter().flat_map(|it| {
            let called = called(facts, it);
            it.spans.first().map(|span| {
                (*span, text!("台帳にない機器 {called}", "not declared: {called}"; called))
            })
        });
        let Some((span, here)) = places.next() else { continue };
        let thing = EntityRef::new(EntityKind::Zone, zone);
        let (count, called, zone_name) = (
            hosts.len(),
            hosts.first().map(|it| called(facts, it)).unwrap_or_default(),
            name(facts.inventory, &thing),
        );
        let message = text!(
            "「{zone_name}」に、台帳にない機器が{count}台あります（{called}など）",
            "{count} box(es) in {zone_name} are in no ledger, such as {called}"; zone_name, called
        );
        let places: Vec<_> = places.collect();
        // A system whose address nobody wrote down may be any of them.
        let mut members = facts.inventory.systems.iter().filter(|it| it.zones().contains(&zone));
        let blank = members.any(|it| it.attachments().all(|at| at.addresses.is_empty()));
        let confidence = if blank { Confidence::Medium } else { Confidence::High };
        let severity = if grave(facts, zone) { Severity::High } else { Severity::Medium };
        let report = Report::new(thing, message, span, here).also_all(places);
        out.push(report.confidence(confidence).severity(severity));
    }
}

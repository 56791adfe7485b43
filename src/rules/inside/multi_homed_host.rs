//! A host stands in networks of different trust.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Entry, Inventory, System, Zone};
use crate::locale::Text;
use crate::model::words::{SystemKind, ZoneKind};
use crate::model::{Answer, EntityKind, EntityRef};
use crate::rules::authority::{control, nist};
use crate::rules::question::{leads_to_internet, names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "multi-homed-host",
    title: Text::new("信頼の異なる網にまたがる機器", "a host in networks of different trust"),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13②"), control("13⑪"), nist("SC-7")],
    remedy: Text::new(
        "一方の網から外し、データの受け渡しは中継サーバかファイアウォール越しの決まった通信に置き換えてください。外せない場合はインタフェース間の中継を無効にしてください。",
        "Take it off one of the networks and hand the data over through a relay or a filtered flow. Where that is impossible, disable forwarding between its interfaces.",
    ),
    page: include_str!("multi_homed_host.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for system in &facts.inventory.systems {
        if !system.interfaces.is_empty() {
            out.extend(of(facts.inventory, system));
        }
    }
}

/// How far a zone is trusted: what must be kept apart from what.
fn trust(kind: ZoneKind) -> u8 {
    match kind {
        ZoneKind::Clinical
        | ZoneKind::Department
        | ZoneKind::MedicalDevice
        | ZoneKind::Management
        | ZoneKind::Backup => 0,
        ZoneKind::Administrative | ZoneKind::Facility => 1,
        ZoneKind::Dmz => 2,
        ZoneKind::Information => 3,
        ZoneKind::Guest => 4,
    }
}

fn of(inventory: &Inventory, system: &Entry<System>) -> Option<Report> {
    // Relays and proxies are made for standing between a DMZ and one network behind it.
    let between = matches!(system.kind.value, SystemKind::Relay | SystemKind::Proxy);
    let own = system.zone.as_ref().and_then(|it| inventory.zones.get(it.id()));
    let level = |it: &Zone| trust(it.kind.value);
    let further = || system.interfaces.iter().filter_map(|it| it.zone.as_ref());
    let first = own.or_else(|| inventory.zones.get(further().next()?.id()));
    let apart = further().find(|zone| {
        let there = inventory.zones.get(zone.id());
        first.zip(there).is_some_and(|(first, there)| {
            let through_dmz =
                level(first) == trust(ZoneKind::Dmz) || level(there) == trust(ZoneKind::Dmz);
            level(first) != level(there) && !(between && through_dmz)
        })
    });
    let line = system.interfaces.iter().find_map(|it| it.circuit.as_ref());
    let line = line.filter(|_| first.is_some());
    let exposed = line
        .and_then(|it| inventory.circuits.get(it.id()))
        .is_some_and(|it| leads_to_internet(it.kind.value));
    let forwarding = system.interfaces.iter().filter_map(|it| it.forwarding.as_ref());
    let forwards = forwarding.clone().find(|it| it.value == Answer::Yes);

    let (span, other) = match (line, apart) {
        (Some(line), _) => (line.span, EntityRef::new(EntityKind::Circuit, line.id())),
        (None, Some(zone)) => (zone.span, EntityRef::new(EntityKind::Zone, zone.id())),
        (None, None) => return None,
    };
    let home = EntityRef::new(EntityKind::Zone, first?.id.value.as_str());
    let (name, home_name, other) = (
        &system.name.value,
        names(inventory, std::slice::from_ref(&home)),
        names(inventory, &[other]),
    );
    let report = Report::new(
        thing(EntityKind::System, system),
        text!(
            "「{name}」は、{home_name}と{other}の両方につながっています",
            "`{name}` stands both in {home_name} and in {other}"; home_name, other
        ),
        span,
        text!("ここで網をまたいでいます", "it crosses over here"),
    )
    .exposes([home]);
    Some(match forwards {
        Some(it) => report.severity(Severity::High).also(
            it.span,
            text!("インタフェース間で中継します", "it forwards between its interfaces"),
        ),
        None if exposed => report.severity(Severity::High),
        None => report,
    })
}

//! A maintenance line reaches what somebody else maintains.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Entry, Holder, Inventory, System};
use crate::locale::Text;
use crate::model::words::{Purpose, SystemKind};
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, nist};
use crate::rules::question::{
    entry_devices, inbound, names, opened_from_outside, thing, whole_zone,
};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use crate::topology::Spread;

pub(super) static RULE: Rule = Rule {
    id: "vendor-reaches-beyond-target",
    title: Text::new(
        "保守対象の外に届く保守回線",
        "a maintenance line that reaches beyond its target",
    ),
    severity: Severity::High,
    confidence: Confidence::Medium,
    references: &[control("10②"), control("13⑪"), nist("MA-4(4)")],
    remedy: Text::new(
        "保守回線から他社の保守対象に届かないよう、その事業者の対象だけのゾーンに分けるか、病院が管理するファイアウォールで限定してください。",
        "Keep the line away from what others maintain: give its targets a zone of their own, or filter on a firewall that the hospital controls.",
    ),
    page: include_str!("vendor_reaches_beyond_target.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for connection in &inventory.connections {
        // Without limits of its own a connection is told once, by `unrestricted-target`.
        let limited = !connection.allow.is_empty()
            && !inbound(connection).any(|it| whole_zone(inventory, &it.to.value));
        if connection.purpose.value == Purpose::RemoteMaintenance
            && limited
            && opened_from_outside(connection)
        {
            out.extend(permitted(facts, connection).or_else(|| unfiltered(facts, connection)));
        }
    }
}

/// The system, if another party than this connection's maintains it.
fn others<'a>(
    inventory: &'a Inventory,
    connection: &Connection,
    system: &EntityRef,
) -> Option<&'a Entry<System>> {
    let system = inventory.systems.get(&system.id)?;
    let vendor = system.vendor.as_ref()?;
    (vendor.id() != connection.party.id()).then_some(system)
}

/// A permission names a system that somebody else maintains.
fn permitted(facts: &Facts<'_>, connection: &Entry<Connection>) -> Option<Report> {
    let party = EntityRef::new(EntityKind::Party, connection.party.id());
    let reached = facts.topology.reached_over(&party, &connection.id.value, Spread::Direct);
    let beyond = reached.things().filter(|it| it.kind == EntityKind::System);
    let beyond: Vec<EntityRef> = beyond
        .filter(|it| others(facts.inventory, connection, it).is_some_and(|it| !is_relay(it)))
        .cloned()
        .collect();
    let first = beyond.first()?;
    let span = reached.permission(first)?;
    let report = report(facts.inventory, connection, &beyond, span);
    Some(report.witness(reached.path(first)).confidence(Confidence::High).exposes(beyond))
}

/// Maintainers share relays.
fn is_relay(system: &System) -> bool {
    system.kind.value == SystemKind::Relay
}

/// The party itself controls the device that should hold it back, and the device stands in a
/// zone with systems of others.
fn unfiltered(facts: &Facts<'_>, connection: &Entry<Connection>) -> Option<Report> {
    let inventory = facts.inventory;
    let device = entry_devices(inventory, connection).last()?;
    let configures = device.responsibility.as_ref().and_then(|it| it.configuration.as_ref());
    let controls = configures.or(device.owner.as_ref())?;
    let theirs = matches!(&controls.value, Holder::Party(id) if id == connection.party.id());
    if !theirs {
        return None;
    }
    let mut beyond: Vec<EntityRef> = Vec::new();
    for zone in device.zones() {
        let zone = EntityRef::new(EntityKind::Zone, zone);
        let around = facts.topology.members_of(&zone);
        beyond.extend(
            around.into_iter().filter(|it| others(inventory, connection, it).is_some()).cloned(),
        );
    }
    if beyond.is_empty() {
        return None;
    }
    let report = report(inventory, connection, &beyond, connection.at.as_ref()?.span);
    Some(
        report
            .also(
                controls.span,
                text!(
                    "この機器はその事業者が管理しています",
                    "the party itself controls this device"
                ),
            )
            .exposes(beyond),
    )
}

fn report(
    inventory: &Inventory,
    connection: &Entry<Connection>,
    beyond: &[EntityRef],
    span: Span,
) -> Report {
    let (name, beyond) = (&connection.name.value, names(inventory, beyond));
    Report::new(
        thing(EntityKind::Connection, connection),
        text!(
            "外部接続「{name}」は、他の事業者が保守する{beyond}にも届きます",
            "the connection `{name}` also reaches {beyond}, which others maintain"; beyond
        ),
        span,
        text!("ここから届きます", "it gets there from here"),
    )
}

//! A partner of another trade gets to the health records.

use crate::finding::{Confidence, Severity, Step};
use crate::inventory::{Connection, Entry, Inventory};
use crate::locale::Text;
use crate::model::words::{PartyKind, SystemKind};
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, nist};
use crate::rules::question::{names, opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use crate::topology::Spread;

pub(super) static RULE: Rule = Rule {
    id: "partner-network-to-ehr",
    title: Text::new(
        "委託先の網から電子カルテへの経路",
        "a way from a contractor to the health records",
    ),
    severity: Severity::High,
    confidence: Confidence::Medium,
    references: &[nist("CA-3(7)"), control("13⑪")],
    remedy: Text::new(
        "経路の途中の許可を、必要なシステムとサービスだけに狭めてください。委託先とやり取りするサーバは、診療系と分けたゾーンに置いてください。",
        "Narrow the permissions on the way to the systems and services that are needed, and keep the server that talks to the contractor apart from the clinical zone.",
    ),
    page: include_str!("partner_network_to_ehr.md"),
    check: Check::Facts(check),
};

/// A way from one connection to the health records.
struct Way<'a> {
    connection: &'a Entry<Connection>,
    permission: Span,
    records: Vec<EntityRef>,
    steps: Vec<Step>,
}

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let connections = facts.inventory.connections.iter();
    let mut ways: Vec<Way<'_>> = connections.filter_map(|it| way(facts, it)).collect();
    // Ways that end in the same permission have one cause.
    while let Some(first) = ways.first() {
        let permission = first.permission;
        let (same, further) = ways.into_iter().partition(|it| it.permission == permission);
        ways = further;
        out.extend(report(facts.inventory, same));
    }
}

fn way<'a>(facts: &Facts<'a>, connection: &'a Entry<Connection>) -> Option<Way<'a>> {
    let inventory = facts.inventory;
    let party = EntityRef::new(EntityKind::Party, connection.party.id());
    let stranger = inventory.parties.get(&party.id).is_some_and(|it| {
        !matches!(
            it.kind.value,
            PartyKind::Vendor | PartyKind::Integrator | PartyKind::Staff | PartyKind::Internet
        )
    });
    if !stranger || !opened_from_outside(connection) {
        return None;
    }
    let id = &connection.id.value;
    let direct = facts.topology.reached_over(&party, id, Spread::Direct);
    let spread = facts.topology.reached_over(&party, id, Spread::Transitive);
    let records = inventory
        .systems
        .iter()
        .filter(|it| matches!(it.kind.value, SystemKind::Ehr | SystemKind::Ordering));
    let records = records.map(|it| thing(EntityKind::System, it));
    let records: Vec<EntityRef> = records.filter(|it| spread.contains(it)).collect();
    // Who is permitted to the records is there already.
    if records.iter().any(|it| direct.contains(it)) {
        return None;
    }
    let steps = records.iter().map(|it| spread.path(it));
    let steps = steps.min_by_key(Vec::len)?;
    let nearest = &steps.last()?.thing;
    let permission = spread.permission(nearest)?;
    Some(Way { connection, permission, records, steps })
}

fn report(inventory: &Inventory, same: Vec<Way<'_>>) -> Option<Report> {
    let things = same.iter().map(|it| thing(EntityKind::Connection, it.connection));
    let things: Vec<EntityRef> = things.collect();
    let others: Vec<_> = same.iter().map(|it| it.connection.id.span).collect();
    let first = same.into_iter().next()?;
    let (from, target) = (names(inventory, &things), names(inventory, &first.records));
    let report = Report::new(
        thing(EntityKind::Connection, first.connection),
        text!(
            "外部接続（{from}）から、院内を経て{target}まで届きます",
            "from outside ({from}) the way leads on to {target}"; from, target
        ),
        first.permission,
        text!("この許可を使って届きます", "this permission leads there"),
    );
    let report = others.into_iter().fold(report, |report, span| {
        report.also(span, text!("ここから入ります", "it starts here"))
    });
    Some(report.witness(first.steps).exposes(first.records))
}

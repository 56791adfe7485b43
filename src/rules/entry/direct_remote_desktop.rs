//! Somebody outside operates a system without a relay.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Allow, Endpoint, Inventory};
use crate::locale::Text;
use crate::model::words::{SystemKind, ZoneKind};
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, nist, okayama};
use crate::rules::question::{OPERATING, inbound, offers, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::Spread;

pub(super) static RULE: Rule = Rule {
    id: "direct-remote-desktop",
    title: Text::new("中継を経ない遠隔操作", "remote operation without a relay"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), okayama("7.3.1"), nist("AC-17(3)")],
    remedy: Text::new(
        "中継サーバを設け、外部からの遠隔操作はそこを必ず経由させてください（allow の via に書きます）。操作の記録も中継サーバで残します。",
        "Put a relay in between and let remote operation pass through it alone (`via`). Record the sessions there.",
    ),
    page: include_str!("direct_remote_desktop.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        let mut direct = inbound(connection).filter_map(|allow| {
            let service = offers(&allow.services, &OPERATING)?;
            let free = allow.via.is_none() && !stands_in_front(facts.inventory, &allow.to.value);
            free.then_some((allow, service))
        });
        let Some((first, service)) = direct.next() else {
            continue;
        };
        let (name, target) = (&connection.name.value, target(facts.inventory, first));
        let described = service.value.described();
        let report = Report::new(
            thing(EntityKind::Connection, connection),
            text!(
                "外部接続「{name}」から{target}へ、中継なしで{described}の接続ができます",
                "the connection `{name}` reaches {target} by {described} directly, without a relay"; target
            ),
            service.span,
            text!("中継サーバを経由していません", "no relay stands in between"),
        );
        let report = direct.fold(report, |report, (_, service)| {
            report.also(service.span, text!("ここも同じです", "so does this"))
        });
        let party = EntityRef::new(EntityKind::Party, connection.party.id());
        let reached = facts.topology.reached_over(&party, &connection.id.value, Spread::Direct);
        let systems = reached.things().filter(|it| it.kind == EntityKind::System);
        out.push(report.exposes(systems.cloned()));
    }
}

/// Whether this is a system made to receive the outside: a relay, or one that stands in a DMZ only
/// (an exchange server that is handed files by SFTP).
fn stands_in_front(inventory: &Inventory, end: &Endpoint) -> bool {
    let Endpoint::Named(id) = end else {
        return false;
    };
    let Some(system) = inventory.systems.get(id) else {
        return false;
    };
    let zones = system.zones();
    let dmz = |id: &&str| {
        let zone = inventory.zones.get(id);
        zone.is_some_and(|it| it.kind.value == ZoneKind::Dmz)
    };
    system.kind.value == SystemKind::Relay || !zones.is_empty() && zones.iter().all(dmz)
}

fn target(inventory: &Inventory, allow: &Allow) -> Text {
    match &allow.to.value {
        Endpoint::Any => Text::new("院内全体", "everything inside"),
        Endpoint::Named(id) => {
            let kind =
                if inventory.zones.declares(id) { EntityKind::Zone } else { EntityKind::System };
            let thing = EntityRef::new(kind, id);
            let name = inventory.name_of(&thing);
            text!("「{name}」", "`{name}`")
        }
        other => Text::same(other.to_string()),
    }
}

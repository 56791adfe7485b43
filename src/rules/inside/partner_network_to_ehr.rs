//! A partner of another trade gets to the health records.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::{PartyKind, SystemKind};
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, nist};
use crate::rules::question::{names, opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
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

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for connection in &inventory.connections {
        let party = EntityRef::new(EntityKind::Party, connection.party.id());
        let stranger = inventory.parties.get(&party.id).is_some_and(|it| {
            !matches!(
                it.kind.value,
                PartyKind::Vendor | PartyKind::Integrator | PartyKind::Staff | PartyKind::Internet
            )
        });
        if !stranger || !opened_from_outside(connection) {
            continue;
        }
        let id = &connection.id.value;
        let direct = facts.topology.reached_over(&party, id, Spread::Direct);
        let spread = facts.topology.reached_over(&party, id, Spread::Transitive);
        let records = inventory
            .systems
            .iter()
            .filter(|it| matches!(it.kind.value, SystemKind::Ehr | SystemKind::Ordering));
        let beyond: Vec<EntityRef> = records
            .map(|it| thing(EntityKind::System, it))
            .filter(|it| spread.contains(it) && !direct.contains(it))
            .collect();
        let Some(nearest) = beyond.iter().min_by_key(|it| spread.path(it).len()) else {
            continue;
        };
        let (name, target) = (&connection.name.value, names(inventory, &beyond));
        let entry = spread.path(nearest).first().and_then(|step| step.span);
        let span = spread
            .permission(nearest)
            .or(entry)
            .unwrap_or(connection.id.span);
        out.push(
            Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」から、院内を経て{target}まで届きます",
                    "from the connection `{name}` the way leads on to {target}"; target
                ),
                span,
                text!("この許可を使って届きます", "this permission leads there"),
            )
            .also(
                connection.id.span,
                text!("ここから入ります", "it starts here"),
            )
            .witness(spread.path(nearest))
            .exposes(beyond),
        );
    }
}

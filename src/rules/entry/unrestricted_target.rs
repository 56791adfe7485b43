//! A connection does not limit what it reaches.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Entry};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, nist, okayama};
use crate::rules::question::{everything, inbound, opened_from_outside, thing, whole_zone};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::Spread;

pub(super) static RULE: Rule = Rule {
    id: "unrestricted-target",
    title: Text::new(
        "接続先を限定していない外部接続",
        "a connection that does not limit its targets",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), nist("SC-7(5)"), okayama("8.3.2")],
    remedy: Text::new(
        "保守の対象となるシステムとサービスを一つずつ allow に書き、VPN装置でもそのとおりに限定してください。",
        "Name each system and service of the contract under `allow`, and let the gateway enforce exactly that.",
    ),
    page: include_str!("unrestricted_target.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        if opened_from_outside(connection) {
            out.extend(of(facts, connection));
        }
    }
}

fn of(facts: &Facts<'_>, connection: &Entry<Connection>) -> Option<Report> {
    let name = &connection.name.value;
    let zone = inbound(connection).find(|it| whole_zone(facts.inventory, &it.to.value));
    let every = inbound(connection).find(|it| everything(&it.services));
    let (span, what, message) = match (zone, every) {
        _ if connection.allow.is_empty() => (
            connection.id.span,
            text!("許可する通信が書かれていません", "no permission is stated"),
            text!(
                "外部接続「{name}」は、届く範囲が定められていません",
                "the connection `{name}` does not state what it may reach"
            ),
        ),
        (Some(allow), _) => (
            allow.to.span,
            text!("ゾーン全体です", "this is a whole zone"),
            text!(
                "外部接続「{name}」は、対象のシステムを限定せずゾーン全体に届きます",
                "the connection `{name}` reaches a whole zone instead of its targets"
            ),
        ),
        (None, Some(allow)) => (
            allow.services.first().map_or(allow.to.span, |it| it.span),
            text!("すべてのサービスです", "this is every service"),
            text!(
                "外部接続「{name}」は、対象のすべてのサービスに届きます",
                "the connection `{name}` reaches every service of its targets"
            ),
        ),
        (None, None) => return None,
    };
    let report = Report::new(thing(EntityKind::Connection, connection), message, span, what);
    let party = EntityRef::new(EntityKind::Party, connection.party.id());
    let reached = facts.topology.reached_over(&party, &connection.id.value, Spread::Direct);
    let systems = reached.things().filter(|it| it.kind == EntityKind::System);
    let systems: Vec<EntityRef> = systems.cloned().collect();
    let witness = systems.last().map(|last| reached.path(last));
    let report = report.witness(witness.unwrap_or_default()).exposes(systems);
    // One system with all its services is less than a network.
    let narrow = zone.is_none() && !connection.allow.is_empty();
    Some(if narrow { report.severity(Severity::Medium) } else { report })
}

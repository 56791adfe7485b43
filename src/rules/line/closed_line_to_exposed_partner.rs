//! A closed line leads to a network that the internet reaches.

use crate::finding::{Confidence, Severity};
use crate::inventory::Connection;
use crate::locale::Text;
use crate::model::{Answer, EntityKind, EntityRef};
use crate::rules::authority::{control, nist};
use crate::rules::question::{crosses_internet, inbound, name, opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;
use crate::topology::Spread;

pub(super) static RULE: Rule = Rule {
    id: "closed-line-to-exposed-partner",
    title: Text::new(
        "インターネットに露出した接続先との閉域接続",
        "a closed line to a party exposed to the internet",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[nist("CA-3(7)"), control("13⑪")],
    remedy: Text::new(
        "閉域であってもインターネットからの接続と同じに扱い、中継サーバで終端して、届く先とサービスを必要なものだけに限ってください。",
        "Treat it like a connection from the internet: end it at a relay and permit only what is needed.",
    ),
    page: include_str!("closed_line_to_exposed_partner.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        let party = facts.inventory.parties.get(connection.party.id());
        let exposed = party.and_then(|it| it.internet_exposed.as_ref());
        let Some(exposed) = exposed.filter(|it| it.value == Answer::Yes) else {
            continue;
        };
        if crosses_internet(facts.inventory, connection)
            || !opened_from_outside(connection)
            || held_at_relay(connection)
        {
            continue;
        }
        let party = EntityRef::new(EntityKind::Party, connection.party.id());
        let reached = facts
            .topology
            .reached_over(&party, &connection.id.value, Spread::Transitive);
        let systems = reached.things().filter(|it| it.kind == EntityKind::System);
        let systems: Vec<EntityRef> = systems.cloned().collect();
        let worst = systems.iter().min_by_key(|it| {
            let system = facts.inventory.systems.get(&it.id);
            let criticality = system
                .and_then(|it| it.criticality.as_ref())
                .map(|it| it.value);
            criticality.map_or(usize::MAX, |it| it as usize)
        });
        let witness = worst.map(|it| reached.path(it)).unwrap_or_default();
        let (name, other) = (&connection.name.value, name(facts.inventory, &party));
        out.push(
            Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は閉域ですが、接続先の{other}はインターネットから到達できます",
                    "the connection `{name}` is closed, but {other} at its other end can be reached from the internet"; other
                ),
                connection.transport.span,
                text!("閉域でも、先方を経て届きます", "closed, and yet reached through the other end"),
            )
            .also(exposed.span, text!("先方の網は露出しています", "the other network is exposed"))
            .witness(witness)
            .exposes(systems),
        );
    }
}

/// Whether everything that comes in ends at a relay.
fn held_at_relay(connection: &Connection) -> bool {
    let mut permitted = inbound(connection).peekable();
    permitted.peek().is_some() && permitted.all(|it| it.via.is_some())
}

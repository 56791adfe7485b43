//! A closed line leads to a network that the internet reaches.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Entry, Party};
use crate::locale::Text;
use crate::model::{Answer, EntityKind, EntityRef};
use crate::rules::authority::{control, nist};
use crate::rules::question::{crosses_internet, inbound, names, opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
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
    for party in &facts.inventory.parties {
        let exposed = party.internet_exposed.as_ref();
        if let Some(exposed) = exposed.filter(|it| it.value == Answer::Yes) {
            out.extend(of(facts, party, exposed.span));
        }
    }
}

fn of(facts: &Facts<'_>, party: &Entry<Party>, exposed: Span) -> Option<Report> {
    let inventory = facts.inventory;
    let subject = thing(EntityKind::Party, party);
    let closed = inventory.connections.iter().filter(|it| {
        it.party.id() == subject.id
            && !crosses_internet(inventory, it)
            && opened_from_outside(it)
            && !held_at_relay(it)
    });
    let closed: Vec<&Entry<Connection>> = closed.collect();
    closed.first()?;

    let reached: Vec<_> = closed
        .iter()
        .map(|it| facts.topology.reached_over(&subject, &it.id.value, Spread::Transitive))
        .collect();
    let systems = inventory.systems.iter().map(|it| thing(EntityKind::System, it));
    let systems = systems.filter(|it| reached.iter().any(|reached| reached.contains(it)));
    let systems: Vec<EntityRef> = systems.collect();
    let worst = systems.iter().min_by_key(|it| {
        let system = inventory.systems.get(&it.id);
        let criticality = system.and_then(|it| it.criticality.as_ref());
        criticality.map_or(usize::MAX, |it| it.value as usize)
    });
    let ways = worst
        .and_then(|it| reached.iter().map(|reached| reached.path(it)).find(|way| !way.is_empty()));
    let witness = ways.unwrap_or_default();

    let things: Vec<EntityRef> =
        closed.iter().map(|it| thing(EntityKind::Connection, it)).collect();
    let (name, lines) = (&party.name.value, names(inventory, &things));
    let report = Report::new(
        subject,
        text!(
            "閉域でつながる「{name}」の網は、インターネットから到達できます（{lines}）",
            "the network of `{name}`, joined by a closed line ({lines}), can be reached from the internet"; lines
        ),
        exposed,
        text!("先方の網は露出しています", "the other network is exposed"),
    );
    let report = closed.iter().fold(report, |report, it| {
        report.also(
            it.transport.span,
            text!("閉域でも、先方を経て届きます", "closed, and yet reached through the other end"),
        )
    });
    Some(report.witness(witness).exposes(systems))
}

/// Whether everything that comes in ends at a relay.
fn held_at_relay(connection: &Connection) -> bool {
    let mut permitted = inbound(connection).peekable();
    permitted.peek().is_some() && permitted.all(|it| it.via.is_some())
}

//! One terminal uses a closed network and the internet.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Endpoint, Entry, Inventory};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::Direction;
use crate::rules::authority::control;
use crate::rules::question::{crosses_internet, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::{Span, Spanned};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "open-and-closed-session-on-one-terminal",
    title: Text::new(
        "閉域とインターネットを併用する端末",
        "a terminal on a closed network and the internet at once",
    ),
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    references: &[control("13⑥")],
    remedy: Text::new(
        "閉域の接続に使う端末を専用にし、インターネットへの通信を止めてください。",
        "Dedicate the terminal to the closed connection and block the internet for it.",
    ),
    page: include_str!("open_and_closed_session_on_one_terminal.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let internet = facts.topology.internet();
    let to_internet = facts.topology.permitted_to(&internet);
    for system in &inventory.systems {
        let Some((closed_by, span)) = closed_session(inventory, &system.id.value) else {
            continue;
        };
        let subject = thing(EntityKind::System, system);
        let zones = system.zones();
        let by_flow = to_internet.iter().find(|(source, _)| {
            **source == subject
                || (source.kind == EntityKind::Zone && zones.contains(&source.id.as_str()))
        });
        let open = by_flow
            .and_then(|(_, link)| link.span())
            .or_else(|| open_session(inventory, &system.id.value));
        let Some(open) = open else {
            continue;
        };
        let (name, connection) = (&system.name.value, &closed_by.name.value);
        out.push(
            Report::new(
                subject.clone(),
                text!(
                    "「{name}」は、閉域の「{connection}」とインターネットの両方を使えます",
                    "`{name}` uses both the closed connection `{connection}` and the internet"
                ),
                open,
                text!("インターネット側の通信です", "this is the open side"),
            )
            .also(span, text!("閉域側の通信です", "this is the closed side"))
            .exposes([thing(EntityKind::Connection, closed_by)]),
        );
    }
}

/// The first connection on a closed line whose sessions a system opens, and where it says so.
fn closed_session<'a>(inventory: &'a Inventory, id: &str) -> Option<(&'a Entry<Connection>, Span)> {
    let connections = inventory.connections.iter();
    let mut closed = connections.filter(|it| !crosses_internet(inventory, it));
    closed.find_map(|it| Some((it, started_by(it, id)?)))
}

/// Where an open connection says that a system opens its sessions.
fn open_session(inventory: &Inventory, id: &str) -> Option<Span> {
    let connections = inventory.connections.iter();
    let mut open = connections.filter(|it| crosses_internet(inventory, it));
    open.find_map(|it| started_by(it, id))
}

fn started_by(connection: &Connection, id: &str) -> Option<Span> {
    let named =
        |end: &&Spanned<Endpoint>| matches!(&end.value, Endpoint::Named(name) if name == id);
    let outbound = connection
        .allow
        .iter()
        .filter(|it| it.direction.as_ref().is_some_and(|it| it.value == Direction::Outbound));
    let mut from = outbound.filter_map(|it| it.from.as_ref());
    let at = connection.at.as_ref().filter(|at| at.value.owner == id);
    from.find(named).map(|it| it.span).or(at.map(|it| it.span))
}

//! A connection reaches what it was never declared to reach: the configuration lets it.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Entry as Declaration};
use crate::locale::Text;
use crate::model::{AddressSet, EntityKind, EntityRef};
use crate::reach::Trace;
use crate::reach::exposure::{Basis, Services};
use crate::reach::network::EntryKind;
use crate::reach::packets::PacketSet;
use crate::rules::authority::{checklist, control, nist};
use crate::rules::question::{leads_to_internet, names, thing};
use crate::rules::reached::report;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "reaches-beyond-declaration",
    title: Text::new(
        "台帳の許可を超えて届く外部接続",
        "a connection that reaches beyond its declaration",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("10②"), checklist("2⑬"), nist("AC-17(3)")],
    remedy: Text::new(
        "示した行のフィルタを、台帳で許可している通信（allow）だけに狭めてください。必要な通信なら台帳に加えてください。",
        "Narrow the line shown to what the inventory permits (`allow`), or add to the inventory what is needed.",
    ),
    page: include_str!("reaches_beyond_declaration.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for connection in &facts.inventory.connections {
        // A connection without permissions is told once, by `unrestricted-target`.
        if !connection.allow.is_empty() {
            out.extend(beyond(facts, connection));
        }
    }
}

/// What a connection reaches of systems beyond its permissions, by configurations alone.
fn beyond(facts: &Facts<'_>, connection: &Declaration<Connection>) -> Option<Report> {
    let subject = thing(EntityKind::Connection, connection);
    // Whoever the packets seem to come from when they arrive: a translation may hide it.
    let permissions = facts.reach.network.declared.of(&subject);
    let permitted: PacketSet =
        permissions.map(|it| it.packets.with_source(&AddressSet::any())).collect();
    let mut systems: Vec<EntityRef> = Vec::new();
    let mut first: Option<(Trace, Text)> = None;
    // What comes plainly over a line to the internet anybody can send: it is told with the line.
    let circuit = connection.circuit.as_ref().and_then(|it| facts.inventory.circuits.get(it.id()));
    let open = circuit.is_none_or(|it| leads_to_internet(it.kind.value));
    let theirs = facts.reach.entries_of(&subject).into_iter().filter(|it| match it.kind {
        EntryKind::Line => !open,
        EntryKind::Tunnel | EntryKind::Access => true,
        EntryKind::Declared => false,
    });
    for entry in theirs {
        for (to, packets) in &facts.reach.configured_through(entry).at {
            let extra = packets.difference(&permitted);
            if to.kind != EntityKind::System || extra.is_empty() {
                continue;
            }
            let Some(trace) = facts.reach.sample(entry, to, &extra) else { continue };
            first.get_or_insert_with(|| (trace, Services::of(&extra).words()));
            if !systems.contains(to) {
                systems.push(to.clone());
            }
        }
    }
    let (trace, services) = first?;
    let target = systems.first()?;
    let (name, targets) = (&connection.name.value, names(facts.inventory, &systems));
    let message = text!(
        "外部接続「{name}」は、台帳で許可していない{targets}に届く設定です（{services}）",
        "the connection `{name}` is configured to reach {targets} ({services}), which the inventory does not permit";
        targets, services
    );
    let report = report(subject, message, &Basis::of(&trace), target)?;
    let declared = connection.allow.first()?.span;
    let what =
        text!("台帳で許可しているのはここに書いた通信だけです", "the inventory permits only this");
    Some(report.also(declared, what).exposes(systems))
}

//! Remote-control software, with or without a declared connection.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Connection, Endpoint, Entry};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::{SystemKind, Transport};
use crate::rules::authority::{control, okayama};
use crate::rules::question::{inbound, opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "remote-control-product",
    title: Text::new("遠隔操作ソフトによる入口", "a way in by remote-control software"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("8.1"), okayama("7.5")],
    remedy: Text::new(
        "使っていない遠隔操作ソフトは削除してください。必要なものは外部接続として台帳に載せ、中継サーバに限って使ってください。",
        "Remove remote-control software that is not needed. Declare what is needed as a connection and confine it to a relay.",
    ),
    page: include_str!("remote_control_product.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let declared: Vec<&Entry<Connection>> = inventory
        .connections
        .iter()
        .filter(|it| it.transport.value == Transport::RemoteControl)
        .collect();
    for connection in &declared {
        let relayed = !connection.allow.is_empty()
            && inbound(connection).all(|allow| {
                let to_relay = matches!(&allow.to.value, Endpoint::Named(id)
                if inventory.systems.get(id).is_some_and(|it| it.kind.value == SystemKind::Relay));
                allow.via.is_some() || to_relay
            });
        if opened_from_outside(connection) && !relayed {
            let name = &connection.name.value;
            let report = Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は、遠隔操作サービスで院内の機器を直接操作します",
                    "the connection `{name}` operates systems inside through a remote-control service"
                ),
                connection.transport.span,
                text!(
                    "事業者の中継で、院内の壁を通り抜けます",
                    "it passes by the hospital's own walls"
                ),
            );
            out.push(report.severity(Severity::Medium));
        }
    }
    for system in &inventory.systems {
        let named = |it: &&Entry<Connection>| names_system(it, &system.id.value);
        let (Some(first), None) =
            (system.remote_control.first(), declared.iter().copied().find(named))
        else {
            continue;
        };
        let name = &system.name.value;
        let products = system.remote_control.iter().map(|it| Text::same(it.value.as_str()));
        let products = Text::list(&products.collect::<Vec<_>>());
        let subject = thing(EntityKind::System, system);
        out.push(
            Report::new(
                subject.clone(),
                text!(
                    "「{name}」に遠隔操作ソフト（{products}）がありますが、外部接続として台帳にありません",
                    "`{name}` has remote-control software ({products}) that no connection declares"; products
                ),
                first.span,
                text!("この入口は台帳にありません", "this way in is not declared"),
            )
            .exposes([subject]),
        );
    }
}

/// Whether a connection enters at a system, or permits it.
fn names_system(connection: &Connection, id: &str) -> bool {
    let named = |end: &Endpoint| matches!(end, Endpoint::Named(name) if name == id);
    let at = connection.at.as_ref().is_some_and(|at| at.value.owner == id);
    at || connection
        .allow
        .iter()
        .any(|allow| named(&allow.to.value) || allow.via.as_ref().is_some_and(|via| via.id() == id))
}

//! An ISDN or dial-up line is still in use.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::{CircuitKind, Transport};
use crate::rules::authority::control;
use crate::rules::question::{name, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "isdn-line-in-use",
    title: Text::new("ISDN・公衆網の利用", "an ISDN or dial-up line in use"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("13②")],
    remedy: Text::new(
        "使っていなければ解約して機器を外し、使っているものは閉域モバイルやIP-VPNへの移行を、接続先の限定とともに計画してください。",
        "Cancel and remove it if unused; otherwise plan its move to closed mobile or IP-VPN, with its targets limited.",
    ),
    page: include_str!("isdn_line_in_use.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for circuit in &inventory.circuits {
        if circuit.kind.value == CircuitKind::Isdn {
            let subject = thing(EntityKind::Circuit, circuit);
            let name = name(inventory, &subject);
            out.push(Report::new(
                subject,
                text!("回線「{name}」はISDN・公衆網です", "the circuit `{name}` is ISDN or dial-up"; name),
                circuit.kind.span,
                text!("提供の終わる回線です", "such lines are being discontinued"),
            ));
        }
    }
    for connection in &inventory.connections {
        let circuit = connection.circuit.as_ref();
        let circuit = circuit.and_then(|it| inventory.circuits.get(it.id()));
        let told = circuit.is_some_and(|it| it.kind.value == CircuitKind::Isdn);
        if connection.transport.value == Transport::Isdn && !told {
            let name = &connection.name.value;
            out.push(Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」はISDN・公衆網を使っています",
                    "the connection `{name}` uses ISDN or dial-up"
                ),
                connection.transport.span,
                text!("提供の終わる回線です", "such lines are being discontinued"),
            ));
        }
    }
}

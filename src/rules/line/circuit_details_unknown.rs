//! A line that nobody could report or cut.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{control, handa, survey};
use crate::rules::question::{entry_devices, name, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "circuit-details-unknown",
    title: Text::new("回線の情報が不足", "a circuit without the facts to report or cut it"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[handa("3.4.5.3"), control("13①"), survey("Q5")],
    remedy: Text::new(
        "通信事業者、回線番号、ONUの設置場所を契約書と現物で確かめて台帳に書いてください。",
        "Find the carrier, the circuit number and the place of the line terminal, and write them down.",
    ),
    page: include_str!("circuit_details_unknown.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for circuit in &inventory.circuits {
        let lacks = [
            (circuit.provider.is_none(), Text::new("通信事業者", "the carrier")),
            (circuit.circuit_id.is_none(), Text::new("回線番号", "the circuit number")),
            (circuit.onu.is_none(), Text::new("ONUの設置場所", "the place of the line terminal")),
            (
                circuit.phone.is_none(),
                Text::new("故障受付の電話番号", "the telephone number for faults"),
            ),
        ];
        let lacks = lacks.iter().filter(|(lacks, _)| *lacks).map(|(_, what)| what);
        let lacks: Vec<&Text> = lacks.collect();
        if lacks.is_empty() {
            continue;
        }
        let subject = thing(EntityKind::Circuit, circuit);
        let (name, lacks) = (name(inventory, &subject), Text::list(lacks));
        out.push(Report::new(
            subject,
            text!("回線「{name}」の{lacks}が分かりません", "of the circuit `{name}`, {lacks} is not known"; name, lacks),
            circuit.id.span,
            text!("緊急時に止められません", "it cannot be cut in an emergency"),
        ));
    }
    for connection in &inventory.connections {
        let system = connection.at.as_ref().and_then(|at| inventory.systems.get(&at.value.owner));
        let on_device = entry_devices(inventory, connection)
            .any(|it| it.interfaces.iter().any(|it| it.circuit.is_some()));
        let on_system =
            system.is_some_and(|it| it.interfaces.iter().any(|it| it.circuit.is_some()));
        if connection.circuit.is_some() || on_device || on_system {
            continue;
        }
        let name = &connection.name.value;
        out.push(Report::new(
            thing(EntityKind::Connection, connection),
            text!(
                "外部接続「{name}」がどの回線を使うのか分かりません",
                "it is not known which circuit the connection `{name}` uses"
            ),
            connection.id.span,
            text!("回線が書かれていません", "no circuit is stated"),
        ));
    }
}

//! A line that nobody could report or cut.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::model::words::CircuitKind;
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
        "どの回線を使うのかを、契約書・請求書と入口の機器の配線で確かめ、外部接続の circuit に書いてください。",
        "Find out which circuit it uses, by the contract, the bill and the cables of the entry device, and state it as `circuit`.",
    ),
    page: include_str!("circuit_details_unknown.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for circuit in &inventory.circuits {
        let lacks = [
            (
                circuit.provider.is_none(),
                Text::new("通信事業者（provider）", "the carrier (`provider`)"),
            ),
            (
                circuit.circuit_id.is_none(),
                Text::new("回線番号（circuit_id）", "the circuit number (`circuit_id`)"),
            ),
            (
                circuit.onu.is_none() && wired(circuit.kind.value),
                Text::new("ONUの設置場所（onu）", "the place of the line terminal (`onu`)"),
            ),
            (
                circuit.phone.is_none(),
                Text::new(
                    "故障受付の電話番号（phone）",
                    "the telephone number for faults (`phone`)",
                ),
            ),
        ];
        let lacks = lacks.iter().filter(|(lacks, _)| *lacks).map(|(_, what)| what);
        let lacks: Vec<&Text> = lacks.collect();
        if lacks.is_empty() {
            continue;
        }
        let subject = thing(EntityKind::Circuit, circuit);
        let (name, lacks) = (name(inventory, &subject), Text::list(lacks));
        let remedy = text!(
            "{lacks}を、契約書・請求書・開通通知と現物で確かめて台帳に書いてください。",
            "Find {lacks} in the contract, the bill and on the spot, and write it down."; lacks
        );
        let report = Report::new(
            subject,
            text!("回線「{name}」の{lacks}が分かりません", "of the circuit `{name}`, {lacks} is not known"; name, lacks),
            circuit.id.span,
            text!("緊急時に止められません", "it cannot be cut in an emergency"),
        );
        out.push(report.remedy(remedy));
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

/// Whether a line comes into the building on a cable, and ends in a box there.
const fn wired(kind: CircuitKind) -> bool {
    !matches!(kind, CircuitKind::ClosedMobile | CircuitKind::MobileInternet)
}

//! A box of which nobody knows carries traffic out of the hospital.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::Vocabulary as _;
use crate::rules::authority::{checklist, control, survey};
use crate::rules::pathways::{report, severity, undeclared};
use crate::rules::question::names;
use crate::rules::{Check, Facts, Rule, Sink};
use crate::text;
use crate::topology::observed::Unknown;
use crate::topology::{ExternalPath, PathKind};

pub(super) static RULE: Rule = Rule {
    id: "undeclared-exit-seen",
    title: Text::new("台帳にない出口の観測", "an exit of which no ledger knows was seen"),
    severity: Severity::Critical,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("2②"), checklist("2②"), survey("Q5")],
    remedy: Text::new(
        "MACアドレスをスイッチのアドレステーブルで探し、つながっているポートと機器を突き止めてください。事業者が設置したルータなら契約を確かめて外部接続として台帳に書き、誰のものでもなければ取り外してください。",
        "Find the port and the box by the MAC address in the address tables of the switches. If a vendor installed it, check the contract and declare it as a connection; if it is nobody's, unplug it.",
    ),
    page: include_str!("undeclared_exit_seen.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for path in undeclared(facts, PathKind::ObservedExit) {
        let things = names(facts.inventory, &path.exposes);
        let users = match path.exposes.is_empty() {
            true => Text::default(),
            false => text!("。使っているのは「{things}」", "; used by {things}"; things),
        };
        let (name, own, roles) = (&path.name, addresses(facts, path), roles(facts, path));
        let message = text!(
            "台帳にない機器が、外部との通信を運んでいます：{name}{own}{users}{roles}",
            "a box that nobody declared carries traffic to and from outside: {name}{own}{users}{roles}";
            name, own, users, roles
        );
        let here = text!("台帳にない出口", "an exit that nobody declared");
        out.push(report(facts, path, message, here).severity(severity(facts, path)));
    }
}

/// The box's own addresses, where they were seen.
fn addresses(facts: &Facts<'_>, path: &ExternalPath) -> Text {
    let gates = facts.topology.observed().gates.values();
    let own = gates.filter(|it| it.spans.contains(&path.span)).flat_map(|it| &it.own);
    let own: Vec<String> = own.take(3).map(ToString::to_string).collect();
    match own.is_empty() {
        true => Text::new("（アドレス不明）", " (its address is not known)"),
        false => {
            let own = own.join(", ");
            text!("（アドレス {own}）", " (address {own})")
        }
    }
}

/// What else the box does for the network.
fn roles(facts: &Facts<'_>, path: &ExternalPath) -> Text {
    let observed = facts.topology.observed();
    let gates = observed.gates.values().find(|it| it.spans.contains(&path.span));
    let mac = gates.map(|it| it.mac);
    let boxes = observed.strangers.iter();
    let own = boxes.filter(|it| it.what == Unknown::Router && it.mac == mac && mac.is_some());
    let roles: Vec<Text> = own.flat_map(|it| &it.roles).map(|it| it.label()).collect();
    if roles.is_empty() {
        return Text::default();
    }
    let roles = Text::list(&roles);
    text!("。{roles}としても動いています", "; it also acts as {roles}"; roles)
}

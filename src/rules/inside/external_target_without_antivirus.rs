//! What is reached from outside has no malware protection.

use crate::finding::{Confidence, Severity};
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::words::SystemClass;
use crate::model::{Answer, EntityKind, EntityRef};
use crate::rules::authority::control;
use crate::rules::question::{name, names, opened_from_outside, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Spanned;
use crate::text;
use crate::topology::{Reached, Spread};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "external-target-without-antivirus",
    title: Text::new(
        "外部から届くのにマルウェア対策のないシステム",
        "a system reached from outside without malware protection",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("8.1"), control("13⑪")],
    remedy: Text::new(
        "マルウェア対策（EDRを含む）を導入してください。導入できない機器は、中継サーバの後ろに置き、届く通信を最小限にしてください。",
        "Install malware protection. What cannot carry it belongs behind a relay, with the least traffic.",
    ),
    page: include_str!("external_target_without_antivirus.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let mut told = BTreeSet::new();
    for connection in &inventory.connections {
        if opened_from_outside(connection) {
            let party = EntityRef::new(EntityKind::Party, connection.party.id());
            let id = &connection.id.value;
            let reached = facts.topology.reached_over(&party, id, Spread::Direct);
            let subject = thing(EntityKind::Connection, connection);
            out.extend(of(inventory, subject, &reached, &mut told));
        }
    }
    // What no connection explains comes in by a port forward or an open access.
    let internet = facts.topology.internet();
    let reached = facts.topology.reached_from(&internet, Spread::Direct);
    out.extend(of(inventory, internet, &reached, &mut told));
}

/// The unprotected systems that one way in reaches first.
fn of(
    inventory: &Inventory,
    way_in: EntityRef,
    reached: &Reached<'_>,
    told: &mut BTreeSet<EntityRef>,
) -> Option<Report> {
    let bare: Vec<EntityRef> = reached
        .things()
        .filter(|it| it.kind == EntityKind::System && !told.contains(it))
        .filter(|it| stated(inventory, it).is_some())
        .cloned()
        .collect();
    told.extend(bare.iter().cloned());
    let unknown =
        bare.iter().filter_map(|it| stated(inventory, it)).all(|it| it.value == Answer::Unknown);
    let mut places = bare.iter().filter_map(|it| stated(inventory, it));
    let first = places.next()?;
    let what = || text!("対策が確認できません", "no protection is stated");
    let (from, targets) = (name(inventory, &way_in), names(inventory, &bare));
    let report = Report::new(
        way_in,
        text!(
            "{from}から届く{targets}に、マルウェア対策がありません",
            "{targets}, reached from {from}, has no malware protection"; from, targets
        ),
        first.span,
        what(),
    );
    let report = places.fold(report, |report, it| report.also(it.span, what()));
    let witness = bare.first().map(|it| reached.path(it)).unwrap_or_default();
    let terminals = bare.iter().all(|it| {
        let system = inventory.systems.get(&it.id);
        system.is_some_and(|it| it.class.value == SystemClass::Terminal)
    });
    let report = report.witness(witness).exposes(bare);
    let report = if terminals {
        report.remedy(Text::new(
            "端末にマルウェア対策（EDRを含む）を導入してください。外から操作する必要のない端末は、外部接続の allow とゾーンの分離で届かないようにしてください。",
            "Install malware protection on the terminals. Those that nobody needs to work on from outside belong out of reach, by the permissions of the connection and a zone of their own.",
        ))
    } else {
        report
    };
    Some(if unknown { report.severity(Severity::Low).confidence(Confidence::Low) } else { report })
}

/// The statement that a system is not known to be protected.
fn stated<'a>(inventory: &'a Inventory, system: &EntityRef) -> Option<&'a Spanned<Answer>> {
    let antivirus = inventory.systems.get(&system.id)?.antivirus.as_ref();
    antivirus.filter(|it| it.value != Answer::Yes)
}

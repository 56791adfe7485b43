//! What a product can and cannot do for security was never asked.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Entry, Inventory, System};
use crate::locale::Text;
use crate::model::words::{SystemClass, SystemKind};
use crate::model::{Answer, EntityKind, EntityRef};
use crate::rules::authority::{checklist, survey};
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink, boundary};
use crate::text;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "mds-sds-missing",
    title: Text::new("MDS/SDSを受け取っていない製品", "products without MDS/SDS"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[checklist("2③"), survey("Q9")],
    remedy: Text::new(
        "事業者に、製品ごとのMDS/SDS（製造業者／サービス事業者による医療情報セキュリティ開示書）の提出を求め、受領日と版を mds_sds に書いてください。",
        "Ask the vendor for the MDS or SDS of each product, and record the day and version as `mds_sds`.",
    ),
    page: include_str!("mds_sds_missing.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    let targets = boundary::targets(inventory);
    let mut by_vendor: BTreeMap<Option<&str>, Vec<&Entry<System>>> = BTreeMap::new();
    for system in &inventory.systems {
        let patients = system.patient_data.as_ref();
        let matters = targets.contains(system.id.as_str())
            || patients.is_some_and(|it| it.value == Answer::Yes);
        if matters && is_product(system) && system.mds_sds.is_none() {
            let vendor = system.vendor.as_ref().map(|it| it.id());
            by_vendor.entry(vendor).or_default().push(system);
        }
    }
    for (vendor, systems) in by_vendor {
        out.extend(report(inventory, vendor, &systems));
    }
}

/// Whether a vendor discloses it as a product: terminals and printers are not.
fn is_product(system: &System) -> bool {
    system.class.value != SystemClass::Terminal
        && !matches!(system.kind.value, SystemKind::Terminals | SystemKind::Printers)
}

/// One finding for one request to one vendor.
fn report(
    inventory: &Inventory,
    vendor: Option<&str>,
    systems: &[&Entry<System>],
) -> Option<Report> {
    let products: Vec<_> = systems.iter().map(|it| thing(EntityKind::System, it)).collect();
    let list = names(inventory, &products);
    let party = vendor.and_then(|id| inventory.parties.get(id));
    let (subject, message) = match party {
        Some(party) => {
            let name = &party.name.value;
            let message = text!(
                "「{name}」から次の製品のMDS/SDSを受け取っていません: {list}",
                "the MDS/SDS of these products of `{name}` were not received: {list}"; list
            );
            (thing(EntityKind::Party, party), message)
        }
        None => {
            let message = text!(
                "事業者の書かれていない次の製品のMDS/SDSを受け取っていません: {list}",
                "the MDS/SDS of these products, whose vendor is not stated, were not received: {list}"; list
            );
            (EntityRef::new(EntityKind::Organization, "organization"), message)
        }
    };
    let first = systems.first()?;
    let what = || text!("MDS/SDS（mds_sds）がありません", "no `mds_sds`");
    let report = Report::new(subject, message, first.id.span, what()).exposes(products);
    let further = systems.iter().skip(1);
    Some(further.fold(report, |report, it| report.also(it.id.span, what())))
}

//! The one server that keeps a hospital from the simpler volume of the guideline.

use crate::finding::{Confidence, Reference, Severity};
use crate::inventory::{Holder, SecurityUpdate};
use crate::locale::Text;
use crate::model::words::SystemClass;
use crate::model::{EntityKind, EntityRef};
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "server-update-duty-unwritten",
    title: Text::new(
        "セキュリティ更新の責任が文書にないサーバ",
        "servers whose security updates are nobody's written duty",
    ),
    severity: Severity::Info,
    confidence: Confidence::High,
    references: &[Reference::new("安全管理ガイドライン第7.0版", "保守委託機関編")],
    remedy: Text::new(
        "サーバごとに、セキュリティ更新の責任者と、その根拠となる契約・規約・SLAの条項を security_update に書いてください。",
        "State for every server who must apply security updates, and the clause that says so, as `security_update`.",
    ),
    page: include_str!("server_update_duty_unwritten.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let servers = || {
        let systems = facts.inventory.systems.iter();
        systems.filter(|it| it.class.value == SystemClass::Server)
    };
    // A hospital that records nothing of the kind does not claim to be one that this volume is for.
    if servers().all(|it| it.security_update.is_none()) {
        return;
    }
    let open: Vec<_> =
        servers().filter(|it| !it.security_update.as_ref().is_some_and(written)).collect();
    let Some(first) = open.first() else {
        return;
    };
    let things: Vec<_> = open.iter().map(|it| thing(EntityKind::System, it)).collect();
    let (count, list) = (open.len(), names(facts.inventory, &things));
    let message = text!(
        "セキュリティ更新の責任が文書で定まっていないサーバが{count}台あります: {list}",
        "for {count} servers the duty of security updates is not settled in writing: {list}"; list
    );
    let what = || text!("security_update に根拠がありません", "`security_update` is not settled");
    let subject = EntityRef::new(EntityKind::Organization, "organization");
    let report = Report::new(subject, message, first.id.span, what()).exposes(things);
    let further = open.iter().skip(1);
    out.push(further.fold(report, |report, it| report.also(it.id.span, what())));
}

/// Whether somebody holds the duty; a party by a clause that says so.
fn written(update: &SecurityUpdate) -> bool {
    match &update.responsible.value {
        Holder::Hospital => true,
        Holder::Undefined => false,
        Holder::Party(_) => update.contract.is_some(),
    }
}

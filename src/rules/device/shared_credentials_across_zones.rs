//! One administrator opens several zones.

use crate::finding::{Confidence, Severity};
use crate::inventory::{CredentialGroup, Entry};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{checklist, control, okayama};
use crate::rules::credentials::{Members, members};
use crate::rules::question::{names, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "shared-credentials-across-zones",
    title: Text::new(
        "ゾーンをまたいで共用している管理者資格情報",
        "administrator credentials shared across zones",
    ),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("8⑤"), checklist("2⑧"), okayama("5.5.1")],
    remedy: Text::new(
        "VPN装置の管理者と院内の管理者を分け、ゾーンまたはシステムごとに異なる資格情報にしてください。少なくとも外部接続点の機器は、院内のどの機器とも共用しないでください。",
        "Separate the administrators of gateways from those inside, and give every zone or system its own. At the very least share those of boundary devices with nothing inside.",
    ),
    page: include_str!("shared_credentials_across_zones.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for (group, members) in members(facts.inventory) {
        let gateway_and_inside = members.open_gateway_and_inside();
        if gateway_and_inside || members.zones.len() > 1 {
            out.push(report(facts, group, &members, gateway_and_inside));
        }
    }
}

fn report(
    facts: &Facts<'_>,
    group: &Entry<CredentialGroup>,
    members: &Members<'_>,
    gateway_and_inside: bool,
) -> Report {
    let inventory = facts.inventory;
    let (name, all) = (&group.name.value, members.things());
    let list = names(inventory, &all);
    let message = if gateway_and_inside {
        text!(
            "資格情報「{name}」を、外部接続点の機器と院内の機器が共用しています: {list}",
            "a boundary device and hosts inside share the credentials `{name}`: {list}"; list
        )
    } else {
        let count = members.zones.len();
        text!(
            "資格情報「{name}」を、{count}つのゾーンの機器が共用しています: {list}",
            "hosts of {count} zones share the credentials `{name}`: {list}"; list
        )
    };
    let report = Report::new(
        thing(EntityKind::CredentialGroup, group),
        message,
        group.id.span,
        text!("この資格情報の範囲を分けます", "split this group"),
    );
    let report = members.spans.iter().fold(report, |report, span| {
        report.also(*span, text!("この資格情報を使っています", "uses it"))
    });
    let severity = if gateway_and_inside { Severity::Critical } else { Severity::High };
    report.severity(severity).exposes(all)
}

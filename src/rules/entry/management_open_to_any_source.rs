//! The management of a device answers everybody.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::EntityKind;
use crate::rules::authority::{checklist, control, handa};
use crate::rules::question::{Sources, services, sources, thing, without_addresses};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "management-open-to-any-source",
    title: Text::new("接続元を限定していない管理接続", "device management that answers any source"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), checklist("2⑬"), handa("4.2.3")],
    remedy: Text::new(
        "管理画面・管理接続を許す相手を、管理端末のアドレスまたは管理用ゾーンだけにしてください。インターネット側の管理画面は無効にしてください。",
        "Permit management from the administrators' addresses or a management zone only, and switch it off on the side of the internet.",
    ),
    page: include_str!("management_open_to_any_source.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for device in &facts.inventory.devices {
        let Some(management) = &device.management else {
            continue;
        };
        // A device inside that does not say who manages it is a gap in the ledger, not an entry.
        let outside = device.interfaces.iter().any(|it| it.circuit.is_some());
        let (span, what) = match sources(facts.inventory, &management.from) {
            Sources::Anybody(span) => (span, text!("誰でも接続できます", "anybody may connect")),
            Sources::Unstated if outside => (
                management.span,
                text!("接続を許す相手が書かれていません", "who may connect is not stated"),
            ),
            Sources::WithoutAddresses(span) if outside => (span, without_addresses()),
            Sources::Unstated | Sources::WithoutAddresses(_) | Sources::Restricted => continue,
        };
        let name = &device.name.value;
        let services = services(&management.services);
        let report = Report::new(
            thing(EntityKind::Device, device),
            text!(
                "「{name}」の管理接続（{services}）は、接続元を限定していません",
                "the management of `{name}` ({services}) does not limit who may connect"; services
            ),
            span,
            what,
        );
        let anybody = matches!(sources(facts.inventory, &management.from), Sources::Anybody(_));
        out.push(match (anybody, outside) {
            (true, true) => report.severity(Severity::Critical),
            (true, false) => report,
            (false, _) => report.confidence(Confidence::Medium),
        });
    }
}

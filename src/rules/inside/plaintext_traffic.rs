//! Patient data travels in plain text.

use crate::finding::{Confidence, Severity};
use crate::inventory::{Endpoint, Entry, System};
use crate::locale::Text;
use crate::model::{Answer, EntityKind, EntityRef};
use crate::rules::authority::{control, handa};
use crate::rules::question::{PLAINTEXT, offers, thing};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "plaintext-traffic",
    title: Text::new("患者情報の平文の通信", "patient data in plain text"),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("13⑥"), handa("3.4.3")],
    remedy: Text::new(
        "暗号化した方式（HTTPS、SSH/SFTP、LDAPSなど）に切り替えてください。",
        "Change to the encrypted form: HTTPS, SSH or SFTP, LDAPS.",
    ),
    page: include_str!("plaintext_traffic.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let inventory = facts.inventory;
    for (at, flow) in inventory.flows.iter().enumerate() {
        let Some(service) = offers(&flow.services, &PLAINTEXT) else {
            continue;
        };
        let Some(system) =
            patients_at(facts, &flow.to.value).or_else(|| patients_at(facts, &flow.from.value))
        else {
            continue;
        };
        if flow.from.value == flow.to.value {
            continue;
        }
        let (name, described) = (&system.name.value, service.value.described());
        out.push(
            Report::new(
                EntityRef::new(EntityKind::Flow, (at + 1).to_string()),
                text!(
                    "「{name}」の通信が、院内を平文（{described}）で流れます",
                    "traffic of `{name}` passes inside in plain text ({described})"
                ),
                service.span,
                text!("途中で読めます", "it can be read on the way"),
            )
            .exposes([thing(EntityKind::System, system)]),
        );
    }
    for connection in &inventory.connections {
        let patients = connection.patient_data.as_ref().map(|it| it.value) == Some(Answer::Yes);
        let service = connection.allow.iter().find_map(|it| offers(&it.services, &PLAINTEXT));
        // Tunnels encrypt; a closed line does not.
        let bare = connection.transport.value.is_closed();
        if let Some(service) = service
            && patients
            && bare
        {
            let (name, described) = (&connection.name.value, service.value.described());
            let report = Report::new(
                thing(EntityKind::Connection, connection),
                text!(
                    "外部接続「{name}」は、患者情報を平文（{described}）で送受信します",
                    "the connection `{name}` carries patient data in plain text ({described})"
                ),
                service.span,
                text!("閉域の回線は暗号化しません", "a closed line does not encrypt"),
            );
            out.push(report.severity(Severity::Medium));
        }
    }
}

/// A system with patient data at an end of a flow.
fn patients_at<'a>(facts: &Facts<'a>, end: &Endpoint) -> Option<&'a Entry<System>> {
    let Endpoint::Named(id) = end else {
        return None;
    };
    let holds =
        |it: &&'a Entry<System>| it.patient_data.as_ref().map(|it| it.value) == Some(Answer::Yes);
    let zone = EntityRef::new(EntityKind::Zone, id);
    let named = facts.inventory.systems.get(id).filter(holds);
    let members = facts.topology.members_of(&zone).into_iter();
    let mut members = members.filter_map(|it| facts.inventory.systems.get(&it.id));
    named.or_else(|| members.find(holds))
}

//! Plain text was seen to pass between zones, or out, at a system that holds patient data.

use crate::finding::{Confidence, Severity};
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::words::ZoneKind;
use crate::model::{Answer, EntityRef, Vocabulary as _};
use crate::rules::authority::{control, handa};
use crate::rules::question::name;
use crate::rules::seen::{Seen, answered, spoken};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;
use crate::topology::observed::{Owner, Way};
use crate::wire::words::Spoken;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    id: "plaintext-patient-data-seen",
    title: Text::new(
        "患者情報を持つシステムの平文通信の観測",
        "plain text at a system with patient data was seen",
    ),
    severity: Severity::Low,
    confidence: Confidence::High,
    references: &[control("13⑥"), control("13⑧"), handa("3.4.3")],
    remedy: Text::new(
        "暗号化した方式（HTTPS、SSH/SFTP、DICOM-TLSなど）に切り替えてください。切り替えられない装置は、通信相手と同じ区画に置くか、経路を暗号化してください。",
        "Change to the encrypted form: HTTPS, SSH or SFTP, DICOM over TLS. Where a machine cannot, put it beside its peer or encrypt the way.",
    ),
    page: include_str!("plaintext_patient_data_seen.md"),
    check: Check::Facts(check),
};

/// What anybody on the way reads.
const PLAIN: [Spoken; 13] = [
    Spoken::Telnet,
    Spoken::Ftp,
    Spoken::Tftp,
    Spoken::Http,
    Spoken::Vnc,
    Spoken::Smtp,
    Spoken::Pop3,
    Spoken::Imap,
    Spoken::Ldap,
    Spoken::Mysql,
    Spoken::Postgresql,
    Spoken::Dicom,
    Spoken::Hl7,
];
/// What medical devices speak, and are kept in zones of their own for.
const CARE: [Spoken; 2] = [Spoken::Dicom, Spoken::Hl7];

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut found: BTreeMap<EntityRef, Vec<(Seen<'_>, bool)>> = BTreeMap::new();
    for (talk, it) in answered(facts) {
        let plain = it.speech.iter().map(|it| it.spoken).find(|it| PLAIN.contains(it));
        let secured = it.speech.iter().any(|it| it.spoken == Spoken::Tls);
        let (Some(plain), false) = (plain, secured) else { continue };
        let patients = |it: &Owner| {
            let system = it.system(facts.inventory)?;
            let holds = system.patient_data.as_ref().map(|it| it.value) == Some(Answer::Yes);
            it.thing.clone().filter(|_| holds)
        };
        let Some(system) = patients(&talk.to).or_else(|| patients(&talk.from)) else { continue };
        let out_of_house = match &talk.way {
            // What is declared to be in a tunnel is seen here before or after it.
            Way::Crossing { .. } => match talk.connection() {
                Some(id) => {
                    let connection = facts.inventory.connections.get(id);
                    connection.is_some_and(|it| !it.transport.value.is_tunnel())
                }
                None => continue,
            },
            Way::Inside | Way::Relayed if talk.from.zone == talk.to.zone => continue,
            Way::Inside | Way::Relayed => {
                let usual =
                    CARE.contains(&plain) && !strange(facts.inventory, [&talk.from, &talk.to]);
                if usual || declared(facts, &talk.from, &talk.to) {
                    continue;
                }
                false
            }
            Way::Elsewhere => continue,
        };
        if matches!(talk.way, Way::Crossing { .. }) && !out_of_house {
            continue;
        }
        found.entry(system).or_default().push(((talk, it), out_of_house));
    }
    for (thing, seen) in found {
        let mut places: Vec<(Span, Text)> = Vec::new();
        for ((talk, it), _) in &seen {
            let words = spoken(it);
            let (from, to) = (side(facts, &talk.from), side(facts, &talk.to));
            let what =
                text!("{from}から{to}へ {words}", "{words} from {from} to {to}"; from, to, words);
            if places.iter().all(|(_, known)| *known != what) {
                places.push((talk.span, what));
            }
        }
        let mut kinds: Vec<Text> = Vec::new();
        for ((_, it), _) in &seen {
            let plain = it.speech.iter().map(|it| it.spoken).find(|it| PLAIN.contains(it));
            let label = plain.map(|it| it.label()).unwrap_or_default();
            if !kinds.contains(&label) {
                kinds.push(label);
            }
        }
        let (name, kinds) = (name(facts.inventory, &thing), Text::list(&kinds));
        let message = text!(
            "患者情報を持つ「{name}」の通信が、ゾーンを越えて平文（{kinds}）で流れています",
            "traffic of {name}, which holds patient data, leaves its zone in plain text ({kinds})";
            name, kinds
        );
        let outside = seen.iter().any(|(_, outside)| *outside);
        let mut places = places.into_iter();
        if let Some((span, here)) = places.next() {
            let report = Report::new(thing.clone(), message, span, here).also_all(places);
            let severity = if outside { Severity::Medium } else { Severity::Low };
            out.push(report.exposes([thing]).severity(severity));
        }
    }
}

/// Whether an end stands where patient data has no business.
fn strange(inventory: &Inventory, ends: [&Owner; 2]) -> bool {
    let mut zones = ends.into_iter().filter_map(|it| it.zone.as_deref());
    zones.any(|it| {
        inventory.zones.get(it).is_some_and(|it| {
            matches!(it.kind.value, ZoneKind::Guest | ZoneKind::Information | ZoneKind::Facility)
        })
    })
}

/// Whether a declared flow says so already, which another rule judges.
fn declared(facts: &Facts<'_>, from: &Owner, to: &Owner) -> bool {
    use crate::inventory::Endpoint;
    let is = |end: &Endpoint, owner: &Owner| match end {
        Endpoint::Named(id) => {
            owner.thing.as_ref().is_some_and(|it| it.id == *id)
                || owner.zone.as_ref().is_some_and(|it| it == id)
        }
        Endpoint::Any => true,
        _ => false,
    };
    facts.inventory.flows.iter().any(|it| is(&it.from.value, from) && is(&it.to.value, to))
}

fn side(facts: &Facts<'_>, owner: &Owner) -> Text {
    match owner.place() {
        Some(thing) => name(facts.inventory, &thing),
        None => Text::new("外部", "outside"),
    }
}

//! For programs. The shape is frozen and versioned: it is declared here, apart from the types of
//! the other rooms, so that those can change without breaking a reader. Additions keep
//! `schema_version`; anything else raises it.

mod evidence;

use super::exposure::Numbers;
use super::summary::{Tally, next_steps};
use super::{Format, Report, connections};
use crate::finding::{Finding, Step};
use crate::inventory::{Allow, Contact};
use crate::locale::{Text, harmless};
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::rules;
use crate::source::{SourceMap, Span};
use evidence::Evidence;
use serde::Serialize;
use serde_json::Value;
use std::io;

/// Data for programs.
pub(super) static FORMAT: Format = Format {
    id: "json",
    extension: "json",
    file_name: "findings.json",
    title: Text::new("JSON（プログラム用）", "JSON for programs"),
    write: |report, sink| {
        let mut value = serde_json::to_value(Document::of(report)).map_err(io::Error::other)?;
        neutralise(&mut value);
        serde_json::to_writer_pretty(&mut *sink, &value)?;
        sink.write_all(b"\n")
    },
};

/// The JSON Schema of the format (draft 2020-12). The error is that of a damaged program.
pub fn schema() -> serde_json::Result<Value> {
    serde_json::from_str(include_str!("../findings.schema.json"))
}

/// Makes every text of a value harmless. Keys are ours.
pub(super) fn neutralise(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let std::borrow::Cow::Owned(shown) = harmless(text) {
                *text = shown;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(neutralise),
        Value::Object(fields) => fields.values_mut().for_each(neutralise),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    as_of: String,
    revision: Option<&'a str>,
    organization: Option<Organization<'a>>,
    tally: Counts,
    next_steps: Vec<NextStep<'a>>,
    findings: Vec<FindingShape<'a>>,
    inventory: Facts<'a>,
    exposure: Exposed,
    /// Only when something beside the inventory was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Evidence<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Organization<'a> {
    name: &'a str,
    beds: Option<u32>,
}

#[derive(Serialize)]
struct Counts {
    open: usize,
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    info: usize,
    waived: usize,
    connections: usize,
}

#[derive(Serialize)]
struct Exposed {
    outsiders: usize,
    systems: usize,
    configured: usize,
    declared: usize,
    undetermined: usize,
    unconfigured: usize,
    none: usize,
}

#[derive(Serialize)]
struct Both<'a> {
    ja: &'a str,
    en: &'a str,
}

#[derive(Serialize)]
struct Thing<'a> {
    kind: &'static str,
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct NextStep<'a> {
    remedy: Both<'a>,
    findings: Vec<String>,
}

#[derive(Serialize)]
struct FindingShape<'a> {
    fingerprint: String,
    rule: &'static str,
    title: Both<'a>,
    severity: &'static str,
    confidence: &'static str,
    subject: Thing<'a>,
    distinct: Vec<Thing<'a>>,
    message: Both<'a>,
    locations: Vec<Place<'a>>,
    witness: Vec<StepShape<'a>>,
    exposes: Vec<Thing<'a>>,
    remedy: Both<'a>,
    references: Vec<ReferenceShape>,
    waiver: Option<WaiverShape<'a>>,
    /// Only where audits are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<SinceShape>,
    /// Only for what stood in the baseline.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    known: bool,
}

#[derive(Serialize)]
struct SinceShape {
    on: String,
    reopened: bool,
}

/// Lines and columns count from 1, columns in characters; the end is one past the last one.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Both<'a>>,
}

#[derive(Serialize)]
struct StepShape<'a> {
    thing: Thing<'a>,
    by: Both<'a>,
    location: Option<Place<'a>>,
}

#[derive(Serialize)]
struct ReferenceShape {
    document: &'static str,
    item: &'static str,
}

#[derive(Serialize)]
struct WaiverShape<'a> {
    reason: &'a str,
    compensating: Option<&'a str>,
    approved_by: &'a str,
    expires: String,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Facts<'a> {
    zones: usize,
    systems: usize,
    devices: usize,
    connections: Vec<ConnectionShape<'a>>,
    parties: Vec<PartyShape<'a>>,
}

#[derive(Serialize)]
struct ConnectionShape<'a> {
    number: u32,
    id: &'a str,
    name: &'a str,
    purpose: &'static str,
    party: Thing<'a>,
    circuit: Option<Thing<'a>>,
    transport: &'static str,
    entry: Option<Entry<'a>>,
    authentication: Vec<&'static str>,
    sources: Vec<String>,
    targets: Vec<Target<'a>>,
    standing: Option<bool>,
    hours: Option<&'a str>,
    demarcation: Option<&'a str>,
    recertified_on: Option<String>,
    contract_until: Option<String>,
    findings: Vec<String>,
}

#[derive(Serialize)]
struct Entry<'a> {
    owner: &'a str,
    interface: Option<&'a str>,
}

#[derive(Serialize)]
struct Target<'a> {
    from: Option<String>,
    to: String,
    services: Vec<String>,
    via: Option<&'a str>,
    direction: &'static str,
}

#[derive(Serialize)]
struct PartyShape<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    internet_exposed: Option<&'static str>,
    contacts: Vec<Person<'a>>,
}

#[derive(Serialize)]
struct Person<'a> {
    name: &'a str,
    phone: Option<&'a str>,
    email: Option<&'a str>,
    hours: Option<&'a str>,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report<'a>) -> Self {
        let assessment = report.assessment;
        let inventory = &assessment.inventory;
        Self {
            schema_version: 1,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            as_of: assessment.as_of.to_string(),
            revision: inventory.revision.as_ref().map(|it| it.value.as_str()),
            organization: inventory.organization.as_ref().map(|it| Organization {
                name: &it.name.value,
                beds: it.beds.as_ref().map(|beds| beds.value),
            }),
            tally: Counts::of(&Tally::of(assessment)),
            next_steps: next_steps(assessment, 3)
                .into_iter()
                .map(|step| NextStep {
                    remedy: both(step.remedy),
                    findings: step.findings.iter().map(|it| it.fingerprint().to_string()).collect(),
                })
                .collect(),
            findings: assessment.findings.iter().map(|it| finding(report, it)).collect(),
            evidence: Evidence::of(report),
            exposure: exposed(report),
            inventory: Facts {
                zones: inventory.zones.len(),
                systems: inventory.systems.len(),
                devices: inventory.devices.len(),
                connections: connections::rows(report)
                    .into_iter()
                    .map(|it| connection(&it))
                    .collect(),
                parties: inventory
                    .parties
                    .iter()
                    .map(|party| PartyShape {
                        id: &party.id.value,
                        name: &party.name.value,
                        kind: party.kind.value.key(),
                        internet_exposed: party.internet_exposed.as_ref().map(|it| it.value.key()),
                        contacts: party.contacts.iter().map(person).collect(),
                    })
                    .collect(),
            },
        }
    }
}

impl Counts {
    fn of(tally: &Tally) -> Self {
        use crate::finding::Severity;
        let open = |severity| {
            tally.open.iter().find(|(it, _)| *it == severity).map_or(0, |(_, count)| *count)
        };
        Self {
            open: tally.total(),
            critical: open(Severity::Critical),
            high: open(Severity::High),
            medium: open(Severity::Medium),
            low: open(Severity::Low),
            info: open(Severity::Info),
            waived: tally.waived,
            connections: tally.connections,
        }
    }
}

fn exposed(report: &Report<'_>) -> Exposed {
    let Numbers { outsiders, systems, configured, declared, undetermined, unconfigured, none } =
        report.exposed();
    Exposed { outsiders, systems, configured, declared, undetermined, unconfigured, none }
}

fn finding<'a>(report: &'a Report<'a>, finding: &'a Finding) -> FindingShape<'a> {
    let rule = rules::find(finding.rule);
    let sources = report.sources;
    FindingShape {
        fingerprint: finding.fingerprint().to_string(),
        rule: finding.rule,
        title: rule.map_or(Both { ja: finding.rule, en: finding.rule }, |rule| both(&rule.title)),
        severity: finding.severity.key(),
        confidence: finding.confidence.key(),
        subject: thing(report, &finding.subject),
        distinct: finding.distinct.iter().map(|it| thing(report, it)).collect(),
        message: both(&finding.message),
        locations: finding
            .locations
            .iter()
            .map(|location| Place {
                text: Some(both(&location.text)),
                ..place(sources, location.span)
            })
            .collect(),
        witness: finding.witness.iter().map(|it| step(report, it)).collect(),
        exposes: finding.exposes.iter().map(|it| thing(report, it)).collect(),
        remedy: both(&finding.remedy),
        references: rule
            .map_or(&[][..], |rule| rule.references)
            .iter()
            .map(|it| ReferenceShape { document: it.document, item: it.item })
            .collect(),
        waiver: finding.waived.as_ref().map(|it| WaiverShape {
            reason: &it.reason,
            compensating: it.compensating.as_deref(),
            approved_by: &it.approved_by,
            expires: it.expires.to_string(),
            location: place(sources, it.span),
        }),
        since: finding.since.map(|it| SinceShape { on: it.on.to_string(), reopened: it.reopened }),
        known: finding.known,
    }
}

fn connection<'a>(row: &connections::Row<'a>) -> ConnectionShape<'a> {
    let it = &row.connection.value;
    let party = row.party.map_or_else(|| it.party.id(), |party| &party.name.value);
    ConnectionShape {
        number: row.number,
        id: &row.connection.id.value,
        name: &it.name.value,
        purpose: it.purpose.value.key(),
        party: Thing { kind: EntityKind::Party.key(), id: it.party.id(), name: party },
        circuit: row.circuit.map(|circuit| Thing {
            kind: EntityKind::Circuit.key(),
            id: &circuit.id.value,
            name: circuit.name.as_ref().map_or(&circuit.id.value, |name| &name.value),
        }),
        transport: it.transport.value.key(),
        entry: it
            .at
            .as_ref()
            .map(|at| Entry { owner: &at.owner, interface: at.interface.as_deref() }),
        authentication: it.authentication.iter().map(|it| it.value.key()).collect(),
        sources: it.sources.iter().map(ToString::to_string).collect(),
        targets: it.allow.iter().map(target).collect(),
        standing: it.standing.as_ref().map(|it| it.value),
        hours: it.hours.as_ref().map(|it| it.value.as_str()),
        demarcation: it.demarcation.as_ref().map(|it| it.value.as_str()),
        recertified_on: it.recertified.as_ref().map(|it| it.on.to_string()),
        contract_until: it
            .contract
            .as_ref()
            .and_then(|it| it.until.as_ref())
            .map(ToString::to_string),
        findings: {
            let of_it = row.findings();
            of_it.map(|it| it.fingerprint().to_string()).collect()
        },
    }
}

fn target(allow: &Allow) -> Target<'_> {
    use crate::model::words::Direction;
    Target {
        from: allow.from.as_ref().map(ToString::to_string),
        to: allow.to.to_string(),
        services: allow.services.iter().map(ToString::to_string).collect(),
        via: allow.via.as_ref().map(|via| via.value.id()),
        direction: allow.direction.as_ref().map_or(Direction::Inbound, |it| it.value).key(),
    }
}

fn person(contact: &Contact) -> Person<'_> {
    Person {
        name: &contact.name.value,
        phone: contact.phone.as_ref().map(|it| it.value.as_str()),
        email: contact.email.as_ref().map(|it| it.value.as_str()),
        hours: contact.hours.as_ref().map(|it| it.value.as_str()),
    }
}

fn step<'a>(report: &'a Report<'a>, step: &'a Step) -> StepShape<'a> {
    StepShape {
        thing: thing(report, &step.thing),
        by: both(&step.by),
        location: step.span.map(|span| place(report.sources, span)),
    }
}

fn thing<'a>(report: &'a Report<'a>, thing: &'a EntityRef) -> Thing<'a> {
    Thing {
        kind: thing.kind.key(),
        id: &thing.id,
        name: report.assessment.inventory.name_of(thing),
    }
}

fn place(sources: &SourceMap, span: Span) -> Place<'_> {
    let start = sources.position(span);
    let end = sources.position(Span { start: span.end, ..span });
    Place {
        file: sources.file(span.file).name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        text: None,
    }
}

fn both(text: &Text) -> Both<'_> {
    Both { ja: &text.ja, en: &text.en }
}

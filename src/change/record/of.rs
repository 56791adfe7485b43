//! An assessment, flat.

use super::{Accepted, Confirmed, Decision, Exposed, Found, How, Looked, Pin, Record, SCHEMA};
use crate::audit::Assessment;
use crate::evidence::called;
use crate::inventory::{Inventory, Subject};
use crate::locale::Text;
use crate::model::words::{Means, Outcome};
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::rules::{self, Check};
use crate::source::{SourceMap, Span};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;

impl Record {
    /// The record of an assessment. The texts are those that were assessed.
    pub fn of(assessment: &Assessment, sources: &SourceMap) -> Self {
        let inventory = &assessment.inventory;
        let things = super::things::things(assessment);
        Self {
            schema: SCHEMA,
            tool: concat!("sekisho ", env!("CARGO_PKG_VERSION")).to_owned(),
            as_of: assessment.as_of,
            revision: inventory.revision.as_ref().map(|it| it.value.clone()),
            organization: inventory.organization.as_ref().map(|it| it.name.value.clone()),
            fields: super::things::fields(&things),
            undeclared: false,
            things,
            findings: findings(assessment, sources),
            rules: rules(),
            exposed: exposed(assessment),
            looked: looked(assessment, sources),
            decisions: decisions(inventory),
            confirmations: Some(confirmations(inventory)),
            pins: pins(inventory),
        }
    }
}

impl Record {
    /// Takes the digests of what was read from what was read again: versions that left their length to
    /// masked secrets noted others for the same texts. So with what versions did not record at all.
    pub fn digest_again(&mut self, assessment: &Assessment, sources: &SourceMap) {
        let again = looked(assessment, sources);
        if self.confirmations.is_none() {
            self.confirmations = Some(confirmations(&assessment.inventory));
        }
        let kept = self.looked.iter_mut().filter(|it| it.how == How::Configuration);
        for it in kept.filter(|it| it.unread.is_none()) {
            let same = |other: &&Looked| {
                other.how == it.how && other.name == it.name && other.thing == it.thing
            };
            if let Some(other) = again.iter().find(same) {
                it.sha256.clone_from(&other.sha256);
            }
        }
    }
}

/// The digest of a configuration. How long a masked secret was, or that a mask was as long, makes no
/// other text.
fn digest(text: &str) -> String {
    const MASK: &str = "***";
    let mut digest = Sha256::new();
    let mut rest = text;
    while let Some((before, masked)) = rest.split_once(MASK) {
        digest.update(before.as_bytes());
        digest.update(MASK.as_bytes());
        rest = masked.trim_start_matches('*');
    }
    digest.update(rest.as_bytes());
    hexadecimal(&digest.finalize())
}

/// The rules that judged it, sorted.
fn rules() -> Vec<String> {
    let judging = rules::all().filter(|it| !matches!(it.check, Check::Compared));
    judging.map(|it| it.id.to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn findings(assessment: &Assessment, sources: &SourceMap) -> Vec<Found> {
    let evidence = &assessment.evidence;
    let read = evidence.devices.iter().flat_map(|it| &it.files).map(|it| it.file);
    let seen = evidence.listings.values().filter_map(|it| Some(it.piece?.file));
    let asked = evidence.probes.iter().flat_map(|it| &it.places).map(|it| it.run.file);
    let configurations: BTreeSet<_> = read.chain(seen).chain(asked).collect();
    let shown_in = |spans: &mut dyn Iterator<Item = Span>| {
        let files = spans.map(|it| it.file).filter(|it| configurations.contains(it));
        let names: BTreeSet<_> = files.map(|it| sources.file(it).name().to_owned()).collect();
        names.into_iter().collect()
    };
    let findings = assessment.findings.iter();
    findings
        .map(|it| Found {
            rule: it.rule.to_owned(),
            subject: it.subject.clone(),
            distinct: it.distinct.clone(),
            fingerprint: it.fingerprint().to_string(),
            severity: it.severity,
            confidence: it.confidence,
            title: rules::find(it.rule)
                .map_or_else(|| Text::same(it.rule), |rule| rule.title.clone()),
            message: it.message.clone(),
            shown_in: shown_in(
                &mut it
                    .locations
                    .iter()
                    .map(|it| it.span)
                    .chain(it.witness.iter().filter_map(|it| it.span)),
            ),
            exposes: Some(
                it.exposes.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect(),
            ),
            waived: it.waived.as_ref().map(|it| Accepted {
                reason: it.reason.clone(),
                approved_by: it.approved_by.clone(),
                expires: it.expires,
            }),
        })
        .collect()
}

fn exposed(assessment: &Assessment) -> Vec<Exposed> {
    let exposure = assessment.exposure();
    let all = exposure.outsiders.iter().flat_map(|outsider| {
        let own = outsider.reaches.iter().map(|it| (&it.to, it.certainty, &it.services));
        let common = outsider.common.iter().map(|it| (&it.to, it.certainty, &it.services));
        own.chain(common).map(|(to, certainty, services)| Exposed {
            party: outsider.thing.clone(),
            thing: to.clone(),
            certainty,
            services: services.notations(),
        })
    });
    let mut all: Vec<Exposed> = all.collect();
    all.sort();
    all.dedup();
    all
}

fn looked(assessment: &Assessment, sources: &SourceMap) -> Vec<Looked> {
    let evidence = &assessment.evidence;
    let joined = assessment.topology.joined().iter();
    let read = joined.filter_map(|it| Some((it, evidence.devices.get(it.configured)?)));
    let read = read.flat_map(|(joined, device)| {
        device.files.iter().map(move |file| Looked {
            thing: Some(joined.thing.clone()),
            how: How::Configuration,
            name: sources.file(file.file).name().to_owned(),
            sha256: digest(sources.file(file.file).text()),
            lines: file.coverage.lines(),
            understood: file.coverage.understood,
            unknown: file.coverage.unrecognized.len(),
            doubtful: file.doubtful().next().is_some(),
            unread: None,
        })
    });
    let unread = evidence.unread.iter().map(|it| Looked {
        thing: it.named.as_ref().map(|it| EntityRef::new(EntityKind::Device, &it.device)),
        how: How::Configuration,
        name: it.name.clone(),
        sha256: String::new(),
        lines: 0,
        understood: 0,
        unknown: 0,
        doubtful: false,
        unread: Some(it.why.message.clone()),
    });
    let plain = |thing, how, name, sha256| Looked {
        thing,
        how,
        name,
        sha256,
        lines: 0,
        understood: 0,
        unknown: 0,
        doubtful: false,
        unread: None,
    };
    let pieces = evidence.observed.pieces.iter();
    let seen = pieces.map(|(id, it)| plain(None, How::Capture, called(it), id.clone()));
    let journals = evidence.probes.iter().flat_map(|file| {
        let runs = file.journals.runs.iter().filter(|it| !it.head.dry);
        runs.map(|run| {
            let sha256 = hexadecimal(&Sha256::digest(file.text.as_bytes()));
            plain(Some(run.head.from.clone()), How::Probe, file.name.clone(), sha256)
        })
    });
    let mut all: Vec<Looked> = read.chain(unread).chain(seen).chain(journals).collect();
    all.sort();
    all
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn decisions(inventory: &Inventory) -> Vec<Decision> {
    let all = inventory.changes.iter().map(|it| Decision {
        on: it.on.as_ref().map(|it| it.value),
        thing: named(&it.thing.value.0),
        what: it.what.as_ref().map(|it| it.value),
        reason: it.reason.value.clone(),
        approved_by: it.approved_by.value.clone(),
    });
    all.collect()
}

fn confirmations(inventory: &Inventory) -> Vec<Confirmed> {
    let all = inventory.confirmations.iter().map(|it| Confirmed {
        on: it.on.value,
        thing: named(&it.thing.value.0),
        by: it.by.value.clone(),
        how: it.how.as_ref().map_or(Means::SpotCheck, |it| it.value).key().to_owned(),
        result: it.result.as_ref().map_or(Outcome::AsExpected, |it| it.value).key().to_owned(),
        note: it.note.as_ref().map(|it| it.value.clone()),
    });
    all.collect()
}

/// A subject as the inventory names it.
fn named(subject: &Subject) -> String {
    match subject {
        Subject { kind: Some(kind), id } => EntityRef::new(*kind, id).to_string(),
        Subject { kind: None, id } => id.clone(),
    }
}

fn pins(inventory: &Inventory) -> Vec<Pin> {
    let all = inventory.same.iter().map(|it| Pin {
        kind: it.kind.value,
        old: it.old.value.clone(),
        new: it.new.value.clone(),
        reason: it.reason.as_ref().map(|it| it.value.clone()),
    });
    all.collect()
}

//! The spine: verify, build the graph, judge.

use crate::evidence::EvidenceSet;
use crate::finding::{Finding, Severity, Waived};
use crate::inventory::Inventory;
use crate::model::Date;
use crate::reach::Reach;
use crate::reach::exposure::Exposure;
use crate::rules::advisories::Advisories;
use crate::rules::{self, Check, Facts, Rule, Sink, WaiverUse};
use crate::topology::{self, Topology};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The result of an audit: what every drawing and every report is made from.
#[derive(Debug)]
pub struct Assessment {
    /// The day that was judged.
    pub as_of: Date,
    /// The declared facts.
    pub inventory: Inventory,
    /// What was read from devices, and what could not be.
    pub evidence: EvidenceSet,
    /// The graph over them.
    pub topology: Topology,
    /// What is wrong: worst first, then in the order of [`rules::all`], then by subject. Waived findings stay in the list.
    pub findings: Vec<Finding>,
    /// What everybody outside reaches, once somebody has asked.
    exposure: OnceLock<Exposure>,
}

/// Judges a valid inventory, and what was found beside it, with every rule.
pub fn audit(inventory: Inventory, evidence: EvidenceSet, as_of: Date) -> Assessment {
    audit_with(inventory, evidence, as_of, rules::all())
}

/// Judges a valid inventory with some rules.
pub fn audit_with(
    inventory: Inventory,
    evidence: EvidenceSet,
    as_of: Date,
    rules: impl Iterator<Item = &'static Rule> + Clone,
) -> Assessment {
    let topology = topology::build(&inventory, &evidence);
    let reach = Reach::new(&inventory, &evidence, &topology);
    let exposure = OnceLock::new();
    let facts = Facts {
        inventory: &inventory,
        evidence: &evidence,
        topology: &topology,
        reach: &reach,
        exposed: &exposure,
        as_of,
        advisories: Advisories::built_in(),
    };
    let mut findings = Vec::new();
    for rule in rules.clone() {
        if let Check::Facts(check) = rule.check {
            check(&facts, &mut Sink::new(rule, &mut findings));
        }
    }
    let uses = accept(&facts, &mut findings);
    for rule in rules {
        if let Check::Waivers(check) = rule.check {
            check(&facts, &uses, &mut Sink::new(rule, &mut findings));
        }
    }
    let rank: BTreeMap<&str, usize> = rules::all().map(|it| it.id).zip(0..).collect();
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.severity, rank.get(f.rule).copied());
        key(a).cmp(&key(b)).then_with(|| (&a.subject, &a.distinct).cmp(&(&b.subject, &b.distinct)))
    });
    Assessment { as_of, inventory, evidence, topology, findings, exposure }
}

/// Marks findings that a waiver covers. An expired waiver covers nothing, but has matched.
fn accept(facts: &Facts<'_>, findings: &mut [Finding]) -> Vec<WaiverUse> {
    let waivers = facts.inventory.waivers.iter().enumerate();
    waivers
        .map(|(index, waiver)| {
            let it = WaiverUse::of(index, waiver, findings);
            for finding in findings.iter_mut().filter(|it| waiver.names(it)) {
                if waiver.expires.value >= facts.as_of && finding.waived.is_none() {
                    finding.waived = Some(Waived {
                        reason: waiver.reason.value.clone(),
                        compensating: waiver.compensating.as_ref().map(|it| it.value.clone()),
                        approved_by: waiver.approved_by.value.clone(),
                        expires: waiver.expires.value,
                        span: waiver.span,
                    });
                }
            }
            it
        })
        .collect()
}

impl Assessment {
    /// What everybody outside reaches. The first who asks waits for the answer.
    pub fn exposure(&self) -> &Exposure {
        let ask = || Exposure::new(&Reach::new(&self.inventory, &self.evidence, &self.topology));
        self.exposure.get_or_init(ask)
    }

    /// How many open findings there are of a severity.
    pub fn open(&self, severity: Severity) -> usize {
        let open = self.findings.iter().filter(|finding| finding.is_open());
        open.filter(|finding| finding.severity == severity).count()
    }

    /// Whether an open finding is as bad as `threshold`, or worse. What stood in the baseline
    /// already does not count.
    pub fn fails(&self, threshold: Severity) -> bool {
        let mut counted = self.findings.iter().filter(|it| it.is_open() && !it.known);
        counted.any(|finding| finding.severity.reaches(threshold))
    }
}

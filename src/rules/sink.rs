//! Where rules put what they found.

use super::Rule;
use crate::finding::{Confidence, Finding, Location, Severity, Step};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::source::Span;

/// What a rule says about one subject.
#[derive(Debug)]
pub struct Report {
    subject: EntityRef,
    distinct: Vec<EntityRef>,
    message: Text,
    locations: Vec<Location>,
    witness: Vec<Step>,
    exposes: Vec<EntityRef>,
    severity: Option<Severity>,
    confidence: Option<Confidence>,
    remedy: Option<Text>,
}

impl Report {
    /// A finding about `subject`. The first place is the line to mend.
    pub fn new(subject: EntityRef, message: Text, span: Span, text: Text) -> Self {
        Self {
            subject,
            distinct: Vec::new(),
            message,
            locations: vec![Location { span, text }],
            witness: Vec::new(),
            exposes: Vec::new(),
            severity: None,
            confidence: None,
            remedy: None,
        }
    }

    /// Another place that shows it.
    #[must_use]
    pub fn also(mut self, span: Span, text: Text) -> Self {
        self.locations.push(Location { span, text });
        self
    }

    /// What tells this finding from another of the same rule about the same subject.
    #[must_use]
    pub fn distinct(mut self, thing: EntityRef) -> Self {
        self.distinct.push(thing);
        self
    }

    /// The path by which it arose.
    #[must_use]
    pub fn witness(mut self, steps: Vec<Step>) -> Self {
        self.witness = steps;
        self
    }

    /// What it exposes.
    #[must_use]
    pub fn exposes(mut self, things: impl IntoIterator<Item = EntityRef>) -> Self {
        self.exposes.extend(things);
        self
    }

    /// A severity other than the rule's.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// A confidence other than the rule's.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }

    /// What to do in this very case.
    #[must_use]
    pub fn remedy(mut self, remedy: Text) -> Self {
        self.remedy = Some(remedy);
        self
    }
}

/// Collects the findings of one rule.
#[derive(Debug)]
pub struct Sink<'a> {
    rule: &'static Rule,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Sink<'a> {
    /// A sink for one rule.
    pub fn new(rule: &'static Rule, findings: &'a mut Vec<Finding>) -> Self {
        Self { rule, findings }
    }

    /// Takes one finding.
    pub fn push(&mut self, report: Report) {
        self.findings.push(Finding {
            rule: self.rule.id,
            severity: report.severity.unwrap_or(self.rule.severity),
            confidence: report.confidence.unwrap_or(self.rule.confidence),
            subject: report.subject,
            distinct: report.distinct,
            message: report.message,
            locations: report.locations,
            witness: report.witness,
            exposes: report.exposes,
            remedy: report.remedy.unwrap_or_else(|| self.rule.remedy.clone()),
            waived: None,
        });
    }
}

impl Extend<Report> for Sink<'_> {
    fn extend<T: IntoIterator<Item = Report>>(&mut self, reports: T) {
        for report in reports {
            self.push(report);
        }
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

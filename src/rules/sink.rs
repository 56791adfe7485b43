//! Where rules put what they found.

use super::Rule;
use crate::finding::{Confidence, Finding, Location, Severity, Step};
use crate::locale::Text;
use crate::model::EntityRef;
use crate::source::Span;
use crate::text;

/// How many places of one finding are shown, of those that are all alike.
const MOST: usize = 20;

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

    /// Another place that shows it. What is said of one place is said together.
    #[must_use]
    pub fn also_at(mut self, (span, more): (Span, Text)) -> Self {
        match self.locations.iter_mut().find(|it| it.span == span) {
            Some(known) if known.text.ja.contains(more.ja.as_ref()) => self,
            Some(known) => {
                let said = std::mem::take(&mut known.text);
                known.text = text!("{said}。{more}", "{said}; {more}"; said, more);
                self
            }
            None => self.also(span, more),
        }
    }

    /// More places that show it: the first of them, when there are many.
    #[must_use]
    pub fn also_all(self, places: impl IntoIterator<Item = (Span, Text)>) -> Self {
        places.into_iter().take(MOST).fold(self, Self::also_at)
    }

    /// Joins what another configuration of the same subject shows: the places of both, the weight of
    /// the worse.
    #[must_use]
    pub fn absorb(mut self, other: Self) -> Self {
        self.locations.extend(other.locations);
        self.exposes.extend(other.exposes);
        self.severity = self.severity.into_iter().chain(other.severity).min();
        self.confidence = self.confidence.into_iter().chain(other.confidence).min();
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
            since: None,
            known: false,
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

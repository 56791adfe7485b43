//! The vocabulary of results: what is wrong in the *network* (mistakes in the input are
//! `source::Diagnostic`s).
//!
//! A [`Finding`] says one thing about one subject, points at the lines that show it, carries the
//! path by which it arose, and names everything it exposes: one cause, one finding.

mod advice;

pub use advice::{Confidence, Reference, Severity};

use crate::locale::Text;
use crate::model::{Date, EntityRef};
use crate::source::Span;
use std::fmt;

/// What identifies a finding from one audit to the next: rule and subjects, never a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Made from the rule, the subject and whatever else distinguishes two findings of the same
    /// rule about the same subject.
    pub fn new(rule: &str, subject: &EntityRef, distinct: &[EntityRef]) -> Self {
        let mut text = format!("{rule}:{subject}");
        for other in distinct {
            text.push('+');
            text.push_str(&other.to_string());
        }
        Self(text)
    }

    /// `rule:kind/id+kind/id`
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A place that shows the finding, and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Where.
    pub span: Span,
    /// What is to be seen there.
    pub text: Text,
}

/// One step of the path by which a finding arose, from the outside in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The thing that is reached or passed.
    pub thing: EntityRef,
    /// How it is reached: the declaration that lets the traffic pass.
    pub by: Text,
    /// The declaration's place.
    pub span: Option<Span>,
}

/// The acceptance of a finding for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// What is done instead.
    pub compensating: Option<String>,
    /// By whom.
    pub approved_by: String,
    /// Until when.
    pub expires: Date,
    /// Where the waiver stands.
    pub span: Span,
}

/// Since when a finding stands, as far as earlier audits were kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// The day of the first audit of an unbroken row in which it stood; that of this audit for a
    /// new one.
    pub on: Date,
    /// Whether it stood earlier too, and was gone in between.
    pub reopened: bool,
}

/// One thing that is wrong in the network, or in what is known of it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that says so.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure, given that the declaration is true.
    pub confidence: Confidence,
    /// What it is about.
    pub subject: EntityRef,
    /// What tells two findings of this rule about this subject apart; usually empty.
    pub distinct: Vec<EntityRef>,
    /// The condition, with the names of this hospital in it.
    pub message: Text,
    /// Where it shows. The first one is the line to mend. Never empty.
    pub locations: Vec<Location>,
    /// The path by which it arose, when there is one.
    pub witness: Vec<Step>,
    /// Everything that is exposed by this one cause.
    pub exposes: Vec<EntityRef>,
    /// What to do.
    pub remedy: Text,
    /// The acceptance that covers it. A waived finding stays visible and does not fail a run.
    pub waived: Option<Waived>,
    /// Since when it stands; none where no audits are kept.
    pub since: Option<Since>,
    /// Whether it stood in the baseline that the run is measured against. Such a finding stays
    /// visible and does not fail a run.
    pub known: bool,
}

impl Finding {
    /// What identifies this finding from one audit to the next.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::new(self.rule, &self.subject, &self.distinct)
    }

    /// Whether nobody accepted it.
    pub fn is_open(&self) -> bool {
        self.waived.is_none()
    }
}

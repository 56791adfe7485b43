//! The whole in a few lines: how many findings, and what to do next.

use crate::audit::Assessment;
use crate::finding::{Finding, Severity};
use crate::locale::Text;
use crate::model::{Date, Vocabulary};
use crate::text;

/// Since when a finding stands, where audits are kept, and whether the run was measured against
/// a baseline that has it.
pub(super) fn since(finding: &Finding, as_of: Date) -> Option<Text> {
    let since = finding.since?;
    let on = since.on;
    let stands = match (since.reopened, on == as_of) {
        (false, true) => Text::new("新規: 今回の監査で初めて", "new: not in any earlier audit"),
        (true, true) => {
            Text::new("再発: 一度なくなり、今回また", "reopened: it was gone, and is back")
        }
        (false, false) => text!("継続: {on} の監査から", "still open: since the audit of {on}"),
        (true, false) => text!(
            "継続: {on} の監査から（一度なくなり、再発）",
            "still open: since the audit of {on} (reopened; it was gone before)"
        ),
    };
    Some(match finding.known {
        true => text!("{stands}。基準時点で既知", "{stands}; known from the baseline"; stands),
        false => stands,
    })
}

/// What was found, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Open findings of each severity, worst first, the empty ones too.
    pub open: Vec<(Severity, usize)>,
    /// Findings that somebody accepted for a time.
    pub waived: usize,
    /// External connections that are declared.
    pub connections: usize,
    /// The day that was judged.
    pub as_of: Date,
}

impl Tally {
    /// Counts an assessment.
    pub fn of(assessment: &Assessment) -> Self {
        Self {
            open: Severity::ALL
                .iter()
                .map(|severity| (*severity, assessment.open(*severity)))
                .collect(),
            waived: assessment.findings.iter().filter(|finding| !finding.is_open()).count(),
            connections: assessment.inventory.connections.len(),
            as_of: assessment.as_of,
        }
    }

    /// How many open findings there are.
    pub fn total(&self) -> usize {
        self.open.iter().map(|(_, count)| count).sum()
    }

    /// `指摘 14件（緊急 2・高 5・中 4・低 3）　例外承認 1件　外部接続 17件　基準日 2026-11-20`
    pub fn line(&self) -> Text {
        let (waived, lines, as_of) = (self.waived, self.connections, self.as_of);
        let total = self.total();
        let parts = self.parts();
        let found = if total == 0 {
            text!("指摘 0件", "no findings")
        } else {
            let s = plural(total);
            text!("指摘 {total}件（{parts}）", "{total} finding{s} ({parts})"; parts)
        };
        let s = plural(lines);
        text!(
            "{found}　例外承認 {waived}件　外部接続 {lines}件　基準日 {as_of}",
            "{found}, {waived} waived, {lines} connection{s}, as of {as_of}"; found
        )
    }

    /// The severities that occur, with their counts.
    fn parts(&self) -> Text {
        let (mut ja, mut en) = (Vec::new(), Vec::new());
        for (severity, count) in self.open.iter().filter(|(_, count)| *count > 0) {
            let label = severity.label();
            ja.push(format!("{} {count}", label.ja));
            en.push(format!("{count} {}", label.en));
        }
        Text { ja: ja.join("・").into(), en: en.join(", ").into() }
    }
}

/// The English plural ending.
pub(super) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// One thing to do, and the open findings that it answers.
#[derive(Clone, Debug)]
pub struct Todo<'a> {
    /// What to do.
    pub remedy: &'a Text,
    /// What it answers: findings of one rule with the same remedy, worst first. Never empty.
    pub findings: Vec<&'a Finding>,
}

/// The things to do first, worst finding first; at most `count`, each of another rule. The same
/// advice for several subjects is one thing to do.
pub fn next_steps(assessment: &Assessment, count: usize) -> Vec<Todo<'_>> {
    let mut steps: Vec<Todo<'_>> = Vec::new();
    for finding in assessment.findings.iter().filter(|it| it.is_open()) {
        let of_rule =
            |step: &Todo<'_>| step.findings.first().is_some_and(|first| first.rule == finding.rule);
        if let Some(step) = steps.iter_mut().find(|step| of_rule(step)) {
            if *step.remedy == finding.remedy {
                step.findings.push(finding);
            }
        } else if steps.len() < count {
            steps.push(Todo { remedy: &finding.remedy, findings: vec![finding] });
        }
    }
    steps
}

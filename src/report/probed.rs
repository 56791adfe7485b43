//! What was probed: every run with its place, its day and what its answers prove, and what became of
//! each declared connection.

use super::Report;
use super::observed::period;
use crate::inventory::{Connection, Entry};
use crate::locale::Text;
use crate::model::words::Verdict;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::probe::Expectation;
use crate::text;
use crate::topology::probed::Run;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// What the answers of a run prove: of what must answer how much did, of what must not be reached
/// what is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Proved {
    /// What must answer, and did.
    pub(super) answers: usize,
    /// What must answer.
    pub(super) expected: usize,
    /// What must not be reached, and is not.
    pub(super) isolated: usize,
    /// What must not be reached, and is.
    pub(super) reachable: usize,
    /// Of what nobody can tell.
    pub(super) undetermined: usize,
}

impl<'a> Report<'a> {
    /// Every run that sent something.
    pub(super) fn runs(&self) -> &'a [Run] {
        &self.assessment.topology.probed().runs
    }

    /// What the last answers of a run prove.
    pub(super) fn proved(&self, run: usize) -> Proved {
        let mut proved = Proved::default();
        let asked = self.assessment.topology.probed().asked.iter();
        for it in asked.filter(|it| it.run == run) {
            match (it.question.expect, it.verdict) {
                (Expectation::Answers | Expectation::Control, verdict) => {
                    proved.expected += 1;
                    proved.answers += usize::from(verdict == Verdict::Reachable);
                }
                (Expectation::NoAnswer, Verdict::Isolated) => proved.isolated += 1,
                (Expectation::NoAnswer, Verdict::Reachable) => proved.reachable += 1,
                (Expectation::NoAnswer, Verdict::Undetermined) => proved.undetermined += 1,
            }
        }
        proved
    }

    /// What probes say of a declared connection; none where nobody stood at its far end.
    pub(super) fn probed(&self, connection: &Entry<Connection>) -> Option<Text> {
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        let probed = self.assessment.topology.probed();
        let answered = probed.states.get(&thing).map(|it| crate::topology::probed::day(it.at));
        match (probed.line(&thing), answered) {
            (Some(line), _) => {
                let (on, verdict) = (line.on, line.verdict().label());
                Some(text!("{on} 疎通確認: {verdict}", "probed {on}: {verdict}"; verdict))
            }
            (None, Some(on)) => Some(text!("{on} 疎通確認で応答あり", "answered a probe on {on}")),
            (None, None) => None,
        }
    }
}

/// From where, by whom and for whom.
pub(super) fn place(report: &Report<'_>, run: &Run) -> Text {
    let from = Text::same(report.name(&run.from));
    match run.from.kind {
        EntityKind::Connection => text!("{from}の相手側", "the far end of {from}"; from),
        _ => from,
    }
}

/// When.
pub(super) fn when(run: &Run) -> Text {
    match run.ended {
        Some(ended) => period(Some(run.began), Some(ended)),
        None => {
            let began = period(Some(run.began), Some(run.began));
            text!("{began}から、途中まで", "{began}, not to its end"; began)
        }
    }
}

/// By whom.
pub(super) fn by(report: &Report<'_>, run: &Run) -> String {
    let tester = crate::locale::one_line(&run.tester).into_owned();
    match &run.party {
        None => tester,
        Some(party) => {
            let party = report.name(&EntityRef::new(EntityKind::Party, party));
            format!("{tester}（{party}）")
        }
    }
}

/// How much was asked, and what is known of it.
pub(super) fn amount(run: &Run, proved: Proved) -> Text {
    let (asked, planned) = (run.answered.to_string(), run.questions.to_string());
    let Proved { answers, expected, isolated, reachable, undetermined } = proved;
    let (asked, planned) = (Text::same(asked), Text::same(planned));
    text!(
        "計画{planned}件のうち{asked}件を確認。応答するはず {answers}/{expected}、届かないはず: 分離確認済{isolated} 到達可能{reachable} 判定不能{undetermined}",
        "{asked} of {planned} questions asked; must answer: {answers}/{expected}; must not be reached: {isolated} isolated, {reachable} reachable, {undetermined} undetermined";
        asked, planned
    )
}

/// Runs that sent nothing.
pub(super) fn dry(report: &Report<'_>) -> Option<Text> {
    let dry = &report.assessment.topology.probed().dry;
    let days: BTreeSet<String> = dry.iter().map(ToString::to_string).collect();
    let days: Vec<String> = days.into_iter().collect();
    let (count, ja, en) = (dry.len(), days.join("、"), days.join(", "));
    let days = Text { ja: ja.into(), en: en.into() };
    (count > 0).then(|| {
        text!(
            "ほかに、送信しない試行が{count}回あります（{days}。何も確認していません）",
            "besides, {count} dry run(s) ({days}), which confirm nothing"; days
        )
    })
}

/// Every run, for the page.
pub(super) fn page(report: &Report<'_>) -> Json {
    let runs = report.runs().iter().enumerate().map(|(at, run)| {
        json!({
            "from": report.say(&place(report, run)),
            "when": report.say(&when(run)),
            "by": by(report, run),
            "proved": report.say(&amount(run, report.proved(at))),
        })
    });
    runs.collect()
}

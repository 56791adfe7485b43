//! What packets say: who asked, from where, and what the answers prove.

use super::paper::{Independence, Named, Run, Stopped};
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::words::Verdict;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::probe::journal::{Answered, Journal};
use crate::probe::{Outcome, Question, verdict};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// One run of probes.
#[derive(Clone, Copy, Debug)]
pub struct Tested<'a> {
    /// Its journal.
    pub journal: &'a Journal,
    /// By which telephone the approver is reached, when the scope was at hand.
    pub telephone: Option<&'a str>,
}

/// What the answers to one question prove.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was asked.
    pub question: Question,
    /// What came back; none when it was never asked.
    pub telling: Option<Answered>,
    /// What that proves.
    pub verdict: Verdict,
    /// Why.
    pub because: Text,
    /// Whether no connection comes about, for another reason than chance: less than "isolated".
    pub is_closed: bool,
    /// Whether it answered somebody to whom the line is not permitted.
    pub is_stranger: bool,
    /// When the control answered that shows that the way was open.
    pub control: Option<Timestamp>,
}

impl From<&verdict::Judged> for Judged {
    fn from(it: &verdict::Judged) -> Self {
        // What is more than silence says more, whenever it came.
        let more = it.answers.iter().rev().find(|it| it.answer.outcome != Outcome::Silent);
        Self {
            question: it.question.clone(),
            telling: more.or(it.answers.last()).cloned(),
            verdict: it.verdict,
            because: it.reason.label(),
            is_closed: it.reason.excludes_a_connection(),
            is_stranger: it.reason == verdict::Reason::AnsweredStranger,
            control: it.control.map(|(_, at)| at),
        }
    }
}

impl Tested<'_> {
    /// Whether it can be part of a proof about a connection: it was run from its far end, and packets
    /// were sent.
    pub fn is_of(&self, connection: &EntityRef) -> bool {
        self.journal.head.from == *connection && !self.journal.head.dry
    }

    /// How many questions were never answered.
    pub(super) fn unasked(&self) -> u32 {
        self.journal.head.questions.saturating_sub(self.answered())
    }

    fn answered(&self) -> u32 {
        u32::try_from(self.journal.last().len()).unwrap_or(u32::MAX)
    }

    pub(super) fn run(&self, inventory: &Inventory, under_test: &EntityRef) -> Run {
        let head = &self.journal.head;
        let party = head.party.as_deref().map(|id| EntityRef::new(EntityKind::Party, id));
        let independence = match &party {
            None => Independence::Hospital,
            Some(party) if party == under_test => Independence::UnderTest,
            Some(_) => Independence::ThirdParty,
        };
        Run {
            scope: head.scope.clone(),
            plan: head.plan.clone(),
            approver: head.approver.clone(),
            telephone: self.telephone.map(str::to_owned),
            tester: head.tester.clone(),
            party: party.map(|it| named(inventory, &it)),
            independence,
            host: head.host.clone(),
            addresses: head.addresses.clone(),
            limits: head.limits,
            started: head.started,
            ended: self.journal.end,
            questions: head.questions,
            answered: self.answered(),
            stopped: self.stopped(),
        }
    }

    fn stopped(&self) -> Vec<Stopped> {
        let stopped = self.journal.stopped.iter();
        let all: BTreeSet<Stopped> =
            stopped.map(|(_, host, reason)| Stopped { host: *host, why: why(reason) }).collect();
        all.into_iter().collect()
    }
}

/// Why somebody was not asked any more.
fn why(reason: &str) -> Text {
    const REASONS: &[(&str, Text)] = &[
        ("slow", Text::new("応答が遅くなった", "it answered slowly")),
        ("control-lost", Text::new("対照の応答がなくなった", "a control was lost")),
        ("hosts-unwell", Text::new("2台以上で応答が悪化した", "two hosts were unwell")),
        ("window", Text::new("許可された時間帯が終わった", "the window was over")),
        ("budget", Text::new("送信数の上限に達した", "the budget was used up")),
        ("interrupted", Text::new("中断された", "it was interrupted")),
    ];
    let known = REASONS.iter().find(|(key, _)| *key == reason);
    known.map_or_else(|| Text::same(reason), |(_, text)| text.clone())
}

/// A thing with its name.
pub(super) fn named(inventory: &Inventory, thing: &EntityRef) -> Named {
    Named { thing: thing.clone(), name: inventory.name_of(thing).to_owned() }
}

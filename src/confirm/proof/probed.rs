//! What packets say: who asked, from where, and what the answers prove.

use super::paper::{Independence, Named, Run};
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::words::Verdict;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::probe::journal::{Answered, Head, Journal};
use crate::probe::{Outcome, Question};
use crate::text;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// One run of probes, as its journal tells it.
#[derive(Clone, Debug)]
pub struct Tested {
    /// Who asks, from where, by what permission.
    pub head: Head,
    /// When it came to its end; none when it never did.
    pub ended: Option<Timestamp>,
    /// How many of its questions were answered or found silent.
    pub answered: u32,
    /// Hosts that were not asked any more, or the whole run (none), and why, by its stable key.
    pub stopped: Vec<(Option<IpAddr>, String)>,
    /// What its answers prove.
    pub judged: Vec<Judged>,
    /// By which telephone the approver is reached, when the scope was at hand.
    pub telephone: Option<String>,
}

/// What the answers to one question prove.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was asked.
    pub question: Question,
    /// What came back, the last time.
    pub last: Answered,
    /// What that proves.
    pub verdict: Verdict,
    /// Why.
    pub because: Text,
    /// When the control answered that shows that the way was open.
    pub control: Option<Timestamp>,
}

impl Tested {
    /// A run with what its answers prove.
    pub fn of(journal: &Journal) -> Self {
        let last = journal.last();
        let judged = last.values().map(|it| {
            let arrived = it.answer.outcome == Outcome::Open;
            Judged {
                question: it.question.clone(),
                last: (*it).clone(),
                verdict: if arrived { Verdict::Reachable } else { Verdict::Undetermined },
                because: it.answer.outcome.label(),
                control: None,
            }
        });
        let stopped = journal.stopped.iter().map(|(_, host, why)| (*host, why.clone()));
        Self {
            head: journal.head.clone(),
            ended: journal.end,
            answered: u32::try_from(last.len()).unwrap_or(u32::MAX),
            stopped: stopped.collect(),
            judged: judged.collect(),
            telephone: None,
        }
    }

    /// Whether it can be part of a proof about a connection: it was run from its far end, and packets
    /// were sent.
    pub fn is_of(&self, connection: &EntityRef) -> bool {
        self.head.from == *connection && !self.head.dry
    }

    /// How many questions were never answered.
    pub(super) const fn unasked(&self) -> u32 {
        self.head.questions.saturating_sub(self.answered)
    }

    pub(super) fn run(&self, inventory: &Inventory, under_test: &EntityRef) -> Run {
        let head = &self.head;
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
            telephone: self.telephone.clone(),
            tester: head.tester.clone(),
            party: party.map(|it| named(inventory, &it)),
            independence,
            host: head.host.clone(),
            addresses: head.addresses.clone(),
            limits: head.limits,
            started: head.started,
            ended: self.ended,
            questions: head.questions,
            answered: self.answered,
            remarks: self.remarks(),
        }
    }

    fn remarks(&self) -> Vec<Text> {
        let mut all = Vec::new();
        if self.ended.is_none() {
            all.push(Text::new("最後まで行われていません。", "The run did not come to its end."));
        }
        let unasked = self.unasked();
        if unasked > 0 {
            all.push(text!(
                "計画のうち{unasked}件は確認していません。",
                "{unasked} question(s) of the plan were not asked."
            ));
        }
        let stopped: BTreeSet<&(Option<IpAddr>, String)> = self.stopped.iter().collect();
        for (host, reason) in stopped {
            let why = why(reason);
            all.push(match host {
                Some(host) => text!("{host} の確認を途中でやめました（{why}）。", "{host} was not asked any more ({why})."; why),
                None => text!("途中で打ち切りました（{why}）。", "The run was stopped ({why})."; why),
            });
        }
        all
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

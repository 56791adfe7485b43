//! What packets say: who asked, from where, and what the answers prove.

use super::paper::{Independence, Named, Run};
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::words::Verdict;
use crate::model::{EntityKind, EntityRef};
use crate::probe::Question;
use crate::probe::journal::{Answered, Journal};
use crate::text;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::net::IpAddr;

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
    /// When the control answered that shows that the way was open.
    pub control: Option<Timestamp>,
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
            remarks: self.remarks(),
        }
    }

    fn remarks(&self) -> Vec<Text> {
        let mut all = Vec::new();
        if self.journal.end.is_none() {
            all.push(Text::new("最後まで行われていません。", "The run did not come to its end."));
        }
        let unasked = self.unasked();
        if unasked > 0 {
            all.push(text!(
                "計画のうち{unasked}件は確認していません。",
                "{unasked} question(s) of the plan were not asked."
            ));
        }
        let stopped = self.journal.stopped.iter();
        let stopped: BTreeSet<(Option<IpAddr>, &str)> =
            stopped.map(|(_, host, why)| (*host, why.as_str())).collect();
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

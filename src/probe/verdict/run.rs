//! One run judged.

use super::chance::{REPEATED, excludes_limiter, excludes_loss, packets};
use super::host::{Arrivals, Facts};
use super::{Ground, Judged, Reason, mates, told_on_the_way};
use crate::model::words::Verdict;
use crate::model::{Protocol, Service};
use crate::probe::journal::Answered;
use crate::probe::journal::{Head, Journal, Watch};
use crate::probe::{Answer, Expectation, Outcome, Question};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

/// How far from a negative a control may lie.
const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// Answers that fit no question, counted with a silence.
const STRAYS: &str = "stray-answers";

/// A run with what is known of each of its hosts.
struct Run<'a> {
    journal: &'a Journal,
    watches: &'a [Watch],
    ground: &'a Ground,
    hosts: BTreeMap<IpAddr, Facts>,
    /// When each question was sent, in order, and until when it or one before it was under way.
    busy: Vec<(Timestamp, Timestamp)>,
}

/// Judges every question of a run that was asked.
pub(super) fn judge(journal: &Journal, watches: &[Watch], ground: &Ground) -> Vec<Judged> {
    let mut questions: BTreeMap<u32, Vec<&Answered>> = BTreeMap::new();
    for it in &journal.answered {
        questions.entry(it.number).or_default().push(it);
    }
    let run = Run { journal, watches, ground, hosts: Facts::of(journal), busy: busy(journal) };
    let judged = questions.into_values().filter_map(|answers| {
        let question = &answers.first()?.question;
        let (verdict, reason, control) = run.verdict(question, &answers);
        Some(Judged {
            from: journal.head.from.clone(),
            question: question.clone(),
            answers: answers.into_iter().cloned().collect(),
            verdict,
            reason,
            control,
        })
    });
    judged.collect()
}

fn busy(journal: &Journal) -> Vec<(Timestamp, Timestamp)> {
    let patience = SignedDuration::from_millis(journal.head.limits.patience_ms.into());
    let span = |it: &Answered| {
        let took = it.answer.micros.and_then(|it| i64::try_from(it).ok());
        let took = took.map_or(patience, SignedDuration::from_micros);
        (it.at, it.at.checked_add(took).unwrap_or(Timestamp::MAX))
    };
    let mut all: Vec<_> = journal.answered.iter().map(span).collect();
    all.sort_unstable();
    let mut latest = Timestamp::MIN;
    for (_, until) in &mut all {
        latest = latest.max(*until);
        *until = latest;
    }
    all
}

type Found = (Verdict, Reason, Option<(u32, Timestamp)>);

const fn undetermined(reason: Reason) -> Found {
    (Verdict::Undetermined, reason, None)
}

impl Run<'_> {
    fn verdict(&self, question: &Question, answers: &[&Answered]) -> Found {
        let any = |outcome| answers.iter().any(|it| it.answer.outcome == outcome);
        let negative = question.expect == Expectation::NoAnswer;
        if self.ground.is_future(&self.journal.head) {
            return undetermined(Reason::Future);
        }
        let is_stranger = self.is_stranger();
        if any(Outcome::Open) {
            let for_all = self.facts(question.to).is_some_and(Facts::answers_for_all);
            return match (negative && for_all, is_stranger) {
                (true, _) => undetermined(Reason::AnswersForAll),
                (_, true) => (Verdict::Reachable, Reason::AnsweredStranger, None),
                (_, false) => (Verdict::Reachable, Reason::Answered, None),
            };
        }
        if self.arrived(question) {
            return (Verdict::Reachable, Reason::Arrived, None);
        }
        // What is closed to others may be open to whom it is permitted.
        if is_stranger {
            return undetermined(Reason::NotPermitted);
        }
        if any(Outcome::NotSent) {
            return undetermined(Reason::NotSent);
        }
        if answers.iter().any(|it| it.answer.details.contains_key(STRAYS)) {
            return undetermined(Reason::Strays);
        }
        let told: Vec<&&Answered> =
            answers.iter().filter(|it| it.answer.outcome != Outcome::Silent).collect();
        if told.iter().any(|it| self.is_own_word(&it.answer)) {
            return undetermined(Reason::OwnMachine);
        }
        if !told.iter().all(|it| self.told_on_the_way(question, &it.answer)) {
            let nowhere = any(Outcome::Unreachable);
            return undetermined(if nowhere { Reason::NoWay } else { Reason::Refused });
        }
        let head = &self.journal.head;
        let known = |by| self.ground.speaks_for_the_hospital(&head.from, by);
        if !told.iter().all(|it| it.answer.by.is_some_and(known)) {
            return undetermined(Reason::ForeignVoice);
        }
        // A word that came late was said of a repeated packet; what became of the first, nobody said.
        let is_late = |it: &&Answered| it.answer.micros.is_none_or(|it| !at_once(it));
        if told.iter().any(|it| is_late(it)) {
            return undetermined(Reason::Unsteady);
        }
        let is_told = !told.is_empty();
        // What decides is the last word of a filter, or else the last silence.
        let Some(at) = told.last().map(|it| it.at).or(answers.iter().map(|it| it.at).max()) else {
            return undetermined(Reason::NotAsked);
        };
        let silent: Vec<Timestamp> =
            if is_told { Vec::new() } else { answers.iter().map(|it| it.at).collect() };
        let control = match self.excluded(question, at, &silent) {
            Ok(it) => it,
            Err(reason) => return undetermined(reason),
        };
        let first = answers.iter().map(|it| it.at).min().unwrap_or(at);
        let last = answers.iter().map(|it| it.at).max().unwrap_or(at);
        let seen = question.service().zip(self.facts(question.to));
        let seen =
            seen.and_then(|(it, facts)| facts.arrivals.never(it, question.to, (first, last)));
        let is_tcp =
            matches!(question.service(), Some(Service::Ports { protocol: Protocol::Tcp, .. }));
        match (seen, is_told) {
            (Some(Ok(())), _) => (Verdict::Isolated, Reason::NotArrived, Some(control)),
            (_, true) => (Verdict::Isolated, Reason::ToldByFilter, Some(control)),
            (Some(Err(reason)), false) => (Verdict::Undetermined, reason, Some(control)),
            (None, false) if is_tcp => {
                (Verdict::Undetermined, Reason::SilentBetweenControls, Some(control))
            }
            (None, false) => undetermined(Reason::MuteService),
        }
    }

    fn facts(&self, host: IpAddr) -> Option<&Facts> {
        self.hosts.get(&host)
    }

    /// Whether a witness saw it arrive, by its own journal or by what it said to a control.
    fn arrived(&self, question: &Question) -> bool {
        let Some(service) = question.service() else { return false };
        let facts = self.facts(question.to);
        let own = self.journal.witnessed.iter().filter(|it| it.to == question.to);
        // Behind NAT a witness has another address; its word to the controls tells which it is.
        let named =
            |it: &&Watch| facts.is_some_and(|facts| facts.sessions.contains(&it.head.session));
        let watched = self.watches.iter().flat_map(|watch| {
            let all = named(&watch);
            watch.witnessed.iter().filter(move |it| all || it.to == question.to)
        });
        let during = |at: Timestamp| {
            let day = SignedDuration::from_hours(24);
            at.duration_since(self.journal.head.started).abs() <= day
        };
        let seen = |it: &crate::probe::journal::Witnessed| {
            Arrivals::service(it.protocol, it.port) == Some(service) && during(it.at)
        };
        own.chain(watched).any(seen) || facts.is_some_and(|it| it.arrivals.grew(service))
    }

    /// Whether the run stands at an address to which the line is not permitted: by its own word, or
    /// by that of a witness that saw it arrive. A device of the hospital may give it its own address.
    fn is_stranger(&self) -> bool {
        let Head { from, addresses, .. } = &self.journal.head;
        let arrived = self.hosts.values().flat_map(|it| it.arrivals.senders());
        let mut arrived = arrived.filter(|it| !self.ground.speaks_for_the_hospital(from, *it));
        addresses.iter().any(|it| !self.ground.permits(from, *it))
            || arrived.any(|it| !self.ground.permits(from, it))
    }

    /// Whether the asker's own machine said it.
    fn is_own_word(&self, answer: &Answer) -> bool {
        answer.by.is_some_and(|it| it.is_loopback() || self.journal.head.addresses.contains(&it))
    }

    /// Whether somebody else than the asker and those who are asked said that a filter stands there.
    fn told_on_the_way(&self, question: &Question, answer: &Answer) -> bool {
        told_on_the_way(question, answer)
            && answer.by.is_some_and(|by| {
                !self.journal.head.addresses.contains(&by) && !self.hosts.contains_key(&by)
            })
    }

    /// Whether a dead host, loss and limiters of rates are excluded as the reason for what came back,
    /// or did not, to what was sent at this moment; `silent` are the attempts that got no answer.
    fn excluded(
        &self,
        question: &Question,
        at: Timestamp,
        silent: &[Timestamp],
    ) -> Result<(u32, Timestamp), Reason> {
        let limits = &self.journal.head.limits;
        let stopped = self.journal.stopped.iter().any(|(when, host, _)| {
            *when <= at.checked_add(MINUTE).unwrap_or(*when)
                && host.is_none_or(|it| it == question.to)
        });
        let none = Facts::default();
        let facts = self.facts(question.to).unwrap_or(&none);
        let near = |it: &&super::host::Control| it.at.duration_since(at).abs() <= MINUTE;
        let before = facts.controls.iter().rev().find(|it| it.at < at).filter(near);
        let after = facts.controls.iter().find(|it| it.at > at).filter(near);
        let (Some(_), Some(after)) = (before, after) else {
            let beside = self.hosts.iter().filter(|(host, _)| mates(**host, question.to));
            let proved = beside.flat_map(|(_, facts)| &facts.controls).any(|it| near(&it));
            return Err(match (stopped, facts.controls.is_empty() && proved) {
                (true, _) => Reason::StopsBefore,
                (_, true) => Reason::HostUnproved,
                (_, false) => Reason::NoControl,
            });
        };
        if facts.unsteady || facts.answers_for_all() {
            return Err(if facts.unsteady { Reason::Unsteady } else { Reason::AnswersForAll });
        }
        // One outage could be the reason for two silences, unless something was answered between.
        let alone = silent.windows(2).any(|pair| match pair {
            [a, b] => !facts.controls.iter().any(|it| *a < it.at && it.at < *b),
            _ => false,
        });
        if alone {
            return Err(Reason::NoControl);
        }
        let lost = u32::try_from(silent.len()).unwrap_or(u32::MAX);
        let lost = lost.saturating_mul(packets(question.kind, limits));
        if lost > 0 && !excludes_loss(lost, facts.clean()) {
            return Err(Reason::LossPossible);
        }
        if !self.limiter_excluded(at, facts) {
            return Err(Reason::LimiterPossible);
        }
        Ok((after.number, after.at))
    }

    /// Whether no limiter of rates explains the silence of what was sent at this moment.
    fn limiter_excluded(&self, at: Timestamp, facts: &Facts) -> bool {
        let before = self.busy.partition_point(|it| it.0 < at);
        let Some((_, until)) = before.checked_sub(1).and_then(|it| self.busy.get(it)) else {
            return false;
        };
        let quiet = Duration::try_from(at.duration_since(*until)).unwrap_or_default();
        let after = facts.controls.iter().filter(|it| it.at > at);
        (1..).zip(after).any(|(count, it)| {
            let passed = Duration::try_from(it.at.duration_since(at)).unwrap_or(Duration::MAX);
            excludes_limiter(quiet, count, passed.saturating_add(it.took))
        })
    }
}

/// A control that took longer was sent more than once.
pub(super) const fn at_once(micros: u64) -> bool {
    (micros as u128) < REPEATED.as_micros()
}

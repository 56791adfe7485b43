//! Joins what was answered to probes with what is declared.
//!
//! ```text
//!  journals ─► runs (from where, when, by whom) ─► asked: the last answer to each question,
//!              dry runs confirm nothing                    with whose the address is today
//!                                                     └─► states: what an answer confirms
//! ```
//!
//! An answer confirms whom it comes from, and the line that carried it. Silence confirms nothing and
//! denies nothing: what it proves, together with its controls, is for [`crate::probe`] to say.
//! Nothing here changes the declaration, and nothing is judged.

use super::Joined;
use super::observed::{Directory, Owner};
use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
use crate::model::words::Verdict;
use crate::model::{Date, EntityKind, EntityRef, Service};
use crate::probe::journal::{Answered, Journal, Watch};
use crate::probe::verdict::{Ground, Reason, verdicts};
use crate::probe::{Answer, Expectation, Kind, Outcome, Question};
use crate::source::Span;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What probes say about the declaration.
#[derive(Clone, Debug, Default)]
pub struct Probed {
    /// The runs that sent something, in the order of their beginning.
    pub runs: Vec<Run>,
    /// The days (in Japan) of the runs that sent nothing on purpose.
    pub dry: Vec<Date>,
    /// The last answer to each question from each place, in the order of runs and questions.
    pub asked: Vec<Asked>,
    /// The declared things that answered, or that carried an answer: where, and when last.
    pub states: BTreeMap<EntityRef, Shown>,
}

/// One run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Where it stood: a connection (its far end) or a zone, as the journal names it.
    pub from: EntityRef,
    /// The addresses that it asked from.
    pub addresses: Vec<IpAddr>,
    /// Who ran it.
    pub tester: String,
    /// For whom, when not for the hospital.
    pub party: Option<String>,
    /// Who approved the scope.
    pub approver: String,
    /// When it began.
    pub began: Timestamp,
    /// When it came to its end; none for one that was stopped or broke off.
    pub ended: Option<Timestamp>,
    /// How many questions its plan had.
    pub questions: u32,
    /// How many of them were answered or found silent.
    pub answered: usize,
    /// How many of them somebody answered.
    pub open: usize,
    /// Its place.
    pub span: Span,
}

/// One question with the last answer that it got from one place.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The position of the run among [`Probed::runs`].
    pub run: usize,
    /// What was asked.
    pub question: Question,
    /// What came back.
    pub answer: Answer,
    /// When it was asked.
    pub at: Timestamp,
    /// Whose the address is, as the inventory says today.
    pub owner: Owner,
    /// What the answer proves, by the run that it is of.
    pub verdict: Verdict,
    /// Why; none where nothing can be said.
    pub reason: Option<Reason>,
    /// Its place.
    pub span: Span,
}

/// How far the isolation of a connection is proved by its last run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The day, in Japan, on which the run began.
    pub on: Date,
    /// Its place.
    pub span: Span,
    /// How many questions are proved to arrive nowhere,
    pub isolated: usize,
    /// how many arrived,
    pub reachable: usize,
    /// and of how many nobody can tell.
    pub undetermined: usize,
}

impl Line {
    /// Isolated only when that is proved of every question.
    pub const fn verdict(&self) -> Verdict {
        match (self.reachable, self.undetermined, self.isolated) {
            (1.., ..) => Verdict::Reachable,
            (0, 0, 1..) => Verdict::Isolated,
            _ => Verdict::Undetermined,
        }
    }
}

/// When and where a declared thing was shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The run that showed it last.
    pub run: usize,
    /// When.
    pub at: Timestamp,
    /// Every place that shows it.
    pub spans: Vec<Span>,
    /// The addresses that answered.
    pub addresses: Vec<IpAddr>,
}

/// The day of a moment in Japan, where days of hospitals begin.
pub fn day(at: Timestamp) -> Date {
    at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).date()
}

impl Asked {
    /// The day, in Japan.
    pub fn day(&self) -> Date {
        day(self.at)
    }

    /// Whether somebody answered as whoever offers the service does, and not for others.
    pub fn is_open(&self) -> bool {
        self.answer.outcome == Outcome::Open && self.reaches()
    }

    /// Whether packets arrived, answered or not.
    pub fn reaches(&self) -> bool {
        self.verdict == Verdict::Reachable
    }

    /// What was asked for.
    pub const fn service(&self) -> Option<Service> {
        self.question.service()
    }

    /// The thing that was asked: whose the address is today, else as the plan named it.
    pub fn thing(&self) -> &EntityRef {
        self.owner.thing.as_ref().unwrap_or(&self.question.target)
    }
}

impl Probed {
    /// Whether nobody asked anything.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// What the last run from the far end of a connection says of all that must not be reached from
    /// there; none where nobody asked.
    pub fn line(&self, connection: &EntityRef) -> Option<Line> {
        let from = |it: &&Asked| self.run(it).is_some_and(|run| run.from == *connection);
        let negative = |it: &&Asked| it.question.expect == Expectation::NoAnswer;
        let all = || self.asked.iter().filter(from).filter(negative);
        let last = all().map(|it| it.run).max()?;
        let of = self.runs.get(last)?;
        let mut line =
            Line { on: day(of.began), span: of.span, isolated: 0, reachable: 0, undetermined: 0 };
        for it in all().filter(|it| it.run == last) {
            *match it.verdict {
                Verdict::Isolated => &mut line.isolated,
                Verdict::Reachable => &mut line.reachable,
                Verdict::Undetermined => &mut line.undetermined,
            } += 1;
        }
        Some(line)
    }

    /// The run that a question is of.
    pub fn run(&self, asked: &Asked) -> Option<&Run> {
        self.runs.get(asked.run)
    }
}

/// Joins every answer.
pub(super) fn probe(inventory: &Inventory, evidence: &EvidenceSet, joined: &[Joined]) -> Probed {
    let mut probed = Probed::default();
    if evidence.probes.is_empty() {
        return probed;
    }
    let directory = Directory::new(inventory, evidence, joined);
    let mut last: BTreeMap<(EntityRef, IpAddr, u16, Kind), Asked> = BTreeMap::new();
    for (journal, places) in evidence.runs() {
        if journal.head.dry {
            probed.dry.push(day(journal.head.started));
            continue;
        }
        let run = probed.runs.len();
        probed.runs.push(run_of(journal, places.run));
        let answers = journal.answered.iter().zip(places.answers.iter().copied());
        for (it, span) in answers.filter(|(it, _)| it.answer.outcome != Outcome::NotSent) {
            let question = it.question.clone();
            let asked = Asked {
                run,
                answer: it.answer.clone(),
                at: it.at,
                owner: directory.owner(question.to),
                verdict: Verdict::Undetermined,
                reason: None,
                span,
                question,
            };
            let Question { to, port, kind, .. } = asked.question;
            let key = (journal.head.from.clone(), to, port, kind);
            // What was answered earlier may have changed since.
            if last.get(&key).is_none_or(|known| known.at <= asked.at) {
                last.insert(key, asked);
            }
        }
    }
    // Each run by itself: what was open last year may be closed by now.
    let watches: Vec<Watch> =
        evidence.probes.iter().flat_map(|it| it.journals.watches.iter().cloned()).collect();
    let ground = Ground::new(inventory, None);
    let mut proved: BTreeMap<(usize, Question), (Verdict, Reason)> = BTreeMap::new();
    for (run, (journal, _)) in evidence.runs().filter(|(it, _)| !it.head.dry).enumerate() {
        for it in verdicts(std::slice::from_ref(journal), &watches, &ground) {
            proved.insert((run, it.question), (it.verdict, it.reason));
        }
    }
    probed.asked = last.into_values().collect();
    probed.asked.sort_by_key(|it| (it.run, it.span));
    for it in &mut probed.asked {
        if let Some((verdict, reason)) = proved.get(&(it.run, it.question.clone())) {
            (it.verdict, it.reason) = (*verdict, Some(*reason));
        }
    }
    states(inventory, &mut probed);
    probed
}

fn run_of(journal: &Journal, span: Span) -> Run {
    let last = journal.last();
    let count = |wanted: fn(&Answered) -> bool| last.values().filter(|it| wanted(it)).count();
    let head = &journal.head;
    Run {
        from: head.from.clone(),
        addresses: head.addresses.clone(),
        tester: head.tester.clone(),
        party: head.party.clone(),
        approver: head.approver.clone(),
        began: head.started,
        ended: journal.end,
        questions: head.questions,
        answered: count(|it| it.answer.outcome != Outcome::NotSent),
        open: count(|it| it.answer.outcome == Outcome::Open),
        span,
    }
}

/// What answers confirm: who answered, where it stands, and the line over which it was asked. The
/// word of a journal of another inventory confirms nothing that is not declared here.
fn states(inventory: &Inventory, probed: &mut Probed) {
    let Probed { runs, asked, states, .. } = probed;
    for it in asked.iter().filter(|it| it.is_open()) {
        let zone = it.owner.zone.as_ref().map(|id| EntityRef::new(EntityKind::Zone, id));
        let line = runs.get(it.run).map(|it| it.from.clone());
        let line = line.filter(|from| from.kind == EntityKind::Connection);
        // An answer from outside the hospital says nothing of what a line lets in.
        let line = line.filter(|_| it.owner.realm.is_ours());
        for thing in it.owner.thing.iter().cloned().chain(zone).chain(line) {
            if inventory.span_of(&thing).is_none() {
                continue;
            }
            let shown = states.entry(thing).or_insert_with(|| Shown {
                run: it.run,
                at: it.at,
                spans: Vec::new(),
                addresses: Vec::new(),
            });
            if shown.at <= it.at {
                (shown.run, shown.at) = (it.run, it.at);
            }
            shown.spans.push(it.span);
            if !shown.addresses.contains(&it.question.to) {
                shown.addresses.push(it.question.to);
            }
        }
    }
}

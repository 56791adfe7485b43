//! Restraint: what is asked next, when, and when no more. A machine without clocks and sockets: it
//! is told the time and the answers, and says one [`Step`] at a time.
//!
//! ```text
//!  every host: first connect times ─► every question once, hosts side by side ─► what was silent,
//!              of a control           (a control before a negative when the      one at a time, alone
//!                                      last one is 50 seconds old)               in the whole run:
//!                                                                                quiet ─► ask ─► controls
//! ```
//!
//! What was silent is asked again alone, after a quiet time and before a few controls in quick
//! succession, because only so can loss and limiters of rates be told from a closed way
//! ([`super::verdict`] does the arithmetic, over the journal alone).

mod clock;
mod host;
mod pace;
mod proving;

pub use clock::Clock;

use super::journal::Journal;
use super::verdict::{Ground, told_on_the_way};
use super::{Answer, Expectation, Limits, Outcome, Plan, Question};
use crate::model::vocabulary;
use crate::model::words::Verdict;
use clock::Permit;
use host::{Controls, Health, Host};
use pace::{Chance, Pace};
use proving::Proving;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

vocabulary! {
    /// Why a host, or the whole run, is not asked any more.
    StopReason("停止の理由", "reason to stop") {
        Slow = "slow" ("応答時間が最初の5倍を超えた", "it became five times slower"),
        ControlLost = "control-lost" ("応答していた対照が応答しなくなった", "a control that had answered is silent"),
        HostsUnwell = "hosts-unwell" ("様子のおかしい機器が2台になった", "two hosts are not well"),
        Window = "window" ("許可された時間の外", "outside the permitted time"),
        Clock = "clock" ("時計が変えられたか、装置が休止した", "somebody set the clock, or the machine slept"),
        Budget = "budget" ("1回の上限に達した", "the budget of a run is spent"),
        DayBudget = "day-budget" ("1日の上限に達した", "the budget of a day is spent"),
        Refused = "refused" ("直前の確認で範囲外と分かった", "the last check before sending refused it"),
        Interrupted = "interrupted" ("中断された", "interrupted"),
    }
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask this now.
    Ask {
        /// Its place in the plan.
        number: u32,
        /// Which attempt, from 1.
        attempt: u8,
    },
    /// Write down that no more is asked, of a host or (of none) of all; then go on.
    Stop {
        /// The host; everybody when absent.
        host: Option<IpAddr>,
        /// Why.
        reason: StopReason,
    },
    /// Do nothing until then, or until an answer comes; without a time, until an answer comes.
    Wait(Option<Duration>),
    /// Nothing is left to ask.
    Done,
}

/// What earlier parts of the same run have done already.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// How often each question was asked.
    pub attempts: BTreeMap<u32, u8>,
    /// Questions that need not be asked again.
    pub settled: BTreeSet<u32>,
    /// What this run has sent.
    pub run: u32,
    /// What all runs of the scope have sent today.
    pub day: u32,
    /// Hosts that are not asked any more.
    pub stopped: BTreeSet<IpAddr>,
    /// How many of them were not well.
    pub unwell: u32,
}

impl Past {
    /// What a journal tells of the run that it holds, when it goes on; `day` is what all runs of the
    /// scope have sent in a day, this one included.
    pub fn of(journal: &Journal, day: u32, ground: &Ground) -> Self {
        let judged = super::verdict::verdicts(std::slice::from_ref(journal), &[], ground);
        let known: BTreeSet<&Question> = judged
            .iter()
            .filter(|it| it.verdict != Verdict::Undetermined || it.reason.is_final())
            .map(|it| &it.question)
            .collect();
        let retries = journal.head.limits.retries;
        let mut past = Self { run: journal.spent(), day, ..Self::default() };
        let controls =
            journal.answered.iter().filter(|it| it.question.expect != Expectation::NoAnswer);
        let controls: BTreeSet<IpAddr> = controls
            .filter(|it| it.answer.outcome == Outcome::Open)
            .map(|it| it.question.to)
            .collect();
        for it in &journal.answered {
            // Without a control at the host, more silence would prove no more.
            let spent = journal.asked.get(&it.number).is_some_and(|it| it.0 > retries);
            let is_negative =
                it.answer.outcome == Outcome::Silent || told_on_the_way(&it.question, &it.answer);
            if !is_negative
                || known.contains(&it.question)
                || (spent && !controls.contains(&it.question.to))
            {
                past.settled.insert(it.number);
            }
        }
        for (number, (attempt, _)) in &journal.asked {
            // What was cut off between its attempts and their controls is asked once more, as a whole.
            let attempt = if *attempt > retries { attempt - retries - 1 } else { 0 };
            past.attempts.insert(*number, attempt);
        }
        past.stopped = journal.stopped.iter().filter_map(|it| it.1).collect();
        past.unwell = u32::try_from(past.stopped.len()).unwrap_or(u32::MAX);
        past
    }
}

/// The restraint of one run.
#[derive(Clone, Debug)]
pub struct Restraint {
    questions: Vec<Question>,
    limits: Limits,
    permit: Permit,
    chance: Chance,
    hosts: Vec<(IpAddr, Host)>,
    /// Which host each question is for.
    places: Vec<usize>,
    /// What was answered other than by silence, or need not be asked again.
    settled: BTreeSet<u32>,
    pace: Pace,
    in_flight: u32,
    sent: BTreeMap<u32, u8>,
    spent: (u32, u32),
    /// What must be said before anything else.
    told: VecDeque<Step>,
    unwell: u32,
    over: bool,
    /// Where the next search for a host begins.
    cursor: usize,
    proving: Proving,
    /// When the last packet was sent or answered, of the whole run.
    last: Duration,
}

impl Restraint {
    /// A machine that asks the questions of a plan. The same seed gives the same order and pauses.
    pub fn new(plan: &Plan, seed: u64, now: Clock, past: &Past) -> Self {
        let limits = plan.limits;
        let patience = Duration::from_millis(limits.patience_ms.into());
        // Patience, and a second for closing.
        let permit = Permit::new(&plan.windows, now, patience + Duration::from_millis(1500));
        let (hosts, places) = hosts(plan, past);
        Self {
            hosts,
            places,
            settled: past.settled.clone(),
            questions: plan.questions.clone(),
            limits,
            permit,
            chance: Chance(seed),
            pace: Pace::new(limits.rate),
            in_flight: 0,
            sent: past.attempts.clone(),
            spent: (past.run, past.day),
            told: VecDeque::new(),
            unwell: past.unwell,
            over: false,
            cursor: 0,
            proving: Proving::default(),
            last: Duration::ZERO,
        }
    }

    /// Never more under way than this, whatever the limits say.
    pub const fn at_most(&mut self, sockets: u32) {
        if sockets < self.limits.in_flight {
            self.limits.in_flight = sockets;
        }
    }

    /// A question left this machine only now: what is counted in a second begins here.
    pub fn left(&mut self, number: u32, now: Clock) {
        self.pace.leave(now.since);
        self.last = self.last.max(now.since);
        if let Some((_, host)) = place(&self.places, number).and_then(|it| self.hosts.get_mut(it)) {
            host.pace.leave(now.since);
        }
    }

    /// Ends the run.
    pub fn stop(&mut self, reason: StopReason) {
        if !self.over {
            self.over = true;
            self.told.push_back(Step::Stop { host: None, reason });
        }
    }

    /// Whether anything may be sent at all at this moment, asked again right before it is.
    pub fn permits(&mut self, now: Clock) -> bool {
        if let Some(reason) = self.permit.refuses(now) {
            self.stop(reason);
        }
        !self.over
    }

    /// The next step. After [`Step::Wait`] it is asked again, at that time or with an answer.
    pub fn next(&mut self, now: Clock) -> Step {
        if let Some(told) = self.told.pop_front() {
            return told;
        }
        if self.over {
            return Step::Done;
        }
        if let Some(reason) = self.permit.refuses(now) {
            return self.end(reason);
        }
        match self.choose(now.since) {
            Step::Ask { .. } if self.spent.0 >= self.limits.run_budget => {
                self.end(StopReason::Budget)
            }
            Step::Ask { .. } if self.spent.1 >= self.limits.day_budget => {
                self.end(StopReason::DayBudget)
            }
            Step::Ask { number, .. } => self.ask(number, now.since),
            step => step,
        }
    }

    fn end(&mut self, reason: StopReason) -> Step {
        self.stop(reason);
        self.told.pop_front().unwrap_or(Step::Done)
    }

    /// Counts a question that is sent now.
    fn ask(&mut self, number: u32, now: Duration) -> Step {
        let attempt = self.sent.entry(number).or_default();
        *attempt = attempt.saturating_add(1);
        let attempt = *attempt;
        self.spent = (self.spent.0.saturating_add(1), self.spent.1.saturating_add(1));
        self.in_flight += 1;
        self.last = now;
        self.pace.send(now, &mut self.chance);
        if let Some((_, host)) = place(&self.places, number).and_then(|it| self.hosts.get_mut(it)) {
            host.in_flight += 1;
            host.pace.send(now, &mut self.chance);
        }
        Step::Ask { number, attempt }
    }

    fn question(&self, number: u32) -> Option<&Question> {
        self.questions.get(usize::try_from(number).ok()?)
    }

    /// What could be asked now, or from when on something can.
    fn choose(&mut self, now: Duration) -> Step {
        let room = self.in_flight < self.limits.in_flight;
        let ready = self.pace.ready();
        let mut soonest = None;
        let mut left = false;
        for turn in 0..self.hosts.len() {
            let at = (self.cursor + turn) % self.hosts.len();
            let Some(number) = self.wanted(at, now) else { continue };
            left = true;
            let Some((_, host)) = self.hosts.get_mut(at) else { continue };
            if !room || host.in_flight >= host_room(&self.limits, &host.controls) {
                continue;
            }
            let when = host.pace.ready().max(ready);
            if when > now {
                soonest = Some(soonest.map_or(when, |it: Duration| it.min(when)));
                continue;
            }
            if host.queue.front().is_some_and(|it| it.0 == number) && !host.controls.due {
                host.queue.pop_front();
            }
            self.cursor = at + 1;
            return Step::Ask { number, attempt: 0 };
        }
        if left || self.in_flight > 0 {
            return Step::Wait(soonest);
        }
        self.prove(now)
    }

    /// What a host would be asked next in passing: a control, or the next of its questions.
    fn wanted(&mut self, at: usize, now: Duration) -> Option<u32> {
        let (_, host) = self.hosts.get_mut(at)?;
        if host.stopped {
            return None;
        }
        if let Some(control) = host.controls.measuring() {
            return Some(control);
        }
        if host.controls.due {
            return host.controls.chosen;
        }
        let over = |number| {
            let sent = self.sent.get(&number).copied().unwrap_or_default();
            self.settled.contains(&number) || sent > self.limits.retries
        };
        while host.queue.front().is_some_and(|it| over(it.0)) {
            host.queue.pop_front();
        }
        let number = host.queue.front()?.0;
        let keeper = if host.controls.chosen.is_some() { Some(at) } else { host.mate };
        let expect = self.question(number)?.expect;
        if expect == Expectation::NoAnswer
            && let Some((_, keeper)) = keeper.and_then(|it| self.hosts.get_mut(it))
            && !keeper.stopped
            && keeper.controls.measuring().is_none()
            && !keeper.controls.fresh(now)
        {
            keeper.controls.due = true;
        }
        let (_, host) = self.hosts.get(at)?;
        if host.controls.due { host.controls.chosen } else { Some(number) }
    }

    /// Takes the answer to a question.
    pub fn answered(&mut self, number: u32, answer: &Answer, now: Clock) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.last = self.last.max(now.since);
        let Some(question) = self.question(number) else { return };
        let (kind, expect) = (question.kind, question.expect);
        let attempt = self.sent.get(&number).copied().unwrap_or(1);
        let retries = self.limits.retries;
        // A limiter of rates may say what a filter says: like silence, it is asked again, alone.
        let is_told = told_on_the_way(question, answer);
        let Some((address, host)) =
            place(&self.places, number).and_then(|it| self.hosts.get_mut(it))
        else {
            return;
        };
        host.in_flight = host.in_flight.saturating_sub(1);
        if answer.outcome != Outcome::Silent {
            self.settled.insert(number);
        }
        let control = host.controls.measuring().or(host.controls.chosen) == Some(number);
        if control {
            let health = host.controls.take(number, kind, answer, retries, now.since);
            let reason = match health {
                Health::Well => None,
                Health::Slow => Some(StopReason::Slow),
                Health::Lost => Some(StopReason::ControlLost),
            };
            if let Some(reason) = reason.filter(|_| !host.stopped) {
                host.stopped = true;
                self.told.push_back(Step::Stop { host: Some(*address), reason });
                self.unwell += 1;
                if self.unwell >= 2 {
                    self.stop(StopReason::HostsUnwell);
                }
            }
        } else if answer.outcome != Outcome::Silent && !is_told {
            // Nothing more is to be known of it.
        } else if host.controls.chosen.is_some() && expect == Expectation::NoAnswer {
            if !host.silent.iter().any(|it| it.0 == number) && !self.proving.is(number) {
                host.silent.push_back((number, attempt, now.since));
            }
        } else if attempt <= retries && !is_told {
            host.queue.push_back((number, attempt));
        }
        let negative = answer.outcome == Outcome::Silent || is_told;
        self.proving.take(number, control, answer, negative);
    }
}

/// How many questions may be under way at a host: one, while its controls are asked.
fn host_room(limits: &Limits, controls: &Controls) -> u32 {
    if controls.due || controls.measuring().is_some() { 1 } else { limits.host_in_flight }
}

/// The hosts of a plan in the order in which they first occur, with what is asked of each.
fn hosts(plan: &Plan, past: &Past) -> (Vec<(IpAddr, Host)>, Vec<usize>) {
    let mut places: BTreeMap<IpAddr, usize> = BTreeMap::new();
    let mut hosts: Vec<(IpAddr, Host)> = Vec::new();
    let mut candidates: Vec<Vec<(bool, u32)>> = Vec::new();
    let mut of_questions = Vec::with_capacity(plan.questions.len());
    for (number, question) in (0_u32..).zip(&plan.questions) {
        let at = *places.entry(question.to).or_insert(hosts.len());
        if at == hosts.len() {
            let host = Host {
                controls: Controls::default(),
                queue: VecDeque::new(),
                silent: VecDeque::new(),
                pace: Pace::new(plan.limits.host_rate),
                in_flight: 0,
                stopped: past.stopped.contains(&question.to),
                mate: None,
            };
            hosts.push((question.to, host));
            candidates.push(Vec::new());
        }
        of_questions.push(at);
        let (Some((_, host)), Some(candidates)) = (hosts.get_mut(at), candidates.get_mut(at))
        else {
            continue;
        };
        if question.expect != Expectation::NoAnswer {
            candidates.push((question.kind != super::Kind::TcpConnect, number));
        }
        let attempts = past.attempts.get(&number).copied().unwrap_or_default();
        if question.expect != Expectation::Control && attempts <= plan.limits.retries {
            host.queue.push_back((number, attempts));
        }
    }
    for ((_, host), mut candidates) in hosts.iter_mut().zip(candidates) {
        candidates.sort_unstable();
        // Nothing is left to be proved by them.
        if host.queue.iter().any(|it| !past.settled.contains(&it.0)) || past.run == 0 {
            host.controls = Controls::new(candidates.into_iter().map(|it| it.1));
        }
    }
    let keepers: Vec<(usize, IpAddr)> = hosts
        .iter()
        .enumerate()
        .filter(|(_, it)| it.1.controls.measuring().is_some())
        .map(|(at, it)| (at, it.0))
        .collect();
    for (address, host) in &mut hosts {
        let mate = keepers.iter().find(|it| super::verdict::mates(it.1, *address));
        host.mate = mate.map(|it| it.0);
    }
    (hosts, of_questions)
}

fn place(places: &[usize], number: u32) -> Option<usize> {
    places.get(usize::try_from(number).ok()?).copied()
}

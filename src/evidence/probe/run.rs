//! A run: asks what the restraint says, when it says so, and writes everything down.

use super::journal::Keeper;
use super::raw::source;
use super::swift::{AT_ONCE, SWIFT, Swift};
use super::{Means, ask};
use crate::model::Vocabulary as _;
use crate::probe::journal::{Answered, Line};
use crate::probe::restraint::{Clock, Past, Restraint, Step, StopReason};
use crate::probe::{Answer, Plan, Question};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Builder;
use tokio::task::{JoinSet, spawn_blocking};

/// So soon an interruption is noticed.
const TICK: Duration = Duration::from_millis(20);
/// So many questions are written down at once, at most, before they are sent.
const BATCH: usize = 256;
/// Of so many questions a laboratory writes down beforehand that they may be sent.
const RESERVED: u32 = 16_384;
/// How long nobody looks whether something came back, when nothing is sent.
const GLANCE: Duration = Duration::from_millis(1);
/// Files that may be opened beside the sockets of a run.
const OTHER_FILES: u32 = 8;

/// The last word before a socket is made: why a question may not be sent now.
pub type Gate<'a> = dyn Fn(&Question, Timestamp) -> Result<(), String> + 'a;

/// What a run needs.
pub struct Order<'a> {
    /// What is asked.
    pub plan: &'a Plan,
    /// What was asked before.
    pub past: Past,
    /// Where it is written down; the head of the run stands there already.
    pub keeper: Keeper,
    /// What was opened for it.
    pub means: Means,
    /// Asked again before every question.
    pub gate: &'a Gate<'a>,
    /// Set when somebody wants it to end.
    pub stop: &'a AtomicBool,
    /// Pauses and their order follow from it.
    pub seed: u64,
    /// Told of every line after it was written.
    pub watch: &'a mut dyn FnMut(&Line),
}

/// Carries a run out.
///
/// # Errors
/// The journal cannot be written: then nothing more is sent.
pub fn run(order: Order<'_>) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(go(order));
    runtime.shutdown_background();
    ended
}

/// A question that was sent, with what became of it.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) number: u32,
    pub(super) question: Question,
    pub(super) at: Timestamp,
    pub(super) answer: Answer,
}

async fn go(order: Order<'_>) -> io::Result<()> {
    let Order { plan, past, keeper, means, gate, stop, seed, watch } = order;
    let begun = Instant::now();
    let clock = || Clock { since: begun.elapsed(), wall: Timestamp::now() };
    let patience = Duration::from_millis(plan.limits.patience_ms.into());
    let means = Arc::new(means);
    let mut machine = Restraint::new(plan, seed, clock(), &past);
    machine.at_most(sockets());
    let mut flying: JoinSet<Sent> = JoinSet::new();
    let mut answered = 0_u32;
    let mut swift = Swift::of(plan, &means.raw);
    let mut reserve = Reserve { is_used: plan.limits.rate > SWIFT, sent: past.run, until: 0 };
    loop {
        if stop.load(Ordering::SeqCst) {
            machine.stop(StopReason::Interrupted);
        }
        let mut lines = Vec::new();
        let mut batch = Vec::new();
        let until = loop {
            if batch.len() >= BATCH {
                break Some(Duration::ZERO);
            }
            match machine.next(clock()) {
                Step::Ask { number, attempt } => {
                    let at = Timestamp::now();
                    let question =
                        usize::try_from(number).ok().and_then(|it| plan.questions.get(it));
                    let Some(question) = question.filter(|it| gate(it, at).is_ok()) else {
                        machine.stop(StopReason::Refused);
                        continue;
                    };
                    lines.push(Line::Asked { number, attempt, at });
                    batch.push((number, attempt, question.clone()));
                }
                Step::Stop { host, reason } => {
                    let reason = reason.key().to_owned();
                    lines.push(Line::Stopped { at: Timestamp::now(), host, reason });
                    if host.is_none() {
                        flying.abort_all();
                        swift.iter_mut().for_each(Swift::stop);
                        batch.clear();
                    }
                }
                Step::Wait(until) => break until,
                Step::Done => {
                    let interrupted = stop.load(Ordering::SeqCst);
                    if !interrupted {
                        lines.push(Line::End { at: Timestamp::now(), answered });
                    }
                    keeper.add(&lines)?;
                    lines.iter().for_each(&mut *watch);
                    return keeper.flush();
                }
            }
        };
        let is_covered = reserve.covers(batch.len(), &mut lines);
        if !lines.is_empty() {
            keeper.add(&lines)?;
            lines.iter().for_each(&mut *watch);
        }
        if !lines.is_empty() && !is_covered {
            let keeper = keeper.clone();
            spawn_blocking(move || keeper.flush()).await.map_err(io::Error::other)??;
        }
        // The disk may have taken its time.
        if !batch.is_empty() && (stop.load(Ordering::SeqCst) || !machine.permits(clock())) {
            continue;
        }
        let now = clock();
        let is_busy = !batch.is_empty();
        batch.iter().for_each(|it| machine.left(it.0, now));
        let mut note = |done: Vec<Sent>| {
            let mut lines = Vec::with_capacity(done.len());
            for Sent { number, question, at, answer } in done {
                machine.answered(number, &answer, clock());
                answered = answered.saturating_add(1);
                lines.push(Line::Answered(Answered { number, question, at, answer }));
            }
            keeper.add(&lines)?;
            lines.iter().for_each(&mut *watch);
            io::Result::Ok(())
        };
        let mut pause = until.map_or(TICK, |it| it.saturating_sub(begun.elapsed()).min(TICK));
        if let Some(swift) = &mut swift {
            let mut batch = batch.into_iter().peekable();
            while batch.peek().is_some() {
                let few = batch.by_ref().take(AT_ONCE);
                swift.ask(few, &means.raw, &mut flying, &mut note)?;
            }
            swift.hear(&means.raw, &mut flying);
            let done = swift.done(&mut flying);
            let rests = done.is_empty() && !is_busy;
            pause = if rests { pause.min(GLANCE) } else { Duration::ZERO };
            note(done)?;
        } else {
            for (number, attempt, question) in batch {
                let means = Arc::clone(&means);
                flying.spawn(async move {
                    let at = Timestamp::now();
                    let mut answer = ask(&question, patience, &means).await;
                    answer.attempts = attempt;
                    Sent { number, question, at, answer }
                });
            }
        }
        let mut next = if pause.is_zero() {
            tokio::task::yield_now().await;
            flying.try_join_next()
        } else {
            tokio::select! {
                Some(done) = flying.join_next() => Some(done),
                () = tokio::time::sleep(pause) => None,
            }
        };
        let mut done = Vec::new();
        while let Some(next_done) = next {
            done.extend(next_done); // what was called off has no answer
            next = flying.try_join_next();
        }
        note(done)?;
    }
}

/// How many questions may be sent before the journal must be on the disk again.
///
/// At the speed of a hospital it is none: every question is on the disk before it leaves. A
/// laboratory writes down, and waits until that is on the disk, that so many more may be sent; after
/// a loss of power all of them count as sent. What the process itself wrote survives its death.
struct Reserve {
    is_used: bool,
    sent: u32,
    until: u32,
}

impl Reserve {
    /// Counts a batch; whether what is on the disk covers it. Adds the line that will, if not.
    fn covers(&mut self, batch: usize, lines: &mut Vec<Line>) -> bool {
        self.sent = self.sent.saturating_add(u32::try_from(batch).unwrap_or(u32::MAX));
        if !self.is_used || batch == 0 {
            return false;
        }
        if self.sent <= self.until {
            return true;
        }
        self.until = self.sent.saturating_add(RESERVED);
        lines.push(Line::Reserved { at: Timestamp::now(), until: self.until });
        false
    }
}

/// The addresses of this machine from which a plan is asked. Sends nothing.
pub fn addresses(plan: &Plan) -> Vec<IpAddr> {
    let hosts: BTreeSet<IpAddr> = plan.questions.iter().map(|it| it.to).collect();
    let from: BTreeSet<IpAddr> = hosts.into_iter().filter_map(|it| source(it).ok()).collect();
    from.into_iter().collect()
}

/// How many sockets this process may open, where the system tells.
fn sockets() -> u32 {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|it| it.strip_prefix("Max open files"));
    let files = files.and_then(|it| it.split_ascii_whitespace().next()?.parse::<u32>().ok());
    let open = std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    let taken = u32::try_from(open).unwrap_or(u32::MAX).saturating_add(OTHER_FILES);
    files.map_or(u32::MAX, |it| it.saturating_sub(taken).max(1))
}

//! The last part of a run: what was silent, or refused on the way, is asked again, alone.

use super::{Restraint, Step};
use crate::probe::verdict::chance::{controls_against_loss, excludes_limiter, packets};
use crate::probe::{Answer, Outcome};
use std::time::Duration;

/// One silent question, and the controls after it.
#[derive(Clone, Debug, Default)]
pub(super) struct Proving {
    /// The host and the question.
    current: Option<(usize, u32)>,
    /// When it was last silent. A control must have been answered since: one outage could be the
    /// reason for both silences else.
    since: Duration,
    /// How often it is still asked.
    left: u8,
    /// How long nothing had been sent before it was asked, when that was, and whether it was silent
    /// again, or refused on the way.
    asked: Option<(Duration, Duration)>,
    negative: bool,
    /// How many controls were answered since, and when the last one was.
    controls: u32,
    /// Which hosts have had their last controls.
    topped: usize,
}

/// Controls after one silent question, at most.
const BURST: u32 = 12;

impl Proving {
    /// Whether this question is being proved.
    pub(super) fn is(&self, number: u32) -> bool {
        self.current.is_some_and(|it| it.1 == number)
    }

    pub(super) fn take(&mut self, number: u32, control: bool, answer: &Answer, negative: bool) {
        if self.is(number) {
            self.negative = negative;
            if !negative {
                self.current = None;
            }
        } else if control && answer.outcome == Outcome::Open {
            self.controls += 1;
        }
    }
}

impl Restraint {
    /// How long nothing is sent before a silent question is asked again.
    fn quiet(&self) -> Duration {
        let patience = Duration::from_millis(self.limits.patience_ms.into());
        let tempo = Duration::from_secs(4) / self.limits.host_rate.max(1);
        tempo.max(patience * 2 / 3)
    }

    /// The next step while nothing else is under way.
    pub(super) fn prove(&mut self, now: Duration) -> Step {
        if let Some((at, number)) = self.proving.current
            && let Some(step) = self.go_on(at, number, now)
        {
            return step;
        }
        self.proving.current = None;
        let next = self.hosts.iter_mut().enumerate().find_map(|(at, (_, host))| {
            let free = !host.stopped && host.controls.chosen.is_some();
            if free { host.silent.pop_front().map(|it| (at, it)) } else { None }
        });
        match next {
            Some((at, (number, attempt, since))) => {
                let left = self.limits.retries.saturating_sub(attempt.saturating_sub(1));
                if left == 0 {
                    return self.prove_next(now);
                }
                let topped = self.proving.topped;
                self.proving = Proving {
                    current: Some((at, number)),
                    since,
                    left,
                    topped,
                    ..Proving::default()
                };
                self.prove_next(now)
            }
            None => self.top_up(now),
        }
    }

    /// The same again, a step further on. The depth is that of what is left to prove at once.
    fn prove_next(&mut self, now: Duration) -> Step {
        match self.proving.current {
            Some((at, number)) => self.go_on(at, number, now).unwrap_or(Step::Wait(Some(now))),
            None => Step::Wait(Some(now)),
        }
    }

    /// Goes on with one silent question; `None` when nothing more is to be done about it.
    fn go_on(&mut self, at: usize, number: u32, now: Duration) -> Option<Step> {
        let quiet = self.quiet();
        let last = self.last;
        let (_, host) = self.hosts.get(at)?;
        if host.stopped {
            return None;
        }
        let control = host.controls.chosen?;
        let ready = host.pace.ready().max(self.pace.ready());
        let wait = |until: Duration| Some(Step::Wait(Some(until)));
        if self.proving.left > 0 {
            let answered = host.controls.last.is_some_and(|it| it > self.proving.since);
            if !answered || !host.controls.fresh(now) {
                return if ready > now { wait(ready) } else { Some(ask(control)) };
            }
            let from = ready.max(last + quiet);
            if from > now {
                return wait(from);
            }
            self.proving.left -= 1;
            self.proving.asked = Some((now.saturating_sub(last), now));
            self.proving.since = now + Duration::from_millis(self.limits.patience_ms.into());
            self.proving.controls = 0;
            return Some(ask(number));
        }
        let (quiet, asked) = self.proving.asked?;
        let enough = excludes_limiter(quiet, self.proving.controls, last.saturating_sub(asked));
        if !self.proving.negative || enough || self.proving.controls >= BURST {
            return None;
        }
        if ready > now { wait(ready) } else { Some(ask(control)) }
    }

    /// Controls to exclude loss, at every host where something was silent to the end.
    fn top_up(&mut self, now: Duration) -> Step {
        while let Some((_, host)) = self.hosts.get(self.proving.topped) {
            let ready = host.pace.ready().max(self.pace.ready());
            match self.wants_control(self.proving.topped) {
                Some(_) if ready > now => return Step::Wait(Some(ready)),
                Some(number) => return ask(number),
                None => self.proving.topped += 1,
            }
        }
        self.over = true;
        Step::Done
    }

    /// The control of a host that would exclude loss for what stayed silent there.
    fn wants_control(&self, at: usize) -> Option<u32> {
        let (address, host) = self.hosts.get(at)?;
        if host.stopped || host.controls.spoiled {
            return None;
        }
        let lost = (0_u32..).zip(&self.questions).filter(|(number, it)| {
            it.to == *address
                && it.expect == crate::probe::Expectation::NoAnswer
                && !self.settled.contains(number)
        });
        let lost = lost.filter_map(|(number, it)| {
            let sent = self.sent.get(&number).copied().unwrap_or_default();
            Some(u32::from(sent) * packets(it.kind, &self.limits)).filter(|it| *it > 0)
        });
        let needed = lost.filter_map(controls_against_loss).max()?;
        host.controls.chosen.filter(|_| host.controls.clean < needed)
    }
}

const fn ask(number: u32) -> Step {
    Step::Ask { number, attempt: 0 }
}

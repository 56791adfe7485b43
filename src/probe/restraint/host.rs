//! One host: what is still to be asked of it, and how it is.

use super::pace::Pace;
use crate::probe::verdict::chance::REPEATED;
use crate::probe::verdict::positive;
use crate::probe::{Answer, Kind, Outcome};
use std::collections::VecDeque;
use std::time::Duration;

/// A control that is this old is asked again before the next negative.
pub(super) const FRESH: Duration = Duration::from_secs(50);
/// So many times its first connect time, a host is not well.
const SLOWER: u64 = 5;
/// Below this, in microseconds, slowness is the asker's own.
const NOISE: u64 = 10_000;

/// Who may serve as a control, and how it answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Controls {
    /// Candidates in order, each with how often it was asked in vain.
    candidates: VecDeque<(u32, u8)>,
    /// The one that answered.
    pub(super) chosen: Option<u32>,
    /// Its first connect time, in microseconds: the better of two.
    baseline: Option<u64>,
    samples: u8,
    /// How many were answered at once.
    pub(super) clean: u32,
    /// Whether one was answered late, or not closed in order: no more of them would prove anything.
    pub(super) spoiled: bool,
    /// When the last one was answered.
    pub(super) last: Option<Duration>,
    /// Whether one is wanted before anything else.
    pub(super) due: bool,
}

/// How a host took a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Well,
    Slow,
    Lost,
}

impl Controls {
    pub(super) fn new(candidates: impl Iterator<Item = u32>) -> Self {
        Self { candidates: candidates.map(|it| (it, 0)).collect(), ..Self::default() }
    }

    /// Whether the first connect times are still to be measured, and by whom.
    pub(super) fn measuring(&self) -> Option<u32> {
        match self.chosen {
            Some(it) if self.samples < 2 => Some(it),
            Some(_) => None,
            None => self.candidates.front().map(|it| it.0),
        }
    }

    /// Whether there is one that answered within [`FRESH`], or none that ever will.
    pub(super) fn fresh(&self, now: Duration) -> bool {
        self.chosen.is_none() || self.last.is_some_and(|last| now.saturating_sub(last) < FRESH)
    }

    /// Takes the answer to a control.
    pub(super) fn take(
        &mut self,
        number: u32,
        kind: Kind,
        answer: &Answer,
        retries: u8,
        now: Duration,
    ) -> Health {
        if answer.outcome == Outcome::NotSent {
            // This machine's trouble, not the host's; it will do no better as a control.
            self.candidates.retain(|it| it.0 != number);
            self.chosen = self.chosen.filter(|it| *it != number);
            self.due = false;
            return Health::Well;
        }
        let open = answer.outcome == Outcome::Open;
        match (open, self.chosen) {
            (false, Some(_)) => return Health::Lost,
            (false, None) => {
                match self.candidates.front_mut() {
                    Some((_, vain)) if *vain < retries && answer.outcome == Outcome::Silent => {
                        *vain += 1
                    }
                    _ => drop(self.candidates.pop_front()),
                }
                return Health::Well;
            }
            (true, None) => self.chosen = Some(number),
            (true, Some(_)) => {}
        }
        self.due = false;
        self.last = Some(now);
        self.samples = self.samples.saturating_add(1);
        let Some(micros) = answer.micros else { return Health::Well };
        if self.baseline.is_some_and(|it| micros > it.max(NOISE).saturating_mul(SLOWER)) {
            return Health::Slow;
        }
        if self.samples <= 2 {
            self.baseline = Some(self.baseline.map_or(micros, |it| it.min(micros)));
        }
        match positive(kind, answer) && u128::from(micros) < REPEATED.as_micros() {
            true => self.clean = self.clean.saturating_add(1),
            false => self.spoiled = true,
        }
        Health::Well
    }
}

/// Everything that is known of one host.
#[derive(Clone, Debug)]
pub(super) struct Host {
    pub(super) controls: Controls,
    /// What is asked in passing: the number, and which attempt.
    pub(super) queue: VecDeque<(u32, u8)>,
    /// What was silent, and is asked again alone, between controls: which attempt, and when it was.
    pub(super) silent: VecDeque<(u32, u8, Duration)>,
    pub(super) pace: Pace,
    pub(super) in_flight: u32,
    /// Nothing more is asked of it.
    pub(super) stopped: bool,
    /// Whose control stands for it when it has none: another host of its network.
    pub(super) mate: Option<usize>,
}

//! The two clocks of a run, and the window on both.

use super::StopReason;
use crate::probe::Window;
use jiff::Timestamp;
use std::time::Duration;

/// What the clocks of the machine show at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Since the run began, by the clock that nobody sets.
    pub since: Duration,
    /// The time of day, which somebody may set.
    pub wall: Timestamp,
}

/// The two clocks may drift apart by as much; more is a clock that somebody set, or a machine that
/// slept.
const DRIFT: Duration = Duration::from_secs(5);

/// When this run may ask.
#[derive(Clone, Debug)]
pub(super) struct Permit {
    /// Both clocks when it began.
    begun: Clock,
    /// The window in which it began.
    window: Option<Window>,
    /// Nothing is begun that would still be under way when the window closes.
    margin: Duration,
}

impl Permit {
    pub(super) fn new(windows: &[Window], begun: Clock, margin: Duration) -> Self {
        let within = |it: &&Window| it.from <= begun.wall && begun.wall < it.until;
        // Of windows that overlap, the one that closes last.
        let window = windows.iter().filter(within).max_by_key(|it| it.until).copied();
        Self { begun, window, margin }
    }

    /// Why nothing may be asked now; `None` when something may.
    pub(super) fn refuses(&self, now: Clock) -> Option<StopReason> {
        let gone = now.since.saturating_sub(self.begun.since);
        let wall = now.wall.duration_since(self.begun.wall);
        let drift = wall.as_millis() - i128::try_from(gone.as_millis()).unwrap_or(i128::MAX);
        if drift.unsigned_abs() > DRIFT.as_millis() {
            return Some(StopReason::Clock);
        }
        let Some(window) = self.window else { return Some(StopReason::Window) };
        let long = window.until.duration_since(self.begun.wall).unsigned_abs();
        let by_wall = window.until.duration_since(now.wall);
        let closes = by_wall.is_negative() || by_wall.unsigned_abs() <= self.margin;
        (closes || gone + self.margin >= long || now.wall < window.from)
            .then_some(StopReason::Window)
    }
}

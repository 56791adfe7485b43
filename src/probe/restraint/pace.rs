//! How fast: never more than so many in any second, and not in step with anything.

use std::collections::VecDeque;
use std::time::Duration;

/// A little more than a second, so that what is counted elsewhere stays within one.
const SECOND: Duration = Duration::from_millis(1050);

/// The recent past of what is limited to a rate.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    rate: u32,
    sent: VecDeque<Duration>,
    /// How many of the last are counted and have not left yet.
    waiting: usize,
    next: Duration,
}

impl Pace {
    pub(super) const fn new(rate: u32) -> Self {
        Self { rate, sent: VecDeque::new(), waiting: 0, next: Duration::ZERO }
    }

    /// From when on the next one may be sent; never, at a rate of none.
    pub(super) fn ready(&self) -> Duration {
        if self.rate == 0 {
            return Duration::MAX;
        }
        let full = self.sent.len() >= usize::try_from(self.rate).unwrap_or(usize::MAX);
        let freed = self.sent.front().filter(|_| full).map(|first| *first + SECOND);
        freed.map_or(self.next, |freed| freed.max(self.next))
    }

    /// Counts one that is sent now.
    pub(super) fn send(&mut self, now: Duration, chance: &mut Chance) {
        while self.sent.front().is_some_and(|first| *first + SECOND <= now) {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
        self.waiting += 1;
        // Where a laboratory asks for thousands, nobody could tell.
        if self.rate <= 1000 {
            self.next = now + (Duration::from_secs(1) / self.rate.max(1)).mul_f64(chance.share());
        }
    }

    /// What was counted and had not left leaves only now.
    pub(super) fn leave(&mut self, now: Duration) {
        let gone = self.sent.len().saturating_sub(self.waiting);
        self.sent.iter_mut().skip(gone).for_each(|it| *it = now);
        self.waiting = 0;
    }
}

/// Numbers that look like chance and are the same for the same seed (splitmix64, Steele et al. 2014).
#[derive(Clone, Debug)]
pub(super) struct Chance(pub(super) u64);

impl Chance {
    /// From 0 to below 1.
    pub(super) fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bits = u32::try_from((it ^ (it >> 31)) >> 32).unwrap_or_default();
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }
}

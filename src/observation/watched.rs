//! When a tap was at work, told from when it saw something.

use jiff::Timestamp;

/// A tap that sees nothing for so long was not at work, as far as anybody can tell: switches speak
/// (LLDP, STP) and addresses are asked for (ARP) more often. Five minutes, in nanoseconds.
pub(super) const PAUSE: u64 = 5 * 60 * 1_000_000_000;
/// So many stretches are kept; of more, the longest, so that too little is claimed, never too much.
const MOST: usize = 4096;

/// Stretches of time, each from the first to the last moment at which something was seen, with no
/// longer pause between than [`PAUSE`]. In nanoseconds since 1970. The result does not depend on
/// the order in which moments and stretches come.
#[derive(Clone, Debug, Default)]
pub(super) struct Watched {
    /// The stretch that grows.
    now: Option<(u64, u64)>,
    /// The others, in no order.
    before: Vec<(u64, u64)>,
}

impl Watched {
    /// Something was seen at this moment: nearly always a little later than the last.
    #[inline]
    pub(super) fn at(&mut self, time: u64) {
        match &mut self.now {
            Some((_, last)) if time >= *last && time - *last <= PAUSE => *last = time,
            _ => self.at_any(time),
        }
    }

    fn at_any(&mut self, time: u64) {
        match &mut self.now {
            Some((first, last)) if near(*first, *last, time) => {
                *first = time.min(*first);
                *last = time.max(*last);
            }
            now => {
                let ended = now.replace((time, time));
                ended.into_iter().for_each(|it| self.keep(it));
            }
        }
    }

    /// Something was seen through this stretch.
    pub(super) fn through(&mut self, first: u64, last: u64) {
        self.keep((first, last.max(first)));
    }

    /// What another one saw.
    pub(super) fn absorb(&mut self, other: Self) {
        other.before.into_iter().chain(other.now).for_each(|it| self.keep(it));
    }

    fn keep(&mut self, stretch: (u64, u64)) {
        self.before.push(stretch);
        if self.before.len() > 2 * MOST {
            self.before = joined(std::mem::take(&mut self.before));
        }
    }

    /// The stretches, in order.
    pub(super) fn stretches(&self) -> Vec<(u64, u64)> {
        joined(self.before.iter().copied().chain(self.now).collect())
    }

    /// The stretches as a piece tells them: none where its first and last packet say it all.
    pub(super) fn told(&self) -> Vec<(Timestamp, Timestamp)> {
        let stretches = self.stretches();
        let told = |it: u64| Timestamp::from_nanosecond(it.into()).unwrap_or_default();
        match stretches.len() {
            0 | 1 => Vec::new(),
            _ => stretches.into_iter().map(|(first, last)| (told(first), told(last))).collect(),
        }
    }

    /// The first and the last moment.
    pub(super) fn ends(&self) -> Option<(u64, u64)> {
        let all = || self.before.iter().chain(&self.now);
        Some((all().map(|it| it.0).min()?, all().map(|it| it.1).max()?))
    }
}

const fn near(first: u64, last: u64, time: u64) -> bool {
    time >= first.saturating_sub(PAUSE) && time <= last.saturating_add(PAUSE)
}

fn joined(mut all: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    all.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (first, last) in all {
        match joined.last_mut() {
            Some((_, end)) if first <= end.saturating_add(PAUSE) => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    if joined.len() > MOST {
        joined.sort_by_key(|(first, last)| (std::cmp::Reverse(last - first), *first));
        joined.truncate(MOST);
        joined.sort_unstable();
    }
    joined
}

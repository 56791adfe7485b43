//! What few flows have: packets in a second hour, a second pair of hardware addresses.

use super::intern::Memory;
use std::collections::{BTreeMap, BTreeSet};

/// How many entries of a kind are kept.
const MOST: usize = 1 << 19;

/// By the number of the flow.
#[derive(Clone, Debug, Default)]
pub(super) struct More {
    /// Which flows have an entry, a bit each.
    has: Vec<u64>,
    hours: BTreeSet<(u32, u32)>,
    hops: BTreeSet<(u32, bool, u32, u8)>,
    /// Which of these were added lately: nearly all packets bring one that was.
    added: Memory<()>,
    also: BTreeMap<u32, BTreeSet<String>>,
}

impl More {
    #[inline]
    fn has(&self, flow: u32) -> bool {
        self.has.get(flow as usize / 64).is_some_and(|it| it >> (flow % 64) & 1 == 1)
    }

    fn mark(&mut self, flow: u32) {
        let at = flow as usize / 64;
        if self.has.len() <= at {
            self.has.resize(at + 1, 0);
        }
        if let Some(bits) = self.has.get_mut(at) {
            *bits |= 1 << (flow % 64);
        }
    }

    /// A flow was seen in another hour, too.
    pub(super) fn hour(&mut self, flow: u32, hour: u32) {
        self.mark(flow);
        if self.hours.len() < MOST {
            self.hours.insert((flow, hour));
        }
    }

    /// A flow goes between another pair of hardware addresses, too.
    pub(super) fn hop(&mut self, flow: u32, second: bool, hop: u32, ttl: u8) {
        let pair = (flow, hop << 9 | u32::from(second) << 8 | u32::from(ttl));
        if self.added.get(pair).is_some() {
            return;
        }
        self.added.keep(pair, ());
        self.mark(flow);
        if self.hops.len() < MOST {
            self.hops.insert((flow, second, hop, ttl));
        }
    }

    /// A flow was seen under other addresses, too.
    pub(super) fn also(&mut self, flow: u32, ends: String) {
        self.mark(flow);
        if self.also.len() < MOST {
            self.also.entry(flow).or_default().insert(ends);
        }
    }

    pub(super) fn also_as(&self, flow: u32) -> Option<&BTreeSet<String>> {
        if self.has(flow) { self.also.get(&flow) } else { None }
    }

    pub(super) fn hours(&self, flow: u32) -> impl Iterator<Item = u32> {
        let all = self.has(flow).then(|| self.hours.range((flow, 0)..=(flow, u32::MAX)));
        all.into_iter().flatten().map(|(_, hour)| *hour)
    }

    /// The further pairs, with the end that sent and the time to live there.
    pub(super) fn hops(&self, flow: u32) -> impl Iterator<Item = (bool, u32, u8)> {
        let range = (flow, false, 0, 0)..=(flow, true, u32::MAX, u8::MAX);
        let all = self.has(flow).then(|| self.hops.range(range));
        all.into_iter().flatten().map(|(_, second, hop, ttl)| (*second, *hop, *ttl))
    }
}

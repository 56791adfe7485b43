//! Fragments are put together as far as their first bytes, within fixed memory.

use super::Observer;
use super::seen::Moment;
use super::window::MOST as KEPT;
use crate::observation::Reason;
use crate::wire::frame::{Fragment, Header, Macs, Packet, Path, Walk};
use std::collections::VecDeque;
use std::net::IpAddr;

/// How many packets may wait for their fragments: 2 MiB at the most.
const WAITING: usize = 256;
/// How many that were put together are remembered.
const DONE: usize = 1024;
/// Into how many stretches one may be torn.
const STRETCHES: usize = 64;

/// What fragments of one packet share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Whole {
    from: IpAddr,
    to: IpAddr,
    protocol: u8,
    id: u32,
    context: u32,
}

/// A packet of which parts are missing.
#[derive(Clone, Debug)]
struct Waiting {
    whole: Whole,
    header: Header,
    macs: Macs,
    moment: Moment,
    path: Path,
    /// The payload from its beginning on.
    bytes: Vec<u8>,
    /// Where captured bytes end that should not.
    cut: usize,
    /// Which parts are there: from, to, sorted.
    stretches: Vec<(u32, u32)>,
    total: Option<u32>,
    length: u32,
}

/// Packets of which parts are missing, the oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Fragments {
    waiting: Vec<Waiting>,
    /// Which were put together last, and when they began.
    done: VecDeque<(Whole, u64)>,
}

impl Fragments {
    /// Whether what waits is the rest of a copy of what was put together (RFC 791, RFC 1122 §3.3.2: after
    /// a minute a number may stand for another packet).
    fn is_copy(&self, waiting: &Waiting) -> bool {
        const MINUTE: u64 = 60 * 1_000_000_000;
        let (whole, time) = (&waiting.whole, waiting.moment.time);
        self.done.iter().any(|(it, at)| it == whole && time.abs_diff(*at) <= MINUTE)
    }

    /// Has contexts numbered as somebody else does.
    pub(super) fn renumber(&mut self, mut here: impl FnMut(u32) -> u32) {
        self.done.iter_mut().for_each(|(it, _)| it.context = here(it.context));
    }

    fn note(&mut self, waiting: &Waiting) {
        if self.done.len() >= DONE {
            self.done.pop_front();
        }
        self.done.push_back((waiting.whole, waiting.moment.time));
    }
}

impl Waiting {
    fn put(&mut self, part: Fragment, payload: &[u8], length: u32) {
        let end = part.offset.saturating_add(part.length);
        if !part.more {
            self.total = Some(end);
        }
        self.length = self.length.saturating_add(length);
        let at = part.offset as usize;
        if payload.len() < part.length as usize {
            self.cut = self.cut.min(at + payload.len());
        }
        let until = at.saturating_add(payload.len()).min(KEPT);
        if let Some(kept) = until.checked_sub(at).and_then(|it| payload.get(..it)) {
            if self.bytes.len() < until {
                self.bytes.resize(until, 0);
            }
            if let Some(place) = self.bytes.get_mut(at..until) {
                place.copy_from_slice(kept);
            }
        }
        if self.stretches.len() < STRETCHES {
            self.stretches.push((part.offset, end));
            self.stretches.sort_unstable();
            self.stretches.dedup_by(|next, last| {
                let meets = next.0 <= last.1;
                last.1 = if meets { last.1.max(next.1) } else { last.1 };
                meets
            });
        }
    }

    /// Takes in what another one holds of the same packet.
    fn absorb(&mut self, later: &Self) {
        for (from, to) in &later.stretches {
            let kept = later.bytes.get(*from as usize..(*to as usize).min(later.bytes.len()));
            let more = later.total.is_none_or(|it| it > *to);
            let part = Fragment { id: self.whole.id, offset: *from, length: to - from, more };
            // Whether a stretch was cut is told apart below.
            let kept = kept.unwrap_or_default();
            let cut = self.cut;
            self.put(part, kept, 0);
            self.cut = cut;
        }
        self.cut = self.cut.min(later.cut);
        self.length = self.length.saturating_add(later.length);
    }

    /// How many bytes are there from the beginning on.
    fn begun(&self) -> u32 {
        self.stretches.first().filter(|it| it.0 == 0).map_or(0, |it| it.1)
    }

    fn is_whole(&self) -> bool {
        self.total.is_some_and(|total| self.begun() >= total)
    }
}

impl Observer {
    /// Takes in a fragment; when its packet is whole, that is noted.
    #[cold]
    pub(super) fn fragment(
        &mut self,
        packet: &Packet<'_>,
        part: Fragment,
        context: u32,
        macs: Macs,
        moment: Moment,
    ) {
        let Packet { header, protocol, payload, .. } = *packet;
        let whole = Whole { from: header.from, to: header.to, protocol, id: part.id, context };
        let waiting = &mut self.fragments.waiting;
        let place = match waiting.iter().position(|it| it.whole == whole) {
            Some(place) => place,
            None => {
                let path = self.path.clone();
                let (bytes, stretches) = (Vec::new(), Vec::new());
                let (cut, total, length) = (usize::MAX, None, 0);
                waiting.push(Waiting {
                    whole,
                    header,
                    macs,
                    moment,
                    path,
                    bytes,
                    cut,
                    stretches,
                    total,
                    length,
                });
                waiting.len() - 1
            }
        };
        let Some(known) = waiting.get_mut(place) else { return };
        known.put(part, payload, header.length);
        let done =
            if known.is_whole() { Some(place) } else { (waiting.len() > WAITING).then_some(0) };
        if let Some(done) = done {
            let done = self.fragments.waiting.remove(done);
            self.assembled(done);
        }
    }

    /// Notes a packet that was put together, or what there is of it.
    fn assembled(&mut self, waiting: Waiting) {
        if waiting.is_whole() {
            self.fragments.note(&waiting);
        } else if self.fragments.is_copy(&waiting) {
            // Each fragment was shown twice: the packet is known.
            self.copies += 1;
            return;
        } else {
            *self.troubles.entry((Reason::FragmentLost, 0)).or_default() += 1;
        }
        let there = waiting.cut.min(waiting.begun() as usize);
        let bytes = waiting.bytes.get(..there.min(waiting.bytes.len())).unwrap_or_default();
        let header = Header { length: waiting.length, ..waiting.header };
        let walk = Walk::assembled(header, waiting.whole.protocol, bytes, waiting.macs);
        self.path.clone_from(&waiting.path);
        self.walk(walk, waiting.moment);
    }

    /// Takes in fragments of another observer of the packets that follow `by` others.
    pub(super) fn absorb_fragments(&mut self, later: Fragments, by: u64) {
        self.fragments.done.extend(later.done);
        let surplus = self.fragments.done.len().saturating_sub(DONE);
        self.fragments.done.drain(..surplus);
        for mut waiting in later.waiting {
            waiting.whole.context = self.contexts.number(&waiting.path).0;
            waiting.moment.number += by;
            let mine = &mut self.fragments.waiting;
            let Some(place) = mine.iter().position(|it| it.whole == waiting.whole) else {
                mine.push(waiting);
                continue;
            };
            let Some(known) = mine.get_mut(place) else { continue };
            known.absorb(&waiting);
            if known.is_whole() {
                let whole = mine.remove(place);
                self.assembled(whole);
            }
        }
    }

    /// Notes what is left of packets whose fragments never came.
    pub(super) fn give_up_fragments(&mut self) {
        for waiting in std::mem::take(&mut self.fragments.waiting) {
            self.assembled(waiting);
        }
    }
}

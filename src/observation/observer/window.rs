//! The first bytes of one side of a TCP connection, in order, whatever order they came in.

/// How many bytes of a side are looked at.
pub(super) const MOST: usize = 8 << 10;
/// How many stretches may wait for what is missing before them.
const WAITING: usize = 8;

/// The first bytes, in a buffer that is used again.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    /// The sequence number of the first byte.
    base: Option<u32>,
    bytes: Vec<u8>,
    /// So many are there without a gap. They never change again.
    ready: usize,
    /// Stretches behind a gap: from, to.
    waiting: Vec<(usize, usize)>,
    /// More was sent than is looked at.
    is_over: bool,
}

impl Window {
    /// Forgets everything but the memory.
    pub(super) fn clear(&mut self) {
        self.base = None;
        self.bytes.clear();
        self.ready = 0;
        self.waiting.clear();
        self.is_over = false;
    }

    /// Where the first byte is: one behind the SYN.
    pub(super) const fn begin(&mut self, base: u32) {
        if self.base.is_none() {
            self.base = Some(base);
        }
    }

    pub(super) fn ready(&self) -> &[u8] {
        self.bytes.get(..self.ready).unwrap_or_default()
    }

    /// Whether nothing more can come.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Takes in a segment; `true` when there is more without a gap than before.
    pub(super) fn put(&mut self, sequence: u32, segment: &[u8]) -> bool {
        let base = *self.base.get_or_insert(sequence);
        let ahead = sequence.wrapping_sub(base);
        // Before the base: what was sent before anybody looked, or a keep-alive; what overlaps
        // with what is there adds its end.
        let (at, segment) = if ahead > u32::MAX / 2 {
            let known = (base.wrapping_sub(sequence)) as usize;
            (0, segment.get(known..).unwrap_or_default())
        } else {
            (ahead as usize, segment)
        };
        let end = at.saturating_add(segment.len());
        self.is_over |= end > MOST;
        let end = end.min(MOST);
        let from = at.max(self.ready);
        let Some(fresh) = from.checked_sub(at).and_then(|it| segment.get(it..end.checked_sub(at)?))
        else {
            return false;
        };
        if fresh.is_empty() {
            return false;
        }
        if self.bytes.len() == from {
            self.bytes.extend_from_slice(fresh);
        } else {
            self.bytes.resize(end.max(self.bytes.len()), 0);
            if let Some(place) = self.bytes.get_mut(from..end) {
                place.copy_from_slice(fresh);
            }
        }
        if from > self.ready {
            if self.waiting.len() < WAITING {
                self.waiting.push((from, end));
            }
            return false;
        }
        self.ready = end;
        self.catch_up();
        true
    }

    /// What waited is no longer behind a gap.
    fn catch_up(&mut self) {
        while let Some(at) = self.waiting.iter().position(|(from, _)| *from <= self.ready) {
            let (_, to) = self.waiting.swap_remove(at);
            self.ready = self.ready.max(to);
        }
    }

    /// Takes in what another window holds of the same side.
    pub(super) fn absorb(&mut self, later: &Self) -> bool {
        let Some(base) = later.base else { return false };
        let is_more = self.put(base, later.ready());
        self.is_over |= later.is_over;
        is_more
    }
}

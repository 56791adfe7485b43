//! A stream of bytes through one block of fixed size. Records are looked at where they lie: whatever
//! a capture says of its lengths, no more memory is taken.

use std::io::{self, ErrorKind, Read};

/// The largest packet that is read; also what `tcpdump` and Wireshark take as the largest.
pub(super) const LONGEST: usize = 1 << 18;
/// The largest record: a packet with what is said of it.
pub(super) const RECORD: usize = LONGEST + (1 << 17);
/// How much is read at once: large enough that the system calls cost nothing, small enough for the
/// second-level cache.
const BLOCK: usize = 1 << 16;

/// A stream, one block at a time.
pub(super) struct Blocks<R> {
    from: R,
    block: Box<[u8]>,
    start: usize,
    end: usize,
    /// Where in the stream `start` is.
    offset: u64,
    /// Why nothing more comes.
    ended: Option<Ended>,
}

/// Why a stream ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// That was all.
    Complete,
    /// It cannot be read any further.
    Broken(io::Error),
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(from: R, offset: u64) -> Self {
        let block = vec![0; BLOCK + RECORD].into_boxed_slice();
        Self { from, block, start: 0, end: 0, offset, ended: None }
    }

    /// What is there and not yet used.
    pub(super) fn bytes(&self) -> &[u8] {
        self.block.get(self.start..self.end).unwrap_or_default()
    }

    /// Where in the stream [`Self::bytes`] begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// So many of the bytes are used.
    pub(super) fn advance(&mut self, used: usize) {
        let used = used.min(self.end - self.start);
        self.start += used;
        self.offset += used as u64;
    }

    /// Reads on until so many bytes are there; whether they are. At most [`RECORD`] can be asked for.
    pub(super) fn need(&mut self, bytes: usize) -> bool {
        loop {
            let there = self.end - self.start;
            if there >= bytes {
                return true;
            }
            // What is left of the last block goes to the front, so that every reading is a large one.
            self.block.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, there);
            let free = self.block.get_mut(there..there + BLOCK).unwrap_or_default();
            if self.ended.is_some() || free.is_empty() {
                return false;
            }
            match self.from.read(free) {
                Ok(0) => self.ended = Some(Ended::Complete),
                Ok(more) => self.end += more.min(BLOCK),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => self.ended = Some(Ended::Broken(error)),
            }
        }
    }

    /// Passes over so many bytes; whether there were as many.
    pub(super) fn skip(&mut self, mut bytes: u64) -> bool {
        loop {
            let there = self.end - self.start;
            let now = usize::try_from(bytes).unwrap_or(there).min(there);
            self.advance(now);
            bytes -= now as u64;
            if bytes == 0 {
                return true;
            }
            if !self.need(1) {
                return false;
            }
        }
    }

    /// Whether nothing more comes.
    pub(super) fn ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Why the stream broke off, if it did.
    pub(super) fn take_broken(&mut self) -> Option<io::Error> {
        match self.ended.replace(Ended::Complete) {
            Some(Ended::Broken(why)) => Some(why),
            _ => None,
        }
    }
}

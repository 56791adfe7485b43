//! Answers that were given before. Devices repeat themselves: the same poll, the same greeting,
//! the same association request every few seconds, a year long. `wire::speech` is pure, so the same
//! words get the same answer, and it need not be asked again.

use super::intern::{BySum, fold, secret};
use crate::wire::speech::{Ends, Side};

/// How many answers are remembered; when there are more, all are forgotten.
const MOST: usize = 1 << 14;
/// From here on ports are handed out by systems (IANA, Linux): no protocol is told by them.
const HANDED_OUT: u16 = 32768;

/// What words meant, where that does not depend on who said them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    /// What is spoken, by number + 1; 0 is nothing known.
    pub(super) said: u32,
    pub(super) open: bool,
    pub(super) initiator_is: Option<Side>,
    /// See `listen::begins_uniquely`.
    pub(super) is_unique: bool,
    /// It taught something beside what is spoken.
    pub(super) teaches: bool,
}

/// Answers by a checksum of the words that nobody can aim at.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    answers: BySum<Answer>,
    secret: u64,
}

impl Default for Answers {
    fn default() -> Self {
        Self { answers: BySum::default(), secret: secret() }
    }
}

impl Answers {
    /// The checksum of what was said between such ports: everything that an answer depends on,
    /// because one that depends on an address is not kept.
    pub(super) fn hash(&self, is_stream: bool, ends: &Ends, forth: &[u8], back: &[u8]) -> u64 {
        let port = |it: u16| if it < HANDED_OUT { u64::from(it) + 1 } else { 0 };
        let ports = port(ends.from_port) << 20 | port(ends.to_port);
        let is_same = u64::from(ends.from_port == ends.to_port);
        let about = ports << 2 | is_same << 1 | u64::from(is_stream);
        checksum(
            checksum(fold(about ^ self.secret, self.secret), self.secret, forth),
            self.secret,
            back,
        )
    }

    pub(super) fn get(&self, hash: u64) -> Option<Answer> {
        self.answers.get(&hash).copied()
    }

    pub(super) fn keep(&mut self, hash: u64, answer: Answer) {
        if self.answers.len() >= MOST {
            self.answers.clear();
        }
        self.answers.insert(hash, answer);
    }
}

/// A checksum of bytes, going on from another one.
pub(super) fn checksum(mut sum: u64, secret: u64, bytes: &[u8]) -> u64 {
    let add = |sum: u64, [a, b]: [u64; 2]| fold(sum ^ a, secret ^ b) ^ sum.rotate_left(29);
    // Of many bytes four sums are made side by side, which do not wait for each other.
    let (wide, rest) = bytes.as_chunks::<64>();
    if !wide.is_empty() {
        let mut lanes = [17, 31, 47, 59].map(|turns| sum ^ secret.rotate_left(turns));
        for part in wide {
            let (parts, _) = part.as_chunks();
            lanes.iter_mut().zip(parts).for_each(|(lane, part)| *lane = add(*lane, words(part)));
        }
        let [a, b, c, d] = lanes;
        sum = add(add(sum, [a, b]), [c, d]);
    }
    let (parts, _) = rest.as_chunks();
    sum = parts.iter().fold(sum, |sum, part| add(sum, words(part)));
    // What is left is told by the last bytes, some of which were told before.
    let [a, b] = bytes.last_chunk().map_or_else(|| few(bytes), words);
    add(sum, [a, b.rotate_left(5) ^ bytes.len() as u64])
}

/// Sixteen bytes as two numbers.
#[inline(always)]
const fn words(bytes: &[u8; 16]) -> [u64; 2] {
    let all = u128::from_le_bytes(*bytes);
    [all as u64, (all >> 64) as u64]
}

/// Fewer than sixteen bytes as two numbers; with how many they are nothing else gives the same.
#[inline]
fn few(bytes: &[u8]) -> [u64; 2] {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return [first, last].map(|it| u64::from_le_bytes(*it));
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return [first, last].map(|it| u64::from(u32::from_le_bytes(*it)));
    }
    [bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_byte_and_the_length_make_another_checksum() {
        let secret = 0x0123_4567_89ab_cdef;
        let mut seen = BTreeSet::new();
        for length in 0..200 {
            let bytes = vec![0; length];
            assert!(seen.insert(checksum(7, secret, &bytes)), "{length} zeros");
            for at in 0..length {
                let mut changed = bytes.clone();
                changed[at] = 1;
                assert!(seen.insert(checksum(7, secret, &changed)), "byte {at} of {length}");
            }
        }
        assert!(seen.insert(checksum(8, secret, &[0; 100])), "what came before");
    }
}

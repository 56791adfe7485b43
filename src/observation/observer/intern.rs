//! Values that recur, kept once and known by a small number, in the order in which they came.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hash, Hasher, RandomState};

const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Both halves of a product, folded: every bit of the factors reaches the result.
#[inline]
pub(super) const fn fold(a: u64, b: u64) -> u64 {
    let product = (a as u128).wrapping_mul(b as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

/// A secret with which a capture cannot be made on purpose to fall into one place of a table.
/// Results do not depend on it: nothing is ever listed in the order of a hash.
pub(super) fn secret() -> u64 {
    RandomState::new().hash_one(0u64) | 1
}

/// The hash of a value under a secret.
pub(super) fn hash_of(value: &impl Hash, secret: u64) -> u64 {
    let mut mixer = Mixer(secret);
    value.hash(&mut mixer);
    mixer.finish()
}

/// A quick hasher for keys that nobody can aim at a table, because of the secret.
#[derive(Clone, Copy, Debug)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    // Addresses of a known length: what is left is a few instructions.
    #[inline(always)]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|it| self.write_u64(u64::from_le_bytes(*it)));
        if !rest.is_empty() {
            let word = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.write_u64(word ^ rest.len() as u64);
        }
    }

    fn write_u8(&mut self, it: u8) {
        self.write_u64(u64::from(it));
    }

    fn write_u16(&mut self, it: u16) {
        self.write_u64(u64::from(it));
    }

    fn write_u32(&mut self, it: u32) {
        self.write_u64(u64::from(it));
    }

    fn write_u64(&mut self, it: u64) {
        self.0 = fold(self.0 ^ it, ODD);
    }

    fn write_usize(&mut self, it: usize) {
        self.write_u64(it as u64);
    }
}

/// What is known by a checksum that nobody can aim at: such a checksum needs no other hash.
pub(super) type BySum<T> = HashMap<u64, T, BuildHasherDefault<Sum>>;

/// A checksum as its own hash.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum(u64);

impl Hasher for Sum {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|it| self.0 = self.0.rotate_left(8) ^ u64::from(*it));
    }

    fn write_u64(&mut self, sum: u64) {
        self.0 = sum;
    }
}

/// What was found out about a pair of numbers, until there are too many.
#[derive(Clone, Debug)]
pub(super) struct Memory<T> {
    known: BySum<T>,
    secret: u64,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self { known: BySum::default(), secret: secret() }
    }
}

impl<T: Copy> Memory<T> {
    const MOST: usize = 1 << 16;

    fn sum(&self, (a, b): (u32, u32)) -> u64 {
        fold((u64::from(a) << 32 | u64::from(b)) ^ self.secret, self.secret ^ ODD)
    }

    pub(super) fn get(&self, about: (u32, u32)) -> Option<T> {
        self.known.get(&self.sum(about)).copied()
    }

    pub(super) fn keep(&mut self, about: (u32, u32), found: T) {
        if self.known.len() >= Self::MOST {
            self.known.clear();
        }
        self.known.insert(self.sum(about), found);
    }
}

/// Values by number. Number 0 is the first that came.
#[derive(Clone, Debug)]
pub(super) struct Interned<T> {
    items: Vec<T>,
    /// Number + 1 by hash, 0 where nothing is; a power of two long.
    slots: Vec<u32>,
    secret: u64,
    most: usize,
}

impl<T: Hash + Eq> Interned<T> {
    /// One that keeps at most so many.
    pub(super) fn new(most: usize) -> Self {
        Self { items: Vec::new(), slots: vec![0; 64], secret: secret(), most }
    }

    pub(super) fn items(&self) -> &[T] {
        &self.items
    }

    pub(super) fn get(&self, number: u32) -> Option<&T> {
        self.items.get(number as usize)
    }

    /// The number of a value; none when it is new and there is no room for it.
    #[inline]
    pub(super) fn number(&mut self, item: T) -> Option<u32> {
        let (slot, found) = self.find(&item);
        if found.is_some() {
            return found;
        }
        if self.items.len() >= self.most { None } else { self.insert_at(item, slot) }
    }

    fn insert(&mut self, item: T) -> Option<u32> {
        match self.find(&item) {
            (_, Some(known)) => Some(known),
            (slot, None) => self.insert_at(item, slot),
        }
    }

    fn insert_at(&mut self, item: T, slot: usize) -> Option<u32> {
        let number = u32::try_from(self.items.len()).ok()?;
        *self.slots.get_mut(slot)? = number + 1;
        self.items.push(item);
        if self.items.len() * 2 > self.slots.len() {
            self.grow();
        }
        Some(number)
    }

    /// The number of a value, or, when there is no room for it, of what is made of it.
    pub(super) fn number_or(&mut self, item: T, instead: impl FnOnce(T) -> T) -> Option<u32> {
        if self.items.len() < self.most || self.known(&item).is_some() {
            return self.number(item);
        }
        let less = instead(item);
        // A quarter more, for what is common to many.
        (self.items.len() < self.most + self.most / 4 || self.known(&less).is_some())
            .then(|| self.insert(less))
            .flatten()
    }

    /// The number that a value has already.
    pub(super) fn known(&self, item: &T) -> Option<u32> {
        self.find(item).1
    }

    fn hash(&self, item: &T) -> u64 {
        hash_of(item, self.secret)
    }

    /// Where a value is or would be.
    fn find(&self, item: &T) -> (usize, Option<u32>) {
        let mask = self.slots.len() - 1;
        let mut slot = self.hash(item) as usize & mask;
        loop {
            match self.slots.get(slot) {
                None | Some(0) => return (slot, None),
                Some(number) if self.get(number - 1) == Some(item) => {
                    return (slot, Some(number - 1));
                }
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 4 - 1;
        let mut slots = vec![0; mask + 1];
        for (number, item) in (1u32..).zip(&self.items) {
            let mut slot = self.hash(item) as usize & mask;
            while slots.get(slot).is_some_and(|it| *it != 0) {
                slot = (slot + 1) & mask;
            }
            if let Some(place) = slots.get_mut(slot) {
                *place = number;
            }
        }
        self.slots = slots;
    }
}

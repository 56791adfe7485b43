//! The table of flows: open addressing over a dense list, so that a packet costs two memory
//! accesses and nothing is allocated for it. Flows stay where they are for good: the list grows by
//! blocks, so that a large one is never copied.

use super::flow::{Flow, Key};
use super::intern::{fold, secret};

/// From so many slots on (8 MB) a table is a large one.
const LARGE: usize = 1 << 21;
/// So many flows, 512 KiB, are a block.
const BLOCK: usize = 1 << 12;
/// How many bits of a slot tell the number of a flow; the others are of its hash.
const NUMBER_BITS: u32 = 24;
const NUMBER: u32 = (1 << NUMBER_BITS) - 1;

/// Flows by key, in the order in which they came.
#[derive(Clone, Debug)]
pub(super) struct Table {
    blocks: Vec<Vec<Flow>>,
    len: usize,
    /// Some bits of the hash, then the flow's number + 1; 0 where nothing is.
    slots: Vec<u32>,
    secrets: [u64; 2],
}

/// What a slot shows of a hash.
const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32 & !NUMBER
}

impl Table {
    pub(super) fn new() -> Self {
        Self { blocks: Vec::new(), len: 0, slots: vec![0; 1 << 10], secrets: [secret(), secret()] }
    }

    #[inline]
    pub(super) fn hash(&self, key: Key) -> u64 {
        let [a, b] = self.secrets;
        fold(fold(key.0 ^ a, key.1 ^ b), a)
    }

    /// The flows, in the order in which they came.
    pub(super) fn flows(&self) -> impl Iterator<Item = &Flow> + Clone {
        self.blocks.iter().flatten()
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut Flow> {
        let number = number as usize;
        self.blocks.get_mut(number / BLOCK)?.get_mut(number % BLOCK)
    }

    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&Flow> {
        let number = number as usize;
        self.blocks.get(number / BLOCK)?.get(number % BLOCK)
    }

    /// Has what is known of these flows brought near, so that the memory is waited for once and not
    /// for each of them.
    pub(super) fn fetch(&self, numbers: impl Iterator<Item = u32>) {
        for flow in numbers.filter_map(|it| self.get(it)) {
            std::hint::black_box((flow.last, flow.state));
        }
    }

    /// The number of the flow with this key, or the slot where it belongs.
    #[inline]
    pub(super) fn find(&self, key: Key, hash: u64) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let tag = tag(hash);
        let mut slot = hash as usize & mask;
        loop {
            let entry = self.slots.get(slot).copied().unwrap_or_default();
            if entry == 0 {
                return Err(slot);
            }
            let number = (entry & NUMBER).wrapping_sub(1);
            if entry & !NUMBER == tag && self.get(number).is_some_and(|it| it.key == key) {
                return Ok(number);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Adds a flow that is not there, at the slot that [`Table::find`] told. One that has no number
    /// for a slot is kept all the same.
    pub(super) fn add(&mut self, flow: Flow, hash: u64, slot: usize) -> u32 {
        let number = u32::try_from(self.len).unwrap_or(u32::MAX - 1);
        if let Some(place) = self.slots.get_mut(slot).filter(|_| number < NUMBER) {
            *place = tag(hash) | (number + 1);
        }
        match self.blocks.last_mut().filter(|it| it.len() < BLOCK) {
            Some(block) => block.push(flow),
            None => {
                let mut block = Vec::with_capacity(BLOCK);
                block.push(flow);
                self.blocks.push(block);
            }
        }
        self.len += 1;
        if self.len > self.most() {
            self.grow();
        }
        number
    }

    /// Adds a flow in the place of one with the same key, which is kept but no longer found.
    pub(super) fn renew(&mut self, flow: Flow, hash: u64) -> u32 {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots.get(slot).is_some_and(|it| *it != 0 && !self.is_at(*it, flow.key, hash)) {
            slot = (slot + 1) & mask;
        }
        self.add(flow, hash, slot)
    }

    /// Whether a slot that is taken belongs to this key.
    fn is_at(&self, entry: u32, key: Key, hash: u64) -> bool {
        let number = (entry & NUMBER).wrapping_sub(1);
        entry & !NUMBER == tag(hash) && self.get(number).is_some_and(|it| it.key == key)
    }

    /// For how many flows there are slots: half of them stay empty, so that what is looked for mostly
    /// stands in the first one; of a large table, which has to stay within its memory, a quarter.
    const fn most(&self) -> usize {
        let slots = self.slots.len();
        if slots < LARGE { slots / 2 } else { slots / 4 * 3 }
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        let mut slots = vec![0; mask + 1];
        for (number, flow) in (1..=NUMBER).zip(self.flows()) {
            let hash = self.hash(flow.key);
            let mut slot = hash as usize & mask;
            // Of several with the same key the last one is found.
            while slots.get(slot).is_some_and(|it| *it != 0 && !self.is_at(*it, flow.key, hash)) {
                slot = (slot + 1) & mask;
            }
            if let Some(place) = slots.get_mut(slot) {
                *place = tag(hash) | number;
            }
        }
        self.slots = slots;
    }
}

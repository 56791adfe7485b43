//! The table of flows: open addressing over a dense list, so that a packet costs two memory
//! accesses and nothing is allocated for it.

use super::flow::{Flow, Key};
use super::intern::{fold, secret};

/// From so many slots on (16 MB) a table is a large one.
const LARGE: usize = 1 << 21;

/// Flows by key, in the order in which they came.
#[derive(Clone, Debug)]
pub(super) struct Table {
    flows: Vec<Flow>,
    /// The upper half of the hash, then the flow's number + 1; 0 where nothing is.
    slots: Vec<u64>,
    secrets: [u64; 2],
}

impl Table {
    pub(super) fn new() -> Self {
        Self { flows: Vec::new(), slots: vec![0; 1 << 10], secrets: [secret(), secret()] }
    }

    #[inline]
    pub(super) fn hash(&self, key: Key) -> u64 {
        let [a, b] = self.secrets;
        fold(fold(key.ends ^ a, key.rest ^ b), a)
    }

    pub(super) fn flows(&self) -> &[Flow] {
        &self.flows
    }

    pub(super) fn len(&self) -> usize {
        self.flows.len()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut Flow> {
        self.flows.get_mut(number as usize)
    }

    pub(super) fn get(&self, number: u32) -> Option<&Flow> {
        self.flows.get(number as usize)
    }

    /// The number of the flow with this key, or the slot where it belongs.
    #[inline]
    pub(super) fn find(&self, key: Key, hash: u64) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let tag = hash >> 32;
        let mut slot = hash as usize & mask;
        loop {
            let entry = self.slots.get(slot).copied().unwrap_or_default();
            if entry == 0 {
                return Err(slot);
            }
            let number = (entry as u32).wrapping_sub(1);
            if entry >> 32 == tag && self.get(number).is_some_and(|it| it.key == key) {
                return Ok(number);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Adds a flow that is not there, at the slot that [`Table::find`] told.
    pub(super) fn add(&mut self, flow: Flow, hash: u64, slot: usize) -> u32 {
        let number = u32::try_from(self.flows.len()).unwrap_or(u32::MAX - 1);
        if let Some(place) = self.slots.get_mut(slot) {
            *place = (hash >> 32) << 32 | u64::from(number + 1);
        }
        self.flows.push(flow);
        if self.flows.len() > self.most() {
            self.grow();
        }
        number
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
        for (number, flow) in (1u64..).zip(&self.flows) {
            let hash = self.hash(flow.key);
            let mut slot = hash as usize & mask;
            while slots.get(slot).is_some_and(|it| *it != 0) {
                slot = (slot + 1) & mask;
            }
            if let Some(place) = slots.get_mut(slot) {
                *place = (hash >> 32) << 32 | number;
            }
        }
        self.slots = slots;
    }
}

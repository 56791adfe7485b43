//! The interfaces of pcapng: described once a section, each with a clock of its own.

use super::number::Order;
use super::read::{Flaw, Outcome};
use crate::locale::one_line;
use crate::observation::{Interface, Record};
use std::collections::BTreeMap;

/// How many interfaces a section may have, and how many are told apart in a capture.
pub(super) const MOST: usize = 1 << 12;
/// How much of a name or a filter is kept.
const KEPT: usize = 128;
/// Nanoseconds in a second.
const SECOND: i128 = 1_000_000_000;

/// An interface as a section describes it.
#[derive(Clone, Debug)]
pub(super) struct Described {
    about: Interface,
    /// Its place among all interfaces of the capture.
    index: u32,
    pub(super) clock: Clock,
    /// What it says was lost.
    dropped: Option<u64>,
}

/// How the times of an interface are counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    ticks: Ticks,
    /// Seconds to add.
    offset: i64,
}

#[derive(Clone, Copy, Debug)]
enum Ticks {
    /// So many nanoseconds each.
    Of(u64),
    /// So many in a nanosecond.
    In(u64),
    /// Two to this power in a second.
    Binary(u32),
}

impl Clock {
    /// Nanoseconds since 1970; 0 for what cannot be said in these.
    #[inline]
    pub(super) fn nanoseconds(self, ticks: u64) -> u64 {
        let plain = match self.ticks {
            Ticks::Of(each) => ticks.checked_mul(each),
            Ticks::In(many) => Some(ticks / many),
            Ticks::Binary(power) => {
                let wide = u128::from(ticks) * 1_000_000_000;
                u64::try_from(wide.checked_shr(power).unwrap_or(0)).ok()
            }
        };
        match self.offset {
            0 => plain.unwrap_or(0),
            offset => {
                let moved = i128::from(plain.unwrap_or(0)) + i128::from(offset) * SECOND;
                u64::try_from(moved).unwrap_or(0)
            }
        }
    }

    /// What the option `if_tsresol` says: a power of ten, or of two when the upper bit is set.
    fn ticks(resolution: u8) -> Ticks {
        let power = u32::from(resolution & 0x7f);
        match (resolution & 0x80 != 0, power) {
            (true, _) => Ticks::Binary(power),
            (false, 0..=9) => Ticks::Of(10_u64.pow(9 - power)),
            (false, _) => Ticks::In(10_u64.checked_pow(power - 9).unwrap_or(u64::MAX)),
        }
    }
}

impl Described {
    /// Reads an interface description block.
    pub(super) fn read(order: Order, block: &[u8]) -> Self {
        let mut about = Interface {
            name: String::new(),
            link_type: order.u16(block, 8),
            snap_length: order.u32(block, 12),
            filter: String::new(),
        };
        let mut clock = Clock { ticks: Ticks::Of(1000), offset: 0 };
        for (code, value) in options(order, block, 16) {
            match (code, value) {
                (2, name) => about.name = text(name),
                (9, [resolution, ..]) => clock.ticks = Clock::ticks(*resolution),
                // A filter as text; as a program it says nothing to people.
                (11, [0, filter @ ..]) => about.filter = text(filter),
                (14, offset) => clock.offset = order.u64(offset, 0).cast_signed(),
                _ => {}
            }
        }
        Self { about, index: 0, clock, dropped: None }
    }

    /// How many bytes of a packet this long are kept.
    pub(super) fn kept(&self, length: u32) -> usize {
        match self.about.snap_length {
            0 => length as usize,
            most => length.min(most) as usize,
        }
    }

    /// A packet of it.
    #[inline]
    pub(super) fn record<'a>(&self, time: u64, length: u32, bytes: &'a [u8]) -> Record<'a> {
        Record { time, interface: self.index, link_type: self.about.link_type, length, bytes }
    }
}

/// All interfaces.
#[derive(Debug, Default)]
pub(super) struct Interfaces {
    /// Those of this section, in its order.
    here: Vec<Described>,
    /// Those of the capture, with their places.
    all: BTreeMap<Interface, u32>,
    /// What was lost in the sections before.
    dropped: Option<u64>,
    /// This section describes more than are kept.
    is_over: bool,
}

impl Interfaces {
    /// An interface of this section.
    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&Described> {
        self.here.get(number as usize)
    }

    /// Why there is none with a number that a packet names.
    pub(super) const fn missing(&self) -> Flaw {
        if self.is_over { Flaw::TooMany } else { Flaw::Interface }
    }

    /// Adds one. The same interface in another section is the same.
    pub(super) fn add(&mut self, mut described: Described) {
        if self.here.len() >= MOST {
            self.is_over = true;
            return;
        }
        // A capture with more of them than this is a trick: the rest goes by the name of the last.
        let next = u32::try_from(self.all.len()).unwrap_or_default();
        described.index = match self.all.get(&described.about) {
            Some(index) => *index,
            None if self.all.len() >= MOST => next - 1,
            None => *self.all.entry(described.about.clone()).or_insert(next),
        };
        self.here.push(described);
    }

    /// Another section begins.
    pub(super) fn section(&mut self) {
        self.dropped = self.lost();
        self.here.clear();
        self.is_over = false;
    }

    /// Reads interface statistics; the last that an interface says holds.
    pub(super) fn count(&mut self, order: Order, block: &[u8]) {
        let number = order.u32(block, 8) as usize;
        let Some(interface) = self.here.get_mut(number) else { return };
        // By the interface (5) and by the operating system (7).
        let lost = options(order, block, 20)
            .filter(|(code, value)| matches!(code, 5 | 7) && value.len() == 8);
        let lost: Vec<u64> = lost.map(|(_, value)| order.u64(value, 0)).collect();
        if !lost.is_empty() {
            interface.dropped = Some(lost.into_iter().fold(0, u64::saturating_add));
        }
    }

    /// What was lost so far.
    fn lost(&self) -> Option<u64> {
        let here = self.here.iter().filter_map(|it| it.dropped);
        self.dropped.into_iter().chain(here).reduce(u64::saturating_add)
    }

    /// Hands over what is known when everything has been read.
    pub(super) fn describe(self, outcome: &mut Outcome) {
        outcome.dropped = self.lost();
        let mut all: Vec<(Interface, u32)> = self.all.into_iter().collect();
        all.sort_by_key(|(_, index)| *index);
        outcome.interfaces = all.into_iter().map(|(it, _)| it).collect();
    }
}

/// The options of a block, from a place in it to its end.
fn options(order: Order, block: &[u8], at: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let end = block.len().saturating_sub(4);
    let mut rest = block.get(at..end).unwrap_or_default();
    std::iter::from_fn(move || {
        let (code, length) = (order.u16(rest, 0), usize::from(order.u16(rest, 2)));
        let value = rest.get(4..4 + length).filter(|_| code != 0)?;
        rest = rest.get(4 + length.next_multiple_of(4)..).unwrap_or_default();
        Some((code, value))
    })
}

/// A name, without what could deceive a terminal.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(KEPT)).unwrap_or_default());
    one_line(text.trim_end_matches('\0')).into_owned()
}

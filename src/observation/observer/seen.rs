//! When something was seen, while it is being counted.

use super::super::facts::Sighting;
use jiff::Timestamp;

/// The place of one packet: when it came, and the how manieth it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Nanoseconds since 1970.
    pub(super) time: u64,
    /// Counted from 1.
    pub(super) number: u64,
}

/// First, last, how often, and the first packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) packets: u64,
    pub(super) number: u64,
}

impl Seen {
    pub(super) const fn at(moment: Moment) -> Self {
        Self { first: moment.time, last: moment.time, packets: 1, number: moment.number }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.packets += other.packets;
        self.number = self.number.min(other.number);
    }

    /// The same, of packets that follow `by` others.
    pub(super) const fn after(mut self, by: u64) -> Self {
        self.number += by;
        self
    }

    pub(super) fn sighting(self) -> Sighting {
        Sighting {
            first: timestamp(self.first),
            last: timestamp(self.last),
            packets: self.packets,
            packet: self.number,
        }
    }
}

/// Nanoseconds since 1970 as a time.
pub(super) fn timestamp(nanoseconds: u64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or_default()
}

//! pcap: a header of 24 bytes, then records. In either byte order, with micro- or nanoseconds, also
//! as Alexey Kuznetsov's patch writes it (`0xa1b2cd34`: 24 bytes before every packet).
//!
//! Source: "PCAP Capture File Format" (draft-ietf-opsawg-pcap); Wireshark, `wiretap/libpcap.c`.

use super::block::LONGEST;
use super::number::Order;
use super::read::{Flaw, Outcome, Step, Walk};
use super::{About, Privilege};
use crate::locale::Text;
use crate::observation::{Interface, Record};

/// This source.
pub const ABOUT: About = About {
    id: "pcap",
    name: Text::new("pcapファイル", "pcap file"),
    privilege: Privilege::Files,
    transmits: false,
};

/// Bytes of the header of a file.
pub(super) const HEADER: usize = 24;
/// How many records must follow each other after damage for a place to be believed.
const CHAIN: usize = 4;
/// Records that follow each other are at most so many seconds apart when one is looked for.
const APART: u32 = 86_400;

/// What the header of a file says.
#[derive(Clone, Debug)]
pub(super) struct Pcap {
    order: Order,
    /// Nanoseconds in the smaller unit of time.
    unit: u64,
    /// Bytes before every packet.
    before: usize,
    link_type: u16,
    snap_length: u32,
    /// The seconds of the last record.
    seconds: u32,
}

impl Pcap {
    /// Reads the header of a file; none when it is another format.
    pub(super) fn open(header: &[u8]) -> Option<Self> {
        let (magic, order) = [Order::Little, Order::Big]
            .into_iter()
            .map(|order| (order.u32(header, 0), order))
            .find(|(magic, _)| matches!(magic, 0xa1b2_c3d4 | 0xa1b2_3c4d | 0xa1b2_cd34))?;
        Some(Self {
            order,
            unit: if magic == 0xa1b2_3c4d { 1 } else { 1000 },
            before: if magic == 0xa1b2_cd34 { 24 } else { 16 },
            // The upper bits say how long the frame check sequence is.
            link_type: (order.u32(header.get(..HEADER)?, 20) & 0xffff) as u16,
            snap_length: order.u32(header, 16),
            seconds: 0,
        })
    }

    /// What the header says of the interface.
    pub(super) fn describe(self, outcome: &mut Outcome) {
        outcome.interfaces.push(Interface {
            name: String::new(),
            link_type: self.link_type,
            snap_length: self.snap_length,
            filter: String::new(),
        });
    }

    /// Whether a record may begin here: the length of what is before its end, when it may.
    fn plausible(&self, bytes: &[u8], after: Option<u32>) -> Option<(usize, u32)> {
        let head = bytes.get(..self.before)?;
        let [seconds, fraction, kept, length] = [0, 4, 8, 12].map(|at| self.order.u32(head, at));
        let kept_bytes = kept as usize;
        let sane = kept_bytes <= LONGEST
            && kept <= length
            && length <= 1 << 24
            && u64::from(fraction) * self.unit < 1_000_000_000
            && after.is_none_or(|it| it.abs_diff(seconds) <= APART);
        sane.then_some((self.before + kept_bytes, seconds))
    }

    /// Whether so many records follow each other here, or as many as these bytes can hold.
    pub(super) fn chained(&self, bytes: &[u8], mut after: Option<u32>, records: usize) -> bool {
        let mut at = 0;
        for number in 0..records {
            let rest = bytes.get(at..).unwrap_or_default();
            if rest.len() < self.before {
                return number > 1 || (number == 1 && at == bytes.len());
            }
            match self.plausible(rest, after) {
                Some((length, seconds)) => (at, after) = (at + length, Some(seconds)),
                None => return false,
            }
        }
        true
    }
}

impl Walk for Pcap {
    fn walk(&mut self, bytes: &[u8], each: &mut impl FnMut(&Record<'_>)) -> Step {
        let (order, before) = (self.order, self.before);
        let mut used = 0;
        loop {
            let record = bytes.get(used..).unwrap_or_default();
            let Some((head, behind)) = record.split_at_checked(before) else {
                return Step::Need { used, bytes: before };
            };
            let [seconds, fraction, kept, length] =
                head.first_chunk().map(|it| order.four(it)).unwrap_or_default();
            let kept = kept as usize;
            if kept > LONGEST {
                return Step::Flawed { used, flaw: Flaw::Length, go_on: None };
            }
            let Some(packet) = behind.get(..kept) else {
                return Step::Need { used, bytes: before + kept };
            };
            self.seconds = seconds;
            let fraction = u64::from(fraction) * self.unit;
            each(&Record {
                time: u64::from(seconds) * 1_000_000_000 + fraction,
                interface: 0,
                link_type: self.link_type,
                length,
                bytes: packet,
            });
            used += before + kept;
        }
    }

    fn resume(&self, bytes: &[u8]) -> Option<usize> {
        let after = (self.seconds != 0).then_some(self.seconds);
        (1..bytes.len()).find(|at| self.chained(bytes.get(*at..).unwrap_or_default(), after, CHAIN))
    }
}

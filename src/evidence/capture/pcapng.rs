//! pcapng: blocks that each say what they are and how long. Sections with interfaces of their own,
//! in either byte order; clocks of any resolution. What is not needed is passed over, and blocks of
//! secrets are never looked into.
//!
//! Source: "PCAP Now Generic (pcapng) Capture File Format" (draft-ietf-opsawg-pcapng).

use super::block::RECORD;
use super::interface::{Described, Interfaces};
use super::number::Order;
use super::read::{Flaw, Outcome, Step, Walk};
use super::{About, Privilege};
use crate::locale::Text;
use crate::observation::{NO_PACKET, Record};

/// This source.
pub const ABOUT: About = About {
    id: "pcapng",
    name: Text::new("pcapngファイル", "pcapng file"),
    privilege: Privilege::Files,
    transmits: false,
};

/// A section begins. The same in either byte order.
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
/// A packet as it was written before 2010.
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const STATISTICS: u32 = 5;
const PACKET: u32 = 6;
/// An entry of the journal of systemd.
const JOURNAL: u32 = 9;
const CUSTOM: u32 = 0xbad;
/// One that programs may not copy.
const CUSTOM_KEPT: u32 = 0x4000_0bad;
/// What may begin where a block is looked for: those above, names, the journal, secrets, custom blocks.
const KNOWN: [u32; 11] = [
    SECTION,
    INTERFACE,
    OLD_PACKET,
    SIMPLE_PACKET,
    4,
    STATISTICS,
    PACKET,
    JOURNAL,
    10,
    CUSTOM,
    CUSTOM_KEPT,
];
/// Written at the beginning of a section, it shows the byte order.
const BYTE_ORDER: u32 = 0x1a2b_3c4d;
/// The longest block that is believed (as in Wireshark).
const LONGEST_BLOCK: usize = 1 << 24;

/// What is known while blocks go by.
#[derive(Debug)]
pub(super) struct PcapNg {
    order: Order,
    interfaces: Interfaces,
    /// When the last packet was seen: simple packets have no time of their own.
    time: u64,
}

impl PcapNg {
    /// Whether a capture begins like this; what it says is read with the other blocks.
    pub(super) fn open(head: &[u8]) -> Option<Self> {
        let order = section(head)?;
        Some(Self { order, interfaces: Interfaces::default(), time: 0 })
    }

    /// What the blocks said of the interfaces.
    pub(super) fn describe(self, outcome: &mut Outcome) {
        self.interfaces.describe(outcome);
    }

    /// How long the block is that begins here, with the byte order in which it is written.
    fn length(&self, bytes: &[u8]) -> Option<(u32, usize, Order)> {
        let order = match self.order.u32(bytes, 0) {
            SECTION => section(bytes)?,
            _ => self.order,
        };
        let length = order.u32(bytes, 4) as usize;
        (length >= 12 && length.is_multiple_of(4) && length <= LONGEST_BLOCK).then_some((
            order.u32(bytes, 0),
            length,
            order,
        ))
    }

    /// A packet of an interface: its place in the block and how many bytes were kept.
    fn packet(
        &mut self,
        block: &[u8],
        [interface, high, low, kept, length]: [u32; 5],
        at: usize,
        each: &mut impl FnMut(&Record<'_>),
    ) -> Result<(), Flaw> {
        let from = self.interfaces.get(interface).ok_or(self.interfaces.missing())?;
        let end = at.checked_add(kept as usize).filter(|it| *it + 4 <= block.len());
        let bytes = end.and_then(|end| block.get(at..end)).ok_or(Flaw::Block)?;
        self.time = from.clock.nanoseconds(u64::from(high) << 32 | u64::from(low));
        each(&from.record(self.time, length, bytes));
        Ok(())
    }

    /// Takes in a whole block.
    #[inline]
    fn block(
        &mut self,
        kind: u32,
        block: &[u8],
        each: &mut impl FnMut(&Record<'_>),
    ) -> Result<(), Flaw> {
        let order = self.order;
        match kind {
            PACKET if block.len() >= 32 => {
                let head = [8, 12, 16, 20, 24].map(|at| order.u32(block, at));
                self.packet(block, head, 28, each)
            }
            OLD_PACKET if block.len() >= 32 => {
                let interface = u32::from(order.u16(block, 8));
                let [high, low, kept, length] = [12, 16, 20, 24].map(|at| order.u32(block, at));
                self.packet(block, [interface, high, low, kept, length], 28, each)
            }
            SIMPLE_PACKET if block.len() >= 16 => {
                let from = self.interfaces.get(0).ok_or(Flaw::Interface)?;
                let length = order.u32(block, 8);
                let kept = from.kept(length).min(block.len() - 16);
                let bytes = block.get(12..12 + kept).ok_or(Flaw::Block)?;
                each(&from.record(self.time, length, bytes));
                Ok(())
            }
            INTERFACE if block.len() >= 20 => {
                self.interfaces.add(Described::read(order, block));
                Ok(())
            }
            STATISTICS if block.len() >= 24 => {
                self.interfaces.count(order, block);
                Ok(())
            }
            SECTION if block.len() >= 28 => {
                self.interfaces.section();
                Ok(())
            }
            JOURNAL | CUSTOM | CUSTOM_KEPT => {
                let (time, link_type, bytes) = (self.time, NO_PACKET, [].as_slice());
                each(&Record { time, interface: 0, link_type, length: 0, bytes });
                Ok(())
            }
            PACKET | OLD_PACKET | SIMPLE_PACKET | INTERFACE | STATISTICS | SECTION => {
                Err(Flaw::Block)
            }
            _ => Ok(()),
        }
    }
}

/// The byte order of a section that begins here.
fn section(bytes: &[u8]) -> Option<Order> {
    let begins = Order::Little.u32(bytes, 0) == SECTION;
    let order = [Order::Little, Order::Big].into_iter().find(|it| it.u32(bytes, 8) == BYTE_ORDER);
    order.filter(|_| begins)
}

impl Walk for PcapNg {
    fn walk(&mut self, bytes: &[u8], each: &mut impl FnMut(&Record<'_>)) -> Step {
        let mut used = 0;
        loop {
            let rest = bytes.get(used..).unwrap_or_default();
            if rest.len() < 12 {
                return Step::Need { used, bytes: 12 };
            }
            let Some((kind, length, order)) = self.length(rest) else {
                return Step::Flawed { used, flaw: Flaw::Block, go_on: None };
            };
            if length > RECORD {
                let packet = matches!(kind, PACKET | OLD_PACKET | SIMPLE_PACKET);
                let bytes = length as u64;
                return match packet {
                    true => Step::Flawed { used, flaw: Flaw::Length, go_on: Some(bytes) },
                    false => Step::Skip { used, bytes },
                };
            }
            let Some(block) = rest.get(..length) else {
                return Step::Need { used, bytes: length };
            };
            if order.u32(block, length - 4) as usize != length {
                return Step::Flawed { used, flaw: Flaw::Block, go_on: None };
            }
            self.order = order;
            if let Err(flaw) = self.block(kind, block, each) {
                return Step::Flawed { used, flaw, go_on: Some(length as u64) };
            }
            used += length;
        }
    }

    fn resume(&self, bytes: &[u8]) -> Option<usize> {
        (1..bytes.len()).find(|at| {
            let rest = bytes.get(*at..).unwrap_or_default();
            self.length(rest).is_some_and(|(kind, length, order)| {
                KNOWN.contains(&kind)
                    && rest
                        .get(..length)
                        .is_some_and(|it| order.u32(it, length - 4) as usize == length)
            })
        })
    }
}

//! A block of the kernel's ring, taken apart: packets with their times, and the VLAN tags that the
//! network card took off put back where they were.
//!
//! Source: Linux, `include/uapi/linux/if_packet.h` (`tpacket_block_desc`, `tpacket3_hdr`).

use super::number::Order;
use crate::observation::Record;

/// A tag was taken off.
const TAGGED: u32 = 1 << 4;
/// It also says of which kind it was.
const KIND_OF_TAG: u32 = 1 << 6;
/// The usual kind (IEEE 802.1Q).
const USUAL_TAG: u16 = 0x8100;
/// Bytes before every packet, and what then says from where it came.
const HEAD: usize = 48;
/// What this machine sends itself.
const OUTGOING: u8 = 4;
/// Both hardware addresses of a frame, after which its tags stand.
const ADDRESSES: usize = 12;
const ETHERNET: u16 = 1;

/// How packets of a ring are read.
#[derive(Debug)]
pub(super) struct Frames {
    /// Their link type.
    pub(super) link_type: u16,
    /// The loopback interface shows every packet going out and coming in: once is enough.
    pub(super) is_loopback: bool,
    /// Where tagged packets are put together.
    pub(super) whole: Vec<u8>,
}

impl Frames {
    /// Hands out every packet of a block.
    pub(super) fn each(&mut self, block: &[u8], each: &mut impl FnMut(&Record<'_>)) {
        let order = Order::NATIVE;
        // No more than there is room for, whatever the block says.
        let count = (order.u32(block, 12) as usize).min(block.len() / HEAD);
        let mut at = order.u32(block, 16) as usize;
        for _ in 0..count {
            let head = block.get(at..).unwrap_or_default();
            self.packet(head, each);
            match order.u32(head, 0) as usize {
                0 => break,
                next => at = at.saturating_add(next),
            }
        }
    }

    fn packet(&mut self, head: &[u8], each: &mut impl FnMut(&Record<'_>)) {
        let order = Order::NATIVE;
        let [seconds, nanoseconds, kept, length, status] =
            [4, 8, 12, 16, 20].map(|at| order.u32(head, at));
        let from = usize::from(order.u16(head, 24));
        let Some(bytes) = head.get(from..from.saturating_add(kept as usize)) else { return };
        if self.is_loopback && head.get(HEAD + 10) == Some(&OUTGOING) {
            return;
        }
        let time = u64::from(seconds) * 1_000_000_000 + u64::from(nanoseconds);
        let mut record = Record { time, interface: 0, link_type: self.link_type, length, bytes };
        if status & TAGGED != 0
            && self.link_type == ETHERNET
            && let Some((addresses, rest)) = bytes.split_at_checked(ADDRESSES)
        {
            let tag = order.u32(head, 32) as u16;
            let kind = if status & KIND_OF_TAG != 0 { order.u16(head, 36) } else { USUAL_TAG };
            self.whole.clear();
            self.whole.extend_from_slice(addresses);
            self.whole.extend_from_slice(&kind.to_be_bytes());
            self.whole.extend_from_slice(&tag.to_be_bytes());
            self.whole.extend_from_slice(rest);
            record.length = length.saturating_add(4);
            record.bytes = &self.whole;
        }
        each(&record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with packets of twenty bytes, some of them tagged.
    fn block(tags: &[Option<(u16, u16)>]) -> Vec<u8> {
        let mut block = vec![0; 48];
        block[12..16].copy_from_slice(&(tags.len() as u32).to_ne_bytes());
        block[16..20].copy_from_slice(&48_u32.to_ne_bytes());
        for (index, tag) in tags.iter().enumerate() {
            let status = if tag.is_some() { TAGGED | KIND_OF_TAG } else { 0 };
            let next = if index + 1 < tags.len() { 96 } else { 0 };
            let numbers = [next, 1000, 5, 20, 60, status, 68 | 68 << 16, 0];
            let (id, kind) = tag.unwrap_or_default();
            let tail = [u32::from(id), u32::from(kind), 0, 0];
            block.extend(numbers.iter().chain(&tail).flat_map(|it| it.to_ne_bytes()));
            block.extend([0; 20]);
            block.extend((0..20).map(|it| it + index as u8));
            block.extend([0; 8]);
        }
        block
    }

    fn read(block: &[u8]) -> Vec<(u64, u32, Vec<u8>)> {
        let mut frames = Frames { link_type: 1, is_loopback: false, whole: Vec::new() };
        let mut out = Vec::new();
        frames.each(block, &mut |it| out.push((it.time, it.length, it.bytes.to_vec())));
        out
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn tags_that_the_card_took_off_are_put_back() {
        let found = read(&block(&[None, Some((77, 0x8100)), Some((0x2005, 0x88a8))]));
        let plain: Vec<u8> = (0..20).collect();
        assert_eq!(found[0], (1_000_000_000_005, 60, plain));
        assert_eq!(found[1].1, 64);
        assert_eq!(found[1].2[10..18], [11, 12, 0x81, 0, 0, 77, 13, 14]);
        assert_eq!(found[2].2[12..16], [0x88, 0xa8, 0x20, 5]);
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_block_that_makes_no_sense_ends() {
        let whole = block(&[None, Some((1, 0x8100)), None]);
        for at in 0..whole.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut wrong = whole.clone();
                wrong[at] = value;
                assert!(read(&wrong).len() <= whole.len());
                read(&wrong[..at]);
            }
        }
    }
}

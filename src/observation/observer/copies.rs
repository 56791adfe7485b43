//! The same session at two places: a mirror of routed segments shows it in several networks, and
//! before and after translation under several addresses. It is told by what no second session has:
//! TCP's initial sequence numbers, or the random beginning of a protocol.

use super::Observer;
use super::exits::is_private;
use super::flow::{Flow, state};
use super::intern::fold;
use std::net::IpAddr;

/// A copy comes at once; a router that asks for a neighbour first may take a moment.
const SOON: u64 = 3_000_000_000;
const TCP: u8 = 6;

/// What two flows that are the same session share, beside its random beginning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shared {
    /// Both ends: it was routed.
    Both,
    /// The end that answers: the sender was translated.
    Answerer,
    /// The end that began: the receiver was translated.
    Initiator,
}

fn mix(sum: u64, word: u64) -> u64 {
    fold(sum ^ 0x9e37_79b9_7f4a_7c15, word ^ 0xd6e8_feb8_6659_fd93)
}

fn mix_end(sum: u64, (address, port): (IpAddr, u16)) -> u64 {
    let bits = match address {
        IpAddr::V4(it) => u128::from(it.to_bits()),
        IpAddr::V6(it) => it.to_bits(),
    };
    mix(mix(mix(sum, bits as u64), (bits >> 64) as u64), u64::from(port))
}

/// Half of a mark; 0 of none alone.
const fn half(mark: u64) -> u32 {
    let half = (mark ^ mark >> 32) as u32;
    if mark != 0 && half == 0 { 1 } else { half }
}

/// The marks of a flow, in the order of [`Shared::ALL`]: what it has in common with its copies and with
/// nothing else. 0 is none: nothing that is random enough.
type Marks = [u64; 3];

impl Shared {
    const ALL: [Self; 3] = [Self::Both, Self::Answerer, Self::Initiator];
}

/// Which marks may have come more than once: those that came once alone are told apart with a bit
/// for each of sixteen times as many.
struct Crowd {
    once: Vec<u64>,
    again: Vec<u64>,
}

impl Crowd {
    fn new(marks: usize) -> Self {
        let words = (marks / 4).next_power_of_two();
        Self { once: vec![0; words], again: vec![0; words] }
    }

    /// Where the bit of a mark is.
    const fn place(&self, mark: u32) -> (usize, u64) {
        ((mark >> 6) as usize & (self.once.len() - 1), 1 << (mark % 64))
    }

    fn add(&mut self, mark: u32) {
        let (word, bit) = self.place(mark);
        if let (Some(once), Some(again)) = (self.once.get_mut(word), self.again.get_mut(word)) {
            *again |= *once & bit;
            *once |= bit;
        }
    }

    fn may_share(&self, mark: u32) -> bool {
        let (word, bit) = self.place(mark);
        self.again.get(word).is_some_and(|it| it & bit != 0)
    }
}

impl Observer {
    /// Finds the sessions that the tap showed at several places, and keeps the first of each.
    pub(super) fn join_copies(&mut self) {
        // Nearly all are alone with their marks: half of a mark tells that, and only what may share it
        // is looked at again.
        let halves: Vec<_> = self.table.flows().map(|it| self.marks(it).map(half)).collect();
        for (place, shared) in Shared::ALL.into_iter().enumerate() {
            let halves = || (0..).zip(halves.iter().filter_map(|it| it.get(place)));
            let mut crowd = Crowd::new(self.table.len());
            halves().filter(|it| *it.1 != 0).for_each(|it| crowd.add(*it.1));
            let mut marked: Vec<(u64, u64, u32)> = halves()
                .filter(|(_, half)| **half != 0 && crowd.may_share(**half))
                .filter_map(|(number, _)| {
                    let flow = self.table.get(number)?;
                    let mark = self.marks(flow).get(place).copied().filter(|it| *it != 0)?;
                    Some((mark, flow.first, number))
                })
                .collect();
            marked.sort_unstable();
            for group in marked.chunk_by(|a, b| a.0 == b.0).filter(|it| it.len() > 1) {
                let Some(((_, first, leader), rest)) = group.split_first() else { continue };
                let (mut first, mut leader) = (*first, *leader);
                for (_, time, number) in rest {
                    if time.saturating_sub(first) > SOON {
                        (first, leader) = (*time, *number);
                    } else if self.is_copy_of(leader, *number, shared) {
                        self.joined(leader, *number, shared);
                    }
                }
            }
        }
    }

    /// The marks of a flow.
    fn marks(&self, flow: &Flow) -> Marks {
        if flow.has(state::IS_COPY) || !self.contexts.is_on_wire(flow.key.context()) {
            return [0; 3];
        }
        let (second, _) = self.initiator(flow);
        let [a, b] = flow.mark;
        let (forth, back) = if second { (b, a) } else { (a, b) };
        let protocol = flow.key.protocol();
        let is_greeted = protocol == TCP && flow.has(state::BY_SYN) && forth != 0;
        let first_packets = u64::from(forth) << 32 | u64::from(back);
        let random = match flow.hello {
            _ if is_greeted && flow.is_answered(second) => first_packets,
            _ if is_greeted => u64::from(forth) << 32,
            0 => first_packets,
            hello => u64::from(hello),
        };
        let sum = mix(random, u64::from(protocol));
        let end = |second| (self.address(flow, second), flow.key.end(second).1);
        let initiator = mix_end(sum, end(second));
        let both = mix_end(initiator, end(!second));
        // The first packets of both sides, with their numbers, tell a session only between the same ends.
        if !is_greeted && flow.hello == 0 {
            return [both.max(1), 0, 0];
        }
        [both, mix_end(sum, end(!second)), initiator].map(|it| it.max(1))
    }

    /// Whether one flow is another one, seen elsewhere. In another network but with the same
    /// hardware addresses or the same time to live it was not routed: then networks are mixed,
    /// which must stay visible.
    fn is_copy_of(&self, leader: u32, number: u32, shared: Shared) -> bool {
        let (Some(one), Some(other)) = (self.table.get(leader), self.table.get(number)) else {
            return false;
        };
        let (a, b) = (self.initiator(one).0, self.initiator(other).0);
        let ends = |flow: &Flow, second| (self.address(flow, second), self.address(flow, !second));
        let pick = |flow: &Flow, second: bool| {
            let ([a, b], [c, d]) = (flow.hop, flow.ttl);
            if second { (b, d) } else { (a, c) }
        };
        let ((hop, ttl), (other_hop, other_ttl)) = (pick(one, a), pick(other, b));
        match shared {
            Shared::Both => hop != other_hop && ttl != other_ttl,
            _ => ends(one, a) != ends(other, b) && (hop != other_hop || ttl != other_ttl),
        }
    }

    /// The second flow is counted no more. Its path becomes a fact of the first where both ends are the
    /// same; behind a translator it is one of the address that stands for others there.
    fn joined(&mut self, leader: u32, number: u32, shared: Shared) {
        let (Some(one), Some(other)) = (self.table.get(leader), self.table.get(number)) else {
            return;
        };
        let (a, b) = (self.initiator(one).0, self.initiator(other).0);
        let (one, other) = (*one, *other);
        let is_turned = a != b;
        let ([c, d], [e, f]) = (other.hop, other.ttl);
        let mut hops = vec![(false, c, e), (true, d, f)];
        hops.extend(self.more.hops(number));
        hops.retain(|_| shared == Shared::Both);
        let translated = match shared {
            Shared::Both => None,
            Shared::Answerer => Some((self.address(&one, a), self.address(&other, b), true)),
            Shared::Initiator => Some((self.address(&one, !a), self.address(&other, !b), false)),
        };
        if translated.is_some_and(|(one, other, is_usual)| {
            match (is_private(one), is_private(other)) {
                (true, false) => true,
                (false, true) => false,
                // Who asks is seen before the translator first, who is asked behind it last.
                _ => is_usual,
            }
        }) {
            self.outside.insert(number);
        }
        for (second, hop, ttl) in hops.into_iter().filter(|it| it.1 != 0) {
            self.more.hop(leader, second != is_turned, hop, ttl);
        }
        let (from, to) = (self.address(&other, b), self.address(&other, !b));
        if (from, to) != (self.address(&one, a), self.address(&one, !a)) {
            self.more.also(leader, format!("{from}>{to}"));
        }
        let [packets, others] = other.packets;
        self.copies += u64::from(packets) + u64::from(others);
        self.say(leader, other.said);
        if let Some(copy) = self.table.get_mut(number) {
            copy.state |= state::IS_COPY;
        }
    }
}

//! From flows to conversations and hosts, in the order in which a piece lists them. Only an order
//! is made, not a second copy: with a million flows that is what memory allows.

use super::super::facts::{Conversation, Count, Guess};
use super::super::outline::Outline;
use super::conversation::{Subject, Talk, add_new, has_ports, merge, settle};
use super::flow::{Flow, state};
use super::seen::Seen;
use super::{Observer, context, fold, hosts::FlowSeen};
use crate::wire::words::{Speech, Spoken};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const SECOND: u64 = 1_000_000_000;

/// Whether an address is of many: nobody's own.
pub(super) fn is_group(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => it.is_multicast() || it.is_broadcast(),
        IpAddr::V6(it) => it.is_multicast(),
    }
}

impl Observer {
    /// The address of an end of a flow.
    pub(super) fn address(&self, flow: &Flow, second: bool) -> IpAddr {
        self.address_of(flow.key.address(second))
    }

    /// The address of an end, by whether it is of IPv6, and itself or its number.
    pub(super) fn address_of(&self, (is_v6, address): (bool, u32)) -> IpAddr {
        if !is_v6 {
            return IpAddr::V4(Ipv4Addr::from_bits(address));
        }
        let known = self.addresses.get(address).copied();
        IpAddr::V6(known.unwrap_or(Ipv6Addr::UNSPECIFIED))
    }

    /// Whether the flow's second end began, and how that is known.
    pub(super) fn initiator(&self, flow: &Flow) -> (bool, Guess) {
        if flow.has(state::BY_SYN) {
            return flow.initiator([false; 2]);
        }
        flow.initiator([false, true].map(|it| is_group(self.address(flow, it))))
    }

    /// Which IP wrappings went against the order of their addresses on the way forth.
    fn turned(flow: &Flow, second_began: bool) -> u8 {
        if second_began == flow.has(state::FIRST_IS_SECOND) { flow.turned } else { !flow.turned }
    }

    fn subject(&self, flow: &Flow, second_began: bool, told: &Told) -> Subject {
        let place = told.place((flow.key.context(), Self::turned(flow, second_began)));
        let (vlans, inside) = told.texts.get(place as usize).cloned().unwrap_or_default();
        Subject {
            vlans,
            inside,
            from: self.address(flow, second_began),
            to: self.address(flow, !second_began),
            protocol: flow.key.protocol(),
            port: flow.key.end(!second_began).1,
        }
    }

    /// Adds a flow to its conversation.
    fn talk(
        &self,
        talk: &mut Talk,
        number: u32,
        flow: &Flow,
        (second_began, guess): (bool, Guess),
    ) {
        let pick = |[a, b]: [u64; 2]| if second_began { [b, a] } else { [a, b] };
        let [forth, back] = pick(flow.packets.map(u64::from));
        let [forth_bytes, back_bytes] = pick(flow.bytes);
        let seen =
            Seen { first: flow.first, last: flow.last, packets: forth + back, number: flow.number };
        talk.count(
            seen,
            Count { packets: forth, bytes: forth_bytes },
            Count { packets: back, bytes: back_bytes },
        );
        talk.guess = Some(talk.guess.map_or(guess, |it| it.min(guess)));
        talk.answered |= flow.is_answered(second_began);
        talk.sessions += u64::from(flow.sessions);
        let lasts = u64::from(flow.longest).max(flow.last.saturating_sub(flow.begun) / SECOND);
        talk.longest = talk.longest.max(lasts);
        talk.stretches.push((flow.first, flow.last));
        add_new(&mut talk.ports, flow.key.end(second_began).1);
        if flow.said != 0 {
            add_new(&mut talk.said, flow.said);
        }
        if let Some(tunnel) = tunnel(flow) {
            add_new(&mut talk.tunnels, tunnel);
        }
        if let Some(also) = self.more.also_as(number) {
            talk.also_as.extend(also.iter().cloned());
        }
        if flow.widened >= fold::NETWORKS {
            let width = if flow.key.is_v6() { 64 } else { 24 };
            let [from, to] = [second_began, !second_began].map(|it| self.address(flow, it));
            talk.also_as.insert(format!("{from}/{width}>{to}/{width}"));
        }
        talk.hour(flow.hour);
        for hour in self.more.hours(number) {
            talk.hour(hour);
        }
        let [a, b] = flow.hop;
        let more = self.more.hops(number).map(|(second, hop, _)| (second, hop));
        for (second, hop) in [(false, a), (true, b)].into_iter().chain(more) {
            // What came back tells the way forth only when nothing went forth.
            if hop != 0 && (second == second_began || forth == 0) {
                add_new(&mut talk.hops, (hop, second != second_began));
            }
        }
    }

    /// A conversation in words.
    fn conversation(&self, mut talk: Talk, subject: Subject) -> Option<Conversation> {
        settle(&mut talk.said);
        settle(&mut talk.tunnels);
        settle(&mut talk.hops);
        let speech = self.speech(&talk.said, &talk.tunnels);
        let hops = talk.hops.iter().filter_map(|(hop, is_back)| {
            let macs = self.hops.get(hop.checked_sub(1)?)?;
            let (from, to) = (macs.sender(), macs.receiver());
            Some(if *is_back { (to, from) } else { (from, to) })
        });
        let hops = hops.collect();
        talk.told(subject, speech, hops)
    }

    /// What was said, by its number + 1.
    fn saying_of(&self, said: u32) -> Option<&[Speech]> {
        self.sayings.get(said.checked_sub(1)?).map(Vec::as_slice)
    }

    /// What was said, by numbers, with the tunnels that were carried.
    fn speech(&self, said: &[u32], tunnels: &[Spoken]) -> Vec<Speech> {
        let mut said = said.iter().filter_map(|it| self.saying_of(*it));
        let mut speech = said.next().map(<[Speech]>::to_vec).unwrap_or_default();
        for more in said {
            merge(&mut speech, more.to_vec());
        }
        merge(&mut speech, tunnels.iter().copied().map(Speech::of).collect());
        speech
    }

    /// The flows in the order of their conversations.
    pub(super) fn order(&self) -> Order {
        let (mut told, ranks) = (Told::default(), self.ranks());
        let flows = (0..).zip(self.table.flows());
        let kept = flows.filter(|(_, flow)| !flow.has(state::IS_COPY));
        let mut flows: Vec<Placed> = kept
            .map(|(number, flow)| {
                let (second, _) = self.initiator(flow);
                let seen = (flow.key.context(), Self::turned(flow, second));
                told.ask(seen);
                let (from, to) = (ranks.of(flow, second), ranks.of(flow, !second));
                let port = u64::from(flow.key.end(!second).1);
                let high = u64::from(seen.0 << 8 | u32::from(seen.1)) << RANK_BITS | from;
                let low = to << 24 | u64::from(flow.key.protocol()) << 16 | port;
                Placed { subject: (high, low), number, second }
            })
            .collect();
        told.put_in_order(self);
        for Placed { subject: (high, _), .. } in &mut flows {
            let seen = *high >> RANK_BITS;
            let place = told.place(((seen >> 8) as u32, seen as u8));
            *high = u64::from(place) << RANK_BITS | *high & ((1 << RANK_BITS) - 1);
        }
        flows.sort_unstable_by_key(Placed::key);
        Order { told, flows }
    }

    /// The conversations, sorted.
    pub(super) fn conversations<'a>(
        &'a self,
        order: &'a Order,
    ) -> impl Iterator<Item = Conversation> + 'a {
        order.groups().filter_map(|group| self.grouped(order, group))
    }

    /// The conversation whose flows begin at a place of the order.
    pub(super) fn conversation_at(&self, order: &Order, place: usize) -> Option<Conversation> {
        let rest = order.flows.get(place..)?;
        self.grouped(order, rest.chunk_by(|a, b| a.subject == b.subject).next()?)
    }

    /// The conversation of these flows.
    fn grouped(&self, order: &Order, group: &[Placed]) -> Option<Conversation> {
        let (mut talk, mut subject) = (Talk::default(), None);
        for Placed { number, .. } in group {
            let Some(flow) = self.table.get(*number) else { continue };
            let began = self.initiator(flow);
            self.talk(&mut talk, *number, flow, began);
            subject = subject.or_else(|| Some(self.subject(flow, began.0, &order.told)));
        }
        self.conversation(talk, subject?)
    }

    /// The conversations in short, in the same order.
    pub(super) fn outlines<'a>(&'a self, order: &'a Order) -> impl Iterator<Item = Outline<'a>> {
        /// So many flows are fetched together.
        const AHEAD: usize = 64;
        let (mut place, mut fetched) = (0, 0);
        order.groups().filter_map(move |group| {
            place += group.len();
            if place > fetched {
                let next = order.flows.iter().skip(fetched).take(group.len() + AHEAD);
                self.table.fetch(next.map(|it| it.number));
                fetched += group.len() + AHEAD;
            }
            self.outline(group, place - group.len())
        })
    }

    fn outline(&self, group: &[Placed], place: usize) -> Option<Outline<'_>> {
        let leader = group.first()?;
        let first = self.table.get(leader.number)?;
        let [from, to] = [leader.second, !leader.second].map(|it| self.address(first, it));
        let protocol = first.key.protocol();
        let mut outline = Outline {
            place,
            from,
            to,
            protocol,
            port: has_ports(protocol).then(|| first.key.end(!leader.second).1),
            answered: false,
            bytes: 0,
            speech: Cow::Borrowed(&[]),
        };
        // Nearly always all flows say the same, or nothing.
        let (mut said, mut is_mixed) = (0, false);
        for Placed { number, second, .. } in group {
            let Some(flow) = self.table.get(*number) else { continue };
            outline.answered |= flow.is_answered(*second);
            let [a, b] = flow.bytes;
            outline.bytes = outline.bytes.saturating_add(a).saturating_add(b);
            is_mixed |= said != 0 && flow.said != 0 && flow.said != said;
            is_mixed |= tunnel(flow).is_some();
            said = said.max(flow.said);
        }
        outline.speech = if is_mixed {
            Cow::Owned(self.mixed_speech(group))
        } else {
            Cow::Borrowed(self.saying_of(said).unwrap_or_default())
        };
        Some(outline)
    }

    /// What is said in flows of which one says something else than another.
    fn mixed_speech(&self, group: &[Placed]) -> Vec<Speech> {
        let (mut said, mut tunnels) = (Vec::new(), Vec::new());
        for flow in group.iter().filter_map(|it| self.table.get(it.number)) {
            if flow.said != 0 {
                add_new(&mut said, flow.said);
            }
            tunnel(flow).into_iter().for_each(|it| add_new(&mut tunnels, it));
        }
        settle(&mut said);
        settle(&mut tunnels);
        self.speech(&said, &tunnels)
    }
}

/// How many bits the rank of an address has at most.
const RANK_BITS: u32 = 33;

/// Numbers of addresses that are in the order of the addresses: IPv4, then IPv6.
pub(super) struct Ranks(Vec<u32>);

impl Ranks {
    /// Of an end of a flow.
    pub(super) fn of(&self, flow: &Flow, second: bool) -> u64 {
        let (address, _) = flow.key.end(second);
        if !flow.key.is_v6() {
            return u64::from(address);
        }
        1 << 32 | u64::from(self.0.get(address as usize).copied().unwrap_or_default())
    }
}

impl Observer {
    pub(super) fn ranks(&self) -> Ranks {
        let mut ranked: Vec<u32> = (0..).take(self.addresses.items().len()).collect();
        ranked.sort_unstable_by_key(|it| self.addresses.get(*it));
        let mut ranks = vec![0u32; ranked.len()];
        for (rank, number) in (0..).zip(ranked) {
            if let Some(place) = ranks.get_mut(number as usize) {
                *place = rank;
            }
        }
        Ranks(ranks)
    }
}

/// The flows in the order of their conversations.
#[derive(Debug)]
pub(super) struct Order {
    told: Told,
    flows: Vec<Placed>,
}

impl Order {
    /// The flows of each conversation.
    fn groups(&self) -> impl Iterator<Item = &[Placed]> {
        self.flows.chunk_by(|a, b| a.subject == b.subject)
    }
}

/// A flow in the order of conversations.
#[derive(Clone, Copy, Debug)]
struct Placed {
    /// What makes its conversation that and no other one, in the order of the conversations.
    subject: (u64, u64),
    number: u32,
    /// The key's second end began.
    second: bool,
}

impl Placed {
    /// What it is sorted by, as numbers that are compared without a branch.
    const fn key(&self) -> (u128, u32) {
        let (high, low) = self.subject;
        ((high as u128) << 64 | low as u128, self.number)
    }
}

/// A context, and which of its IP wrappings go against the order of their addresses.
type Turned = (u32, u8);

/// The contexts of all flows as texts, in the order of the texts.
#[derive(Debug, Default)]
struct Told {
    texts: Vec<(Vec<u16>, Vec<String>)>,
    /// Where the text of a context is: of what goes with the order of its addresses, and against it.
    usual: Vec<[u32; 2]>,
    /// Of what goes partly with and partly against it.
    others: BTreeMap<Turned, u32>,
    /// What was asked for.
    asked: Vec<Turned>,
}

/// With the order of addresses or against it, throughout.
const fn throughout(turned: u8) -> Option<usize> {
    match turned {
        0 => Some(0),
        u8::MAX => Some(1),
        _ => None,
    }
}

impl Told {
    /// Asks for the text of a context.
    fn ask(&mut self, (context, turned): Turned) {
        const ASKED: u32 = 1;
        if self.usual.len() <= context as usize {
            self.usual.resize(context as usize + 1, [0; 2]);
        }
        let usual =
            throughout(turned).and_then(|it| self.usual.get_mut(context as usize)?.get_mut(it));
        let known = match usual {
            Some(place) => std::mem::replace(place, ASKED),
            None => self.others.insert((context, turned), ASKED).unwrap_or_default(),
        };
        if known != ASKED {
            self.asked.push((context, turned));
        }
    }

    /// Tells everything that was asked for.
    fn put_in_order(&mut self, observer: &Observer) {
        let mut texts: BTreeMap<_, Vec<Turned>> = BTreeMap::new();
        for (context, turned) in std::mem::take(&mut self.asked) {
            let text = observer.contexts.told(context, turned);
            texts.entry(text).or_default().push((context, turned));
        }
        for (place, contexts) in (0u32..).zip(texts.values()) {
            for (context, turned) in contexts {
                let usual = self.usual.get_mut(*context as usize);
                match throughout(*turned).and_then(|it| usual?.get_mut(it)) {
                    Some(known) => *known = place,
                    None => {
                        self.others.insert((*context, *turned), place);
                    }
                }
            }
        }
        self.texts = texts.into_keys().collect();
    }

    /// Where the text of a context is.
    fn place(&self, (context, turned): Turned) -> u32 {
        let usual = throughout(turned).and_then(|it| self.usual.get(context as usize)?.get(it));
        let other = || self.others.get(&(context, turned));
        usual.or_else(other).copied().unwrap_or_default()
    }
}

/// The tunnel that a flow carries; GRE and L2TP version 3 (RFC 3931) are one whatever they carry.
fn tunnel(flow: &Flow) -> Option<Spoken> {
    context::carried(flow.carries).or_else(|| match flow.key.protocol() {
        47 => Some(Spoken::Gre),
        115 => Some(Spoken::L2tp),
        _ => None,
    })
}

impl Observer {
    /// One flow, told.
    pub(super) fn told(&self, number: u32, flow: &Flow) -> FlowSeen {
        let (second, guess) = self.initiator(flow);
        let turned = Self::turned(flow, second);
        let (vlans, inside) = self.contexts.told(flow.key.context(), turned);
        let mut talk = Talk::default();
        self.talk(&mut talk, number, flow, (second, guess));
        FlowSeen {
            vlans,
            inside,
            from: (self.address(flow, second), flow.key.end(second).1),
            to: (self.address(flow, !second), flow.key.end(!second).1),
            protocol: flow.key.protocol(),
            guess,
            answered: talk.answered,
            forth: talk.forth,
            back: talk.back,
            speech: self.speech(&talk.said, &talk.tunnels),
            is_copy: flow.has(state::IS_COPY),
        }
    }
}

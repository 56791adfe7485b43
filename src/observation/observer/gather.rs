//! From flows to conversations and hosts, in the order in which a piece lists them. Only an order
//! is made, not a second copy: with a million flows that is what memory allows.

use super::super::facts::{Conversation, Count, Guess};
use super::conversation::{Subject, Talk};
use super::flow::{Flow, state};
use super::seen::Seen;
use super::{Observer, context, fold, hosts::FlowSeen};
use crate::wire::words::{Mac, Speech, Spoken};
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
        let (address, _) = flow.key.end(second);
        if !flow.key.is_v6() {
            return IpAddr::V4(Ipv4Addr::from_bits(address));
        }
        let known = self.addresses.get(address).copied();
        IpAddr::V6(known.unwrap_or(Ipv6Addr::UNSPECIFIED))
    }

    /// Whether the flow's second end began, and how that is known.
    pub(super) fn initiator(&self, flow: &Flow) -> (bool, Guess) {
        flow.initiator([false, true].map(|it| is_group(self.address(flow, it))))
    }

    /// Which IP wrappings went against the order of their addresses on the way forth.
    fn turned(flow: &Flow, second_began: bool) -> u8 {
        if second_began == flow.has(state::FIRST_IS_SECOND) { flow.turned } else { !flow.turned }
    }

    fn subject(&self, flow: &Flow, second_began: bool, told: &Told) -> Subject {
        let place = told.by_flow(flow, Self::turned(flow, second_began));
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

    /// One flow as a conversation of its own.
    fn talk(&self, number: u32, flow: &Flow, second_began: bool, guess: Guess) -> Talk {
        let pick = |[a, b]: [u64; 2]| if second_began { [b, a] } else { [a, b] };
        let [forth, back] = pick(flow.packets.map(u64::from));
        let [forth_bytes, back_bytes] = pick(flow.bytes);
        let seen =
            Seen { first: flow.first, last: flow.last, packets: forth + back, number: flow.number };
        let mut talk = Talk {
            seen,
            guess,
            answered: flow.is_answered(second_began),
            sessions: u64::from(flow.sessions),
            forth: Count { packets: forth, bytes: forth_bytes },
            back: Count { packets: back, bytes: back_bytes },
            longest: u64::from(flow.longest).max(flow.last.saturating_sub(flow.begun) / SECOND),
            stretches: vec![(flow.first, flow.last)],
            parallel: 0,
            hours: Default::default(),
            days: Default::default(),
            ports: [flow.key.end(second_began).1].into(),
            speech: self.speech(flow),
            hops: Default::default(),
            also_as: self.more.also_as(number),
        };
        if flow.widened >= fold::NETWORKS {
            let width = if flow.key.is_v6() { 64 } else { 24 };
            let [from, to] = [second_began, !second_began].map(|it| self.address(flow, it));
            talk.also_as.insert(format!("{from}/{width}>{to}/{width}"));
        }
        talk.hour(flow.hour);
        for hour in self.more.hours(number) {
            talk.hour(hour);
        }
        for (second, hop) in self.hops_of(number, flow) {
            // What came back tells the way forth only when nothing went forth.
            if second == second_began {
                talk.hops.insert(hop);
            } else if forth == 0 {
                talk.hops.insert((hop.1, hop.0));
            }
        }
        talk
    }

    /// The hardware addresses between which a flow went, from whom to whom, with the end that sent.
    pub(super) fn hops_of<'a>(
        &'a self,
        number: u32,
        flow: &'a Flow,
    ) -> impl Iterator<Item = (bool, (Mac, Mac))> + 'a {
        let [a, b] = flow.hop;
        let main = [(false, a), (true, b)].into_iter();
        let all = main.chain(self.more.hops(number).map(|(second, hop, _)| (second, hop)));
        all.filter_map(|(second, hop)| Some((second, self.hops.get(hop.checked_sub(1)?)?.macs())))
    }

    /// What was said in a flow, with the tunnel that it carries.
    pub(super) fn speech(&self, flow: &Flow) -> Vec<Speech> {
        let mut speech = match flow.said.checked_sub(1).and_then(|it| self.sayings.get(it)) {
            Some(said) => said.clone(),
            None => Vec::new(),
        };
        // GRE is a tunnel whatever it carries.
        let tunnel = context::carried(flow.carries);
        let tunnel = tunnel.or_else(|| (flow.key.protocol() == 47).then_some(Spoken::Gre));
        if let Some(spoken) = tunnel {
            let tunnel = Speech { spoken, details: Default::default() };
            super::conversation::merge(&mut speech, vec![tunnel]);
        }
        speech
    }

    /// The flows in the order of their conversations: a sort key and the flow's number.
    pub(super) fn order(&self) -> Order {
        let told = Told::new(self);
        let mut ranked: Vec<u32> = (0..).take(self.addresses.items().len()).collect();
        ranked.sort_unstable_by_key(|it| self.addresses.get(*it));
        let mut ranks = vec![0u32; ranked.len()];
        for (rank, number) in (0..).zip(ranked) {
            if let Some(place) = ranks.get_mut(number as usize) {
                *place = rank;
            }
        }
        let rank = |flow: &Flow, second| {
            let (address, _) = flow.key.end(second);
            if flow.key.is_v6() { ranks.get(address as usize).copied() } else { Some(address) }
        };
        let flows = (0..).zip(self.table.flows());
        let kept = flows.filter(|(_, flow)| !flow.has(state::IS_COPY));
        let mut order: Vec<(u64, u64, u32)> = kept
            .map(|(number, flow)| {
                let (second, _) = self.initiator(flow);
                let place = told.by_flow(flow, Self::turned(flow, second));
                let from = u64::from(rank(flow, second).unwrap_or_default());
                let to = u64::from(rank(flow, !second).unwrap_or_default());
                let port = u64::from(flow.key.end(!second).1);
                let high = u64::from(place) << 33 | u64::from(flow.key.is_v6()) << 32 | from;
                let low = to << 24 | u64::from(flow.key.protocol()) << 16 | port;
                (high, low, number)
            })
            .collect();
        order.sort_unstable();
        Order { told, order }
    }

    /// The conversations, sorted.
    pub(super) fn conversations<'a>(
        &'a self,
        order: &'a Order,
    ) -> impl Iterator<Item = Conversation> + 'a {
        order.order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter_map(move |group| {
            let mut all: Option<(Subject, Talk)> = None;
            for (_, _, number) in group {
                let Some(flow) = self.table.get(*number) else { continue };
                let (second, guess) = self.initiator(flow);
                let talk = self.talk(*number, flow, second, guess);
                match &mut all {
                    Some((_, known)) => known.add(talk),
                    None => all = Some((self.subject(flow, second, &order.told), talk)),
                }
            }
            all.map(|(subject, talk)| talk.told(subject))
        })
    }
}

/// The flows in the order of their conversations.
#[derive(Debug)]
pub(super) struct Order {
    told: Told,
    order: Vec<(u64, u64, u32)>,
}

/// The contexts of all flows as texts, in the order of the texts.
#[derive(Debug)]
struct Told {
    texts: Vec<(Vec<u16>, Vec<String>)>,
    places: BTreeMap<(u32, u8), u32>,
}

impl Told {
    fn new(observer: &Observer) -> Self {
        let mut texts: BTreeMap<_, Vec<(u32, u8)>> = BTreeMap::new();
        let mut known = std::collections::BTreeSet::new();
        for flow in observer.table.flows() {
            for turned in [flow.turned, !flow.turned] {
                let context = (flow.key.context(), turned);
                if known.insert(context) {
                    let text = observer.contexts.told(context.0, context.1);
                    texts.entry(text).or_default().push(context);
                }
            }
        }
        let mut places = BTreeMap::new();
        for (place, contexts) in (0u32..).zip(texts.values()) {
            places.extend(contexts.iter().map(|it| (*it, place)));
        }
        Self { texts: texts.into_keys().collect(), places }
    }

    fn by_flow(&self, flow: &Flow, turned: u8) -> u32 {
        self.places.get(&(flow.key.context(), turned)).copied().unwrap_or_default()
    }
}

impl Observer {
    /// One flow, told.
    pub(super) fn told(&self, number: u32, flow: &Flow) -> FlowSeen {
        let (second, guess) = self.initiator(flow);
        let turned = Self::turned(flow, second);
        let (vlans, inside) = self.contexts.told(flow.key.context(), turned);
        let talk = self.talk(number, flow, second, guess);
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
            speech: talk.speech,
            is_copy: flow.has(state::IS_COPY),
        }
    }
}

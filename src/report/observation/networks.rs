//! Which networks inside talk to each other, and about what: the first thing to hold against the plan
//! of zones. Networks are taken as /24 and /64, as most are; the tap does not see masks.

use super::rows::service;
use crate::observation::Outline;
use crate::wire::words::Spoken;
use ipnetwork::IpNetwork;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// So many pairs of networks are told apart; what comes after is counted.
const MOST: usize = 1 << 14;
/// So many services of a pair are kept.
const SERVICES: usize = 16;

/// What went from one network to another, or within one.
#[derive(Debug, Default)]
pub struct Between {
    /// How many conversations.
    pub conversations: usize,
    /// How many of them were answered.
    pub answered: usize,
    /// How many bytes, both ways.
    pub bytes: u64,
    /// What is spoken, with the service.
    pub services: BTreeSet<(Arc<str>, Option<Spoken>)>,
}

/// Pairs of networks: who began, with whom.
#[derive(Debug, Default)]
pub struct Networks {
    /// By the networks of who began, and with whom.
    pairs: HashMap<Pair, Between>,
    /// How many conversations are in none of them, because there were too many.
    pub others: usize,
    /// Services in words, each once.
    services: HashMap<(u8, Option<u16>), Arc<str>>,
}

/// Two networks: the first bits of their addresses, in numbers that are quick to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Pair {
    is_v6: bool,
    networks: [u64; 2],
}

impl Pair {
    /// How many bits of an address of IPv4, and of the 64 that are kept of one of IPv6, are the network.
    const V4: u8 = 24;
    const V6: u8 = 64;

    /// The networks in which two addresses are taken to be.
    fn of(from: IpAddr, to: IpAddr) -> Self {
        let first_bits = |it| match it {
            IpAddr::V4(it) => u64::from(it.to_bits() >> (32 - Self::V4)),
            IpAddr::V6(it) => (it.to_bits() >> (128 - Self::V6)) as u64,
        };
        Self { is_v6: from.is_ipv6(), networks: [from, to].map(first_bits) }
    }

    /// The networks themselves.
    fn told(self) -> Option<(IpNetwork, IpNetwork)> {
        let told = |bits: u64| match self.is_v6 {
            false => {
                let address = Ipv4Addr::from_bits((bits as u32) << (32 - Self::V4));
                IpNetwork::new(address.into(), Self::V4).ok()
            }
            true => {
                let address = Ipv6Addr::from_bits(u128::from(bits) << (128 - Self::V6));
                IpNetwork::new(address.into(), Self::V6).ok()
            }
        };
        let [from, to] = self.networks;
        told(from).zip(told(to))
    }
}

impl Networks {
    pub(super) fn add(&mut self, it: &Outline<'_>) {
        let pair = Pair::of(it.from, it.to);
        let is_full = self.pairs.len() >= MOST;
        let between = match self.pairs.entry(pair) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(_) if is_full => {
                self.others += 1;
                return;
            }
            Entry::Vacant(new) => new.insert(Between::default()),
        };
        between.conversations += 1;
        between.answered += usize::from(it.answered);
        between.bytes = between.bytes.saturating_add(it.bytes);
        let spoken = it.speech.first().map(|it| it.spoken);
        let known = self.services.entry((it.protocol, it.port));
        let service = known.or_insert_with(|| service(it.protocol, it.port).into());
        between.services.insert((Arc::clone(service), spoken));
        if between.services.len() > SERVICES {
            between.services.pop_last();
        }
    }

    /// The pairs, those between two networks first, then those with the most bytes.
    pub fn sorted(&self) -> Vec<((IpNetwork, IpNetwork), &Between)> {
        let pairs = self.pairs.iter().filter_map(|(pair, it)| Some((pair.told()?, it)));
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_by_key(|(pair, it)| (pair.0 == pair.1, std::cmp::Reverse(it.bytes), *pair));
        pairs
    }
}

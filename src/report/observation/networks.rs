//! Which networks inside talk to each other, and about what: the first thing to hold against the plan
//! of zones. Networks are taken as /24 and /64, as most are; the tap does not see masks.

use super::rows::service;
use crate::observation::Outline;
use crate::wire::words::Spoken;
use ipnetwork::IpNetwork;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
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
    /// By who began, and with whom.
    pairs: HashMap<(IpNetwork, IpNetwork), Between>,
    /// How many conversations are in none of them, because there were too many.
    pub others: usize,
    /// Services in words, each once.
    services: HashMap<(u8, Option<u16>), Arc<str>>,
}

/// The network that an address is taken to be in.
fn network(address: IpAddr) -> Option<IpNetwork> {
    let width = if address.is_ipv4() { 24 } else { 64 };
    let whole = IpNetwork::new(address, width).ok()?;
    IpNetwork::new(whole.network(), width).ok()
}

impl Networks {
    pub(super) fn add(&mut self, it: &Outline<'_>) {
        let Some(pair) = network(it.from).zip(network(it.to)) else { return };
        if self.pairs.len() >= MOST && !self.pairs.contains_key(&pair) {
            self.others += 1;
            return;
        }
        let between = self.pairs.entry(pair).or_default();
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
    pub fn sorted(&self) -> Vec<(&(IpNetwork, IpNetwork), &Between)> {
        let mut pairs: Vec<_> = self.pairs.iter().collect();
        pairs.sort_by_key(|(pair, it)| (pair.0 == pair.1, std::cmp::Reverse(it.bytes), **pair));
        pairs
    }
}

//! Hosts: addresses that were seen to send. Who is only asked for is none.

use super::super::facts::{Count, Guess, Host, Wrap};
use super::exits::NextHop;
use super::gather::is_group;
use super::seen::Seen;
use super::{Observer, fold};
use crate::wire::words::{Mac, Speech};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A pair of hardware addresses: from whom, to whom; as numbers, which are quicker to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Hop(u64, u64);

impl Hop {
    #[inline]
    pub(super) const fn new(from: Mac, to: Mac) -> Self {
        const fn number(Mac([a, b, c, d, e, f]): Mac) -> u64 {
            u64::from_be_bytes([0, 0, a, b, c, d, e, f])
        }
        Self(number(from), number(to))
    }

    pub(super) const fn macs(self) -> (Mac, Mac) {
        const fn mac(number: u64) -> Mac {
            let [_, _, rest @ ..] = number.to_be_bytes();
            Mac(rest)
        }
        (mac(self.0), mac(self.1))
    }
}

/// One flow, as it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowSeen {
    /// VLAN tags, outermost first.
    pub vlans: Vec<u16>,
    /// What it was wrapped in, outermost first.
    pub inside: Vec<Wrap>,
    /// Who began, with the port.
    pub from: (IpAddr, u16),
    /// With whom, with the port.
    pub to: (IpAddr, u16),
    /// The IP protocol number.
    pub protocol: u8,
    /// How it is known who began.
    pub guess: Guess,
    /// `to` answered.
    pub answered: bool,
    /// What `from` sent.
    pub forth: Count,
    /// What `to` sent.
    pub back: Count,
    /// What was spoken.
    pub speech: Vec<Speech>,
    /// It is the same as another flow, seen elsewhere.
    pub is_copy: bool,
}

/// What is known of a host while it is put together.
#[derive(Clone, Debug, Default)]
struct Known {
    seen: Option<Seen>,
    vlans: BTreeSet<u16>,
    macs: BTreeSet<Mac>,
}

impl Known {
    fn add(&mut self, seen: Seen) {
        match &mut self.seen {
            Some(known) => known.add(seen),
            None => self.seen = Some(seen),
        }
    }

    fn merge(&mut self, other: Self) {
        if let Some(seen) = other.seen {
            self.add(seen);
        }
        self.vlans.extend(other.vlans);
        self.macs.extend(other.macs);
    }
}

/// Whether an address can be a host's.
fn is_host(address: IpAddr) -> bool {
    !is_group(address) && !address.is_unspecified()
}

impl Observer {
    /// The flows, in the order in which they began.
    pub fn flows(&self) -> impl Iterator<Item = FlowSeen> + '_ {
        (0..).zip(self.table.flows()).map(|(number, flow)| self.told(number, flow))
    }

    /// What claims say of addresses: who owns them, and that they spoke.
    fn claimed(&self) -> BTreeMap<IpAddr, Known> {
        let mut known: BTreeMap<IpAddr, Known> = BTreeMap::new();
        for ((vlan, mac, address), seen) in self.claims.spoken() {
            let host = known.entry(*address).or_default();
            host.add(*seen);
            host.vlans.extend(*vlan);
            host.macs.insert(*mac);
        }
        for (mac, address) in self.claims.leased() {
            known.entry(*address).or_default().macs.insert(*mac);
        }
        known
    }

    /// The hosts, sorted by address.
    pub(super) fn hosts<'a>(
        &'a self,
        exits: &'a BTreeSet<NextHop>,
    ) -> impl Iterator<Item = Host> + 'a {
        let mut senders: Vec<(IpAddr, u32, bool)> = Vec::new();
        let flows = (0..).zip(self.table.flows());
        for (number, flow) in flows.filter(|it| it.1.widened < fold::NETWORKS) {
            for (second, packets) in [false, true].into_iter().zip(flow.packets) {
                if packets > 0 {
                    senders.push((self.address(flow, second), number, second));
                }
            }
        }
        senders.sort_unstable();
        let mut claimed = self.claimed().into_iter().peekable();
        let mut at = 0;
        std::iter::from_fn(move || {
            let sender = senders.get(at).map(|it| it.0);
            let claim = claimed.peek().map(|it| it.0);
            let address = sender.into_iter().chain(claim).min()?;
            let mut known = match claimed.next_if(|it| it.0 == address) {
                Some((_, known)) => known,
                None => Known::default(),
            };
            let group = senders.get(at..).unwrap_or_default();
            let group = group.iter().take_while(|it| it.0 == address);
            for (_, number, second) in group {
                at += 1;
                known.merge(self.sent(*number, *second, exits));
            }
            Some((address, known))
        })
        .filter_map(|(address, known)| self.host(address, known))
    }

    /// What one direction of a flow tells of its sender.
    fn sent(&self, number: u32, second: bool, exits: &BTreeSet<NextHop>) -> Known {
        let Some(flow) = self.table.get(number) else { return Known::default() };
        let [a, b] = flow.packets;
        let packets = u64::from(if second { b } else { a });
        let seen = Seen { first: flow.first, last: flow.last, packets, number: flow.number };
        let vlan = self.contexts.vlan(flow.key.context());
        let vlans = vlan.filter(|_| self.is_at_home(flow, second, exits)).into_iter().collect();
        Known { seen: Some(seen), vlans, macs: BTreeSet::new() }
    }

    fn host(&self, address: IpAddr, known: Known) -> Option<Host> {
        let seen = known.seen.filter(|_| is_host(address))?;
        Some(Host {
            address,
            vlans: known.vlans,
            macs: known.macs,
            names: self.lessons.names().get(&address).cloned().unwrap_or_default(),
            is_virtual: self.lessons.is_virtual(address),
            seen: seen.sighting(),
        })
    }
}

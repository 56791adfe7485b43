//! Hosts: addresses that were seen to send. Who is only asked for is none.

use super::super::facts::{Count, Guess, Host, Wrap};
use super::exits::is_at_home;
use super::flow::Flow;
use super::gather::is_group;
use super::intern::Interned;
use super::next_hops::NextHop;
use super::seen::Seen;
use super::{Observer, fold};
use crate::wire::frame::Macs;
use crate::wire::words::{Mac, Speech};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

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
}

/// Whether the sender of the last flow came out of an exit: many in a row are alike.
#[derive(Debug, Default)]
struct Homes {
    last: Option<(u32, u32)>,
    is_exit: bool,
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
        // By rank of the address, which is quicker to sort by than the address.
        let ranks = self.ranks();
        let mut senders: Vec<(u64, u32)> = Vec::new();
        let flows = (0..).zip(self.table.flows());
        for (number, flow) in flows.filter(|it| it.1.widened < fold::NETWORKS) {
            for (second, packets) in [false, true].into_iter().zip(flow.packets) {
                if packets > 0 {
                    senders.push((ranks.of(flow, second) << 1 | u64::from(second), number));
                }
            }
        }
        senders.sort_unstable();
        let sender = |it: &(u64, u32)| {
            let second = it.0 & 1 == 1;
            Some((self.table.get(it.1)?, second))
        };
        let mut claimed = self.claimed().into_iter().peekable();
        let mut homes = Homes::default();
        let mut at = 0;
        std::iter::from_fn(move || {
            let next = senders.get(at).and_then(sender).map(|it| self.address(it.0, it.1));
            let claim = claimed.peek().map(|it| it.0);
            let address = next.into_iter().chain(claim).min()?;
            let mut known = match claimed.next_if(|it| it.0 == address) {
                Some((_, known)) => known,
                None => Known::default(),
            };
            if next == Some(address) {
                let group = senders.get(at..).unwrap_or_default();
                let group = group.chunk_by(|a, b| a.0 >> 1 == b.0 >> 1).next().unwrap_or_default();
                at += group.len();
                for (flow, second) in group.iter().filter_map(sender) {
                    self.sent(&mut known, flow, second, &mut homes, exits);
                }
            }
            Some((address, known))
        })
        .filter_map(|(address, known)| self.host(address, known))
    }

    /// How many hosts there are.
    pub(super) fn hosts_len(&self) -> usize {
        // By whether an address is of IPv6, and itself or its number.
        let mut senders = Interned::new(usize::MAX);
        for flow in self.table.flows().filter(|it| it.widened < fold::NETWORKS) {
            for (second, packets) in [false, true].into_iter().zip(flow.packets) {
                if packets > 0 {
                    senders.number(flow.key.address(second));
                }
            }
        }
        // Who claimed an address may have sent nothing else.
        let mut others = BTreeSet::new();
        for ((_, _, address), _) in self.claims.spoken() {
            let known = match address {
                IpAddr::V4(it) => Some((false, it.to_bits())),
                IpAddr::V6(it) => self.addresses.known(it).map(|it| (true, it)),
            };
            match known {
                Some(known) => drop(senders.number(known)),
                None => drop(others.insert(*address)),
            }
        }
        let hosts = senders.items().iter().filter(|it| is_host(self.address_of(**it))).count();
        hosts + others.len()
    }

    /// What one direction of a flow tells of its sender.
    fn sent(
        &self,
        known: &mut Known,
        flow: &Flow,
        second: bool,
        homes: &mut Homes,
        exits: &BTreeSet<NextHop>,
    ) {
        let ([a, b], [c, d]) = (flow.packets, flow.hop);
        let (packets, hop) = if second { (b, d) } else { (a, c) };
        let packets = u64::from(packets);
        known.add(Seen { first: flow.first, last: flow.last, packets, number: flow.number });
        let context = flow.key.context();
        let Some(vlan) = self.contexts.vlan(context) else { return };
        if homes.last != Some((context, hop)) {
            let from = hop.checked_sub(1).and_then(|it| self.hops.get(it)).map(Macs::sender);
            homes.is_exit = from.is_some_and(|it| exits.contains(&(Some(vlan), it)));
            homes.last = Some((context, hop));
        }
        if (!homes.is_exit || is_at_home(flow, second)) && !known.vlans.contains(&vlan) {
            known.vlans.insert(vlan);
        }
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

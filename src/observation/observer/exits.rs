//! Exits: hardware addresses that carry what is not theirs. The next hops that carry addresses
//! from elsewhere are the exits in use, whatever a plan says.
//!
//! What tells an address from elsewhere: the next hop is known to own others (ARP); it was
//! forwarded already (its time to live is none that a sender begins with); it is public and the
//! other end is private; or one next hop carries several networks.

use super::super::facts::{Exit, RoleSeen};
use super::flow::{Flow, state};
use super::gather::is_group;
use super::next_hops::{NextHop, NextHops};
use super::seen::Seen;
use super::{Observer, fold};
use crate::wire::words::Role;
use ipnetwork::IpNetwork;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr};

/// How many networks are listed before they are widened.
const LISTED: usize = 64;
/// How many networks of its own a station may have: IPv6 gives it several.
const OWN_V4: usize = 1;
const OWN_V6: usize = 3;

/// The network that an address is taken to be in: /24, /64.
fn network(address: IpAddr) -> IpAddr {
    widened(address, 24, 64)
}

fn widened(address: IpAddr, v4: u32, v6: u32) -> IpAddr {
    match address {
        IpAddr::V4(it) => {
            let mask = u32::MAX.checked_shl(32 - v4).unwrap_or(0);
            IpAddr::V4((it.to_bits() & mask).into())
        }
        IpAddr::V6(it) => {
            let mask = u128::MAX.checked_shl(128 - v6).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(it.to_bits() & mask))
        }
    }
}

/// Whether an address can be far away: one station's, and not of the link alone.
fn can_be_far(address: IpAddr) -> bool {
    let is_of_link = match address {
        IpAddr::V4(it) => it.is_link_local() || it.is_loopback(),
        IpAddr::V6(it) => it.is_unicast_link_local() || it.is_loopback(),
    };
    !is_of_link && !is_group(address) && !address.is_unspecified()
}

/// Whether an address is of inside networks (RFC 1918, RFC 6598, RFC 4193).
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => it.is_private() || (it.to_bits() >> 22) == (0x6440_0000 >> 22),
        IpAddr::V6(it) => it.is_unique_local(),
    }
}

/// Whether a packet with this time to live was forwarded: no system begins with it.
const fn is_forwarded(ttl: u8) -> bool {
    !matches!(ttl, 0..=4 | 30 | 32 | 60 | 64 | 128 | 255)
}

/// One direction of a flow on the tapped wire.
#[derive(Clone, Copy)]
struct Way {
    from: IpAddr,
    to: IpAddr,
    ttl: u8,
    /// Of what came back from the same next hop, where something did.
    ttl_back: Option<u8>,
    seen: Seen,
}

/// What one direction of a flow tells; `is_one_way`: it goes back the way that it came.
fn way(flow: &Flow, [a, b]: [IpAddr; 2], second: bool, ttl: u8, is_one_way: bool) -> Way {
    let pick = |[a, b]: [u32; 2], second: bool| if second { b } else { a };
    let [c, d] = flow.ttl;
    let (from, to, ttl_back) = if second { (b, a, c) } else { (a, b, d) };
    Way {
        from,
        to,
        ttl,
        ttl_back: (is_one_way && pick(flow.packets, !second) > 0).then_some(ttl_back),
        seen: Seen {
            first: flow.first,
            last: flow.last,
            packets: u64::from(pick(flow.packets, second)),
            number: flow.number,
        },
    }
}

/// What is known of a next hop.
#[derive(Debug, Default)]
struct Known {
    own: BTreeSet<IpAddr>,
    own_networks: BTreeSet<IpAddr>,
    /// Whether addresses of its own are known that can be far: of IPv4, of IPv6.
    has: [bool; 2],
    /// Networks of addresses that are not known to be its own, a few: sent by it, sent to it.
    sent: BTreeSet<IpAddr>,
    received: BTreeSet<IpAddr>,
    is_exit: bool,
}

impl Known {
    fn owns(&mut self, address: IpAddr) {
        self.own.insert(address);
        self.own_networks.insert(network(address));
        let [v4, v6] = &mut self.has;
        *(if address.is_ipv4() { v4 } else { v6 }) |= can_be_far(address);
    }

    /// Whether it is known which addresses of this kind are its own; those of the link alone say
    /// nothing about others.
    const fn is_known(&self, address: IpAddr) -> bool {
        let [v4, v6] = self.has;
        if address.is_ipv4() { v4 } else { v6 }
    }

    fn is_own(&self, address: IpAddr) -> bool {
        self.own_networks.contains(&network(address))
    }

    /// Whether an address that it carries is from elsewhere, as far as is known of it alone.
    fn is_foreign(&self, address: IpAddr, other: IpAddr, ttl: Option<u8>) -> bool {
        let is_elsewhere = can_be_far(address) && !self.is_own(address);
        is_elsewhere
            && match ttl {
                _ if self.is_known(address) => true,
                // Two in one network may stand on one link, whatever they begin with.
                _ if network(address) == network(other) => false,
                Some(ttl) => is_forwarded(ttl),
                None => !is_private(address) && is_private(other),
            }
    }

    fn is_exit(&self) -> bool {
        let several = |networks: &BTreeSet<IpAddr>| {
            let v4 = networks.iter().filter(|it| it.is_ipv4()).count();
            v4 > OWN_V4 || networks.len() - v4 > OWN_V6
        };
        self.is_exit || several(&self.sent) || several(&self.received)
    }
}

/// Adds a network to a few.
fn add_few(to: &mut BTreeSet<IpAddr>, address: IpAddr) {
    if to.len() < 2 * (OWN_V4 + OWN_V6 + 1) {
        to.insert(network(address));
    }
}

/// Addresses, widened as soon as there are too many to list. The result does not depend on the
/// order in which they come.
#[derive(Debug, Default)]
struct Listed {
    /// How wide, as a step.
    step: usize,
    addresses: BTreeSet<IpAddr>,
}

impl Listed {
    const STEPS: [(u8, u8); 4] = [(32, 128), (24, 64), (16, 48), (8, 32)];

    fn widths(&self) -> (u8, u8) {
        Self::STEPS.get(self.step).copied().unwrap_or((0, 0))
    }

    fn add(&mut self, address: IpAddr) {
        let (v4, v6) = self.widths();
        self.addresses.insert(widened(address, v4.into(), v6.into()));
        while self.addresses.len() > LISTED && self.step < Self::STEPS.len() {
            self.step += 1;
            let (v4, v6) = self.widths();
            let all = std::mem::take(&mut self.addresses).into_iter();
            self.addresses = all.map(|it| widened(it, v4.into(), v6.into())).collect();
        }
    }

    fn told(&self) -> BTreeSet<IpNetwork> {
        let (v4, v6) = self.widths();
        let width = |it: &IpAddr| if it.is_ipv4() { v4 } else { v6 };
        self.addresses.iter().filter_map(|it| IpNetwork::new(*it, width(it)).ok()).collect()
    }
}

/// An exit while it is put together.
#[derive(Debug, Default)]
struct Carried {
    outward: Listed,
    inward: Listed,
    seen: Option<Seen>,
}

impl Carried {
    fn add(&mut self, seen: Seen) {
        match &mut self.seen {
            Some(known) => known.add(seen),
            None => self.seen = Some(seen),
        }
    }
}

/// The one with this number, made when it is not there yet.
fn of<T: Default>(all: &mut Vec<T>, number: usize) -> Option<&mut T> {
    if all.len() <= number {
        all.resize_with(number + 1, T::default);
    }
    all.get_mut(number)
}

impl Observer {
    /// Every direction of every flow that crossed the tapped wire, with who sent and who received
    /// it there, by number, where those are stations.
    fn each_way(
        &self,
        hops: &mut NextHops,
        mut each: impl FnMut(Option<usize>, Option<usize>, Way),
    ) {
        let flows = (0..).zip(self.table.flows());
        // Behind a translator goes what is its own: the way out of those inside is the one to it.
        let flows = flows.filter(|it| !self.outside.contains(&it.0));
        for (number, flow) in flows.filter(|it| it.1.widened < fold::NETWORKS) {
            let context = flow.key.context();
            let ends = [false, true].map(|it| self.address(flow, it));
            let ([a, b], [c, d]) = (flow.hop, flow.ttl);
            // What came back tells of the next hop only when it came from there.
            let is_one_way = self.is_back_and_forth(a, b);
            for (second, hop, ttl) in [(false, a, c), (true, b, d)] {
                if let Some((sender, receiver)) = hops.between(self, context, hop) {
                    each(sender, receiver, way(flow, ends, second, ttl, is_one_way));
                }
            }
            for (second, hop, ttl) in self.more.hops(number) {
                if let Some((sender, receiver)) = hops.between(self, context, hop) {
                    each(sender, receiver, way(flow, ends, second, ttl, false));
                }
            }
        }
    }

    /// Whether one pair of hardware addresses is the other one, turned round.
    fn is_back_and_forth(&self, forth: u32, back: u32) -> bool {
        let macs = |it: u32| it.checked_sub(1).and_then(|it| self.hops.get(it));
        macs(forth).zip(macs(back)).is_some_and(|(a, b)| *a == b.turned())
    }

    /// The next hops that are exits, with what they own.
    fn next_hops(&self, hops: &mut NextHops) -> Vec<Known> {
        let mut known: Vec<Known> = Vec::new();
        for ((vlan, mac, address), _) in self.claims.spoken() {
            if let Some(hop) = hops.number((*vlan, *mac)) {
                of(&mut known, hop).into_iter().for_each(|it: &mut Known| it.owns(*address));
            }
        }
        self.each_way(hops, |sender, receiver, way| {
            if let Some(hop) = sender.and_then(|it| of(&mut known, it)) {
                // Who sends to a group chooses the time to live as it likes.
                let ttl = (!is_group(way.to)).then_some(way.ttl);
                hop.is_exit = hop.is_exit || hop.is_foreign(way.from, way.to, ttl);
                if can_be_far(way.from) && !hop.is_own(way.from) {
                    add_few(&mut hop.sent, way.from);
                }
            }
            if let Some(hop) = receiver.and_then(|it| of(&mut known, it)) {
                hop.is_exit = hop.is_exit || hop.is_foreign(way.to, way.from, way.ttl_back);
                if can_be_far(way.to) && !hop.is_own(way.to) {
                    add_few(&mut hop.received, way.to);
                }
            }
        });
        known
    }

    /// The exits, sorted.
    pub(super) fn exits(&self) -> Vec<Exit> {
        let mut hops = NextHops::default();
        let known = self.next_hops(&mut hops);
        let is_exit: Vec<bool> = known.iter().map(Known::is_exit).collect();
        let exit = |hop: Option<usize>| {
            let hop = hop.filter(|it| is_exit.get(*it) == Some(&true))?;
            Some((hop, known.get(hop)?))
        };
        let mut carried: Vec<Carried> = Vec::new();
        let is_behind = |hop: &Known, address: IpAddr, ttl: Option<u8>| {
            // Without any sign, a private address next to the exit is its own.
            can_be_far(address)
                && !hop.is_own(address)
                && (!hop.own.is_empty() || !is_private(address) || ttl.is_none_or(is_forwarded))
        };
        self.each_way(&mut hops, |sender, receiver, way| {
            let behind = exit(sender).filter(|it| is_behind(it.1, way.from, Some(way.ttl)));
            if let Some(exit) = behind.and_then(|it| of(&mut carried, it.0)) {
                exit.inward.add(way.from);
                exit.add(way.seen);
            }
            let behind = exit(receiver).filter(|it| is_behind(it.1, way.to, way.ttl_back));
            if let Some(exit) = behind.and_then(|it| of(&mut carried, it.0)) {
                exit.outward.add(way.to);
                exit.add(way.seen);
            }
        });
        let told = hops.names().iter().zip(carried).enumerate().filter_map(|(hop, named)| {
            let ((vlan, mac), carried) = named;
            Some(Exit {
                mac: *mac,
                vlan: *vlan,
                own: known.get(hop).map(|it| it.own.clone()).unwrap_or_default(),
                outward: carried.outward.told(),
                inward: carried.inward.told(),
                seen: carried.seen?.sighting(),
            })
        });
        let mut told: Vec<_> = told.collect();
        told.sort_by_key(|it| (it.mac, it.vlan));
        told
    }

    /// Who answers for addresses in several networks does it for others.
    pub(super) fn proxies(&self) -> Vec<RoleSeen> {
        let mut answered: BTreeMap<NextHop, BTreeSet<IpAddr>> = BTreeMap::new();
        for (vlan, mac, address) in self.claims.answered() {
            answered.entry((*vlan, *mac)).or_default().insert(*address);
        }
        answered.retain(|_, addresses| {
            let networks: BTreeSet<_> = addresses.iter().map(|it| network(*it)).collect();
            networks.len() > 1
        });
        let told = answered.into_iter().filter_map(|((vlan, mac), addresses)| {
            let spoken = self.claims.spoken().filter(|((v, m, _), _)| (*v, *m) == (vlan, mac));
            let seen = spoken.map(|it| *it.1).reduce(|mut a, b| {
                a.add(b);
                a
            })?;
            let words = addresses.iter().take(LISTED).map(ToString::to_string).collect();
            Some(RoleSeen {
                role: Role::ProxyArp,
                mac: Some(mac),
                address: None,
                vlan,
                details: BTreeMap::from([("answers-for".to_owned(), words)]).into(),
                seen: seen.sighting(),
            })
        });
        told.collect()
    }
}

/// Whether a flow's sender is at home behind an exit: what it sent was not forwarded.
pub(super) fn is_at_home(flow: &Flow, second: bool) -> bool {
    let [a, b] = flow.ttl;
    !flow.has(state::IS_COPY) && !is_forwarded(if second { b } else { a })
}

//! Which hardware address owns which address: told by ARP (RFC 826), neighbour discovery
//! (RFC 4861) and leases. Only who speaks for itself counts: who is asked for may not exist.

use super::answers::checksum;
use super::intern::{BySum, Interned, secret};
use super::seen::{Moment, Seen};
use crate::wire::words::Mac;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How many claims are kept.
const MOST: usize = 1 << 18;
/// How many messages of ARP are known again.
const HEARD: usize = 1 << 14;
/// How long such a message is (RFC 826, of IPv4 over Ethernet).
const ARP: usize = 28;

/// Who claims what on which VLAN.
pub(super) type Claim = (Option<u16>, Mac, IpAddr);

/// Everything that was claimed.
#[derive(Clone, Debug)]
pub(super) struct Claims {
    /// Claims by the owner itself, by speaking, by number.
    spoken: Interned<Claim>,
    /// When each of them was made.
    seen: Vec<Seen>,
    /// Which claim a message of ARP makes, by its checksum: nearly all were heard before.
    heard: BySum<u32>,
    secret: u64,
    /// Claims by answering a question (ARP replies that were asked for).
    answered: BTreeSet<Claim>,
    /// What a DHCP server gave to whom. Does not prove that anybody is there.
    leased: BTreeSet<(Mac, IpAddr)>,
}

impl Default for Claims {
    fn default() -> Self {
        Self {
            spoken: Interned::new(MOST),
            seen: Vec::new(),
            heard: BySum::default(),
            secret: secret(),
            answered: BTreeSet::new(),
            leased: BTreeSet::new(),
        }
    }
}

/// A message of ARP.
#[derive(Clone, Copy, Debug)]
struct Arp {
    is_reply: bool,
    sender: Mac,
    address: Ipv4Addr,
    target: Ipv4Addr,
}

fn arp(message: &[u8; ARP]) -> Option<Arp> {
    let [0, 1, 0x08, 0x00, 6, 4, 0, operation, m0, m1, m2, m3, m4, m5, a0, a1, a2, a3, ..] =
        *message
    else {
        return None;
    };
    let target = message.last_chunk::<4>()?;
    Some(Arp {
        is_reply: operation == 2,
        sender: Mac([m0, m1, m2, m3, m4, m5]),
        address: Ipv4Addr::new(a0, a1, a2, a3),
        target: Ipv4Addr::from(*target),
    })
}

/// Who owns which address, as a message of neighbour discovery says: the source of a question with
/// its link-layer address, or what is advertised. `bytes` begins with the ICMPv6 header.
fn neighbour(source: Ipv6Addr, bytes: &[u8]) -> Option<(Ipv6Addr, Mac)> {
    const SOURCE: u8 = 1;
    const TARGET: u8 = 2;
    let (address, wanted, mut options) = match *bytes.first()? {
        133 => (source, SOURCE, bytes.get(8..)?),
        134 => (source, SOURCE, bytes.get(16..)?),
        135 => (source, SOURCE, bytes.get(24..)?),
        136 => (Ipv6Addr::from(*bytes.get(8..)?.first_chunk::<16>()?), TARGET, bytes.get(24..)?),
        _ => return None,
    };
    while let Some([kind, length, rest @ ..]) = options.split_first_chunk::<2>().map(|_| options) {
        if *kind == wanted && *length == 1 {
            return Some((address, Mac(*rest.first_chunk::<6>()?)));
        }
        options = options.get(usize::from(*length).max(1) * 8..)?;
    }
    None
}

/// Whether an address can be somebody's.
fn is_own(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => !it.is_unspecified() && !it.is_multicast() && !it.is_broadcast(),
        IpAddr::V6(it) => !it.is_unspecified() && !it.is_multicast(),
    }
}

impl Claims {
    /// Hears a message of ARP.
    pub(super) fn arp(&mut self, vlan: Option<u16>, bytes: &[u8], moment: Moment) -> bool {
        let Some(message) = bytes.first_chunk() else { return false };
        let about = vlan.map_or(0, |it| u64::from(it) + 1);
        let sum = checksum(about ^ self.secret, self.secret, message);
        let known = self.heard.get(&sum).and_then(|it| self.seen.get_mut(*it as usize));
        if let Some(seen) = known {
            seen.add(Seen::at(moment));
            return true;
        }
        let Some(arp) = arp(message) else { return false };
        let claim = (vlan, arp.sender, IpAddr::V4(arp.address));
        if arp.is_reply && arp.target != arp.address && self.answered.len() < MOST {
            self.answered.insert(claim);
        }
        if let Some(number) = self.claim(claim, moment) {
            if self.heard.len() >= HEARD {
                self.heard.clear();
            }
            self.heard.insert(sum, number);
        }
        true
    }

    /// Hears a message of neighbour discovery.
    pub(super) fn neighbour(
        &mut self,
        vlan: Option<u16>,
        source: Ipv6Addr,
        bytes: &[u8],
        moment: Moment,
    ) {
        if let Some((address, mac)) = neighbour(source, bytes) {
            self.claim((vlan, mac, IpAddr::V6(address)), moment);
        }
    }

    /// Hears of a lease.
    pub(super) fn lease(&mut self, address: IpAddr, mac: Mac) {
        if mac.is_station() && is_own(address) && self.leased.len() < MOST {
            self.leased.insert((mac, address));
        }
    }

    fn claim(&mut self, claim: Claim, moment: Moment) -> Option<u32> {
        let (_, mac, address) = claim;
        (mac.is_station() && is_own(address)).then(|| self.add(claim, Seen::at(moment)))?
    }

    /// Adds a claim, and when it was made; gives its number, unless there are too many.
    fn add(&mut self, claim: Claim, seen: Seen) -> Option<u32> {
        let number = self.spoken.number(claim)?;
        match self.seen.get_mut(number as usize) {
            Some(known) => known.add(seen),
            None => self.seen.push(seen),
        }
        Some(number)
    }

    /// Who spoke for its own address, with when.
    pub(super) fn spoken(&self) -> impl Iterator<Item = (&Claim, &Seen)> {
        self.spoken.items().iter().zip(&self.seen)
    }

    /// Who answered questions for which address.
    pub(super) fn answered(&self) -> impl Iterator<Item = &Claim> {
        self.answered.iter()
    }

    /// What was leased to whom.
    pub(super) fn leased(&self) -> impl Iterator<Item = &(Mac, IpAddr)> {
        self.leased.iter()
    }

    /// What another observer heard of the packets that follow `by` others.
    pub(super) fn absorb(&mut self, later: Self, by: u64) {
        for (claim, seen) in later.spoken() {
            self.add(*claim, seen.after(by));
        }
        self.answered.extend(later.answered);
        self.leased.extend(later.leased);
    }
}

//! One packet.

use super::cube::{Cube, WITH_PORTS, WITH_TYPES};
use crate::model::device::{States, Transport};
use crate::model::{Point, RangeSet, Service};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One packet, as far as filters, routes and translations look at it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Packet {
    /// From where.
    pub source: IpAddr,
    /// To where; of the same family.
    pub destination: IpAddr,
    /// IP protocol number (IANA).
    pub protocol: u8,
    /// Source port; 0 for protocols without ports.
    pub source_port: u16,
    /// Destination port; 0 for protocols without ports.
    pub destination_port: u16,
    /// ICMP type; 0 for other protocols.
    pub icmp_type: u8,
    /// The state of its connection: one of them.
    pub state: States,
}

/// Ports that a person thinks of first.
pub(in crate::reach) const FAMILIAR: [u16; 12] =
    [3389, 22, 443, 80, 445, 23, 21, 5900, 104, 1521, 53, 500];
/// The first port of the range that clients use (RFC 6335, 6).
pub(in crate::reach) const CLIENT: u16 = 49152;

impl Packet {
    /// A packet that opens a TCP session.
    pub fn tcp(source: IpAddr, destination: IpAddr, port: u16) -> Self {
        Self {
            source,
            destination,
            protocol: 6,
            source_port: CLIENT,
            destination_port: port,
            icmp_type: 0,
            state: States::NEW,
        }
    }

    /// The service that it asks for, when it is one that has a notation.
    pub fn service(&self) -> Service {
        Service::of(self.protocol, self.destination_port)
    }

    /// What it is carried by. What its protocol does not have, ports or a type, is any.
    pub(super) fn transport(&self) -> Transport {
        let mut transport = Transport::protocol(self.protocol);
        if WITH_PORTS.contains(&self.protocol) {
            transport.source_ports = RangeSet::one(self.source_port);
            transport.destination_ports = RangeSet::one(self.destination_port);
        }
        if WITH_TYPES.contains(&self.protocol) {
            transport.icmp_types = RangeSet::one(self.icmp_type);
        }
        transport
    }

    pub(super) fn of_v4(cubes: Vec<&Cube<u32>>) -> Option<Self> {
        Self::of(cubes, |it| Ipv4Addr::from_bits(it).into())
    }

    pub(super) fn of_v6(cubes: Vec<&Cube<u128>>) -> Option<Self> {
        Self::of(cubes, |it| Ipv6Addr::from_bits(it).into())
    }

    /// One respect is chosen after the other, of what all products allow that agree so far: so it
    /// does not matter how the set is cut.
    fn of<A: Point>(mut cubes: Vec<&Cube<A>>, address: impl Fn(A) -> IpAddr) -> Option<Self> {
        let states = [States::NEW, States::ESTABLISHED, States::RELATED, States::INVALID];
        let allowed = |state: &States| cubes.iter().any(|it| it.states.includes(*state));
        let state = states.into_iter().find(allowed)?;
        cubes.retain(|it| it.states.includes(state));
        let protocol =
            chosen(&mut cubes, |it| &it.protocols, |all| preferred(all, &[6, 17, 1, 58]))?;
        let mut packet = Self {
            source: address(A::FIRST),
            destination: address(A::FIRST),
            protocol,
            source_port: 0,
            destination_port: 0,
            icmp_type: 0,
            state,
        };
        if WITH_PORTS.contains(&protocol) {
            packet.destination_port =
                chosen(&mut cubes, |it| &it.destination_ports, |all| preferred(all, &FAMILIAR))?;
        }
        if WITH_TYPES.contains(&protocol) {
            let echo = if protocol == 1 { [8, 0] } else { [128, 129] };
            packet.icmp_type =
                chosen(&mut cubes, |it| &it.icmp_types, |all| preferred(all, &echo))?;
        }
        packet.destination = address(chosen(&mut cubes, |it| &it.destination, host)?);
        packet.source = address(chosen(&mut cubes, |it| &it.source, host)?);
        if WITH_PORTS.contains(&protocol) {
            packet.source_port =
                chosen(&mut cubes, |it| &it.source_ports, |all| preferred(all, &[CLIENT]))?;
        }
        Some(packet)
    }
}

/// Chooses a number in one respect, and keeps the products that allow it.
fn chosen<A, T: Point>(
    cubes: &mut Vec<&Cube<A>>,
    respect: impl Fn(&Cube<A>) -> &RangeSet<T>,
    choice: impl Fn(&RangeSet<T>) -> Option<T>,
) -> Option<T> {
    let all = RangeSet::of(cubes.iter().flat_map(|it| respect(it).ranges().iter().copied()));
    let chosen = choice(&all)?;
    cubes.retain(|it| respect(it).contains(chosen));
    Some(chosen)
}

/// The first of some numbers that is in a set, else the smallest of the set.
fn preferred<T: Point>(set: &RangeSet<T>, first: &[T]) -> Option<T> {
    let known = first.iter().find(|it| set.contains(**it)).copied();
    known.or_else(|| set.ranges().first().map(|it| it.0))
}

/// An address that a host could have: not the first of its range when there is a second.
fn host<A: Point>(set: &RangeSet<A>) -> Option<A> {
    let wide = set.ranges().iter().find(|(first, last)| first < last);
    match wide {
        Some((first, _)) => first.next(),
        None => set.ranges().first().map(|it| it.0),
    }
}

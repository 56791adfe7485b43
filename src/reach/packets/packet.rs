//! One packet.

use super::cube::Cube;
use crate::model::device::States;
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
const FAMILIAR: [u16; 12] = [3389, 22, 443, 80, 445, 23, 21, 5900, 104, 1521, 53, 500];
/// The first port of the range that clients use (RFC 6335, 6).
const CLIENT: u16 = 49152;

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

    pub(super) fn of_v4(cube: &Cube<u32>) -> Option<Self> {
        let source = Ipv4Addr::from_bits(host(&cube.source)?);
        let destination = Ipv4Addr::from_bits(host(&cube.destination)?);
        Self::of(cube, source.into(), destination.into())
    }

    pub(super) fn of_v6(cube: &Cube<u128>) -> Option<Self> {
        let source = Ipv6Addr::from_bits(host(&cube.source)?);
        let destination = Ipv6Addr::from_bits(host(&cube.destination)?);
        Self::of(cube, source.into(), destination.into())
    }

    fn of<A: Point>(cube: &Cube<A>, source: IpAddr, destination: IpAddr) -> Option<Self> {
        let protocol = [6, 17, 1, 58].into_iter().find(|it| cube.protocols.contains(*it));
        let protocol = protocol.or_else(|| Some(cube.protocols.ranges().first()?.0))?;
        let ports = matches!(protocol, 6 | 17);
        let familiar = FAMILIAR.into_iter().find(|it| cube.destination_ports.contains(*it));
        let first = |set: &RangeSet<u16>| set.ranges().first().map(|it| it.0);
        let client = || cube.source_ports.contains(CLIENT).then_some(CLIENT);
        let any = |set: &RangeSet<u16>| set.is_all().then_some(0).or_else(|| first(set));
        let icmp = match protocol {
            1 => [8, 0].into_iter().find(|it| cube.icmp_types.contains(*it)),
            58 => [128, 129].into_iter().find(|it| cube.icmp_types.contains(*it)),
            _ => cube.icmp_types.contains(0).then_some(0),
        };
        let states = [States::NEW, States::ESTABLISHED, States::RELATED, States::INVALID];
        Some(Self {
            source,
            destination,
            protocol,
            source_port: match ports {
                true => client().or_else(|| first(&cube.source_ports))?,
                false => any(&cube.source_ports)?,
            },
            destination_port: match ports {
                true => familiar.or_else(|| first(&cube.destination_ports))?,
                false => any(&cube.destination_ports)?,
            },
            icmp_type: icmp.or_else(|| Some(cube.icmp_types.ranges().first()?.0))?,
            state: states.into_iter().find(|it| cube.states.includes(*it))?,
        })
    }
}

/// An address that a host could have: not the first of its range when there is a second.
fn host<A: Point>(set: &RangeSet<A>) -> Option<A> {
    let wide = set.ranges().iter().find(|(first, last)| first < last);
    match wide {
        Some((first, _)) => first.next(),
        None => set.ranges().first().map(|it| it.0),
    }
}

//! Exact sets of packets of both families.

use super::cube::{Cube, WITH_PORTS, among};
use super::cubes::Cubes;
use super::packet::Packet;
use crate::model::device::{Match, States, Transport};
use crate::model::{AddressSet, Point, RangeSet, Service};
use std::net::IpAddr;

/// A set of packets. Equality is equality of sets, however they came about.
#[derive(Clone, Debug, Default)]
pub struct PacketSet {
    v4: Cubes<u32>,
    v6: Cubes<u128>,
}

impl PacketSet {
    /// No packet.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every packet of both families.
    pub fn any() -> Self {
        Self { v4: [Cube::any()].into_iter().collect(), v6: [Cube::any()].into_iter().collect() }
    }

    /// Packets between addresses, of any of some transports, in states. The transports may overlap.
    /// A condition on ports holds of no packet that has none, one on ICMP types of ICMP only.
    pub fn of(
        source: &AddressSet,
        destination: &AddressSet,
        transports: &[Transport],
        states: States,
    ) -> Self {
        let v4 = |it| Cube::of(source.v4.clone(), destination.v4.clone(), it, states);
        let v6 = |it| Cube::of(source.v6.clone(), destination.v6.clone(), it, states);
        Self { v4: transports.iter().map(v4).collect(), v6: transports.iter().map(v6).collect() }
    }

    /// Packets that open sessions between addresses for services; no service means any.
    pub fn sessions(source: &AddressSet, destination: &AddressSet, services: &[Service]) -> Self {
        let transports: Vec<Transport> = match services {
            [] => vec![Transport::any()],
            services => services.iter().flat_map(|it| it.transports()).collect(),
        };
        Self::of(source, destination, &transports, States::NEW)
    }

    /// The packets of a match, whatever interfaces it names: at most these when it is not exact.
    pub fn of_match(when: &Match) -> Self {
        Self::of(&when.source, &when.destination, &when.transports, when.states)
    }

    /// Its products of IPv4, disjoint.
    pub fn v4(&self) -> impl Iterator<Item = &Cube<u32>> {
        self.v4.iter()
    }

    /// Its products of IPv6, disjoint.
    pub fn v6(&self) -> impl Iterator<Item = &Cube<u128>> {
        self.v6.iter()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether it holds a packet.
    pub fn contains(&self, packet: &Packet) -> bool {
        let transport = packet.transport();
        match (packet.source, packet.destination) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                let (from, to) = (RangeSet::one(from.to_bits()), RangeSet::one(to.to_bits()));
                self.v4.meeting(&Cube::of(from, to, &transport, packet.state)).next().is_some()
            }
            (IpAddr::V6(from), IpAddr::V6(to)) => {
                let (from, to) = (RangeSet::one(from.to_bits()), RangeSet::one(to.to_bits()));
                self.v6.meeting(&Cube::of(from, to, &transport, packet.state)).next().is_some()
            }
            _ => false,
        }
    }

    /// Whether the two have a packet in common.
    pub fn meets(&self, other: &Self) -> bool {
        fn meet<A: Point>(a: &Cubes<A>, b: &Cubes<A>) -> bool {
            b.iter().any(|it| a.meeting(it).next().is_some())
        }
        meet(&self.v4, &other.v4) || meet(&self.v6, &other.v6)
    }

    /// Everything in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        fn both<A: Point>(a: &Cubes<A>, b: &Cubes<A>) -> Cubes<A> {
            let mut both = Cubes::default();
            for it in b.iter() {
                a.meeting(it).for_each(|its| both.push(its.intersection(it)));
            }
            both
        }
        Self { v4: both(&self.v4, &other.v4), v6: both(&self.v6, &other.v6) }
    }

    /// Everything that is in this one and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut rest = self.clone();
        other.v4.iter().for_each(|it| rest.v4.take(it));
        other.v6.iter().for_each(|it| rest.v6.take(it));
        rest
    }

    /// Everything in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.extend(other);
        all
    }

    /// Adds everything that is in another.
    pub fn extend(&mut self, other: &Self) {
        other.v4.iter().for_each(|it| self.v4.add(it.clone()));
        other.v6.iter().for_each(|it| self.v6.add(it.clone()));
    }

    /// Adds everything that is in another, of which nothing is there yet.
    pub(in crate::reach) fn adjoin(&mut self, other: Self) {
        other.v4.iter().for_each(|it| self.v4.push(it.clone()));
        other.v6.iter().for_each(|it| self.v6.push(it.clone()));
    }

    /// Whether everything of the other is in this one.
    pub fn includes(&self, other: &Self) -> bool {
        fn cover<A: Point>(a: &Cubes<A>, b: &Cubes<A>) -> bool {
            b.iter().all(|it| a.outside(it).is_empty())
        }
        cover(&self.v4, &other.v4) && cover(&self.v6, &other.v6)
    }

    /// One of its packets, of the kind that a person would choose: from a low address, from a high
    /// port, to a port that something listens on. Equal sets give the same packet.
    pub fn sample(&self) -> Option<Packet> {
        let v4: Vec<_> = self.v4.iter().collect();
        let v6: Vec<_> = self.v6.iter().collect();
        Packet::of_v4(v4).or_else(|| Packet::of_v6(v6))
    }

    /// The source addresses of its packets.
    pub fn sources(&self) -> AddressSet {
        AddressSet {
            v4: RangeSet::of(self.v4.iter().flat_map(|it| it.source.ranges().iter().copied())),
            v6: RangeSet::of(self.v6.iter().flat_map(|it| it.source.ranges().iter().copied())),
        }
    }

    /// The destination addresses of its packets.
    pub fn destinations(&self) -> AddressSet {
        let v4 = self.v4.iter().flat_map(|it| it.destination.ranges().iter().copied());
        let v6 = self.v6.iter().flat_map(|it| it.destination.ranges().iter().copied());
        AddressSet { v4: RangeSet::of(v4), v6: RangeSet::of(v6) }
    }

    /// Its packets from some addresses.
    #[must_use]
    pub fn from(&self, sources: &AddressSet) -> Self {
        self.intersection(&Self::of(sources, &AddressSet::any(), &[Transport::any()], States::ALL))
    }

    /// Its packets to some addresses.
    #[must_use]
    pub fn to(&self, destinations: &AddressSet) -> Self {
        let any = AddressSet::any();
        self.intersection(&Self::of(&any, destinations, &[Transport::any()], States::ALL))
    }

    /// Its packets after a translation of their sources to any of some addresses, from any port.
    /// Families without a new address lose their packets.
    #[must_use]
    pub fn with_source(&self, sources: &AddressSet) -> Self {
        fn moved<A: Point>(cubes: &Cubes<A>, source: &RangeSet<A>) -> Cubes<A> {
            let to = |it: &Cube<A>| Cube {
                source: source.clone(),
                source_ports: RangeSet::all(),
                ..it.clone()
            };
            cubes.iter().map(to).collect()
        }
        Self { v4: moved(&self.v4, &sources.v4), v6: moved(&self.v6, &sources.v6) }
    }

    /// Its packets after a translation of their destinations to any of some addresses, and of their
    /// ports, if they have any, where these change. Families without a new address lose their
    /// packets.
    #[must_use]
    pub fn with_destination(
        &self,
        destinations: &AddressSet,
        ports: Option<&RangeSet<u16>>,
    ) -> Self {
        fn moved<A: Point>(
            cubes: &Cubes<A>,
            to: &RangeSet<A>,
            ports: Option<&RangeSet<u16>>,
        ) -> Cubes<A> {
            let to = |it: &Cube<A>| Cube { destination: to.clone(), ..it.clone() };
            let Some(ports) = ports else { return cubes.iter().map(to).collect() };
            let each = cubes.iter().map(to).flat_map(|it| {
                let changed = Cube {
                    protocols: among(&it.protocols, &WITH_PORTS),
                    destination_ports: ports.clone(),
                    ..it.clone()
                };
                [Cube { protocols: it.protocols.difference(&changed.protocols), ..it }, changed]
            });
            each.collect()
        }
        Self {
            v4: moved(&self.v4, &destinations.v4, ports),
            v6: moved(&self.v6, &destinations.v6, ports),
        }
    }

    /// The answers to its packets: source and destination change places, the session is open. A
    /// message of ICMP may be answered by one of any type.
    #[must_use]
    pub fn answers(&self) -> Self {
        fn turned<A: Point>(cube: &Cube<A>) -> Cube<A> {
            Cube {
                source: cube.destination.clone(),
                destination: cube.source.clone(),
                protocols: cube.protocols.clone(),
                source_ports: cube.destination_ports.clone(),
                destination_ports: cube.source_ports.clone(),
                icmp_types: RangeSet::all(),
                states: States::ESTABLISHED,
            }
        }
        Self { v4: self.v4.iter().map(turned).collect(), v6: self.v6.iter().map(turned).collect() }
    }
}

impl PartialEq for PacketSet {
    fn eq(&self, other: &Self) -> bool {
        self.includes(other) && other.includes(self)
    }
}

impl Eq for PacketSet {}

impl From<&Packet> for PacketSet {
    fn from(packet: &Packet) -> Self {
        let (source, destination) = (packet.source.into(), packet.destination.into());
        Self::of(&source, &destination, &[packet.transport()], packet.state)
    }
}

impl FromIterator<Self> for PacketSet {
    fn from_iter<I: IntoIterator<Item = Self>>(sets: I) -> Self {
        let mut all = Self::none();
        sets.into_iter().for_each(|it| all.extend(&it));
        all
    }
}

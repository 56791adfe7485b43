//! Exact sets of packets of both families, as disjoint products of sets.

use super::cube::Cube;
use super::packet::Packet;
use crate::model::device::{Match, States, Transport};
use crate::model::{AddressSet, Point, RangeSet, Service};

/// A set of packets. Its products are disjoint, so that counting and taking away are exact; equality
/// is equality of sets, however they are cut.
#[derive(Clone, Debug, Default)]
pub struct PacketSet {
    v4: Vec<Cube<u32>>,
    v6: Vec<Cube<u128>>,
}

impl PacketSet {
    /// No packet.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every packet of both families.
    pub fn any() -> Self {
        Self { v4: vec![Cube::any()], v6: vec![Cube::any()] }
    }

    /// Packets between addresses, of any of some transports, in states. The transports may overlap.
    pub fn of(
        source: &AddressSet,
        destination: &AddressSet,
        transports: &[Transport],
        states: States,
    ) -> Self {
        let mut set = Self::none();
        for it in transports {
            let v4 = Cube::of(source.v4.clone(), destination.v4.clone(), it, states);
            let v6 = Cube::of(source.v6.clone(), destination.v6.clone(), it, states);
            add(&mut set.v4, v4);
            add(&mut set.v6, v6);
        }
        set
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
    pub fn v4(&self) -> &[Cube<u32>] {
        &self.v4
    }

    /// Its products of IPv6, disjoint.
    pub fn v6(&self) -> &[Cube<u128>] {
        &self.v6
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether it holds a packet.
    pub fn contains(&self, packet: &Packet) -> bool {
        !self.intersection(&packet.into()).is_empty()
    }

    /// Whether the two have a packet in common.
    pub fn meets(&self, other: &Self) -> bool {
        fn meet<A: Point>(a: &[Cube<A>], b: &[Cube<A>]) -> bool {
            a.iter().any(|a| b.iter().any(|b| a.meets(b)))
        }
        meet(&self.v4, &other.v4) || meet(&self.v6, &other.v6)
    }

    /// Everything in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        fn both<A: Point>(a: &[Cube<A>], b: &[Cube<A>]) -> Vec<Cube<A>> {
            let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
            pairs.filter(|(a, b)| a.meets(b)).map(|(a, b)| a.intersection(b)).collect()
        }
        Self { v4: both(&self.v4, &other.v4), v6: both(&self.v6, &other.v6) }
    }

    /// Everything that is in this one and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut rest = self.clone();
        for cube in &other.v4 {
            take(&mut rest.v4, cube);
        }
        for cube in &other.v6 {
            take(&mut rest.v6, cube);
        }
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
        for cube in &other.v4 {
            add(&mut self.v4, cube.clone());
        }
        for cube in &other.v6 {
            add(&mut self.v6, cube.clone());
        }
    }

    /// Whether everything of the other is in this one.
    pub fn includes(&self, other: &Self) -> bool {
        other.difference(self).is_empty()
    }

    /// One of its packets, of the kind that a person would choose: from a low address, from a high
    /// port, to a port that something listens on. The same set gives the same packet.
    pub fn sample(&self) -> Option<Packet> {
        let v4 = self.v4.iter().find_map(Packet::of_v4);
        v4.or_else(|| self.v6.iter().find_map(Packet::of_v6))
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

    /// Its packets after a translation of their sources to any of some addresses. Families without
    /// a new address lose their packets.
    #[must_use]
    pub fn with_source(&self, sources: &AddressSet) -> Self {
        let mut set = Self::none();
        for cube in &self.v4 {
            let source = sources.v4.clone();
            add(&mut set.v4, Cube { source, source_ports: RangeSet::all(), ..cube.clone() });
        }
        for cube in &self.v6 {
            let source = sources.v6.clone();
            add(&mut set.v6, Cube { source, source_ports: RangeSet::all(), ..cube.clone() });
        }
        set
    }

    /// Its packets after a translation of their destinations to any of some addresses, and of their
    /// ports where these change.
    #[must_use]
    pub fn with_destination(
        &self,
        destinations: &AddressSet,
        ports: Option<&RangeSet<u16>>,
    ) -> Self {
        let mut set = Self::none();
        for cube in &self.v4 {
            let mut cube = Cube { destination: destinations.v4.clone(), ..cube.clone() };
            cube.destination_ports = ports.unwrap_or(&cube.destination_ports).clone();
            add(&mut set.v4, cube);
        }
        for cube in &self.v6 {
            let mut cube = Cube { destination: destinations.v6.clone(), ..cube.clone() };
            cube.destination_ports = ports.unwrap_or(&cube.destination_ports).clone();
            add(&mut set.v6, cube);
        }
        set
    }

    /// The answers to its packets: source and destination change places, the session is open.
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
        let mut set = Self::none();
        self.v4.iter().for_each(|it| add(&mut set.v4, turned(it)));
        self.v6.iter().for_each(|it| add(&mut set.v6, turned(it)));
        set
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
        let transport = Transport {
            protocols: RangeSet::one(packet.protocol),
            source_ports: RangeSet::one(packet.source_port),
            destination_ports: RangeSet::one(packet.destination_port),
            icmp_types: RangeSet::one(packet.icmp_type),
        };
        let (source, destination) = (packet.source.into(), packet.destination.into());
        Self::of(&source, &destination, &[transport], packet.state)
    }
}

impl FromIterator<Self> for PacketSet {
    fn from_iter<I: IntoIterator<Item = Self>>(sets: I) -> Self {
        let mut all = Self::none();
        sets.into_iter().for_each(|it| all.extend(&it));
        all
    }
}

/// Adds the part of a product that is not there yet.
fn add<A: Point>(cubes: &mut Vec<Cube<A>>, cube: Cube<A>) {
    if cube.is_empty() {
        return;
    }
    let mut new = vec![cube];
    for known in cubes.iter() {
        take(&mut new, known);
    }
    cubes.append(&mut new);
}

/// Takes a product away.
fn take<A: Point>(cubes: &mut Vec<Cube<A>>, gone: &Cube<A>) {
    if !cubes.iter().any(|it| it.meets(gone)) {
        return;
    }
    let mut rest = Vec::with_capacity(cubes.len());
    for cube in cubes.drain(..) {
        cube.without(gone, &mut rest);
    }
    *cubes = rest;
}

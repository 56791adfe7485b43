//! Packets of one family as a product of sets: in every respect a set of numbers.

use crate::model::device::{States, Transport};
use crate::model::{Point, RangeSet};

/// A product of sets, one for every respect in which packets differ. Ports of protocols without
/// ports, and types of protocols other than ICMP, are all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cube<A> {
    /// Source addresses.
    pub source: RangeSet<A>,
    /// Destination addresses.
    pub destination: RangeSet<A>,
    /// IP protocol numbers.
    pub protocols: RangeSet<u8>,
    /// Source ports.
    pub source_ports: RangeSet<u16>,
    /// Destination ports.
    pub destination_ports: RangeSet<u16>,
    /// ICMP types.
    pub icmp_types: RangeSet<u8>,
    /// States of the connection.
    pub states: States,
}

impl<A: Point> Cube<A> {
    /// Every packet of the family.
    pub fn any() -> Self {
        Self::of(RangeSet::all(), RangeSet::all(), &Transport::any(), States::ALL)
    }

    /// Packets between addresses, of a transport, in states.
    pub fn of(
        source: RangeSet<A>,
        destination: RangeSet<A>,
        transport: &Transport,
        states: States,
    ) -> Self {
        Self {
            source,
            destination,
            protocols: transport.protocols.clone(),
            source_ports: transport.source_ports.clone(),
            destination_ports: transport.destination_ports.clone(),
            icmp_types: transport.icmp_types.clone(),
            states,
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
            || self.destination.is_empty()
            || self.protocols.is_empty()
            || self.source_ports.is_empty()
            || self.destination_ports.is_empty()
            || self.icmp_types.is_empty()
            || self.states.is_empty()
    }

    /// Whether the two have a packet in common.
    pub fn meets(&self, other: &Self) -> bool {
        !self.states.intersection(other.states).is_empty()
            && self.source.meets(&other.source)
            && self.destination.meets(&other.destination)
            && self.protocols.meets(&other.protocols)
            && self.destination_ports.meets(&other.destination_ports)
            && self.source_ports.meets(&other.source_ports)
            && self.icmp_types.meets(&other.icmp_types)
    }

    /// Everything in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            source: self.source.intersection(&other.source),
            destination: self.destination.intersection(&other.destination),
            protocols: self.protocols.intersection(&other.protocols),
            source_ports: self.source_ports.intersection(&other.source_ports),
            destination_ports: self.destination_ports.intersection(&other.destination_ports),
            icmp_types: self.icmp_types.intersection(&other.icmp_types),
            states: self.states.intersection(other.states),
        }
    }

    /// Adds to `rest` what of it is not in another, as disjoint products: one respect after the
    /// other is cut off outside the other, and what is left goes on.
    pub fn without(mut self, other: &Self, rest: &mut Vec<Self>) {
        if !self.meets(other) {
            rest.push(self);
            return;
        }
        macro_rules! cut {
            ($($respect:ident),+) => {$(
                let outside = self.$respect.difference(&other.$respect);
                if !outside.is_empty() {
                    rest.push(Self { $respect: outside, ..self.clone() });
                    self.$respect = self.$respect.intersection(&other.$respect);
                }
            )+};
        }
        cut!(protocols, destination_ports, destination, source, source_ports, icmp_types);
        let outside = self.states.intersection(other.states.complement());
        if !outside.is_empty() {
            rest.push(Self { states: outside, ..self });
        }
    }
}

//! Packets of one family as a product of sets: in every respect a set of numbers.

use crate::model::device::{States, Transport};
use crate::model::{Point, RangeSet};

/// A product of sets, one for every respect in which packets differ. A packet that has no ports is
/// in products with all ports only, one that has no ICMP type in products with all types only.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Does the same for every respect that is a set of numbers, in the order in which products are cut.
macro_rules! respects {
    ($each:ident) => {
        $each!(protocols);
        $each!(destination);
        $each!(source);
        $each!(destination_ports);
        $each!(source_ports);
        $each!(icmp_types);
    };
}

impl<A: Point> Cube<A> {
    /// Every packet of the family.
    pub fn any() -> Self {
        Self {
            source: RangeSet::all(),
            destination: RangeSet::all(),
            protocols: RangeSet::all(),
            source_ports: RangeSet::all(),
            destination_ports: RangeSet::all(),
            icmp_types: RangeSet::all(),
            states: States::ALL,
        }
    }

    /// Packets between addresses, of a transport, in states. A condition on ports holds of no packet
    /// that has none, and one on ICMP types of ICMP only.
    pub fn of(
        source: RangeSet<A>,
        destination: RangeSet<A>,
        transport: &Transport,
        states: States,
    ) -> Self {
        let ports = transport.source_ports.is_all() && transport.destination_ports.is_all();
        let mut protocols = transport.protocols.clone();
        if !ports {
            protocols = among(&protocols, &WITH_PORTS);
        }
        if !transport.icmp_types.is_all() {
            protocols = among(&protocols, &WITH_TYPES);
        }
        Self {
            source,
            destination,
            protocols,
            source_ports: transport.source_ports.clone(),
            destination_ports: transport.destination_ports.clone(),
            icmp_types: transport.icmp_types.clone(),
            states,
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        let mut empty = self.states.is_empty();
        macro_rules! each {
            ($respect:ident) => {
                empty |= self.$respect.is_empty();
            };
        }
        respects!(each);
        empty
    }

    /// Whether the two have a packet in common. What tells products apart most often comes first.
    pub fn meets(&self, other: &Self) -> bool {
        self.destination.meets(&other.destination)
            && self.source.meets(&other.source)
            && self.destination_ports.meets(&other.destination_ports)
            && self.protocols.meets(&other.protocols)
            && !self.states.intersection(other.states).is_empty()
            && self.source_ports.meets(&other.source_ports)
            && self.icmp_types.meets(&other.icmp_types)
    }

    /// Everything in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut both = self.clone();
        macro_rules! each {
            ($respect:ident) => {
                both.$respect = self.$respect.intersection(&other.$respect);
            };
        }
        respects!(each);
        both.states = self.states.intersection(other.states);
        both
    }

    /// Adds to `rest` what of it is not in another, as disjoint products: one respect after the
    /// other is cut off outside the other, and what is left goes on.
    pub fn without(mut self, other: &Self, rest: &mut Vec<Self>) {
        if !self.meets(other) {
            rest.push(self);
            return;
        }
        macro_rules! each {
            ($respect:ident) => {
                let outside = self.$respect.difference(&other.$respect);
                if !outside.is_empty() {
                    rest.push(Self { $respect: outside, ..self.clone() });
                    self.$respect = self.$respect.intersection(&other.$respect);
                }
            };
        }
        respects!(each);
        let outside = self.states.intersection(other.states.complement());
        if !outside.is_empty() {
            rest.push(Self { states: outside, ..self });
        }
    }

    /// Takes in another that differs in one respect at most, so that together they are one product.
    /// Whether it did.
    pub(super) fn join(&mut self, other: &Self) -> bool {
        let mut differences = u32::from(self.states != other.states);
        macro_rules! each {
            ($respect:ident) => {
                differences += u32::from(self.$respect != other.$respect);
                if differences > 1 {
                    return false;
                }
            };
        }
        respects!(each);
        macro_rules! each {
            ($respect:ident) => {
                self.$respect = self.$respect.union(&other.$respect);
            };
        }
        respects!(each);
        self.states = self.states.union(other.states);
        true
    }
}

/// Protocols with ports: TCP, UDP, DCCP, SCTP, UDP-Lite.
pub(super) const WITH_PORTS: [u8; 5] = [6, 17, 33, 132, 136];
/// Protocols with ICMP types: ICMP of both families.
pub(super) const WITH_TYPES: [u8; 2] = [1, 58];

/// Those of some protocols that are in a set.
pub(super) fn among(set: &RangeSet<u8>, protocols: &[u8]) -> RangeSet<u8> {
    RangeSet::of(protocols.iter().filter(|it| set.contains(**it)).map(|it| (*it, *it)))
}

//! Reach: exactly what can pass from where to where, and why.
//!
//! ```text
//!  inventory ─┐                       ┌─ Certain ──┐            paths      isolation  exposure
//!  configured ─┼─► network ─► flow ───┤            ├─► answers: cut        blast      what-if
//!  topology ──┘   nodes,      sets of └─ Possible ─┘            difference
//!                 places,     packets
//!                 entries        └──────► trace: the way of one of them, line by line
//! ```
//!
//! - [`packets`]: exact sets of packets and their algebra.
//! - [`device`]: what one configured device does with a set: translate, filter, route, in the order
//!   of its vendor.
//! - [`network`]: where packets come in, what passes them on, where they meet.
//! - `flow` carries sets through the network until nothing new arrives; `trace` follows one packet
//!   and names the line that decided at every step. Both take the same steps.
//! - Every question is asked on both sides of what is not known ([`Bound`]), and every answer lists
//!   what it takes for granted ([`Assumption`]). The truth lies between. "Isolated" is said only
//!   when the possible side holds nothing beyond what is declared.
//! - [`relay`]: where somebody goes on from whom he has reached; counted only by choice.

pub mod blast;
mod chain;
pub mod cut;
pub mod device;
pub mod difference;
mod doubt;
pub mod ends;
pub mod exposure;
mod flow;
pub mod isolation;
pub mod network;
pub mod packets;
mod parallel;
pub mod paths;
pub mod relay;
mod step;
mod trace;
pub mod what_if;
mod witness;

pub use doubt::{Assumption, AssumptionKind, Assumptions, Bound};
pub use flow::Arrivals;
pub use trace::{Disposition, Hop, Trace};

use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
use crate::model::{AddressSet, EntityRef};
use crate::topology::Topology;
use flow::{Flow, Strays};
use network::{Entry, Network, PlaceId};
use packets::{Packet, PacketSet};
use step::At;

/// Everything that questions about reach are asked of.
#[derive(Debug)]
pub struct Reach<'a> {
    /// The declared facts.
    pub inventory: &'a Inventory,
    /// The graph over them and over what is configured.
    pub topology: &'a Topology,
    /// The network as packets meet it.
    pub network: Network<'a>,
    /// Where in it packets get that stray.
    strays: Strays,
}

/// From where packets set out.
#[derive(Clone, Copy, Debug)]
pub enum Start<'s> {
    /// From outside, over an entry.
    Over(&'s Entry),
    /// From somebody who stands at a place with these addresses.
    At(PlaceId, &'s AddressSet),
}

impl<'s> From<&'s Entry> for Start<'s> {
    fn from(entry: &'s Entry) -> Self {
        Self::Over(entry)
    }
}

impl Start<'_> {
    /// Where its packets are first.
    fn at(self) -> At {
        match self {
            Self::Over(it) => At::Node(it.node, it.arrival()),
            Self::At(place, _) => At::Anyone(place, None),
        }
    }

    /// Whether a packet comes in there in any case.
    fn carries(self, packet: &Packet) -> bool {
        match self {
            Self::Over(it) => it.carried.contains(packet.destination),
            Self::At(..) => true,
        }
    }

    /// Every packet that can set out there to open a session.
    pub fn packets(self) -> PacketSet {
        match self {
            Self::Over(it) => PacketSet::sessions(&it.sources, &it.destinations, &[]),
            Self::At(_, sources) => PacketSet::sessions(sources, &AddressSet::any(), &[]),
        }
    }
}

/// An answer from both sides.
#[derive(Clone, Debug, Default)]
pub struct Both {
    /// What arrives in any case.
    pub certain: Arrivals,
    /// What is not ruled out; holds everything that is certain.
    pub possible: Arrivals,
}

impl<'a> Reach<'a> {
    /// Prepares the network.
    pub fn new(
        inventory: &'a Inventory,
        evidence: &'a EvidenceSet,
        topology: &'a Topology,
    ) -> Self {
        let network = Network::new(inventory, evidence, topology);
        Self { inventory, topology, network, strays: Strays::default() }
    }

    /// What gets where over entries; of their packets only these.
    pub fn through<'e>(
        &self,
        entries: impl IntoIterator<Item = &'e Entry> + Clone,
        packets: &PacketSet,
        bound: Bound,
    ) -> Arrivals {
        let mut flow = self.flow(bound);
        for start in entries.into_iter().map(Start::Over) {
            flow.set_out(start, &start.packets().intersection(packets));
        }
        flow.run()
    }

    /// What gets where from a place inside: sent by somebody who stands there with these addresses.
    pub fn from_place(
        &self,
        place: PlaceId,
        sources: &AddressSet,
        packets: &PacketSet,
        bound: Bound,
    ) -> Arrivals {
        self.from_start(Start::At(place, sources), packets, bound)
    }

    /// What gets where from a zone in any case, by configurations alone: nothing on the word of the
    /// inventory. None for a zone that is not declared.
    pub fn configured_from_zone(&self, zone: &EntityRef) -> Option<Arrivals> {
        let place = self.network.zone(zone)?;
        let networks = &self.network.places.get(place)?.networks;
        let mut flow = self.flow(Bound::Certain).without_word();
        flow.send(place, &PacketSet::sessions(networks, &AddressSet::any(), &[]));
        Some(flow.run())
    }

    /// What gets where over an entry in any case, by configurations alone.
    pub fn configured_through(&self, entry: &Entry) -> Arrivals {
        let mut flow = self.flow(Bound::Certain).without_word();
        flow.enter(entry, PacketSet::sessions(&entry.sources, &entry.destinations, &[]));
        flow.run()
    }

    /// The entries of a party, a connection, a path: everything that comes in from or by it.
    pub fn entries_of(&self, thing: &EntityRef) -> Vec<&Entry> {
        let entries = self.network.entries.iter();
        entries.filter(|it| it.from == *thing || it.by == *thing).collect()
    }

    /// Every way of one packet that comes in over an entry: those that are certain and arrive first.
    pub fn trace(&self, entry: &Entry, packet: &Packet) -> Vec<Trace> {
        self.ways_from(Start::Over(entry), packet)
    }

    /// Every way of one packet that somebody sends at a place.
    pub fn trace_from(&self, place: PlaceId, packet: &Packet) -> Vec<Trace> {
        self.ways_from(Start::At(place, &packet.source.into()), packet)
    }

    /// Every way of one packet from a start: those that are certain and arrive first.
    fn ways_from(&self, start: Start<'_>, packet: &Packet) -> Vec<Trace> {
        let mut ways = trace::all(&self.network, start.at(), packet);
        ways.iter_mut().for_each(|it| it.certain &= start.carries(packet));
        match ways.iter().any(|it| it.end.arrives()) {
            true => ways,
            false => self.by_word(start, packet).into_iter().chain(ways).collect(),
        }
    }

    /// The first way of one packet that arrives and is what somebody looks for; a certain one if
    /// there is one. Cheaper than all ways.
    pub fn way<'s>(
        &self,
        start: impl Into<Start<'s>>,
        packet: &Packet,
        wanted: impl Fn(&Trace) -> bool,
    ) -> Option<Trace> {
        let start = start.into();
        let carried = start.carries(packet);
        let wanted = |way: &Trace| match carried {
            true => wanted(way),
            false => wanted(&Trace { certain: false, ..way.clone() }),
        };
        match trace::one(&self.network, start.at(), packet, wanted) {
            Ok(way) => Some(Trace { certain: way.certain && carried, ..way }),
            Err(true) => None,
            Err(false) => self.by_word(start, packet).into_iter().find(wanted),
        }
    }

    /// The ways of a packet that arrives on the word of the inventory alone.
    fn by_word(&self, start: Start<'_>, packet: &Packet) -> Vec<Trace> {
        let own = AddressSet::from(packet.source);
        let start = match start {
            Start::At(place, _) => Start::At(place, &own),
            over @ Start::Over(_) => over,
        };
        let worded = self.from_start(start, &packet.into(), Bound::Certain);
        trace::by_word(&self.network, packet, &worded)
    }

    /// One packet that gets from a start to a thing, with its way: as it sets out, which is not as it
    /// arrives when something translates it on the way. `arriving` limits it as it arrives. The way is
    /// certain when there is a certain one.
    pub fn sample<'s>(
        &self,
        start: impl Into<Start<'s>>,
        target: &EntityRef,
        arriving: &PacketSet,
    ) -> Option<Trace> {
        witness::sample(self, start.into(), target, arriving)
    }

    /// What stops packets on their way from a start to a thing when none of these gets there: the
    /// way of one of them that gets furthest. `packets` limits them as they set out.
    pub fn blocked<'s>(
        &self,
        start: impl Into<Start<'s>>,
        target: &EntityRef,
        packets: &PacketSet,
    ) -> Option<Trace> {
        witness::blocked(self, start.into(), target, packets)
    }

    /// What gets where from a start.
    pub fn from_start<'s>(
        &self,
        start: impl Into<Start<'s>>,
        packets: &PacketSet,
        bound: Bound,
    ) -> Arrivals {
        self.sent(start.into(), packets, self.flow(bound))
    }

    /// What gets where from a start as far as devices pass on what somebody declared or configured:
    /// nothing that one of which nobody read anything might make of it.
    fn as_known(&self, start: Start<'_>, packets: &PacketSet, bound: Bound) -> Arrivals {
        self.sent(start, packets, self.flow(bound).without_freedom())
    }

    fn sent(&self, start: Start<'_>, packets: &PacketSet, mut flow: Flow<'_, '_>) -> Arrivals {
        flow.set_out(start, &start.packets().intersection(packets));
        flow.run()
    }

    /// A flow through the network.
    fn flow(&self, bound: Bound) -> Flow<'_, 'a> {
        Flow::new(&self.network, bound).sharing(&self.strays)
    }

    /// The same facts, asked of another network.
    pub fn upon(&self, network: Network<'a>) -> Self {
        Self {
            inventory: self.inventory,
            topology: self.topology,
            network,
            strays: Strays::default(),
        }
    }

    /// The certain and the possible answer for entries.
    pub fn both<'e>(
        &self,
        entries: impl IntoIterator<Item = &'e Entry> + Clone,
        packets: &PacketSet,
    ) -> Both {
        Both {
            certain: self.through(entries.clone(), packets, Bound::Certain),
            possible: self.through(entries, packets, Bound::Possible),
        }
    }
}

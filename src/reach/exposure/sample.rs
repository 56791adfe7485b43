//! One packet for an answer, and what its way rests on.

use super::Certainty;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::reach::device::Stage;
use crate::reach::network::Entry;
use crate::reach::packets::{Packet, PacketSet};
use crate::reach::{Assumption, Reach, Trace, witness};
use crate::source::Span;

/// One packet that gets somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// As it comes in; as it arrives when [`Self::sent`] is false.
    pub packet: Packet,
    /// Over what it comes in: a connection, a path, a circuit.
    pub by: EntityRef,
    /// Whether the packet is the one that comes in. A translation on the way can make it hard to find.
    pub sent: bool,
}

/// What the way of a packet rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// What decided, from outside inwards: filters, routes, translations, permissions.
    pub decided: Vec<Decided>,
    /// What is taken for granted.
    pub assumptions: Vec<Assumption>,
}

/// Something that let a packet on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Where: a device, a system, a zone; none between them.
    pub at: Option<EntityRef>,
    /// By what.
    pub stage: Stage,
    /// What happened.
    pub says: Text,
    /// The line that says so.
    pub span: Option<Span>,
}

/// A packet of a set that gets to a thing over an entry, with what its way rests on.
pub(super) fn sample(
    reach: &Reach<'_>,
    entry: &Entry,
    arriving: &PacketSet,
    to: &EntityRef,
    certainty: Certainty,
) -> Option<(Sample, Basis)> {
    let arrived = arriving.sample()?;
    let own = PacketSet::sessions(&entry.sources, &entry.destinations, &[]);
    for packet in witness::before(reach, &arrived, &own) {
        let ways = reach.trace(entry, &packet);
        if let Some(way) = ways.iter().find(|it| ends(it, to, certainty)) {
            let sample = Sample { packet, by: entry.by.clone(), sent: true };
            return Some((sample, Basis::of(way)));
        }
    }
    let sample = Sample { packet: arrived, by: entry.by.clone(), sent: false };
    Some((sample, Basis::default()))
}

/// Whether a way leads to a thing, as surely as it should.
fn ends(way: &Trace, to: &EntityRef, certainty: Certainty) -> bool {
    let there = way.at.as_ref() == Some(to)
        || way.hops.iter().any(|it| to.kind == EntityKind::Zone && it.thing.as_ref() == Some(to))
        || matches!(to.kind, EntityKind::Party | EntityKind::Path) && way.at.is_some();
    way.end.arrives() && there && (way.certain || certainty == Certainty::Undetermined)
}

impl Basis {
    /// What a way rests on.
    pub fn of(way: &Trace) -> Self {
        let events = way.hops.iter().flat_map(|hop| hop.events.iter().map(move |it| (hop, it)));
        Self {
            decided: events
                .map(|(hop, it)| Decided {
                    at: hop.thing.clone(),
                    stage: it.stage,
                    says: it.says.clone(),
                    span: it.span,
                })
                .collect(),
            assumptions: way.assumptions.iter().cloned().collect(),
        }
    }
}

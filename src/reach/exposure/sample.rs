//! One packet for an answer, and what its way rests on.

use super::Certainty;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::reach::device::Stage;
use crate::reach::network::Entry;
use crate::reach::packets::{Packet, PacketSet};
use crate::reach::{Assumption, Reach, Trace, witness};
use crate::source::Span;
use std::sync::Arc;

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

/// What is looked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'w> {
    /// Where packets come in.
    pub(super) entry: &'w Entry,
    /// Where they get to.
    pub(super) to: &'w EntityRef,
    /// How surely.
    pub(super) certainty: Certainty,
}

impl Wanted<'_> {
    /// A packet of a set that gets there, with what its way rests on; `alike` when the way of another
    /// packet is known that passes the same devices for the same reason.
    pub(super) fn sample(
        self,
        reach: &Reach<'_>,
        arriving: &PacketSet,
        alike: Option<Arc<Basis>>,
    ) -> Option<(Sample, Arc<Basis>)> {
        let arrived = arriving.sample()?;
        let own = PacketSet::sessions(&self.entry.sources, &self.entry.destinations, &[]);
        let unchanged = own.contains(&arrived);
        let shown = |packet, sent| Sample { packet, by: self.entry.by.clone(), sent };
        if let Some(basis) = alike {
            return Some((shown(arrived, unchanged), basis));
        }
        let basis = |packet: &Packet| {
            let ways = reach.trace(self.entry, packet);
            let way = ways.iter().find(|it| self.is_met(it))?;
            Some(Arc::new(Basis::of(way)))
        };
        if unchanged && let Some(basis) = basis(&arrived) {
            return Some((shown(arrived, true), basis));
        }
        let mut before = witness::before(reach, &arrived, &own).into_iter();
        let translated = before.find_map(|packet| Some((basis(&packet)?, packet)));
        Some(match translated {
            Some((basis, packet)) => (shown(packet, true), basis),
            None => (shown(arrived, false), Arc::default()),
        })
    }

    /// Whether a way leads there, as surely as it should.
    fn is_met(self, way: &Trace) -> bool {
        use EntityKind as K;
        let there = way.at.as_ref() == Some(self.to)
            || self.to.kind == K::Zone
                && way.hops.iter().any(|it| it.thing.as_ref() == Some(self.to))
            || matches!(self.to.kind, K::Party | K::Path) && way.at.is_some();
        way.end.arrives() && there && (way.certain || self.certainty == Certainty::Undetermined)
    }
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

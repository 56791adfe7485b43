//! One packet for an answer, and what its way rests on.

use super::{Reached, Services};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::reach::device::Stage;
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

/// A packet that gets somewhere, and its way.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The packet.
    pub sample: Sample,
    /// Its way; none when only the packet as it arrives is known.
    pub way: Option<Trace>,
}

impl Shown {
    /// What the way rests on; nothing when it is not known.
    pub fn basis(&self) -> Basis {
        self.way.as_ref().map(Basis::of).unwrap_or_default()
    }
}

impl Reached {
    /// A packet for it with its way. Ways are followed only here, when somebody asks. `reach` is the
    /// one that was asked, or one over the same facts.
    pub fn shown(&self, reach: &Reach<'_>) -> Option<Shown> {
        let entry = reach.network.entries.get(self.over)?;
        let own = PacketSet::sessions(&entry.sources, &entry.destinations, &[]);
        let shown = |packet, sent, way| Shown {
            sample: Sample { packet, by: entry.by.clone(), sent },
            way,
        };
        let way = |packet: &Packet| reach.way(entry, packet, |it| self.is_met(reach, it));
        let unchanged = own.contains(&self.arriving);
        if unchanged && let Some(way) = way(&self.arriving) {
            return Some(shown(self.arriving.clone(), true, Some(way)));
        }
        let before = witness::before(reach, &self.arriving, &own).into_iter();
        let mut translated = before.filter_map(|packet| Some((way(&packet)?, packet)));
        Some(match translated.next() {
            Some((way, packet)) => shown(packet, true, Some(way)),
            None => shown(self.arriving.clone(), false, None),
        })
    }

    /// The same for one of these services: what is told of 4000/tcp is not shown with 22/tcp. None when
    /// no such packet was found to get there.
    pub fn shown_as(&self, reach: &Reach<'_>, services: &Services) -> Option<Shown> {
        let arriving = services.like(&self.arriving)?;
        let same = arriving == self.arriving;
        let shown = Self { arriving, ..self.clone() }.shown(reach)?;
        (same || shown.way.is_some()).then_some(shown)
    }

    /// A packet for it as it arrives: no way is followed.
    pub fn unfollowed(&self, reach: &Reach<'_>) -> Option<Shown> {
        let entry = reach.network.entries.get(self.over)?;
        let sample = Sample { packet: self.arriving.clone(), by: entry.by.clone(), sent: false };
        Some(Shown { sample, way: None })
    }

    /// What the way of a packet for it rests on.
    pub fn basis(&self, reach: &Reach<'_>) -> Basis {
        self.shown(reach).map(|it| it.basis()).unwrap_or_default()
    }

    /// Whether a way leads there, as surely as it should.
    fn is_met(&self, reach: &Reach<'_>, way: &Trace) -> bool {
        let there = || way.at.as_ref().is_some_and(|it| owner(reach, it) == self.to);
        let sure = way.certain || !self.certainty.is_sure();
        sure && (way.reaches(&self.to) || way.end.arrives() && there())
    }
}

/// Whose a tunnel is: the party when somebody declared it. Everything else is itself.
pub(super) fn owner(reach: &Reach<'_>, thing: &EntityRef) -> EntityRef {
    let party = || {
        let path = reach.topology.paths().iter().find(|it| it.thing == *thing)?;
        let (declared, _) = path.declared.as_ref()?;
        let connection = reach.inventory.connections.get(&declared.id);
        let connection = connection.filter(|_| declared.kind == EntityKind::Connection)?;
        Some(EntityRef::new(EntityKind::Party, connection.party.id()))
    };
    let path = thing.kind == EntityKind::Path;
    path.then(party).flatten().unwrap_or_else(|| thing.clone())
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

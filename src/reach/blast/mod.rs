//! What an intruder reaches next: from a system, a device, a party or a connection, step by step.
//!
//! One step is what packets reach from where he stands; the next sets out from every relay that
//! they open ([`relay`](super::relay)). What he reaches in any case, and what is only not ruled
//! out, are told apart; each is reached after as few steps as possible, with one way.

mod advance;

pub(super) use advance::{Advance, Asked, Setting};

use super::packets::PacketSet;
use super::relay::{Grade, Relay, RelayKind, Relays, relays, stands_of_device, stands_of_system};
use super::{Assumptions, Bound, Reach, Start, Trace};
use crate::locale::Text;
use crate::model::words::Criticality;
use crate::model::{AddressSet, Answer, EntityKind, EntityRef};
use crate::source::Span;

/// What an intruder reaches.
#[derive(Clone, Debug)]
pub struct Blast {
    /// Where he is.
    pub start: EntityRef,
    /// Which relays count.
    pub relays: Relays,
    /// Whether he stands anywhere: somebody without an entry or a place gets nowhere that is known.
    pub stands: bool,
    /// What he reaches, by steps, then in the order of the inventory; first what is certain.
    pub reached: Vec<Reached>,
    /// What this takes for granted.
    pub assumptions: Assumptions,
}

/// Something that he reaches.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The system, device, zone, party.
    pub thing: EntityRef,
    /// After how many steps, from 1.
    pub hops: usize,
    /// Whether in any case.
    pub certain: bool,
    /// The weakest relay on the way; none without a relay.
    pub grade: Option<Grade>,
    /// The packets that arrive there at the last step.
    pub packets: PacketSet,
    /// The way, from the start.
    pub way: Vec<Step>,
}

/// One step of a way.
#[derive(Clone, Debug)]
pub struct Step {
    /// From whom.
    pub from: EntityRef,
    /// To whom.
    pub to: EntityRef,
    /// The packets, as they arrive.
    pub packets: PacketSet,
    /// How he goes on from there; none at the end of the way.
    pub onward: Option<Onward>,
    /// A credential group that both ends share.
    pub credentials: Option<EntityRef>,
    /// One packet of this step, with its way.
    pub trace: Option<Trace>,
}

/// How somebody goes on over a relay.
#[derive(Clone, Debug)]
pub struct Onward {
    /// What it rests on.
    pub kind: RelayKind,
    /// How sure it is.
    pub grade: Grade,
    /// The line.
    pub span: Option<Span>,
    /// In words.
    pub says: Text,
}

impl Reach<'_> {
    /// What an intruder reaches from a thing in at most so many steps.
    pub fn blast(&self, start: &EntityRef, which: Relays, most: usize) -> Blast {
        let relays = relays(self, which);
        let starts = self.settings(start);
        let stands = !starts.is_empty();
        let mut reached = Vec::new();
        let mut assumptions = Assumptions::default();
        for bound in [Bound::Certain, Bound::Possible] {
            let asked = Asked { reach: self, relays: &relays, bound, most, trail: false };
            let advance = asked.advance(starts.clone(), |_| false);
            assumptions.extend(&advance.assumptions);
            let writing = Writing { reach: self, relays: &relays, advance: &advance, bound };
            let known: Vec<EntityRef> =
                reached.iter().map(|it: &Reached| it.thing.clone()).collect();
            let new = advance.found.keys().filter(|it| !known.contains(it) && *it != start);
            reached.extend(new.filter_map(|it| writing.reached(it)));
        }
        reached.sort_by_key(|it| (!it.certain, it.hops, self.order(&it.thing)));
        Blast { start: start.clone(), relays: which, stands, reached, assumptions }
    }

    /// Which of several starts get to each of some things in any case, and the shortest way that one
    /// of them takes; only things that any gets to. What else they reach is not asked for.
    pub fn certain_ways<'s>(
        &self,
        starts: impl IntoIterator<Item = &'s EntityRef>,
        which: Relays,
        most: usize,
        to: &[EntityRef],
    ) -> Vec<(Vec<&'s EntityRef>, Reached)> {
        let relays = relays(self, which);
        let bound = Bound::Certain;
        let asked = Asked { reach: self, relays: &relays, bound, most, trail: false };
        let advance = |start| (start, asked.advance(self.settings(start), |_| false));
        let advances: Vec<(&EntityRef, Advance)> = starts.into_iter().map(advance).collect();
        let each = to.iter().filter_map(|thing| {
            let theirs = advances.iter().filter(|(start, _)| *start != thing);
            let found = theirs.filter_map(|(start, all)| Some((start, all, all.found.get(thing)?)));
            let found: Vec<_> = found.collect();
            let (_, advance, _) = found.iter().min_by_key(|it| it.2.hops)?;
            let writing = Writing { reach: self, relays: &relays, advance, bound };
            Some((found.iter().map(|it| *it.0).collect(), writing.reached(thing)?))
        });
        each.collect()
    }

    /// From where somebody sets out who has a thing.
    pub(super) fn settings(&self, thing: &EntityRef) -> Vec<(EntityRef, Setting)> {
        let stands = match thing.kind {
            EntityKind::System => stands_of_system(self, thing),
            EntityKind::Device => stands_of_device(self, thing),
            EntityKind::Zone => {
                let place = self.network.zone(thing);
                let networks =
                    |at: usize| self.network.places.get(at).map(|it| it.networks.clone());
                let stand = place.and_then(|at| Some((at, networks(at)?)));
                let stand = stand.map(|(at, sources)| (thing.clone(), Setting::At(at, sources)));
                return stand.into_iter().collect();
            }
            _ => {
                let entries = self.network.entries.iter().enumerate();
                let theirs = entries.filter(|(_, it)| it.from == *thing || it.by == *thing);
                return theirs.map(|(at, it)| (it.from.clone(), Setting::Over(at))).collect();
            }
        };
        stands.into_iter().map(|it| (it.thing, Setting::At(it.place, it.sources))).collect()
    }

    /// Where a thing stands in the inventory: systems first, then devices, zones, parties.
    fn order(&self, thing: &EntityRef) -> (usize, usize) {
        let at = |position: Option<usize>| position.unwrap_or(usize::MAX);
        let (inventory, id) = (self.inventory, thing.id.as_str());
        match thing.kind {
            EntityKind::System => {
                (0, at(inventory.systems.iter().position(|it| it.id.value == id)))
            }
            EntityKind::Device => {
                (1, at(inventory.devices.iter().position(|it| it.id.value == id)))
            }
            EntityKind::Zone => (2, at(inventory.zones.iter().position(|it| it.id.value == id))),
            EntityKind::Party => (3, at(inventory.parties.iter().position(|it| it.id.value == id))),
            _ => (4, 0),
        }
    }

    /// Whether the hospital cannot do without a system.
    pub fn is_critical(&self, thing: &EntityRef) -> bool {
        let system = self.inventory.systems.get(&thing.id);
        thing.kind == EntityKind::System
            && system
                .and_then(|it| it.criticality.as_ref())
                .is_some_and(|it| it.value == Criticality::Critical)
    }

    /// Whether backups are kept on a system.
    pub fn keeps_backups(&self, thing: &EntityRef) -> bool {
        use crate::model::words::SystemKind;
        let system = self.inventory.systems.get(&thing.id);
        let kept = |it: &crate::inventory::Backup| {
            it.at.as_ref().is_some_and(|at| at.value.id() == thing.id)
        };
        thing.kind == EntityKind::System
            && (system.is_some_and(|it| it.kind.value == SystemKind::BackupServer)
                || self.inventory.backups.iter().any(|it| kept(it)))
    }
}

/// Writes down ways.
struct Writing<'w, 'a> {
    reach: &'w Reach<'a>,
    relays: &'w [Relay],
    advance: &'w Advance,
    bound: Bound,
}

impl Writing<'_, '_> {
    fn reached(&self, thing: &EntityRef) -> Option<Reached> {
        let found = self.advance.found.get(thing)?;
        let mut way = Vec::new();
        let mut at = found.from;
        let mut to = thing.clone();
        let mut packets = found.packets.clone();
        let mut onward = None;
        // Every held place was gained at an earlier step, so this ends.
        for _ in 0..=found.hops {
            let held = self.advance.held.get(at)?;
            way.push(Step {
                credentials: self.shared(&held.thing, &to),
                trace: self.trace(at, &to, &packets),
                from: held.thing.clone(),
                to: to.clone(),
                packets: packets.clone(),
                onward: onward.take(),
            });
            let Some(relay) = held.over.and_then(|it| self.relays.get(it)) else { break };
            let before = self.advance.found.get(&relay.thing)?;
            onward = Some(Onward {
                kind: relay.kind,
                grade: relay.grade,
                span: relay.span,
                says: relay.says.clone(),
            });
            to = relay.thing.clone();
            let opening = match self.bound {
                Bound::Certain => &relay.certain,
                Bound::Possible => &relay.possible,
            };
            let opens = before.packets.intersection(opening);
            packets = if opens.is_empty() { before.packets.clone() } else { opens };
            at = before.from;
        }
        way.reverse();
        let grade = way.iter().filter_map(|it| it.onward.as_ref()).map(|it| it.grade).max();
        Some(Reached {
            thing: thing.clone(),
            hops: found.hops,
            certain: self.bound == Bound::Certain,
            grade,
            packets: found.packets.clone(),
            way,
        })
    }

    /// One packet of a step, with its way.
    fn trace(&self, at: usize, to: &EntityRef, packets: &PacketSet) -> Option<Trace> {
        let packet = packets.sample()?;
        let there = |it: &Trace| it.counts(self.bound) && it.at.as_ref() == Some(to);
        match &self.advance.held.get(at)?.setting {
            Setting::At(place, sources) => {
                let own = AddressSet::from(packet.source);
                let direct = self.reach.way(Start::At(*place, &own), &packet, there);
                direct.or_else(|| self.reach.sample(Start::At(*place, sources), to, packets))
            }
            Setting::Over(entry) => {
                let entry = self.reach.network.entries.get(*entry)?;
                let direct = self.reach.way(entry, &packet, there);
                direct.or_else(|| self.reach.sample(entry, to, packets))
            }
        }
    }

    /// A credential group with which somebody who has one also gets into the other: that of both, or
    /// one that a party also uses elsewhere.
    fn shared(&self, from: &EntityRef, to: &EntityRef) -> Option<EntityRef> {
        let inventory = self.reach.inventory;
        let group = |thing: &EntityRef| match thing.kind {
            EntityKind::System => {
                inventory.systems.get(&thing.id)?.credential_group.as_ref().map(|it| it.value.id())
            }
            EntityKind::Device => {
                inventory.devices.get(&thing.id)?.credential_group.as_ref().map(|it| it.value.id())
            }
            _ => None,
        };
        let theirs = group(to)?;
        let by_party = inventory
            .credential_groups
            .get(theirs)
            .is_some_and(|it| it.used_by_party.as_ref().is_some_and(|it| it.value == Answer::Yes));
        let same = match from.kind {
            EntityKind::Party => by_party,
            _ => group(from) == Some(theirs),
        };
        same.then(|| EntityRef::new(EntityKind::CredentialGroup, theirs))
    }
}

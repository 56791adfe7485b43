//! What a drawing lights up: every way from somebody outside to something inside, seen from one
//! end. The ways are those of [`Exposure`], asked for each line of a party by itself.

use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::reach::exposure::{Certainty, Exposure, Services};
use crate::reach::network::{Entry, Forwarding};
use crate::reach::{Reach, Trace};
use std::collections::{BTreeMap, BTreeSet};

/// From which end the ways are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What somebody outside reaches.
    From,
    /// Who outside reaches it.
    To,
}

/// One outsider, one thing inside, and what lies between.
#[derive(Clone, Debug)]
pub struct Way {
    /// The party; the path when nobody declared whose it is.
    pub from: EntityRef,
    /// Over what it comes in: a connection, a path, a circuit, a device.
    pub by: EntityRef,
    /// What is reached.
    pub to: EntityRef,
    /// What may be spoken, the surest first. Never empty.
    pub services: Vec<(Certainty, Services)>,
    /// The devices and zones on the way of one packet, from the outside in.
    pub passes: Vec<EntityRef>,
}

/// Everything that one drawing lights up.
#[derive(Clone, Debug)]
pub struct Lit {
    /// Whose reach it is, or who is reached.
    pub subject: EntityRef,
    /// From which end.
    pub side: Side,
    /// Whether anything is known to come in at all; without that, nobody could ask.
    pub entered: bool,
    /// Whether the party stands on the internet as well, and reaches there what anybody does. That
    /// is not lit: it is asked for with the internet.
    pub as_anybody: bool,
    /// The ways, by outsider, then in the order of the inventory.
    pub ways: Vec<Way>,
    /// Devices on these ways whose configuration was not read.
    pub unread: Vec<EntityRef>,
    /// Why some of it is undetermined; what explains most comes first.
    pub doubts: Vec<Text>,
}

impl Way {
    /// The surest that anything gets there.
    pub fn certainty(&self) -> Certainty {
        self.services.iter().map(|(it, _)| *it).min().unwrap_or(Certainty::Undetermined)
    }
}

impl Lit {
    /// What is to be lit for a party, a connection or a path: what it reaches; for a system, a zone
    /// or a device: who reaches it.
    pub fn of(reach: &Reach<'_>, subject: &EntityRef) -> Self {
        let inward =
            matches!(subject.kind, EntityKind::System | EntityKind::Zone | EntityKind::Device);
        let side = if inward { Side::To } else { Side::From };
        let mut as_anybody = false;
        let lines: BTreeSet<Line> = match side {
            Side::From => {
                let (own, anybody) = lines_of(reach, subject);
                as_anybody = anybody;
                own
            }
            Side::To => lines_to(reach, subject),
        };
        let mut asked = Asked::default();
        for (from, by) in &lines {
            asked.line(reach, (from, by), |to| {
                side == Side::From || counts(reach.inventory, subject, to)
            });
        }
        let entered = match side {
            Side::From => !lines.is_empty(),
            Side::To => !reach.network.entries.is_empty(),
        };
        let unread = |it: &&EntityRef| {
            let node = reach.network.node(it).and_then(|at| reach.network.nodes.get(at));
            it.kind == EntityKind::Device
                && node.is_some_and(|it| !matches!(it.forwarding, Forwarding::Configured(_)))
        };
        let passed: BTreeSet<&EntityRef> = asked.ways.iter().flat_map(|it| &it.passes).collect();
        let unread = passed.into_iter().filter(unread).cloned().collect();
        let mut doubts: Vec<(Text, usize)> = asked.doubts.into_values().collect();
        doubts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Self {
            subject: subject.clone(),
            side,
            entered,
            as_anybody,
            ways: asked.ways,
            unread,
            doubts: doubts.into_iter().map(|(says, _)| says).collect(),
        }
    }

    /// How surely each thing of some kinds is at the other end of a way.
    pub fn ends(&self, kinds: &[EntityKind]) -> BTreeMap<&EntityRef, Certainty> {
        let mut ends: BTreeMap<&EntityRef, Certainty> = BTreeMap::new();
        for way in &self.ways {
            let end = if self.side == Side::From { &way.to } else { &way.from };
            if kinds.contains(&end.kind) {
                let surest = ends.entry(end).or_insert(Certainty::Undetermined);
                *surest = way.certainty().min(*surest);
            }
        }
        ends
    }
}

/// Who comes in, and over what.
type Line = (EntityRef, EntityRef);

/// The lines of a party, a connection or a path; and whether it has others, over which it gets what
/// anybody on the internet gets. Those are its lines when it has none of its own.
fn lines_of(reach: &Reach<'_>, subject: &EntityRef) -> (BTreeSet<Line>, bool) {
    let theirs = |it: &&Entry| it.from == *subject || it.by == *subject;
    let all = reach.network.entries.iter().filter(theirs);
    let all: BTreeSet<Line> = all.map(|it| (it.from.clone(), it.by.clone())).collect();
    let exposure = (subject.kind == EntityKind::Party).then(|| Exposure::new(reach));
    let outsider = exposure.as_ref().and_then(|it| it.of(subject));
    match outsider.filter(|it| !it.by.is_empty()) {
        Some(it) => {
            let own = it.by.iter().map(|by| (subject.clone(), by.clone())).collect();
            (own, !it.as_anybody.is_empty())
        }
        None => (all, false),
    }
}

/// The lines of everybody who reaches a thing by something of his own.
fn lines_to(reach: &Reach<'_>, subject: &EntityRef) -> BTreeSet<Line> {
    let exposure = Exposure::new(reach);
    let reaching = exposure
        .outsiders
        .iter()
        .filter(|it| it.reaches.iter().any(|it| counts(reach.inventory, subject, &it.to)));
    reaching.flat_map(|it| it.by.iter().map(|by| (it.thing.clone(), by.clone()))).collect()
}

/// Whether reaching a thing is reaching the subject: itself, or a system in it.
fn counts(inventory: &Inventory, subject: &EntityRef, to: &EntityRef) -> bool {
    let inside = || {
        let system = inventory.systems.get(&to.id).filter(|_| to.kind == EntityKind::System);
        system.is_some_and(|it| it.zones().contains(&subject.id.as_str()))
    };
    to == subject || subject.kind == EntityKind::Zone && inside()
}

#[derive(Default)]
struct Asked {
    ways: Vec<Way>,
    /// By their words: how many ways each doubt concerns.
    doubts: BTreeMap<String, (Text, usize)>,
}

impl Asked {
    /// What comes in over one line of one party: asked as if there were no other.
    fn line(
        &mut self,
        reach: &Reach<'_>,
        (from, by): (&EntityRef, &EntityRef),
        wanted: impl Fn(&EntityRef) -> bool,
    ) {
        let mut network = reach.network.clone();
        network.entries.retain(|it| it.from == *from && it.by == *by);
        let alone = reach.upon(network);
        let exposure = Exposure::new(&alone);
        let Some(outsider) = exposure.of(from) else { return };
        for reached in outsider.reaches.iter().filter(|it| wanted(&it.to)) {
            let shown = reached.shown(&alone);
            let way = shown.as_ref().and_then(|it| it.way.as_ref());
            if !reached.certainty.is_sure() {
                for it in way.into_iter().flat_map(|it| it.assumptions.iter()) {
                    let key = it.says.get(crate::locale::Lang::En).to_owned();
                    self.doubts.entry(key).or_insert((it.says.clone(), 0)).1 += 1;
                }
            }
            // Why it is open is told in words: one sign stands for all of it.
            let certainty = reached.certainty.min(Certainty::Undetermined);
            let part = (certainty, reached.services.clone());
            let known = self
                .ways
                .iter_mut()
                .find(|it| (&it.from, &it.by, &it.to) == (from, by, &reached.to));
            match known {
                Some(way) => match way.services.iter_mut().find(|it| it.0 == certainty) {
                    Some((_, services)) => *services = services.union(&part.1),
                    None => way.services.push(part),
                },
                None => self.ways.push(Way {
                    from: from.clone(),
                    by: by.clone(),
                    to: reached.to.clone(),
                    services: vec![part],
                    passes: passes(&alone, way),
                }),
            }
        }
    }
}

/// What the packet of an answer passes: first the node where it comes in.
fn passes(reach: &Reach<'_>, way: Option<&Trace>) -> Vec<EntityRef> {
    let entry = reach.network.entries.first();
    let first = entry.and_then(|it| reach.network.nodes.get(it.node)).map(|it| &it.thing);
    let things = way.into_iter().flat_map(|it| &it.hops).filter_map(|it| it.thing.as_ref());
    let mut passes: Vec<EntityRef> = Vec::new();
    for thing in first.into_iter().chain(things) {
        if !passes.contains(thing) {
            passes.push(thing.clone());
        }
    }
    passes
}

//! Which thing of one record is which of another.
//!
//! What a person pinned comes first, then ids: they are meant to be stable. Where an id stands for
//! something that has nothing in common with what it stood for, and that is surely something else
//! there, the id is not believed. What is left is paired by what it has in common, from the surest
//! (serial number, MAC, circuit number) to the weakest; two things are one only when each is the
//! other's best match and no other is as good: on a tie nobody knows, and both stand there as gone
//! and new. Everything goes through indexes: only what shares a telling value is ever compared.

mod clues;
mod content;
mod moved;
mod parts;
mod ports;
mod twins;
mod zones;

pub(super) use moved::Moved;
pub(super) use ports::PORTS;

use super::kinds::{Identity, Likelihood};
use super::record::{Record, Thing};
use super::renames::Renames;
use crate::locale::Text;
use crate::model::{EntityKind, Vocabulary as _};
use crate::text;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// Things of two records, paired. Positions are those in [`Record::things`].
#[derive(Debug, Default)]
pub(super) struct Pairing {
    /// The newer thing of each older one.
    pub(super) newer: Vec<Option<usize>>,
    /// The older thing of each newer one.
    pub(super) older: Vec<Option<usize>>,
    /// Why a newer thing is taken for an older one that has another id.
    pub(super) why: BTreeMap<usize, Identity>,
    /// What one thing became several, or several one.
    pub(super) groups: Vec<Group>,
    /// Ids that are written otherwise in the newer record.
    pub(super) renames: Renames,
}

/// One thing that became several, or several that became one. A side may hold what is paired, too.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) old: Vec<usize>,
    pub(super) new: Vec<usize>,
    pub(super) identity: Identity,
}

/// References point backwards in this order, so that what a thing stands in is known before it.
const ORDER: [EntityKind; 14] = [
    EntityKind::Organization,
    EntityKind::Site,
    EntityKind::Party,
    EntityKind::Zone,
    EntityKind::Circuit,
    EntityKind::CredentialGroup,
    EntityKind::Document,
    EntityKind::Device,
    EntityKind::System,
    EntityKind::Connection,
    EntityKind::Backup,
    EntityKind::Flow,
    EntityKind::Waiver,
    EntityKind::Path,
];

/// Two records while their things are being paired.
struct Pairs<'r> {
    old: &'r Record,
    new: &'r Record,
    found: Pairing,
}

/// Pairs the things of two records.
pub(super) fn pair(old: &Record, new: &Record) -> Pairing {
    let found = Pairing {
        newer: vec![None; old.things.len()],
        older: vec![None; new.things.len()],
        ..Pairing::default()
    };
    let mut pairs = Pairs { old, new, found };
    for kind in ORDER {
        let (before, after) = (of_kind(old, kind), of_kind(new, kind));
        pairs.pinned(kind, &before, &after);
        match kind {
            // What has no id is known by what it says.
            EntityKind::Flow | EntityKind::Waiver => content::pair(&mut pairs, &before, &after),
            _ => {
                // A path is named after what it is.
                let astray = match kind {
                    EntityKind::Path => BTreeSet::new(),
                    _ => pairs.astray(&before, &after),
                };
                pairs.by_id(&before, &after, &astray);
            }
        }
        if kind == EntityKind::Zone {
            zones::regroup(&mut pairs, &before, &after);
        }
        // A box stays the one that kept its hardware.
        if kind == EntityKind::System {
            parts::regroup(&mut pairs, &before, &after);
        }
        if !matches!(kind, EntityKind::Flow | EntityKind::Waiver) {
            clues::pair(&mut pairs, &before, &after);
        }
        if matches!(kind, EntityKind::Device | EntityKind::System) {
            ports::rename(&mut pairs, kind);
        }
    }
    pairs.found
}

/// Where the things of a kind stand: they follow each other.
fn of_kind(record: &Record, kind: EntityKind) -> Range<usize> {
    let is_it = |it: &Thing| it.kind == kind;
    let start = record.things.iter().position(is_it).unwrap_or(record.things.len());
    let end = record.things.iter().rposition(is_it).map_or(start, |it| it + 1);
    start..end
}

impl<'r> Pairs<'r> {
    /// What is paired so far.
    fn paired(&self) -> impl Iterator<Item = (&Thing, &Thing)> {
        let older = self.found.older.iter().zip(&self.new.things);
        older.filter_map(|(at, new)| Some((self.old.things.get((*at)?)?, new)))
    }

    fn is_free(&self, old: usize, new: usize) -> bool {
        self.old_is_free(old) && self.new_is_free(new)
    }

    fn old_is_free(&self, at: usize) -> bool {
        self.found.newer.get(at).is_some_and(Option::is_none)
    }

    fn new_is_free(&self, at: usize) -> bool {
        self.found.older.get(at).is_some_and(Option::is_none)
    }

    /// These two are one; why, when their ids differ.
    fn join(&mut self, old: usize, new: usize, why: Option<Identity>) {
        let (Some(before), Some(after)) = (self.old.things.get(old), self.new.things.get(new))
        else {
            return;
        };
        if let (Some(newer), Some(older)) =
            (self.found.newer.get_mut(old), self.found.older.get_mut(new))
        {
            *newer = Some(new);
            *older = Some(old);
        }
        if before.id != after.id {
            self.found.renames.add(before, after);
        }
        if let Some(why) = why {
            self.found.why.insert(new, why);
        }
    }

    /// What a person says.
    fn pinned(&mut self, kind: EntityKind, before: &Range<usize>, after: &Range<usize>) {
        let (older, newer) = (self.old, self.new);
        let pins: Vec<_> = newer.pins.iter().filter(|it| it.kind == kind).collect();
        if pins.is_empty() {
            return;
        }
        let find = |record: &Record, at: &Range<usize>, id: &str| {
            let things = record.things.get(at.clone()).unwrap_or_default();
            things.iter().position(|it| it.id == id).map(|it| it + at.start)
        };
        let mut told: Vec<(usize, usize, Identity)> = Vec::new();
        for pin in &pins {
            let old = find(older, before, &pin.old);
            let new = find(newer, after, &pin.new);
            if let (Some(old), Some(new)) = (old, new) {
                let reason = match &pin.reason {
                    Some(reason) => {
                        text!("台帳の指定: {reason}", "the inventory says so: {reason}")
                    }
                    None => Text::new("台帳の指定", "the inventory says so"),
                };
                told.push((old, new, Identity { confidence: Likelihood::Sure, reason }));
            }
        }
        for (old, new, identity) in &told {
            let several = |at: &dyn Fn(&(usize, usize, Identity)) -> bool| {
                told.iter().filter(|it| at(it)).count() > 1
            };
            let (splits, merges) = (several(&|it| it.0 == *old), several(&|it| it.1 == *new));
            if !splits && !merges {
                if self.is_free(*old, *new) {
                    self.join(*old, *new, Some(identity.clone()));
                }
                continue;
            }
            let known = self
                .found
                .groups
                .iter_mut()
                .find(|it| if splits { it.old == [*old] } else { it.new == [*new] });
            match known {
                Some(group) => {
                    push(&mut group.old, *old);
                    push(&mut group.new, *new);
                }
                None => self.found.groups.push(Group {
                    old: vec![*old],
                    new: vec![*new],
                    identity: identity.clone(),
                }),
            }
        }
    }

    /// Ids of things that stand for something else now, by older positions. Those that are surely
    /// another thing of the same kind are paired with it.
    fn astray(&mut self, before: &Range<usize>, after: &Range<usize>) -> BTreeSet<usize> {
        let (older, newer) = (self.old, self.new);
        let ids = self.ids(after);
        let moved = Moved::among(self.paired());
        let (mut astray, mut old, mut new) = (BTreeSet::new(), Vec::new(), Vec::new());
        let mut known = BTreeSet::new();
        for at in before.clone().filter(|at| self.old_is_free(*at)) {
            let Some(was) = older.things.get(at) else { continue };
            let same = ids.get(was.id.as_str()).and_then(|at| Some((*at, newer.things.get(*at)?)));
            match same {
                Some((there, is)) => {
                    known.insert(there);
                    if was.name != is.name && clues::strangers(self, &moved, was, is) {
                        astray.insert(at);
                        old.push(at);
                        new.push(there);
                    }
                }
                None => old.push(at),
            }
        }
        if !astray.is_empty() {
            new.extend(ids.values().filter(|it| !known.contains(*it)));
            new.sort_unstable();
            clues::surely(self, (before, after), (old, new));
        }
        astray
    }

    /// What of the newer record is not paired, by id.
    fn ids(&self, after: &Range<usize>) -> HashMap<&'r str, usize> {
        let newer = self.new;
        let free = after.clone().filter(|at| self.new_is_free(*at));
        free.filter_map(|at| Some((newer.things.get(at)?.id.as_str(), at))).collect()
    }

    fn by_id(&mut self, before: &Range<usize>, after: &Range<usize>, astray: &BTreeSet<usize>) {
        let older = self.old;
        let ids = self.ids(after);
        for old in before.clone().filter(|at| self.old_is_free(*at)).collect::<Vec<_>>() {
            let Some(thing) = older.things.get(old) else { continue };
            // What belongs to a thing that was renamed is named after it.
            let id = self.found.renames.id(thing.kind, &thing.id);
            let id = id.as_deref().unwrap_or(&thing.id);
            if let Some(new) = ids.get(id)
                && self.is_free(old, *new)
            {
                let doubt = astray.contains(&old).then(|| Identity {
                    confidence: Likelihood::Possible,
                    reason: Text::new(
                        "識別子だけが同じで、ほかの手がかりはすべて違う",
                        "the id alone is the same; everything else that tells differs",
                    ),
                });
                self.join(old, *new, doubt);
            }
        }
    }

    /// What is not paired yet: older and newer.
    fn rest(&self, before: &Range<usize>, after: &Range<usize>) -> (Vec<usize>, Vec<usize>) {
        let grouped = |side: fn(&Group) -> &Vec<usize>, at: usize| {
            self.found.groups.iter().any(|it| side(it).contains(&at))
        };
        let old = before.clone().filter(|at| self.old_is_free(*at) && !grouped(|it| &it.old, *at));
        let new = after.clone().filter(|at| self.new_is_free(*at) && !grouped(|it| &it.new, *at));
        (old.collect(), new.collect())
    }
}

/// Adds what is not there yet.
fn push(list: &mut Vec<usize>, item: usize) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// What two things have in common, in words.
fn shared(labels: &[Text]) -> Text {
    let all = Text::list(labels);
    text!("{all}が同じ", "the same: {all}"; all)
}

/// The kind in words, for reasons.
fn kind_of(thing: &Thing) -> Text {
    thing.kind.label()
}

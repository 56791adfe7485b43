//! What became of the confirmations in the ledger. A new one says that somebody looked; one that was
//! there and is otherwise now, or gone, or dated back, is a change of the ledger like any other.

use super::difference::change;
use super::kinds::{AttributeChange, Change, Nature, What};
use super::record::{Confirmed, Record, Source, Thing};
use super::renames::Renames;
use crate::locale::Text;
use crate::model::EntityRef;
use std::collections::BTreeMap;

/// The key under which they are told.
pub(super) const CONFIRMATIONS: &str = "confirmations";

/// What one thing lost and got.
#[derive(Default)]
struct Altered {
    gone: Vec<Confirmed>,
    late: Vec<Confirmed>,
    since: Vec<Confirmed>,
}

/// Tells what differs. Nothing where one of the records does not know of them.
pub(super) fn tell(all: &mut Vec<Change>, old: &Record, new: &Record, renames: &Renames) {
    let (Some(was), Some(is)) = (&old.confirmations, &new.confirmations) else { return };
    let mut left: Vec<(Option<EntityRef>, &Confirmed)> =
        was.iter().map(|it| (subject(it, old).map(|thing| renames.thing(&thing)), it)).collect();
    let mut things: BTreeMap<EntityRef, Altered> = BTreeMap::new();
    for it in is {
        let thing = subject(it, new);
        let same = |(other, was): &(Option<EntityRef>, &Confirmed)| {
            *other == thing && Confirmed { thing: it.thing.clone(), ..(*was).clone() } == *it
        };
        if let Some(at) = left.iter().position(same) {
            left.remove(at);
            continue;
        }
        let Some(thing) = thing else { continue };
        let altered = things.entry(thing).or_default();
        // On the day of the older state it may have been after it.
        let list = if it.on >= old.as_of { &mut altered.since } else { &mut altered.late };
        list.push(it.clone());
    }
    for (thing, it) in left {
        // What is said of a thing that is gone goes with it.
        let Some(thing) = thing.filter(|it| new.find(it).is_some()) else { continue };
        things.entry(thing).or_default().gone.push(it.clone());
    }
    for (thing, altered) in things {
        let Some(named) = new.find(&thing) else { continue };
        let Altered { gone, mut late, mut since } = altered;
        if !gone.is_empty() {
            // What stands in the place of another one is no news of its own.
            late.append(&mut since);
        }
        if !gone.is_empty() || !late.is_empty() {
            told(all, named, Nature::Declared, &gone, &late);
        }
        if !since.is_empty() {
            told(all, named, Nature::Scope, &[], &since);
        }
    }
}

fn told(
    all: &mut Vec<Change>,
    thing: &Thing,
    nature: Nature,
    gone: &[Confirmed],
    come: &[Confirmed],
) {
    let attribute = AttributeChange {
        key: CONFIRMATIONS.to_owned(),
        label: Text::new("確認の記録", "confirmations"),
        source: Source::Declared,
        old: gone.iter().map(said).collect(),
        new: come.iter().map(said).collect(),
    };
    let same = |it: &&mut Change| {
        it.nature == nature && it.kind == thing.kind && it.new.contains(&thing.id)
    };
    if let Some(known) = all.iter_mut().find(same).filter(|_| nature == Nature::Declared) {
        known.attributes.push(attribute);
        return;
    }
    let is_new = nature == Nature::Scope;
    all.push(Change {
        old: vec![thing.id.clone()],
        new: vec![thing.id.clone()],
        attributes: vec![attribute],
        note: is_new
            .then(|| Text::new("前回よりあとの確認です", "it was confirmed since the older state")),
        ..change(nature, vec![What::Changed], thing)
    });
}

/// What it is about.
fn subject(it: &Confirmed, record: &Record) -> Option<EntityRef> {
    let named: Option<EntityRef> = it.thing.parse().ok();
    let by_id = || record.things.iter().find(|thing| thing.id == it.thing).map(Thing::thing);
    named.or_else(by_id)
}

/// As it would stand in the inventory.
fn said(it: &Confirmed) -> String {
    let Confirmed { on, by, how, result, note, .. } = it;
    let note = note.as_ref().map(|it| format!(", note: {it}")).unwrap_or_default();
    format!("{{on: {on}, by: {by}, how: {how}, result: {result}{note}}}")
}

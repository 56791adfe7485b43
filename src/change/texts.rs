//! Configurations whose text changed, whatever is compared of it. A line that is not compared may say
//! anything, so a text that changed is never passed over in silence.

use super::kinds::{Change, TextChange};
use super::record::{How, Looked, Record, Source};
use super::renames::Renames;
use crate::model::{EntityKind, EntityRef};
use std::collections::{BTreeMap, BTreeSet};

/// The configurations of one thing, in the order of their names.
type Files<'r> = BTreeMap<EntityRef, Vec<&'r Looked>>;

/// What became of the texts of everything whose configuration was read both times: by thing and name.
pub(super) fn changes(
    old: &Record,
    new: &Record,
    renames: &Renames,
    told: &[Change],
) -> Vec<TextChange> {
    let told = owners(old, new, renames, told);
    let (was, is) = (files(old, renames), files(new, &Renames::default()));
    let mut all = Vec::new();
    for (thing, is) in &is {
        let Some(was) = was.get(thing) else { continue };
        let only = |these: &[&'_ Looked], those: &[&'_ Looked]| -> Vec<String> {
            let those: BTreeSet<&str> = those.iter().map(|it| it.sha256.as_str()).collect();
            let only = these.iter().filter(|it| !those.contains(it.sha256.as_str()));
            only.map(|it| it.name.clone()).collect()
        };
        let compared = told.contains(thing);
        for (old, new) in paired(only(was, is), only(is, was)) {
            all.push(TextChange { thing: thing.clone(), old, new, compared, lines: None });
        }
    }
    all
}

/// The texts that were read of each thing, by newer ids.
fn files<'r>(record: &'r Record, renames: &Renames) -> Files<'r> {
    let mut all = Files::new();
    let read = record.looked.iter().filter(|it| it.unread.is_none());
    for looked in read.filter(|it| it.how == How::Configuration) {
        if let Some(thing) = &looked.thing {
            all.entry(renames.thing(thing)).or_default().push(looked);
        }
    }
    all
}

/// The same name is the same file, then the same place in the order of names.
fn paired(
    mut old: Vec<String>,
    new: Vec<String>,
) -> impl Iterator<Item = (Option<String>, Option<String>)> {
    let mut pairs = Vec::new();
    let mut left = Vec::new();
    for name in new {
        match old.iter().position(|it| *it == name) {
            Some(at) => pairs.push((Some(old.remove(at)), Some(name))),
            None => left.push(name),
        }
    }
    let (mut old, mut left) = (old.into_iter(), left.into_iter());
    let rest = std::iter::from_fn(move || match (old.next(), left.next()) {
        (None, None) => None,
        pair => Some(pair),
    });
    pairs.into_iter().chain(rest)
}

/// The things, by newer ids, of whose configuration some change tells.
fn owners(old: &Record, new: &Record, renames: &Renames, told: &[Change]) -> BTreeSet<EntityRef> {
    let path = |thing: &EntityRef, is_new: bool| -> Option<EntityRef> {
        let record = if is_new { new } else { old };
        let device =
            record.find(thing)?.says(Source::Configured, "device").first()?.parse().ok()?;
        Some(if is_new { device } else { renames.thing(&device) })
    };
    let configured = told.iter().filter(|it| {
        it.kind == EntityKind::Path
            || it.attributes.iter().any(|it| it.source == Source::Configured)
    });
    let owner = |it: &Change| match it.kind {
        EntityKind::Path => path(&it.thing(), !it.new.is_empty()),
        _ => Some(it.thing()),
    };
    configured.filter_map(owner).collect()
}

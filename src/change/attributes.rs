//! What differs between the attributes of two things that are one.

use super::hardware::{compared, spelling};
use super::identity::PORTS;
use super::kinds::{AttributeChange, What};
use super::record::{Attribute, Record, Source, Thing};
use super::renames::Renames;
use crate::model::{EntityKind, Vocabulary as _};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What differs, source by source in the order of the newer thing; older references by newer ids. What
/// was seen identifies a thing and is no attribute that changes: whether anybody looked is another
/// question, and what is wrong with it is a finding.
pub(super) fn differences(
    old: &Thing,
    new: &Thing,
    renames: &Renames,
    records: (&Record, &Record),
) -> Vec<AttributeChange> {
    if old.attributes == new.attributes && renames.is_empty() {
        return Vec::new();
    }
    let named = new.thing();
    let older = |it: &Attribute| match it.source {
        Source::Declared => renames.key(&named, &it.key).into_owned(),
        _ => it.key.clone(),
    };
    let index = |thing: &'_ Thing, is_old: bool| -> BTreeMap<(Source, String), usize> {
        let all = thing.attributes.iter().enumerate();
        let key = |it: &Attribute| if is_old { older(it) } else { it.key.clone() };
        all.map(|(at, it)| ((it.source, key(it)), at)).collect()
    };
    let (before, after) = (index(old, true), index(new, false));
    let value = |thing: &Thing, at: Option<&usize>| -> Vec<String> {
        let found: Option<&Attribute> = at.and_then(|at| thing.attributes.get(*at));
        found.map(|it| it.value.clone()).unwrap_or_default()
    };
    let mut all = Vec::new();
    let gone = old.attributes.iter().filter(|it| !after.contains_key(&(it.source, older(it))));
    let told = new.attributes.iter().chain(gone).filter(|it| it.source != Source::Observed);
    for attribute in told {
        let key = (attribute.source, attribute.key.clone());
        let was = value(old, before.get(&key));
        let is = value(new, after.get(&key));
        let was: Vec<Cow<'_, str>> = was.iter().map(|it| renames.value(it)).collect();
        let spelling = spelling(&attribute.key);
        let same =
            |old: &str, new: &str| old == new || spelling.is_some_and(|it| it(old) == it(new));
        let only_old: Vec<String> = was
            .iter()
            .filter(|old| !is.iter().any(|new| same(old, new)))
            .map(|it| it.to_string())
            .collect();
        let only_new: Vec<String> =
            is.iter().filter(|new| !was.iter().any(|old| same(old, new))).cloned().collect();
        if only_old.is_empty() && only_new.is_empty() {
            continue;
        }
        let (older, newer) = records;
        let record = if is.is_empty() { older } else { newer };
        all.push(AttributeChange {
            label: record.label(new.kind, &attribute.key),
            key: attribute.key.clone(),
            source: attribute.source,
            old: only_old,
            new: only_new,
        });
    }
    // Records of versions that did not read it yet say nothing of it.
    let unread = |key: &str| {
        let field = format!("{}.{key}", new.kind.key());
        key == "peers" && !records.0.fields.contains_key(&field)
    };
    all.retain(|it| !unread(&it.key));
    // Lines that are gone or new change their order, too: that is told once.
    let lists: Vec<String> =
        all.iter().filter_map(|it| it.key.strip_prefix("filters.").map(str::to_owned)).collect();
    all.retain(|it| {
        it.key.strip_prefix("filter-order.").is_none_or(|name| !lists.iter().any(|it| it == name))
    });
    all
}

/// The zone, by its newer id, after which the interfaces of a thing are called as before, where only
/// that is new about their names.
pub(super) fn called_after(
    thing: &Thing,
    changes: &[AttributeChange],
    renames: &Renames,
) -> Option<String> {
    let change = changes.iter().find(|it| it.key == PORTS)?;
    let mut zone = None;
    for old in &change.old {
        let now = renames.id(EntityKind::Zone, old).filter(|it| change.new.contains(it))?;
        let key = renames.key(&thing.thing(), &format!("{PORTS}.{old}.zone")).into_owned();
        zone = Some(now).filter(|now| key == format!("{PORTS}.{now}.zone"));
        zone.as_ref()?;
    }
    zone.filter(|_| change.old.len() == change.new.len())
}

/// What happened to a thing whose declaration changed in these attributes, the weightiest first.
pub(super) fn what(
    kind: EntityKind,
    old: &Thing,
    new: &Thing,
    changes: &[AttributeChange],
) -> Vec<What> {
    // A box that has its serial number still is the one that it was.
    let kept = ["serial", "serial-number"].iter().any(|key| {
        let says = |thing: &Thing| -> Vec<String> {
            let all = thing.attributes.iter().filter(|it| it.key == *key);
            all.flat_map(|it| it.value.iter().map(|it| compared(key, it).into_owned())).collect()
        };
        let (was, is) = (says(old), says(new));
        was.iter().any(|it| is.contains(it))
    });
    let of_one = |it: &AttributeChange| match of_one(kind, it) {
        What::Replaced if kept && kind != EntityKind::Circuit => What::Changed,
        it => it,
    };
    let mut all: Vec<What> = changes.iter().map(of_one).collect();
    if old.id != new.id && !matches!(kind, EntityKind::Flow | EntityKind::Waiver | EntityKind::Path)
    {
        all.push(What::Renamed);
    }
    all.sort();
    all.dedup();
    all
}

fn of_one(kind: EntityKind, it: &AttributeChange) -> What {
    let both = !it.old.is_empty() && !it.new.is_empty();
    let last = it.key.rsplit('.').next().unwrap_or_default();
    match (kind, last) {
        (_, "name") if it.key == "name" => What::Renamed,
        (EntityKind::Device | EntityKind::System, "serial" | "mac" | "model" | "vendor")
            if both && !(kind == EntityKind::System && last == "vendor") =>
        {
            What::Replaced
        }
        (EntityKind::Device, "serial-number" | "product" | "hardware") if both => What::Replaced,
        (EntityKind::Circuit, "circuit_id") if both => What::Replaced,
        (_, "addresses" | "networks") if both => What::Renumbered,
        (EntityKind::Path, "remote") if both => What::Renumbered,
        (
            EntityKind::Device | EntityKind::System | EntityKind::Circuit | EntityKind::Zone,
            "zone" | "site" | "location" | "onu",
        ) if both => What::Moved,
        (EntityKind::Connection, "at") if both => What::Moved,
        _ => What::Changed,
    }
}

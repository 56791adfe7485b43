//! Everything there is, flat: what is declared of it, and what is configured.

use super::configured::Configured;
use super::{Attribute, Field, Source, Thing};
use crate::audit::Assessment;
use crate::inventory::{Endpoint, Inventory};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::text;
use crate::topology::Corroboration;
use std::collections::{BTreeMap, BTreeSet};

/// Everything, kind by kind: what is declared in its order, then what only a configuration shows.
pub(super) fn things(assessment: &Assessment) -> Vec<Thing> {
    let inventory = &assessment.inventory;
    let mut configured = Configured::of(assessment);
    let mut observed = super::observed::attributes(assessment);
    let mut all = Vec::new();
    for thing in inventory.declared() {
        let mut attributes: Vec<Attribute> = inventory
            .stated(&thing)
            .into_iter()
            .map(|it| Attribute { key: it.key, value: it.value, source: Source::Declared })
            .collect();
        attributes.extend(configured.take(&thing));
        attributes.extend(observed.remove(&thing).unwrap_or_default());
        all.push(Thing {
            name: name(inventory, &thing),
            state: assessment.topology.corroboration(&thing),
            configured: configured_state(assessment, &thing),
            attributes,
            kind: thing.kind,
            id: thing.id,
        });
    }
    for (thing, attributes) in configured.rest() {
        let path = assessment.topology.paths().iter().find(|it| it.thing == thing);
        let name = path.map(|it| {
            let (device, path) = (inventory.name_of(&it.device), &it.name);
            text!("{device} の {path}", "{path} of {device}"; path)
        });
        let state = match path {
            Some(path) => path.corroboration,
            None => assessment.topology.corroboration(&thing),
        };
        all.push(Thing {
            name: name.unwrap_or_else(|| Text::same(&thing.id)),
            state,
            configured: None,
            attributes,
            kind: thing.kind,
            id: thing.id,
        });
    }
    let rank = |kind: EntityKind| EntityKind::ALL.iter().position(|it| *it == kind);
    all.sort_by_key(|it| rank(it.kind));
    all
}

/// What configurations alone say, where it is not all that is known.
fn configured_state(assessment: &Assessment, thing: &EntityRef) -> Option<Corroboration> {
    let topology = &assessment.topology;
    let seen = topology.observed().states.contains_key(thing)
        || topology.probed().states.contains_key(thing);
    let alone = topology.configured(thing);
    (seen && alone != topology.corroboration(thing)).then_some(alone)
}

/// What people call it; of what has no name, what it is about.
fn name(inventory: &Inventory, thing: &EntityRef) -> Text {
    let position = || thing.id.parse::<usize>().ok()?.checked_sub(1);
    let described = match thing.kind {
        EntityKind::Flow => position().and_then(|at| inventory.flows.get(at)).map(|it| {
            let (from, to) = (end(inventory, &it.from), end(inventory, &it.to));
            text!("{from} → {to}", "{from} → {to}"; from, to)
        }),
        EntityKind::Waiver => position().and_then(|at| inventory.waivers.get(at)).map(|it| {
            let (rule, subject) = (&it.rule.value, inventory.name_of_subject(&it.subject.value));
            text!("{subject} の {rule}", "{rule} of {subject}")
        }),
        EntityKind::Backup => inventory.backups.get(&thing.id).map(|it| {
            let systems = it.of.iter().map(|of| EntityRef::new(EntityKind::System, of.id()));
            let names: Vec<Text> = systems.map(|it| Text::same(inventory.name_of(&it))).collect();
            Text::list(&names)
        }),
        _ => None,
    };
    described.unwrap_or_else(|| Text::same(inventory.name_of(thing)))
}

fn end(inventory: &Inventory, end: &Endpoint) -> Text {
    let Endpoint::Named(id) = end else {
        return match end {
            Endpoint::Any => Text::new("すべて（無制限）", "anywhere (unrestricted)"),
            Endpoint::Internet => Text::new("インターネット", "the internet"),
            _ => Text::same(end.to_string()),
        };
    };
    let kinds = [EntityKind::Zone, EntityKind::System, EntityKind::Party, EntityKind::Device];
    let mut things = kinds.iter().map(|kind| EntityRef::new(*kind, id));
    let found = things.find(|it| inventory.span_of(it).is_some());
    Text::same(found.as_ref().map_or(id.as_str(), |it| inventory.name_of(it)))
}

/// The names of the fields that occur.
pub(super) fn fields(things: &[Thing]) -> BTreeMap<String, Field> {
    let mut known: BTreeMap<String, Field> = Inventory::field_names()
        .into_iter()
        .map(|it| (it.key, Field { about: it.about, names: it.names }))
        .collect();
    known.extend(super::configured::fields());
    known.extend(super::observed::fields());
    let mut used = BTreeSet::new();
    for thing in things {
        for attribute in &thing.attributes {
            used.extend(patterns(thing.kind, &attribute.key, &known));
        }
    }
    known.retain(|key, _| used.contains(key));
    known
}

/// The names of a key, from the outermost: `devices.interfaces`, `devices.interfaces.*.addresses`.
pub(super) fn patterns(
    kind: EntityKind,
    key: &str,
    known: &BTreeMap<String, Field>,
) -> Vec<String> {
    let mut pattern = kind.key().to_owned();
    let mut all = Vec::new();
    for part in key.split('.') {
        let exact = format!("{pattern}.{part}");
        if known.contains_key(&exact) {
            all.push(exact.clone());
            pattern = exact;
        } else {
            pattern.push_str(".*");
        }
    }
    all
}

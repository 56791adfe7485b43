//! Interfaces that got another name and are what they were: a name in the ledger is no cable.

use super::Pairs;
use crate::change::record::{Source, Thing};
use crate::model::EntityKind;
use std::collections::BTreeSet;

/// Under which key things list their interfaces.
pub(in crate::change) const PORTS: &str = "interfaces";
/// What tells an interface from others of its box.
const TELLING: [&str; 3] = ["addresses", "mac", "circuit"];

/// Everything that is said of one interface.
type Said = BTreeSet<(String, Vec<String>)>;

/// Finds them among the things of a kind that are paired: of a name that is gone and one that came the
/// same is said, and of no others.
pub(super) fn rename(pairs: &mut Pairs<'_>, kind: EntityKind) {
    let mut found = Vec::new();
    for (old, new) in pairs.paired().filter(|(_, new)| new.kind == kind) {
        let (before, after) = (names(old), names(new));
        let renamed = |it: &String| pairs.found.renames.value(it).into_owned();
        let all = |thing: &Thing, these: &BTreeSet<String>, those: &BTreeSet<String>, older| {
            let only = these.difference(those);
            let said = only.map(|name| match older {
                true => (name.clone(), said(thing, name, renamed)),
                false => (name.clone(), said(thing, name, String::clone)),
            });
            said.collect::<Vec<_>>()
        };
        let (gone, come) = (all(old, &before, &after, true), all(new, &after, &before, false));
        for (name, was) in &gone {
            let same = |all: &[(String, Said)]| -> Vec<String> {
                let same = all.iter().filter(|(_, said)| said == was);
                same.map(|(name, _)| name.clone()).collect()
            };
            let told = was.iter().any(|(key, _)| TELLING.contains(&key.as_str()));
            if let ([_], [now]) = (same(&gone).as_slice(), same(&come).as_slice())
                && told
            {
                found.push((new.thing(), name.clone(), now.clone()));
            }
        }
    }
    for (thing, old, new) in found {
        pairs.found.renames.add_port(thing, &old, &new);
    }
}

/// The names of the interfaces of a thing.
fn names(thing: &Thing) -> BTreeSet<String> {
    thing.says(Source::Declared, PORTS).iter().cloned().collect()
}

fn said(thing: &Thing, name: &str, value: impl Fn(&String) -> String) -> Said {
    let prefix = format!("{PORTS}.{name}.");
    let declared = thing.attributes.iter().filter(|it| it.source == Source::Declared);
    let its = declared.filter_map(|it| Some((it.key.strip_prefix(&prefix)?.to_owned(), &it.value)));
    its.map(|(key, values)| (key, values.iter().map(&value).collect())).collect()
}

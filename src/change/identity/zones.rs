//! Zones that were split or merged: by where their systems stand now, and by their networks.

use super::{Group, Pairs, kind_of, push, twins};
use crate::change::kinds::{Identity, Likelihood};
use crate::change::record::{Record, Source, Thing};
use crate::model::{EntityKind, EntityRef, IpNetwork, contains};
use crate::text;
use std::collections::BTreeMap;
use std::ops::Range;

/// How one zone relates to another: how many systems went over, and whether its networks lie within.
struct Origin {
    from: usize,
    systems: usize,
    within: bool,
}

/// Finds zones that came out of one that is known, or went into one.
pub(super) fn regroup(pairs: &mut Pairs<'_>, before: &Range<usize>, after: &Range<usize>) {
    let (gone, come) = pairs.rest(before, after);
    if gone.is_empty() && come.is_empty() {
        return;
    }
    let twins = twins::systems(pairs.old, pairs.new);
    // Systems by their older ids.
    let stands = |record: &Record, is_new: bool| -> BTreeMap<String, String> {
        let systems = record.things.iter().filter(|it| it.kind == EntityKind::System);
        let zone = |it: &Thing| it.says(Source::Declared, "zone").first().cloned();
        let id = |it: &Thing| match twins.get(&it.id).filter(|_| is_new) {
            Some(twin) => twin.clone(),
            None => it.id.clone(),
        };
        systems.filter_map(|it| Some((id(it), zone(it)?))).collect()
    };
    let (was, is) = (stands(pairs.old, false), stands(pairs.new, true));
    let splits = origins(&come, pairs.new, pairs.old, before, &is, &was);
    let merges = origins(&gone, pairs.old, pairs.new, after, &was, &is);
    // What came out of a zone, zone by zone: a zone that is gone and left one behind was renamed.
    let mut parts: BTreeMap<usize, Vec<(usize, Origin)>> = BTreeMap::new();
    for (zone, origin) in splits {
        parts.entry(origin.from).or_default().push((zone, origin));
    }
    for (old, parts) in parts {
        let kept = pairs.found.newer.get(old).copied().flatten();
        if kept.is_none()
            && let [(zone, origin)] = parts.as_slice()
        {
            // All of it under another id, if its systems say so; else whatever else they have in common.
            if origin.systems > 0 && !pairs.found.groups.iter().any(|it| it.old.contains(&old)) {
                let identity = reason(&parts, pairs.old.things.get(old));
                pairs.join(old, *zone, Some(identity));
            }
            continue;
        }
        let mut new: Vec<usize> = kept.into_iter().collect();
        parts.iter().for_each(|(zone, _)| push(&mut new, *zone));
        let identity = reason(&parts, pairs.old.things.get(old));
        pairs.found.groups.push(Group { old: vec![old], new, identity });
    }
    let mut parts: BTreeMap<usize, Vec<(usize, Origin)>> = BTreeMap::new();
    for (zone, origin) in merges {
        let is_told = pairs.found.groups.iter().any(|it| it.old.contains(&zone));
        if !is_told && pairs.old_is_free(zone) {
            parts.entry(origin.from).or_default().push((zone, origin));
        }
    }
    for (new, parts) in parts {
        let kept = pairs.found.older.get(new).copied().flatten();
        if parts.len() + usize::from(kept.is_some()) < 2 {
            continue;
        }
        let mut old: Vec<usize> = kept.into_iter().collect();
        parts.iter().for_each(|(zone, _)| push(&mut old, *zone));
        let identity = reason(&parts, pairs.new.things.get(new));
        pairs.found.groups.push(Group { old, new: vec![new], identity });
    }
}

/// For each zone that stands in one record only, the zone of the other that it was part of: most of
/// its systems stand there, or all of its networks lie within those.
fn origins(
    zones: &[usize],
    here: &Record,
    there: &Record,
    range: &Range<usize>,
    stands: &BTreeMap<String, String>,
    stood: &BTreeMap<String, String>,
) -> Vec<(usize, Origin)> {
    // Zone here → zone there → how many systems.
    let mut moves: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (system, zone) in stands {
        if let Some(other) = stood.get(system) {
            *moves.entry(zone).or_default().entry(other).or_default() += 1;
        }
    }
    let mut found = Vec::new();
    for at in zones {
        let Some(zone) = here.things.get(*at) else { continue };
        let name = zone.thing().to_string();
        let counted = moves.get(name.as_str());
        let all: usize = counted.map_or(0, |it| it.values().sum());
        let most = counted.and_then(|it| it.iter().max_by_key(|(_, count)| **count));
        let most = most.filter(|(_, count)| **count >= 2 && **count * 2 > all);
        let by_systems = most.and_then(|(other, count)| {
            let other: EntityRef = other.parse().ok()?;
            let at = range
                .clone()
                .find(|at| there.things.get(*at).is_some_and(|it| it.id == other.id))?;
            Some((at, *count))
        });
        let networks = networks(zone);
        let mut around = range.clone().filter(|at| {
            let outer = there.things.get(*at).map(self::networks).unwrap_or_default();
            // The same network under another id is a renamed zone, not a part of one.
            !networks.is_empty()
                && networks.iter().all(|inner| {
                    outer.iter().any(|outer| contains(*outer, *inner) && outer != inner)
                })
        });
        let by_networks = around.next().filter(|_| around.next().is_none());
        let from = match (by_systems, by_networks) {
            (Some((a, systems)), b) if b.is_none_or(|b| a == b) => {
                Some(Origin { from: a, systems, within: b.is_some() })
            }
            (None, Some(b)) => Some(Origin { from: b, systems: 0, within: true }),
            _ => None,
        };
        found.extend(from.map(|it| (*at, it)));
    }
    found
}

fn networks(zone: &Thing) -> Vec<IpNetwork> {
    let said = zone.says(Source::Declared, "networks");
    said.iter().filter_map(|it| it.parse().ok()).collect()
}

fn reason(parts: &[(usize, Origin)], whole: Option<&Thing>) -> Identity {
    let systems: usize = parts.iter().map(|(_, it)| it.systems).sum();
    let within = parts.iter().all(|(_, it)| it.within);
    let confidence = match (systems > 0, within) {
        (true, true) => Likelihood::Sure,
        (true, false) => Likelihood::Likely,
        (false, _) => Likelihood::Possible,
    };
    let name = whole.map(|it| it.name.clone()).unwrap_or_default();
    let kind = whole.map(kind_of).unwrap_or_default();
    let reason = match (systems, within) {
        (0, _) => {
            text!("ネットワークが{kind}「{name}」の一部", "its network is part of that of the {kind} “{name}”"; kind, name)
        }
        (_, true) => {
            text!("{systems}システムの所属と、ネットワークが{kind}「{name}」の一部", "{systems} systems, and its network is part of that of the {kind} “{name}”"; kind, name)
        }
        (_, false) => {
            text!("{systems}システムが{kind}「{name}」に属する", "{systems} systems belong to the {kind} “{name}”"; kind, name)
        }
    };
    Identity { confidence, reason }
}

//! Systems that became several, or several that became one: what one had at its network (addresses,
//! MACs) is shared out among the others, and none of it twice.

use super::clues::fits;
use super::{Group, Moved, Pairs, push, shared};
use crate::change::kinds::{Identity, Likelihood};
use crate::change::record::{Record, Source, Thing};
use crate::locale::Text;
use crate::model::{IpNetwork, contains};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// What a part takes along: the keys, how it is called, and whether nothing else can have it.
static TAKEN: [(&str, Text, bool); 4] = [
    ("interfaces.*.mac", Text::new("MACアドレス", "MAC address"), true),
    ("hardware", Text::new("MACアドレス", "MAC address"), true),
    ("interfaces.*.addresses", Text::new("アドレス", "address"), false),
    ("addresses", Text::new("アドレス", "address"), false),
];
/// Of so many parts nobody would speak of one that was split.
const MOST: usize = 16;

/// What one thing has, as its parts would have it.
type Has = BTreeMap<String, usize>;

/// One side of a comparison: the record, where its things stand, and what each is paired with.
struct Side<'s> {
    record: &'s Record,
    range: &'s Range<usize>,
    /// What is not paired.
    rest: Vec<usize>,
    other: &'s [Option<usize>],
    /// Whether addresses are to be told as they are now.
    is_old: bool,
}

/// Finds them, first what was split, then what was merged.
pub(super) fn regroup(pairs: &mut Pairs<'_>, before: &Range<usize>, after: &Range<usize>) {
    let (gone, come) = pairs.rest(before, after);
    let moved = Moved::among(pairs.paired());
    let splits = {
        let old = Side {
            record: pairs.old,
            range: before,
            rest: gone.clone(),
            other: &pairs.found.newer,
            is_old: true,
        };
        let new = Side {
            record: pairs.new,
            range: after,
            rest: come.clone(),
            other: &pairs.found.older,
            is_old: false,
        };
        [found(&old, &new, &moved, pairs), found(&new, &old, &moved, pairs)]
    };
    let [splits, merges] = splits;
    let mut used: BTreeSet<usize> = BTreeSet::new();
    for (old, new, identity) in splits {
        used.insert(old);
        pairs.found.groups.push(Group { old: vec![old], new, identity });
    }
    for (new, old, identity) in merges {
        if old.iter().all(|it| !used.contains(it)) {
            pairs.found.groups.push(Group { old, new: vec![new], identity });
        }
    }
}

/// Every thing of one side that stands for several of the other.
fn found(
    whole: &Side<'_>,
    parts: &Side<'_>,
    moved: &Moved,
    pairs: &Pairs<'_>,
) -> Vec<(usize, Vec<usize>, Identity)> {
    // One part has to be new, or nothing was split.
    if parts.rest.is_empty() {
        return Vec::new();
    }
    let mut bearers: HashMap<String, Vec<usize>> = HashMap::new();
    let candidates = whole.range.clone().filter(|at| !grouped(pairs, whole.is_old, *at));
    for at in candidates {
        for value in has(whole, at, moved).into_keys() {
            bearers.entry(value).or_default().push(at);
        }
    }
    let ranges = ranges(&bearers);
    // Of which one each new thing took something: of none, or of one alone.
    let mut taken: BTreeMap<usize, BTreeMap<usize, BTreeSet<usize>>> = BTreeMap::new();
    for part in &parts.rest {
        let Some(thing) = parts.record.things.get(*part) else { continue };
        let mut from: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (value, kind) in has(parts, *part, moved) {
            let around = ranges.iter().filter(|(outer, _)| {
                let inner = value.parse::<IpNetwork>().ok();
                inner.is_some_and(|inner| inner != *outer && contains(*outer, inner))
            });
            let around = around.flat_map(|(_, at)| at.iter());
            for at in bearers.get(&value).into_iter().flatten().chain(around) {
                from.entry(*at).or_default().insert(kind);
            }
        }
        if let ([at], [by]) = (
            from.keys().collect::<Vec<_>>().as_slice(),
            from.values().collect::<Vec<_>>().as_slice(),
        ) && whole.record.things.get(**at).is_some_and(|it| alike(it, thing))
        {
            taken.entry(**at).or_default().insert(*part, (*by).clone());
        }
    }
    let mut all = Vec::new();
    for (at, new) in taken {
        let kept = whole.other.get(at).copied().flatten();
        let mut members: Vec<usize> = Vec::new();
        if let Some(kept) = kept {
            // It must have given something away, and have some of it still.
            let had = has(whole, at, moved);
            let still = has(parts, kept, moved);
            let shares = still.keys().any(|it| had.contains_key(it));
            if !shares || had.keys().all(|it| still.contains_key(it)) {
                continue;
            }
            members.push(kept);
        }
        new.keys().for_each(|it| push(&mut members, *it));
        let mut seen = BTreeSet::new();
        let mut values = members.iter().flat_map(|it| has(parts, *it, moved).into_keys());
        // What two of them have, none of them took.
        if members.len() < 2 || members.len() > MOST || !values.all(|it| seen.insert(it)) {
            continue;
        }
        // One alone that has its MAC is the one that it was.
        let hard = |it: &&BTreeSet<usize>| {
            it.iter().any(|kind| TAKEN.get(*kind).is_some_and(|(_, _, hard)| *hard))
        };
        if kept.is_none() && new.values().filter(hard).count() == 1 {
            continue;
        }
        let kinds: BTreeSet<usize> = new.values().flatten().copied().collect();
        all.push((at, members, reason(whole, at, parts, &new, &kinds)));
    }
    all
}

fn grouped(pairs: &Pairs<'_>, is_old: bool, at: usize) -> bool {
    pairs.found.groups.iter().any(|it| if is_old { &it.old } else { &it.new }.contains(&at))
}

/// What a thing has that a part would take along, and under which of the keys.
fn has(side: &Side<'_>, at: usize, moved: &Moved) -> Has {
    let mut all = Has::new();
    let Some(thing) = side.record.things.get(at) else { return all };
    for attribute in &thing.attributes {
        let Some(kind) = TAKEN.iter().position(|(key, ..)| fits(key, &attribute.key)) else {
            continue;
        };
        for value in &attribute.value {
            let value = match side.is_old {
                true => moved.address(value).unwrap_or_else(|| value.clone()),
                false => value.clone(),
            };
            // An interface is told with the length of its network, a system without.
            let host = value.split_once('/').filter(|_| attribute.key.contains('.'));
            let value = host.map_or_else(|| value.clone(), |(host, _)| host.to_owned());
            all.entry(value.to_lowercase()).or_insert(kind);
        }
    }
    all
}

/// The ranges among values, within which a part may stand.
fn ranges(bearers: &HashMap<String, Vec<usize>>) -> Vec<(IpNetwork, Vec<usize>)> {
    let ranges = bearers.iter().filter(|(value, _)| value.contains('/'));
    ranges.filter_map(|(value, at)| Some((value.parse().ok()?, at.clone()))).collect()
}

/// Whether two things are of one kind.
fn alike(whole: &Thing, part: &Thing) -> bool {
    let said = |it: &Thing| it.says(Source::Declared, "kind").first().cloned();
    said(whole) == said(part)
}

/// By what parts are known, and how surely.
fn reason(
    whole: &Side<'_>,
    at: usize,
    parts: &Side<'_>,
    new: &BTreeMap<usize, BTreeSet<usize>>,
    kinds: &BTreeSet<usize>,
) -> Identity {
    let mut labels: Vec<Text> = Vec::new();
    let taken = kinds.iter().filter_map(|it| TAKEN.get(*it));
    taken.for_each(|(_, label, _)| {
        if !labels.contains(label) {
            labels.push(label.clone());
        }
    });
    let one = whole.record.things.get(at);
    let same = |key: &str| {
        let values = |it: &Thing| -> BTreeSet<String> {
            it.says(Source::Declared, key).iter().cloned().collect()
        };
        let had = one.map(values).unwrap_or_default();
        let mut others = new.keys().filter_map(|it| parts.record.things.get(*it)).map(values);
        !had.is_empty() && others.all(|it| !it.is_empty() && it.is_subset(&had))
    };
    let services = same("services");
    if services {
        labels.push(Text::new("サービス", "services"));
    }
    let neighbours = one.is_some_and(|one| {
        let had = neighbours(whole.record, one);
        let mut others = new.keys().filter_map(|it| parts.record.things.get(*it));
        !had.is_empty() && others.any(|it| !neighbours(parts.record, it).is_disjoint(&had))
    });
    if neighbours {
        labels.push(Text::new("通信の相手", "neighbours"));
    }
    let each_sure = new
        .values()
        .all(|it| it.iter().any(|kind| TAKEN.get(*kind).is_some_and(|(_, _, hard)| *hard)));
    let confidence = match (each_sure, services || neighbours) {
        (true, _) => Likelihood::Sure,
        (false, true) => Likelihood::Likely,
        (false, false) => Likelihood::Possible,
    };
    Identity { confidence, reason: shared(&labels) }
}

/// Who has to do with a thing: what names it.
fn neighbours(record: &Record, thing: &Thing) -> BTreeSet<String> {
    let name = thing.thing().to_string();
    let names = |value: &String| {
        value.match_indices(&name).any(|(at, _)| {
            let next = value.get(at + name.len()..).and_then(|it| it.chars().next());
            next.is_none_or(|it| !(it.is_ascii_alphanumeric() || matches!(it, '-' | '_')))
        })
    };
    let all =
        record.things.iter().filter(|it| it.attributes.iter().any(|it| it.value.iter().any(names)));
    // Flows have no id: what they say else is what they are.
    let others = all.map(|it| match it.attributes.iter().find(|it| it.key == "from") {
        Some(from) => format!("from {}", from.value.join(",")),
        None => it.thing().to_string(),
    });
    others.collect()
}

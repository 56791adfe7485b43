//! What tells that two things under different ids are one.

use super::{Moved, Pairs, shared};
use crate::change::hardware::compared;
use crate::change::kinds::{Identity, Likelihood};
use crate::change::record::Thing;
use crate::locale::Text;
use crate::model::EntityKind;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// What two things may have in common.
struct Clue {
    /// The key of the attribute, with `*` for one part.
    key: &'static str,
    /// How much it tells.
    weight: i32,
    /// In words.
    label: Text,
}

/// One alone settles it: no two things have it in common.
const HARD: i32 = 12;
/// One of at least this weight makes two things worth comparing.
const TELLING: i32 = 5;

const fn clue(key: &'static str, weight: i32, ja: &'static str, en: &'static str) -> Clue {
    Clue { key, weight, label: Text::new(ja, en) }
}

const CLUES: &[Clue] = &[
    clue("serial", HARD, "製造番号", "serial number"),
    clue("serial-number", HARD, "製造番号", "serial number"),
    clue("interfaces.*.mac", HARD, "MACアドレス", "MAC address"),
    clue("hardware", HARD, "MACアドレス", "MAC address"),
    clue("certificates", HARD, "証明書", "certificate"),
    clue("circuit_id", HARD, "回線番号", "circuit number"),
    clue("contract.ref", 6, "契約書番号", "contract"),
    clue("name", 5, "名称", "name"),
    clue("addresses", 5, "アドレス", "address"),
    clue("interfaces.*.addresses", 5, "アドレス", "address"),
    clue("networks", 5, "ネットワーク", "network"),
    clue("remote", 5, "相手", "other end"),
    clue("listens", 5, "受付ポート", "port listened on"),
    clue("of", 5, "対象のシステム", "systems"),
    clue("allow", 3, "許可する通信", "permitted traffic"),
    clue("services", 2, "サービス", "services"),
    clue("inside", 2, "院内側", "inside"),
    clue("vlan", 2, "VLAN", "VLAN"),
    clue("party", 2, "接続先", "party"),
    clue("at", 2, "外部接続点", "entry point"),
    clue("circuit", 2, "回線", "circuit"),
    clue("number", 2, "番号", "number"),
    clue("interface", 2, "インタフェース", "interface"),
    clue("zone", 1, "ゾーン", "zone"),
    clue("kind", 1, "種別", "kind"),
    clue("model", 1, "型番", "model"),
    clue("vendor", 1, "製造者・保守事業者", "vendor"),
    clue("site", 1, "拠点", "site"),
    clue("location", 1, "設置場所", "place"),
    clue("transport", 1, "接続方式", "transport"),
    clue("purpose", 1, "目的", "purpose"),
    clue("media", 1, "媒体", "media"),
    clue("provider", 1, "通信事業者", "carrier"),
];

/// At least so much must be in common.
const ENOUGH: i32 = 6;
/// From here on it is likely.
const MUCH: i32 = 9;
/// Two of different kinds are hardly one.
const OTHER_KIND: i32 = 4;
/// Neither are two with different names, unless something hard is the same.
const OTHER_NAME: i32 = 2;
/// A value that so many have tells nothing of any of them.
const COMMON: usize = 16;

/// What is known of one thing: for each clue, by its position, the values.
type Known = BTreeMap<usize, BTreeSet<String>>;

/// Pairs what is left of a kind.
pub(super) fn pair(pairs: &mut Pairs<'_>, before: &Range<usize>, after: &Range<usize>) {
    let rest = pairs.rest(before, after);
    among(pairs, (before, after), rest, false);
}

/// Pairs of these only what has a number of its own in common, or its name and as much again.
pub(super) fn surely(
    pairs: &mut Pairs<'_>,
    ranges: (&Range<usize>, &Range<usize>),
    given: (Vec<usize>, Vec<usize>),
) {
    among(pairs, ranges, given, true);
}

/// Whether two things have nothing in common that tells, and differ in two such things at least.
pub(super) fn strangers(pairs: &Pairs<'_>, moved: &Moved, old: &Thing, new: &Thing) -> bool {
    let (old, new) = (values(pairs, moved, old, true), values(pairs, moved, new, false));
    let telling = |at: &usize| CLUES.get(*at).is_some_and(|it| it.weight >= TELLING);
    let both = old.iter().filter(|(at, _)| telling(at));
    let both: Vec<_> = both.filter_map(|(at, was)| Some((at, was, new.get(at)?))).collect();
    let labels: BTreeSet<&Text> =
        both.iter().filter_map(|(at, ..)| CLUES.get(**at)).map(|it| &it.label).collect();
    labels.len() > 1 && both.iter().all(|(_, was, is)| was.is_disjoint(is))
}

fn among(
    pairs: &mut Pairs<'_>,
    (before, after): (&Range<usize>, &Range<usize>),
    (old, new): (Vec<usize>, Vec<usize>),
    surely: bool,
) {
    if old.is_empty() || new.is_empty() {
        return;
    }
    let moved = Moved::among(pairs.paired());
    let known = |things: &[Thing], at: &[usize], older: bool| -> Vec<Known> {
        let things = at.iter().filter_map(|at| things.get(*at));
        things.map(|it| values(pairs, &moved, it, older)).collect()
    };
    let (mut old_known, mut new_known) =
        (known(&pairs.old.things, &old, true), known(&pairs.new.things, &new, false));
    let numbers = numbers(old_known.iter().chain(&new_known));
    let all = [pairs.old.things.get(before.clone()), pairs.new.things.get(after.clone())];
    let copied = all.into_iter().flatten().flat_map(|it| copied(it, &numbers));
    let copied: BTreeSet<(usize, String)> = copied.collect();
    for known in old_known.iter_mut().chain(&mut new_known) {
        for (at, values) in known.iter_mut() {
            values.retain(|it| !copied.contains(&(*at, it.clone())));
        }
        known.retain(|_, values| !values.is_empty());
    }
    let scores = scores(&old_known, &new_known);
    let kind = pairs.new.things.get(after.start).map(|it| it.kind);
    for (a, b, score) in settled(&scores) {
        let (Some(old_known), Some(new_known)) = (old_known.get(a), new_known.get(b)) else {
            continue;
        };
        let (Some(old), Some(new)) = (old.get(a), new.get(b)) else { continue };
        // A path of another device is another path.
        let same_device = || {
            let owner = |thing: Option<&Thing>| {
                thing.and_then(|it| it.id.split_once('.')).map(|(device, _)| device.to_owned())
            };
            let old = pairs.old.things.get(*old);
            let translated = old.and_then(|it| pairs.found.renames.id(it.kind, &it.id));
            let older = translated
                .and_then(|it| it.split_once('.').map(|(device, _)| device.to_owned()))
                .or_else(|| owner(old));
            older == owner(pairs.new.things.get(*new))
        };
        if kind == Some(EntityKind::Path) && !same_device() {
            continue;
        }
        let common = in_common(old_known, new_known);
        let hard = common.iter().any(|it| CLUES.get(*it).is_some_and(|it| it.weight >= HARD));
        let named = common.iter().any(|it| CLUES.get(*it).is_some_and(|it| it.key == "name"));
        if surely && !hard && !(named && score >= MUCH) {
            continue;
        }
        let confidence = match () {
            () if hard => Likelihood::Sure,
            () if named && score >= MUCH => Likelihood::Likely,
            () => Likelihood::Possible,
        };
        // What one source says alike and another otherwise is no reason: it is told as a change.
        let apart = |clue: &Clue| {
            let both = old_known.iter().filter_map(|(at, was)| Some((at, was, new_known.get(at)?)));
            let mut apart = both.filter(|(_, was, is)| was.is_disjoint(is));
            apart.any(|(at, ..)| CLUES.get(*at).is_some_and(|it| it.label == clue.label))
        };
        let mut labels: Vec<Text> = Vec::new();
        for clue in common.iter().filter_map(|it| CLUES.get(*it)).filter(|it| !apart(it)) {
            if !labels.contains(&clue.label) {
                labels.push(clue.label.clone());
            }
        }
        let identity = Identity { confidence, reason: shared(&labels) };
        pairs.join(*old, *new, Some(identity));
    }
}

/// The values that alone settle it: no two things should have one in common.
fn numbers<'k>(all: impl Iterator<Item = &'k Known>) -> BTreeSet<(usize, String)> {
    let hard = |at: &usize| CLUES.get(*at).is_some_and(|it| it.weight >= HARD);
    let all = all.flatten().filter(|(at, _)| hard(at));
    all.flat_map(|(at, values)| values.iter().map(|it| (*at, it.clone()))).collect()
}

/// Those numbers that two things of one state bear: a row that was copied, a machine that was cloned,
/// servers that share a certificate. They tell nothing of either.
fn copied(things: &[Thing], numbers: &BTreeSet<(usize, String)>) -> BTreeSet<(usize, String)> {
    let mut bearers: HashMap<(usize, String), usize> = HashMap::new();
    let clues: BTreeSet<usize> = numbers.iter().map(|it| it.0).collect();
    for thing in things.iter().filter(|_| !clues.is_empty()) {
        let theirs = thing.attributes.iter().flat_map(|it| {
            let fitting = |at: &&usize| CLUES.get(**at).is_some_and(|clue| fits(clue.key, &it.key));
            let at = clues.iter().find(fitting).copied();
            let bare = |value: &String| compared(&it.key, value).to_lowercase();
            at.into_iter().flat_map(move |at| it.value.iter().map(move |it| (at, bare(it))))
        });
        // What two sources say of one thing is said once.
        let theirs: BTreeSet<_> = theirs.filter(|it| numbers.contains(it)).collect();
        theirs.into_iter().for_each(|it| *bearers.entry(it).or_default() += 1);
    }
    let several = |(it, count): ((usize, String), usize)| (count > 1).then_some(it);
    bearers.into_iter().filter_map(several).collect()
}

/// What is known of a thing; of an older one by newer ids.
fn values(pairs: &Pairs<'_>, moved: &Moved, thing: &Thing, older: bool) -> Known {
    let mut known = Known::new();
    for attribute in &thing.attributes {
        let Some(at) = CLUES.iter().position(|it| fits(it.key, &attribute.key)) else { continue };
        let values = attribute.value.iter().map(|it| match older {
            true => pairs.found.renames.value(it).into_owned(),
            false => it.to_lowercase(),
        });
        let values = values.map(|it| compared(&attribute.key, &it).into_owned());
        let values = values.map(|it| match (older, attribute.key.ends_with("addresses")) {
            // An address that moved with its whole network is where it was.
            (true, true) => moved.address(&it).unwrap_or(it).to_lowercase(),
            _ => it.to_lowercase(),
        });
        known.entry(at).or_default().extend(values);
    }
    if thing.kind == EntityKind::Path {
        let name = CLUES.iter().position(|it| it.key == "name");
        known.entry(name.unwrap_or_default()).or_default().insert(thing.name.en.to_string());
    }
    known
}

/// Whether a key is the one of a clue.
pub(super) fn fits(pattern: &str, key: &str) -> bool {
    // Every key of every thing is asked about: most differ in their last letters.
    let from = |text: &str| text.len().saturating_sub(3);
    if pattern.as_bytes().get(from(pattern)..) != key.as_bytes().get(from(key)..) {
        return false;
    }
    match pattern.split_once(".*.") {
        None => pattern == key,
        Some((first, last)) => {
            let inner = key.strip_prefix(first).and_then(|it| it.strip_suffix(last));
            inner.is_some_and(|it| it.len() > 2 && it.starts_with('.') && it.ends_with('.'))
        }
    }
}

/// The clues of which two things share a value.
fn in_common(old: &Known, new: &Known) -> Vec<usize> {
    let both = old.iter().filter_map(|(at, values)| {
        let others = new.get(at)?;
        let telling = CLUES.get(*at)?.weight >= TELLING;
        let same = if telling { !values.is_disjoint(others) } else { values == others };
        same.then_some(*at)
    });
    both.collect()
}

fn score(old: &Known, new: &Known) -> i32 {
    let common = in_common(old, new);
    let weight = |at: &usize| CLUES.get(*at).map_or(0, |it| it.weight);
    // Two interfaces with one address and one MAC are one clue each, whatever the source.
    let mut labels: BTreeMap<&Text, i32> = BTreeMap::new();
    for at in &common {
        if let Some(clue) = CLUES.get(*at) {
            labels.insert(&clue.label, weight(at));
        }
    }
    let mut sum: i32 = labels.values().sum();
    let hard = common.iter().any(|it| weight(it) >= HARD);
    let differs = |key: &str| {
        let at = CLUES.iter().position(|it| it.key == key).unwrap_or_default();
        let both = old.get(&at).zip(new.get(&at));
        both.is_some_and(|(a, b)| a.is_disjoint(b))
    };
    if !hard && differs("kind") {
        sum -= OTHER_KIND;
    }
    if !hard && differs("name") {
        sum -= OTHER_NAME;
    }
    sum
}

/// Every pair that shares a telling value and enough else.
fn scores(old: &[Known], new: &[Known]) -> Vec<(usize, usize, i32)> {
    let bearers = |all: &[Known]| {
        let mut index: HashMap<(usize, String), Vec<usize>> = HashMap::new();
        for (nth, known) in all.iter().enumerate() {
            for (at, values) in known
                .iter()
                .filter(|(at, _)| CLUES.get(**at).is_some_and(|it| it.weight >= TELLING))
            {
                for value in values {
                    index.entry((*at, value.clone())).or_default().push(nth);
                }
            }
        }
        index
    };
    let (old_index, new_index) = (bearers(old), bearers(new));
    let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (nth, known) in old.iter().enumerate() {
        for (at, values) in known {
            for value in values {
                let key = (*at, value.clone());
                let (Some(ours), Some(theirs)) = (old_index.get(&key), new_index.get(&key)) else {
                    continue;
                };
                if ours.len() <= COMMON && theirs.len() <= COMMON {
                    seen.extend(theirs.iter().map(|it| (nth, *it)));
                }
            }
        }
    }
    let all = seen.into_iter().filter_map(|(a, b)| {
        let score = score(old.get(a)?, new.get(b)?);
        (score >= ENOUGH).then_some((a, b, score))
    });
    all.collect()
}

/// The pairs that are each other's best, with no other as good on either side.
fn settled(scores: &[(usize, usize, i32)]) -> Vec<(usize, usize, i32)> {
    /// The best score, and whether several have it.
    type Best = BTreeMap<usize, (i32, bool)>;
    let (mut of_old, mut of_new) = (Best::new(), Best::new());
    let count = |best: &mut Best, at: usize, score: i32| match best.get_mut(&at) {
        None => drop(best.insert(at, (score, false))),
        Some(known) if score > known.0 => *known = (score, false),
        Some(known) if score == known.0 => known.1 = true,
        Some(_) => {}
    };
    for (a, b, score) in scores {
        count(&mut of_old, *a, *score);
        count(&mut of_new, *b, *score);
    }
    let best = |best: &Best, at: usize, score: i32| best.get(&at) == Some(&(score, false));
    let all = scores.iter().copied();
    all.filter(|(a, b, score)| best(&of_old, *a, *score) && best(&of_new, *b, *score)).collect()
}

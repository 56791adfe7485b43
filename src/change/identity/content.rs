//! What has no id: flows and waivers are known by what they say.

use super::Pairs;
use crate::change::record::Thing;
use std::collections::HashMap;
use std::ops::Range;

/// What makes a flow or a waiver what it is; the rest may change.
const CORE: [&str; 4] = ["from", "to", "rule", "subject"];

/// Pairs those that say the same, then those that are about the same, when there is one of each.
pub(super) fn pair(pairs: &mut Pairs<'_>, before: &Range<usize>, after: &Range<usize>) {
    for core_only in [false, true] {
        let (old, new) = pairs.rest(before, after);
        let says = |thing: &Thing, older: bool| -> String {
            let attributes = thing.attributes.iter();
            let said = attributes.filter(|it| !core_only || CORE.contains(&it.key.as_str()));
            let said = said.map(|it| {
                let values: Vec<_> = it
                    .value
                    .iter()
                    .map(|it| if older { pairs.found.renames.value(it) } else { it.into() })
                    .collect();
                format!("{}={}", it.key, values.join("\u{1f}"))
            });
            said.collect::<Vec<_>>().join("\u{1e}")
        };
        let index = |things: &[Thing], at: &[usize], older: bool| {
            let mut index: HashMap<String, Vec<usize>> = HashMap::new();
            for at in at {
                if let Some(thing) = things.get(*at) {
                    index.entry(says(thing, older)).or_default().push(*at);
                }
            }
            index
        };
        let ours = index(&pairs.old.things, &old, true);
        let theirs = index(&pairs.new.things, &new, false);
        let mut found: Vec<(usize, usize)> = Vec::new();
        for at in &old {
            let Some(thing) = pairs.old.things.get(*at) else { continue };
            let said = says(thing, true);
            let (Some(ours), Some(theirs)) = (ours.get(&said), theirs.get(&said)) else { continue };
            let nth = ours.iter().position(|it| it == at).unwrap_or_default();
            // Of several that say exactly the same it does not matter which is which.
            let clear = !core_only || (ours.len() == 1 && theirs.len() == 1);
            if let Some(new) = theirs.get(nth).filter(|_| clear) {
                found.push((*at, *new));
            }
        }
        for (old, new) in found {
            pairs.join(old, new, None);
        }
    }
}

//! Which statements are read, which say nothing about connections, and why.
//!
//! `*` is any word, `**` at the end anything that follows.

mod read;
mod skipped;

use super::super::coverage::Fate;
use super::super::listing::Word;
use read::READ;
use skipped::SKIPPED;
use std::collections::BTreeMap;

struct Pattern {
    words: Vec<&'static str>,
    rest: bool,
    fate: Fate,
}

/// All patterns, by their first two words.
pub(super) struct Grammar {
    by_head: BTreeMap<(&'static str, &'static str), Vec<Pattern>>,
    first: BTreeMap<&'static str, Fate>,
}

impl Grammar {
    pub(super) fn new() -> Self {
        let mut it = Self { by_head: BTreeMap::new(), first: BTreeMap::new() };
        for text in READ {
            it.add(text, Fate::Understood);
        }
        for (text, why) in SKIPPED {
            it.add(text, Fate::Ignored(*why));
        }
        it
    }

    fn add(&mut self, text: &'static str, fate: Fate) {
        let mut words: Vec<_> = text.split(' ').collect();
        let rest = words.last() == Some(&"**");
        if rest {
            words.pop();
        }
        let head = (words.first().copied().unwrap_or("*"), words.get(1).copied().unwrap_or("*"));
        let first = self.first.entry(head.0).or_insert(fate);
        if fate == Fate::Understood {
            *first = fate;
        }
        self.by_head.entry(head).or_default().push(Pattern { words, rest, fate });
    }

    /// The fate of a statement, or of a line that only leads to statements (`opens`).
    pub(super) fn fate(&self, path: &[Word<'_>], opens: bool) -> Fate {
        // What stands in a group is read where the group is applied.
        let path = match path.first().map(|word| word.text) {
            Some("groups") => path.get(2..).unwrap_or_default(),
            _ => path,
        };
        let named = path.iter().rev().take(2).any(|word| word.text == "apply-groups");
        let Some(first) = path.first().filter(|_| !named) else { return Fate::Understood };
        let Some(second) = path.get(1) else {
            let known = self.first.get(first.text).copied();
            return known.filter(|_| opens).unwrap_or(Fate::Unrecognized);
        };
        let mut found = Fate::Unrecognized;
        for second in [second.text, "*"] {
            // `chassis **` has no second word.
            let by_head: &BTreeMap<(&str, &str), Vec<Pattern>> = &self.by_head;
            for pattern in by_head.get(&(first.text, second)).into_iter().flatten() {
                match pattern.fate(path, opens) {
                    Some(Fate::Understood) => return Fate::Understood,
                    Some(other) => found = other,
                    None => {}
                }
            }
        }
        found
    }
}

impl Pattern {
    fn fate(&self, path: &[Word<'_>], opens: bool) -> Option<Fate> {
        let pairs = self.words.iter().zip(path);
        let agree = pairs.clone().all(|(word, it)| *word == "*" || *word == it.text);
        let whole = path.len() == self.words.len();
        let longer = self.rest && path.len() >= self.words.len();
        let begins = opens && path.len() < self.words.len();
        (agree && (whole || longer || begins)).then_some(self.fate)
    }
}

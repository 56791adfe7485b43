//! Other words for names: the same word always becomes the same other one.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Words that must not appear any more, and what stands instead.
#[derive(Clone, Default)]
pub(super) struct Words {
    /// Words of the inventory's own vocabulary: what somebody calls so is replaced only there.
    vocabulary: BTreeSet<String>,
    known: BTreeMap<String, String>,
    counts: BTreeMap<&'static str, usize>,
    /// What things of the inventory are called by it.
    ids: BTreeSet<String>,
    /// By their first byte, the longest first, so that a part of a name never hides the whole.
    sorted: BTreeMap<u8, Vec<(String, String)>>,
}

impl Words {
    /// No words yet, beside the vocabulary of the inventory.
    pub(super) fn new() -> Self {
        let mut vocabulary = BTreeSet::new();
        collect(&crate::inventory::schema::json_schema(), &mut vocabulary);
        Self { vocabulary, ..Self::default() }
    }

    /// What stands instead of a word of this kind: `party-003`.
    pub(super) fn other(&mut self, kind: &'static str, word: &str) -> String {
        if let Some(known) = self.known.get(word) {
            return known.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let other = format!("{kind}-{count:03}");
        self.known.insert(word.to_owned(), other.clone());
        other
    }

    /// From now on the words are looked for in other texts, too. Very short ones are not: they
    /// would be found in everything.
    pub(super) fn sort(&mut self) {
        let long = |word: &str| word.chars().count() >= if word.is_ascii() { 3 } else { 2 };
        let known = self.known.iter().filter(|(word, _)| long(word) && !self.is_vocabulary(word));
        let mut sorted: BTreeMap<u8, Vec<(String, String)>> = BTreeMap::new();
        for (word, other) in known {
            let first = word.bytes().next().unwrap_or_default();
            sorted.entry(first).or_default().push((word.clone(), other.clone()));
        }
        for words in sorted.values_mut() {
            words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        self.sorted = sorted;
    }

    /// Something of the inventory is called so by it.
    pub(super) fn id(&mut self, id: &str) {
        self.ids.insert(id.to_owned());
    }

    /// Whether something of the inventory is called so by it.
    pub(super) fn is_id(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// A name of which a part is a name already, as a whole: `config-003.conf`.
    pub(super) fn file(&mut self, name: &str) {
        let ending = name.rsplit_once('.').map_or("", |it| it.1);
        let plain = ending.len() < 6 && ending.chars().all(|it| it.is_ascii_alphanumeric());
        let ending = if plain && !ending.is_empty() { format!(".{ending}") } else { String::new() };
        let count = self.counts.entry("config").or_default();
        *count += 1;
        let other = format!("config-{count:03}{ending}");
        self.known.entry(name.to_owned()).or_insert(other);
    }

    /// Whether it means something to the reader of inventories.
    pub(super) fn is_vocabulary(&self, word: &str) -> bool {
        self.vocabulary.contains(word)
    }

    /// What stands instead of a text that is a known word as a whole.
    pub(super) fn whole(&self, word: &str) -> Option<String> {
        self.known.get(word).cloned()
    }

    /// The word that stands at this place of a text: its length, and what stands instead. A word of
    /// Latin letters is found only where it stands alone.
    pub(super) fn at(&self, text: &str, at: usize) -> Option<(usize, String)> {
        let rest = text.get(at..)?;
        let alone = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric());
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let fits = |word: &str| {
            rest.starts_with(word)
                && (!word.is_ascii()
                    || (alone(before)
                        && alone(rest.get(word.len()..).and_then(|it| it.chars().next()))))
        };
        let words = self.sorted.get(&rest.bytes().next()?)?;
        let found = words.iter().find(|(word, _)| fits(word))?;
        Some((found.0.len(), found.1.clone()))
    }
}

/// The keys and the words of a schema. It is ours, and not deep.
fn collect(schema: &Value, words: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                words.insert(key.clone());
                collect(value, words);
            }
        }
        Value::Array(items) => items.iter().for_each(|it| collect(it, words)),
        Value::String(word) => {
            words.insert(word.clone());
        }
        _ => {}
    }
}

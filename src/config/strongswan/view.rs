//! A section together with those it inherits from.

use super::settings::{Section, Setting, Tally};
use crate::config::listing::Word;
use crate::source::Span;
use std::collections::BTreeMap;

/// Sections seen as one: the first that has something has the last word.
pub(super) struct View<'a, 't> {
    /// The root, in which bases are looked up.
    root: &'a Section<'t>,
    /// The name of the section itself.
    pub(super) name: Word<'t>,
    parts: Vec<&'a Section<'t>>,
}

/// More sections than this nobody joins.
const MOST: usize = 64;

impl<'a, 't> View<'a, 't> {
    /// The root itself.
    pub(super) fn root(root: &'a Section<'t>) -> Self {
        Self { root, name: root.name, parts: vec![root] }
    }

    /// Sections of one name, with what they inherit; `parent` is where bases may stand beside.
    fn of(root: &'a Section<'t>, parent: &[&'a Section<'t>], own: Vec<&'a Section<'t>>) -> Self {
        let name = own.first().map_or(root.name, |it| it.name);
        let mut parts = own;
        let mut at = 0;
        while let Some(part) = parts.get(at).copied() {
            at += 1;
            // A later base overrides an earlier one.
            for base in part.bases.iter().rev() {
                let found = find(root, parent, base.text);
                if let Some(found) = found
                    && parts.len() < MOST
                    && !parts.iter().any(|it| std::ptr::eq(*it, found))
                {
                    parts.push(found);
                }
            }
        }
        Self { root, name, parts }
    }

    /// All sections in it, each once, in the order of the text; its own before inherited ones.
    pub(super) fn sections(&self) -> Vec<Self> {
        let mut names: Vec<&str> = Vec::new();
        let mut named: BTreeMap<&str, Vec<(usize, &'a Section<'t>)>> = BTreeMap::new();
        for (nth, part) in self.parts.iter().enumerate() {
            for section in &part.sections {
                let same = named.entry(section.name.text).or_default();
                if same.is_empty() {
                    names.push(section.name.text);
                }
                same.push((nth, section));
            }
        }
        let all = names.into_iter().filter_map(|name| named.remove(name));
        all.map(|mut same| {
            // Of two in one section the later one has the last word.
            same.reverse();
            same.sort_by_key(|(nth, _)| *nth);
            View::of(self.root, &self.parts, same.into_iter().map(|(_, it)| it).collect())
        })
        .collect()
    }

    /// The section of a name; empty when there is none.
    pub(super) fn section(&self, name: &str) -> Self {
        let named = |part: &&'a Section<'t>| {
            // Of two in one section the later one has the last word.
            part.sections.iter().rev().filter(|it| it.name.text == name).collect::<Vec<_>>()
        };
        let own: Vec<&'a Section<'t>> = self.parts.iter().flat_map(named).collect();
        View::of(self.root, &self.parts, own)
    }

    /// Whether nothing stands for it in the text.
    pub(super) fn is_missing(&self) -> bool {
        self.parts.is_empty()
    }

    /// Where it takes in other files, which may say more of it.
    pub(super) fn takes_in(&self) -> Option<Span> {
        self.parts.iter().flat_map(|it| &it.includes).map(|it| it.span).next()
    }

    /// What a key is set to.
    pub(super) fn get(&self, key: &str) -> Option<&'a Setting<'t>> {
        self.parts.iter().find_map(|it| it.settings.iter().rev().find(|it| it.key.text == key))
    }

    /// All its settings, overridden ones too.
    pub(super) fn settings(&self) -> impl Iterator<Item = &'a Setting<'t>> + '_ {
        self.parts.iter().flat_map(|it| &it.settings)
    }

    /// The value of a key; whether it was understood is said by what becomes of it.
    pub(super) fn take<T>(
        &self,
        key: &str,
        tally: &mut Tally<'t>,
        meaning: impl Fn(Word<'t>) -> Option<T>,
    ) -> Option<T> {
        let found = self.get(key).and_then(|it| meaning(it.value));
        if found.is_some() {
            // Overridden ones are as well understood.
            for setting in self.settings().filter(|it| it.key.text == key) {
                tally.understood(setting);
            }
        }
        found
    }
}

/// The section at a path from the root, or beside the one that names it.
fn find<'a, 't>(
    root: &'a Section<'t>,
    beside: &[&'a Section<'t>],
    path: &str,
) -> Option<&'a Section<'t>> {
    let from = |start: &'a Section<'t>| {
        path.split('.')
            .try_fold(start, |at, name| at.sections.iter().rev().find(|it| it.name.text == name))
    };
    from(root).or_else(|| beside.iter().find_map(|it| from(it)))
}

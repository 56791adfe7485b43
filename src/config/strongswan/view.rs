//! A section together with those it inherits from.

use super::settings::{Section, Setting, Tally};
use crate::config::listing::Word;
use std::collections::BTreeMap;

/// Where sections stand that others inherit from: by their path from the root, two names deep.
pub(super) struct Index<'a, 't> {
    root: &'a Section<'t>,
    paths: BTreeMap<(&'t str, &'t str), &'a Section<'t>>,
}

/// Sections seen as one: the first that has something has the last word.
pub(super) struct View<'a, 't> {
    /// In which bases are looked up.
    index: &'a Index<'a, 't>,
    /// The name of the section itself.
    pub(super) name: Word<'t>,
    parts: Vec<&'a Section<'t>>,
}

/// More sections than this nobody joins.
const MOST: usize = 64;

impl<'a, 't> Index<'a, 't> {
    /// Of a whole text. Of two sections of one name the later one counts.
    pub(super) fn new(root: &'a Section<'t>) -> Self {
        let mut paths = BTreeMap::new();
        for outer in &root.sections {
            paths.insert((outer.name.text, ""), outer);
            for inner in &outer.sections {
                paths.insert((outer.name.text, inner.name.text), inner);
            }
        }
        Self { root, paths }
    }

    /// The section at a path from the root.
    fn at(&self, path: &str) -> Option<&'a Section<'t>> {
        let mut names = path.split('.');
        let (outer, inner) = (names.next()?, names.next().unwrap_or_default());
        let found = *self.paths.get(&(outer, inner))?;
        names.try_fold(found, inner_of)
    }
}

/// The section of a name in another one.
fn inner_of<'a, 't>(at: &'a Section<'t>, name: &str) -> Option<&'a Section<'t>> {
    at.sections.iter().rev().find(|it| it.name.text == name)
}

impl<'a, 't> View<'a, 't> {
    /// The root itself.
    pub(super) fn root(index: &'a Index<'a, 't>) -> Self {
        Self { index, name: index.root.name, parts: vec![index.root] }
    }

    /// Sections of one name, with what they inherit; `parent` is where bases may stand beside.
    fn of(index: &'a Index<'a, 't>, parent: &[&'a Section<'t>], own: Vec<&'a Section<'t>>) -> Self {
        let name = own.first().map_or(index.root.name, |it| it.name);
        let mut parts = own;
        let mut at = 0;
        while let Some(part) = parts.get(at).copied() {
            at += 1;
            // A later base overrides an earlier one.
            for base in part.bases.iter().rev() {
                let beside = || parent.iter().find_map(|it| inner_of(it, base.text));
                let found = index.at(base.text).or_else(beside);
                if let Some(found) = found
                    && parts.len() < MOST
                    && !parts.iter().any(|it| std::ptr::eq(*it, found))
                {
                    parts.push(found);
                }
            }
        }
        Self { index, name, parts }
    }

    /// All sections in it, each once, in the order of the text; its own before inherited ones.
    pub(super) fn sections(&self) -> Vec<Self> {
        let mut order: Vec<&str> = Vec::new();
        let mut named: BTreeMap<&str, Vec<&'a Section<'t>>> = BTreeMap::new();
        for part in &self.parts {
            for section in &part.sections {
                if !named.contains_key(section.name.text) {
                    named.insert(section.name.text, Vec::new());
                    order.push(section.name.text);
                }
            }
            // Of two in one section the later one has the last word.
            for section in part.sections.iter().rev() {
                named.entry(section.name.text).or_default().push(section);
            }
        }
        let views = order.into_iter().filter_map(|name| named.remove(name));
        views.map(|own| Self::of(self.index, &self.parts, own)).collect()
    }

    /// The section of a name; empty when there is none.
    pub(super) fn section(&self, name: &str) -> Self {
        let named = |part: &&'a Section<'t>| {
            part.sections.iter().rev().filter(|it| it.name.text == name).collect::<Vec<_>>()
        };
        let own: Vec<&'a Section<'t>> = self.parts.iter().flat_map(named).collect();
        Self::of(self.index, &self.parts, own)
    }

    /// Whether nothing stands for it in the text.
    pub(super) fn is_missing(&self) -> bool {
        self.parts.is_empty()
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

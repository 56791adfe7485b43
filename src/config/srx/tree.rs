//! The configuration as a tree of words: both forms of Junos say the same tree.

use super::super::listing::{Line, Word};
use std::collections::BTreeMap;

/// One word at its place below others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'t> {
    pub(super) word: Word<'t>,
    pub(super) line: Line<'t>,
    /// Switched off with `inactive:` or `deactivate`, itself.
    pub(super) inactive: bool,
    /// Came from a group.
    pub(super) inherited: bool,
}

/// All words.
#[derive(Debug)]
pub(super) struct Tree<'t> {
    nodes: Vec<(Option<Node<'t>>, Vec<usize>)>,
    index: BTreeMap<(usize, &'t str), usize>,
}

impl<'t> Tree<'t> {
    pub(super) const ROOT: usize = 0;

    pub(super) fn new() -> Self {
        Self { nodes: vec![(None, Vec::new())], index: BTreeMap::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The node for a word below another, made when it is not there.
    pub(super) fn child(&mut self, parent: usize, node: Node<'t>) -> usize {
        let key = (parent, node.word.text);
        if let Some(id) = self.index.get(&key) {
            if !node.inherited
                && let Some((Some(known), _)) = self.nodes.get_mut(*id)
            {
                known.inherited = false;
            }
            return *id;
        }
        let id = self.nodes.len();
        self.nodes.push((Some(node), Vec::new()));
        self.index.insert(key, id);
        if let Some((_, children)) = self.nodes.get_mut(parent) {
            children.push(id);
        }
        id
    }

    /// The node at the end of a path of words.
    pub(super) fn find(&self, words: &[Word<'t>]) -> Option<usize> {
        let mut at = Self::ROOT;
        for word in words {
            at = *self.index.get(&(at, word.text))?;
        }
        Some(at)
    }

    pub(super) fn deactivate(&mut self, id: usize, inactive: bool) {
        if let Some((Some(node), _)) = self.nodes.get_mut(id) {
            node.inactive = inactive;
        }
    }

    /// Takes the last word of a path away with everything below it.
    pub(super) fn delete(&mut self, words: &[Word<'t>]) -> bool {
        let Some((last, before)) = words.split_last() else { return false };
        let Some(parent) = self.find(before) else { return false };
        let Some(id) = self.index.remove(&(parent, last.text)) else { return false };
        if let Some((_, children)) = self.nodes.get_mut(parent) {
            children.retain(|it| *it != id);
        }
        true
    }

    /// Moves a node before or after (1) a sibling.
    pub(super) fn shift(&mut self, id: usize, other: usize, after: usize) -> bool {
        let all = self.nodes.iter_mut().map(|(_, children)| children);
        let Some(children) = all.into_iter().find(|it| it.contains(&id)) else { return false };
        if id == other || !children.contains(&other) {
            return false;
        }
        children.retain(|it| *it != id);
        let at = children.iter().position(|it| *it == other).unwrap_or(0);
        children.insert((at + after).min(children.len()), id);
        true
    }

    pub(super) fn node(&self, id: usize) -> Option<&Node<'t>> {
        self.nodes.get(id)?.0.as_ref()
    }

    pub(super) fn below(&self, id: usize) -> &[usize] {
        self.nodes.get(id).map(|(_, children)| children.as_slice()).unwrap_or_default()
    }

    pub(super) fn root(&self) -> Entry<'_, 't> {
        Entry { tree: self, id: Self::ROOT }
    }
}

/// A node, with the means to look around below it. What is inactive is not seen, unless asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a, 't> {
    tree: &'a Tree<'t>,
    id: usize,
}

impl<'a, 't> Entry<'a, 't> {
    pub(super) fn node(&self) -> Option<&'a Node<'t>> {
        self.tree.node(self.id)
    }

    pub(super) fn text(&self) -> &'t str {
        self.node().map_or("", |node| node.word.text)
    }

    pub(super) fn inactive(&self) -> bool {
        self.node().is_some_and(|node| node.inactive)
    }

    /// Everything below, inactive parts too.
    pub(super) fn all(&self) -> impl Iterator<Item = Self> + use<'a, 't> {
        let tree = self.tree;
        tree.below(self.id).iter().map(move |id| Self { tree, id: *id })
    }

    /// What is active below.
    pub(super) fn children(&self) -> impl Iterator<Item = Self> + use<'a, 't> {
        self.all().filter(|it| !it.inactive())
    }

    /// The word below it, unless inactive.
    pub(super) fn get(&self, word: &'static str) -> Option<Self> {
        self.child(word).filter(|it| !it.inactive())
    }

    /// The word below it, inactive or not.
    pub(super) fn child(&self, word: &str) -> Option<Self> {
        let index: &BTreeMap<(usize, &str), usize> = &self.tree.index;
        index.get(&(self.id, word)).map(|id| Self { tree: self.tree, id: *id })
    }

    /// Follows words.
    pub(super) fn at(&self, words: &[&'static str]) -> Option<Self> {
        words.iter().try_fold(*self, |at, word| at.get(word))
    }

    /// What stands below a word: its values, or the names it introduces.
    pub(super) fn list(&self, word: &'static str) -> Vec<Self> {
        self.get(word).map(|it| it.children().collect()).unwrap_or_default()
    }

    /// The same with what is inactive.
    pub(super) fn list_all(&self, word: &'static str) -> Vec<Self> {
        self.child(word).map(|it| it.all().collect()).unwrap_or_default()
    }

    /// The value of a word: the last one, and one's own rather than that of a group.
    pub(super) fn value(&self, word: &'static str) -> Option<Word<'t>> {
        let values = self.list(word);
        let own = values.iter().rfind(|it| it.node().is_some_and(|node| !node.inherited));
        own.or(values.last()).and_then(|it| it.node()).map(|node| node.word)
    }
}

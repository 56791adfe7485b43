//! The tree of a configuration: blocks, rows and settings, in the order of the text.

use super::super::listing::{Line, Word};
use super::tables::Meaning;
use std::collections::BTreeMap;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `config …`
    Config,
    /// `edit …`
    Edit,
}

/// What a line does to a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Set,
    Append,
    Unset,
    Unselect,
}

impl Verb {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "set" | "select" => Self::Set,
            "append" => Self::Append,
            "unset" => Self::Unset,
            "unselect" => Self::Unselect,
            _ => return None,
        })
    }
}

/// One setting of a block or row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'t> {
    /// The line; with a value of several lines all of them.
    pub(super) line: Line<'t>,
    pub(super) verb: Verb,
    pub(super) name: &'t str,
}

impl<'t> Setting<'t> {
    /// The words behind the name.
    pub(super) fn values(&self) -> impl Iterator<Item = Word<'t>> {
        self.line.words().skip(2)
    }
}

/// A block or a row.
#[derive(Clone, Debug)]
pub(super) struct Node<'t> {
    pub(super) kind: Kind,
    /// What is configured, or the key of the row.
    pub(super) name: &'t str,
    /// The line that opens it first.
    pub(super) line: Line<'t>,
    pub(super) parent: usize,
    pub(super) meaning: Meaning,
    pub(super) settings: Vec<Setting<'t>>,
    /// Blocks and rows in it, in order.
    pub(super) children: Vec<usize>,
}

impl<'t> Node<'t> {
    pub(super) fn new(
        kind: Kind,
        name: &'t str,
        line: Line<'t>,
        parent: usize,
        meaning: Meaning,
    ) -> Self {
        let (settings, children) = (Vec::new(), Vec::new());
        Self { kind, name, line, parent, meaning, settings, children }
    }
}

/// All blocks and rows. One that is opened twice is one.
#[derive(Debug)]
pub(super) struct Tree<'t> {
    nodes: Vec<Node<'t>>,
    index: BTreeMap<(usize, &'t str), usize>,
    /// Names that were changed: references follow, as on the device.
    renamed: BTreeMap<(usize, &'t str), &'t str>,
    /// Blocks and rows that are open where the text ends: more of them may be missing.
    pub(super) cut: Vec<usize>,
}

impl<'t> Tree<'t> {
    /// Holds the outermost blocks.
    pub(super) const ROOT: usize = 0;

    pub(super) fn new() -> Self {
        let file = crate::source::FileId::default();
        let line = Line { number: 0, file, start: 0, text: "" };
        let root = Node::new(Kind::Config, "", line, Self::ROOT, Meaning::Unknown);
        Self {
            nodes: vec![root],
            index: BTreeMap::new(),
            renamed: BTreeMap::new(),
            cut: Vec::new(),
        }
    }

    pub(super) fn node(&self, id: usize) -> Option<&Node<'t>> {
        self.nodes.get(id)
    }

    /// Whether outermost blocks stand in a node: the root, `config global`, a row of `config vdom`.
    pub(super) fn is_home(&self, node: &Node<'t>) -> bool {
        let parent = self.nodes.get(node.parent);
        let below_root = node.parent == Self::ROOT;
        match node.kind {
            Kind::Config => below_root && (node.name.is_empty() || node.name == "global"),
            Kind::Edit => parent.is_some_and(|it| it.name == "vdom" && it.parent == Self::ROOT),
        }
    }

    /// Whether a block is a table with rows.
    pub(super) fn has_rows(&self, node: &Node<'t>) -> bool {
        let last = node.children.last().and_then(|id| self.nodes.get(*id));
        last.is_some_and(|it| it.kind == Kind::Edit)
    }

    /// The child of a node with the name of this one: the one that is there, else this one.
    pub(super) fn child(&mut self, parent: usize, node: Node<'t>) -> usize {
        let key = (parent, node.name);
        if let Some(id) = self.index.get(&key) {
            return *id;
        }
        let id = self.nodes.len();
        self.nodes.push(node);
        self.index.insert(key, id);
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.push(id);
        }
        id
    }

    pub(super) fn set(&mut self, id: usize, setting: Setting<'t>) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.settings.push(setting);
        }
    }

    pub(super) fn purge(&mut self, table: usize) -> bool {
        let Some(node) = self.nodes.get_mut(table) else { return false };
        for id in std::mem::take(&mut node.children) {
            if let Some(name) = self.nodes.get(id).map(|it| it.name) {
                self.index.remove(&(table, name));
            }
        }
        true
    }

    pub(super) fn delete(&mut self, table: usize, key: &'t str) -> bool {
        let Some(id) = self.index.remove(&(table, key)) else { return false };
        if let Some(node) = self.nodes.get_mut(table) {
            node.children.retain(|it| *it != id);
        }
        true
    }

    pub(super) fn rename(&mut self, table: usize, from: &'t str, to: &'t str) -> bool {
        if self.index.contains_key(&(table, to)) {
            return false;
        }
        let Some(id) = self.index.remove(&(table, from)) else { return false };
        self.index.insert((table, to), id);
        self.renamed.insert((table, from), to);
        if let Some(node) = self.nodes.get_mut(id) {
            node.name = to;
        }
        true
    }

    /// Copies the settings of a row. Blocks within rows are not copied, so a row with some is refused.
    pub(super) fn copy(&mut self, table: usize, from: &'t str, to: &'t str) -> bool {
        let id = self.index.get(&(table, from));
        let Some(node) = id.and_then(|id| self.nodes.get(*id)) else { return false };
        if !node.children.is_empty() || self.index.contains_key(&(table, to)) {
            return false;
        }
        let copy = Node { name: to, ..node.clone() };
        self.child(table, copy);
        true
    }

    /// Moves a row before another one, or `after` it (1).
    pub(super) fn shift(&mut self, table: usize, key: &str, other: &str, after: usize) -> bool {
        let find = |key: &str| self.index.get(&(table, key)).copied();
        let (Some(id), Some(other)) = (find(key), find(other)) else { return false };
        let Some(node) = self.nodes.get_mut(table).filter(|_| id != other) else { return false };
        node.children.retain(|it| *it != id);
        let Some(at) = node.children.iter().position(|it| *it == other) else { return false };
        node.children.insert(at + after, id);
        true
    }

    /// The outermost blocks, as an entry.
    pub(super) fn root(&self) -> Option<Entry<'_, 't>> {
        self.nodes.get(Self::ROOT).map(|node| Entry { tree: self, id: Self::ROOT, node })
    }
}

/// A node, with the means to look around in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a, 't> {
    tree: &'a Tree<'t>,
    id: usize,
    node: &'a Node<'t>,
}

impl<'a, 't> Entry<'a, 't> {
    /// Whether the text ends within it.
    pub(super) fn is_cut(&self) -> bool {
        self.tree.cut.contains(&self.id)
    }

    /// The key of a row, the name of a block.
    pub(super) fn name(&self) -> &'t str {
        self.node.name
    }

    /// The line that opens it.
    pub(super) fn line(&self) -> &'a Line<'t> {
        &self.node.line
    }

    /// The block of this name in it.
    pub(super) fn block(&self, name: &'t str) -> Option<Self> {
        let id = *self.tree.index.get(&(self.id, name))?;
        let node = self.tree.nodes.get(id)?;
        Some(Self { tree: self.tree, id, node })
    }

    /// Whether a row of this key is in it.
    pub(super) fn has(&self, name: &str) -> bool {
        // The index is asked with a name of any lifetime.
        let index: &BTreeMap<(usize, &str), usize> = &self.tree.index;
        index.contains_key(&(self.id, name))
    }

    /// The rows of the table of this name in it.
    pub(super) fn rows(&self, name: &'t str) -> Vec<Self> {
        self.block(name).map(|it| it.children()).unwrap_or_default()
    }

    /// All blocks or rows in it.
    pub(super) fn children(&self) -> Vec<Self> {
        let nodes = self.node.children.iter();
        let entry = |id: &usize| {
            self.tree.nodes.get(*id).map(|node| Self { tree: self.tree, id: *id, node })
        };
        nodes.filter_map(entry).collect()
    }

    /// What a row of this table is called now that was called so before.
    pub(super) fn renamed(&self, name: &'t str) -> Option<&'t str> {
        self.tree.renamed.get(&(self.id, name)).copied()
    }

    /// Every setting of it.
    pub(super) fn settings(&self) -> &'a [Setting<'t>] {
        &self.node.settings
    }

    /// The line that decides a setting: the last one that sets it, unless it was unset later.
    pub(super) fn setting(&self, name: &str) -> Option<&'a Setting<'t>> {
        let last = self.node.settings.iter().rfind(|it| it.name == name)?;
        (last.verb != Verb::Unset).then_some(last)
    }

    /// The values of a setting, with what was appended and without what was taken away.
    pub(super) fn values(&self, name: &str) -> Vec<Word<'t>> {
        let mut values: Vec<Word<'t>> = Vec::new();
        for setting in self.node.settings.iter().filter(|it| it.name == name) {
            match setting.verb {
                Verb::Set => values = setting.values().collect(),
                Verb::Append => values.extend(setting.values()),
                Verb::Unset => values.clear(),
                Verb::Unselect => {
                    for gone in setting.values() {
                        values.retain(|it| it.text != gone.text);
                    }
                }
            }
        }
        values
    }

    /// The first value of a setting.
    pub(super) fn word(&self, name: &str) -> Option<Word<'t>> {
        self.setting(name)?.values().next()
    }

    /// The first value of a setting as text.
    pub(super) fn text(&self, name: &str) -> Option<&'t str> {
        self.word(name).map(|word| word.text)
    }

    /// Whether a setting has this value.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.text(name) == Some(value)
    }

    /// Whether a setting is switched on.
    pub(super) fn enabled(&self, name: &str) -> bool {
        self.is(name, "enable")
    }
}

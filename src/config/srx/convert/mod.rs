//! The tree → facts.

mod books;
mod interfaces;
mod ipsec;
mod lists;
mod management;
mod nat;
mod policies;
mod routes;

use super::super::listing::Word;
use super::super::notes::Notes;
use super::tree::{Entry, Tree};
use crate::model::device::{DeviceConfig, StructureKind, TranslationOrder};
use crate::source::{Span, Spanned};

/// What is collected while the tree is read.
pub(super) struct Reader<'a, 't, 'n> {
    notes: &'n mut Notes,
    out: DeviceConfig,
    root: Entry<'a, 't>,
}

/// The facts of a tree.
pub(super) fn convert(tree: &Tree<'_>, notes: &mut Notes) -> DeviceConfig {
    let root = tree.root();
    let mut reader = Reader { notes, out: DeviceConfig::default(), root };
    reader.out.version = root.value("version").map(Word::owned);
    reader.out.hostname = root.get("system").and_then(|it| it.value("host-name")).map(Word::owned);
    // Filters of the interface, static and destination translation, route, policy, source
    // translation, filters of the interface that it leaves by (*Junos OS: Flow-Based and
    // Packet-Based Processing*, traffic processing on SRX devices).
    reader.out.translates = TranslationOrder::AtInterfaces;
    let books = books::Books::new(&mut reader);
    lists::read(&mut reader);
    interfaces::read(&mut reader);
    routes::read(&mut reader);
    policies::read(&mut reader, &books);
    nat::read(&mut reader, &books);
    ipsec::read(&mut reader);
    management::read(&mut reader);
    reader.out
}

impl Reader<'_, '_, '_> {
    /// What stands here was not understood.
    fn unclear(&mut self, entry: Entry<'_, '_>) {
        if let Some(node) = entry.node() {
            self.notes.unrecognized(&node.line);
        }
    }

    fn define(&mut self, kind: StructureKind, entry: Entry<'_, '_>) {
        self.notes.structures.define(kind, entry.text(), place(entry));
    }

    fn refer(&mut self, kind: StructureKind, word: Word<'_>) {
        self.notes.structures.refer(kind, word.text, word.span);
    }
}

/// The place of the line of a word.
fn place(entry: Entry<'_, '_>) -> Span {
    let nothing = Span { file: Default::default(), start: 0, end: 0 };
    entry.node().map_or(nothing, |node| node.line.span())
}

/// The word of a node with its place.
fn named(entry: Entry<'_, '_>) -> Spanned<String> {
    let span = entry.node().map_or_else(|| place(entry), |node| node.word.span);
    Spanned::new(entry.text().to_owned(), span)
}

//! The tree → facts, one VDOM after the other.

mod access;
mod header;
mod interfaces;
mod ipsec;
mod layer2;
mod management;
mod names;
mod narrowed;
mod nat;
mod policies;
mod redirect;
mod routes;

use super::super::listing::{Line, Listing, Word};
use super::super::notes::Notes;
use super::objects::Objects;
use super::tree::{Entry, Setting, Tree};
use crate::model::device::{DeviceConfig, StructureKind, TranslationOrder};
use crate::source::{Span, Spanned};
use crate::text;
use std::collections::{BTreeMap, BTreeSet};

/// What is collected while the blocks are read.
pub(super) struct Reader<'a, 't, 'n> {
    notes: &'n mut Notes,
    out: DeviceConfig,
    /// The blocks of the device as a whole.
    global: Entry<'a, 't>,
    /// Whether the text is a whole configuration, and not a part of one or a script.
    whole: bool,
    /// Names of interfaces that are ends of tunnels.
    tunnels: BTreeSet<&'t str>,
    /// Interfaces that are switched off, and where.
    off: BTreeMap<&'t str, Span>,
}

/// One VDOM.
pub(super) struct Vdom<'a, 't> {
    /// Its name unless it is the first one, `root`.
    name: Option<&'t str>,
    /// Whether there are others.
    several: bool,
    home: Entry<'a, 't>,
    objects: Objects<'a, 't>,
}

impl<'t> Vdom<'_, 't> {
    /// A name that is unique among all VDOMs.
    fn named(&self, name: &str) -> String {
        self.name.map_or_else(|| name.to_owned(), |vdom| format!("{vdom}/{name}"))
    }

    fn instance(&self) -> Option<String> {
        self.name.map(str::to_owned)
    }
}

/// The facts of a tree.
pub(super) fn convert(tree: &Tree<'_>, listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let Some(root) = tree.root() else { return DeviceConfig::default() };
    let header = listing.head().iter().find(|line| line.text.starts_with("#config-version="));
    let mut reader = Reader {
        notes,
        out: DeviceConfig::default(),
        global: root.block("global").unwrap_or(root),
        whole: header.is_some(),
        tunnels: BTreeSet::new(),
        off: BTreeMap::new(),
    };
    // Virtual IPs are looked up before the route and the policy, sources change after the policy
    // (*FortiOS Administration Guide*, life of a packet).
    reader.out.translates = TranslationOrder::OutsideFilters;
    header::read(&mut reader, header);
    let rows = root.rows("vdom");
    let mut vdoms: Vec<Vdom<'_, '_>> = Vec::new();
    let several = rows.len() > 1;
    for home in rows {
        let name = (home.name() != "root").then_some(home.name());
        vdoms.push(Vdom { name, several, home, objects: Objects::new(home) });
    }
    if vdoms.is_empty() {
        vdoms.push(Vdom { name: None, several, home: root, objects: Objects::new(root) });
    }
    let ruled = |it: &Vdom<'_, '_>| {
        let tables = ["firewall policy", "firewall consolidated policy", "firewall policy6"];
        tables.iter().any(|table| it.home.block(table).is_some())
    };
    if header.is_some() && !vdoms.iter().any(ruled) {
        // `show` prints the section even where it is empty.
        reader.notes.truncated(
            listing.end(),
            text!("`config firewall policy` がありません", "`config firewall policy` is missing"),
        );
    }
    interfaces::read(&mut reader, &vdoms);
    layer2::read(&mut reader, &vdoms);
    for vdom in &vdoms {
        routes::read(&mut reader, vdom);
        policies::read(&mut reader, vdom);
        nat::read(&mut reader, vdom);
        ipsec::read(&mut reader, vdom);
        access::read(&mut reader, vdom);
    }
    management::read(&mut reader, &vdoms);
    reader.out
}

impl<'a, 't> Reader<'a, 't, '_> {
    /// The value of a setting was not understood.
    fn unclear(&mut self, setting: Option<&Setting<'_>>) {
        if let Some(setting) = setting {
            self.notes.unrecognized(&setting.line);
        }
    }

    /// All settings of these names have a meaning that is not among the facts, unless they have
    /// the value beside them.
    fn only_usual(&mut self, entry: Entry<'_, '_>, usual: &[(&str, &str)]) {
        for setting in entry.settings() {
            let usual = usual.iter().find(|(name, _)| *name == setting.name);
            let Some((_, value)) = usual else { continue };
            let first = setting.values().next();
            if first.is_some_and(|word| word.text != *value) {
                self.notes.unrecognized(&setting.line);
            }
        }
    }

    fn define(&mut self, kind: StructureKind, vdom: &Vdom<'_, '_>, entry: Entry<'_, '_>) {
        self.notes.structures.define(kind, vdom.named(entry.name()), place(entry.line()));
    }

    fn define_active(&mut self, kind: StructureKind, vdom: &Vdom<'_, '_>, entry: Entry<'_, '_>) {
        self.notes.structures.define_active(kind, vdom.named(entry.name()), place(entry.line()));
    }

    fn refer(&mut self, kind: StructureKind, vdom: &Vdom<'_, '_>, word: Word<'_>) {
        self.notes.structures.refer(kind, vdom.named(word.text), word.span);
    }
}

/// The place of a line.
fn place(line: &Line<'_>) -> Span {
    line.span()
}

/// The key of a row with its place.
fn key(entry: Entry<'_, '_>) -> Spanned<String> {
    let span = entry.line().words().nth(1).map_or_else(|| place(entry.line()), |word| word.span);
    Spanned::new(entry.name().to_owned(), span)
}

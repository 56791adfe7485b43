//! Drafts: what configurations and observations show and an inventory does not have yet, as YAML for a person to
//! confirm. Observation never edits the declaration; it hands over a text.
//!
//! Everything in a draft stands under a comment with the line it comes from. What a configuration
//! cannot say (who the other end is, what a connection is for) is filled with the least
//! favourable word and marked 要確認. What has no place in an inventory is listed as comments.
//!
//! The room reads the graph, which already knows what is declared; it opens no files.

mod access;
mod connections;
mod devices;
mod forwards;
mod observed;
mod sheet;
mod sound;
mod zones;

pub use sound::confirmed;

use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
use crate::locale::{Lang, Text, one_line};
use crate::model::EntityRef;
use crate::source::{SourceMap, Span};
use crate::text;
use crate::topology::{Corroboration, ExternalPath, Topology};
use sheet::{Section, Sheet};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A draft.
#[derive(Debug)]
pub struct Draft {
    /// The YAML.
    pub text: String,
    /// How many things it declares. Without any there is nothing to add.
    pub things: usize,
}

/// What a draft is made from.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The texts, to say where things stand.
    pub sources: &'a SourceMap,
    /// What is declared already; may be empty.
    pub inventory: &'a Inventory,
    /// What was read.
    pub evidence: &'a EvidenceSet,
    /// The graph over both.
    pub topology: &'a Topology,
    /// Where the files of evidence lie, relative to the inventory, by their names. A device that
    /// nothing else identifies is joined by it.
    pub paths: &'a BTreeMap<String, String>,
    /// The language of names and comments.
    pub lang: Lang,
}

/// Drafts what the inventory does not have.
pub fn draft(material: Material<'_>) -> Draft {
    let mut work = Work::new(material);
    zones::known(&mut work);
    devices::draft(&mut work);
    connections::draft(&mut work);
    observed::draft(&mut work);
    work.finish()
}

/// A draft in the making.
struct Work<'a> {
    material: Material<'a>,
    taken: BTreeSet<(Section, String)>,
    sheet: Sheet,
    zones: zones::Zones,
    /// Interfaces of drafted devices, as entry points: `vpn1.wan`.
    entries: BTreeSet<String>,
    /// Paths that have a place in the draft.
    drafted: BTreeSet<EntityRef>,
    /// The interfaces of a device over which lines leave.
    lines: BTreeMap<EntityRef, BTreeSet<String>>,
    /// Addresses that a drafted device has, with the device.
    addresses: BTreeMap<IpAddr, String>,
    /// Devices that are copies of others.
    copies: BTreeSet<EntityRef>,
    /// What is told at the end.
    notes: Vec<String>,
}

impl<'a> Work<'a> {
    fn new(material: Material<'a>) -> Self {
        Self {
            material,
            taken: BTreeSet::new(),
            sheet: Sheet::default(),
            zones: zones::Zones::default(),
            entries: BTreeSet::new(),
            drafted: BTreeSet::new(),
            lines: devices::lines(material),
            addresses: BTreeMap::new(),
            copies: BTreeSet::new(),
            notes: Vec::new(),
        }
    }

    /// The half of a sentence that is wanted.
    fn say(&self, text: &Text) -> String {
        text.get(self.material.lang).to_owned()
    }

    /// `vpn1.txt:12`, on one line whatever the name holds.
    fn place(&self, span: Span) -> String {
        let sources = self.material.sources;
        let name = one_line(sources.file(span.file).name());
        format!("{name}:{}", sources.position(span).line)
    }

    /// An id that nothing in this section of the inventory or of the draft has.
    fn id(&mut self, section: Section, wanted: &str) -> String {
        let base = slug(wanted).unwrap_or_else(|| section.key().trim_end_matches('s').to_owned());
        let numbered = (2_u32..).map(|nth| format!("{base}-{nth}"));
        let mut all = std::iter::once(base.clone()).chain(numbered);
        let free = all.find(|id| {
            !section.declares(self.material.inventory, id)
                && !self.taken.contains(&(section, id.clone()))
        });
        let id = free.unwrap_or(base);
        self.taken.insert((section, id.clone()));
        id
    }

    /// The paths that nobody declared, with the thing they belong to.
    fn undeclared(&self) -> impl Iterator<Item = &'a ExternalPath> + use<'a> {
        let paths = self.material.topology.paths().iter();
        paths.filter(|it| it.corroboration == Corroboration::Undeclared)
    }

    fn finish(mut self) -> Draft {
        let left: Vec<&ExternalPath> =
            self.undeclared().filter(|it| !self.drafted.contains(&it.thing)).collect();
        let mut notes = std::mem::take(&mut self.notes);
        for path in left {
            let (device, place) = (&path.device.id, self.place(path.span));
            let name = one_line(path.name.get(self.material.lang));
            let off = match path.enabled {
                true => Text::default(),
                false => text!("（止められています）", " (switched off)"),
            };
            let off = self.say(&off);
            notes.push(format!("{device}: {name}{off} [{place}]"));
        }
        let lang = self.material.lang;
        let mut text = String::new();
        let watched = !self.material.topology.observed().is_empty();
        sheet::comment(&mut text, 0, if watched { &SEEN } else { &HEAD }.get(lang));
        if self.material.inventory.organization.is_none() && !self.sheet.is_empty() {
            let unnamed = sheet::quoted(CONFIRM.get(lang));
            text += &format!("schema: 1\norganization: {{name: {unnamed}}}\n");
        }
        text += &self.sheet.render();
        if !notes.is_empty() {
            text.push('\n');
            sheet::comment(&mut text, 0, LEFT.get(lang));
            for note in notes {
                sheet::comment(&mut text, 0, &format!("  {note}"));
            }
        }
        Draft { text, things: self.sheet.things() }
    }
}

/// To be confirmed.
static CONFIRM: Text = Text::new("要確認", "to be confirmed");
static HEAD: Text = Text::new(
    "機器の設定から作った下書きです。「要確認」の箇所を確かめ、書き直してから台帳に加えてください。",
    "A draft made from configurations of devices. Confirm and correct what is marked before it becomes part of the inventory.",
);
static SEEN: Text = Text::new(
    "機器の設定と観測された通信から作った下書きです。「要確認」の箇所を確かめ、書き直してから台帳に加えてください。",
    "A draft made from configurations and from traffic that was seen. Confirm and correct what is marked before it becomes part of the inventory.",
);
static LEFT: Text = Text::new(
    "設定にあり、下書きにはしていないもの（台帳に書くかどうか確かめてください）:",
    "Configured, and not drafted (confirm whether the inventory should say it):",
);

/// A text with nothing but letters and digits of ASCII and single `-`; at most 48 characters.
fn slug(text: &str) -> Option<String> {
    let mut slug = String::new();
    for c in text.chars().take(96) {
        match c {
            _ if slug.len() >= 48 => break,
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

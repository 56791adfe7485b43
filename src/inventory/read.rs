//! All files of an inventory → one [`Inventory`].

use super::decode::{Decode, Decoder};
use super::records::Inventory;
use super::table::Table;
use super::{validate, yaml};
use crate::model::Date;
use crate::source::{Diagnostic, FileId, Level, SourceMap, Span, Spanned};
use crate::text;

/// What reading gives: always as much as could be understood, and every mistake.
#[derive(Debug)]
pub struct Reading {
    /// The declared facts. Judge them only when [`Reading::is_sound`].
    pub inventory: Inventory,
    /// Every mistake of all files, ordered by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// Whether there is no error (warnings do not count).
    pub fn is_sound(&self) -> bool {
        !self.diagnostics.iter().any(|d| d.level == Level::Error)
    }
}

/// Reads and validates the files of one inventory. `today` is used for dates that must not have
/// passed when the inventory does not say its own `as_of`.
pub fn read(sources: &SourceMap, files: &[FileId], today: Date) -> Reading {
    let mut decoder = Decoder::default();
    let mut inventory: Option<Inventory> = None;
    for file in files {
        let text = sources.file(*file).text();
        let Some(root) = yaml::parse(*file, text, &mut decoder.diagnostics) else {
            continue;
        };
        let Some(part) = Inventory::decode(&root, &mut decoder) else {
            continue;
        };
        match &mut inventory {
            None => inventory = Some(part),
            Some(whole) => absorb(whole, part, &mut decoder.diagnostics),
        }
    }
    let inventory = inventory.unwrap_or_else(|| empty(files));
    let as_of = inventory.as_of.as_ref().map_or(today, |date| date.value);
    let mut diagnostics = decoder.diagnostics;
    if !files.is_empty() {
        diagnostics.extend(validate::validate(
            &inventory,
            &decoder.references,
            &decoder.subjects,
            as_of,
        ));
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.span());
    Reading {
        inventory,
        diagnostics,
    }
}

/// An inventory that declares nothing.
fn empty(files: &[FileId]) -> Inventory {
    let node = yaml::Node {
        span: Span {
            file: files.first().copied().unwrap_or_default(),
            start: 0,
            end: 0,
        },
        value: yaml::Value::Mapping(Vec::new()),
    };
    match Inventory::decode(&node, &mut Decoder::default()) {
        Some(inventory) => inventory,
        None => unreachable!("no field of the inventory is required"),
    }
}

/// Merges a second file into the first.
fn absorb(whole: &mut Inventory, part: Inventory, diagnostics: &mut Vec<Diagnostic>) {
    /// A value that may stand in one file only. The same value twice is harmless.
    fn once<T>(
        whole: &mut Option<T>,
        part: Option<T>,
        key: &str,
        span: impl Fn(&T) -> Span,
        same: impl Fn(&T, &T) -> bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        match (whole.as_ref(), part) {
            (_, None) => {}
            (None, part) => *whole = part,
            (Some(first), Some(second)) if same(first, &second) => {}
            (Some(first), Some(second)) => diagnostics.push(
                Diagnostic::error(
                    "declared-twice",
                    text!(
                        "「{key}」が2つのファイルに書かれています",
                        "`{key}` is declared in two files"
                    ),
                )
                .at(span(&second), text!("2つ目", "the second"))
                .at(span(first), text!("1つ目", "the first")),
            ),
        }
    }
    fn join<T>(whole: &mut Table<T>, part: Table<T>, diagnostics: &mut Vec<Diagnostic>) {
        for (second, first) in whole.absorb(part) {
            let id = &second.value;
            diagnostics.push(
                Diagnostic::error(
                    "duplicate-id",
                    text!(
                        "識別子「{id}」が2回宣言されています",
                        "the id `{id}` is declared twice"
                    ),
                )
                .at(second.span, text!("2回目", "the second time"))
                .at(first.span, text!("1回目", "the first time")),
            );
        }
    }
    fn equal<T: PartialEq>(a: &Spanned<T>, b: &Spanned<T>) -> bool {
        a.value == b.value
    }
    once(
        &mut whole.schema,
        part.schema,
        "schema",
        |it| it.span,
        equal,
        diagnostics,
    );
    once(
        &mut whole.as_of,
        part.as_of,
        "as_of",
        |it| it.span,
        equal,
        diagnostics,
    );
    once(
        &mut whole.revision,
        part.revision,
        "revision",
        |it| it.span,
        equal,
        diagnostics,
    );
    once(
        &mut whole.organization,
        part.organization,
        "organization",
        |it| it.span,
        |_, _| false,
        diagnostics,
    );
    join(&mut whole.sites, part.sites, diagnostics);
    join(&mut whole.zones, part.zones, diagnostics);
    join(&mut whole.parties, part.parties, diagnostics);
    join(&mut whole.circuits, part.circuits, diagnostics);
    join(&mut whole.devices, part.devices, diagnostics);
    join(&mut whole.systems, part.systems, diagnostics);
    join(&mut whole.connections, part.connections, diagnostics);
    whole.flows.extend(part.flows);
    join(&mut whole.backups, part.backups, diagnostics);
    join(
        &mut whole.credential_groups,
        part.credential_groups,
        diagnostics,
    );
    whole.waivers.extend(part.waivers);
    join(&mut whole.documents, part.documents, diagnostics);
}

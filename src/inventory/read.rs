//! All files of an inventory → one [`Inventory`].

use super::decode::{Decode, Decoder};
use super::records::Inventory;
use super::table::Table;
use super::{traps, validate, yaml};
use crate::model::Date;
use crate::source::{Diagnostic, FileId, Level, Mistakes, SourceMap, Span, Spanned};
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

/// Reads and validates the files of one inventory. Dates that must not have passed are measured
/// by the inventory's own `as_of`, and by `today` when it does not say one.
pub fn read(sources: &SourceMap, files: &[FileId], today: Date) -> Reading {
    read_as_of(sources, files, None, today)
}

/// The same for a day that was asked for, whatever the inventory says.
pub fn read_as_of(
    sources: &SourceMap,
    files: &[FileId],
    asked: Option<Date>,
    today: Date,
) -> Reading {
    let mut decoder = Decoder::default();
    let mut inventory: Option<Inventory> = None;
    // Whether every file could be read: what one that could not may declare is not missed.
    let mut complete = true;
    for file in files.iter().filter(|file| !is_scope(sources.file(**file).text())) {
        let Some(part) = part::<Inventory>(sources, *file, &mut decoder) else {
            complete = false;
            continue;
        };
        match &mut inventory {
            None => inventory = Some(part),
            Some(whole) => absorb(whole, part, &mut decoder.mistakes),
        }
    }
    let inventory = inventory.unwrap_or_else(|| empty(files));
    let declared = inventory.as_of.as_ref().map(|date| date.value);
    let as_of = asked.or(declared).unwrap_or(today);
    if !files.is_empty() {
        validate::validate(&inventory, &mut decoder, as_of, complete);
    }
    Reading { inventory, diagnostics: decoder.mistakes.finish(sources) }
}

/// Whether a file is a permission for probes (確認範囲指定書), which may lie beside the inventory and
/// is no part of it: it says so with its first key, `scope`.
fn is_scope(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let bare = |line: &&str| !line.trim().is_empty() && !line.starts_with(['#', '%', '-']);
    lines.find(bare).is_some_and(|line| line.starts_with("scope:"))
}

/// Reads another file that speaks of the things of an inventory, with the same care: every mistake
/// at once, and what it names must be declared. `check` adds what needs more than one value.
pub(crate) fn read_beside<T: Decode>(
    sources: &SourceMap,
    file: FileId,
    inventory: &Inventory,
    check: impl FnOnce(&T, &mut Mistakes),
) -> (Option<T>, Vec<Diagnostic>) {
    let mut decoder = Decoder::default();
    let read = part::<T>(sources, file, &mut decoder);
    validate::beside(inventory, &mut decoder);
    if let Some(read) = &read {
        check(read, &mut decoder.mistakes);
    }
    (read, decoder.mistakes.finish(sources))
}

/// One file, as far as it can be understood.
fn part<T: Decode>(sources: &SourceMap, file: FileId, decoder: &mut Decoder) -> Option<T> {
    let text = sources.file(file).text();
    let before = decoder.mistakes.len();
    let part =
        yaml::parse(file, text, &mut decoder.mistakes).and_then(|root| T::decode(&root, decoder));
    if decoder.mistakes.len() > before {
        let (found, lines) = traps::find(file, text);
        // What stands on the line of a trap follows from it, and so does all that was not parsed.
        let first = lines.first().copied();
        decoder.mistakes.retain_from(before, |mistake| {
            let Some(span) = mistake.span() else {
                return true;
            };
            let line = span.start - sources.offset_in_line(span) as u32;
            let parsed = mistake.code != "yaml-syntax";
            lines.binary_search(&line).is_err()
                && (parsed || first.is_none_or(|first| line < first))
        });
        for trap in found {
            decoder.mistakes.push(trap);
        }
    }
    part
}

/// An inventory that declares nothing.
fn empty(files: &[FileId]) -> Inventory {
    let node = yaml::Node {
        span: Span { file: files.first().copied().unwrap_or_default(), start: 0, end: 0 },
        value: yaml::Value::Mapping(Default::default()),
    };
    match Inventory::decode(&node, &mut Decoder::default()) {
        Some(inventory) => inventory,
        None => unreachable!("no field of the inventory is required"),
    }
}

/// Merges a second file into the first.
fn absorb(whole: &mut Inventory, part: Inventory, mistakes: &mut Mistakes) {
    /// A value that may stand in one file only. The same value twice is harmless.
    fn once<T>(
        whole: &mut Option<T>,
        part: Option<T>,
        key: &str,
        span: impl Fn(&T) -> Span,
        same: impl Fn(&T, &T) -> bool,
        mistakes: &mut Mistakes,
    ) {
        match (whole.as_ref(), part) {
            (_, None) => {}
            (None, part) => *whole = part,
            (Some(first), Some(second)) if same(first, &second) => {}
            (Some(first), Some(second)) => mistakes.push(
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
    fn join<T>(whole: &mut Table<T>, part: Table<T>, mistakes: &mut Mistakes) {
        for (second, first) in whole.absorb(part) {
            let id = &second.value;
            mistakes.push(
                Diagnostic::error(
                    "duplicate-id",
                    text!("識別子「{id}」が2回宣言されています", "the id `{id}` is declared twice"),
                )
                .at(second.span, text!("2回目", "the second time"))
                .at(first.span, text!("1回目", "the first time")),
            );
        }
    }
    fn equal<T: PartialEq>(a: &Spanned<T>, b: &Spanned<T>) -> bool {
        a.value == b.value
    }
    once(&mut whole.schema, part.schema, "schema", |it| it.span, equal, mistakes);
    once(&mut whole.as_of, part.as_of, "as_of", |it| it.span, equal, mistakes);
    once(&mut whole.revision, part.revision, "revision", |it| it.span, equal, mistakes);
    once(
        &mut whole.organization,
        part.organization,
        "organization",
        |it| it.span,
        |_, _| false,
        mistakes,
    );
    join(&mut whole.sites, part.sites, mistakes);
    join(&mut whole.zones, part.zones, mistakes);
    join(&mut whole.parties, part.parties, mistakes);
    join(&mut whole.circuits, part.circuits, mistakes);
    join(&mut whole.devices, part.devices, mistakes);
    join(&mut whole.systems, part.systems, mistakes);
    join(&mut whole.connections, part.connections, mistakes);
    whole.flows.extend(part.flows);
    join(&mut whole.backups, part.backups, mistakes);
    join(&mut whole.credential_groups, part.credential_groups, mistakes);
    whole.waivers.extend(part.waivers);
    whole.changes.extend(part.changes);
    whole.confirmations.extend(part.confirmations);
    whole.same.extend(part.same);
    join(&mut whole.taps, part.taps, mistakes);
    join(&mut whole.documents, part.documents, mistakes);
}

//! `sekisho import`: drafts of an inventory from what exists. Nothing that exists is touched: a
//! draft is a new text, in the order of an inventory, for a person to confirm.

use super::Exit;
use super::args::{Day, Import, ImportConfig, ImportFrom};
use super::collect::collect;
use super::console::{Console, Stop};
use super::deliver::{Delivery, Existing};
use super::gather::{Gathered, gather};
use super::load::{Loaded, load_sound};
use super::options::today;
use crate::draft::{Draft, Material, draft};
use crate::inventory;
use crate::source::{Diagnostic, Level, SourceMap};
use crate::text;
use crate::topology;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &Import, console: &Console) -> Result<Exit, Stop> {
    match &args.from {
        ImportFrom::Config(args) => config(args, console),
    }
}

/// Drafts from configurations. What cannot be read is told, and the rest is drafted.
fn config(args: &ImportConfig, console: &Console) -> Result<Exit, Stop> {
    let day = Day { as_of: None };
    let mut loaded = match &args.into {
        Some(into) => load_sound(into, &day, console)?,
        None => nothing(),
    };
    let home = args.into.as_deref().unwrap_or(Path::new("."));
    let evidence = collect(home, &args.files, &mut loaded, console)?;
    let mut exit = Exit::Clean;
    for unread in &evidence.unread {
        console.complain(&unread.why);
        exit = Exit::Wrong;
    }
    let topology = topology::build(&loaded.inventory, &evidence);
    let Draft { text, things } = draft(Material {
        sources: &loaded.sources,
        inventory: &loaded.inventory,
        evidence: &evidence,
        topology: &topology,
        lang: console.lang(),
    });
    if things > 0 {
        must_be_readable(&text, args.into.as_deref(), console)?;
    }
    if let Some(target) = target(args, things) {
        let mut delivery = Delivery::new(Existing::Keep);
        delivery.add(&target, text.as_bytes())?;
        for file in delivery.finish()? {
            let file = file.display();
            console.remark(&text!("{file} を書きました", "wrote {file}"));
        }
        console.remark(&text!(
            "「要確認」の箇所を確かめて書き直してください。sekisho validate で書き方を確かめられます",
            "confirm and correct what is marked; `sekisho validate` checks how it is written"
        ));
    } else if args.into.is_some() && things == 0 {
        console.remark(&text!(
            "台帳に加えるものはありません",
            "there is nothing to add to the inventory"
        ));
        console.print(text.as_bytes())?;
    } else {
        console.print(text.as_bytes())?;
    }
    Ok(exit)
}

/// An inventory that declares nothing.
fn nothing() -> Loaded {
    let sources = SourceMap::new();
    let inventory = inventory::read(&sources, &[], today()).inventory;
    Loaded { sources, files: Vec::new(), inventory, as_of: today(), diagnostics: Vec::new() }
}

/// Where the draft goes; `None` for standard output.
fn target(args: &ImportConfig, things: usize) -> Option<PathBuf> {
    if args.output.is_some() {
        return args.output.clone();
    }
    let into = args.into.as_deref().filter(|_| things > 0)?;
    let (folder, stem) = if into.is_dir() {
        (into, "draft".to_owned())
    } else {
        let stem = into.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (into.parent().unwrap_or(Path::new("")), format!("{stem}-draft"))
    };
    let numbered = (2..10_000).map(|nth| format!("{stem}-{nth}.yaml"));
    let mut names = std::iter::once(format!("{stem}.yaml")).chain(numbered);
    names.find_map(|name| Some(folder.join(name)).filter(|it| it.symlink_metadata().is_err()))
}

/// A draft that `sekisho validate` would refuse is a fault of this program: it is not written.
fn must_be_readable(text: &str, into: Option<&Path>, console: &Console) -> Result<(), Stop> {
    let Gathered { mut sources, mut files, .. } = into.map(gather).unwrap_or_default();
    files.push(sources.add("draft.yaml", text.to_owned()));
    let reading = inventory::read(&sources, &files, today());
    let errors: Vec<Diagnostic> =
        reading.diagnostics.into_iter().filter(|it| it.level == Level::Error).collect();
    if errors.is_empty() {
        return Ok(());
    }
    console.complain_about(&errors, &sources);
    Err(Stop::Failed(Box::new(Diagnostic::error(
        "draft-unsound",
        text!(
            "下書きが台帳として読めません。sekisho の不具合です。何も書いていません",
            "the draft cannot be read as an inventory: a fault of sekisho; nothing was written"
        ),
    ))))
}

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
use crate::draft::{Draft, Material, confirmed, draft};
use crate::inventory;
use crate::source::{Diagnostic, SourceMap};
use crate::text;
use crate::topology;
use std::collections::BTreeMap;
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
    let paths = paths(args);
    let drafted = draft(Material {
        sources: &loaded.sources,
        inventory: &loaded.inventory,
        evidence: &evidence,
        topology: &topology,
        paths: &paths,
        lang: console.lang(),
    });
    let Draft { text, things } = readable(drafted, args.into.as_deref(), console)?;
    if let Some(target) = target(args, things) {
        let folder = target.parent().filter(|it| !it.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|it| !it.is_dir()) {
            return Err(no_folder(folder));
        }
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

/// Where the files lie, relative to the inventory of which the draft becomes a part, by the names
/// under which they are evidence. Names that two files share say nothing.
fn paths(args: &ImportConfig) -> BTreeMap<String, String> {
    let home = match (&args.into, &args.output) {
        (Some(into), _) if into.is_dir() => into.as_path(),
        (Some(file), _) | (None, Some(file)) => file.parent().unwrap_or(Path::new("")),
        (None, None) => Path::new(""),
    };
    let home = if home.as_os_str().is_empty() { Path::new(".") } else { home };
    let Ok(home) = home.canonicalize() else { return BTreeMap::new() };
    let mut paths: BTreeMap<String, Option<String>> = BTreeMap::new();
    for file in args.files.iter().filter(|it| it.is_file()) {
        let Some(name) = file.file_name().map(|it| it.to_string_lossy().into_owned()) else {
            continue;
        };
        let path = file.canonicalize().ok().and_then(|it| relative(&it, &home));
        paths
            .entry(name)
            .and_modify(|it| *it = it.take().filter(|it| Some(it) == path.as_ref()))
            .or_insert(path);
    }
    paths.into_iter().filter_map(|(name, path)| Some((name, path?))).collect()
}

/// A path from a folder to a file, with `/`, as inventories write it.
fn relative(file: &Path, folder: &Path) -> Option<String> {
    let shared = file.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let up = folder.components().skip(shared).map(|_| Some(".."));
    let down = file.components().skip(shared).map(|it| it.as_os_str().to_str());
    let parts: Option<Vec<&str>> = up.chain(down).collect();
    parts.map(|it| it.join("/"))
}

/// A draft that `sekisho validate` accepts. One that cannot be made so is a fault of this program:
/// it is not written.
fn readable(draft: Draft, into: Option<&Path>, console: &Console) -> Result<Draft, Stop> {
    let Gathered { sources, files, .. } = into.map(gather).unwrap_or_default();
    let declared: Vec<String> =
        files.iter().map(|it| sources.file(*it).text().to_owned()).collect();
    confirmed(draft, &declared, today(), console.lang()).map_err(|(sources, errors)| {
        console.complain_about(&errors, &sources);
        Stop::Failed(Box::new(Diagnostic::error(
            "draft-unsound",
            text!(
                "下書きが台帳として読めません。sekisho の不具合です。何も書いていません",
                "the draft cannot be read as an inventory: a fault of sekisho; nothing was written"
            ),
        )))
    })
}

fn no_folder(folder: &Path) -> Stop {
    let folder = folder.display();
    Stop::Failed(Box::new(
        Diagnostic::error(
            "no-such-folder",
            text!(
                "フォルダ {folder} がありません。何も書いていません",
                "there is no folder {folder}; nothing was written"
            ),
        )
        .help(text!("先にフォルダを作ってください", "make the folder first")),
    ))
}

//! Collects files: of an inventory (one file, a folder, or standard input) and of evidence. Every
//! problem is told, none stops the others; time and memory are bounded.

use super::console::{reason, unreadable};
use crate::evidence::capture::is_capture;
use crate::evidence::file::is_evidence;
use crate::evidence::is_journal;
use crate::source::decode::{MAX_BYTES, decode};
use crate::source::{Diagnostic, FileId, SourceMap, closest};
use crate::text;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How deep folders may lie in one another.
const MAX_DEPTH: usize = 32;
/// How many entries of folders are looked at.
const MAX_ENTRIES: usize = 100_000;

/// The files of one inventory, and what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Their texts, named relative to the inventory.
    pub(super) sources: SourceMap,
    /// Those that could be read, in the order of their names.
    pub(super) files: Vec<FileId>,
    /// Whatever could not.
    pub(super) problems: Vec<Diagnostic>,
}

/// Reads an inventory from a file, a folder (all `*.yaml` and `*.yml` below it, hidden ones
/// excepted) or, for `-`, standard input. Files are named relative to the inventory.
pub(super) fn gather(inventory: &Path) -> Gathered {
    let mut walk = Walk::new(is_yaml, MAX_BYTES);
    if inventory == Path::new("-") {
        let name = text!("（標準入力）", "(standard input)");
        walk.take("-", io::stdin().lock(), &name.ja);
        return walk.into_inventory();
    }
    let shown = inventory.display().to_string();
    match fs::metadata(inventory) {
        Err(error) => {
            let problem = unreadable(&shown, &reason(&error));
            walk.problems.push(match sibling(inventory) {
                Some(word) if error.kind() == io::ErrorKind::NotFound => {
                    problem.help(text!("「{word}」ではありませんか", "did you mean `{word}`?"))
                }
                _ => problem,
            });
        }
        Ok(about) if about.is_dir() => {
            walk.folder(inventory, "", 0);
            let Walk { found, problems, .. } = &mut walk;
            if found.is_empty() && problems.is_empty() {
                problems.push(
                    Diagnostic::error(
                        "no-yaml",
                        text!(
                            "フォルダ「{shown}」に台帳のファイル（*.yaml、*.yml）がありません",
                            "the folder `{shown}` has no inventory file (*.yaml, *.yml)"
                        ),
                    )
                    .help(text!(
                        "ひな形は sekisho init {shown} で作れます",
                        "`sekisho init {shown}` writes a starter"
                    )),
                );
            }
        }
        Ok(_) => {
            let name = inventory
                .file_name()
                .map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
            walk.file(inventory, &name);
        }
    }
    walk.into_inventory()
}

/// Whether a file in the folder of an inventory is part of it.
fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
    })
}

/// Whether a file is a capture, evidence that was made of one, or a journal of probes, by its first
/// bytes.
pub(super) fn is_observation(path: &Path) -> bool {
    let opened = || File::open(path);
    opened().is_ok_and(is_capture)
        || opened().is_ok_and(is_evidence)
        || opened().is_ok_and(is_journal)
}

/// Files as they are, with names relative to what was asked for, and what could not be read.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// In the order of their names.
    pub(super) found: Vec<(String, Vec<u8>)>,
    /// Captures, evidence files and journals, which are not read here: their names and where they are.
    pub(super) observations: Vec<(String, PathBuf)>,
    /// Whatever could not be read.
    pub(super) problems: Vec<Diagnostic>,
}

/// Reads a file, or every file below a folder that is not hidden, as bytes. Names begin with
/// `shown`. At most so many bytes are read.
pub(super) fn gather_raw(path: &Path, shown: &str, most: u64) -> Raw {
    let mut walk = Walk { apart: is_observation, ..Walk::new(|_| true, most) };
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => walk.folder(path, shown, 0),
        _ => walk.file(path, shown),
    }
    Raw { found: walk.found, observations: walk.observations, problems: walk.problems }
}

/// A walk through files.
struct Walk {
    /// Which files of a folder are wanted.
    wanted: fn(&Path) -> bool,
    /// What, by its first bytes, is kept apart and not read.
    apart: fn(&Path) -> bool,
    observations: Vec<(String, PathBuf)>,
    found: Vec<(String, Vec<u8>)>,
    problems: Vec<Diagnostic>,
    /// How many bytes may still be read.
    left: u64,
    entries: usize,
    /// Folders that were entered, by their real path.
    visited: BTreeSet<PathBuf>,
}

impl Walk {
    fn new(wanted: fn(&Path) -> bool, most: u64) -> Self {
        Self {
            wanted,
            apart: |_| false,
            observations: Vec::new(),
            found: Vec::new(),
            problems: Vec::new(),
            left: most,
            entries: 0,
            visited: BTreeSet::new(),
        }
    }

    /// What was found, as texts of an inventory.
    fn into_inventory(self) -> Gathered {
        let mut gathered = Gathered { problems: self.problems, ..Gathered::default() };
        for (name, bytes) in self.found {
            match decode(&name, bytes) {
                Ok(text) => gathered.files.push(gathered.sources.add(name, text)),
                Err(problem) => gathered.problems.push(problem),
            }
        }
        gathered
    }

    fn tell(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// Everything below a folder, in the order of the names.
    fn folder(&mut self, path: &Path, name: &str, depth: usize) {
        let shown = if name.is_empty() { "." } else { name };
        let entries = fs::canonicalize(path).and_then(|real| Ok((real, fs::read_dir(path)?)));
        let (real, entries) = match entries {
            Ok(found) => found,
            Err(error) => return self.tell(unreadable(shown, &reason(&error))),
        };
        if depth > MAX_DEPTH {
            return self.tell(Diagnostic::error(
                "too-deep",
                text!(
                    "フォルダ「{shown}」は深すぎます（{MAX_DEPTH}階層まで）",
                    "the folder `{shown}` lies too deep (at most {MAX_DEPTH} levels)"
                ),
            ));
        }
        if !self.visited.insert(real) {
            return self.tell(
                Diagnostic::error(
                    "folder-twice",
                    text!(
                        "フォルダ「{shown}」はすでに読んだフォルダへのリンクです",
                        "the folder `{shown}` links to a folder that was read already"
                    ),
                )
                .help(text!(
                    "シンボリックリンクを消すか、台帳のフォルダの外へ移してください",
                    "remove the symbolic link or move it out of the inventory"
                )),
            );
        }
        let mut names = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => names.push(entry.file_name()),
                Err(error) => self.tell(unreadable(shown, &reason(&error))),
            }
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                return self.tell(Diagnostic::error(
                    "too-many-files",
                    text!(
                        "フォルダの中のファイルが多すぎます（{MAX_ENTRIES}個まで）。台帳のフォルダを指定してください",
                        "the folder holds too many files (at most {MAX_ENTRIES}); name the folder of the inventory"
                    ),
                ));
            }
        }
        names.sort();
        for entry in names {
            let part = entry.to_string_lossy();
            if part.starts_with('.') {
                continue;
            }
            let path = path.join(&entry);
            let name = match name {
                "" => part.into_owned(),
                above => format!("{above}/{part}"),
            };
            let wanted = (self.wanted)(&path);
            match fs::metadata(&path) {
                Ok(about) if about.is_dir() => self.folder(&path, &name, depth + 1),
                Ok(_) if wanted => self.file(&path, &name),
                Ok(_) => {}
                // A link that leads nowhere matters only when it looks like part of the inventory.
                Err(error) if wanted || error.kind() != io::ErrorKind::NotFound => {
                    self.tell(unreadable(&name, &reason(&error)));
                }
                Err(_) => {}
            }
        }
    }

    /// One file. Nothing that could block or never end is opened.
    fn file(&mut self, path: &Path, name: &str) {
        match fs::metadata(path) {
            Err(error) => self.tell(unreadable(name, &reason(&error))),
            Ok(about) if !about.is_file() => self.tell(
                Diagnostic::error(
                    "not-a-file",
                    text!(
                        "「{name}」は通常のファイルではありません",
                        "`{name}` is not a regular file"
                    ),
                )
                .help(text!(
                    "パイプから読ませるときは、台帳の名前の代わりに - を指定します",
                    "to read from a pipe, write - instead of the inventory's name"
                )),
            ),
            Ok(_) if (self.apart)(path) => self.observations.push((name.to_owned(), path.into())),
            Ok(about) if about.len() > self.left => self.tell(too_large(name)),
            Ok(_) => match File::open(path) {
                Ok(file) => self.take(name, file, name),
                Err(error) => self.tell(unreadable(name, &reason(&error))),
            },
        }
    }

    /// Reads to the end, or to the limit.
    fn take(&mut self, name: &str, from: impl Read, shown: &str) {
        let mut bytes = Vec::new();
        match from.take(self.left + 1).read_to_end(&mut bytes) {
            Err(error) => self.tell(unreadable(shown, &reason(&error))),
            Ok(length) if length as u64 > self.left => self.tell(too_large(shown)),
            Ok(length) => {
                self.left -= length as u64;
                self.found.push((name.to_owned(), bytes));
            }
        }
    }
}

fn too_large(name: &str) -> Diagnostic {
    let limit = MAX_BYTES / (1024 * 1024);
    Diagnostic::error(
        "too-large",
        text!(
            "「{name}」で台帳の大きさの上限（合計{limit} MiB）を超えます。台帳のファイルか確かめてください",
            "`{name}` makes the inventory larger than the limit ({limit} MiB in all); is it an inventory?"
        ),
    )
}

/// A name in the same folder that was probably meant.
fn sibling(missing: &Path) -> Option<String> {
    let folder = match missing.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .take(MAX_ENTRIES)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    let given = missing.file_name()?.to_str()?;
    let name = closest(given, names.iter().map(String::as_str))?;
    Some(missing.with_file_name(name).display().to_string())
}

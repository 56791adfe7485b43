//! Captures as they lie in folders: rotated files, in the order in which people count.

use super::files::Refused;
use super::read::is_capture;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// How deep folders may lie in one another.
const DEEPEST: usize = 16;
/// How many files of a folder are looked at.
const MOST: usize = 1_000_000;

/// Captures that one argument stands for.
#[derive(Debug, Default)]
pub struct Series {
    /// Where they are, in natural order: `trace9` before `trace10`.
    pub paths: Vec<PathBuf>,
    /// How many files beside them are no captures.
    pub others: usize,
}

/// What an argument stands for: the file that it names, the captures in a folder and below it, or those that
/// a pattern with `*` and `?` matches.
pub fn series(path: &Path) -> Result<Series, Refused> {
    let mut series = Series::default();
    let is_pattern = || path.to_string_lossy().contains(['*', '?']);
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => {
            descend(path, 0, &mut BTreeSet::new(), &mut series)?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_pattern() => {
            for found in matching(path)? {
                match fs::metadata(&found)?.is_dir() {
                    true => descend(&found, 0, &mut BTreeSet::new(), &mut series)?,
                    false => series.paths.push(found),
                }
            }
        }
        about => {
            about?;
            series.paths.push(path.to_owned());
        }
    }
    series.paths.sort_by(|a, b| natural(&a.to_string_lossy(), &b.to_string_lossy()));
    Ok(series)
}

/// Every capture below a folder; hidden files excepted.
fn descend(
    folder: &Path,
    depth: usize,
    seen: &mut BTreeSet<PathBuf>,
    series: &mut Series,
) -> io::Result<()> {
    // A link back to where one came from would never end.
    if depth > DEEPEST || !seen.insert(fs::canonicalize(folder)?) {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.')
            || series.paths.len() + series.others > MOST
        {
            continue;
        }
        let path = entry.path();
        match fs::metadata(&path) {
            Ok(about) if about.is_dir() => descend(&path, depth + 1, seen, series)?,
            // Nothing that could block is opened.
            Ok(about) if about.is_file() && is_capture(File::open(&path)?) => {
                series.paths.push(path);
            }
            _ => series.others += 1,
        }
    }
    Ok(())
}

/// The paths that a pattern matches, part by part.
fn matching(pattern: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = vec![PathBuf::new()];
    for part in pattern.components() {
        let part = part.as_os_str().to_string_lossy();
        if !part.contains(['*', '?']) {
            found.iter_mut().for_each(|it| it.push(&*part));
            continue;
        }
        let mut next = Vec::new();
        for folder in found {
            let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
            let Ok(entries) = fs::read_dir(shown) else { continue };
            for entry in entries {
                let name = entry?.file_name();
                let text = name.to_string_lossy();
                let hidden = text.starts_with('.') && !part.starts_with('.');
                if !hidden && matches(part.as_bytes(), text.as_bytes()) && next.len() < MOST {
                    next.push(folder.join(&name));
                }
            }
        }
        found = next;
    }
    found.retain(|it| it.exists());
    match found.is_empty() {
        true => Err(io::ErrorKind::NotFound.into()),
        false => Ok(found),
    }
}

/// Whether a name is of a pattern.
fn matches(mut pattern: &[u8], mut name: &[u8]) -> bool {
    // Where to go on when what was tried after the last star fails.
    let mut again: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern, name) {
            ([b'*', rest @ ..], _) => {
                again = Some((rest, name));
                pattern = rest;
            }
            ([], []) => return true,
            ([p, rest @ ..], [n, more @ ..]) if *p == b'?' || p == n => {
                (pattern, name) = (rest, more);
            }
            _ => match again {
                Some((rest, [_, more @ ..])) => {
                    again = Some((rest, more));
                    (pattern, name) = (rest, more);
                }
                _ => return false,
            },
        }
    }
}

/// Numbers in names count as numbers.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a, b);
    while let (Some(p), Some(q)) = (x.chars().next(), y.chars().next()) {
        if p.is_ascii_digit() && q.is_ascii_digit() {
            let ((m, rest_x), (n, rest_y)) = (digits(x), digits(y));
            let order = m.len().cmp(&n.len()).then_with(|| m.cmp(n));
            if order.is_ne() {
                return order;
            }
            (x, y) = (rest_x, rest_y);
        } else if p == q {
            (x, y) = (x.get(p.len_utf8()..).unwrap_or(""), y.get(q.len_utf8()..).unwrap_or(""));
        } else {
            return p.cmp(&q);
        }
    }
    x.len().cmp(&y.len()).then_with(|| a.cmp(b))
}

/// The number at the beginning, without zeros before it, and what comes after.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (number.trim_start_matches('0'), rest)
}

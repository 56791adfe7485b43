//! `sekisho diff` of two reports of a port scanner.

use super::diff::Shape;
use crate::change::scan::{Turn, between};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop, reason, unreadable};
use crate::evidence::scan::{Scan, read_from};
use crate::report::answer::scans::Scans;
use crate::source::{Diagnostic, decode};
use crate::text;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read as _};
use std::path::Path;

/// The longest report that is read.
const MOST: u64 = 1024 * 1024 * 1024;

/// How much of one is read at a time.
const PIECE: usize = 128 * 1024;

/// Both reports, when both names are those of reports.
pub(super) fn pair(old: &str, new: &str) -> Result<Option<(Scan, Scan)>, Stop> {
    match (scan(Path::new(old))?, scan(Path::new(new))?) {
        (Some(old), Some(new)) => Ok(Some((old, new))),
        (None, None) => Ok(None),
        _ => Err(Diagnostic::error(
            "one-scan",
            text!(
                "一方だけがポートの確認結果（Nmap の XML）です",
                "only one of them is a port report (XML of Nmap)"
            ),
        )
        .help(text!("同じ種類のもの同士を比べてください", "compare two of a kind"))
        .into()),
    }
}

/// What a file holds when it is a report; a name that ends in `xml` promises one.
fn scan(file: &Path) -> Result<Option<Scan>, Stop> {
    let promised = file.extension().is_some_and(|it| it.eq_ignore_ascii_case("xml"));
    if !promised || !file.is_file() {
        return Ok(None);
    }
    let read = opened(file).and_then(|open| read_from(BufReader::with_capacity(PIECE, open)));
    // Reports that passed through PowerShell are UTF-16, and some editors write Shift_JIS.
    let read = match read {
        Ok(Some(scan)) => return Ok(Some(scan)),
        Err(error) if error.kind() != ErrorKind::InvalidData => Err(error),
        Ok(None) | Err(_) => opened(file).and_then(|mut open| {
            let mut bytes = Vec::new();
            open.read_to_end(&mut bytes)?;
            let (_, _, text) = decode::lenient(&bytes);
            read_from(text.as_bytes())
        }),
    };
    Ok(read.map_err(|error| unreadable(file.display(), &reason(&error)))?)
}

/// A file that is not too long to be read.
fn opened(file: &Path) -> io::Result<File> {
    let open = File::open(file)?;
    match open.metadata()?.len() <= MOST {
        true => Ok(open),
        false => Err(ErrorKind::FileTooLarge.into()),
    }
}

/// Compares them.
pub(super) fn run(
    (old, new): &(Scan, Scan),
    shape: Shape,
    console: &Console,
) -> Result<(Vec<u8>, Exit), Stop> {
    let seen = between(old, new);
    let scans = Scans { old, new, seen: &seen };
    let shown = match shape {
        Shape::Text => scans.text(console.lang()),
        Shape::Json => format!("{:#}\n", scans.json()),
        _ => {
            return Err(Diagnostic::error(
                "scan-format",
                text!(
                    "ポートの確認結果の比較は text と json で書き出せます",
                    "port reports are compared as text or json"
                ),
            )
            .into());
        }
    };
    let grown = seen.iter().filter(|it| {
        matches!(
            it.turn,
            Turn::HostNew | Turn::Opened | Turn::Replaced | Turn::Unclear | Turn::Unasked
        )
    });
    // What only one of them looked at may have been there before.
    let exit = match grown.map(|it| it.scope.is_none() && it.turn != Turn::Unclear).max() {
        Some(true) => Exit::Findings,
        Some(false) => Exit::Undetermined,
        // What a report that was cut off did not get to may have grown.
        None if !new.complete => Exit::Undetermined,
        None => Exit::Clean,
    };
    Ok((shown.into_bytes(), exit))
}

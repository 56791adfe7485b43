//! Configurations of devices: what every vendor's reader must do, over every fixture.
//!
//! Fixtures stand in `tests/config/<format>/<feature>.conf`. Beside each stands `<feature>.facts`,
//! everything that was read from it; `UPDATE=1` rewrites it, and a person reads it. A fixture whose
//! name ends with `_warn` is damaged or doubtful, and something must be remarked or unrecognized.

mod alliedware;
mod asa;
pub mod facts;
mod fortigate;
mod ios;
mod iptables;
mod ix;
mod linux;
mod nftables;
mod openvpn;
mod rtx;
mod secrets;
mod shadow;
mod srx;
mod strongswan;
mod terminal;
pub mod walk;
mod wireguard;

use crate::support::root;
use sekisho::config::{self, ConfigFile};
use sekisho::source::{SourceMap, Style, render};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// Reads a text as a configuration. `None` when no format knows it.
pub fn read(name: &str, bytes: &[u8]) -> (SourceMap, Option<ConfigFile>) {
    let mut sources = SourceMap::new();
    let Ok((text, mut remarks)) = config::decode(name, bytes) else {
        return (sources, None);
    };
    let file = sources.add(name, text);
    let mut read = config::read(&mut sources, file);
    if let Some(read) = &mut read {
        remarks.append(&mut read.remarks);
        read.remarks = remarks;
    }
    (sources, read)
}

/// Reads a text that must be of a format.
#[allow(dead_code)]
pub fn read_as(format: &str, text: &str) -> (SourceMap, ConfigFile) {
    let (sources, read) = read("device.conf", text.as_bytes());
    let read = read.unwrap_or_else(|| panic!("not recognised:\n{text}"));
    assert_eq!(read.format.id, format, "recognised as another format:\n{text}");
    (sources, read)
}

/// Every fixture: format, path, bytes.
pub fn fixtures() -> Vec<(String, PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    let entries = |path: PathBuf| {
        let mut paths: Vec<_> = fs::read_dir(path)
            .into_iter()
            .flatten()
            .map(|it| it.expect("an entry").path())
            .collect();
        paths.sort();
        paths
    };
    for folder in entries(root().join("tests/config")) {
        let format = folder.file_name().expect("a name").to_string_lossy().into_owned();
        for path in entries(folder) {
            if path.extension().is_some_and(|it| it == "conf") {
                let bytes = fs::read(&path).expect("a fixture");
                all.push((format.clone(), path, bytes));
            }
        }
    }
    all
}

#[test]
fn every_fixture_says_what_stands_beside_it() {
    let mut wrong = String::new();
    for (format, path, bytes) in fixtures() {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let (sources, read) = read(&name, &bytes);
        let Some(read) = read else {
            let _ = writeln!(wrong, "{}: not recognised", path.display());
            continue;
        };
        if read.format.id != format {
            let _ = writeln!(wrong, "{}: recognised as {}", path.display(), read.format.id);
        }
        let doubtful = !read.remarks.is_empty()
            || !read.coverage.unrecognized.is_empty()
            || !read.config.doubts.is_empty()
            || !read.config.structures.undefined().is_empty();
        let warned = path.file_stem().is_some_and(|it| it.to_string_lossy().ends_with("_warn"));
        if doubtful != warned {
            let is = if doubtful { "doubtful" } else { "without doubt" };
            let _ = writeln!(wrong, "{}: the reading is {is}", path.display());
        }
        let came = facts::of(&sources, &read);
        let beside = path.with_extension("facts");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&beside, came).expect("the facts can be written");
        } else if fs::read_to_string(&beside).unwrap_or_default() != came {
            let _ = writeln!(wrong, "{}: other facts; now:\n{came}", path.display());
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_fates_of_lines_add_up_to_the_file() {
    for (_, path, bytes) in fixtures() {
        let (sources, Some(read)) = read("device.conf", &bytes) else { continue };
        let lines = sources.file(read.file).text().split_inclusive('\n').count();
        assert_eq!(read.coverage.lines(), lines, "{}", path.display());
    }
}

/// Whatever a damaged text gives, every place in it lies in the file and can be shown.
fn is_whole(what: &str, bytes: &[u8]) {
    let (sources, read) = read("device.conf", bytes);
    let Some(read) = read else { return };
    let lines = sources.file(read.file).text().split_inclusive('\n').count();
    assert_eq!(read.coverage.lines(), lines, "{what}");
    let length = sources.file(read.file).text().len() as u32;
    for span in facts::spans(&read).into_iter().map(|it| sources.shown(it)) {
        assert!(span.start <= span.end && span.end <= length, "{what}: {span:?} of {length}");
        sources.position(span);
    }
    for remark in &read.remarks {
        render(remark, &sources, Style { lang: sekisho::locale::Lang::Ja, colour: false });
    }
}

/// In how many places each fixture is damaged.
const PLACES: usize = 16;

/// Where a fixture is damaged. Each begins elsewhere, so that together they are damaged in every
/// kind of place.
fn places(fixture: usize, length: usize) -> impl Iterator<Item = usize> {
    let step = 1 + length / PLACES;
    (fixture % step..length).step_by(step)
}

#[test]
fn no_fixture_can_be_truncated_into_a_panic() {
    for (number, (_, path, bytes)) in fixtures().into_iter().enumerate() {
        for end in places(number, bytes.len()) {
            is_whole(&format!("{} cut at {end}", path.display()), &bytes[..end]);
        }
    }
}

#[test]
fn no_fixture_can_be_bent_into_a_panic() {
    for (number, (_, path, bytes)) in fixtures().into_iter().enumerate() {
        for at in places(number * 7, bytes.len()) {
            let mut bent = bytes.clone();
            bent[at] ^= 1 << ((at + number) % 8);
            is_whole(&format!("{} bent at {at}", path.display()), &bent);
        }
    }
}

//! What several tests need.
#![allow(dead_code)]

pub mod large;
pub mod namespaces;
pub mod network;
pub mod observed;
pub mod probed;
pub mod random;
pub mod scene;
pub mod sheet;
pub mod xml;
pub mod year;

use sekisho::audit::{self, Assessment};
use sekisho::evidence::{EvidenceSet, Named};
use sekisho::inventory::{self, Reading};
use sekisho::locale::Lang;
use sekisho::model::Date;
use sekisho::source::{SourceMap, Style, render};
use std::path::PathBuf;

/// The root of the project.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The day that tests judge when an inventory does not say its own.
pub fn today() -> Date {
    jiff::civil::date(2026, 11, 20)
}

/// Reads one text as an inventory.
pub fn read(text: &str) -> (SourceMap, Reading) {
    let mut sources = SourceMap::new();
    let file = sources.add("inventory.yaml", text.to_owned());
    let reading = inventory::read(&sources, &[file], today());
    (sources, reading)
}

/// All diagnostics as text, for messages of failing tests.
pub fn told(sources: &SourceMap, reading: &Reading) -> String {
    let style = Style { lang: Lang::En, colour: false };
    let blocks: Vec<_> = reading.diagnostics.iter().map(|d| render(d, sources, style)).collect();
    blocks.join("\n\n")
}

/// The shipped inventories by name, in order of their names; those with mistakes too.
pub fn shipped() -> Vec<(String, SourceMap, Reading)> {
    let children = |at: &std::path::Path| {
        let entries = std::fs::read_dir(at).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let all = children(&root().join("inventories")).into_iter();
    all.map(|path| {
        let mut sources = SourceMap::new();
        let files = if path.is_dir() { children(&path) } else { vec![path.clone()] };
        let files: Vec<_> = files.into_iter().filter(|it| it.is_file()).collect();
        let files: Vec<_> = files
            .iter()
            .map(|file| {
                let name = file.file_name().unwrap().to_string_lossy();
                sources.add(name, std::fs::read_to_string(file).unwrap())
            })
            .collect();
        let reading = inventory::read(&sources, &files, today());
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, sources, reading)
    })
    .collect()
}

/// The configurations that the devices of a shipped inventory name.
pub fn evidence(name: &str, sources: &mut SourceMap, reading: &Reading) -> EvidenceSet {
    let mut evidence = EvidenceSet::default();
    for device in &reading.inventory.devices {
        for path in &device.config {
            let file = root().join("inventories").join(name).join(&path.value);
            let bytes =
                std::fs::read(&file).unwrap_or_else(|it| panic!("{}: {it}", file.display()));
            let named = Named { device: device.id.value.clone(), span: path.span };
            evidence.add(sources, &path.value, &bytes, Some(named), None);
        }
    }
    evidence
}

/// Judges a text that must be a sound inventory.
pub fn audited(text: &str) -> Assessment {
    let (sources, reading) = read(text);
    assert!(reading.is_sound(), "{}\n{text}", told(&sources, &reading));
    let day = reading.inventory.as_of.as_ref().map_or(today(), |it| it.value);
    audit::audit(reading.inventory, Default::default(), day)
}

/// The corpus of real inputs, when it stands beside the project. Tests over it say loudly when it
/// does not, and do nothing.
pub fn corpus() -> Option<PathBuf> {
    let corpus = root().join("../shared/corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    eprintln!("SKIPPED: ../shared/corpus is not here; this test has not looked at anything");
    None
}

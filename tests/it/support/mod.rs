//! What several tests need.
#![allow(dead_code)]

pub mod random;
pub mod scene;
pub mod sheet;
pub mod xml;

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
    let style = Style {
        lang: Lang::En,
        colour: false,
    };
    let blocks: Vec<_> = reading
        .diagnostics
        .iter()
        .map(|d| render(d, sources, style))
        .collect();
    blocks.join("\n\n")
}

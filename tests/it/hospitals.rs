//! The shipped inventories as whole hospitals.

use crate::support::{root, today, told};
use sekisho::inventory::{self, Reading};
use sekisho::source::SourceMap;
use std::path::{Path, PathBuf};

/// The YAML files of an inventory, in the order of their names.
fn files(at: &Path) -> Vec<PathBuf> {
    if at.is_file() {
        return vec![at.to_owned()];
    }
    let mut files: Vec<_> = std::fs::read_dir(at)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// Reads the files of an inventory in this order.
fn read(files: &[PathBuf]) -> (SourceMap, Reading) {
    let mut sources = SourceMap::new();
    let ids: Vec<_> = files
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            sources.add(name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    let reading = inventory::read(&sources, &ids, today());
    (sources, reading)
}

/// The shipped inventories by name, in order.
fn shipped() -> Vec<(String, PathBuf)> {
    let mut all: Vec<_> = std::fs::read_dir(root().join("inventories"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, path)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_shipped_inventory_reads_without_any_diagnostic() {
    for (name, path) in shipped() {
        let (sources, reading) = read(&files(&path));
        let told = told(&sources, &reading);
        assert!(told.is_empty(), "{name}\n{told}");
    }
}

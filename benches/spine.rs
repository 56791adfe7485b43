//! How fast the spine is. `cargo bench` measures; the README shows the figures.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used)]

use criterion::{BatchSize, Criterion, criterion_group};
use sekisho::audit::{self, Assessment};
use sekisho::diagram::{self, Request};
use sekisho::inventory;
use sekisho::locale::Lang;
use sekisho::report::{Report, terminal};
use sekisho::source::{FileId, SourceMap};
use std::hint::black_box;
use std::path::Path;

#[path = "../tests/it/support/large.rs"]
mod large;
#[allow(dead_code)]
#[path = "../tests/it/support/random.rs"]
mod random;

fn today() -> sekisho::model::Date {
    jiff::civil::date(2026, 11, 20)
}

/// Reads, validates and judges, as the command does after it has the bytes.
fn judge(sources: &SourceMap, files: &[FileId]) -> Assessment {
    let reading = inventory::read(sources, files, today());
    assert!(reading.is_sound(), "the inventory has mistakes");
    audit::audit(reading.inventory, Default::default(), today())
}

fn one(text: &str) -> (SourceMap, Vec<FileId>) {
    let mut sources = SourceMap::new();
    let file = sources.add("inventory.yaml", text.to_owned());
    (sources, vec![file])
}

/// 100,000 systems in 200 zones, and the least that any program could do with the same facts.
fn large_inventory(c: &mut Criterion) {
    let hospital = large::hospital(100_000, 200);
    let (yaml, json) = (large::yaml(&hospital), hospital.to_string());
    drop(hospital);
    let mut group = c.benchmark_group("100000 systems");
    group.sample_size(10);
    group.bench_function("read, validate, judge", |b| {
        b.iter_batched_ref(
            || one(&yaml),
            |(sources, files)| judge(sources, files),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("serde_json to a tree, the floor", |b| {
        b.iter(|| serde_json::from_str::<serde_json::Value>(black_box(&json)).unwrap());
    });
    group.finish();
}

/// 300 systems, 20 zones, 60 connections.
fn drawing(c: &mut Criterion) {
    let (sources, files) = one(&random::hospital(1));
    let assessment = judge(&sources, &files);
    c.bench_function("drawing of 300 systems", |b| {
        b.iter(|| diagram::draw(black_box(&assessment), &Request::default()));
    });
}

/// The example of the README, from texts to the report on the terminal.
fn flagship(c: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("inventories/general-hospital");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    let mut sources = SourceMap::new();
    let files: Vec<_> = paths
        .iter()
        .map(|path| sources.add("part.yaml", std::fs::read_to_string(path).unwrap()))
        .collect();
    c.bench_function("flagship: read, judge, report", |b| {
        b.iter(|| {
            let assessment = judge(&sources, &files);
            let report = Report {
                assessment: &assessment,
                sources: &sources,
                drawing: None,
                lang: Lang::Ja,
            };
            let mut out = Vec::new();
            terminal::write(&report, terminal::Style::default(), &mut out).unwrap();
            out
        });
    });
}

criterion_group!(benches, large_inventory, drawing, flagship);

/// With `LARGE=FOLDER` set, writes the large hospital there as `large.yaml` and `large.json`
/// instead, so that whole processes can be measured on it (`benches/compare.sh`).
fn main() {
    let Some(folder) = std::env::var_os("LARGE") else {
        benches();
        return Criterion::default().configure_from_args().final_summary();
    };
    let folder = Path::new(&folder);
    let hospital = large::hospital(100_000, 200);
    std::fs::write(folder.join("large.yaml"), large::yaml(&hospital)).unwrap();
    std::fs::write(folder.join("large.json"), hospital.to_string()).unwrap();
}

//! How long it takes to tell what everybody outside reaches. `cargo bench --bench exposure`.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use sekisho::evidence::{EvidenceSet, Named};
use sekisho::inventory::{self, Inventory};
use sekisho::reach::Reach;
use sekisho::reach::exposure::Exposure;
use sekisho::source::SourceMap;
use sekisho::topology::{self, Topology};
use std::path::Path;

#[path = "../tests/it/support/network.rs"]
mod network;

fn today() -> sekisho::model::Date {
    jiff::civil::date(2026, 11, 20)
}

/// An inventory with the configurations of its devices, and the graph.
fn built(
    texts: &[(String, String)],
    configs: &[(String, String)],
) -> (Inventory, EvidenceSet, Topology) {
    let mut sources = SourceMap::new();
    let files: Vec<_> =
        texts.iter().map(|(name, text)| sources.add(name.clone(), text.clone())).collect();
    let reading = inventory::read(&sources, &files, today());
    assert!(reading.is_sound(), "the inventory has mistakes: {:?}", reading.diagnostics.first());
    let mut evidence = EvidenceSet::default();
    for (device, text) in configs {
        let span = reading.inventory.devices.get(device).unwrap().id.span;
        let named = Named { device: device.clone(), span };
        evidence.add(&mut sources, &format!("{device}.txt"), text.as_bytes(), Some(named), None);
    }
    let topology = topology::build(&reading.inventory, &evidence);
    (reading.inventory, evidence, topology)
}

fn measure(c: &mut Criterion, name: &str, facts: &(Inventory, EvidenceSet, Topology)) {
    let (inventory, evidence, topology) = facts;
    c.bench_function(name, |b| {
        b.iter(|| Exposure::new(&Reach::new(inventory, evidence, topology)));
    });
}

/// The example of the README.
fn flagship(c: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("inventories/general-hospital");
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.retain(|it| it.is_file());
    paths.sort();
    let texts: Vec<_> = paths
        .iter()
        .map(|it| (it.display().to_string(), std::fs::read_to_string(it).unwrap()))
        .collect();
    let (inventory, ..) = built(&texts, &[]);
    let named = inventory.devices.iter().flat_map(|device| {
        device.config.iter().map(|it| (device.id.value.clone(), folder.join(&it.value)))
    });
    let configs: Vec<_> =
        named.map(|(id, path)| (id, std::fs::read_to_string(path).unwrap())).collect();
    measure(c, "exposure: flagship", &built(&texts, &configs));
}

/// Cost against size.
fn large(c: &mut Criterion) {
    for devices in [100, 300, 1000] {
        let (yaml, configs) = network::hospital(network::Size::with(devices));
        let facts = built(&[("large.yaml".to_owned(), yaml)], &configs);
        measure(c, &format!("exposure: {devices} devices"), &facts);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = flagship, large
}
criterion_main!(benches);

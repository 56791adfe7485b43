//! Ten years of monthly audits of the large example, each with what was observed and probed in that
//! month: how large the store is, how fast it opens.

use super::{read, write};
use crate::support::random::Chance;
use crate::support::{self, observed, probed};
use jiff::civil::date;
use sekisho::change::Record;
use sekisho::history::{Kept, Material};
use std::fmt::Write as _;
use std::time::Instant;

/// What a month at a mirror port shows of a hospital with so many terminals, in other numbers each time.
fn month_of_traffic(month: u64) -> String {
    const TERMINALS: usize = 400;
    let mut chance = Chance(month);
    let mut lines = String::new();
    for terminal in 0..TERMINALS {
        for server in ["10.10.1.10", "10.10.1.11", "10.10.1.2", "10.20.1.10", "172.20.0.12"] {
            let (packets, bytes) = (chance.between(10, 90_000), chance.between(900, 90_000_000));
            let (high, low) = (terminal / 200, terminal % 200 + 10);
            let _ = writeln!(
                lines,
                r#"{{"conversation": {{"from": "10.10.{}.{low}", "to": "{server}", "protocol": 6, "port": 443, "sessions": {}, "forth": {{"packets": {packets}, "bytes": {bytes}}}, "back": {{"packets": {packets}, "bytes": {bytes}}}}}}}"#,
                high + 20,
                chance.between(1, 600),
            );
        }
    }
    lines
}

/// Numbers, not a judgement: run it with a release build and read what it says.
#[test]
#[ignore = "measures"]
fn ten_years_of_the_large_example() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sekisho.history");
    let (mut keeping, mut record_bytes) = (std::time::Duration::ZERO, 0);
    for month in 0..120_i16 {
        let day = date(2017 + month / 12, (month % 12 + 1) as i8, 1);
        let all = support::shipped();
        let (_, mut sources, reading) =
            all.into_iter().find(|(name, ..)| name == "general-hospital").unwrap();
        let files: Vec<_> = sources.ids().collect();
        // Every month somebody changes a line of one file.
        let mut evidence = support::evidence("general-hospital", &mut sources, &reading);
        let seen = observed::piece("core-mirror", &month_of_traffic(month as u64)).unwrap();
        evidence.observed.add(seen.sealed());
        let asked: String = (1..=200_u16)
            .map(|port| {
                let port = 1000 + port + 200 * (month as u16);
                format!("{{\"to\": \"10.10.1.10\", \"port\": {port}}}\n")
            })
            .collect();
        let run = "{\"run\": {\"addresses\": [\"10.10.9.9\"], \"tester\": \"医療情報部 西田\"}}\n";
        let asked = probed::journal("zones/his", &format!("{run}{asked}")).unwrap();
        evidence.probe(&format!("probes-{day}.jsonl"), asked);
        evidence.list(&mut sources);
        let assessment = sekisho::audit::audit(reading.inventory, evidence, day);
        let record = Record::of(&assessment, &sources);
        let (mut material, mut texts) =
            Material::of(&sources, &files, &assessment.inventory, &assessment.evidence);
        let count = material.inventory.len();
        let changed = &mut material.inventory[month as usize % count];
        let text = format!("{}# {day}\n", texts.get(&changed.sha256).unwrap());
        changed.sha256 = texts.add(text);
        let kept = Kept::of(&record, material, &texts, format!("{day}T00:00:00Z")).unwrap();
        record_bytes = kept.record.len();
        let begun = Instant::now();
        write(&path).keep(&kept).unwrap();
        keeping += begun.elapsed();
    }
    let begun = Instant::now();
    let store = read(&path);
    let opened = begun.elapsed();
    let snapshots = store.snapshots().unwrap();
    let listed = begun.elapsed();
    let last = snapshots.last().unwrap();
    let record: Record = serde_json::from_slice(&store.record(last).unwrap()).unwrap();
    let loaded = begun.elapsed();
    let prints: Vec<&str> = record.findings.iter().map(|it| it.fingerprint.as_str()).collect();
    store.since(last.as_of, prints).unwrap();
    let since = begun.elapsed() - loaded;
    let checking = Instant::now();
    assert_eq!(store.check().unwrap(), 120);
    eprintln!(
        "{} KiB; record {} KiB; keep {:?} each; open {opened:?}, with list {listed:?}, with last record {loaded:?}; since {since:?}; check {:?}",
        std::fs::metadata(&path).unwrap().len() / 1024,
        record_bytes / 1024,
        keeping / 120,
        checking.elapsed(),
    );
}

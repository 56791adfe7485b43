//! Captures: every format, whole and broken, hands out exactly the packets that are in it.

use crate::support::corpus;
use sekisho::evidence::capture::{How, file};
use std::path::Path;
use std::sync::atomic::AtomicU64;

/// How many packets a capture has.
fn packets(path: &Path) -> u64 {
    let how = How { tap: "", hash: false, read: &AtomicU64::new(0) };
    match file(path, &how) {
        Ok(taken) => taken.piece.counts.packets,
        Err(why) => panic!("{}: {why:?}", path.display()),
    }
}

#[test]
fn captures_of_the_corpus_have_as_many_packets_as_other_tools_count() {
    let Some(corpus) = corpus() else { return };
    let mut wrong = Vec::new();
    let mut looked = 0;
    let entries = std::fs::read_dir(corpus.join("captures")).unwrap();
    let mut paths: Vec<_> = entries.map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|it| !it.to_string_lossy().ends_with("ng")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".gz") {
            continue;
        }
        let expected = corpus.join("expected").join(format!("{name}.json"));
        let expected: serde_json::Value =
            serde_json::from_slice(&std::fs::read(expected).unwrap()).unwrap();
        let (expected, found) = (expected["packets"].as_u64().unwrap(), packets(path));
        if expected != found {
            wrong.push(format!("{name}: {found}, not {expected}"));
        }
        looked += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(looked > 50, "only {looked} captures were found");
}

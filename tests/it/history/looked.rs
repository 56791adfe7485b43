//! What was observed and probed is kept with an audit: it can be judged again, a difference knows what
//! was looked at, and a bundle verifies.

use crate::cli::{Desk, SOUND};
use crate::support::{observed, probed};
use sekisho::evidence::EvidenceSet;
use sekisho::observation::Observation;
use sekisho::source::SourceMap;

const SEEN: &str = r#"{"conversation": {"from": "10.10.9.9", "to": "10.10.1.10", "protocol": 6, "port": 443}}
{"conversation": {"from": "10.10.9.9", "to": "198.51.100.7", "protocol": 17, "port": 51820, "speech": [{"spoken": "wireguard"}], "hops": [["00:11:22:00:00:09", "00:80:45:10:20:30"]]}}
{"exit": {"mac": "00:80:45:10:20:30", "own": ["10.10.0.254"], "outward": ["198.51.100.7/32"]}}
"#;

const ASKED: &str = r#"{"run": {"addresses": ["10.10.9.9"], "tester": "医療情報部 西田"}}
{"to": "10.10.1.10", "port": 3389}
"#;

/// Adds what a tap saw and what a probe asked.
pub(super) fn add(evidence: &mut EvidenceSet, sources: &mut SourceMap) {
    evidence.observed.add(observed::piece("mirror", SEEN).unwrap().sealed());
    evidence.probe("probes.jsonl", probed::journal("zones/clinical", ASKED).unwrap());
    evidence.list(sources);
}

/// A desk with an inventory, an observation and a journal.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", SOUND);
    let mut seen = Observation::default();
    seen.add(observed::piece("mirror", SEEN).unwrap().sealed());
    desk.put("evidence/mirror.jsonl", seen.lines().collect::<String>());
    desk.put("evidence/probes.jsonl", probed::journal("zones/clinical", ASKED).unwrap());
    desk
}

#[test]
fn a_difference_knows_what_was_observed_and_probed() {
    let desk = desk();
    let audit = |more: &[&str]| {
        let args = ["audit", "ledger", "--keep", "--fail-on", "never"];
        desk.run(&[&args[..], more].concat()).ends(0);
    };
    audit(&[]);
    audit(&["--evidence", "evidence"]);
    let diff = |old: &str, new: &str| desk.run(&["diff", old, new, "--history", "ledger"]);
    let ran = diff("#1", "#2");
    assert!(ran.out.contains("前回は観測していません"), "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains("設定を確認していません"), "{}", ran.out);
    assert!(!ran.out.contains("設定は前回と同じ"), "{}", ran.out);
    assert!(ran.out.contains("観測1件、") && ran.out.contains("疎通確認1回"), "{}", ran.out);
    let back = diff("#2", "#1");
    assert!(back.out.contains("今回は観測していません"), "{}", back.out);
    assert!(!back.out.contains("解消"), "nobody looked, and it is said to be mended: {}", back.out);
    // Judged again from what was kept, it is what it was.
    let same = diff("#2", "#2");
    assert!(!same.out.contains("観測していません"), "{}", same.out);
    desk.run(&["history", "show", "#2", "--history", "ledger"])
        .ends(0)
        .prints("観測   mirror")
        .prints("疎通   evidence/probes.jsonl");
}

#[test]
fn a_bundle_with_what_was_observed_and_probed_verifies_and_shared_ones_leave_it_out() {
    let desk = desk();
    let create = ["--lang", "en", "bundle", "create", "ledger", "-o", "b.zip"];
    let ran = desk.run(&[&create[..], &["--evidence", "evidence"]].concat());
    ran.ends(0).tells("wrote the bundle");
    assert!(!ran.err.contains("bundle-masked"), "it does not come out the same: {}", ran.err);
    let verified = desk.run(&["--lang", "en", "bundle", "verify", "b.zip"]);
    verified.ends(0).prints("the same to the byte");
    desk.run(&["bundle", "show", "b.zip"]).ends(0).prints("観測").prints("evidence/probes.jsonl");
    let shared = desk.run(&["--lang", "en", "bundle", "redact", "b.zip", "-o", "r.zip"]);
    shared.ends(0).tells("were left out");
    desk.run(&["--lang", "en", "bundle", "verify", "r.zip"]).ends(0);
    let files = sekisho::history::bundle::unpack(&std::fs::read(desk.path("r.zip")).unwrap());
    for (path, bytes) in files.unwrap() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("西田") && !text.contains("00:80:45:10:20:30"), "{path}");
    }
}

#[test]
fn how_it_was_observed_stands_in_the_manifest_and_is_computed_again() {
    use sekisho::history::bundle::{pack, unpack};
    let desk = desk();
    let create = ["bundle", "create", "ledger", "-o", "b.zip", "--evidence", "evidence"];
    desk.run(&create).ends(0);
    desk.run(&["bundle", "show", "b.zip"]).ends(0).prints("取りこぼし");
    let mut files = unpack(&std::fs::read(desk.path("b.zip")).unwrap()).unwrap();
    let manifest = String::from_utf8(files["manifest.json"].clone()).unwrap();
    let (tap, other) = ("\"tap\": \"mirror\"", "\"tap\": \"another\"");
    assert!(manifest.contains(tap), "{manifest}");
    files.insert("manifest.json".to_owned(), manifest.replacen(tap, other, 1).into_bytes());
    std::fs::write(desk.path("t.zip"), pack(&files).unwrap()).unwrap();
    let ran = desk.run(&["--lang", "en", "bundle", "verify", "t.zip"]);
    ran.ends(1).tells("what the manifest says of the captures");
}

#[test]
fn the_clock_that_was_stated_stands_in_the_manifest() {
    use sekisho::observation::{Clock, ClockBy};
    let desk = desk();
    let mut piece = observed::piece("mirror", SEEN).unwrap();
    piece.clock = Some(Clock { offset_ms: -1500, by: ClockBy::Stated });
    let mut seen = Observation::default();
    seen.add(piece.sealed());
    desk.run(&["bundle", "create", "ledger", "-o", "a.zip", "--evidence", "evidence"]).ends(0);
    desk.run(&["bundle", "show", "a.zip"]).ends(0).prints("時計のずれ 不明");
    desk.put("evidence/mirror.jsonl", seen.lines().collect::<String>());
    desk.run(&["bundle", "create", "ledger", "-o", "b.zip", "--evidence", "evidence"]).ends(0);
    desk.run(&["bundle", "show", "b.zip"]).ends(0).prints("時計のずれ -1500 ms（申告）");
    desk.run(&["--lang", "en", "bundle", "verify", "b.zip"]).ends(0).prints("the same to the byte");
}

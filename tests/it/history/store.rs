//! The file: what it keeps, what it refuses, and that nothing in it can be changed unnoticed.

use super::{audited, read, write};
use crate::cli::SOUND;
use crate::support::root;
use jiff::civil::date;
use rusqlite::Connection;
use sekisho::history::{Access, Outcome, Sha256, Store};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A store with three snapshots of three months.
fn three(folder: &Path) -> PathBuf {
    let path = folder.join("sekisho.history");
    for (month, at) in [(9, "2026-09-02"), (10, "2026-10-02"), (11, "2026-11-02")] {
        let text = SOUND.replace("電子カルテ", &format!("電子カルテ{month}"));
        let audited = audited(&text, date(2026, month, 1));
        let outcome = write(&path).keep(&audited.kept(&format!("{at}T00:00:00Z"))).unwrap();
        assert_eq!(outcome, Outcome::New(month as u32 - 8));
    }
    path
}

#[test]
fn what_is_kept_is_read_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sekisho.history");
    let audited = audited(SOUND, date(2026, 11, 20));
    let outcome = write(&path).keep(&audited.kept("2026-11-20T01:02:03Z")).unwrap();
    assert_eq!(outcome, Outcome::New(1));
    let store = read(&path);
    let snapshots = store.snapshots().unwrap();
    let [snapshot] = snapshots.as_slice() else { panic!("{snapshots:?}") };
    assert_eq!(snapshot.taken_at, "2026-11-20T01:02:03Z");
    assert_eq!(snapshot.as_of, date(2026, 11, 20));
    assert_eq!(snapshot.previous, Sha256::NOTHING);
    let record = store.record(snapshot).unwrap();
    assert_eq!(record, serde_json::to_vec(&audited.record).unwrap());
    let (material, texts) = store.material(snapshot).unwrap();
    assert_eq!(material, audited.material);
    assert_eq!(texts.get(&material.inventory[0].sha256), Some(SOUND));
    assert_eq!(store.check().unwrap(), 1);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "one file and no other");
}

#[test]
fn the_same_again_is_noted_and_not_kept_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h");
    let first = audited(SOUND, date(2026, 11, 20));
    let mut store = write(&path);
    assert_eq!(store.keep(&first.kept("2026-11-20T00:00:00Z")).unwrap(), Outcome::New(1));
    assert_eq!(store.keep(&first.kept("2026-11-21T00:00:00Z")).unwrap(), Outcome::Same(1));
    let later = audited(SOUND, date(2026, 12, 20));
    assert_eq!(store.keep(&later.kept("2026-12-20T00:00:00Z")).unwrap(), Outcome::New(2));
    let snapshots = store.snapshots().unwrap();
    assert_eq!(snapshots[0].again, Some((1, "2026-11-21T00:00:00Z".to_owned())));
    assert_eq!(snapshots[1].previous, snapshots[0].digest);
    assert_eq!(store.check().unwrap(), 2);
}

#[test]
fn files_of_others_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "this is no database, but long enough to look at: ".repeat(40)).unwrap();
    let foreign = folder.path().join("other.sqlite");
    let other = Connection::open(&foreign).unwrap();
    other.execute_batch("CREATE TABLE patients (name TEXT)").unwrap();
    drop(other);
    for path in [&text, &foreign] {
        let before = std::fs::read(path).ok();
        for access in [Access::Read, Access::Write] {
            let refused = Store::open(path, access).unwrap_err();
            assert_eq!(refused.code, "history-foreign", "{refused:?}");
        }
        assert_eq!(std::fs::read(path).ok(), before);
    }
    let emptied = folder.path().join("emptied");
    std::fs::write(&emptied, "").unwrap();
    for access in [Access::Read, Access::Write] {
        assert_eq!(Store::open(folder.path(), access).unwrap_err().code, "history-folder");
        assert_eq!(Store::open(&emptied, access).unwrap_err().code, "history-emptied");
    }
    assert_eq!(std::fs::metadata(&emptied).unwrap().len(), 0);
    let none = folder.path().join("none");
    assert_eq!(Store::open(&none, Access::Read).unwrap_err().code, "history-missing");
    assert!(!none.exists(), "reading makes nothing");
}

#[test]
fn a_later_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = three(folder.path());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&path).unwrap();
    for access in [Access::Read, Access::Write] {
        let refused = Store::open(&path, access).unwrap_err();
        assert_eq!(refused.code, "history-newer");
        assert!(refused.message.en.contains("99") && refused.message.ja.contains("99"));
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// `tests/it/data/history-v1.history` was written by the first version of the format and is never
/// written again.
#[test]
fn the_first_version_is_readable_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.history");
    std::fs::copy(root().join("tests/it/data/history-v1.history"), &path).unwrap();
    for access in [Access::Read, Access::Write] {
        let store = Store::open(&path, access).unwrap();
        assert_eq!(store.check().unwrap(), 3);
        let snapshots = store.snapshots().unwrap();
        let days: Vec<_> = snapshots.iter().map(|it| it.as_of.to_string()).collect();
        assert_eq!(days, ["2024-10-01", "2025-10-01", "2026-10-01"]);
        assert_eq!(snapshots[0].tags, ["first"]);
        assert!(snapshots[1].pruned.is_some());
        for snapshot in [&snapshots[0], &snapshots[2]] {
            let record = store.record(snapshot).unwrap();
            let record: sekisho::change::Record = serde_json::from_slice(&record).unwrap();
            assert_eq!(record.as_of, snapshot.as_of);
            assert!(record.things.len() > 3);
            let (material, texts) = store.material(snapshot).unwrap();
            let replayed = material.replay(&texts, snapshot.as_of).unwrap();
            assert!(replayed.reading.is_sound());
            assert_eq!(replayed.evidence.devices.len(), 1);
        }
    }
}

/// Writes with plain SQL what a tamperer would, and must be told what is wrong and where.
#[track_caller]
fn told_after(sql: &str, told: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = three(folder.path());
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let why = read(&path).check().expect_err(sql);
    assert_eq!(why.code, "history-damaged", "{sql}");
    assert!(why.message.en.contains(told), "{sql}: {}", why.message.en);
}

#[test]
fn whatever_is_tampered_with_is_named() {
    told_after("UPDATE snapshot SET as_of = '2026-10-02' WHERE number = 2", "about #2 was altered");
    told_after("UPDATE snapshot SET tool = 'x' WHERE number = 1", "about #1 was altered");
    told_after(
        "UPDATE snapshot SET files = replace(files, 'inventory', 'inventorz') WHERE number = 3",
        "",
    );
    told_after(
        "PRAGMA foreign_keys = OFF; DELETE FROM snapshot WHERE number = 2",
        "before #3 is gone",
    );
    told_after(
        "PRAGMA foreign_keys = OFF; DELETE FROM snapshot WHERE number = 1",
        "before #2 is gone",
    );
    told_after(
        "PRAGMA foreign_keys = OFF;
         UPDATE snapshot SET number = 9 WHERE number = 2;
         UPDATE snapshot SET number = 2 WHERE number = 3;
         UPDATE snapshot SET number = 3 WHERE number = 9",
        "before #2 is gone or was exchanged",
    );
    told_after(
        "INSERT INTO fingerprint (text) VALUES ('x:y/z');
         INSERT INTO found SELECT 2, id, 1 FROM fingerprint WHERE text = 'x:y/z'",
        "findings of #2",
    );
    told_after(
        "UPDATE content SET packed = (SELECT packed FROM content WHERE id = 2) WHERE id = 1",
        "is not what was kept",
    );
    told_after("PRAGMA foreign_keys = OFF; DELETE FROM content WHERE id = 1", "are missing");
}

#[test]
fn pruning_keeps_the_chain_and_the_findings() {
    let folder = tempfile::tempdir().unwrap();
    let path = three(folder.path());
    let mut store = write(&path);
    let first = store.find("2026-09").unwrap();
    store.tag(&first, "kickoff").unwrap();
    let before = store.findings(&first).unwrap();
    let all = store.prunable(Some(date(2030, 1, 1)), false).unwrap();
    assert_eq!(all.iter().map(|it| it.number).collect::<Vec<_>>(), [1, 2], "never the newest");
    let untagged = store.prunable(None, true).unwrap();
    assert_eq!(untagged.iter().map(|it| it.number).collect::<Vec<_>>(), [2]);
    store.prune(all, "2026-11-22T00:00:00Z").unwrap();
    assert_eq!(store.check().unwrap(), 3, "the chain holds");
    let first = store.find("kickoff").unwrap();
    assert_eq!(store.findings(&first).unwrap(), before);
    assert_eq!(store.record(&first).unwrap_err().code, "history-pruned");
    let last = store.find("last").unwrap();
    store.record(&last).unwrap();
    store.material(&last).unwrap();
    let contents: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM content", (), |it| it.get(0))
        .unwrap();
    assert_eq!(contents, 3, "a record, a material and a text are left");
}

#[test]
fn since_when_and_what_came_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("h");
    let mut store = write(&path);
    // a stands all the time; b is gone in March; c comes in March.
    for (month, present) in [(1, "ab"), (2, "ab"), (3, "ac"), (4, "abc")] {
        let audited = audited(SOUND, date(2026, month, 1));
        let mut kept = audited.kept("2026-01-01T00:00:00Z");
        kept.findings = present.chars().map(|it| (it.to_string(), it != 'a')).collect();
        store.keep(&kept).unwrap();
    }
    let since = |day, what: &str| -> BTreeMap<String, (String, bool)> {
        let names: Vec<String> = what.chars().map(String::from).collect();
        let since = store.since(day, names.iter().map(String::as_str)).unwrap();
        since.into_iter().map(|(k, v)| (k.to_owned(), (v.on.to_string(), v.reopened))).collect()
    };
    let at = |day: &str, reopened| (day.to_owned(), reopened);
    let now = since(date(2026, 5, 1), "abcd");
    assert_eq!(now["a"], at("2026-01-01", false), "an accepted one stands all the same");
    assert_eq!(now["b"], at("2026-04-01", true));
    assert_eq!(now["c"], at("2026-03-01", false));
    assert_eq!(now["d"], at("2026-05-01", false));
    let march = since(date(2026, 3, 15), "b");
    assert_eq!(march["b"], at("2026-03-15", true), "later audits are not looked at");
}

#[test]
fn many_read_while_one_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = three(folder.path());
    let done = std::sync::atomic::AtomicBool::new(false);
    let order = std::sync::atomic::Ordering::SeqCst;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for day in 1..=20 {
                let audited = audited(SOUND, date(2027, 1, day));
                write(&path).keep(&audited.kept("2027-01-01T00:00:00Z")).unwrap();
            }
            done.store(true, order);
        });
        for _ in 0..3 {
            scope.spawn(|| {
                let mut seen = 3;
                while !done.load(order) {
                    let now = read(&path).check().unwrap();
                    assert!(now >= seen, "{now} after {seen}");
                    seen = now;
                }
            });
        }
    });
    assert_eq!(read(&path).check().unwrap(), 23);
}

/// Writes the fixture of the newest version. Run once; the file is frozen.
#[test]
#[ignore = "the fixture is frozen"]
fn write_the_fixture() {
    let path = root().join("tests/it/data/history-v3.history");
    assert!(!path.exists(), "the fixture is frozen");
    let config = "hostname vpn1\nip route default gateway 192.0.2.1\nip lan1 address 10.10.254.1/16\n\
        login password PlainSecret1\nadministrator password PlainSecret1\n\
        ip lan2 address 203.0.113.10/29\ntelnetd service on\n";
    let mut store = write(&path);
    for (year, name) in [(2024, "受付系"), (2025, "診療系"), (2026, "診療系")] {
        let text = SOUND.replace("診療系", name)
            + "devices:\n  vpn1: {name: 保守用ルータ, kind: vpn-gateway, vendor: yamaha, config: [vpn1.txt],\n    interfaces: {lan1: {zone: clinical, addresses: [10.10.254.1/16]}}}\n";
        let (mut sources, reading) = crate::support::read(&text);
        let files: Vec<_> = sources.ids().collect();
        let mut evidence = sekisho::evidence::EvidenceSet::default();
        let device = reading.inventory.devices.iter().next().unwrap();
        let named =
            sekisho::evidence::Named { device: "vpn1".to_owned(), span: device.config[0].span };
        evidence.add(&mut sources, "vpn1.txt", config.as_bytes(), Some(named), None);
        super::looked::add(&mut evidence, &mut sources);
        let day = date(year, 10, 1);
        let assessment = sekisho::audit::audit(reading.inventory, evidence, day);
        let (material, texts) = sekisho::history::Material::of(
            &sources,
            &files,
            &assessment.inventory,
            &assessment.evidence,
        );
        let record = sekisho::change::Record::of(&assessment, &sources);
        let audited = super::Audited { record, material, texts };
        store.keep(&audited.kept(&format!("{year}-10-02T00:00:00Z"))).unwrap();
    }
    let first = store.find("#1").unwrap();
    store.tag(&first, "first").unwrap();
    let middle = store.prunable(Some(date(2026, 1, 1)), true).unwrap();
    store.prune(middle, "2026-10-03T00:00:00Z").unwrap();
}

/// Everything that anybody reads of a store.
fn everything(path: &Path) -> Option<String> {
    let store = Store::open(path, Access::Read).ok()?;
    store.check().ok()?;
    let snapshots = store.snapshots().ok()?;
    let mut all = format!("{snapshots:?}");
    for snapshot in &snapshots {
        all.push_str(&format!("{:?}", store.findings(snapshot).ok()?));
    }
    all.push_str(&String::from_utf8(store.export(&snapshots, None).ok()?.to_json()).ok()?);
    Some(all)
}

#[test]
fn a_byte_that_changes_is_noticed_or_means_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = three(folder.path());
    let mut store = write(&path);
    let first = store.find("#1").unwrap();
    store.tag(&first, "annual").unwrap();
    drop(store);
    let whole = std::fs::read(&path).unwrap();
    let sound = everything(&path).unwrap();
    let flipped = folder.path().join("flipped");
    let (mut noticed, mut tried) = (0, 0);
    // Every part of the file, in steps that meet every offset within a page in turn.
    for at in (0..whole.len()).step_by(167) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&flipped, &bytes).unwrap();
        tried += 1;
        match everything(&flipped) {
            None => noticed += 1,
            Some(read) => assert_eq!(read, sound, "byte {at} changed what is read, unnoticed"),
        }
    }
    // Most of a small store is room for more.
    assert!(noticed * 10 > tried, "{noticed} of {tried}: hardly any byte matters?");
}

#[test]
fn what_stands_beside_the_snapshots_is_sealed() {
    for sql in [
        "UPDATE tag SET name = 'other'",
        "INSERT INTO tag VALUES ('more', 2)",
        "DELETE FROM again",
        "UPDATE again SET at = '2020-01-01T00:00:00Z'",
        "UPDATE snapshot SET pruned = '2020-01-01T00:00:00Z' WHERE number = 1",
        "UPDATE snapshot SET origin = digest WHERE number = 2",
        "UPDATE sqlite_sequence SET seq = 99",
        "DELETE FROM seal",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = three(folder.path());
        let mut store = write(&path);
        let last = store.find("last").unwrap();
        store.tag(&last, "annual").unwrap();
        let audited = audited(&SOUND.replace("電子カルテ", "電子カルテ11"), date(2026, 11, 1));
        let again = audited.kept("2026-11-03T00:00:00Z");
        assert_eq!(store.keep(&again).unwrap(), Outcome::Same(3));
        drop(store);
        read(&path).check().unwrap();
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let why = read(&path).check().expect_err(sql);
        assert_eq!(why.code, "history-damaged", "{sql}");
        // Nor does any change seal it again.
        let mut store = write(&path);
        let refused = [
            store.tag(&last, "more").map(|_| ()).expect_err(sql),
            store.keep(&again).map(|_| ()).expect_err(sql),
            store.prune(vec![last], "2026-11-04T00:00:00Z").map(|_| ()).expect_err(sql),
        ];
        assert!(refused.iter().all(|it| it.code == "history-damaged"), "{sql}");
        assert_eq!(read(&path).check().expect_err(sql).code, "history-damaged", "{sql}");
    }
}

/// `tests/it/data/history-v2.history` was written by the second version of the format.
#[test]
fn the_second_version_is_readable_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.history");
    std::fs::copy(root().join("tests/it/data/history-v2.history"), &path).unwrap();
    let store = Store::open(&path, Access::Read).unwrap();
    assert_eq!(store.check().unwrap(), 3);
    let snapshots = store.snapshots().unwrap();
    assert_eq!(snapshots[0].tags, ["first"]);
    assert!(snapshots[1].pruned.is_some());
    assert!(store.material(&snapshots[2]).is_ok());
}

/// `tests/it/data/history-v3.history` was written by the third version of the format, with what was
/// observed and probed.
#[test]
fn the_third_version_is_readable_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.history");
    std::fs::copy(root().join("tests/it/data/history-v3.history"), &path).unwrap();
    let store = Store::open(&path, Access::Read).unwrap();
    assert_eq!(store.check().unwrap(), 3);
    let snapshots = store.snapshots().unwrap();
    assert!(snapshots[1].pruned.is_some());
    let (material, texts) = store.material(&snapshots[2]).unwrap();
    let again = material.replay(&texts, snapshots[2].as_of).unwrap();
    assert_eq!(again.evidence.observed.pieces.len(), 1);
    assert_eq!(again.evidence.probes.len(), 1);
    assert_eq!(again.evidence.runs().count(), 1);
}

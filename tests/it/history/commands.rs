//! `audit --keep`, `--baseline` and `history`, as people run them.

use crate::cli::{Desk, SOUND};
use serde_json::Value;

/// An inventory with something wrong: nobody says who is responsible for safety, and more.
const MORE: &str = "
parties:
  fujimi: {name: 富士見, kind: vendor, networks: [198.51.100.0/28], internet_exposed: unknown}
connections:
  maintenance: {name: 保守, purpose: remote-maintenance, party: fujimi, transport: plain-internet,
    sources: [any], allow: [{to: ehr, services: [3389/tcp]}]}
";

fn json(out: &str) -> Value {
    serde_json::from_str(out).unwrap()
}

#[test]
fn audits_are_kept_listed_shown_and_tagged() {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", SOUND);
    let audit = ["--lang", "en", "audit", "ledger", "--keep", "--fail-on", "never"];
    desk.run(&audit).ends(0).tells("kept as snapshot #1");
    desk.run(&audit).ends(0).tells("nothing differs from snapshot #1");
    desk.run(&[&audit[..], &["--as-of", "2026-12-20"]].concat()).ends(0).tells("snapshot #2");
    assert_eq!(desk.files(), ["ledger/a.yaml", "ledger/sekisho.history"]);
    let history = |args: &[&str]| {
        desk.run(&[&["--lang", "en", "history"], args, &["--history", "ledger"]].concat())
    };
    history(&["tag", "#1", "annual"]).ends(0);
    history(&["tag", "1", "2026"]).ends(2).tells("cannot be a tag");
    history(&["list"]).ends(0).prints("#1  2026-11-20").prints("[annual]").prints("#2  2026-12-20");
    let list = json(&history(&["list", "--format", "json"]).out);
    assert_eq!(list["snapshots"][0]["again"]["count"], 1);
    assert_eq!(list["snapshots"][0]["digest"], list["snapshots"][1]["previous"]);
    history(&["show", "annual"]).ends(0).prints("a.yaml");
    let shown = history(&["show", "2026-11", "--file", "a.yaml"]);
    assert_eq!(shown.ends(0).out, SOUND);
    let shown = json(&history(&["show", "last", "--format", "json"]).out);
    assert_eq!(shown["contents"]["as_of"], "2026-12-20");
    history(&["show", "anual"]).ends(2).tells("did you mean `annual`?");
    history(&["show", "2019"]).ends(2).tells("no snapshot `2019`");
    history(&["tag", "--remove", "annual"]).ends(0);
    history(&["show", "annual"]).ends(2);
    history(&["check"]).ends(0).prints("all 2 snapshots");
    // The same from the file itself, from the inventory, and in Japanese.
    desk.run(&["history", "list", "--history", "ledger/sekisho.history"]).ends(0).prints("#2");
    desk.run(&["history", "list", "--history", "ledger/a.yaml"]).ends(0).prints("未対応の指摘");
    desk.run(&["history", "list"]).ends(2).tells("まだありません");
}

#[test]
fn only_what_the_baseline_does_not_have_fails_a_run() {
    let desk = Desk::new();
    desk.put("a.yaml", format!("{SOUND}{MORE}"));
    let audit = |more: &[&str]| {
        desk.run(&[&["--lang", "en", "audit", "a.yaml", "--fail-on", "low"], more].concat())
    };
    let first = audit(&["--keep"]);
    first.ends(1);
    assert!(!first.out.contains("new: not in any earlier audit"), "there was no history yet");
    audit(&[]).ends(1).prints("new: not in any earlier audit");
    let later = audit(&["--as-of", "2026-12-01", "--baseline", "last"]);
    later.ends(0).prints("still open: since the audit of 2026-11-20; known from the baseline");
    let again = MORE.split_once("connections:\n").unwrap().1.replace("maintenance:", "second:");
    desk.put("a.yaml", format!("{SOUND}{MORE}{again}"));
    audit(&["--baseline", "last"]).ends(1).prints("new: not in any earlier audit");
    audit(&["--baseline", "nothing"]).ends(2).tells("no snapshot `nothing`");
    let report = audit(&["--baseline", "last", "--format", "json"]);
    let report = json(&report.ends(1).out);
    let findings = report["findings"].as_array().unwrap();
    let schema = sekisho::report::json::schema().unwrap();
    assert!(jsonschema::is_valid(&schema, &report), "the schema knows what is new");
    assert!(findings.iter().any(|it| it["known"] == true));
    assert!(findings.iter().any(|it| it["known"].is_null()));
    assert!(findings.iter().all(|it| it["since"]["on"] == "2026-11-20"));
}

#[test]
fn pruning_shows_first_and_does_it_only_when_told_to() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    for day in ["2024-11-20", "2025-11-20", "2026-11-20"] {
        let audit = ["audit", "a.yaml", "--keep", "--as-of", day, "--fail-on", "never"];
        desk.run(&audit).ends(0);
    }
    let history = |args: &[&str]| desk.run(&[&["--lang", "en", "history"], args].concat());
    history(&["prune"]).ends(2).tells("it is not said what to prune");
    history(&["tag", "2024", "first"]).ends(0);
    let before = std::fs::read(desk.path("sekisho.history")).unwrap();
    let shown = history(&["prune", "--before", "2026-01-01"]);
    shown.ends(0).prints("#2").tells("--yes").tells("1 with a tag stay");
    let all = history(&["prune", "--before", "2026-01-01", "--with-tagged"]);
    all.ends(0).prints("#1").prints("#2").tells("--yes");
    assert_eq!(std::fs::read(desk.path("sekisho.history")).unwrap(), before);
    let pruned = history(&["prune", "--before", "2026-01-01", "--yes"]);
    assert!(!pruned.ends(0).out.contains("#1"), "{}", pruned.out);
    history(&["check"]).ends(0);
    history(&["list"]).prints("#2  2025-11-20").prints("pruned");
    history(&["show", "#2"]).ends(0).prints("a.yaml");
    history(&["show", "#2", "--file", "a.yaml"]).ends(0).prints("schema: 1");
}

#[test]
fn snapshots_go_from_one_store_to_another() {
    let desk = Desk::new();
    desk.put("one/a.yaml", SOUND).put("two/b.yaml", format!("{SOUND}{MORE}"));
    let keep = |folder: &str, day: &str| {
        let audit = ["audit", folder, "--keep", "--as-of", day, "--fail-on", "never"];
        desk.run(&audit).ends(0);
    };
    keep("one", "2024-11-20");
    keep("one", "2025-11-20");
    let history = |args: &[&str], at: &str| {
        desk.run(&[&["--lang", "en", "history"], args, &["--history", at]].concat())
    };
    history(&["tag", "#2", "annual"], "one").ends(0);
    history(&["export", "-o", "all.json"], "one").ends(0).tells("wrote 2");
    history(&["export", "-o", "all.json"], "one").ends(2).tells("file-exists");
    // Into an empty one: the chain is the same.
    history(&["import", "all.json"], "three.history").ends(0).tells("took in 2");
    let digests = |at: &str| {
        let list = json(&history(&["list", "--format", "json"], at).ends(0).out);
        let all = list["snapshots"].as_array().unwrap().iter();
        all.map(|it| it["digest"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(digests("three.history"), digests("one"));
    history(&["import", "all.json"], "three.history").ends(0).tells("2 were there already");
    // Behind another one: a new chain, which says what they were.
    keep("two", "2026-11-20");
    history(&["import", "all.json"], "two").ends(0).tells("took in 2");
    history(&["check"], "two").ends(0).prints("all 3");
    history(&["show", "annual"], "two").ends(0).prints("before import");
    history(&["import", "all.json"], "two").ends(0).tells("2 were there already");
    let altered = std::fs::read_to_string(desk.path("all.json")).unwrap();
    desk.put("altered.json", altered.replace("2024-11-20", "2024-11-21"));
    history(&["import", "altered.json"], "four.history").ends(2).tells("not-an-export");
    // An older one has no digest over everything; that of the snapshot tells.
    let mut older = json(&altered.replace("2024-11-20", "2024-11-21"));
    older["sekisho_history"] = 2.into();
    older.as_object_mut().unwrap().remove("digest");
    desk.put("older.json", older.to_string());
    history(&["import", "older.json"], "four.history").ends(2).tells("import-altered");
    desk.put("other.json", "{\"a\": 1}");
    history(&["import", "other.json"], "four.history").ends(2).tells("not-an-export");
    history(&["import", "all.jso"], "four.history").ends(2).tells("no such file");
}

#[test]
fn a_history_that_cannot_be_read_stops_only_who_needs_it() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND).put("sekisho.history", "these are notes of somebody\n".repeat(60));
    let audit = ["--lang", "en", "audit", "a.yaml", "--fail-on", "never"];
    desk.run(&audit).ends(0).tells("is not a history of sekisho");
    desk.run(&[&audit[..], &["--keep"]].concat()).ends(2).tells("history-foreign");
    desk.run(&[&audit[..], &["--baseline", "last"]].concat()).ends(2).tells("history-foreign");
    desk.run(&["--lang", "en", "history", "prune", "--untagged", "--yes"]).ends(2);
    let left = std::fs::read_to_string(desk.path("sekisho.history")).unwrap();
    assert_eq!(left, "these are notes of somebody\n".repeat(60));
}

/// The program with little room: files may grow to so many blocks of 512 bytes and no further.
#[cfg(unix)]
#[test]
fn without_room_it_ends_with_a_sentence_and_no_harm() {
    use std::process::Command;
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    let run = |blocks: u32, rest: &str| {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!(
                "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" --lang en audit a.yaml --fail-on never {rest}"
            ))
            .arg(env!("CARGO_BIN_EXE_sekisho"))
            .current_dir(desk.path("."))
            .env_clear();
        crate::cli::ran(command.output().unwrap())
    };
    let keep = |blocks: u32, day: &str| run(blocks, &format!("--keep --as-of {day}"));
    keep(8, "2026-11-20").ends(2).tells("it is as it was before");
    run(1, "--out results/of-today").ends(2).tells("cannot write");
    assert_eq!(desk.files(), ["a.yaml"]);
    assert!(!desk.path("results").exists(), "no empty folder is left behind");
    let list = ["--lang", "en", "history", "list"];
    desk.run(&list).ends(2).tells("no history");
    keep(100_000, "2026-11-20").ends(0);
    let blocks = std::fs::metadata(desk.path("sekisho.history")).unwrap().len() as u32 / 512;
    for (nth, room) in [8, blocks, blocks + 1, blocks + 8].into_iter().enumerate() {
        let ran = keep(room, &format!("2026-12-{:02}", nth + 1));
        if ran.code != 0 {
            ran.ends(2).tells("it is as it was before");
        }
        desk.run(&["--lang", "en", "history", "check"]).ends(0).prints("snapshots are as they");
    }
    desk.run(&list).ends(0).prints("#1  2026-11-20");
}

/// A folder in which nobody may write.
#[cfg(unix)]
#[test]
fn in_a_read_only_folder_it_reads_and_says_that_it_cannot_write() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    let desk = Desk::new();
    desk.put("ledger/a.yaml", SOUND);
    let allow = |name: &str, mode| {
        std::fs::set_permissions(desk.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let run = |args: &[&str]| {
        let mut command = desk.command(args);
        if std::fs::metadata("/proc/self")
            .is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0)
        {
            // Nothing is forbidden to root: somebody else runs it.
            command.uid(65_534);
        }
        crate::cli::ran(command.output().unwrap())
    };
    allow(".", 0o755);
    allow("ledger", 0o555);
    let keep = ["--lang", "en", "audit", "ledger", "--keep", "--fail-on", "never"];
    run(&keep).ends(2).tells("cannot be opened or written");
    assert_eq!(desk.files(), ["ledger/a.yaml"]);
    allow("ledger", 0o755);
    desk.run(&keep).ends(0);
    allow("ledger", 0o555);
    allow("ledger/sekisho.history", 0o444);
    run(&["history", "list", "--history", "ledger"]).ends(0).prints("#1");
    run(&[&keep[..], &["--as-of", "2026-12-20"]].concat()).ends(2).tells("nothing was changed");
    run(&["history", "check", "--history", "ledger"]).ends(0);
    allow("ledger", 0o755);
}

/// What plain SQL does to a history, whose seal nobody renews.
fn altered(desk: &Desk, sql: &str) {
    let store = rusqlite::Connection::open(desk.path("sekisho.history")).unwrap();
    store.execute_batch(sql).unwrap();
}

#[test]
fn a_history_that_was_altered_is_shown_and_said_to_be() {
    for (sql, since, why) in [
        ("UPDATE snapshot SET as_of = '2025-11-21' WHERE number = 2", Some(2), "about #2"),
        ("UPDATE found SET open = 1 - open WHERE snapshot = 3", Some(3), "findings of #3"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM snapshot WHERE number = 1", Some(2), "before #2"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM content WHERE id = 1", Some(1), "contents of #1"),
        ("UPDATE tag SET snapshot = 1", None, "the seal over everything"),
        ("DELETE FROM seal", None, "the seal over everything"),
        ("UPDATE tag SET snapshot = 1; PRAGMA user_version = 1", None, "the seal over everything"),
        ("UPDATE tag SET snapshot = 1; PRAGMA user_version = 2", None, "the seal over everything"),
        ("DROP TABLE seal", None, "the seal over everything"),
    ] {
        let desk = Desk::new();
        desk.put("a.yaml", format!("{SOUND}{MORE}"));
        for (year, name) in [(2024, "甲"), (2025, "乙"), (2026, "丙")] {
            desk.put("a.yaml", format!("{SOUND}{MORE}").replace("電子カルテ", name));
            let day = format!("{year}-11-20");
            let audit = ["audit", "a.yaml", "--keep", "--as-of", &day, "--fail-on", "never"];
            desk.run(&audit).ends(0);
        }
        let run = |args: &[&str]| desk.run(&[&["--lang", "en"], args].concat());
        run(&["history", "tag", "#3", "annual"]).ends(0);
        let list = run(&["history", "list", "--format", "json"]);
        assert_eq!(json(&list.ends(0).out)["altered"], Value::Null, "{sql}");
        altered(&desk, sql);
        let told = |what: &[&str]| {
            let ran = run(what);
            ran.ends(2).tells("history-altered").tells(why);
            match since {
                Some(since) => ran.tells(&format!("from #{since} on")),
                None => ran.tells("whether newer ones were taken away"),
            };
            ran
        };
        told(&["history", "list"]).prints("#3  2026-11-20");
        told(&["history", "show", "#3"]).prints("a.yaml").prints("plain-internet-transport");
        let list = json(&told(&["history", "list", "--format", "json"]).out);
        assert_eq!(list["altered"]["since"].as_u64(), since, "{sql}");
        let shown = told(&["diff", "#2", "#3"]);
        assert_eq!(shown.err.matches("history-altered").count(), 1, "{}", shown.err);
        let named = "snapshot #3 (2026-11-20, of a history that was altered)";
        assert_eq!(shown.out.contains(named), since.is_some(), "{sql}: {}", shown.out);
        // An audit that asks for nothing of it says so and judges as ever.
        let audit = ["audit", "a.yaml", "--as-of", "2026-12-01", "--fail-on", "never"];
        run(&audit).ends(0).tells("history-altered").prints("plain-internet-transport");
        run(&[&audit[..], &["--baseline", "#3"]].concat()).ends(2).tells("history-altered");
    }
}

#[test]
fn a_name_moves_only_when_told_to() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    for day in ["2025-11-20", "2026-11-20"] {
        let audit = ["audit", "a.yaml", "--keep", "--as-of", day, "--fail-on", "never"];
        desk.run(&audit).ends(0);
    }
    let history = |args: &[&str]| desk.run(&[&["--lang", "en", "history"], args].concat());
    history(&["tag", "#1", "annual"]).ends(0);
    history(&["tag", "#1", "annual"]).ends(0);
    let taken = history(&["tag", "#2", "annual"]);
    taken.ends(2).tells("`annual` is the name of #1 already").tells("--move");
    let named = || {
        let list = history(&["list"]).out;
        let named: Vec<_> = list.lines().filter(|it| it.contains("[annual]")).collect();
        named.iter().map(|it| it.split_once(' ').unwrap().0.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(named(), ["#1"]);
    history(&["tag", "#2", "annual", "--move"]).ends(0).tells("moved `annual` from #1 to #2");
    assert_eq!(named(), ["#2"]);
    history(&["check"]).ends(0);
}

#[test]
fn what_was_pruned_comes_back_with_an_import() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    for (day, name) in [("2024-11-20", "甲"), ("2025-11-20", "乙"), ("2026-11-20", "丙")] {
        desk.put("a.yaml", SOUND.replace("電子カルテ", name));
        let audit = ["audit", "a.yaml", "--keep", "--as-of", day, "--fail-on", "never"];
        desk.run(&audit).ends(0);
    }
    let history = |args: &[&str]| desk.run(&[&["--lang", "en", "history"], args].concat());
    history(&["export", "-o", "all.json"]).ends(0);
    let file = history(&["show", "#1", "--file", "a.yaml"]);
    history(&["prune", "--before", "2026-01-01", "--yes"]).ends(0);
    history(&["show", "#1", "--file", "a.yaml"]).ends(2).tells("history-pruned");
    let back = history(&["import", "all.json"]);
    back.ends(0).tells("took in 0").tells("3 were there").tells("2 of those had been pruned");
    assert_eq!(history(&["show", "#1", "--file", "a.yaml"]).ends(0).out, file.ends(0).out);
    history(&["check"]).ends(0).prints("all 3 snapshots");
    assert!(!history(&["import", "all.json"]).ends(0).err.contains("pruned"));
}

#[test]
fn the_history_of_another_hospital_is_not_taken_in_unasked() {
    let named = |name: &str| SOUND.replace("青葉市立病院", name);
    let desk = Desk::new();
    desk.put("one/a.yaml", named("青葉市立病院")).put("two/a.yaml", named("若葉病院"));
    for folder in ["one", "two"] {
        desk.run(&["audit", folder, "--keep", "--fail-on", "never"]).ends(0);
    }
    let history = |args: &[&str]| desk.run(&[&["--lang", "en", "history"], args].concat());
    history(&["export", "-o", "all.json", "--history", "two"]).ends(0);
    let import = ["import", "all.json", "--history", "one"];
    let refused = history(&import);
    refused.ends(2).tells("another organization, `若葉病院`").tells("that of `青葉市立病院`");
    history(&["check", "--history", "one"]).ends(0).prints("all 1 snapshots");
    history(&[&import[..], &["--other-organization"]].concat()).ends(0).tells("took in 1");
    // What is here is asked about no more, and an empty history takes in whatever it is given.
    history(&["import", "all.json", "--history", "three.history"]).ends(0).tells("took in 1");
}

#[test]
fn a_history_whose_end_was_lost_is_said_to_be_cut_off() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    desk.run(&["audit", "a.yaml", "--keep", "--fail-on", "never"]).ends(0);
    let whole = std::fs::read(desk.path("sekisho.history")).unwrap();
    std::fs::write(desk.path("sekisho.history"), &whole[..whole.len() - 1]).unwrap();
    let list = desk.run(&["--lang", "en", "history", "list"]);
    list.ends(2).prints("#1  2026-11-20").tells("history-altered").tells("bytes and should have");
}

/// Three audits that are kept: #1 to #3.
fn three(desk: &Desk) {
    for (day, name) in [("2024-11-20", "甲"), ("2025-11-20", "乙"), ("2026-11-20", "丙")] {
        desk.put("a.yaml", SOUND.replace("電子カルテ", name));
        let audit = ["audit", "a.yaml", "--keep", "--as-of", day, "--fail-on", "never"];
        desk.run(&audit).ends(0);
    }
}

/// Everything that belongs to the newest snapshots is deleted, as somebody would who wants them away.
const LAST_TWO: &str = "PRAGMA foreign_keys = OFF; DELETE FROM needs WHERE snapshot > 1;
    DELETE FROM found WHERE snapshot > 1; DELETE FROM snapshot WHERE number > 1;
    DELETE FROM content WHERE id NOT IN (SELECT content FROM needs)";

#[test]
fn snapshots_that_were_taken_off_the_end_are_missed() {
    let desk = Desk::new();
    three(&desk);
    altered(&desk, LAST_TWO);
    let history = |args: &[&str]| desk.run(&[&["--lang", "en", "history"], args].concat());
    let list = history(&["list"]);
    list.ends(2).prints("#1  2024-11-20").tells("#2 to #3, were taken away");
    assert!(!list.err.contains("as they were kept"), "{}", list.err);
    history(&["check"]).ends(2).tells("#2 to #3, were taken away");
    // Whoever forges the number, too, is met by the seal, and nothing is said to be sound.
    altered(&desk, "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'snapshot'");
    history(&["list"]).ends(2).tells("whether newer ones were taken away, this file alone");
    history(&["check"]).ends(2).tells("the seal over everything");
}

#[test]
fn contents_that_were_altered_are_named_and_not_called_a_tag() {
    let desk = Desk::new();
    three(&desk);
    altered(
        &desk,
        "UPDATE content SET packed = x'00' WHERE sha256 = (SELECT record FROM snapshot WHERE number = 2)",
    );
    let list = desk.run(&["--lang", "en", "history", "list"]);
    list.ends(2).tells("the contents of #2 were altered").tells("from #2 on");
}

#[test]
fn what_leaves_an_altered_history_says_so_wherever_it_goes() {
    let desk = Desk::new();
    three(&desk);
    altered(&desk, LAST_TWO);
    let history = |args: &[&str]| desk.run(&[&["--lang", "en", "history"], args].concat());
    history(&["export", "-o", "all.json"]).ends(2).tells("all.json says, too");
    let import = ["import", "all.json", "--history", "two.history"];
    history(&import).ends(2).tells("import-from-altered").tells("#2 to #3, were taken away");
    history(&["list", "--history", "two.history"]).ends(2).tells("there is no history");
    let taken = history(&[&import[..], &["--from-altered"]].concat());
    taken.ends(0).tells("import-from-altered").tells("took in 1");
    // The remark cannot be left out on the way.
    let text = std::fs::read_to_string(desk.path("all.json")).unwrap();
    let mut value = json(&text);
    value.as_object_mut().unwrap().remove("altered");
    desk.put("clean.json", value.to_string());
    history(&["import", "clean.json", "--history", "three.history"]).ends(2).tells("not-an-export");
}

#[test]
fn pruned_snapshots_are_carried_with_what_remains_of_them() {
    let desk = Desk::new();
    three(&desk);
    let history = |args: &[&str]| desk.run(&[&["--lang", "en", "history"], args].concat());
    let pruned = history(&["prune", "--untagged", "--yes"]);
    pruned.ends(0).tells("the newest, #3, stays").tells("contents of 2 are removed");
    history(&["check"]).ends(0).prints("all 3 snapshots").prints("contents of 2 were pruned");
    history(&["export", "-o", "all.json"])
        .ends(0)
        .tells("wrote 3")
        .tells("of 2, which were pruned");
    let there = |args: &[&str]| history(&[args, &["--history", "two.history"]].concat());
    there(&["import", "all.json"]).ends(0).tells("took in 3").tells("2 of them had been pruned");
    there(&["check"]).ends(0).prints("all 3 snapshots").prints("contents of 2 were pruned");
    // Numbers, days, digests and findings are those of where they come from.
    let list = |ran: crate::cli::Ran| json(&ran.ends(0).out)["snapshots"].clone();
    let shape = ["list", "--format", "json"];
    assert_eq!(list(there(&shape)), list(history(&shape)));
    there(&["show", "#1", "--file", "a.yaml"]).ends(2).tells("history-pruned");
    assert_eq!(there(&["show", "#1"]).ends(0).out, history(&["show", "#1"]).ends(0).out);
    // What remains of them cannot be changed on the way.
    let text = std::fs::read_to_string(desk.path("all.json")).unwrap();
    desk.put("other.json", text.replacen("2024-11-20", "2024-11-21", 1));
    there(&["import", "other.json"]).ends(2).tells("not-an-export");
}

#[test]
fn tags_of_an_export_cannot_be_changed_and_older_exports_are_taken_in_with_a_remark() {
    let desk = Desk::new();
    three(&desk);
    let history = |args: &[&str]| desk.run(&[&["--lang", "en", "history"], args].concat());
    history(&["tag", "#3", "annual"]).ends(0);
    history(&["export", "-o", "all.json"]).ends(0);
    let text = std::fs::read_to_string(desk.path("all.json")).unwrap();
    desk.put("moved.json", text.replace("annual", "manual"));
    let at = |args: &[&str], place: &str| history(&[args, &["--history", place]].concat());
    at(&["import", "moved.json"], "two.history").ends(2).tells("its digest does not agree");
    // As the version before wrote it.
    let mut value = json(&text);
    let fields = value.as_object_mut().unwrap();
    fields.remove("digest");
    fields.insert("sekisho_history".to_owned(), 2.into());
    desk.put("older.json", value.to_string());
    at(&["import", "older.json"], "two.history").ends(0).tells("took in 3").tells("older format");
    at(&["list"], "two.history").ends(0).prints("[annual]");
    assert!(!at(&["import", "all.json"], "one.history").ends(0).err.contains("older format"));
}

#[test]
fn that_nothing_was_different_when_it_was_looked_at_again_is_carried_too() {
    let desk = Desk::new();
    three(&desk);
    let history = |args: &[&str]| desk.run(&[&["--lang", "en", "history"], args].concat());
    let there = |args: &[&str]| history(&[args, &["--history", "two.history"]].concat());
    let list = |ran: crate::cli::Ran| json(&ran.ends(0).out)["snapshots"].clone();
    let shape = ["list", "--format", "json"];
    let looked = |all: &serde_json::Value| all[2]["again"].clone();
    history(&["export", "-o", "before.json"]).ends(0);
    there(&["import", "before.json"]).ends(0).tells("took in 3");
    assert_eq!(looked(&list(there(&shape))), serde_json::Value::Null);
    // Somebody looks once more; what is there already learns of it, once.
    let again = ["audit", "a.yaml", "--keep", "--as-of", "2026-11-20", "--fail-on", "never"];
    desk.run(&again).ends(0).tells("#3");
    history(&["export", "-o", "after.json"]).ends(0);
    for _ in 0..2 {
        there(&["import", "after.json"]).ends(0);
        let (here, there) = (list(history(&shape)), list(there(&shape)));
        assert!(!looked(&here).is_null(), "{here}");
        assert_eq!(there, here);
    }
    there(&["check"]).ends(0);
}

#[test]
fn a_history_whose_version_was_set_back_is_not_sealed_anew() {
    for version in [1, 2] {
        let desk = Desk::new();
        three(&desk);
        let run = |args: &[&str]| desk.run(&[&["--lang", "en"], args].concat());
        run(&["history", "tag", "#3", "annual"]).ends(0);
        altered(&desk, &format!("UPDATE tag SET snapshot = 1; PRAGMA user_version = {version}"));
        desk.put("a.yaml", SOUND.replace("電子カルテ", "丁"));
        let kept = run(&["audit", "a.yaml", "--keep", "--fail-on", "never"]);
        kept.ends(2).tells("nothing was written");
        run(&["history", "check"]).ends(2);
    }
    // What the first version wrote says what nobody can check.
    let desk = Desk::new();
    three(&desk);
    altered(&desk, "DROP TABLE seal; PRAGMA user_version = 1");
    desk.run(&["--lang", "en", "history", "check"]).ends(0).tells("has no seal");
}

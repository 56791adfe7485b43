//! A store stays whole, whenever the program that writes to it is killed.

use super::{audited, write};
use crate::cli::SOUND;
use jiff::civil::date;
use sekisho::history::{Access, Store};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How a child is told where to write; without it the child does nothing.
const PATH: &str = "SEKISHO_TEST_HISTORY";
/// What the child says when it begins to write.
const READY: &str = "ready";
/// How often to kill; 30 unless told.
const KILLS: &str = "SEKISHO_TEST_KILLS";

/// Not a test: the program that is killed. It keeps one audit after the other and says so of each.
#[test]
#[ignore = "started by the test below"]
#[expect(clippy::print_stdout, reason = "the parent reads it")]
fn child_that_writes() {
    let Some(path) = std::env::var_os(PATH) else { return };
    let mut audited = audited(SOUND, date(2026, 1, 1));
    println!("\n{READY}");
    for nth in 0_u64.. {
        // Large enough that a snapshot takes many pages, and different each time.
        let mut chance = nth ^ u64::from(std::process::id()) << 20;
        let noise: String = std::iter::repeat_with(|| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            format!("{chance:x}")
        })
        .take(8_000)
        .collect();
        audited.record.revision = Some(noise);
        let outcome = write(Path::new(&path)).keep(&audited.kept("2026-01-01T00:00:00Z")).unwrap();
        println!("kept {outcome:?}");
    }
}

/// How many snapshots a child said to be kept.
fn kept(out: &str) -> usize {
    out.lines().filter(|it| it.starts_with("kept New(") && it.ends_with(')')).count()
}

#[test]
fn killed_at_any_moment_it_holds_whole_snapshots_and_all_that_were_said_to_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sekisho.history");
    let kills: u64 = std::env::var(KILLS).ok().and_then(|it| it.parse().ok()).unwrap_or(30);
    let (mut said, mut journals, mut left) = (0, 0, 0);
    for round in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "history::killed::child_that_writes"])
            .env(PATH, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut from = BufReader::new(child.stdout.take().unwrap());
        let mut out = String::new();
        // Some die while the store is made or opened, some while they write the first or second.
        let awaited = (round % 3) as usize;
        while !out.contains(READY) || kept(&out) < awaited {
            assert!(from.read_line(&mut out).unwrap() > 0, "the child ended by itself");
        }
        std::thread::sleep(Duration::from_micros(300 + round * 7_919 % 61_000));
        child.kill().unwrap();
        child.wait().unwrap();
        from.read_to_string(&mut out).unwrap();
        said += kept(&out);
        journals += usize::from(folder.path().join("sekisho.history-journal").exists());
        // Reading comes first, as it would: the next person looks at the list.
        let snapshots = match Store::open(&path, Access::Read) {
            Ok(store) => store.check().unwrap(),
            Err(why) if why.code == "history-missing" && said == 0 => 0,
            Err(why) => panic!("round {round}: {why:?}"),
        };
        assert!(snapshots >= said, "round {round}: {said} were said to be kept, {snapshots} are");
        assert!(snapshots <= said + 1 + left, "round {round}: more than were ever begun");
        left = snapshots - said;
    }
    eprintln!("{kills} kills, {journals} of them in the middle of writing, {said} snapshots whole");
    assert!(said > 0, "no child lived long enough to keep anything");
}

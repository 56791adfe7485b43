//! `sekisho observe` as people type it.

use super::captures::{Packet, plain, some};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(folder: &Path, lang: &str, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
    command.current_dir(folder).args(["--lang", lang]).args(words).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A question and its answer over UDP with an address of the internet.
fn capture() -> Vec<u8> {
    let frame = |from: [u8; 4], to: [u8; 4], ports: [u16; 2]| {
        let mut out = vec![
            2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0,
        ];
        out.extend([from, to].concat());
        out.extend(ports.iter().flat_map(|it| it.to_be_bytes()));
        out.extend([0, 12, 0, 0, 1, 2, 3, 4]);
        out
    };
    let (inside, outside) = ([10, 10, 1, 5], [203, 0, 113, 9]);
    let second = 1_000_000_000;
    plain(&[
        Packet::new(1_790_000_000 * second, &frame(inside, outside, [40_000, 5555])),
        Packet::new(1_790_000_001 * second, &frame(outside, inside, [5555, 40_000])),
        Packet::new(1_790_000_002 * second, &frame(inside, outside, [40_001, 5555])),
    ])
}

#[test]
fn a_capture_is_shown_kept_and_shown_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("a.pcap"), capture()).unwrap();
    let shown = run(at, "ja", &["observe", "pcap", "a.pcap", "--tap", "コア"]);
    assert!(shown.status.success(), "{}", told(&shown));
    let text = said(&shown);
    for part in
        ["観測点 コア: a.pcap", "3パケット", "10.10.1.5 → 203.0.113.9", "5555/udp", "取りこぼし"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let english = said(&run(at, "en", &["observe", "pcap", "a.pcap"]));
    assert!(english.contains("3 packets") && !english.contains("観測"), "{english}");
    let kept =
        run(at, "ja", &["observe", "pcap", "a.pcap", "--tap", "コア", "-o", "out/e.jsonl.zst"]);
    assert!(kept.status.success() && said(&kept).is_empty(), "{}", told(&kept));
    let again = run(at, "ja", &["observe", "show", "out/e.jsonl.zst"]);
    assert_eq!(said(&again), text);
    // Through a pipe, it is the same but for where it came from.
    let mut piped = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(["--lang", "en", "observe", "pcap", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    piped.stdin.take().unwrap().write_all(&capture()).unwrap();
    let json = piped.wait_with_output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["pieces"][0]["counts"]["packets"], 3);
    assert_eq!(json["pieces"][0]["source"]["kind"], "pipe");
    assert_eq!(json["told"]["outside"]["count"], 1);
}

#[test]
fn flows_and_conversations_are_lists_for_a_spreadsheet() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("a.pcap"), capture()).unwrap();
    let flows = said(&run(at, "en", &["observe", "pcap", "a.pcap", "--flows"]));
    let rows: Vec<&str> = flows.trim_start_matches('\u{feff}').lines().collect();
    assert!(rows[0].contains("from port"), "{}", rows[0]);
    assert_eq!(rows.len(), 3, "{flows}");
    assert!(rows[1].contains("10.10.1.5,40000,203.0.113.9,5555,17"), "{}", rows[1]);
    assert!(rows[2].contains("10.10.1.5,40001,203.0.113.9,5555,17"), "{}", rows[2]);
    run(at, "en", &["observe", "pcap", "a.pcap", "-o", "e.jsonl.zst"]);
    let kept = said(&run(at, "en", &["observe", "show", "e.jsonl.zst", "--flows"]));
    let ends = |text: &str| -> Vec<String> {
        text.lines().skip(1).map(|it| it.split(',').take(7).collect::<Vec<_>>().join(",")).collect()
    };
    assert_eq!(ends(&kept), ends(&flows));
    let talks = said(&run(at, "en", &["observe", "show", "e.jsonl.zst", "--format", "csv"]));
    assert_eq!(talks.lines().count(), 2, "{talks}");
}

#[test]
fn evidence_is_never_written_over_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("a.pcap"), capture()).unwrap();
    std::fs::write(at.join("ledger.yaml"), "schema: 1\n").unwrap();
    assert!(run(at, "en", &["observe", "pcap", "a.pcap", "-o", "e.jsonl"]).status.success());
    let before = std::fs::read(at.join("e.jsonl")).unwrap();
    for output in ["a.pcap", "ledger.yaml", "new.txt", "e.jsonl"] {
        for words in [["observe", "pcap", "a.pcap"], ["observe", "merge", "e.jsonl"]] {
            let refused = run(at, "ja", &[&words[..], &["-o", output]].concat());
            assert_eq!(refused.status.code(), Some(2), "{output}");
        }
    }
    assert_eq!(std::fs::read(at.join("a.pcap")).unwrap(), capture());
    assert_eq!(std::fs::read(at.join("ledger.yaml")).unwrap(), b"schema: 1\n");
    assert_eq!(std::fs::read(at.join("e.jsonl")).unwrap(), before);
    assert!(!at.join("new.txt").exists());
}

#[test]
fn what_cannot_be_read_ends_with_two_and_damage_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let whole = capture();
    std::fs::write(at.join("cut.pcap"), &whole[..whole.len() - 5]).unwrap();
    std::fs::write(at.join("good.pcap"), &whole).unwrap();
    std::fs::write(at.join("notes.txt"), "nothing of the kind").unwrap();
    let cut = run(at, "en", &["observe", "pcap", "cut.pcap"]);
    assert_eq!(cut.status.code(), Some(0));
    assert!(said(&cut).contains("2 packets"), "{}", said(&cut));
    assert!(
        told(&cut).contains("damaged at packet 3") && told(&cut).contains("byte"),
        "{}",
        told(&cut)
    );
    let foreign =
        run(at, "ja", &["observe", "pcap", "notes.txt", "good.pcap", "-o", "e.jsonl.zst"]);
    assert_eq!(foreign.status.code(), Some(2));
    assert!(told(&foreign).contains("キャプチャではありません"), "{}", told(&foreign));
    assert!(!at.join("e.jsonl.zst").exists(), "nothing is written half");
    for words in [
        ["observe", "pcap", "missing.pcap"],
        ["observe", "show", "good.pcap"],
        ["observe", "show", "missing"],
    ] {
        assert_eq!(run(at, "en", &words).status.code(), Some(2), "{words:?}");
    }
    // A folder: its captures, and how many files are none.
    let all = run(at, "en", &["observe", "pcap", "."]);
    assert_eq!(all.status.code(), Some(0));
    assert!(told(&all).contains("1 files are no captures"), "{}", told(&all));
}

#[test]
fn evidence_of_many_captures_is_put_together() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (name, count) in [("a", 3), ("b", 5), ("c", 7)] {
        std::fs::write(at.join(format!("{name}.pcap")), plain(&some(count))).unwrap();
        let (from, to) = (format!("{name}.pcap"), format!("{name}.jsonl.zst"));
        assert!(run(at, "en", &["observe", "pcap", &from, "-o", &to]).status.success());
    }
    let bytes = |name: &str| std::fs::read(at.join(name)).unwrap();
    run(at, "en", &["observe", "pcap", "a.pcap", "b.pcap", "c.pcap", "-o", "all.jsonl.zst"]);
    run(
        at,
        "en",
        &["observe", "merge", "c.jsonl.zst", "a.jsonl.zst", "b.jsonl.zst", "-o", "m.jsonl.zst"],
    );
    run(at, "en", &["observe", "merge", "m.jsonl.zst", "b.jsonl.zst", "-o", "n.jsonl.zst"]);
    assert!(bytes("all.jsonl.zst") == bytes("m.jsonl.zst"));
    assert!(bytes("m.jsonl.zst") == bytes("n.jsonl.zst"));
    run(at, "en", &["observe", "merge", "m.jsonl.zst", "--roll", "-o", "r.jsonl.zst"]);
    let rolled = said(&run(at, "en", &["observe", "show", "r.jsonl.zst"]));
    assert!(rolled.contains("15 packets") && rolled.contains("a.pcap…c.pcap"), "{rolled}");
    let page = said(&run(at, "en", &["schema", "--evidence"]));
    assert!(page.contains("\"sekisho\":\"evidence\""), "{page}");
}

#[test]
fn the_clock_of_the_capturing_host_is_recorded_as_it_was_stated() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("a.pcap"), capture()).unwrap();
    let keep = |offset: &str, name: &str| {
        run(at, "en", &["observe", "pcap", "a.pcap", "--clock-offset", offset, "-o", name])
    };
    for (offset, name, stated) in [("-1.5s", "a.jsonl", -1500), ("+2m", "b.jsonl", 120_000)] {
        let kept = keep(offset, name);
        assert!(kept.status.success(), "{}", told(&kept));
        let lines = std::fs::read_to_string(at.join(name)).unwrap();
        let clock = format!(r#""clock":{{"offset_ms":{stated},"by":"stated"}}"#);
        assert!(lines.contains(&clock), "{lines}");
        let shown = said(&run(at, "en", &["observe", "show", name]));
        assert!(shown.contains(&format!("{stated:+} ms (stated by")), "{shown}");
    }
    // The times are as they were told, and what nobody stated is not there.
    let silent = run(at, "en", &["observe", "pcap", "a.pcap", "-o", "c.jsonl"]);
    assert!(silent.status.success());
    let [stated, silent] = ["a.jsonl", "c.jsonl"].map(|name| {
        let lines = std::fs::read_to_string(at.join(name)).unwrap();
        assert_eq!(lines.contains("clock"), name == "a.jsonl");
        lines.split_once("\"first\":").unwrap().1[..30].to_owned()
    });
    assert_eq!(stated, silent);
    for wrong in ["", "5", "ms", "1.2.3s", "--1s", "1e9s", "99999999999h"] {
        assert_eq!(keep(wrong, "d.jsonl").status.code(), Some(2), "{wrong}");
        assert!(!at.join("d.jsonl").exists());
    }
}

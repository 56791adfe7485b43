//! Files are written whole or not at all.

use super::{Desk, SOUND};
use std::process::Stdio;

#[test]
fn a_full_standard_output_is_told() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("SKIPPED: no /dev/full here");
        return;
    };
    let desk = Desk::new();
    let mut command = desk.command(&["--lang", "en", "schema"]);
    let ran = super::ran(command.stdout(full).output().unwrap());
    ran.ends(2).tells("no space left on the disk");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let desk = Desk::new();
    let mut child =
        desk.command(&["schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    super::ran(child.wait_with_output().unwrap()).ends(0).tells_nothing();
}

#[test]
fn a_reader_that_leaves_does_not_change_the_verdict() {
    let desk = Desk::new();
    desk.run(&["init", "bad", "--example", "handa-2021"]).ends(0);
    let mut command = desk.command(&["audit", "bad"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    super::ran(child.wait_with_output().unwrap()).ends(1).tells_nothing();
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_not_replaced_by_files() {
    let desk = Desk::new();
    desk.put("inventory.yaml", SOUND);
    let link = desk.path("plan.svg");
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    let ran = desk.run(&["--lang", "en", "diagram", "inventory.yaml", "-o", "plan.svg"]);
    ran.ends(2).tells("it is no regular file");
    assert!(link.symlink_metadata().unwrap().is_symlink());
}

#[test]
fn the_inventory_that_was_read_is_never_written_over() {
    let desk = Desk::new();
    desk.put("plan.svg", SOUND).put("findings.json", SOUND);
    let ran = desk.run(&["--lang", "en", "diagram", "plan.svg", "-o", "./plan.svg"]);
    ran.ends(2).tells("over-inventory");
    let ran = desk.run(&["--lang", "en", "audit", "findings.json", "--out", "."]);
    ran.ends(2).tells("over-inventory").prints_nothing();
    assert_eq!(desk.files(), ["findings.json", "plan.svg"]);
    assert_eq!(std::fs::read_to_string(desk.path("plan.svg")).unwrap(), SOUND);
}

#[test]
fn a_file_in_place_of_the_folder_is_named_as_such() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND).put("out", "a file");
    let ran = desk.run(&["--lang", "en", "audit", "a.yaml", "--out", "out"]);
    ran.ends(2).tells("unwritable").tells("not a folder");
    assert_eq!(desk.files(), ["a.yaml", "out"]);
}

#[test]
fn a_drawing_that_cannot_be_placed_leaves_nothing() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    std::fs::create_dir(desk.path("taken.svg")).unwrap();
    let ran = desk.run(&["--lang", "en", "diagram", "a.yaml", "-o", "taken.svg"]);
    ran.ends(2).tells("it is a folder");
    let ran = desk.run(&["--lang", "en", "diagram", "a.yaml", "-o", "a.yaml/x.svg"]);
    ran.ends(2).tells("cannot write `a.yaml/x.svg`");
    desk.run(&["diagram", "a.yaml", "-o", "plan.bmp"]).ends(2).tells("svg");
    assert_eq!(desk.files(), ["a.yaml"]);
}

#[test]
fn a_drawing_in_each_format() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    for (name, begins) in [
        ("new/plan.svg", b"<svg".as_slice()),
        ("plan.PNG", b"\x89PNG"),
        ("plan.pdf", b"%PDF"),
        ("plan.drawio", b"<mxfile"),
        ("plan.dot", b"digraph"),
    ] {
        let ran = desk.run(&["diagram", "a.yaml", "-o", name]);
        ran.ends(0).prints_nothing().tells(name);
        let bytes = std::fs::read(desk.path(name)).unwrap();
        assert!(bytes.starts_with(begins), "{name}");
    }
    assert_eq!(desk.files().len(), 6, "{:?}", desk.files());
}

/// Name and bytes of every file of a folder.
fn contents(desk: &Desk, folder: &str) -> Vec<(String, Vec<u8>)> {
    let all = desk.files().into_iter();
    all.filter(|name| name.starts_with(folder))
        .map(|name| (name.clone(), std::fs::read(desk.path(&name)).unwrap()))
        .collect()
}

#[test]
fn the_same_inventory_gives_the_same_bytes_wherever_it_lies() {
    let (one, two) = (Desk::new(), Desk::new());
    for (desk, folder) in [(&one, "here"), (&two, "some/where/else")] {
        desk.run(&["init", folder, "--example", "clinic"]).ends(0);
        let args = ["audit", folder, "--out", "out", "--fail-on", "never"];
        desk.run(&args).ends(0);
    }
    let (first, second) = (contents(&one, "out/"), contents(&two, "out/"));
    let names: Vec<_> = first.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"out/diagram.pdf") && names.contains(&"out/report.html"));
    for ((name, a), (_, b)) in first.iter().zip(&second) {
        assert!(a == b, "{name} differs");
    }
    assert_eq!(first.len(), second.len());
    // Once more, now with the places of the first drawing: still the same.
    let again = one.run(&["audit", "here", "--out", "out", "--fail-on", "never"]);
    again.ends(0).tells("--fresh-layout").tells("positions.json");
    assert!(first == contents(&one, "out/"), "the second drawing differs");
    let fresh = ["audit", "here", "--out", "out", "--fresh-layout", "--quiet"];
    assert!(one.run(&fresh).err.is_empty());
    assert!(first == contents(&one, "out/"), "the fresh drawing differs");
    for (name, bytes) in &first {
        let text = String::from_utf8_lossy(bytes);
        let place = one.folder.path().to_str().unwrap();
        assert!(!text.contains(place), "{name} holds an absolute path");
    }
}

#[test]
fn sheets_of_a_longer_drawing_do_not_stay_behind() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    for stale in ["diagram-1.svg", "diagram-2.svg", "diagram-1.pdf", "diagram-plan.svg"] {
        desk.put(&format!("out/{stale}"), "old");
    }
    desk.run(&["audit", "a.yaml", "--out", "out", "--format", "svg", "--fail-on", "never"]).ends(0);
    let left = |name: &str| desk.path(&format!("out/{name}")).exists();
    assert!(left("diagram.svg") && left("diagram-1.pdf") && left("diagram-plan.svg"));
    assert!(!left("diagram-1.svg") && !left("diagram-2.svg"));
}

#[test]
fn a_damaged_layout_is_told_and_nothing_is_touched() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND).put("out/positions.json", "{nonsense");
    let ran = desk.run(&["audit", "a.yaml", "--out", "out"]);
    ran.ends(2).tells("positions.json").tells("1行").tells("--fresh-layout");
    assert_eq!(contents(&desk, "out/").len(), 1);
    let ran =
        desk.run(&["audit", "a.yaml", "--out", "out", "--fresh-layout", "--fail-on", "never"]);
    ran.ends(0);
}

#[test]
fn a_layout_of_another_version_is_left_aside() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND)
        .put("out/positions.json", r#"{"version": 99, "zones": [], "devices": [], "slots": {}}"#);
    let args = ["--lang", "en", "audit", "a.yaml", "--out", "out", "--fail-on", "never"];
    desk.run(&args).ends(0).tells("another version");
    desk.run(&args).ends(0).tells("keeping the layout");
}

#[test]
fn the_exit_code_follows_the_threshold() {
    let desk = Desk::new();
    desk.run(&["init", "bad", "--example", "handa-2021"]).ends(0);
    desk.run(&["init", "good", "--example", "well-run"]).ends(0);
    desk.run(&["audit", "bad"]).ends(1).tells_nothing();
    desk.run(&["audit", "bad", "--fail-on", "info"]).ends(1);
    desk.run(&["audit", "bad", "--fail-on", "never"]).ends(0);
    desk.run(&["audit", "good", "--fail-on", "info"]).ends(0).tells_nothing();
    assert_eq!(desk.files().len(), 4, "an audit without --out writes nothing");
}

#[test]
fn formats_are_chosen() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    let json = desk.run(&["audit", "a.yaml", "--format", "json", "--fail-on", "never"]);
    let json: serde_json::Value = serde_json::from_str(&json.ends(0).out).unwrap();
    assert_eq!(json["schema_version"], 1);
    for refused in ["svg", "html", "json,sarif"] {
        let ran = desk.run(&["audit", "a.yaml", "--format", refused]);
        ran.ends(2).prints_nothing().tells("--out");
    }
    desk.run(&["audit", "a.yaml", "--format", "docx"]).ends(2);
    let args =
        ["audit", "a.yaml", "--out", "some", "--format", "json,drawio", "--fail-on", "never"];
    desk.run(&args).ends(0);
    let names: Vec<_> = contents(&desk, "some/").into_iter().map(|it| it.0).collect();
    assert_eq!(names, ["some/diagram.drawio", "some/findings.json", "some/positions.json"]);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::time::Duration;

    fn shell(desk: &Desk, script: &str) -> super::super::Ran {
        let mut command = std::process::Command::new("sh");
        command
            .args(["-c", script])
            .arg(env!("CARGO_BIN_EXE_sekisho"))
            .current_dir(desk.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null());
        super::super::ran(command.output().unwrap())
    }

    #[test]
    fn a_disk_that_fills_leaves_what_was_there() {
        let desk = Desk::new();
        desk.put("a.yaml", SOUND).put("out/diagram.svg", "the old one");
        // No file may grow beyond 16 blocks of 512 bytes: writing fails as on a full disk.
        let ran = shell(
            &desk,
            "trap '' XFSZ; ulimit -f 16; exec \"$0\" --lang en audit a.yaml --out out",
        );
        ran.ends(2).tells("cannot write `out/").prints_nothing();
        assert_eq!(desk.files(), ["a.yaml", "out/diagram.svg"]);
        assert_eq!(contents(&desk, "out/")[0].1, b"the old one");
    }

    #[test]
    fn a_folder_that_may_not_be_written_is_told() {
        let desk = Desk::new();
        desk.put("a.yaml", SOUND).put("file", "in the way");
        let ran = desk.run(&["--lang", "en", "audit", "a.yaml", "--out", "file"]);
        ran.ends(2).tells("file").prints_nothing();
        let ran = desk.run(&["--lang", "en", "audit", "a.yaml", "--out", "/proc/nowhere"]);
        ran.ends(2).tells("/proc/nowhere").prints_nothing();
    }

    #[test]
    fn a_layout_that_could_block_or_never_end_is_not_opened() {
        let desk = Desk::new();
        desk.put("a.yaml", SOUND);
        std::fs::create_dir(desk.path("out")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", desk.path("out/positions.json")).unwrap();
        let ran = desk.run(&["--lang", "en", "audit", "a.yaml", "--out", "out"]);
        ran.ends(2).tells("unreadable-positions").tells("regular file");
    }

    fn interrupt(process: u32) {
        let sent = std::process::Command::new("kill").args(["-INT", &process.to_string()]).status();
        assert!(sent.unwrap().success());
    }

    #[test]
    fn an_interruption_is_an_exit_code_of_its_own() {
        let desk = Desk::new();
        let mut child = desk
            .command(&["audit", "-", "--out", "out"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It waits for its input; give it time to come that far.
        let input = child.stdin.take();
        std::thread::sleep(Duration::from_millis(500));
        interrupt(child.id());
        let ran = super::super::ran(child.wait_with_output().unwrap());
        drop(input);
        ran.ends(130).prints_nothing();
        assert_eq!(desk.files(), [""; 0]);
    }

    #[test]
    fn an_interruption_at_any_moment_leaves_all_files_or_none() {
        let desk = Desk::new();
        desk.run(&["init", "a", "--example", "clinic", "--quiet"]).ends(0);
        desk.run(&["audit", "a", "--out", "whole", "--fail-on", "never"]).ends(0);
        let whole: Vec<_> = contents(&desk, "whole/").into_iter().map(|it| it.1).collect();
        for delay in 0..12 {
            let out = format!("out{delay}/");
            let mut child = desk
                .command(&["audit", "a", "--out", &out, "--fail-on", "never"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(delay * 70));
            if child.try_wait().unwrap().is_none() {
                interrupt(child.id());
            }
            // Before it listens, the signal ends it by itself; that is fine too.
            let _ = child.wait().unwrap();
            let found: Vec<_> = contents(&desk, &out).into_iter().map(|it| it.1).collect();
            let names = desk.files();
            assert!(!names.iter().any(|it| it.contains(".sekisho-")), "{names:?}");
            assert!(found.is_empty() || found == whole, "half of the files after {delay}");
        }
    }
}

#[test]
fn a_drawing_to_hand_out_tells_no_findings_and_carries_no_inventory() {
    let desk = Desk::new();
    desk.run(&["init", "new", "--example", "general-hospital"]).ends(0);
    let draw = |file: &str, more: &[&str]| {
        desk.run(&[&["diagram", "new", "-o", file], more].concat()).ends(0);
        std::fs::read(desk.path(file)).unwrap()
    };
    let holds =
        |bytes: &[u8], what: &str| bytes.windows(what.len()).any(|it| it == what.as_bytes());
    for (file, what) in
        [("a.dot", "指摘"), ("a.drawio", "攻撃に使われている脆弱性"), ("a.pdf", "/EmbeddedFile")]
    {
        assert!(holds(&draw(file, &[]), what), "{file}: `{what}` would not be missed");
        assert!(!holds(&draw(file, &["--without-findings"]), what), "{file}: `{what}`");
    }
}

const GATEWAY: &str = "\
connections {
   branch {
      remote_addrs = 198.51.100.20
      local { auth = psk }
      remote { auth = psk }
      children { lan { remote_ts = 192.168.20.0/24 } }
   }
}
secrets { ike-1 { secret = PlantedSecret } }
";

#[test]
fn a_draft_from_configurations_is_a_new_file_and_never_another_one() {
    let desk = Desk::new();
    desk.put("gw.conf", GATEWAY).put("kept.yaml", "mine\n");
    let shown = desk.run(&["import", "config", "gw.conf"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.out.contains("198.51.100.20") && !shown.out.contains("PlantedSecret"));
    let refused = desk.run(&["import", "config", "gw.conf", "-o", "kept.yaml"]);
    assert_eq!(refused.code, 2);
    assert_eq!(std::fs::read_to_string(desk.path("kept.yaml")).unwrap(), "mine\n");
    assert_eq!(desk.run(&["import", "config", "gw.conf", "-o", "new.yaml"]).code, 0);
    assert_eq!(desk.run(&["validate", "new.yaml"]).code, 0);
    assert_eq!(desk.run(&["import", "config", "missing.conf"]).code, 2);
}

#[test]
fn what_an_inventory_lacks_is_written_beside_it() {
    let desk = Desk::new();
    desk.put("ledger/inventory.yaml", SOUND).put("gw.conf", GATEWAY);
    for name in ["inventory-draft.yaml", "inventory-draft-2.yaml"] {
        let ran = desk.run(&["import", "config", "gw.conf", "--into", "ledger/inventory.yaml"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(desk.path(&format!("ledger/{name}")).exists(), "{:?}", desk.files());
    }
    assert_eq!(std::fs::read_to_string(desk.path("ledger/inventory.yaml")).unwrap(), SOUND);
    std::fs::remove_file(desk.path("ledger/inventory-draft-2.yaml")).unwrap();
    // The folder is one inventory now.
    assert_eq!(desk.run(&["validate", "ledger"]).code, 0);
}

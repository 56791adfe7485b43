//! Whatever is handed over as an inventory: a clear message, exit code 2, in bounded time and
//! memory, never a panic.

use super::{Desk, SOUND};

#[track_caller]
fn refused(desk: &Desk, inventory: &str, code: &str) -> String {
    let checked = desk.run(&["--lang", "en", "validate", inventory]);
    checked.ends(2).prints(code).tells_nothing();
    let audited = desk.run(&["--lang", "en", "audit", inventory, "--out", "out"]);
    audited.ends(2).tells(code).prints_nothing();
    let drawn = desk.run(&["--lang", "en", "diagram", inventory, "-o", "out/x.svg"]);
    drawn.ends(2).tells(code).prints_nothing();
    assert!(!desk.path("out").exists(), "something was written");
    checked.out
}

#[test]
fn a_missing_inventory_names_its_neighbour() {
    let desk = Desk::new();
    desk.put("hospital.yaml", SOUND);
    let told = refused(&desk, "hospitl.yaml", "unreadable");
    assert!(told.contains("did you mean `hospital.yaml`?"), "{told}");
    refused(&desk, "nowhere/at/all.yaml", "unreadable");
}

#[test]
fn a_name_that_commands_the_terminal_is_shown_and_not_obeyed() {
    let desk = Desk::new();
    let told = desk.run(&["validate", "\u{1b}[31m.yaml"]);
    told.ends(2).prints("誤り 1件");
    assert!(!told.out.contains('\u{1b}'), "{:?}", told.out);
}

#[test]
fn files_that_hold_no_inventory() {
    let desk = Desk::new();
    desk.put("empty.yaml", "");
    desk.put("blank.yaml", "\n# nothing\n\n");
    desk.put("list.yaml", "- a\n- b\n");
    desk.put("scalar.yaml", "hello");
    desk.put("binary.yaml", b"schema: 1\n\x00\x01\x02\xff\xfe".as_slice());
    for name in ["empty.yaml", "blank.yaml", "list.yaml", "scalar.yaml", "binary.yaml"] {
        refused(&desk, name, "error[");
    }
}

#[test]
fn other_encodings_are_named_with_the_way_out() {
    let desk = Desk::new();
    let text = "organization: {name: 青葉市立病院}\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    desk.put("marked.yaml", [&[0xFF, 0xFE][..], &utf16].concat());
    desk.put("unmarked.yaml", &utf16);
    desk.put(
        "sjis.yaml",
        b"organization: {name: \x90\xc2\x97\x74\x8e\x73\x97\xa7\x95\x61\x89\x40}\n".as_slice(),
    );
    for (name, encoding) in
        [("marked.yaml", "UTF-16"), ("unmarked.yaml", "UTF-16"), ("sjis.yaml", "Shift_JIS")]
    {
        let told = refused(&desk, name, encoding);
        assert!(told.contains("iconv"), "{told}");
    }
}

#[test]
fn a_mark_and_windows_line_ends_are_fine() {
    let desk = Desk::new();
    desk.put("bom.yaml", format!("\u{feff}{SOUND}"));
    desk.put("crlf.yaml", SOUND.replace('\n', "\r\n"));
    desk.run(&["validate", "bom.yaml", "crlf.yaml"]).ends(0);
}

#[test]
fn every_mistake_of_every_file_is_told_in_one_run() {
    let desk = Desk::new();
    desk.put(
        "site/zones.yaml",
        "zones:\n  a: {name: x, kind: clinicl}\n  a: {name: y, kind: guest}\n",
    );
    desk.put(
        "site/systems.yaml",
        "systems:\n  s: {name: z, kind: ehr, class: server, zone: nowhere, colour: red}\n",
    );
    desk.put("site/broken.yaml", "zones: [\n");
    desk.put("site/deep/sjis.yml", b"revision: \x91\xe6\x82\x50\x94\xc5\n".as_slice());
    let told = refused(&desk, "site", "error[");
    for what in [
        "zones.yaml:2:",
        "zones.yaml:3:",
        "systems.yaml:2:",
        "broken.yaml:",
        "deep/sjis.yml",
        "clinicl",
        "clinical",
        "nowhere",
        "colour",
    ] {
        assert!(told.contains(what), "`{what}` is not in:\n{told}");
    }
    assert!(!told.contains(desk.path("").to_str().unwrap()), "an absolute path:\n{told}");
}

#[test]
fn folders_without_yaml() {
    let desk = Desk::new();
    desk.put("notes/readme.txt", "no");
    desk.put("hidden/.secret.yaml", SOUND);
    desk.put("hidden/.git/x.yaml", SOUND);
    for name in ["notes", "hidden"] {
        let told = refused(&desk, name, "no-yaml");
        assert!(told.contains("sekisho init"), "{told}");
    }
}

#[test]
fn folders_are_read_in_the_order_of_names_and_hidden_files_are_not() {
    let desk = Desk::new();
    let (zones, systems) = SOUND.split_once("systems:").unwrap();
    desk.put("site/b/systems.YML", format!("systems:{systems}"));
    desk.put("site/a.yaml", zones);
    desk.put("site/.draft.yaml", "nonsense: [");
    desk.put("site/configs/vpn1.txt", "hostname x");
    desk.run(&["validate", "site"]).ends(0).prints("ゾーン 1、システム 1");
}

#[test]
fn an_alias_bomb_and_deep_nesting_end_at_once() {
    let desk = Desk::new();
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    desk.put("bomb.yaml", bomb);
    desk.put("brackets.yaml", "[".repeat(200_000));
    desk.put("braces.yaml", format!("zones: {}", "{a: ".repeat(100_000)));
    let nested: String = (0..5_000).map(|it| format!("{}a:\n", " ".repeat(it))).collect();
    desk.put("indented.yaml", nested);
    for name in ["bomb.yaml", "brackets.yaml", "braces.yaml", "indented.yaml"] {
        let ran = bounded(&desk, &["validate", name]);
        ran.ends(2).prints("誤り");
    }
}

/// Runs with 512 MiB of memory and 20 s of processor time. Hitting either limit ends the command
/// by a signal or an abort, which is not an exit code.
fn bounded(desk: &Desk, args: &[&str]) -> super::Ran {
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "ulimit -v 524288; ulimit -t 20; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_sekisho"))
        .args(args)
        .current_dir(desk.folder.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(std::process::Stdio::null());
    super::ran(command.output().unwrap())
}

#[test]
fn a_gigabyte_is_refused_before_it_is_read() {
    let desk = Desk::new();
    let file = std::fs::File::create(desk.path("huge.yaml")).unwrap();
    file.set_len(1 << 30).unwrap();
    bounded(&desk, &["validate", "huge.yaml"]).ends(2).prints("too-large");
}

#[test]
fn the_limit_is_that_of_all_files_together() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("site")).unwrap();
    for name in ["a", "b", "c"] {
        let file = std::fs::File::create(desk.path(&format!("site/{name}.yaml"))).unwrap();
        file.set_len(40 << 20).unwrap();
    }
    let told = bounded(&desk, &["validate", "site"]);
    told.ends(2).prints("b.yaml").prints("c.yaml").prints("too-large");
}

#[test]
fn standard_input_is_read_for_a_dash_and_is_bounded() {
    let desk = Desk::new();
    desk.run_with(&["validate", "-"], SOUND.as_bytes()).ends(0);
    desk.run_with(&["validate", "-"], b"zones: [").ends(2).prints("-:1:");
    desk.run_with(&["validate", "-"], b"").ends(2);
    let endless = bounded_shell(&desk, "yes '# x' | \"$0\" validate -");
    endless.ends(2).prints("too-large");
}

fn bounded_shell(desk: &Desk, script: &str) -> super::Ran {
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", script])
        .arg(env!("CARGO_BIN_EXE_sekisho"))
        .current_dir(desk.folder.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    super::ran(command.output().unwrap())
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn what_could_block_or_never_end_is_not_opened() {
        let desk = Desk::new();
        let pipe = desk.path("pipe.yaml");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        refused(&desk, "pipe.yaml", "not-a-file");
        refused(&desk, "/dev/zero", "not-a-file");
        std::fs::create_dir(desk.path("site")).unwrap();
        std::fs::rename(&pipe, desk.path("site/pipe.yaml")).unwrap();
        refused(&desk, "site", "not-a-file");
    }

    #[test]
    fn links_that_turn_in_circles_are_told() {
        let desk = Desk::new();
        desk.put("site/a.yaml", SOUND);
        symlink("..", desk.path("site/again")).unwrap();
        symlink("loop.yaml", desk.path("site/loop.yaml")).unwrap();
        let told = refused(&desk, "site", "folder-twice");
        assert!(told.contains("loop.yaml"), "{told}");
    }

    #[test]
    fn folders_that_link_to_each_other_many_times_are_walked_once() {
        let desk = Desk::new();
        for level in 0..24 {
            std::fs::create_dir_all(desk.path(&format!("site/d{level}"))).unwrap();
        }
        for level in 0..23 {
            for name in ["x", "y"] {
                symlink(format!("../d{}", level + 1), desk.path(&format!("site/d{level}/{name}")))
                    .unwrap();
            }
        }
        refused(&desk, "site", "folder-twice");
    }

    #[test]
    fn a_link_to_a_file_is_read() {
        let desk = Desk::new();
        desk.put("real.txt", SOUND);
        std::fs::create_dir(desk.path("site")).unwrap();
        symlink("../real.txt", desk.path("site/linked.yaml")).unwrap();
        desk.run(&["validate", "site"]).ends(0);
    }

    #[test]
    fn an_unreadable_file_is_told_and_the_others_are_read() {
        let desk = Desk::new();
        desk.put("site/a.yaml", SOUND);
        desk.put("site/b.yaml", "zones: {b: {name: x, kind: nonsense}}");
        let locked = std::fs::Permissions::from_mode(0o000);
        std::fs::set_permissions(desk.path("site/a.yaml"), locked).unwrap();
        if std::fs::File::open(desk.path("site/a.yaml")).is_ok() {
            eprintln!("SKIPPED: this user may read every file (root?)");
            return;
        }
        let told = refused(&desk, "site", "permission denied");
        assert!(told.contains("nonsense"), "{told}");
    }
}

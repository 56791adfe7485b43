//! Languages, streams, colours, help.

use super::{Desk, SOUND, japanese, same_as_file};
use std::process::Stdio;

const COMMANDS: &[&str] = &[
    "init",
    "audit",
    "validate",
    "diagram",
    "config",
    "paths",
    "isolation",
    "cut",
    "blast",
    "what-if",
    "exposure",
    "diff",
    "history",
    "bundle",
    "explain",
    "schema",
    "completions",
    "man",
    "help",
];

#[test]
fn the_language_is_that_of_the_locale_unless_asked_otherwise() {
    let desk = Desk::new();
    desk.put("a.yaml", SOUND);
    let speaks = |locale: &str, args: &[&str]| {
        let mut command = desk.command(args);
        command.env("LANG", locale);
        super::ran(command.output().unwrap()).out
    };
    assert!(japanese(&speaks("", &["validate", "a.yaml"])));
    assert!(japanese(&speaks("C.UTF-8", &["validate", "a.yaml"])));
    assert!(japanese(&speaks("ja_JP.UTF-8", &["validate", "a.yaml"])));
    assert!(!japanese(&speaks("en_GB.UTF-8", &["validate", "a.yaml"])));
    assert!(!japanese(&speaks("ja_JP.UTF-8", &["validate", "a.yaml", "--lang", "en"])));
    assert!(japanese(&speaks("en_US.UTF-8", &["--lang=ja", "validate", "a.yaml"])));
}

#[test]
fn help_speaks_one_language_at_a_time() {
    let desk = Desk::new();
    let mut pages = vec![vec![]];
    pages.extend(COMMANDS.iter().map(|name| vec![*name]));
    for page in pages {
        let help = |lang| {
            let args = [page.as_slice(), &["--help", "--lang", lang]].concat();
            let ran = desk.run(&args);
            ran.ends(0).tells_nothing();
            ran.out
        };
        let (ja, en) = (help("ja"), help("en"));
        assert!(!japanese(&en), "Japanese in the English help:\n{en}");
        assert!(!ja.contains(" / "), "both languages in the Japanese help:\n{ja}");
        for line in ja.lines().filter(|line| line.starts_with("  ")) {
            let explained = line.split("  ").filter(|it| !it.trim().is_empty()).nth(1);
            if let Some(words) = explained {
                assert!(japanese(words), "not in Japanese: {line}");
            }
        }
    }
}

#[test]
fn help_is_as_it_was_looked_at() {
    let desk = Desk::new();
    let mut all = String::new();
    for lang in ["ja", "en"] {
        all.push_str(&desk.run(&["--lang", lang, "--help"]).out);
        for command in COMMANDS {
            let line = format!("\n$ sekisho {command} --help\n");
            all.push_str(&line);
            all.push_str(&desk.run(&["--lang", lang, command, "--help"]).out);
        }
        all.push('\n');
    }
    same_as_file("tests/cli/help.txt", &all);
}

#[test]
fn a_wrong_command_line_is_an_error_of_the_input() {
    let desk = Desk::new();
    for args in [
        &["frobnicate"][..],
        &["audit"],
        &["audit", "a", "b"],
        &["audit", "a", "--fail-on", "awful"],
        &["validate", "a", "--as-of", "yesterday"],
        &["--lang", "fr", "validate", "a"],
        &["diagram", "a", "-o", "x.svg", "--view", "everything"],
        &[],
    ] {
        let ran = desk.run(args);
        ran.ends(2).prints_nothing();
        assert!(!ran.err.is_empty());
    }
    for (args, said) in [
        (&["audit"][..], "<INVENTORY> が必要です"),
        (&["audit", "a", "b"], "「b」は余分です"),
        (&["audit", "a", "--fial-on", "low"], "「--fail-on」ではありませんか"),
        (&["audit", "a", "--fail-on", "awful"], "使える値: critical, high"),
        (&["audit", "a", "--paper", "b4"], "使える値: a4, a3"),
        (&["validate", "a", "--as-of", "yesterday"], "2026-11-20 の形"),
        (&["diagram", "a", "-o", "x.svg", "--view", "all"], "connection:番号"),
        (&["adit"], "「audit」ではありませんか"),
    ] {
        desk.run(args).tells("コマンドの書き方に誤りがあります").tells(said);
        let told = desk.run(&[args, &["--lang", "en"]].concat()).err;
        assert!(!japanese(&told) && !told.is_empty(), "{told}");
    }
}

#[test]
fn results_and_messages_do_not_mix() {
    let desk = Desk::new();
    desk.put("sound.yaml", SOUND);
    desk.put("wrong.yaml", "zones: {a: {nam: x}}\n");
    desk.run(&["validate", "wrong.yaml"]).ends(2).prints("nam").tells_nothing();
    desk.run(&["audit", "wrong.yaml"]).ends(2).tells("nam").prints_nothing();
    desk.run(&["schema"]).ends(0).tells_nothing();
    desk.run(&["explain", "no-such-rule"]).ends(2).prints_nothing().tells("no-such-rule");
    let quiet = desk.run(&["init", "new", "--example", "general-hospital", "--quiet"]);
    quiet.ends(0).prints_nothing().tells_nothing();
}

#[test]
fn nothing_is_coloured_or_animated_away_from_a_terminal() {
    let desk = Desk::new();
    desk.put("wrong.yaml", "zones: {a: {nam: x}}\n");
    for args in [&["validate", "wrong.yaml"][..], &["audit", "wrong.yaml"]] {
        let ran = desk.run(args);
        assert!(!ran.out.contains('\x1b') && !ran.err.contains('\x1b'));
    }
}

/// Runs inside a terminal made by `script`; what the terminal received.
#[cfg(target_os = "linux")]
fn on_a_terminal(desk: &Desk, args: &str, no_colour: bool) -> Option<String> {
    let line = format!("{} {args}", env!("CARGO_BIN_EXE_sekisho"));
    let mut command = std::process::Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .current_dir(desk.folder.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TERM", "xterm")
        .stdin(Stdio::null());
    if no_colour {
        command.env("NO_COLOR", "1");
    }
    match command.output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(_) => {
            eprintln!("SKIPPED: no `script` to make a terminal with");
            None
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_terminal_gets_colours_unless_it_says_no() {
    let desk = Desk::new();
    desk.put("wrong.yaml", "zones: {a: {nam: x}}\n");
    let Some(coloured) = on_a_terminal(&desk, "validate wrong.yaml", false) else {
        return;
    };
    assert!(coloured.contains("\x1b[1"), "{coloured:?}");
    let plain = on_a_terminal(&desk, "validate wrong.yaml", true).unwrap();
    assert!(plain.contains("nam") && !plain.contains('\x1b'), "{plain:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn an_old_day_is_remarked_to_a_person_and_to_nobody_else() {
    let desk = Desk::new();
    desk.put("old.yaml", SOUND.replace("2026-11-20", "2020-01-01"));
    let quiet = desk.run(&["validate", "old.yaml"]);
    quiet.ends(0).tells_nothing();
    let Some(told) = on_a_terminal(&desk, "validate old.yaml", true) else {
        return;
    };
    assert!(told.contains("基準日 2020-01-01 は"), "{told:?}");
    let asked = on_a_terminal(&desk, "validate old.yaml --as-of 2020-01-01", true).unwrap();
    assert!(!asked.contains("日前です"), "{asked:?}");
}

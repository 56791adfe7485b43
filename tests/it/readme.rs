//! What the README shows is what the command prints. A block is marked with the command and how
//! many of its first and last lines are shown:
//!
//! ```text
//! <!-- run: sekisho audit inventories/general-hospital; lines: 30+16 -->
//! ```
//!
//! `UPDATE=1` rewrites the blocks.

use crate::support::root;
use std::process::Command;

const MARK: &str = "<!-- run: sekisho ";

fn prints(command: &str, lang: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(["--lang", lang])
        .args(command.split_whitespace())
        .current_dir(root())
        .env_clear()
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(2), "{command} failed");
    String::from_utf8(output.stdout).unwrap()
}

/// The first and last lines of a text, with a mark where others are left out.
fn shortened(text: &str, first: usize, last: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    if lines.len() <= first + last + 1 {
        return lines.join("\n");
    }
    let head = lines[..first].join("\n");
    let tail = lines[lines.len() - last..].join("\n");
    format!("{head}\n…\n{tail}")
}

/// The page with every marked block as it should be.
fn refreshed(page: &str, lang: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some(at) = rest.find(MARK) {
        let (before, marked) = rest.split_at(at);
        let (mark, after) = marked.split_once("-->").expect("the mark is closed");
        let asked = &mark[MARK.len()..];
        let (command, lines) = asked.split_once("; lines: ").expect("lines are given");
        let (first, last) = lines.trim().split_once('+').expect("first+last");
        let block =
            shortened(&prints(command, lang), first.parse().unwrap(), last.parse().unwrap());
        let fence = "```";
        let opened = after.find(fence).expect("a block follows");
        let closed = after[opened + 3..].find(fence).expect("the block ends") + opened + 3;
        out.push_str(before);
        out.push_str(mark);
        out.push_str("-->\n\n```text\n");
        out.push_str(&block);
        out.push_str("\n```");
        rest = &after[closed + 3..];
    }
    out + rest
}

#[test]
fn the_pages_show_what_is_printed() {
    for (name, lang) in [("README.md", "en"), ("README.ja.md", "ja")] {
        let path = root().join(name);
        let page = std::fs::read_to_string(&path).unwrap();
        assert!(page.matches(MARK).count() >= 2, "{name} shows no output");
        let fresh = refreshed(&page, lang);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, fresh).unwrap();
        } else if page != fresh {
            let first = page.lines().zip(fresh.lines()).find(|(a, b)| a != b);
            panic!("{name} shows something else; run with UPDATE=1. First: {first:#?}");
        }
    }
}

#[test]
fn the_pages_name_what_there_is() {
    for name in ["README.md", "README.ja.md"] {
        let page = std::fs::read_to_string(root().join(name)).unwrap();
        for file in page.split(['(', '`', '"', ')', ' ', ';', '\n']) {
            let folders = ["inventories/", "src/", "tests/", "benches/", ".ci/"];
            if folders.iter().any(|it| file.starts_with(it)) && !file.contains(['*', '<', '…']) {
                assert!(root().join(file).exists(), "{name} names {file}");
            }
        }
        for rule in sekisho::rules::all() {
            assert!(page.contains(rule.id), "{name} does not list {}", rule.id);
        }
        for format in sekisho::report::FORMATS {
            assert!(page.contains(&format!("`{}`", format.id)), "{name}: {}", format.id);
        }
    }
}

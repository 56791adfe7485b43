//! Holds the house rules: a room names only rooms of a lower rank, and what only some rooms may
//! do (files, sockets, printing, the clock) is done only there. The check is textual; that it
//! sees what it must see is proved with planted violations.

use crate::support::root;
use std::path::Path;

/// The rooms from the ground up. Some come later; their rank is kept for them.
const RANKS: &[(&str, u8)] = &[
    ("locale", 0),
    ("source", 1),
    ("model", 2),
    ("finding", 3),
    ("wire", 3),
    ("inventory", 4),
    ("config", 4),
    ("observation", 4),
    ("probe", 5),
    ("evidence", 6),
    ("topology", 7),
    ("reach", 8),
    ("draft", 8),
    ("rules", 9),
    ("audit", 10),
    ("change", 11),
    ("confirm", 11),
    ("diagram", 12),
    ("history", 12),
    ("report", 13),
    ("web", 14),
    ("cli", 15),
];

/// What only some rooms may name, and why it is watched.
const RESERVED: &[(&[&str], &[&str], &str)] = &[
    (
        &["std::fs", "fs::", "File::open", "File::create", "tempfile::", "OpenOptions"],
        &["evidence", "history", "web", "cli"],
        "opens files",
    ),
    (
        &[
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "UnixStream",
            "socket2::",
            "tokio::net",
            "pnet::",
        ],
        &["evidence", "web"],
        "opens sockets",
    ),
    (
        &[
            "println!",
            "eprintln!",
            "print!",
            "eprint!",
            "dbg!",
            "io::stdout",
            "io::stderr",
            "io::stdin",
        ],
        &["cli"],
        "uses the terminal",
    ),
    (
        &[
            "SystemTime::now",
            "Timestamp::now",
            "Zoned::now",
            "Instant::now",
            "std::env::",
            "env::var",
        ],
        &["evidence", "history", "web", "cli"],
        "looks at the clock or the environment",
    ),
    (
        &["std::process::", "process::exit", "Command::new"],
        &["cli", "main"],
        "meddles with processes",
    ),
    (
        &["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "unsafe_code)"],
        &["lib"],
        "is unsafe",
    ),
];

/// The one file that asks the kernel for what cannot be asked safely.
const UNSAFE: &str = "evidence/capture/ring.rs";

const FORBIDDEN_NAMES: &[&str] =
    &["utils", "util", "helpers", "helper", "common", "types", "errors", "error", "misc"];
/// Names of Japanese documents, letters themselves, and words that are recognised when read: the
/// same in both languages.
const NOT_SENTENCES: &[&str] = &[
    // What people write into sheets, which is read in both languages.
    "confirm/recertify.rs",
    "confirm/sheet.rs",
    "rules/authority.rs",
    "locale/wrap.rs",
    "diagram/font/spelling.rs",
    "inventory/meant.rs",
];
const LONGEST: usize = 800;

/// One file under `src/`, taken apart.
struct Source {
    /// `inventory/read.rs`
    path: String,
    /// The text with comments and the contents of strings blanked, line for line.
    code: String,
    /// String literals: byte offset of the opening quote, of the end, and the contents.
    strings: Vec<(usize, usize, String)>,
    first_line: String,
    lines: usize,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let (code, strings) = blank(text);
        Self {
            path: path.to_owned(),
            code,
            strings,
            first_line: text.lines().next().unwrap_or_default().to_owned(),
            lines: text.lines().count(),
        }
    }

    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn line_of(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    /// How many `super::` lead from this file to the root of the crate.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }
}

/// Blanks comments and the contents of strings and characters, keeping every offset.
fn blank(text: &str) -> (String, Vec<(usize, usize, String)>) {
    let bytes = text.as_bytes();
    let mut code = text.as_bytes().to_vec();
    let mut strings = Vec::new();
    let mut at = 0;
    let wipe = |code: &mut Vec<u8>, from: usize, to: usize| {
        for byte in &mut code[from..to] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    let find = |from: usize, what: &str| text[from..].find(what).map_or(text.len(), |it| from + it);
    while at < bytes.len() {
        let rest = &bytes[at..];
        let word_before =
            at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        if rest.starts_with(b"//") {
            let end = find(at, "\n");
            wipe(&mut code, at, end);
            at = end;
        } else if rest.starts_with(b"/*") {
            let end = (find(at, "*/") + 2).min(text.len());
            wipe(&mut code, at, end);
            at = end;
        } else if !word_before && (rest.starts_with(b"r\"") || rest.starts_with(b"r#")) {
            let hashes = rest[1..].iter().take_while(|it| **it == b'#').count();
            if rest.get(1 + hashes) != Some(&b'"') {
                at += 1;
                continue;
            }
            let start = at + hashes + 2;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = find(start, &close);
            strings.push((at, end + close.len(), text[start..end].to_owned()));
            wipe(&mut code, start, end);
            at = end + close.len();
        } else if rest[0] == b'"' {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            strings.push((at, end + 1, text[at + 1..end.min(text.len())].to_owned()));
            wipe(&mut code, at + 1, end.min(bytes.len()));
            at = end + 1;
        } else if rest[0] == b'\'' {
            // A character, unless it is a lifetime.
            let mut chars = text[at + 1..].char_indices();
            let end = match (chars.next(), chars.next()) {
                (Some((_, '\\')), _) => text[at + 3..].find('\'').map(|it| at + 3 + it),
                (Some(_), Some((next, '\''))) => Some(at + 1 + next),
                _ => None,
            };
            match end {
                Some(end) => {
                    wipe(&mut code, at + 1, end);
                    at = end + 1;
                }
                None => at += 1,
            }
        } else {
            at += 1;
        }
    }
    (String::from_utf8(code).unwrap(), strings)
}

fn rank(room: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == room).map(|(_, rank)| *rank)
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// The names right after `crate::`, in braces or not, with their offsets.
fn named(source: &Source) -> Vec<(usize, String)> {
    let code = &source.code;
    let mut out = Vec::new();
    let mut roots: Vec<usize> =
        code.match_indices("crate::").map(|(at, it)| at + it.len()).collect();
    // `super::` often enough to leave the room.
    let climb = "super::".repeat(source.depth());
    roots.extend(code.match_indices(&climb).map(|(at, it)| at + it.len()));
    for at in roots {
        let rest = &code[at..];
        if !rest.starts_with('{') {
            out.push((at, identifier(rest).to_owned()));
            continue;
        }
        let mut depth = 0;
        let mut expecting = false;
        for (offset, c) in rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            if depth == 1 && (c == '{' || c == ',') {
                expecting = true;
            } else if expecting && !c.is_whitespace() {
                out.push((at + offset, identifier(&rest[offset..]).to_owned()));
                expecting = false;
            }
        }
    }
    out
}

/// Everything in which these files break the rules of the house.
fn violations(sources: &[Source]) -> Vec<String> {
    let mut out = Vec::new();
    for source in sources {
        let (path, room) = (&source.path, source.room());
        let mut tell = |at: usize, what: String| {
            out.push(format!("{path}:{}: {what}", source.line_of(at)));
        };
        if !source.first_line.starts_with("//!") {
            tell(0, "begins without `//!`".into());
        }
        if source.lines > LONGEST {
            tell(0, format!("has {} lines", source.lines));
        }
        for part in path.split('/').map(|it| it.trim_end_matches(".rs")) {
            if FORBIDDEN_NAMES.contains(&part) {
                tell(0, format!("`{part}` says nothing"));
            }
        }
        let own = match room {
            "lib" | "main" => None,
            _ => match rank(room) {
                Some(rank) => Some(rank),
                None => {
                    tell(0, format!("the room `{room}` has no rank"));
                    continue;
                }
            },
        };
        if room == "lib" {
            for (index, line) in source.code.lines().enumerate() {
                let line = line.trim();
                let module = line.starts_with("pub mod ") && line.ends_with(';');
                if !(line.is_empty() || line.starts_with("#![") || module) {
                    out.push(format!(
                        "{path}:{}: the root holds nothing but rooms: {line}",
                        index + 1
                    ));
                }
            }
            continue;
        }
        for (at, name) in named(source) {
            if let (Some(own), Some(other)) = (own, rank(&name))
                && name != room
                && other >= own
            {
                tell(at, format!("`{room}` looks up to `{name}`"));
            }
        }
        for (needles, rooms, what) in RESERVED {
            if rooms.contains(&room) || (*what == "is unsafe" && path == UNSAFE) {
                continue;
            }
            for needle in *needles {
                for (at, _) in source.code.match_indices(needle) {
                    let before = source.code[..at].chars().next_back();
                    if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                        tell(at, format!("`{room}` {what}: {needle}"));
                    }
                }
            }
        }
        let tests = source.code.find("#[cfg(test)]").unwrap_or(source.code.len());
        for (index, (start, end, text)) in source.strings.iter().enumerate() {
            let next = source.strings.get(index + 1);
            let twin = next.is_some_and(|(next, _, english)| {
                let between = &source.code[*end..*next];
                between.chars().all(|c| c.is_whitespace() || c == ',') && !is_sentence(english)
            });
            // Help texts of the command line hold both in one.
            let both = text.split_once(" / ").is_some_and(|(_, english)| !is_sentence(english));
            let name = NOT_SENTENCES.contains(&path.as_str());
            if *start < tests && !name && is_sentence(text) && !twin && !both {
                tell(*start, format!("only in Japanese: {text}"));
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

/// Names may be in Japanese alone; what has hiragana between its words is a sentence.
fn is_sentence(text: &str) -> bool {
    text.chars().any(|c| ('ぁ'..='ん').contains(&c))
}

fn collect(folder: &Path, below: &Path, out: &mut Vec<Source>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, below, out);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let name = path.strip_prefix(below).unwrap().to_string_lossy().replace('\\', "/");
            out.push(Source::new(&name, &std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn every_room_keeps_its_rank_and_its_rules() {
    let src = root().join("src");
    let mut sources = Vec::new();
    collect(&src, &src, &mut sources);
    assert!(sources.len() > 50, "the sources were not found");
    let found = violations(&sources);
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}

/// The file at `path` with one planted line must be told, and told for that reason.
#[track_caller]
fn catches(path: &str, planted: &str, why: &str) {
    let clean = Source::new(path, "//! A room.\n");
    assert_eq!(violations(&[clean]), Vec::<String>::new());
    let found = violations(&[Source::new(path, &format!("//! A room.\n{planted}\n"))]);
    assert!(
        found.iter().any(|it| it.contains(why)),
        "`{planted}` in {path} was not told as `{why}`: {found:?}"
    );
}

#[track_caller]
fn accepts(path: &str, planted: &str) {
    let found = violations(&[Source::new(path, &format!("//! A room.\n{planted}\n"))]);
    assert_eq!(found, Vec::<String>::new(), "{planted}");
}

#[test]
fn planted_violations_are_caught() {
    catches("model/words.rs", "use crate::rules::Rule;", "looks up to `rules`");
    catches("model/words.rs", "use crate::{locale::Text, rules::Rule};", "looks up to `rules`");
    catches(
        "model/words.rs",
        "use crate::{\n    locale::{Lang, Text},\n    audit,\n};",
        "looks up to `audit`",
    );
    catches("model/words.rs", "use super::super::rules::Rule;", "looks up to `rules`");
    catches("model/mod.rs", "use super::rules::Rule;", "looks up to `rules`");
    catches("inventory/records/zone.rs", "fn f() { crate::config::x() }", "looks up to `config`");
    catches("diagram/scene.rs", "use crate::history::Snapshot;", "looks up to `history`");
    catches("change/record/mod.rs", "use crate::report::Report;", "looks up to `report`");
}

#[test]
fn planted_deeds_of_other_rooms_are_caught() {
    let rules = "rules/line/some_rule.rs";
    catches(rules, "use std::fs;", "opens files");
    catches(rules, "fn f() { let _ = File::open(p); }", "opens files");
    catches("cli/audit.rs", "use std::net::TcpStream;", "opens sockets");
    catches(rules, "fn f() { println!(); }", "uses the terminal");
    catches(rules, "fn f() { eprint!(); }", "uses the terminal");
    catches("report/html.rs", "fn f() { let t = SystemTime::now(); }", "looks at the clock");
    catches("report/html.rs", "fn f() { Command::new(x); }", "meddles with processes");
    catches("cli/audit.rs", "fn f() { unsafe { g() } }", "is unsafe");
    catches("cli/audit.rs", "#![allow(unsafe_code)]", "is unsafe");
    catches("evidence/capture/live.rs", "fn f() { unsafe { g() } }", "is unsafe");
    accepts(UNSAFE, "#![allow(unsafe_code)] fn f() { unsafe { g() } }");
    catches("rules/line/ring.rs", "fn f() { unsafe { g() } }", "is unsafe");
    accepts("cli/audit.rs", "use std::fs; fn f() { println!(); }");
    accepts(rules, "// println!() is for `cli` and std::fs too");
    accepts(rules, "const WORDS: &str = \"std::fs println! unsafe { crate::cli\";");
    accepts(rules, "const RAW: &str = r#\"crate::cli \"quoted\" \"#; const C: char = '\"';");
    accepts(rules, "use crate::{text, finding::Severity}; fn f<'a>(x: &'a str) {}");
}

#[test]
fn planted_untidiness_is_caught() {
    let told = |path: &str, text: &str| violations(&[Source::new(path, text)]).join("\n");
    assert!(told("attic/mod.rs", "//! A room.\n").contains("`attic` has no rank"));
    assert!(told("model/words.rs", "use std::fmt;\n").contains("begins without"));
    assert!(told("model/words.rs", &"//! A room.\n".repeat(801)).contains("has 801 lines"));
    assert!(told("model/utils.rs", "//! A room.\n").contains("`utils` says nothing"));
    assert!(told("lib.rs", "//! The crate.\npub use cli::run;\n").contains("nothing but rooms"));
    assert!(told("lib.rs", "//! The crate.\nmod hidden;\n").contains("nothing but rooms"));
    assert_eq!(told("lib.rs", "//! The crate.\n#![deny(x)]\npub mod cli;\n"), "");
}

#[test]
fn a_sentence_in_one_language_is_caught() {
    let file = "rules/line/some_rule.rs";
    catches(file, "const A: &str = \"これは誤りです\";", "only in Japanese");
    catches(file, "fn f() { g(\"これは誤りです\", \"これもです\"); }", "only in Japanese");
    accepts(file, "fn f() { text!(\n\"これは{name}の誤りです\",\n\"this is wrong\"); }");
    accepts(file, "const A: Reference = Reference::new(\"安全管理ガイドライン\", \"13⑪\");");
    accepts(file, "#[cfg(test)]\nmod tests { const A: &str = \"これは誤りです\"; }");
}

//! The command as people run it: the real binary, in a folder of its own, with nothing of the
//! environment but what a test sets.

mod bad_input;
mod commands;
mod configurations;
mod decide;
mod difference;
mod question;
mod speech;
mod writing;
mod year;

use crate::support::root;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// An inventory that nothing is wrong with.
pub(crate) const SOUND: &str = "\
schema: 1
as_of: 2026-11-20
organization: {name: 青葉市立病院}
zones:
  clinical: {name: 診療系, kind: clinical, networks: [10.10.0.0/16]}
systems:
  ehr: {name: 電子カルテ, kind: ehr, class: server, zone: clinical, addresses: [10.10.1.10]}
";

/// A folder in which the command is run.
pub(crate) struct Desk {
    folder: TempDir,
}

/// How a run ended and what it said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Every file below the folder, hidden ones too.
    pub(crate) fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, below: &Path, out: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, below, out);
                } else {
                    let name = path.strip_prefix(below).unwrap().to_string_lossy();
                    out.push(name.into_owned());
                }
            }
        }
        let mut out = Vec::new();
        walk(self.folder.path(), self.folder.path(), &mut out);
        out.sort();
        out
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
        command.args(args).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        ran(self.command(args).output().unwrap())
    }

    fn run_with(&self, args: &[&str], stdin: &[u8]) -> Ran {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The command may stop reading early; that is not the test's failure.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        ran(child.wait_with_output().unwrap())
    }
}

pub(crate) fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().expect("ended by a signal"),
        out: String::from_utf8(output.stdout).expect("output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
    }
}

impl Ran {
    /// Ended with this code, and everything that follows holds for what it said.
    #[track_caller]
    pub(crate) fn ends(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "out:\n{}\nerr:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn prints(&self, what: &str) -> &Self {
        assert!(self.out.contains(what), "`{what}` is not in:\n{}", self.out);
        self
    }

    #[track_caller]
    pub(crate) fn tells(&self, what: &str) -> &Self {
        assert!(self.err.contains(what), "`{what}` is not in:\n{}", self.err);
        self
    }

    #[track_caller]
    pub(crate) fn prints_nothing(&self) -> &Self {
        assert_eq!(self.out, "");
        self
    }

    #[track_caller]
    pub(crate) fn tells_nothing(&self) -> &Self {
        assert_eq!(self.err, "");
        self
    }
}

fn japanese(text: &str) -> bool {
    text.chars().any(|c| ('ぁ'..='ヿ').contains(&c) || ('一'..='鿿').contains(&c))
}

/// Compares with a file of the repository; `UPDATE=1` rewrites it.
#[track_caller]
fn same_as_file(name: &str, text: &str) {
    let path = root().join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "{name} is not what the command prints now; look at it, then run with UPDATE=1:\n{text}"
    );
}

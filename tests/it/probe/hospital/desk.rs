//! The desk of a tester: an inventory, a scope, and the command, run where he stands.

use super::declared::INVENTORY;
use crate::support::namespaces::run;
use sekisho::evidence::probe::journal::load;
use sekisho::probe::journal::Journal;
use sekisho::probe::plan::{Plan, file};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

/// So many files may a run have open, always: sockets are among them.
const FILES: &str = "--nofile=64:64";

/// A folder with everything that the command is given, and what it writes.
pub struct Desk(tempfile::TempDir);

impl Desk {
    /// With a scope beside the inventory.
    pub fn new(scope: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.write("inventory.yaml", INVENTORY);
        desk.write("scope.yaml", scope);
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// The command, in a namespace.
    pub fn command(&self, namespace: &str, words: &[&str]) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", namespace, "prlimit", FILES]);
        command.args([env!("CARGO_BIN_EXE_sekisho"), "--lang", "en", "probe"]);
        command.args(words).current_dir(self.0.path());
        command
    }

    /// Makes a plan, and gives what was said.
    pub fn plan(&self, namespace: &str, from: &str, more: &[&str]) -> Output {
        let words = ["plan", "inventory.yaml", "--scope", "scope.yaml", "--from", from];
        let words = [&words[..], &["-o", "plan.json"], more].concat();
        self.command(namespace, &words).output().unwrap()
    }

    /// Makes a plan, which must succeed.
    pub fn planned(&self, namespace: &str, from: &str, more: &[&str]) -> Plan {
        let output = self.plan(namespace, from, more);
        assert!(output.status.success(), "{}", told(&output));
        file::read(&std::fs::read_to_string(self.path("plan.json")).unwrap())
            .unwrap_or_else(|it| panic!("{}", it.en))
    }

    /// The words of a run.
    pub const RUN: &[&str] =
        &["run", "inventory.yaml", "--scope", "scope.yaml", "--plan", "plan.json", "-o", "."];

    /// Runs the plan once: the first time nothing is sent.
    pub fn run(&self, namespace: &str, more: &[&str]) -> Output {
        self.command(namespace, &[Self::RUN, more].concat()).output().unwrap()
    }

    /// Runs the plan, rehearsal first. When the machine was too slow for what a run demands of its
    /// hosts, it is run again, and again, and no more.
    pub fn carry_out(&self, namespace: &str, mut between: impl FnMut()) -> Journal {
        let output = self.run(namespace, &[]);
        assert!(output.status.success(), "{}", told(&output));
        between();
        for _ in 0..3 {
            let output = self.run(namespace, &[]);
            let code = output.status.code();
            assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}: {}", told(&output));
            let journal = self.journals().pop().expect("a journal");
            if journal.stopped.is_empty() {
                return journal;
            }
            eprintln!("{namespace}: stopped, and run again: {:?}", journal.stopped);
            // Journals are called after the second.
            std::thread::sleep(Duration::from_millis(1100));
        }
        panic!("stopped three times at {namespace}");
    }

    /// The runs that were no rehearsals, in order.
    pub fn journals(&self) -> Vec<Journal> {
        let mut files = self.files();
        files.sort();
        let runs = files.iter().flat_map(|it| load(it).unwrap().runs);
        runs.filter(|it| !it.head.dry).collect()
    }

    /// The journals of runs that were no rehearsals.
    pub fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let paths = entries.map(|it| it.unwrap().path());
        paths
            .filter(|it| {
                let name = it.file_name().unwrap().to_string_lossy().into_owned();
                name.starts_with("probe-") && name.ends_with(".jsonl") && !name.contains("-dry")
            })
            .collect()
    }
}

/// Everything that a command said.
pub fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Puts other names before those of the machine, for everything in these namespaces.
pub fn names(file: &std::path::Path) {
    run(&format!("mount --bind {} /etc/hosts", file.display()), "");
}

//! The command: flags as typed (`args`) → options as resolved (`options`) → calls.
//!
//! The only room with a terminal, and the one that opens the files of an inventory and writes
//! those of an audit. It decides the exit code and nothing else: what is wrong with the input is
//! said by `inventory`, what is wrong with the network by `rules`.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | nothing at or above `--fail-on`; isolated |
//! | 1 | findings at or above it; reachable |
//! | 2 | the input or the command is wrong, or reading or writing failed; nothing was written half |
//! | 3 | undetermined where a verdict was asked for |
//! | 130 | interrupted; nothing was written half |
//!
//! Results go to standard output, progress and messages to standard error.

mod args;
mod audit;
mod bounded;
mod bundle;
mod collect;
mod config;
mod console;
mod decide;
mod deliver;
mod diagram;
mod examples;
mod explain;
mod gather;
mod history;
mod import;
mod init;
mod load;
mod manual;
mod observe;
mod options;
mod outputs;
mod pictures;
mod probe;
mod question;
mod refusal;
mod schema;
mod state;
mod validate;

use crate::locale::Lang;
use crate::reach::paths::Verdict;
use crate::text;
use args::Command;
use console::{Console, Stop};
use options::Options;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Nothing at or above the threshold.
    Clean = 0,
    /// Findings at or above it.
    Findings = 1,
    /// The input or the command is wrong, or reading or writing failed.
    Wrong = 2,
    /// A verdict was asked for, and none can be given.
    Undetermined = 3,
    /// Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Isolated => Self::Clean,
            Verdict::Reachable => Self::Findings,
            Verdict::Undetermined => Self::Undetermined,
        }
    }
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let (options, command) = match args::parse() {
        Ok(args) => (Options::resolve(args.shared), args.command),
        Err(refused) => return refusal::refuse(&refused),
    };
    let console = Console::new(&options);
    deliver::guard_against_interruption();
    let ended = panic::catch_unwind(AssertUnwindSafe(|| dispatch(command, &console)));
    let Ok(ended) = ended else {
        return apologize(options.lang);
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(Stop::Told) => Exit::Wrong.into(),
        Err(Stop::Refused(error)) => refusal::refuse(&error),
        Err(Stop::Failed(diagnostic)) => {
            console.complain(&diagnostic);
            Exit::Wrong.into()
        }
    }
}

fn dispatch(command: Command, console: &Console) -> Result<Exit, Stop> {
    match command {
        Command::Init(args) => init::run(&args, console),
        Command::Audit(args) => audit::run(&args, console),
        Command::Validate(args) => validate::run(&args, console),
        Command::Diagram(args) => diagram::run(&args, console),
        Command::Config(args) => config::run(&args, console),
        Command::Paths(args) => question::paths::run(&args, console),
        Command::Isolation(args) => question::isolation::run(&args, console),
        Command::Cut(args) => question::cut::run(&args, console),
        Command::Blast(args) => question::blast::run(&args, console),
        Command::WhatIf(args) => question::what_if::run(&args, console),
        Command::Exposure(args) => question::exposure::run(&args, console),
        Command::Diff(args) => question::diff::run(&args, console),
        Command::Coverage(args) => question::coverage::run(&args, console),
        Command::Spotcheck(args) => question::spotcheck::run(&args, console),
        Command::Decide(args) => decide::run(&args, console),
        Command::Waivers(args) => question::waivers::run(&args, console),
        Command::Recertify(args) => question::recertify::run(&args, console),
        Command::Reconcile(args) => question::reconcile::run(&args, console),
        Command::History(args) => history::run(&args, console),
        Command::Bundle(args) => bundle::run(&args, console),
        Command::Observe(args) => observe::run(&args, console),
        Command::Probe(args) => probe::run(&args, console),
        Command::Import(args) => import::run(&args, console),
        Command::Explain(args) => explain::run(&args, console),
        Command::Schema(args) => schema::run(&args, console),
        Command::Completions(args) => manual::completions(&args, console),
        Command::Man(args) => manual::man(&args, console),
        Command::Help(args) => manual::help(&args, console),
    }
}

/// A panic is a fault of this program, never of the input: its own message has been printed.
fn apologize(lang: Lang) -> ExitCode {
    let sorry = text!(
        "sekisho の不具合です。何も書きかけのままにはしていません。上の表示を添えて開発元にお知らせください。",
        "This is a fault of sekisho. Nothing was left half-written. Please report it with the message above."
    );
    console::mutter(sorry.get(lang));
    Exit::Wrong.into()
}

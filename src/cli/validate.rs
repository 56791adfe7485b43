//! `sekisho validate`: are the declared facts well formed?

use super::Exit;
use super::args::Validate;
use super::console::{Console, Stop};
use super::gather::gather;
use super::options::today;
use crate::inventory;
use crate::source::{Diagnostic, Level, render};
use crate::text;
use std::path::Path;

/// Checks each inventory on its own and prints everything that is wrong with it.
pub(super) fn run(args: &Validate, console: &mut Console) -> Result<Exit, Stop> {
    let today = args.day.as_of.unwrap_or_else(today);
    let mut exit = Exit::Clean;
    for path in &args.inventories {
        let gathered = gather(path);
        let reading = inventory::read(&gathered.sources, &gathered.files, today);
        let diagnostics: Vec<_> = gathered
            .problems
            .iter()
            .chain(&reading.diagnostics)
            .collect();
        let mut told = String::new();
        for diagnostic in &diagnostics {
            told.push_str(&render(diagnostic, &gathered.sources, console.style()));
            told.push_str("\n\n");
        }
        told.push_str(&tally(path, &diagnostics, console));
        console.print(&told)?;
        if diagnostics.iter().any(|it| it.level == Level::Error) {
            exit = Exit::Wrong;
        }
    }
    Ok(exit)
}

/// One line that says how it went.
fn tally(path: &Path, diagnostics: &[&Diagnostic], console: &Console) -> String {
    let path = path.display();
    let count = |level| diagnostics.iter().filter(|it| it.level == level).count();
    let line = match (count(Level::Error), count(Level::Warning)) {
        (0, 0) => text!("{path}: 誤りはありません", "{path}: no mistakes"),
        (0, warnings) => text!(
            "{path}: 誤りはありません。注意 {warnings}件",
            "{path}: no mistakes, {warnings} warning(s)"
        ),
        (errors, 0) => text!("{path}: 誤り {errors}件", "{path}: {errors} mistake(s)"),
        (errors, warnings) => text!(
            "{path}: 誤り {errors}件、注意 {warnings}件",
            "{path}: {errors} mistake(s), {warnings} warning(s)"
        ),
    };
    format!("{}\n", line.get(console.lang()))
}

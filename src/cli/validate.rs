//! `sekisho validate`: are the declared facts well formed?

use super::Exit;
use super::args::Validate;
use super::console::{Console, Stop};
use super::load::{Loaded, load};
use crate::locale::one_line;
use crate::source::{Level, render};
use crate::text;
use std::path::Path;

/// Checks each inventory on its own and prints everything that is wrong with it.
pub(super) fn run(args: &Validate, console: &Console) -> Result<Exit, Stop> {
    let mut exit = Exit::Clean;
    for path in &args.inventories {
        let loaded = load(path, &args.day, console);
        let mut told = String::new();
        for diagnostic in &loaded.diagnostics {
            told.push_str(&render(diagnostic, &loaded.sources, console.style()));
            told.push_str("\n\n");
        }
        told.push_str(&tally(path, &loaded, console));
        console.print(told.as_bytes())?;
        if loaded.count(Level::Error) > 0 {
            exit = Exit::Wrong;
        }
    }
    Ok(exit)
}

/// One line that says how it went.
fn tally(path: &Path, loaded: &Loaded, console: &Console) -> String {
    let path = path.to_string_lossy();
    let path = one_line(&path);
    let line = match (loaded.count(Level::Error), loaded.count(Level::Warning)) {
        (0, 0) => {
            let it = &loaded.inventory;
            let (zones, systems) = (it.zones.len(), it.systems.len());
            let (devices, connections) = (it.devices.len(), it.connections.len());
            text!(
                "{path}: 誤りはありません（ゾーン {zones}、システム {systems}、機器 {devices}、外部接続 {connections}）",
                "{path}: no mistakes ({zones} zones, {systems} systems, {devices} devices, {connections} connections)"
            )
        }
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

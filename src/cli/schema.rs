//! `sekisho schema`: for editors and programs.

use super::Exit;
use super::args::Schema;
use super::console::{Console, Stop};
use crate::inventory::schema::json_schema;
use crate::report::json;
use crate::source::Diagnostic;
use crate::text;

/// Prints the JSON Schema of the inventory, or that of the JSON report.
pub(super) fn run(args: &Schema, console: &Console) -> Result<Exit, Stop> {
    let schema = if args.report {
        let schema = json::schema().map_err(|why| {
            Diagnostic::error("not-made", text!("スキーマを作れません: {why}", "no schema: {why}"))
        })?;
        format!("{schema:#}\n")
    } else {
        inventory()
    };
    console.print(schema.as_bytes())?;
    Ok(Exit::Clean)
}

/// The schema of the inventory as a text file.
pub(super) fn inventory() -> String {
    format!("{:#}\n", json_schema())
}

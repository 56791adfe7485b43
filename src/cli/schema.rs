//! `sekisho schema`: for editors and programs.

use super::Exit;
use super::args::Schema;
use super::console::{Console, Stop};
use crate::change::record;
use crate::inventory::schema::json_schema;
use crate::observation::lines::FORMAT;
use crate::probe::{plan, scope};
use crate::report::{answer, json};
use crate::source::Diagnostic;
use crate::text;

/// Prints the JSON Schema of the inventory, or that of the JSON report, of JSON answers, of records, of a
/// scope, of a plan, or what evidence files look like.
pub(super) fn run(args: &Schema, console: &Console) -> Result<Exit, Stop> {
    if args.evidence {
        console.print(FORMAT.as_bytes())?;
        return Ok(Exit::Clean);
    }
    if args.scope {
        console.print(format!("{:#}\n", scope::json_schema()).as_bytes())?;
        return Ok(Exit::Clean);
    }
    let schema = match (args.report, args.answer, args.record, args.plan) {
        (true, ..) => Some(json::schema()),
        (_, true, ..) => Some(answer::schema()),
        (.., true, _) => Some(record::schema()),
        (.., true) => Some(plan::file::json_schema()),
        _ => None,
    };
    let schema = match schema {
        Some(Ok(schema)) => format!("{schema:#}\n"),
        Some(Err(why)) => {
            let message = text!("スキーマを作れません: {why}", "no schema: {why}");
            return Err(Diagnostic::error("not-made", message).into());
        }
        None => inventory(),
    };
    console.print(schema.as_bytes())?;
    Ok(Exit::Clean)
}

/// The schema of the inventory as a text file.
pub(super) fn inventory() -> String {
    format!("{:#}\n", json_schema())
}

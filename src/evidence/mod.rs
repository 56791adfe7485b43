//! Facts from outside the inventory: what was read from devices, what crossed the wire, and what
//! could not be read.
//!
//! Evidence never edits the declaration. A source that fails is part of the evidence: "not
//! looked at" is not "not there".

pub mod capture;
mod configs;
pub mod file;
mod observed;
#[cfg(feature = "probe")]
pub mod probe;
pub mod scan;

pub use configs::{Added, Configured, EvidenceSet, Named, Unread};
pub use observed::Listing;

//! Facts from outside the inventory: what was read from devices, what crossed the wire, what was
//! answered to probes, and what could not be read.
//!
//! Evidence never edits the declaration. A source that fails is part of the evidence: "not
//! looked at" is not "not there".

pub mod capture;
mod configs;
pub mod file;
mod observed;
#[cfg(feature = "probe")]
pub mod probe;
mod probed;
pub mod scan;

pub use configs::{Added, Configured, EvidenceSet, Named, Unread};
pub use observed::{Listing, called};
pub use probed::{Places, Probes, is_journal, text_of};

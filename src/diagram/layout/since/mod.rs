//! The state before on the sheet of today: what is gone stays as a ghost where it stood, what is
//! new is bold, what changed has a chip with its number in the list of changes.
//!
//! ```text
//! merge    what was drawn before joins what is drawn now       (nothing has a place)
//! anchors  where everything stood on the drawing before, in the terms of the joined content
//! notes    who gets which chip
//! words    legend, summary and name of such a sheet
//! table    every change in words
//! ```

mod anchors;
mod merge;
mod notes;
mod table;
mod words;

pub(super) use anchors::{Anchors, PageAnchors};
pub(super) use merge::{Merged, merge};
pub(super) use notes::note;
pub(super) use table::table;
pub(super) use words::{legend, name, summary};

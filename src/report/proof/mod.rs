//! The proof of isolation (分離確認書) for people and programs: text, page (HTML), paper (PDF), file
//! (JSON, signed).
//!
//! ```text
//!  Paper ─► Sealed (digests, fingerprint, signatures) ─┬─► JSON: the proof itself
//!                                                      └─► blocks ─┬─► text
//!                                                                  ├─► HTML
//!                                                                  └─► PDF, the JSON inside
//! ```
//!
//! Whatever is shown is made from the file alone: what was signed can be printed again by anybody.

mod content;
mod drawing;
mod html;
mod pdf;
mod rows;
mod sealed;
mod text;
mod view;

pub use html::html;
pub use pdf::{pages, pdf};
pub use sealed::Sealed;
pub use text::text;
pub use view::view_for;

use serde_json::Value;

/// The JSON Schema of the file (draft 2020-12). The error is that of a damaged program.
pub fn schema() -> serde_json::Result<Value> {
    serde_json::from_str(include_str!("proof.schema.json"))
}

//! Where facts come from, and what is wrong with the input.
//!
//! A [`SourceMap`] holds the text of everything that was read. A [`Span`] is a range of bytes in
//! one of these texts and is small enough to sit beside every value ([`Spanned`]). A
//! [`Diagnostic`] says what is wrong with the *input*; what is wrong with the *network* is a
//! `Finding` and lives one room further up.
//!
//! Facts that stand in no text file (a packet, a cell of a sheet, a reply) get a synthesised
//! source, so that they can be pointed at like everything else.
//!
//! Bytes become text in [`decode`], the only place that judges encodings. This room reads no
//! files: it is handed bytes.

pub mod decode;
mod diagnostic;
mod map;
mod render;
mod suggest;

pub use diagnostic::{Diagnostic, Label, Level, Mistakes, quoted};
pub use map::{FileId, Position, SourceFile, SourceMap, Span, Spanned};
pub use render::{Style, render};
pub use suggest::{closest, meant};

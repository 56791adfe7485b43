//! What is handed over: the assessment as text, as data and as lists. One file a format.
//!
//! A format writes into the sink that it is given and opens nothing. [`FORMATS`] is the one list
//! from which choices, help and default file names come. Formats know nothing of each other, so
//! that the failure of one never stops another.
//!
//! ```text
//! Assessment ─┬─ summary (tally, what to do next) ──┬─► terminal  markdown  html
//!             ├─ excerpt (the lines that show it) ──┤
//!             ├─ naming  (things as people call them)┼─► json  sarif
//!             └─ connections, parties (the lists) ──┴─► csv
//! ```
//!
//! Names come from files that others wrote: every format passes them through
//! [`locale::harmless`](crate::locale::harmless).

pub mod answer;
pub mod change;
pub mod confirm;
pub mod connections;
mod csv;
pub mod device;
mod excerpt;
pub mod exposure;
mod grouped;
mod html;
pub mod json;
mod looked;
mod markdown;
mod naming;
pub mod observation;
mod observed;
mod paper;
pub mod parties;
mod probed;
pub mod proof;
mod prose;
pub mod reconcile;
pub mod registers;
mod sarif;
mod summary;
pub mod terminal;
pub mod waivers;
mod workbook;

pub use summary::{Tally, Todo, next_steps};
pub use workbook::NotMade;

use crate::audit::Assessment;
use crate::diagram::Drawing;
use crate::finding::Finding;
use crate::locale::{Lang, Text};
use crate::source::SourceMap;
use std::io::{self, Write};

/// Everything that a format may show.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What was judged.
    pub assessment: &'a Assessment,
    /// The texts that findings point into.
    pub sources: &'a SourceMap,
    /// The drawing of the whole configuration; only formats with pictures use it.
    pub drawing: Option<&'a Drawing>,
    /// The language of the words that are ours.
    pub lang: Lang,
}

/// One way of handing an assessment over.
pub struct Format {
    /// Short name, as in `--format`. Stable.
    pub id: &'static str,
    /// What a file of it ends with, without the dot.
    pub extension: &'static str,
    /// What a file of it is called when nobody says otherwise.
    pub file_name: &'static str,
    /// What it is, in a few words.
    pub title: Text,
    /// Writes it. Errors are those of the sink.
    pub write: fn(&Report<'_>, &mut dyn Write) -> io::Result<()>,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Every format, in the order of help.
pub static FORMATS: &[&Format] = &[
    &terminal::FORMAT,
    &html::FORMAT,
    &markdown::FORMAT,
    &json::FORMAT,
    &sarif::FORMAT,
    &connections::FORMAT,
    &parties::FORMAT,
    &exposure::FORMAT,
    &waivers::FORMAT,
];

/// The format with this id.
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.id == id)
}

impl<'a> Report<'a> {
    /// The findings that nobody accepted, worst first.
    fn open(&self) -> impl Iterator<Item = &'a Finding> {
        self.assessment.findings.iter().filter(|it| it.is_open())
    }

    /// The findings that somebody accepted for a time.
    fn waived(&self) -> impl Iterator<Item = &'a Finding> {
        self.assessment.findings.iter().filter(|it| !it.is_open())
    }

    /// A sentence in the language of the report, harmless and on one line.
    fn say(&self, text: &Text) -> String {
        crate::locale::one_line(text.get(self.lang)).into_owned()
    }
}

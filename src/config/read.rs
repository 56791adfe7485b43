//! One file, whole: recognised, read, masked.

use super::coverage::Coverage;
use super::listing::Listing;
use super::notes::{self, Notes};
use super::taken::taken;
use super::{FORMATS, Format, Score, secrets, sections};
use crate::model::Date;
use crate::model::device::DeviceConfig;
use crate::source::{Diagnostic, FileId, SourceMap, Span};

/// One file of a device.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// Its text, masked.
    pub file: FileId,
    /// Its format.
    pub format: &'static Format,
    /// What it says.
    pub config: DeviceConfig,
    /// What became of its lines.
    pub coverage: Coverage,
    /// On which day it was taken from the device, where the file says so.
    pub taken: Option<Date>,
    /// What a person should know about the reading.
    pub remarks: Vec<Diagnostic>,
}

impl ConfigFile {
    /// Remarks that say that the device may do something else than what was read: the end is
    /// missing, the file holds two configurations, the log goes on to change what it showed.
    pub fn doubtful(&self) -> impl Iterator<Item = &Diagnostic> {
        self.remarks.iter().filter(|it| notes::is_doubtful(it))
    }
}

/// Below this a text is not taken for a configuration.
const SURE: Score = 30;

/// The format of a text and how sure that is; `None` when no format knows it.
pub fn recognise(listing: &Listing<'_>) -> Option<&'static Format> {
    let scored = FORMATS.iter().copied().map(|format| ((format.recognise)(listing), format));
    let best = scored.fold(None, |best: Option<(Score, &Format)>, (score, format)| match best {
        Some((highest, _)) if highest >= score => best,
        _ => Some((score, format)),
    });
    best.filter(|(score, _)| *score >= SURE).map(|(_, format)| format)
}

/// Reads a text that was added to the sources, and masks its secrets there. `None` when no format
/// knows it; then whatever looks like a secret is masked all the same.
pub fn read(sources: &mut SourceMap, file: FileId) -> Option<ConfigFile> {
    let text = sources.file(file).text();
    let count = text.split_inclusive('\n').count();
    let mut notes = Notes::new(file, count);
    let listing = sections::listing(file, sources.file(file).name(), text, &mut notes);
    let format = recognise(&listing);
    let config = format.map(|format| (format.read)(&listing, &mut notes));
    drop(listing);
    // On a host, what is typed is mostly no setting, and none is read.
    if let Some(at) = notes.only_typed.filter(|_| format.is_some_and(|it| !it.part)) {
        notes.typed(at);
    }
    secrets::sweep(file, text, &mut notes);
    let coverage = notes.coverage(lines(file, text));
    let taken = taken(text);
    let (Some(format), Some(mut config)) = (format, config) else {
        // Of a text that nobody can read nobody knows where its secrets are.
        let all = Span { file, start: 0, end: sources.file(file).text().len() as u32 };
        sources.mask(file, &[all]);
        return None;
    };
    sources.mask(file, &notes.masks);
    for description in config.interfaces.iter_mut().filter_map(|it| it.description.as_mut()) {
        // What people write about an interface may tell a secret.
        let masked = sources.slice(description.span);
        if masked.contains("***") && !description.value.contains("***") {
            description.value = masked.trim_matches('"').to_owned();
        }
    }
    config.secrets = notes.secrets;
    config.structures = notes.structures;
    Some(ConfigFile { file, format, config, coverage, taken, remarks: notes.remarks })
}

/// The place of every line, without its line break.
fn lines(file: FileId, text: &str) -> impl Iterator<Item = Span> {
    let mut start = 0_u32;
    text.split_inclusive('\n').map(move |raw| {
        let line = raw.trim_end_matches(['\n', '\r']);
        let span = Span { file, start, end: start + line.len() as u32 };
        start += raw.len() as u32;
        span
    })
}

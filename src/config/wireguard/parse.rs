//! Text → sections of settings, as `wg setconf` and `wg-quick` read them.

use crate::config::coverage::Because;
use crate::config::listing::{Line, Listing, Word};
use crate::config::notes::Notes;

/// `[Interface]` or `[Peer]` with what stands below it.
pub(super) struct Section<'t> {
    /// The line of its name.
    pub(super) line: Line<'t>,
    /// Its name without brackets, in lower case.
    pub(super) name: String,
    /// Its settings.
    pub(super) settings: Vec<Setting<'t>>,
}

/// `Key = value`, without the comment behind it.
pub(super) struct Setting<'t> {
    /// The line.
    pub(super) line: Line<'t>,
    /// The key in lower case; `wg` does not mind the case.
    pub(super) key: String,
    /// The value.
    pub(super) value: Word<'t>,
}

/// What a line says without the comment that `#` begins.
pub(super) fn said<'t>(line: &Line<'t>) -> Word<'t> {
    let whole = line.whole();
    whole.slice(0, whole.find('#').unwrap_or(whole.len())).trim()
}

/// The name of a section when a line begins one.
pub(super) fn heading<'t>(said: Word<'t>) -> Option<&'t str> {
    said.text.strip_prefix('[')?.strip_suffix(']')
}

/// The sections of a text. Comments get their fate here; what stands before the first section
/// belongs nowhere and stays unrecognized.
pub(super) fn sections<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Vec<Section<'t>> {
    let mut sections: Vec<Section<'t>> = Vec::new();
    for line in &listing.lines {
        let said = said(line);
        if said.is_empty() {
            notes.ignored(line, Because::Comment);
        } else if let Some(name) = heading(said) {
            let name = name.trim().to_ascii_lowercase();
            sections.push(Section { line: *line, name, settings: Vec::new() });
        } else if let (Some(section), Some((key, value))) =
            (sections.last_mut(), said.split_once('='))
        {
            let key = key.to_ascii_lowercase();
            section.settings.push(Setting { line: *line, key, value });
        }
    }
    sections
}

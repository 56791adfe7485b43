//! What `show version` says, where a capture holds it beside the configuration.

use crate::config::coverage::Fate;
use crate::config::listing::{Line, Listing};
use crate::config::notes::Notes;
use crate::model::device::DeviceConfig;
use crate::source::Spanned;

/// Reads model, version and serial number. Only below `show version` itself: neighbours that the
/// device tells of have versions too.
pub(super) fn shown(listing: &Listing<'_>, config: &mut DeviceConfig, notes: &mut Notes) {
    /// `show version` is not longer.
    const LONGEST: usize = 80;
    let mut start = 0_usize;
    let mut left = 0_usize;
    for (number, raw) in listing.text.split_inclusive('\n').enumerate() {
        let text = raw.trim_end();
        let line = Line { number: number as u32, file: listing.file, start: start as u32, text };
        start += raw.len();
        let bare = text.trim_end_matches(['-', ' ', '*', '!']);
        if bare.ends_with("show version") || bare.ends_with("sh ver") {
            left = LONGEST;
            continue;
        }
        left = match left.checked_sub(1) {
            Some(left) if !text.contains("#sh") && !text.contains("- show ") => left,
            _ => {
                left = 0;
                continue;
            }
        };
        if told(&line, config) {
            notes.set(line.number, Fate::Understood);
        }
    }
}

/// One line; whether it says something.
fn told(line: &Line<'_>, config: &mut DeviceConfig) -> bool {
    let words = line.split();
    let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
    let at = |nth: usize, end: &str| {
        words.get(nth).map(|word| {
            let word = word.slice(0, word.text.trim_end_matches(end).len());
            Spanned::new(word.text.to_owned(), word.span)
        })
    };
    let ours = line.text.starts_with("Cisco IOS") || line.text.starts_with("IOS (tm)");
    match texts.as_slice() {
        words if ours && words.contains(&"Version") => {
            let nth = words.iter().position(|word| *word == "Version").map_or(0, |nth| nth + 1);
            config.version = at(nth, ",").or(config.version.take());
            true
        }
        ["Processor", "board", "ID", ..] => {
            config.serial = at(3, ",");
            true
        }
        ["Cisco" | "cisco", model, rest @ ..]
            if rest.contains(&"memory.")
                && model.starts_with(|c: char| c.is_ascii_alphanumeric()) =>
        {
            config.product = at(1, ",");
            true
        }
        _ => false,
    }
}

//! Text → sections, as the starter reads `ipsec.conf`: `config setup`, `conn NAME` and `ca NAME`
//! at the beginning of a line, indented `key=value` below.

use crate::config::Score;
use crate::config::coverage::Because;
use crate::config::listing::{Line, Listing, Word};
use crate::config::notes::Notes;

/// What a section is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Setup,
    Conn,
    Authority,
}

/// A section.
pub(super) struct Section<'t> {
    /// Its line.
    pub(super) line: Line<'t>,
    /// What it is about.
    pub(super) kind: Kind,
    /// Its name.
    pub(super) name: Word<'t>,
    /// Its parameters in order.
    pub(super) parameters: Vec<Parameter<'t>>,
}

/// `key=value`, without quotes around the value.
pub(super) struct Parameter<'t> {
    /// The line.
    pub(super) line: Line<'t>,
    /// The key.
    pub(super) key: &'t str,
    /// The value.
    pub(super) value: Word<'t>,
}

/// A text, read.
pub(super) struct Sections<'t> {
    /// Its sections.
    pub(super) sections: Vec<Section<'t>>,
    /// The patterns of files that are taken in.
    pub(super) includes: Vec<Word<'t>>,
}

/// Parameters that hardly anything else has.
const TELLING: &[&str] = &[
    "left",
    "right",
    "leftsubnet",
    "rightsubnet",
    "leftid",
    "rightid",
    "auto",
    "authby",
    "also",
    "keyexchange",
    "rightsourceip",
    "leftauth",
    "rightauth",
];

pub(super) fn recognise(listing: &Listing<'_>) -> Score {
    let heads = listing.count(|it| heading(it).is_some());
    let telling = listing.count(|text| {
        let key = text.split_once('=').map(|(key, _)| key.trim());
        key.is_some_and(|key| TELLING.contains(&key))
    });
    match (heads, telling) {
        (0, _) => 0,
        (_, 1..) => 96,
        (_, 0) if listing.begins_with(|it| it.trim_end() == "config setup") => 85,
        _ => 0,
    }
}

/// Kind and name of a section when a line begins one.
fn heading(text: &str) -> Option<(Kind, &str)> {
    let mut words = text.split_whitespace();
    if text.starts_with([' ', '\t']) {
        return None;
    }
    let kind = match words.next()? {
        "config" if words.clone().next() == Some("setup") => Kind::Setup,
        "conn" => Kind::Conn,
        "ca" => Kind::Authority,
        _ => return None,
    };
    let name = words.next()?;
    // Something else than a comment behind the name is no heading.
    words.next().is_none_or(|it| it.starts_with('#')).then_some((kind, name))
}

pub(super) fn parse<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Sections<'t> {
    let mut all = Sections { sections: Vec::new(), includes: Vec::new() };
    for line in &listing.lines {
        let said = without_comment(line.whole());
        if said.is_empty() {
            notes.ignored(line, Because::Comment);
        } else if let Some((kind, name)) = heading(line.text) {
            let at = line.text.find(name).unwrap_or(0);
            let name = line.whole().slice(at, at + name.len());
            notes.understood(line);
            all.sections.push(Section { line: *line, kind, name, parameters: Vec::new() });
        } else if let Some(pattern) = said.text.strip_prefix("include ") {
            let at = said.len() - pattern.len();
            all.includes.push(said.slice(at, said.len()).trim());
        } else if said.starts_with("version") && !said.contains('=') {
            notes.ignored(line, Because::Housekeeping);
        } else if let (Some(section), Some((key, value))) =
            (all.sections.last_mut(), said.split_once('='))
        {
            let parameter = Parameter { line: *line, key: key.text, value: unquoted(value) };
            section.parameters.push(parameter);
        }
    }
    all
}

/// What stands before a comment. `#` begins one, except in quotes and behind `@` and `:` where it
/// belongs to an identity.
fn without_comment(whole: Word<'_>) -> Word<'_> {
    let mut quoted = false;
    let mut before = b' ';
    for (at, byte) in whole.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'#' if !quoted && !matches!(before, b'@' | b':') => return whole.slice(0, at).trim(),
            _ => {}
        }
        before = byte;
    }
    whole.trim()
}

fn unquoted(value: Word<'_>) -> Word<'_> {
    match value.text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(inner) => value.slice(1, 1 + inner.len()),
        None => value,
    }
}

//! Text → tree of sections and settings, as strongSwan's own parser reads `swanctl.conf`.
//!
//! `name { … }`, `name : base, base { … }`, `key = value`, `include pattern`, `#` for comments.
//! A value ends with its line, at `#` or at `}`; quotes protect all of these, and may go on over
//! several lines.

use crate::config::coverage::Because;
use crate::config::listing::{Line, Listing, Word};
use crate::config::notes::Notes;
use std::collections::BTreeMap;

/// A section.
pub(super) struct Section<'t> {
    /// Its name.
    pub(super) name: Word<'t>,
    /// The sections it inherits from, by path.
    pub(super) bases: Vec<Word<'t>>,
    /// Its settings.
    pub(super) settings: Vec<Setting<'t>>,
    /// Its sections.
    pub(super) sections: Vec<Self>,
    /// The patterns of files whose settings belong to it.
    pub(super) includes: Vec<Word<'t>>,
}

/// A setting.
pub(super) struct Setting<'t> {
    /// The number of its line.
    pub(super) line: u32,
    /// Its key.
    pub(super) key: Word<'t>,
    /// Its value, without quotes when it is one quoted string.
    pub(super) value: Word<'t>,
}

/// What was found out about each line: several things may stand on one.
#[derive(Default)]
pub(super) struct Tally<'t> {
    lines: BTreeMap<u32, (Line<'t>, Fate)>,
}

/// The fates of the parts of a line, joined.
#[derive(Clone, Copy, Default)]
struct Fate {
    understood: bool,
    open: u32,
    ignored: Option<Because>,
}

impl<'t> Tally<'t> {
    /// A structural part of a line.
    fn structure(&mut self, line: &Line<'t>) {
        self.lines.entry(line.number).or_insert((*line, Fate::default())).1.understood = true;
    }

    /// A part of a line that is not yet understood.
    fn open(&mut self, line: &Line<'t>) {
        self.lines.entry(line.number).or_insert((*line, Fate::default())).1.open += 1;
    }

    /// An open part of a line was understood.
    pub(super) fn understood(&mut self, setting: &Setting<'t>) {
        if let Some((_, fate)) = self.lines.get_mut(&setting.line) {
            fate.open = fate.open.saturating_sub(1);
            fate.understood = true;
        }
    }

    /// An open part of a line says nothing about connections.
    pub(super) fn ignored(&mut self, setting: &Setting<'t>, why: Because) {
        if let Some((_, fate)) = self.lines.get_mut(&setting.line) {
            fate.open = fate.open.saturating_sub(1);
            fate.ignored = Some(why);
        }
    }

    /// Hands the fates over.
    pub(super) fn settle(self, notes: &mut Notes) {
        for (line, fate) in self.lines.into_values() {
            match fate {
                Fate { open: 1.., .. } => {}
                Fate { understood: true, .. } | Fate { ignored: None, .. } => {
                    notes.understood(&line);
                }
                Fate { ignored: Some(why), .. } => notes.ignored(&line, why),
            }
        }
    }
}

/// A text, read.
pub(super) struct Tree<'t> {
    /// Everything outside of all sections.
    pub(super) root: Section<'t>,
    /// The patterns of files that are taken in.
    pub(super) includes: Vec<Word<'t>>,
    /// Whether sections are still open at the end.
    pub(super) unfinished: bool,
    /// The fates of its lines so far.
    pub(super) tally: Tally<'t>,
}

/// Deeper than this nobody nests.
const DEEPEST: usize = 24;

/// Reads a text.
pub(super) fn parse<'t>(listing: &Listing<'t>, notes: &mut Notes) -> Tree<'t> {
    let mut tally = Tally::default();
    let mut includes = Vec::new();
    let nameless = Word { text: "", span: listing.place(0, 0) };
    let mut stack = vec![Section::new(nameless, Vec::new())];
    // A name whose brace may stand on a line of its own.
    let mut waiting: Option<Heading<'t>> = None;
    // Whether a quoted string goes on.
    let mut quoted = false;
    for line in &listing.lines {
        let mut rest = line.whole();
        if quoted {
            let Some(end) = closing(rest.text) else {
                tally.structure(line);
                continue;
            };
            quoted = false;
            tally.structure(line);
            rest = rest.slice(end + 1, rest.len()).trim();
        } else if rest.starts_with('#') {
            notes.ignored(line, Because::Comment);
            continue;
        }
        loop {
            rest = rest.trim();
            if rest.is_empty() || rest.starts_with('#') {
                break;
            }
            if rest.starts_with('}') {
                rest = rest.slice(1, rest.len());
                close(&mut stack);
                tally.structure(line);
                continue;
            }
            if rest.starts_with('{') {
                rest = rest.slice(1, rest.len());
                match waiting.take() {
                    Some(it) if stack.len() < DEEPEST => {
                        stack.push(Section::new(it.name, it.bases));
                        tally.structure(line);
                    }
                    _ => tally.open(line),
                }
                continue;
            }
            if rest.starts_with("include") && rest.get(7..8).is_some_and(|it| it.trim().is_empty())
            {
                let pattern = rest.slice(7, rest.len()).trim();
                includes.push(pattern);
                if let Some(section) = stack.last_mut() {
                    section.includes.push(pattern);
                }
                tally.open(line);
                break;
            }
            let stop = rest.find(['=', '{', '}', '#']).unwrap_or(rest.len());
            let head = rest.slice(0, stop).trim();
            if rest.text.get(stop..).is_some_and(|it| it.starts_with('=')) {
                let (value, next, open) = value(rest.slice(stop + 1, rest.len()));
                quoted = open;
                tally.open(line);
                if let Some(section) = stack.last_mut() {
                    section.settings.push(Setting { line: line.number, key: head, value });
                }
                rest = next;
            } else {
                waiting = Some(heading(head));
                tally.structure(line);
                rest = rest.slice(stop, rest.len());
            }
        }
    }
    let unfinished = stack.len() > 1 || quoted;
    while stack.len() > 1 {
        close(&mut stack);
    }
    let root = stack.pop().unwrap_or(Section::new(nameless, Vec::new()));
    Tree { root, includes, unfinished, tally }
}

impl<'t> Section<'t> {
    fn new(name: Word<'t>, bases: Vec<Word<'t>>) -> Self {
        let (settings, sections, includes) = (Vec::new(), Vec::new(), Vec::new());
        Self { name, bases, settings, sections, includes }
    }
}

struct Heading<'t> {
    name: Word<'t>,
    bases: Vec<Word<'t>>,
}

/// `name`, or `name : base, base`.
fn heading(head: Word<'_>) -> Heading<'_> {
    match head.split_once(':') {
        Some((name, bases)) => Heading { name, bases: bases.parts(',').collect() },
        None => Heading { name: head, bases: Vec::new() },
    }
}

fn close(stack: &mut Vec<Section<'_>>) {
    if stack.len() > 1
        && let Some(done) = stack.pop()
        && let Some(parent) = stack.last_mut()
    {
        parent.sections.push(done);
    }
}

/// A value, what stands behind it, and whether a quoted string goes on in the next line.
fn value(rest: Word<'_>) -> (Word<'_>, Word<'_>, bool) {
    let rest = rest.trim();
    if let Some(inner) = rest.text.strip_prefix('"') {
        return match closing(inner) {
            // More behind the string belongs to the value, with its quotes.
            Some(end) if ends(rest.slice(end + 2, rest.len()).trim().text) => {
                (rest.slice(1, end + 1), rest.slice(end + 2, rest.len()), false)
            }
            Some(_) => plain(rest),
            None => (rest.slice(1, rest.len()), rest.slice(rest.len(), rest.len()), true),
        };
    }
    plain(rest)
}

fn ends(text: &str) -> bool {
    text.is_empty() || text.starts_with(['#', '}'])
}

/// A value up to `#`, `}` or the end of the line; quotes protect.
fn plain(rest: Word<'_>) -> (Word<'_>, Word<'_>, bool) {
    let mut quoted = false;
    let mut escaped = false;
    let mut end = rest.len();
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'#' | b'}' if !quoted => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    (rest.slice(0, end).trim(), rest.slice(end, rest.len()), false)
}

/// Where a quoted string ends.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let here = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        here
    })
}

//! Texts, and places in them.

use std::fmt;

/// Which text of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(u32);

/// A range of bytes in one text. `start <= end`, both on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text that the range is in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A value and the place it was read from.
#[derive(Clone, Copy, Debug)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value and its place together.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned::new(f(self.value), self.span)
    }
}

/// Equality is that of the values: the same fact in two places is the same fact.
impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// A line and column as people count them: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One text: a file as it was read, or a synthesised listing.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    line_starts: Vec<u32>,
    /// How many characters stand before every `STRIDE`-th byte: a column in a line of many
    /// megabytes is then found without counting from its beginning.
    characters: Vec<u32>,
    /// For a listing: the number that each line carries in what it was made from. Empty: lines are
    /// counted.
    numbers: Vec<usize>,
    /// What was masked, in the order of the text. Spans say where something stood before.
    masked: Vec<Masked>,
}

/// What stands in the text instead of a secret: how long that was tells something of it, too.
const MASK: &str = "********";

/// A part of one line that was masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Masked {
    /// Where it began and ended before.
    start: u32,
    end: u32,
    /// Where its mask begins.
    at: u32,
}

/// Bytes between two counts of characters.
const STRIDE: usize = 4096;

impl SourceFile {
    /// The name as the user gave it (relative to the inventory, never absolute).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where something begins now that stood here before parts of the text were masked.
    fn begin(&self, offset: u32) -> u32 {
        self.now(offset, |it| it.at)
    }

    /// The same of an end: of a part of a secret, the end of its mask.
    fn end(&self, offset: u32) -> u32 {
        self.now(offset, |it| if offset > it.start { it.at + MASK.len() as u32 } else { it.at })
    }

    fn now(&self, offset: u32, within: impl Fn(&Masked) -> u32) -> u32 {
        let before = self.masked.partition_point(|it| it.start <= offset);
        match before.checked_sub(1).and_then(|it| self.masked.get(it)) {
            None => offset,
            Some(it) if offset < it.end => within(it),
            Some(it) => it.at + MASK.len() as u32 + (offset - it.end),
        }
    }

    /// A text in the place of the one that was here.
    fn write(&mut self, text: String) {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        self.line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect();
        self.characters = characters(&text);
        self.text = text;
    }

    fn line_index(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    fn line_start(&self, line: usize) -> usize {
        let end = self.text.len();
        self.line_starts.get(line).map_or(end, |start| *start as usize)
    }

    /// The offset, moved back into the text and onto the beginning of a character.
    fn floor(&self, offset: u32) -> usize {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// How many characters begin before an offset.
    fn characters_before(&self, offset: usize) -> usize {
        let counted = self.characters.get(offset / STRIDE).copied();
        let from = offset / STRIDE * STRIDE;
        counted.unwrap_or_default() as usize + count(&self.text.as_bytes()[from..offset])
    }
}

/// How many characters stand before every `STRIDE`-th byte.
fn characters(text: &str) -> Vec<u32> {
    let mut characters = vec![0];
    for block in text.as_bytes().chunks(STRIDE) {
        characters.push(characters.last().unwrap_or(&0) + count(block) as u32);
    }
    characters
}

/// How many characters begin in these bytes of UTF-8.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

/// All texts that were read in this run.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text and returns its id. A text must be shorter than 4 GiB; readers enforce a
    /// much lower limit (see [`super::decode::MAX_BYTES`]).
    pub fn add(&mut self, name: impl Into<String>, text: String) -> FileId {
        let id = FileId(self.files.len() as u32);
        let mut file = SourceFile {
            name: name.into(),
            text: String::new(),
            line_starts: Vec::new(),
            characters: Vec::new(),
            numbers: Vec::new(),
            masked: Vec::new(),
        };
        file.write(text);
        self.files.push(file);
        id
    }

    /// Adds a listing of something that is no text, such as a capture of packets: every line with
    /// the number by which it is found there. Returns the place of each line.
    pub fn add_listing(
        &mut self,
        name: impl Into<String>,
        lines: impl IntoIterator<Item = (usize, String)>,
    ) -> (FileId, Vec<Span>) {
        let (mut text, mut numbers, mut ranges) = (String::new(), Vec::new(), Vec::new());
        for (number, line) in lines {
            let start = text.len() as u32;
            text.extend(line.chars().map(|c| if c.is_control() { ' ' } else { c }));
            ranges.push((start, text.len() as u32));
            text.push('\n');
            numbers.push(number);
        }
        let id = self.add(name, text);
        self.files[id.0 as usize].numbers = numbers;
        let span = |(start, end)| Span { file: id, start, end };
        (id, ranges.into_iter().map(span).collect())
    }

    /// Writes `********` over parts of a text: what was there can never be shown again, nor how long
    /// it was. Spans keep their meaning. A text is masked once.
    pub fn mask(&mut self, id: FileId, spans: &[Span]) {
        let file = &mut self.files[id.0 as usize];
        debug_assert!(file.masked.is_empty(), "masked twice: {}", file.name);
        let mut secret = vec![false; file.text.len()];
        for span in spans.iter().filter(|span| span.file == id) {
            let (start, end) = (span.start as usize, (span.end as usize).min(secret.len()));
            secret.get_mut(start..end).unwrap_or_default().fill(true);
        }
        let mut parts: Vec<std::ops::Range<usize>> = Vec::new();
        for (at, c) in file.text.char_indices() {
            let end = at + c.len_utf8();
            // A character goes whole; the ends of lines stay.
            let hides = secret.get(at..end).unwrap_or_default().contains(&true);
            match parts.last_mut() {
                _ if !hides || matches!(c, '\n' | '\r') => {}
                Some(part) if part.end == at => part.end = end,
                _ => parts.push(at..end),
            }
        }
        // Asterisks hide nothing, and a vendor's `*` has a meaning.
        parts.retain(|it| {
            file.text.get(it.clone()).is_some_and(|it| !it.trim_matches('*').is_empty())
        });
        let mut text = String::with_capacity(file.text.len());
        let mut from = 0;
        for part in parts {
            text.push_str(file.text.get(from..part.start).unwrap_or_default());
            let at = text.len() as u32;
            file.masked.push(Masked { start: part.start as u32, end: part.end as u32, at });
            text.push_str(MASK);
            from = part.end;
        }
        text.push_str(file.text.get(from..).unwrap_or_default());
        file.write(text);
    }

    /// The text of an id that this map gave out.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All ids in the order in which the texts were added.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// The text under a span.
    pub fn slice(&self, span: Span) -> &str {
        let file = self.file(span.file);
        let within = file.begin(span.start) as usize..file.end(span.end) as usize;
        file.text.get(within).unwrap_or_default()
    }

    /// A span as it stands in the text now: what was masked has the length of its mask.
    pub fn shown(&self, span: Span) -> Span {
        let file = self.file(span.file);
        Span { start: file.begin(span.start), end: file.end(span.end), ..span }
    }

    /// The span of what stands in the text now at these bytes: the opposite of [`Self::shown`].
    pub fn unmasked(&self, shown: Span) -> Span {
        let masked = &self.file(shown.file).masked;
        let before = |offset: u32, is_end: bool| {
            let first = masked.partition_point(|it| it.at < offset || (!is_end && it.at == offset));
            match first.checked_sub(1).and_then(|it| masked.get(it)) {
                None => offset,
                Some(it) => match offset.checked_sub(it.at + MASK.len() as u32) {
                    Some(after) => it.end + after,
                    None if is_end => it.end,
                    None => it.start,
                },
            }
        };
        Span { start: before(shown.start, false), end: before(shown.end, true), ..shown }
    }

    /// Line and column of the first character of a span.
    pub fn position(&self, span: Span) -> Position {
        let file = self.file(span.file);
        let at = file.floor(file.begin(span.start));
        let line = file.line_index(at as u32);
        let before = file.characters_before(file.line_start(line));
        let number = file.numbers.get(line).copied().unwrap_or(line + 1);
        Position { line: number, column: file.characters_before(at) - before + 1 }
    }

    /// `file:line:column`, the form editors open.
    pub fn place(&self, span: Span) -> String {
        let Position { line, column } = self.position(span);
        format!("{}:{line}:{column}", self.file(span.file).name)
    }

    /// The whole line in which a span starts, without its line break.
    pub fn line(&self, span: Span) -> &str {
        let file = self.file(span.file);
        let line = file.line_index(file.begin(span.start));
        file.text[file.line_start(line)..file.line_start(line + 1)].trim_end_matches(['\n', '\r'])
    }

    /// How many bytes of [`Self::line`] stand before a span; its whole length for a span that
    /// begins at the line break.
    pub fn offset_in_line(&self, span: Span) -> usize {
        let file = self.file(span.file);
        let at = file.floor(file.begin(span.start));
        let start = file.line_start(file.line_index(at as u32));
        at.saturating_sub(start).min(self.line(span).len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_has_one_width_and_every_place_keeps_its_meaning() {
        let mut sources = SourceMap::new();
        let text = "pass a秘密b end\nany * 次\n";
        let file = sources.add("a.conf", text.to_owned());
        let span = |of: &str| {
            let start = text.find(of).unwrap_or_default() as u32;
            Span { file, start, end: start + of.len() as u32 }
        };
        let places = ["pass", "秘密", "end", "any", "*", "次"].map(span);
        sources.mask(file, &[span("秘密"), span("a秘"), span("*")]);
        assert_eq!(sources.file(file).text(), "pass ********b end\nany * 次\n");
        let shown = places.map(|it| sources.slice(it).to_owned());
        assert_eq!(shown, ["pass", "********", "end", "any", "*", "次"]);
        let [_, secret, end, _, _, last] = places.map(|it| sources.position(it));
        assert_eq!((secret.line, secret.column), (1, 6));
        assert_eq!((end.line, end.column), (1, 16));
        assert_eq!((last.line, last.column), (2, 7));
        assert_eq!(sources.line(places[5]), "any * 次");
    }
}

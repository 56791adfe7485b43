//! A configuration as lines and words, with their places. What the terminal added is gone.

use crate::source::{FileId, Span, Spanned};

/// One word of a line. Quotes around it are not part of its text, but of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'t> {
    /// The word, without surrounding quotes.
    pub text: &'t str,
    /// Where it stands, quotes included.
    pub span: Span,
}

impl<'t> Word<'t> {
    /// The parts between separators, without blanks around them and without empty ones.
    pub fn parts(self, separator: char) -> impl Iterator<Item = Word<'t>> {
        let mut at = 0;
        self.text.split(separator).filter_map(move |part| {
            let from = at + (part.len() - part.trim_start().len());
            at += part.len() + separator.len_utf8();
            (!part.trim().is_empty()).then(|| self.slice(from, from + part.trim().len()))
        })
    }

    /// What stands before and after the first separator, without blanks around it.
    pub fn split_once(self, separator: char) -> Option<(Self, Self)> {
        let at = self.text.find(separator)?;
        let after = at + separator.len_utf8();
        Some((self.slice(0, at).trim(), self.slice(after, self.text.len()).trim()))
    }

    /// Without blanks at either end.
    #[must_use]
    pub fn trim(self) -> Self {
        let from = self.text.len() - self.text.trim_start().len();
        self.slice(from, from + self.text.trim().len())
    }

    /// The words of a text up to a comment, which one of `signs` at the beginning of a word opens.
    /// Quotes of either kind around a word are not part of it.
    pub(super) fn commented(self, signs: &[char]) -> Vec<Self> {
        let mut words = Vec::new();
        let mut rest = self.trim();
        while !rest.is_empty() && !rest.starts_with(signs) {
            let quote = rest.text.chars().next().filter(|it| matches!(it, '"' | '\''));
            let (from, to, next) = match quote {
                Some(quote) => {
                    let inner = rest.text.get(1..).unwrap_or_default();
                    let end = inner.find(quote).unwrap_or(inner.len());
                    (1, 1 + end, (end + 2).min(rest.len()))
                }
                None => {
                    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                    (0, end, end)
                }
            };
            words.push(rest.slice(from, to));
            rest = rest.slice(next, rest.len()).trim();
        }
        words
    }

    /// A part of it, by byte offsets; empty when there is no such part.
    #[must_use]
    pub fn slice(self, from: usize, to: usize) -> Self {
        // A quote stands before the text when the place is longer than the text.
        let quote = u32::from((self.span.end - self.span.start) as usize > self.text.len());
        let text = self.text.get(from..to).unwrap_or_default();
        let start = self.span.start + quote + from.min(self.text.len()) as u32;
        Word { text, span: Span { start, end: start + text.len() as u32, ..self.span } }
    }
}

/// The texts of words, to compare them with the shapes of commands.
pub(super) fn texts<'t>(words: &[Word<'t>]) -> Vec<&'t str> {
    words.iter().map(|it| it.text).collect()
}

impl Word<'_> {
    /// The word as a value with its place.
    pub(super) fn owned(self) -> Spanned<String> {
        Spanned::new(self.text.to_owned(), self.span)
    }
}

impl std::ops::Deref for Word<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        self.text
    }
}

/// One line. A line is kept as it stands: `text` is a slice of the file, without line break,
/// trailing blanks, prompt, and without what a pager wrote over.
#[derive(Clone, Copy, Debug)]
pub struct Line<'t> {
    /// The line of the file, from 0.
    pub number: u32,
    /// The file.
    pub file: FileId,
    /// The byte of the file at which `text` begins.
    pub start: u32,
    /// The text with its indentation.
    pub text: &'t str,
}

impl<'t> Line<'t> {
    /// The columns of blanks before the first word; a tab counts as one.
    pub fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// The text without indentation.
    pub fn body(&self) -> &'t str {
        self.text.trim_start()
    }

    /// The place of the text without indentation.
    pub fn span(&self) -> Span {
        self.place(self.indent(), self.text.len())
    }

    /// The place of a part of `text`, by byte offsets into it.
    pub fn place(&self, from: usize, to: usize) -> Span {
        Span { file: self.file, start: self.start + from as u32, end: self.start + to as u32 }
    }

    /// The whole text without indentation, as one word.
    pub fn whole(&self) -> Word<'t> {
        Word { text: self.body(), span: self.span() }
    }

    /// The words, separated by blanks. A word that begins with `"` ends at the next `"` that no
    /// backslash stands before, and may hold blanks; without a closing quote it ends with the line.
    pub fn words(&self) -> Words<'t> {
        Words { line: *self, at: 0 }
    }

    /// All words as a vector.
    pub fn split(&self) -> Vec<Word<'t>> {
        self.words().collect()
    }
}

/// The words of a line.
#[derive(Clone, Debug)]
pub struct Words<'t> {
    line: Line<'t>,
    at: usize,
}

impl<'t> Iterator for Words<'t> {
    type Item = Word<'t>;

    fn next(&mut self) -> Option<Word<'t>> {
        let text = self.line.text;
        let rest = text.get(self.at..)?;
        let start = self.at + (rest.len() - rest.trim_start().len());
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let (inner, end) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let close = closing_quote(quoted);
                let inner = &quoted[..close.unwrap_or(quoted.len())];
                (inner, start + 1 + inner.len() + usize::from(close.is_some()))
            }
            None => {
                let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (&rest[..length], start + length)
            }
        };
        self.at = end;
        Some(Word { text: inner, span: self.line.place(start, end) })
    }
}

/// Where a quoted word ends.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// The lines of one configuration. Blank lines, prompts, pagers and the output of other commands
/// are not among them.
#[derive(Debug)]
pub struct Listing<'t> {
    /// The file.
    pub file: FileId,
    /// The name of the file as it was given. No format is recognised by it; some name an interface
    /// after their file.
    pub name: &'t str,
    /// The whole text of the file, for formats that are not made of lines.
    pub text: &'t str,
    /// What the lines of the configuration are.
    pub lines: Vec<Line<'t>>,
}

impl<'t> Listing<'t> {
    /// The first lines, enough to recognise a format by.
    pub fn head(&self) -> &[Line<'t>] {
        const HEAD: usize = 400;
        &self.lines[..self.lines.len().min(HEAD)]
    }

    /// Whether one of the first lines satisfies a condition.
    pub fn begins_with(&self, condition: impl Fn(&str) -> bool) -> bool {
        self.head().iter().any(|line| condition(line.text))
    }

    /// How many of the first lines satisfy a condition.
    pub fn count(&self, condition: impl Fn(&str) -> bool) -> usize {
        self.head().iter().filter(|line| condition(line.text)).count()
    }

    /// The place of a part of `text`.
    pub fn place(&self, from: usize, to: usize) -> Span {
        Span { file: self.file, start: from as u32, end: to as u32 }
    }

    /// The place of the end of the text, for what is missing there.
    pub fn end(&self) -> Span {
        match self.lines.last() {
            Some(line) => line.span(),
            None => self.place(0, 0),
        }
    }
}

//! What is wrong with the input, as data. Words are chosen where it is noticed.

use super::{FileId, SourceMap, Span};
use crate::locale::Text;
use crate::text;
use std::collections::BTreeMap;

/// Whether the input can be used all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The input is wrong; nothing is judged from it.
    Error,
    /// The input can be used, but somebody should look.
    Warning,
}

/// A place and what to see there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: Text,
}

/// One mistake in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad.
    pub level: Level,
    /// A stable kebab-case name, the same in every language and version.
    pub code: &'static str,
    /// What is wrong.
    pub message: Text,
    /// Where: the first label is the place to mend, the others explain it. Empty only when
    /// the mistake has no place in a text (a folder without YAML, an unreadable file).
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<Text>,
}

impl Diagnostic {
    /// A mistake that stops the run after everything has been read.
    pub fn error(code: &'static str, message: Text) -> Self {
        Self { level: Level::Error, code, message, labels: Vec::new(), help: None }
    }

    /// A mistake that does not stop the run.
    pub fn warning(code: &'static str, message: Text) -> Self {
        Self { level: Level::Warning, ..Self::error(code, message) }
    }

    /// Adds a place. The first one added is the place to mend.
    #[must_use]
    pub fn at(mut self, span: Span, text: Text) -> Self {
        self.labels.push(Label { span, text });
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: Text) -> Self {
        self.help = Some(help);
        self
    }

    /// The place to mend, if the mistake has one.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// A piece of the input as it is quoted in a sentence: on one line and not too long.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 48;
    let mut characters = text.chars();
    let mut quoted: String =
        characters.by_ref().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if characters.next().is_some() {
        quoted.push('…');
    }
    quoted
}

/// Mistakes while they are collected: as many of each file as a person could want to see, so that
/// a damaged file of many megabytes does not fill the memory with complaints.
#[derive(Debug, Default)]
pub struct Mistakes {
    kept: Vec<Diagnostic>,
    files: BTreeMap<Option<FileId>, Count>,
}

/// How many mistakes a file has.
#[derive(Debug, Default)]
struct Count {
    kept: usize,
    more: usize,
    /// Whether one that was not kept is an error.
    error: bool,
}

impl Mistakes {
    /// How many mistakes of one file are kept.
    pub const OF_ONE_FILE: usize = 1000;

    /// Adds one.
    pub fn push(&mut self, mistake: Diagnostic) {
        let file = mistake.span().map(|span| span.file);
        let count = self.files.entry(file).or_default();
        if count.kept < Self::OF_ONE_FILE {
            count.kept += 1;
            self.kept.push(mistake);
        } else {
            count.more += 1;
            count.error |= mistake.level == Level::Error;
        }
    }

    /// The one that was added last.
    pub fn last_mut(&mut self) -> Option<&mut Diagnostic> {
        self.kept.last_mut()
    }

    /// Adds what to do about the mistake at a place, unless it is said already.
    pub fn advise(&mut self, span: Span, help: Text) {
        let here = self.kept.iter_mut().find(|it| it.span() == Some(span) && it.help.is_none());
        if let Some(mistake) = here {
            mistake.help = Some(help);
        }
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Of the mistakes from the `first` on, keeps those that `keep` says.
    pub fn retain_from(&mut self, first: usize, keep: impl FnMut(&Diagnostic) -> bool) {
        let mut later = self.kept.split_off(first.min(self.kept.len()));
        later.retain(keep);
        self.kept.append(&mut later);
    }

    /// All that were kept, in the order of the files and places, and for each file with more
    /// mistakes how many more.
    pub fn finish(mut self, sources: &SourceMap) -> Vec<Diagnostic> {
        for (file, count) in self.files.iter().filter(|(_, count)| count.more > 0) {
            let (more, kept) = (count.more, Self::OF_ONE_FILE);
            let message = text!(
                "ほかに{more}件あります（1ファイルにつき{kept}件まで表示します）",
                "there are {more} more (at most {kept} of one file are shown)"
            );
            let mut mistake = match count.error {
                true => Diagnostic::error("more-mistakes", message),
                false => Diagnostic::warning("more-mistakes", message),
            };
            if let Some(file) = *file {
                let end = sources.file(file).text().len() as u32;
                let span = Span { file, start: end, end };
                mistake = mistake.at(span, Text::default());
            }
            self.kept.push(mistake);
        }
        self.kept.sort_by_key(Diagnostic::span);
        self.kept
    }
}

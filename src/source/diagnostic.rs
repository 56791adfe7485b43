//! What is wrong with the input, as data. Words are chosen where it is noticed.

use super::Span;
use crate::locale::Text;

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
        Self {
            level: Level::Error,
            code,
            message,
            labels: Vec::new(),
            help: None,
        }
    }

    /// A mistake that does not stop the run.
    pub fn warning(code: &'static str, message: Text) -> Self {
        Self {
            level: Level::Warning,
            ..Self::error(code, message)
        }
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

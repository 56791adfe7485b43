//! The terminal: results on standard output, everything else on standard error.

use super::options::Options;
use crate::locale::{Lang, Text};
use crate::report::terminal;
use crate::source::{Diagnostic, SourceMap, Style, render};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};

/// Why a command stopped before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// What is wrong has been told already.
    Told,
    /// The command line is wrong.
    Refused(Box<clap::Error>),
    /// Something failed that has no place in a file of the inventory.
    Failed(Box<Diagnostic>),
}

impl From<Diagnostic> for Stop {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Failed(Box::new(diagnostic))
    }
}

/// Where a run speaks.
#[derive(Debug)]
pub(super) struct Console {
    options: Options,
    /// Whether a line of progress stands on the terminal.
    busy: Cell<bool>,
    /// The failures that were told: two sides of a comparison may meet the same one.
    told: RefCell<BTreeSet<String>>,
}

impl Console {
    /// A console with these options.
    pub(super) fn new(options: &Options) -> Self {
        Self { options: *options, busy: Cell::new(false), told: RefCell::default() }
    }

    /// The language of the reader.
    pub(super) fn lang(&self) -> Lang {
        self.options.lang
    }

    /// How many columns results may take.
    pub(super) fn columns(&self) -> usize {
        self.options.columns
    }

    /// How results are rendered.
    pub(super) fn style(&self) -> Style {
        Style { lang: self.options.lang, colour: self.options.colour }
    }

    /// How results with an indented layout are written.
    pub(super) fn layout(&self) -> terminal::Style {
        terminal::Style { columns: self.options.columns, colour: self.options.colour }
    }

    /// Writes results. A reader who has seen enough and leaves changes nothing: the run goes on
    /// to the same exit code.
    pub(super) fn print(&self, result: &[u8]) -> Result<(), Stop> {
        self.settle();
        let mut out = io::stdout().lock();
        match out.write_all(result).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let why = reason(&error);
                Err(Diagnostic::error(
                    "unwritable",
                    crate::text!(
                        "標準出力に書けません: {why}",
                        "cannot write to standard output: {why}"; why
                    ),
                )
                .into())
            }
            _ => Ok(()),
        }
    }

    /// What is being done, on a terminal only; the next thing said takes its place.
    pub(super) fn step(&self, doing: &Text) {
        if self.options.lively && !self.options.quiet {
            let _ = write!(io::stderr().lock(), "\r\x1b[K{}…", doing.get(self.options.lang));
            self.busy.set(true);
        }
    }

    /// Takes the line of progress away.
    pub(super) fn settle(&self) {
        if self.busy.take() {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// A remark that holds today only: for a person who watches, never for a log.
    pub(super) fn remark_today(&self, text: &Text) {
        if io::stderr().is_terminal() {
            self.remark(text);
        }
    }

    /// A remark for a person who watches.
    pub(super) fn remark(&self, text: &Text) {
        if !self.options.quiet {
            self.summarize(text);
        }
    }

    /// What a run came to. Never silent, not even when quiet.
    pub(super) fn summarize(&self, text: &Text) {
        self.settle();
        mutter(text.get(self.options.lang));
    }

    /// Says what failed, once. Never silent, not even when quiet.
    pub(super) fn complain(&self, diagnostic: &Diagnostic) {
        let told = self.rendered(diagnostic, &SourceMap::new());
        if self.told.borrow_mut().insert(told.clone()) {
            self.settle();
            mutter(&told);
        }
    }

    /// Says everything that is wrong with the input.
    pub(super) fn complain_about(&self, diagnostics: &[Diagnostic], sources: &SourceMap) {
        self.settle();
        for diagnostic in diagnostics {
            mutter(&self.rendered(diagnostic, sources));
        }
    }

    fn rendered(&self, diagnostic: &Diagnostic, sources: &SourceMap) -> String {
        let style = Style { lang: self.options.lang, colour: self.options.lively };
        format!("{}\n", render(diagnostic, sources, style))
    }
}

/// One line on standard error. When even that fails nobody is left to tell.
pub(super) fn mutter(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A file that could not be read, with why.
pub(super) fn unreadable(name: impl Display, why: &Text) -> Diagnostic {
    let why = why.clone();
    Diagnostic::error(
        "unreadable",
        crate::text!("「{name}」を読めません: {why}", "cannot read `{name}`: {why}"; why),
    )
}

/// Why a file could not be read or written, in words.
pub(super) fn reason(error: &io::Error) -> Text {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => Text::new("ファイルまたはフォルダがありません", "no such file or folder"),
        Kind::PermissionDenied => Text::new("権限がありません", "permission denied"),
        Kind::StorageFull | Kind::QuotaExceeded => {
            Text::new("ディスクに空きがありません", "no space left on the disk")
        }
        Kind::ReadOnlyFilesystem => Text::new("読み取り専用です", "the file system is read-only"),
        Kind::NotADirectory => Text::new("フォルダではありません", "not a folder"),
        Kind::IsADirectory => Text::new("フォルダです", "it is a folder"),
        Kind::AlreadyExists => Text::new("すでにあります", "it exists already"),
        // Our own word, as no system has one for it.
        Kind::InvalidInput if error.raw_os_error().is_none() => Text::new(
            "ふつうのファイルではありません（装置やパイプなど）",
            "it is no regular file (a device, a pipe …)",
        ),
        _ => Text::same(error.to_string()),
    }
}

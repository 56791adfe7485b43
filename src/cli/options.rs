//! Options as resolved: what was typed, what the environment says, what is the default.

use super::args::Shared;
use crate::locale::Lang;
use crate::model::Date;
use std::io::IsTerminal as _;

/// How this run speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// The language of everything a person reads.
    pub(super) lang: Lang,
    /// Whether remarks and progress are left out.
    pub(super) quiet: bool,
    /// Whether results are coloured.
    pub(super) colour: bool,
    /// How many columns results may take.
    pub(super) columns: usize,
    /// Whether messages are coloured and progress is shown.
    pub(super) lively: bool,
}

impl Options {
    /// Resolves what was typed. Colour only on a terminal, and not when `NO_COLOR` says so.
    pub(super) fn resolve(typed: Shared) -> Self {
        let plain = read("NO_COLOR").is_some_and(|value| !value.is_empty())
            || read("TERM").is_some_and(|value| value == "dumb");
        Self {
            lang: typed.lang.map_or_else(language_of_environment, Lang::from),
            quiet: typed.quiet,
            colour: !plain && std::io::stdout().is_terminal(),
            columns: columns(),
            lively: !plain && std::io::stderr().is_terminal(),
        }
    }
}

/// Columns of the terminal: enough to read, not more than the eye follows. 100 elsewhere.
fn columns() -> usize {
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    terminal.map_or(100, |(width, _)| usize::from(width.0).clamp(60, 120))
}

/// The language of the locale.
pub(super) fn language_of_environment() -> Lang {
    Lang::from_environment(read)
}

/// Today in Japan, where the hospitals are (UTC+9, no summer time).
pub(super) fn today() -> Date {
    jiff::tz::Offset::constant(9).to_datetime(jiff::Timestamp::now()).date()
}

fn read(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

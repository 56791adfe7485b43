//! Diagnostics as text: the source line with a caret under the right character.
//!
//! Written here and not left to a library, because a caret must stand right behind wide Japanese
//! characters and tabs, because a line may be longer than the terminal or the whole file, and
//! because nothing in an inventory may send escape sequences to the terminal.

use super::{Diagnostic, FileId, Label, Level, SourceMap};
use crate::locale::{Lang, Text, display_width, wrap};
use std::fmt::Write as _;

/// How a rendering looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The language of the words.
    pub lang: Lang,
    /// Whether to write colour escapes; only for a terminal.
    pub colour: bool,
}

/// A tab in a source line is shown as this many columns, wherever it stands.
const TAB: &str = "    ";
/// Of a long line, at most so many columns before the caret and so many in all are shown.
const BEFORE: usize = 48;
const COLUMNS: usize = 110;

static ERROR: Text = Text::new("誤り", "error");
static WARNING: Text = Text::new("注意", "warning");
static HELP: Text = Text::new("対処", "help");

const BOLD: &str = "1";
const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const BLUE: &str = "1;34";
const CYAN: &str = "1;36";

/// One diagnostic as a block of lines without a trailing line break.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, style: Style) -> String {
    let (word, colour) = match diagnostic.level {
        Level::Error => (ERROR.get(style.lang), RED),
        Level::Warning => (WARNING.get(style.lang), YELLOW),
    };
    let help = HELP.get(style.lang);
    let mut out = Painter::new(style.colour);
    out.paint(colour, &format!("{word}[{}]", diagnostic.code));
    out.paint(BOLD, ": ");
    out.paint(BOLD, &printable(diagnostic.message.get(style.lang)));
    let gutter = excerpt(&diagnostic.labels, sources, style.lang, colour, &mut out);
    if let Some(text) = &diagnostic.help {
        if !diagnostic.labels.is_empty() {
            out.gutter(gutter, None);
        }
        let _ = write!(out.text, "\n{:gutter$} ", "");
        out.paint(BLUE, "=");
        out.text.push(' ');
        out.paint(CYAN, help);
        out.text.push_str(": ");
        let indent = gutter + display_width(help) + 5;
        out.text.push_str(&paragraphs(text.get(style.lang), indent));
    }
    out.text
}

/// A text that may be long, behind so many columns. A line that begins with spaces is a command,
/// which must stay in one piece to be copied.
fn paragraphs(text: &str, indent: usize) -> String {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let line = printable(line);
        match line.starts_with(' ') {
            true => lines.push(line),
            false => lines.extend(wrap(&line, COLUMNS.saturating_sub(indent))),
        }
    }
    lines.join(&format!("\n{:indent$}", ""))
}

/// The lines that the labels are about, with their marks. Returns the width of the line numbers.
fn excerpt(
    labels: &[Label],
    sources: &SourceMap,
    lang: Lang,
    colour: &str,
    out: &mut Painter,
) -> usize {
    let line_of = |label: &Label| sources.position(label.span).line;
    let gutter = labels.iter().map(|label| line_of(label).to_string().len()).max().unwrap_or(0);
    let mut files: Vec<FileId> = Vec::new();
    for label in labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    for (nth, file) in files.iter().enumerate() {
        // The place to mend leads its file; the lines then follow in the order of the text.
        let mut here: Vec<(usize, &Label)> =
            labels.iter().enumerate().filter(|(_, label)| label.span.file == *file).collect();
        if let Some((_, first)) = here.first() {
            let arrow = if nth == 0 { "-->" } else { ":::" };
            let _ = write!(out.text, "\n{:gutter$}", "");
            out.paint(BLUE, arrow);
            let _ = write!(out.text, " {}", printable(&sources.place(first.span)));
        }
        here.sort_by_key(|(order, label)| (line_of(label), label.span.start, *order));
        out.gutter(gutter, None);
        let mut shown = None;
        for (order, label) in here {
            let line = line_of(label);
            let window = Window::new(sources, label);
            let far = shown.is_some_and(|before| before + 1 < line);
            if far {
                out.text.push('\n');
                out.paint(BLUE, "...");
            }
            // A long line is shown again when its window is another one.
            if shown != Some(line) || window.cropped {
                out.gutter(gutter, Some(line));
                out.text.push(' ');
                out.text.push_str(&window.text);
            }
            shown = Some(line);
            let (mark, paint) = if order == 0 { ("^", colour) } else { ("-", BLUE) };
            out.gutter(gutter, None);
            let _ = write!(out.text, " {:1$}", "", window.column);
            out.paint(paint, &mark.repeat(window.width));
            let says = printable(label.text.get(lang));
            if !says.is_empty() {
                out.text.push(' ');
                out.paint(paint, &says);
            }
        }
    }
    gutter
}

/// The part of a line around a label, as it is shown.
struct Window {
    text: String,
    /// Columns before the mark.
    column: usize,
    /// Columns of the mark, at least one.
    width: usize,
    cropped: bool,
}

impl Window {
    fn new(sources: &SourceMap, label: &Label) -> Self {
        let line = sources.line(label.span);
        let start = sources.offset_in_line(label.span);
        // A span over several lines is marked to the end of its first one.
        let span = sources.shown(label.span);
        let length = span.end.saturating_sub(span.start) as usize;
        let end = floor(line, (start + length).min(line.len())).max(start);
        let (before, from) = last_columns(&line[..start], BEFORE);
        let (marked, to) = first_columns(&line[start..end], COLUMNS - BEFORE);
        let column = display_width(&before);
        let room = COLUMNS.saturating_sub(column + display_width(&marked));
        let (after, rest) = match start + to == end {
            true => first_columns(&line[end..], room),
            false => (String::new(), 0),
        };
        let (head, tail) = (from > 0, start + to + rest < line.len());
        let mut text = String::new();
        if head {
            text.push('…');
        }
        text.push_str(&before);
        text.push_str(&marked);
        text.push_str(&after);
        if tail {
            text.push('…');
        }
        Self {
            column: column + usize::from(head),
            width: display_width(&marked).max(1),
            cropped: head || tail,
            text,
        }
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// As much of the beginning of `text` as fits, and how many bytes of it that is.
fn first_columns(text: &str, columns: usize) -> (String, usize) {
    let mut shown = String::new();
    let mut width = 0;
    for (at, c) in text.char_indices() {
        let next = shown_char(c);
        width += display_width(&next);
        if width > columns {
            return (shown, at);
        }
        shown.push_str(&next);
    }
    (shown, text.len())
}

/// As much of the end of `text` as fits, and the byte where that begins.
fn last_columns(text: &str, columns: usize) -> (String, usize) {
    let mut width = 0;
    let mut from = text.len();
    for (at, c) in text.char_indices().rev() {
        width += display_width(&shown_char(c));
        if width > columns {
            break;
        }
        from = at;
    }
    (text[from..].chars().map(shown_char).collect(), from)
}

/// A character of a source as it is shown: nothing that moves the cursor or turns the text.
fn shown_char(c: char) -> String {
    match c {
        '\t' => TAB.to_owned(),
        c if is_harmful(c) => char::REPLACEMENT_CHARACTER.to_string(),
        c => c.to_string(),
    }
}

/// A sentence without anything that moves the cursor; it may quote the file.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if is_harmful(c) => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// Control characters, and the marks that turn the direction of writing.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Text with colour escapes, if there are to be any.
struct Painter {
    text: String,
    colour: bool,
}

impl Painter {
    fn new(colour: bool) -> Self {
        Self { text: String::new(), colour }
    }

    fn paint(&mut self, escape: &str, text: &str) {
        if self.colour {
            let _ = write!(self.text, "\x1B[{escape}m{text}\x1B[0m");
        } else {
            self.text.push_str(text);
        }
    }

    /// A new line with its number, or without.
    fn gutter(&mut self, width: usize, line: Option<usize>) {
        self.text.push('\n');
        let number = line.map(|line| line.to_string()).unwrap_or_default();
        self.paint(BLUE, &format!("{number:>width$} |"));
    }
}

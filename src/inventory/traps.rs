//! The slips of a Japanese keyboard and of word processors, which YAML reads as something else:
//! full-width spaces, colons and hyphens, curly quotation marks, tabs, missing spaces.
//!
//! A trap is looked for only in a file that has a mistake anyway: the same characters are
//! perfectly right inside a name or a note.

use crate::locale::Text;
use crate::model::IpNetwork;
use crate::source::{Diagnostic, FileId, Span};
use crate::text;

/// What somebody fell into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trap {
    WideSpace,
    Tab,
    WideColon,
    WideHyphen,
    CurlyQuote,
    MissingSpace,
    MissingColon,
}

const ALL: [Trap; 7] = [
    Trap::WideSpace,
    Trap::Tab,
    Trap::WideColon,
    Trap::WideHyphen,
    Trap::CurlyQuote,
    Trap::MissingSpace,
    Trap::MissingColon,
];

/// Places of one kind that are shown; the others are counted.
const SHOWN: usize = 3;

/// The traps of a file: one mistake a kind, and the first byte of every line that has one.
pub(crate) fn find(file: FileId, text: &str) -> (Vec<Diagnostic>, Vec<u32>) {
    let mut found: Vec<(Trap, Span)> = Vec::new();
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((trap, at, length)) = trap(line) {
            let span = Span { file, start: (start + at) as u32, end: (start + at + length) as u32 };
            found.push((trap, span));
            lines.push(start as u32);
        }
        start += line.len();
    }
    let told = ALL.into_iter().filter_map(|trap| {
        let spans = found.iter().filter(|(kind, _)| *kind == trap);
        let spans: Vec<Span> = spans.map(|(_, span)| *span).collect();
        (!spans.is_empty()).then(|| trap.tell(&spans))
    });
    (told.collect(), lines)
}

/// The first trap of a line: what, at which byte, how many bytes.
fn trap(line: &str) -> Option<(Trap, usize, usize)> {
    let line = line.trim_end_matches(['\n', '\r', ' ', '\t', '\u{3000}']);
    let body = line.trim_start_matches([' ', '\t', '\u{3000}', '\u{A0}']);
    let indent = line.len() - body.len();
    if body.is_empty() {
        return None;
    }
    for (at, c) in line[..indent].char_indices() {
        match c {
            '\t' => return Some((Trap::Tab, at, 1)),
            ' ' => {}
            wide => return Some((Trap::WideSpace, at, wide.len_utf8())),
        }
    }
    if body.starts_with('#') {
        return None;
    }
    let (body, indent) = match hyphen(body) {
        Hyphen::Plain(length) => (&body[length..], indent + length),
        Hyphen::Wide(length) => return Some((Trap::WideHyphen, indent, length)),
        Hyphen::Tight => return Some((Trap::MissingSpace, indent, 1)),
        Hyphen::None => (body, indent),
    };
    let name = word(body);
    let after = &body[name.len()..];
    if name.len() > 1 {
        if after.trim_start_matches(' ').starts_with('：') {
            let gap = after.len() - after.trim_start_matches(' ').len();
            return Some((Trap::WideColon, indent + name.len() + gap, '：'.len_utf8()));
        }
        if lacks_space(name, after) {
            return Some((Trap::MissingSpace, indent + name.len(), 1));
        }
    }
    let spaced = after.trim_start_matches(' ');
    if !name.is_empty() && spaced.len() < after.len() && spaced.starts_with(['{', '[']) {
        return Some((Trap::MissingColon, indent, name.len()));
    }
    inside(body).map(|(trap, at, length)| (trap, indent + at, length))
}

/// What a line begins with, as the mark of a list.
enum Hyphen {
    None,
    Plain(usize),
    Wide(usize),
    /// `-name:`, where a space is missing.
    Tight,
}

fn hyphen(body: &str) -> Hyphen {
    let mut characters = body.chars();
    let (Some(first), next) = (characters.next(), characters.next()) else {
        return Hyphen::None;
    };
    let starts_value = |c: char| c == ' ' || c == '\u{3000}' || c.is_ascii_alphanumeric();
    match first {
        '-' if next == Some(' ') => {
            Hyphen::Plain(body.len() - body[1..].trim_start_matches(' ').len())
        }
        '-' if word(&body[1..]).len() > 1 && body[1..].contains(':') => Hyphen::Tight,
        '－' | 'ー' | '‐' | '−' | '–' | '—' | '―' if next.is_some_and(starts_value) => {
            Hyphen::Wide(first.len_utf8())
        }
        _ => Hyphen::None,
    }
}

/// The name of a field at the beginning of a text.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    &text[..end.unwrap_or(text.len())]
}

/// Whether `after` is the `:value` of `name:value`, and not a part of an address or a URL.
fn lacks_space(name: &str, after: &str) -> bool {
    let Some(value) = after.strip_prefix(':') else {
        return false;
    };
    let starts = value.chars().next().is_some_and(|c| !c.is_whitespace() && c != '/' && c != ':');
    let whole = format!("{name}{after}");
    starts && !value.contains(':') && whole.parse::<IpNetwork>().is_err()
}

/// A wide colon or a curly quotation mark where a key or a value begins, inside a line.
fn inside(body: &str) -> Option<(Trap, usize, usize)> {
    let mut begins = true;
    let mut at = 0;
    while let Some(c) = body[at..].chars().next() {
        if begins {
            if matches!(c, '“' | '”' | '„' | '‟' | '＂' | '‘' | '’') {
                return Some((Trap::CurlyQuote, at, c.len_utf8()));
            }
            let name = word(&body[at..]);
            if name.len() > 1 && body[at + name.len()..].starts_with('：') && at > 0 {
                return Some((Trap::WideColon, at + name.len(), '：'.len_utf8()));
            }
        }
        let structural = matches!(c, '{' | '[') || (c == ',' && body.contains(['{', '[']));
        let value = c == ':' && body[at + 1..].starts_with(' ');
        begins = structural || value || (begins && c == ' ');
        at += c.len_utf8();
    }
    None
}

impl Trap {
    fn tell(self, spans: &[Span]) -> Diagnostic {
        let (code, message, label, help) = self.words();
        let mut told = Diagnostic::error(code, message).help(help);
        for span in spans.iter().take(SHOWN) {
            told = told.at(*span, label.clone());
        }
        if let (more @ 1.., Some(last)) =
            (spans.len().saturating_sub(SHOWN), told.labels.last_mut())
        {
            last.text = text!("{label}。ほかに{more}行", "{label}; {more} more lines"; label);
        }
        told
    }

    fn words(self) -> (&'static str, Text, Text, Text) {
        match self {
            Self::WideSpace => (
                "wide-space",
                text!(
                    "字下げに全角空白が使われています",
                    "full-width spaces are used for indentation"
                ),
                text!("全角空白です", "a full-width space"),
                text!(
                    "半角空白に置き換えてください（1段につき半角2つ）",
                    "replace it with ordinary spaces, two for each level"
                ),
            ),
            Self::Tab => (
                "tab-indentation",
                text!("字下げにタブが使われています", "tabs are used for indentation"),
                text!("タブです", "a tab"),
                text!(
                    "半角空白に置き換えてください（1段につき半角2つ）。YAMLではタブで字下げできません",
                    "replace it with spaces, two for each level; YAML does not allow tabs here"
                ),
            ),
            Self::WideColon => (
                "wide-colon",
                text!("項目名の後のコロンが全角です", "the colon after a field is full-width"),
                text!("全角の「：」です", "a full-width `：`"),
                text!(
                    "半角の「:」と半角空白に直してください。例: name: 電子カルテ",
                    "write an ordinary `:` and a space, as in `name: 電子カルテ`"
                ),
            ),
            Self::WideHyphen => (
                "wide-hyphen",
                text!("一覧の行頭のハイフンが全角です", "the hyphen of a list item is full-width"),
                text!("半角の「-」ではありません", "not an ordinary `-`"),
                text!("半角の「-」と半角空白に直してください", "write an ordinary `-` and a space"),
            ),
            Self::CurlyQuote => (
                "curly-quote",
                text!(
                    "値を囲む引用符が全角（“ ”）です",
                    "a value is enclosed in curly quotation marks"
                ),
                text!("半角の引用符ではありません", "not an ordinary quotation mark"),
                text!(
                    "半角の「\"」に直すか、引用符を消してください",
                    "write an ordinary `\"`, or delete the quotation marks"
                ),
            ),
            Self::MissingColon => (
                "missing-colon",
                text!(
                    "項目名や識別子の後に「:」がありません",
                    "a `:` is missing after a field or an id"
                ),
                text!("この後に「:」を置きます", "put a `:` after this"),
                text!(
                    "「name: 値」「clinical: {{…}}」のように書きます",
                    "write `name: value` and `clinical: {{…}}`"
                ),
            ),
            Self::MissingSpace => (
                "missing-space",
                text!(
                    "「:」や「-」の後に半角空白がありません",
                    "a space is missing after `:` or `-`"
                ),
                text!("この後に半角空白を置きます", "put a space after this"),
                text!("「name: 値」「- 値」のように書きます", "write `name: value` and `- value`"),
            ),
        }
    }
}

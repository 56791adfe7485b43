//! Names that were written to deceive: what a text may not do to the page or terminal it is shown on.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` without anything that commands a terminal, turns the direction of reading or is
/// invisible. Every such character becomes its visible number, `<U+202E>`, so that nothing is
/// dropped in silence. Line breaks and tabs stay.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(deceives) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if deceives(c) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "<U+{:04X}>", c as u32);
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// The same on one line: line breaks and tabs become spaces.
pub fn one_line(text: &str) -> Cow<'_, str> {
    let text = harmless(text);
    if text.contains(['\n', '\t']) { Cow::Owned(text.replace(['\n', '\t'], " ")) } else { text }
}

/// Control characters of both sets, bidirectional controls (Trojan Source, CVE-2021-42574), and
/// characters without a shape. The joiners U+200C and U+200D stay: names in some scripts need them.
pub fn deceives(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c,
            '\u{AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_shown_and_ordinary_text_is_untouched() {
        assert_eq!(harmless("\u{1b}[31m赤\u{9b}0m"), "<U+001B>[31m赤<U+009B>0m");
        assert_eq!(harmless("a\u{202e}b\u{2066}"), "a<U+202E>b<U+2066>");
        assert_eq!(one_line("一行目\r\n二行目"), "一行目<U+000D> 二行目");
        assert!(matches!(harmless("電子カルテ\n保守"), Cow::Borrowed(_)));
    }
}

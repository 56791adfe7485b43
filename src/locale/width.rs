//! How many terminal columns a text takes: wide characters take two.

use unicode_width::UnicodeWidthStr;

/// Columns of `text` on a terminal. Ambiguous characters (○, →, Greek, Cyrillic) count one,
/// as terminals outside a CJK legacy locale draw them.
pub fn display_width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// `text` followed by spaces up to `columns`. Longer text is returned as it is.
pub fn pad_to(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(display_width(text));
    let mut padded = String::with_capacity(text.len() + missing);
    padded.push_str(text);
    padded.extend(std::iter::repeat_n(' ', missing));
    padded
}

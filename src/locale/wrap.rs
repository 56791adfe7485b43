//! Breaking lines for a terminal: Japanese breaks between any two characters except where
//! typesetting forbids it (禁則, JIS X 4051); other scripts break at spaces.

use super::display_width;
use unicode_width::UnicodeWidthChar;

/// Characters that may not begin a line.
const NOT_FIRST: &str = "、。，．,.・：；:;？！?!」』）｝〕〉》】］)]}ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々ゝゞヽヾ…‥％%゛゜〜～";
/// Characters that may not end a line.
const NOT_LAST: &str = "「『（｛〔〈《【［([{";

/// `text` as lines of at most `columns` columns. Only a piece that cannot be broken (an
/// identifier, an address) may be longer. Never empty: an empty text is one empty line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for piece in pieces(text) {
        let visible = display_width(piece.trim_end());
        if used > 0 && used + visible > columns {
            lines.push(line.trim_end().to_owned());
            line.clear();
            used = 0;
        }
        let piece = if line.is_empty() { piece.trim_start() } else { piece };
        line.push_str(piece);
        used += display_width(piece);
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// The pieces between which a line may be broken.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if let Some(previous) = before
            && breaks(previous, c)
        {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

/// Whether a line may end after `a` and begin with `b`.
fn breaks(a: char, b: char) -> bool {
    if b.is_whitespace() || NOT_FIRST.contains(b) || NOT_LAST.contains(a) {
        return false;
    }
    a.is_whitespace() || is_wide(a) || is_wide(b)
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_begins_with_a_full_stop_or_ends_with_an_opening_bracket() {
        let text = "保守用VPN装置は、どこからでも接続できます。接続元を（事業者の固定アドレスに）限ってください。";
        for columns in 10..60 {
            for line in wrap(text, columns) {
                assert!(!line.starts_with(['、', '。', '）']), "{columns}: {line}");
                assert!(!line.ends_with('（'), "{columns}: {line}");
                assert!(display_width(&line) <= columns, "{columns}: {line}");
            }
            assert_eq!(wrap(text, columns).concat(), text);
        }
    }

    #[test]
    fn words_and_addresses_stay_whole() {
        assert_eq!(
            wrap("the VPN at 203.0.113.10 is open", 14),
            ["the VPN at", "203.0.113.10", "is open"]
        );
        assert_eq!(wrap("", 10), [""]);
    }
}

//! Tables that a spreadsheet opens as they are: UTF-8 with a byte-order mark, CR-LF (RFC 4180).

use crate::locale::one_line;
use std::io::{self, Write};

/// Writes a table: the first row are the titles.
pub(super) fn write(rows: &[Vec<String>], sink: &mut dyn Write) -> io::Result<()> {
    sink.write_all("\u{FEFF}".as_bytes())?;
    for row in rows {
        for (index, text) in row.iter().enumerate() {
            if index > 0 {
                sink.write_all(b",")?;
            }
            sink.write_all(cell(text).as_bytes())?;
        }
        sink.write_all(b"\r\n")?;
    }
    Ok(())
}

/// One cell: quoted when it must be, and never a formula of others.
///
/// A text that a spreadsheet would take for a formula (OWASP, CSV injection) gets an apostrophe
/// in front. A telephone or circuit number that it would take for a number, a sum or a day and
/// damage becomes the formula of a constant text, `="0312345678"`, the only form that survives a
/// double click in Excel; it holds nothing but digits and their separators.
fn cell(text: &str) -> String {
    let text = one_line(text);
    let formula = begins_formula(&text);
    let spreadsheet = if is_number(&text) && (formula || is_damaged(&text)) {
        format!("=\"{text}\"")
    } else if formula {
        format!("'{text}")
    } else {
        text.into_owned()
    };
    let quote = spreadsheet.contains(['"', ',', ' ', '\'']) || spreadsheet.starts_with('=');
    if quote { format!("\"{}\"", spreadsheet.replace('"', "\"\"")) } else { spreadsheet }
}

/// Digits and what people write between them.
fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || "+-()/. 、".contains(c))
}

fn begins_formula(text: &str) -> bool {
    // Full-width forms too: a Japanese spreadsheet takes them for the plain ones.
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '|'])
}

/// Whether a spreadsheet would show something else: digits that lose their leading zero or are
/// too many for a number, or two short numbers that become a day or a month (`9-18`, the contract
/// `2026-01`).
fn is_damaged(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let number = text.len() > 1 && digits(text) && (text.starts_with('0') || text.len() > 11);
    let day =
        text.split_once(['-', '/']).is_some_and(|(a, b)| digits(a) && digits(b) && text.len() <= 7);
    number || day
}

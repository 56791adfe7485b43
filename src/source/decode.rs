//! Bytes to text. The only place that judges encodings.

use super::Diagnostic;
use crate::text;
use encoding_rs::{EUC_JP, SHIFT_JIS};
use std::borrow::Cow;

/// The largest file that is read: 128 MiB. An inventory of 100,000 systems has about 20 MiB.
pub const MAX_BYTES: u64 = 128 * 1024 * 1024;

/// Turns the bytes of a file into text, or says what they are instead of UTF-8.
///
/// A byte-order mark is removed; CR-LF stays (spans must match the file). Errors name the file,
/// the encoding that the bytes look like, and how to convert.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] = bytes.as_slice() {
        return Err(wrong_encoding(name, "UTF-16"));
    }
    let bytes = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    };
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        // UTF-16 without a mark has a NUL in every other byte of its ASCII part.
        let every_other =
            bytes.iter().take(64).filter(|byte| **byte == 0).count() * 3 >= bytes.len().min(64);
        if every_other {
            return Err(wrong_encoding(name, "UTF-16"));
        }
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        return Err(Diagnostic::error(
            "nul-byte",
            text!(
                "{name}:{line}: NUL文字（バイト値0）が含まれています。テキストファイルではないか、壊れています",
                "{name}:{line}: the file contains a NUL byte; it is not a text file, or it is damaged"
            ),
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        match guess(bytes) {
            Some(encoding) => wrong_encoding(name, encoding),
            None => Diagnostic::error(
                "not-utf8",
                text!(
                    "{name}:{line}: UTF-8として読めないバイト列があります",
                    "{name}:{line}: the bytes here are not UTF-8"
                ),
            )
            .help(text!(
                "文字コードをUTF-8にして保存し直してください",
                "save the file again as UTF-8"
            )),
        }
    })
}

/// Which Japanese encoding the bytes are in: the one that decodes without an error and with the
/// fewest half-width katakana, which appear when one is read as the other.
fn guess(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(1 << 20)];
    [(SHIFT_JIS, "Shift_JIS"), (EUC_JP, "EUC-JP")]
        .into_iter()
        .filter_map(|(encoding, name)| {
            let (text, _, damaged) = encoding.decode(head);
            (!damaged).then(|| (half_width(&text), name))
        })
        .min()
        .map(|(_, name)| name)
}

fn half_width(text: &Cow<'_, str>) -> usize {
    text.chars().filter(|c| ('｡'..='ﾟ').contains(c)).count()
}

fn wrong_encoding(name: &str, encoding: &str) -> Diagnostic {
    Diagnostic::error(
        "wrong-encoding",
        text!(
            "{name}: 文字コードが{encoding}のようです。UTF-8で保存してください",
            "{name}: the file looks like {encoding}; it must be UTF-8"
        ),
    )
    .help(text!(
        "メモ帳なら「名前を付けて保存」で文字コードUTF-8を選びます。コマンドなら: iconv -f {encoding} -t UTF-8 {name} > utf8.yaml",
        "in Notepad choose \"Save as\" with encoding UTF-8, or run: iconv -f {encoding} -t UTF-8 {name} > utf8.yaml"
    ))
}

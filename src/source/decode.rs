//! Bytes to text. The only place that judges encodings.

use super::Diagnostic;
use crate::text;
use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// The largest inventory that is read: 48 MiB, which takes not quite 1 GB of memory. One of 100,000
/// systems has about 20 MiB.
pub const MAX_BYTES: u64 = 48 * 1024 * 1024;

/// How much of a file is looked at to tell its encoding.
const SAMPLE: usize = 1 << 16;

/// Turns the bytes of a file into text, or says what they are instead of UTF-8.
///
/// A byte-order mark is removed. CR-LF stays; a CR alone becomes LF, so that lines are counted as
/// editors count them and every place stays where it is. Errors name the file, the line when
/// there is one, the encoding that the bytes look like, and how to convert.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    if let Some(encoding) = marked(&bytes).or_else(|| sixteen_bits(&bytes)) {
        return Err(wrong_encoding(name, encoding));
    }
    let mut bytes = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    };
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let line = line_of(&bytes, at);
        return Err(Diagnostic::error(
            "nul-byte",
            text!(
                "{name}:{line}: NUL文字（値0のバイト）が含まれています。テキストファイルではないか、壊れています",
                "{name}:{line}: the file contains a NUL byte; it is not a text file, or it is damaged"
            ),
        )
        .help(text!(
            "台帳のYAMLファイルを指定しているか確かめ、壊れているなら控えから戻してください",
            "check that this is the inventory's YAML file; if it is damaged, restore it from a copy"
        )));
    }
    if bytes.windows(3).any(|w| w == b"\x1B$B" || w == b"\x1B$@") {
        return Err(wrong_encoding(name, "ISO-2022-JP"));
    }
    for at in 0..bytes.len() {
        if bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n') {
            bytes[at] = b'\n';
        }
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        match guess(bytes) {
            Some(encoding) => wrong_encoding(name, encoding),
            None => {
                let line = line_of(bytes, at);
                Diagnostic::error(
                    "not-utf8",
                    text!(
                        "{name}:{line}: UTF-8として読めない文字があります",
                        "{name}:{line}: there is a character here that is not UTF-8"
                    ),
                )
                .help(text!(
                    "この行を書き直し、文字コードをUTF-8にして保存してください",
                    "write this line again and save the file as UTF-8"
                ))
            }
        }
    })
}

/// The text of bytes in whatever encoding they are, the name of the encoding, and whether
/// characters had to be replaced. CR-LF stays, a CR alone becomes LF, a byte-order mark is removed.
pub fn lenient(bytes: &[u8]) -> (&'static str, bool, String) {
    let name = marked(bytes).or_else(|| sixteen_bits(bytes));
    let escaped = || bytes.windows(3).any(|w| w == b"\x1B$B" || w == b"\x1B$@");
    let encoding = match name {
        Some("UTF-16") if bytes.starts_with(b"\xFE\xFF") => UTF_16BE,
        Some("UTF-16BE") => UTF_16BE,
        Some("UTF-16" | "UTF-16LE") => UTF_16LE,
        _ if escaped() => ISO_2022_JP,
        _ if std::str::from_utf8(bytes).is_ok() => UTF_8,
        _ => match guess(bytes) {
            Some("Shift_JIS") => SHIFT_JIS,
            Some("EUC-JP") => EUC_JP,
            _ => UTF_8,
        },
    };
    let (text, encoding, damaged) = encoding.decode(bytes);
    let mut text = text.into_owned();
    if text.contains('\r') {
        text = text.replace("\r\n", "\n\0").replace('\r', "\n").replace("\n\0", "\r\n");
    }
    (encoding.name(), damaged, text)
}

/// The encoding that a byte-order mark announces, other than UTF-8.
fn marked(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
        _ => None,
    }
}

/// UTF-16 without a mark: the high bytes of its ASCII part are NULs, all on the same side.
fn sixteen_bits(bytes: &[u8]) -> Option<&'static str> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let nuls = sample.iter().enumerate().filter(|(_, byte)| **byte == 0);
    let (even, odd) = nuls.fold((0_usize, 0_usize), |(even, odd), (at, _)| {
        (even + usize::from(at % 2 == 0), odd + at % 2)
    });
    // An ideographic space has a NUL on the other side, so a few of those are tolerated.
    match (even, odd) {
        _ if even + odd == 0 || (even + odd) * 16 < sample.len() => None,
        _ if odd >= even * 4 => Some("UTF-16LE"),
        _ if even >= odd * 4 => Some("UTF-16BE"),
        _ => None,
    }
}

/// Which Japanese encoding the bytes are in: the one that decodes without an error and with the
/// fewest half-width katakana, which appear when one is read as the other. `None` for UTF-8 that
/// is merely damaged, which Shift_JIS would often swallow.
fn guess(bytes: &[u8]) -> Option<&'static str> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let (mut wrong, mut right) = (0_usize, 0_usize);
    for c in String::from_utf8_lossy(sample).chars() {
        match c {
            char::REPLACEMENT_CHARACTER => wrong += 1,
            // Kana, kanji and full-width forms. Bytes of other encodings make letters of other
            // alphabets by chance, but rarely these.
            '\u{3000}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}' => right += 1,
            _ => {}
        }
    }
    if wrong <= right {
        return None;
    }
    [(SHIFT_JIS, "Shift_JIS"), (EUC_JP, "EUC-JP")]
        .into_iter()
        .filter_map(|(encoding, name)| {
            let mut decoder = encoding.new_decoder_without_bom_handling();
            let mut text = String::with_capacity(decoder.max_utf8_buffer_length(sample.len())?);
            // Not the last piece: the sample may end inside a character.
            let (_, _, damaged) = decoder.decode_to_string(sample, &mut text, false);
            (!damaged).then(|| (half_width(&text), name))
        })
        .min()
        .map(|(_, name)| name)
}

fn half_width(text: &str) -> usize {
    text.chars().filter(|c| ('｡'..='ﾟ').contains(c)).count()
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

fn wrong_encoding(name: &str, encoding: &str) -> Diagnostic {
    Diagnostic::error(
        "wrong-encoding",
        text!(
            "{name}: 文字コードが{encoding}のようです。台帳はUTF-8で保存してください",
            "{name}: the file looks like {encoding}; an inventory must be UTF-8"
        ),
    )
    .help(text!(
        "メモ帳なら「名前を付けて保存」で文字コードに「UTF-8」を選びます。コマンドなら:\n    iconv -f {encoding} -t UTF-8 '{name}' > utf8.yaml",
        "in Notepad choose \"Save as\" with encoding UTF-8, or run:\n    iconv -f {encoding} -t UTF-8 '{name}' > utf8.yaml"
    ))
}

//! The one file of a bundle: a ZIP archive (PKWARE APPNOTE 6.3) of the plainest kind.
//!
//! Files are stored and not compressed, sorted by name, with a fixed time: the same contents are
//! the same bytes for ever, whatever version of whatever library writes them, and nothing can swell
//! when it is read. Every program opens it. It is read strictly: libraries take the last of two
//! files of one name, or the directory's word against that of the file; here everything that is not
//! exactly as it would be written is refused and named. That is why no library is used.

use crate::locale::Text;
use crate::source::quoted;
use crate::text;
use std::collections::BTreeMap;

/// Files by name.
pub type Files = BTreeMap<String, Vec<u8>>;

const FILE: u32 = 0x0403_4b50;
const LISTED: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// UTF-8 names.
const FLAGS: u16 = 1 << 11;
/// 1 January 1980, midnight: the first moment that the format knows.
const DATE: u16 = 0x0021;
/// Version 2.0 of the format.
const VERSION: u16 = 20;

/// Writes an archive; none when it would be larger than the plain format allows (4 GiB).
pub fn pack(files: &Files) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut listing = Vec::new();
    for (name, bytes) in files {
        let at = u32::try_from(out.len()).ok()?;
        let size = u32::try_from(bytes.len()).ok()?;
        let mut common = Vec::new();
        for part in [VERSION, FLAGS, 0, 0, DATE] {
            common.extend(part.to_le_bytes());
        }
        for part in [crc32fast::hash(bytes), size, size] {
            common.extend(part.to_le_bytes());
        }
        common.extend(u16::try_from(name.len()).ok()?.to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        out.extend(FILE.to_le_bytes());
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(bytes);
        listing.extend(LISTED.to_le_bytes());
        listing.extend(VERSION.to_le_bytes());
        listing.extend(&common);
        // No comment, the first disk, no attributes.
        listing.extend([0; 10]);
        listing.extend(at.to_le_bytes());
        listing.extend(name.as_bytes());
    }
    let (at, size) = (u32::try_from(out.len()).ok()?, u32::try_from(listing.len()).ok()?);
    let count = u16::try_from(files.len()).ok()?;
    out.extend(listing);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0; 2]);
    Some(out)
}

/// Reads an archive that [`pack`] could have written; otherwise says what is wrong with it first.
pub fn unpack(bytes: &[u8]) -> Result<Files, Text> {
    let mut files = Files::new();
    let mut rest = bytes;
    while number(rest, 0) == Some(FILE) {
        let (name, contents, after) = file(rest)?;
        match files.last_key_value() {
            Some((last, _)) if *last == name || files.contains_key(&name) => {
                return Err(text!("「{name}」が2つあります", "there are two files `{name}`"));
            }
            Some((last, _)) if *last > name => {
                return Err(text!(
                    "ファイルの順番が入れ替わっています（「{name}」が「{last}」の後にあります）",
                    "the files are not in order: `{name}` stands behind `{last}`"
                ));
            }
            _ => files.insert(name, contents.to_vec()),
        };
        rest = after;
    }
    let expected = pack(&files).unwrap_or_default();
    match () {
        () if expected == bytes => Ok(files),
        () if files.is_empty() && number(bytes, 0) != Some(END) => Err(text!(
            "証跡一式のファイル（ZIP）ではありません",
            "it is not the file of a bundle (ZIP)"
        )),
        () if expected.starts_with(bytes) => Err(cut()),
        () => Err(text!(
            "末尾の目次がファイルの内容と合わないか、余分なものが付いています",
            "the directory at its end does not agree with the files, or something was added to it"
        )),
    }
}

/// The file at the beginning of these bytes, and what comes behind it.
fn file(rest: &[u8]) -> Result<(String, &[u8], &[u8]), Text> {
    let short = |at| rest.get(at..at + 2).and_then(|it| it.try_into().ok()).map(u16::from_le_bytes);
    let long = |at| number(rest, at).ok_or_else(cut);
    let (method, name_length) = (short(8).ok_or_else(cut)?, short(26).ok_or_else(cut)?);
    let (crc, packed, size) = (long(14)?, long(18)?, long(22)?);
    let extra = short(28).ok_or_else(cut)?;
    let (_, after) = rest.split_at_checked(30).ok_or_else(cut)?;
    let (name, after) = after.split_at_checked(usize::from(name_length)).ok_or_else(cut)?;
    let name = String::from_utf8_lossy(name).into_owned();
    let shown = quoted(&name);
    if !is_harmless(&name) {
        return Err(text!(
            "「{shown}」はフォルダの外を指す名前です",
            "the name `{shown}` leads out of the folder"
        ));
    }
    if method != 0 || packed != size || extra != 0 || short(6) != Some(FLAGS) {
        return Err(text!(
            "「{shown}」は圧縮されているなど、証跡一式の形ではありません（展開していません）",
            "`{shown}` is compressed or otherwise not as in a bundle; it was not unpacked"
        ));
    }
    let (contents, after) = after.split_at_checked(size as usize).ok_or_else(cut)?;
    if crc32fast::hash(contents) != crc {
        return Err(text!(
            "「{shown}」の内容が壊れています",
            "the contents of `{shown}` are damaged"
        ));
    }
    Ok((name, contents, after))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|it| it.try_into().ok()).map(u32::from_le_bytes)
}

/// Whether a name stays below the folder into which somebody unpacks it, on every system.
pub fn is_harmless(name: &str) -> bool {
    let part = |it: &str| !it.is_empty() && it != "." && it != ".." && !it.ends_with(' ');
    let sign = |it: char| it.is_control() || matches!(it, '\\' | ':');
    name.split('/').all(part) && !name.contains(sign) && !name.contains('\u{fffd}')
}

fn cut() -> Text {
    text!("途中で切れています", "it is cut off")
}

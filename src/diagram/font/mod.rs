//! The one font of the drawings: BIZ UDPGothic (SIL OFL 1.1), the CP932 repertoire, built in, so
//! that Japanese is measured and shown alike on every machine.

mod spelling;

pub use spelling::drawable;

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The font file of the regular weight.
pub static REGULAR: &[u8] = include_bytes!("../fonts/BIZUDPGothic-Regular.ttf");
/// The font file of the bold weight.
pub static BOLD: &[u8] = include_bytes!("../fonts/BIZUDPGothic-Bold.ttf");

/// What stands for a character that the font does not have. Widely understood in Japan.
pub const REPLACEMENT: char = '〓';

/// How far glyphs rise above the base line, in parts of the size (`hhea`: 1802 of 2048 units).
/// The rest, 0.12, lies below it; no glyph leaves this em box.
pub const ASCENT: f32 = 0.88;

/// The font file of a weight.
pub fn data(bold: bool) -> &'static [u8] {
    if bold { BOLD } else { REGULAR }
}

struct Face {
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units: f32,
}

fn face(bold: bool) -> Option<&'static Face> {
    static FACES: [OnceLock<Option<Face>>; 2] = [OnceLock::new(), OnceLock::new()];
    FACES[usize::from(bold)]
        .get_or_init(|| {
            let font = FontRef::new(data(bold)).ok()?;
            let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
            let units = font.metrics(Size::unscaled(), LocationRef::default()).units_per_em;
            Some(Face { charmap: font.charmap(), metrics, units: f32::from(units) })
        })
        .as_ref()
}

/// Whether both weights have a glyph for this character.
pub fn has(character: char) -> bool {
    glyph(character, false) != 0 && glyph(character, true) != 0
}

/// The number of the glyph of a character in a font file; 0 when there is none.
pub(super) fn glyph(character: char, bold: bool) -> u32 {
    face(bold).and_then(|face| face.charmap.map(character)).map_or(0, |glyph| glyph.to_u32())
}

/// How far a character moves the pen, in points. Kerning is never applied, in no format, so the
/// width of a text is the sum over its characters.
pub fn advance(character: char, size: f32, bold: bool) -> f32 {
    let Some(face) = face(bold) else {
        return size;
    };
    let units = face.charmap.map(character).and_then(|glyph| face.metrics.advance_width(glyph));
    units.map_or(size, |units| units / face.units * size)
}

/// The width of a text in points.
pub fn width(text: &str, size: f32, bold: bool) -> f32 {
    text.chars().map(|c| advance(c, size, bold)).sum()
}

/// The size (not below `min`) and the characters with which a text fits into `room` points:
/// first it is set smaller, then it is cut and ends in `…`. Empty when not even that fits.
pub fn fit(text: &str, size: f32, min: f32, room: f32, bold: bool) -> (f32, String) {
    let text = drawable(text);
    let natural = width(&text, size, bold);
    if natural <= room {
        return (size, text);
    }
    let smaller = (size * room / natural).max(min).min(size);
    if width(&text, smaller, bold) <= room + 0.01 {
        return (smaller, text);
    }
    let mut left = room - advance('…', smaller, bold);
    if left < 0.0 {
        return (smaller, String::new());
    }
    let mut cut: String = text
        .chars()
        .take_while(|c| {
            left -= advance(*c, smaller, bold);
            left >= 0.0
        })
        .collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    (smaller, cut)
}

/// A font file with these characters only; `None` when there are none.
pub(super) fn subset(characters: &BTreeSet<char>, bold: bool) -> Option<Vec<u8>> {
    if characters.is_empty() {
        return None;
    }
    let font = font_subset::Font::opentype(data(bold)).ok()?;
    Some(font.subset(characters).ok()?.to_opentype())
}

/// Breaks a text into lines that fit; what is left over after the last line is cut with `…`.
pub fn wrap(text: &str, size: f32, room: f32, most: usize) -> Vec<String> {
    let text = drawable(text);
    let mut lines: Vec<String> = vec![String::new()];
    let mut used = 0.0;
    for character in text.chars() {
        let step = width(character.encode_utf8(&mut [0; 4]), size, false);
        let last = lines.len() - 1;
        // Closing marks never begin a line.
        let closing =
            matches!(character, '、' | '。' | '）' | ')' | '」' | '・' | 'ー' | ',' | '/');
        if used + step > room && !lines[last].is_empty() && !closing {
            // A Latin word moves to the next line whole.
            let word_start = lines[last].rfind(|c: char| {
                !c.is_ascii_alphanumeric() && !matches!(c, '.' | ':' | '-' | '/' | '_')
            });
            let carried = match word_start {
                Some(at)
                    if character.is_ascii_alphanumeric()
                        || matches!(character, '.' | ':' | '-' | '_') =>
                {
                    let after = at + lines[last][at..].chars().next().map_or(0, char::len_utf8);
                    if after < lines[last].len() && after > 0 {
                        lines[last].split_off(after)
                    } else {
                        String::new()
                    }
                }
                _ => String::new(),
            };
            used = width(&carried, size, false);
            lines.push(carried);
        }
        let last = lines.len() - 1;
        lines[last].push(character);
        used += step;
    }
    if lines.len() > most {
        let rest = lines.split_off(most);
        if let Some(last) = lines.last_mut() {
            last.push_str(&rest.concat());
        }
    }
    lines.into_iter().map(|line| line.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character of CP932 (Windows Shift_JIS), the repertoire that Japanese PCs have
    /// always had: JIS X 0208, half-width katakana, NEC and IBM extensions.
    fn cp932() -> BTreeSet<char> {
        let bytes = |range: std::ops::RangeInclusive<u8>| range;
        let single = bytes(0x20..=0x7e).chain(0xa1..=0xdf).map(|byte| vec![byte]);
        let lead = bytes(0x81..=0x9f).chain(0xe0..=0xfc);
        let double = lead.flat_map(|lead| {
            let trail = bytes(0x40..=0x7e).chain(0x80..=0xfc);
            trail.map(move |trail| vec![lead, trail])
        });
        let decoded = single.chain(double).filter_map(|code| {
            encoding_rs::SHIFT_JIS
                .decode_without_bom_handling_and_without_replacement(&code)
                .map(|text| text.into_owned())
        });
        let characters: BTreeSet<char> =
            decoded.flat_map(|it| it.chars().collect::<Vec<_>>()).collect();
        // Codes that vendors and users filled as they liked have no meaning of their own.
        characters.into_iter().filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c)).collect()
    }

    #[test]
    fn both_weights_have_all_of_cp932() {
        let all = cp932();
        assert!(all.len() > 7000, "only {} characters were decoded", all.len());
        let missing: String = all.iter().filter(|c| !has(**c)).collect();
        assert_eq!(missing, "");
    }

    #[test]
    fn both_weights_have_what_names_and_drawings_need() {
        let needed = "①⑳㈱㈲髙﨑德濵ﾈｯﾄﾜｰｸ゛゜〒℡№㏍Ⅳ○×△●■□◆★※→←↑↓⇒∥―～〜−—…〓々〆ヶ・「」（）／：";
        let missing: String = needed.chars().filter(|c| !has(*c)).collect();
        assert_eq!(missing, "");
        assert!(has(REPLACEMENT));
    }

    #[test]
    fn no_kerning_the_width_is_the_sum_of_the_advances() {
        for (text, bold) in [("AVATo", false), ("トワ、（株）", true)] {
            let sum: f32 = text.chars().map(|c| width(&c.to_string(), 10.0, bold)).sum();
            assert!((width(text, 10.0, bold) - sum).abs() < 1e-3);
        }
        assert_eq!(width("院", 10.0, false), 10.0);
        assert!(width("i", 10.0, false) < width("W", 10.0, false));
    }

    #[test]
    fn fitting_shrinks_first_and_cuts_then() {
        let text = "電子カルテシステム";
        assert_eq!(fit(text, 8.0, 6.5, 100.0, false), (8.0, text.to_owned()));
        let (size, same) = fit(text, 8.0, 6.5, width(text, 7.0, false), false);
        assert!((size - 7.0).abs() < 0.01);
        assert_eq!(same, text);
        for room in [0.0, 3.0, 6.5, 20.0, 40.0] {
            let (size, cut) = fit(text, 8.0, 6.5, room, false);
            assert_eq!(size, 6.5);
            assert!(width(&cut, size, false) <= room, "{cut} in {room}");
            assert!(cut.is_empty() || cut.ends_with('…'));
        }
    }

    #[test]
    fn a_subset_has_the_characters_and_little_else() {
        let few: BTreeSet<char> = "電子カルテ".chars().collect();
        let Some(file) = subset(&few, false) else {
            panic!("no subset");
        };
        assert!(file.len() < 20_000, "{} bytes", file.len());
        let Ok(font) = FontRef::new(&file) else {
            panic!("not a font");
        };
        assert!(few.iter().all(|c| font.charmap().map(*c).is_some()));
        assert!(font.charmap().map('院').is_none());
        assert_eq!(subset(&BTreeSet::new(), false), None);
    }
}

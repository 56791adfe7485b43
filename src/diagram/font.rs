//! The one font of the drawings: BIZ UDPGothic (SIL OFL 1.1), the CP932 repertoire, built in, so
//! that Japanese is measured and shown alike on every machine.

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The font file of the regular weight.
pub static REGULAR: &[u8] = include_bytes!("fonts/BIZUDPGothic-Regular.ttf");
/// The font file of the bold weight.
pub static BOLD: &[u8] = include_bytes!("fonts/BIZUDPGothic-Bold.ttf");

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
            let units = font
                .metrics(Size::unscaled(), LocationRef::default())
                .units_per_em;
            Some(Face {
                charmap: font.charmap(),
                metrics,
                units: f32::from(units),
            })
        })
        .as_ref()
}

/// Whether both weights have a glyph for this character.
pub fn has(character: char) -> bool {
    glyph(character, false) != 0 && glyph(character, true) != 0
}

/// The number of the glyph of a character in a font file; 0 when there is none.
pub(super) fn glyph(character: char, bold: bool) -> u32 {
    face(bold)
        .and_then(|face| face.charmap.map(character))
        .map_or(0, |glyph| glyph.to_u32())
}

/// The text with every character that the font does not have replaced by [`REPLACEMENT`], and
/// control characters removed.
pub fn drawable(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .map(|c| if has(c) { c } else { REPLACEMENT })
        .collect()
}

/// How far a character moves the pen, in points. Kerning is never applied, in no format, so the
/// width of a text is the sum over its characters.
pub fn advance(character: char, size: f32, bold: bool) -> f32 {
    let Some(face) = face(bold) else {
        return size;
    };
    let units = face
        .charmap
        .map(character)
        .and_then(|glyph| face.metrics.advance_width(glyph));
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

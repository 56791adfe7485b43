//! The one font of the drawings: BIZ UDPGothic (SIL OFL 1.1), the CP932 repertoire, built in, so
//! that Japanese is measured and shown alike on every machine.

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use std::sync::OnceLock;

/// The font file of the regular weight.
pub static REGULAR: &[u8] = include_bytes!("fonts/BIZUDPGothic-Regular.ttf");
/// The font file of the bold weight.
pub static BOLD: &[u8] = include_bytes!("fonts/BIZUDPGothic-Bold.ttf");

/// What stands for a character that the font does not have. Widely understood in Japan.
pub const REPLACEMENT: char = '〓';

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

/// Whether the font has a glyph for this character.
pub fn has(character: char) -> bool {
    face(false).is_some_and(|face| face.charmap.map(character).is_some())
}

/// The text with every character that the font does not have replaced by [`REPLACEMENT`], and
/// control characters removed.
pub fn drawable(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .map(|c| if has(c) { c } else { REPLACEMENT })
        .collect()
}

/// The width of a text in points.
pub fn width(text: &str, size: f32, bold: bool) -> f32 {
    let Some(face) = face(bold) else {
        return text.chars().count() as f32 * size;
    };
    let units: f32 = text
        .chars()
        .map(|c| {
            face.charmap
                .map(c)
                .and_then(|glyph| face.metrics.advance_width(glyph))
                .unwrap_or(face.units)
        })
        .sum();
    units / face.units * size
}

/// The size (not below `min`) and the characters with which a text fits into `room` points:
/// first it is set smaller, then it is cut and ends in `…`.
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
    let mut kept: Vec<char> = text.chars().collect();
    while let Some(_) = kept.pop() {
        let cut: String = kept.iter().collect::<String>() + "…";
        if width(&cut, smaller, bold) <= room {
            return (smaller, cut);
        }
    }
    (smaller, String::new())
}

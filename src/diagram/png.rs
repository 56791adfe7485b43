//! Scene → PNG.

use super::font;
use super::outline::{self, Segment};
use super::scene::{Anchor, Colour, Scene, Shape, Stroke};
use crate::locale::Text;
use crate::text;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, MetadataProvider, OutlineGlyphCollection, charmap::Charmap};
use std::collections::BTreeMap;
use std::fmt;
use tiny_skia::{FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Transform};

/// A resolution that is sharp on a screen and legible on paper: two pixels a point.
pub const DEFAULT_DPI: f32 = 144.0;

/// The most pixels that are drawn: A3 at 600 dpi.
const MOST_PIXELS: f32 = 70_000_000.0;

/// Why a picture was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PngError {
    /// The resolution gives no picture, or one too large to hold in memory.
    Size,
    /// The encoder failed.
    Encoding(String),
}

impl PngError {
    /// The reason for a person.
    pub fn text(&self) -> Text {
        match self {
            Self::Size => text!(
                "この解像度ではPNG画像の大きさが扱える範囲（0より大きく7,000万画素以下）を外れます",
                "this resolution gives a PNG outside of what can be drawn (more than 0, at most 70 million pixels)"
            ),
            Self::Encoding(why) => {
                text!("PNG画像を作れませんでした（{why}）", "the PNG could not be made ({why})")
            }
        }
    }
}

impl fmt::Display for PngError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for PngError {}

/// Draws one sheet at `dpi` pixels an inch.
///
/// # Errors
/// When the picture would be too large (or empty), or cannot be encoded.
pub fn write(scene: &Scene, dpi: f32) -> Result<Vec<u8>, PngError> {
    let scale = dpi / 72.0;
    let (width, height) = ((scene.width * scale).ceil(), (scene.height * scale).ceil());
    // Written so that a resolution that is not a number fails too.
    let drawable = width >= 1.0 && height >= 1.0 && width * height <= MOST_PIXELS;
    let pixmap = drawable.then(|| Pixmap::new(width as u32, height as u32));
    let mut pixmap = pixmap.flatten().ok_or(PngError::Size)?;
    pixmap.fill(tiny_skia::Color::WHITE);
    let mut canvas = Canvas {
        pixmap,
        transform: Transform::from_scale(scale, scale),
        faces: [Face::new(false), Face::new(true)],
    };
    for run in outline::runs(&scene.items) {
        for (line, white) in run.iter().filter_map(|it| outline::halo(&it.shape)) {
            if let Some(path) = path(&line) {
                canvas.stroke(&path, &white);
            }
        }
        for item in run {
            canvas.draw(&item.shape);
        }
    }
    let plain = canvas.pixmap.encode_png();
    let plain = plain.map_err(|why| PngError::Encoding(why.to_string()))?;
    Ok(with_resolution(&plain, dpi))
}

/// One weight of the font, with the outlines that were drawn already.
struct Face {
    font: Option<(Charmap<'static>, OutlineGlyphCollection<'static>, f32)>,
    drawn: BTreeMap<char, Option<Path>>,
}

impl Face {
    fn new(bold: bool) -> Self {
        let font = FontRef::new(font::data(bold)).ok().map(|font| {
            let metrics = font.metrics(Size::unscaled(), LocationRef::default());
            let units = f32::from(metrics.units_per_em);
            (font.charmap(), font.outline_glyphs(), units)
        });
        Self { font, drawn: BTreeMap::new() }
    }

    /// The outline of a character in a size of 1 point.
    fn outline(&mut self, character: char) -> Option<&Path> {
        let font = self.font.as_ref();
        let made = self.drawn.entry(character).or_insert_with(|| {
            let (charmap, outlines, units) = font?;
            let glyph = outlines.get(charmap.map(character)?)?;
            let mut pen = Pen { path: PathBuilder::new(), scale: 1.0 / units };
            let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
            glyph.draw(settings, &mut pen).ok()?;
            pen.path.finish()
        });
        made.as_ref()
    }
}

/// Glyph outlines have y upwards, the sheet has y downwards.
struct Pen {
    path: PathBuilder,
    scale: f32,
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(x * self.scale, -y * self.scale);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(x * self.scale, -y * self.scale);
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let s = self.scale;
        self.path.quad_to(cx * s, -cy * s, x * s, -y * s);
    }
    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let s = self.scale;
        self.path.cubic_to(ax * s, -ay * s, bx * s, -by * s, x * s, -y * s);
    }
    fn close(&mut self) {
        self.path.close();
    }
}

struct Canvas {
    pixmap: Pixmap,
    transform: Transform,
    faces: [Face; 2],
}

impl Canvas {
    fn draw(&mut self, shape: &Shape) {
        match shape {
            Shape::Rect { fill, stroke, .. }
            | Shape::Circle { fill, stroke, .. }
            | Shape::Polygon { fill, stroke, .. } => {
                if let Some(path) = path(&outline::of(shape)) {
                    if let Some(colour) = fill {
                        self.fill(&path, *colour, self.transform);
                    }
                    if let Some(stroke) = stroke {
                        self.stroke(&path, stroke);
                    }
                }
            }
            Shape::Line { points, stroke, arrow, .. } => {
                if let Some(path) = path(&outline::of(shape)) {
                    self.stroke(&path, stroke);
                }
                if let Some([tip, left, right]) =
                    outline::arrow_head(points, stroke.width).filter(|_| *arrow)
                {
                    let head = [
                        Segment::Move(tip),
                        Segment::Line(left),
                        Segment::Line(right),
                        Segment::Close,
                    ];
                    if let Some(head) = path(&head) {
                        self.fill(&head, stroke.colour, self.transform);
                    }
                }
            }
            Shape::Text { at, anchor, text, size, bold, colour, turn } => {
                let whole = font::width(text, *size, *bold);
                let mut x = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => -whole / 2.0,
                    Anchor::End => -whole,
                };
                let place = self
                    .transform
                    .pre_concat(Transform::from_translate(at.x, at.y))
                    .pre_concat(Transform::from_rotate(f32::from(*turn)));
                for character in text.chars() {
                    let glyph = place
                        .pre_concat(Transform::from_translate(x, 0.0))
                        .pre_concat(Transform::from_scale(*size, *size));
                    let [regular, heavy] = &mut self.faces;
                    let face = if *bold { heavy } else { regular };
                    if let Some(path) = face.outline(character) {
                        fill(&mut self.pixmap, path, *colour, glyph);
                    }
                    x += font::advance(character, *size, *bold);
                }
            }
        }
    }

    fn fill(&mut self, path: &Path, colour: Colour, transform: Transform) {
        fill(&mut self.pixmap, path, colour, transform);
    }

    fn stroke(&mut self, path: &Path, stroke: &Stroke) {
        let settings = tiny_skia::Stroke {
            width: stroke.width,
            line_cap: LineCap::Butt,
            line_join: LineJoin::Miter,
            dash: tiny_skia::StrokeDash::new(even(stroke.dash), 0.0),
            ..Default::default()
        };
        self.pixmap.stroke_path(path, &paint(stroke.colour), &settings, self.transform, None);
    }
}

/// As in SVG, an odd list of dashes is used twice.
fn even(dash: &[f32]) -> Vec<f32> {
    if dash.len().is_multiple_of(2) { dash.to_vec() } else { dash.repeat(2) }
}

fn fill(pixmap: &mut Pixmap, path: &Path, colour: Colour, transform: Transform) {
    pixmap.fill_path(path, &paint(colour), FillRule::Winding, transform, None);
}

fn paint(Colour(red, green, blue): Colour) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, 255);
    paint.anti_alias = true;
    paint
}

fn path(outline: &[Segment]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for segment in outline {
        match segment {
            Segment::Move(p) => path.move_to(p.x, p.y),
            Segment::Line(p) => path.line_to(p.x, p.y),
            Segment::Curve(a, b, p) => path.cubic_to(a.x, a.y, b.x, b.y, p.x, p.y),
            Segment::Close => path.close(),
        }
    }
    path.finish()
}

/// The signature and the header chunk of a PNG file: the other chunks follow them.
const HEAD: usize = 8 + 12 + 13;

/// The same picture, with its size on paper (`pHYs`) and its colour space (`sRGB`): the PNG
/// specification, third edition, 11.3.2.5 and 11.3.4.3.
fn with_resolution(png: &[u8], dpi: f32) -> Vec<u8> {
    let Some((head, rest)) = png.split_at_checked(HEAD) else {
        return png.to_vec();
    };
    let per_metre = (dpi / 0.0254).round() as u32;
    let mut size = Vec::from(per_metre.to_be_bytes());
    size.extend(per_metre.to_be_bytes());
    size.push(1); // the unit is the metre
    let perceptual = [0];
    [head, &chunk(*b"sRGB", &perceptual), &chunk(*b"pHYs", &size), rest].concat()
}

fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap_or_default();
    let body = [kind.as_slice(), data].concat();
    let sum = crc32(&body);
    [&length.to_be_bytes(), body.as_slice(), &sum.to_be_bytes()].concat()
}

/// The check sum of PNG chunks (PNG specification, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let low = sum & 1;
            sum = (sum >> 1) ^ (0xedb8_8320 * low);
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sum_of_the_empty_end_chunk() {
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
    }
}

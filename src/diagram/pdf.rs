//! Scenes → PDF/A-3u: vector, one page a sheet, text that can be searched, the inventory inside.

use super::font;
use super::outline::{self, Segment};
use super::scene::{Anchor, Colour, Scene, Shape, Stroke};
use crate::locale::{Lang, Text};
use crate::model::Date;
use crate::text;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{self, Path, PathBuilder, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{SerializeSettings, color, paint};
use std::collections::BTreeSet;
use std::fmt;

/// What the file says of itself.
#[derive(Clone, Debug)]
pub struct Document {
    /// The title.
    pub title: String,
    /// Who answers for it: the hospital.
    pub author: Option<String>,
    /// The language of its words.
    pub lang: Lang,
    /// The day that it shows. This, not the clock, is its date of creation.
    pub as_of: Date,
    /// Files that travel inside: the inventory that the drawing was made from.
    pub attachments: Vec<Attachment>,
}

/// A file inside the PDF.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its name, without folders.
    pub name: String,
    /// Its media type, for example `application/yaml`.
    pub media_type: &'static str,
    /// What it is.
    pub about: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why a PDF was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PdfError {
    /// A sheet without extent, or no sheet at all.
    Size,
    /// The writer refused it: it would not be a valid PDF/A-3u.
    Writing(String),
}

impl PdfError {
    /// The reason for a person.
    pub fn text(&self) -> Text {
        match self {
            Self::Size => text!("PDFにする図面がありません", "there is no sheet to write as PDF"),
            Self::Writing(why) => {
                text!("PDFを作れませんでした（{why}）", "the PDF could not be made ({why})")
            }
        }
    }
}

impl fmt::Display for PdfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for PdfError {}

/// Writes the sheets as pages of one file.
///
/// # Errors
/// When there is no sheet, or the writer refuses the result.
pub fn write(sheets: &[Scene], about: &Document) -> Result<Vec<u8>, PdfError> {
    let writing = |why: &dyn fmt::Debug| PdfError::Writing(format!("{why:?}"));
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_U)
        .finish()
        .map_err(|why| writing(&why))?;
    let mut document =
        krilla::Document::new_with(SerializeSettings { configuration, ..Default::default() });
    let face = |bold| {
        Font::new(font::data(bold).into(), 0).ok_or_else(|| PdfError::Writing("font".to_owned()))
    };
    let faces = [face(false)?, face(true)?];
    if sheets.is_empty() {
        return Err(PdfError::Size);
    }
    for sheet in sheets {
        let settings = PageSettings::from_wh(sheet.width, sheet.height).ok_or(PdfError::Size)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for run in outline::runs(&sheet.items) {
            for (line, white) in run.iter().filter_map(|it| outline::halo(&it.shape)) {
                path(&mut surface, &line, None, Some(&white));
            }
            for item in run {
                draw(&mut surface, &item.shape, &faces);
            }
        }
        surface.finish();
        page.finish();
    }
    let date = date(about.as_of);
    let mut metadata = Metadata::new()
        .title(about.title.clone())
        .language(about.lang.tag().to_owned())
        .creator(concat!("Sekisho ", env!("CARGO_PKG_VERSION")).to_owned())
        .creation_date(date);
    if let Some(author) = &about.author {
        metadata = metadata.authors(vec![author.clone()]);
    }
    document.set_metadata(metadata);
    let mut names = BTreeSet::new();
    for (index, file) in about.attachments.iter().enumerate() {
        // Two files of the same name from different folders are told apart by their number.
        let name = if names.insert(file.name.clone()) {
            file.name.clone()
        } else {
            format!("{}-{}", index + 1, file.name)
        };
        document.embed_file(EmbeddedFile {
            path: name,
            mime_type: MimeType::new(file.media_type),
            description: Some(file.about.clone()),
            association_kind: AssociationKind::Source,
            data: file.bytes.clone().into(),
            modification_date: Some(date),
            compress: Some(true),
            location: None,
        });
    }
    document.finish().map_err(|why| writing(&why))
}

fn date(day: Date) -> DateTime {
    let year = u16::try_from(day.year()).unwrap_or_default();
    let part = |value: i8| u8::try_from(value).unwrap_or(1);
    DateTime::new(year).month(part(day.month())).day(part(day.day()))
}

fn draw(surface: &mut Surface<'_>, shape: &Shape, faces: &[Font; 2]) {
    match shape {
        Shape::Rect { fill, stroke, .. }
        | Shape::Circle { fill, stroke, .. }
        | Shape::Polygon { fill, stroke, .. } => {
            if fill.is_some() || stroke.is_some() {
                path(surface, &outline::of(shape), *fill, stroke.as_ref());
            }
        }
        Shape::Line { points, stroke, arrow, .. } => {
            path(surface, &outline::of(shape), None, Some(stroke));
            if let Some([tip, left, right]) =
                outline::arrow_head(points, stroke.width).filter(|_| *arrow)
            {
                let head =
                    [Segment::Move(tip), Segment::Line(left), Segment::Line(right), Segment::Close];
                path(surface, &head, Some(stroke.colour), None);
            }
        }
        Shape::Text { at, anchor, text, size, bold, colour, turn } => {
            let [regular, heavy] = faces;
            let face = if *bold { heavy } else { regular };
            let glyphs: Vec<KrillaGlyph> = text
                .char_indices()
                .map(|(start, character)| {
                    let advance = font::advance(character, 1.0, *bold);
                    let glyph = GlyphId::new(font::glyph(character, *bold));
                    let range = start..start + character.len_utf8();
                    KrillaGlyph::new(glyph, advance, 0.0, 0.0, 0.0, range, None)
                })
                .collect();
            if glyphs.is_empty() {
                return;
            }
            let whole = font::width(text, *size, *bold);
            let shift = match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => -whole / 2.0,
                Anchor::End => -whole,
            };
            surface.set_stroke(None);
            surface.set_fill(Some(filled(*colour)));
            let turned = *turn != 0;
            if turned {
                let turn = f32::from(*turn);
                surface.push_transform(&Transform::from_rotate_at(turn, at.x, at.y));
            }
            let start = geom::Point::from_xy(at.x + shift, at.y);
            surface.draw_glyphs(start, &glyphs, face.clone(), text, *size, false);
            if turned {
                surface.pop();
            }
        }
    }
}

fn path(
    surface: &mut Surface<'_>,
    outline: &[Segment],
    fill: Option<Colour>,
    stroke: Option<&Stroke>,
) {
    let Some(path) = path_of(outline) else {
        return;
    };
    surface.set_fill(fill.map(filled));
    surface.set_stroke(stroke.map(|stroke| {
        paint::Stroke {
            paint: rgb(stroke.colour).into(),
            width: stroke.width,
            dash: (!stroke.dash.is_empty())
                .then(|| StrokeDash { array: stroke.dash.to_vec(), offset: 0.0 }),
            ..Default::default()
        }
    }));
    surface.draw_path(&path);
}

fn path_of(outline: &[Segment]) -> Option<Path> {
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

fn filled(colour: Colour) -> Fill {
    Fill { paint: rgb(colour).into(), opacity: NormalizedF32::ONE, rule: Default::default() }
}

fn rgb(Colour(red, green, blue): Colour) -> color::rgb::Color {
    color::rgb::Color::new(red, green, blue)
}

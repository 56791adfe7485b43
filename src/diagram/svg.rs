//! Scene → SVG: self-contained, the same picture on every machine, its text selectable.
//!
//! The used characters of the font are embedded. No ids and no style sheet rules are written, so
//! that several drawings may stand in one HTML page; the family name of an embedded subset is
//! made from its characters.

use super::font;
use super::outline::{self, Segment};
use super::scene::{Anchor, Colour, Item, Role, Scene, Shape, Stroke};
use super::xml::{Number, escape};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Points per millimetre.
const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// The family name of drawings whose page embeds the font with [`font_css`].
const SHARED_FAMILY: &str = "Sekisho Diagram";

/// Writes one sheet. With `embed_font` the file stands alone; without, the page that it stands
/// in must hold [`font_css`] of all its scenes. No XML declaration, so that it can stand in HTML.
pub fn write(scene: &Scene, embed_font: bool) -> String {
    let mut svg = String::with_capacity(64 * 1024);
    let used = used_characters(std::iter::once(scene));
    let family = if embed_font {
        format!("Sekisho {:016x}", fingerprint(&used))
    } else {
        SHARED_FAMILY.to_owned()
    };
    let title = escape(&scene.title);
    let lang = scene.lang;
    let (width, height) = (Number(scene.width), Number(scene.height));
    let (wide, high) = (Number(scene.width / POINTS_PER_MM), Number(scene.height / POINTS_PER_MM));
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}mm\" height=\"{high}mm\" \
         viewBox=\"0 0 {width} {height}\" lang=\"{lang}\" xml:lang=\"{lang}\" role=\"img\" \
         aria-label=\"{title}\" xml:space=\"preserve\" font-family=\"'{family}','BIZ UDPGothic',\
         'BIZ UDPゴシック','Yu Gothic','Hiragino Sans','Noto Sans CJK JP',sans-serif\" \
         style=\"font-kerning:none;font-variant-ligatures:none;white-space:pre\">"
    );
    let _ = writeln!(svg, "<title>{title}</title>");
    if embed_font {
        let _ = writeln!(svg, "<style>{}</style>", faces(&family, &used));
    }
    let _ = writeln!(svg, "<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>");
    for run in outline::runs(&scene.items) {
        let halos: Vec<_> = run.iter().filter_map(|it| outline::halo(&it.shape)).collect();
        if !halos.is_empty() {
            svg.push_str("<g class=\"halo\">\n");
            for (line, white) in &halos {
                let _ = write!(svg, "<path d=\"{}\"", data(line));
                paint(&mut svg, None, Some(white));
            }
            svg.push_str("</g>\n");
        }
        for group in run.chunk_by(|one, next| one.role == next.role && one.thing == next.thing) {
            let Some(first) = group.first() else {
                continue;
            };
            let _ = write!(svg, "<g class=\"{}\"", class(first.role));
            if let Some(thing) = &first.thing {
                let _ = write!(svg, " data-thing=\"{}\"", escape(&thing.to_string()));
            }
            svg.push_str(">\n");
            for it in group {
                item(&mut svg, it);
            }
            svg.push_str("</g>\n");
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// The `@font-face` rules for drawings that were written without a font of their own.
pub fn font_css(scenes: &[Scene]) -> String {
    faces(SHARED_FAMILY, &used_characters(scenes.iter()))
}

/// The class of the groups of a role.
fn class(role: Role) -> &'static str {
    match role {
        Role::Ground => "ground",
        Role::Zone => "zone",
        Role::System => "system",
        Role::Device => "device",
        Role::Party => "party",
        Role::Circuit => "circuit",
        Role::Backbone => "backbone",
        Role::Route => "route",
        Role::Tie => "tie",
        Role::Label => "label",
        Role::Mark => "mark",
        Role::Furniture => "furniture",
    }
}

fn item(svg: &mut String, item: &Item) {
    match &item.shape {
        Shape::Rect { area, radius, fill, stroke } => {
            let _ = write!(
                svg,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
                Number(area.x),
                Number(area.y),
                Number(area.w),
                Number(area.h)
            );
            if *radius > 0.0 {
                let _ = write!(svg, " rx=\"{}\"", Number(*radius));
            }
            paint(svg, *fill, stroke.as_ref());
        }
        Shape::Circle { centre, radius, fill, stroke } => {
            let _ = write!(
                svg,
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"",
                Number(centre.x),
                Number(centre.y),
                Number(*radius)
            );
            paint(svg, *fill, stroke.as_ref());
        }
        Shape::Polygon { fill, stroke, .. } => {
            let _ = write!(svg, "<path d=\"{}\"", data(&outline::of(&item.shape)));
            paint(svg, *fill, stroke.as_ref());
        }
        Shape::Line { points, stroke, arrow, .. } => {
            let path = data(&outline::of(&item.shape));
            let _ = write!(svg, "<path d=\"{path}\"");
            paint(svg, None, Some(stroke));
            if let Some(head) = outline::arrow_head(points, stroke.width).filter(|_| *arrow) {
                let [tip, left, right] = head.map(|p| format!("{} {}", Number(p.x), Number(p.y)));
                let _ = write!(svg, "<path d=\"M{tip}L{left}L{right}Z\"");
                paint(svg, Some(stroke.colour), None);
            }
        }
        Shape::Text { at, anchor, text, size, bold, colour, turn } => {
            let (x, y) = (Number(at.x), Number(at.y));
            let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"", Number(*size));
            match anchor {
                Anchor::Start => {}
                Anchor::Middle => svg.push_str(" text-anchor=\"middle\""),
                Anchor::End => svg.push_str(" text-anchor=\"end\""),
            }
            if *bold {
                svg.push_str(" font-weight=\"700\"");
            }
            if *turn != 0 {
                let _ = write!(svg, " transform=\"rotate({turn} {x} {y})\"");
            }
            let _ = writeln!(svg, " fill=\"{}\">{}</text>", hex(*colour), escape(text));
        }
    }
}

/// Closes a shape with its fill and stroke.
fn paint(svg: &mut String, fill: Option<Colour>, stroke: Option<&Stroke>) {
    match fill {
        Some(colour) => {
            let _ = write!(svg, " fill=\"{}\"", hex(colour));
        }
        None => svg.push_str(" fill=\"none\""),
    }
    if let Some(stroke) = stroke {
        let _ = write!(
            svg,
            " stroke=\"{}\" stroke-width=\"{}\"",
            hex(stroke.colour),
            Number(stroke.width)
        );
        if !stroke.dash.is_empty() {
            let dash: Vec<_> = stroke.dash.iter().map(|it| Number(*it).to_string()).collect();
            let _ = write!(svg, " stroke-dasharray=\"{}\"", dash.join(" "));
        }
    }
    svg.push_str("/>\n");
}

fn hex(Colour(red, green, blue): Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn data(outline: &[Segment]) -> String {
    let mut data = String::new();
    for segment in outline {
        let _ = match segment {
            Segment::Move(p) => write!(data, "M{} {}", Number(p.x), Number(p.y)),
            Segment::Line(p) => write!(data, "L{} {}", Number(p.x), Number(p.y)),
            Segment::Curve(a, b, p) => write!(
                data,
                "C{} {} {} {} {} {}",
                Number(a.x),
                Number(a.y),
                Number(b.x),
                Number(b.y),
                Number(p.x),
                Number(p.y)
            ),
            Segment::Close => write!(data, "Z"),
        };
    }
    data
}

/// The characters that are drawn in the regular and in the bold weight.
fn used_characters<'a>(scenes: impl Iterator<Item = &'a Scene>) -> [BTreeSet<char>; 2] {
    let mut used = [BTreeSet::new(), BTreeSet::new()];
    for item in scenes.flat_map(|scene| &scene.items) {
        if let Shape::Text { text, bold, .. } = &item.shape {
            let [regular, heavy] = &mut used;
            let weight = if *bold { heavy } else { regular };
            weight.extend(text.chars().filter(|c| font::has(*c)));
        }
    }
    used
}

/// A number made from the characters (FNV-1a), so that different subsets have different names.
fn fingerprint(used: &[BTreeSet<char>; 2]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for weight in used {
        let codes = weight.iter().map(|c| u32::from(*c));
        for byte in codes.chain([u32::MAX]).flat_map(u32::to_le_bytes) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

/// One `@font-face` rule for each weight that is used.
fn faces(family: &str, used: &[BTreeSet<char>; 2]) -> String {
    let mut css = String::new();
    for (characters, bold) in used.iter().zip([false, true]) {
        let Some(subset) = font::subset(characters, bold) else {
            continue;
        };
        let weight = if bold { 700 } else { 400 };
        let _ = write!(
            css,
            "@font-face{{font-family:'{family}';font-weight:{weight};\
             src:url(data:font/ttf;base64,{})format('truetype')}}",
            base64(&subset)
        );
    }
    css
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| chunk.get(index).copied().map_or(0, u32::from);
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = (group >> (18 - 6 * digit)) & 0x3f;
            let known = DIGITS.get(value as usize).filter(|_| digit <= chunk.len());
            text.push(known.map_or('=', |it| char::from(*it)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_rfc_4648_section_10() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}

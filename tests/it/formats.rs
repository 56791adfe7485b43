//! What every format of a drawing promises, on a small sheet made by hand.

use crate::support::sheet::sheet;
use crate::support::{today, xml};
use sekisho::diagram::pdf::{Attachment, Document};
use sekisho::diagram::scene::{Scene, Shape};
use sekisho::diagram::{pdf, png, svg};
use sekisho::locale::Lang;

fn document() -> Document {
    Document {
        title: "外部接続構成図".to_owned(),
        author: Some("青葉市立病院".to_owned()),
        lang: Lang::Ja,
        as_of: today(),
        attachments: vec![Attachment {
            name: "inventory.yaml".to_owned(),
            media_type: "application/yaml",
            about: "この図の元になった台帳".to_owned(),
            bytes: b"schema: 1\n".to_vec(),
        }],
    }
}

/// The texts of a sheet, in order of drawing.
fn texts(scene: &Scene) -> Vec<&str> {
    let shapes = scene.items.iter().map(|item| &item.shape);
    shapes
        .filter_map(|shape| match shape {
            Shape::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn svg_is_well_formed_and_holds_every_text_as_text() {
    let scene = sheet();
    for embed in [true, false] {
        let elements = xml::parse(&svg::write(&scene, embed)).unwrap();
        let written: Vec<&str> = elements
            .iter()
            .filter(|it| it.name == "text")
            .map(|it| it.text.as_str())
            .collect();
        assert_eq!(written, texts(&scene));
        let root = &elements[0];
        assert_eq!(
            (root.name.as_str(), root.get("lang"), root.get("role")),
            ("svg", "ja", "img")
        );
        assert_eq!(root.get("viewBox"), "0 0 420 200");
        let title = elements.iter().find(|it| it.name == "title").unwrap();
        assert_eq!(title.text, scene.title);
        let things = elements
            .iter()
            .filter(|it| !it.get("data-thing").is_empty());
        assert!(things.count() >= 5);
        assert!(elements.iter().all(|it| it.get("id").is_empty()));
    }
}

#[test]
fn svg_embeds_its_own_font_or_none() {
    let scene = sheet();
    let alone = svg::write(&scene, true);
    assert_eq!(
        alone.matches("@font-face").count(),
        2,
        "both weights are used"
    );
    let mut other = scene.clone();
    other.items.truncate(4);
    let family = |svg: &str| {
        let (_, after) = svg.split_once("font-family=\"'").unwrap();
        after.split('\'').next().unwrap().to_owned()
    };
    assert_ne!(family(&alone), family(&svg::write(&other, true)));
    let shared = svg::write(&scene, false);
    assert!(!shared.contains("@font-face"));
    assert_eq!(family(&shared), family(&svg::write(&other, false)));
    let css = svg::font_css(&[scene, other]);
    assert!(css.contains(&format!("font-family:'{}'", family(&shared))));
    assert_eq!(css.matches("@font-face").count(), 2);
}

#[test]
fn png_has_the_asked_size_and_is_not_blank() {
    let scene = sheet();
    let picture = png::write(&scene, 144.0).unwrap();
    let decoded = tiny_skia::Pixmap::decode_png(&picture).unwrap();
    assert_eq!((decoded.width(), decoded.height()), (840, 400));
    let at = |x, y| {
        let pixel = decoded.pixel(x, y).unwrap();
        (pixel.red(), pixel.green(), pixel.blue(), pixel.alpha())
    };
    assert_eq!(at(0, 0), (255, 255, 255, 255), "the paper is white");
    assert_eq!(at(60, 340), (200, 0, 30, 255), "the triangle is red");
    let dark = decoded.pixels().iter().filter(|it| it.red() < 100).count();
    assert!(
        dark > 3000,
        "{dark} dark pixels are too few for boxes and words"
    );
    assert!(picture.windows(4).any(|it| it == b"pHYs"));
    for dpi in [0.0, -1.0, f32::NAN, 1e9] {
        assert_eq!(png::write(&scene, dpi), Err(png::PngError::Size));
    }
}

#[test]
fn pdf_has_a_page_a_sheet_and_text_that_can_be_found() {
    let scene = sheet();
    let file = pdf::write(&[scene.clone(), scene.clone()], &document()).unwrap();
    assert!(file.starts_with(b"%PDF-1."));
    assert!(file.trim_ascii_end().ends_with(b"%%EOF"));
    let has = |words: &[u8]| file.windows(words.len()).any(|it| it == words);
    assert!(has(b"pdfaid:part") && has(b"D:20261120"));
    assert_eq!(pdf::write(&[], &document()), Err(pdf::PdfError::Size));
    // An independent reader, where there is one.
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("drawing.pdf");
    std::fs::write(&path, &file).unwrap();
    let Ok(read) = std::process::Command::new("pdftotext")
        .arg(&path)
        .arg("-")
        .output()
    else {
        eprintln!("pdftotext is not installed: the text of the PDF was not read back");
        return;
    };
    let read = String::from_utf8_lossy(&read.stdout).into_owned();
    for words in texts(&scene) {
        let found = read.matches(words).count();
        assert!(
            found >= 2,
            "{words} is not on both pages of
{read}"
        );
    }
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    let scene = sheet();
    assert_eq!(svg::write(&scene, true), svg::write(&scene, true));
    assert_eq!(png::write(&scene, 96.0), png::write(&scene, 96.0));
    let sheets = [scene];
    assert_eq!(
        pdf::write(&sheets, &document()),
        pdf::write(&sheets, &document())
    );
}

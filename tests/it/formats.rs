//! What every format of a drawing promises, on a small sheet made by hand.

use crate::support::random::hospital;
use crate::support::sheet::sheet;
use crate::support::{audited, shipped, today, xml};
use graphviz_rust::dot_structures::{Graph, Id, Stmt};
use sekisho::audit::{Assessment, audit};
use sekisho::diagram::pdf::{Attachment, Document};
use sekisho::diagram::scene::{Scene, Shape};
use sekisho::diagram::{dot, drawio, pdf, png, svg};
use sekisho::locale::Lang;
use sekisho::model::{EntityKind, EntityRef};
use std::collections::{BTreeMap, BTreeSet};

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
        let written: Vec<&str> =
            elements.iter().filter(|it| it.name == "text").map(|it| it.text.as_str()).collect();
        assert_eq!(written, texts(&scene));
        let root = &elements[0];
        assert_eq!((root.name.as_str(), root.get("lang"), root.get("role")), ("svg", "ja", "img"));
        assert_eq!(root.get("viewBox"), "0 0 420 200");
        let title = elements.iter().find(|it| it.name == "title").unwrap();
        assert_eq!(title.text, scene.title);
        let things = elements.iter().filter(|it| !it.get("data-thing").is_empty());
        assert!(things.count() >= 5);
        assert!(elements.iter().all(|it| it.get("id").is_empty()));
    }
}

#[test]
fn svg_embeds_its_own_font_or_none() {
    let scene = sheet();
    let alone = svg::write(&scene, true);
    assert_eq!(alone.matches("@font-face").count(), 2, "both weights are used");
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
    assert!(dark > 3000, "{dark} dark pixels are too few for boxes and words");
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
    let Ok(read) = std::process::Command::new("pdftotext").arg(&path).arg("-").output() else {
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
    assert_eq!(drawio::write(&sheets), drawio::write(&sheets));
    assert_eq!(pdf::write(&sheets, &document()), pdf::write(&sheets, &document()));
}

/// What the DOT file says, read by the parser of graphviz-rust: the names of its nodes, and how
/// many lines it draws.
fn read_dot(text: &str) -> (BTreeSet<String>, usize) {
    fn walk(stmts: &[Stmt], nodes: &mut BTreeSet<String>, edges: &mut usize) {
        for stmt in stmts {
            match stmt {
                Stmt::Node(node) => {
                    let Id::Escaped(name) = &node.id.0 else {
                        panic!("{:?} is not quoted", node.id);
                    };
                    assert!(nodes.insert(name.trim_matches('"').to_owned()), "{name} twice");
                }
                Stmt::Subgraph(inner) => walk(&inner.stmts, nodes, edges),
                Stmt::Edge(_) => *edges += 1,
                Stmt::Attribute(_) | Stmt::GAttribute(_) => {}
            }
        }
    }
    let graph = graphviz_rust::parse(text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    let Graph::DiGraph { stmts, .. } = graph else {
        panic!("not a directed graph");
    };
    let (mut nodes, mut edges) = (BTreeSet::new(), 0);
    walk(&stmts, &mut nodes, &mut edges);
    (nodes, edges)
}

fn every_thing_is_in_dot(name: &str, assessment: &Assessment) {
    let inventory = &assessment.inventory;
    for lang in [Lang::Ja, Lang::En] {
        let text = dot::write(assessment, lang);
        assert_eq!(text, dot::write(assessment, lang), "{name}");
        let (nodes, edges) = read_dot(&text);
        let ids = |kind, ids: Vec<&str>| {
            let things = ids.into_iter().map(|id| EntityRef::new(kind, id).to_string());
            things.collect::<Vec<_>>()
        };
        let mut expected = Vec::new();
        expected
            .extend(ids(EntityKind::Zone, inventory.zones.ids().map(|it| &*it.value).collect()));
        expected
            .extend(ids(EntityKind::Party, inventory.parties.ids().map(|it| &*it.value).collect()));
        expected.extend(ids(
            EntityKind::Circuit,
            inventory.circuits.ids().map(|it| &*it.value).collect(),
        ));
        expected.extend(ids(
            EntityKind::Device,
            inventory.devices.ids().map(|it| &*it.value).collect(),
        ));
        expected.extend(ids(
            EntityKind::System,
            inventory.systems.ids().map(|it| &*it.value).collect(),
        ));
        expected.extend(ids(
            EntityKind::Connection,
            inventory.connections.ids().map(|it| &*it.value).collect(),
        ));
        for thing in expected {
            assert!(nodes.contains(&thing), "{name}: {thing} is missing");
        }
        assert!(edges >= inventory.connections.iter().count(), "{name}");
    }
}

#[test]
fn dot_holds_every_thing_of_every_inventory() {
    for (name, _, reading) in shipped() {
        every_thing_is_in_dot(&name, &audit(reading.inventory, Default::default(), today()));
    }
    for seed in [1, 4, 5, 20] {
        every_thing_is_in_dot(&format!("seed {seed}"), &audited(&hospital(seed)));
    }
}

#[test]
fn a_hostile_name_stays_a_name_in_dot() {
    let hostile = r#"\"]; evil [label=<<b>x</b>>]; \\N &lt; \e[31m"#;
    let text = format!(
        "zones: {{office: {{name: \"{hostile}\", kind: administrative}}}}\n\
         systems: {{pc: {{name: \"{hostile}\", kind: other, class: terminal, zone: office}}}}\n"
    );
    let written = dot::write(&audited(&text), Lang::Ja);
    assert!(!written.contains('\u{1b}'));
    let (nodes, _) = read_dot(&written);
    let expected = ["parties/internet", "systems/pc", "zones/office"];
    assert_eq!(nodes.iter().collect::<Vec<_>>(), expected);
    assert!(written.contains(r#"\"]; evil [label=<<b>x</b>>]; \\N &amp;lt;"#), "{written}");
}

/// The cells of a draw.io file: id, the element with its style and joints, and where it stands
/// on the sheet.
fn cells(elements: &[xml::Element]) -> BTreeMap<&str, (&xml::Element, (f32, f32))> {
    let mut cells: BTreeMap<&str, (&xml::Element, (f32, f32))> = BTreeMap::new();
    let mut wrapped = "";
    for (element, next) in elements.iter().zip(elements.iter().skip(1)) {
        if element.name == "object" {
            wrapped = element.get("id");
        }
        if element.name != "mxCell" {
            continue;
        }
        let id = Some(element.get("id")).filter(|it| !it.is_empty()).unwrap_or(wrapped);
        let origin = cells.get(element.get("parent")).map_or((0.0, 0.0), |it| it.1);
        let part = |name| next.get(name).parse::<f32>().unwrap_or(0.0);
        let place = (origin.0 + part("x"), origin.1 + part("y"));
        assert!(cells.insert(id, (element, place)).is_none(), "the id {id} is used twice");
    }
    cells
}

#[test]
fn drawio_has_every_box_in_its_place_and_joins_them() {
    let scene = sheet();
    let text = drawio::write(&[scene.clone(), scene.clone()]);
    let elements = xml::parse(&text).unwrap();
    assert_eq!(elements[0].name, "mxfile");
    assert_eq!(elements.iter().filter(|it| it.name == "diagram").count(), 2);
    let cells = cells(&elements);
    for (element, _) in cells.values() {
        for end in ["parent", "source", "target"] {
            let name = element.get(end);
            assert!(name.is_empty() || cells.contains_key(name), "{end} {name}");
        }
    }
    let near = |a: (f32, f32), b: (f32, f32)| (a.0 - b.0).abs() < 0.02 && (a.1 - b.1).abs() < 0.02;
    for item in &scene.items {
        let (Some(key), Shape::Rect { area, .. }) = (&item.key, &item.shape) else {
            continue;
        };
        let (_, place) = cells[format!("2-{key}").as_str()];
        assert!(near(place, (area.x, area.y)), "{key} stands at {place:?}");
    }
    assert_eq!(cells["1-ehr-db"].0.get("parent"), "1-clinical");
    let routes: Vec<_> = cells.values().filter(|it| it.0.get("edge") == "1").collect();
    assert_eq!(routes.len(), 4);
    let joined = ["1-vpn1", "1-ehr-db"];
    assert!(routes.iter().any(|it| [it.0.get("source"), it.0.get("target")] == joined));
    let bends = elements.iter().filter(|it| it.name == "mxPoint" && it.get("as").is_empty());
    let bends: Vec<_> = bends.map(|it| (it.get("x"), it.get("y"))).collect();
    assert_eq!(bends, [("230", "95"), ("230", "105")].repeat(2));
    // Every word is there, as a label or as a text, and no name became markup.
    let labels = |name: &'static str| elements.iter().map(move |it| it.get(name).to_owned());
    let labels: String = labels("label").chain(labels("value")).collect();
    for words in texts(&scene).into_iter().filter(|it| *it != "ー") {
        let html = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let html = html.replace('"', "&quot;").replace('\'', "&#39;");
        assert!(labels.contains(&html), "{words} in {labels}");
    }
    assert!(labels.contains('︱'), "the turned ー has its vertical form");
}

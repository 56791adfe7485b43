//! The difference as a picture: a hospital and the same hospital a year later on one sheet.

use crate::support::random;
use crate::support::scene::violations;
use crate::support::{audited, year};
use sekisho::audit::Assessment;
use sekisho::change::Difference;
use sekisho::diagram::scene::{Area, Scene, Shape};
use sekisho::diagram::since::{Since, Turn};
use sekisho::diagram::{Drawing, Paper, Request, View, draw, png};
use sekisho::locale::Lang;
use std::collections::BTreeMap;

fn drawn(new: &Assessment, since: &Since<'_>, paper: Option<Paper>, lang: Lang) -> Drawing {
    draw(new, &Request { since: Some(since), paper, lang, ..Request::default() })
}

/// The boxes of a drawing: sheet and place.
fn boxes(drawing: &Drawing) -> BTreeMap<String, (usize, Area)> {
    let mut boxes = BTreeMap::new();
    for (sheet, scene) in drawing.sheets.iter().enumerate() {
        for item in &scene.items {
            // The number of a device among those of the sheet is no name.
            let key = item.key.as_deref().map(|it| it.split("#").next().unwrap_or(it));
            if let (Some(key), Shape::Rect { area, .. }) = (key, &item.shape) {
                let party = item.key.as_deref().filter(|it| it.starts_with("parties/"));
                boxes.insert(party.unwrap_or(key).to_owned(), (sheet, *area));
            }
        }
    }
    boxes
}

fn words(scene: &Scene) -> Vec<&str> {
    let texts = scene.items.iter().filter_map(|it| match &it.shape {
        Shape::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// Which boxes of the drawing before stand elsewhere now.
fn moved(before: &Drawing, now: &Drawing) -> (Vec<String>, usize) {
    let (old, new) = (boxes(before), boxes(now));
    let place = |key: &str| new.get(key).or_else(|| new.get(&format!("before:{key}")));
    let common = old.iter().filter_map(|(key, at)| Some((key, at, place(key)?)));
    let all = common.clone().count();
    let moved = common.filter(|(_, (sheet, a), (other, b))| {
        sheet != other || (a.x - b.x).abs() > 0.5 || (a.y - b.y).abs() > 0.5
    });
    (moved.map(|(key, (_, a), (_, b))| format!("{key} {:.0},{:.0} → {:.0},{:.0}", a.x, a.y, b.x, b.y)).collect(), all)
}

#[test]
fn a_year_of_the_general_hospital_on_one_sheet() {
    let (old, new, difference) = (year::before(), year::after(), year::difference());
    let since = Since::of(&old, &new, &difference);
    let before = draw(&old, &Request::default());
    let now = drawn(&new, &since, None, Lang::Ja);
    if let Some(folder) = std::env::var_os("LOOK") {
        for (at, sheet) in now.sheets.iter().enumerate() {
            let file = std::path::Path::new(&folder).join(format!("diff-{at}.png"));
            std::fs::write(file, png::write(sheet, 110.0).unwrap()).unwrap();
        }
        let file = std::path::Path::new(&folder).join("before-0.png");
        std::fs::write(file, png::write(&before.sheets[0], 110.0).unwrap()).unwrap();
    }
    let (moved, all) = moved(&before, &now);
    eprintln!("{} of {all} boxes moved: {moved:#?}", moved.len());
    for sheet in &now.sheets {
        assert_eq!(violations(sheet), Vec::<String>::new());
    }
}

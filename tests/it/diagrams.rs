//! `diagrams/` holds the drawing of every shipped inventory, byte for byte as this program draws
//! it, and of one of them with what a connection reaches lit up. `UPDATE=1 cargo test` draws them anew.

use crate::support::{evidence, root, shipped, today};
use sekisho::audit::audit;
use sekisho::diagram::lit::Lit;
use sekisho::diagram::{Request, draw, png, svg};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::Reach;
use std::collections::BTreeMap;

/// Dots per inch of the one picture that the README shows.
const README_DPI: f32 = 110.0;

/// Every file that belongs in `diagrams/`, with its bytes.
fn expected() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for (name, mut sources, reading) in shipped() {
        let as_of = reading.inventory.as_of.as_ref().map_or_else(today, |it| it.value);
        let evidence = evidence(&name, &mut sources, &reading);
        let assessment = audit(reading.inventory, evidence, as_of);
        let drawing = draw(&assessment, &Request::default());
        let many = drawing.sheets.len() > 1;
        for (at, sheet) in drawing.sheets.iter().enumerate() {
            let number = if many { format!("-{}", at + 1) } else { String::new() };
            files.insert(format!("{name}{number}.svg"), svg::write(sheet, true).into_bytes());
        }
        if name == "osaka-2022" {
            let meal = EntityRef::new(EntityKind::Connection, "meal");
            let lit = Lit::of(
                &Reach::new(&assessment.inventory, &assessment.evidence, &assessment.topology),
                &meal,
            );
            let lit = draw(&assessment, &Request { lit: Some(&lit), ..Request::default() });
            let sheet = svg::write(&lit.sheets[0], true);
            files.insert(format!("{name}-reach.svg"), sheet.into_bytes());
        }
        if name == "general-hospital" {
            let picture = png::write(&drawing.sheets[0], README_DPI).unwrap();
            files.insert(format!("{name}.png"), picture);
        }
    }
    files
}

#[test]
fn the_folder_holds_what_is_drawn() {
    let folder = root().join("diagrams");
    let expected = expected();
    if std::env::var_os("UPDATE").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in &expected {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
    let mut found: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|it| it.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let names: Vec<&String> = expected.keys().collect();
    assert_eq!(
        found.iter().collect::<Vec<_>>(),
        names,
        "run UPDATE=1 cargo test and look at the drawings"
    );
    for (name, bytes) in &expected {
        // Rounding of the rasteriser may differ between kinds of processor; vectors never do.
        if name.ends_with(".png") && !cfg!(target_arch = "x86_64") {
            continue;
        }
        let same = std::fs::read(folder.join(name)).unwrap() == *bytes;
        assert!(same, "{name} is not what is drawn now; run UPDATE=1 cargo test and look at it");
    }
}

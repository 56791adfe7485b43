//! Reach lit up on the drawing: what stands out is what is reached, and nothing moves.

use super::exposure::{HOSPITAL, ROUTER, state};
use crate::support::{evidence, shipped};
use sekisho::audit::{Assessment, audit};
use sekisho::diagram::lit::{Lit, Side};
use sekisho::diagram::scene::{Area, Item, Role, Scene, Shape, Stroke};
use sekisho::diagram::{Request, draw, drawio};
use sekisho::model::{Date, EntityKind, EntityRef};
use sekisho::reach::Reach;
use sekisho::reach::exposure::{Certainty, Exposure};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// A shipped hospital, with the configurations that stand beside it.
fn hospital(wanted: &str) -> Assessment {
    let (name, mut sources, reading) =
        shipped().into_iter().find(|(name, ..)| name == wanted).unwrap();
    let evidence = evidence(&name, &mut sources, &reading);
    let as_of = reading.inventory.as_of.as_ref().unwrap().value;
    audit(reading.inventory, evidence, as_of)
}

fn reach(it: &Assessment) -> Reach<'_> {
    Reach::new(&it.inventory, &it.evidence, &it.topology)
}

fn sheet(it: &Assessment, lit: Option<&Lit>) -> Scene {
    draw(it, &Request { lit, ..Request::default() }).sheets.remove(0)
}

fn boxes(scene: &Scene) -> BTreeMap<&str, (Area, Option<&Stroke>, &Item)> {
    let boxed = scene.items.iter().filter_map(|it| match (&it.shape, &it.key) {
        (Shape::Rect { area, stroke, .. }, Some(key)) => {
            Some((key.as_str(), (*area, stroke.as_ref(), it)))
        }
        _ => None,
    });
    boxed.collect()
}

/// The systems whose boxes stand out on a sheet, with whether their outline is dashed.
fn standing_out(scene: &Scene) -> BTreeSet<(String, bool)> {
    let boxes = boxes(scene);
    let systems = boxes.values().filter(|(_, _, it)| it.role == Role::System);
    let strong = systems.filter_map(|(_, stroke, it)| {
        let stroke = stroke.filter(|it| it.width > 1.35)?;
        Some((it.thing.as_ref()?.to_string(), !stroke.dash.is_empty()))
    });
    strong.collect()
}

fn words(scene: &Scene) -> String {
    let texts = scene.items.iter().filter_map(|it| match &it.shape {
        Shape::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_stands_out_is_what_exposure_says_and_nothing_moves() {
    let it = hospital("general-hospital");
    let reach = reach(&it);
    let exposure = Exposure::new(&reach);
    let plain = sheet(&it, None);
    let before = boxes(&plain);
    let mut seen = 0;
    for party in ["fujimi", "toto", "midori"] {
        let Some(party) = it.inventory.parties.get(party) else { continue };
        let thing = EntityRef::new(EntityKind::Party, &party.id.value);
        let lit = Lit::of(&reach, &thing);
        let scene = sheet(&it, Some(&lit));
        let after = boxes(&scene);
        let same = |key: &&str| before[*key].0 == after[*key].0;
        assert!(before.keys().all(same), "a box moved");
        let mut expected: BTreeMap<String, bool> = BTreeMap::new();
        for reached in &exposure.of(&thing).unwrap().reaches {
            if reached.to.kind == EntityKind::System {
                let open = !reached.certainty.is_sure();
                let known = expected.entry(reached.to.to_string()).or_insert(true);
                *known &= open;
            }
        }
        seen += expected.len();
        assert_eq!(standing_out(&scene), expected.into_iter().collect(), "{thing}");
    }
    assert!(seen > 3, "the hospital reaches too little to tell anything");
}

#[test]
fn a_system_shows_who_reaches_it() {
    let it = hospital("osaka-2022");
    let reach = reach(&it);
    let exposure = Exposure::new(&reach);
    for system in &it.inventory.systems {
        let thing = EntityRef::new(EntityKind::System, &system.id.value);
        let lit = Lit::of(&reach, &thing);
        assert_eq!(lit.side, Side::To);
        let from: BTreeSet<&EntityRef> = lit.ways.iter().map(|it| &it.from).collect();
        let reaching = exposure.outsiders.iter().filter(|it| it.to(&thing).next().is_some());
        assert_eq!(from, reaching.map(|it| &it.thing).collect(), "{thing}");
        let scene = sheet(&it, Some(&lit));
        let boxes = boxes(&scene);
        let parties = boxes.values().filter(|(_, stroke, it)| {
            it.role == Role::Party && stroke.is_some_and(|it| it.width > 1.35)
        });
        let shown: BTreeSet<&EntityRef> = parties.filter_map(|it| it.2.thing.as_ref()).collect();
        assert_eq!(shown, from, "{thing}");
    }
}

/// The hospital of the exposure tests, with its router read.
fn small() -> Assessment {
    let (_, inventory, evidence) = state(HOSPITAL, ROUTER);
    audit(inventory, evidence, Date::new(2026, 11, 1).unwrap())
}

#[test]
fn a_line_is_asked_for_by_itself() {
    let it = small();
    let reach = reach(&it);
    let lit = Lit::of(&reach, &EntityRef::new(EntityKind::Connection, "pacs"));
    assert!(lit.entered);
    assert!(lit.ways.iter().all(|it| it.by.id == "pacs"), "{:#?}", lit.ways);
    let ehr = lit.ways.iter().find(|it| it.to.id == "ehr").unwrap();
    assert_eq!(ehr.certainty(), Certainty::Declared);
    assert_eq!(ehr.passes.first().unwrap().id, "gate");
    assert!(lit.unread.iter().any(|it| it.id == "gate"));
}

#[test]
fn nobody_who_cannot_be_asked_for_is_said_to_reach_nothing() {
    let it = small();
    let reach = reach(&it);
    let lit = Lit::of(&reach, &EntityRef::new(EntityKind::Party, "silent"));
    assert!(!lit.entered && lit.ways.is_empty());
    let words = words(&sheet(&it, Some(&lit)));
    assert!(words.contains("調べられません"), "{words}");
    assert!(!words.contains("見つかりません"), "{words}");
}

#[test]
fn the_sheet_says_whose_view_it_is_and_what_dashes_mean() {
    let it = hospital("osaka-2022");
    let reach = reach(&it);
    let lit = Lit::of(&reach, &EntityRef::new(EntityKind::Connection, "meal"));
    let scene = sheet(&it, Some(&lit));
    let words = words(&scene);
    for said in ["到達範囲図", "視点：給食業務", "破線と？：判定不能", "台帳の記載により"]
    {
        assert!(words.contains(said), "{said} is missing in\n{words}");
    }
    assert!(drawio::write(&[scene]).contains("栄養給食管理サーバ"));
}

#[test]
fn formats_without_lines_and_things_without_reach_are_refused() {
    let asked = |thing: &str, file: &str| {
        let folder = std::env::temp_dir().join(format!("sekisho-lit-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_sekisho"))
            .args([
                "diagram",
                "inventories/osaka-2022.yaml",
                "--lang",
                "en",
                "--reach",
                thing,
                "-o",
            ])
            .arg(folder.join(file))
            .current_dir(crate::support::root())
            .env_clear()
            .output()
            .unwrap();
        let wrote = folder.join(file).exists();
        let _ = std::fs::remove_dir_all(&folder);
        (output.status.code(), wrote, String::from_utf8(output.stderr).unwrap())
    };
    let (code, wrote, says) = asked("1", "a.dot");
    assert_eq!((code, wrote), (Some(2), false), "{says}");
    assert!(says.contains("not-lit"), "{says}");
    let (code, wrote, says) = asked("192.0.2.1", "a.svg");
    assert_eq!((code, wrote), (Some(2), false), "{says}");
    assert!(says.contains("not-a-thing"), "{says}");
    let (code, wrote, says) = asked("mael", "a.svg");
    assert_eq!((code, wrote), (Some(2), false), "{says}");
    assert!(says.contains("meal"), "{says}");
}

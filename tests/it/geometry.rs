//! The geometry of drawings: first the checks themselves, each on a sheet that breaks it on
//! purpose; then every shipped inventory, in every view and on every paper.

use crate::support::random::hospital;
use crate::support::scene::{against, violations};
use crate::support::sheet::{at, boxed, item, route, sheet, solid, text};
use crate::support::{read, shipped, today, told};
use sekisho::audit::{Assessment, audit};
use sekisho::diagram::scene::{Anchor, Area, Colour, Item, Role, Scene, Shape};
use sekisho::diagram::{self, Paper, Request, View};
use sekisho::locale::Lang;
use sekisho::model::EntityKind;
use std::collections::BTreeMap;

/// The sheet made by hand with one more item.
fn with(extra: Item) -> Scene {
    let mut scene = sheet();
    scene.items.push(extra);
    scene
}

/// Exactly this is wrong.
fn finds(scene: &Scene, expected: &str) {
    let found = violations(scene);
    assert!(
        !found.is_empty() && found.iter().all(|it| it.contains(expected)),
        "expected “{expected}”, found {found:#?}"
    );
}

#[test]
fn the_sheet_made_by_hand_has_no_violation() {
    assert_eq!(violations(&sheet()), Vec::<String>::new());
}

#[test]
fn a_text_that_leaves_its_box_is_found() {
    let long = text(Some("vpn1"), at(155.0, 122.0), Anchor::Start, "とても長い名前のルータ");
    finds(&with(long), "leaves its box vpn1");
}

#[test]
fn texts_that_overlap_are_found() {
    let other = text(Some("vpn1"), at(180.0, 104.0), Anchor::Middle, "二重");
    finds(&with(other), "overlap");
}

#[test]
fn a_text_on_a_foreign_outline_is_found() {
    let label = text(None, at(205.0, 124.0), Anchor::Start, "RDP");
    finds(&with(label), "touches the outline of vpn1");
}

#[test]
fn a_text_on_a_filled_tag_may_cover_an_outline() {
    let mut scene = sheet();
    let tag = Item {
        key: Some("tag".to_owned()),
        thing: None,
        ..boxed(Role::Mark, "tag", EntityKind::Device, (190.0, 70.0, 40.0, 12.0))
    };
    scene.items.push(tag);
    scene.items.push(text(Some("tag"), at(195.0, 79.0), Anchor::Start, "未確認"));
    assert_eq!(violations(&scene), Vec::<String>::new());
}

#[test]
fn a_route_through_words_is_found() {
    let label = text(None, at(215.0, 98.0), Anchor::Start, "RD");
    finds(&with(label), "crosses “RD”");
}

#[test]
fn a_halo_that_wipes_out_words_is_found() {
    let label = text(None, at(215.0, 93.2), Anchor::Start, "RD");
    let mut scene = sheet();
    scene.items.insert(0, label.clone());
    finds(&scene, "crosses “RD”");
    assert_eq!(violations(&with(label)), Vec::<String>::new(), "drawn on top of the halo");
}

#[test]
fn a_route_through_a_box_is_found() {
    let points = [at(110.0, 118.0), at(265.0, 118.0)];
    finds(&with(route("other", ("fujimi", "ehr-db"), &points)), "runs through vpn1");
}

#[test]
fn a_route_through_a_zone_where_it_does_not_end_is_found() {
    let mut scene = sheet();
    scene.items.push(boxed(Role::Backbone, "core", EntityKind::Device, (388.0, 60.0, 10.0, 90.0)));
    let points = [at(210.0, 125.0), at(388.0, 125.0)];
    scene.items.push(route("other", ("vpn1", "core"), &points));
    finds(&scene, "runs through clinical");
}

#[test]
fn boxes_that_overlap_are_found() {
    let other = boxed(Role::Device, "vpn2", EntityKind::Device, (195.0, 125.0, 40.0, 30.0));
    finds(&with(other), "vpn1 and vpn2 overlap");
}

#[test]
fn a_system_that_stands_half_in_a_zone_is_found() {
    let other = boxed(Role::System, "pacs", EntityKind::System, (340.0, 130.0, 40.0, 12.0));
    finds(&with(other), "clinical and pacs overlap");
}

#[test]
fn routes_on_top_of_each_other_are_found() {
    let points = [at(210.0, 100.0), at(230.0, 100.0), at(230.0, 112.0), at(265.0, 112.0)];
    let mut scene = with(route("other", ("vpn1", "ehr-db"), &points));
    assert_eq!(violations(&scene).len(), 1, "{:#?}", violations(&scene));
    finds(&scene, "runs on top of");
    if let Some(last) = scene.items.last_mut() {
        *last = route("ehr-maintenance", ("vpn1", "ehr-db"), &points);
    }
    assert_eq!(violations(&scene), Vec::<String>::new(), "one connection may share its line");
}

#[test]
fn a_route_that_ends_in_nothing_is_found() {
    let points = [at(210.0, 125.0), at(240.0, 125.0)];
    let found = violations(&with(route("other", ("vpn1", "ehr-db"), &points)));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("does not reach ehr-db"), "{found:#?}");
    assert!(found[1].contains("has a loose end"), "{found:#?}");
}

#[test]
fn a_branch_may_begin_on_a_line_of_its_connection() {
    let points = [at(230.0, 100.0), at(230.0, 115.0), at(265.0, 115.0)];
    let mut scene = with(route("ehr-maintenance", ("vpn1", "ehr-db"), &points));
    assert_eq!(violations(&scene), Vec::<String>::new());
    if let Some(last) = scene.items.last_mut() {
        *last = route("other", ("vpn1", "ehr-db"), &points);
    }
    assert!(violations(&scene).iter().any(|it| it.contains("does not reach vpn1")));
}

#[test]
fn a_slanted_route_is_found() {
    let points = [at(210.0, 120.0), at(265.0, 119.0)];
    finds(&with(route("other", ("vpn1", "ehr-db"), &points)), "is slanted");
}

#[test]
fn small_print_is_found() {
    let mut small = text(None, at(30.0, 50.0), Anchor::Start, "小さい");
    if let Shape::Text { size, .. } = &mut small.shape {
        *size = 6.4;
    }
    finds(&with(small), "has only 6.4 points");
}

#[test]
fn a_character_without_glyph_is_found() {
    let mut odd = text(None, at(30.0, 50.0), Anchor::Start, "");
    if let Shape::Text { text, .. } = &mut odd.shape {
        "𠮷田".clone_into(text);
    }
    finds(&with(odd), "which the font does not have");
}

#[test]
fn keys_and_names_that_lead_nowhere_are_found() {
    finds(&with(text(Some("nobody"), at(30.0, 50.0), Anchor::Start, "誰")), "is no key");
    let twice = boxed(Role::Ground, "vpn1", EntityKind::Device, (30.0, 30.0, 5.0, 5.0));
    let found = violations(&with(twice));
    assert!(found.contains(&"the key vpn1 is used twice".to_owned()), "{found:#?}");
}

#[test]
fn what_stands_in_the_margin_is_found() {
    let edge = Shape::Rect {
        area: Area { x: 5.0, y: 20.0, w: 20.0, h: 20.0 },
        radius: 0.0,
        fill: None,
        stroke: Some(solid(Colour(0, 0, 0), 1.0)),
    };
    finds(&with(item(Role::Furniture, edge)), "stands in the margin");
    let words = text(None, at(395.0, 30.0), Anchor::Start, "右にはみ出す");
    let found = violations(&with(words));
    assert!(found.iter().any(|it| it.contains("leaves the page")), "{found:#?}");
}

const INVENTORY: &str = "
zones:
  clinical: {name: 診療系, kind: clinical}
  office: {name: 事務系, kind: administrative}
parties:
  fujimi: {name: 富士見, kind: vendor}
  midori: {name: みどり, kind: vendor}
devices:
  vpn1: {name: 保守用VPN, kind: vpn-gateway}
systems:
  ehr-db: {name: 電子カルテDB, kind: ehr, class: server, zone: clinical}
connections:
  ehr-maintenance: {name: 保守, number: 1, purpose: remote-maintenance, party: fujimi, transport: ipsec-ike}
";

#[test]
fn what_is_missing_on_every_sheet_is_found() {
    let (_, whole) = read(INVENTORY);
    assert_eq!(against(&whole.inventory, &[sheet()]), Vec::<String>::new());
    let (_, more) = read(&format!(
        "{INVENTORY}  food: {{name: 給食, number: 7, purpose: outsourcing, party: midori, transport: tls}}\n"
    ));
    assert_eq!(
        against(&more.inventory, &[sheet()]),
        [
            "parties/midori is on no sheet",
            "connections/food is on no sheet",
            "the number 7 is on no sheet"
        ]
    );
    let (_, moved) = read(&INVENTORY.replace("zone: clinical", "zone: office"));
    let found = against(&moved.inventory, &[sheet()]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("in none of its zones"), "{found:#?}");
}

/// How many random hospitals are tried.
const SEEDS: u64 = 40;

#[test]
fn random_hospitals_are_valid_and_different() {
    let mut sizes = std::collections::BTreeSet::new();
    for seed in 0..SEEDS {
        let text = hospital(seed);
        assert_eq!(text, hospital(seed));
        let (sources, reading) = read(&text);
        assert!(reading.is_sound(), "seed {seed}: {}\n{text}", told(&sources, &reading));
        let inventory = reading.inventory;
        let systems = inventory.systems.iter().count();
        let connections = inventory.connections.iter().count();
        sizes.insert((systems, connections, inventory.zones.iter().count()));
    }
    assert!(sizes.contains(&(300, 60, 20)) && sizes.contains(&(0, 0, 1)));
    assert!(sizes.len() > 30, "{sizes:?}");
}

/// Every view of an assessment that is worth a drawing: the connections are many and alike, so
/// the first, the last and one between stand for them.
fn views(assessment: &Assessment) -> Vec<View> {
    let connections = &assessment.inventory.connections;
    let ids: Vec<&str> = connections.ids().map(|it| it.value.as_str()).collect();
    let mut some: Vec<&str> = [0, ids.len() / 2, ids.len().saturating_sub(1)]
        .into_iter()
        .filter_map(|index| ids.get(index).copied())
        .collect();
    some.dedup();
    let some = some.into_iter().map(|id| View::Connection(id.to_owned()));
    [View::Whole, View::External].into_iter().chain(some).collect()
}

/// What is wrong with the drawings of an assessment: drawing, sheet, violation.
fn wrong(name: &str, assessment: &Assessment) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    for view in views(assessment) {
        let papers: &[Option<Paper>] = match view {
            View::Connection(_) => &[None],
            _ => &[None, Some(Paper::A4), Some(Paper::A3)],
        };
        for paper in papers.iter().copied() {
            // The language changes words, not places: one paper is enough for English.
            let langs = if paper.is_none() { vec![Lang::Ja, Lang::En] } else { vec![Lang::Ja] };
            for lang in langs {
                let request = Request { view: view.clone(), paper, lang, ..Request::default() };
                let drawing = diagram::draw(assessment, &request);
                let place = format!("{name}, {view:?} on {paper:?} in {lang:?}");
                if drawing.sheets.is_empty() {
                    wrong.push((place.clone(), "no sheet".to_owned()));
                }
                for (index, sheet) in drawing.sheets.iter().enumerate() {
                    let page = format!("{place}, sheet {}", index + 1);
                    wrong.extend(violations(sheet).into_iter().map(|it| (page.clone(), it)));
                }
                if view == View::Whole {
                    let missing = against(&assessment.inventory, &drawing.sheets);
                    wrong.extend(missing.into_iter().map(|it| (place.clone(), it)));
                }
            }
        }
    }
    wrong
}

/// Fails with a summary: how many violations each drawing has, and the first few of each.
fn demand_none(wrong: &[(String, String)]) {
    let mut pages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (page, violation) in wrong {
        pages.entry(page).or_default().push(violation);
    }
    let told: Vec<String> = pages
        .iter()
        .map(|(page, list)| {
            let first: Vec<_> = list.iter().take(5).map(|it| format!("    {it}")).collect();
            format!("{page}: {} violations\n{}", list.len(), first.join("\n"))
        })
        .collect();
    assert!(told.is_empty(), "{} sheets\n{}", told.len(), told.join("\n"));
}

#[test]
fn drawings_of_the_shipped_inventories_violate_nothing() {
    let mut all = Vec::new();
    for (name, _, reading) in shipped() {
        let day = reading.inventory.as_of.as_ref().map_or(today(), |it| it.value);
        all.extend(wrong(&name, &audit(reading.inventory, Default::default(), day)));
    }
    demand_none(&all);
}

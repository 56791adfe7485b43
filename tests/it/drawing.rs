//! Real drawings: every shipped inventory and many random ones, all views and papers, measured.

use crate::support::random::hospital;
use crate::support::scene::{against, violations};
use crate::support::{audited, evidence, observed, root, shipped, today};
use sekisho::audit::{Assessment, audit};
use sekisho::diagram::{Paper, Request, View, draw};
use sekisho::locale::Lang;
use std::collections::{BTreeMap, BTreeSet};

/// Every view of an assessment; of the connections every `step`th has its own sheet.
fn views(assessment: &Assessment, step: usize) -> Vec<View> {
    let connections = assessment.inventory.connections.iter().step_by(step);
    let single = connections.map(|it| View::Connection(it.id.value.clone()));
    [View::Whole, View::External].into_iter().chain(single).collect()
}

/// What is wrong with the drawings of an assessment, with the sheet on which it is.
fn wrong(name: &str, assessment: &Assessment, step: usize) -> Vec<String> {
    let mut wrong = Vec::new();
    for view in views(assessment, step) {
        for (paper, lang) in
            [(None, Lang::Ja), (Some(Paper::A4), Lang::Ja), (Some(Paper::A3), Lang::En)]
        {
            let request = Request { view: view.clone(), paper, lang, ..Request::default() };
            let drawing = draw(assessment, &request);
            let sheet = format!("{name} {view:?} {paper:?} {lang:?}");
            for (at, scene) in drawing.sheets.iter().enumerate() {
                wrong.extend(
                    violations(scene)
                        .into_iter()
                        .map(|it| format!("{sheet} sheet {}: {it}", at + 1)),
                );
            }
            if view == View::Whole {
                wrong.extend(
                    against(&assessment.inventory, &drawing.sheets)
                        .into_iter()
                        .map(|it| format!("{sheet}: {it}")),
                );
            }
        }
    }
    wrong
}

/// Fails with the number of violations of each sort and the first few of them.
fn demand_none(wrong: &[String]) {
    let shown: Vec<&String> = wrong.iter().take(40).collect();
    assert!(wrong.is_empty(), "{} violations, the first of them:\n{shown:#?}", wrong.len());
}

#[test]
fn the_drawings_of_shipped_inventories_are_clean() {
    let mut all = Vec::new();
    for (name, _, reading) in shipped() {
        let as_of = reading.inventory.as_of.as_ref().map_or_else(today, |it| it.value);
        all.extend(wrong(&name, &audit(reading.inventory, Default::default(), as_of), 1));
    }
    demand_none(&all);
}

#[test]
fn the_drawings_of_random_hospitals_are_clean() {
    let all: Vec<String> = (0..24)
        .flat_map(|seed| wrong(&format!("seed {seed}"), &audited(&hospital(seed)), 7))
        .collect();
    demand_none(&all);
}

/// With what a mirror port showed the example no longer fits on one sheet: none of its sheets is
/// nearly empty then, and the box that nobody declared stands once, as the way out that it is.
#[test]
fn what_was_seen_is_spread_over_the_sheets_and_stands_once() {
    let all = shipped().into_iter();
    let mut example = all.filter(|(name, ..)| name == "general-hospital");
    let (name, mut sources, reading) = example.next().unwrap();
    let mut evidence = evidence(&name, &mut sources, &reading);
    let seen = root().join("inventories/general-hospital/evidence/core-mirror.jsonl");
    let lines = std::fs::read_to_string(seen).unwrap();
    let facts: Vec<&str> = lines.lines().filter(|it| !it.starts_with("{\"sekisho\"")).collect();
    evidence.observe(&mut sources, observed::piece("core-mirror", &facts.join("\n")).unwrap());
    let as_of = reading.inventory.as_of.as_ref().map_or_else(today, |it| it.value);
    let assessment = audit(reading.inventory, evidence, as_of);
    let drawing = draw(&assessment, &Request::default());
    let mut drawn = 0;
    let mut strangers = Vec::new();
    for scene in &drawing.sheets {
        assert_eq!(violations(scene), Vec::<String>::new());
        let keys: BTreeSet<&str> = scene.items.iter().filter_map(|it| it.key.as_deref()).collect();
        let boxes = ["devices/mac-", "seen:"];
        let unknown = keys.iter().filter(|it| boxes.iter().any(|start| it.starts_with(start)));
        strangers.extend(unknown.copied());
        let entries = keys.iter().filter(|it| it.starts_with("devices/")).count();
        if keys.iter().any(|it| it.starts_with("zones/")) {
            drawn += 1;
            assert!(entries >= 4, "a sheet with {entries} devices: {keys:?}");
        }
    }
    assert_eq!(drawn, 2);
    let both = ["devices/mac-00-80-45-10-20-30#1", "seen:devices/mac-00-1b-0d-00-00-77@!"];
    strangers.sort_unstable();
    assert_eq!(strangers, both);
}

/// The boxes of a drawing by sheet and key.
fn boxes(
    assessment: &Assessment,
    keep: Option<&sekisho::diagram::Positions>,
) -> BTreeMap<String, String> {
    let request = Request { keep, ..Request::default() };
    let mut boxes = BTreeMap::new();
    for (sheet, scene) in draw(assessment, &request).sheets.iter().enumerate() {
        for item in &scene.items {
            if let (Some(key), sekisho::diagram::scene::Shape::Rect { area, .. }) =
                (&item.key, &item.shape)
            {
                boxes.insert(key.clone(), format!("{sheet} {area:?}"));
            }
        }
    }
    boxes
}

#[test]
fn one_more_system_moves_nothing_else() {
    let folder = crate::support::root().join("inventories/general-hospital");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.is_file());
    files.sort();
    let read = |extra: &str| {
        let mut sources = sekisho::source::SourceMap::new();
        let mut ids = Vec::new();
        for file in &files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            ids.push(sources.add(name, std::fs::read_to_string(file).unwrap()));
        }
        ids.push(sources.add("extra.yaml", extra.to_owned()));
        let reading = sekisho::inventory::read(&sources, &ids, today());
        assert!(reading.is_sound(), "{}", crate::support::told(&sources, &reading));
        audit(reading.inventory, Default::default(), today())
    };
    let before = read("schema: 1\n");
    let old = boxes(&before, None);
    let kept = draw(&before, &Request::default()).positions;
    for zone in &before.inventory.zones {
        let id = &zone.id.value;
        let extra = format!(
            "systems: {{zz-new: {{name: 追加システム, kind: other, class: server, zone: {id}}}}}\n"
        );
        let after = read(&extra);
        // With and without the positions of the drawing before.
        for keep in [None, Some(&kept)] {
            let new = boxes(&after, keep);
            let moved: Vec<&String> = old
                .iter()
                .filter(|(key, place)| new.get(*key) != Some(place))
                .map(|(key, _)| key)
                .collect();
            assert!(moved.is_empty(), "a system in {id} moved {moved:?}");
            assert!(new.keys().any(|key| key.starts_with("systems/zz-new")), "{id}");
        }
    }
}

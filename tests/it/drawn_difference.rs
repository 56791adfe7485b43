//! The difference as a picture: a hospital and the same hospital a year later on one sheet.

use crate::support::scene::{against, violations};
use crate::support::year;
use sekisho::audit::Assessment;
use sekisho::change::{Difference, What};
use sekisho::diagram::scene::{Area, Role, Scene, Shape};
use sekisho::diagram::since::{Since, Turn};
use sekisho::diagram::{Drawing, Paper, Request, draw, png};
use sekisho::locale::Lang;
use sekisho::model::{EntityKind, EntityRef};
use std::collections::{BTreeMap, BTreeSet};

fn drawn(new: &Assessment, since: &Since<'_>, paper: Option<Paper>, lang: Lang) -> Drawing {
    draw(new, &Request { since: Some(since), paper, lang, ..Request::default() })
}

/// Where the boxes of a drawing stand. The number of a device among those of its sheet is no part
/// of its name.
fn boxes(drawing: &Drawing) -> BTreeMap<String, BTreeSet<String>> {
    let mut boxes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (sheet, scene) in drawing.sheets.iter().enumerate() {
        for item in &scene.items {
            let (Some(key), Shape::Rect { area, .. }) = (&item.key, &item.shape) else { continue };
            let key = match item.role {
                Role::Device => key.split('#').next().unwrap_or(key),
                _ => key,
            };
            let Area { x, y, .. } = area;
            boxes.entry(key.to_owned()).or_default().insert(format!("{sheet}: {x:.1}, {y:.1}"));
        }
    }
    boxes
}

/// The boxes of the drawing before that stand elsewhere now, of how many.
fn moved(before: &Drawing, now: &Drawing) -> (Vec<String>, usize) {
    let (old, new) = (boxes(before), boxes(now));
    let place = |key: &str| new.get(key).or_else(|| new.get(&format!("before:{key}")));
    let common: Vec<_> = old.iter().filter_map(|(key, at)| Some((key, at, place(key)?))).collect();
    let moved = common.iter().filter(|(_, old, new)| !new.is_superset(old));
    (moved.map(|(key, old, new)| format!("{key}: {old:?} → {new:?}")).collect(), common.len())
}

fn words(scene: &Scene) -> impl Iterator<Item = (&str, Option<&EntityRef>)> {
    scene.items.iter().filter_map(|it| match &it.shape {
        Shape::Text { text, .. } => Some((text.as_str(), it.thing.as_ref())),
        _ => None,
    })
}

/// For people who look at the sheets: `LOOK=DIR` keeps them.
fn keep(name: &str, drawing: &Drawing) {
    let Some(folder) = std::env::var_os("LOOK") else { return };
    for (at, sheet) in drawing.sheets.iter().enumerate() {
        let file = std::path::Path::new(&folder).join(format!("{name}-{at}.png"));
        std::fs::write(file, png::write(sheet, 110.0).unwrap()).unwrap();
    }
}

#[test]
fn a_year_of_the_general_hospital() {
    let (old, new, difference) = (year::before(), year::after(), year::difference());
    let since = Since::of(&old, &new, &difference);
    let before = draw(&old, &Request::default());
    for (paper, lang) in [
        (None, Lang::Ja),
        (None, Lang::En),
        (Some(Paper::A4), Lang::Ja),
        (Some(Paper::A4), Lang::En),
        (Some(Paper::A3), Lang::En),
    ] {
        let now = drawn(&new, &since, paper, lang);
        for sheet in &now.sheets {
            assert_eq!(violations(sheet), Vec::<String>::new(), "{paper:?} {lang:?}");
        }
        assert_eq!(against(&new.inventory, &now.sheets), Vec::<String>::new());
    }
    let now = drawn(&new, &since, None, Lang::Ja);
    keep("diff", &now);
    let (moved, all) = moved(&before, &now);
    eprintln!("{} of {all} boxes moved: {moved:#?}", moved.len());
    // The new system takes a line of its zone: what stands below it moves by one line, down to the
    // zone that lost one. Nothing left of the channel moves.
    assert!(all > 100 && moved.len() <= 21, "{} of {all} moved: {moved:#?}", moved.len());
    let right = |it: &&String| it.starts_with("systems/") || it.starts_with("zones/");
    assert_eq!(moved.iter().filter(right).count(), moved.len(), "{moved:#?}");

    // Everything that has a box says what became of it, under the number of the list.
    let all: BTreeSet<(String, EntityRef)> = now
        .sheets
        .iter()
        .flat_map(words)
        .filter_map(|(text, thing)| Some((text.to_owned(), thing?.clone())))
        .collect();
    for (told, number) in since.changes.iter().zip(1..) {
        let sign = told.turn.label();
        let expected = format!("{}{number}", sign.get(Lang::Ja));
        let thing = told.new.last().or(told.old.first()).unwrap();
        let shown = |it: &&(String, EntityRef)| it.0.starts_with(&expected);
        let own = all.iter().filter(shown).any(|(_, it)| it == thing);
        // The pill of a connection stands for its circuit too.
        let pill = |(text, it): &(String, EntityRef)| {
            let mut numbers = text.split(|it: char| !it.is_ascii_digit());
            it.kind == EntityKind::Connection && numbers.any(|it| it == number.to_string())
        };
        let said = own || thing.kind == EntityKind::Circuit && all.iter().any(pill);
        assert!(said, "{expected} of {thing} is on no sheet");
    }
    let chip = |text: &str| Turn::Gone.label().get(Lang::Ja).chars().all(|it| text.contains(it));
    let torn: Vec<_> = all.iter().filter(|(text, _)| chip(text) && text.ends_with(',')).collect();
    assert!(torn.is_empty(), "{torn:?}");
    // What is gone is dashed; what is new is bold.
    let outlined = |key: &str| {
        now.sheets.iter().flat_map(|it| &it.items).find_map(|it| match &it.shape {
            Shape::Rect { stroke: Some(stroke), .. } if it.key.as_deref() == Some(key) => {
                Some((stroke.dash.is_empty(), stroke.width))
            }
            _ => None,
        })
    };
    assert_eq!(outlined("before:systems/bacteria@dept"), Some((false, 1.0)));
    assert!(outlined("systems/ai-gw@dept").is_some_and(|(solid, width)| solid && width > 2.0));
    let said: Vec<&str> = now.sheets.iter().flat_map(words).map(|it| it.0).collect();
    assert!(said.contains(&"変更 16 件：新設 8・廃止 2・変更 6・確認範囲 0"), "{said:?}");
    assert!(said.contains(&"説明のない変更：12 件（番号 1–3・6・7・9・10・12–16）"));
    assert!(said.contains(&"外部接続構成図（前回との差分）"));
}

#[test]
fn without_a_difference_everything_stands_where_it_stood() {
    let (old, new) = (year::before(), year::before());
    let difference = Difference::default();
    let since = Since::of(&old, &new, &difference);
    let now = drawn(&new, &since, None, Lang::Ja);
    let before = draw(&old, &Request::default());
    let (moved, all) = moved(&before, &now);
    assert!(all > 100);
    assert_eq!(moved, Vec::<String>::new());
    assert_eq!(since.count(Turn::Changed), 0);
}

/// Lines of some entries of a random hospital with one more field, that no drawing shows.
fn noted(text: &str, prefix: &str, every: usize) -> String {
    let line = |line: &str| {
        let number =
            line.strip_prefix(prefix).and_then(|it| it.split_once(':')?.0.parse::<usize>().ok());
        match (number.filter(|it| it % every == 0), line.strip_suffix('}')) {
            (Some(_), Some(open)) => format!("{open}, note: 変えた}}\n"),
            _ => format!("{line}\n"),
        }
    };
    text.lines().map(line).collect()
}

#[test]
fn whatever_the_hospital_nothing_moves_that_only_changed_and_every_change_is_marked() {
    let assessed = |text: &str| {
        let (sources, reading) = crate::support::read(text);
        assert!(reading.is_sound(), "{}", crate::support::told(&sources, &reading));
        (
            sekisho::audit::audit(reading.inventory, Default::default(), crate::support::today()),
            sources,
        )
    };
    let mut marked = 0;
    // The seventh is drawn on eleven sheets, with a line that reaches more than one sheet holds.
    for seed in (7..24).step_by(3) {
        let text = crate::support::random::hospital(seed);
        let systems = text.matches("  system-").count();
        // Those that fit on one sheet: of larger ones the sheets are cut elsewhere when rows grow.
        let small = (4..=60).contains(&systems);
        let later = noted(&noted(&text, "  system-", 3), "  connection-", 4);
        let ((old, before), (new, after)) = (assessed(&text), assessed(&later));
        let record = |it: &Assessment, sources| sekisho::change::Record::of(it, sources);
        let difference = Difference::between(&record(&old, &before), &record(&new, &after), &[]);
        let expected = later.lines().filter(|it| it.ends_with("note: 変えた}")).count();
        assert_eq!(difference.changes.len(), expected, "seed {seed}");
        let since = Since::of(&old, &new, &difference);
        let now = drawn(&new, &since, None, Lang::Ja);
        for sheet in &now.sheets {
            assert_eq!(violations(sheet), Vec::<String>::new(), "seed {seed}");
        }
        if small {
            let (moved, _) = moved(&draw(&old, &Request::default()), &now);
            assert_eq!(moved, Vec::<String>::new(), "seed {seed}");
        }
        let shown: BTreeSet<&str> = now.sheets.iter().flat_map(words).map(|it| it.0).collect();
        for number in 1..=since.changes.len() {
            let sign = format!("{}{number}", Turn::Changed.label().get(Lang::Ja));
            assert!(
                shown.iter().any(|it| it.starts_with(&sign)),
                "seed {seed}: {sign} is on no sheet"
            );
            marked += 1;
        }
    }
    assert!(marked > 10, "{marked}");
}

#[test]
fn what_nobody_looked_at_this_time_is_not_drawn_as_gone() {
    let (old, new, difference) = (year::before(), year::after(), year::difference());
    let gone = Since::of(&old, &new, &difference);
    let mut scope = gone.clone();
    for told in scope.changes.iter_mut().filter(|it| it.turn == Turn::Gone) {
        told.turn = Turn::Scope;
    }
    assert!(scope.count(Turn::Scope) > 0);
    let key = "before:systems/bacteria@dept";
    let outline = |since: &Since<'_>| {
        let now = drawn(&new, since, None, Lang::Ja);
        for sheet in &now.sheets {
            assert_eq!(violations(sheet), Vec::<String>::new());
        }
        let items = now.sheets.iter().flat_map(|it| &it.items);
        let mut boxes = items.filter_map(|it| match &it.shape {
            Shape::Rect { stroke: Some(stroke), .. } if it.key.as_deref() == Some(key) => {
                Some(stroke.clone())
            }
            _ => None,
        });
        boxes.next().unwrap()
    };
    let (ghost, dotted) = (outline(&gone), outline(&scope));
    // In black and white the dots tell them apart, and the ink.
    assert_ne!((ghost.dash, ghost.colour), (dotted.dash, dotted.colour));
    assert!(dotted.dash[0] < ghost.dash[0] && dotted.width > ghost.width);
    assert_ne!(dotted.colour, ghost.colour);
}

#[test]
fn no_words_around_a_sheet_are_cut() {
    let (old, new, difference) = (year::before(), year::after(), year::difference());
    let since = Since::of(&old, &new, &difference);
    let coverage = sekisho::confirm::coverage::Coverage::of(&new);
    let request = Request { lang: Lang::En, ..Request::default() };
    for request in [
        Request { since: Some(&since), ..request.clone() },
        Request { since: Some(&since), paper: Some(Paper::A4), ..request.clone() },
        Request { coverage: Some(&coverage), ..request },
    ] {
        let drawing = draw(&new, &request);
        let of = drawing.sheets.len();
        for (sheet, number) in drawing.sheets.iter().zip(1..) {
            let around = sheet.items.iter().filter(|it| it.role == Role::Furniture);
            let said: Vec<&str> = around
                .filter_map(|it| match &it.shape {
                    Shape::Text { text, .. } => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            let cut: Vec<_> = said.iter().filter(|it| it.contains('…')).collect();
            assert!(cut.is_empty(), "{cut:?}");
            assert!(said.iter().any(|it| it.ends_with(&format!("{number} / {of}"))), "{said:?}");
        }
    }
}

/// A zone that hangs on no core switch comes first on the second sheet: the bar of the core begins
/// below it, and what stands under the drawing begins below the bar.
#[test]
fn the_list_of_changes_stands_below_the_bar_of_the_core() {
    let old = year::before();
    let more = "
zones: {newz: {name: 新設ゾーン, kind: department, site: main, networks: [10.77.0.0/16]}}
systems: {nz1: {name: 新棟サーバ, kind: departmental, class: server, zone: newz, addresses: [10.77.1.1]}}
connections:
  ai-cloud:
    {name: AI診断 クラウド接続, number: 99, purpose: remote-maintenance, party: fujimi, at: vpn1.wan, transport: ipsec-ike,
     allow: [{to: ehr-db, services: [3389/tcp]}, {to: ehr-ap, services: [3389/tcp]}]}
";
    let new = year::hospital(str::to_owned, more);
    let thing = |kind, id| year::change(&EntityRef::new(kind, id), What::Added);
    let changes = vec![
        thing(EntityKind::Zone, "newz"),
        thing(EntityKind::System, "nz1"),
        thing(EntityKind::Connection, "ai-cloud"),
    ];
    let difference = Difference { changes, ..Difference::default() };
    let since = Since::of(&old, &new, &difference);
    let mut beside = 0;
    for lang in [Lang::Ja, Lang::En] {
        let now = drawn(&new, &since, None, lang);
        keep("core", &now);
        for sheet in &now.sheets {
            assert_eq!(violations(sheet), Vec::<String>::new(), "{lang:?}");
            let bar = sheet.items.iter().any(|it| it.key.as_deref() == Some("backbone"));
            let listed = words(sheet)
                .any(|it| matches!(it.0, "前回からの変更一覧" | "Changes since last time"));
            beside += usize::from(bar && listed);
            // The names on the bar are written one character below the other, to the last.
            let upright = sheet.items.iter().filter(|it| it.role == Role::Backbone);
            let cut =
                upright.filter(|it| matches!(&it.shape, Shape::Text { text, .. } if text == "…"));
            assert_eq!(cut.count(), 0, "{lang:?}");
        }
    }
    assert!(beside > 0, "no sheet has both");
}

#[test]
fn the_numbers_of_unexplained_changes_are_told_whole_or_not_at_all() {
    let (old, new, mut difference) = (year::before(), year::after(), year::difference());
    let thing = |number: usize| EntityRef::new(EntityKind::Document, format!("d{number}"));
    difference.changes = (1..60).map(|it| year::change(&thing(it), What::Added)).collect();
    let since = Since::of(&old, &new, &difference);
    let mut apart = since.clone();
    for told in apart.changes.iter_mut().step_by(2) {
        told.unexplained = false;
    }
    for (since, ja, en) in [
        (&since, "（番号 1–59）", "(numbers 1–59)"),
        (&apart, "（変更一覧の★）", "(★ in the list of changes)"),
    ] {
        for (lang, expected) in [(Lang::Ja, ja), (Lang::En, en)] {
            let now = drawn(&new, since, Some(Paper::A4), lang);
            let said: Vec<&str> = now.sheets.iter().flat_map(words).map(|it| it.0).collect();
            assert!(said.iter().any(|it| it.ends_with(expected)), "{expected}: {said:?}");
        }
    }
}

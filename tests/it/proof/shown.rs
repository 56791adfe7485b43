//! What people and programs see: text, page, paper, data.

use super::{Case, NoAnswer, Reachable, SOUND};
use sekisho::locale::{Lang, harmless};
use sekisho::report::answer;
use sekisho::report::proof::{self, Sealed};
use sekisho::report::terminal::Style;
use serde_json::Value;

fn sealed() -> Sealed {
    let mut told = SOUND.to_vec();
    told.push(("10.20.2.10", 2575, "systems/lis", NoAnswer, Reachable));
    Sealed::new(Case::hospital("ehr-maintenance").paper(&told))
}

#[test]
fn the_file_is_as_its_schema_says() {
    let schema = proof::schema().unwrap();
    let judge = jsonschema::draft202012::new(&schema).expect("the schema is a schema");
    let file: Value = serde_json::from_slice(&sealed().to_json()).unwrap();
    let wrong: Vec<String> =
        judge.iter_errors(&file).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert_eq!(wrong, Vec::<String>::new());
    let mut other = file.clone();
    other["paper"]["rows"][0]["standing"] = "fine".into();
    assert!(!judge.is_valid(&other), "the schema refuses what is none");
    // It is one of the answers.
    let all = jsonschema::draft202012::new(&answer::schema().unwrap()).unwrap();
    assert!(all.is_valid(&file));
}

#[test]
fn every_form_says_the_same_verdict_rows_and_fingerprint() {
    let sealed = sealed();
    let style = Style { columns: 100, colour: false };
    for (lang, verdict, contradicted) in [
        (Lang::Ja, "到達可能", "設定では届かないはずが届いた"),
        (Lang::En, "reachable", "isolated by the configuration, and packets arrive"),
    ] {
        let text = proof::text(&sealed, lang, style);
        let page = String::from_utf8(proof::html(&sealed, lang).unwrap()).unwrap();
        for shown in [&text, &page] {
            for word in [verdict, contradicted, &sealed.fingerprint(), "10.20.2.10", "03-0000-0000"]
            {
                assert!(shown.contains(word), "{word} is not in\n{shown}");
            }
        }
        assert!(!page.contains("<script") && !page.contains("://"), "nothing leaves the page");
    }
}

#[test]
fn the_same_paper_is_the_same_bytes() {
    let (one, two) = (sealed(), sealed());
    assert_eq!(one.to_json(), two.to_json());
    assert_eq!(proof::pdf(&one, Lang::Ja).unwrap(), proof::pdf(&two, Lang::Ja).unwrap());
}

#[test]
fn a_paper_of_many_pages_holds_everything_within_its_margins() {
    let mut sealed = sealed();
    let row = sealed.paper.rows[0].clone();
    for at in 0..400 {
        let mut row = row.clone();
        row.to.name = format!("検査装置{at}");
        // One row is longer than a page.
        if at == 200 {
            let trace = &mut row.packets.as_mut().unwrap().because;
            *trace = sekisho::locale::Text::same("長い説明".repeat(2000));
        }
        sealed.paper.rows.push(row);
    }
    let pages = proof::pages(&sealed, Lang::Ja);
    assert!(pages.len() > 20, "{} pages", pages.len());
    let mut seen = String::new();
    for page in &pages {
        for item in &page.items {
            let sekisho::diagram::scene::Shape::Text { at, text, size, bold, anchor, .. } =
                &item.shape
            else {
                continue;
            };
            let width = sekisho::diagram::font::width(text, *size, *bold);
            let left = match anchor {
                sekisho::diagram::scene::Anchor::Start => at.x,
                sekisho::diagram::scene::Anchor::Middle => at.x - width / 2.0,
                sekisho::diagram::scene::Anchor::End => at.x - width,
            };
            assert!(left > 40.0 && left + width < page.width - 40.0, "{text} leaves the page");
            assert!(at.y > 40.0 && at.y < page.height - 25.0, "{text} leaves the page at {}", at.y);
            seen.push_str(text);
        }
    }
    for at in 0..400 {
        assert!(seen.contains(&format!("検査装置{at}")), "row {at} is lost");
    }
    assert!(seen.matches("長い").count() > 1900, "the long row is cut");
}

#[test]
fn names_cannot_act_on_a_page_or_a_terminal() {
    let mut sealed = sealed();
    sealed.paper.line.connection.name = "<script>alert(1)</script>\u{1b}[2J\u{202e}".to_owned();
    let page = String::from_utf8(proof::html(&sealed, Lang::Ja).unwrap()).unwrap();
    assert!(!page.contains("<script>"));
    let text = proof::text(&sealed, Lang::Ja, Style { columns: 100, colour: false });
    for shown in [&page, &text] {
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'));
        assert_eq!(harmless(&shown.replace('\n', " ")), shown.replace('\n', " "));
    }
    proof::pdf(&sealed, Lang::Ja).unwrap();
}

/// Wherever a page happens to end: below a heading stands what it is the heading of, and the frames
/// to sign in stand with theirs.
#[test]
fn no_heading_stands_alone_at_the_foot_of_a_page() {
    use sekisho::diagram::scene::Shape;
    let mut sealed = sealed();
    let row = sealed.paper.rows[0].clone();
    let mut moved = 0;
    for _ in 0..40 {
        sealed.paper.rows.push(row.clone());
        let pages = proof::pages(&sealed, Lang::Ja);
        for page in &pages {
            let texts = page.items.iter().filter_map(|it| match &it.shape {
                // The foot of the page stands below everything.
                Shape::Text { at, text, size, bold, .. } if *size > 7.0 => {
                    Some((at.y, *size == 11.0 && *bold, text.as_str()))
                }
                _ => None,
            });
            let last = texts.max_by(|a, b| a.0.total_cmp(&b.0));
            let (_, is_heading, text) = last.expect("a page has text");
            assert!(!is_heading, "`{text}` stands alone on a page of {}", pages.len());
        }
        moved += usize::from(pages.len() > 2);
    }
    assert!(moved > 0);
}

//! The lists for a spreadsheet.

use super::{SMALL, assess, each_report, find, format, hostile, written};
use sekisho::locale::Lang;
use sekisho::report::Report;

/// Rows of a table as a spreadsheet reads it (RFC 4180), written apart from the writer.
fn rows(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{FEFF}').expect("a byte-order mark");
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match (quoted, c) {
            (true, '"') if chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            (true, '"') => quoted = false,
            (true, c) => cell.push(c),
            (false, '"') if cell.is_empty() => quoted = true,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {
                assert_eq!(chars.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (false, '\n') => panic!("a bare line feed"),
            (false, c) => cell.push(c),
        }
    }
    assert!(row.is_empty() && cell.is_empty(), "the last line is ended");
    rows
}

#[test]
fn lists_are_rectangular_and_no_cell_is_a_formula_of_others() {
    each_report(|name, report| {
        for id in ["connections", "parties", "exposure", "waivers"] {
            let rows = rows(&written(format(id), report));
            for row in &rows {
                assert_eq!(row.len(), rows[0].len(), "{name} {id}: {row:?}");
                for cell in row {
                    // The one formula that is ours: digits as a constant text.
                    let digits = cell.strip_prefix("=\"").and_then(|it| it.strip_suffix('"'));
                    let ours = digits.is_some_and(|it| {
                        it.chars().all(|c| c.is_ascii_digit() || "+-()/. 、".contains(c))
                    });
                    let formula =
                        cell.starts_with(['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠']);
                    assert!(ours || !formula, "{name} {id}: {cell}");
                }
            }
        }
    });
}

fn table(id: &str, text: &str, lang: Lang) -> Vec<Vec<String>> {
    let (sources, mut assessment) = assess(text);
    find(&sources, &mut assessment);
    rows(&written(
        format(id),
        &Report { assessment: &assessment, sources: &sources, drawing: None, lang },
    ))
}

#[test]
fn the_list_of_connections_has_what_the_ledger_asks_for() {
    let rows = table("connections", SMALL, Lang::Ja);
    let cell = |title: &str| {
        let at = rows[0].iter().position(|it| it == title).unwrap_or_else(|| panic!("{title}"));
        rows[1][at].as_str()
    };
    assert_eq!(cell("番号"), "1");
    assert_eq!(cell("名称"), "電子カルテ保守");
    assert_eq!(cell("接続先"), "富士見メディカルシステムズ");
    assert_eq!(cell("通信事業者"), "東和通信");
    assert_eq!(cell("回線番号"), "=\"0012345\"");
    assert_eq!(cell("ONU設置場所"), "本館2F");
    assert_eq!(cell("外部接続点"), "保守用VPNルータ");
    assert_eq!(cell("インタフェース"), "wan");
    assert_eq!(cell("接続元の制限"), "すべて（無制限）");
    assert_eq!(cell("許可する通信先とサービス"), "電子カルテDB：RDP 3389/tcp");
    assert_eq!(cell("電話"), "03-0000-0001、+81-90-0000-0002");
    // One about the connection, one about the device where it enters.
    assert_eq!(cell("指摘"), "2");
    assert_eq!(cell("最も重い指摘"), "緊急");
    let english = table("connections", SMALL, Lang::En);
    assert_eq!(english[0].len(), rows[0].len());
    assert!(english[0].iter().all(|it| it.is_ascii()), "{:?}", english[0]);
    let hostile = table("connections", &hostile(), Lang::Ja);
    assert!(
        hostile[1].contains(&"'=HYPERLINK(\"http://evil.example\")<U+202E>".to_owned()),
        "{hostile:?}"
    );
}

#[test]
fn the_list_of_parties_names_installers_maintainers_and_gaps() {
    let rows = table("parties", SMALL, Lang::Ja);
    let has = |cells: &[&str]| {
        rows.iter().any(|row| cells.iter().all(|cell| row.iter().any(|it| it == cell)))
    };
    assert!(has(&[
        "富士見メディカルシステムズ",
        "設置者",
        "保守用VPNルータ",
        "保守窓口",
        "03-0000-0001"
    ]));
    assert!(has(&[
        "富士見メディカルシステムズ",
        "保守者",
        "保守用VPNルータ、電子カルテDB",
        "夜間窓口",
        "=\"+81-90-0000-0002\""
    ]));
    assert!(has(&["富士見メディカルシステムズ", "接続先", "電子カルテ保守"]));
    assert!(has(&["青葉市立病院", "安全管理責任者", "佐藤 和子", "=\"0312345678\""]));
    assert!(has(&["東和通信", "フレッツ1", "=\"0120000000\""]));
    assert!(has(&["（未定）", "更新適用", "保守用VPNルータ"]), "{rows:?}");
    assert!(has(&["=\"9-18\""]), "hours do not become a day");
    // A contract's number does not become a month.
    let rows = table("parties", &SMALL.replace("9-18", "2026-01"), Lang::Ja);
    assert!(rows.iter().flatten().any(|cell| cell == "=\"2026-01\""), "{rows:?}");
}

#[test]
fn the_register_of_waivers_on_paper_says_what_the_list_says() {
    use sekisho::diagram::scene::Shape;
    each_report(|name, report| {
        let rows = sekisho::report::waivers::rows(report);
        let pages = sekisho::report::waivers::pages(report, &rows);
        let items = pages.iter().flat_map(|it| &it.items);
        let words: String = items
            .filter_map(|it| match &it.shape {
                Shape::Text { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect();
        // Lines are broken where they fit, so blanks do not count.
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        let words = bare(&words);
        for row in &rows {
            for said in [&row.waiver.approved_by.value, &row.waiver.reason.value] {
                let said = sekisho::locale::one_line(said);
                let first: String = bare(&said).chars().take(6).collect();
                assert!(words.contains(&first), "{name}: {said}: {words}");
            }
        }
    });
}

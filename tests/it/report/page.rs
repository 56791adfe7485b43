//! The page for a browser, and the text for a wiki.

use super::{each_report, format, written};

#[test]
fn the_page_asks_the_network_for_nothing_and_is_well_formed() {
    each_report(|name, report| {
        let page = written(format("html"), report);
        for request in
            ["src=\"http", "href=\"http", "url(http", "@import", "<script", "<link", "<iframe"]
        {
            assert!(!page.contains(request), "{name}: {request}");
        }
        assert!(page.contains(&format!("<html lang=\"{}\">", report.lang.tag())));
        // Every link leads to a place of the page, and no place has two names.
        let ids: Vec<_> = attributes(&page, " id=\"").collect();
        for (index, id) in ids.iter().enumerate() {
            assert!(!ids[..index].contains(id), "{name}: twice {id}");
        }
        for target in attributes(&page, " href=\"#") {
            assert!(ids.contains(&target), "{name}: no {target}");
        }
        balanced(name, &page);
    });
}

fn attributes<'t>(page: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    page.split(name).skip(1).filter_map(|rest| rest.split('"').next())
}

/// Every tag that is opened is closed, in order.
fn balanced(name: &str, page: &str) {
    const VOID: [&str; 5] = ["meta", "input", "col", "br", "!DOCTYPE"];
    let mut open = Vec::new();
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let word = tag.trim_end_matches('/').split_whitespace().next().unwrap_or_default();
        if let Some(closed) = word.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{name}: {tag}");
        } else if !VOID.contains(&word) && !tag.ends_with('/') {
            open.push(word);
        }
    }
    assert!(open.is_empty(), "{name}: {open:?} stays open");
}

#[test]
fn hostile_names_are_no_markup() {
    each_report(|name, report| {
        for id in ["html", "markdown"] {
            let text = written(format(id), report);
            for markup in ["<script", "<img", "onerror=alert(1)>"] {
                assert!(!text.contains(markup), "{name} {id}: {markup}");
            }
        }
        // A name cannot begin a heading or a cell.
        let markdown = written(format("markdown"), report);
        assert!(!markdown.lines().any(|line| line.starts_with("## 見出し")));
        let bars = |line: &str| line.replace("\\|", "").matches('|').count();
        for pair in markdown.lines().collect::<Vec<_>>().windows(2) {
            if pair.iter().all(|line| line.starts_with('|')) {
                assert_eq!(bars(pair[0]), bars(pair[1]), "{name}: {}", pair[1]);
            }
        }
    });
}

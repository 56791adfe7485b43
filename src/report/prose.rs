//! The small part of Markdown that pages of rules use, as HTML: headings, paragraphs, lists,
//! fenced code, tables, `code` and **strong**. Everything else is shown as it is written.

use crate::locale::Lang;

/// What of a rule's page belongs into a report in this language: the Japanese sections, or
/// the English one. The title is the reader's to show; the examples are inventories of others.
pub(super) fn for_readers(page: &str, lang: Lang) -> String {
    let mut kept = String::with_capacity(page.len());
    let mut keep = true;
    let mut fenced = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if let Some(section) = line.strip_prefix("## ").filter(|_| !fenced) {
            let english = section == "In English";
            keep = match lang {
                Lang::Ja => !english && section != "例",
                Lang::En => english,
            };
            if keep && english {
                continue;
            }
        }
        let title = line.starts_with("# ") && !fenced;
        if keep && !title {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Markdown as HTML. `heading` is the level of its first heading.
pub(super) fn html(markdown: &str, heading: usize) -> String {
    let lines: Vec<&str> = markdown.lines().collect();
    let mut html = String::with_capacity(markdown.len() * 2);
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            at += 1;
        } else if trimmed.starts_with("```") {
            let body = take(&lines, at + 1, |line| !line.trim().starts_with("```"));
            let code: Vec<_> = body.iter().map(|line| escape(line)).collect();
            html.push_str(&format!("<pre><code>{}</code></pre>\n", code.join("\n")));
            at += body.len() + 2;
        } else if let Some((level, text)) = title(trimmed) {
            let level = (heading + level - 1).min(6);
            html.push_str(&format!("<h{level}>{}</h{level}>\n", inline(text)));
            at += 1;
        } else if trimmed.starts_with('|') {
            let rows = take(&lines, at, |line| line.trim().starts_with('|'));
            html.push_str(&table(rows));
            at += rows.len();
        } else if let Some((tag, _)) = item(line) {
            let block = take(&lines, at, |line| {
                item(line).is_some_and(|(it, _)| it == tag)
                    || (line.starts_with(' ') && !line.trim().is_empty())
            });
            html.push_str(&list(tag, block));
            at += block.len();
        } else {
            let block = take(&lines, at, |line| {
                let line = line.trim();
                !line.is_empty()
                    && !line.starts_with("```")
                    && !line.starts_with('|')
                    && title(line).is_none()
                    && item(line).is_none()
            });
            html.push_str(&format!("<p>{}</p>\n", inline(&join(block))));
            at += block.len();
        }
    }
    html
}

/// The lines from `at` on for which `belongs` holds; at least the first is the caller's to know.
fn take<'l, 't>(lines: &'l [&'t str], at: usize, belongs: impl Fn(&str) -> bool) -> &'l [&'t str] {
    let rest = lines.get(at..).unwrap_or_default();
    let end = rest.iter().position(|line| !belongs(line)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

fn title(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    (1..=6).contains(&level).then(|| text.strip_prefix(' ')).flatten().map(|text| (level, text))
}

/// The kind of list that a line belongs to, and its text.
fn item(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(("ul", text));
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = line.get(digits..).and_then(|rest| rest.strip_prefix(". "));
    rest.filter(|_| digits > 0).map(|text| ("ol", text))
}

fn list(tag: &str, lines: &[&str]) -> String {
    let mut items: Vec<Vec<&str>> = Vec::new();
    for line in lines {
        match (item(line), items.last_mut()) {
            (None, Some(last)) => last.push(line),
            (found, _) => items.push(vec![found.map_or(*line, |(_, text)| text)]),
        }
    }
    let items: Vec<_> =
        items.iter().map(|lines| format!("<li>{}</li>", inline(&join(lines)))).collect();
    format!("<{tag}>\n{}\n</{tag}>\n", items.join("\n"))
}

fn table(lines: &[&str]) -> String {
    let mut html = String::from("<table>\n");
    let mut tag = "th";
    for line in lines {
        let cells: Vec<_> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let rule =
            cells.iter().all(|cell| !cell.is_empty() && cell.trim_matches(['-', ':']).is_empty());
        if rule {
            continue;
        }
        let cells: Vec<_> =
            cells.iter().map(|it| format!("<{tag}>{}</{tag}>", inline(it))).collect();
        html.push_str(&format!("<tr>{}</tr>\n", cells.concat()));
        tag = "td";
    }
    html.push_str("</table>\n");
    html
}

/// Lines of one paragraph. Japanese lines join without a space.
fn join(lines: &[&str]) -> String {
    let mut joined = String::new();
    for line in lines.iter().map(|line| line.trim()) {
        let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
        if ascii(joined.chars().last()) && ascii(line.chars().next()) {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    joined
}

/// `code` and **strong** in a text; the rest is escaped. A mark without its partner is shown.
pub(super) fn inline(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        let closes = text.split('`').count() > index + 1;
        if index % 2 == 1 && closes {
            html.push_str(&format!("<code>{}</code>", escape(part)));
        } else {
            if index % 2 == 1 {
                html.push('`');
            }
            html.push_str(&strong(part));
        }
    }
    html
}

fn strong(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, inside, after)) = rest.split_once("**").and_then(|(before, tail)| {
        tail.split_once("**").map(|(inside, after)| (before, inside, after))
    }) {
        html.push_str(&format!("{}<strong>{}</strong>", escape(before), escape(inside)));
        rest = after;
    }
    html.push_str(&escape(rest));
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_sections_of_the_language() {
        let page = "# 題\n\n## 何を見るか\n\n甲\n\n## 例\n\n```yaml\n## 乙\n```\n\n## 直し方\n\n丙\n\n## In English\n\nWhat: x\n";
        let ja = for_readers(page, Lang::Ja);
        assert_eq!(ja, "\n## 何を見るか\n\n甲\n\n## 直し方\n\n丙\n\n");
        assert_eq!(for_readers(page, Lang::En).trim(), "What: x");
    }

    #[test]
    fn the_subset_becomes_html_and_markup_in_it_is_shown() {
        let page = "# 題\n\n段落の\n続き `<b>` と **強調**。\n\n- 一\n  続き\n- 二\n\n```yaml\na: <b>\n```\n\n| 列 | 列2 |\n|---|---|\n| a | b |\n";
        let made = html(page, 3);
        assert_eq!(
            made,
            "<h3>題</h3>\n<p>段落の続き <code>&lt;b&gt;</code> と <strong>強調</strong>。</p>\n\
             <ul>\n<li>一続き</li>\n<li>二</li>\n</ul>\n<pre><code>a: &lt;b&gt;</code></pre>\n\
             <table>\n<tr><th>列</th><th>列2</th></tr>\n<tr><td>a</td><td>b</td></tr>\n</table>\n"
        );
        assert_eq!(html("ひとつの ` と ** だけ", 1), "<p>ひとつの ` と ** だけ</p>\n");
    }
}

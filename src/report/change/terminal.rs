//! The lists on a terminal: a block a row, because names and values are long and terminals narrow.

use super::Changed;
use super::lists::{Row, all};
use crate::locale::{Text, display_width, pad_to, wrap};
use crate::report::terminal::Style;

/// Writes them.
pub(super) fn write(it: &Changed<'_>, style: Style) -> String {
    let columns = style.columns;
    let strong = |text: &str| match style.colour {
        true => format!("\u{1b}[1m{text}\u{1b}[0m"),
        false => text.to_owned(),
    };
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(text.trim_end());
        out.push('\n');
    };
    let title = it.say(&Text::new("関所 年次差分", "Sekisho: what changed"));
    line(strong(&title));
    line("=".repeat(display_width(&title)));
    for text in it.states().iter().chain([&it.tally()]) {
        wrap(&it.say(text), columns).into_iter().for_each(&mut line);
    }
    for list in all(it) {
        line(String::new());
        let title = it.say(&list.title);
        line(strong(&format!("{title} ({})", list.rows.len())));
        for row in &list.rows {
            let (head, body) = split(it, row);
            let mark = if row.open { "! " } else { "  " };
            for (nth, text) in wrap(&head, columns.saturating_sub(2)).into_iter().enumerate() {
                let text = if nth == 0 { strong(&text) } else { text };
                line(format!("{}{text}", if nth == 0 { mark } else { "  " }));
            }
            for text in body {
                for text in wrap(&text, columns.saturating_sub(6)) {
                    line(format!("{}{text}", pad_to("", 6)));
                }
            }
        }
    }
    out
}

/// The short cells at the beginning in one line, the first one in any case; the others one by one.
fn split(it: &Changed<'_>, row: &Row) -> (String, Vec<String>) {
    let mut head: Vec<String> = Vec::new();
    let mut body = Vec::new();
    for cell in &row.cells {
        match cell.as_slice() {
            [one] if head.is_empty() => head.push(it.say(one)),
            [one] if body.is_empty() && display_width(&it.say(one)) <= 60 => head.push(it.say(one)),
            several => body.extend(several.iter().map(|text| it.say(text))),
        }
    }
    (head.join("  "), body)
}

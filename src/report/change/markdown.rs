//! The lists as Markdown with tables.

use super::Changed;
use super::lists::all;
use crate::locale::Text;
use crate::report::markdown::escape;

/// Writes them.
pub(super) fn write(it: &Changed<'_>) -> String {
    let say = |text: &Text| escape(&it.say(text));
    let title = say(&Text::new("年次差分", "What changed"));
    let mut out = format!("# {title}\n\n");
    for state in &it.states() {
        out.push_str(&format!("- {}\n", say(state)));
    }
    out.push_str(&format!("\n**{}**\n", say(&it.tally())));
    for list in all(it) {
        out.push_str(&format!("\n## {}\n\n", say(&list.title)));
        let titles: Vec<String> = list.columns.iter().map(|(title, _)| say(title)).collect();
        out.push_str(&format!("|  | {} |\n", titles.join(" | ")));
        out.push_str(&format!("|{}\n", " --- |".repeat(titles.len() + 1)));
        for row in &list.rows {
            let cells =
                row.cells.iter().map(|cell| cell.iter().map(&say).collect::<Vec<_>>().join("<br>"));
            let mark = if row.open { "**!**" } else { "" };
            let cells: Vec<String> = std::iter::once(mark.to_owned()).chain(cells).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }
    out
}

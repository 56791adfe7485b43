//! One more entry at the end of a YAML file that people keep: nothing else of it changes.

use crate::inventory::{Inventory, read};
use crate::model::Date;
use crate::source::SourceMap;

/// The file with one more entry in a list; none when nobody can be sure that nothing else changes.
pub(super) fn appended(text: &str, section: &str, entry: &str, today: Date) -> Option<String> {
    let mut whole = text.trim_start_matches('\u{feff}').to_owned();
    if !whole.is_empty() && !whole.ends_with('\n') {
        whole.push('\n');
    }
    let bare = |line: &str| line.split(" #").next().unwrap_or_default().trim_end().to_owned();
    let top = |line: &&str| line.starts_with(|it: char| it.is_ascii_alphabetic());
    let key = format!("{section}:");
    match whole.lines().rfind(top).map(bare) {
        Some(last) if last == key => {
            let items = whole.lines().skip_while(|it| bare(it) != key).skip(1);
            let item = items.map(|it| (it, it.trim_start())).find(|(_, it)| it.starts_with("- "));
            let indent = item.map_or(2, |(line, text)| line.len() - text.len());
            whole.push_str(&format!("{:indent$}- {entry}\n", ""));
        }
        _ => whole.push_str(&format!("{key}\n  - {entry}\n")),
    }
    let (before, after) = (lists(text, today), lists(&whole, today));
    let more = match section {
        "changes" => (before.0 + 1, before.1, before.2),
        _ => (before.0, before.1 + 1, before.2),
    };
    (after == more).then_some(whole)
}

/// How many changes, waivers and other things a file declares.
fn lists(text: &str, today: Date) -> (usize, usize, usize) {
    let mut sources = SourceMap::new();
    let file = sources.add("file.yaml", text.to_owned());
    let it: Inventory = read(&sources, &[file], today).inventory;
    let others = it.declared().len() - it.waivers.len();
    (it.changes.len(), it.waivers.len(), others)
}

//! The lists as a workbook: what an administrator hands to those who have to write the reasons.

use super::Changed;
use super::lists::{List, all};
use crate::locale::{Text, one_line};
use crate::report::workbook::{self, Imprint, NotMade, Row, SUMMARY, Sheet};

/// Makes it.
pub(super) fn write(it: &Changed<'_>) -> Result<Vec<u8>, NotMade> {
    let imprint = Imprint {
        title: it.say(&Text::new("年次差分", "What changed")),
        organization: it.new.organization.as_deref().map(one_line).unwrap_or_default().into_owned(),
        as_of: it.new.as_of,
    };
    let organization = it.new.organization.clone().map(Text::same);
    let about = [SUMMARY].into_iter().chain(organization).chain(it.states()).chain([it.tally()]);
    let about: Vec<String> = about.map(|text| it.say(&text)).collect();
    let sheets: Vec<Sheet> = all(it).iter().map(|list| sheet(it, list)).collect();
    workbook::write(&imprint, &about, &sheets)
}

fn sheet(it: &Changed<'_>, list: &List) -> Sheet {
    // What is open has a mark of its own, so that it is seen in black and white and can be filtered.
    let open = [(Text::new("要対応", "open"), 7)];
    let columns = open.iter().chain(&list.columns);
    let rows = list.rows.iter().map(|row| {
        let mark = if row.open { "!" } else { "" };
        let cells = row.cells.iter().map(|cell| {
            let lines: Vec<String> = cell.iter().map(|text| it.say(text)).collect();
            lines.join("\n")
        });
        Row { cells: [mark.to_owned()].into_iter().chain(cells).collect(), bold: row.open }
    });
    Sheet {
        title: it.say(&list.title),
        columns: columns.map(|(title, width)| (it.say(title), *width)).collect(),
        rows: rows.collect(),
    }
}

//! What a returned sheet says otherwise than the one that was sent: whoever fills it in answers for
//! what stands in the other cells, too.

use super::sheet::{Column, Row, Table, day};
use crate::inventory::meant;
use crate::locale::Text;
use crate::text;

/// What is wrong with a returned sheet that lacks columns which were sent: whoever does not see what
/// a connection is permitted does not confirm it.
pub(super) fn lacking(table: &Table, sent: &[Column]) -> Option<Text> {
    let lacking = sent.iter().filter(|it| !table.has(it)).map(Column::title);
    let lacking = Text::list(&lacking.collect::<Vec<Text>>());
    (!lacking.ja.is_empty()).then(|| {
        text!(
            "送った表にあった列がありません: {lacking}。どの行も採用していません。送った表に記入してもらってください",
            "columns that were sent are not there: {lacking}; no row was taken; have the sheet filled in as it was sent"; lacking
        )
    })
}

/// The cells of a returned row that are not what was sent, each with both. A spreadsheet may write a
/// day in another way, and people may have taken the sheet in either language.
pub(super) fn altered(row: &Row<'_>, columns: &[Column], sent: &[Text]) -> Vec<Text> {
    let differing = columns.iter().zip(sent).filter_map(|(column, sent)| {
        let given = row.get(column);
        let is = |sent: &str| {
            bare(sent) == bare(&given) || day(sent).is_some_and(|it| day(&given) == Some(it))
        };
        let title = column.title();
        (!is(&sent.ja) && !is(&sent.en)).then(|| {
            text!(
                "{title}が「{given}」（台帳は「{sent}」）",
                "{title} is `{given}` (`{sent}` in the inventory)"; title, sent
            )
        })
    });
    differing.collect()
}

/// What is wrong with a row that is not what was sent.
pub(super) fn refused(altered: &[Text]) -> Text {
    let differing = Text::list(altered);
    text!("送った表と違います: {differing}", "this is not what was sent: {differing}"; differing)
}

/// A cell as it is compared: spaces and widths do not matter, nor does what keeps a spreadsheet
/// from taking it for a formula.
pub(super) fn bare(text: &str) -> String {
    let narrow = meant::half_width(text);
    let text = narrow.strip_prefix('\'').unwrap_or(&narrow);
    text.chars().filter(|it| !it.is_whitespace()).collect()
}

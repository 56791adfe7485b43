//! The lists as a workbook: what an administrator hands to those who have to write the reasons.

use super::Changed;
use super::lists::{List, Row, all};
use crate::locale::{Text, display_width, one_line, wrap};
use rust_xlsxwriter::{
    ColNum, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, RowNum, Workbook,
    Worksheet, XlsxError,
};

/// Why there is no workbook.
#[derive(Debug)]
pub struct NotMade(XlsxError);

impl std::fmt::Display for NotMade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NotMade {}

impl From<XlsxError> for NotMade {
    fn from(why: XlsxError) -> Self {
        Self(why)
    }
}

/// What a cell holds at most (Excel specifications and limits).
const LONGEST: usize = 32_767;
/// What a sheet holds at most, without the head.
const MOST: usize = 1_048_570;
/// What the name of a sheet holds at most.
const NAME: usize = 31;

/// Makes it.
pub(super) fn write(it: &Changed<'_>) -> Result<Vec<u8>, NotMade> {
    let mut book = Workbook::new();
    // The same input gives the same bytes: the day is that of the state, not that of the writing.
    let day = it.new.as_of;
    let (year, month, of_month) =
        (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs());
    let written = ExcelDateTime::from_ymd(year.max(1900), month, of_month)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&written));
    overview(it, book.add_worksheet())?;
    for list in all(it) {
        fill(it, &list, book.add_worksheet())?;
    }
    Ok(book.save_to_buffer()?)
}

fn overview(it: &Changed<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(it.say(&Text::new("概要", "Summary")))?;
    sheet.set_column_width(0, 110)?;
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap();
    sheet.write_string_with_format(0, 0, it.say(&Text::new("年次差分", "What changed")), &bold)?;
    let organization = it.new.organization.clone().map(Text::same);
    let all = organization.into_iter().chain(it.states()).chain([it.tally()]);
    for (row, text) in (1..).zip(all) {
        sheet.write_string_with_format(row, 0, it.say(&text), &wrapped)?;
    }
    Ok(())
}

fn fill(it: &Changed<'_>, list: &List, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let name: String = it.say(&list.title).chars().take(NAME).collect();
    sheet.set_name(name)?;
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Medium).set_text_wrap();
    let plain = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border_bottom(FormatBorder::Hair);
    let open = plain.clone().set_bold();
    // What is open has a mark of its own, so that it is seen in black and white and can be filtered.
    let columns = [(Text::new("要対応", "open"), 7)];
    let columns: Vec<_> = columns.iter().chain(&list.columns).collect();
    // What is printed says on each page of what it is.
    let whose = it.new.organization.as_deref().map(one_line).unwrap_or_default();
    let (title, about) = (it.say(&Text::new("年次差分", "What changed")), it.say(&list.title));
    let header = |text: &str| text.replace('&', "&&");
    sheet.set_header(format!("&L{} {}&R{}", header(&title), header(&about), header(&whose)));
    sheet.set_footer(format!("&L{}&R&P / &N", header(&it.new.as_of.to_string())));
    for (at, (title, width)) in (0 as ColNum..).zip(&columns) {
        sheet.write_string_with_format(0, at, it.say(title), &head)?;
        sheet.set_column_width(at, f64::from(*width))?;
    }
    for (at, row) in (1 as RowNum..).zip(list.rows.iter().take(MOST)) {
        let format = if row.open { &open } else { &plain };
        sheet.write_string_with_format(at, 0, if row.open { "!" } else { "" }, format)?;
        sheet.set_row_height(at, height(it, list, row))?;
        for (column, cell) in (1 as ColNum..).zip(&row.cells) {
            let text: Vec<String> = cell.iter().map(|text| it.say(text)).collect();
            let text: String = text.join("\n").chars().take(LONGEST).collect();
            // Text is written as text: nothing that somebody wrote becomes a formula.
            sheet.write_string_with_format(at, column, text, format)?;
        }
    }
    let last = ColNum::try_from(columns.len().saturating_sub(1)).unwrap_or_default();
    let rows = RowNum::try_from(list.rows.len().min(MOST)).unwrap_or_default();
    sheet.autofilter(0, 0, rows, last)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

/// How high a row must be for all of its text, in points: programs differ in whether they find out
/// themselves.
fn height(it: &Changed<'_>, list: &List, row: &Row) -> f64 {
    const LINE: u16 = 16;
    const HIGHEST: u16 = 400;
    let lines = row.cells.iter().zip(&list.columns).map(|(cell, (_, width))| {
        // Fonts differ, and what is open is bold: a line may hold less than the column is wide.
        let width = (usize::from(*width) * 5 / 6).max(1);
        let lines = |text: &Text| -> usize {
            let broken = wrap(&it.say(text), width);
            broken.iter().map(|line| display_width(line).div_ceil(width).max(1)).sum()
        };
        cell.iter().map(lines).sum::<usize>()
    });
    let lines = u16::try_from(lines.max().unwrap_or(1)).unwrap_or(u16::MAX);
    f64::from(lines.saturating_mul(LINE).min(HIGHEST))
}

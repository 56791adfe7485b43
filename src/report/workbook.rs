//! Lists as a workbook, a list a sheet: what administrators sort, filter, print and sign.

use crate::locale::{Text, display_width, one_line, wrap};
use crate::model::Date;
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
/// How many columns a sheet has at most.
const COLUMNS: usize = 16_384;
/// What the name of a sheet holds at most.
const NAME: usize = 31;
/// The A3 and A4 of printers.
const A3: u8 = 8;
const A4: u8 = 9;
/// What stands beside so many columns is printed on A3.
const WIDE: usize = 10;

/// What every page says when it is printed.
pub(super) struct Imprint {
    /// What the workbook is.
    pub(super) title: String,
    /// Whose it is.
    pub(super) organization: String,
    /// The day of the state that it shows.
    pub(super) as_of: Date,
}

/// One list.
pub(super) struct Sheet {
    /// What it is.
    pub(super) title: String,
    /// The columns with their widths, in characters.
    pub(super) columns: Vec<(String, u16)>,
    /// What it holds.
    pub(super) rows: Vec<Row>,
}

/// One row.
pub(super) struct Row {
    /// Its cells; several lines in one stand below each other.
    pub(super) cells: Vec<String>,
    /// Whether it stands out.
    pub(super) bold: bool,
}

impl Sheet {
    /// A table whose first row are the titles; columns are as wide as what they hold, within reason.
    pub(super) fn of(title: String, table: Vec<Vec<String>>) -> Self {
        const NARROW: usize = 8;
        const BROAD: usize = 40;
        let mut rows = table.into_iter();
        let head = rows.next().unwrap_or_default();
        let rows: Vec<_> = rows.map(|cells| Row { cells, bold: false }).collect();
        let columns = head.into_iter().enumerate().map(|(at, title)| {
            let held = rows.iter().filter_map(|row| row.cells.get(at));
            let width = held.map(|it| display_width(it)).chain([display_width(&title)]).max();
            let width = width.unwrap_or_default().saturating_add(2).clamp(NARROW, BROAD);
            (title, u16::try_from(width).unwrap_or_default())
        });
        Self { title, columns: columns.collect(), rows }
    }
}

/// Makes it: a first sheet that says what this is, then the lists.
pub(super) fn write(
    imprint: &Imprint,
    summary: &[String],
    sheets: &[Sheet],
) -> Result<Vec<u8>, NotMade> {
    let mut book = Workbook::new();
    // The same input gives the same bytes: the day is that of the state, not that of the writing.
    let day = imprint.as_of;
    let (year, month, of_month) =
        (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs());
    let written = ExcelDateTime::from_ymd(year.max(1900), month, of_month)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&written));
    let (first, rest) = summary.split_first().map_or(("", summary), |(a, b)| (a.as_str(), b));
    overview(first, &imprint.title, rest, book.add_worksheet())?;
    for sheet in sheets {
        fill(imprint, sheet, book.add_worksheet())?;
    }
    Ok(book.save_to_buffer()?)
}

fn overview(
    name: &str,
    title: &str,
    lines: &[String],
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_column_width(0, 110)?;
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap();
    sheet.write_string_with_format(0, 0, title, &bold)?;
    for (row, text) in (1..).zip(lines) {
        sheet.write_string_with_format(row, 0, text, &wrapped)?;
    }
    Ok(())
}

fn fill(imprint: &Imprint, list: &Sheet, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(list.title.chars().take(NAME).collect::<String>())?;
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Medium).set_text_wrap();
    let plain = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border_bottom(FormatBorder::Hair);
    let bold = plain.clone().set_bold();
    // What is printed says on each page of what it is.
    let printed = |text: &str| one_line(text).replace('&', "&&");
    let (title, whose) = (printed(&imprint.title), printed(&imprint.organization));
    sheet.set_header(format!("&L{title} {}&R{whose}", printed(&list.title)));
    sheet.set_footer(format!("&L{}&R&P / &N", imprint.as_of));
    for (at, (title, width)) in (0 as ColNum..).zip(list.columns.iter().take(COLUMNS)) {
        sheet.write_string_with_format(0, at, title, &head)?;
        sheet.set_column_width(at, f64::from(*width))?;
    }
    for (at, row) in (1 as RowNum..).zip(list.rows.iter().take(MOST)) {
        let format = if row.bold { &bold } else { &plain };
        sheet.set_row_height(at, height(list, row))?;
        for (column, text) in (0 as ColNum..).zip(row.cells.iter().take(COLUMNS)) {
            let text: String = text.chars().take(LONGEST).collect();
            // Text is written as text: nothing that somebody wrote becomes a formula.
            sheet.write_string_with_format(at, column, text, format)?;
        }
    }
    let last = list.columns.len().min(COLUMNS).saturating_sub(1);
    let rows = RowNum::try_from(list.rows.len().min(MOST)).unwrap_or_default();
    sheet.autofilter(0, 0, rows, ColNum::try_from(last).unwrap_or_default())?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_paper_size(if list.columns.len() > WIDE { A3 } else { A4 });
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

/// How high a row must be for all of its text, in points: programs differ in whether they find out
/// themselves.
fn height(list: &Sheet, row: &Row) -> f64 {
    const LINE: u16 = 16;
    const HIGHEST: u16 = 400;
    let lines = row.cells.iter().zip(&list.columns).map(|(cell, (_, width))| {
        // Fonts differ, and what stands out is bold: a line may hold less than the column is wide.
        let width = (usize::from(*width) * 5 / 6).max(1);
        let lines = |text: &str| -> usize {
            let broken = wrap(text, width);
            broken.iter().map(|line| display_width(line).div_ceil(width).max(1)).sum()
        };
        cell.split('\n').map(lines).sum::<usize>()
    });
    let lines = u16::try_from(lines.max().unwrap_or(1)).unwrap_or(u16::MAX);
    f64::from(lines.saturating_mul(LINE).min(HIGHEST))
}

/// What the first sheet of every workbook is called.
pub(super) const SUMMARY: Text = Text::new("概要", "Summary");

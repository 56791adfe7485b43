//! Sheets that people filled in, read back: comma-separated values as spreadsheets write them
//! (RFC 4180). Columns are known by their titles in either language, so that their order, and what
//! people added, do not matter.

use super::sent;
use super::spotcheck::Drawn;
use crate::inventory::meant;
use crate::locale::Text;
use crate::model::words::{Means, Outcome};
use crate::model::{Date, EntityKind, EntityRef, Vocabulary as _};
use crate::text;

/// One answer, ready to become a confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was confirmed.
    pub thing: EntityRef,
    /// When.
    pub on: Date,
    /// By whom.
    pub by: String,
    /// How.
    pub how: Means,
    /// What was found.
    pub result: Outcome,
    /// Whatever else was written.
    pub note: Option<String>,
}

/// A table: titles, and rows with the number of the line in which each begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    titles: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

/// A row of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    /// The line in the file, from 1.
    pub line: usize,
    table: &'t Table,
    cells: &'t [String],
}

impl Table {
    /// Reads a table: commas or tabs, quotes, line ends within quotes, a byte-order mark.
    pub fn read(text: &str) -> Self {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let first = text.lines().next().unwrap_or_default();
        let separator = if first.contains('\t') && !first.contains(',') { '\t' } else { ',' };
        let mut rows: Vec<(usize, Vec<String>)> = Vec::new();
        let (mut line, mut began) = (1, 1);
        let (mut row, mut cell) = (Vec::new(), String::new());
        let mut quoted = false;
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            if character == '\n' {
                line += 1;
            }
            match character {
                '"' if quoted && characters.peek() == Some(&'"') => {
                    cell.push('"');
                    characters.next();
                }
                '"' if quoted || cell.is_empty() => quoted = !quoted,
                '\n' if !quoted => {
                    row.push(std::mem::take(&mut cell));
                    rows.push((began, std::mem::take(&mut row)));
                    began = line;
                }
                '\r' if !quoted => {}
                it if it == separator && !quoted => row.push(std::mem::take(&mut cell)),
                it => cell.push(it),
            }
        }
        if !cell.is_empty() || !row.is_empty() {
            row.push(cell);
            rows.push((began, row));
        }
        rows.retain(|(_, cells)| cells.iter().any(|it| !it.trim().is_empty()));
        // Above the titles may stand the title of the sheet.
        let known = |cells: &Vec<String>| cells.iter().any(|it| THING.names(it));
        let at = rows.iter().position(|(_, cells)| known(cells)).unwrap_or(0);
        let rest = rows.split_off((at + 1).min(rows.len()));
        let titles = rows.pop().map(|(_, cells)| cells).unwrap_or_default();
        Self { titles: titles.iter().map(|it| plain(it)).collect(), rows: rest }
    }

    /// Whether it has a column.
    pub fn has(&self, column: &Column) -> bool {
        self.titles.iter().any(|it| column.names(it))
    }

    /// Its rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { line: *line, table: self, cells })
    }
}

impl Row<'_> {
    /// What stands in a column, trimmed, without what keeps a spreadsheet from damaging it; empty when there is no such column.
    pub fn get(&self, column: &Column) -> String {
        let at = self.table.titles.iter().position(|it| column.names(it));
        at.and_then(|it| self.cells.get(it)).map_or_else(String::new, |it| plain(it))
    }
}

/// `="0312"` and `'-x` as they were meant.
fn plain(cell: &str) -> String {
    let cell = cell.trim();
    let constant = cell.strip_prefix("=\"").and_then(|it| it.strip_suffix('"'));
    constant.or_else(|| cell.strip_prefix('\'')).unwrap_or(cell).trim().to_owned()
}

/// A column of a sheet, by its title in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Column(pub &'static str, pub &'static str);

impl Column {
    fn names(&self, title: &str) -> bool {
        let title = plain(title);
        title == self.0 || title.eq_ignore_ascii_case(self.1)
    }

    /// Its title.
    pub const fn title(&self) -> Text {
        Text::new(self.0, self.1)
    }
}

/// The thing of a row: `connections/ehr-maintenance`, or the id of a connection alone.
pub const THING: Column = Column("識別子", "id");
/// The number of a connection.
pub const NUMBER: Column = Column("番号", "number");
/// Its name.
pub const NAME: Column = Column("名称", "name");
/// When it was done.
pub const ON: Column = Column("実施日", "done on");
/// By whom.
pub const BY: Column = Column("実施者", "done by");
/// What was found.
pub const RESULT: Column = Column("結果", "result");
/// By which lot it was drawn.
pub const LOT: Column = Column("抽選値", "lot");
/// Whatever else.
pub const NOTE: Column = Column("備考", "notes");

/// What is wrong with a row, or left open in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line in the file, from 1.
    pub line: usize,
    /// In words.
    pub says: Text,
}

/// The thing that a cell names.
pub fn thing(cell: &str) -> Option<EntityRef> {
    match cell.parse::<EntityRef>() {
        Ok(thing) => Some(thing),
        Err(_) if cell.is_empty() => None,
        Err(_) => Some(EntityRef::new(EntityKind::Connection, cell)),
    }
}

/// The day that a cell names, as people and spreadsheets write days: `2026-11-20`, `2026/11/20`,
/// `2026年11月20日`, `令和8年11月20日`, `R8.11.20`, with or without a time of day after it.
pub fn day(cell: &str) -> Option<Date> {
    let cell = cell.trim();
    let timed = cell.rsplit_once(' ').filter(|(_, time)| time.contains(':'));
    meant::date(timed.map_or(cell, |(day, _)| day))?.parse().ok()
}

/// The day on which an answer says that something was done: not after the day that is judged, and
/// not so long before it that it confirms nothing any more.
pub(super) fn done(cell: &str, as_of: Date) -> Result<Date, Text> {
    if cell.is_empty() {
        return Err(Text::new("実施日の記入がありません", "the day is missing"));
    }
    match day(cell) {
        None => Err(text!(
            "実施日「{cell}」が読めません（例: 2026-11-20、令和8年11月20日）",
            "cannot read the day `{cell}` (write it as 2026-11-20)"
        )),
        Some(on) if on > as_of => Err(text!(
            "実施日「{cell}」は基準日（{as_of}）より後です。書き間違いでなければ --as-of で今日の日付を指定してください",
            "the day `{cell}` lies after the day that is judged ({as_of}); if it is no slip, give today with --as-of"
        )),
        Some(on) if on < as_of.saturating_sub(jiff::Span::new().years(1)) => Err(text!(
            "実施日「{cell}」は基準日（{as_of}）の1年以上前です",
            "the day `{cell}` lies more than a year before the day that is judged ({as_of})"
        )),
        Some(on) => Ok(on),
    }
}

/// The outcome that a cell names; people write it in many ways.
pub fn outcome(cell: &str) -> Option<Outcome> {
    const WORDS: [(Outcome, &[&str]); 3] = [
        (
            Outcome::AsExpected,
            &[
                "想定どおり",
                "想定通り",
                "一致",
                "相違なし",
                "異常なし",
                "○",
                "〇",
                "ok",
                "as expected",
                "as-expected",
                "yes",
                "良",
            ],
        ),
        (
            Outcome::Different,
            &["相違あり", "不一致", "異常あり", "×", "ng", "different", "no", "否"],
        ),
        (Outcome::NotDone, &["実施できず", "未実施", "－", "-", "not done", "not-done"]),
    ];
    let given = cell.trim().to_lowercase();
    WORDS.into_iter().find(|(_, words)| words.contains(&given.as_str())).map(|(outcome, _)| outcome)
}

/// The answers of a filled sheet of a spot check, and what is wrong or open in it. Only what was
/// drawn is an answer: a row that somebody chose proves nothing.
pub fn spot_checks(table: &Table, as_of: Date, drawn: &[Drawn]) -> (Vec<Answer>, Vec<Problem>) {
    let (mut answers, mut problems) = (Vec::new(), Vec::new());
    if !table.has(&THING) || !table.has(&RESULT) {
        let says = Text::new(
            "「識別子」と「結果」の列がありません",
            "there are no columns `id` and `result`",
        );
        return (answers, vec![Problem { line: 1, says }]);
    }
    if let Some(says) = sent::lacking(table, &Drawn::SENT) {
        return (answers, vec![Problem { line: 1, says }]);
    }
    let of = |it: &Row<'_>| thing(&it.get(&THING));
    for it in drawn.iter().map(|it| &it.thing) {
        if !table.rows().any(|row| of(&row).as_ref() == Some(it)) {
            let says = text!(
                "抽選で選ばれた {it} の行がありません",
                "{it} was drawn, but there is no row of it"
            );
            problems.push(Problem { line: 1, says });
        }
    }
    for row in table.rows() {
        let says = match of(&row) {
            None => Text::new("識別子がありません", "no id"),
            Some(it) => {
                let rows = table.rows().filter(|row| of(row).as_ref() == Some(&it)).count();
                match spot_check(&row, &it, rows, as_of, drawn) {
                    Err(why) => text!("{it}: {why}", "{it}: {why}"; why),
                    Ok(answer) => {
                        let (result, found) = (answer.result, answer.result.label());
                        answers.push(answer);
                        if result == Outcome::AsExpected {
                            continue;
                        }
                        text!("{it}: 結果は「{found}」です", "{it}: the result is `{found}`"; found)
                    }
                }
            }
        };
        problems.push(Problem { line: row.line, says });
    }
    (answers, problems)
}

/// The answer of one of so many rows of a thing.
fn spot_check(
    row: &Row<'_>,
    thing: &EntityRef,
    rows: usize,
    as_of: Date,
    drawn: &[Drawn],
) -> Result<Answer, Text> {
    let Some(drawn) = drawn.iter().find(|it| it.thing == *thing) else {
        return Err(Text::new(
            "この種と件数の抽選では選ばれていません",
            "it is not drawn with this seed and number",
        ));
    };
    let lot = row.get(&LOT);
    if !lot.is_empty() && !lot.eq_ignore_ascii_case(&drawn.lot) {
        return Err(Text::new(
            "抽選値がこの種のものと違います",
            "its lot is not the one of this seed",
        ));
    }
    if rows > 1 {
        return Err(text!(
            "同じ対象の行が{rows}行あります。どれも採用していません",
            "there are {rows} rows of it; none was taken"
        ));
    }
    let (given, by) = (row.get(&RESULT), row.get(&BY));
    if given.is_empty() {
        return Err(Text::new("結果の記入がありません", "no result"));
    }
    let altered = sent::altered(row, &Drawn::SENT, &drawn.sent());
    if !altered.is_empty() {
        return Err(sent::refused(&altered));
    }
    let result = outcome(&given).ok_or_else(|| {
        text!(
            "結果「{given}」が読めません（想定どおり・相違あり・実施できず）",
            "cannot read the result `{given}` (as expected, different, not done)"
        )
    })?;
    let on = done(&row.get(&ON), as_of)?;
    if by.is_empty() {
        return Err(Text::new("実施者の記入がありません", "by whom is missing"));
    }
    let note = Some(row.get(&NOTE)).filter(|it| !it.is_empty());
    Ok(Answer { thing: thing.clone(), on, by, how: Means::SpotCheck, result, note })
}

//! What about a decision is worth a second look before it is written down.

use crate::cli::gather::gather;
use crate::model::Date;
use crate::source::Diagnostic;
use crate::text;
use std::path::Path;

/// How long an acceptance runs that nobody asks about: whoever accepts something looks at it again
/// once a year, at the yearly review at the latest.
const YEARS: i64 = 1;

/// The last day until which a finding is accepted without a remark.
pub(super) fn far(as_of: Date) -> Date {
    as_of.saturating_add(jiff::Span::new().years(YEARS))
}

/// It is accepted for longer than a year.
pub(super) fn long(until: Date, as_of: Date) -> Diagnostic {
    let last = far(as_of);
    Diagnostic::warning(
        "accepted-for-long",
        text!(
            "受入れの期限 {until} は、基準日（{as_of}）から{YEARS}年を超えています",
            "it is accepted until {until}, more than {YEARS} year after the day that is judged ({as_of})"
        ),
    )
    .help(text!(
        "年に1度は見直せるよう、{last} までにすることを勧めます",
        "end it by {last}, so that somebody looks at it again within the year"
    ))
}

/// It was decided on a day that has not come yet.
pub(super) fn ahead(on: Date, as_of: Date) -> Diagnostic {
    Diagnostic::warning(
        "decided-ahead",
        text!(
            "変更した日 {on} は、基準日（{as_of}）より後です",
            "the day of the change, {on}, lies after the day that is judged ({as_of})"
        ),
    )
    .help(text!(
        "その日まで、この1件は変更の説明になりません。書き間違いでないか確かめてください",
        "until that day it explains no change; see that it is no slip"
    ))
}

/// Where the inventory has exactly this entry already; none when it has not.
pub(super) fn twice(entry: &str, inventory: &Path) -> Option<Diagnostic> {
    let now = gather(inventory);
    let line = format!("- {entry}");
    now.files.iter().find_map(|file| {
        let file = now.sources.file(*file);
        let at = file.text().lines().position(|it| it.trim() == line)? + 1;
        let name = file.name();
        Some(
            Diagnostic::warning(
                "decided-already",
                text!(
                    "まったく同じ1件が、すでに {name} の{at}行目にあります",
                    "line {at} of {name} has exactly this entry already"
                ),
            )
            .help(text!(
                "2件目は何も変えません。消してください",
                "a second one changes nothing: remove it"
            )),
        )
    })
}

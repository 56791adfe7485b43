//! Days and hours as moments.

use super::record::{Opening, ScopeFile};
use crate::model::Date;
use crate::probe::Window;
use jiff::{SignedDuration, Timestamp, tz::Offset};

/// The most days that one window may stand for.
pub(super) const MOST_DAYS: i32 = 366;

/// The first moment of a day.
fn midnight(day: Date, zone: Offset) -> Timestamp {
    zone.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
}

/// The first moment after the last day of a scope.
pub(super) fn expiry(file: &ScopeFile) -> Timestamp {
    let day = file.expires.value;
    // A day after which the calendar ends is no day on which anything expires.
    day.tomorrow().map_or(Timestamp::MIN, |it| midnight(it, file.time_zone.value.0))
}

/// The days of an opening, the first and the last.
pub(super) fn days(opening: &Opening) -> (Date, Date) {
    let first = opening.from.value;
    (first, opening.until.as_ref().map_or(first, |it| it.value))
}

/// Every window of a scope: in order, those that meet as one, none beyond the expiry.
pub(super) fn expand(file: &ScopeFile) -> Vec<Window> {
    let (zone, end) = (file.time_zone.value.0, expiry(file));
    let mut all: Vec<Window> = Vec::new();
    for opening in file.windows.iter() {
        let (first, last) = days(opening);
        let hours = opening.hours.value;
        let mut day = Some(first);
        while let Some(today) = day.filter(|it| *it <= last) {
            let start = midnight(today, zone);
            let at = |minutes: u16| start + SignedDuration::from_mins(i64::from(minutes));
            let window = Window { from: at(hours.from), until: at(hours.until).min(end) };
            if window.from < window.until {
                all.push(window);
            }
            day = today.tomorrow().ok();
        }
    }
    all.sort_by_key(|it| (it.from, it.until));
    let mut apart: Vec<Window> = Vec::new();
    for window in all {
        match apart.last_mut().filter(|it| window.from <= it.until) {
            Some(before) => before.until = before.until.max(window.until),
            None => apart.push(window),
        }
    }
    apart
}

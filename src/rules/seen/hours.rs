//! Hours of a week: as people state them (in Japan's time, UTC+9), and as they were observed.

use crate::locale::Text;
use crate::observation::Hours;

/// One word a day (Monday first), one bit an hour, in Japan's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Week(pub(crate) [u32; 7]);

/// Japan's time lies so many hours ahead of UTC; it has no summer time.
const AHEAD: usize = 9;
/// The days in words.
const NAMES: [(&str, &str); 7] = [
    ("月曜", "Monday"),
    ("火曜", "Tuesday"),
    ("水曜", "Wednesday"),
    ("木曜", "Thursday"),
    ("金曜", "Friday"),
    ("土曜", "Saturday"),
    ("日曜", "Sunday"),
];
const DAYS: [char; 7] = ['月', '火', '水', '木', '金', '土', '日'];

impl Week {
    fn set(&mut self, hour: usize) {
        if let Some(day) = self.0.get_mut(hour / 24 % 7) {
            *day |= 1 << (hour % 24);
        }
    }

    /// What is in this and not in another.
    pub(crate) fn without(self, other: Self) -> Self {
        let mut left = self;
        for (day, taken) in left.0.iter_mut().zip(other.0) {
            *day &= !taken;
        }
        left
    }

    /// How many hours of the week it has.
    pub(crate) fn count(self) -> u32 {
        self.0.iter().map(|it| it.count_ones()).sum()
    }

    /// The first hour: day of the week, and hour.
    pub(crate) fn first(self) -> Option<(Text, u32)> {
        let mut days = self.0.iter().zip(NAMES);
        days.find(|(it, _)| **it != 0)
            .map(|(it, (ja, en))| (Text::new(ja, en), it.trailing_zeros()))
    }
}

/// Observed hours in Japan's time.
pub(crate) fn local<'a>(observed: impl IntoIterator<Item = &'a Hours>) -> Week {
    let mut week = Week::default();
    for hours in observed {
        for (day, bits) in hours.0.iter().enumerate() {
            for hour in (0..24).filter(|it| bits >> it & 1 == 1) {
                week.set(day * 24 + hour + AHEAD);
            }
        }
    }
    week
}

/// The hours that a text states: `平日 9-18`, `月-土 8:30-17:00、日 9-12`, `毎日 22時-6時`. `None` when it
/// states something else: then nobody can say what is outside of it.
pub(crate) fn stated(text: &str) -> Option<Week> {
    let text: String = text.chars().map(plain).collect();
    let mut week = Week::default();
    let parts = text.split(['、', ',', ';', '/']).map(str::trim).filter(|it| !it.is_empty());
    for part in parts {
        let at = part.find(|it: char| it.is_ascii_digit())?;
        let (days, times) = part.split_at_checked(at)?;
        let days = days_of(days.trim())?;
        let (from, to) = times.split_once('-')?;
        let (from, to) = (hour(from)?.0, hour(to)?);
        // What ends at a quarter past six is used in the seventh hour.
        let end = to.0 + usize::from(to.1 > 0);
        let end = if end <= from { end + 24 } else { end };
        if from > 24 || end > 48 {
            return None;
        }
        for day in days {
            for hour in from..end {
                week.set(day * 24 + hour);
            }
        }
    }
    (week != Week::default()).then_some(week)
}

/// Full-width digits and the many kinds of dash, plainly.
fn plain(it: char) -> char {
    match it {
        '０'..='９' => char::from_u32(it as u32 - '０' as u32 + '0' as u32).unwrap_or(it),
        '～' | '〜' | '–' | '—' | '−' | 'ー' | '－' | '~' => '-',
        '：' => ':',
        '；' => ';',
        '，' => ',',
        '／' => '/',
        '　' => ' ',
        other => other,
    }
}

/// `9`, `9:30`, `9時`, `9時30分`: hour and minute.
fn hour(text: &str) -> Option<(usize, usize)> {
    let text = text.trim().trim_end_matches('分');
    let (hour, minute) = match text.split_once([':', '時']) {
        Some((hour, "" | "半")) => (hour, if text.ends_with('半') { "30" } else { "0" }),
        Some((hour, minute)) => (hour, minute),
        None => (text, "0"),
    };
    let (hour, minute) = (hour.trim().parse().ok()?, minute.trim().parse().ok()?);
    (hour <= 24 && minute < 60).then_some((hour, minute))
}

/// Days from Monday; every day when none is named.
fn days_of(text: &str) -> Option<Vec<usize>> {
    let text = text.trim_end_matches([':', '曜', '日']);
    let day = |it: char| DAYS.iter().position(|known| *known == it);
    let chars: Vec<char> = text
        .chars()
        .filter(|it| !matches!(it, '曜' | ' ' | '・' | '(' | ')' | '（' | '）'))
        .collect();
    match (text, chars.as_slice()) {
        ("" | "毎", _) => Some((0..7).collect()),
        ("平" | "weekdays" | "Weekdays", _) => Some((0..5).collect()),
        ("everyday" | "daily", _) => Some((0..7).collect()),
        (_, [from, '-', to]) => Some((day(*from)?..=day(*to)?).collect()),
        (_, days) => days.iter().map(|it| day(*it)).collect(),
    }
}

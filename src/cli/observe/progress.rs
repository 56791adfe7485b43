//! How far a long reading has come: a bar with bytes and the time that is left, on a terminal only.

use crate::cli::console::Console;
use crate::locale::{Lang, Text};
use crate::text;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often it is drawn.
const PACE: Duration = Duration::from_millis(200);
/// Columns of the bar.
const COLUMNS: u64 = 24;
/// Nothing is drawn of what takes less.
const PATIENCE: Duration = Duration::from_millis(400);

/// Does something, and meanwhile shows how much of a total has been read.
pub(super) fn watched<T: Send>(
    console: &Console,
    total: Option<u64>,
    read: &AtomicU64,
    work: impl FnOnce() -> T + Send,
) -> T {
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let worker = scope.spawn(work);
        while !worker.is_finished() {
            std::thread::park_timeout(if begun.elapsed() < PATIENCE { PACE / 20 } else { PACE });
            if begun.elapsed() > PATIENCE {
                let read = read.load(Ordering::Relaxed);
                console.step(&line(read, total, begun.elapsed(), console.lang()));
            }
        }
        console.settle();
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The bar.
fn line(read: u64, total: Option<u64>, elapsed: Duration, lang: Lang) -> Text {
    let rate = read / (elapsed.as_millis().max(1) as u64).div_ceil(1000).max(1);
    let (done, rate) = (size(read), size(rate));
    let Some(total) = total.filter(|it| *it >= read && *it > 0) else {
        return text!("{done} を読みました（毎秒{rate}）", "{done} read ({rate}/s)");
    };
    let filled = read * COLUMNS / total;
    let bar: String = (0..COLUMNS).map(|it| if it < filled { '█' } else { '░' }).collect();
    let percent = read * 100 / total;
    let left = elapsed.as_secs_f64() * (total - read) as f64 / read.max(1) as f64;
    let (left, total) = (duration(left as u64), size(total));
    let left = left.get(lang);
    text!(
        "{bar} {percent}%　{done} / {total}（毎秒{rate}）　残り約{left}",
        "{bar} {percent}% {done} of {total} ({rate}/s), {left} left"
    )
}

/// Bytes as people say them.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut units = UNITS.iter();
    let mut unit = units.next();
    while value >= 1000.0
        && let Some(next) = units.next()
    {
        (value, unit) = (value / 1000.0, Some(next));
    }
    let unit = unit.copied().unwrap_or_default();
    if value < 10.0 && unit != "B" {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// A time as people say it.
pub(super) fn duration(seconds: u64) -> Text {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours / 24, hours, minutes) {
        (0, 0, 0) => text!("{rest}秒", "{rest} s"),
        (0, 0, _) => text!("{minutes}分{rest}秒", "{minutes} min {rest} s"),
        (0, ..) => text!("{hours}時間{minutes}分", "{hours} h {minutes} min"),
        (days, ..) => {
            let hours = hours % 24;
            text!("{days}日{hours}時間", "{days} d {hours} h")
        }
    }
}

//! What is known of the clock of the host that captured.

use crate::observation::{Clock, ClockBy};

/// Option of what captures.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct ClockOffset {
    /// 取得したホストの時計が標準時よりどれだけ進んでいたか（例: 120ms、-1.5s。遅れは負）。証跡に申告として記録する。時刻は直さない。省略すると不明 / by how much the clock of the host that captured was ahead of the time of day: 120ms, or -1.5s when it was behind; recorded as stated, and no time is corrected; unknown when left out
    #[arg(long, value_name = "TIME", value_parser = clock, allow_hyphen_values = true)]
    pub(super) clock_offset: Option<Clock>,
}

fn clock(text: &str) -> Result<Clock, String> {
    let offset_ms = milliseconds(text.trim()).ok_or_else(|| {
        "時計のずれは 120ms、-1.5s、2m の形で書きます / write an offset as 120ms, -1.5s or 2m"
            .to_owned()
    })?;
    Ok(Clock { offset_ms, by: ClockBy::Stated })
}

/// A number with its unit. More than a hundred years is no offset of a clock.
fn milliseconds(text: &str) -> Option<i64> {
    const UNITS: [(&str, f64); 4] =
        [("ms", 1.0), ("s", 1000.0), ("m", 60_000.0), ("h", 3_600_000.0)];
    const MOST: f64 = 3.2e12;
    let (sign, size) = match text.strip_prefix('-') {
        Some(size) => (-1.0, size),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = size.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = size.split_at_checked(end)?;
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    let all = number.parse::<f64>().ok()? * factor;
    // Within the bounds, every whole number has its exact value.
    (all <= MOST).then(|| (sign * all).round() as i64)
}

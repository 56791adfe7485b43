//! The values of a scope that the inventory does not have: places, hours, time zones.

use crate::inventory::Inventory;
use crate::inventory::decode::{Scalar, network};
use crate::locale::Text;
use crate::model::IpNetwork;
use jiff::tz::Offset;
use serde_json::{Value, json};
use std::fmt;

/// Whom a scope means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// An address or a network.
    Network(IpNetwork),
    /// A host name, in lower case.
    Name(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(it) if is_single(*it) => it.ip().fmt(f),
            Self::Network(it) => it.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// Whether a network is one address.
pub(crate) fn is_single(network: IpNetwork) -> bool {
    match network {
        IpNetwork::V4(it) => it.prefix() == 32,
        IpNetwork::V6(it) => it.prefix() == 128,
    }
}

/// Whether a text is a host name (RFC 1123) of at least two labels, the last not a number.
fn is_host_name(text: &str) -> bool {
    let label = |it: &str| {
        (1..=63).contains(&it.len())
            && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !it.starts_with('-')
            && !it.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253
        && text.contains('.')
        && text.split('.').all(label)
        && last.bytes().any(|byte| byte.is_ascii_alphabetic())
}

impl Scalar for Place {
    fn expected() -> Text {
        Text::new(
            "アドレス、ネットワーク、ホスト名のいずれか（例: 10.10.1.10、10.10.1.0/24、pacs.hospital.example）",
            "an address, a network or a host name such as 10.10.1.10, 10.10.1.0/24 or pacs.hospital.example",
        )
    }
    fn read(text: &str) -> Option<Self> {
        let name = || is_host_name(text).then(|| Self::Name(text.to_ascii_lowercase()));
        network(text).map(Self::Network).or_else(name)
    }
    fn suggest(given: &str) -> Option<String> {
        IpNetwork::suggest(given)
    }
    fn schema() -> Value {
        json!({"type": "string", "minLength": 2, "maxLength": 253, "pattern": "^[0-9A-Za-z.:/-]+$"})
    }
    fn write(&self, _: &Inventory) -> String {
        self.to_string()
    }
}

/// Hours of a day, in minutes from midnight. When the end is not after the beginning, it lies on
/// the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From, 0 to 1439.
    pub from: u16,
    /// Until before, 1 to 2879, always after `from`.
    pub until: u16,
}

const DAY: u16 = 24 * 60;

impl Scalar for Hours {
    fn expected() -> Text {
        Text::new(
            "時間帯（例: 22:00-05:00、09:00-17:30、00:00-24:00）",
            "hours such as 22:00-05:00, 09:00-17:30 or 00:00-24:00",
        )
    }
    fn read(text: &str) -> Option<Self> {
        let (from, until) = text.split_once('-')?;
        let (from, until) = (minutes(from)?, minutes(until)?);
        if from >= DAY || from == until {
            return None;
        }
        Some(Self { from, until: if until > from { until } else { until + DAY } })
    }
    fn objection(given: &str) -> Option<Text> {
        let (from, until) = given.split_once('-')?;
        (minutes(from)? == minutes(until)?).then(|| {
            Text::new(
                "始めと終わりが同じです。終日なら 00:00-24:00 と書きます",
                "begin and end are the same; a whole day is 00:00-24:00",
            )
        })
    }
    fn schema() -> Value {
        json!({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"})
    }
    fn write(&self, _: &Inventory) -> String {
        let clock = |it: u16| format!("{:02}:{:02}", it / 60, it % 60);
        let until = if self.until > DAY { self.until - DAY } else { self.until };
        format!("{}-{}", clock(self.from), clock(until))
    }
}

/// `22:05` as minutes from midnight; `24:00` is the end of the day.
fn minutes(clock: &str) -> Option<u16> {
    let (hour, minute) = clock.split_once(':')?;
    let two = |it: &str| {
        let digits = it.len() == 2 && it.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| it.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (two(hour)?, two(minute)?);
    let at = hour * 60 + minute;
    (minute < 60 && at <= DAY).then_some(at)
}

/// A time zone without summer time: the only kind in which an hour of the night is never there
/// twice or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone(pub Offset);

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let minutes = minutes.abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl Scalar for TimeZone {
    fn expected() -> Text {
        Text::new(
            "時間帯（Asia/Tokyo、UTC、または +09:00 の形）",
            "Asia/Tokyo, UTC or an offset such as +09:00",
        )
    }
    fn read(text: &str) -> Option<Self> {
        match text {
            // Without summer time since 1951 (IANA time zone database).
            "Asia/Tokyo" => return Some(Self(Offset::constant(9))),
            "UTC" => return Some(Self(Offset::UTC)),
            _ => {}
        }
        let (sign, clock) = match text.split_at_checked(1)? {
            ("+", clock) => (1, clock),
            ("-", clock) => (-1, clock),
            _ => return None,
        };
        let minutes = i32::from(minutes(clock)?);
        let within = minutes <= 14 * 60;
        within.then(|| Offset::from_seconds(sign * minutes * 60).ok()).flatten().map(Self)
    }
    fn suggest(given: &str) -> Option<String> {
        let japan = ["jst", "japan", "tokyo", "asia/tokyo", "日本", "日本時間", "日本標準時"];
        let meant = japan.contains(&given.trim().to_lowercase().as_str());
        meant.then(|| "Asia/Tokyo".to_owned())
    }
    fn schema() -> Value {
        json!({"type": "string", "pattern": "^(Asia/Tokyo|UTC|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)$"})
    }
    fn write(&self, _: &Inventory) -> String {
        self.to_string()
    }
}

//! What was watched: every tap with its time, its losses and what it could see, and what became of
//! each declared connection there.

use super::Report;
use crate::inventory::{Connection, Entry};
use crate::locale::{Text, one_line};
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::text;
use crate::topology::observed::{Extent, Tap};
use jiff::Timestamp;

/// What a declared connection is to those who watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Watched {
    /// Its traffic was seen.
    Seen,
    /// It would have been seen, for so many days, and was not.
    NotSeen(i64),
    /// No tap shows where it enters.
    NotLooked,
}

impl Watched {
    /// The word for programs.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::NotSeen(_) => "not-seen",
            Self::NotLooked => "not-looked",
        }
    }

    /// In words.
    pub(super) fn label(self) -> Text {
        match self {
            Self::Seen => Text::new("観測あり", "seen"),
            Self::NotSeen(days) => {
                text!("観測範囲で{days}日間通信なし", "watched for {days} day(s), not seen")
            }
            Self::NotLooked => Text::new("観測範囲外", "not watched"),
        }
    }
}

impl<'a> Report<'a> {
    /// Every tap.
    pub(super) fn taps(&self) -> &'a [Tap] {
        &self.assessment.topology.observed().taps
    }

    /// What became of a declared connection; none where nobody watched.
    pub(super) fn watched(&self, connection: &Entry<Connection>) -> Option<Watched> {
        let (observed, id) = (self.assessment.topology.observed(), &connection.id.value);
        let seen = observed.seen(&self.assessment.evidence, id).next().is_some();
        (!observed.is_empty()).then(|| match observed.covered.contains_key(id) {
            _ if seen => Watched::Seen,
            true => Watched::NotSeen(observed.days_covered(id)),
            false => Watched::NotLooked,
        })
    }

    /// The name of a tap: as the inventory calls it, else its id.
    pub(super) fn tap(&self, tap: &Tap) -> Text {
        let declared = self.assessment.inventory.taps.get(&tap.name);
        match (declared, tap.name.as_str()) {
            (Some(tap), _) => Text::same(tap.name.value.clone()),
            (None, "") => Text::new("観測点（名前なし）", "a tap without a name"),
            (None, name) => Text::same(name.to_owned()),
        }
    }

    /// The zones of which a tap saw so much.
    pub(super) fn zones_seen(&self, tap: &Tap, extent: Extent) -> Vec<String> {
        let zones = tap.zones.iter().filter(|(_, it)| **it == extent);
        zones.map(|(id, _)| self.name(&EntityRef::new(EntityKind::Zone, id))).collect()
    }
}

/// `2026-11-09 09:00 – 2026-11-16 09:00（日本時間）`
pub(super) fn period(from: Option<Timestamp>, to: Option<Timestamp>) -> Text {
    match (from, to) {
        (Some(from), Some(to)) => {
            let (from, to) = (local(from), local(to));
            text!("{from} ～ {to}（日本時間）", "{from} to {to} (Japan's time)")
        }
        _ => Text::new("時刻の記録なし", "no times recorded"),
    }
}

/// In Japan's time, to the minute.
fn local(at: Timestamp) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

/// How much a tap saw and lost.
pub(super) fn amount(tap: &Tap) -> Text {
    let (packets, undecoded) =
        (Text::same(tap.packets.to_string()), Text::same(tap.undecoded.to_string()));
    let lost = match tap.dropped {
        Some(dropped) => text!("取りこぼし {dropped}", "{dropped} dropped"),
        None => Text::new("取りこぼし 不明", "losses not known"),
    };
    text!(
        "{packets}パケット、{lost}、読めないもの {undecoded}",
        "{packets} packets, {lost}, {undecoded} not read"; lost, packets, undecoded
    )
}

/// What a tap could see, in words.
pub(super) fn sight(report: &Report<'_>, tap: &Tap) -> Text {
    let parts = Extent::ALL.iter().filter_map(|extent| {
        let zones = report.zones_seen(tap, *extent);
        let (zones, how) = (Text::same(report.join(&zones)), extent.label());
        (!zones.ja.is_empty()).then(|| text!("{how}: {zones}", "{how}: {zones}"; zones, how))
    });
    let filters = tap.filters.iter().map(|filter| {
        let filter = one_line(filter).into_owned();
        text!(
            "取得時に除外（確認していません）: {filter}",
            "captured with a filter (the rest was not looked at): {filter}"
        )
    });
    let parts: Vec<Text> = parts.chain(filters).collect();
    match parts.is_empty() {
        true => Text::new("台帳のゾーンは見えていません", "it saw no declared zone"),
        false => Text {
            ja: parts.iter().map(|it| it.ja.as_ref()).collect::<Vec<_>>().join("／").into(),
            en: parts.iter().map(|it| it.en.as_ref()).collect::<Vec<_>>().join("; ").into(),
        },
    }
}

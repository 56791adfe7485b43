//! What a bundle says of itself.

use crate::evidence::file;
use crate::history::{Declared, Material, Sha256, Texts};
use crate::model::Date;
use crate::observation::{Interface, Piece};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of the shape of bundles: since the second there may be observations and journals of
/// probes, since the third it says how those were captured. The first two are read as well.
pub const FORMAT: u32 = 3;

/// What a bundle says of itself: `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of its shape: [`FORMAT`] when it was written.
    pub sekisho_bundle: u32,
    /// The program and its version: `sekisho 0.1.0`.
    pub tool: String,
    /// The command that made it, as it was typed.
    pub command: Vec<String>,
    /// The machine on which it was made.
    pub host: Option<String>,
    /// When it was made, in UTC to the second.
    pub made_at: String,
    /// The day that was judged.
    pub as_of: Date,
    /// The hospital or clinic.
    pub organization: Option<String>,
    /// The revision of the inventory.
    pub revision: Option<String>,
    /// Every file but this one and the signatures, by path.
    pub files: Vec<Listed>,
    /// How the files go together.
    pub material: Material,
    /// How what was observed was captured; empty before the third version.
    pub captures: Vec<Capture>,
    /// The digest of the newest snapshot in the history beside the inventory.
    pub snapshot: Option<Sha256>,
    /// The bundle before this one.
    pub previous: Option<Previous>,
    /// What was taken out of it for sharing; none for the original.
    pub redacted: Option<Redacted>,
}

/// A file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Where it is in the bundle.
    pub path: String,
    /// What it is.
    pub role: BundleRole,
    /// What it is called in reports; for inputs the name relative to the inventory.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
}

/// What a file of a bundle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BundleRole {
    /// A file of the inventory, as it was read.
    Inventory,
    /// A configuration of a device, with its secrets masked.
    Configuration,
    /// What was observed: headers, names and protocol facts, no payload.
    Observation,
    /// A journal of probes.
    Journal,
    /// What was found, flat.
    Record,
    /// What was found, for people and programs.
    Report,
}

/// Where and how traffic was captured, piece by piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// The tap, as the inventory calls it.
    pub tap: String,
    /// The file or the interface that was read.
    pub source: String,
    /// The program that read it.
    pub tool: String,
    /// The digest of the capture itself, which is not in the bundle; empty for live ones.
    pub sha256: String,
    /// The interfaces with the filters in force.
    pub interfaces: Vec<Through>,
    /// The first and the last packet, in UTC; none where there was no packet.
    pub from: Option<String>,
    /// The end.
    pub until: Option<String>,
    /// How many packets were seen.
    pub packets: u64,
    /// How many were lost before they could be seen; none where the capture does not say.
    pub dropped: Option<u64>,
    /// How many gave nothing, or not everything.
    pub undecoded: u64,
    /// By how many milliseconds the clock of the host that captured was ahead, as whoever captured
    /// stated; none where nobody did.
    pub clock_offset_ms: Option<i64>,
}

/// An interface of a capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Through {
    /// Its name; empty when the capture has none.
    pub name: String,
    /// The filter; empty when there was none, or the capture does not say.
    pub filter: String,
}

impl Capture {
    fn of(piece: &Piece) -> Self {
        let through = |it: &Interface| Through { name: it.name.clone(), filter: it.filter.clone() };
        let moment = |it: Option<Timestamp>| it.map(|it| it.to_string());
        Self {
            tap: piece.tap.clone(),
            source: piece.source.name.clone(),
            tool: piece.tool.clone(),
            sha256: piece.source.sha256.clone(),
            interfaces: piece.interfaces.iter().map(through).collect(),
            from: moment(piece.first),
            until: moment(piece.last),
            packets: piece.counts.packets,
            dropped: piece.counts.dropped,
            undecoded: piece.counts.undecoded.values().sum(),
            clock_offset_ms: piece.clock.map(|it| it.offset_ms),
        }
    }
}

/// How what a material observed was captured. Texts that are no observations are told elsewhere.
pub fn captures(material: &Material, texts: &Texts) -> Vec<Capture> {
    let text = |it: &Declared| texts.get(&it.sha256).map(str::to_owned);
    let read = material.observations.iter().filter_map(text);
    let read = read.filter_map(|text| file::read(text.as_bytes()).ok());
    read.flat_map(|it| it.observation.pieces.into_values())
        .map(|piece| Capture::of(&piece))
        .collect()
}

/// The bundle before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    /// The digest of its manifest, which stays the same whoever signs it later.
    pub manifest: Sha256,
    /// When it was made.
    pub made_at: String,
    /// The day that it judged.
    pub as_of: Date,
}

/// What was changed for sharing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redacted {
    /// The digest of the manifest of the original, by which its owner knows it again.
    pub of: Sha256,
    /// What was changed, in a word each.
    pub what: Vec<String>,
}

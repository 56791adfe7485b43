//! What a bundle says of itself.

use crate::history::{Material, Sha256};
use crate::model::Date;
use serde::{Deserialize, Serialize};

/// The version of the shape of bundles: since the second there may be observations and journals of
/// probes. The first is read as well.
pub const FORMAT: u32 = 2;

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
    /// Captures of live traffic: none yet.
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

/// Where and how live traffic was captured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// The machine.
    pub host: String,
    /// Its interface.
    pub interface: String,
    /// The filter in force.
    pub filter: Option<String>,
    /// The first and the last packet, in UTC.
    pub from: String,
    /// The end.
    pub until: String,
    /// How many packets were seen.
    pub packets: u64,
    /// How many were lost before they could be seen.
    pub dropped: u64,
    /// By how many milliseconds its clock was ahead.
    pub clock_offset_ms: Option<i64>,
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

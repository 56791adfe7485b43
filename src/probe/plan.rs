//! What a run will ask: every question, in order, before one packet is sent.

use super::{Limits, Question};
use crate::model::EntityRef;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// When probes may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// From this moment on,
    pub from: Timestamp,
    /// until before this one.
    pub until: Timestamp,
}

/// The whole of a run, decided before it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// SHA-256 of the scope (確認範囲指定書) that permits it, in hexadecimal.
    pub scope: String,
    /// Where the run stands: a connection (at the other party's end of it) or a zone.
    #[serde(with = "super::question::entity")]
    pub from: EntityRef,
    /// How slowly it asks.
    pub limits: Limits,
    /// When it may ask.
    pub windows: Vec<Window>,
    /// What it asks, controls included, in order.
    pub questions: Vec<Question>,
}

impl Plan {
    /// SHA-256 of everything the run will do, in hexadecimal: two plans with one hash send the
    /// same packets.
    pub fn hash(&self) -> String {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&bytes).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

//! What came back.

use crate::model::vocabulary;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

vocabulary! {
    /// What became of one question.
    Outcome("応答", "outcome") {
        Open = "open" ("応答あり", "answered"),
        Refused = "refused" ("拒否（RST・ポート到達不能）", "refused (reset, port unreachable)"),
        Filtered = "filtered" ("遮断の通知", "filtered (a device said so)"),
        Unreachable = "unreachable" ("到達不能の通知", "unreachable (a device said so)"),
        Silent = "silent" ("応答なし", "silent"),
        NotSent = "not-sent" ("送信できず", "could not be sent"),
    }
}

/// The answer to one question. Facts only: what they prove is for the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// What became of it.
    pub outcome: Outcome,
    /// Who answered, when it was not the one who was asked: the router that sent the ICMP error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<IpAddr>,
    /// How long it took, in microseconds; absent when nothing came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub micros: Option<u64>,
    /// How many times it was asked.
    pub attempts: u8,
    /// What the answer says of itself, by stable keys: `version`, `certificate-not-after`,
    /// `client-certificate`, `banner`, `hop-3`. No payload.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, BTreeSet<String>>,
    /// Why it could not be sent: the system's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Answer {
    /// An answer without details.
    pub fn new(outcome: Outcome, attempts: u8) -> Self {
        Self { outcome, by: None, micros: None, attempts, details: BTreeMap::new(), error: None }
    }

    /// What an answer says of itself, added.
    #[must_use]
    pub fn saying(mut self, key: &str, value: impl Into<String>) -> Self {
        self.details.entry(key.to_owned()).or_default().insert(value.into());
        self
    }
}

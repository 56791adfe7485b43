//! How slowly a run asks.

use serde::{Deserialize, Serialize};

/// The restraint of a run. The defaults are for a hospital at work; only a scope can raise them,
/// with a name under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Questions under way at one host.
    pub host_in_flight: u32,
    /// New questions a second to one host.
    pub host_rate: u32,
    /// New questions a second overall.
    pub rate: u32,
    /// Questions under way overall.
    pub in_flight: u32,
    /// Packets-causing attempts in one run.
    pub run_budget: u32,
    /// The same in one day, over all runs of the scope.
    pub day_budget: u32,
    /// How long an answer is waited for, in milliseconds.
    pub patience_ms: u32,
    /// How often a silent question is asked again.
    pub retries: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            host_in_flight: 1,
            host_rate: 2,
            rate: 20,
            in_flight: 40,
            run_budget: 5_000,
            day_budget: 20_000,
            patience_ms: 3_000,
            retries: 1,
        }
    }
}

//! What chance could have done instead of a filter: when silence may be taken for a closed way.
//!
//! Silence is what a filter makes, and what loss and a limiter of rates make as well. Both are
//! excluded by arithmetic over what else was sent, not by hope.

use super::super::{Kind, Limits};
use std::time::Duration;

/// An "isolated" by random loss may come about this often, at whatever rate packets are lost.
const SELDOM: f64 = 1e-5;
/// More controls than this are not worth what they would prove.
pub(in crate::probe) const MOST_CONTROLS: u32 = 48;
/// The first SYN is repeated by the kernel after so long (RFC 6298 §2).
pub(in crate::probe) const REPEATED: Duration = Duration::from_secs(1);

/// How many packets one attempt puts on the way.
pub(in crate::probe) fn packets(kind: Kind, limits: &Limits) -> u32 {
    let patient = Duration::from_millis(limits.patience_ms.into()) > REPEATED.mul_f64(1.1);
    let connects = matches!(
        kind,
        Kind::TcpConnect
            | Kind::TlsHandshake
            | Kind::SshBanner
            | Kind::RdpNegotiation
            | Kind::HttpHead
    );
    if connects && patient { 2 } else { 1 }
}

/// Whether loss may be excluded as the reason for silence: of `lost` packets none was answered, and
/// `kept` others on the same path all were. Whatever the rate of loss, that is rarer than
/// [`SELDOM`]: `q^lost (1-q)^kept` is greatest at `q = lost / (lost + kept)`.
pub(in crate::probe) fn excludes_loss(lost: u32, kept: u32) -> bool {
    let (lost, kept) = (f64::from(lost), f64::from(kept));
    let all = lost + kept;
    lost > 0.0 && (lost / all).powf(lost) * (kept / all).powf(kept) < SELDOM
}

/// How many controls must be answered without a loss for that; `None` when it would be too many.
pub(in crate::probe) fn controls_against_loss(lost: u32) -> Option<u32> {
    (1..=MOST_CONTROLS).find(|kept| excludes_loss(lost, *kept))
}

/// Whether a limiter of rates (a token bucket, on whatever part of the path) may be excluded as the
/// reason for silence. Nothing was sent for `quiet` before the silent one; had a limiter dropped it,
/// less than one token had gathered in that time, so less than `1 + passed / quiet` could pass in
/// the time from it to the last of `answered` controls.
pub(in crate::probe) fn excludes_limiter(quiet: Duration, answered: u32, passed: Duration) -> bool {
    let quiet = quiet.as_secs_f64();
    quiet > 0.0 && f64::from(answered) >= 1.0 + passed.as_secs_f64() / quiet
}

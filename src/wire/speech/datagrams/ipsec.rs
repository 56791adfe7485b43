//! ESP in UDP and its keepalives (RFC 3948): but for a number that is not zero and what looks
//! enciphered there is no mark. So port 4500 is asked for in addition, or, on any other port, that the
//! same two ends spoke IKE with the marker of NAT traversal before: what follows there without the
//! marker is ESP.

use super::super::bytes::{Bytes, looks_enciphered};
use super::super::{Ends, Said};
use crate::wire::words::{Detail, Speech, Spoken};

const PORT: u16 = 4500;

pub(super) fn recognise(ends: &Ends, payload: &[u8]) -> Option<Said> {
    if !ends.has_port(PORT) {
        return None;
    }
    // A keepalive says only that somebody holds a translation open: no speech, but no stranger.
    if payload == [0xff] {
        return Some(Said { open: true, ..Said::default() });
    }
    beside_ike(payload)
}

/// What is said where IKE was spoken in UDP behind its marker.
pub(super) fn beside_ike(payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    // 1–255 are reserved (RFC 4303 §2.1).
    let spi = left.u32().filter(|it| *it > 255)?;
    let sequence = left.u32().filter(|it| (1..0x8000_0000).contains(it))?;
    // Padding makes the whole a multiple of four bytes (RFC 4303 §2.4).
    let fits = sequence != spi && payload.len().is_multiple_of(4) && looks_enciphered(left.rest());
    let speech = Speech::of(Spoken::Esp)
        .with(Detail::Spi, format!("0x{spi:08x}"))
        .with(Detail::NatTraversal, super::IN_UDP);
    fits.then(|| Said::of(speech).open())
}

//! ESP in UDP and its keepalives (RFC 3948): but for a number that is not zero and what looks
//! enciphered there is no mark. So what is asked for in addition is that the same two ends spoke IKE
//! with the marker of NAT traversal before, on whichever port: what follows there without the marker
//! is ESP. Without it, on port 4500, several datagrams of one sender must name the same association
//! and count on (RFC 4303 §2.1, §2.2): anybody may use that port.

use super::super::bytes::{Bytes, looks_enciphered};
use super::super::{Ends, Said};
use super::following::{Message, Place};
use crate::wire::words::{Detail, Speech, Spoken};

const PORT: u16 = 4500;

pub(super) fn recognise(ends: &Ends, payload: &[u8]) -> Option<Said> {
    // A keepalive says only that somebody holds a translation open: no speech, but no stranger.
    let is_keepalive = ends.has_port(PORT) && payload == [0xff];
    is_keepalive.then(|| Said { open: true, ..Said::default() })
}

/// The words for an association.
pub(super) fn esp(spi: u32) -> Speech {
    Speech::of(Spoken::Esp)
        .with(Detail::Spi, format!("0x{spi:08x}"))
        .with(Detail::NatTraversal, super::IN_UDP)
}

/// The index of the association and the number of the packet, of what could be ESP.
fn numbers(payload: &[u8]) -> Option<(u32, u32)> {
    let mut left = Bytes::new(payload);
    // 1–255 are reserved (RFC 4303 §2.1).
    let spi = left.u32().filter(|it| *it > 255)?;
    let sequence = left.u32()?;
    // Padding makes the whole a multiple of four bytes (RFC 4303 §2.4).
    let fits = sequence != spi && payload.len().is_multiple_of(4) && looks_enciphered(left.rest());
    fits.then_some((spi, sequence))
}

/// What is said where IKE was spoken in UDP behind its marker.
pub(super) fn beside_ike(payload: &[u8]) -> Option<Said> {
    let (spi, sequence) = numbers(payload)?;
    (1..0x8000_0000).contains(&sequence).then(|| Said::of(esp(spi)).open())
}

/// Where this stands, if it is ESP. Of numbers of 64 bits the low half is sent, which may be any.
pub(super) fn place(ends: &Ends, payload: &[u8]) -> Option<Place> {
    let (spi, sequence) = numbers(payload).filter(|_| ends.has_port(PORT))?;
    Some(Place::new(Message::Esp, spi, sequence))
}

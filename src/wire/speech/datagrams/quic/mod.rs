//! QUIC (RFC 9000 §17.2, RFC 9369): packets that begin a connection.
//!
//! Checked: a long header with a version that somebody uses, identifiers that are not too long,
//! and of a client's first packet the size of 1200 bytes (50 bits). What a client's first packets say
//! in TLS is read: hellos with keys that withstand quantum computers need more than one datagram, so
//! that what is missing is asked for by the parts of what is there.

mod initial;

use super::super::bytes::{Bytes, hex};
use super::super::streams::tls;
use super::super::{Ends, Part, Said, Side, products};
use crate::wire::words::{Detail, Speech, Spoken};

pub(super) fn recognise(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let first = left.u8().filter(|it| it & 0xc0 == 0xc0)?;
    let version = left.u32()?;
    let name = name(version)?;
    let to = left.block8().filter(|it| it.len() <= 20)?;
    let from = left.block8().filter(|it| it.len() <= 20)?;
    let mut said = Said::of(Speech::of(Spoken::Quic).with(Detail::Version, name)).open();
    // The kind of packet: version 2 counts from another one (RFC 9369 §3.2).
    let kind = (first >> 4 & 3).wrapping_sub(u8::from(version == 0x6b33_43cf)) & 3;
    let is_initial = kind == 0;
    if is_initial && payload.len() >= 1200 && from.is_empty() && to.len() >= 8 {
        // Clients choose a random identifier of at least eight bytes (RFC 9000 §7.2).
        said.initiator_is = Some(Side::From);
    }
    if let Some(speech) = said.speech.first_mut() {
        speech.note(Detail::Session, hex(if from.is_empty() { to.rest() } else { from.rest() }));
    }
    if let Some(parts) = is_initial.then(|| initial::parts(version, payload)).flatten() {
        said.initiator_is = Some(Side::From);
        describe(parts, &mut said);
    }
    Some(said)
}

/// What the parts of a client's hello say, as far as they follow each other.
pub(super) fn hello(parts: &[Part]) -> Said {
    let mut said = Said::spoken(Spoken::Quic).open().begun_by(Side::From);
    describe(parts.to_vec(), &mut said);
    said
}

fn describe(parts: Vec<Part>, said: &mut Said) {
    let hello = initial::in_order(&parts);
    if let Some(speech) = said.speech.first_mut() {
        tls::describe_hello(&hello, 'q', speech);
    }
    for found in products::of_tls(said.speech.first()) {
        said.with_product(found);
    }
    if !tls::is_whole(&hello) {
        said.parts = parts;
    }
}

fn name(version: u32) -> Option<String> {
    Some(match version {
        1 => "QUIC 1".to_owned(),
        0x6b33_43cf => "QUIC 2".to_owned(),
        0xff00_0017..=0xff00_0022 => format!("QUIC draft {}", version & 0xff),
        _ => return None,
    })
}

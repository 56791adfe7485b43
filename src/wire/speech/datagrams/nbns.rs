//! NetBIOS names and datagrams (RFC 1002 §4.2, §4.4): which computer claims which name.
//!
//! Checked: an operation, small counts, and a name in its half-byte letters (`A`–`P`, 128 bits).
//! Only names of one computer are learned: neither groups nor services.

use super::super::bytes::Bytes;
use super::super::{Ends, Said};
use crate::wire::words::{Detail, Learned, NamedBy, Speech, Spoken, announced};
use std::net::{IpAddr, Ipv4Addr};

/// A name: its text, and the kind of service in its sixteenth byte.
fn name(left: &mut Bytes<'_>) -> Option<(String, u8)> {
    (left.u8()? == 32).then_some(())?;
    let mut bytes = [0_u8; 16];
    for byte in &mut bytes {
        let [high, low] = left.array::<2>()?;
        let half = |it: u8| it.checked_sub(b'A').filter(|it| *it < 16);
        *byte = half(high)? << 4 | half(low)?;
    }
    while let length @ 1.. = left.u8()? {
        left.skip(length.into())?; // scope
    }
    let [text @ .., kind] = &bytes;
    Some((announced(text), *kind))
}

/// A record's name: in full, or as a pointer to the question.
fn record_name(left: &mut Bytes<'_>, asked: Option<&(String, u8)>) -> Option<(String, u8)> {
    if left.rest().starts_with(&[0xc0, 0x0c]) {
        left.u16()?;
        return asked.cloned();
    }
    name(left)
}

pub(super) fn recognise(ends: &Ends, payload: &[u8]) -> Option<Said> {
    session(ends, payload).or_else(|| datagram(payload))
}

fn session(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    left.u16()?;
    let flags = left.u16()?;
    let operation = flags >> 11 & 0x0f;
    let answers = flags & 0x8000 != 0;
    let counts = [left.u16()?, left.u16()?, left.u16()?, left.u16()?];
    (counts.iter().all(|it| *it <= 2) && matches!(operation, 0 | 5..=8 | 15)).then_some(())?;
    let [questions, ..] = counts;
    let mut asked = None;
    if questions > 0 {
        asked = Some(name(&mut left)?);
        matches!(left.u16()?, 0x20 | 0x21).then_some(())?;
        left.u16()?;
    }
    let mut said = Said::of(Speech::of(Spoken::Nbns)).open();
    if questions == 0 || matches!(operation, 5 | 8) {
        // A record is what is claimed by an answer or a registration.
        let claimed = record_name(&mut left, asked.as_ref())?;
        let kind = left.u16()?;
        left.skip(6)?;
        let mut data = left.block16()?;
        matches!(kind, 0x20 | 0x21 | 0x0a).then_some(())?;
        // A refused registration names the owner, which is not the sender.
        let granted = flags & 0x0f == 0;
        while let (0x20, Some(flags), Some(address)) = (kind, data.u16(), data.array::<4>()) {
            if granted && flags & 0x8000 == 0 {
                said.learned.extend(claim(&claimed, address));
            }
        }
    }
    Some(said.asked(!answers))
}

/// A name of the computer itself: workstation or file server.
fn claim(name: &(String, u8), address: [u8; 4]) -> Option<Learned> {
    let address = IpAddr::from(Ipv4Addr::from(address));
    let own = matches!(name.1, 0x00 | 0x20)
        && !name.0.is_empty()
        && !name.0.contains(char::REPLACEMENT_CHARACTER);
    (own && !address.is_unspecified()).then(|| Learned::Name {
        address,
        name: name.0.clone(),
        by: NamedBy::Nbns,
    })
}

/// A datagram names its sender, address and name.
fn datagram(payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    left.u8().filter(|it| (0x10..=0x12).contains(it))?;
    left.skip(3)?;
    let address = left.array::<4>()?;
    let port = left.u16()?;
    let (length, offset) = (left.u16()?, left.u16()?);
    (port == 138 && usize::from(length) <= payload.len() && offset < 1500).then_some(())?;
    let from = name(&mut left)?;
    let mut said = Said::of(Speech::of(Spoken::Nbns).with(Detail::Message, "datagram")).open();
    said.learned.extend(claim(&from, address));
    Some(said)
}

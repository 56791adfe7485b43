//! IKE version 1 (RFC 2408, RFC 2409) and 2 (RFC 7296), on any port, with or without the marker of
//! NAT traversal (RFC 3948).
//!
//! Checked: version, kind of exchange, flags, first payload, and a length that is exactly that of
//! the datagram (more than 50 bits).

mod offers;
mod vendors;
mod words;

use super::super::bytes::{Bytes, hex};
use super::super::{Ends, Said, Side};
use crate::wire::words::{Detail, Speech, Spoken};

const HEADER: usize = 28;
const NAT_PORT: u16 = 4500;

/// The header that every message has.
struct Header {
    initiator: [u8; 8],
    responder: [u8; 8],
    next: u8,
    version: u8,
    exchange: u8,
    flags: u8,
}

fn header(left: &mut Bytes<'_>) -> Option<Header> {
    let total = left.len();
    let header = Header {
        initiator: left.array()?,
        responder: left.array()?,
        next: left.u8()?,
        version: left.u8()?,
        exchange: left.u8()?,
        flags: left.u8()?,
    };
    left.u32()?; // message id
    let length = usize::try_from(left.u32()?).ok()?;
    let known = match header.version {
        0x10 => {
            matches!(header.exchange, 1..=6 | 32..=34) && header.flags <= 7 && header.next <= 21
                || header.exchange == 243 && header.flags <= 7
        }
        0x20 => {
            matches!(header.exchange, 34..=39 | 43 | 44)
                && header.flags & !0x38 == 0
                && matches!(header.next, 0 | 33..=53)
        }
        _ => false,
    };
    (known && length == total && length >= HEADER && header.initiator != [0; 8]).then_some(header)
}

/// IKE in a datagram: behind the marker of NAT traversal that is told on every port.
pub(super) fn datagram(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let mut said = recognise(ends, payload)?;
    let speech = said.speech.first_mut()?;
    if payload.starts_with(&[0; 4]) && !speech.details.contains_key(&Detail::NatTraversal) {
        speech.note(Detail::NatTraversal, super::IN_UDP);
    }
    Some(said)
}

pub(in super::super) fn recognise(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let marked = payload.strip_prefix(&[0, 0, 0, 0]);
    let mut left = Bytes::new(payload);
    let (header, marked) = match header(&mut left) {
        Some(it) => (it, false),
        None => {
            left = Bytes::new(marked?);
            (self::header(&mut left)?, true)
        }
    };
    let mut speech = Speech::of(Spoken::Ike);
    speech.note(Detail::Session, hex(&header.initiator));
    if marked && ends.has_port(NAT_PORT) {
        speech.note(Detail::NatTraversal, "UDP 4500");
    }
    let begins = header.responder == [0; 8];
    let by = if header.version == 0x20 {
        speech.note(Detail::Version, "IKEv2");
        speech.note(Detail::Message, words::exchange_v2(header.exchange));
        let enciphered = matches!(header.next, 46 | 53);
        if !enciphered {
            let is_answer = header.flags & 0x20 != 0;
            payloads_v2(header.next, left, is_answer, &mut speech);
        }
        // The flag says who began the association (RFC 7296 §3.1): not which message this is.
        Some(if header.flags & 8 != 0 { Side::From } else { Side::To })
    } else {
        speech.note(Detail::Version, "IKEv1");
        let mode = words::exchange_v1(header.exchange);
        speech.note(
            if matches!(header.exchange, 2 | 4) { Detail::Mode } else { Detail::Message },
            mode,
        );
        if header.flags & 1 == 0 {
            payloads_v1(header.next, left, !begins, &mut speech);
        }
        begins.then_some(Side::From)
    };
    Some(Said { speech: vec![speech], open: true, initiator_is: by, ..Said::default() })
}

/// One payload after another: kind and body.
fn payloads(first: u8, mut left: Bytes<'_>) -> impl Iterator<Item = (u8, Bytes<'_>)> {
    let mut next = first;
    let read = move || {
        let kind = next;
        next = left.u8()?;
        left.u8()?;
        let length = usize::from(left.u16()?).checked_sub(4)?;
        (kind != 0).then_some(())?;
        Some((kind, left.part(length)?))
    };
    std::iter::from_fn(read).take(64)
}

fn payloads_v1(first: u8, left: Bytes<'_>, is_answer: bool, speech: &mut Speech) {
    // An answer names what it took; only in main and aggressive mode is it in the clear.
    let detail = if is_answer { Detail::Chosen } else { Detail::Proposal };
    for (kind, mut body) in payloads(first, left) {
        match kind {
            1 => {
                for words in offers::v1(body) {
                    speech.note(detail, words);
                }
            }
            5 => speech.note(Detail::Name, identity(&mut body).unwrap_or_default()),
            13 => speech.note(Detail::VendorId, vendors::name(body.rest())),
            _ => {}
        }
    }
}

fn payloads_v2(first: u8, left: Bytes<'_>, is_answer: bool, speech: &mut Speech) {
    let detail = if is_answer { Detail::Chosen } else { Detail::Proposal };
    for (kind, mut body) in payloads(first, left) {
        match kind {
            33 => {
                for words in offers::v2(body) {
                    speech.note(detail, words);
                }
            }
            43 => speech.note(Detail::VendorId, vendors::name(body.rest())),
            41 => {
                let error = body.u16().and(body.u16());
                speech.note(Detail::Message, error.and_then(words::notify).unwrap_or_default());
            }
            _ => {}
        }
    }
}

/// An address or a domain name (RFC 2407 §4.6.2.1); those of people are left out.
fn identity(body: &mut Bytes<'_>) -> Option<String> {
    let kind = body.u8()?;
    body.skip(3)?;
    match kind {
        1 => body.array::<4>().map(|it| std::net::Ipv4Addr::from(it).to_string()),
        2 => Some(String::from_utf8_lossy(body.rest()).into_owned()),
        _ => None,
    }
}

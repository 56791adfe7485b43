//! WireGuard (J. A. Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel", §5.4), on any
//! port.
//!
//! Checked: the kind with three zero bytes (32 bits), the exact length of the handshake, that
//! indexes are not zero and that the rest is enciphered; of data the length in steps of 16 and a
//! counter that has not gone far (24 bits more).

use super::super::bytes::{Bytes, looks_enciphered};
use super::super::{Ends, Said};
use crate::wire::words::{Detail, Speech, Spoken};

const INITIATION: usize = 148;
const RESPONSE: usize = 92;
const COOKIE: usize = 64;

pub(super) fn recognise(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let kind = left.le32().filter(|it| (1..=4).contains(it))?;
    let index = left.le32().filter(|it| *it != 0)?;
    let index = format!("{index:08x}");
    let speech = Speech::of(Spoken::WireGuard);
    match (kind, payload.len()) {
        (1, INITIATION) => {
            let key = looks_enciphered(left.take(108)?);
            key.then(|| Said::of(speech.with(Detail::Session, index)).asked(true).open())
        }
        (2, RESPONSE) => {
            let other = left.le32()? != 0;
            let key = other && looks_enciphered(left.take(48)?);
            key.then(|| Said::of(speech.with(Detail::Session, index)).asked(false).open())
        }
        // An answer under load: nonce and sealed cookie.
        (3, COOKIE) => looks_enciphered(left.rest()).then(|| Said::of(speech).open()),
        (4, 32..) if payload.len().is_multiple_of(16) => {
            let counter = u64::from(left.le32()?) | u64::from(left.le32()?) << 32;
            let fits = counter < 1 << 40 && looks_enciphered(left.rest());
            fits.then(|| Said::of(speech).open())
        }
        _ => None,
    }
}

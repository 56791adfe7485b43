//! WireGuard (J. A. Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel", §5.4), on any
//! port.
//!
//! Checked of each message: the kind with three zero bytes (32 bits), the exact length of the
//! handshake, that indexes are not zero and that the rest is enciphered; of data the length in steps
//! of 16 and a counter that has not gone far. Any program may send one such message, so none is
//! enough: an answer must name the index of who asked, or data of one receiver count on (see
//! [`super::following`]).

use super::super::bytes::{Bytes, looks_enciphered};
use super::following::{Message, Place};

const INITIATION: usize = 148;
const RESPONSE: usize = 92;
const COOKIE: usize = 64;

/// Where this stands, if it is WireGuard.
pub(super) fn place(payload: &[u8]) -> Option<Place> {
    let mut left = Bytes::new(payload);
    let kind = left.le32().filter(|it| (1..=4).contains(it))?;
    let index = left.le32().filter(|it| *it != 0)?;
    match (kind, payload.len()) {
        (1, INITIATION) => {
            looks_enciphered(left.take(108)?).then(|| Place::new(Message::Initiation, index, 0))
        }
        (2, RESPONSE) => {
            let receiver = left.le32().filter(|it| *it != 0)?;
            // The counter of the first data that follow is 0.
            let place = || Place::new(Message::Response, receiver, u32::MAX).answering(index);
            looks_enciphered(left.take(48)?).then(place)
        }
        // An answer under load: nonce and sealed cookie.
        (3, COOKIE) => looks_enciphered(left.rest()).then(|| Place::new(Message::Cookie, index, 0)),
        (4, 32..) if payload.len().is_multiple_of(16) => {
            let (low, high) = (left.le32()?, left.le32()?);
            let fits = high < 1 << 8 && looks_enciphered(left.rest());
            fits.then(|| Place::new(Message::Data, index, low))
        }
        _ => None,
    }
}

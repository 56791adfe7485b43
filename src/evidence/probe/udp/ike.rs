//! IKE_SA_INIT (RFC 7296 §1.2): what a gateway in use would be offered, with a public key that is
//! really one (ECP-256, RFC 5903) and thrown away. It never goes on to authenticate.
//!
//! Whatever answers our SPI counts: a choice, `NO_PROPOSAL_CHOSEN`, `INVALID_KE_PAYLOAD`, a cookie,
//! or version 1 saying that it knows no version 2. Many gateways say nothing to whom they do not
//! know: silence is no proof that there is none.

use super::super::said::{chance, say_speech};
use super::{Request, spoken};
use crate::probe::Answer;
use crate::wire::speech::bytes::Bytes;
use crate::wire::words::Spoken;
use ring::agreement::{ECDH_P256, EphemeralPrivateKey};
use ring::rand::SystemRandom;

/// The port of NAT traversal, where four zeros stand before IKE (RFC 3948 §2.2).
const NAT: u16 = 4500;
const ECP_256: u16 = 19;

/// Kinds of transform with their numbers (IANA, "IKEv2 Parameters"); ciphers with the bits of
/// their keys.
const CIPHER: u8 = 1;
const PRF: u8 = 2;
const INTEGRITY: u8 = 3;
const GROUP: u8 = 4;
const CBC: &[(u8, u16, u16)] = &[(CIPHER, 12, 256), (CIPHER, 12, 128), (CIPHER, 3, 0)];
const GCM: &[(u8, u16, u16)] = &[(CIPHER, 20, 256), (CIPHER, 20, 128)];
const CHECKS: &[(u8, u16, u16)] = &[(INTEGRITY, 12, 0), (INTEGRITY, 14, 0), (INTEGRITY, 2, 0)];
const BOTH: &[(u8, u16, u16)] = &[
    (PRF, 5, 0),
    (PRF, 7, 0),
    (PRF, 2, 0),
    (GROUP, ECP_256, 0),
    (GROUP, 31, 0),
    (GROUP, 20, 0),
    (GROUP, 14, 0),
    (GROUP, 15, 0),
    (GROUP, 16, 0),
    (GROUP, 5, 0),
    (GROUP, 2, 0),
];

const SECURITY_ASSOCIATION: u8 = 33;
const KEY_EXCHANGE: u8 = 34;
const NONCE: u8 = 40;

pub(super) fn request(port: u16) -> Request {
    let marked = port == NAT;
    let spi: [u8; 8] = chance();
    let mut body = Vec::new();
    payload(&mut body, KEY_EXCHANGE, &association());
    payload(&mut body, NONCE, &key());
    payload(&mut body, 0, &chance::<32>());
    let mut bytes = Vec::with_capacity(body.len() + 32);
    if marked {
        bytes.extend([0; 4]);
    }
    bytes.extend(spi);
    bytes.extend([0; 8]);
    bytes.extend([SECURITY_ASSOCIATION, 0x20, 34, 0x08, 0, 0, 0, 0]);
    bytes.extend(length(28 + body.len()).map_or([0; 4], |it| u32::from(it).to_be_bytes()));
    bytes.extend(body);
    Request { bytes, read: Box::new(move |bytes, answer| read(spi, marked, bytes, answer)) }
}

fn length(bytes: usize) -> Option<u16> {
    u16::try_from(bytes).ok()
}

/// Adds a payload: what follows it, its length, its body.
fn payload(to: &mut Vec<u8>, next: u8, body: &[u8]) {
    to.extend([next, 0]);
    to.extend(length(4 + body.len()).unwrap_or_default().to_be_bytes());
    to.extend(body);
}

/// Two proposals, because ciphers that check themselves stand apart (RFC 7296 §3.3).
fn association() -> Vec<u8> {
    let mut out = proposal(1, false, &[CBC, CHECKS, BOTH].concat());
    out.extend(proposal(2, true, &[GCM, BOTH].concat()));
    out
}

fn proposal(number: u8, is_last: bool, transforms: &[(u8, u16, u16)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (index, (kind, id, bits)) in transforms.iter().enumerate() {
        let more = if index + 1 == transforms.len() { 0 } else { 3 };
        let size: u16 = if *bits == 0 { 8 } else { 12 };
        body.extend([more, 0]);
        body.extend(size.to_be_bytes());
        body.extend([*kind, 0]);
        body.extend(id.to_be_bytes());
        if *bits != 0 {
            body.extend([0x80, 14]); // key length
            body.extend(bits.to_be_bytes());
        }
    }
    let mut out = vec![if is_last { 0 } else { 2 }, 0];
    out.extend(length(8 + body.len()).unwrap_or_default().to_be_bytes());
    out.extend([number, 1, 0, u8::try_from(transforms.len()).unwrap_or_default()]);
    out.extend(body);
    out
}

/// A public key of ECP-256, of which nobody keeps the private one.
fn key() -> Vec<u8> {
    let mut out = ECP_256.to_be_bytes().to_vec();
    out.extend([0, 0]);
    let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new());
    let public = private.and_then(|it| it.compute_public_key());
    // RFC 5903 §7 leaves out the byte that says that the point is not compressed.
    out.extend(public.iter().flat_map(|it| it.as_ref().iter().skip(1)));
    out
}

fn read(spi: [u8; 8], marked: bool, bytes: &[u8], answer: Answer) -> Option<Answer> {
    let plain = if marked { bytes.strip_prefix(&[0; 4]).unwrap_or(bytes) } else { bytes };
    let mut left = Bytes::new(plain);
    (left.array::<8>()? == spi).then_some(())?;
    left.skip(9)?;
    let (version, exchange, flags) = (left.u8()?, left.u8()?, left.u8()?);
    let answers = match version >> 4 {
        2 => exchange == 34 && flags & 0x28 == 0x20, // an answer, by who did not begin
        1 => exchange == 5,
        _ => false,
    };
    answers.then_some(())?;
    let speech = spoken(Spoken::Ike, 500, plain)?;
    Some(say_speech(answer, &speech))
}

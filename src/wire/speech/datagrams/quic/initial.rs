//! What a client says first in QUIC (RFC 9001 §5, RFC 9369 §3.3): the hello of TLS, enciphered with
//! keys that follow from an identifier in the clear, so that everybody on the way can read it. It is
//! authenticated: what opens is such a packet beyond doubt.

use super::super::super::Part;
use super::super::super::bytes::Bytes;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey, quic};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};

/// Of a version: what the keys begin with, and what the labels begin with.
struct Version {
    salt: [u8; 20],
    label: &'static [u8],
}

const DRAFT: Version = Version {
    salt: [
        0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11,
        0xe0, 0x43, 0x90, 0xa8, 0x99,
    ],
    label: b"quic",
};
const ONE: Version = Version {
    salt: [
        0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c,
        0xad, 0xcc, 0xbb, 0x7f, 0x0a,
    ],
    label: b"quic",
};
const TWO: Version = Version {
    salt: [
        0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d,
        0xcb, 0xf9, 0xbd, 0x2e, 0xd9,
    ],
    label: b"quicv2",
};

/// Drafts 29 to 32 share their keys with no other version.
fn version(number: u32) -> Option<&'static Version> {
    match number {
        1 => Some(&ONE),
        0x6b33_43cf => Some(&TWO),
        0xff00_001d..=0xff00_0020 => Some(&DRAFT),
        _ => None,
    }
}

/// So many bytes are asked for.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Bytes that follow from a secret and a label (RFC 8446 §7.1).
fn expand<const N: usize>(secret: &Prk, label: &[&[u8]]) -> Option<[u8; N]> {
    let label = label.concat();
    let length = [0, u8::try_from(N).ok()?, u8::try_from(6 + label.len()).ok()?];
    let mut out = [0; N];
    secret.expand(&[&length, b"tls13 ", &label, &[0]], Length(N)).ok()?.fill(&mut out).ok()?;
    Some(out)
}

/// So many packets of a client stand in one datagram at the most.
const PACKETS: usize = 4;

/// The parts of TLS in a datagram with which a client begins; none when it does not open.
pub(super) fn parts(number: u32, mut datagram: &[u8]) -> Option<Vec<Part>> {
    let mut parts = None;
    for _ in 0..PACKETS {
        let Some((found, rest)) = packet(number, datagram) else { break };
        parts.get_or_insert_with(Vec::new).extend(found);
        datagram = rest;
    }
    parts
}

/// The parts of TLS in one packet, and what stands behind it.
fn packet(number: u32, datagram: &[u8]) -> Option<(Vec<Part>, &[u8])> {
    let version = version(number)?;
    let mut left = Bytes::new(datagram);
    left.skip(5)?;
    let to = left.block8()?;
    left.block8()?;
    let token = number_of(&mut left)?;
    left.skip(token)?;
    let length = number_of(&mut left)?;
    let at = datagram.len() - left.len();
    let initial = Salt::new(HKDF_SHA256, &version.salt).extract(to.rest());
    let secret = Prk::new_less_safe(HKDF_SHA256, &expand::<32>(&initial, &[b"client in"])?);
    let key: [u8; 16] = expand(&secret, &[version.label, b" key"])?;
    let mut nonce: [u8; 12] = expand(&secret, &[version.label, b" iv"])?;
    let mask: [u8; 16] = expand(&secret, &[version.label, b" hp"])?;
    let mask = quic::HeaderProtectionKey::new(&quic::AES_128, &mask).ok()?;
    let mask = mask.new_mask(datagram.get(at + 4..at + 20)?).ok()?;
    // The header tells how long the number of the packet is, once it is uncovered.
    let first = datagram.first()? ^ (mask.first()? & 0x0f);
    let counted = usize::from(first & 3) + 1;
    let mut header = datagram.get(..at + counted)?.to_vec();
    *header.first_mut()? = first;
    let digits = header.iter_mut().skip(at);
    digits.zip(mask.iter().skip(1)).for_each(|(it, mask)| *it ^= mask);
    let digits = header.get(at..)?.iter().rev();
    nonce.iter_mut().rev().zip(digits).for_each(|(it, digit)| *it ^= digit);
    let end = at.checked_add(length)?;
    let mut body = datagram.get(at + counted..end)?.to_vec();
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
    let nonce = Nonce::assume_unique_for_key(nonce);
    let frames = key.open_in_place(nonce, Aad::from(&header), &mut body).ok()?;
    let mut left = Bytes::new(frames);
    let mut parts = Vec::new();
    while let Some(part) = frame(&mut left) {
        parts.extend(part.map(|(at, part)| (at, part.to_vec())));
    }
    Some((parts, datagram.get(end..).unwrap_or_default()))
}

/// Parts put in order, without what comes behind a gap.
pub(super) fn in_order(parts: &[Part]) -> Vec<u8> {
    let mut parts: Vec<&Part> = parts.iter().collect();
    parts.sort_unstable();
    let mut out = Vec::new();
    for (at, part) in parts {
        let Some(known) = out.len().checked_sub(*at) else { break };
        out.extend_from_slice(part.get(known..).unwrap_or_default());
    }
    out
}

/// Where in TLS the next frame stands, and what it carries (RFC 9000 §19); none at the end.
fn frame<'a>(left: &mut Bytes<'a>) -> Option<Option<(usize, &'a [u8])>> {
    match number_of(left)? {
        // Padding, and a sign of life.
        0 | 1 => Some(None),
        kind @ (2 | 3) => {
            let [_, _, ranges, _] = [(); 4].map(|()| number_of(left));
            let counts = if kind == 3 { 3 } else { 0 };
            for _ in 0..ranges?.checked_mul(2)?.checked_add(counts)? {
                number_of(left)?;
            }
            Some(None)
        }
        6 => {
            let at = number_of(left)?;
            let length = number_of(left)?;
            Some(Some((at, left.take(length)?)))
        }
        _ => None,
    }
}

/// A number of variable length (RFC 9000 §16).
fn number_of(left: &mut Bytes<'_>) -> Option<usize> {
    let first = left.u8()?;
    let more = (1_u32 << (first >> 6)) - 1;
    let mut number = u64::from(first & 0x3f);
    for _ in 0..more {
        number = number << 8 | u64::from(left.u8()?);
    }
    usize::try_from(number).ok()
}

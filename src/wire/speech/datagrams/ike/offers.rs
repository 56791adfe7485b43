//! What a security association is to be made of, in words.

use super::super::super::bytes::Bytes;
use super::words::{authentication, cipher_v1, cipher_v2, group, hash_v1, integrity, prf};

/// Transforms of phase 1 (RFC 2407 §4.5, RFC 2409 appendix A): `AES-CBC-256 / SHA1 / pre-shared
/// key / MODP-1024`.
pub(super) fn v1(mut body: Bytes<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let mut read = || {
        (body.u32()? == 1).then_some(())?; // domain of interpretation: IPsec
        body.u32()?; // situation
        loop {
            body.u16()?; // next, reserved
            let length = usize::from(body.u16()?).checked_sub(4)?;
            let mut proposal = body.part(length)?;
            proposal.u8()?;
            let protocol = proposal.u8()?;
            let spi = proposal.u8()?;
            let count = proposal.u8()?;
            proposal.skip(spi.into())?;
            for _ in 0..count.min(32) {
                proposal.u16()?;
                let length = usize::from(proposal.u16()?).checked_sub(4)?;
                let mut transform = proposal.part(length)?;
                transform.u32()?; // number, id, reserved
                if protocol == 1 {
                    out.push(transform_v1(transform));
                }
            }
        }
    };
    let _: Option<()> = read();
    out
}

fn transform_v1(mut attributes: Bytes<'_>) -> String {
    let (mut cipher, mut bits) = (None, None);
    let mut parts: [Option<String>; 3] = [None, None, None];
    while let (Some(kind), Some(value)) = (attributes.u16(), attributes.u16()) {
        if kind & 0x8000 == 0 {
            // The value is the length of a longer one.
            if attributes.skip(value.into()).is_none() {
                break;
            }
            continue;
        }
        let [hash, authenticated, prime] = &mut parts;
        match kind & 0x7fff {
            1 => cipher = Some(cipher_v1(value)),
            2 => *hash = Some(hash_v1(value)),
            3 => *authenticated = Some(authentication(value)),
            4 => *prime = Some(group(value)),
            14 => bits = Some(value),
            _ => {}
        }
    }
    let cipher = cipher.map(|it| sized(it, bits));
    std::iter::once(cipher).chain(parts).flatten().collect::<Vec<_>>().join(" / ")
}

fn sized(name: String, bits: Option<u16>) -> String {
    bits.map_or_else(|| name.clone(), |bits| format!("{name}-{bits}"))
}

/// Proposals (RFC 7296 §3.3): `AES-CBC-256, AES-CBC-128 / HMAC-SHA2-256-128 / PRF-HMAC-SHA2-256 /
/// MODP-2048`.
pub(super) fn v2(mut body: Bytes<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let mut read = || {
        loop {
            body.u16()?;
            let length = usize::from(body.u16()?).checked_sub(4)?;
            let mut proposal = body.part(length)?;
            proposal.u16()?; // number, protocol
            let spi = proposal.u8()?;
            let count = proposal.u8()?;
            proposal.skip(spi.into())?;
            out.push(proposal_v2(proposal, count));
        }
    };
    let _: Option<()> = read();
    out
}

fn proposal_v2(mut left: Bytes<'_>, count: u8) -> String {
    // Ciphers, integrity, functions, groups.
    let mut kinds: [Vec<String>; 4] = Default::default();
    let mut read = || {
        for _ in 0..count.min(64) {
            left.u16()?;
            let length = usize::from(left.u16()?).checked_sub(4)?;
            let mut transform = left.part(length)?;
            let kind = transform.u8()?;
            transform.u8()?;
            let id = transform.u16()?;
            let bits = (transform.u16() == Some(0x800e)).then(|| transform.u16()).flatten();
            let (at, name) = match kind {
                1 => (0, sized(cipher_v2(id), bits)),
                3 => (1, integrity(id)),
                2 => (2, prf(id)),
                4 => (3, group(id)),
                _ => continue,
            };
            if let Some(names) = kinds.get_mut(at)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        Some(())
    };
    let _: Option<()> = read();
    let parts = kinds.iter().filter(|it| !it.is_empty()).map(|it| it.join(", "));
    parts.collect::<Vec<_>>().join(" / ")
}

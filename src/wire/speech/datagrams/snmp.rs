//! SNMP (RFC 1157, RFC 3416, RFC 3412): version, who asks, whether the community is one that every
//! attacker tries first, and the name of the system when it is told.
//!
//! Checked: DER of a sequence that ends with the datagram, a version, a community and a kind with
//! four elements, or the header of version 3 (60 bits).

use super::super::bytes::Bytes;
use super::super::der::{SEQUENCE, element, expect, small};
use super::super::{Ends, Said};
use crate::wire::words::{Detail, Learned, NamedBy, Speech, Spoken, announced};

/// Communities with which devices are delivered.
const DEFAULTS: &[&[u8]] = &[b"public", b"private"];
/// `sysName.0` (RFC 3418).
const SYS_NAME: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 5, 0];

pub(super) fn recognise(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let mut message = expect(&mut left, SEQUENCE).filter(|_| left.is_empty())?;
    let version = small(expect(&mut message, 2)?)?;
    let mut speech = Speech::of(Spoken::Snmp);
    if version == 3 {
        let mut header = expect(&mut message, SEQUENCE)?;
        small(expect(&mut header, 2)?)?;
        let size = small(expect(&mut header, 2)?)?;
        let flags = *expect(&mut header, 4)?.rest().first()?;
        (size >= 484 && small(expect(&mut header, 2)?)? <= 3).then_some(())?;
        speech.note(Detail::Version, "SNMPv3");
        speech.note(
            Detail::Mode,
            match flags & 3 {
                0 => "neither authenticated nor enciphered",
                1 => "authenticated, not enciphered",
                _ => "authenticated and enciphered",
            },
        );
        // Reports answer; whoever may be reported to has asked (RFC 3412 §6.4).
        let said = Said::of(speech);
        return Some(if flags & 4 != 0 { said.asked(true) } else { said });
    }
    let community = expect(&mut message, 4)?.rest();
    let (kind, mut body) = element(&mut message).filter(|it| (0xa0..=0xa8).contains(&it.0))?;
    (version <= 1 && message.is_empty() && community.len() < 256).then_some(())?;
    speech.note(Detail::Version, if version == 0 { "SNMPv1" } else { "SNMPv2c" });
    if let Some(known) = DEFAULTS.iter().find(|it| **it == community) {
        speech.note(Detail::Community, String::from_utf8_lossy(known));
    }
    let mut said = Said::of(speech).asked(kind != 0xa2);
    if kind == 0xa2 {
        said.learned.extend(system(&mut body).map(|name| Learned::Name {
            address: ends.from,
            name,
            by: NamedBy::Snmp,
        }));
    }
    said.open = true;
    Some(said)
}

/// The name of the system, when it is among what is told.
fn system(body: &mut Bytes<'_>) -> Option<String> {
    for _ in 0..3 {
        expect(body, 2)?; // number, error, index
    }
    let mut list = expect(body, SEQUENCE)?;
    while let Some((SEQUENCE, mut pair)) = element(&mut list) {
        if expect(&mut pair, 6)?.rest() == SYS_NAME {
            return expect(&mut pair, 4).map(|it| announced(it.rest())).filter(|it| !it.is_empty());
        }
    }
    None
}

//! The little of DER (ITU-T X.690) that certificates and LDAP need: one element after another.

use super::bytes::Bytes;

pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// The next element: its tag (one byte) and what is in it. Lengths of up to four bytes.
pub(crate) fn element<'a>(from: &mut Bytes<'a>) -> Option<(u8, Bytes<'a>)> {
    let tag = from.u8().filter(|it| it & 0x1f != 0x1f)?;
    let length = length(from)?;
    Some((tag, from.part(length)?))
}

/// The same of an element that may be cut short: what is there of it.
pub(crate) fn element_cut<'a>(from: &mut Bytes<'a>) -> Option<(u8, Bytes<'a>)> {
    let tag = from.u8().filter(|it| it & 0x1f != 0x1f)?;
    let length = length(from)?;
    Some((tag, from.up_to(length)))
}

fn length(from: &mut Bytes<'_>) -> Option<usize> {
    let first = from.u8()?;
    if first < 0x80 {
        return Some(first.into());
    }
    let bytes = from.take(usize::from(first & 0x7f)).filter(|it| (1..=4).contains(&it.len()))?;
    Some(bytes.iter().fold(0, |sum, it| sum << 8 | usize::from(*it)))
}

/// The next element, when it has this tag.
pub(crate) fn expect<'a>(from: &mut Bytes<'a>, tag: u8) -> Option<Bytes<'a>> {
    let mut ahead = *from;
    let (found, body) = element(&mut ahead)?;
    (found == tag).then(|| {
        *from = ahead;
        body
    })
}

/// A small non-negative integer or enumeration.
pub(crate) fn small(body: Bytes<'_>) -> Option<u32> {
    let bytes = body.rest();
    let fits = (1..=4).contains(&bytes.len()) && bytes.first().is_some_and(|it| it & 0x80 == 0);
    fits.then(|| bytes.iter().fold(0, |sum, it| sum << 8 | u32::from(*it)))
}

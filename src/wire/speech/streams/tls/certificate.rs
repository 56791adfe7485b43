//! The names in a server's certificate (RFC 5280).

use super::super::super::bytes::Bytes;
use super::super::super::der::{SEQUENCE, SET, element, expect};
use crate::wire::words::{Detail, Speech};
use std::net::{Ipv4Addr, Ipv6Addr};

const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANISATION: &[u8] = &[0x55, 4, 10];
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 29, 17];

/// The first certificate of a certificate message (RFC 5246 §7.4.2), when all of it is there.
pub(super) fn leaf(message: &[u8]) -> Option<&[u8]> {
    let mut left = Bytes::new(message);
    left.u24()?;
    let length = left.u24()?;
    left.take(usize::try_from(length).ok()?)
}

/// What a certificate says of itself. Nothing of it is proved by being said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Common name and organisation of the subject.
    pub subject: Vec<String>,
    /// Common name and organisation of who issued it.
    pub issuer: Vec<String>,
    /// The names and addresses that it is for.
    pub names: Vec<String>,
    /// Its first day, `2026-02-28`.
    pub not_before: Option<String>,
    /// Its last day.
    pub not_after: Option<String>,
}

impl Certificate {
    /// Reads a certificate in DER. What stands behind what is needed is not looked at.
    pub fn read(certificate: &[u8]) -> Option<Self> {
        let mut outer = expect(&mut Bytes::new(certificate), SEQUENCE)?;
        let mut body = expect(&mut outer, SEQUENCE)?;
        expect(&mut body, 0xa0); // version
        expect(&mut body, 2)?; // serial number
        expect(&mut body, SEQUENCE)?; // signature algorithm
        let issuer = expect(&mut body, SEQUENCE)?;
        let mut validity = expect(&mut body, SEQUENCE)?;
        let (from_tag, from) = element(&mut validity)?;
        let (tag, until) = element(&mut validity)?;
        let subject = expect(&mut body, SEQUENCE)?;
        expect(&mut body, SEQUENCE)?; // public key
        let named = |it| {
            [COMMON_NAME, ORGANISATION].into_iter().filter_map(move |kind| attribute(it, kind))
        };
        let mut out = Self {
            subject: named(subject).collect(),
            issuer: named(issuer).collect(),
            names: Vec::new(),
            not_before: date(from_tag, from.rest()),
            not_after: date(tag, until.rest()),
        };
        while let Some((tag, mut body)) = element(&mut body) {
            if tag == 0xa3 {
                alternative_names(expect(&mut body, SEQUENCE)?, &mut out.names);
            }
        }
        Some(out)
    }
}

/// Notes subject, alternative names, issuer and end of validity.
pub(super) fn describe(certificate: &[u8], speech: &mut Speech) {
    let Some(read) = Certificate::read(certificate) else { return };
    for name in read.subject.iter().chain(&read.names) {
        speech.note(Detail::Certificate, name);
    }
    for name in &read.issuer {
        speech.note(Detail::Issuer, name);
    }
    speech.note(Detail::NotAfter, read.not_after.unwrap_or_default());
}

fn attribute(mut name: Bytes<'_>, kind: &[u8]) -> Option<String> {
    while let Some((SET, mut set)) = element(&mut name) {
        let mut pair = expect(&mut set, SEQUENCE)?;
        let (tag, value) = (expect(&mut pair, 6)?.rest(), element(&mut pair)?);
        if tag == kind {
            return Some(text(value.0, value.1.rest()));
        }
    }
    None
}

/// BMPString is UTF-16; the other strings are read as UTF-8.
fn text(tag: u8, bytes: &[u8]) -> String {
    if tag != 0x1e {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let units =
        bytes.chunks_exact(2).map(|it| it.iter().fold(0, |sum, it| sum << 8 | u16::from(*it)));
    char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn alternative_names(mut extensions: Bytes<'_>, out: &mut Vec<String>) -> Option<()> {
    while let Some((SEQUENCE, mut extension)) = element(&mut extensions) {
        if expect(&mut extension, 6)?.rest() != ALTERNATIVE_NAMES {
            continue;
        }
        expect(&mut extension, 1); // critical
        let mut names = expect(&mut expect(&mut extension, 4)?, SEQUENCE)?;
        while let Some((tag, name)) = element(&mut names) {
            match (tag, name.rest()) {
                (0x82, name) => out.push(String::from_utf8_lossy(name).into_owned()),
                (0x87, address) => {
                    let four =
                        <[u8; 4]>::try_from(address).map(|it| Ipv4Addr::from(it).to_string());
                    let six =
                        <[u8; 16]>::try_from(address).map(|it| Ipv6Addr::from(it).to_string());
                    out.extend(four.or(six));
                }
                _ => {}
            }
        }
    }
    Some(())
}

/// `2031-02-28` of a UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5).
fn date(tag: u8, text: &[u8]) -> Option<String> {
    let text =
        std::str::from_utf8(text).ok().filter(|it| it.bytes().all(|it| it.is_ascii_graphic()))?;
    let (year, rest) = match tag {
        0x17 => {
            let (year, rest) = text.split_at_checked(2)?;
            let century = if year < "50" { "20" } else { "19" };
            (format!("{century}{year}"), rest)
        }
        0x18 => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.to_owned(), rest)
        }
        _ => return None,
    };
    let (month, day) = (rest.get(..2)?, rest.get(2..4)?);
    let digits =
        [year.as_str(), month, day].iter().all(|it| it.bytes().all(|it| it.is_ascii_digit()));
    digits.then(|| format!("{year}-{month}-{day}"))
}

//! LDAP (RFC 4511) over TCP and UDP, and Kerberos (RFC 4120) over both: the kind of message, in
//! DER. Neither names nor tickets are kept.

use super::bytes::Bytes;
use super::der::{SEQUENCE, element, element_cut, expect, small};
use super::streams::Talk;
use super::{Ends, Said, Side};
use crate::wire::words::{Detail, Speech, Spoken};

/// A message of LDAP: its operation.
///
/// Checked: the sequence, a small number, and an operation with a body of its own (36 bits); of
/// requests to bind the version, of searches a depth.
fn ldap(bytes: &[u8]) -> Option<u8> {
    let mut left = Bytes::new(bytes);
    let (tag, mut message) = element_cut(&mut left)?;
    let number = small(expect(&mut message, 2)?)?;
    let (operation, mut body) = element_cut(&mut message)?;
    let fits = match operation {
        0x60 => matches!(small(expect(&mut body, 2)?)?, 2 | 3),
        0x63 => {
            expect(&mut body, 4)?;
            small(expect(&mut body, 10)?)? <= 3
        }
        0x77 => element(&mut body)?.0 == 0x80,
        0x61 | 0x65 | 0x78 => {
            small(expect(&mut body, 10)?)? <= 123 && expect(&mut body, 4).is_some()
        }
        0x64 => expect(&mut body, 4).is_some() && body.rest().first() == Some(&SEQUENCE),
        _ => false,
    };
    (tag == SEQUENCE && number < 0x100_0000 && fits).then_some(operation)
}

const fn is_request(operation: u8) -> bool {
    matches!(operation, 0x60 | 0x63 | 0x77)
}

const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";

pub(super) fn ldap_stream(talk: &Talk<'_>) -> Option<Said> {
    let (asks, answers) = (ldap(talk.client), ldap(talk.server));
    let right = asks.is_none_or(is_request) && answers.is_none_or(|it| !is_request(it));
    (right && (asks.is_some() || answers.is_some())).then_some(())?;
    let mut said = Said::spoken(Spoken::Ldap).begun_by(Side::From);
    let secure = asks == Some(0x77) && super::bytes::find(talk.client, START_TLS).is_some();
    if secure {
        let client = whole(talk.client).unwrap_or(talk.client.len());
        let server = whole(talk.server).unwrap_or(talk.server.len());
        said.open = talk.client.len() <= client;
        if !said.open {
            talk.inside(&mut said, client, server);
        }
    }
    Some(said)
}

/// How long the first element is.
fn whole(bytes: &[u8]) -> Option<usize> {
    let mut left = Bytes::new(bytes);
    element(&mut left)?;
    Some(bytes.len() - left.len())
}

pub(super) fn ldap_datagram(_: &Ends, payload: &[u8]) -> Option<Said> {
    let operation = ldap(payload)?;
    Some(Said::spoken(Spoken::Ldap).asked(is_request(operation)))
}

/// A message of Kerberos: its kind.
///
/// Checked: the tag of the kind, the sequence, version 5 and the kind once more (80 bits).
fn kerberos(bytes: &[u8]) -> Option<u8> {
    let mut left = Bytes::new(bytes);
    let (tag, mut outer) = element_cut(&mut left)?;
    let (_, mut message) = element_cut(&mut outer).filter(|it| it.0 == SEQUENCE)?;
    // Requests number their fields from 1, the others from 0.
    let (first, mut version) = element(&mut message)?;
    let (second, mut kind) = element(&mut message)?;
    let order = matches!((first, second), (0xa1, 0xa2) | (0xa0, 0xa1));
    let version = small(expect(&mut version, 2)?)?;
    let kind = u8::try_from(small(expect(&mut kind, 2)?)?).ok()?;
    let known = matches!(kind, 10..=14 | 30) && tag == 0x60 + kind;
    (order && version == 5 && known).then_some(kind)
}

fn kerberos_speech(kind: u8) -> Speech {
    let name = match kind {
        10 => "AS-REQ",
        11 => "AS-REP",
        12 => "TGS-REQ",
        13 => "TGS-REP",
        30 => "KRB-ERROR",
        _ => "AP",
    };
    Speech::of(Spoken::Kerberos).with(Detail::Message, name)
}

pub(super) fn kerberos_stream(talk: &Talk<'_>) -> Option<Said> {
    let read = |bytes| {
        let mut left = Bytes::new(bytes);
        left.u32().filter(|it| (16..0x10_0000).contains(it))?;
        kerberos(left.rest())
    };
    let (asks, answers) = (read(talk.client), read(talk.server));
    let right = asks.is_none_or(|it| matches!(it, 10 | 12))
        && answers.is_none_or(|it| !matches!(it, 10 | 12));
    let mut said =
        Said::of(kerberos_speech(asks.or(answers).filter(|_| right)?)).begun_by(Side::From);
    said.open = false;
    Some(said)
}

pub(super) fn kerberos_datagram(_: &Ends, payload: &[u8]) -> Option<Said> {
    let kind = kerberos(payload)?;
    Some(Said::of(kerberos_speech(kind)).asked(matches!(kind, 10 | 12)))
}

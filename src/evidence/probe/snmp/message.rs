//! Messages of SNMP v2c (RFC 3416) and v3 (RFC 3412): only such as read.

use super::ber::{
    NULL, OBJECT, OCTETS, SEQUENCE, element, integer, object, octets, read_object, sequence,
};
use super::usm::Session;
use crate::wire::speech::bytes::{self, Bytes};
use crate::wire::speech::der::{element as next, expect, small};

const GET: u8 = 0xa0;
const RESPONSE: u8 = 0xa2;
const GET_BULK: u8 = 0xa5;
const REPORT: u8 = 0xa8;
/// The largest message that is taken: what one Ethernet frame and then some carries.
const LARGEST: u32 = 4096;
/// Flags of version 3 (RFC 3412 §6.4).
const AUTHENTICATED: u8 = 1;
const ENCIPHERED: u8 = 2;
const REPORTABLE: u8 = 4;
/// The user-based security model.
const USM: u32 = 3;

/// The name of an object.
pub(super) type Name = Vec<u32>;

/// What an object holds, as far as it is of use here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Number(u64),
    Bytes(Vec<u8>),
    Name(Name),
    /// No such object, no such instance, nothing at all.
    Nothing,
    /// There is nothing after this name.
    End,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asks<'a> {
    /// These objects.
    Get(&'a [&'a [u32]]),
    /// So many objects after this name.
    After(&'a [u32], u32),
}

/// An answer: what kind of message, and what it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) is_report: bool,
    pub(super) error: u32,
    pub(super) values: Vec<(Name, Value)>,
}

pub(super) fn pdu(id: u32, asks: Asks<'_>) -> Vec<u8> {
    let null = || element(NULL, &[]);
    let (kind, repeat, names): (_, _, Vec<&[u32]>) = match asks {
        Asks::Get(names) => (GET, 0, names.to_vec()),
        Asks::After(name, most) => (GET_BULK, most, vec![name]),
    };
    let list: Vec<_> = names.iter().map(|it| sequence(&[object(it), null()])).collect();
    let body = [integer(id), integer(0), integer(repeat), sequence(&list)].concat();
    element(kind, &body)
}

fn told(id: u32, mut from: Bytes<'_>) -> Option<Told> {
    let (kind, mut body) = next(&mut from).filter(|it| matches!(it.0, RESPONSE | REPORT))?;
    let is_report = kind == REPORT;
    let back = small(expect(&mut body, 2)?)?;
    let error = small(expect(&mut body, 2)?)?;
    expect(&mut body, 2)?; // which one is meant
    // A report may answer what could not be read (RFC 3412 §7.1, 3c).
    (back == id || is_report).then_some(())?;
    let mut list = expect(&mut body, SEQUENCE)?;
    let mut values = Vec::new();
    while let Some(mut pair) = expect(&mut list, SEQUENCE) {
        let name = read_object(expect(&mut pair, OBJECT)?.rest())?;
        let (tag, value) = next(&mut pair)?;
        values.push((name, self::value(tag, value.rest())));
    }
    list.is_empty().then_some(Told { is_report, error, values })
}

fn value(tag: u8, body: &[u8]) -> Value {
    let number = || {
        let fits =
            body.len() <= 9 && body.first().is_some_and(|it| it & 0x80 == 0 || body.len() < 9);
        fits.then(|| body.iter().fold(0_u64, |sum, it| sum << 8 | u64::from(*it)))
    };
    let read = match tag {
        // Integer, Counter32, Gauge32, TimeTicks, Counter64
        0x02 | 0x41..=0x43 | 0x46 => number().map(Value::Number),
        // Octets, address, opaque
        OCTETS | 0x40 | 0x44 => Some(Value::Bytes(body.to_vec())),
        OBJECT => read_object(body).map(Value::Name),
        0x82 => Some(Value::End),
        _ => None,
    };
    read.unwrap_or(Value::Nothing)
}

/// A message of version 2c.
pub(super) fn v2(community: &[u8], pdu: Vec<u8>) -> Vec<u8> {
    sequence(&[integer(1), octets(community), pdu])
}

/// The answer to it, when it is that.
pub(super) fn read_v2(community: &[u8], id: u32, bytes: &[u8]) -> Option<Told> {
    let mut left = Bytes::new(bytes);
    let mut message = expect(&mut left, SEQUENCE).filter(|_| left.is_empty())?;
    (small(expect(&mut message, 2)?)? == 1).then_some(())?;
    (expect(&mut message, OCTETS)?.rest() == community).then_some(())?;
    told(id, message).filter(|it| !it.is_report)
}

/// A message of version 3, guarded as the session says.
pub(super) fn v3(session: &Session, id: u32, pdu: Vec<u8>) -> Vec<u8> {
    let scoped = sequence(&[octets(&session.engine), octets(&[]), pdu]);
    let (data, salt) = match session.encipher(&scoped) {
        Some((enciphered, salt)) => (octets(&enciphered), salt.to_vec()),
        None => (scoped, Vec::new()),
    };
    let authenticates = session.signature() > 0;
    let flags = REPORTABLE
        | if authenticates { AUTHENTICATED } else { 0 }
        | if salt.is_empty() { 0 } else { ENCIPHERED };
    let salt = octets(&salt);
    let security = sequence(&[
        octets(&session.engine),
        integer(session.boots),
        integer(session.time),
        octets(session.user()),
        octets(&vec![0; session.signature()]),
        salt.clone(),
    ]);
    let header = sequence(&[integer(id), integer(LARGEST), octets(&[flags]), integer(USM)]);
    let mut message = sequence(&[integer(3), header, octets(&security), data.clone()]);
    // The signature is over the message with zeros in its place.
    let signature = session.sign(&message);
    let at = message.len().saturating_sub(data.len() + salt.len() + signature.len());
    if let Some(place) = message.get_mut(at..at + signature.len()) {
        place.copy_from_slice(&signature);
    }
    message
}

/// A message of version 3 as it is on the wire.
struct Secured<'a> {
    id: u32,
    flags: u8,
    engine: &'a [u8],
    boots: u32,
    time: u32,
    user: &'a [u8],
    signature: &'a [u8],
    salt: &'a [u8],
    data: Bytes<'a>,
}

fn secured(bytes: &[u8]) -> Option<Secured<'_>> {
    let mut left = Bytes::new(bytes);
    let mut message = expect(&mut left, SEQUENCE).filter(|_| left.is_empty())?;
    (small(expect(&mut message, 2)?)? == 3).then_some(())?;
    let mut header = expect(&mut message, SEQUENCE)?;
    let id = small(expect(&mut header, 2)?)?;
    expect(&mut header, 2)?; // how large a message may be
    let flags = *expect(&mut header, OCTETS)?.rest().first()?;
    (small(expect(&mut header, 2)?)? == USM).then_some(())?;
    let mut security = expect(&mut expect(&mut message, OCTETS)?, SEQUENCE)?;
    Some(Secured {
        id,
        flags,
        engine: expect(&mut security, OCTETS)?.rest(),
        boots: small(expect(&mut security, 2)?)?,
        time: small(expect(&mut security, 2)?)?,
        user: expect(&mut security, OCTETS)?.rest(),
        signature: expect(&mut security, OCTETS)?.rest(),
        salt: expect(&mut security, OCTETS)?.rest(),
        data: message,
    })
}

/// The PDU inside a scoped one.
fn scoped(mut data: Bytes<'_>) -> Option<Bytes<'_>> {
    let mut inner = expect(&mut data, SEQUENCE)?;
    expect(&mut inner, OCTETS)?;
    expect(&mut inner, OCTETS)?;
    Some(inner)
}

/// The answer to a message of version 3. An answer must be guarded as the question was; a report
/// (wrong user, wrong key, wrong time) may be in the clear. Boots and time of the engine are given
/// along.
pub(super) fn read_v3(
    session: &Session,
    message_id: u32,
    id: u32,
    bytes: &[u8],
) -> Option<(Told, u32, u32)> {
    let it = secured(bytes).filter(|it| it.id == message_id)?;
    let signed = it.flags & AUTHENTICATED != 0;
    if signed && !session.is_signed(bytes, it.signature) {
        return None;
    }
    let plain;
    let mut data = it.data;
    if it.flags & ENCIPHERED != 0 {
        let enciphered = expect(&mut data, OCTETS)?;
        plain = session.decipher(enciphered.rest(), it.boots, it.time, it.salt)?;
        data = Bytes::new(&plain);
    }
    let told = told(id, scoped(data)?)?;
    let guarded = signed == (session.signature() > 0)
        && (it.flags & ENCIPHERED != 0) == session.enciphers()
        && it.engine == session.engine.as_slice()
        && it.user == session.user();
    (guarded || told.is_report).then_some((told, it.boots, it.time))
}

/// What an engine says of itself when it is discovered.
pub(in super::super) struct Report {
    pub(in super::super) engine: Vec<u8>,
    pub(in super::super) boots: u32,
    pub(in super::super) time: u32,
}

/// The question that discovers an engine: no user, no key, no object (RFC 3414 §4).
pub(in super::super) fn discovery(id: u32) -> Vec<u8> {
    v3(&Session::unknown(), id, pdu(id, Asks::Get(&[])))
}

/// The answer to it.
pub(in super::super) fn report(id: u32, bytes: &[u8]) -> Option<Report> {
    let it = secured(bytes).filter(|it| it.id == id && it.flags & 7 == 0)?;
    // RFC 3411 §5: five to 32 bytes.
    let known = (5..=32).contains(&it.engine.len());
    let told = told(id, scoped(it.data)?)?;
    (known && told.is_report).then(|| Report {
        engine: it.engine.to_vec(),
        boots: it.boots,
        time: it.time,
    })
}

/// Lower-case hexadecimal.
pub(in super::super) fn hex(bytes: &[u8]) -> String {
    bytes::hex(bytes)
}

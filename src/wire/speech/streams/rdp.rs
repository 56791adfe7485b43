//! Remote desktop (\[MS-RDPBCGR\] §2.2.1): connection request and confirm, and where no TLS hides
//! it the name of the client.
//!
//! Checked: TPKT and X.224 headers with lengths that agree, and an RDP cookie or negotiation
//! request (48 bits and more). Bare X.224, which other protocols use too, must be on port 3389 or
//! be followed by the RDP form of a conference (T.124 key `Duca`).

use super::super::bytes::{Bytes, begins, find};
use super::super::{Said, Side};
use super::Talk;
use crate::wire::words::{Detail, Learned, NamedBy, Speech, Spoken, announced};

const COOKIE: &[u8] = b"Cookie: mstshash=";
const TOKEN: &[u8] = b"Cookie: msts=";
const PORT: u16 = 3389;
/// The beginning of a TLS handshake.
const HELLO: &[u8] = &[22, 3];

/// What follows an X.224 header, and where the packet ends.
fn x224(bytes: &[u8], kind: u8) -> Option<(Bytes<'_>, usize)> {
    let mut left = Bytes::new(bytes);
    (left.u16()? == 0x0300).then_some(())?;
    let length = usize::from(left.u16()?);
    let mut body = left.part(length.checked_sub(4)?)?;
    let indicator = usize::from(body.u8()?);
    let fits = indicator == body.len() && body.u8()? & 0xf0 == kind && body.u16()? == 0;
    body.skip(3)?; // source reference and class
    fits.then_some((body, length))
}

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    let request = x224(talk.client, 0xe0);
    let confirm = x224(talk.server, 0xd0);
    let mut speech = Speech::of(Spoken::Rdp);
    let mut sure = false;
    if let Some((mut body, _)) = request {
        if begins(body.rest(), COOKIE) || begins(body.rest(), TOKEN) {
            let line = body.line()?;
            sure = true;
            speech.note(Detail::Cookie, announced(line.get(COOKIE.len()..).unwrap_or_default()));
        }
        sure |= negotiation(body, 1).is_some();
    }
    let chosen = confirm.and_then(|(body, _)| negotiation(body, 2));
    sure |= chosen.is_some();
    let conference = request.and_then(|(_, end)| conference(talk.client.get(end..)?));
    let bare = (request.is_some() || confirm.is_some()) && talk.ends.to_port == PORT;
    if !(sure || bare || request.is_some() && conference.is_some()) {
        return None;
    }
    let mut learned = Vec::new();
    if let Some(name) = conference.filter(|it| !it.is_empty()) {
        speech.note(Detail::Name, &name);
        learned.push(Learned::Name { address: talk.ends.from, name, by: NamedBy::Rdp });
    }
    let has_answer = confirm.is_some();
    if has_answer {
        let mode = match chosen {
            None | Some(0) => "standard RDP security",
            Some(1) => "TLS",
            Some(2 | 8) => "NLA (CredSSP)",
            Some(_) => "other",
        };
        speech.note(Detail::Mode, mode);
    }
    let mut said = Said {
        speech: vec![speech],
        learned,
        open: true,
        initiator_is: Some(Side::From),
        ..Said::default()
    };
    match (request, confirm, chosen) {
        (_, Some((_, server)), Some(1..)) => {
            let client = request.map_or(0, |(_, end)| end);
            said.open = false;
            talk.inside(&mut said, client, server);
        }
        (_, Some(_), _) => said.open = talk.client.len() < 1024,
        // Where only the client is heard, it shows itself what was agreed on.
        (Some((_, end)), None, _) if talk.client.get(end..).is_some_and(|it| begins(it, HELLO)) => {
            talk.inside(&mut said, end, talk.server.len());
            said.open = true;
        }
        _ => {}
    }
    Some(said)
}

/// The protocols of a negotiation request (kind 1) or response (kind 2).
fn negotiation(mut body: Bytes<'_>, kind: u8) -> Option<u32> {
    let fits = body.u8()? == kind;
    body.u8()?; // flags
    (fits && body.le16()? == 8).then(|| body.le32())?.filter(|it| *it <= 0x1f)
}

/// The client's name from its conference request: block `CS_CORE`, 32 bytes of UTF-16.
fn conference(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.get(..1024).unwrap_or(bytes);
    let key = find(bytes, b"Duca")?;
    let mut left = Bytes::at(bytes, key + 4)?;
    if left.u8()? & 0x80 != 0 {
        left.u8()?; // the length has one or two bytes (PER)
    }
    (left.u16()? == 0x01c0).then_some(())?;
    left.le16()?;
    left.skip(20)?;
    let units = left.take(32)?.chunks_exact(2);
    let units = units.map(|it| it.iter().rev().fold(0, |sum, it| sum << 8 | u16::from(*it)));
    let name: String = char::decode_utf16(units.take_while(|it| *it != 0)).flatten().collect();
    Some(announced(name.as_bytes()))
}

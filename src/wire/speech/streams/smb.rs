//! SMB 1, 2 and 3 (\[MS-SMB\], \[MS-SMB2\]) over TCP, directly or in a NetBIOS session (RFC 1002
//! §4.3), and the names that NTLM (\[MS-NLMP\]) announces inside.
//!
//! Checked: the length in front (8 bits of zero) and the four bytes of its protocol (32 bits).

use super::super::bytes::{Bytes, find};
use super::super::{Said, Side};
use super::Talk;
use crate::wire::words::{Detail, Learned, NamedBy, Speech, Spoken, announced};
use std::net::IpAddr;

/// A message after its length: the version, whether it is an answer, its command, its body.
struct Message<'a> {
    old: bool,
    answers: bool,
    command: u16,
    body: Bytes<'a>,
}

fn message(bytes: &[u8]) -> Option<Message<'_>> {
    let mut left = Bytes::new(bytes);
    // A NetBIOS session is asked for and granted first.
    while matches!(left.rest(), [0x81, 0, ..] | [0x82, 0, 0, 0, ..]) {
        left.u16()?;
        left.block16()?;
    }
    (left.u8()? == 0).then_some(())?;
    left.u24()?;
    let head = left;
    match left.array::<4>()? {
        [0xff, b'S', b'M', b'B'] => {
            let command = left.u8()?.into();
            left.skip(4)?;
            let answers = left.u8()? & 0x80 != 0;
            let mut body = head;
            body.skip(32)?;
            Some(Message { old: true, answers, command, body })
        }
        [0xfe, b'S', b'M', b'B'] => {
            left.skip(8)?;
            let command = left.le16()?;
            left.skip(2)?;
            let answers = left.le32()? & 1 != 0;
            let mut body = head;
            body.skip(64)?;
            Some(Message { old: false, answers, command, body })
        }
        [0xfd, b'S', b'M', b'B'] => {
            Some(Message { old: false, answers: false, command: 0xffff, body: head })
        }
        _ => None,
    }
}

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    let (asks, answers) = (message(talk.client), message(talk.server));
    let wrong = |it: &Option<Message<'_>>, expected| {
        it.as_ref().is_some_and(|it| it.answers != expected && it.command != 0xffff)
    };
    if asks.is_none() && answers.is_none() || wrong(&asks, false) || wrong(&answers, true) {
        return None;
    }
    let mut speech = Speech::of(Spoken::Smb);
    if let Some(answer) = &answers {
        describe(answer, &mut speech);
    }
    let mut said = Said::of(speech).begun_by(Side::From);
    said.learned.extend(name_of_server(talk.server).and_then(|it| claim(talk.ends.to, it)));
    said.learned.extend(name_of_client(talk.client).and_then(|it| claim(talk.ends.from, it)));
    said.open = said.learned.len() < 2 && talk.client.len() < 2048;
    Some(said)
}

fn describe(answer: &Message<'_>, speech: &mut Speech) -> Option<()> {
    let mut body = answer.body;
    if answer.old {
        speech.note(Detail::Version, "SMB 1");
        return None;
    }
    (answer.command == 0 && body.le16()? == 65).then_some(())?;
    let signing = body.le16()?;
    let version = match body.le16()? {
        0x0202 => "SMB 2.0.2",
        0x0210 => "SMB 2.1",
        0x0300 => "SMB 3.0",
        0x0302 => "SMB 3.0.2",
        0x0311 => "SMB 3.1.1",
        _ => return None, // "any of 2": it is asked again
    };
    speech.note(Detail::Version, version);
    speech.note(
        Detail::Mode,
        if signing & 2 != 0 { "signing required" } else { "signing not required" },
    );
    Some(())
}

fn claim(address: IpAddr, name: String) -> Option<Learned> {
    (!name.is_empty()).then_some(Learned::Name { address, name, by: NamedBy::Smb })
}

/// The message of this kind, from its signature on.
fn ntlm(bytes: &[u8], kind: u32) -> Option<&[u8]> {
    let mut from = bytes;
    loop {
        let at = find(from, b"NTLMSSP\0")?;
        let found = from.get(at..)?;
        if Bytes::at(found, 8)?.le32()? == kind {
            return Some(found);
        }
        from = found.get(8..)?;
    }
}

/// A field of a message: length, space, offset.
fn field(message: &[u8], at: usize) -> Option<Bytes<'_>> {
    let mut left = Bytes::at(message, at)?;
    let length = left.le16()?;
    left.le16()?;
    let offset = usize::try_from(left.le32()?).ok()?;
    Bytes::at(message, offset)?.part(length.into())
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|it| it.iter().rev().fold(0, |sum, it| sum << 8 | u16::from(*it)));
    let text: String = char::decode_utf16(units.take(256)).flatten().collect();
    announced(text.as_bytes())
}

/// The challenge tells the computer's name (`MsvAvNbComputerName`).
fn name_of_server(bytes: &[u8]) -> Option<String> {
    let mut pairs = field(ntlm(bytes, 2)?, 40)?;
    loop {
        let (kind, length) = (pairs.le16()?, pairs.le16()?);
        let value = pairs.take(length.into())?;
        match kind {
            0 => return None,
            1 => return Some(utf16(value)),
            _ => {}
        }
    }
}

/// The answer to it tells the workstation's name; the user's is left alone.
fn name_of_client(bytes: &[u8]) -> Option<String> {
    let message = ntlm(bytes, 3)?;
    let flags = Bytes::at(message, 60)?.le32()?;
    let name = field(message, 44)?;
    (flags & 1 != 0).then(|| utf16(name.rest()))
}

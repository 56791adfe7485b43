//! Databases by what they say first: version, encryption, service. No statement is read.

use super::super::bytes::{Bytes, find};
use super::super::{Said, Side};
use super::Talk;
use crate::wire::words::{Detail, Speech, Spoken, announced};

/// MySQL (MySQL internals, "Connection Phase Packets": protocol version 10).
///
/// Checked: length, number 0, version 10, a readable version and the zero that ends a block of
/// random numbers (40 bits and more). The server greets.
pub(super) fn mysql(talk: &Talk<'_>) -> Option<Said> {
    let mut left = Bytes::new(talk.server);
    let length = left
        .array::<3>()
        .map(|[a, b, c]| usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16)?;
    (left.u16()? == 0x000a && (20..512).contains(&length)).then_some(())?;
    let end = left.rest().iter().take(64).position(|it| *it == 0)?;
    let version = left.take(end)?;
    let [b'0'..=b'9', ..] = version else { return None };
    let readable = version.iter().all(|it| it.is_ascii_graphic()) && version.contains(&b'.');
    left.skip(1 + 4 + 8)?;
    (readable && left.u8()? == 0).then_some(())?;
    let speech = Speech::of(Spoken::Mysql).with(Detail::Version, announced(version));
    let mut said = Said::of(speech).begun_by(Side::From);
    said.open = talk.client.is_empty();
    // A client that wants TLS sends 32 bytes and goes on with it (`CLIENT_SSL`).
    if let [32, 0, 0, 1, _, flags, ..] = talk.client
        && flags & 8 != 0
        && talk.client.len() > 36
    {
        talk.inside(&mut said, 36, length + 4);
    }
    Some(said)
}

/// PostgreSQL (its manual, "Message Formats"): the start of a session or the wish for TLS.
///
/// Checked: length and number of the request (64 bits), or length, version 3.0 and `user`.
pub(super) fn postgresql(talk: &Talk<'_>) -> Option<Said> {
    let mut left = Bytes::new(talk.client);
    let length = left.u32()?;
    let code = left.u32()?;
    let mut speech = Speech::of(Spoken::Postgresql);
    match (length, code) {
        (8, 0x04d2_162f | 0x04d2_1630) => {
            let mut said = Said::default().begun_by(Side::From);
            said.open = talk.server.is_empty();
            let answer = talk.server.first();
            speech.note(
                Detail::Mode,
                match answer {
                    Some(b'S') => "TLS",
                    Some(b'N') => "TLS refused",
                    _ => "",
                },
            );
            said.speech.push(speech);
            if answer == Some(&b'S') {
                talk.inside(&mut said, 8, 1);
            }
            Some(said)
        }
        (16..=2048, 0x0003_0000) if left.rest().starts_with(b"user\0") => {
            if let Some(at) = find(talk.server, b"server_version\0") {
                let version = talk.server.get(at + 15..).unwrap_or_default();
                let end = version.iter().position(|it| *it == 0).unwrap_or(0);
                speech.note(Detail::Version, announced(version.get(..end).unwrap_or_default()));
            }
            let mut said = Said::of(speech).begun_by(Side::From);
            said.open = talk.server.len() < 512;
            Some(said)
        }
        _ => None,
    }
}

/// SQL Server (\[MS-TDS\] §2.2.6.5): the packet before the login.
///
/// Checked: kind, status, length, and a list of options that begins with the version at an offset
/// that fits (60 bits).
pub(super) fn mssql(talk: &Talk<'_>) -> Option<Said> {
    let asks = prelogin(talk.client, 0x12);
    let answer = prelogin(talk.server, 0x04);
    if asks.is_none() && answer.is_none() {
        return None;
    }
    let mut speech = Speech::of(Spoken::MsSql);
    let whole = asks.is_some() && answer.is_some();
    if let Some((version, encryption)) = answer {
        speech.note(Detail::Version, version);
        speech.note(
            Detail::Mode,
            match encryption {
                Some(0) => "login enciphered only",
                Some(1 | 3) => "TLS",
                Some(2) => "no encryption",
                _ => "",
            },
        );
    }
    let mut said = Said::of(speech).begun_by(Side::From);
    said.open = !whole;
    Some(said)
}

/// Version and encryption.
fn prelogin(bytes: &[u8], kind: u8) -> Option<(String, Option<u8>)> {
    let mut left = Bytes::new(bytes);
    let fits = left.u8()? == kind && left.u8()? == 1;
    let length = usize::from(left.u16()?).checked_sub(8)?;
    left.skip(4)?;
    let body = left.up_to(length);
    let mut options = body;
    // The first option is the version: its place and its six bytes.
    let first = (options.u8()?, options.u16()?, options.u16()?);
    (fits && first.0 == 0 && first.2 == 6 && first.1 % 5 == 1 && first.1 < 64).then_some(())?;
    let mut at = Bytes::at(body.rest(), first.1.into())?;
    let (major, minor, build) = (at.u8()?, at.u8()?, at.u16()?);
    let mut encryption = None;
    while let Some(kind) = options.u8().filter(|it| *it != 0xff) {
        let (offset, _) = (options.u16()?, options.u16()?);
        if kind == 1 {
            encryption = body.rest().get(usize::from(offset)).copied();
        }
    }
    Some((format!("{major}.{minor}.{build}"), encryption))
}

/// Oracle (Transparent Network Substrate; its packets as Wireshark and Nmap describe them).
///
/// Checked: length, two checksums of zero, the kind, and a connect descriptor in text.
pub(super) fn oracle(talk: &Talk<'_>) -> Option<Said> {
    let mut left = Bytes::new(talk.client);
    let length = usize::from(left.u16()?);
    let fits = left.u16()? == 0 && left.u8()? == 1 && left.u8()? & !0x0c == 0 && left.u16()? == 0;
    let version = left.u16().filter(|it| (300..=330).contains(it))?;
    let text = talk.client.get(..length.max(2048)).unwrap_or(talk.client);
    let described = find(text, b"(CONNECT_DATA=").or_else(|| find(text, b"(DESCRIPTION="));
    (fits && described.is_some()).then_some(())?;
    let mut speech = Speech::of(Spoken::Oracle).with(Detail::Version, format!("TNS {version}"));
    for key in [&b"(SERVICE_NAME="[..], b"(SID="] {
        let value = find(text, key).and_then(|at| text.get(at + key.len()..)).unwrap_or_default();
        let end = value.iter().position(|it| *it == b')').unwrap_or(0);
        speech.note(Detail::Application, announced(value.get(..end).unwrap_or_default()));
    }
    Some(Said::of(speech).begun_by(Side::From))
}

/// MongoDB (its manual, "MongoDB Wire Protocol"): every message names what it answers.
///
/// Checked: length and operation (50 bits), and the database or a document.
pub(super) fn mongodb(talk: &Talk<'_>) -> Option<Said> {
    let message = |bytes, is_server: bool| {
        let mut left = Bytes::new(bytes);
        let length = left.le32().filter(|it| (26..0x300_0000).contains(it))?;
        left.le32()?;
        let answers = left.le32()?;
        let operation = left.le32()?;
        let fits = match operation {
            2013 => left.le32()? & 0xfffc == 0 && left.u8()? <= 1 && left.le32()? < length,
            2004 => {
                left.le32()? < 0x100
                    && find(left.rest().get(..64).unwrap_or(left.rest()), b".$cmd\0").is_some()
            }
            // Old servers answer with a kind of their own, and to some request.
            1 => is_server && answers != 0 && left.le32()? < 0x10,
            2012 => left.le32().is_some_and(|it| matches!(it, 2004 | 2013)),
            _ => false,
        };
        fits.then_some(answers != 0)
    };
    let (asks, answers) = (message(talk.client, false), message(talk.server, true));
    let right =
        asks != Some(true) && answers != Some(false) && (asks.is_some() || answers.is_some());
    right.then(|| Said::spoken(Spoken::Mongodb).begun_by(Side::From))
}

/// Redis (its manual, "RESP protocol"): an array of texts, of which the first is a command.
///
/// Checked: lengths that agree and a command in letters (40 bits and more).
pub(super) fn redis(talk: &Talk<'_>) -> Option<Said> {
    let mut lines = Bytes::new(talk.client.get(..128).unwrap_or(talk.client));
    let number = |line: &[u8], mark: u8| -> Option<usize> {
        let digits = line.strip_prefix(&[mark]).filter(|it| it.len() <= 4)?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    number(lines.line()?, b'*').filter(|it| (1..1000).contains(it))?;
    let length = number(lines.line()?, b'$')?;
    let command =
        lines.line().filter(|it| it.len() == length && it.iter().all(u8::is_ascii_alphabetic))?;
    let answered = talk.server.first().is_none_or(|it| b"+-:$*%~_#".contains(it));
    let speech = Speech::of(Spoken::Redis);
    ((2..=16).contains(&command.len()) && answered).then(|| Said::of(speech).begun_by(Side::From))
}

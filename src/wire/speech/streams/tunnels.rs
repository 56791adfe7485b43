//! Tunnels over TCP: PPTP, tinc, IPsec.

use super::super::bytes::{Bytes, is_visible};
use super::super::datagrams::ike;
use super::super::{Said, Side};
use super::Talk;
use super::lines;
use crate::wire::words::{Detail, Speech, Spoken, announced};

/// Of a stream so many messages are read.
const MESSAGES: usize = 8;

/// IKE and ESP in TCP (RFC 8229), on any port: messages behind their lengths, of which those of IKE
/// have the marker of NAT traversal.
///
/// Checked: the mark of the stream (48 bits), which the one sends who began.
pub(super) fn ipsec(talk: &Talk<'_>) -> Option<Said> {
    let begin = talk.client.strip_prefix(b"IKETCP")?;
    let mut speech = Speech::of(Spoken::Ike).with(Detail::NatTraversal, "TCP");
    let mut more = Vec::new();
    for (ends, bytes) in [(talk.ends, begin), (talk.ends.turned(), talk.server)] {
        let mut left = Bytes::new(bytes);
        for _ in 0..MESSAGES {
            // The length counts itself.
            let length = left.u16().map(usize::from).and_then(|it| it.checked_sub(2));
            let Some(message) = length.and_then(|it| left.part(it)) else { break };
            match ike::recognise(&ends, message.rest()) {
                Some(said) => {
                    let details = said.speech.into_iter().flat_map(|it| it.details);
                    for (detail, values) in details {
                        values.into_iter().for_each(|it| speech.note(detail, it));
                    }
                }
                None => more.extend(message.rest().first_chunk::<4>().filter(|it| **it != [0; 4])),
            }
        }
    }
    let mut said = Said::of(speech).begun_by(Side::From).open();
    if let Some(spi) = more.first() {
        let spi = format!("0x{:08x}", u32::from_be_bytes(*spi));
        let esp = Speech::of(Spoken::Esp).with(Detail::Spi, spi);
        said.speech.push(esp.with(Detail::NatTraversal, "TCP"));
    }
    Some(said)
}

/// The control connection of PPTP (RFC 2637 §2).
///
/// Checked: length, kind, the magic cookie and the kind of message (60 bits).
pub(super) fn pptp(talk: &Talk<'_>) -> Option<Said> {
    let (asks, answers) = (control(talk.client), control(talk.server));
    // Start-Control-Connection: 1 asks, 2 answers; 7 and 8 place a call.
    let right = !matches!(asks, Some((2 | 8, _))) && !matches!(answers, Some((1 | 7, _)));
    (right && (asks.is_some() || answers.is_some())).then_some(())?;
    let mut speech = Speech::of(Spoken::Pptp);
    for (_, mut body) in [asks, answers].into_iter().flatten().filter(|it| it.0 <= 2) {
        let names = body.skip(16).and_then(|()| Some((body.take(64)?, body.take(64)?)));
        if let Some((host, vendor)) = names {
            speech.note(Detail::Name, announced(until_zero(host)));
            speech.note(Detail::Software, announced(until_zero(vendor)));
        }
    }
    let mut said = Said::of(speech);
    if matches!(asks, Some((1 | 7, _))) || matches!(answers, Some((2 | 8, _))) {
        said = said.begun_by(Side::From);
    }
    said.open = asks.is_none() || answers.is_none();
    Some(said)
}

fn control(bytes: &[u8]) -> Option<(u16, Bytes<'_>)> {
    let mut left = Bytes::new(bytes);
    let length = usize::from(left.u16()?);
    let fits = left.u16()? == 1 && left.u32()? == 0x1a2b_3c4d && (16..=256).contains(&length);
    let kind = left.u16().filter(|it| (1..=15).contains(it))?;
    (fits && left.u16()? == 0).then_some((kind, left))
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|it| *it == 0).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or_default()
}

/// The meta protocol of tinc (its manual, "The meta-protocol"): `0 name 17.7`.
///
/// Checked: such a line from both sides, or from one and port 655. Both send it, so nothing is
/// proved about who began.
pub(super) fn tinc(talk: &Talk<'_>) -> Option<Said> {
    let (client, server) = (id(talk.client), id(talk.server));
    let both = client.is_some() && server.is_some();
    let usual = talk.ends.has_port(655) && (client.is_some() || server.is_some());
    (both || usual).then_some(())?;
    let mut speech = Speech::of(Spoken::Tinc);
    for (name, version) in [client, server].into_iter().flatten() {
        speech.note(Detail::Name, announced(name));
        speech.note(Detail::Version, announced(version));
    }
    Some(Said { open: !both, ..Said::of(speech) })
}

fn id(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = lines::first(bytes).filter(|it| is_visible(it) && it.len() < 128)?;
    let mut words = line.split(|it| *it == b' ');
    let (kind, name, version) = (words.next()?, words.next()?, words.next()?);
    let named = !name.is_empty() && name.iter().all(|it| it.is_ascii_alphanumeric() || *it == b'_');
    let numbered = version == b"17" || version.starts_with(b"17.");
    (kind == b"0" && named && numbered && words.next().is_none()).then_some((name, version))
}

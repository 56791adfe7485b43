//! What machines say to each other: Modbus, BGP, remote procedure calls, storage, screens, queues.

use super::super::bytes::{Bytes, begins, find};
use super::super::{Said, Side};
use super::Talk;
use crate::wire::words::{Detail, Learned, Role, Speech, Spoken};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// Modbus/TCP (Modbus Organization, "Messaging on TCP/IP Implementation Guide" §3.1.3).
///
/// Checked: protocol 0, a length that ends the first message exactly, a known function of the right
/// form; then the same transaction on both sides, or port 502. To read is asked with an address and
/// a count, and answered with as many bytes as are announced: that tells the sides apart.
pub(super) fn modbus(talk: &Talk<'_>) -> Option<Said> {
    let (asks, answers) = (adu(talk.client), adu(talk.server));
    let (transaction, unit, function, reads) =
        asks.filter(|it| it.2 < 0x80 && it.3 != Some(false))?;
    let same = answers.is_some_and(|it| {
        (it.0, it.1, it.2 & 0x7f) == (transaction, unit, function) && it.3 != Some(true)
    });
    let usual = talk.ends.to_port == 502 && talk.server.is_empty();
    (same || usual).then_some(())?;
    let said = Said { open: !same, ..Said::spoken(Spoken::Modbus) };
    Some(if same && reads.is_some() { said.begun_by(Side::From) } else { said })
}

/// Transaction, unit, function, and of reading whether this asks.
fn adu(bytes: &[u8]) -> Option<(u16, u8, u8, Option<bool>)> {
    let mut left = Bytes::new(bytes);
    let transaction = left.u16()?;
    let protocol = left.u16()?;
    let length = left.u16().filter(|it| (2..=254).contains(it))?;
    let mut body = left.part(length.into())?;
    let (unit, function) = (body.u8()?, body.u8()?);
    let reads = match function {
        1..=4 if length == 6 => Some(true),
        1..=4 if body.u8().map(usize::from) == Some(body.len()) => Some(false),
        1..=4 => return None,
        _ => None,
    };
    let known = matches!(function & 0x7f, 1..=8 | 11 | 12 | 15..=17 | 20..=24 | 43);
    (protocol == 0 && known).then_some((transaction, unit, function, reads))
}

/// BGP (RFC 4271 §4).
///
/// Checked: the marker of sixteen ones, length and kind (140 bits). Either side may begin; both
/// are speakers.
pub(super) fn bgp(talk: &Talk<'_>) -> Option<Said> {
    let (client, server) = (message(talk.client), message(talk.server));
    if client.is_none() && server.is_none() {
        return None;
    }
    let mut said = Said::spoken(Spoken::Bgp);
    for (address, details) in [(talk.ends.from, client), (talk.ends.to, server)] {
        if let Some(details) = details {
            let virtual_addresses = BTreeSet::new();
            said.learned.push(Learned::Role {
                by: Some(address),
                role: Role::Bgp,
                details: details.into(),
                virtual_addresses,
            });
        }
    }
    said.open = talk.client.is_empty() || talk.server.is_empty();
    Some(said)
}

fn message(bytes: &[u8]) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let mut left = Bytes::new(bytes);
    let marker = left.array::<16>()? == [0xff; 16];
    let length = left.u16().filter(|it| (19..=4096).contains(it))?;
    let kind = left.u8().filter(|it| (1..=5).contains(it))?;
    let mut details = BTreeMap::new();
    if kind == 1 && length >= 29 {
        (left.u8()? == 4).then_some(())?;
        let number = left.u16()?;
        left.u16()?;
        let id = Ipv4Addr::from(left.array::<4>()?);
        details.insert("as".to_owned(), BTreeSet::from([number.to_string()]));
        details.insert("router-id".to_owned(), BTreeSet::from([id.to_string()]));
    }
    marker.then_some(details)
}

/// Microsoft RPC (DCE 1.1, C706 §12.6.3): version, kind, flags, data representation, length.
pub(super) fn msrpc(talk: &Talk<'_>) -> Option<Said> {
    let read = |bytes: &[u8], kinds: &[u8]| {
        let mut left = Bytes::new(bytes);
        let version = left.u16()? == 0x0500;
        let kind = left.u8().filter(|it| kinds.contains(it))?;
        let flags = left.u8()?;
        let data = left.u32()?;
        let length = left.le16()?;
        (version && flags & 3 != 0 && matches!(data, 0x1000_0000 | 0) && length >= 16)
            .then_some(kind)
    };
    let asks = read(talk.client, &[0, 11, 14, 16]);
    let answers = read(talk.server, &[2, 3, 12, 13, 15]);
    (asks.is_some() || answers.is_some()).then(|| Said::spoken(Spoken::MsRpc).begun_by(Side::From))
}

/// ONC RPC (RFC 5531 §9, §11): a record with a call of version 2.
pub(super) fn sunrpc(talk: &Talk<'_>) -> Option<Said> {
    let mut left = Bytes::new(talk.client);
    left.u32().filter(|it| it & 0x7fff_ffff < 0x10_0000)?;
    call(left.rest()).map(|name| {
        Said::of(Speech::of(Spoken::SunRpc).with(Detail::Application, name)).begun_by(Side::From)
    })
}

/// The program that is called.
pub(in super::super) fn call(bytes: &[u8]) -> Option<String> {
    let mut left = Bytes::new(bytes);
    left.u32()?;
    (left.u32()? == 0 && left.u32()? == 2).then_some(())?;
    let program = left.u32().filter(|it| (100_000..=0x3fff_ffff).contains(it))?;
    left.u32().filter(|it| *it < 16)?;
    left.u32().filter(|it| *it < 64)?;
    Some(match program {
        100_000 => "portmapper".to_owned(),
        100_003 => "NFS".to_owned(),
        100_005 => "mount".to_owned(),
        100_021 => "lock manager".to_owned(),
        other => other.to_string(),
    })
}

/// Protocols that begin with a mark of their own, long enough to need nothing else.
pub(super) fn marked(talk: &Talk<'_>) -> Option<Said> {
    if begins(talk.client, b"@RSYNCD: ") || begins(talk.server, b"@RSYNCD: ") {
        return Some(Said::spoken(Spoken::Rsync));
    }
    // iSCSI (RFC 7143 §11.12): a login request and the name in it.
    let head = talk.client.get(..512).unwrap_or(talk.client);
    if matches!(head, [0x43 | 0x03, ..]) && find(head, b"InitiatorName=").is_some() {
        return Some(Said::spoken(Spoken::Iscsi).begun_by(Side::From));
    }
    // X11 (X Window System Protocol §8): order of bytes, version 11.0.
    if matches!(head, [b'l', 0, 11, 0, 0, 0, ..] | [b'B', 0, 0, 11, 0, 0, ..]) {
        return Some(Said::spoken(Spoken::X11).begun_by(Side::From));
    }
    // MQTT (OASIS, version 5.0 §3.1): CONNECT with the name of the protocol.
    let mut left = Bytes::new(head);
    if left.u8() == Some(0x10) {
        while left.u8().is_some_and(|it| it & 0x80 != 0) {}
        if begins(left.rest(), b"\0\x04MQTT") || begins(left.rest(), b"\0\x06MQIsdp") {
            return Some(Said::spoken(Spoken::Mqtt).begun_by(Side::From));
        }
    }
    None
}

//! Tunnels over UDP beside IPsec, WireGuard and OpenVPN: L2TP, Teredo, ZeroTier, Tailscale, DTLS.

use super::super::bytes::{Bytes, hex};
use super::super::streams::tls;
use super::super::{Ends, Said, Side, products};
use crate::wire::words::{Detail, Speech, Spoken, announced};
use std::net::IpAddr;

/// The control channel of L2TP (RFC 2661 §3.1, §4.4): flags of control with length and sequence,
/// version 2, the exact length, and a first value that is the kind of message (80 bits).
pub(super) fn l2tp(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let flags = left.u16()? == 0xc802;
    let exact = usize::from(left.u16()?) == payload.len();
    let tunnel = left.u16()?;
    left.skip(6)?;
    let mut speech = Speech::of(Spoken::L2tp);
    (flags && exact).then_some(())?;
    if left.is_empty() {
        // An acknowledgement alone: version, length and a tunnel that exists.
        return (tunnel != 0).then(|| Said::of(speech).open());
    }
    let mut message = 0;
    while !left.is_empty() {
        let length = usize::from(left.u16()? & 0x03ff).checked_sub(6)?;
        let (vendor, kind) = (left.u16()?, left.u16()?);
        let mut value = left.part(length)?;
        match (vendor, kind) {
            (0, 0) => message = value.u16().filter(|it| (1..=16).contains(it))?,
            (0, 7) => speech.note(Detail::Name, announced(value.rest())),
            (0, 8) => speech.note(Detail::Software, announced(value.rest())),
            _ => {}
        }
    }
    let said = Said::of(speech).open();
    Some(match message {
        0 => return None,
        1 => said.asked(true),
        2 => said.asked(false),
        _ => said,
    })
}

/// Teredo (RFC 4380 §5.1.1): IPv6 whose length is exact and of which one end is in 2001::/32, after
/// what indicates authentication and origin.
pub(super) fn teredo(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    if payload.starts_with(&[0, 1]) {
        left.u16()?;
        let (client, value) = (left.u8()?, left.u8()?);
        left.skip(usize::from(client) + usize::from(value) + 9)?;
    }
    if left.rest().starts_with(&[0, 0]) {
        left.skip(8)?;
    }
    (left.u32()? >> 28 == 6).then_some(())?;
    let length = usize::from(left.u16()?);
    left.u16()?;
    let (from, to) = (left.array::<16>()?, left.array::<16>()?);
    let teredo = |it: &[u8; 16]| it.starts_with(&[0x20, 0x01, 0, 0]);
    let local = |it: &[u8; 16]| it.starts_with(&[0xfe, 0x80]) || it.starts_with(&[0xff, 0x02]);
    let inside =
        teredo(&from) || teredo(&to) || ends.has_port(3544) && (local(&from) || local(&to));
    (length == left.len() && inside).then(|| Said::spoken(Spoken::Teredo).open())
}

/// ZeroTier (its open source, `Packet.hpp`): HELLO is in the clear and repeats the sender's
/// address in its identity (40 bits), after a plausible version and time.
pub(super) fn zerotier(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    left.skip(13)?;
    let sender = left.array::<5>()?;
    left.skip(9)?;
    let verb = left.u8()? & 0x1f == 1;
    let (protocol, major) = (left.u8()?, left.u8()?);
    let (minor, revision) = (left.u8()?, left.u16()?);
    // Milliseconds since 1970, from 2010 to 2043.
    let timed = (0x126..=0x218).contains(&(left.u64()? >> 32));
    let repeated = left.array::<5>()? == sender && sender != [0; 5];
    let fits = verb && timed && repeated && (1..=32).contains(&protocol) && major <= 2;
    let version = format!("{major}.{minor}.{revision}");
    fits.then(|| {
        Said::of(Speech::of(Spoken::ZeroTier).with(Detail::Version, version)).begun_by(Side::From)
    })
}

/// SoftEther asks a server in the middle which address and port it has (its open source, `UDP NAT
/// traversal` in `Network.c`): `IP=198.51.100.1,PORT=50000` (64 bits).
///
/// Or it sends a table of its own form (`PACK`, `Pack.c`): how many entries, and of the first the
/// length of its name, the name, a kind, how many values (100 bits).
pub(super) fn softether(_: &Ends, payload: &[u8]) -> Option<Said> {
    if is_pack(payload) {
        return Some(Said::spoken(Spoken::SoftEther).open());
    }
    let text = std::str::from_utf8(payload.get(..48).unwrap_or(payload)).ok()?;
    let (address, port) = text.strip_prefix("IP=")?.split_once(",PORT=")?;
    let fits =
        address.parse::<IpAddr>().is_ok() && port.trim_end_matches('\0').parse::<u16>().is_ok();
    fits.then(|| Said::spoken(Spoken::SoftEther).begun_by(Side::To))
}

fn is_pack(payload: &[u8]) -> bool {
    let read = |mut left: Bytes<'_>| {
        left.u32().filter(|it| (1..=64).contains(it))?;
        // The length counts a zero that is not there.
        let length = left.u32().filter(|it| (3..=32).contains(it))?;
        let name = left.take(usize::try_from(length).ok()? - 1)?;
        let (kind, values) = (left.u32()?, left.u32()?);
        let named =
            name.iter().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || *it == b'_');
        Some(named && kind <= 4 && (1..=16).contains(&values))
    };
    read(Bytes::new(payload)) == Some(true)
}

/// Tailscale (its open source, `disco.go`): the six bytes with which peers look for each other,
/// and the sender's key.
pub(super) fn tailscale(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload.strip_prefix(b"TS\xf0\x9f\x92\xac")?);
    let key = left.take(32)?;
    let session = hex(key.get(..8)?);
    Some(Said::of(Speech::of(Spoken::Tailscale).with(Detail::Session, session)).open())
}

/// DTLS (RFC 6347, RFC 9147 §4): kind, version, and lengths of records that end exactly with the
/// datagram (40 bits); of hellos what they say. Version 1.0 of before its standard is spoken by
/// Cisco AnyConnect alone (OpenSSL `DTLS1_BAD_VER`).
pub(super) fn dtls(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let mut first = None;
    let mut version = 0;
    while !left.is_empty() {
        let kind = left.u8().filter(|it| (20..=25).contains(it))?;
        version = left.u16().filter(|it| matches!(it, 0xfeff | 0xfefd | 0x0100))?;
        let epoch = left.u16().filter(|it| *it < 16)?;
        left.skip(6)?;
        let body = left.block16().filter(|it| !it.is_empty())?;
        first.get_or_insert((kind, epoch, body));
    }
    let (kind, epoch, mut body) = first?;
    let mut said = Said::spoken(Spoken::Dtls).open();
    let speech = said.speech.first_mut()?;
    if kind == 22 && epoch == 0 {
        let message = body.u8()?;
        body.skip(11)?;
        match message {
            // Before a version is agreed on, both say 1.0, whatever they will speak (RFC 6347
            // §4.2.1); the server's hello chooses.
            1 | 3 if version == 0xfeff => version = 0,
            2 => version = Bytes::new(body.rest()).u16().unwrap_or(version),
            _ => {}
        }
        match message {
            1 => {
                said.initiator_is = Some(Side::From);
                if let Some(name) = server_name(body) {
                    speech.note(Detail::ServerName, &name);
                    if let Some(found) = products::of_name(&name) {
                        said.with_product(found);
                    }
                }
            }
            2 | 3 => said.initiator_is = Some(Side::To),
            _ => {}
        }
    }
    let name = match version {
        0xfeff => "DTLS 1.0",
        0xfefd => "DTLS 1.2",
        0x0100 => "DTLS 0.9",
        _ => "",
    };
    if let Some(speech) = said.speech.first_mut().filter(|_| !name.is_empty()) {
        speech.note(Detail::Version, name);
    }
    if version == 0x0100 {
        said.speech.push(Speech::of(Spoken::SslVpn).with(Detail::Product, "Cisco AnyConnect"));
    }
    Some(said)
}

/// The name that a hello asks for: that of TLS but for a cookie after the session.
fn server_name(hello: Bytes<'_>) -> Option<String> {
    let mut left = hello;
    left.skip(34)?;
    let session = left.block8()?;
    left.block8()?; // cookie
    let mut plain = vec![3, 3];
    plain.extend_from_slice(hello.rest().get(2..35 + session.len())?);
    plain.extend_from_slice(left.rest());
    tls::client_hello(&plain, true)?.server_name.map(|it| announced(it.as_bytes()))
}

//! Small services: NTP, TFTP, syslog, RADIUS, STUN, BACnet/IP, WS-Discovery, ONC RPC.

use super::super::bytes::{Bytes, find};
use super::super::streams::machines;
use super::super::{Ends, Said, Side};
use crate::wire::words::{Detail, Speech, Spoken, announced};

/// NTP (RFC 5905 §7.3; modes 6 and 7: RFC 9327) on port 123: without it, too few bits are fixed.
/// Modes 3 and 4 prove who asks; 123 on both sides is no server on both sides.
pub(super) fn ntp(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let first = *payload.first()?;
    let (version, mode) = (first >> 3 & 7, first & 7);
    let plausible = match mode {
        1..=5 => payload.len() >= 48 && payload.get(1).is_some_and(|it| *it <= 16),
        6 => payload.len() >= 12,
        7 => payload.len() >= 8,
        _ => false,
    };
    (ends.has_port(123) && (1..=4).contains(&version) && plausible).then_some(())?;
    let speech = Speech::of(Spoken::Ntp).with(Detail::Version, format!("NTPv{version}"));
    let said = Said::of(speech);
    Some(match mode {
        3 => said.asked(true),
        4 => said.asked(false),
        6 => said.asked(payload.get(1).is_some_and(|it| it & 0x80 == 0)),
        7 => said.asked(first & 0x80 == 0),
        5 => said.begun_by(Side::From), // broadcast
        _ => said,
    })
}

/// TFTP (RFC 1350): a request with a name and a mode in text (80 bits). The name is not kept.
pub(super) fn tftp(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let kind = left.u16().filter(|it| (1..=2).contains(it))?;
    let end = left.rest().iter().position(|it| *it == 0)?;
    let name = left.take(end)?;
    left.u8()?;
    let mode = left.rest().split(|it| *it == 0).next()?;
    let known =
        [&b"octet"[..], b"netascii", b"mail"].iter().any(|it| mode.eq_ignore_ascii_case(it));
    let fits = known && !name.is_empty() && name.iter().all(|it| *it >= 0x20);
    let speech =
        Speech::of(Spoken::Tftp).with(Detail::Message, if kind == 1 { "read" } else { "write" });
    fits.then(|| Said::of(speech).begun_by(Side::From))
}

/// Syslog (RFC 5424 §6, RFC 3164 §4.1): a priority, then a version or a month, or port 514. No
/// message is read.
pub(super) fn syslog(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let rest = payload.strip_prefix(b"<")?;
    let end = rest.iter().take(4).position(|it| *it == b'>')?;
    let priority: u16 = std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()?;
    let after = rest.get(end + 1..)?;
    const MONTHS: &[&[u8]] = &[
        b"Jan ", b"Feb ", b"Mar ", b"Apr ", b"May ", b"Jun ", b"Jul ", b"Aug ", b"Sep ", b"Oct ",
        b"Nov ", b"Dec ",
    ];
    let dated = after.starts_with(b"1 20")
        || after.starts_with(b"1 - ")
        || MONTHS.iter().any(|it| after.starts_with(it));
    (priority <= 191 && (dated || ends.to_port == 514))
        .then(|| Said::spoken(Spoken::Syslog).begun_by(Side::From))
}

/// RADIUS (RFC 2865 §3): a known kind, the exact length, and attributes that end exactly there.
pub(super) fn radius(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let kind = left.u8()?;
    left.u8()?;
    let known = matches!(kind, 1..=5 | 11..=13 | 40..=45);
    (known && usize::from(left.u16()?) == payload.len()).then_some(())?;
    left.skip(16)?;
    let mut attributes = 0;
    while !left.is_empty() {
        left.u8().filter(|it| *it != 0)?;
        let length = usize::from(left.u8()?).checked_sub(2)?;
        left.skip(length)?;
        attributes += 1;
    }
    let is_request = matches!(kind, 1 | 4 | 12 | 40 | 43);
    (attributes > 0 || matches!(kind, 5 | 2))
        .then(|| Said::spoken(Spoken::Radius).asked(is_request))
}

/// STUN and TURN (RFC 8489 §5): the magic cookie and the exact length (50 bits).
pub(super) fn stun(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let kind = left.u16().filter(|it| it & 0xc000 == 0)?;
    let length = usize::from(left.u16()?);
    let fits = left.u32()? == 0x2112_a442 && length % 4 == 0 && length + 20 == payload.len();
    left.skip(12)?;
    fits.then_some(())?;
    let mut speech = Speech::of(Spoken::Stun);
    while let (Some(kind), Some(value)) = (left.u16(), left.block16()) {
        if kind == 0x8022 {
            speech.note(Detail::Software, announced(value.rest()));
        }
        let padding = (4 - value.len() % 4) % 4;
        if left.skip(padding).is_none() {
            break;
        }
    }
    let said = Said::of(speech);
    Some(match kind & 0x0110 {
        0x0000 => said.asked(true),
        0x0100 | 0x0110 => said.asked(false),
        _ => said, // an indication
    })
}

/// BACnet/IP (ASHRAE 135 annex J): the mark, a function, the exact length, and the version of the
/// network layer behind it (36 bits).
pub(super) fn bacnet(_: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let mark = left.u8()? == 0x81;
    let function = left.u8().filter(|it| *it <= 0x0b)?;
    let exact = usize::from(left.u16()?) == payload.len();
    let carries = match function {
        0x04 => left.skip(6).is_some_and(|()| left.u8() == Some(1)),
        0x09..=0x0b => left.u8() == Some(1),
        0x00 => left.len() == 2,
        _ => false,
    };
    let asks = asks(left);
    (mark && exact && carries).then(|| {
        let said = Said::spoken(Spoken::Bacnet);
        asks.map_or(said.clone(), |it| said.asked(it))
    })
}

/// Whether a message of BACnet asks (ASHRAE 135 §6.2, §20.1), behind the version of its network
/// layer: confirmed requests, Who-Is and Who-Has do, answers do not; of others nothing is known.
fn asks(mut left: Bytes<'_>) -> Option<bool> {
    let control = left.u8()?;
    (control & 0x80 == 0).then_some(())?;
    for bit in [0x20, 0x08] {
        if control & bit != 0 {
            left.u16()?;
            let length = left.u8()?;
            left.skip(length.into())?;
        }
    }
    if control & 0x20 != 0 {
        left.u8()?; // how many hops are left
    }
    match left.u8()? >> 4 {
        0 => Some(true),
        1 => matches!(left.u8()?, 7 | 8).then_some(true),
        2..=7 => Some(false),
        _ => None,
    }
}

/// WS-Discovery (OASIS, version 1.1): its namespace in XML on port 3702.
pub(super) fn ws_discovery(ends: &Ends, payload: &[u8]) -> Option<Said> {
    ends.has_port(3702).then_some(())?;
    let text = payload.get(..1024).unwrap_or(payload);
    let known =
        find(text, b"/ws/2005/04/discovery").or_else(|| find(text, b"/ns/discovery/2009/01"));
    known.map(|_| Said::spoken(Spoken::WsDiscovery))
}

/// ONC RPC (RFC 5531) over UDP.
pub(super) fn sunrpc(_: &Ends, payload: &[u8]) -> Option<Said> {
    let name = machines::call(payload)?;
    Some(Said::of(Speech::of(Spoken::SunRpc).with(Detail::Application, name)).begun_by(Side::From))
}

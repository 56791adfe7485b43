//! OpenVPN (OpenVPN project, "OpenVPN wire protocol", draft-protocol; `ssl_pkt.h`).
//!
//! ```text
//!  opcode·key (1)  session (8)  [HMAC or tag, packet id (4), time (4)]  acknowledged (1 + 4n [+ 8])  id (4)  TLS
//! ```
//!
//! Checked: the opcode with key 0 (8 bits), the exact order and smallness of ids (the first packet
//! of a session has id 0 and nothing or one thing acknowledged; 40 bits and more), with `tls-auth`
//! and `tls-crypt` a packet id that has only begun to count and a time between 2001 and 2043. Data
//! alone is told only on port 1194, or by two datagrams that follow each other.

use super::super::bytes::{Bytes, hex, looks_enciphered};
use super::super::{Ends, Said, Side};
use super::following::{Message, Place};
use crate::wire::words::{Detail, Speech, Spoken};

/// A packet that begins a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Reset {
    Client,
    Server,
}

/// What a packet of the control channel tells.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Packet {
    pub(in super::super) reset: Option<Reset>,
    session: [u8; 8],
    guard: Guard,
}

/// How the control channel is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guard {
    None,
    /// `tls-auth` with an HMAC of so many bytes.
    Auth(usize),
    Crypt,
    CryptV2,
}

const PORT: u16 = 1194;
const ACK: u8 = 5;
const CONTROL: u8 = 4;
const DATA_V2: u8 = 9;
/// MD5 and SHA-1 to SHA-512 (`--auth`).
const HMACS: &[usize] = &[20, 32, 64, 16, 28, 48];

/// Reads a packet of the control channel.
pub(in super::super) fn packet(bytes: &[u8]) -> Option<Packet> {
    let mut left = Bytes::new(bytes);
    let head = left.u8()?;
    let (opcode, key) = (head >> 3, head & 7);
    let reset = match opcode {
        1 | 7 | 10 => Some(Reset::Client),
        2 | 8 => Some(Reset::Server),
        CONTROL | ACK | 11 => None,
        _ => return None,
    };
    let session = left.array::<8>()?;
    if (reset.is_some() && key != 0) || !is_chance(session) {
        return None;
    }
    let guard = guard(opcode, reset, left)?;
    Some(Packet { reset, session, guard })
}

fn guard(opcode: u8, reset: Option<Reset>, left: Bytes<'_>) -> Option<Guard> {
    if opcode != 10 && is_control(opcode, reset, left) {
        return Some(Guard::None);
    }
    for length in HMACS {
        let mut after = left;
        let fits = after.take(*length).is_some_and(|it| *length < 20 || looks_enciphered(it))
            && replay(&mut after)
            && is_control(opcode, reset, after);
        if fits && opcode != 10 {
            return Some(Guard::Auth(*length));
        }
    }
    // tls-crypt: packet id and time, then a tag of 32 bytes, then what is enciphered.
    let mut after = left;
    let begins = replay(&mut after) && after.len() >= 32 + 5 && looks_enciphered(after.rest());
    match reset {
        Some(_) if begins && opcode == 10 && after.len() > 290 => Some(Guard::CryptV2),
        Some(_) if begins && opcode != 10 && after.len() <= 32 + 64 => Some(Guard::Crypt),
        _ => None,
    }
}

/// A packet id that has only begun to count, and a time between 2001 and 2043.
fn replay(left: &mut Bytes<'_>) -> bool {
    let id = left.u32();
    let time = left.u32();
    // 0x0f000000 marks early negotiation (OpenVPN 2.6, `EARLY_NEG_START`).
    let low = id
        .is_some_and(|it| (1..0x400).contains(&(it & 0x00ff_ffff)) && matches!(it >> 24, 0 | 0x0f));
    low && time.is_some_and(|it| (0x3c00_0000..0x8a00_0000).contains(&it))
}

/// The list of what is acknowledged, the id, and what is carried.
fn is_control(opcode: u8, reset: Option<Reset>, mut left: Bytes<'_>) -> bool {
    let Some(count) = left.u8().filter(|it| *it <= 8) else { return false };
    for _ in 0..count {
        if left.u32().is_none_or(|it| it > 0xffff) {
            return false;
        }
    }
    if count > 0 && left.array::<8>().is_none_or(|it| !is_chance(it)) {
        return false;
    }
    if opcode == ACK {
        return count > 0 && left.is_empty();
    }
    let Some(id) = left.u32() else { return false };
    match reset {
        Some(Reset::Client) => id == 0 && count == 0 && left.is_empty(),
        Some(Reset::Server) => id == 0 && left.is_empty(),
        // What is carried begins with a TLS record, or goes on with one.
        None => id < 0x1_0000 && left.len() >= 16 && (id > 0 || count > 0) && carries_tls(left, id),
    }
}

fn carries_tls(mut left: Bytes<'_>, id: u32) -> bool {
    let enciphered = looks_enciphered(left.rest());
    let record = matches!((left.u8(), left.u16()), (Some(20..=23), Some(0x0301..=0x0303)));
    record || (id > 1 && id < 0x100 && enciphered)
}

/// Whether this could be a random number: not a counter, not zeros, not text.
fn is_chance(bytes: [u8; 8]) -> bool {
    let ascii =
        bytes.iter().all(|it| it.is_ascii_graphic() || *it == b' ' || *it == b'\r' || *it == b'\n');
    let zeros = bytes.iter().filter(|it| **it == 0).count();
    zeros <= 2 && !ascii && bytes != [0xff; 8]
}

/// Adds what a packet tells.
pub(in super::super) fn describe(packet: &Packet, said: &mut Said) {
    let mut speech = Speech::of(Spoken::OpenVpn).with(Detail::Session, hex(&packet.session));
    let mode = match packet.guard {
        Guard::None => "TLS without tls-auth".to_owned(),
        Guard::Auth(bytes) => format!("tls-auth, {}-bit HMAC", bytes * 8),
        Guard::Crypt => "tls-crypt".to_owned(),
        Guard::CryptV2 => "tls-crypt-v2".to_owned(),
    };
    speech.note(Detail::Mode, mode);
    said.speech.push(speech);
}

/// Makes one speech of several.
pub(in super::super) fn fold(said: &mut Said) {
    let mut speeches = std::mem::take(&mut said.speech).into_iter();
    let Some(mut first) = speeches.next() else { return };
    for other in speeches {
        for (detail, values) in other.details {
            values.into_iter().for_each(|it| first.note(detail, it));
        }
    }
    said.speech.push(first);
}

pub(super) fn recognise(ends: &Ends, payload: &[u8]) -> Option<Said> {
    if let Some(packet) = packet(payload) {
        let by = match packet.reset {
            Some(Reset::Client) => Some(Side::From),
            Some(Reset::Server) => Some(Side::To),
            None => None,
        };
        let mut said = Said { open: true, initiator_is: by, ..Said::default() };
        describe(&packet, &mut said);
        return Some(said);
    }
    let is_data = ends.has_port(PORT) && is_data(payload);
    is_data.then(|| Said::spoken(Spoken::OpenVpn).open())
}

/// The place of what could be data in a session: which one, and how far it has gone. Two datagrams
/// in a row whose places follow each other are no chance (70 bits).
pub(super) fn place(payload: &[u8]) -> Option<Place> {
    is_data(payload).then_some(())?;
    let mut left = Bytes::new(payload);
    Some(Place::new(Message::OpenVpn, left.u32()?, left.u32()?))
}

/// P_DATA_V2: a small peer id, a packet id that has not gone far, then what is enciphered.
fn is_data(payload: &[u8]) -> bool {
    let mut left = Bytes::new(payload);
    let opcode = left.u8().map(|it| it >> 3) == Some(DATA_V2);
    let peer = left.u24().is_some_and(|it| it < 0x1_0000 || it == 0x00ff_ffff);
    let sequence = left.u32().is_some_and(|it| (1..0x0100_0000).contains(&it));
    opcode && peer && sequence && looks_enciphered(left.rest())
}

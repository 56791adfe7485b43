//! SIP (RFC 3261) over TCP and UDP, and RTSP (RFC 7826): request and status lines. Neither
//! numbers nor names of callers are kept.
//!
//! Checked: method, target and version, or version and status (64 bits and more).

use super::bytes::{Bytes, begins};
use super::streams::{Talk, lines};
use super::{Ends, Said, Side};
use crate::wire::words::{Detail, Speech, Spoken};

const SIP: &[&str] = &[
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "OPTIONS",
    "REGISTER",
    "PRACK",
    "SUBSCRIBE",
    "NOTIFY",
    "PUBLISH",
    "INFO",
    "REFER",
    "MESSAGE",
    "UPDATE",
];
const RTSP: &[&str] = &[
    "DESCRIBE",
    "ANNOUNCE",
    "GET_PARAMETER",
    "OPTIONS",
    "PAUSE",
    "PLAY",
    "RECORD",
    "SETUP",
    "SET_PARAMETER",
    "TEARDOWN",
];

/// What is spoken, and whether this asks.
fn first_line(bytes: &[u8]) -> Option<(Spoken, bool)> {
    let line = lines::first(bytes)?;
    for (spoken, version, methods) in
        [(Spoken::Sip, &b"SIP/2.0"[..], SIP), (Spoken::Rtsp, b"RTSP/1.0", RTSP)]
    {
        if begins(line, version) && line.get(version.len()) == Some(&b' ') {
            return Some((spoken, false));
        }
        if line.ends_with(version) && lines::commands(Some(line), methods) {
            return Some((spoken, true));
        }
    }
    None
}

fn speech(spoken: Spoken, bytes: &[u8]) -> Speech {
    let mut speech = Speech::of(spoken);
    let mut left = Bytes::new(bytes.get(..2048).unwrap_or(bytes));
    while let Some(line) = left.line().filter(|it| !it.is_empty()) {
        for name in [&b"User-Agent:"[..], b"Server:"] {
            if begins(line, name) {
                let value = line.get(name.len()..).unwrap_or_default();
                speech.note(Detail::Software, lines::product(value));
            }
        }
    }
    speech
}

pub(super) fn stream(talk: &Talk<'_>) -> Option<Said> {
    let (asks, answers) = (first_line(talk.client), first_line(talk.server));
    let (spoken, from_client) = match (asks, answers) {
        (Some((spoken, true)), _) => (spoken, true),
        (None, Some((spoken, false))) => (spoken, false),
        _ => return None,
    };
    let mut said = Said::of(speech(spoken, if from_client { talk.client } else { talk.server }));
    // Both sides of a SIP connection may ask; those of RTSP may not.
    if spoken == Spoken::Rtsp {
        said = said.begun_by(Side::From);
    }
    Some(said)
}

pub(super) fn datagram(_: &Ends, payload: &[u8]) -> Option<Said> {
    let (spoken, asks) = first_line(payload)?;
    let said = Said::of(speech(spoken, payload));
    Some(said.asked(asks))
}

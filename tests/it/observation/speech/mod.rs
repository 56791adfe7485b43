//! What is spoken: crafted bytes of every protocol, and what may never be said.

mod corpus;
mod datagrams;
mod following;
mod frames;
mod gateways;
mod honesty;
mod privacy;
mod streams;
mod tls;

use sekisho::wire::speech::{Ends, Said};
use sekisho::wire::words::{Detail, Speech, Spoken};
use std::net::IpAddr;

/// A client at 192.0.2.10 and a server at 198.51.100.20.
pub fn ends(from_port: u16, to_port: u16) -> Ends {
    let address = |text: &str| text.parse::<IpAddr>().unwrap();
    Ends { from: address("192.0.2.10"), from_port, to: address("198.51.100.20"), to_port }
}

pub fn spoken(said: &Said) -> Vec<Spoken> {
    said.speech.iter().map(|it| it.spoken).collect()
}

/// The values of a detail of a protocol, joined.
pub fn told(said: &Said, spoken: Spoken, detail: Detail) -> String {
    let speech: Option<&Speech> = said.speech.iter().find(|it| it.spoken == spoken);
    let values = speech.and_then(|it| it.details.get(&detail)).into_iter().flatten();
    values.cloned().collect::<Vec<_>>().join(" | ")
}

/// Something that was said, and what must be understood.
pub struct Sample {
    pub name: &'static str,
    /// Ports of the client and the server.
    pub ports: (u16, u16),
    pub forth: Vec<u8>,
    pub back: Vec<u8>,
    pub spoken: Vec<Spoken>,
    pub told: Vec<(Detail, &'static str)>,
    /// Whether what was said proves who is the client.
    pub proved: bool,
}

impl Sample {
    pub fn new(
        name: &'static str,
        port: u16,
        forth: impl Into<Vec<u8>>,
        back: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            name,
            ports: (50_000, port),
            forth: forth.into(),
            back: back.into(),
            spoken: Vec::new(),
            told: Vec::new(),
            proved: true,
        }
    }

    pub fn is(mut self, spoken: Spoken) -> Self {
        self.spoken.push(spoken);
        self
    }

    pub fn tells(mut self, detail: Detail, value: &'static str) -> Self {
        self.told.push((detail, value));
        self
    }

    pub fn unproved(mut self) -> Self {
        self.proved = false;
        self
    }
}

/// Bytes from hexadecimal with blanks.
pub fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.chars().filter(|it| !it.is_whitespace()).collect();
    let pairs = digits.as_bytes().chunks(2).map(|it| std::str::from_utf8(it).unwrap());
    pairs.map(|it| u8::from_str_radix(it, 16).unwrap()).collect()
}

/// Several pieces in a row.
pub fn all(pieces: &[&[u8]]) -> Vec<u8> {
    pieces.concat()
}

/// Bytes that look enciphered, always the same.
pub fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..count).map(|_| next()).collect()
}

/// Behind a length of two bytes that counts `more` bytes in addition.
pub fn block16(body: &[u8], more: usize) -> Vec<u8> {
    let length = u16::try_from(body.len() + more).unwrap();
    [&length.to_be_bytes()[..], body].concat()
}

/// An element of DER.
pub fn der(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match body.len() {
        short @ 0..=127 => out.push(short as u8),
        long => out.extend([0x82, (long >> 8) as u8, long as u8]),
    }
    out.extend(body);
    out
}

/// UTF-16, low byte first.
pub fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

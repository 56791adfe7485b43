//! What is spoken, from the first bytes that two sides exchange.
//!
//! Both questions are pure and may be asked again with more bytes: the answer to more bytes
//! contains the answer to fewer. A false label is worse than none.

use super::words::{Learned, Speech};
use std::net::IpAddr;

/// Who talks to whom, as far as known when bytes are judged.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    /// Who began (of a datagram: who sent it).
    pub from: IpAddr,
    /// The port of the one who began.
    pub from_port: u16,
    /// The other one.
    pub to: IpAddr,
    /// The port of the other one.
    pub to_port: u16,
}

/// What was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What is spoken: outermost first (SOCKS, then RDP, then TLS inside it).
    pub speech: Vec<Speech>,
    /// What else can be learned.
    pub learned: Vec<Learned>,
    /// More bytes may add something.
    pub open: bool,
}

/// What the first bytes of a TCP connection say. `forth` are those of the side that began, as far
/// as they are there without a gap; `back` those of the other.
pub fn stream(_ends: &Ends, _forth: &[u8], _back: &[u8]) -> Said {
    Said { open: true, ..Said::default() }
}

/// What one UDP datagram says.
pub fn datagram(_ends: &Ends, _payload: &[u8]) -> Said {
    Said { open: true, ..Said::default() }
}

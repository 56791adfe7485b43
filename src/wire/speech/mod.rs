//! What is spoken, from the first bytes that two sides exchange.
//!
//! ```text
//!  stream ───► streams::*   (one file a protocol) ─┐
//!  datagram ─► datagrams::* (one file a protocol) ─┼─► Said
//!  frame ────► frames::*    (what is no flow) ─────┘
//! ```
//!
//! All questions are pure and may be asked again with more bytes: the answer to more bytes
//! contains the answer to fewer, but for what a server refused that was asked for a tunnel. A false label is worse than none: a protocol is told by a
//! structure that random bytes would not have (24 bits of it at the least; every file says what is
//! checked), and where there is less, by both sides or by the port in addition.

pub(crate) mod bytes;
mod datagrams;
pub(crate) mod der;
mod frames;
mod ldap;
mod products;
mod sip;
mod streams;

pub use datagrams::Place;
pub use frames::{Kind, frame};
pub use streams::{Certificate, Flight, server_flight};

use super::words::{Detail, Learned, Speech, Spoken};
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

impl Ends {
    /// The same, seen from the other side.
    #[must_use]
    pub const fn turned(&self) -> Self {
        Self { from: self.to, from_port: self.to_port, to: self.from, to_port: self.from_port }
    }

    /// Whether one of the two ports is this one.
    const fn has_port(&self, port: u16) -> bool {
        self.from_port == port || self.to_port == port
    }
}

/// One of the two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `from`.
    From,
    /// `to`.
    To,
}

/// What was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What is spoken: outermost first (SOCKS, then RDP, then TLS inside it).
    pub speech: Vec<Speech>,
    /// What else can be learned.
    pub learned: Vec<Learned>,
    /// Of a stream: more bytes may add something. Of a datagram: later ones of the same flow may
    /// (with `speech`: each of them may, as with DHCP, which many share; without: not recognised
    /// yet, so the first few are enough).
    pub open: bool,
    /// Which end is the one that asks, where what was said proves it; never told from ports.
    pub initiator_is: Option<Side>,
    /// Of a datagram: the parts of a hello that goes on in other datagrams of the same sender, for
    /// [`hello`].
    pub parts: Vec<Part>,
}

/// A part of what is torn over several datagrams: at which byte it begins, and its bytes.
pub type Part = (usize, Vec<u8>);

impl Said {
    /// Nothing was recognised yet.
    fn unknown() -> Self {
        Self { open: true, ..Self::default() }
    }

    fn of(speech: Speech) -> Self {
        Self { speech: vec![speech], ..Self::default() }
    }

    fn spoken(spoken: Spoken) -> Self {
        Self::of(Speech::of(spoken))
    }

    const fn begun_by(mut self, side: Side) -> Self {
        self.initiator_is = Some(side);
        self
    }

    /// Begun by who sent this when `is_request`, else by the other.
    const fn asked(self, is_request: bool) -> Self {
        self.begun_by(if is_request { Side::From } else { Side::To })
    }

    const fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Adds a remote-control product, once.
    fn with_product(&mut self, found: products::Found) {
        let speech = Speech::of(found.spoken).with(Detail::Product, found.product);
        if !self.speech.contains(&speech) {
            self.speech.push(speech);
        }
    }
}

/// What the first bytes of a TCP connection say. `forth` are those of the side that began, as far
/// as they are there without a gap; `back` those of the other.
pub fn stream(ends: &Ends, forth: &[u8], back: &[u8]) -> Said {
    streams::judge(ends, forth, back, 0)
}

/// What one UDP datagram says.
pub fn datagram(ends: &Ends, payload: &[u8]) -> Said {
    datagrams::judge(ends, payload)
}

/// What a hello says that is torn over several datagrams of one sender, from all parts that were
/// found; `parts` of the answer is empty once nothing is missing.
pub fn hello(_: &Ends, parts: &[Part]) -> Said {
    datagrams::hello(parts)
}

/// Whether two ends spoke IKE in UDP in such a way that [`beside_ike`] may be asked of what they say
/// next.
pub fn is_keyed(said: &[Speech]) -> bool {
    datagrams::is_keyed(said)
}

/// What a datagram says between two ends that agreed on keys there: ESP, on whichever port.
pub fn beside_ike(payload: &[u8]) -> Option<Said> {
    datagrams::beside_ike(payload)
}

/// Where a datagram stands that alone says nothing, in what could be a tunnel that began before the
/// capture or of which one direction is seen. Whoever asks keeps it for each sender of a flow, after
/// what that sender said before, and asks it what it says: see [`Place::after`], [`Place::says`].
pub fn place(ends: &Ends, payload: &[u8]) -> Option<Place> {
    datagrams::place(ends, payload)
}

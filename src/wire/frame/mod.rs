//! Frames: from the captured bytes of one packet to the addresses, ports and payload in it.
//!
//! ```text
//!  link type ─► link ─► ether: tags, labels, PPPoE ─► ip ─► transport ─► payload
//!                          ▲                           │        │
//!                          └── tunnel: GRE, VXLAN, … ◄─┴────────┘
//! ```
//!
//! [`Walk`] goes through a packet from the outside to the inside and stops at everything that
//! somebody wants to hear of: each IP packet (the outer one first, then what it carries) and each
//! frame that is no IP. On the way a [`Path`] collects what the packet was wrapped in. Nothing is
//! copied and nothing is allocated; what cannot be read is a [`Trouble`], and what was read before
//! it stays read.

mod ether;
mod ip;
mod link;
mod macs;
mod path;
mod plain;
mod ppp;
mod read;
mod transport;
mod tunnel;

pub use ip::{Fragment, Header, Packet};
pub use path::{Layer, Path};
pub use plain::{Plain, arp, plain, plainest};
pub use transport::{Tcp, flag};

pub use link::ETHERNET;
pub use macs::Macs;

use super::speech::Kind;

/// Why a packet, or a part of one, gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A link type that is not read.
    LinkType(u16),
    /// The capture kept fewer bytes than the headers need.
    Truncated,
    /// The bytes contradict themselves.
    Malformed,
    /// More wrappings than anybody sane uses.
    TooDeep,
    /// A protocol other than IP that is not read, by its EtherType (below 1536: by its LLC service
    /// access point).
    NotIp(u16),
}

/// What a walk comes by.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// An IP packet.
    Ip(Packet<'a>),
    /// A frame of another kind, from where the kind says that it begins.
    Frame(Kind, &'a [u8]),
}

/// Where a walk goes on.
#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Ethernet(&'a [u8]),
    /// By EtherType.
    Typed(u16, &'a [u8]),
    /// IEEE 802.2.
    Llc(&'a [u8]),
    Ip(&'a [u8]),
    Ppp(&'a [u8]),
    /// Inside the IP packet whose header was read last: protocol and payload.
    Carried(u8, &'a [u8]),
    /// Into what that packet carries, if it is a tunnel.
    Tunnel(u8, &'a [u8]),
    /// Into what a UDP datagram in it carries, if it is a tunnel.
    Datagram((u16, u16), &'a [u8]),
    End,
}

/// A walk through one packet.
#[derive(Debug)]
pub struct Walk<'a> {
    step: Step<'a>,
    /// The header of IP that was read last.
    header: Header,
    /// The first thing that could not be read.
    pub trouble: Option<Trouble>,
    /// The hardware addresses of the frame on the tapped wire.
    pub macs: Macs,
    /// Whether the capture kept all bytes: then what is missing was never there.
    is_whole: bool,
}

impl<'a> Walk<'a> {
    /// Begins with the captured bytes of a packet that had `length` bytes on the wire.
    #[inline]
    pub fn new(link_type: u16, bytes: &'a [u8], length: u32) -> Self {
        let is_whole = usize::try_from(length).is_ok_and(|it| it <= bytes.len());
        let mut walk = Self {
            step: Step::End,
            header: Header::NONE,
            trouble: None,
            macs: Macs::default(),
            is_whole,
        };
        walk.step = if link_type == link::ETHERNET {
            Step::Ethernet(bytes)
        } else {
            walk.link(link_type, bytes)
        };
        walk
    }

    /// Begins inside an IP packet that was put together from fragments: only its first bytes need
    /// be there.
    pub fn assembled(header: Header, protocol: u8, payload: &'a [u8], macs: Macs) -> Self {
        let is_whole = payload.len() >= usize::try_from(header.length).unwrap_or(usize::MAX);
        let step = Step::Carried(protocol, payload);
        Self { step, header, trouble: None, macs, is_whole }
    }

    /// Goes on to the next thing that is worth hearing of.
    #[inline]
    pub fn next(&mut self, path: &mut Path) -> Option<Found<'a>> {
        let mut found = None;
        let mut step = self.step;
        loop {
            step = match step {
                Step::Ethernet(bytes) => self.ethernet(bytes, path, &mut found),
                Step::Typed(kind, bytes) => self.typed(kind, bytes, path, &mut found),
                Step::Llc(bytes) => self.llc(bytes, &mut found),
                Step::Ip(bytes) => self.ip(bytes, &mut found),
                Step::Ppp(bytes) => self.ppp(bytes),
                Step::Carried(protocol, payload) => {
                    self.carried(self.header, protocol, payload, &mut found)
                }
                Step::Tunnel(protocol, payload) => self.tunnel(protocol, payload, path, &mut found),
                Step::Datagram(ports, payload) => self.datagram(ports, payload, path),
                Step::End => return None,
            };
            if found.is_some() {
                self.step = step;
                return found;
            }
        }
    }

    /// Notes what is wrong, and ends the walk.
    #[cold]
    fn stop(&mut self, trouble: Trouble) -> Step<'a> {
        self.note(trouble);
        Step::End
    }

    #[cold]
    fn note(&mut self, trouble: Trouble) {
        self.trouble.get_or_insert(trouble);
    }

    /// Bytes are missing: cut off by the capture, or never there.
    #[cold]
    fn short(&mut self) -> Step<'a> {
        self.stop(if self.is_whole { Trouble::Malformed } else { Trouble::Truncated })
    }

    /// Puts a wrapping on the path and goes on inside it.
    fn wrapped(&mut self, layer: Layer, inside: Step<'a>, path: &mut Path) -> Step<'a> {
        if path.push(layer) { inside } else { self.stop(Trouble::TooDeep) }
    }
}

//! The observer: packets in, a [`Piece`] out.
//!
//! ```text
//!  packet ─► wire::frame ─► flows (table) ─┬─► conversations ─┐
//!               │            │ first bytes └─► hosts, exits   ├─► Piece
//!               │            └─► wire::speech ─► sayings      │
//!               └─► claims, roles, neighbours ────────────────┘
//! ```
//!
//! What a packet costs is one look into the table; everything else waits until the end, or until
//! it happens for the first time in a flow. Memory is bounded everywhere, and where a bound is
//! reached that is counted.

mod again;
mod answers;
mod claims;
mod company;
mod context;
mod conversation;
mod copies;
mod exits;
mod finish;
mod flow;
mod fold;
mod fragments;
mod gather;
mod hellos;
mod hosts;
mod intern;
mod learned;
mod listen;
mod merge;
mod more;
mod next_hops;
mod note;
mod renew;
mod seen;
mod table;
mod window;

use super::piece::Reason;
use super::record::Record;
use super::watched::Watched;
use crate::wire::frame::{
    ETHERNET, Found, Macs, Packet, Path, Plain, Trouble, Walk, arp, plain, plainest,
};
use crate::wire::speech::{Kind, Place};
use crate::wire::words::{Learned, Speech};
use again::Again;
use answers::Answers;
use claims::Claims;
use context::Contexts;
use fragments::Fragments;
use hellos::Hellos;
use intern::{Interned, Memory};
use learned::{Lessons, Origin};
use listen::Streams;
use more::More;
use note::{By, Noted};
use seen::Moment;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv6Addr;
use table::Table;

pub use finish::Finished;
pub use hosts::FlowSeen;

const ARP: Kind = Kind::Ethertype(0x0806);
/// How many IPv6 addresses are kept apart; beyond it only their networks are.
const ADDRESSES: usize = 1 << 20;
/// How many pairs of hardware addresses.
const HOPS: usize = 1 << 18;
/// How many different things that are said.
const SAYINGS: usize = 1 << 18;

/// Remembers what packets say.
#[derive(Clone, Debug)]
pub struct Observer {
    packets: u64,
    bytes: u64,
    watched: Watched,
    copies: u64,
    aggregated: u64,
    /// What could not be read, how often: why, and the number of the kind where there are many.
    troubles: BTreeMap<(Reason, u16), u64>,
    /// Used for every packet.
    path: Path,
    table: Table,
    contexts: Contexts,
    /// IPv6 addresses by number.
    addresses: Interned<Ipv6Addr>,
    /// Pairs of hardware addresses by number.
    hops: Interned<Macs>,
    /// What was said, by number.
    sayings: Interned<Vec<Speech>>,
    /// Whether keys were agreed on in UDP, by the number of what was said.
    keyed: Vec<bool>,
    /// Which saying two sayings make, by their numbers + 1.
    joined: Memory<u32>,
    /// Which associations were noted of which flow.
    secured: Memory<()>,
    /// Where the datagram stood that a sender of a flow sent last: see `speech::place`.
    places: Memory<Place>,
    claims: Claims,
    lessons: Lessons,
    more: More,
    streams: Streams,
    /// What was learned from connections, by the number of the flow.
    overheard: Vec<(u32, Vec<Learned>)>,
    again: Again,
    answers: Answers,
    fragments: Fragments,
    /// The flows that are others, seen behind a translator.
    outside: BTreeSet<u32>,
    /// What of QUIC needs more than one datagram.
    hellos: Hellos,
    /// The hour that holds the last packet, and when it began.
    hour: (u32, u64),
}

impl Default for Observer {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self {
            packets: 0,
            bytes: 0,
            watched: Watched::default(),
            copies: 0,
            aggregated: 0,
            troubles: BTreeMap::new(),
            path: Path::default(),
            table: Table::new(),
            contexts: Contexts::new(),
            addresses: Interned::new(ADDRESSES),
            hops: Interned::new(HOPS),
            sayings: Interned::new(SAYINGS),
            keyed: Vec::new(),
            joined: Memory::default(),
            secured: Memory::default(),
            places: Memory::default(),
            claims: Claims::default(),
            lessons: Lessons::default(),
            more: More::default(),
            streams: Streams::default(),
            overheard: Vec::new(),
            again: Again::default(),
            answers: Answers::default(),
            fragments: Fragments::default(),
            outside: BTreeSet::new(),
            hellos: Hellos::default(),
            hour: (0, 0),
        }
    }

    /// How many flows are kept apart.
    pub fn flows_len(&self) -> usize {
        self.table.len()
    }

    /// Takes in one packet.
    pub fn packet(&mut self, record: &Record<'_>) {
        self.packets += 1;
        self.bytes += u64::from(record.length);
        // A capture that does not say when is not one of 1970.
        if record.time != 0 {
            self.watched.at(record.time);
        }
        let moment = Moment { time: record.time, number: self.packets };
        if record.link_type != ETHERNET {
            return self.unusual(record, moment);
        }
        // Nearly all packets need nothing but this: no tag, and IPv4.
        let Some((macs, packet)) = plainest(record.bytes) else {
            return self.less_usual(record, moment);
        };
        match self.note(&packet, (0, 0), By::Frame(macs), moment) {
            Some(noted) if noted.is_more => self.more_of_usual(packet, 0, noted, macs, moment),
            _ => {}
        }
    }

    /// Takes in a packet of Ethernet that may have a tag, or be of IPv6, or of ARP.
    #[inline(never)]
    fn less_usual(&mut self, record: &Record<'_>, moment: Moment) {
        if let Some(message) = arp(record.bytes) {
            return self.arp(None, message, moment);
        }
        let Some(Plain { macs, vlan, packet }) = plain(record.bytes) else {
            return self.unusual(record, moment);
        };
        let context = self.contexts.tagged(vlan);
        match self.note(&packet, (context, 0), By::Frame(macs), moment) {
            Some(noted) if noted.is_more => self.more_of_usual(packet, vlan, noted, macs, moment),
            _ => {}
        }
    }

    /// Hears what more than its headers a usual packet has. It is handed over as a copy: those of which
    /// nothing more is to be learned are then never put together in memory.
    #[inline(never)]
    fn more_of_usual(
        &mut self,
        packet: Packet<'_>,
        vlan: u16,
        noted: Noted,
        macs: Macs,
        moment: Moment,
    ) {
        self.path.only_tagged(vlan);
        self.more_of(&packet, noted, macs, moment);
    }

    /// Takes in a packet that has to be looked at more closely.
    #[inline(never)]
    fn unusual(&mut self, record: &Record<'_>, moment: Moment) {
        self.path.clear();
        let walk = Walk::new(record.link_type, record.bytes, record.length);
        self.walk(walk, moment);
    }

    /// Goes through a packet from the outside to the inside.
    fn walk(&mut self, mut walk: Walk<'_>, moment: Moment) {
        let mut outer = None;
        while let Some(found) = walk.next(&mut self.path) {
            match found {
                Found::Ip(packet) => {
                    self.carries(outer);
                    let is_v6 = packet.header.from.is_ipv6();
                    let flow = self.ip(&packet, walk.macs, moment);
                    outer = flow.map(|it| (it, packet.protocol, is_v6));
                }
                Found::Frame(kind, bytes) => {
                    self.carries(outer.take());
                    self.frame(kind, bytes, walk.macs, moment);
                }
            }
        }
        if let Some(trouble) = walk.trouble {
            self.trouble(trouble);
        }
    }

    fn trouble(&mut self, trouble: Trouble) {
        let known = match trouble {
            Trouble::LinkType(number) => (Reason::LinkType, number),
            Trouble::NotIp(kind) => (Reason::NotIp, kind),
            Trouble::Truncated => (Reason::Truncated, 0),
            Trouble::Malformed => (Reason::Malformed, 0),
            Trouble::TooDeep => (Reason::TooDeep, 0),
        };
        *self.troubles.entry(known).or_default() += 1;
    }

    /// A frame that is no IP packet.
    fn frame(&mut self, kind: Kind, bytes: &[u8], macs: Macs, moment: Moment) {
        let (context, _) = self.contexts.number(&self.path);
        let vlan = self.contexts.vlan(context);
        if kind != ARP {
            let about = u64::from(context) << 1;
            let hash = self.again.hash(about, macs, bytes);
            if !self.again.is_known(hash, moment) {
                let origin = Origin { mac: Some(macs.sender()), address: None, vlan };
                let learned = self.again.frame(kind, bytes);
                self.learn_again(learned, origin, Some(hash), moment);
            }
        } else {
            self.arp(vlan, bytes, moment);
        }
    }

    /// A message of ARP.
    fn arp(&mut self, vlan: Option<u16>, message: &[u8], moment: Moment) {
        if !self.claims.arp(vlan, message, moment) {
            self.trouble(Trouble::Malformed);
        }
    }
}

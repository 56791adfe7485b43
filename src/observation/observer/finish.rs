//! The end: what was seen becomes a piece of evidence.

use super::super::facts::{Conversation, Host};
use super::super::outline::Outline;
use super::super::piece::{Clock, Counts, Piece, Reason, SCHEMA};
use super::super::record::Header;
use super::gather::Order;
use super::next_hops::NextHop;
use super::seen::timestamp;
use super::{Observer, hosts::FlowSeen};
use crate::model::Vocabulary as _;
use std::collections::BTreeSet;

/// An observer that has seen everything. Its hosts and conversations can be had one after the
/// other, so that a million of them never stand in memory at once.
#[derive(Debug)]
pub struct Finished {
    observer: Observer,
    order: Order,
    /// In which networks which hardware addresses are exits.
    exits: BTreeSet<NextHop>,
    piece: Piece,
}

impl Finished {
    /// Everything but hosts and conversations.
    pub const fn piece(&self) -> &Piece {
        &self.piece
    }

    /// Says what is known of the clock that told the times.
    pub const fn told_by(&mut self, clock: Option<Clock>) {
        self.piece.clock = clock;
    }

    /// The hosts, sorted.
    pub fn hosts(&self) -> impl Iterator<Item = Host> + '_ {
        self.observer.hosts(&self.exits)
    }

    /// The conversations, sorted.
    pub fn conversations(&self) -> impl Iterator<Item = Conversation> + '_ {
        self.observer.conversations(&self.order)
    }

    /// How many hosts there are.
    pub fn hosts_len(&self) -> usize {
        self.observer.hosts_len()
    }

    /// The conversations in short, sorted.
    pub fn outlines(&self) -> impl Iterator<Item = Outline<'_>> {
        self.observer.outlines(&self.order)
    }

    /// One conversation, by the place that its outline tells.
    pub fn conversation(&self, place: usize) -> Option<Conversation> {
        self.observer.conversation_at(&self.order, place)
    }

    /// The flows, in the order in which they began.
    pub fn flows(&self) -> impl Iterator<Item = FlowSeen> + '_ {
        self.observer.flows()
    }

    /// All of it.
    pub fn into_piece(self) -> Piece {
        let (hosts, conversations) = (self.hosts().collect(), self.conversations().collect());
        Piece { hosts, conversations, ..self.piece }
    }
}

/// Why something was not read, as evidence says it.
fn told((reason, number): (Reason, u16)) -> String {
    match reason {
        Reason::LinkType => format!("{}:{number}", reason.key()),
        Reason::NotIp => format!("{}:{number:04x}", reason.key()),
        _ => reason.key().to_owned(),
    }
}

impl Observer {
    /// What was seen, as a whole. Its id is for whoever writes it.
    pub fn finish(self, header: Header) -> Piece {
        self.finished(header).into_piece()
    }

    /// What was seen, to be read one fact after the other.
    pub fn finished(mut self, header: Header) -> Finished {
        self.give_up_fragments();
        self.hush();
        self.learn_overheard();
        self.recall();
        self.know_by_company();
        self.join_copies();
        let mut counts = Counts {
            packets: self.packets,
            bytes: self.bytes,
            dropped: header.dropped,
            copies: self.copies,
            undecoded: self.troubles.iter().map(|(it, times)| (told(*it), *times)).collect(),
            aggregated: self.aggregated,
        };
        if header.damaged > 0 {
            counts.undecoded.insert(Reason::Damaged.key().to_owned(), header.damaged);
        }
        let (exits, order) = std::thread::scope(|scope| {
            let exits = scope.spawn(|| self.exits());
            let order = self.order();
            (exits.join().unwrap_or_else(|it| std::panic::resume_unwind(it)), order)
        });
        let mut roles = self.lessons.take_roles();
        roles.extend(self.proxies());
        // Roles are large: what they are sorted by is sorted before they are moved.
        roles.sort_by_cached_key(|it| (it.role, it.mac, it.address, it.vlan));
        let next_hops = exits.iter().map(|it| (it.vlan, it.mac)).collect();
        let ends = self.watched.ends();
        let piece = Piece {
            schema: SCHEMA,
            tool: concat!("sekisho ", env!("CARGO_PKG_VERSION")).to_owned(),
            id: String::new(),
            tap: header.tap,
            source: header.source,
            interfaces: header.interfaces,
            first: ends.map(|it| timestamp(it.0)),
            last: ends.map(|it| timestamp(it.1)),
            watched: self.watched.told(),
            clock: None,
            counts,
            contains: Default::default(),
            hosts: Vec::new(),
            conversations: Vec::new(),
            exits,
            roles,
            neighbours: self.lessons.neighbours(),
        };
        Finished { order, observer: self, exits: next_hops, piece }
    }
}

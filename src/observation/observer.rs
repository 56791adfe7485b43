//! Packets in, a [`Piece`] out.

use super::piece::{Counts, Piece, Reason, SCHEMA};
use super::record::{Header, Record};
use crate::model::Vocabulary as _;
use jiff::Timestamp;

/// Remembers what packets say.
#[derive(Debug, Default)]
pub struct Observer {
    packets: u64,
    bytes: u64,
    first: Option<u64>,
    last: Option<u64>,
}

impl Observer {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in one packet.
    pub fn packet(&mut self, record: &Record<'_>) {
        self.packets += 1;
        self.bytes += u64::from(record.length);
        self.first = Some(self.first.map_or(record.time, |it| it.min(record.time)));
        self.last = Some(self.last.map_or(record.time, |it| it.max(record.time)));
    }

    /// Takes in what another one saw of the packets that follow.
    pub fn absorb(&mut self, later: Self) {
        self.packets += later.packets;
        self.bytes += later.bytes;
        self.first = self.first.into_iter().chain(later.first).min();
        self.last = self.last.into_iter().chain(later.last).max();
    }

    /// What was seen.
    pub fn finish(self, header: Header) -> Piece {
        let time = |it: u64| Timestamp::from_nanosecond(i128::from(it)).ok();
        let mut counts = Counts {
            packets: self.packets,
            bytes: self.bytes,
            dropped: header.dropped,
            ..Counts::default()
        };
        if header.damaged > 0 {
            counts.undecoded.insert(Reason::Damaged.key().to_owned(), header.damaged);
        }
        Piece {
            schema: SCHEMA,
            tool: concat!("sekisho ", env!("CARGO_PKG_VERSION")).to_owned(),
            id: String::new(),
            tap: header.tap,
            source: header.source,
            interfaces: header.interfaces,
            first: self.first.and_then(time),
            last: self.last.and_then(time),
            counts,
            contains: Default::default(),
            hosts: Vec::new(),
            conversations: Vec::new(),
            exits: Vec::new(),
            roles: Vec::new(),
            neighbours: Vec::new(),
        }
    }
}

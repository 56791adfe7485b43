//! What a port scanner saw (the XML report of Nmap, `nmap -oX`): hosts, the state of their ports, and
//! how far it looked. Sekisho scans nothing itself; hospitals have such reports from others.
//!
//! Source of the format: the document type `nmap.dtd` that is installed with Nmap.

mod read;
mod tags;
mod targets;

pub use read::read_from;

use crate::model::RangeSet;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// One run of a scanner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// When it began, in seconds since 1970.
    pub started: Option<i64>,
    /// The command line.
    pub command: String,
    /// The addresses that the command line asks for.
    pub targets: RangeSet<u128>,
    /// The ports that were asked for.
    pub asked: BTreeMap<Protocol, RangeSet<u16>>,
    /// The hosts that answered, in the order of the report.
    pub hosts: Vec<Host>,
    /// Whether the report says that it ended well: one that was cut off, or that ended in an error, did
    /// not look at everything.
    pub complete: bool,
}

/// One host that answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Its hardware address, as far as the scanner stood in the same network.
    pub mac: Option<String>,
    /// What it is called.
    pub names: Vec<String>,
    /// The ports that the report names, in order, each once.
    pub ports: Vec<Port>,
    /// The state of those that it does not name, when all of them have the same.
    pub others: Option<State>,
}

/// One port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its protocol.
    pub protocol: Protocol,
    /// Its number; of a protocol that was asked for as such, the number of that.
    pub number: u16,
    /// Its state.
    pub state: State,
    /// What listens there, as far as the scanner could tell. Most hosts say the same, so it is
    /// shared.
    pub service: Arc<str>,
}

impl Port {
    /// What it is called by.
    pub const fn key(&self) -> (Protocol, u16) {
        (self.protocol, self.number)
    }
}

/// What a port is a port of, in the words of the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// The protocols of IP themselves (`-sO`).
    Ip,
    /// SCTP.
    Sctp,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// All that the document type knows.
    const ALL: [Self; 4] = [Self::Ip, Self::Sctp, Self::Tcp, Self::Udp];

    fn of(word: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.key().as_bytes() == word)
    }

    /// The word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Sctp => "sctp",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.key())
    }
}

impl Host {
    /// One of the ports that the report names.
    pub fn port(&self, key: (Protocol, u16)) -> Option<&Port> {
        let at = self.ports.binary_search_by_key(&key, Port::key).ok()?;
        self.ports.get(at)
    }

    /// Whether two entries of a report are of one host: the same address, and no other hardware.
    fn is(&self, other: &Self) -> bool {
        let shares = self.addresses.iter().any(|it| other.addresses.contains(it));
        shares && (self.mac == other.mac || self.mac.is_none() || other.mac.is_none())
    }

    /// Takes in what a later entry says of the same host. Some scanners write one for each port.
    fn absorb(&mut self, later: Self) {
        let new = |all: &[IpAddr], it: &IpAddr| !all.contains(it);
        let more: Vec<_> =
            later.addresses.into_iter().filter(|it| new(&self.addresses, it)).collect();
        self.addresses.extend(more);
        let more: Vec<_> = later.names.into_iter().filter(|it| !self.names.contains(it)).collect();
        self.names.extend(more);
        self.mac = self.mac.take().or(later.mac);
        self.others = self.others.filter(|it| later.others == Some(*it));
        self.ports.extend(later.ports);
    }

    /// Puts its ports in order. Of a port that is named twice, the last word counts.
    fn settle(&mut self) {
        if !self.ports.is_sorted_by(|a, b| a.key() < b.key()) {
            self.ports.reverse();
            self.ports.sort_by_key(Port::key);
            self.ports.dedup_by_key(|it| it.key());
        }
        self.ports.shrink_to_fit();
    }
}

/// The state of a port, in the words of the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Something answers.
    Open,
    /// It answered that nothing listens.
    Closed,
    /// Nothing came back, or a filter answered.
    Filtered,
    /// The scanner could not tell: `open|filtered` and the like.
    Unclear,
}

impl State {
    fn of(word: &[u8]) -> Self {
        match word {
            b"open" => Self::Open,
            b"closed" => Self::Closed,
            b"filtered" | b"closed|filtered" => Self::Filtered,
            _ => Self::Unclear,
        }
    }

    /// The word.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Filtered => "filtered",
            Self::Unclear => "unclear",
        }
    }
}

/// Reads a report that is at hand as a text; an empty one when it is none.
pub fn read(text: &str) -> Scan {
    // A text has no errors of reading.
    read_from(text.as_bytes()).ok().flatten().unwrap_or_default()
}

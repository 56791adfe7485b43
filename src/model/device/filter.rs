//! Packet filters: lists of lines, and where they take effect.

use crate::model::address_set::AddressSet;
use crate::model::range_set::RangeSet;
use crate::source::{Span, Spanned};

/// What a filter says about a packet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It passes.
    Permit,
    /// It does not pass, with or without an answer to the sender.
    Deny,
    /// Another list is asked, which may return here.
    Call(String),
    /// Another list is asked, which never returns here (`-g`, `goto`).
    Goto(String),
    /// The calling list goes on.
    Return,
    /// Nothing is decided: the line only logs, counts or marks.
    Continue,
    /// The reader does not understand what happens.
    #[default]
    Unknown,
}

/// Of which packets a filter speaks. The others pass it by, as if it were not applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Of all.
    #[default]
    Both,
    /// Of IPv4 only (`ip access-list`, `iptables`).
    V4,
    /// Of IPv6 only.
    V6,
}

/// A named list of lines, tried from first to last.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Its name, unique in the device: an access list, a chain (`filter/INPUT`), a policy.
    pub name: Spanned<String>,
    /// Of which packets it speaks: what `otherwise` says, it says of these.
    pub family: Family,
    /// Its lines in the order in which the device tries them.
    pub lines: Vec<FilterLine>,
    /// What happens to a packet that no line decides.
    pub otherwise: Verdict,
}

/// One line.
#[derive(Clone, Debug)]
pub struct FilterLine {
    /// The line, whole.
    pub span: Span,
    /// What the device calls it: a number, a sequence, a policy id or name. May be empty.
    pub label: String,
    /// What it decides.
    pub verdict: Verdict,
    /// About which packets.
    pub when: Match,
    /// Whether it is switched on.
    pub enabled: bool,
}

/// A set of packets: every condition must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Incoming interfaces or zones by name; empty for all. A trailing `*` or `+` is a wildcard.
    pub from: Vec<String>,
    /// Outgoing interfaces or zones by name; empty for all.
    pub to: Vec<String>,
    /// Incoming interfaces or zones that it is not about (`! -i eth0`), with the same wildcards.
    pub not_from: Vec<String>,
    /// Outgoing interfaces or zones that it is not about.
    pub not_to: Vec<String>,
    /// Translations by name, one of which has to have changed the destination before (a policy on a
    /// virtual IP); empty for whatever packets.
    pub after: Vec<String>,
    /// Source addresses, before any translation that the device does later than the filter.
    pub source: AddressSet,
    /// Destination addresses.
    pub destination: AddressSet,
    /// Protocols with their ports; a packet must be in one of them. Never empty: see [`Transport::any`].
    pub transports: Vec<Transport>,
    /// States of the connection.
    pub states: States,
    /// Only some of these packets, and it is known that others go on to the next line: within a rate
    /// (`limit`), by chance, by what the sender did before, by TCP flags or sizes. Both happen.
    pub sometimes: bool,
    /// Conditions that the reader did not understand (names to resolve, extensions, schedules, users):
    /// the packets are *at most* these, and nobody knows which. Empty when all is understood.
    pub not_understood: Vec<Span>,
}

impl Match {
    /// Every packet of both families.
    pub fn any() -> Self {
        Self {
            from: Vec::new(),
            to: Vec::new(),
            not_from: Vec::new(),
            not_to: Vec::new(),
            after: Vec::new(),
            source: AddressSet::any(),
            destination: AddressSet::any(),
            transports: vec![Transport::any()],
            states: States::ALL,
            sometimes: false,
            not_understood: Vec::new(),
        }
    }

    /// Whether every condition was understood.
    pub fn is_exact(&self) -> bool {
        self.not_understood.is_empty()
    }

    /// Whether it is about exactly the packets that its conditions describe: all of them, always.
    pub fn is_certain(&self) -> bool {
        self.is_exact() && !self.sometimes
    }

    /// Whether it is about packets that come in over an interface; `None` when it comes from the
    /// device itself or the interface is not known.
    pub fn comes_in_over(&self, interface: Option<&str>) -> bool {
        over(&self.from, &self.not_from, interface)
    }

    /// Whether it is about packets that leave over an interface.
    pub fn leaves_over(&self, interface: Option<&str>) -> bool {
        over(&self.to, &self.not_to, interface)
    }
}

/// Whether an interface is among these names and not among those.
fn over(these: &[String], not: &[String], interface: Option<&str>) -> bool {
    let named = |names: &[String]| {
        interface.is_some_and(|name| names.iter().any(|pattern| names_interface(pattern, name)))
    };
    (these.is_empty() || named(these)) && !named(not)
}

/// Whether a name of a filter, perhaps with a trailing `*` or `+`, stands for an interface.
pub fn names_interface(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix(['*', '+']) {
        Some(prefix) => name.starts_with(prefix),
        None => pattern == name,
    }
}

/// IP protocol numbers.
pub type Protocols = RangeSet<u8>;

/// Protocols with ports or ICMP types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Transport {
    /// IP protocol numbers (IANA): 1 ICMP, 6 TCP, 17 UDP, 47 GRE, 50 ESP, 58 ICMPv6 …
    pub protocols: Protocols,
    /// Source ports; all for protocols without ports.
    pub source_ports: RangeSet<u16>,
    /// Destination ports; all for protocols without ports.
    pub destination_ports: RangeSet<u16>,
    /// ICMP types; all for other protocols.
    pub icmp_types: RangeSet<u8>,
}

impl Transport {
    /// Every protocol and port.
    pub fn any() -> Self {
        Self {
            protocols: RangeSet::all(),
            source_ports: RangeSet::all(),
            destination_ports: RangeSet::all(),
            icmp_types: RangeSet::all(),
        }
    }

    /// One protocol, every port.
    pub fn protocol(number: u8) -> Self {
        Self { protocols: RangeSet::one(number), ..Self::any() }
    }

    /// TCP (6) or UDP (17) to these destination ports.
    pub fn ports(number: u8, destination_ports: RangeSet<u16>) -> Self {
        Self { destination_ports, ..Self::protocol(number) }
    }

    /// Whether it lets every protocol and port pass.
    pub fn is_any(&self) -> bool {
        self.protocols.is_all()
            && self.source_ports.is_all()
            && self.destination_ports.is_all()
            && self.icmp_types.is_all()
    }
}

/// States of a connection, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct States(u8);

impl States {
    /// A packet that opens a session.
    pub const NEW: Self = Self(1);
    /// A packet of an open session; for stateless lists a TCP segment with ACK or RST.
    pub const ESTABLISHED: Self = Self(2);
    /// A packet of a session that belongs to an open one (FTP data, ICMP errors).
    pub const RELATED: Self = Self(4);
    /// A packet that fits no session.
    pub const INVALID: Self = Self(8);
    /// Every packet.
    pub const ALL: Self = Self(15);
    /// No packet.
    pub const NONE: Self = Self(0);

    /// Everything in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Everything that is not in it.
    #[must_use]
    pub const fn complement(self) -> Self {
        Self(!self.0 & Self::ALL.0)
    }

    /// Everything in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether everything of the other is in this one.
    pub const fn includes(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether it holds nothing.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Where a filter takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    /// On packets that come in over the interfaces, to the device and through it.
    In,
    /// On packets that leave over the interfaces, from the device and through it.
    Out,
    /// On packets that pass through, whatever interfaces (a firewall policy, `FORWARD`).
    Forward,
    /// On packets to the device itself (`INPUT`, local-in policy, control plane).
    Local,
    /// On packets from the device itself (`OUTPUT`).
    Own,
    /// On the choice of packets for a tunnel, a route or a translation; it filters nothing.
    Selection,
}

/// Which answers pass a filter that they meet on their way back, without a line of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answers {
    /// As the device does in general ([`super::DeviceConfig::stateful`]).
    #[default]
    AsDevice,
    /// Answers to sessions that these lines describe (`ip filter dynamic`, `inspect`), and no others.
    To(Vec<Match>),
}

/// A filter that takes effect.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The line that applies it.
    pub span: Span,
    /// The name of the filter.
    pub filter: String,
    /// Where.
    pub hook: Hook,
    /// The interfaces or zones by name; empty for all.
    pub interfaces: Vec<String>,
    /// Which answers pass.
    pub answers: Answers,
}

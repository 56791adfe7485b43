//! Address translation.

use super::filter::Match;
use crate::model::address_set::AddressSet;
use crate::model::range_set::RangeSet;
use crate::source::Span;

/// In which order a device translates and filters what passes through it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TranslationOrder {
    /// Every filter sees the addresses of the inside: destinations are translated before the first
    /// filter, sources after the last (RTX, FortiGate policies, ASA since 8.3).
    OutsideFilters,
    /// Filters of incoming packets see the destination as it arrived, all others the translated one;
    /// sources are translated after the last filter (netfilter).
    AfterIncoming,
    /// Filters of incoming packets see the destination as it arrived, filters of leaving packets see
    /// the translated source, all between them the addresses of the inside (IOS `ip nat inside` and
    /// `outside`; SRX, whose policies stand between its filters on interfaces; ASA before 8.3).
    AtInterfaces,
    /// Nobody knows.
    #[default]
    Unknown,
}

/// Which address is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NatKind {
    /// The source of sessions from inside (masquerade, NAPT, overload): opens no way in.
    Source,
    /// The destination of sessions from outside (port forward, virtual IP): **a way in**.
    Destination,
    /// Both, one to one (static NAT): **a way in** to the inside address.
    Static,
}

/// What an address becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// The address of the outgoing interface.
    Interface,
    /// One of these.
    Addresses(AddressSet),
    /// It stays as it is: an exemption from later lines.
    Unchanged,
    /// Nothing: the packet is thrown away, as routers do that answer no unexpected packet from outside.
    Discarded,
    /// Something that the reader does not understand.
    Unknown,
}

/// One translation.
#[derive(Clone, Debug)]
pub struct Nat {
    /// The line.
    pub span: Span,
    /// What the device calls it.
    pub label: String,
    /// Which address is changed.
    pub kind: NatKind,
    /// The outside interface or zone; `None` for every interface. Whether packets that come in
    /// elsewhere are translated too (hairpins) is only known when `when.from` says so.
    pub interface: Option<String>,
    /// The packets as they arrive: of a port forward, its destination is the outside address and its
    /// transports are what is listened on.
    pub when: Match,
    /// Whether the destination is the address of the interface, whatever that is; `when` then says
    /// any.
    pub at_interface: bool,
    /// The new address: of a port forward, the inside host.
    pub becomes: Becomes,
    /// The new destination ports; `None` when they stay.
    pub ports: Option<RangeSet<u16>>,
    /// Whether it takes effect: switched on, and bound to an interface.
    pub enabled: bool,
}

impl Nat {
    /// Whether it opens a way in. What a host offers to itself alone is none.
    pub fn opens_a_way_in(&self) -> bool {
        self.enabled
            && !self.within_the_host()
            && !matches!(self.becomes, Becomes::Unchanged | Becomes::Discarded)
            && matches!(self.kind, NatKind::Destination | NatKind::Static)
    }

    /// Whether only packets of the device to itself are meant: no packet comes from outside to a
    /// loopback address (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3), nor from one.
    pub fn within_the_host(&self) -> bool {
        let loopback =
            AddressSet { v4: RangeSet::range(0x7f00_0000, 0x7fff_ffff), v6: RangeSet::one(1) };
        loopback.includes(&self.when.destination) || loopback.includes(&self.when.source)
    }
}

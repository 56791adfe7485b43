//! What the router was told, command by command, in the words of the vendor. A later command takes
//! the place of an earlier one with the same key, and `no` takes it away, as on the device.

pub(super) use super::links::{
    Carrier, End, Gateway, PeerSetup, Policy, Pool, Transport, TunnelSetup,
};
use crate::model::device::{Match, Verdict};
use crate::model::{AddressSet, IpNetwork, RangeSet};
use crate::source::{Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A peer of the telephone or PPP side: `pp 1`, `pp anonymous`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Peer {
    /// By number.
    Number(u32),
    /// Whoever calls.
    Anonymous,
}

impl Peer {
    /// The name of its interface.
    pub(super) fn interface(&self) -> String {
        match self {
            Self::Number(number) => format!("pp{number}"),
            Self::Anonymous => "pp anonymous".to_owned(),
        }
    }
}

/// What commands without a number speak of: the last `pp select` or `tunnel select`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Selected {
    /// Nothing.
    #[default]
    None,
    /// A peer.
    Peer(Peer),
    /// A tunnel.
    Tunnel(u32),
}

/// Which of the two protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ip {
    /// `ip …`
    V4,
    /// `ipv6 …`
    V6,
}

impl Ip {
    /// The word that commands begin with.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::V4 => "ip",
            Self::V6 => "ipv6",
        }
    }

    /// Every address.
    pub(super) fn any(self) -> AddressSet {
        match self {
            Self::V4 => AddressSet::any_v4(),
            Self::V6 => AddressSet::any_v6(),
        }
    }
}

/// Everything.
#[derive(Debug, Default)]
pub(super) struct Router {
    pub(super) selected: Selected,
    pub(super) product: Option<Spanned<String>>,
    pub(super) version: Option<Spanned<String>>,
    pub(super) serial: Option<Spanned<String>>,
    /// MAC addresses in the order of the LAN interfaces.
    pub(super) macs: Vec<Spanned<String>>,
    /// Names it gives itself; the first kind that is set counts.
    pub(super) names: BTreeMap<Named, Spanned<String>>,
    pub(super) ports: Ports,
    pub(super) peers: BTreeMap<Peer, PeerSetup>,
    pub(super) tunnels: BTreeMap<u32, TunnelSetup>,
    /// Peers and tunnels that are switched on.
    pub(super) on: Switches<Peer>,
    pub(super) tunnels_on: Switches<u32>,
    pub(super) gateways: BTreeMap<u32, Gateway>,
    pub(super) policies: BTreeMap<u32, Policy>,
    pub(super) transports: BTreeMap<u32, Transport>,
    pub(super) ipsec_off: Option<Span>,
    pub(super) auto_refresh: Option<Spanned<bool>>,
    pub(super) rules: BTreeMap<(Ip, u32), Rule>,
    pub(super) dynamics: BTreeMap<(Ip, u32), Dynamic>,
    pub(super) sets: BTreeMap<String, BTreeMap<Direction, List>>,
    pub(super) ethernet: BTreeMap<u32, Span>,
    pub(super) ethernet_used: Vec<Spanned<u32>>,
    /// By interface and direction, the line that binds them.
    pub(super) ethernet_bound: BTreeMap<(String, Direction), Span>,
    pub(super) routes: BTreeMap<(Ip, IpNetwork), RouteSetup>,
    pub(super) bridges: BTreeMap<String, Spanned<Vec<Spanned<String>>>>,
    pub(super) descriptors: BTreeMap<u32, Descriptor>,
    /// Descriptors that are named outside a binding.
    pub(super) timers: Vec<Spanned<u32>>,
    pub(super) services: BTreeMap<Daemon, Service>,
    pub(super) remote_access: BTreeMap<&'static str, Spanned<bool>>,
    pub(super) dhcp: Dhcp,
    pub(super) bgp: Bgp,
    pub(super) yno: BTreeMap<&'static str, Spanned<bool>>,
    pub(super) published: BTreeMap<String, Spanned<String>>,
    pub(super) prefixes: BTreeMap<u32, Spanned<Prefix>>,
    /// `ip policy filter set enable`: another kind of filter decides.
    pub(super) policy_filter: Option<Span>,
    /// `ip INTERFACE rebound off`
    pub(super) unbounced: BTreeMap<(Ip, String), Span>,
    /// Filters that pass only while the line is up (`restrict`).
    pub(super) restricts: BTreeSet<Span>,
    /// `ip routing off`, `ipv6 routing off`
    pub(super) unrouted: BTreeMap<Ip, Span>,
}

/// By which command the router was named, the best one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    Snmp,
    LanMap,
    Yno,
    Prompt,
}

/// What is switched on by number or for all.
#[derive(Clone, Debug)]
pub(super) struct Switches<T> {
    /// The last word about all of them; off by default.
    pub(super) all: bool,
    /// Words about single ones since then, with their lines.
    pub(super) single: BTreeMap<T, Spanned<bool>>,
    /// Those that a schedule switches on at some times.
    pub(super) at_times: BTreeMap<T, Span>,
}

impl<T> Default for Switches<T> {
    fn default() -> Self {
        Self { all: false, single: BTreeMap::new(), at_times: BTreeMap::new() }
    }
}

impl<T: Ord> Switches<T> {
    /// Whether this one is on, always or at some times.
    pub(super) fn is_on(&self, which: &T) -> bool {
        self.single.get(which).map_or(self.all, |it| it.value) || self.at_times.contains_key(which)
    }

    /// Where it is switched off by a line.
    pub(super) fn off_at(&self, which: &T) -> Option<Span> {
        self.single.get(which).filter(|it| !it.value).map(|it| it.span)
    }
}

/// Interfaces in the order in which the text names them.
#[derive(Debug, Default)]
pub(super) struct Ports {
    list: Vec<Port>,
    index: BTreeMap<String, usize>,
}

impl Ports {
    /// The interface with this name, new when it was not named before.
    pub(super) fn named(&mut self, name: &str, span: Span) -> &mut Port {
        let next = self.list.len();
        let at = *self.index.entry(name.to_owned()).or_insert(next);
        if at == next {
            self.list.push(Port::new(Spanned::new(name.to_owned(), span)));
        }
        &mut self.list[at]
    }

    /// All.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Port> {
        self.list.iter()
    }
}

/// Inbound or outbound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    In,
    Out,
}

/// From where an interface has an IPv4 address.
#[derive(Clone, Debug)]
pub(super) enum Address {
    Fixed(IpNetwork),
    Dhcp,
    /// From the line that carries it (`ip wan1 address pdp`, `ppp ipcp ipaddress on`).
    Line,
}

/// A prefix of IPv6: fixed, or taken from what another interface receives.
#[derive(Clone, Debug)]
pub(super) enum Prefix {
    Fixed(IpNetwork),
    /// `ra-prefix@lan2::…`
    Advertised(String),
    /// `dhcp-prefix@lan2::…`
    Delegated(String),
    /// `auto`
    Auto,
    /// `dhcp`
    Dhcp,
}

/// One interface.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) name: Spanned<String>,
    pub(super) description: Option<Spanned<String>>,
    pub(super) address: Option<Spanned<Address>>,
    pub(super) further: BTreeMap<String, Spanned<IpNetwork>>,
    pub(super) v6: BTreeMap<String, Spanned<Prefix>>,
    /// The address of the other end of a point-to-point line.
    pub(super) remote: Option<Spanned<IpAddr>>,
    pub(super) vlan: Option<u16>,
    pub(super) parent: Option<String>,
    pub(super) off: Option<Span>,
    pub(super) nat: Option<Spanned<Vec<Spanned<u32>>>>,
    pub(super) lists: BTreeMap<(Ip, Direction), List>,
    /// `ip IF secure filter name NAME`
    pub(super) set: Option<Spanned<String>>,
    pub(super) advertises: Option<Span>,
    pub(super) dhcp6: Option<Spanned<Dhcp6>>,
    pub(super) dhcp: Option<Spanned<DhcpRole>>,
    pub(super) carrier: Option<Spanned<String>>,
}

impl Port {
    fn new(name: Spanned<String>) -> Self {
        Self {
            name,
            description: None,
            address: None,
            further: BTreeMap::new(),
            v6: BTreeMap::new(),
            remote: None,
            vlan: None,
            parent: None,
            off: None,
            nat: None,
            lists: BTreeMap::new(),
            set: None,
            advertises: None,
            dhcp6: None,
            dhcp: None,
            carrier: None,
        }
    }
}

/// What an interface does for DHCPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dhcp6 {
    Server,
    /// Asks for a prefix.
    Client,
    /// Asks for names and options only (`ir=on`).
    Inform,
}

/// What an interface does for DHCP of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DhcpRole {
    Server,
    Relay(Vec<IpAddr>),
    Off,
}

/// A list of filters that is bound.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) span: Span,
    pub(super) rules: Vec<Spanned<u32>>,
    pub(super) dynamics: Vec<Spanned<u32>>,
    /// Whether all words were understood.
    pub(super) whole: bool,
}

/// `ip filter N …`
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) span: Span,
    pub(super) verdict: Verdict,
    pub(super) when: Match,
}

/// `ip filter dynamic N …`
#[derive(Clone, Debug)]
pub(super) struct Dynamic {
    pub(super) span: Span,
    /// The packets that open the session.
    pub(super) opens: Option<Match>,
    /// Static filters that describe the sessions instead.
    pub(super) filters: Vec<Spanned<u32>>,
    /// Static filters of sessions that may begin while it is open (`in`, `out`).
    pub(super) drawn: Vec<Spanned<u32>>,
    pub(super) source: AddressSet,
    pub(super) destination: AddressSet,
}

/// One gateway of a route.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    pub(super) via: Via,
    pub(super) filters: Vec<Spanned<u32>>,
    pub(super) metric: Option<u32>,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Via {
    Address(IpAddr),
    /// An address on an interface.
    Over(IpAddr, String),
    Interface(String, Span),
    Discard,
    Unknown(String),
}

/// `ip route …`
#[derive(Clone, Debug)]
pub(super) struct RouteSetup {
    pub(super) span: Span,
    pub(super) hops: Vec<Hop>,
}

/// `nat descriptor … N`
#[derive(Clone, Debug)]
pub(super) struct Descriptor {
    pub(super) span: Span,
    pub(super) kind: Option<Spanned<String>>,
    pub(super) outer: Option<Spanned<Outer>>,
    pub(super) inner: Option<Spanned<AddressSet>>,
    pub(super) pairs: BTreeMap<String, Pair>,
    pub(super) entries: BTreeMap<String, Entry>,
    pub(super) incoming: Option<Spanned<Incoming>>,
}

/// The outside address of a descriptor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outer {
    /// That of the interface (`ipcp`, `primary`, `secondary`, `map-e`).
    Interface,
    Addresses(AddressSet),
}

/// `nat descriptor static N ID OUTER=INNER [COUNT]`
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) span: Span,
    pub(super) outer: AddressSet,
    pub(super) inner: AddressSet,
}

/// `nat descriptor masquerade static N ID …`
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) span: Span,
    pub(super) outer: Option<IpAddr>,
    pub(super) inner: IpAddr,
    /// Protocol numbers; all when empty.
    pub(super) protocols: RangeSet<u8>,
    pub(super) outer_ports: RangeSet<u16>,
    pub(super) inner_ports: Option<RangeSet<u16>>,
}

/// What happens to packets from outside that nothing else translates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    Refused,
    Through,
    Forward(IpAddr),
}

/// A service that manages the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Daemon {
    Telnet,
    Ssh,
    Sftp,
    Http,
    Tftp,
    Snmp,
    SnmpV2,
    SnmpV3,
    RemoteSetup,
    Upnp,
}

/// Its settings.
#[derive(Clone, Debug, Default)]
pub(super) struct Service {
    pub(super) on: Option<Spanned<bool>>,
    pub(super) hosts: Option<Spanned<Hosts>>,
    pub(super) port: Option<Spanned<u16>>,
}

/// Who may connect.
#[derive(Clone, Debug, Default)]
pub(super) struct Hosts {
    pub(super) any: bool,
    pub(super) interfaces: Vec<String>,
    /// `lan`: every LAN interface.
    pub(super) all_lan: bool,
    pub(super) addresses: AddressSet,
    pub(super) whole: bool,
}

/// The DHCP server.
#[derive(Debug, Default)]
pub(super) struct Dhcp {
    pub(super) service: Option<Spanned<DhcpRole>>,
    pub(super) relays: Option<Spanned<Vec<IpAddr>>>,
    pub(super) scopes: BTreeMap<u32, Scope>,
}

/// `dhcp scope N …`
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) span: Span,
    pub(super) network: IpNetwork,
    pub(super) addresses: AddressSet,
    pub(super) except: AddressSet,
}

/// BGP.
#[derive(Debug, Default)]
pub(super) struct Bgp {
    pub(super) on: Option<Spanned<bool>>,
    pub(super) own: Option<u32>,
    pub(super) neighbours: BTreeMap<u32, (Span, u32, IpAddr)>,
}

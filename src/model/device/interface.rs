//! Interfaces, layer-2 bridges, routes, routing neighbours and hosts on a link.

use crate::model::IpNetwork;
use crate::model::vocabulary::vocabulary;
use crate::source::{Span, Spanned};
use std::net::IpAddr;

vocabulary! {
    /// What an interface is.
    InterfaceKind("インタフェースの種別", "kind of interface") {
        Ethernet = "ethernet" ("イーサネット", "Ethernet"),
        Vlan = "vlan" ("VLAN", "VLAN"),
        Aggregate = "aggregate" ("リンクアグリゲーション", "link aggregation"),
        Bridge = "bridge" ("ブリッジ", "bridge"),
        Tunnel = "tunnel" ("トンネル", "tunnel"),
        Pppoe = "pppoe" ("PPPoE", "PPPoE"),
        Mobile = "mobile" ("モバイル通信（LTE等）", "mobile (LTE and the like)"),
        Isdn = "isdn" ("ISDN・電話回線", "ISDN or telephone line"),
        Wireless = "wireless" ("無線LAN", "wireless network"),
        Loopback = "loopback" ("ループバック", "loopback"),
        Null = "null" ("破棄", "discard"),
        Other = "other" ("その他", "other"),
    }
}

vocabulary! {
    /// From where an interface gets an address that is not written down.
    Acquired("アドレスの取得方法", "how an address is acquired") {
        Dhcp = "dhcp" ("DHCP", "DHCP"),
        Ppp = "ppp" ("PPP（IPCP）", "PPP (IPCP)"),
        Advertisement = "ra" ("ルータ広告（RA）", "router advertisement"),
        Delegation = "delegation" ("プレフィックス委譲", "prefix delegation"),
    }
}

/// A termination point.
#[derive(Clone, Debug)]
pub struct Interface {
    /// The name as the device prints it.
    pub name: Spanned<String>,
    /// What somebody wrote about it.
    pub description: Option<Spanned<String>>,
    /// Whether it is switched on, by command or by the vendor's default.
    pub enabled: bool,
    /// What it is.
    pub kind: InterfaceKind,
    /// Its fixed addresses with prefix length, secondary ones too.
    pub addresses: Vec<Spanned<IpNetwork>>,
    /// How it gets other addresses.
    pub acquired: Vec<Spanned<Acquired>>,
    /// The VLAN of a sub-interface or an access port.
    pub vlan: Option<u16>,
    /// The VLANs of a trunk; empty when it is none.
    pub trunk: Vec<(u16, u16)>,
    /// The interface that carries it: of a sub-interface, a PPPoE session, a member of an aggregate.
    pub parent: Option<String>,
    /// The vendor's own zone.
    pub zone: Option<Spanned<String>>,
    /// The routing instance (VRF, VDOM, virtual router) when it is not the default one.
    pub instance: Option<String>,
    /// MAC address, lower case with colons.
    pub mac: Option<Spanned<String>>,
    /// Where the configuration itself says that it faces outside (`ip nat outside`, `set role wan`,
    /// `nameif outside`, a PPPoE session).
    pub outside: Option<Span>,
}

impl Interface {
    /// An interface of which only the name is known so far.
    pub fn new(name: Spanned<String>, kind: InterfaceKind) -> Self {
        Self {
            name,
            description: None,
            enabled: true,
            kind,
            addresses: Vec::new(),
            acquired: Vec::new(),
            vlan: None,
            trunk: Vec::new(),
            parent: None,
            zone: None,
            instance: None,
            mac: None,
            outside: None,
        }
    }

    /// Joins what another file says about the same interface.
    pub(super) fn absorb(&mut self, other: Self) {
        self.description = self.description.take().or(other.description);
        self.enabled &= other.enabled;
        for address in other.addresses {
            if !self.addresses.contains(&address) {
                self.addresses.push(address);
            }
        }
        for acquired in other.acquired {
            if !self.acquired.contains(&acquired) {
                self.acquired.push(acquired);
            }
        }
        if self.kind == InterfaceKind::Other {
            self.kind = other.kind;
        }
        self.vlan = self.vlan.or(other.vlan);
        if self.trunk.is_empty() {
            self.trunk = other.trunk;
        }
        self.parent = self.parent.take().or(other.parent);
        self.zone = self.zone.take().or(other.zone);
        self.instance = self.instance.take().or(other.instance);
        self.mac = self.mac.take().or(other.mac);
        self.outside = self.outside.or(other.outside);
    }
}

/// Interfaces that form one broadcast domain (`bridge member`, `bridge-group`, software switch).
#[derive(Clone, Debug)]
pub struct Bridge {
    /// Its name.
    pub name: Spanned<String>,
    /// Its members by interface name, tunnels too.
    pub members: Vec<Spanned<String>>,
}

/// The vendor's own grouping of interfaces, that filters may name.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its name.
    pub name: Spanned<String>,
    /// Its interfaces.
    pub interfaces: Vec<Spanned<String>>,
}

/// Where a route sends packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextHop {
    /// To this neighbour.
    Address(IpAddr),
    /// Out of this interface; the neighbour is known to it (point to point, DHCP).
    Interface(String),
    /// To this neighbour over this interface.
    Over(IpAddr, String),
    /// Into another routing instance.
    Instance(String),
    /// Nowhere.
    Discard,
    /// Somewhere that the reader does not understand; the words as written.
    Unknown(String),
}

/// One line of the routing table.
#[derive(Clone, Debug)]
pub struct Route {
    /// The line.
    pub span: Span,
    /// Its destination; host bits are cleared.
    pub destination: IpNetwork,
    /// Where to. Several are alternatives: balanced or backups.
    pub via: Vec<NextHop>,
    /// Administrative distance or metric, smaller wins; `None` for the vendor's default.
    pub distance: Option<u32>,
    /// Whether it takes effect.
    pub enabled: bool,
    /// The filter that chooses the packets: among the lines of one destination those with a filter are
    /// tried first, in the order of the text, whatever their distance.
    pub only: Option<Spanned<String>>,
    /// Of policy routing, the interfaces over which its packets come in, with a trailing `*` as a
    /// wildcard: such a line is tried before the table. Empty: it stands among the lines of its
    /// destination.
    pub from: Vec<String>,
    /// The routing instance when it is not the default one.
    pub instance: Option<String>,
}

impl Route {
    /// Whether it stands for "everything else".
    pub fn is_default(&self) -> bool {
        self.destination.prefix() == 0
    }
}

/// A neighbour of a routing protocol, written in the configuration.
#[derive(Clone, Debug)]
pub struct RoutingPeer {
    /// The line.
    pub span: Span,
    /// `bgp`, `ospf`, `rip` …
    pub protocol: &'static str,
    /// The neighbour.
    pub address: IpAddr,
    /// Its autonomous system.
    pub remote_as: Option<u32>,
    /// The device's own.
    pub local_as: Option<u32>,
    /// Whether it is switched on.
    pub enabled: bool,
}

/// A host that the device sees on a link, by ARP or neighbour discovery. It was seen when the text
/// was written, and is no configuration unless its state is `permanent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The line.
    pub span: Span,
    /// Its address.
    pub address: IpAddr,
    /// Its hardware address in lower case; `None` when nobody answered.
    pub mac: Option<String>,
    /// The interface on whose link it is.
    pub interface: String,
    /// The state of the entry in lower case: `reachable`, `stale`, `permanent`, `failed` (ip-neighbour(8)).
    pub state: String,
}

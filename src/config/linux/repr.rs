//! Links and routes as iproute2 means them, whichever way they were printed.

use crate::model::IpNetwork;
use crate::model::device::{Neighbour, NextHop};
use crate::source::Span;
use std::net::IpAddr;

/// A host.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) links: Vec<Link>,
    pub(super) routes: Vec<Route>,
    pub(super) neighbours: Vec<Neighbour>,
}

/// A network interface.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) span: Span,
    pub(super) name: String,
    /// Whether an administrator switched it on.
    pub(super) up: bool,
    /// `ether`, `loopback`, `ppp`, `gre`, `none` …
    pub(super) link_type: String,
    /// With details: `vlan`, `bridge`, `bond`, `vxlan`, `wireguard` …
    pub(super) kind: Option<String>,
    /// With details: what the link that it belongs to is.
    pub(super) slave_kind: Option<String>,
    /// The link that it belongs to.
    pub(super) master: Option<String>,
    /// The link below, or the other end of a pair.
    pub(super) below: Option<String>,
    /// Its hardware address, or its own end of a tunnel.
    pub(super) address: Option<String>,
    /// The other end of a tunnel.
    pub(super) peer: Option<String>,
    pub(super) vlan: Option<u16>,
    /// `tun` or `tap`, where it is one of these.
    pub(super) mode: Option<String>,
    pub(super) alias: Option<String>,
    pub(super) addresses: Vec<Address>,
}

impl Link {
    pub(super) fn new(name: &str, span: Span) -> Self {
        Self {
            span,
            name: name.to_owned(),
            up: false,
            link_type: String::new(),
            kind: None,
            slave_kind: None,
            master: None,
            below: None,
            address: None,
            peer: None,
            vlan: None,
            mode: None,
            alias: None,
            addresses: Vec::new(),
        }
    }
}

/// An address of a link.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) span: Span,
    pub(super) network: IpNetwork,
    /// Whether it has a lifetime: DHCP or router advertisements gave it.
    pub(super) dynamic: bool,
    /// Whether it changes from day to day (RFC 8981), or is of the link alone.
    pub(super) passing: bool,
}

/// A route.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) span: Span,
    /// `None` for the default route of a family that nothing tells.
    pub(super) destination: Option<IpNetwork>,
    pub(super) via: Vec<NextHop>,
    pub(super) metric: Option<u32>,
    pub(super) table: Option<String>,
    pub(super) dead: bool,
}

/// A neighbour by the words that say it; `None` when the address is none.
pub(super) fn neighbour(
    span: Span,
    address: &str,
    interface: &str,
    mac: Option<&str>,
    state: &str,
) -> Option<Neighbour> {
    Some(Neighbour {
        span,
        address: address.parse().ok()?,
        mac: mac.map(str::to_ascii_lowercase),
        interface: interface.to_owned(),
        state: state.to_ascii_lowercase(),
    })
}

/// The next hop by what is known of it.
pub(super) fn hop(gateway: Option<IpAddr>, device: Option<&str>) -> Option<NextHop> {
    Some(match (gateway, device) {
        (Some(gateway), Some(device)) => NextHop::Over(gateway, device.to_owned()),
        (Some(gateway), None) => NextHop::Address(gateway),
        (None, Some(device)) => NextHop::Interface(device.to_owned()),
        (None, None) => return None,
    })
}

/// A destination, with `default` in the family of what else is known.
pub(super) fn destination(word: &str, v6: bool) -> Option<IpNetwork> {
    match word {
        "default" if v6 => "::/0".parse().ok(),
        "default" => "0.0.0.0/0".parse().ok(),
        word => word.parse().ok(),
    }
}

/// Types of routes that send packets nowhere.
pub(super) const NOWHERE: &[&str] = &["blackhole", "unreachable", "prohibit"];
/// Types of routes that the kernel keeps for its own addresses and for groups.
pub(super) const OWN: &[&str] = &["local", "broadcast", "multicast", "anycast"];

//! Host → interfaces, bridges, tunnels, routes and neighbours.

use super::repr::{Host, Link};
use crate::model::device::{
    Acquired, Bridge, DeviceConfig, Interface, InterfaceKind, Remote, Route, Tunnel, TunnelKind,
};
use crate::model::network_of;
use crate::source::Spanned;
use std::net::IpAddr;

/// Kinds of links by what `-d` says (ip-link(8), TYPES).
const KINDS: &[(&str, InterfaceKind)] = &[
    ("vlan", InterfaceKind::Vlan),
    ("bridge", InterfaceKind::Bridge),
    ("bond", InterfaceKind::Aggregate),
    ("team", InterfaceKind::Aggregate),
    ("veth", InterfaceKind::Other),
    ("dummy", InterfaceKind::Other),
    ("vrf", InterfaceKind::Other),
    ("macvlan", InterfaceKind::Other),
    ("ipvlan", InterfaceKind::Other),
    ("ifb", InterfaceKind::Other),
];

/// Kinds of links that are tunnels, and whether they carry frames.
const TUNNELS: &[(&str, TunnelKind, bool)] = &[
    ("gre", TunnelKind::Gre, false),
    ("ip6gre", TunnelKind::Gre, false),
    ("gre6", TunnelKind::Gre, false),
    ("gretap", TunnelKind::Gre, true),
    ("ip6gretap", TunnelKind::Gre, true),
    ("ipip", TunnelKind::IpIp, false),
    ("sit", TunnelKind::SixInFour, false),
    ("ip6tnl", TunnelKind::IpIp, false),
    ("tunnel6", TunnelKind::IpIp, false),
    ("vxlan", TunnelKind::Vxlan, true),
    ("geneve", TunnelKind::Other, true),
    ("wireguard", TunnelKind::WireGuard, false),
    ("vti", TunnelKind::Ipsec, false),
    ("vti6", TunnelKind::Ipsec, false),
    ("xfrm", TunnelKind::Ipsec, false),
];

/// Types of links that need no details.
const TYPES: &[(&str, InterfaceKind)] = &[
    ("loopback", InterfaceKind::Loopback),
    ("ppp", InterfaceKind::Other),
    ("none", InterfaceKind::Tunnel),
];

/// Beginnings of names that systemd.net-naming-scheme(7) and the kernel give to hardware.
const NAMES: &[(&str, InterfaceKind)] = &[
    ("wwan", InterfaceKind::Mobile),
    ("wwp", InterfaceKind::Mobile),
    ("wlan", InterfaceKind::Wireless),
    ("wlp", InterfaceKind::Wireless),
    ("wlx", InterfaceKind::Wireless),
];

/// The facts of a host.
pub(super) fn device(host: &Host) -> DeviceConfig {
    let neighbours = host.neighbours.clone();
    let mut device = DeviceConfig { neighbours, ..DeviceConfig::default() };
    for link in &host.links {
        device.interfaces.push(interface(link, host));
        // Devices that the kernel makes for itself when a module is loaded have no ends.
        device.tunnels.extend(tunnel(link));
        let members = host.links.iter().filter(|it| it.master.as_ref() == Some(&link.name));
        // Without details, what has members that need no address of their own: those of a VRF do.
        let silent = link.kind.is_none() && members.clone().all(|it| it.addresses.is_empty());
        if link.kind.as_deref() == Some("bridge") || (silent && members.clone().next().is_some()) {
            device.bridges.push(Bridge {
                name: Spanned::new(link.name.clone(), link.span),
                members: members.map(|it| Spanned::new(it.name.clone(), it.span)).collect(),
            });
        }
    }
    for route in &host.routes {
        let Some(destination) = route.destination else { continue };
        device.routes.push(Route {
            span: route.span,
            destination: network_of(destination),
            via: route.via.clone(),
            distance: route.metric,
            enabled: !route.dead,
            only: None,
            from: Vec::new(),
            instance: route.table.clone(),
        });
    }
    device
}

fn kind(link: &Link) -> InterfaceKind {
    fn of(list: &[(&str, InterfaceKind)], word: &str) -> Option<InterfaceKind> {
        list.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind)
    }
    let detailed = link.kind.as_deref();
    if let Some(kind) = detailed.and_then(|it| of(KINDS, it)) {
        return kind;
    }
    if tunnel_kind(link).is_some() || link.mode.as_deref() == Some("tun") {
        return InterfaceKind::Tunnel;
    }
    if detailed.is_some() {
        return InterfaceKind::Other;
    }
    let named = NAMES.iter().find(|(start, _)| link.name.starts_with(start));
    match (named, link.link_type.as_str()) {
        (Some((_, kind)), _) => *kind,
        // A link upon another: a VLAN, a pair, a copy; only the details say which.
        (None, "ether") if link.below.is_none() => InterfaceKind::Ethernet,
        (None, other) => of(TYPES, other).unwrap_or(InterfaceKind::Other),
    }
}

fn tunnel_kind(link: &Link) -> Option<(TunnelKind, bool)> {
    let of = |word: &str| TUNNELS.iter().find(|(name, ..)| *name == word).map(|it| (it.1, it.2));
    link.kind.as_deref().and_then(of).or_else(|| of(&link.link_type))
}

fn interface(link: &Link, host: &Host) -> Interface {
    let mut interface = Interface::new(Spanned::new(link.name.clone(), link.span), kind(link));
    interface.enabled = link.up;
    interface.description = link.alias.clone().map(|it| Spanned::new(it, link.span));
    interface.vlan = link.vlan;
    let master = |kind: &str| {
        let by_master = || {
            let of = host.links.iter().find(|it| Some(&it.name) == link.master.as_ref());
            of.is_some_and(|it| it.kind.as_deref() == Some(kind))
        };
        link.slave_kind.as_deref() == Some(kind) || (link.slave_kind.is_none() && by_master())
    };
    if master("vrf") {
        interface.instance = link.master.clone();
    }
    if master("bond") || master("team") {
        interface.parent = link.master.clone();
    } else if link.kind.as_deref() != Some("veth") {
        interface.parent = link.below.clone();
    }
    let hardware = |it: &&String| it.split(':').count() == 6 && link.link_type == "ether";
    let mac = link.address.as_ref().filter(hardware);
    interface.mac = mac.map(|it| Spanned::new(it.to_lowercase(), link.span));
    for address in &link.addresses {
        if address.dynamic {
            let how = match address.network.is_ipv4() {
                true => Acquired::Dhcp,
                false => Acquired::Advertisement,
            };
            if !interface.acquired.iter().any(|it| it.value == how) {
                interface.acquired.push(Spanned::new(how, address.span));
            }
        }
        if !address.passing {
            interface.addresses.push(Spanned::new(address.network, address.span));
        }
    }
    interface
}

fn tunnel(link: &Link) -> Option<Tunnel> {
    let (kind, layer2) = tunnel_kind(link)?;
    let end = |it: &Option<String>| it.as_deref().and_then(|it| it.parse::<IpAddr>().ok());
    let some = |it: &IpAddr| !it.is_unspecified();
    let (local, remote) = (end(&link.address), end(&link.peer));
    let local = local.filter(some);
    let remote = match remote {
        Some(remote) if some(&remote) => Remote::Address(remote),
        _ => Remote::Unknown,
    };
    // `gre0`, `tunl0`, `sit0` and the like, which come with the module.
    let bare = local.is_none() && remote == Remote::Unknown;
    let ends = !matches!(kind, TunnelKind::WireGuard | TunnelKind::Ipsec | TunnelKind::Other);
    if bare && ends && (link.name.ends_with('0') && !link.up) {
        return None;
    }
    Some(Tunnel {
        span: link.span,
        name: link.name.clone(),
        interface: Some(link.name.clone()),
        kind,
        ipsec: kind == TunnelKind::Ipsec,
        layer2,
        disabled: (!link.up).then_some(link.span),
        local: local.map(|it| Spanned::new(it.to_string(), link.span)),
        remote: Spanned::new(remote, link.span),
        selectors: Vec::new(),
        initiates: None,
        ike: None,
        authentication: Vec::new(),
    })
}

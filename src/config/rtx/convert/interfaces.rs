//! Interfaces, and what the text says about which of them face outside.

use crate::config::rtx::repr::{
    Address, Carrier, Dhcp6, Peer, PeerSetup, Port, Prefix, Router, Via,
};
use crate::model::device::{Acquired, Bridge, Interface, InterfaceKind};
use crate::source::{Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// What an interface is, by its name alone.
pub(super) fn kind(name: &str) -> InterfaceKind {
    let begin = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '/' | '.'));
    match begin {
        "lan" if name.contains('/') => InterfaceKind::Vlan,
        "lan" | "onu" => InterfaceKind::Ethernet,
        "vlan" => InterfaceKind::Vlan,
        "bridge" => InterfaceKind::Bridge,
        "tunnel" => InterfaceKind::Tunnel,
        "wan" | "wwan" | "usb" => InterfaceKind::Mobile,
        "bri" | "pri" => InterfaceKind::Isdn,
        "loopback" => InterfaceKind::Loopback,
        "null" => InterfaceKind::Null,
        _ => InterfaceKind::Other,
    }
}

/// All of them.
pub(super) fn interfaces(router: &Router) -> Vec<Interface> {
    let peers = router.peers.iter().map(|(peer, setup)| (peer.interface(), (peer, setup)));
    let peers: BTreeMap<String, (&Peer, &PeerSetup)> = peers.collect();
    let one = |port| interface(router, port, &peers);
    let mut all: Vec<Interface> = router.ports.iter().map(one).collect();
    let places = all.iter().enumerate().map(|(at, it)| (it.name.value.clone(), at));
    let places: BTreeMap<String, usize> = places.collect();
    let mut at = |name: &str, change: &dyn Fn(&mut Interface)| {
        if let Some(it) = places.get(name).and_then(|at| all.get_mut(*at)) {
            change(it);
        }
    };
    for (number, mac) in router.macs.iter().enumerate() {
        at(&format!("lan{}", number + 1), &|it| it.mac = Some(mac.clone()));
    }
    let mut known = BTreeSet::new();
    for (name, from) in received(router) {
        // Many prefixes may be taken from one interface: each way of getting them is said once.
        if known.insert((name.clone(), from.value)) {
            at(&name, &|it| {
                if !it.acquired.contains(&from) {
                    it.acquired.push(from);
                }
            });
        }
    }
    for (name, span) in outside(router) {
        at(&name, &|it| {
            it.outside.get_or_insert(span);
        });
    }
    all
}

fn interface(
    router: &Router,
    port: &Port,
    peers: &BTreeMap<String, (&Peer, &PeerSetup)>,
) -> Interface {
    let name = &port.name.value;
    let mut it = Interface::new(port.name.clone(), kind(name));
    it.description = port.description.clone();
    it.vlan = port.vlan;
    it.parent = port.parent.clone();
    it.enabled = port.off.is_none();
    match port.address.as_ref().map(|it| (&it.value, it.span)) {
        Some((Address::Fixed(network), span)) => it.addresses.push(Spanned::new(*network, span)),
        Some((Address::Dhcp, span)) => it.acquired.push(Spanned::new(Acquired::Dhcp, span)),
        Some((Address::Line, span)) => it.acquired.push(Spanned::new(Acquired::Ppp, span)),
        None => {}
    }
    it.addresses.extend(port.further.values().cloned());
    for address in port.v6.values() {
        let acquired = match &address.value {
            Prefix::Fixed(network) => {
                it.addresses.push(Spanned::new(*network, address.span));
                continue;
            }
            Prefix::Advertised(_) | Prefix::Auto => Acquired::Advertisement,
            Prefix::Delegated(_) => Acquired::Delegation,
            Prefix::Dhcp => Acquired::Dhcp,
        };
        it.acquired.push(Spanned::new(acquired, address.span));
    }
    if let Some(tunnel) = name.strip_prefix("tunnel").and_then(|it| it.parse().ok()) {
        it.enabled &= router.tunnels_on.is_on(&tunnel);
    }
    if let Some((peer, setup)) = peers.get(name) {
        it.enabled &= router.on.is_on(peer);
        line(&mut it, setup);
    }
    it
}

/// What carries a PPP line, and whether it gets an address from the other end.
fn line(it: &mut Interface, setup: &PeerSetup) {
    if let Some(span) = setup.own_address {
        it.acquired.push(Spanned::new(Acquired::Ppp, span));
    }
    match setup.carrier.as_ref().map(|it| &it.value) {
        Some(Carrier::Pppoe(over)) => {
            it.kind = InterfaceKind::Pppoe;
            it.parent = Some(over.clone());
        }
        Some(Carrier::Bound(lines)) => {
            let first = lines.first().map(|it| it.value.as_str()).unwrap_or_default();
            it.kind = kind(first);
            it.parent = (lines.len() == 1).then(|| first.to_owned());
        }
        None => {}
    }
}

/// Interfaces of which the text says that they face outside, with the line that says so: sessions
/// of PPPoE, mobile and telephone lines, interfaces whose addresses are translated, those that
/// receive the prefix which others use, and tunnels that are a line (MAP-E, IPv4 over IPv6).
fn outside(router: &Router) -> BTreeMap<String, Span> {
    let mut outside = BTreeMap::new();
    for (peer, setup) in &router.peers {
        let Some(carrier) = &setup.carrier else { continue };
        let faces = match &carrier.value {
            Carrier::Pppoe(_) => true,
            Carrier::Bound(lines) => lines
                .iter()
                .any(|it| matches!(kind(&it.value), InterfaceKind::Mobile | InterfaceKind::Isdn)),
        };
        if faces && (*peer != Peer::Anonymous || matches!(carrier.value, Carrier::Bound(_))) {
            outside.insert(peer.interface(), carrier.span);
        }
    }
    for port in router.ports.iter() {
        let name = &port.name.value;
        let tunnel = name.strip_prefix("tunnel").and_then(|it| it.parse::<u32>().ok());
        if let (Some(nat), None) = (&port.nat, tunnel) {
            outside.entry(name.clone()).or_insert(nat.span);
        }
        if let Some(carrier) = &port.carrier {
            outside.entry(name.clone()).or_insert(carrier.span);
        }
        for (over, span) in receives_from(port) {
            outside.entry(over).or_insert(span);
        }
        if let Some(role) = &port.dhcp6
            && role.value != Dhcp6::Server
        {
            outside.entry(name.clone()).or_insert(role.span);
        }
    }
    for prefix in router.prefixes.values() {
        if let Prefix::Advertised(name) | Prefix::Delegated(name) = &prefix.value {
            outside.entry(name.clone()).or_insert(prefix.span);
        }
    }
    for (number, tunnel) in &router.tunnels {
        let word = tunnel.encapsulation.as_ref();
        let line = word.filter(|it| {
            it.value == "map-e" || (it.value == "ipip" && is_default(router, *number))
        });
        if let Some(word) = line {
            outside.entry(format!("tunnel{number}")).or_insert(word.span);
        }
    }
    outside
}

/// Whether everything else is sent into a tunnel.
fn is_default(router: &Router, tunnel: u32) -> bool {
    let name = format!("tunnel{tunnel}");
    router.routes.iter().any(|((_, destination), route)| {
        destination.prefix() == 0
            && route.hops.iter().any(|hop| matches!(&hop.via, Via::Interface(it, _) if *it == name))
    })
}

/// Interfaces that receive the prefix which others use, and how.
fn received(router: &Router) -> Vec<(String, Spanned<Acquired>)> {
    let used = router.ports.iter().flat_map(|it| it.v6.values());
    let from = used.chain(router.prefixes.values()).filter_map(|it| match &it.value {
        Prefix::Advertised(name) => Some((name, Spanned::new(Acquired::Advertisement, it.span))),
        Prefix::Delegated(name) => Some((name, Spanned::new(Acquired::Delegation, it.span))),
        _ => None,
    });
    from.map(|(name, how)| (name.clone(), how)).collect()
}

/// The interfaces from which an interface takes its prefix.
fn receives_from(port: &Port) -> impl Iterator<Item = (String, Span)> {
    port.v6.values().filter_map(|it| match &it.value {
        Prefix::Advertised(name) | Prefix::Delegated(name) => Some((name.clone(), it.span)),
        _ => None,
    })
}

/// Bridges with their members.
pub(super) fn bridges(router: &Router) -> Vec<Bridge> {
    let bridge = |(name, members): (&String, &Spanned<Vec<Spanned<String>>>)| Bridge {
        name: Spanned::new(name.clone(), members.span),
        members: members.value.clone(),
    };
    router.bridges.iter().map(bridge).collect()
}

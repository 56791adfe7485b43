//! Links and peers → facts.

use super::repr::{Link, Peer, Routing};
use crate::model::device::{
    DeviceConfig, Doubt, Interface, InterfaceKind, NextHop, Remote, RemoteAccess, Route, Selector,
    TranslationOrder, Tunnel, TunnelKind,
};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork, Service, contains, network_of};
use crate::source::Spanned;
use crate::text;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// No more networks of other peers are taken out of one.
const MOST: usize = 256;

pub(super) fn convert(links: Vec<Link>) -> DeviceConfig {
    let mut config = DeviceConfig::default();
    for link in links {
        interface(&link, &mut config);
        routes(&link, &mut config);
        doubts(&link, &mut config);
        let (people, sites): (Vec<&Peer>, Vec<&Peer>) =
            link.peers.iter().partition(|it| is_person(it, &link));
        config.tunnels.extend(sites.into_iter().map(|it| tunnel(it, &link)));
        if !people.is_empty() {
            config.remote_access.push(remote_access(&people, &link));
        }
        config.nat.extend(link.nat);
        // They are commands of iptables (its order: iptables(8), TABLES).
        config.translates = TranslationOrder::AfterIncoming;
    }
    config
}

/// Whether a peer is one person or device that comes to us.
fn is_person(peer: &Peer, link: &Link) -> bool {
    let configured = peer.endpoint.is_some() && (!link.state || peer.keepalive);
    !configured && !peer.has_networks()
}

fn interface(link: &Link, config: &mut DeviceConfig) {
    let mut interface = Interface::new(link.name.clone(), InterfaceKind::Tunnel);
    interface.addresses.clone_from(&link.addresses);
    config.interfaces.push(interface);
}

/// `wg-quick` routes what a peer may send to that peer.
fn routes(link: &Link, config: &mut DeviceConfig) {
    let table = match &link.routing {
        Routing::Elsewhere => return,
        Routing::Main => None,
        Routing::Table(table) => Some(table.clone()),
    };
    for allowed in link.peers.iter().flat_map(|it| &it.allowed) {
        config.routes.push(Route {
            span: allowed.span,
            destination: network_of(allowed.value),
            via: vec![NextHop::Interface(link.name.value.clone())],
            distance: None,
            enabled: true,
            only: None,
            from: Vec::new(),
            instance: table.clone(),
        });
    }
}

fn doubts(link: &Link, config: &mut DeviceConfig) {
    let mut owners: BTreeMap<IpNetwork, &str> = BTreeMap::new();
    for peer in &link.peers {
        for allowed in &peer.allowed {
            let before = owners.insert(network_of(allowed.value), &peer.key);
            if before.is_some_and(|it| it != peer.key) {
                let network = network_of(allowed.value);
                let why = text!(
                    "{network} は別の相手にも割り当てられています。後に書かれた相手だけに届きます",
                    "{network} is given to another peer too; only the last one gets it"
                );
                config.doubts.push(Doubt { span: allowed.span, why });
            }
        }
    }
    let awaited = link.peers.iter().find(|it| it.endpoint.is_none());
    if let (Some(peer), None, false) = (awaited, &link.port, link.state) {
        let why = text!(
            "ListenPortがないため待ち受けポートが起動のたびに変わり、この相手からは接続できません",
            "without ListenPort the port changes at every start, so that this peer cannot find it"
        );
        config.doubts.push(Doubt { span: peer.span, why });
    }
}

fn tunnel(peer: &Peer, link: &Link) -> Tunnel {
    let selectors = peer.allowed.iter().flat_map(|allowed| {
        owned(peer, network_of(allowed.value), link).into_iter().map(|remote| {
            Spanned::new(Selector { local: everything(remote), remote }, allowed.span)
        })
    });
    let selectors: Vec<Spanned<Selector>> = selectors.collect();
    // Nothing is sent to a peer that owns no address, and nothing is taken from it.
    let idle = selectors.is_empty() && !peer.more;
    let initiates = match &peer.endpoint {
        None => Some(false),
        // A learned endpoint does not tell who opened.
        Some(_) if link.state && !peer.keepalive => None,
        Some(_) => Some(true),
    };
    Tunnel {
        span: peer.span,
        name: format!("{} peer {}", link.name.value, peer.label()),
        interface: Some(link.name.value.clone()),
        kind: TunnelKind::WireGuard,
        ipsec: false,
        layer2: false,
        disabled: idle.then_some(peer.span),
        local: None,
        remote: peer.endpoint.clone().unwrap_or(Spanned::new(Remote::Any, peer.span)),
        selectors,
        initiates,
        ike: None,
        authentication: shared(peer.shared_key),
    }
}

/// Of a network that is written of a peer, what is its own: of several networks that hold an address
/// the longest one says whose it is, both to whom packets are sent and from whom they are taken, and of
/// one that is written twice the last peer has it (WireGuard, *Cryptokey Routing*; wg(8),
/// `allowed-ips`).
fn owned(peer: &Peer, network: IpNetwork, link: &Link) -> Vec<IpNetwork> {
    let own = |it: &Peer| std::ptr::eq(it, peer);
    let mut later = false;
    let mut others = Vec::new();
    for other in &link.peers {
        later |= own(other);
        // The same peer written a second time is no other.
        if own(other) || (!other.key.is_empty() && other.key == peer.key) {
            continue;
        }
        for theirs in other.allowed.iter().map(|it| network_of(it.value)) {
            match contains(network, theirs) {
                true if theirs == network && !later => {}
                true if theirs == network => return Vec::new(),
                true => others.push(theirs),
                false => {}
            }
        }
    }
    let mut left = vec![network];
    // More than that nobody can read, and what is left over is only less exact.
    for theirs in others.into_iter().take(MOST) {
        left = left.into_iter().flat_map(|it| without(it, theirs)).collect();
    }
    left
}

/// A network without one in it, as networks.
fn without(network: IpNetwork, part: IpNetwork) -> Vec<IpNetwork> {
    if contains(part, network) {
        return Vec::new();
    }
    if !contains(network, part) {
        return vec![network];
    }
    halves(network).into_iter().flat_map(|it| without(it, part)).collect()
}

/// The two halves of a network.
fn halves(network: IpNetwork) -> Vec<IpNetwork> {
    let prefix = network.prefix() + 1;
    let upper = match network.ip() {
        IpAddr::V4(it) => {
            let bit = 1_u32.checked_shl(32 - u32::from(prefix)).unwrap_or_default();
            IpAddr::V4(Ipv4Addr::from_bits(it.to_bits() | bit))
        }
        IpAddr::V6(it) => {
            let bit = 1_u128.checked_shl(128 - u32::from(prefix)).unwrap_or_default();
            IpAddr::V6(Ipv6Addr::from_bits(it.to_bits() | bit))
        }
    };
    [network.ip(), upper].into_iter().filter_map(|it| IpNetwork::new(it, prefix).ok()).collect()
}

/// Every address of the family of a network: the own side of a peer is not limited.
fn everything(like: IpNetwork) -> IpNetwork {
    let any = match like {
        IpNetwork::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpNetwork::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    IpNetwork::new(any, 0).unwrap_or(like)
}

fn shared(key: bool) -> Vec<Authentication> {
    if key { vec![Authentication::PreSharedKey] } else { Vec::new() }
}

fn remote_access(people: &[&Peer], link: &Link) -> RemoteAccess {
    let mut pool: Vec<Spanned<IpNetwork>> = Vec::new();
    for host in people.iter().flat_map(|it| &it.allowed) {
        // Of the network of the interface, when the host lies in it.
        let own = link.addresses.iter().find(|it| contains(network_of(it.value), host.value));
        let from = own.map_or(*host, |it| Spanned::new(network_of(it.value), it.span));
        if pool.iter().all(|it| it.value != from.value) {
            pool.push(from);
        }
    }
    RemoteAccess {
        span: link.port.as_ref().map_or(link.name.span, |it| it.span),
        name: link.name.value.clone(),
        kind: TunnelKind::WireGuard,
        enabled: true,
        interfaces: Vec::new(),
        services: link.port.iter().map(|it| Service::udp(it.value)).collect(),
        sources: AddressSet::any(),
        pool,
        users: people.iter().map(|it| Spanned::new(it.key.clone(), it.span)).collect(),
        authentication: shared(people.iter().all(|it| it.shared_key)),
    }
}

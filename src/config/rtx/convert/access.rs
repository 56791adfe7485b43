//! Servers that let people in: L2TP/IPsec, PPTP, dial-in.

use super::interfaces::kind as interface_kind;
use super::tunnels::Link;
use crate::config::rtx::repr::{Carrier, Peer, PeerSetup, Pool, Router, TunnelSetup};
use crate::model::device::{DeviceConfig, Doubt, InterfaceKind, Remote, RemoteAccess, TunnelKind};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork, Protocol, Service};
use crate::source::{Span, Spanned};
use crate::text;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The tunnels of servers: a peer that demands proof is bound to them, and they do not say where
/// their other end is.
pub(super) fn served(router: &Router) -> BTreeSet<u32> {
    let servers = router.peers.iter().filter(|(peer, setup)| is_server(peer, setup));
    servers.flat_map(|(_, setup)| bound(router, setup)).map(|(number, _)| number).collect()
}

fn is_server(peer: &Peer, setup: &PeerSetup) -> bool {
    *peer == Peer::Anonymous || setup.request.is_some()
}

/// The tunnels that a peer is bound to, of which the other end is open.
fn bound<'r>(
    router: &'r Router,
    setup: &'r PeerSetup,
) -> impl Iterator<Item = (u32, &'r TunnelSetup)> {
    let lines = match setup.carrier.as_ref().map(|it| &it.value) {
        Some(Carrier::Bound(lines)) => lines.as_slice(),
        _ => &[],
    };
    let numbers = lines.iter().filter_map(|it| it.value.strip_prefix("tunnel")?.parse().ok());
    let tunnels = numbers.filter_map(|it| Some((it, router.tunnels.get(&it)?)));
    tunnels.filter(|(_, tunnel)| tunnel.remote.is_none())
}

/// Every server.
pub(super) fn servers(router: &Router, config: &mut DeviceConfig) {
    for (peer, setup) in router.peers.iter().filter(|(peer, setup)| is_server(peer, setup)) {
        let links: Vec<Link<'_>> = bound(router, setup)
            .map(|(number, tunnel)| Link::new(router, number, tunnel))
            .collect();
        for kind in [TunnelKind::L2tpIpsec, TunnelKind::L2tp, TunnelKind::Pptp] {
            let of: Vec<_> = links.iter().filter(|it| it.kind() == kind).collect();
            if !of.is_empty() {
                config.remote_access.extend(server(router, peer, setup, kind, &of));
                config.doubts.extend(silent(router, peer, setup, kind, &of));
            }
        }
        if *peer == Peer::Anonymous && is_dialled(setup) {
            config.remote_access.extend(server(router, peer, setup, TunnelKind::DialUp, &[]));
        }
    }
}

fn is_dialled(setup: &PeerSetup) -> bool {
    match setup.carrier.as_ref().map(|it| &it.value) {
        Some(Carrier::Bound(lines)) => {
            lines.iter().any(|it| interface_kind(&it.value) == InterfaceKind::Isdn)
        }
        _ => false,
    }
}

/// The command that switches the servers of a kind on. All are off without it.
fn switch(router: &Router, kind: TunnelKind) -> Option<Spanned<bool>> {
    let which = match kind {
        TunnelKind::L2tp | TunnelKind::L2tpIpsec => "l2tp",
        TunnelKind::Pptp => "pptp",
        _ => return None,
    };
    router.remote_access.get(which).cloned()
}

fn server(
    router: &Router,
    peer: &Peer,
    setup: &PeerSetup,
    kind: TunnelKind,
    links: &[&Link<'_>],
) -> Option<RemoteAccess> {
    let begin: Span = setup.span.or(setup.carrier.as_ref().map(|it| it.span))?;
    let dialled = kind == TunnelKind::DialUp;
    let switched = switch(router, kind);
    let on = dialled
        || (switched.as_ref().is_some_and(|it| it.value) && links.iter().any(|it| it.enabled()));
    let called = setup.may_be_called.as_ref().is_none_or(|it| it.value) || !dialled;
    let mut authentication: Vec<Authentication> = Vec::new();
    for means in links.iter().flat_map(|it| it.authentication()) {
        if !authentication.contains(&means) {
            authentication.push(means);
        }
    }
    if setup.request.is_some() && !authentication.contains(&Authentication::Password) {
        authentication.push(Authentication::Password);
    }
    let name = match peer {
        Peer::Number(number) => format!("pp {number}"),
        Peer::Anonymous => "pp anonymous".to_owned(),
    };
    let users = setup.users.iter().map(|(name, span)| Spanned::new(name.clone(), *span));
    Some(RemoteAccess {
        span: begin,
        name,
        kind,
        enabled: on && called && router.on.is_on(peer),
        interfaces: Vec::new(),
        services: services(kind, links),
        sources: sources(links),
        pool: setup.pool.iter().flat_map(|it| pool(router, it)).collect(),
        users: users.collect(),
        authentication,
    })
}

/// What a server listens on (RFC 2661, RFC 2637, RFC 3947).
fn services(kind: TunnelKind, links: &[&Link<'_>]) -> Vec<Service> {
    let whole = |protocol| Service::Ports { protocol, first: 0, last: u16::MAX };
    let traversal =
        || links.iter().any(|it| it.first("nat-traversal").is_some_and(|word| word.value == "on"));
    match kind {
        TunnelKind::L2tpIpsec => {
            let mut services = vec![Service::udp(500), whole(Protocol::Esp)];
            services.extend(traversal().then_some(Service::udp(4500)));
            services
        }
        TunnelKind::L2tp => vec![Service::udp(1701)],
        TunnelKind::Pptp => vec![Service::tcp(1723), whole(Protocol::Gre)],
        _ => Vec::new(),
    }
}

/// Who may connect: addresses of the gateways. A name or nothing limits nobody.
fn sources(links: &[&Link<'_>]) -> AddressSet {
    let one = |link: &&Link<'_>| match link.remote().value {
        Remote::Address(address) => AddressSet::from(address),
        Remote::Network(network) => AddressSet::from(network),
        _ => AddressSet::any(),
    };
    if links.is_empty() { AddressSet::any() } else { links.iter().map(one).collect() }
}

fn pool(router: &Router, pool: &Spanned<Pool>) -> Vec<Spanned<IpNetwork>> {
    let set = match &pool.value {
        Pool::Range(first, last) => AddressSet::range(*first, *last),
        Pool::Dhcp => {
            let scopes = router.dhcp.scopes.values();
            scopes.map(|it| it.addresses.difference(&it.except)).collect()
        }
    };
    let networks = set.v4.ranges().iter().flat_map(|(first, last)| networks(*first, *last));
    networks.map(|it| Spanned::new(it, pool.span)).collect()
}

/// The fewest networks that make a range of IPv4 addresses.
fn networks(first: u32, last: u32) -> Vec<IpNetwork> {
    let mut found = Vec::new();
    let (mut at, end) = (u64::from(first), u64::from(last) + 1);
    while at < end {
        let aligned = if at == 0 { 32 } else { at.trailing_zeros().min(32) };
        let fits = (end - at).ilog2();
        let bits = aligned.min(fits);
        let address = IpAddr::V4((at as u32).into());
        found.extend(IpNetwork::new(address, (32 - bits) as u8).ok());
        at += 1_u64 << bits;
    }
    found
}

/// A server that nothing switches on.
fn silent(
    router: &Router,
    peer: &Peer,
    setup: &PeerSetup,
    kind: TunnelKind,
    links: &[&Link<'_>],
) -> Option<Doubt> {
    let meant = router.on.is_on(peer) && links.iter().any(|it| it.enabled());
    let word = if kind == TunnelKind::Pptp { "pptp service on" } else { "l2tp service on" };
    let missing = meant && switch(router, kind).is_none();
    missing.then_some(Doubt {
        span: setup.span?,
        why: text!(
            "「{word}」がありません。リモートアクセスは設定されていますが、待ち受けていません",
            "there is no `{word}`: the server is configured but does not listen"
        ),
    })
}

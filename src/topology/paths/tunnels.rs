//! Tunnels to other networks, switched-off ones too, each with the routes that lead into it.

use super::sides::View;
use super::{Found, far_end};
use crate::finding::Confidence;
use crate::locale::Text;
use crate::model::device::{InterfaceKind, Remote, RemoteAccess, Route, Tunnel, TunnelKind};
use crate::model::{AddressSet, IpNetwork, Vocabulary as _, is_any, overlap};
use crate::text;
use crate::topology::external::PathKind;
use std::net::IpAddr;

pub(super) fn of(view: &View<'_>) -> Vec<Found> {
    let tunnels = view.config.tunnels.iter();
    tunnels
        .filter(|it| !is_line(it.kind) && !of_server(view, it))
        .map(|it| path(view, it))
        .collect()
}

/// Kinds by which a carrier brings IPv4 over its IPv6 network: the internet line itself.
pub(super) const fn is_line(kind: TunnelKind) -> bool {
    matches!(kind, TunnelKind::FourInSix | TunnelKind::MapE)
}

/// Whether a tunnel is the end that a server for remote access keeps ready: anybody may come, and
/// there is such a server. Then the server is the path. A server that has a tunnel of its own name
/// keeps no other.
fn of_server(view: &View<'_>, tunnel: &Tunnel) -> bool {
    let ready = matches!(tunnel.remote.value, Remote::Any | Remote::Unknown);
    // A site whose name is asked for is no client of a server for anybody.
    let named = tunnel.ike.as_ref().is_some_and(|it| it.remote_id.is_some());
    let layered = |kind| matches!(kind, TunnelKind::L2tp | TunnelKind::L2tpIpsec);
    let fits = |server: &RemoteAccess, tunnel: &Tunnel| {
        server.kind == tunnel.kind
            || layered(server.kind)
                && (layered(tunnel.kind) || tunnel.kind == TunnelKind::Ipsec && !named)
    };
    let own =
        |server: &RemoteAccess, tunnel: &Tunnel| server.name == tunnel.name && fits(server, tunnel);
    let has_own = |server| view.config.tunnels.iter().any(|it| own(server, it));
    ready
        && view
            .config
            .remote_access
            .iter()
            .any(|server| own(server, tunnel) || fits(server, tunnel) && !has_own(server))
}

fn path(view: &View<'_>, tunnel: &Tunnel) -> Found {
    let (called, kind) = (&tunnel.name, tunnel.kind.label());
    let far = far_end(&tunnel.remote.value);
    let protected = match tunnel.ipsec && !is_ipsec(tunnel.kind) {
        true => Text::new("・IPsecで保護", ", protected by IPsec"),
        false => Text::default(),
    };
    let (path_kind, what) = match tunnel.kind {
        TunnelKind::DialUp => (PathKind::DialIn, Text::new("電話回線", "telephone line")),
        _ => (PathKind::Tunnel, Text::new("トンネル", "tunnel")),
    };
    let name = text!(
        "{what} {called}（{kind}{protected}、{far}）",
        "{what} {called} ({kind}{protected}, {far})"; what, kind, protected, far
    );
    let mut found = Found::new(path_kind, called, name, tunnel.span);
    let path = &mut found.path;
    path.enabled = tunnel.disabled.is_none();
    path.layer2 = tunnel.layer2 && stands_on_a_port(view, tunnel);
    if tunnel.layer2 && !path.layer2 {
        // A bridge on another page of the configuration, or none: that it is one LAN is not shown.
        path.confidence = Confidence::Medium;
    }
    if let Some(doubt) = view.config.doubts.iter().find(|it| it.span == tunnel.span) {
        path.confidence = Confidence::Medium;
        path.shows.push((doubt.why.clone(), doubt.span));
    }
    path.encapsulation = Some(tunnel.kind);
    path.remote = Some(tunnel.remote.value.clone());
    path.sources = match &tunnel.remote.value {
        Remote::Address(address) => (*address).into(),
        Remote::Network(network) => (*network).into(),
        _ => AddressSet::any(),
    };
    path.interface = leaves_by(view, tunnel);
    // A side that is not limited says nothing about what stands there.
    let limited = |it: &IpNetwork| !is_any(*it);
    path.inside = tunnel.selectors.iter().map(|it| it.value.local).filter(limited).collect();
    path.beyond = tunnel.selectors.iter().map(|it| it.value.remote).filter(limited).collect();
    if let Some(disabled) = tunnel.disabled
        && disabled != tunnel.span
    {
        path.shows.push((text!("ここで止めています", "switched off here"), disabled));
    }
    if tunnel.remote.span != tunnel.span {
        path.shows.push((text!("相手の指定", "the far end"), tunnel.remote.span));
    }
    for route in view.config.routes.iter().filter(|it| leads_into(view, it, tunnel)) {
        if !route.is_default() {
            path.beyond = path.beyond.union(&route.destination.into());
        }
        path.shows.push((text!("このトンネルへの経路", "a route into it"), route.span));
    }
    found
}

/// Whether a tunnel carries what comes in by a port itself, as a cross-connect does.
fn stands_on_a_port(view: &View<'_>, tunnel: &Tunnel) -> bool {
    let port = tunnel.interface.as_deref().and_then(|it| view.config.interface(it));
    port.is_some_and(|it| it.kind != InterfaceKind::Tunnel)
}

const fn is_ipsec(kind: TunnelKind) -> bool {
    matches!(kind, TunnelKind::Ipsec | TunnelKind::L2tpIpsec)
}

/// The interface by which a tunnel leaves: the one it names, the one with the address it names,
/// else the one on the way to its far end.
fn leaves_by(view: &View<'_>, tunnel: &Tunnel) -> Option<String> {
    let named = tunnel.local.as_ref().and_then(|local| {
        let by_name = view.config.interface(&local.value);
        by_name.or_else(|| {
            let address: IpAddr = local.value.parse().ok()?;
            let mut all = view.config.interfaces.iter();
            all.find(|it| it.addresses.iter().any(|it| it.value.ip() == address))
        })
    });
    let routed = || match &tunnel.remote.value {
        Remote::Address(address) => view.config.towards(*address),
        _ => None,
    };
    let only = || {
        let mut outside = view.outside();
        outside.next().filter(|_| outside.next().is_none())
    };
    named.or_else(routed).or_else(only).map(|it| it.name.value.clone())
}

/// Whether a route sends packets into a tunnel: over its interface, or to an address on it.
fn leads_into(view: &View<'_>, route: &Route, tunnel: &Tunnel) -> bool {
    let Some(interface) = &tunnel.interface else {
        return false;
    };
    // Of several tunnels on one interface, the one that may carry it.
    let carried = tunnel.selectors.is_empty()
        || tunnel.selectors.iter().any(|it| overlap(it.value.remote, route.destination));
    let mut ways = view.config.ways(route);
    route.enabled
        && carried
        && ways.any(|(over, _)| over.is_some_and(|it| it.name.value == *interface))
}

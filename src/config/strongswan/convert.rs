//! Connections → facts.

use super::algorithms::Algorithms;
use super::repr::{Child, Connection};
use super::selectors::{Side, is_host};
use crate::config::listing::Word;
use crate::config::notes::Notes;
use crate::model::device::{
    DeviceConfig, Doubt, Ike, Remote, RemoteAccess, Selector, Tunnel, TunnelKind,
};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork, Service, is_any};
use crate::source::{Diagnostic, Spanned};
use crate::text;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Says that a file is taken in that was not read here.
pub(super) fn include(pattern: Word<'_>, notes: &mut Notes) {
    notes.remark(
        Diagnostic::warning(
            "config-include",
            text!(
                "別のファイルを取り込む行があります。取り込まれるファイルの内容は、ここでは読んでいません",
                "the configuration takes in other files, which are not read here"
            ),
        )
        .at(pattern.span, text!("この指定のファイル", "files of this pattern")),
    );
}

/// Adds the facts of connections. `users` have passwords in the same text.
pub(super) fn convert(
    connections: Vec<Connection>,
    users: &[Spanned<String>],
    config: &mut DeviceConfig,
) {
    for connection in connections {
        let mut protected = connection.children.iter().filter(|it| it.protects).peekable();
        if let (Some(place), true) = (connection.taken_in, connection.children.is_empty()) {
            let why = text!(
                "この接続の内容は、取り込まれる別のファイルに書かれています",
                "what this connection carries is written in a file that is taken in"
            );
            config.doubts.push(Doubt { span: place, why });
            if !(connection.gives && connection.remote.is_empty()) {
                continue;
            }
        } else if protected.peek().is_none() {
            if connection.children.is_empty() && !connection.remote.is_empty() {
                let why = text!(
                    "children がないため、この接続は通信を何も運びません",
                    "without children this connection carries no traffic"
                );
                config.doubts.push(Doubt { span: connection.span, why });
            }
            continue;
        }
        let anybody = connection.remote.iter().all(|it| is_open(&it.value));
        let l2tp = connection.children.iter().any(|it| it.l2tp);
        if anybody && (connection.gives || l2tp) {
            let enabled =
                connection.children.is_empty() || protected.any(|it| it.disabled.is_none());
            config.remote_access.push(remote_access(&connection, users, l2tp, enabled));
            // A server of people has no facts on IKE. The end that it keeps ready tells what nobody
            // may overlook; it begins where the server does, for it is the server.
            let weak = |child: &&Child| {
                connection.aggressive.is_some()
                    || connection.algorithms.has_obsolete()
                    || child.algorithms.has_obsolete()
            };
            let ready = connection.children.iter().filter(|it| it.protects).find(weak);
            if let Some(child) = ready {
                let anybody = Spanned::new(Remote::Any, connection.span);
                let tunnel = tunnel(&connection, child, &anybody, Some(false));
                let span = connection.span;
                config.tunnels.push(Tunnel { span, selectors: Vec::new(), ..tunnel });
            }
            continue;
        }
        let nobody_named = [Spanned::new(Remote::Any, connection.span)];
        let remotes: &[Spanned<Remote>] =
            if connection.remote.is_empty() { &nobody_named } else { &connection.remote };
        for child in protected {
            let mut first = true;
            for remote in remotes {
                // Only the first end that is a single one is called.
                let single = !is_open(&remote.value) && !matches!(remote.value, Remote::Network(_));
                let ours = remotes.len() == 1 || (single && first);
                let called = child.initiates.map(|it| it && ours);
                first &= !single;
                config.tunnels.push(tunnel(&connection, child, remote, called));
            }
        }
    }
}

/// Whether anybody may be there.
fn is_open(remote: &Remote) -> bool {
    *remote == Remote::Any
}

fn tunnel(
    connection: &Connection,
    child: &Child,
    remote: &Spanned<Remote>,
    initiates: Option<bool>,
) -> Tunnel {
    let name = if child.name == connection.name {
        child.name.clone()
    } else {
        format!("{}/{}", connection.name, child.name)
    };
    let mut authentication = connection.own.clone();
    authentication.extend(connection.theirs.iter().filter(|it| !connection.own.contains(it)));
    Tunnel {
        span: child.span,
        name,
        interface: None,
        kind: if child.l2tp { TunnelKind::L2tpIpsec } else { TunnelKind::Ipsec },
        ipsec: true,
        layer2: false,
        disabled: child.disabled,
        local: connection.local_text.clone(),
        remote: remote.clone(),
        selectors: selectors(connection, child, &remote.value),
        initiates,
        ike: Some(ike(connection, child)),
        authentication,
    }
}

fn ike(connection: &Connection, child: &Child) -> Ike {
    let mut all = Algorithms::default();
    all.join(&connection.algorithms);
    all.join(&child.algorithms);
    Ike {
        version: connection.version,
        aggressive: connection.aggressive,
        encryption: all.encryption,
        hash: all.hash,
        groups: all.groups,
        local_id: connection.local_id.clone(),
        remote_id: connection.remote_id.clone(),
    }
}

/// Every pair of a network on our side and one on theirs. A side that the text leaves open has every
/// address of the family of the other; a pair of two open sides limits nothing.
fn selectors(connection: &Connection, child: &Child, remote: &Remote) -> Vec<Spanned<Selector>> {
    let ours: Vec<Spanned<Option<IpNetwork>>> = resolved(&child.local, child, || own(connection));
    let theirs = resolved(&child.remote, child, || match remote {
        _ if !connection.pool.is_empty() => {
            connection.pool.iter().map(|it| Some(it.value)).collect()
        }
        Remote::Address(address) => vec![host(*address)],
        Remote::Network(network) => vec![Some(*network)],
        _ => vec![None],
    });
    let mut selectors = Vec::new();
    for theirs in &theirs {
        for ours in &ours {
            let (local, remote) = match (ours.value, theirs.value) {
                (None, None) => continue,
                (Some(a), None) => (a, everything(a)),
                (None, Some(b)) => (everything(b), b),
                (Some(a), Some(b)) => (a, b),
            };
            let pair = Selector { local, remote };
            let known = selectors.iter().any(|it: &Spanned<Selector>| it.value == pair);
            if local.is_ipv4() == remote.is_ipv4() && !known {
                selectors.push(Spanned::new(pair, theirs.span));
            }
        }
    }
    selectors
}

/// The networks of one side; `None` for one that is not known.
fn resolved(
    sides: &[Spanned<Side>],
    child: &Child,
    dynamic: impl Fn() -> Vec<Option<IpNetwork>>,
) -> Vec<Spanned<Option<IpNetwork>>> {
    if sides.is_empty() {
        return dynamic().into_iter().map(|it| Spanned::new(it, child.span)).collect();
    }
    let mut networks = Vec::new();
    for side in sides {
        match side.value {
            Side::Network(network) => networks.push(Spanned::new(Some(network), side.span)),
            Side::Unknown => networks.push(Spanned::new(None, side.span)),
            Side::Dynamic => {
                networks.extend(dynamic().into_iter().map(|it| Spanned::new(it, side.span)));
            }
        }
    }
    networks
}

/// What "dynamic" means on our side: the virtual addresses we ask for, else the ends themselves.
fn own(connection: &Connection) -> Vec<Option<IpNetwork>> {
    if !connection.asked.is_empty() {
        let fixed = |it: &Spanned<IpNetwork>| {
            // A wildcard asks for any address.
            let wildcard = it.value.ip().is_unspecified();
            (!wildcard && is_host(it.value)).then_some(it.value)
        };
        return connection.asked.iter().map(fixed).collect();
    }
    let end = |it: &Spanned<Remote>| match it.value {
        Remote::Address(address) => host(address),
        _ => None,
    };
    let ends: Vec<Option<IpNetwork>> = connection.local.iter().map(end).collect();
    if ends.is_empty() { vec![None] } else { ends }
}

fn host(address: IpAddr) -> Option<IpNetwork> {
    IpNetwork::new(address, if address.is_ipv4() { 32 } else { 128 }).ok()
}

fn everything(like: IpNetwork) -> IpNetwork {
    let any = match like {
        IpNetwork::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpNetwork::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    IpNetwork::new(any, 0).unwrap_or(like)
}

fn remote_access(
    connection: &Connection,
    users: &[Spanned<String>],
    l2tp: bool,
    enabled: bool,
) -> RemoteAccess {
    // IKE and ESP in UDP (RFC 3948).
    let ports = match connection.port {
        Some(port) => vec![Service::udp(port)],
        None => vec![Service::udp(500), Service::udp(4500)],
    };
    let by_password = connection.theirs.contains(&Authentication::Password);
    let authentication = connection.theirs.iter().map(|it| match it {
        Authentication::MachineCertificate => Authentication::ClientCertificate,
        other => *other,
    });
    RemoteAccess {
        span: connection.span,
        name: connection.name.clone(),
        kind: if l2tp { TunnelKind::L2tpIpsec } else { TunnelKind::Ipsec },
        enabled,
        interfaces: Vec::new(),
        services: ports,
        sources: AddressSet::any(),
        pool: connection.pool.iter().filter(|it| !is_any(it.value)).cloned().collect(),
        users: if by_password { users.to_vec() } else { Vec::new() },
        authentication: authentication.collect(),
    }
}

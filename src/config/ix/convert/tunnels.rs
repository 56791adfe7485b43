//! Tunnels: IPsec of both versions, and those without.

use super::interfaces::everything;
use super::{doubt, off};
use crate::config::ix::repr::{Ikev2, ListName, Map, Mode, Port, Protection, Router};
use crate::model::AddressSet;
use crate::model::Service;
use crate::model::device::{
    DeviceConfig, Ike, IkeVersion, Remote, RemoteAccess, Selector, Tunnel, TunnelKind, Verdict,
};
use crate::model::words::Authentication;
use crate::source::{Span, Spanned};
use crate::text;

/// What is known of the protection of a tunnel.
#[derive(Default)]
struct Agreed {
    remote: Option<Spanned<Remote>>,
    local: Option<Spanned<String>>,
    selectors: Vec<Spanned<Selector>>,
    initiates: Option<bool>,
    ike: Option<Ike>,
    authentication: Vec<Authentication>,
}

/// All tunnels, and the servers that people come in by.
pub(super) fn tunnels(router: &Router<'_>, facts: &mut DeviceConfig) {
    for port in &router.interfaces {
        let mode = port.tunnel.as_ref().map(|it| it.value);
        match mode {
            Some(mode) if mode.access => {
                facts.remote_access.push(server(port, mode.kind, router));
                // How its keys are agreed is said of the tunnel that protects it.
                if mode.protection != Protection::Nothing {
                    tunnel_interface(port, mode, router, facts);
                }
            }
            Some(mode) => tunnel_interface(port, mode, router, facts),
            // IPsec on the line itself.
            None => {
                for map in &port.policies {
                    let agreed = ikev1(map.text, router);
                    let kind = TunnelKind::Ipsec;
                    facts.tunnels.push(tunnel(port, map.span, kind, true, agreed, router));
                }
            }
        }
    }
}

fn tunnel_interface(port: &Port<'_>, mode: Mode, router: &Router<'_>, facts: &mut DeviceConfig) {
    let span = port.name.span;
    let mut all: Vec<Agreed> = match mode.protection {
        Protection::Nothing => Vec::new(),
        Protection::Ikev1 => port.policies.iter().map(|it| ikev1(it.text, router)).collect(),
        Protection::Ikev2 => vec![ikev2(port, router)],
    };
    if all.is_empty() {
        all.push(Agreed::default());
    }
    for agreed in all {
        let protected = mode.protection != Protection::Nothing;
        let tunnel = tunnel(port, span, mode.kind, protected, agreed, router);
        // The rules of the provider give the other end of MAP-E.
        let told = mode.kind == TunnelKind::MapE || tunnel.remote.value != Remote::Unknown;
        if tunnel.disabled.is_none() && !told {
            doubt(
                facts,
                span,
                text!(
                    "トンネルの相手が設定されていません",
                    "the other end of the tunnel is not configured"
                ),
            );
        }
        facts.tunnels.push(tunnel);
    }
}

fn tunnel(
    port: &Port<'_>,
    span: Span,
    kind: TunnelKind,
    protected: bool,
    agreed: Agreed,
    router: &Router<'_>,
) -> Tunnel {
    let name = port.name.text.to_owned();
    let own = port.tunnel.is_some();
    let line = (!own).then(|| Spanned::new(name.clone(), port.name.span));
    Tunnel {
        span,
        interface: own.then(|| name.clone()),
        name,
        kind,
        ipsec: protected,
        layer2: kind == TunnelKind::EtherIp,
        disabled: off(port, router),
        local: agreed.local.or_else(|| port.source.clone()).or(line),
        remote: agreed
            .remote
            .or_else(|| port.destination.clone())
            .unwrap_or(Spanned::new(Remote::Unknown, span)),
        selectors: agreed.selectors,
        initiates: agreed.initiates,
        ike: agreed.ike,
        authentication: agreed.authentication,
    }
}

/// What a map of IKEv1 agrees.
fn ikev1(name: &str, router: &Router<'_>) -> Agreed {
    let Some(map) = router.maps.get(name) else {
        return Agreed { ike: Some(Ike::default()), ..Agreed::default() };
    };
    let policy = router.policy_of(map);
    let mut ike = Ike::default();
    if let Some(policy) = policy {
        ike.version = Some(Spanned::new(IkeVersion::One, policy.remote.span));
        ike.aggressive = policy.aggressive;
        ike.local_id.clone_from(&policy.local_id);
        ike.remote_id.clone_from(&policy.remote_id);
        for offered in policy.proposals.iter().filter_map(|it| router.ike_proposals.get(it)) {
            offer(&mut ike, offered);
        }
    }
    for offered in map.proposals.iter().filter_map(|it| router.ipsec_proposals.get(it)) {
        offer(&mut ike, offered);
    }
    if let Some(group) = &map.group
        && ike.groups.iter().all(|it| it.value != group.value)
    {
        ike.groups.push(*group);
    }
    let remote = map.peer.clone().or_else(|| policy.map(|it| it.remote.clone()));
    let anybody = remote.as_ref().is_some_and(|it| it.value == Remote::Any);
    Agreed {
        local: None,
        selectors: selectors(name, map, router),
        initiates: Some(!map.dynamic && !anybody),
        ike: Some(ike),
        authentication: policy.map(|_| Authentication::PreSharedKey).into_iter().collect(),
        remote,
    }
}

fn offer(ike: &mut Ike, offered: &Ike) {
    let add = |to: &mut Vec<Spanned<String>>, from: &Vec<Spanned<String>>| {
        for word in from {
            if to.iter().all(|it| it.value != word.value) {
                to.push(word.clone());
            }
        }
    };
    add(&mut ike.encryption, &offered.encryption);
    add(&mut ike.hash, &offered.hash);
    for group in &offered.groups {
        if ike.groups.iter().all(|it| it.value != group.value) {
            ike.groups.push(*group);
        }
    }
}

/// What a map carries: its identities, else what its list permits, unless that is everything.
fn selectors(name: &str, map: &Map<'_>, router: &Router<'_>) -> Vec<Spanned<Selector>> {
    let ids = (router.local_ids.get(name), router.remote_ids.get(name));
    if let (Some(one), _) | (None, Some(one)) = ids {
        let other = everything(one.value.is_ipv6());
        let local = ids.0.map_or(other, |it| it.value);
        let remote = ids.1.map_or(other, |it| it.value);
        return vec![Spanned::new(Selector { local, remote }, one.span)];
    }
    let list = map.list.and_then(|it| router.lists.get(&ListName { v6: false, name: it.text }));
    let lines = list.into_iter().flat_map(|it| it.lines.iter().zip(&it.networks));
    let permitted = lines.filter(|(line, _)| line.verdict == Verdict::Permit);
    let selectors: Vec<_> = permitted
        .filter_map(|(line, networks)| {
            let (local, remote) = (*networks)?;
            Some(Spanned::new(Selector { local, remote }, line.span))
        })
        .collect();
    let all =
        selectors.iter().any(|it| it.value.local.prefix() == 0 && it.value.remote.prefix() == 0);
    if all { Vec::new() } else { selectors }
}

/// What an interface, its profile and the default profile agree, in this order.
fn ikev2(port: &Port<'_>, router: &Router<'_>) -> Agreed {
    let own = &port.ikev2;
    let profile = match own.profile {
        Some(name) => router.ikev2_profiles.get(name.text),
        None => Some(&router.ikev2_default),
    };
    let empty = Ikev2::default();
    let profile = profile.unwrap_or(&empty);
    let layers = [own, profile];
    let first = |of: for<'a> fn(&'a Ikev2<'_>) -> &'a Vec<Spanned<String>>| {
        layers.iter().map(|it| of(it)).find(|it| !it.is_empty()).cloned().unwrap_or_default()
    };
    let peer = own.peer.clone();
    let anybody = peer.as_ref().is_some_and(|it| it.value == Remote::Any);
    let told = |of: fn(&Ikev2<'_>) -> Option<bool>| layers.iter().find_map(|it| of(it));
    let (connects, direction) = (told(|it| it.connects), told(|it| it.direction));
    let initiates = match (connects, direction) {
        _ if anybody => Some(false),
        (Some(false), _) | (_, Some(false)) => Some(false),
        (connects, direction) => direction.or(connects),
    };
    let ike = Ike {
        version: port.tunnel.as_ref().map(|it| Spanned::new(IkeVersion::Two, it.span)),
        aggressive: None,
        encryption: first(|it| &it.ciphers),
        hash: first(|it| &it.hashes),
        groups: layers
            .iter()
            .map(|it| &it.groups)
            .find(|it| !it.is_empty())
            .cloned()
            .unwrap_or_default(),
        local_id: layers.iter().find_map(|it| it.local_id.clone()),
        remote_id: own.remote_id.clone(),
    };
    let mut authentication = own.authentication.clone();
    for means in &profile.authentication {
        if !authentication.contains(means) {
            authentication.push(*means);
        }
    }
    Agreed {
        remote: peer,
        local: layers.iter().find_map(|it| it.outgoing.clone().or_else(|| it.source.clone())),
        selectors: Vec::new(),
        initiates,
        ike: Some(ike),
        authentication,
    }
}

/// A tunnel that people come in by: L2TP, with IPsec or without.
fn server(port: &Port<'_>, kind: TunnelKind, router: &Router<'_>) -> RemoteAccess {
    let ppp = port.ppp.and_then(|it| router.ppp.get(it.text));
    let policy = port
        .policies
        .iter()
        .filter_map(|it| router.maps.get(it.text))
        .find_map(|it| router.policy_of(it));
    let mut authentication = vec![Authentication::Password];
    let mut services = vec![Service::udp(1701)];
    if kind == TunnelKind::L2tpIpsec {
        authentication.push(Authentication::PreSharedKey);
        services = vec![Service::udp(500), Service::udp(4500), Service::udp(1701)];
    }
    let sources = match policy.map(|it| &it.remote.value) {
        Some(Remote::Address(address)) => AddressSet::from(*address),
        _ => AddressSet::any(),
    };
    RemoteAccess {
        span: port.tunnel.as_ref().map_or(port.name.span, |it| it.span),
        name: port.name.text.to_owned(),
        kind,
        enabled: off(port, router).is_none(),
        interfaces: Vec::new(),
        services,
        sources,
        pool: ppp.map(|it| it.pool.clone()).unwrap_or_default(),
        users: ppp.map(|it| it.users.clone()).unwrap_or_default(),
        authentication,
    }
}

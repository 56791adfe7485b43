//! Tunnels, and servers that people come in by.

use crate::config::alliedware::repr::{Mode, Port, Router};
use crate::model::device::{
    DeviceConfig, Doubt, Ike, Remote, RemoteAccess, Selector, Tunnel, TunnelKind,
};
use crate::model::words::Authentication;
use crate::model::{AddressSet, Service, network_of};
use crate::source::Spanned;
use crate::text;

/// The port on which OpenVPN listens when nothing else is said (コマンドリファレンス).
const OPENVPN: u16 = 1194;

/// Every `interface tunnelN`.
pub(super) fn tunnels(router: &Router<'_>, facts: &mut DeviceConfig) {
    for port in &router.ports {
        let Some(mode) = port.tunnel.mode.as_ref() else { continue };
        if mode.value.access {
            facts.remote_access.push(server(port, mode.value));
            continue;
        }
        let tunnel = tunnel(port, mode.value, router);
        if tunnel.disabled.is_none()
            && tunnel.remote.value == Remote::Unknown
            && tunnel.kind != TunnelKind::MapE
        {
            let why = text!(
                "トンネルの相手が設定されていません",
                "the other end of the tunnel is not configured"
            );
            facts.doubts.push(Doubt { span: port.span, why });
        }
        facts.tunnels.push(tunnel);
    }
}

fn tunnel(port: &Port<'_>, mode: Mode, router: &Router<'_>) -> Tunnel {
    let own = &port.tunnel;
    let ipsec = own.protected.is_some();
    let unknown = Spanned::new(Remote::Unknown, port.span);
    let remote = own.destination.clone().unwrap_or(unknown);
    let anybody = remote.value == Remote::Any;
    let locals = own.local.iter();
    let selectors = locals.zip(&own.remote).map(|(local, remote)| {
        let selector =
            Selector { local: network_of(local.value), remote: network_of(remote.value) };
        Spanned::new(selector, local.span)
    });
    Tunnel {
        span: port.span,
        name: port.name.clone(),
        interface: Some(port.name.clone()),
        kind: mode.kind,
        ipsec,
        layer2: mode.layer2,
        disabled: port.off,
        local: own.source.clone(),
        selectors: selectors.collect(),
        initiates: anybody.then_some(false),
        ike: ipsec.then(|| ike(port, &remote.value, router)),
        authentication: if ipsec && has_key(port, &remote.value, router) {
            vec![Authentication::PreSharedKey]
        } else {
            Vec::new()
        },
        remote,
    }
}

/// What the profiles for this peer and of this tunnel offer. Defaults are not written down.
fn ike(port: &Port<'_>, remote: &Remote, router: &Router<'_>) -> Ike {
    let named = router.isakmp_peers.iter().find(|(peer, _)| peer == remote);
    let first = named.and_then(|(_, name)| router.isakmp_profiles.get(name.text));
    let mut ike = first.cloned().unwrap_or_default();
    let second = port.tunnel.profile.and_then(|it| router.ipsec_profiles.get(it.text));
    if let Some(second) = second {
        for (to, from) in [(&mut ike.encryption, &second.encryption), (&mut ike.hash, &second.hash)]
        {
            for word in from {
                if to.iter().all(|it| it.value != word.value) {
                    to.push(word.clone());
                }
            }
        }
        for group in &second.groups {
            if ike.groups.iter().all(|it| it.value != group.value) {
                ike.groups.push(*group);
            }
        }
    }
    ike.local_id.clone_from(&port.tunnel.local_name);
    ike.remote_id.clone_from(&port.tunnel.remote_name);
    ike
}

/// Whether a key is written for this peer, by address or by name.
fn has_key(port: &Port<'_>, remote: &Remote, router: &Router<'_>) -> bool {
    let name = port.tunnel.remote_name.as_ref().map(|it| Remote::Name(it.value.clone()));
    router.isakmp_keys.iter().any(|it| it == remote || Some(it) == name.as_ref())
}

/// OpenVPN, by which people come in.
fn server(port: &Port<'_>, mode: Mode) -> RemoteAccess {
    RemoteAccess {
        span: port.tunnel.mode.as_ref().map_or(port.span, |it| it.span),
        name: port.name.clone(),
        kind: mode.kind,
        enabled: port.off.is_none(),
        interfaces: port.tunnel.source.iter().map(|it| it.value.clone()).collect(),
        services: vec![Service::udp(port.tunnel.port.unwrap_or(OPENVPN))],
        sources: AddressSet::any(),
        pool: Vec::new(),
        users: Vec::new(),
        authentication: vec![Authentication::Password],
    }
}

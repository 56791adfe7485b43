//! What a process does → facts.

use super::repr::{Carrier, Certificates, Setup};
use crate::model::device::{
    DeviceConfig, Interface, InterfaceKind, Remote, RemoteAccess, Selector, Tunnel, TunnelKind,
};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork, Service};
use crate::source::Spanned;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) fn convert(setup: Setup) -> DeviceConfig {
    let mut config = DeviceConfig::default();
    if !setup.is_process {
        config.tunnels.extend(site_of_client(&setup));
        return config;
    }
    if let Some(device) = &setup.device {
        let mut interface = Interface::new(device.clone(), InterfaceKind::Tunnel);
        interface.addresses.clone_from(&setup.addresses);
        config.interfaces.push(interface);
    }
    match setup.server {
        Some(_) => {
            config.remote_access.push(remote_access(&setup));
            if setup.tap {
                // Whoever comes in stands in the same broadcast domain.
                config.tunnels.push(tunnel(&setup, anybody(&setup)));
            }
        }
        None if setup.remotes.is_empty() => {
            config.tunnels.push(tunnel(&setup, anybody(&setup)));
        }
        None => {
            let remotes = setup.remotes.iter().cloned();
            config.tunnels.extend(remotes.map(|it| tunnel(&setup, it)));
        }
    }
    config.routes = setup.routes;
    config.management = setup.management;
    config
}

fn anybody(setup: &Setup) -> Spanned<Remote> {
    Spanned::new(Remote::Any, setup.server.unwrap_or(setup.begin))
}

fn tunnel(setup: &Setup, remote: Spanned<Remote>) -> Tunnel {
    let known = remote.value != Remote::Any;
    Tunnel {
        span: if known { remote.span } else { setup.server.unwrap_or(setup.begin) },
        name: setup.name.clone(),
        interface: setup.device.as_ref().map(|it| it.value.clone()),
        kind: TunnelKind::OpenVpn,
        ipsec: false,
        layer2: setup.tap,
        disabled: None,
        local: setup.local.clone(),
        remote,
        selectors: Vec::new(),
        initiates: Some(known && !setup.waits),
        ike: None,
        authentication: setup.proofs.clone(),
    }
}

fn remote_access(setup: &Setup) -> RemoteAccess {
    // The certificate of the server itself is no proof of its clients.
    let proofs = setup.proofs.iter().copied();
    let mut authentication: Vec<Authentication> =
        proofs.filter(|it| *it != Authentication::MachineCertificate).collect();
    if setup.certificates == Certificates::Required {
        authentication.insert(0, Authentication::ClientCertificate);
    }
    if authentication.is_empty() && setup.certificates == Certificates::None {
        authentication.push(Authentication::None);
    }
    let service = match setup.protocol {
        Carrier::Udp => Service::udp(setup.port),
        Carrier::Tcp => Service::tcp(setup.port),
    };
    RemoteAccess {
        span: setup.server.unwrap_or(setup.begin),
        name: setup.name.clone(),
        kind: TunnelKind::OpenVpn,
        enabled: true,
        interfaces: Vec::new(),
        services: vec![service],
        sources: AddressSet::any(),
        pool: setup.pool.clone(),
        users: Vec::new(),
        authentication,
    }
}

/// The site that a server expects behind one of its clients.
fn site_of_client(setup: &Setup) -> Option<Tunnel> {
    let selectors: Vec<Spanned<Selector>> = setup
        .behind
        .iter()
        .map(|it| (*it).map(|remote| Selector { local: everything(remote), remote }))
        .collect();
    (!selectors.is_empty()).then(|| Tunnel {
        selectors,
        disabled: setup.kept_out,
        initiates: Some(false),
        ..tunnel(setup, anybody(setup))
    })
}

fn everything(like: IpNetwork) -> IpNetwork {
    let any = match like {
        IpNetwork::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpNetwork::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    IpNetwork::new(any, 0).unwrap_or(like)
}

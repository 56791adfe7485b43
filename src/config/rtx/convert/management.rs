//! Who may reach the router itself, and the addresses it hands out.

use super::is_lan;
use crate::config::rtx::repr::{Daemon, Dhcp6, DhcpRole, Hosts, Router, Service as Setup};
use crate::model::device::{Addressing, AddressingKind, DeviceConfig, Management, ManagementKind};
use crate::model::{AddressSet, Service};
use crate::source::Span;

/// A service, and what holds without a command about it.
struct Daemons {
    which: Daemon,
    kind: ManagementKind,
    service: Service,
    /// Whether it is on when a command says only who may reach it, or at which port.
    on: bool,
    /// Whether it answers to all when no command says to whom; `None` where products may differ.
    open: Option<bool>,
}

const fn daemon(
    which: Daemon,
    kind: ManagementKind,
    service: Service,
    on: bool,
    open: Option<bool>,
) -> Daemons {
    Daemons { which, kind, service, on, open }
}

const DAEMONS: &[Daemons] = &[
    daemon(Daemon::Telnet, ManagementKind::Telnet, Service::tcp(23), true, None),
    daemon(Daemon::Ssh, ManagementKind::Ssh, Service::tcp(22), false, None),
    daemon(Daemon::Sftp, ManagementKind::FileTransfer, Service::tcp(22), true, Some(false)),
    daemon(Daemon::Http, ManagementKind::Http, Service::tcp(80), true, None),
    daemon(Daemon::Tftp, ManagementKind::FileTransfer, Service::udp(69), true, Some(false)),
    daemon(Daemon::Snmp, ManagementKind::Snmp, Service::udp(161), true, Some(false)),
    daemon(Daemon::SnmpV2, ManagementKind::Snmp, Service::udp(161), true, Some(false)),
    daemon(Daemon::SnmpV3, ManagementKind::Snmp, Service::udp(161), true, Some(false)),
    daemon(Daemon::RemoteSetup, ManagementKind::Remote, Service::Any, false, None),
    daemon(Daemon::Upnp, ManagementKind::Other, Service::udp(1900), false, None),
];

/// Management services of which a command speaks, and address services. What is on by the factory
/// alone differs from product to product and is no fact.
pub(super) fn services(router: &Router, config: &mut DeviceConfig) {
    for daemon in DAEMONS {
        if let Some(setup) = router.services.get(&daemon.which) {
            told(router, config, daemon, setup);
        }
    }
    addressing(router, config);
    config.published.extend(router.published.values().cloned());
}

fn entry(
    daemon: &Daemons,
    span: Span,
    enabled: bool,
    interfaces: Vec<String>,
    sources: AddressSet,
    exact: bool,
) -> Management {
    Management {
        span,
        kind: daemon.kind,
        service: daemon.service,
        enabled,
        interfaces,
        sources,
        exact,
    }
}

/// A service of which the text speaks.
fn told(router: &Router, config: &mut DeviceConfig, daemon: &Daemons, setup: &Setup) {
    let spans = [setup.hosts.as_ref().map(|it| it.span), setup.on.as_ref().map(|it| it.span)];
    let Some(span) =
        spans.into_iter().chain([setup.port.as_ref().map(|it| it.span)]).flatten().next()
    else {
        return;
    };
    let mut enabled = setup.on.as_ref().map_or(daemon.on, |it| it.value);
    if daemon.which == Daemon::Sftp {
        // It is a part of the SSH server.
        let ssh = router.services.get(&Daemon::Ssh).and_then(|it| it.on.as_ref());
        enabled &= ssh.is_some_and(|it| it.value);
    }
    let port = setup.port.as_ref().map(|it| it.value);
    let service = match (daemon.service, port) {
        (Service::Ports { protocol, .. }, Some(port)) => {
            Service::Ports { protocol, first: port, last: port }
        }
        (service, _) => service,
    };
    let daemon = &Daemons { service, ..*daemon };
    let hosts = setup.hosts.as_ref().map(|it| &it.value);
    let exact = hosts.map_or(daemon.open.is_some(), |it| it.whole);
    let open = hosts.map_or(daemon.open.unwrap_or(true), |it| it.any);
    let mut put = |enabled, interfaces, sources, exact| {
        config.management.push(entry(daemon, span, enabled, interfaces, sources, exact));
    };
    if daemon.which == Daemon::Upnp {
        // Hosts inside open ways in for themselves.
        return put(enabled, inside(&config.interfaces), AddressSet::any(), false);
    }
    if daemon.which == Daemon::RemoteSetup {
        // Numbers limit it, not addresses.
        return put(enabled, Vec::new(), AddressSet::any(), open || !enabled);
    }
    if open {
        return put(enabled, Vec::new(), AddressSet::any(), exact);
    }
    let none = Hosts::default();
    let hosts = hosts.unwrap_or(&none);
    let mut interfaces = hosts.interfaces.clone();
    if hosts.all_lan {
        let lans = config.interfaces.iter().filter(|it| is_lan(it.kind));
        interfaces.extend(lans.map(|it| it.name.value.clone()));
    }
    let named = !interfaces.is_empty();
    if named {
        put(enabled, interfaces, AddressSet::any(), exact);
    }
    if !hosts.addresses.is_empty() {
        put(enabled, Vec::new(), hosts.addresses.clone(), exact);
    } else if !named {
        put(enabled && !exact, Vec::new(), AddressSet::none(), exact);
    }
}

/// LAN interfaces of which nothing says that they face outside.
fn inside(interfaces: &[crate::model::device::Interface]) -> Vec<String> {
    let lans = interfaces.iter().filter(|it| is_lan(it.kind) && it.outside.is_none());
    lans.map(|it| it.name.value.clone()).collect()
}

fn addressing(router: &Router, config: &mut DeviceConfig) {
    let service = router.dhcp.service.as_ref();
    let serves = service.is_some_and(|it| it.value == DhcpRole::Server);
    let on_some = router
        .ports
        .iter()
        .any(|it| it.dhcp.as_ref().is_some_and(|it| it.value == DhcpRole::Server));
    if serves || on_some {
        for scope in router.dhcp.scopes.values() {
            let here = config.interfaces.iter().find(|it| {
                it.addresses.iter().any(|address| scope.network.contains(address.value.ip()))
            });
            config.addressing.push(Addressing {
                span: scope.span,
                kind: AddressingKind::DhcpServer,
                interface: here.map(|it| it.name.value.clone()),
                addresses: scope.addresses.difference(&scope.except),
            });
        }
    }
    let relays = service.is_some_and(|it| matches!(it.value, DhcpRole::Relay(_)));
    if let (true, Some(servers)) = (relays, &router.dhcp.relays) {
        config.addressing.push(Addressing {
            span: servers.span,
            kind: AddressingKind::DhcpRelay,
            interface: None,
            addresses: servers.value.iter().copied().map(AddressSet::from).collect(),
        });
    }
    for port in router.ports.iter() {
        let mut put = |span, kind, addresses| {
            let interface = Some(port.name.value.clone());
            config.addressing.push(Addressing { span, kind, interface, addresses });
        };
        if let Some(role) = &port.dhcp
            && let DhcpRole::Relay(servers) = &role.value
        {
            let servers = servers.iter().copied().map(AddressSet::from).collect();
            put(role.span, AddressingKind::DhcpRelay, servers);
        }
        if let Some(span) = port.advertises {
            put(span, AddressingKind::RouterAdvertisement, AddressSet::none());
        }
        if let Some(role) = &port.dhcp6
            && role.value == Dhcp6::Server
        {
            put(role.span, AddressingKind::Dhcpv6Server, AddressSet::none());
        }
    }
}

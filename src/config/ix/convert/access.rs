//! Dial-in, management, and addresses that are handed out.

use super::interfaces::kind;
use super::{doubt, filters, off};
use crate::config::ix::repr::{ListName, Router};
use crate::model::device::{
    Addressing, AddressingKind, DeviceConfig, InterfaceKind, Management, ManagementKind, Remote,
    RemoteAccess, Tunnel, TunnelKind,
};
use crate::model::words::Authentication;
use crate::model::{AddressSet, Service, network_of};
use crate::source::Spanned;
use crate::text;

/// Telephone lines: those that somebody is called over, and those that let in who shows a password.
pub(super) fn dial_in(router: &Router<'_>, facts: &mut DeviceConfig) {
    for port in router.interfaces.iter().filter(|it| kind(it) == InterfaceKind::Isdn) {
        let ppp = port.ppp.and_then(|it| router.ppp.get(it.text));
        let disabled = off(port, router);
        let name = port.name.text.to_owned();
        if let Some(number) = &port.dialled {
            facts.tunnels.push(Tunnel {
                span: port.name.span,
                interface: Some(name.clone()),
                name: name.clone(),
                kind: TunnelKind::DialUp,
                ipsec: false,
                layer2: false,
                disabled,
                local: None,
                remote: number.clone().map(Remote::Telephone),
                selectors: Vec::new(),
                initiates: Some(true),
                ike: None,
                authentication: vec![Authentication::Password],
            });
        }
        if let Some(ppp) = ppp.filter(|it| it.demands.is_some()) {
            facts.remote_access.push(RemoteAccess {
                span: port.name.span,
                interfaces: vec![name.clone()],
                name,
                kind: TunnelKind::DialUp,
                enabled: disabled.is_none(),
                services: Vec::new(),
                sources: AddressSet::any(),
                pool: ppp.pool.clone(),
                users: ppp.users.clone(),
                authentication: vec![Authentication::Password],
            });
        }
    }
}

/// Servers for management, with the lists that limit who may come.
pub(super) fn management(router: &Router<'_>, facts: &mut DeviceConfig) {
    let permitted = |v6: bool, name: Option<&str>| {
        let Some(name) = name else { return (ListName { v6, name: "" }.any(), true) };
        match router.lists.get(&ListName { v6, name }) {
            Some(list) => filters::sources(list),
            // What a list that does not exist permits is not documented.
            None => (ListName { v6, name }.any(), false),
        }
    };
    let mut servers: Vec<_> = router.servers.values().collect();
    servers.sort_by_key(|it| it.span);
    for server in servers {
        let (sources, exact) = if server.kind == ManagementKind::Snmp {
            let communities = router.communities.iter().filter(|it| it.v6 == server.v6);
            let each: Vec<_> =
                communities.map(|it| permitted(it.v6, it.list.map(|it| it.text))).collect();
            let all = each.iter().map(|it| it.0.clone()).collect();
            (all, each.iter().all(|it| it.1))
        } else {
            permitted(server.v6, server.list.map(|it| it.text))
        };
        facts.management.push(Management {
            span: server.span,
            kind: server.kind,
            service: match server.kind {
                ManagementKind::Snmp => Service::udp(server.port),
                _ => Service::tcp(server.port),
            },
            enabled: server.enabled,
            interfaces: Vec::new(),
            sources,
            exact,
        });
    }
}

/// DHCP, relays and router advertisements.
pub(super) fn addressing(router: &Router<'_>, facts: &mut DeviceConfig) {
    for port in router.interfaces.iter().filter(|it| off(it, router).is_none()) {
        let interface = Some(port.name.text.to_owned());
        for bound in &port.dhcp {
            let v6 = bound.value.v6;
            let [on4, on6] = router.dhcp_on;
            if !(if v6 { on6 } else { on4 }) {
                let switch = if v6 { "ipv6 dhcp enable" } else { "ip dhcp enable" };
                doubt(
                    facts,
                    bound.span,
                    text!(
                        "{switch}がないため、アドレスは配布されません",
                        "without {switch} no addresses are given"
                    ),
                );
                continue;
            }
            let written = router.dhcp.get(&bound.value).map(|it| it.ranges.clone());
            // Without a range, addresses of the network of the interface are given.
            let own = || {
                let networks = port.addresses.iter().filter(|it| it.value.is_ipv6() == v6);
                networks.map(|it| network_of(it.value)).collect()
            };
            let addresses = written.filter(|it| !it.is_empty()).unwrap_or_else(own);
            let kind = if v6 { AddressingKind::Dhcpv6Server } else { AddressingKind::DhcpServer };
            let interface = interface.clone();
            facts.addressing.push(Addressing { span: bound.span, kind, interface, addresses });
        }
        if router.relay_on {
            facts.addressing.extend(port.relays.iter().map(|it| Addressing {
                span: it.span,
                kind: AddressingKind::DhcpRelay,
                interface: interface.clone(),
                addresses: AddressSet::from(it.value),
            }));
        }
        facts.addressing.extend(port.advertises.map(|span| {
            Addressing {
                span,
                kind: AddressingKind::RouterAdvertisement,
                interface: interface.clone(),
                addresses: port
                    .addresses
                    .iter()
                    .filter(|it| it.value.is_ipv6())
                    .map(|it: &Spanned<_>| network_of(it.value))
                    .collect(),
            }
        }));
    }
}

//! Who is let in: VPN servers for people, dial-in, and the pools of addresses for them.

use super::parse::{Command, settle};
use super::repr::Repr;
use super::tables::keep_secret;
use super::tunnels::networks;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::device::{
    Addressing, AddressingKind, DeviceConfig, RemoteAccess, SecretKind, StructureKind, TunnelKind,
};
use crate::model::words::Authentication;
use crate::model::{AddressSet, IpNetwork, Protocol, Service};
use crate::source::{Span, Spanned};
use std::net::IpAddr;

/// `vpdn-group N`
#[derive(Clone, Debug)]
pub(super) struct Vpdn {
    span: Span,
    name: String,
    /// `accept-dialin`: others may call.
    accepts: bool,
    /// `l2tp`, `pptp`, `any`, `pppoe`
    protocol: String,
    template: Option<String>,
}

/// A gateway or profile of SSL VPN.
#[derive(Clone, Debug)]
pub(super) struct SslVpn {
    span: Span,
    name: String,
    port: u16,
    on: Option<Span>,
}

/// Servers and pools.
#[derive(Clone, Debug, Default)]
pub(super) struct Servers {
    vpdn_on: Option<Span>,
    vpdn: Vec<Vpdn>,
    ssl: Vec<SslVpn>,
    /// `webvpn context` that is in service.
    portals: Vec<Span>,
    dhcp: Vec<(Span, IpNetwork)>,
}

/// `vpdn enable`
pub(super) fn vpdn(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.get(1) {
        Some(&"enable") => {
            repr.servers.vpdn_on = (!command.negated).then(|| command.span());
            Fate::Understood
        }
        Some(&"logging") => Fate::Ignored(Because::Logging),
        _ => Fate::Unrecognized,
    }
}

/// `vpdn-group N` and the lines below it.
pub(super) fn vpdn_group(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let mut group = Vpdn {
        span: command.span(),
        name: command.rest(0).text.to_owned(),
        accepts: false,
        protocol: String::new(),
        template: None,
    };
    vpdn_lines(&mut group, &item.children, notes);
    repr.servers.vpdn.push(group);
    Fate::Understood
}

fn vpdn_lines(group: &mut Vpdn, items: &[Item<'_>], notes: &mut Notes) {
    for item in items {
        let line = Command::of(&item.line);
        let fate = match line.words.as_slice() {
            ["accept-dialin"] => {
                group.accepts = true;
                Fate::Understood
            }
            ["request-dialin"] | ["exit"] => Fate::Understood,
            ["protocol", protocol] => {
                group.protocol = (*protocol).to_owned();
                Fate::Understood
            }
            ["virtual-template", number] => {
                group.template = Some(format!("Virtual-Template{number}"));
                Fate::Understood
            }
            ["l2tp", "tunnel", "password", ..] => {
                keep_secret(&line, 3, SecretKind::PreSharedKey, &group.name, notes);
                Fate::Understood
            }
            ["terminate-from" | "local" | "source-ip" | "initiate-to", ..]
            | ["l2tp", "tunnel", "authentication"] => Fate::Understood,
            ["description", ..] => Fate::Ignored(Because::Presentation),
            ["l2tp" | "pptp" | "lcp" | "ip" | "session-limit", ..] => {
                Fate::Ignored(Because::Performance)
            }
            _ => Fate::Unrecognized,
        };
        notes.set(item.line.number, fate);
        vpdn_lines(group, &item.children, notes);
    }
}

/// `webvpn gateway N`, `webvpn context N`, `crypto ssl profile N`
pub(super) fn ssl_vpn(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let gateway = command.begins("webvpn gateway");
    let profile = command.begins("crypto ssl profile");
    let Some(name) = command.words.last().filter(|_| gateway || profile) else {
        // Contexts say what people see behind a gateway, not whether it is open.
        let known = ["webvpn context", "webvpn install", "crypto vpn", "crypto ssl"];
        if !known.iter().any(|start| command.begins(start)) {
            return Fate::Unrecognized;
        }
        let serves = |it: &Item<'_>| it.line.body() == "inservice";
        if command.begins("webvpn context") && item.children.iter().any(serves) {
            repr.servers.portals.push(command.span());
        }
        settle(item, Fate::Ignored(Because::Housekeeping), notes);
        return Fate::Ignored(Because::Housekeeping);
    };
    let mut server = SslVpn { span: command.span(), name: (*name).to_owned(), port: 443, on: None };
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = match line.words.as_slice() {
            ["inservice"] => {
                server.on = (!line.negated).then(|| line.span());
                Fate::Understood
            }
            ["shutdown"] => {
                server.on = line.negated.then(|| line.span());
                Fate::Understood
            }
            ["ip", "address", _, "port", port] => {
                server.port = port.parse().unwrap_or(443);
                Fate::Understood
            }
            ["ip", "address", _] | ["ip", "interface", ..] => Fate::Understood,
            ["match" | "aaa" | "authentication" | "max-users" | "no", ..] => {
                Fate::Ignored(Because::Housekeeping)
            }
            ["ssl" | "logging" | "hostname" | "http-redirect", ..] => {
                Fate::Ignored(Because::Housekeeping)
            }
            _ => Fate::Unrecognized,
        };
        notes.set(child.line.number, fate);
    }
    repr.servers.ssl.push(server);
    Fate::Understood
}

/// `ip dhcp pool N` and the lines below it.
pub(super) fn dhcp_pool(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = match line.words.as_slice() {
            ["network" | "host", address, mask @ ..] => {
                let mask = mask.first().copied().unwrap_or("255.255.255.0");
                let network = match mask.strip_prefix('/') {
                    Some(length) => format!("{address}/{length}").parse().ok(),
                    None => numbers::masked(address, mask),
                };
                match network {
                    Some(network) => {
                        if line.words.first() == Some(&"network") {
                            repr.servers.dhcp.push((line.span(), network));
                        }
                        Fate::Understood
                    }
                    None => Fate::Unrecognized,
                }
            }
            ["vrf", _] | ["exit"] | ["import", ..] => Fate::Understood,
            [
                "default-router"
                | "dns-server"
                | "domain-name"
                | "lease"
                | "option"
                | "netbios-name-server"
                | "netbios-node-type"
                | "client-identifier"
                | "hardware-address"
                | "client-name"
                | "bootfile"
                | "next-server"
                | "update"
                | "utilization"
                | "class"
                | "address"
                | "relay",
                ..,
            ] => Fate::Ignored(Because::Housekeeping),
            _ => Fate::Unrecognized,
        };
        notes.set(child.line.number, fate);
    }
    let _ = command;
    Fate::Understood
}

/// `ipv6 dhcp pool N`
pub(super) fn dhcpv6_pool(
    _: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let name = command.word(3).text;
    notes.structures.define(StructureKind::Pool, format!("dhcpv6 {name}"), command.span());
    for child in &item.children {
        settle(child, Fate::Ignored(Because::Housekeeping), notes);
    }
    Fate::Understood
}

fn server(span: Span, name: &str, kind: TunnelKind) -> RemoteAccess {
    RemoteAccess {
        span,
        name: name.to_owned(),
        kind,
        enabled: true,
        interfaces: Vec::new(),
        services: Vec::new(),
        sources: AddressSet::any(),
        pool: Vec::new(),
        users: Vec::new(),
        authentication: Vec::new(),
    }
}

const WHOLE: (u16, u16) = (0, u16::MAX);
const IPSEC: [Service; 3] = [
    Service::udp(500),
    Service::udp(4500),
    Service::Ports { protocol: Protocol::Esp, first: WHOLE.0, last: WHOLE.1 },
];

/// The networks of a pool, each with its line.
fn pool(repr: &Repr, name: Option<&String>) -> Vec<Spanned<IpNetwork>> {
    name.and_then(|name| repr.pools.get(name))
        .into_iter()
        .flatten()
        .flat_map(|set| networks(&set.value).into_iter().map(|it| Spanned::new(it, set.span)))
        .collect()
}

/// Everything that lets people or devices in.
pub(super) fn remote_access(repr: &Repr, config: &mut DeviceConfig) {
    easy_vpn(repr, config);
    dial_in(repr, config);
    let crypto = repr.ports.iter().any(|port| port.crypto_map.is_some());
    for group in repr.servers.vpdn.iter().filter(|it| it.accepts) {
        let (kind, services) = match group.protocol.as_str() {
            "pptp" => (TunnelKind::Pptp, vec![Service::tcp(1723)]),
            "l2tp" if crypto => {
                let mut services = IPSEC.to_vec();
                services.push(Service::udp(1701));
                (TunnelKind::L2tpIpsec, services)
            }
            "l2tp" => (TunnelKind::L2tp, vec![Service::udp(1701)]),
            "any" => (TunnelKind::Other, vec![Service::udp(1701), Service::tcp(1723)]),
            // A server of PPPoE lets in the line it is on, not the world.
            _ => continue,
        };
        let mut access = server(group.span, &group.name, kind);
        let template = group.template.as_ref();
        let template = template.and_then(|it| repr.port(it)).and_then(|at| repr.ports.get(at));
        access.enabled = repr.servers.vpdn_on.is_some();
        access.services = services;
        access.users.clone_from(&repr.management.users);
        access.pool = pool(repr, template.and_then(|it| it.peer_pool.as_ref()).map(|it| &it.value));
        if template.is_some_and(|it| it.ppp_authentication.is_some()) {
            access.authentication.push(Authentication::Password);
        }
        config.remote_access.push(access);
    }
    config.portals.extend(&repr.servers.portals);
    for gateway in &repr.servers.ssl {
        let mut access =
            server(gateway.on.unwrap_or(gateway.span), &gateway.name, TunnelKind::SslVpn);
        access.enabled = gateway.on.is_some();
        access.services = vec![Service::tcp(gateway.port)];
        access.users.clone_from(&repr.management.users);
        config.remote_access.push(access);
    }
}

/// Easy VPN by groups, FlexVPN by profiles with a template.
fn easy_vpn(repr: &Repr, config: &mut DeviceConfig) {
    let served: Vec<String> = repr
        .ports
        .iter()
        .filter(|port| {
            port.crypto_map.as_ref().is_some_and(|map| {
                repr.crypto.client_maps.contains_key(&map.value) || profiled(repr, &map.value)
            })
        })
        .map(|port| port.interface.name.value.clone())
        .collect();
    let templates = repr.crypto.isakmp_profiles.values().any(|it| it.clients.is_some())
        && repr.ports.iter().any(|port| port.interface.name.value.starts_with("Virtual-Template"));
    let one = |span, name: &str| {
        let mut access = server(span, name, TunnelKind::Ipsec);
        access.services = IPSEC.to_vec();
        access.interfaces.clone_from(&served);
        access.enabled = !served.is_empty() || templates;
        access.users.clone_from(&repr.management.users);
        access.authentication = vec![Authentication::PreSharedKey, Authentication::Password];
        access
    };
    for group in &repr.crypto.groups {
        let mut access = one(group.span, &group.name);
        access.pool = pool(repr, group.pool.as_ref());
        config.remote_access.push(access);
    }
    if repr.crypto.groups.is_empty() {
        for (map, span) in &repr.crypto.client_maps {
            config.remote_access.push(one(*span, map));
        }
    }
    for (name, profile) in &repr.crypto.ikev2_profiles {
        let Some(span) = profile.clients else { continue };
        let mut access = server(span, name, TunnelKind::Ipsec);
        access.services = IPSEC.to_vec();
        for how in &profile.authentication {
            let how = match how.as_str() {
                "pre-share" => Authentication::PreSharedKey,
                "eap" | "anyconnect-eap" => Authentication::Password,
                _ => Authentication::MachineCertificate,
            };
            if !access.authentication.contains(&how) {
                access.authentication.push(how);
            }
        }
        config.remote_access.push(access);
    }
}

/// Whether an entry of a map serves clients by its profile.
fn profiled(repr: &Repr, map: &str) -> bool {
    let serves = |name: &Option<String>| {
        let profile = name.as_ref().and_then(|it| repr.crypto.isakmp_profiles.get(it));
        profile.is_some_and(|it| it.clients.is_some())
    };
    let entries = repr.crypto.maps.iter().filter(|it| it.map == map);
    let mut dynamic = entries.clone().filter_map(|it| it.dynamic.as_ref());
    entries.clone().any(|it| serves(&it.isakmp_profile))
        || dynamic.any(|name| {
            repr.crypto.dynamic.iter().any(|it| it.map == *name && serves(&it.isakmp_profile))
        })
}

/// Telephone lines that answer: modems on terminal lines, ISDN with PPP.
fn dial_in(repr: &Repr, config: &mut DeviceConfig) {
    for line in &repr.management.terminals {
        let Some(span) = line.modem else { continue };
        let mut access = server(span, &format!("line {}", line.name), TunnelKind::DialUp);
        access.users.clone_from(&repr.management.users);
        config.remote_access.push(access);
    }
    for port in &repr.ports {
        let isdn = port.interface.kind == crate::model::device::InterfaceKind::Isdn;
        let Some(span) = port.ppp_authentication.filter(|_| isdn) else { continue };
        let name = &port.interface.name.value;
        let mut access = server(span, name, TunnelKind::DialUp);
        access.enabled = port.shutdown.is_none();
        access.interfaces = vec![name.clone()];
        access.users.clone_from(&repr.management.users);
        access.pool = pool(repr, port.peer_pool.as_ref().map(|it| &it.value));
        access.authentication = vec![Authentication::Password];
        config.remote_access.push(access);
    }
}

/// DHCP servers: a pool answers on the interface that has an address in it.
pub(super) fn dhcp(repr: &Repr, config: &mut DeviceConfig) {
    for (span, network) in &repr.servers.dhcp {
        let inside = |address: &IpNetwork| match address.ip() {
            IpAddr::V4(_) => network.contains(address.ip()),
            IpAddr::V6(_) => false,
        };
        let on = repr
            .ports
            .iter()
            .find(|port| port.interface.addresses.iter().any(|address| inside(&address.value)));
        config.addressing.push(Addressing {
            span: *span,
            kind: AddressingKind::DhcpServer,
            interface: on.map(|port| port.interface.name.value.clone()),
            addresses: AddressSet::from(*network),
        });
    }
}

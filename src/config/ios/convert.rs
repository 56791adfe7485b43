//! The vendor's meaning → facts.

use super::interface::Port;
use super::repr::Repr;
use super::{access, broadcasts, forwarding, inspect, nat, serve, tunnels, version};
use crate::config::listing::Listing;
use crate::config::notes::Notes;
use crate::config::switched;
use crate::model::device::{
    Acquired, Addressing, AddressingKind, Answers, Applied, Bridge, DeviceConfig, Hook,
    InterfaceKind, NextHop, Route, TranslationOrder, Verdict, Zone,
};
use crate::model::{AddressSet, IpNetwork};
use crate::source::Spanned;
use crate::text;
use std::collections::BTreeMap;

/// Everything that the device is configured to do.
pub(super) fn device(mut repr: Repr, listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let mut config = std::mem::take(&mut repr.config);
    // A router forwards what nothing filters.
    config.unfiltered = Verdict::Permit;
    // From outside: list of the interface, translation, route; to outside: route, translation, list
    // of the interface (Cisco, *NAT Order of Operation*).
    config.translates = TranslationOrder::AtInterfaces;
    config.filters = repr.lists.filters();
    finish_ports(&mut repr);
    interfaces(&repr, &mut config);
    bridges(&repr, &mut config);
    zones(&repr, &mut config);
    applied(&repr, &mut config);
    forwarding::unread(&repr, &mut config);
    inspect::answers(&repr, &mut config);
    inspect::zones(&repr, &mut config);
    routes(&repr, &mut config);
    nat::translations(&repr, &mut config);
    addressing(&repr, &mut config);
    broadcasts::relays(&repr, &mut config);
    tunnels::tunnels(&repr, &mut config);
    access::dhcp(&repr, &mut config);
    access::remote_access(&repr, &mut config);
    serve::management(&repr, &mut config);
    switched::lists_on_ports(&mut config);
    version::shown(listing, &mut config, notes);
    // What a device shows, and what it saves, begins with one of these and ends with `end`. NX-OS
    // does not, and writes its release with a bracket. A part that somebody cut out or wrote by hand
    // has neither head nor end: it is taken as it is given.
    let begun = listing.begins_with(|line| {
        let release = line.strip_prefix("version ");
        line.starts_with("Building configuration")
            || line.starts_with("Current configuration")
            || release.is_some_and(|it| it.chars().all(|c| c.is_ascii_digit() || c == '.'))
    });
    forwarding::off(&repr, begun && repr.ended, &mut config);
    if begun && !repr.ended {
        notes.truncated(
            listing.end(),
            text!("最後の行 end がありません", "the closing line `end` is missing"),
        );
    }
    config
}

/// What follows for an interface from lines on others.
fn finish_ports(repr: &mut Repr) {
    // The line that a dialer takes: pool → interface, whether PPPoE, and of which kind it is.
    let mut lines: BTreeMap<u16, (String, bool, InterfaceKind)> = BTreeMap::new();
    for port in &repr.ports {
        for (pool, pppoe) in &port.member_of {
            let line = (port.interface.name.value.clone(), *pppoe, port.interface.kind);
            lines.entry(*pool).or_insert(line);
        }
    }
    let rest = inspect::default_zone(repr).cloned();
    for port in &mut repr.ports {
        if port.interface.zone.is_none() {
            port.interface.zone = rest.clone();
        }
        if port.trunk_mode {
            port.interface.trunk = port.allowed.clone().unwrap_or_else(|| vec![(1, 4094)]);
            port.interface.vlan = None;
        }
        if let Some((line, pppoe, kind)) = port.dialer_pool.and_then(|pool| lines.get(&pool)) {
            port.interface.parent = Some(line.clone());
            port.interface.kind = if *pppoe { InterfaceKind::Pppoe } else { *kind };
            port.interface.outside = port.interface.outside.or(Some(port.interface.name.span));
        }
        let asked = port.interface.acquired.iter().any(|it| it.value == Acquired::Ppp);
        let outer = matches!(port.interface.kind, InterfaceKind::Mobile) || asked;
        if outer && port.interface.outside.is_none() {
            port.interface.outside = Some(port.interface.name.span);
        }
    }
}

fn interfaces(repr: &Repr, config: &mut DeviceConfig) {
    config.interfaces.extend(repr.ports.iter().map(|port| port.interface.clone()));
}

fn bridges(repr: &Repr, config: &mut DeviceConfig) {
    let mut bridges: BTreeMap<&str, Bridge> = BTreeMap::new();
    for port in &repr.ports {
        for name in &port.bridges {
            let new = || Bridge { name: name.clone(), members: Vec::new() };
            let bridge = bridges.entry(&name.value).or_insert_with(new);
            bridge.members.push(Spanned::new(port.interface.name.value.clone(), name.span));
        }
    }
    for (name, bridge) in &mut bridges {
        // `interface BVI1` is the routed end of bridge 1, `interface BDI10` of bridge domain 10.
        let routed = match name.strip_prefix("bridge-domain ") {
            Some(number) => format!("BDI{number}"),
            None => format!("BVI{}", name.trim_start_matches("bridge ")),
        };
        if let Some(port) = repr.port(&routed).and_then(|at| repr.ports.get(at)) {
            bridge.members.push(port.interface.name.clone());
        }
    }
    config.bridges.extend(bridges.into_values());
}

fn zones(repr: &Repr, config: &mut DeviceConfig) {
    for port in &repr.ports {
        let Some(zone) = &port.interface.zone else { continue };
        let member = Spanned::new(port.interface.name.value.clone(), zone.span);
        match config.zones.iter_mut().find(|it| it.name.value == zone.value) {
            Some(known) => known.interfaces.push(member),
            None => {
                config.zones.push(Zone { name: zone.clone(), interfaces: vec![member] });
            }
        }
    }
}

fn applied(repr: &Repr, config: &mut DeviceConfig) {
    for port in &repr.ports {
        for (list, hook, _) in &port.lists {
            config.applied.push(Applied {
                span: list.span,
                filter: list.value.clone(),
                hook: *hook,
                interfaces: vec![port.interface.name.value.clone()],
                answers: Answers::AsDevice,
            });
        }
    }
}

/// A list that only chooses packets.
pub(super) fn selects(list: &Spanned<String>, interfaces: Vec<String>) -> Applied {
    Applied {
        span: list.span,
        filter: list.value.clone(),
        hook: Hook::Selection,
        interfaces,
        answers: Answers::AsDevice,
    }
}

/// Routes that need more than their line: by DHCP, by policy.
fn routes(repr: &Repr, config: &mut DeviceConfig) {
    let by_dhcp: Vec<&Port> = repr
        .ports
        .iter()
        .filter(|port| port.interface.acquired.iter().any(|it| it.value == Acquired::Dhcp))
        .collect();
    for hop in config.routes.iter_mut().flat_map(|route| &mut route.via) {
        if let (NextHop::Unknown(words), [port]) = (&*hop, by_dhcp.as_slice())
            && words == "dhcp"
        {
            *hop = NextHop::Interface(port.interface.name.value.clone());
        }
    }
    let mut bound: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for port in &repr.ports {
        if let Some(map) = &port.policy {
            let over = port.interface.name.value.clone();
            bound.entry(map.value.as_str()).or_default().push(over);
        }
    }
    if let Some(map) = &repr.local_policy {
        // For packets of the device itself: what passes through comes in over no such interface.
        bound.entry(map.value.as_str()).or_default().push(String::new());
    }
    let everything = "0.0.0.0/0".parse::<IpNetwork>();
    for (name, over) in bound {
        for clause in repr.route_maps.get(name).into_iter().flatten() {
            let Ok(destination) = everything.clone() else { continue };
            if !clause.permits || clause.via.is_empty() {
                continue;
            }
            for list in &clause.lists {
                config.applied.push(selects(list, Vec::new()));
            }
            config.routes.push(Route {
                span: clause.span,
                destination,
                via: clause.via.clone(),
                distance: None,
                enabled: true,
                only: clause
                    .lists
                    .first()
                    .cloned()
                    .or_else(|| Some(Spanned::new(format!("route-map {name}"), clause.span))),
                from: over.clone(),
                instance: None,
            });
        }
    }
}

/// Relays and advertisements.
fn addressing(repr: &Repr, config: &mut DeviceConfig) {
    for port in &repr.ports {
        let interface = Some(port.interface.name.value.clone());
        for helper in &port.helpers {
            config.addressing.push(Addressing {
                span: helper.span,
                kind: AddressingKind::DhcpRelay,
                interface: interface.clone(),
                addresses: AddressSet::from(helper.value),
            });
        }
        if let Some(span) = port.dhcpv6 {
            config.addressing.push(Addressing {
                span,
                kind: AddressingKind::Dhcpv6Server,
                interface: interface.clone(),
                addresses: AddressSet::none(),
            });
        }
        // A router advertises every prefix of its own on lines with many hosts.
        let many = matches!(
            port.interface.kind,
            InterfaceKind::Ethernet | InterfaceKind::Vlan | InterfaceKind::Bridge
        );
        let silent = port.no_advertisements || repr.routes_v6.is_none() || !port.interface.enabled;
        let prefixes = port.interface.addresses.iter().filter(|it| match it.value {
            IpNetwork::V6(network) => {
                !network.ip().is_unicast_link_local() && network.prefix() < 128
            }
            IpNetwork::V4(_) => false,
        });
        for prefix in prefixes.filter(|_| many && !silent) {
            config.addressing.push(Addressing {
                span: prefix.span,
                kind: AddressingKind::RouterAdvertisement,
                interface: interface.clone(),
                addresses: AddressSet::from(prefix.value),
            });
        }
    }
}

//! Interfaces, bridges, and routes by policy.

use super::off;
use crate::config::ix::repr::{Port, Router};
use crate::model::IpNetwork;
use crate::model::device::{
    Acquired, Answers, Applied, Bridge, DeviceConfig, Hook, Interface, InterfaceKind, Route,
};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What interfaces are, by the letters that their names begin with.
const KINDS: &[(&str, InterfaceKind)] = &[
    ("GigaEthernet", InterfaceKind::Ethernet),
    ("FastEthernet", InterfaceKind::Ethernet),
    ("TenGigaEthernet", InterfaceKind::Ethernet),
    ("Ethernet", InterfaceKind::Ethernet),
    ("BRI", InterfaceKind::Isdn),
    ("Dialer", InterfaceKind::Isdn),
    ("MobileEthernet", InterfaceKind::Mobile),
    ("USB-Serial", InterfaceKind::Mobile),
    ("Tunnel", InterfaceKind::Tunnel),
    ("Loopback", InterfaceKind::Loopback),
    ("Null", InterfaceKind::Null),
    ("BVI", InterfaceKind::Bridge),
];

/// What an interface is.
pub(super) fn kind(port: &Port<'_>) -> InterfaceKind {
    let known = KINDS.iter().find(|(prefix, _)| port.name.text.starts_with(prefix));
    match known {
        _ if port.pppoe.is_some() => InterfaceKind::Pppoe,
        Some((_, InterfaceKind::Ethernet)) if port.vlan.is_some() => InterfaceKind::Vlan,
        Some((_, kind)) => *kind,
        None => InterfaceKind::Other,
    }
}

/// Interfaces and the bridges that they form.
pub(super) fn interfaces(router: &Router<'_>, facts: &mut DeviceConfig) {
    let mut bridges: BTreeMap<&str, Bridge> = BTreeMap::new();
    // Who is named to get a delegated prefix, and where.
    let subscribers: BTreeMap<&str, Span> = router
        .dhcp
        .values()
        .rev()
        .flat_map(|pool| pool.subscribers.iter().map(|it| (it.text, pool.delegated)))
        .filter_map(|(name, span)| Some((name, span?)))
        .collect();
    for port in &router.interfaces {
        let name = Spanned::new(port.name.text.to_owned(), port.name.span);
        let mut interface = Interface::new(name.clone(), kind(port));
        interface.description.clone_from(&port.description);
        interface.enabled = off(port, router).is_none();
        interface.addresses.clone_from(&port.addresses);
        interface.acquired.clone_from(&port.acquired);
        interface.acquired.extend(delegated(port, router, &subscribers));
        interface.vlan = port.vlan;
        // `GigaEthernet0.1` works on the device, whether or not `GigaEthernet0.0` is switched on.
        let part = port.vlan.is_some() || port.pppoe.is_some() || port.name.text.contains(':');
        interface.parent = part.then(|| port.device().to_owned());
        interface.instance.clone_from(&port.instance);
        let mobile = interface.kind == InterfaceKind::Mobile;
        // What is translated to the address of an interface leaves by it to the outside.
        interface.outside = port.outside.or(mobile.then_some(port.name.span)).or(port.napt_on);
        if let Some(group) = port.bridge {
            let new = || Bridge {
                name: Spanned::new(format!("bridge-group {}", group.text), group.span),
                members: Vec::new(),
            };
            bridges.entry(group.text).or_insert_with(new).members.push(name);
        }
        facts.interfaces.push(interface);
    }
    facts.bridges.extend(bridges.into_values());
}

/// How an interface gets a delegated prefix: it is named as subscriber, or asks without naming one.
fn delegated(
    port: &Port<'_>,
    router: &Router<'_>,
    subscribers: &BTreeMap<&str, Span>,
) -> Option<Spanned<Acquired>> {
    let asks = port.clients.iter().filter_map(|it| router.dhcp.get(&it.value));
    let own = asks.filter(|it| it.subscribers.is_empty()).find_map(|it| it.delegated);
    let span = own.or_else(|| subscribers.get(port.name.text).copied())?;
    Some(Spanned::new(Acquired::Delegation, span))
}

/// Routes that a route map gives to packets that come in over an interface.
pub(super) fn policy_routes(router: &Router<'_>, facts: &mut DeviceConfig) {
    for port in &router.interfaces {
        let Some(map) = port.route_map.and_then(|it| router.route_maps.get(it.text)) else {
            continue;
        };
        for clause in map.iter().filter(|it| it.permit && !it.via.is_empty()) {
            let mut only: Vec<_> = clause.lists.iter().map(Some).collect();
            if only.is_empty() {
                only.push(None);
            }
            for list in only {
                let v6 = list.is_some_and(|it| it.value.v6);
                let label = list.map(|it| it.map(|name| name.label()));
                if let Some(label) = &label {
                    facts.applied.push(Applied {
                        span: label.span,
                        filter: label.value.clone(),
                        hook: Hook::Selection,
                        interfaces: vec![port.name.text.to_owned()],
                        answers: Answers::AsDevice,
                    });
                }
                facts.routes.push(Route {
                    span: clause.span,
                    destination: everything(v6),
                    via: clause.via.clone(),
                    distance: None,
                    enabled: off(port, router).is_none(),
                    only: label,
                    from: vec![port.name.text.to_owned()],
                    instance: port.instance.clone(),
                });
            }
        }
    }
}

/// Every address of a family.
pub(super) fn everything(v6: bool) -> IpNetwork {
    let any =
        if v6 { IpAddr::V6(Ipv6Addr::UNSPECIFIED) } else { IpAddr::V4(Ipv4Addr::UNSPECIFIED) };
    IpNetwork::new(any, 0).unwrap_or_else(|_| any.into())
}

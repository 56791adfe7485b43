//! Interfaces and bridges.

use crate::config::alliedware::repr::{Port, Router, SwitchMode};
use crate::model::device::{Bridge, DeviceConfig, Interface, InterfaceKind};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// What interfaces are, by the letters before the first digit.
const KINDS: &[(&str, InterfaceKind)] = &[
    ("port", InterfaceKind::Ethernet),
    ("eth", InterfaceKind::Ethernet),
    ("vlan", InterfaceKind::Vlan),
    ("ppp", InterfaceKind::Pppoe),
    ("tunnel", InterfaceKind::Tunnel),
    ("br", InterfaceKind::Bridge),
    ("sa", InterfaceKind::Aggregate),
    ("po", InterfaceKind::Aggregate),
    ("lo", InterfaceKind::Loopback),
    ("cellular", InterfaceKind::Mobile),
    ("wlan", InterfaceKind::Wireless),
];

/// What an interface is.
pub(in crate::config::alliedware) fn kind(name: &str) -> InterfaceKind {
    let letters = name.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
    let known = KINDS.iter().find(|(prefix, _)| *prefix == letters);
    known.map_or(InterfaceKind::Other, |it| it.1)
}

/// Interfaces and the bridges that they form.
pub(super) fn interfaces(router: &Router<'_>, facts: &mut DeviceConfig) {
    let carried: BTreeMap<&str, (&Port<'_>, Span)> = router
        .ports
        .iter()
        .flat_map(|port| port.carries.iter().map(move |it| (it.value.as_str(), (port, it.span))))
        .collect();
    let mut bridges: BTreeMap<&str, Bridge> = BTreeMap::new();
    for port in &router.ports {
        let name = Spanned::new(port.name.clone(), port.span);
        let mut interface = Interface::new(name.clone(), kind(&port.name));
        interface.description.clone_from(&port.description);
        interface.enabled = port.off.is_none();
        interface.addresses.clone_from(&port.addresses);
        interface.acquired.clone_from(&port.acquired);
        interface.instance.clone_from(&port.instance);
        interface.parent.clone_from(&port.aggregate);
        vlan(&mut interface, port, router);
        if let Some((carrier, span)) = carried.get(port.name.as_str()) {
            interface.parent = Some(carrier.name.clone());
            interface.outside = Some(*span);
        }
        if interface.kind == InterfaceKind::Mobile {
            interface.outside = Some(port.span);
        }
        if let Some(group) = port.bridge {
            let new = || Bridge {
                name: Spanned::new(format!("br{}", group.text), group.span),
                members: Vec::new(),
            };
            bridges.entry(group.text).or_insert_with(new).members.push(name);
        }
        facts.interfaces.push(interface);
        // A tagged part may have no block of its own.
        for vlan in &port.parts {
            let name = format!("{}.{vlan}", port.name);
            if !router.places.contains_key(&name) {
                let mut part = Interface::new(Spanned::new(name, port.span), InterfaceKind::Vlan);
                part.vlan = Some(*vlan);
                part.parent = Some(port.name.clone());
                facts.interfaces.push(part);
            }
        }
    }
    for bridge in bridges.values_mut() {
        // The device itself stands in the bridge by the interface of its name.
        let own = router.places.get(&bridge.name.value).and_then(|it| router.ports.get(*it));
        bridge.members.extend(own.map(|it| Spanned::new(it.name.clone(), it.span)));
    }
    facts.bridges.extend(bridges.into_values());
}

/// VLANs of a port of a switch, of `vlanN`, and of `eth1.N`.
fn vlan(interface: &mut Interface, port: &Port<'_>, router: &Router<'_>) {
    match port.mode {
        // Without a line of its own an access port is in VLAN 1.
        Some(SwitchMode::Access) => interface.vlan = port.vlan.or(Some(1)),
        Some(SwitchMode::Trunk) => {
            interface.vlan = port.vlan;
            interface.trunk.clone_from(&port.trunk);
        }
        None => interface.vlan = port.vlan,
    }
    if let Some(number) = port.name.strip_prefix("vlan").and_then(|it| it.parse().ok()) {
        interface.vlan = Some(number);
        if interface.description.is_none() {
            interface.description = router.vlan_names.get(&number).cloned();
        }
    }
    if let Some((parent, number)) = port.name.split_once('.')
        && parent.starts_with("eth")
    {
        interface.kind = InterfaceKind::Vlan;
        interface.vlan = number.parse().ok();
        interface.parent = Some(parent.to_owned());
    }
}

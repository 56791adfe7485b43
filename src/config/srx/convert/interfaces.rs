//! Interfaces by unit, VLANs, zones.

use super::super::super::numbers;
use super::super::tree::Entry;
use super::{Reader, named, place};
use crate::config::Word;
use crate::config::unsure::{may_stop, may_stop_through};
use crate::model::device::{
    Acquired, Answers, Applied, Bridge, Hook, Interface, InterfaceKind, Match, Remote,
    StructureKind, Tunnel, TunnelKind, Zone,
};
use crate::source::Spanned;
use std::collections::BTreeMap;

/// Kinds by the first letters of a name (Junos OS Interfaces Fundamentals, interface naming).
const KINDS: &[(&str, InterfaceKind)] = &[
    ("ge-", InterfaceKind::Ethernet),
    ("xe-", InterfaceKind::Ethernet),
    ("et-", InterfaceKind::Ethernet),
    ("fe-", InterfaceKind::Ethernet),
    ("mge-", InterfaceKind::Ethernet),
    ("fxp", InterfaceKind::Ethernet),
    ("em", InterfaceKind::Ethernet),
    ("reth", InterfaceKind::Aggregate),
    ("ae", InterfaceKind::Aggregate),
    ("fab", InterfaceKind::Aggregate),
    ("irb", InterfaceKind::Vlan),
    ("vlan", InterfaceKind::Vlan),
    ("st", InterfaceKind::Tunnel),
    ("gr-", InterfaceKind::Tunnel),
    ("ip-", InterfaceKind::Tunnel),
    ("lt-", InterfaceKind::Tunnel),
    ("lo", InterfaceKind::Loopback),
    ("pp", InterfaceKind::Pppoe),
    ("cl-", InterfaceKind::Mobile),
    ("dl", InterfaceKind::Mobile),
    ("wl-", InterfaceKind::Wireless),
    ("br-", InterfaceKind::Isdn),
];

pub(super) fn read(reader: &mut Reader<'_, '_, '_>) {
    let Some(block) = reader.root.child("interfaces") else { return };
    for range in block.list("interface-range") {
        // What is said of all members together is not given to each.
        let members = ["member", "member-range", "description"];
        if range.children().any(|it| !members.contains(&it.text())) {
            let name = format!("interface-range {}", range.text());
            may_stop_through(&name, place(range), Match::any(), &mut reader.out);
        }
    }
    for port in block.all() {
        if matches!(port.text(), "apply-groups" | "interface-range" | "traceoptions") {
            continue;
        }
        // `st0.1` in place of `st0 unit 1`.
        if let Some((device, _)) = port.text().split_once('.') {
            unit(reader, port, port, device, port.text().to_owned());
            continue;
        }
        let units = port.list_all("unit");
        if units.is_empty() {
            let mut it = Interface::new(named(port), kind(port.text()));
            it.enabled = !port.inactive() && port.get("disable").is_none();
            it.description = port.value("description").map(Word::owned);
            it.parent = aggregate(port);
            reader.out.interfaces.push(it);
        }
        for it in units {
            unit(reader, it, port, port.text(), format!("{}.{}", port.text(), it.text()));
        }
    }
    vlans(reader);
    zones(reader);
}

fn kind(name: &str) -> InterfaceKind {
    let digits = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()) || rest.is_empty();
    let found = KINDS.iter().find(|(start, _)| {
        name.strip_prefix(start).is_some_and(|rest| start.ends_with('-') || digits(rest))
    });
    found.map_or(InterfaceKind::Other, |(_, kind)| *kind)
}

fn aggregate(port: Entry<'_, '_>) -> Option<String> {
    let options = ["gigether-options", "ether-options", "fastether-options"];
    let blocks = options.iter().filter_map(|it| port.get(it));
    let parent =
        blocks.filter_map(|it| it.value("802.3ad").or_else(|| it.value("redundant-parent")));
    parent.map(|word| word.text.to_owned()).next()
}

fn unit(
    reader: &mut Reader<'_, '_, '_>,
    it: Entry<'_, '_>,
    port: Entry<'_, '_>,
    device: &str,
    name: String,
) {
    let span = named(it).span;
    let mut interface = Interface::new(Spanned::new(name, span), kind(device));
    let off = |it: Entry<'_, '_>| it.inactive() || it.get("disable").is_some();
    interface.enabled = !off(it) && !off(port);
    interface.description =
        it.value("description").or_else(|| port.value("description")).map(Word::owned);
    interface.parent = aggregate(port);
    match it.value("vlan-id").map(|word| word.text.parse::<u16>()) {
        Some(Ok(vlan)) => {
            interface.vlan = Some(vlan);
            interface.parent.get_or_insert_with(|| device.to_owned());
        }
        Some(Err(_)) => reader.unclear(it),
        None => {}
    }
    if let Some(under) = it.get("pppoe-options").and_then(|it| it.value("underlying-interface")) {
        interface.parent = Some(under.text.to_owned());
        interface.outside = Some(under.span);
    }
    let family = it.get("family");
    let checks =
        ["inet", "inet6"].iter().filter_map(|version| family?.get(version)?.get("rpf-check"));
    for check in checks.filter(|it| !it.inactive()) {
        // What it drops depends on where the way back leads.
        let at = vec![interface.name.value.clone()];
        may_stop("rpf-check", place(check), Hook::In, at, &mut reader.out);
    }
    for version in ["inet", "inet6"] {
        let Some(family) = family.and_then(|it| it.get(version)) else { continue };
        for address in family.list("address") {
            match numbers::network(address.text()) {
                Some(network) => {
                    interface.addresses.push(Spanned::new(network, named(address).span));
                }
                None => reader.unclear(address),
            }
        }
        for (word, acquired) in [
            ("dhcp", Acquired::Dhcp),
            ("dhcp-client", Acquired::Dhcp),
            ("dhcpv6-client", Acquired::Dhcp),
            ("negotiate-address", Acquired::Ppp),
        ] {
            if let Some(entry) = family.get(word) {
                interface.acquired.push(Spanned::new(acquired, place(entry)));
            }
        }
        for (words, hook) in
            [(["input", "input-list"], Hook::In), (["output", "output-list"], Hook::Out)]
        {
            let filter = family.get("filter");
            let chosen = filter.and_then(|it| super::lists::chosen(reader, version, it, words));
            let Some((name, span)) = chosen else { continue };
            // On the loopback a filter guards the device itself, wherever a packet comes in.
            let own = interface.name.value.starts_with("lo0.");
            reader.out.applied.push(Applied {
                span,
                filter: name,
                hook: match (own, hook) {
                    (true, Hook::In) => Hook::Local,
                    (true, _) => Hook::Own,
                    (false, hook) => hook,
                },
                interfaces: if own { Vec::new() } else { vec![interface.name.value.clone()] },
                // These lists know no sessions.
                answers: Answers::To(Vec::new()),
            });
        }
    }
    if let Some(switching) = family.and_then(|it| it.get("ethernet-switching")) {
        let members = switching.at(&["vlan", "members"]);
        let trunk = ["interface-mode", "port-mode"]
            .iter()
            .any(|it| switching.value(it).is_some_and(|word| word.text == "trunk"));
        for member in members.into_iter().flat_map(|it| it.children()) {
            let Some(vlan) = vlan_of(reader, member.text()) else { continue };
            if trunk {
                interface.trunk.push((vlan, vlan));
            } else {
                interface.vlan = Some(vlan);
            }
        }
    }
    tunnel(reader, it, device, &interface);
    reader.out.interfaces.push(interface);
}

/// The number of a VLAN that is named.
fn vlan_of(reader: &Reader<'_, '_, '_>, name: &str) -> Option<u16> {
    let number = name.parse().ok();
    number.or_else(|| {
        let vlan = reader.root.get("vlans")?.child(name)?;
        vlan.value("vlan-id")?.text.parse().ok()
    })
}

/// GRE and IP-in-IP interfaces.
fn tunnel(reader: &mut Reader<'_, '_, '_>, it: Entry<'_, '_>, device: &str, interface: &Interface) {
    let Some(tunnel) = it.get("tunnel") else { return };
    let kind = match device {
        _ if device.starts_with("gr-") => TunnelKind::Gre,
        _ if device.starts_with("ip-") => TunnelKind::IpIp,
        _ => return reader.unclear(tunnel),
    };
    let remote = match tunnel.value("destination") {
        Some(word) => match word.text.parse() {
            Ok(address) => Spanned::new(Remote::Address(address), word.span),
            Err(_) => {
                reader.unclear(tunnel);
                Spanned::new(Remote::Unknown, word.span)
            }
        },
        None => Spanned::new(Remote::Unknown, place(tunnel)),
    };
    reader.out.tunnels.push(Tunnel {
        span: place(tunnel),
        name: interface.name.value.clone(),
        interface: Some(interface.name.value.clone()),
        kind,
        ipsec: false,
        layer2: false,
        disabled: (!interface.enabled).then_some(interface.name.span),
        local: tunnel.value("source").map(Word::owned),
        remote,
        selectors: Vec::new(),
        initiates: None,
        ike: None,
        authentication: Vec::new(),
    });
}

/// A VLAN joins its ports, and the interface that routes for it.
fn vlans(reader: &mut Reader<'_, '_, '_>) {
    let Some(block) = reader.root.get("vlans") else { return };
    for vlan in block.children() {
        let number = vlan.value("vlan-id").and_then(|word| word.text.parse::<u16>().ok());
        let mut members = Vec::new();
        for interface in &reader.out.interfaces {
            let tagged = interface.trunk.iter().any(|(first, _)| Some(*first) == number);
            // A sub-interface with a number of its own is no port of a switch.
            let port = interface.kind != InterfaceKind::Vlan && interface.addresses.is_empty();
            if number.is_some() && port && (tagged || interface.vlan == number) {
                members.push(Spanned::new(interface.name.value.clone(), place(vlan)));
            }
        }
        for member in vlan.list("interface") {
            members.push(named(member));
        }
        if let Some(routed) = vlan.value("l3-interface") {
            members.push(routed.owned());
            let interface =
                reader.out.interfaces.iter_mut().find(|it| it.name.value == routed.text);
            if let Some(interface) = interface {
                interface.vlan = number;
            }
        }
        reader.out.bridges.push(Bridge { name: named(vlan), members });
    }
}

fn zones(reader: &mut Reader<'_, '_, '_>) {
    let Some(block) = reader.root.at(&["security", "zones"]) else { return };
    let management = block.at(&["functional-zone", "management"]);
    let mut member_of: BTreeMap<String, Spanned<String>> = BTreeMap::new();
    for zone in block.list("security-zone").into_iter().chain(management) {
        reader.notes.structures.define_active(StructureKind::Zone, zone.text(), place(zone));
        let mut interfaces = Vec::new();
        for interface in zone.list("interfaces") {
            let name = unit_name(interface.text());
            let span = named(interface).span;
            if reader.root.get("interfaces").is_some() {
                let known = reader.out.interfaces.iter().any(|it| it.name.value == name);
                if !known && interface.text() != "all" {
                    reader.notes.structures.refer(StructureKind::Interface, name.clone(), span);
                }
            }
            member_of.insert(name.clone(), Spanned::new(zone.text().to_owned(), span));
            interfaces.push(Spanned::new(name, span));
        }
        // Another way for some of what comes in from there.
        let chosen = zone.get("advance-policy-based-routing-profile");
        if let Some(profile) = chosen.filter(|it| !it.inactive()) {
            let from = vec![zone.text().to_owned()];
            let name = format!("advance-policy-based-routing {}", zone.text());
            let when = Match { from, ..Match::any() };
            may_stop_through(&name, place(profile), when, &mut reader.out);
        }
        reader.out.zones.push(Zone { name: named(zone), interfaces });
    }
    // `all`: every interface that no other zone names, but for the port for management (Junos OS CLI
    // Reference, `interfaces` of a security zone).
    let rest = member_of.get("all").cloned();
    for interface in &mut reader.out.interfaces {
        interface.zone = member_of.get(&interface.name.value).cloned();
        let open = interface.zone.is_none() && !interface.name.value.starts_with("fxp0");
        let Some(rest) = rest.as_ref().filter(|_| open) else { continue };
        interface.zone = Some(rest.clone());
        let zone = reader.out.zones.iter_mut().find(|it| it.name.value == rest.value);
        if let Some(zone) = zone {
            zone.interfaces.push(Spanned::new(interface.name.value.clone(), rest.span));
        }
    }
}

/// Without a unit, unit 0 is meant.
pub(super) fn unit_name(name: &str) -> String {
    if name.contains('.') || name == "all" { name.to_owned() } else { format!("{name}.0") }
}

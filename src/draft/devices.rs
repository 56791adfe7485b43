//! Devices that nobody declared, with their interfaces, lines, forwards and management.

use super::sheet::{Section, field, list, quoted};
use super::zones::Stands;
use super::{CONFIRM, Work, zones};
use crate::evidence::Configured;
use crate::model::device::{DeviceConfig, Interface, InterfaceKind, Management};
use crate::model::words::{CircuitKind, DeviceKind, SystemClass, SystemKind};
use crate::model::{
    AddressSet, EntityKind, EntityRef, IpNetwork, Service, Vocabulary as _, network_of,
};
use crate::source::Span;
use crate::text;
use crate::topology::{ExternalPath, JoinedBy, PathKind};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What devices of a format usually are, and what their software is called.
const FORMATS: &[(&str, DeviceKind, &str)] = &[
    ("yamaha-rtx", DeviceKind::Router, "Rev."),
    ("nec-ix", DeviceKind::Router, "IX"),
    ("fortigate", DeviceKind::Firewall, "FortiOS"),
    ("cisco-ios", DeviceKind::Router, "IOS"),
    ("cisco-asa", DeviceKind::Firewall, "ASA"),
    ("alliedware-plus", DeviceKind::Router, "AlliedWare Plus"),
    ("juniper-srx", DeviceKind::Firewall, "Junos"),
    ("wireguard", DeviceKind::VpnGateway, "Linux"),
    ("strongswan", DeviceKind::VpnGateway, "Linux"),
    ("openvpn", DeviceKind::VpnGateway, "Linux"),
];

/// A device to draft.
struct Subject<'a> {
    thing: &'a EntityRef,
    configured: &'a Configured,
    /// Interfaces that are ends of lines, with the circuits drafted for them.
    circuits: BTreeMap<String, String>,
}

/// Drafts zones first, because everything refers to them.
pub(super) fn draft(work: &mut Work<'_>) {
    let joined = work.material.topology.joined().iter();
    let subjects = joined.filter(|it| it.by == JoinedBy::Nothing).filter_map(|it| {
        let configured = work.material.evidence.devices.get(it.configured)?;
        Some(Subject { thing: &it.thing, configured, circuits: BTreeMap::new() })
    });
    let mut subjects: Vec<Subject<'_>> = subjects.collect();
    let mut stands = Vec::new();
    for subject in &subjects {
        let lines = lines_of(work, subject.thing);
        let config = &subject.configured.config;
        for interface in config.interfaces.iter().filter(|it| stands_inside(it, &lines)) {
            stands.push(Stands {
                networks: interface.addresses.iter().map(|it| network_of(it.value)).collect(),
                called: called(interface),
                vlan: interface.vlan.filter(|it| (1..=4094).contains(it)),
                span: interface.addresses.first().map_or(interface.name.span, |it| it.span),
            });
        }
    }
    zones::draft(work, stands);
    circuits(work, &mut subjects);
    for subject in &subjects {
        device(work, subject);
    }
}

/// The interfaces of a device over which lines leave.
fn lines_of(work: &Work<'_>, device: &EntityRef) -> BTreeSet<String> {
    let paths = work.material.topology.paths().iter();
    let lines = paths.filter(|it| it.device == *device && is_line(it));
    lines.filter_map(|it| it.interface.clone()).collect()
}

fn is_line(path: &ExternalPath) -> bool {
    matches!(path.kind, PathKind::Line | PathKind::Mobile)
}

fn stands_inside(interface: &Interface, lines: &BTreeSet<String>) -> bool {
    use InterfaceKind as K;
    interface.enabled
        && !matches!(interface.kind, K::Tunnel | K::Loopback | K::Null)
        && !lines.contains(&interface.name.value)
}

fn called(interface: &Interface) -> String {
    let words = [interface.zone.as_ref(), interface.description.as_ref()];
    let mut words: Vec<&str> = words.into_iter().flatten().map(|it| it.value.as_str()).collect();
    words.insert(0, &interface.name.value);
    words.join(" ")
}

/// A circuit for every line that nobody declared.
fn circuits(work: &mut Work<'_>, subjects: &mut [Subject<'_>]) {
    let lines: Vec<&ExternalPath> = work.undeclared().filter(|it| is_line(it)).collect();
    for line in lines {
        let (device, interface) = (&line.device.id, line.interface.clone().unwrap_or_default());
        let id = work.id(Section::Circuits, &format!("{device}-{interface}"));
        let kind = match line.kind {
            PathKind::Mobile => CircuitKind::MobileInternet,
            _ => CircuitKind::Internet,
        };
        let (place, name) = (work.place(line.span), line.name.get(work.material.lang));
        let label = kind.label();
        let why = text!(
            "要確認: {device} の{name}。種別「{label}」は仮です [{place}]",
            "to be confirmed: {name} of {device}; the kind `{label}` stands in for what it is [{place}]"; label
        );
        let why = work.say(&why);
        let called = work.say(&text!(
            "要確認（{device} {interface}）",
            "to be confirmed ({device} {interface})"
        ));
        let fields = [field("name", &called), format!("kind: {}", kind.key())];
        work.sheet.add(Section::Circuits, &[why], &id, &fields);
        work.drafted.insert(line.thing.clone());
        if let Some(subject) = subjects.iter_mut().find(|it| *it.thing == line.device) {
            subject.circuits.insert(interface, id);
        }
    }
}

fn device(work: &mut Work<'_>, subject: &Subject<'_>) {
    let config = &subject.configured.config;
    let format = subject.configured.files.first().map(|it| it.format);
    let known = FORMATS.iter().find(|(id, ..)| format.is_some_and(|it| it.id == *id));
    let kind = known.map_or(DeviceKind::Other, |(_, kind, _)| *kind);
    // The graph has named it already; drafts and reports call it the same.
    let id = subject.thing.id.clone();
    work.taken.insert((Section::Devices, id.clone()));
    let name = config.hostname.as_ref().map_or(id.as_str(), |it| &it.value);
    let confirm = CONFIRM.get(work.material.lang);
    let mut fields =
        vec![field("name", &format!("{confirm}: {name}")), format!("kind: {}", kind.key())];
    let maker = format.map_or("", |it| it.maker);
    if !maker.is_empty() {
        fields.push(field("vendor", maker));
    }
    fields.extend(config.product.as_ref().map(|it| field("model", &it.value)));
    fields.extend(config.serial.as_ref().map(|it| field("serial", &it.value)));
    if let (Some(version), Some((_, _, os))) = (&config.version, known) {
        fields.push(format!("os: {{name: {}, version: {}}}", quoted(os), quoted(&version.value)));
    }
    let lines = lines_of(work, subject.thing);
    let interfaces = interfaces(work, config, subject, &lines);
    let entries = interfaces.iter().filter_map(|it| it.trim().split(':').next());
    work.entries.extend(entries.map(|it| format!("{id}.{it}")));
    if !interfaces.is_empty() {
        fields.push("interfaces:".to_owned());
        fields.extend(interfaces);
    }
    fields.extend(management(work, &config.management));
    let access = remote_access(config);
    if !access.is_empty() {
        fields.push("remote_access:".to_owned());
        fields.extend(access);
    }
    let forwards = forwards(work, subject);
    if !forwards.is_empty() {
        fields.push("forwards:".to_owned());
        fields.extend(forwards);
    }
    let first = subject.configured.files.first().map(|it| Span { file: it.file, start: 0, end: 0 });
    let place = first.map_or_else(String::new, |it| work.place(it));
    let label = kind.label();
    let why = text!(
        "要確認: 種別「{label}」は機種からの推定です [{place}]",
        "to be confirmed: the kind `{label}` is guessed from the make [{place}]"; label
    );
    let why = work.say(&why);
    work.sheet.add(Section::Devices, &[why], &id, &fields);
}

/// The id that an interface has in the draft.
pub(super) fn interface_id(name: &str) -> String {
    super::slug(name).unwrap_or_else(|| "interface".to_owned())
}

fn interfaces(
    work: &Work<'_>,
    config: &DeviceConfig,
    subject: &Subject<'_>,
    lines: &BTreeSet<String>,
) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut fields = Vec::new();
    for interface in &config.interfaces {
        let name = &interface.name.value;
        let circuit = subject.circuits.get(name);
        let inside = stands_inside(interface, lines) && !interface.addresses.is_empty();
        if circuit.is_none() && !inside {
            continue;
        }
        let vlan = interface.vlan.filter(|it| (1..=4094).contains(it));
        // An interface of an inventory leads to one place: a circuit, or one zone.
        let mut places: Vec<(Option<String>, Vec<String>)> = Vec::new();
        for address in &interface.addresses {
            let zone = work.zones.of(address.value).map(|it| format!("zone: {it}"));
            let place = circuit.map(|it| format!("circuit: {it}")).or(zone);
            let written = quoted(&address.value.to_string());
            match places.iter_mut().find(|(known, _)| *known == place) {
                Some((_, addresses)) => addresses.push(written),
                None => places.push((place, vec![written])),
            }
        }
        if places.is_empty() {
            places.push((circuit.map(|it| format!("circuit: {it}")), Vec::new()));
        }
        for (place, addresses) in places {
            let base = interface_id(name);
            let numbered = (2_u32..).map(|nth| format!("{base}-{nth}"));
            let mut ids = std::iter::once(base.clone()).chain(numbered);
            let Some(id) = ids.find(|it| taken.insert(it.clone())) else { continue };
            let parts = place.into_iter().chain(list("addresses", addresses));
            let parts: Vec<String> = parts.chain(vlan.map(|it| format!("vlan: {it}"))).collect();
            fields.push(format!("  {id}: {{{}}}", parts.join(", ")));
        }
    }
    fields
}

/// Management services that are switched on, and who may reach them as far as it can be written.
fn management(work: &Work<'_>, all: &[Management]) -> Vec<String> {
    let on: Vec<&Management> = all.iter().filter(|it| it.enabled).collect();
    let mut services: Vec<String> = Vec::new();
    let mut from: Vec<String> = Vec::new();
    for it in &on {
        let service = it.service.to_string();
        if !services.contains(&service) {
            services.push(service);
        }
        for word in sources(work, &it.sources) {
            if !from.contains(&word) {
                from.push(word);
            }
        }
    }
    if from.iter().any(|it| it == "any") {
        from = vec!["any".to_owned()];
    }
    let parts: Vec<String> =
        list("services", services).into_iter().chain(list("from", from)).collect();
    if parts.is_empty() {
        Vec::new()
    } else {
        vec![format!("management: {{{}}}", parts.join(", "))]
    }
}

/// Sources as an inventory can name them: everybody, or networks of its zones.
pub(super) fn sources(work: &Work<'_>, set: &AddressSet) -> Vec<String> {
    if set.is_any() {
        return vec!["any".to_owned()];
    }
    let networks = networks(set).into_iter().filter(|it| work.zones.of(*it).is_some());
    networks.map(|it| quoted(&it.to_string())).collect()
}

/// The ranges of a set that are networks.
fn networks(set: &AddressSet) -> Vec<IpNetwork> {
    let four = set.v4.ranges().iter().filter_map(|(first, last)| {
        let size = last.checked_sub(*first)?.checked_add(1)?;
        let aligned = size.is_power_of_two() && first & (size - 1) == 0;
        let address = IpAddr::V4(Ipv4Addr::from_bits(*first));
        aligned.then(|| IpNetwork::new(address, size.leading_zeros() as u8 + 1).ok()).flatten()
    });
    let six = set.v6.ranges().iter().filter_map(|(first, last)| {
        let size = last.checked_sub(*first)?.checked_add(1)?;
        let aligned = size.is_power_of_two() && first & (size - 1) == 0;
        let address = IpAddr::V6(Ipv6Addr::from_bits(*first));
        aligned.then(|| IpNetwork::new(address, size.leading_zeros() as u8 + 1).ok()).flatten()
    });
    four.chain(six).collect()
}

fn remote_access(config: &DeviceConfig) -> Vec<String> {
    let mut fields = Vec::new();
    for access in &config.remote_access {
        let transport = super::connections::transport(access.kind, false);
        let mut parts = vec![format!("transport: {}", transport.key())];
        parts.extend(list("services", access.services.iter().map(Service::to_string)));
        if access.sources.is_any() {
            parts.push("from: [any]".to_owned());
        }
        let proofs = access.authentication.iter().map(|it| it.key().to_owned());
        parts.extend(list("authentication", proofs));
        if !access.enabled {
            parts.push("enabled: false".to_owned());
        }
        fields.push(format!("  - {{{}}}", parts.join(", ")));
    }
    fields
}

/// Port forwards, each with a system for the host it leads to.
fn forwards(work: &mut Work<'_>, subject: &Subject<'_>) -> Vec<String> {
    let paths: Vec<&ExternalPath> = work
        .undeclared()
        .filter(|it| it.kind == PathKind::Forward && it.enabled && it.device == *subject.thing)
        .collect();
    let mut fields = Vec::new();
    for path in paths {
        let Some(host) = only_host(&path.inside) else { continue };
        let Some(system) = system(work, host, path.span) else { continue };
        let nat = subject.configured.config.nat.iter().find(|it| it.span == path.span);
        let port = nat.and_then(|it| it.ports.as_ref()).map(|it| it.ranges().to_vec());
        let listened =
            if path.services.is_empty() { vec![Service::Any] } else { path.services.clone() };
        for listen in &listened {
            let mut parts = vec![format!("listen: {listen}"), format!("to: {system}")];
            // One port that becomes another one keeps its protocol.
            if let (Some([(first, last)]), Service::Ports { protocol, .. }) =
                (port.as_deref(), listen)
            {
                let service = Service::Ports { protocol: *protocol, first: *first, last: *last };
                parts.push(format!("service: {service}"));
            }
            if path.sources.is_any() {
                parts.push("from: [any]".to_owned());
            }
            fields.push(format!("  # {}", work.place(path.span)));
            fields.push(format!("  - {{{}}}", parts.join(", ")));
        }
        work.drafted.insert(path.thing.clone());
    }
    fields
}

fn only_host(set: &AddressSet) -> Option<IpAddr> {
    match (set.v4.ranges(), set.v6.ranges()) {
        ([(a, b)], []) if a == b => Some(IpAddr::V4(Ipv4Addr::from_bits(*a))),
        ([], [(a, b)]) if a == b => Some(IpAddr::V6(Ipv6Addr::from_bits(*a))),
        _ => None,
    }
}

/// The system at an address: declared, drafted before, or drafted now. `None` for one that stands
/// in no known zone: then nobody can say where the port leads, and it is listed instead.
fn system(work: &mut Work<'_>, host: IpAddr, span: Span) -> Option<String> {
    let here = IpNetwork::from(host);
    let mut declared = work.material.inventory.systems.iter();
    if let Some(known) = declared.find(|it| it.addresses.iter().any(|it| it.value == here)) {
        return Some(known.id.value.clone());
    }
    let zone = work.zones.of(here)?.to_owned();
    let wanted = format!("host-{host}");
    let drafted = super::slug(&wanted).unwrap_or(wanted);
    if work.taken.contains(&(Section::Systems, drafted.clone())) {
        return Some(drafted);
    }
    let id = work.id(Section::Systems, &drafted);
    let place = work.place(span);
    let why = work.say(&text!(
        "要確認: 外から {host} へのポート転送があります [{place}]",
        "to be confirmed: a port is forwarded from outside to {host} [{place}]"
    ));
    let name = work.say(&text!("要確認（{host}）", "to be confirmed ({host})"));
    let mut fields = vec![
        field("name", &name),
        format!("kind: {}", SystemKind::Other.key()),
        format!("class: {}", SystemClass::Server.key()),
    ];
    fields.push(format!("zone: {zone}"));
    fields.push(format!("addresses: [{}]", quoted(&host.to_string())));
    work.sheet.add(Section::Systems, &[why], &id, &fields);
    Some(id)
}

/// Where a path enters: its device with the interface, where both are in the inventory or the draft.
pub(super) fn entry(work: &Work<'_>, path: &ExternalPath) -> Option<String> {
    if !matches!(path.device.kind, EntityKind::Device | EntityKind::System) {
        return None;
    }
    let at = path.interface.as_ref().map(|it| format!("{}.{}", path.device.id, interface_id(it)));
    if let Some(at) = at.filter(|it| work.entries.contains(it)) {
        return Some(at);
    }
    Some(path.device.id.clone()).filter(|id| {
        Section::Devices.declares(work.material.inventory, id)
            || Section::Systems.declares(work.material.inventory, id)
            || work.taken.contains(&(Section::Devices, id.clone()))
    })
}

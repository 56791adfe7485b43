//! Devices that nobody declared, with their interfaces, lines, forwards and management.

use super::sheet::{Section, field, key, list, quoted, quoted_whole};
use super::zones::Stands;
use super::{CONFIRM, Work, access, forwards, zones};
use crate::evidence::Configured;
use crate::model::device::{DeviceConfig, Interface, InterfaceKind, NextHop};
use crate::model::words::{CircuitKind, DeviceKind};
use crate::model::{EntityKind, EntityRef, Vocabulary as _, network_of};
use crate::source::Span;
use crate::text;
use crate::topology::{ExternalPath, Joined, JoinedBy, PathKind};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

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
    let mut subjects = subjects(work);
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

/// The devices that nobody declared. What says of itself that it is one of them, or has the very
/// text of something known, is a copy (the same file twice, last year's): it is only noted.
fn subjects<'a>(work: &mut Work<'a>) -> Vec<Subject<'a>> {
    let material = work.material;
    let text = |it: &Configured| -> Vec<&'a str> {
        it.files.iter().map(|it| material.sources.file(it.file).text()).collect()
    };
    let joined = || material.topology.joined().iter();
    let with = |it: &'a Joined| Some((it, material.evidence.devices.get(it.configured)?));
    let declared = joined().filter(|it| it.by != JoinedBy::Nothing).filter_map(with);
    let mut texts: BTreeMap<Vec<&str>, &str> =
        declared.map(|(it, configured)| (text(configured), it.thing.id.as_str())).collect();
    let mut named: BTreeMap<(&str, Vec<IpAddr>), &str> = BTreeMap::new();
    let mut subjects = Vec::new();
    for (it, configured) in joined().filter(|it| it.by == JoinedBy::Nothing).filter_map(with) {
        let id = it.thing.id.as_str();
        let config = &configured.config;
        let name = config.serial.as_ref().or(config.hostname.as_ref());
        let addresses = config.interfaces.iter().flat_map(|it| &it.addresses);
        let addresses: Vec<IpAddr> = addresses.map(|it| it.value.ip()).collect();
        let own = name.map(|it| (it.value.as_str(), addresses)).filter(|it| !it.1.is_empty());
        let known = texts.get(&text(configured)).or_else(|| named.get(own.as_ref()?));
        if let Some(known) = known {
            let place = configured.files.first();
            let place = place.map(|it| Span { file: it.file, start: 0, end: 0 });
            let place = place.map_or_else(String::new, |it| work.place(it));
            let note = work.say(&text!(
                "{id}: {known} と同じ機器の設定です（控えや古い設定）。二重には書きません [{place}]",
                "{id}: a configuration of the same device as {known} (a copy or an older one), not drafted twice [{place}]"
            ));
            work.notes.push(note);
            let paths = work.undeclared().filter(|path| path.device == it.thing);
            let paths: Vec<EntityRef> = paths.map(|it| it.thing.clone()).collect();
            work.drafted.extend(paths);
            work.copies.insert(it.thing.clone());
            continue;
        }
        texts.insert(text(configured), id);
        named.extend(own.map(|it| (it, id)));
        subjects.push(Subject { thing: &it.thing, configured, circuits: BTreeMap::new() });
    }
    subjects
}

/// The interfaces of every device over which lines leave: where the graph sees a line, and where
/// tunnels leave the way of the default route, which a closed network of a carrier looks like.
pub(super) fn lines(material: super::Material<'_>) -> BTreeMap<EntityRef, BTreeSet<String>> {
    let mut lines: BTreeMap<EntityRef, BTreeSet<String>> = BTreeMap::new();
    for path in material.topology.paths() {
        if let Some(interface) = path.interface.clone().filter(|_| is_line(path)) {
            lines.entry(path.device.clone()).or_default().insert(interface);
        }
    }
    let devices: BTreeMap<&EntityRef, usize> =
        material.topology.joined().iter().map(|it| (&it.thing, it.configured)).collect();
    let tunnels = material.topology.paths().iter().filter(|it| it.kind == PathKind::Tunnel);
    for path in tunnels {
        if lines.contains_key(&path.device) {
            continue;
        }
        let configured = devices.get(&path.device);
        let configured = configured.and_then(|it| material.evidence.devices.get(*it));
        let (Some(configured), Some(name)) = (configured, &path.interface) else { continue };
        let interface = configured.config.interface(name);
        if interface.is_some_and(|it| leads_everywhere(&configured.config, it)) {
            lines.entry(path.device.clone()).or_default().insert(name.clone());
        }
    }
    lines
}

/// Whether a default route leads over an interface.
fn leads_everywhere(config: &DeviceConfig, interface: &Interface) -> bool {
    let near = |next: &IpAddr| interface.addresses.iter().any(|it| it.value.contains(*next));
    let over = |via: &NextHop| match via {
        NextHop::Address(next) => near(next),
        NextHop::Interface(name) | NextHop::Over(_, name) => *name == interface.name.value,
        NextHop::Instance(_) | NextHop::Discard | NextHop::Unknown(_) => false,
    };
    let defaults = config.routes.iter().filter(|it| it.is_default() && it.enabled);
    defaults.filter(|it| it.only.is_none()).any(|it| it.via.iter().any(over))
}

fn lines_of(work: &Work<'_>, device: &EntityRef) -> BTreeSet<String> {
    work.lines.get(device).cloned().unwrap_or_default()
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
    let places: BTreeMap<EntityRef, usize> =
        (0..).zip(subjects.iter()).map(|(at, it)| (it.thing.clone(), at)).collect();
    let lines: Vec<&ExternalPath> =
        lines.into_iter().filter(|it| !work.copies.contains(&it.device)).collect();
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
        if let Some(subject) = places.get(&line.device).and_then(|at| subjects.get_mut(*at)) {
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
        let os = if *os == "IOS" && is_xe(&version.value) { "IOS XE" } else { os };
        fields.push(format!("os: {{name: {}, version: {}}}", quoted(os), quoted(&version.value)));
    }
    let lines = lines_of(work, subject.thing);
    let interfaces = interfaces(work, config, subject, &lines);
    let entered = interfaces.iter().any(|it| !it.trim_start().starts_with('#'));
    if entered {
        fields.push("interfaces:".to_owned());
    }
    let identified = interfaces.iter().any(|it| it.contains("addresses: "));
    fields.extend(interfaces);
    if !identified && config.serial.is_none() {
        let file = &subject.configured.name;
        let paths = subject.configured.files.iter().filter_map(|it| {
            let name = work.material.sources.file(it.file).name();
            work.material.paths.get(name).map(|it| quoted_whole(it))
        });
        let paths: Vec<String> = paths.collect();
        if paths.is_empty() {
            let file = crate::locale::one_line(file);
            let unknown = work.say(&text!(
                "要確認: アドレスがないため、config に設定ファイル（{file}）の場所を書いてください",
                "to be confirmed: it has no address; write where its configuration ({file}) is as `config`"
            ));
            fields.push(format!("# {unknown}"));
        }
        fields.extend(list("config", paths));
    }
    fields.extend(access::management(work, config, &lines));
    let access = access::remote_access(config);
    if !access.is_empty() {
        fields.push("remote_access:".to_owned());
        fields.extend(access);
    }
    let forwards = forwards::draft(work, subject.thing, subject.configured);
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

/// Whether it is a version of IOS XE, whose configurations carry 16 and above (Cisco, "Cisco IOS
/// and IOS XE release numbering").
fn is_xe(version: &str) -> bool {
    let major = version.split(|c: char| !c.is_ascii_digit()).next();
    major.and_then(|it| it.parse::<u32>().ok()).is_some_and(|it| it >= 16)
}

/// The id that an interface has in the draft.
pub(super) fn interface_id(name: &str) -> String {
    super::slug(name).unwrap_or_else(|| "interface".to_owned())
}

fn interfaces(
    work: &mut Work<'_>,
    config: &DeviceConfig,
    subject: &Subject<'_>,
    lines: &BTreeSet<String>,
) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut fields = Vec::new();
    let mut unknown = lines.clone();
    unknown.retain(|it| !subject.circuits.contains_key(it));
    for interface in &config.interfaces {
        let name = &interface.name.value;
        let circuit = subject.circuits.get(name);
        let inside = stands_inside(interface, lines) && !interface.addresses.is_empty();
        let apart = unknown.contains(name);
        if circuit.is_none() && !inside && !apart {
            continue;
        }
        let vlan = interface.vlan.filter(|it| (1..=4094).contains(it));
        // An interface of an inventory leads to one place: a circuit, or one zone.
        let mut places: Vec<(Option<String>, Vec<String>)> = Vec::new();
        for address in &interface.addresses {
            let written = quoted(&address.value.to_string());
            if let Some(other) = work.addresses.get(&address.value.ip()) {
                let place = work.place(address.span);
                let twice = work.say(&text!(
                    "要確認: {name} のアドレス {written} は {other} にもあります [{place}]",
                    "to be confirmed: the address {written} of {name} is one of {other}, too [{place}]"
                ));
                let twice = crate::locale::one_line(&twice);
                fields.push(format!("  # {twice}"));
                continue;
            }
            work.addresses.insert(address.value.ip(), subject.thing.id.clone());
            let zone = work.zones.of(address.value).filter(|_| !apart);
            let zone = zone.map(|it| format!("zone: {}", key(it)));
            let place = circuit.map(|it| format!("circuit: {it}")).or(zone);
            match places.iter_mut().find(|(known, _)| *known == place) {
                Some((_, addresses)) => addresses.push(written),
                None => places.push((place, vec![written])),
            }
        }
        if places.is_empty() && circuit.is_none() {
            continue;
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
            fields.push(format!("  {}: {{{}}}", key(&id), parts.join(", ")));
            work.entries.insert(format!("{}.{id}", subject.thing.id));
        }
    }
    fields
}

/// Where a path enters: its device with the interface, where both are in the inventory or the draft.
pub(super) fn entry(work: &Work<'_>, path: &ExternalPath) -> Option<String> {
    if !matches!(path.device.kind, EntityKind::Device | EntityKind::System) {
        return None;
    }
    // A tunnel that takes an inside address for its own leaves by the line all the same.
    let lines = work.lines.get(&path.device);
    let leaves = path.interface.as_ref().filter(|it| lines.is_none_or(|lines| lines.contains(*it)));
    let only = || lines.filter(|it| it.len() == 1).and_then(BTreeSet::first);
    let leaves = leaves.or_else(only);
    let at = leaves.map(|it| format!("{}.{}", path.device.id, interface_id(it)));
    if let Some(at) = at.filter(|it| work.entries.contains(it)) {
        return Some(at);
    }
    Some(path.device.id.clone()).filter(|id| {
        Section::Devices.declares(work.material.inventory, id)
            || Section::Systems.declares(work.material.inventory, id)
            || work.taken.contains(&(Section::Devices, id.clone()))
    })
}

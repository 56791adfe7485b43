//! Port forwards that nobody declared, and the systems they lead to.

use super::sheet::{Section, field, key, list, quoted};
use super::{Work, access};
use crate::evidence::Configured;
use crate::model::device::Nat;
use crate::model::words::{SystemClass, SystemKind};
use crate::model::{
    AddressSet, EntityRef, IpNetwork, Protocol, RangeSet, Service, Vocabulary as _,
};
use crate::source::Span;
use crate::text;
use crate::topology::{ExternalPath, PathKind};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Port forwards, each with a system for the host it leads to.
pub(super) fn draft(
    work: &mut Work<'_>,
    device: &EntityRef,
    configured: &Configured,
) -> Vec<String> {
    let paths = work.undeclared();
    let paths: Vec<&ExternalPath> = paths
        .filter(|it| it.kind == PathKind::Forward && it.enabled && it.device == *device)
        .collect();
    let by_place: BTreeMap<Span, &Nat> =
        configured.config.nat.iter().rev().map(|it| (it.span, it)).collect();
    let mut fields = Vec::new();
    for path in paths {
        let Some(host) = only_host(&path.inside) else { continue };
        let Some(system) = system(work, host, path.span) else { continue };
        let ports = match by_place.get(&path.span) {
            Some(nat) => ports(nat),
            None => path.services.iter().map(|it| (*it, None)).collect(),
        };
        let ports = if ports.is_empty() { vec![(Service::Any, None)] } else { ports };
        for (listen, service) in ports {
            let mut parts = vec![format!("listen: {listen}"), format!("to: {}", key(&system))];
            parts.extend(service.map(|it| format!("service: {it}")));
            parts.extend(access::sources(&path.sources).and_then(|it| list("from", it)));
            fields.push(format!("  # {}", work.place(path.span)));
            fields.push(format!("  - {{{}}}", parts.join(", ")));
        }
        work.drafted.insert(path.thing.clone());
    }
    fields
}

/// Protocols with a name in an inventory, by their numbers (IANA).
const NAMED: [(u8, Protocol); 6] = [
    (6, Protocol::Tcp),
    (17, Protocol::Udp),
    (1, Protocol::Icmp),
    (50, Protocol::Esp),
    (51, Protocol::Ah),
    (47, Protocol::Gre),
];

/// What a translation listens on outside, each with the service inside where that is another one.
/// Empty when it is every one.
fn ports(nat: &Nat) -> Vec<(Service, Option<Service>)> {
    let mut all = Vec::new();
    for transport in &nat.when.transports {
        if transport.protocols.is_all() && transport.destination_ports.is_all() {
            return Vec::new();
        }
        let outer = transport.destination_ports.ranges();
        let inner: &[(u16, u16)] = nat.ports.as_ref().map_or(outer, RangeSet::ranges);
        for (number, protocol) in NAMED {
            if !transport.protocols.contains(number) {
                continue;
            }
            let service = |(first, last): (u16, u16)| Service::Ports { protocol, first, last };
            for (nth, listened) in outer.iter().enumerate() {
                // As many ranges inside as outside belong together in their order.
                let passed = match inner {
                    [one] => Some(one),
                    _ if inner.len() == outer.len() => inner.get(nth),
                    _ => None,
                };
                let other = passed.filter(|it| *it != listened);
                all.push((service(*listened), other.map(|it| service(*it))));
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all
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
    fields.push(format!("zone: {}", key(&zone)));
    fields.push(format!("addresses: [{}]", quoted(&host.to_string())));
    work.sheet.add(Section::Systems, &[why], &id, &fields);
    Some(id)
}

//! Management: services that are switched on, and the interfaces whose zone lets them in.

use super::super::super::numbers;
use super::super::tree::Entry;
use super::interfaces::unit_name;
use super::{Reader, place};
use crate::model::device::{Addressing, AddressingKind, Management, ManagementKind};
use crate::model::{AddressSet, Service};

/// Service, word in `host-inbound-traffic`, kind, port.
const SERVICES: &[(&[&str], &str, ManagementKind, u16)] = &[
    (&["ssh"], "ssh", ManagementKind::Ssh, 22),
    (&["telnet"], "telnet", ManagementKind::Telnet, 23),
    (&["ftp"], "ftp", ManagementKind::FileTransfer, 21),
    (&["netconf", "ssh"], "netconf", ManagementKind::Api, 830),
    (&["web-management", "http"], "http", ManagementKind::Http, 80),
    (&["web-management", "https"], "https", ManagementKind::Https, 443),
    (&["xnm-clear-text"], "xnm-clear-text", ManagementKind::Api, 3221),
    (&["xnm-ssl"], "xnm-ssl", ManagementKind::Api, 3220),
];

pub(super) fn read(reader: &mut Reader<'_, '_, '_>) {
    let services = reader.root.at(&["system", "services"]);
    for (path, word, kind, port) in SERVICES {
        let service = path.iter().try_fold(services, |at, step| Some(at?.child(step)));
        let Some(service) = service.flatten() else { continue };
        let port = match service.value("port").map(|word| word.text.parse::<u16>()) {
            Some(Ok(port)) => port,
            Some(Err(_)) => {
                reader.unclear(service);
                *port
            }
            None => *port,
        };
        let mut interfaces = inbound(reader, word);
        let only: Vec<_> =
            service.list("interface").iter().map(|it| unit_name(it.text())).collect();
        if !only.is_empty() {
            interfaces = Some(match interfaces {
                Some(all) => all.into_iter().filter(|it| only.contains(it)).collect(),
                None => only,
            });
        }
        let off =
            path.iter().try_fold(services, |at, step| Some(at?.get(step))).flatten().is_none();
        // A service that no zone lets in is not reached.
        let closed = interfaces.as_ref().is_some_and(Vec::is_empty);
        reader.out.management.push(Management {
            span: place(service),
            kind: *kind,
            service: Service::tcp(port),
            enabled: !off && !closed,
            interfaces: interfaces.unwrap_or_default(),
            sources: AddressSet::any(),
            exact: true,
        });
    }
    snmp(reader);
    dhcp(reader, services);
}

/// The interfaces on which a service is let in; `None` when the text has no zones.
fn inbound(reader: &Reader<'_, '_, '_>, service: &str) -> Option<Vec<String>> {
    let zones = reader.root.at(&["security", "zones"])?;
    let mut all = Vec::new();
    let management = zones.at(&["functional-zone", "management"]);
    for zone in zones.list("security-zone").into_iter().chain(management) {
        let of_zone = lets_in(zone, service);
        for interface in zone.list("interfaces") {
            // What an interface says takes the place of what its zone says.
            if lets_in(interface, service).or(of_zone).unwrap_or(false) {
                all.push(unit_name(interface.text()));
            }
        }
    }
    // The management port stands in no zone.
    let port = |it: &&crate::model::device::Interface| it.name.value.starts_with("fxp0.");
    all.extend(reader.out.interfaces.iter().filter(port).map(|it| it.name.value.clone()));
    Some(all)
}

/// Whether a zone or an interface lets a service in; `None` when it does not say anything.
fn lets_in(entry: Entry<'_, '_>, service: &str) -> Option<bool> {
    let inbound = entry.get("host-inbound-traffic")?;
    let listed = inbound.list("system-services");
    let except = listed.iter().any(|it| it.text() == service && it.get("except").is_some());
    let named =
        |it: &Entry<'_, '_>| it.text() == service || matches!(it.text(), "all" | "any-service");
    Some(!except && listed.iter().any(named))
}

fn snmp(reader: &mut Reader<'_, '_, '_>) {
    let Some(block) = reader.root.child("snmp") else { return };
    for community in block.list_all("community") {
        let mut clients = community.list("clients");
        let named = community.value("client-list-name");
        if let Some(word) = named {
            let own = block.get("client-list").and_then(|it| it.child(word.text));
            let lists = reader.root.at(&["policy-options", "prefix-list"]);
            let list = own.or_else(|| lists?.child(word.text));
            clients.extend(list.into_iter().flat_map(|it| it.children()));
        }
        let mut exact = true;
        let mut sources = AddressSet::none();
        for client in &clients {
            let restricted = client.get("restrict").is_some();
            match numbers::network(client.text()) {
                Some(network) if !restricted => sources = sources.union(&network.into()),
                _ => {
                    exact = false;
                    reader.unclear(*client);
                }
            }
        }
        // A list that is not there may hold anybody.
        if named.is_some() && clients.is_empty() {
            exact = false;
            reader.unclear(community);
        }
        if clients.is_empty() || !exact {
            sources = AddressSet::any();
        }
        let interfaces = inbound(reader, "snmp");
        let only: Vec<_> = block.list("interface").iter().map(|it| unit_name(it.text())).collect();
        let interfaces = match interfaces {
            Some(all) => Some(
                all.into_iter()
                    .filter(|it| only.is_empty() || only.contains(it))
                    .collect::<Vec<_>>(),
            ),
            None if !only.is_empty() => Some(only),
            None => None,
        };
        let closed = interfaces.as_ref().is_some_and(Vec::is_empty);
        reader.out.management.push(Management {
            span: place(community),
            kind: ManagementKind::Snmp,
            service: Service::udp(161),
            enabled: !block.inactive() && !community.inactive() && !closed,
            interfaces: interfaces.unwrap_or_default(),
            sources,
            exact,
        });
    }
}

fn dhcp(reader: &mut Reader<'_, '_, '_>, services: Option<Entry<'_, '_>>) {
    let Some(services) = services else { return };
    for group in services.get("dhcp-local-server").map(|it| it.list("group")).unwrap_or_default() {
        for interface in group.list("interface") {
            reader.out.addressing.push(Addressing {
                span: place(interface),
                kind: AddressingKind::DhcpServer,
                interface: Some(interface.text().to_owned()),
                addresses: AddressSet::none(),
            });
        }
    }
    for pool in services.get("dhcp").map(|it| it.list("pool")).unwrap_or_default() {
        let range = pool.get("address-range");
        let both = range.and_then(|it| it.value("low")).zip(range.and_then(|it| it.value("high")));
        // `low A high B` on one line: the second hangs below the first.
        let both = both.map(|(a, b)| (a.text, b.text)).or_else(|| {
            let low = range?.get("low")?.children().next()?;
            Some((low.text(), low.value("high")?.text))
        });
        let set = both.and_then(|(a, b)| numbers::addresses(&format!("{a}-{b}")));
        if set.is_none() {
            reader.unclear(pool);
        }
        let router = pool.value("router").and_then(|word| word.text.parse().ok());
        let interface = router.and_then(|router: std::net::IpAddr| {
            let has = |it: &&crate::model::device::Interface| {
                it.addresses.iter().any(|it| it.value.ip() == router)
            };
            reader.out.interfaces.iter().find(has).map(|it| it.name.value.clone())
        });
        reader.out.addressing.push(Addressing {
            span: place(pool),
            kind: AddressingKind::DhcpServer,
            interface,
            addresses: set.unwrap_or_default(),
        });
    }
}

//! Static routes, routing instances, neighbours of BGP.

use super::super::super::numbers;
use super::super::tree::Entry;
use super::{Reader, place};
use crate::model::device::{NextHop, Route, RoutingPeer};
use crate::model::network_of;
use std::collections::BTreeMap;

pub(super) fn read(reader: &mut Reader<'_, '_, '_>) {
    let root = reader.root;
    if let Some(options) = root.child("routing-options") {
        table(reader, options, None);
        for rib in options.list("rib") {
            table(reader, rib, None);
        }
    }
    let mut instance_of: BTreeMap<String, String> = BTreeMap::new();
    for instance in root.get("routing-instances").into_iter().flat_map(|it| it.children()) {
        for interface in instance.list("interface") {
            let name = super::interfaces::unit_name(interface.text());
            instance_of.insert(name, instance.text().to_owned());
        }
        if let Some(options) = instance.get("routing-options") {
            table(reader, options, Some(instance.text()));
        }
    }
    for interface in &mut reader.out.interfaces {
        interface.instance = instance_of.remove(&interface.name.value);
    }
    bgp(reader);
}

fn table(reader: &mut Reader<'_, '_, '_>, options: Entry<'_, '_>, instance: Option<&str>) {
    let Some(block) = options.child("static") else { return };
    for route in block.list_all("route") {
        let Some(destination) = numbers::network(route.text()) else {
            reader.unclear(route);
            continue;
        };
        let mut via = Vec::new();
        for word in ["next-hop", "qualified-next-hop"] {
            for hop in route.list_all(word) {
                via.push(match hop.text().parse() {
                    Ok(address) => NextHop::Address(address),
                    Err(_) if hop.text().contains(['.', '-']) => {
                        NextHop::Interface(hop.text().to_owned())
                    }
                    Err(_) => {
                        reader.unclear(hop);
                        NextHop::Unknown(hop.text().to_owned())
                    }
                });
            }
        }
        if let Some(table) = route.value("next-table") {
            let name = table.text.split('.').next().unwrap_or_default();
            via.push(NextHop::Instance(name.to_owned()));
        }
        if route.child("discard").is_some() || route.child("reject").is_some() {
            via.push(NextHop::Discard);
        }
        let distance = route.value("preference").map(|word| word.text.parse::<u32>());
        if let Some(Err(_)) = distance {
            reader.unclear(route);
        }
        reader.out.routes.push(Route {
            span: route.all().next().map_or_else(|| place(route), place),
            destination: network_of(destination),
            via,
            distance: distance.and_then(Result::ok),
            // `inactive: route … discard` switches off the last word of the statement.
            enabled: !route.inactive() && !block.inactive() && route.children().next().is_some(),
            only: None,
            from: Vec::new(),
            instance: instance.map(str::to_owned),
        });
    }
}

fn bgp(reader: &mut Reader<'_, '_, '_>) {
    let root = reader.root;
    let number = |entry: Entry<'_, '_>, word: &'static str| {
        entry.value(word).and_then(|word| word.text.parse::<u32>().ok())
    };
    let own = root.get("routing-options").and_then(|it| number(it, "autonomous-system"));
    let Some(block) = root.get("protocols").and_then(|it| it.child("bgp")) else { return };
    for group in block.list_all("group") {
        let local = number(group, "local-as").or(own);
        let internal = group.value("type").is_some_and(|word| word.text == "internal");
        for neighbor in group.list_all("neighbor") {
            let Ok(address) = neighbor.text().parse() else {
                reader.unclear(neighbor);
                continue;
            };
            let local = number(neighbor, "local-as").or(local);
            let remote = number(neighbor, "peer-as").or_else(|| number(group, "peer-as"));
            reader.out.peers.push(RoutingPeer {
                span: place(neighbor),
                protocol: "bgp",
                address,
                remote_as: remote.or(local.filter(|_| internal)),
                local_as: local,
                enabled: !(neighbor.inactive() || group.inactive() || block.inactive()),
            });
        }
    }
}

//! Static routes, policy routes, neighbours of BGP.

use super::super::super::numbers;
use super::super::objects::subnet;
use super::super::tree::Entry;
use super::{Reader, Vdom, key, place};
use crate::model::device::{
    Answers, Applied, Family, Filter, FilterLine, Hook, Match, NextHop, Route, RoutingPeer,
    Transport, Verdict,
};
use crate::model::{AddressSet, IpNetwork};
use crate::source::Spanned;
use std::net::IpAddr;

pub(super) fn read<'a, 't>(reader: &mut Reader<'a, 't, '_>, vdom: &Vdom<'a, 't>) {
    for row in vdom.home.rows("router static") {
        fixed(reader, vdom, row, "0.0.0.0/0", "system sdwan");
    }
    for row in vdom.home.rows("router static6") {
        fixed(reader, vdom, row, "::/0", "system sdwan");
    }
    learnt(reader, vdom);
    for row in vdom.home.rows("router policy") {
        chosen(reader, vdom, row);
    }
    bgp(reader, vdom);
}

/// The members of an SD-WAN, as next hops.
fn members(vdom: &Vdom<'_, '_>, v6: bool, zones: &[&str]) -> Vec<NextHop> {
    let blocks = ["system sdwan", "system virtual-wan-link"];
    let rows = blocks.iter().filter_map(|it| vdom.home.block(it)).flat_map(|it| it.rows("members"));
    let mut hops = Vec::new();
    for row in rows.filter(|row| !row.is("status", "disable")) {
        let zone = row.text("zone").unwrap_or("virtual-wan-link");
        if !zones.is_empty() && !zones.contains(&zone) {
            continue;
        }
        let Some(interface) = row.text("interface") else { continue };
        let gateway = row.text(if v6 { "gateway6" } else { "gateway" });
        let gateway = gateway.and_then(|it| it.parse::<IpAddr>().ok());
        hops.push(match gateway.filter(|it| !it.is_unspecified()) {
            Some(gateway) => NextHop::Over(gateway, interface.to_owned()),
            None => NextHop::Interface(interface.to_owned()),
        });
    }
    hops
}

fn fixed(
    reader: &mut Reader<'_, '_, '_>,
    vdom: &Vdom<'_, '_>,
    row: Entry<'_, '_>,
    everything: &str,
    _sdwan: &str,
) {
    let v6 = everything == "::/0";
    let mut destinations: Vec<IpNetwork> = Vec::new();
    let services = ["internet-service", "internet-service-custom"];
    let service = services.iter().find_map(|it| row.setting(it)).filter(|it| {
        it.values().next().is_some_and(|word| word.text != "0" && !word.text.is_empty())
    });
    if let Some(object) = row.word("dstaddr").filter(|word| !word.text.is_empty()) {
        let known =
            if v6 { vdom.objects.address6(object.text) } else { vdom.objects.address(object.text) };
        match known.filter(|it| it.exact) {
            Some(known) => destinations = super::ipsec::networks(&known.set),
            None => reader.unclear(row.setting("dstaddr")),
        }
    } else if service.is_some() {
        // Routes by names of services in the Internet; where they stand is not in the text.
        reader.unclear(service);
    } else {
        let words = row.values("dst");
        match words.as_slice() {
            [] => destinations.extend(numbers::network(everything)),
            words => match subnet(words) {
                Some(network) => destinations.push(network),
                None => reader.unclear(row.setting("dst")),
            },
        }
    }
    let device = row.word("device").filter(|word| !word.text.is_empty());
    if let Some(device) = device {
        reader.interface_or_zone(vdom, device);
    }
    let gateway = row.word("gateway").map(|word| word.text.parse::<IpAddr>());
    let zones: Vec<&str> = row.values("sdwan-zone").iter().map(|word| word.text).collect();
    let via = if row.enabled("blackhole") {
        vec![NextHop::Discard]
    } else if row.enabled("sdwan") || row.enabled("virtual-wan-link") || !zones.is_empty() {
        members(vdom, v6, &zones)
    } else {
        match (gateway, device) {
            (Some(Ok(gateway)), device) if !gateway.is_unspecified() => match device {
                Some(device) => vec![NextHop::Over(gateway, device.text.to_owned())],
                None => vec![NextHop::Address(gateway)],
            },
            (Some(Err(_)), _) => {
                reader.unclear(row.setting("gateway"));
                vec![NextHop::Unknown(String::new())]
            }
            (_, Some(device)) => vec![NextHop::Interface(device.text.to_owned())],
            (_, None) => vec![NextHop::Unknown(String::new())],
        }
    };
    let distance = row.text("distance").map(str::parse::<u32>);
    if let Some(Err(_)) = distance {
        reader.unclear(row.setting("distance"));
    }
    reader.only_usual(row, &[("vrf", "0"), ("devindex", "0")]);
    for destination in destinations {
        reader.out.routes.push(Route {
            span: place(row.line()),
            destination: crate::model::network_of(destination),
            via: via.clone(),
            distance: distance.clone().and_then(Result::ok),
            enabled: !row.is("status", "disable"),
            only: None,
            from: Vec::new(),
            instance: vdom.instance(),
        });
    }
}

/// An interface that gets its address takes the default route too, unless it is told not to.
fn learnt(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>) {
    for row in reader.global.rows("system interface") {
        let ours = row.text("vdom").unwrap_or("root") == vdom.name.unwrap_or("root");
        let Some(mode) = row.setting("mode") else { continue };
        let asks = row.is("mode", "dhcp") || row.is("mode", "pppoe");
        if !ours || !asks || row.is("defaultgw", "disable") {
            continue;
        }
        let Some(destination) = numbers::network("0.0.0.0/0") else { continue };
        reader.out.routes.push(Route {
            span: mode.line.span(),
            destination,
            via: vec![NextHop::Interface(row.name().to_owned())],
            distance: row.text("distance").and_then(|it| it.parse().ok()),
            enabled: !row.is("status", "down"),
            only: None,
            from: Vec::new(),
            instance: vdom.instance(),
        });
    }
}

/// A route that only some packets take.
fn chosen(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>, row: Entry<'_, '_>) {
    let span = place(row.line());
    let mut when = Match::any();
    when.from = row.values("input-device").iter().map(|word| word.text.to_owned()).collect();
    for (name, object) in [("src", "srcaddr"), ("dst", "dstaddr")] {
        let mut set = AddressSet::none();
        let (words, names) = (row.values(name), row.values(object));
        for word in &words {
            // `10.0.0.0/255.255.255.0` or two words.
            let network = match word.text.split_once('/') {
                Some((address, mask)) if mask.contains('.') => numbers::masked(address, mask),
                _ => numbers::network(word.text),
            };
            match network {
                Some(network) => set = set.union(&network.into()),
                None => when.not_understood.push(word.span),
            }
        }
        for word in &names {
            match vdom.objects.address(word.text).filter(|it| it.exact) {
                Some(known) => set = set.union(&known.set),
                None => when.not_understood.push(word.span),
            }
        }
        if !when.not_understood.is_empty() {
            reader.unclear(row.setting(name).or(row.setting(object)));
            set = AddressSet::any_v4();
        }
        if !words.is_empty() || !names.is_empty() {
            match name {
                "src" => when.source = set,
                _ => when.destination = set,
            }
        }
    }
    if let Some(word) = row.word("protocol") {
        match word.text.parse::<u8>() {
            Ok(0) => {}
            Ok(number) => {
                let first = row.text("start-port").and_then(|it| it.parse().ok()).unwrap_or(0);
                let last = row.text("end-port").and_then(|it| it.parse().ok()).unwrap_or(u16::MAX);
                let ports = match first {
                    0 | 1 if last == u16::MAX => crate::model::RangeSet::all(),
                    _ => crate::model::RangeSet::range(first, last),
                };
                when.transports = vec![Transport::ports(number, ports)];
            }
            Err(_) => {
                when.not_understood.push(word.span);
                reader.unclear(row.setting("protocol"));
            }
        }
    }
    let from = when.from.clone();
    let name = vdom.named(&format!("router policy {}", row.name()));
    let gateway = row.text("gateway").and_then(|it| it.parse::<IpAddr>().ok());
    let gateway = gateway.filter(|it| !it.is_unspecified());
    let device = row.word("output-device");
    let via = match (gateway, device) {
        _ if row.is("action", "deny") => Vec::new(),
        (Some(gateway), Some(device)) => vec![NextHop::Over(gateway, device.text.to_owned())],
        (Some(gateway), None) => vec![NextHop::Address(gateway)],
        (None, Some(device)) => vec![NextHop::Interface(device.text.to_owned())],
        (None, None) => Vec::new(),
    };
    if via.is_empty() {
        // `deny` leaves the packets to the routing table.
        reader.notes.unrecognized(row.line());
        return;
    }
    let destination = match super::ipsec::networks(&when.destination).as_slice() {
        [one] => Some(*one),
        _ => numbers::network("0.0.0.0/0"),
    };
    let enabled = !row.is("status", "disable");
    let line =
        FilterLine { span, label: row.name().to_owned(), verdict: Verdict::Permit, when, enabled };
    reader.out.filters.push(Filter {
        name: Spanned::new(name.clone(), key(row).span),
        family: Family::V4,
        lines: vec![line],
        otherwise: Verdict::Deny,
    });
    reader.out.applied.push(Applied {
        span,
        filter: name.clone(),
        hook: Hook::Selection,
        interfaces: Vec::new(),
        answers: Answers::AsDevice,
    });
    reader.out.routes.extend(destination.map(|destination| Route {
        span,
        destination,
        via,
        distance: None,
        enabled,
        only: Some(Spanned::new(name, span)),
        // Whichever interface it is: a policy route is tried before the routing table (*FortiOS
        // Administration Guide*, policy routes).
        from: if from.is_empty() { vec!["*".to_owned()] } else { from },
        instance: vdom.instance(),
    }));
}

fn bgp(reader: &mut Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>) {
    let Some(block) = vdom.home.block("router bgp") else { return };
    let number = |entry: Entry<'_, '_>, name: &str| {
        entry.text(name).map(|it| it.parse::<u32>()).filter(|it| *it != Ok(0))
    };
    let local = number(block, "as");
    if let Some(Err(_)) = local {
        reader.unclear(block.setting("as"));
    }
    for row in block.rows("neighbor") {
        let Ok(address) = row.name().parse() else {
            reader.notes.unrecognized(row.line());
            continue;
        };
        let (remote, own) = (number(row, "remote-as"), number(row, "local-as"));
        if let Some(Err(_)) = remote {
            reader.unclear(row.setting("remote-as"));
        }
        reader.out.peers.push(RoutingPeer {
            span: place(row.line()),
            protocol: "bgp",
            address,
            remote_as: remote.and_then(Result::ok),
            local_as: own.or_else(|| local.clone()).and_then(Result::ok),
            enabled: !row.enabled("shutdown"),
        });
    }
}

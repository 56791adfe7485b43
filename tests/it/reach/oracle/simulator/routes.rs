//! Where a device sends one packet.

use super::filters::{Over, is_called, permits};
use sekisho::model::device::{DeviceConfig, Interface, InterfaceKind, NextHop, Route};
use sekisho::reach::packets::Packet;
use std::net::IpAddr;

pub(super) enum Leads {
    Here,
    Out(usize, Option<IpAddr>),
}

/// Where a device sends a packet; none when it throws it away.
pub(super) fn routed(
    config: &DeviceConfig,
    instance: Option<&str>,
    from: Option<&Interface>,
    packet: &Packet,
    depth: usize,
) -> Option<Leads> {
    let to = packet.destination;
    let here = |it: &&Interface| it.enabled && it.instance.as_deref() == instance;
    let mut own = config.interfaces.iter().filter(here).flat_map(|it| &it.addresses);
    if own.any(|it| it.value.ip() == to) {
        return Some(Leads::Here);
    }
    let chosen = |it: &&Route| {
        let only = it.only.as_ref().is_none_or(|name| {
            let list = config.filters.iter().find(|it| it.name.value == name.value);
            let way = Over { from, ..Over::default() };
            permits(config, list.expect("a defined list"), way, packet)
        });
        it.enabled && it.instance.as_deref() == instance && it.destination.contains(to) && only
    };
    let first =
        |it: &&Route| it.only.is_some() && it.from.iter().any(|name| is_called(config, from, name));
    if let Some(route) = config.routes.iter().filter(first).find(chosen) {
        return follow(config, route, instance, from, packet, depth);
    }
    let connected = connected(config, instance, to).map(|(prefix, at)| (prefix, 0, at));
    // The longest prefix, then lines with a filter, then the smallest distance, then what is written
    // first.
    let mut best: Option<(u8, Option<u32>, &Route)> = None;
    for route in config.routes.iter().filter(|it| it.from.is_empty()).filter(chosen) {
        let prefix = route.destination.prefix();
        let distance = route.only.is_none().then(|| route.distance.unwrap_or(1));
        let better = |known: &(u8, Option<u32>, &Route)| {
            prefix > known.0 || (prefix == known.0 && distance < known.1)
        };
        if best.as_ref().is_none_or(better) {
            best = Some((prefix, distance, route));
        }
    }
    match (connected, best) {
        (Some((prefix, _, at)), best) if best.is_none_or(|it| it.0 <= prefix) => {
            Some(Leads::Out(at, None))
        }
        (_, Some((.., route))) => follow(config, route, instance, from, packet, depth),
        _ => None,
    }
}

/// The interface in whose network an address is, with the length of its prefix.
fn connected(config: &DeviceConfig, instance: Option<&str>, to: IpAddr) -> Option<(u8, usize)> {
    let mut best = None;
    for (at, interface) in config.interfaces.iter().enumerate() {
        if !interface.enabled || interface.instance.as_deref() != instance {
            continue;
        }
        for own in interface.addresses.iter().map(|it| it.value).filter(|it| it.contains(to)) {
            if best.is_none_or(|(prefix, _)| own.prefix() > prefix) {
                best = Some((own.prefix(), at));
            }
        }
    }
    best
}

fn follow(
    config: &DeviceConfig,
    route: &Route,
    instance: Option<&str>,
    from: Option<&Interface>,
    packet: &Packet,
    depth: usize,
) -> Option<Leads> {
    let named = |name: &String| config.interfaces.iter().position(|it| it.name.value == *name);
    match route.via.first()? {
        NextHop::Address(next) => {
            let (_, at) = connected(config, instance, *next)?;
            Some(Leads::Out(at, Some(*next)))
        }
        NextHop::Over(next, name) => Some(Leads::Out(named(name)?, Some(*next))),
        NextHop::Interface(name) => {
            let at = named(name)?;
            (config.interfaces[at].kind != InterfaceKind::Null).then_some(Leads::Out(at, None))
        }
        NextHop::Instance(other) if depth < 4 => {
            routed(config, Some(other), from, packet, depth + 1)
        }
        NextHop::Instance(_) | NextHop::Discard => None,
        NextHop::Unknown(_) => panic!("the simulator knows everything"),
    }
}

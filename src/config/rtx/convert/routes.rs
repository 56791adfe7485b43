//! Routes, with policy routing, and neighbours of BGP.

use super::filters::{family, line};
use crate::config::rtx::repr::{Hop, Ip, RouteSetup, Router, Via};
use crate::model::IpNetwork;
use crate::model::device::{
    Applied, DeviceConfig, Filter, Hook, NextHop, Route, RoutingPeer, Verdict,
};
use crate::source::Spanned;

/// All routes in the order of the text, and the filters that choose their packets.
pub(super) fn routes(router: &Router, config: &mut DeviceConfig) {
    let mut all: Vec<_> = router.routes.iter().collect();
    all.sort_by_key(|(_, route)| route.span);
    for ((ip, destination), route) in all {
        put(router, config, *ip, *destination, route);
    }
    for port in router.ports.iter() {
        // The other end of a line stands in the routing table by itself.
        if let Some(remote) = &port.remote {
            let via = NextHop::Interface(port.name.value.clone());
            config.routes.push(plain(remote.span, remote.value.into(), vec![via]));
        }
    }
    neighbours(router, config);
}

fn plain(span: crate::source::Span, destination: IpNetwork, via: Vec<NextHop>) -> Route {
    let (distance, from, only, instance) = (None, Vec::new(), None, None);
    Route { span, destination, via, distance, enabled: true, only, from, instance }
}

/// Gateways without a filter are alternatives of one route; each with a filter is a route of its own.
fn put(
    router: &Router,
    config: &mut DeviceConfig,
    ip: Ip,
    destination: IpNetwork,
    route: &RouteSetup,
) {
    let (chosen, rest): (Vec<&Hop>, Vec<&Hop>) =
        route.hops.iter().partition(|hop| !hop.filters.is_empty());
    for hop in chosen {
        let only = selection(router, config, ip, route, hop);
        config.routes.push(Route {
            distance: hop.metric,
            only: Some(only),
            ..plain(route.span, destination, vec![next(&hop.via)])
        });
    }
    if !rest.is_empty() {
        config.routes.push(Route {
            distance: rest.iter().find_map(|hop| hop.metric),
            ..plain(route.span, destination, rest.iter().map(|hop| next(&hop.via)).collect())
        });
    }
}

fn next(via: &Via) -> NextHop {
    match via {
        Via::Address(address) => NextHop::Address(*address),
        Via::Over(address, name) => NextHop::Over(*address, name.clone()),
        Via::Interface(name, _) => NextHop::Interface(name.clone()),
        Via::Discard => NextHop::Discard,
        Via::Unknown(words) => NextHop::Unknown(words.clone()),
    }
}

/// The filters of a gateway as one filter: what passes them takes this way.
fn selection(
    router: &Router,
    config: &mut DeviceConfig,
    ip: Ip,
    route: &RouteSetup,
    hop: &Hop,
) -> Spanned<String> {
    let numbers: Vec<String> = hop.filters.iter().map(|it| it.value.to_string()).collect();
    let name = format!("{} route filter {}", ip.word(), numbers.join(" "));
    let span = hop.filters.first().map_or(route.span, |it| it.span);
    if config.filter(&name).is_none() {
        config.filters.push(Filter {
            name: Spanned::new(name.clone(), span),
            family: family(ip),
            lines: hop.filters.iter().map(|it| line(router, ip, it)).collect(),
            otherwise: Verdict::Deny,
        });
        config.applied.push(Applied {
            span,
            filter: name.clone(),
            hook: Hook::Selection,
            interfaces: Vec::new(),
            answers: Default::default(),
        });
    }
    Spanned::new(name, span)
}

fn neighbours(router: &Router, config: &mut DeviceConfig) {
    let on = router.bgp.on.as_ref().is_some_and(|it| it.value);
    for (span, system, address) in router.bgp.neighbours.values() {
        config.peers.push(RoutingPeer {
            span: *span,
            protocol: "bgp",
            address: *address,
            remote_as: Some(*system),
            local_as: router.bgp.own,
            enabled: on,
        });
    }
}

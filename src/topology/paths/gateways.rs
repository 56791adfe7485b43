//! Inside hosts that lead further out: routes to networks that nobody declared, by a host that is
//! no declared device.

use super::sides::{Side, View, place};
use super::{Found, dashed};
use crate::finding::Confidence;
use crate::model::device::{Remote, Route};
use crate::model::{AddressSet, EntityKind};
use crate::text;
use crate::topology::external::PathKind;
use crate::topology::territory::is_public;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// One path for every such host, with all its routes; hosts that stand in for each other are one.
pub(super) fn of(view: &View<'_>) -> Vec<Found> {
    let mut hosts: BTreeMap<IpAddr, Vec<&Route>> = BTreeMap::new();
    let routes = view.config.routes.iter().filter(|it| it.enabled);
    for route in routes {
        for (over, next) in view.config.ways(route) {
            let Some(next) = next else { continue };
            let inside = over.is_some_and(|it| view.side(&it.name.value) == Some(Side::Inside));
            let device = |it: &crate::model::EntityRef| {
                it.kind == EntityKind::Device && view.territory.explains(it)
            };
            if inside && !view.territory.owners(next).iter().any(device) {
                hosts.entry(next).or_default().push(route);
            }
        }
    }
    let mut groups: Vec<(Vec<IpAddr>, Vec<&Route>)> = Vec::new();
    for (host, routes) in hosts {
        let spans = |routes: &[&Route]| routes.iter().map(|it| it.span).collect::<Vec<_>>();
        match groups.iter_mut().find(|(_, known)| spans(known) == spans(&routes)) {
            Some((hosts, _)) => hosts.push(host),
            None => groups.push((vec![host], routes)),
        }
    }
    groups.into_iter().filter_map(|(hosts, routes)| path(view, &hosts, &routes)).collect()
}

/// What leads out among the routes over a host. A host that also leads to declared zones is a
/// router of the inside: then private networks behind it are more likely undeclared zones.
fn path(view: &View<'_>, hosts: &[IpAddr], routes: &[&Route]) -> Option<Found> {
    let host = *hosts.first()?;
    let all: Vec<String> = hosts.iter().map(IpAddr::to_string).collect();
    let all = all.join(", ");
    let router = routes
        .iter()
        .any(|it| !it.is_default() && view.territory.inside().meets(&it.destination.into()));
    let abroad = |it: &Route| match it.is_default() {
        // Everything else is somebody's default; beside a line of its own it is a second one.
        true => it.instance.is_none() && it.only.is_none() && view.outside().next().is_some(),
        false => {
            let public = is_abroad(it.destination.ip());
            !view.territory.declares(&it.destination.into()) && (public || !router)
        }
    };
    let leading: Vec<&Route> = routes.iter().copied().filter(|it| abroad(it)).collect();
    let first = leading.first()?;
    let networks: Vec<String> = leading.iter().map(|it| it.destination.to_string()).collect();
    let networks = networks.join(", ");
    let name = text!(
        "院内の {all} を経由する経路（宛先 {networks}）",
        "a route by the inside host {all} (to {networks})"
    );
    let mut found =
        Found::new(PathKind::Gateway, format!("gateway {}", dashed(host)), name, first.span);
    let path = &mut found.path;
    let certain = leading.iter().any(|it| !it.is_default() && is_abroad(it.destination.ip()));
    path.confidence = if certain { Confidence::High } else { Confidence::Medium };
    path.remote = Some(Remote::Address(host));
    path.inside = hosts.iter().map(|it| AddressSet::from(*it)).collect();
    path.beyond = leading
        .iter()
        .filter(|it| !it.is_default())
        .map(|it| it.destination)
        .collect::<AddressSet>();
    let over = view.config.towards(host);
    path.interface = over.map(|it| it.name.value.clone());
    let others = leading.iter().skip(1).map(|it| (text!("別の経路", "another route"), it.span));
    path.shows = others.collect();
    path.shows.extend(
        over.map(|it| (text!("院内側のインタフェース", "the inside interface"), place(it))),
    );
    Some(found)
}

/// Whether an address is certainly not of a network inside: public, or of the range that carriers
/// and overlay networks use (RFC 6598).
fn is_abroad(address: IpAddr) -> bool {
    let shared = match address {
        IpAddr::V4(it) => it.octets()[0] == 100 && it.octets()[1] & 0xc0 == 64,
        // Every network inside may have public addresses in IPv6.
        IpAddr::V6(_) => return false,
    };
    shared || is_public(address)
}

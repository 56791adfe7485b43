//! What the files of a device do not tell although the device knows it.

use crate::config::Because;
use crate::evidence::{Configured, EvidenceSet};
use crate::inventory::{Device, Inventory};
use crate::locale::Text;
use crate::model::device::{Interface, InterfaceKind};
use crate::model::{EntityRef, IpNetwork};
use crate::source::Span;
use crate::topology::Topology;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Whether a device may know routes that its configuration does not show.
pub(super) fn learns(configured: &Configured) -> bool {
    let mut interfaces = configured.config.interfaces.iter();
    hears(configured)
        || lacks_routes(configured)
        || interfaces.any(|it| it.enabled && !it.acquired.is_empty())
        || configured.files.iter().any(|it| !it.coverage.unrecognized.is_empty())
}

/// Whether neighbours may tell a device routes that go before those that its configuration shows.
pub(super) fn hears(configured: &Configured) -> bool {
    let told = |it: &crate::config::Coverage| it.ignored.contains_key(&Because::Routing);
    !configured.config.peers.is_empty() || configured.files.iter().any(|it| told(&it.coverage))
}

/// Whether the routes of a family were not listed: Linux prints one for every network on which it
/// has an address (ip-route(8)), so a family with an address and no route was not asked for.
fn lacks_routes(configured: &Configured) -> bool {
    let config = &configured.config;
    let listed = configured.files.iter().any(|it| it.format.id == "linux");
    let lacks = |v4: bool| {
        let real =
            config.interfaces.iter().filter(|it| it.enabled && it.kind != InterfaceKind::Loopback);
        let mut own = real.flat_map(|it| &it.addresses).map(|it| it.value);
        let linked =
            |it: &IpNetwork| matches!(it.ip(), IpAddr::V6(it) if it.is_unicast_link_local());
        own.any(|it| it.is_ipv4() == v4 && !linked(&it))
            && config.routes.iter().all(|it| it.destination.is_ipv4() != v4)
    };
    listed && (lacks(true) || lacks(false))
}

/// Whether so much is missing that the device may pass, stop or translate anything: a file ends
/// before the configuration does, or shows several of them, or Linux was asked for its addresses but not for its rules.
pub(super) fn is_in_part(configured: &Configured) -> bool {
    let files = || configured.files.iter();
    let listed = |id: &str| files().any(|it| it.format.id == id);
    let without_rules = listed("linux") && !listed("iptables") && !listed("nftables");
    without_rules || is_doubtful_at(configured).is_some()
}

/// Where a file ends before the configuration does, or shows another than the one that was read.
fn is_doubtful_at(configured: &Configured) -> Option<Span> {
    configured.files.iter().flat_map(|it| it.doubtful()).find_map(|it| it.span())
}

/// Devices of which a configuration was given that does not tell what they do now: where it shows
/// that, and why.
pub(super) fn doubted(
    evidence: &EvidenceSet,
    topology: &Topology,
) -> BTreeMap<EntityRef, (Option<Span>, Text)> {
    let each = topology.joined().iter().filter_map(|it| {
        let files = &evidence.devices.get(it.configured)?.files;
        let remark = files.iter().flat_map(|it| it.doubtful()).next()?;
        Some((it.thing.clone(), (remark.span(), remark.message.clone())))
    });
    each.collect()
}

/// Devices that no inventory names and that were read in part only.
pub(super) fn in_part(
    inventory: &Inventory,
    evidence: &EvidenceSet,
    topology: &Topology,
) -> Vec<(EntityRef, Span)> {
    let unnamed = topology.joined().iter();
    let unnamed = unnamed.filter(|it| inventory.devices.get(&it.thing.id).is_none());
    let read = unnamed.filter_map(|it| Some((it, evidence.devices.get(it.configured)?)));
    let missing = |it: &Configured| is_doubtful_at(it).or_else(|| tunnels_alone(it));
    read.filter_map(|(it, configured)| Some((it.thing.clone(), missing(configured)?))).collect()
}

/// Where a configuration speaks of tunnels or dial-in and of nothing else: that of a program
/// (strongSwan, OpenVPN) on a host whose addresses, routes and filters stand elsewhere.
fn tunnels_alone(configured: &Configured) -> Option<Span> {
    let config = &configured.config;
    let bare = |it: &Interface| it.kind == InterfaceKind::Tunnel || it.addresses.is_empty();
    let nothing =
        config.filters.is_empty() && config.nat.is_empty() && config.interfaces.iter().all(bare);
    let tunnels = config.tunnels.iter().map(|it| it.span);
    let accesses = config.remote_access.iter().map(|it| it.span);
    tunnels.chain(accesses).next().filter(|_| nothing)
}

/// Lines that nobody read, and declared addresses that no line gives to an interface, so that one is
/// missing or another: how many, and the first.
pub(super) fn unread(configured: &Configured, device: Option<&Device>) -> Option<(usize, Span)> {
    let config = &configured.config;
    let lines = configured.files.iter().flat_map(|it| &it.coverage.unrecognized).copied();
    // A part of a configuration, or filters alone, need not say what addresses there are.
    let own = || config.interfaces.iter().flat_map(|it| &it.addresses).map(|it| it.value.ip());
    let told = own().next().is_some();
    let interfaces = device.into_iter().flat_map(|it| &it.interfaces).filter(|_| told);
    let missing = interfaces.filter(|declared| {
        let acquired = config
            .interfaces
            .iter()
            .any(|it| it.name.value == declared.id.value && !it.acquired.is_empty());
        let mut addresses = declared.addresses.iter().map(|it| it.value.ip());
        !declared.addresses.is_empty()
            && !acquired
            && addresses.all(|it| own().all(|own| own != it))
    });
    // What a portal fetches comes from the device itself, and is not followed.
    let lines = lines.chain(config.portals.iter().copied());
    let all: Vec<Span> = lines.chain(missing.map(|it| it.id.span)).collect();
    Some((all.len(), *all.first()?))
}

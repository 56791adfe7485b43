//! IPv6 that anybody outside can open sessions over, where IPv4 is filtered or translated.

use super::Found;
use super::passage::{Door, through};
use super::sides::{Side, View, place};
use crate::finding::Confidence;
use crate::model::device::{Acquired, Family, Interface, InterfaceKind, NatKind};
use crate::model::{AddressSet, IpNetwork};
use crate::text;
use crate::topology::external::PathKind;
use crate::topology::territory::is_public;

pub(super) fn of(view: &View<'_>) -> Vec<Found> {
    let inside = inside(view);
    if inside.is_empty() {
        return Vec::new();
    }
    view.outside().filter_map(|it| path(view, it, &inside)).collect()
}

/// The inside interfaces that have addresses of the internet in IPv6, or get them.
fn inside<'a>(view: &View<'a>) -> Vec<&'a Interface> {
    let given = |it: Acquired| matches!(it, Acquired::Advertisement | Acquired::Delegation);
    let speaks = |it: &Interface| {
        it.addresses.iter().any(|it| it.value.is_ipv6() && is_public(it.value.ip()))
            || it.acquired.iter().any(|it| given(it.value))
    };
    view.interfaces()
        .filter(|(it, side)| *side == Side::Inside && it.kind != InterfaceKind::Loopback)
        .map(|(it, _)| it)
        .filter(|it| speaks(it))
        .collect()
}

fn path(view: &View<'_>, interface: &Interface, inside: &[&Interface]) -> Option<Found> {
    if !speaks_ipv6(interface) {
        return None;
    }
    let Door::Open { certain, at: line } = through(view, interface, Family::V6) else {
        return None;
    };
    let translated = view.config.nat.iter().any(|it| it.kind == NatKind::Source && it.enabled);
    let filtered = translated || through(view, interface, Family::V4) == Door::Shut;
    if !filtered {
        return None;
    }
    let at = &interface.name.value;
    let behind: Vec<&str> = inside.iter().map(|it| it.name.value.as_str()).collect();
    let behind = behind.join(", ");
    let name = text!(
        "IPv6の素通し（外側 {at} から {behind} へ）",
        "open IPv6 (from outside {at} to {behind})"
    );
    let span = line.unwrap_or_else(|| {
        let v6 = interface.addresses.iter().find(|it| it.value.is_ipv6()).map(|it| it.span);
        v6.unwrap_or_else(|| place(interface))
    });
    let mut found = Found::new(PathKind::Ipv6, format!("ipv6 {at}"), name, span);
    let path = &mut found.path;
    path.interface = Some(at.clone());
    // The carrier may stop what the device lets pass: this is to be confirmed, even where every
    // line is clear.
    path.confidence = if certain { Confidence::Medium } else { Confidence::Low };
    path.sources = AddressSet::any_v6();
    let networks = inside.iter().flat_map(|it| &it.addresses).map(|it| it.value);
    path.inside = networks.filter(IpNetwork::is_ipv6).collect();
    let shown = inside.iter().map(|it| {
        let v6 = it.addresses.iter().find(|it| it.value.is_ipv6()).map(|it| it.span);
        let how = it.acquired.iter().find(|it| it.value != Acquired::Dhcp).map(|it| it.span);
        let span = v6.or(how).unwrap_or_else(|| place(it));
        (text!("院内側のIPv6", "IPv6 on the inside"), span)
    });
    path.shows = shown.collect();
    Some(found)
}

/// Whether an interface has an address of IPv6 or gets one.
fn speaks_ipv6(interface: &Interface) -> bool {
    let given = |it: Acquired| matches!(it, Acquired::Advertisement | Acquired::Delegation);
    interface.addresses.iter().any(|it| it.value.is_ipv6())
        || interface.acquired.iter().any(|it| given(it.value))
}

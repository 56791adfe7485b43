//! What the device as a whole does not forward, and what filters and is not read: on VLANs, on
//! frames, by where the way back leads, by who is known, by classes of traffic.

use super::repr::Repr;
use crate::config::unrouted::forwards_nothing;
use crate::config::unsure::may_stop;
use crate::model::IpNetwork;
use crate::model::device::{DeviceConfig, Family, Hook};

/// Without `ip routing` a device is a host, and so it is for IPv6 without `ipv6 unicast-routing`,
/// which is off unless it is written (Command Reference, `ip routing`, `ipv6 unicast-routing`). Only a
/// text that is `whole` shows that a line is missing.
pub(super) fn off(repr: &Repr, whole: bool, config: &mut DeviceConfig) {
    if let Some(span) = repr.unrouted {
        forwards_nothing("no ip routing", span, Family::V4, config);
    }
    let sixth = repr.ports.iter().find_map(|port| {
        let mut addresses = port.interface.addresses.iter();
        addresses.find(|it| matches!(it.value, IpNetwork::V6(_)))
    });
    if let Some(address) = sixth.filter(|_| whole && repr.routes_v6.is_none()) {
        forwards_nothing("no ipv6 unicast-routing", address.span, Family::V6, config);
    }
}

/// VLAN maps, lists for frames and the like: they filter, and what they filter is not read.
pub(super) fn unread(repr: &Repr, config: &mut DeviceConfig) {
    for (map, ranges) in &repr.vlan_filters {
        let name = format!("vlan filter {}", map.value);
        for hook in [Hook::In, Hook::Out] {
            may_stop(&name, map.span, hook, routed(repr, ranges), config);
        }
    }
    for block in &repr.somewhere {
        for hook in [Hook::In, Hook::Out] {
            let all = repr.ports.iter().map(|it| it.interface.name.value.clone()).collect();
            may_stop(&block.value, block.span, hook, all, config);
        }
    }
    for port in &repr.ports {
        let here = || vec![port.interface.name.value.clone()];
        for (what, hook) in &port.unread {
            may_stop(&what.value, what.span, *hook, here(), config);
        }
        for (policy, hook) in port.policies.iter().filter(|it| repr.inspection.drops(&it.0.value)) {
            let name = format!("service-policy {}", policy.value);
            may_stop(&name, policy.span, *hook, here(), config);
        }
        for (list, hook) in &port.frames {
            let it = &port.interface;
            let mut at = vec![it.name.value.clone()];
            // Of a port of a switch, what comes in goes on over its VLANs.
            let own: Vec<(u16, u16)> = it.vlan.map(|vlan| (vlan, vlan)).into_iter().collect();
            at.extend(routed(repr, &own));
            at.extend(routed(repr, &it.trunk));
            may_stop(&format!("mac access-group {}", list.value), list.span, *hook, at, config);
        }
    }
}

/// The routed interfaces of VLANs.
fn routed(repr: &Repr, ranges: &[(u16, u16)]) -> Vec<String> {
    let names = repr.ports.iter().map(|port| &port.interface.name.value);
    let within = |name: &&String| {
        let vlan = name.strip_prefix("Vlan").and_then(|number| number.parse::<u16>().ok());
        vlan.is_some_and(|vlan| ranges.iter().any(|(first, last)| (*first..=*last).contains(&vlan)))
    };
    names.filter(within).cloned().collect()
}

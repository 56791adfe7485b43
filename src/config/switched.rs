//! Lists on ports of a switch: they see what passes the port, and of a VLAN only some hosts do.

use crate::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Interface, InterfaceKind,
    Match, Verdict,
};
use crate::source::Spanned;

/// What passes between a VLAN and the rest may or may not meet the list of a port in it. Which hosts
/// stand behind the port nobody wrote down, so that nothing is certain to pass.
pub(super) fn lists_on_ports(config: &mut DeviceConfig) {
    let mut found = Vec::new();
    for applied in &config.applied {
        if !matches!(applied.hook, Hook::In | Hook::Out) {
            continue;
        }
        for port in applied.interfaces.iter().filter_map(|it| config.interface(it)) {
            let routed = config.interfaces.iter().filter(|it| is_routed_for(it, port));
            found.extend(routed.map(|it| (it.name.value.clone(), applied.clone())));
        }
    }
    for (vlan, Applied { span, filter, hook, .. }) in found {
        let name = format!("{filter} {vlan}");
        if config.filter(&name).is_some() {
            continue;
        }
        // What comes in over the port goes into the VLAN and out of it.
        config.filters.push(Filter {
            name: Spanned::new(name.clone(), span),
            family: Family::Both,
            lines: vec![FilterLine {
                span,
                label: filter,
                verdict: Verdict::Deny,
                when: Match { not_understood: vec![span], ..Match::any() },
                enabled: true,
            }],
            otherwise: Verdict::Permit,
        });
        config.applied.push(Applied {
            span,
            filter: name,
            hook,
            interfaces: vec![vlan],
            answers: Answers::AsDevice,
        });
    }
}

/// Whether an interface routes for a VLAN of a port that has no address of its own; ports of which
/// nothing else is said stand in VLAN 1.
fn is_routed_for(interface: &Interface, port: &Interface) -> bool {
    let switched = port.kind == InterfaceKind::Ethernet
        && port.addresses.is_empty()
        && port.acquired.is_empty()
        && port.parent.is_none();
    let digits = interface.name.value.trim_start_matches(|c: char| !c.is_ascii_digit());
    let Ok(vlan) = digits.parse::<u16>() else { return false };
    let within = match port.trunk.as_slice() {
        [] => port.vlan.unwrap_or(1) == vlan,
        trunk => trunk.iter().any(|(first, last)| (*first..=*last).contains(&vlan)),
    };
    switched && within && interface.kind == InterfaceKind::Vlan && !interface.addresses.is_empty()
}

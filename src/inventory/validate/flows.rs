//! A device can only limit what passes through it.

use crate::inventory::records::Inventory;
use crate::inventory::reference::Endpoint;
use crate::source::{Diagnostic, Mistakes};
use crate::text;
use std::collections::BTreeSet;

/// Reports flows that are said to be enforced by a device that stands at neither end.
pub(super) fn check(inventory: &Inventory, out: &mut Mistakes) {
    for flow in &inventory.flows {
        let Some(by) = &flow.by else {
            continue;
        };
        let enforcer = limits(inventory, by.id());
        let ends = [&flow.from, &flow.to].map(|end| match &end.value {
            Endpoint::Named(id) => zones(inventory, id),
            _ => BTreeSet::new(),
        });
        // Where nothing is declared, nothing contradicts.
        let known = !enforcer.is_empty() && ends.iter().all(|zones| !zones.is_empty());
        if known && ends.iter().all(|zones| zones.is_disjoint(&enforcer)) {
            let id = by.id();
            out.push(
                Diagnostic::warning(
                    "enforced-elsewhere",
                    text!(
                        "この通信を制御するという「{id}」は、どちらのゾーンにもつながっていません",
                        "`{id}` is said to enforce this flow, but stands in neither of its zones"
                    ),
                )
                .at(by.span, text!("この機器", "this device"))
                .at(flow.from.span, text!("通信元", "the source"))
                .at(flow.to.span, text!("通信先", "the destination"))
                .help(text!(
                    "制御する機器を確かめるか、その機器の interfaces にゾーンを書き加えてください",
                    "check which device enforces it, or add the zone to the interfaces of the device"
                )),
            );
        }
    }
}

/// The zones that a device stands in; none when it also leads on to another device, behind which
/// there may be more.
fn limits<'a>(inventory: &'a Inventory, device: &str) -> BTreeSet<&'a str> {
    let leads_on = inventory
        .devices
        .get(device)
        .is_some_and(|it| it.interfaces.iter().any(|interface| interface.device.is_some()));
    if leads_on { BTreeSet::new() } else { zones(inventory, device) }
}

/// The zones in which the thing with this id is declared to stand.
fn zones<'a>(inventory: &'a Inventory, id: &str) -> BTreeSet<&'a str> {
    if let Some(zone) = inventory.zones.get(id) {
        return BTreeSet::from([zone.id.value.as_str()]);
    }
    if let Some(system) = inventory.systems.get(id) {
        return system.attachments().filter_map(|it| it.zone).map(|zone| zone.id()).collect();
    }
    match inventory.devices.get(id) {
        Some(device) => {
            let interfaces = device.interfaces.iter();
            interfaces.filter_map(|it| it.zone.as_ref()).map(|zone| zone.id()).collect()
        }
        None => BTreeSet::new(),
    }
}

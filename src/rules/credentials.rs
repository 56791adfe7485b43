//! What uses which credentials: devices and systems by credential group.

use crate::inventory::{CredentialGroup, Device, Entry, Inventory, System};
use crate::model::{EntityKind, EntityRef};
use crate::rules::boundary;
use crate::rules::question::thing;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The devices and systems of one credential group, in the order of declaration.
#[derive(Debug, Default)]
pub(super) struct Members<'a> {
    /// Devices at which the hospital can be entered.
    pub(super) boundary: Vec<&'a Entry<Device>>,
    /// All other devices.
    pub(super) devices: Vec<&'a Entry<Device>>,
    /// Systems.
    pub(super) systems: Vec<&'a Entry<System>>,
    /// The ids of the zones in which the systems stand.
    pub(super) zones: BTreeSet<&'a str>,
    /// Where each member names the group.
    pub(super) spans: Vec<Span>,
}

impl Members<'_> {
    /// Whether they open both a way in and the inside.
    pub(super) fn open_gateway_and_inside(&self) -> bool {
        !self.boundary.is_empty() && !self.systems.is_empty()
    }

    /// Every member, boundary devices first.
    pub(super) fn things(&self) -> Vec<EntityRef> {
        let devices = self.boundary.iter().chain(&self.devices);
        let devices = devices.map(|it| thing(EntityKind::Device, it));
        let systems = self.systems.iter();
        devices.chain(systems.map(|it| thing(EntityKind::System, it))).collect()
    }
}

/// Every credential group with its members, in the order of declaration.
pub(super) fn members(inventory: &Inventory) -> Vec<(&Entry<CredentialGroup>, Members<'_>)> {
    let at_boundary: BTreeSet<&str> =
        boundary::devices(inventory).into_iter().map(|it| it.id.as_str()).collect();
    let mut by_group: BTreeMap<&str, Members<'_>> = BTreeMap::new();
    for device in &inventory.devices {
        if let Some(group) = &device.credential_group {
            let members = by_group.entry(group.id()).or_default();
            members.spans.push(group.span);
            match at_boundary.contains(device.id.as_str()) {
                true => members.boundary.push(device),
                false => members.devices.push(device),
            }
        }
    }
    for system in &inventory.systems {
        if let Some(group) = &system.credential_group {
            let members = by_group.entry(group.id()).or_default();
            members.spans.push(group.span);
            members.systems.push(system);
            members.zones.extend(system.zones());
        }
    }
    let groups = inventory.credential_groups.iter();
    groups
        .map(|group| {
            let members = by_group.remove(group.id.as_str()).unwrap_or_default();
            (group, members)
        })
        .collect()
}

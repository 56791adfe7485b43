//! Systems and the devices that stand among them.

use super::{Gatherer, MOST_BACKBONES, NOWHERE, is_backbone, shown};
use crate::diagram::layout::content::Cell;
use crate::model::{EntityKind, EntityRef};

impl Gatherer<'_> {
    pub(super) fn systems(&mut self) {
        let inventory = self.inventory;
        for system in &inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            let mut zones = system.zones();
            if zones.is_empty() {
                zones.push(NOWHERE);
            }
            let twin = zones.len() > 1;
            let multi = system.attachments().count() > 1;
            for zone in zones {
                let addresses: Vec<String> = system
                    .attachments()
                    .filter(|it| it.zone.map_or(NOWHERE, |zone| zone.id()) == zone)
                    .flat_map(|it| it.addresses)
                    .map(|it| shown(it.value))
                    .collect();
                let count = system.count.as_ref().map(|it| it.value).filter(|count| *count > 1);
                let name = match count {
                    Some(count) => {
                        let name = &system.name.value;
                        crate::text!("{name}（{count}台）", "{name} (×{count})")
                            .get(self.lang)
                            .to_owned()
                    }
                    None => system.name.value.clone(),
                };
                let at = self.cell(&thing, zone, name, addresses.join(", "), twin);
                self.content.cells[at].multi = multi;
            }
        }
    }

    /// Devices that are neither entries nor the backbone stand in their zone like systems.
    pub(super) fn inner_devices(&mut self) {
        let inventory = self.inventory;
        for device in &inventory.devices {
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            let zones: Vec<&str> = device
                .interfaces
                .iter()
                .filter_map(|it| it.zone.as_ref())
                .map(|it| it.id())
                .collect();
            if is_backbone(device) && self.content.backbone.len() < MOST_BACKBONES {
                let number = self.content.backbone.len();
                // A zone is on the backbone also through a device that is plugged into it.
                let id = &device.id.value;
                let plugged = inventory.devices.iter().filter(|other| {
                    let ends = other.interfaces.iter().filter_map(|it| it.device.as_ref());
                    ends.into_iter().any(|end| end.id() == id)
                });
                let behind =
                    plugged.flat_map(|other| &other.interfaces).filter_map(|it| it.zone.as_ref());
                for zone in zones.into_iter().chain(behind.map(|it| it.id())) {
                    if let Some(at) = self.zone_at.get(zone) {
                        self.content.zones[*at].tied = true;
                        self.content.zones[*at].ties.insert(number);
                    }
                }
                self.content.backbone.push((thing, device.name.value.clone()));
            } else if !self.content.devices.contains_key(&device.id.value) && self.one.is_none() {
                let addresses: Vec<String> = device
                    .interfaces
                    .iter()
                    .flat_map(|it| &it.addresses)
                    .map(|it| it.ip().to_string())
                    .collect();
                let zone = zones.first().copied().unwrap_or(NOWHERE);
                self.cell(&thing, zone, device.name.value.clone(), addresses.join(", "), false);
            }
        }
    }

    pub(super) fn cell(
        &mut self,
        thing: &EntityRef,
        zone: &str,
        name: String,
        sub: String,
        twin: bool,
    ) -> usize {
        let at = self.zone_at.get(zone).copied().unwrap_or(0);
        self.content.cells.push(Cell {
            key: format!("{thing}@{zone}"),
            thing: Some(thing.clone()),
            name,
            sub,
            zone: at,
            front: false,
            twin,
            multi: false,
            stranger: false,
            mark: self.mark(thing),
        });
        let index = self.content.cells.len() - 1;
        self.cells_at.entry(thing.clone()).or_insert(index);
        index
    }
}

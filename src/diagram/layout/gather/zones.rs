//! Zones, and what may leave them.

use super::{Gatherer, NOT_OURS, NOWHERE, TURNED_BACK, short, shown};
use crate::diagram::font::wrap;
use crate::diagram::layout::content::{Mark, ZoneBox};
use crate::diagram::layout::lanes::FLOWS;
use crate::diagram::layout::paint::FLOW_MARGIN;
use crate::diagram::layout::style::SMALL;
use crate::inventory::Endpoint;
use crate::locale::Text;
use crate::model::words::ZoneKind;
use crate::model::{EntityKind, EntityRef, Service};
use std::collections::{BTreeMap, BTreeSet};

impl Gatherer<'_> {
    pub(super) fn zones(&mut self) {
        let inventory = self.inventory;
        for zone in &inventory.zones {
            let thing = EntityRef::new(EntityKind::Zone, &zone.id.value);
            let mut all: Vec<String> = zone.networks.iter().map(|it| it.to_string()).collect();
            let vlans: Vec<String> = zone.vlan.iter().map(|vlan| vlan.to_string()).collect();
            if !vlans.is_empty() {
                all.push(format!("VLAN {}", vlans.join(",")));
            }
            let more = all.len().saturating_sub(1);
            let networks = all.first().map_or_else(Vec::new, |first| {
                let counted = crate::text!("{first} ほか{more}", "{first} +{more}");
                vec![all.join("　"), self.say(&counted), first.clone()]
            });
            self.zone_at.insert(zone.id.value.clone(), self.content.zones.len());
            self.content.zones.push(ZoneBox {
                key: thing.to_string(),
                name: zone.name.value.clone(),
                networks,
                kind: zone.kind.value,
                tied: false,
                ties: BTreeSet::new(),
                flows: Vec::new(),
                flow_lines: [0; 2],
                cells: Vec::new(),
                mark: self.mark(&thing),
                thing: Some(thing),
            });
        }
        let places = [
            (NOWHERE, Text::new("ゾーン未記載", "no zone declared")),
            (TURNED_BACK, Text::new("院外への折返し", "turned back to the outside")),
            (NOT_OURS, Text::new("観測された隣接機器（台帳になし）", "neighbours seen, not ours")),
        ];
        for (id, name) in places {
            self.zone_at.insert(id.to_owned(), self.content.zones.len());
            self.content.zones.push(ZoneBox {
                key: format!("place:{id}"),
                thing: None,
                name: self.say(&name),
                networks: Vec::new(),
                kind: ZoneKind::Management,
                tied: false,
                ties: BTreeSet::new(),
                flows: Vec::new(),
                flow_lines: [0; 2],
                cells: Vec::new(),
                mark: Mark::default(),
            });
        }
        self.flows();
    }

    /// One line a destination zone, services joined, in the order of declaration.
    pub(super) fn flows(&mut self) {
        let inventory = self.inventory;
        let mut lines: BTreeMap<usize, Vec<(String, Vec<Service>, bool)>> = BTreeMap::new();
        for flow in &inventory.flows {
            let Some(from) = self.zone_of(&flow.from.value) else {
                continue;
            };
            let to = match (&flow.to.value, self.zone_of(&flow.to.value)) {
                (_, Some(zone)) if zone == from => continue,
                (_, Some(zone)) => short(&self.content.zones[zone].name),
                (Endpoint::Any, _) => self.say(&Text::new("すべて", "everything")),
                (Endpoint::Internet, _) => self.say(&Text::new("インターネット", "the internet")),
                (Endpoint::Network(network), _) => shown(*network),
                (Endpoint::Named(id), _) => self.name_of_device_or_party(id),
            };
            let services: Vec<Service> = flow.services.iter().map(|it| it.value).collect();
            let all = services.is_empty() || services.contains(&Service::Any);
            let known = lines.entry(from).or_default();
            match known.iter_mut().find(|(name, ..)| *name == to) {
                Some((_, more, any)) => {
                    more.extend(services);
                    *any |= all;
                }
                None => known.push((to, services, all)),
            }
        }
        for (zone, lines) in lines {
            let flows: Vec<String> = lines
                .into_iter()
                .map(|(to, services, any)| {
                    let services = if any { Vec::new() } else { services };
                    format!("→{to}：{}", self.services(&services, Service::brief))
                })
                .collect();
            let lines = |width: f32| {
                let room = width - FLOW_MARGIN;
                flows.iter().map(|flow| wrap(flow, SMALL, room, 2).len()).sum()
            };
            self.content.zones[zone].flow_lines = FLOWS.map(lines);
            self.content.zones[zone].flows = flows;
        }
    }

    pub(super) fn zone_of(&self, endpoint: &Endpoint) -> Option<usize> {
        let Endpoint::Named(id) = endpoint else {
            return None;
        };
        let zone = match self.inventory.systems.get(id) {
            Some(system) => system.zones().first().map(|id| (*id).to_owned())?,
            None => id.clone(),
        };
        self.zone_at.get(&zone).copied()
    }

    pub(super) fn name_of_device_or_party(&self, id: &str) -> String {
        let kinds = [EntityKind::Device, EntityKind::Party];
        let names = kinds.map(|kind| self.inventory.name_of(&EntityRef::new(kind, id)).to_owned());
        let name = names.into_iter().find(|name| name != id);
        short(&name.unwrap_or_else(|| id.to_owned()))
    }
}

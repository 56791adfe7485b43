//! What was seen in our networks and is in no ledger: dashed boxes, few enough to be read.

use super::{Gatherer, NOT_OURS};
use crate::locale::{Text, shown};
use crate::model::{EntityKind, EntityRef};
use crate::text;
use crate::topology::observed::{Stranger, Unknown, box_of};
use std::collections::BTreeMap;

/// So many neighbours are drawn one by one.
const MOST: usize = 6;

impl Gatherer<'_> {
    /// A box a zone for unknown hosts, and one for each neighbour or router that is not ours.
    pub(super) fn strangers(&mut self) {
        if self.one.is_some() {
            return;
        }
        let assessment = self.assessment;
        let strangers = &assessment.topology.observed().strangers;
        let mut hosts: BTreeMap<&str, Vec<&Stranger>> = BTreeMap::new();
        // What leads outside stands among the entries already.
        let entry = |it: &Stranger| {
            it.mac.is_some_and(|mac| self.content.devices.contains_key(&box_of(mac).id))
        };
        let strangers: Vec<&Stranger> = strangers.iter().filter(|it| !entry(it)).collect();
        for stranger in strangers.iter().filter(|it| it.what == Unknown::Host) {
            if let Some(zone) = stranger.zones.first() {
                hosts.entry(zone).or_default().push(stranger);
            }
        }
        for (zone, hosts) in hosts {
            let count = hosts.len();
            let name = text!("台帳にない機器 {count}台", "not declared: {count}");
            let name = self.say(&name);
            let sub = hosts.first().map(|it| described(it)).unwrap_or_default();
            let thing = EntityRef::new(EntityKind::Device, format!("unknown-{zone}"));
            self.stranger(&thing, zone, name, sub);
        }
        let boxes: Vec<&Stranger> = strangers
            .into_iter()
            .filter(|it| it.thing.is_none())
            .filter(|it| matches!(it.what, Unknown::Neighbour | Unknown::Router))
            .collect();
        let shown = shown(boxes.len(), MOST);
        for stranger in boxes.iter().take(shown) {
            let nameless = || EntityRef::new(EntityKind::Device, "mac-");
            let thing = stranger.mac.map_or_else(nameless, box_of);
            let zone = stranger.zones.first().map_or(NOT_OURS, String::as_str);
            let name = match stranger.names.first() {
                Some(name) => name.clone(),
                None => self.say(&Text::new("台帳にない機器", "not declared")),
            };
            self.stranger(&thing, zone, name, described(stranger));
        }
        if let Some(more @ 1..) = boxes.len().checked_sub(shown) {
            let name = self.say(&text!("ほか{more}台", "{more} more"));
            let thing = EntityRef::new(EntityKind::Device, "more-neighbours");
            self.stranger(&thing, NOT_OURS, name, String::new());
        }
    }

    fn stranger(&mut self, thing: &EntityRef, zone: &str, name: String, sub: String) {
        let at = self.cell(thing, zone, name, sub, false);
        if let Some(cell) = self.content.cells.get_mut(at) {
            cell.key = format!("seen:{thing}@{zone}");
            cell.stranger = true;
            cell.front = true;
        }
    }
}

/// By what it is found: its address, else its MAC address.
fn described(stranger: &Stranger) -> String {
    let address = stranger.addresses.first().map(ToString::to_string);
    let mac = || stranger.mac.map(|it| it.to_string());
    address.or_else(mac).unwrap_or_default()
}

//! Which declared thing a configuration is of: by what the inventory says, else by serial number,
//! MAC and interface addresses. A name alone never decides; it only breaks a tie.

use super::paths::slug;
use crate::evidence::{Configured, EvidenceSet};
use crate::inventory::Inventory;
use crate::model::{EntityKind, EntityRef};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A configuration and the thing it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The position in [`EvidenceSet::devices`].
    pub configured: usize,
    /// The thing: a declared device or system, or one that nobody declared, named after its host
    /// name or its file.
    pub thing: EntityRef,
    /// How it was found.
    pub by: JoinedBy,
}

/// How a configuration was joined with the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinedBy {
    /// The inventory names the file.
    Named,
    /// The serial number or a MAC address is the same.
    Serial,
    /// This interface address is the same.
    Address(IpAddr),
    /// Not at all: nobody declared it.
    Nothing,
}

/// Finds the thing of every configuration.
pub(super) fn identify(inventory: &Inventory, evidence: &EvidenceSet) -> Vec<Joined> {
    let known = Known::new(inventory);
    let mut taken: BTreeMap<EntityRef, usize> = BTreeMap::new();
    let mut joined = Vec::new();
    for (index, configured) in evidence.devices.iter().enumerate() {
        let (thing, by) = match &configured.named {
            Some(named) => (EntityRef::new(EntityKind::Device, &named.device), JoinedBy::Named),
            None => known
                .find(configured, &taken)
                .unwrap_or_else(|| (undeclared(configured, inventory, &taken), JoinedBy::Nothing)),
        };
        *taken.entry(thing.clone()).or_default() += 1;
        joined.push(Joined { configured: index, thing, by });
    }
    joined
}

/// What identifies the declared things.
struct Known<'i> {
    serials: BTreeMap<String, EntityRef>,
    addresses: BTreeMap<IpAddr, Vec<EntityRef>>,
    names: BTreeMap<EntityRef, &'i str>,
}

impl<'i> Known<'i> {
    fn new(inventory: &'i Inventory) -> Self {
        let mut known =
            Self { serials: BTreeMap::new(), addresses: BTreeMap::new(), names: BTreeMap::new() };
        for device in &inventory.devices {
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            known.names.insert(thing.clone(), &device.id.value);
            let macs = device.interfaces.iter().filter_map(|it| it.mac.as_ref());
            for serial in device.serial.iter().chain(macs) {
                known.serials.insert(serial.value.to_lowercase(), thing.clone());
            }
            for address in device.interfaces.iter().flat_map(|it| &it.addresses) {
                known.addresses.entry(address.value.ip()).or_default().push(thing.clone());
            }
        }
        for system in &inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            known.names.insert(thing.clone(), &system.id.value);
            for address in system.attachments().flat_map(|it| it.addresses) {
                // A range of terminals is no identity.
                let network = address.value;
                let whole = if network.is_ipv4() { 32 } else { 128 };
                if network.prefix() == whole {
                    known.addresses.entry(network.ip()).or_default().push(thing.clone());
                }
            }
        }
        known
    }

    /// The declared thing with the same serial number, or with the most interface addresses.
    /// Of a pair that shares all its addresses, the one whose id the device calls itself, else the
    /// first that has no configuration yet.
    fn find(
        &self,
        configured: &Configured,
        taken: &BTreeMap<EntityRef, usize>,
    ) -> Option<(EntityRef, JoinedBy)> {
        let config = &configured.config;
        let macs = config.interfaces.iter().filter_map(|it| it.mac.as_ref());
        let mut serials = config.serial.iter().chain(macs);
        if let Some(thing) = serials.find_map(|it| self.serials.get(&it.value.to_lowercase())) {
            return Some((thing.clone(), JoinedBy::Serial));
        }
        let mut votes: BTreeMap<&EntityRef, (usize, IpAddr)> = BTreeMap::new();
        for address in config.interfaces.iter().flat_map(|it| &it.addresses) {
            let ip = address.value.ip();
            if is_nobodys(ip) {
                continue;
            }
            for thing in self.addresses.get(&ip).into_iter().flatten() {
                votes.entry(thing).or_insert((0, ip)).0 += 1;
            }
        }
        let most = votes.values().map(|(count, _)| *count).max()?;
        let best = || votes.iter().filter(|(_, (count, _))| *count == most);
        let hostname = config.hostname.as_ref().map(|it| it.value.to_lowercase());
        let called = |thing: &EntityRef| {
            let name = self.names.get(thing).map(|it| it.to_lowercase());
            name.is_some() && name == hostname
        };
        let (thing, (_, ip)) = best()
            .find(|(thing, _)| called(thing))
            .or_else(|| best().find(|(thing, _)| !taken.contains_key(**thing)))
            .or_else(|| best().next())?;
        Some(((*thing).clone(), JoinedBy::Address(*ip)))
    }
}

/// Loopback and link-local addresses are the same on many hosts.
fn is_nobodys(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(it) => it.is_loopback() || it.is_link_local() || it.is_unspecified(),
        IpAddr::V6(it) => it.is_loopback() || it.is_unicast_link_local() || it.is_unspecified(),
    }
}

/// A name for a device that nobody declared: its host name, else the name of its file.
fn undeclared(
    configured: &Configured,
    inventory: &Inventory,
    taken: &BTreeMap<EntityRef, usize>,
) -> EntityRef {
    let file = configured.name.as_str();
    let stem = file.rsplit('/').next().unwrap_or(file);
    let stem = stem.split_once('.').map_or(stem, |(stem, _)| stem);
    let hostname = configured.config.hostname.as_ref().map(|it| it.value.as_str());
    let base = hostname.and_then(slug).or_else(|| slug(stem)).unwrap_or("device".to_owned());
    let free = |id: &String| {
        let thing = EntityRef::new(EntityKind::Device, id);
        inventory.devices.get(id).is_none() && !taken.contains_key(&thing)
    };
    let numbered = (2..).map(|nth: u32| format!("{base}-{nth}"));
    let id = std::iter::once(base.clone()).chain(numbered).find(free).unwrap_or(base);
    EntityRef::new(EntityKind::Device, id)
}

//! Every address that can be asked, with what is declared of it.

use super::ports;
use crate::inventory::{Device, Entry, Inventory, System};
use crate::model::{EntityKind, EntityRef, IpNetwork, Service};
use crate::probe::Classes;
use crate::probe::scope::{Admission, Place, embedded, is_single};
use crate::source::Spanned;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// A thing at an address.
#[derive(Clone, Debug)]
pub(super) struct Host<'i> {
    /// Where.
    pub to: IpAddr,
    /// What.
    pub thing: EntityRef,
    /// The zone that the address stands in, if it is inside.
    pub zone: Option<&'i str>,
    /// The device, when it is one.
    pub device: Option<&'i Entry<Device>>,
    /// What it is declared to offer there.
    pub services: Vec<Service>,
    /// What else is tried there.
    pub customary: Vec<u16>,
}

/// Every single address that is declared, in the order of the inventory, and those of groups and of
/// hosts that were only seen as far as the scope names them singly.
pub(super) fn hosts<'i>(inventory: &'i Inventory, admission: &Admission<'_>) -> Vec<Host<'i>> {
    let named = named_singly(admission);
    let mut all = Vec::new();
    for system in &inventory.systems {
        for attachment in system.attachments() {
            let zone = attachment.zone.map(|it| it.id());
            let addresses = singles(attachment.addresses, &named);
            all.extend(addresses.into_iter().map(|to| of_system(system, zone, to)));
        }
    }
    for device in &inventory.devices {
        for interface in &device.interfaces {
            let zone = interface.zone.as_ref().map(|it| it.value.id());
            let addresses = interface.addresses.iter().map(|it| embedded(it.value.ip()));
            all.extend(addresses.map(|to| of_device(device, zone, to)));
        }
    }
    let known: BTreeSet<IpAddr> = all.iter().map(|it| it.to).collect();
    let strangers = named.iter().filter(|it| !known.contains(it));
    all.extend(strangers.filter_map(|it| stranger(inventory, admission.classes, *it)));
    all
}

/// The addresses of a list: those of hosts, and of its networks those that are named singly.
fn singles(addresses: &[Spanned<IpNetwork>], named: &BTreeSet<IpAddr>) -> Vec<IpAddr> {
    let mut all = Vec::new();
    for address in addresses {
        let network = address.value;
        match is_single(network) || network.ip() != network.network() {
            true => all.push(embedded(network.ip())),
            false => all.extend(named.iter().copied().filter(|it| network.contains(*it))),
        }
    }
    all
}

/// The addresses that the scope names by themselves.
fn named_singly(admission: &Admission<'_>) -> BTreeSet<IpAddr> {
    let places = admission.scope.file.targets.iter().flat_map(|it| it.to.iter());
    let mut all = BTreeSet::new();
    for place in places {
        match &place.value {
            Place::Network(network) if is_single(*network) => {
                all.insert(embedded(network.ip()));
            }
            Place::Network(_) => {}
            Place::Name(name) => all.extend(admission.pins.0.get(name).into_iter().flatten()),
        }
    }
    all
}

fn of_system<'i>(system: &'i Entry<System>, zone: Option<&'i str>, to: IpAddr) -> Host<'i> {
    let class = ports::of_class(system.class.value);
    let kind = ports::of_kind(system.kind.value);
    Host {
        to,
        thing: EntityRef::new(EntityKind::System, &system.id.value),
        zone,
        device: None,
        services: system.services.iter().map(|it| it.value).collect(),
        customary: kind.iter().chain(class).chain(ports::NOBODY).copied().collect(),
    }
}

fn of_device<'i>(device: &'i Entry<Device>, zone: Option<&'i str>, to: IpAddr) -> Host<'i> {
    let management = device.management.iter().flat_map(|it| &it.services);
    let access = device.remote_access.iter().filter(|_| zone.is_none());
    let access = access.flat_map(|it| &it.services);
    Host {
        to,
        thing: EntityRef::new(EntityKind::Device, &device.id.value),
        zone,
        device: Some(device),
        services: management.chain(access).map(|it| it.value).collect(),
        customary: ports::DEVICE.iter().chain(ports::NOBODY).copied().collect(),
    }
}

/// An address that nothing declares by itself, in the zone that contains it.
fn stranger<'i>(inventory: &'i Inventory, classes: &Classes, to: IpAddr) -> Option<Host<'i>> {
    if !classes.at(to).observed {
        return None;
    }
    let mut zones = inventory.zones.iter();
    let zone = zones.find(|it| it.networks.iter().any(|network| network.value.contains(to)))?;
    Some(Host {
        to,
        thing: EntityRef::new(EntityKind::Zone, &zone.id.value),
        zone: Some(&zone.id.value),
        device: None,
        services: Vec::new(),
        customary: ports::STRANGER.iter().chain(ports::NOBODY).copied().collect(),
    })
}

//! What stands in the hospital's networks and is in no ledger, or where the ledger does not have it:
//! hosts, hosts in two zones, boxes that act as routers, neighbours on a cable.

use super::directory::{Directory, Owner, Realm};
use super::exits::is_virtual;
use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
use crate::model::vocabulary;
use crate::model::words::ZoneKind;
use crate::model::{EntityKind, EntityRef, Service};
use crate::source::Span;
use crate::wire::words::{Mac, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

vocabulary! {
    /// What about it is not in the ledger.
    Unknown("台帳にない点", "what the ledger does not have") {
        Host = "host" ("機器", "host"),
        Across = "across" ("2つのゾーンにまたがること", "that it stands in two zones"),
        Router = "router" ("網への働きかけ", "that it acts as a router or server of addresses"),
        Neighbour = "neighbour" ("隣接機器", "neighbour"),
    }
}

/// One box.
#[derive(Clone, Debug)]
pub struct Stranger {
    /// What about it is not in the ledger.
    pub what: Unknown,
    /// Its hardware address.
    pub mac: Option<Mac>,
    /// Its addresses.
    pub addresses: BTreeSet<IpAddr>,
    /// The declared thing that it is.
    pub thing: Option<EntityRef>,
    /// The zones in which it stands.
    pub zones: BTreeSet<String>,
    /// What it calls itself, and what it says it is.
    pub names: BTreeSet<String>,
    /// What it does for the network.
    pub roles: BTreeSet<Role>,
    /// The places that show it.
    pub spans: Vec<Span>,
}

impl Stranger {
    fn new(what: Unknown, mac: Option<Mac>) -> Self {
        Self {
            what,
            mac,
            addresses: BTreeSet::new(),
            thing: None,
            zones: BTreeSet::new(),
            names: BTreeSet::new(),
            roles: BTreeSet::new(),
            spans: Vec::new(),
        }
    }
}

/// A box that holds more addresses answers for others.
const MOST_OWN: usize = 8;

/// Everything that is not in the ledger, in the order of kinds.
pub(super) fn strangers(
    inventory: &Inventory,
    evidence: &EvidenceSet,
    book: &Directory,
) -> Vec<Stranger> {
    let mut all = hosts(inventory, evidence, book);
    all.extend(across(inventory, evidence, book));
    all.extend(routers(inventory, evidence, book));
    all.extend(neighbours(inventory, evidence, book));
    all
}

/// Hosts of declared zones that are no declared thing. In a guests' zone nobody is declared.
fn hosts(inventory: &Inventory, evidence: &EvidenceSet, book: &Directory) -> Vec<Stranger> {
    let mut found: BTreeMap<(String, Result<Mac, IpAddr>), Stranger> = BTreeMap::new();
    for (id, piece) in &evidence.observed.pieces {
        let Some(listing) = evidence.listings.get(id) else { continue };
        for (host, span) in piece.hosts.iter().zip(&listing.hosts) {
            let owner = book.owner(host.address);
            let (Realm::Inside, None, Some(zone)) = (owner.realm, &owner.thing, owner.zone) else {
                continue;
            };
            let guests =
                inventory.zones.get(&zone).is_some_and(|it| it.kind.value == ZoneKind::Guest);
            let mac = host.macs.iter().next().copied();
            // Further addresses of a declared box (IPv6 above all) are that box.
            let known = mac.is_some_and(|mac| {
                book.thing_at(mac).is_some()
                    || book.held_by(mac).any(|it| book.owner(it).thing.is_some())
            });
            if guests || known || host.is_virtual || book.is_shared(host.address) {
                continue;
            }
            let key = (zone.clone(), mac.ok_or(host.address));
            let stranger = found.entry(key).or_insert_with(|| Stranger::new(Unknown::Host, mac));
            stranger.addresses.insert(host.address);
            stranger.zones.insert(zone);
            stranger.names.extend(host.names.iter().map(|it| it.name.clone()));
            stranger.spans.push(*span);
        }
    }
    found.into_values().collect()
}

/// Boxes that own addresses in two zones, and are declared in at most one.
fn across(inventory: &Inventory, evidence: &EvidenceSet, book: &Directory) -> Vec<Stranger> {
    let roles = evidence.observed.pieces.values().flat_map(|it| &it.roles);
    let proxies: BTreeSet<Mac> =
        roles.filter(|it| it.role == Role::ProxyArp).filter_map(|it| it.mac).collect();
    let mut found = Vec::new();
    for (mac, addresses) in book.holders() {
        let thing = book.thing_at(mac);
        let router = thing.is_some_and(|it| it.kind == EntityKind::Device);
        if router || is_virtual(mac) || proxies.contains(&mac) || addresses.len() > MOST_OWN {
            continue;
        }
        let zone = |it: &IpAddr| match book.owner(*it) {
            Owner { realm: Realm::Inside, zone: Some(zone), .. } if !book.is_shared(*it) => {
                Some(zone)
            }
            _ => None,
        };
        let zones: BTreeSet<String> = addresses.iter().filter_map(zone).collect();
        let declared = thing.and_then(|it| inventory.systems.get(&it.id));
        let declared = declared.map(|it| it.zones()).unwrap_or_default();
        if zones.len() < 2 || zones.iter().all(|it| declared.contains(&it.as_str())) {
            continue;
        }
        let mut stranger = Stranger::new(Unknown::Across, Some(mac));
        stranger.addresses.clone_from(addresses);
        stranger.thing = thing.cloned();
        stranger.zones = zones;
        for (id, piece) in &evidence.observed.pieces {
            let Some(listing) = evidence.listings.get(id) else { continue };
            let own = piece.hosts.iter().zip(&listing.hosts);
            for (host, span) in own.filter(|(it, _)| it.macs.contains(&mac)) {
                stranger.names.extend(host.names.iter().map(|it| it.name.clone()));
                stranger.spans.push(*span);
            }
        }
        if !stranger.spans.is_empty() {
            found.push(stranger);
        }
    }
    found
}

/// Roles by which a box opens or bends ways.
const OPENING: [Role; 12] = [
    Role::DhcpServer,
    Role::Dhcpv6Server,
    Role::RouterAdvertisement,
    Role::UpnpGateway,
    Role::NatPmp,
    Role::Vrrp,
    Role::Hsrp,
    Role::Ospf,
    Role::Bgp,
    Role::Rip,
    Role::Eigrp,
    Role::AccessConcentrator,
];

/// Boxes that give addresses or announce ways, and are no declared device. A declared system may do
/// so where its services say it.
fn routers(inventory: &Inventory, evidence: &EvidenceSet, book: &Directory) -> Vec<Stranger> {
    let mut found: BTreeMap<(Option<Mac>, Option<IpAddr>), Stranger> = BTreeMap::new();
    for (id, piece) in &evidence.observed.pieces {
        let Some(listing) = evidence.listings.get(id) else { continue };
        for (seen, span) in piece.roles.iter().zip(&listing.roles) {
            let by_address = seen.address.map(|it| book.owner(it));
            let owner = by_address.as_ref().and_then(|it| it.thing.clone());
            let thing = owner.or_else(|| seen.mac.and_then(|it| book.thing_at(it).cloned()));
            let carriers = seen.address.is_some_and(|it| book.is_of_line(it));
            let system = thing.as_ref().and_then(|it| inventory.systems.get(&it.id));
            let offered = system.is_some_and(|system| {
                let service = match seen.role {
                    Role::DhcpServer => Service::udp(67),
                    Role::Dhcpv6Server => Service::udp(547),
                    _ => return false,
                };
                system.services.iter().any(|it| it.value.includes(service))
            });
            let device = thing.as_ref().is_some_and(|it| it.kind == EntityKind::Device);
            let shared = seen.mac.is_some_and(is_virtual);
            // An advertisement for one link, without a sender on it, came out of a tunnel.
            let tunnelled = seen.role == Role::RouterAdvertisement && seen.mac.is_none();
            if !OPENING.contains(&seen.role) || device || offered || carriers || shared || tunnelled
            {
                continue;
            }
            let key = (seen.mac, seen.address.filter(|_| seen.mac.is_none()));
            let stranger =
                found.entry(key).or_insert_with(|| Stranger::new(Unknown::Router, seen.mac));
            stranger.addresses.extend(seen.address);
            stranger.thing = stranger.thing.take().or(thing);
            stranger.zones.extend(by_address.and_then(|it| it.zone));
            stranger.roles.insert(seen.role);
            stranger.spans.push(*span);
        }
    }
    found.into_values().collect()
}

/// Boxes that announce themselves on a cable and are no declared thing, by hardware address,
/// management address or name.
fn neighbours(inventory: &Inventory, evidence: &EvidenceSet, book: &Directory) -> Vec<Stranger> {
    let called = |name: &str| {
        let name = name.split('.').next().unwrap_or(name);
        let same = |it: &str| it.eq_ignore_ascii_case(name);
        let mut devices = inventory.devices.iter();
        let mut systems = inventory.systems.iter();
        devices.any(|it| same(&it.id.value) || same(&it.name.value))
            || systems.any(|it| same(&it.id.value) || same(&it.name.value))
    };
    let mut found: BTreeMap<Mac, Stranger> = BTreeMap::new();
    for (id, piece) in &evidence.observed.pieces {
        let Some(listing) = evidence.listings.get(id) else { continue };
        for (seen, span) in piece.neighbours.iter().zip(&listing.neighbours) {
            let said = &seen.announced;
            let held = book.held_by(seen.mac).chain(said.management.iter().copied());
            let addresses: BTreeSet<IpAddr> = held.collect();
            let ours = addresses.iter().any(|it| book.owner(*it).thing.is_some());
            if ours || book.thing_at(seen.mac).is_some() || called(&said.system) {
                continue;
            }
            let stranger = found
                .entry(seen.mac)
                .or_insert_with(|| Stranger::new(Unknown::Neighbour, Some(seen.mac)));
            stranger.zones.extend(addresses.iter().filter_map(|it| book.owner(*it).zone));
            stranger.addresses.extend(addresses);
            let words = [&said.system, &said.platform].into_iter().filter(|it| !it.is_empty());
            stranger.names.extend(words.cloned());
            stranger.spans.push(*span);
        }
    }
    found.into_values().collect()
}

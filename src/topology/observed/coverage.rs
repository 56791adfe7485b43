//! What taps could have seen: told from what they did see, and from what is declared of them.
//!
//! Seeing both directions of unicast traffic of a network shows that a tap sees that network.
//! Broadcasts reach every port of a switch and show nothing.

use super::directory::Directory;
use super::filtered;
use super::talks::Talk;
use crate::evidence::EvidenceSet;
use crate::inventory::{Connection, Endpoint, Entry, Inventory};
use crate::model::vocabulary;
use crate::model::words::Direction;
use crate::model::{EntityKind, EntityRef};
use crate::observation::Piece;
use crate::source::Span;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

vocabulary! {
    /// How much of a network a tap evidently saw.
    Extent("観測できた向き", "directions that were seen") {
        Both = "both-ways" ("双方向", "both ways"),
        OneWay = "one-way" ("片方向のみ", "one way only"),
        Broadcast = "broadcast" ("同報のみ（ミラーではない）", "broadcasts alone (not a mirror)"),
    }
}

/// What one tap saw, over all its pieces.
#[derive(Clone, Debug)]
pub struct Tap {
    /// Its name.
    pub name: String,
    /// Its pieces' places.
    pub spans: Vec<Span>,
    /// The first packet.
    pub from: Option<Timestamp>,
    /// The last packet.
    pub to: Option<Timestamp>,
    /// Packets.
    pub packets: u64,
    /// Packets that were lost before they were recorded; none where no capture says.
    pub dropped: Option<u64>,
    /// Packets of which not everything could be read.
    pub undecoded: u64,
    /// The zones that it saw something of.
    pub zones: BTreeMap<String, Extent>,
    /// The VLAN tags that it saw.
    pub vlans: BTreeSet<u16>,
    /// With which filters it was captured.
    pub filters: BTreeSet<String>,
}

/// For how long a tap could have seen something.
pub type Stretch = (Timestamp, Timestamp);

pub(super) fn taps(evidence: &EvidenceSet, book: &Directory, talks: &[Talk]) -> Vec<Tap> {
    let mut taps: BTreeMap<&str, Tap> = BTreeMap::new();
    for (id, piece) in &evidence.observed.pieces {
        let tap = taps.entry(&piece.tap).or_insert_with(|| Tap {
            name: piece.tap.clone(),
            spans: Vec::new(),
            from: None,
            to: None,
            packets: 0,
            dropped: None,
            undecoded: 0,
            zones: BTreeMap::new(),
            vlans: BTreeSet::new(),
            filters: BTreeSet::new(),
        });
        tap.filters.extend(filtered::filters(piece).map(str::to_owned));
        tap.spans.extend(evidence.listings.get(id).and_then(|it| it.piece));
        tap.from = tap.from.into_iter().chain(piece.first).min();
        tap.to = tap.to.into_iter().chain(piece.last).max();
        tap.packets += piece.counts.packets;
        tap.undecoded += piece.counts.undecoded.values().sum::<u64>();
        if let Some(dropped) = piece.counts.dropped {
            *tap.dropped.get_or_insert(0) += dropped;
        }
        for host in &piece.hosts {
            tap.vlans.extend(&host.vlans);
            if let Some(zone) = book.owner(host.address).zone {
                tap.zones.entry(zone).or_insert(Extent::Broadcast);
            }
        }
    }
    for talk in talks {
        let Some((piece, conversation)) = talk.of(evidence) else { continue };
        let Some(tap) = taps.get_mut(piece.tap.as_str()) else { continue };
        tap.vlans.extend(&conversation.vlans);
        let both = conversation.forth.packets > 0 && conversation.back.packets > 0;
        let extent = if both { Extent::Both } else { Extent::OneWay };
        let unicast = |it: &&&super::Owner| it.realm != super::Realm::Nobody;
        if [&talk.from, &talk.to].iter().filter(unicast).count() < 2 {
            continue;
        }
        for zone in [&talk.from, &talk.to].into_iter().filter_map(|it| it.zone.as_ref()) {
            let known = tap.zones.entry(zone.clone()).or_insert(extent);
            *known = extent.min(*known);
        }
    }
    taps.into_values().collect()
}

/// When a declared connection would have been seen, had it been used: the stretches of the pieces
/// whose tap covers its entry point.
pub(super) fn covered(
    inventory: &Inventory,
    evidence: &EvidenceSet,
    book: &Directory,
    talks: &[Talk],
) -> BTreeMap<String, Vec<Stretch>> {
    let sights = sights(evidence, book, talks);
    let mut covered = BTreeMap::new();
    for connection in &inventory.connections {
        let mut stretches: Vec<Stretch> = Vec::new();
        for (id, piece) in &evidence.observed.pieces {
            let evident =
                sights.get(id.as_str()).is_some_and(|it| shows(inventory, connection, it));
            let looked = evident || declared(inventory, piece, connection);
            if looked && !filtered::leaves_out(inventory, piece, connection) {
                stretches.extend(piece.stretches());
            }
        }
        if !stretches.is_empty() {
            covered.insert(connection.id.value.clone(), merged(stretches));
        }
    }
    covered
}

/// Stretches in order, those that overlap joined.
fn merged(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_unstable();
    let mut merged: Vec<Stretch> = Vec::new();
    for (first, last) in stretches {
        match merged.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => merged.push((first, last)),
        }
    }
    merged
}

/// What a piece saw in both directions.
#[derive(Debug, Default)]
struct Sights {
    /// Devices and systems with an address of theirs towards a line, or of their own.
    ends: BTreeSet<(EntityRef, std::net::IpAddr)>,
    /// Devices that carried something of a thing inside, with that thing.
    carried: BTreeSet<(EntityRef, EntityRef)>,
}

fn sights<'e>(
    evidence: &'e EvidenceSet,
    book: &Directory,
    talks: &'e [Talk],
) -> BTreeMap<&'e str, Sights> {
    let mut sights: BTreeMap<&str, Sights> = BTreeMap::new();
    for talk in talks {
        let Some((_, it)) = talk.of(evidence) else { continue };
        if it.forth.packets == 0 || it.back.packets == 0 {
            continue;
        }
        let sights = sights.entry(&talk.piece).or_default();
        for (owner, address) in [(&talk.from, it.from), (&talk.to, it.to)] {
            if let (Some(thing), true) = (&owner.thing, owner.exact) {
                sights.ends.insert((thing.clone(), address));
            }
        }
        let hops = it.hops.iter().flat_map(|(a, b)| [*a, *b]);
        let devices = hops.filter_map(|it| book.thing_at(it));
        let devices: BTreeSet<&EntityRef> =
            devices.filter(|it| it.kind == EntityKind::Device).collect();
        for device in devices {
            let ends = [&talk.from, &talk.to].into_iter().filter(|it| it.exact);
            for thing in ends.filter_map(|it| it.thing.as_ref()) {
                sights.carried.insert((device.clone(), thing.clone()));
            }
        }
    }
    sights
}

/// Whether what a piece saw shows that it would have seen a connection: its device's end of the
/// line, or that device carrying something of every thing inside that the connection may reach. That
/// one host of a zone was seen shows nothing of the others: the tap may stand at that host's port.
fn shows(inventory: &Inventory, connection: &Connection, sights: &Sights) -> bool {
    let mut entries: Vec<EntityRef> = Vec::new();
    match &connection.at {
        Some(at) if inventory.systems.declares(&at.value.owner) => {
            entries.push(EntityRef::new(EntityKind::System, &at.value.owner));
        }
        Some(at) => entries.push(EntityRef::new(EntityKind::Device, &at.value.owner)),
        None => {
            let circuit = connection.circuit.as_ref().map(|it| it.id());
            let on_it = inventory.devices.iter().filter(|device| {
                let mut circuits = device.interfaces.iter().filter_map(|it| it.circuit.as_ref());
                circuits.any(|it| Some(it.id()) == circuit)
            });
            entries.extend(on_it.map(|it| EntityRef::new(EntityKind::Device, &it.id.value)));
        }
    }
    let inner = things(inventory, connection);
    let all_named = inner_ends(connection).len() == connection.allow.len();
    entries.iter().any(|entry| {
        let Some(device) = inventory.devices.get(&entry.id) else {
            return sights.ends.iter().any(|(thing, _)| thing == entry);
        };
        let named = connection.at.as_ref().and_then(|it| it.value.interface.as_deref());
        let mut lines = device
            .interfaces
            .iter()
            .filter(|it| it.zone.is_none() && named.is_none_or(|name| name == it.id.value));
        let at_line = lines.any(|it| {
            let mut own = it.addresses.iter().map(|it| (entry.clone(), it.value.ip()));
            own.any(|it| sights.ends.contains(&it))
        });
        let carried = |thing: &EntityRef| sights.carried.contains(&(entry.clone(), thing.clone()));
        at_line || all_named && !inner.is_empty() && inner.iter().all(carried)
    })
}

/// The inside ends of a connection, whatever they are: only of single systems it can be said that
/// they were seen.
fn things(inventory: &Inventory, connection: &Connection) -> BTreeSet<EntityRef> {
    let kind = |id: &str| match inventory.systems.declares(id) {
        true => EntityKind::System,
        false => EntityKind::Zone,
    };
    let named = inner_ends(connection).into_iter();
    named.map(|id| EntityRef::new(kind(id), id)).collect()
}

/// The zones in which the inside ends of a connection stand.
fn zones(inventory: &Inventory, connection: &Connection) -> BTreeSet<String> {
    let mut zones = BTreeSet::new();
    let mut take = |id: &str| {
        if inventory.zones.declares(id) {
            zones.insert(id.to_owned());
        }
        let system = inventory.systems.get(id).into_iter();
        zones.extend(system.flat_map(|it| it.zones()).map(str::to_owned));
    };
    inner_ends(connection).into_iter().for_each(&mut take);
    zones
}

/// The ids of the inside ends of a connection; of what comes through a relay, the relay.
fn inner_ends(connection: &Connection) -> Vec<&str> {
    let mut ends = Vec::new();
    for allow in &connection.allow {
        let outbound = allow.direction.as_ref().map(|it| it.value) == Some(Direction::Outbound);
        let near = if outbound { allow.from.as_ref() } else { Some(&allow.to) };
        match (&allow.via, near.map(|it| &it.value)) {
            (Some(via), _) => ends.push(via.id()),
            (None, Some(Endpoint::Named(id))) => ends.push(id),
            _ => {}
        }
    }
    ends
}

/// Whether the inventory says that the tap of a piece sees a connection.
fn declared(inventory: &Inventory, piece: &Piece, connection: &Entry<Connection>) -> bool {
    let tap: Option<&Entry<crate::inventory::Tap>> = inventory.taps.get(&piece.tap);
    tap.is_some_and(|tap| {
        let zones = zones(inventory, connection);
        let shown = |zone: &String| tap.zones.iter().any(|it| it.id() == zone);
        tap.connections.iter().any(|it| it.id() == connection.id.value)
            || !zones.is_empty() && zones.iter().all(shown)
    })
}

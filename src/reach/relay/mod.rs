//! Relays: where somebody goes on from whom he has reached, with addresses that are not his own.
//!
//! Packets end at a host or at a device. Somebody who gets a session there, or who may change the
//! device, sets out from it anew: with the addresses of the host, or on every network that the
//! device stands in. That is an edge of its own kind, on top of what packets reach, and is counted
//! only by choice ([`Relays`]). An indirect path (間接経路) is a chain of both.
//!
//! | rests on | leads | sure |
//! |---|---|---|
//! | a declared relay (kind `relay`, `via`) | on from its addresses | [`Grade::Sure`] |
//! | remote sessions that a host offers; remote-control software on it | on from its addresses, all its networks | [`Grade::Likely`] |
//! | a host on several networks that is reached at all | on from its addresses, all its networks | [`Grade::Weak`] |
//! | a file service that several sides reach | to whoever fetches files there | [`Grade::Weak`] |
//! | the management of a device, configured or declared | onto every network on its ports | [`Grade::Sure`], [`Grade::Likely`] |
//! | a device or host of which nobody wrote what it offers | the same | [`Grade::Unknown`] |
//!
//! What is weak or unknown is no part of a certain answer, and cannot be left out of a possible one.

mod management;
mod sessions;

use super::Reach;
use super::network::PlaceId;
use super::packets::PacketSet;
use crate::locale::Text;
use crate::model::{AddressSet, EntityRef, vocabulary};
use crate::source::Span;
use std::sync::Arc;

vocabulary! {
    /// Which relays count.
    Relays("数に入れる中継", "relays that count") {
        None = "none" ("中継を数えない", "none"),
        Sessions = "sessions" ("中継サーバ・遠隔操作・ファイル共有", "relay servers, remote sessions, file services"),
        Management = "management" ("機器の管理接続", "the management of devices"),
        All = "all" ("すべての中継", "all"),
    }
}

vocabulary! {
    /// What an edge over a relay rests on.
    RelayKind("中継の種類", "kind of relay") {
        Declared = "declared" ("中継サーバ", "relay server"),
        Session = "session" ("遠隔操作の受付", "remote sessions"),
        RemoteControl = "remote-control" ("遠隔操作ソフト", "remote-control software"),
        MultiHomed = "multi-homed" ("複数接続機器", "multi-homed host"),
        Files = "files" ("ファイルの受渡し", "file service"),
        Management = "management" ("機器の管理接続", "management of a device"),
    }
}

vocabulary! {
    /// How sure it is that somebody goes on over a relay, from the surest.
    Grade("確からしさ", "how sure") {
        Sure = "sure" ("確か", "sure"),
        Likely = "likely" ("資格情報があれば", "with credentials"),
        Weak = "weak" ("弱い", "weak"),
        Unknown = "unknown" ("不明", "unknown"),
    }
}

/// Somewhere that somebody stands: at a place, with addresses.
#[derive(Clone, Debug)]
pub struct Stand {
    /// Who he is taken for: the host, the device, the client of a file service.
    pub thing: EntityRef,
    /// Where he stands.
    pub place: PlaceId,
    /// With which addresses.
    pub sources: AddressSet,
}

/// One edge: who reaches a thing with these packets stands somewhere else next.
#[derive(Clone, Debug)]
pub struct Relay {
    /// The host or device.
    pub thing: EntityRef,
    /// What it rests on.
    pub kind: RelayKind,
    /// How sure it is.
    pub grade: Grade,
    /// The packets that open it in any case, as they arrive at the thing. None for a weak or unknown
    /// edge.
    pub certain: PacketSet,
    /// The packets that are not ruled out to open it.
    pub possible: PacketSet,
    /// Where one stands then, but at the thing itself where files are shared.
    pub stands: Arc<[Stand]>,
    /// The line that it rests on.
    pub span: Option<Span>,
    /// In words.
    pub says: Text,
}

/// Every relay of a network, hosts first, in the order of the inventory.
pub fn relays(reach: &Reach<'_>, which: Relays) -> Vec<Relay> {
    let mut all = Vec::new();
    if matches!(which, Relays::Sessions | Relays::All) {
        all.extend(sessions::relays(reach));
    }
    if matches!(which, Relays::Management | Relays::All) {
        all.extend(management::relays(reach));
    }
    all
}

/// Where somebody stands who has a system: on each of its networks, with its addresses there.
pub fn stands_of_system(reach: &Reach<'_>, system: &EntityRef) -> Vec<Stand> {
    let own = reach.network.hosts.iter().filter(|it| it.thing == *system);
    own.map(stand).collect()
}

fn stand(it: &super::network::Host) -> Stand {
    Stand { thing: it.thing.clone(), place: it.place, sources: it.addresses.clone() }
}

/// Where somebody stands who may change a device: on each of its networks inside, with any address
/// there.
pub fn stands_of_device(reach: &Reach<'_>, device: &EntityRef) -> Vec<Stand> {
    use super::network::PlaceKind;
    let Some(node) = reach.network.node(device).and_then(|it| reach.network.nodes.get(it)) else {
        return Vec::new();
    };
    let mut stands: Vec<Stand> = Vec::new();
    for port in &node.ports {
        let Some(place) = reach.network.places.get(port.place) else { continue };
        if matches!(place.kind, PlaceKind::Outside(_)) {
            continue;
        }
        match stands.iter_mut().find(|it| it.place == port.place) {
            Some(stand) => stand.sources = stand.sources.union(&port.addresses),
            None => stands.push(Stand {
                thing: device.clone(),
                place: port.place,
                sources: place.networks.union(&port.addresses),
            }),
        }
    }
    stands
}

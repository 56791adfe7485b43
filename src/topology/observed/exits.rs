//! Which box carries what leaves: the hardware address behind which other addresses are.

use super::directory::{Directory, Realm};
use super::talks::Talk;
use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
use crate::model::{EntityKind, EntityRef};
use crate::source::Span;
use crate::topology::ledger::{Leads, Ledger};
use crate::wire::words::Mac;
use ipnetwork::IpNetwork;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A box that carries traffic to or from outside.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Its hardware address.
    pub mac: Mac,
    /// Its own addresses, as far as seen.
    pub own: BTreeSet<IpAddr>,
    /// The declared thing that it is.
    pub thing: Option<EntityRef>,
    /// Whether it is a declared device, or one of a carrier beyond one.
    pub declared: bool,
    /// The VLANs in which it stands; empty: untagged.
    pub vlans: BTreeSet<u16>,
    /// The zones whose hosts use it.
    pub zones: BTreeSet<String>,
    /// Networks beyond it that are not the hospital's own.
    pub beyond: BTreeSet<IpNetwork>,
    /// The places that show it.
    pub spans: Vec<Span>,
}

/// Every box that carries traffic between the hospital and outside, by hardware address.
pub(super) fn gates(
    inventory: &Inventory,
    evidence: &EvidenceSet,
    book: &Directory,
    talks: &[Talk],
) -> BTreeMap<Mac, Gate> {
    let mut gates: BTreeMap<Mac, Gate> = BTreeMap::new();
    for (id, piece) in &evidence.observed.pieces {
        let Some(listing) = evidence.listings.get(id) else { continue };
        for (exit, span) in piece.exits.iter().zip(&listing.exits) {
            let foreign = |it: &&IpNetwork| {
                book.owner(it.ip()).realm.is_outside() && !holds_ours(inventory, **it)
            };
            let beyond: Vec<IpNetwork> =
                exit.outward.union(&exit.inward).filter(foreign).copied().collect();
            if beyond.is_empty() {
                continue;
            }
            let gate = gates.entry(exit.mac).or_insert_with(|| gate(inventory, book, exit.mac));
            gate.own.extend(&exit.own);
            gate.vlans.extend(exit.vlan);
            gate.beyond.extend(beyond);
            gate.spans.push(*span);
        }
    }
    for talk in talks {
        let (Some((_, it)), Some((inner, _))) = (talk.of(evidence), talk.ends()) else { continue };
        let inbound = inner == &talk.to;
        for (a, b) in &it.hops {
            let (near, far) = if inbound { (*b, *a) } else { (*a, *b) };
            // What a declared device sends on is beyond it: the carrier's, not a way out of ours.
            let passed = book.thing_at(near).is_some_and(|it| leads_out(inventory, it));
            if let Some(gate) = gates.get_mut(&far) {
                gate.declared |= passed || inner.realm == Realm::Border;
                gate.zones.extend(inner.zone.clone());
            }
        }
    }
    gates
}

fn gate(inventory: &Inventory, book: &Directory, mac: Mac) -> Gate {
    let own: BTreeSet<IpAddr> = book.held_by(mac).collect();
    let thing = book.thing_at(mac).cloned();
    let shared = is_virtual(mac) || own.iter().any(|it| book.is_shared(*it));
    let ours = match &thing {
        Some(it) if it.kind == EntityKind::Device => true,
        Some(it) => leads_out(inventory, it),
        None => own.iter().any(|it| book.is_of_line(*it)),
    };
    Gate {
        mac,
        own,
        thing,
        declared: ours || shared,
        vlans: BTreeSet::new(),
        zones: BTreeSet::new(),
        beyond: BTreeSet::new(),
        spans: Vec::new(),
    }
}

/// Whether the inventory says that a way out begins at a device or system.
fn leads_out(inventory: &Inventory, thing: &EntityRef) -> bool {
    let ledger = Ledger::new(inventory, thing);
    let line = ledger.ports.iter().any(|it| matches!(it.leads, Leads::Circuit(_)));
    line || !ledger.connections.is_empty()
}

/// A network so wide that it holds networks of the hospital says nothing.
fn holds_ours(inventory: &Inventory, network: IpNetwork) -> bool {
    let mut zones = inventory.zones.iter().flat_map(|it| &it.networks);
    zones.any(|it| crate::model::overlap(it.value, network))
}

/// Hardware addresses of router groups: VRRP (RFC 5798), HSRP (versions 1, 2 and for IPv6), GLBP.
pub(super) fn is_virtual(mac: Mac) -> bool {
    matches!(
        mac.0,
        [0x00, 0x00, 0x5e, 0x00, 0x01 | 0x02, _]
            | [0x00, 0x00, 0x0c, 0x07, 0xac, _]
            | [0x00, 0x00, 0x0c, 0x9f, 0xf0..=0xff, _]
            | [0x00, 0x05, 0x73, 0xa0..=0xaf, _, _]
            | [0x00, 0x07, 0xb4, 0x00, _, _]
    )
}

/// The box through which a conversation left or came in, as seen from our end.
pub(super) fn carrier(talk: &Talk, evidence: &EvidenceSet, book: &Directory) -> Option<Mac> {
    let (_, it) = talk.of(evidence)?;
    let (inner, _) = talk.ends()?;
    let inbound = inner == &talk.to;
    let address = if inbound { it.to } else { it.from };
    let pairs = it.hops.iter().map(|(a, b)| if inbound { (*b, *a) } else { (*a, *b) });
    // The first hop is the one whose near side is the host itself.
    let own = |mac: Mac| book.held_by(mac).any(|it| it == address);
    let is_device = |mac: Mac| {
        book.thing_at(mac).is_some_and(|it| it.kind == EntityKind::Device) || is_virtual(mac)
    };
    let mut ranked: Vec<(u8, Mac)> = pairs
        .filter(|(_, far)| far.is_station())
        .map(|(near, far)| {
            (
                if own(near) {
                    0
                } else if is_device(near) {
                    2
                } else {
                    1
                },
                far,
            )
        })
        .collect();
    ranked.sort_unstable();
    ranked.first().map(|(_, mac)| *mac)
}

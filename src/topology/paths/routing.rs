//! Routing neighbours of another organisation.

use super::sides::{Side, View};
use super::{Found, dashed};
use crate::finding::Confidence;
use crate::model::device::{InterfaceKind, Remote};
use crate::text;
use crate::topology::external::PathKind;
use crate::topology::territory::is_public;

/// A neighbour of another autonomous system that stands at the far end of a line or a tunnel shows
/// that path; elsewhere it is one of its own.
pub(super) fn of(view: &View<'_>, found: &mut Vec<Found>) {
    for peer in view.config.peers.iter().filter(|it| it.enabled) {
        let foreign =
            peer.remote_as.is_some_and(|remote| peer.local_as.is_some_and(|local| local != remote));
        let ours = !view.territory.owners(peer.address).is_empty()
            || view.territory.inside().contains(peer.address);
        if !foreign || ours {
            continue;
        }
        let how = text!("この先の経路交換の相手", "a routing neighbour beyond it");
        let over = view.config.towards(peer.address);
        let tunnel = over.filter(|it| it.kind == InterfaceKind::Tunnel);
        let tunnel = tunnel.and_then(|over| {
            let mut tunnels = view.config.tunnels.iter();
            tunnels.find(|it| it.interface.as_ref() == Some(&over.name.value))
        });
        let shown = found.iter_mut().map(|it| &mut it.path).find(|path| match tunnel {
            Some(tunnel) => path.span == tunnel.span,
            None => {
                path.kind == PathKind::Line
                    && over.is_some_and(|it| path.interface.as_ref() == Some(&it.name.value))
            }
        });
        if let Some(path) = shown {
            path.shows.push((how, peer.span));
            continue;
        }
        let outside = over.is_none_or(|it| view.side(&it.name.value) != Some(Side::Inside));
        if !outside && view.territory.party_of(peer.address).is_none() && !is_edge(view) {
            continue;
        }
        let (protocol, address) = (peer.protocol.to_uppercase(), peer.address);
        let system = peer.remote_as.map(|it| format!(" AS {it}")).unwrap_or_default();
        let name = text!(
            "{protocol} の経路交換の相手 {address}{system}",
            "{protocol} neighbour {address}{system}"
        );
        let called = format!("{} {}", peer.protocol, dashed(address));
        let mut one = Found::new(PathKind::Routing, called, name, peer.span);
        if !is_public(address) {
            one.path.confidence = Confidence::Medium;
        }
        one.path.remote = Some(Remote::Address(address));
        one.path.sources = address.into();
        one.path.interface = over.map(|it| it.name.value.clone());
        found.push(one);
    }
}

/// Whether nothing is known of the inside, so that a foreign neighbour tells more than addresses.
fn is_edge(view: &View<'_>) -> bool {
    view.ledger.ports.is_empty()
}

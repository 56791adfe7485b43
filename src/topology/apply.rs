//! What joining found, written into the graph: states and places of nodes and links, and the
//! devices and paths that nobody declared.

use super::corroborate::Joint;
use super::{Corroboration, ExternalPath, JoinedBy, Link, LinkKind, Node, Origin, Topology};
use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
use crate::model::device::TunnelKind;
use crate::model::{EntityKind, EntityRef};
use crate::source::Span;
use crate::text;
use petgraph::stable_graph::NodeIndex;
use std::collections::BTreeMap;

/// Takes over everything. Links of undeclared paths are lines: they carry, and permit nothing, so
/// that what can be reached stays an answer about the declaration.
pub(super) fn apply(
    topology: &mut Topology,
    inventory: &Inventory,
    evidence: &EvidenceSet,
    mut joint: Joint,
    ways: Vec<ExternalPath>,
) {
    topology.configured = joint.states.clone();
    seen_too(&mut joint, ways);
    undeclared_devices(topology, evidence);
    let seen = topology.observed.states.clone();
    for (thing, (state, _)) in &seen {
        both(&mut joint, thing, *state);
    }
    let answered = topology.probed.states.clone();
    for thing in answered.keys() {
        both(&mut joint, thing, Corroboration::Confirmed);
    }
    for (thing, state) in &joint.states {
        let Some(node) = topology.node(thing).and_then(|at| topology.graph.node_weight_mut(at))
        else {
            continue;
        };
        node.corroboration = *state;
        let shown = joint.shown.get(thing).into_iter().flatten();
        node.origins.extend(shown.map(|span| Origin::Configured(*span)));
        let seen = seen.get(thing).and_then(|(_, spans)| spans.first());
        node.origins.extend(seen.map(|span| Origin::Observed(*span)));
        let answered = answered.get(thing).and_then(|it| it.spans.first());
        node.origins.extend(answered.map(|span| Origin::Observed(*span)));
    }
    links(topology, inventory, &joint);
    undeclared_paths(topology, &joint);
    topology.paths = joint.paths;
    topology.states = joint.states;
    topology.differences = joint.differences;
    topology.outside = joint.outside;
}

fn undeclared_devices(topology: &mut Topology, evidence: &EvidenceSet) {
    for joined in topology.joined.clone() {
        if joined.by != JoinedBy::Nothing {
            continue;
        }
        let shown = evidence.devices.get(joined.configured).and_then(super::shown_by);
        add(topology, joined.thing, shown.map(Origin::Configured));
    }
}

fn add(topology: &mut Topology, thing: EntityRef, shown: Option<Origin>) -> NodeIndex {
    if let Some(at) = topology.node(&thing) {
        return at;
    }
    let at = topology.graph.add_node(Node {
        thing: thing.clone(),
        origins: shown.into_iter().collect(),
        corroboration: Corroboration::Undeclared,
    });
    topology.index.insert(thing, at);
    at
}

/// What was seen and what is configured, together: what somebody saw exists, whatever a
/// configuration lacks; where they differ in something, they differ.
fn both(joint: &mut Joint, thing: &EntityRef, seen: Corroboration) {
    let known = joint.states.get(thing).copied().unwrap_or(Corroboration::NotLooked);
    let state = match (known, seen) {
        (Corroboration::NotLooked | Corroboration::NotSeen, seen) => seen,
        (known, _) => known,
    };
    joint.states.insert(thing.clone(), state);
}

/// Takes over the ways that were seen. One that a configuration shows already is that one, seen too; two
/// that were seen stay two, though they lead to the same address.
fn seen_too(joint: &mut Joint, ways: Vec<ExternalPath>) {
    let configured = joint.paths.len();
    for way in ways {
        let same = |it: &&mut ExternalPath| {
            it.device == way.device
                && it.remote.is_some()
                && it.remote == way.remote
                && may_look_like(it.encapsulation, way.encapsulation)
        };
        match joint.paths.iter_mut().take(configured).find(same) {
            Some(known) => {
                let seen = text!("通信が観測されました", "its traffic was seen");
                known.shows.push((seen, way.span));
            }
            None => joint.paths.push(way),
        }
    }
}

/// Whether what is configured as the one may be seen as the other on the wire: IPsec hides what it
/// carries, and what names itself is nothing else.
fn may_look_like(configured: Option<TunnelKind>, seen: Option<TunnelKind>) -> bool {
    use TunnelKind as T;
    let names_itself = |it: TunnelKind| matches!(it, T::WireGuard | T::OpenVpn | T::Sstp | T::Pptp);
    match (configured, seen) {
        (Some(a), Some(b)) if a == b || a == T::Other || b == T::Other => true,
        (Some(a), Some(b)) => !names_itself(a) && !names_itself(b),
        (None, None) => true,
        _ => false,
    }
}

/// What joining says of a declared link, by the place of its declaration.
fn links(topology: &mut Topology, inventory: &Inventory, joint: &Joint) {
    let mut known: BTreeMap<Span, (Corroboration, Option<Span>)> = BTreeMap::new();
    for device in &inventory.devices {
        let thing = EntityRef::new(EntityKind::Device, &device.id.value);
        for interface in &device.interfaces {
            let port = (thing.clone(), interface.id.value.clone());
            let Some(shown) = joint.ports.get(&port) else { continue };
            let zone = interface.zone.as_ref().map(|it| it.span);
            let circuit = interface.circuit.as_ref().map(|it| it.span);
            let other = interface.device.as_ref().map(|it| it.span);
            for span in [zone, circuit, other].into_iter().flatten() {
                known.insert(span, (Corroboration::Confirmed, Some(*shown)));
            }
        }
        for (at, forward) in device.forwards.iter().enumerate() {
            match joint.forwards.get(&(thing.clone(), at)) {
                Some(Some((span, state))) => known.insert(forward.span, (*state, Some(*span))),
                Some(None) => known.insert(forward.span, (Corroboration::NotSeen, None)),
                None => None,
            };
        }
    }
    for path in &joint.paths {
        if let Some((_, span)) = &path.declared {
            known.insert(*span, (path.corroboration, Some(path.span)));
        }
    }
    for link in topology.graph.edge_weights_mut() {
        match &link.kind {
            LinkKind::Allow { connection, .. } | LinkKind::Unlimited { connection } => {
                let thing = EntityRef::new(EntityKind::Connection, connection);
                if let Some(state) = joint.states.get(&thing) {
                    link.corroboration = *state;
                }
                let shown = joint.shown.get(&thing).into_iter().flatten();
                link.origins.extend(shown.map(|span| Origin::Configured(*span)));
                let seen = topology.observed.states.get(&thing);
                let seen = seen.and_then(|(_, spans)| spans.first());
                link.origins.extend(seen.map(|span| Origin::Observed(*span)));
                let answered = topology.probed.states.get(&thing);
                let answered = answered.and_then(|it| it.spans.first());
                link.origins.extend(answered.map(|span| Origin::Observed(*span)));
            }
            _ => {
                let declared = link.span().and_then(|span| known.get(&span));
                if let Some((state, shown)) = declared {
                    link.corroboration = *state;
                    link.origins.extend(shown.map(Origin::Configured));
                }
            }
        }
    }
}

fn undeclared_paths(topology: &mut Topology, joint: &Joint) {
    for path in joint.paths.iter().filter(|it| it.corroboration == Corroboration::Undeclared) {
        let seen = path.kind.is_observed();
        let origin = if seen { Origin::Observed(path.span) } else { Origin::Configured(path.span) };
        let device = add(topology, path.device.clone(), None);
        let at = add(topology, path.thing.clone(), Some(origin.clone()));
        let name = &path.name;
        let link = Link {
            kind: LinkKind::Line,
            services: path.services.clone(),
            origins: vec![origin],
            corroboration: Corroboration::Undeclared,
            says: match seen {
                true => name.clone(),
                false => text!("設定にある{name}", "configured: {name}"; name),
            },
        };
        topology.graph.add_edge(at, device, link.clone());
        topology.graph.add_edge(device, at, link);
    }
}

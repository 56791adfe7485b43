//! What joining found, written into the graph: states and places of nodes and links, and the
//! devices and paths that nobody declared.

use super::corroborate::Joint;
use super::{Corroboration, JoinedBy, Link, LinkKind, Node, Origin, Topology};
use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
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
    joint: Joint,
) {
    undeclared_devices(topology, evidence);
    for (thing, state) in &joint.states {
        let Some(node) = topology.node(thing).and_then(|at| topology.graph.node_weight_mut(at))
        else {
            continue;
        };
        node.corroboration = *state;
        let shown = joint.shown.get(thing).into_iter().flatten();
        node.origins.extend(shown.map(|span| Origin::Configured(*span)));
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
        add(topology, joined.thing, shown);
    }
}

fn add(topology: &mut Topology, thing: EntityRef, shown: Option<Span>) -> NodeIndex {
    if let Some(at) = topology.node(&thing) {
        return at;
    }
    let at = topology.graph.add_node(Node {
        thing: thing.clone(),
        origins: shown.map(Origin::Configured).into_iter().collect(),
        corroboration: Corroboration::Undeclared,
    });
    topology.index.insert(thing, at);
    at
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
        let device = add(topology, path.device.clone(), None);
        let at = add(topology, path.thing.clone(), Some(path.span));
        let name = &path.name;
        let link = Link {
            kind: LinkKind::Line,
            services: path.services.clone(),
            origins: vec![Origin::Configured(path.span)],
            corroboration: Corroboration::Undeclared,
            says: text!("設定にある{name}", "configured: {name}"; name),
        };
        topology.graph.add_edge(at, device, link.clone());
        topology.graph.add_edge(device, at, link);
    }
}

//! What can be reached from a starting point over declared facts, and by which path.

use super::{LinkKind, Node, Topology};
use crate::finding::Step;
use crate::model::{EntityKind, EntityRef};
use crate::topology::Origin;
use petgraph::stable_graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, VecDeque};

/// How an attacker is assumed to move once inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Only what the links allow directly: party → target.
    Direct,
    /// Whatever is reached is taken over and used to go on: every system in a reached zone, and
    /// every flow that starts there. This is what the incidents did.
    Transitive,
}

/// What was reached, with the way to each.
#[derive(Debug)]
pub struct Reached<'t> {
    topology: &'t Topology,
    came_by: BTreeMap<NodeIndex, Option<EdgeIndex>>,
}

impl Topology {
    /// Everything that can be reached from a thing, breadth first, so that paths are shortest.
    /// Going out to parties ends a path: the way into another party is not the hospital's.
    pub fn reached_from(&self, start: &EntityRef, spread: Spread) -> Reached<'_> {
        let mut came_by = BTreeMap::new();
        let mut queue = VecDeque::new();
        if let Some(start) = self.node(start) {
            came_by.insert(start, None);
            queue.push_back(start);
        }
        while let Some(at) = queue.pop_front() {
            let here = &self.graph[at];
            let first = came_by.get(&at).is_some_and(Option::is_none);
            if !first && (spread == Spread::Direct || here.thing.kind == EntityKind::Party) {
                continue;
            }
            // petgraph yields the newest edge first; sort for a stable order.
            let mut edges: Vec<_> = self.graph.edges(at).collect();
            edges.sort_by_key(|edge| edge.id());
            for edge in edges {
                let passes = match edge.weight().kind {
                    LinkKind::Line | LinkKind::Attachment => false,
                    LinkKind::Membership | LinkKind::Flow => spread == Spread::Transitive || first,
                    LinkKind::Allow { .. } | LinkKind::Forward => true,
                };
                if passes && !came_by.contains_key(&edge.target()) {
                    came_by.insert(edge.target(), Some(edge.id()));
                    queue.push_back(edge.target());
                }
            }
        }
        Reached {
            topology: self,
            came_by,
        }
    }
}

impl Reached<'_> {
    /// Whether a thing was reached (the starting point counts).
    pub fn contains(&self, thing: &EntityRef) -> bool {
        self.topology
            .node(thing)
            .is_some_and(|at| self.came_by.contains_key(&at))
    }

    /// Everything reached except the starting point, in the order of the graph.
    pub fn things(&self) -> impl Iterator<Item = &EntityRef> {
        self.came_by
            .iter()
            .filter(|(_, edge)| edge.is_some())
            .map(|(at, _)| &self.topology.graph[*at].thing)
    }

    /// The way to a thing, from the outside in; empty when it was not reached.
    pub fn path(&self, thing: &EntityRef) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = self.topology.node(thing);
        while let Some(node) = at {
            let Some(Some(edge)) = self.came_by.get(&node) else {
                break;
            };
            let link = &self.topology.graph[*edge];
            let Node { thing, .. } = &self.topology.graph[node];
            steps.push(Step {
                thing: thing.clone(),
                by: link.says.clone(),
                span: link.origins.first().map(|origin| match origin {
                    Origin::Declared(span) | Origin::Configured(span) | Origin::Observed(span) => {
                        *span
                    }
                }),
            });
            at = self
                .topology
                .graph
                .edge_endpoints(*edge)
                .map(|(from, _)| from);
        }
        steps.reverse();
        steps
    }
}

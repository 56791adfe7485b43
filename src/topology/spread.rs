//! What can be reached from a starting point over declared facts, and by which path.

use super::{Link, LinkKind, Topology};
use crate::finding::Step;
use crate::model::{EntityKind, EntityRef};
use crate::source::Span;
use petgraph::stable_graph::{EdgeIndex, NodeIndex};
use petgraph::visit::{EdgeRef, NodeIndexable};
use std::collections::VecDeque;

/// How an attacker is assumed to move once inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// What is permitted to the starting point itself: its targets, also through their relays, and
    /// every system of a zone that is permitted as a whole. A system or zone as starting point
    /// also uses what its own zone is permitted.
    Direct,
    /// Whatever is reached is taken over and used to go on: every system in its zones, and every
    /// flow that starts there. This is what the incidents did.
    Transitive,
}

/// What was reached, with the way to each.
#[derive(Debug)]
pub struct Reached<'t> {
    topology: &'t Topology,
    /// By node: how it was reached first.
    came: Vec<Came>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Never,
    Start,
    By(EdgeIndex),
}

/// What a reached node may do next in a direct spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Opens sessions of its own.
    Source,
    /// Is only reached; as a zone it holds systems, as a relay it passes on.
    Target,
}

impl Topology {
    /// Everything that can be reached from a thing, breadth first, so that paths are shortest.
    /// Going out to a party ends a path: what it reaches in turn is a question about that party.
    pub fn reached_from(&self, start: &EntityRef, spread: Spread) -> Reached<'_> {
        self.spread(std::slice::from_ref(start), None, spread)
    }

    /// Everything that can be reached from any of several things.
    pub fn reached_from_any(&self, starts: &[EntityRef], spread: Spread) -> Reached<'_> {
        self.spread(starts, None, spread)
    }

    /// Everything that anybody outside can reach: from the internet and from every party at once.
    pub fn reached_from_outside(&self, spread: Spread) -> Reached<'_> {
        let things = self.graph.node_weights().map(|node| &node.thing);
        let parties = things.filter(|thing| thing.kind == EntityKind::Party);
        let parties: Vec<EntityRef> = parties.cloned().collect();
        self.spread(&parties, None, spread)
    }

    /// Everything that a party can reach when it comes in over one of its connections.
    pub fn reached_over(&self, party: &EntityRef, connection: &str, spread: Spread) -> Reached<'_> {
        self.spread(std::slice::from_ref(party), Some(connection), spread)
    }

    fn spread(&self, starts: &[EntityRef], over: Option<&str>, spread: Spread) -> Reached<'_> {
        let mut came = vec![Came::Never; self.graph.node_bound()];
        let mut queue = VecDeque::new();
        let starts: Vec<NodeIndex> = starts.iter().filter_map(|it| self.node(it)).collect();
        for start in &starts {
            came[start.index()] = Came::Start;
            queue.push_back((*start, Role::Source));
        }
        let mut edges = Vec::new();
        while let Some((at, role)) = queue.pop_front() {
            let first = came[at.index()] == Came::Start;
            if !first && self.graph[at].thing.kind == EntityKind::Party {
                continue;
            }
            // The newest edge comes first; the order of declaration is the order of paths.
            edges.clear();
            edges.extend(self.graph.edges(at));
            edges.reverse();
            for edge in &edges {
                let link = edge.weight();
                let ours = !first || over.is_none_or(|id| carried_by(link) == Some(id));
                let next = match spread {
                    Spread::Transitive => passes(link).then_some(Role::Source),
                    Spread::Direct => {
                        let relayed = || starts.iter().any(|it| self.relays(*it, at, link, over));
                        self.directly(at, role, link, relayed)
                    }
                };
                if let Some(role) = next
                    && ours
                    && came[edge.target().index()] == Came::Never
                {
                    came[edge.target().index()] = Came::By(edge.id());
                    queue.push_back((edge.target(), role));
                }
            }
        }
        Reached { topology: self, came }
    }

    /// The role in which a link's target is reached directly, if it is.
    fn directly(
        &self,
        at: NodeIndex,
        role: Role,
        link: &Link,
        relayed: impl Fn() -> bool,
    ) -> Option<Role> {
        let from_zone = self.graph[at].thing.kind == EntityKind::Zone;
        match (&link.kind, role) {
            (LinkKind::Membership, _) if from_zone => Some(Role::Target),
            // A starting system acts for itself in every zone that it stands in.
            (LinkKind::Membership, Role::Source) => Some(Role::Source),
            (LinkKind::Membership, Role::Target) => None,
            (_, Role::Source) => passes(link).then_some(Role::Target),
            (_, Role::Target) => relayed().then_some(Role::Target),
        }
    }

    /// Whether a relay passes the starting point on over this link.
    fn relays(&self, start: NodeIndex, at: NodeIndex, link: &Link, over: Option<&str>) -> bool {
        let LinkKind::Allow { connection, via: Some(via) } = &link.kind else {
            return false;
        };
        let same = |id: &str| id == connection;
        let mut outgoing = self.graph.edges(start);
        *via == self.graph[at].thing.id
            && over.is_none_or(same)
            && outgoing.any(|edge| carried_by(edge.weight()).is_some_and(same))
    }
}

/// Whether sessions are opened over a link. Lines and sockets carry, but permit nothing.
fn passes(link: &Link) -> bool {
    !matches!(link.kind, LinkKind::Line | LinkKind::Attachment)
}

/// The connection that a link belongs to.
fn carried_by(link: &Link) -> Option<&str> {
    match &link.kind {
        LinkKind::Allow { connection, .. } | LinkKind::Unlimited { connection } => Some(connection),
        _ => None,
    }
}

impl Reached<'_> {
    /// Whether a thing was reached (the starting point counts).
    pub fn contains(&self, thing: &EntityRef) -> bool {
        let came = |at: NodeIndex| self.came.get(at.index());
        let came = self.topology.node(thing).and_then(came);
        came.is_some_and(|came| *came != Came::Never)
    }

    /// Everything reached except the starting point, in the order of declaration.
    pub fn things(&self) -> impl Iterator<Item = &EntityRef> {
        let nodes = self.topology.graph.node_indices();
        nodes
            .filter(|at| matches!(self.came.get(at.index()), Some(Came::By(_))))
            .map(|at| &self.topology.graph[at].thing)
    }

    /// The starting point from which a thing was reached.
    pub fn origin(&self, thing: &EntityRef) -> Option<&EntityRef> {
        let graph = &self.topology.graph;
        let mut at = self.topology.node(thing)?;
        loop {
            match self.came.get(at.index())? {
                Came::Never => return None,
                Came::Start => return Some(&graph[at].thing),
                Came::By(edge) => (at, _) = graph.edge_endpoints(*edge)?,
            }
        }
    }

    /// The place of the last permission on the way to a thing: what must be taken back to cut it
    /// off. `None` when only standing in the same zone leads there.
    pub fn permission(&self, thing: &EntityRef) -> Option<Span> {
        let graph = &self.topology.graph;
        let mut at = self.topology.node(thing)?;
        loop {
            let Came::By(edge) = self.came.get(at.index())? else {
                return None;
            };
            if graph[*edge].kind != LinkKind::Membership {
                return graph[*edge].span();
            }
            (at, _) = graph.edge_endpoints(*edge)?;
        }
    }

    /// The way to a thing, from the outside in; empty when it was not reached.
    pub fn path(&self, thing: &EntityRef) -> Vec<Step> {
        let graph = &self.topology.graph;
        let mut steps = Vec::new();
        let mut at = self.topology.node(thing);
        while let Some(node) = at {
            let Some(Came::By(edge)) = self.came.get(node.index()) else {
                break;
            };
            let link = &graph[*edge];
            steps.push(Step {
                thing: graph[node].thing.clone(),
                by: link.says.clone(),
                span: link.span(),
            });
            at = graph.edge_endpoints(*edge).map(|(from, _)| from);
        }
        steps.reverse();
        steps
    }
}

//! The fewest things to pull so that nothing outside is connected to the inside any more.
//!
//! The graph is what packets did: every stage of everything that comes in over any entry and of
//! everything that the targets send out, relays included, undetermined ways counted as ways
//! ([`graph`]). What can be pulled are circuits at their terminals and interfaces of devices. The
//! cut is a smallest one by maximum flow ([`max_flow`]), of equals the one furthest outside.
//!
//! The graph joins ways of different packets, so it may show more ways than there are. Neither half
//! of the proof rests on it; both ask the engine anew, on the network with the cables pulled:
//!
//! - after the cut nothing gets from outside to a target, nor from a target outside, and whichever of
//!   them is left plugged in, something does;
//! - of as many sets of things as there are cuts, no two of which share anything, each alone still
//!   carries a way when everything else is pulled. So nobody can do with fewer.

mod graph;
mod losses;
mod max_flow;
mod pulls;
mod steps;

pub use losses::Losses;
pub use max_flow::{Separation, Web};
pub use pulls::Pull;
pub use steps::{Helper, Pulled};

use super::blast::{Asked, Setting};
use super::flow::{Stop, Trail};
use super::network::{Host, PlaceKind};
use super::relay::{Relay, Relays, relays};
use super::{Assumptions, Bound, Reach};
use crate::model::{AddressSet, EntityKind, EntityRef};
use graph::{Found, Graph, leaves};
use std::collections::BTreeSet;

/// A plan for an emergency.
#[derive(Clone, Debug)]
pub struct Cut {
    /// What it protects, as asked; everything inside when nothing was.
    pub targets: Vec<EntityRef>,
    /// Which relays count.
    pub relays: Relays,
    /// What to pull, in the order in which to do it.
    pub steps: Vec<Pulled>,
    /// What stops working.
    pub losses: Losses,
    /// How far it is proved.
    pub proof: Proof,
    /// What the ways take for granted.
    pub assumptions: Assumptions,
}

/// How far a plan is proved.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// Whether something is connected over nothing that can be pulled.
    pub uncuttable: bool,
    /// A way that is left after the cut: from where, to where. None: nothing is left.
    pub left: Option<(EntityRef, EntityRef)>,
    /// Sets of things that share nothing, each of which alone carries a way: as many cuts are needed
    /// at least. As positions of the network; [`Reach::pulled`] says what they are.
    pub apart: Vec<Vec<Pull>>,
}

impl Cut {
    /// Whether nothing outside was connected before.
    pub fn is_needless(&self) -> bool {
        self.steps.is_empty() && self.proof.left.is_none() && !self.proof.uncuttable
    }

    /// Whether nothing is left after it.
    pub fn is_complete(&self) -> bool {
        self.proof.left.is_none() && !self.proof.uncuttable
    }

    /// Whether nobody can do with fewer.
    pub fn is_smallest(&self) -> bool {
        self.is_complete() && self.proof.apart.len() == self.steps.len()
    }
}

/// So often the graph is completed with ways that only appear when something is pulled.
const ROUNDS: usize = 8;
/// More steps than any way has.
const FAR: usize = 64;

impl Reach<'_> {
    /// The fewest things to pull so that nothing outside is connected to these zones and systems;
    /// to everything inside when none is named.
    pub fn cut(&self, targets: &[EntityRef], which: Relays) -> Cut {
        let protected = self.protected(targets);
        let asking = Asking { which, protected: &protected, words: Trail::new() };
        let mut graph = Graph::new(self, &protected);
        let (inbound, outbound, assumptions) = asking.ways(self);
        let asking = Asking { words: words(self, inbound.union(&outbound)), ..asking };
        graph.inbound(&inbound);
        graph.outbound(&outbound);
        let mut proof = Proof::default();
        let mut found = Found { cut: Vec::new(), ways: Vec::new() };
        for _ in 0..ROUNDS {
            let Some(next) = graph.separate() else {
                proof.uncuttable = true;
                break;
            };
            found = next;
            let after = self.after(&found.cut);
            proof.left = asking.left(&after);
            if proof.left.is_none() {
                break;
            }
            let (inbound, outbound, _) = asking.ways(&after);
            graph.inbound(&inbound);
            graph.outbound(&outbound);
        }
        if proof.left.is_none() && !proof.uncuttable {
            found.cut = self.needed(&asking, found.cut);
            proof.apart = self.apart(&asking, &graph.pulls(), &found.ways);
        }
        let pulled: BTreeSet<Pull> = found.cut.iter().cloned().collect();
        Cut {
            targets: targets.to_vec(),
            relays: which,
            steps: steps::ordered(self, &pulled),
            losses: losses::losses(self, &pulled),
            proof,
            assumptions,
        }
    }

    /// Of things to pull, those without any of which something would be left.
    fn needed(&self, asking: &Asking<'_>, mut pulled: Vec<Pull>) -> Vec<Pull> {
        let mut sure = 0;
        while sure < pulled.len() {
            let tried = pulled.remove(sure);
            if asking.left(&self.after(&pulled)).is_some() {
                pulled.insert(sure, tried);
                sure += 1;
            }
        }
        pulled
    }

    /// Sets that share nothing, each of which alone carries a way. A way of the graph that is none for
    /// the engine may have what no other way uses.
    fn apart(
        &self,
        asking: &Asking<'_>,
        all: &BTreeSet<Pull>,
        ways: &[BTreeSet<Pull>],
    ) -> Vec<Vec<Pull>> {
        let used: BTreeSet<Pull> = ways.iter().flatten().cloned().collect();
        let mut spare: BTreeSet<Pull> = all.difference(&used).cloned().collect();
        let alone = |way: &BTreeSet<Pull>| {
            let others: Vec<Pull> = all.difference(way).cloned().collect();
            asking.left(&self.after(&others)).is_some()
        };
        let mut apart = Vec::new();
        for way in ways {
            let wider: BTreeSet<Pull> = way.union(&spare).cloned().collect();
            if alone(way) {
                apart.push(way.iter().cloned().collect());
            } else if !spare.is_empty() && alone(&wider) {
                spare.clear();
                apart.push(wider.into_iter().collect());
            }
        }
        apart
    }

    /// What something to pull is called: the circuit, device or host, with the interface.
    pub fn pulled(&self, pull: &Pull) -> (EntityRef, Option<String>) {
        match pull {
            Pull::Circuit(thing) | Pull::Line(thing) => (thing.clone(), None),
            Pull::Port(node, at) => {
                let node = self.network.nodes.get(*node);
                let port = node.and_then(|it| it.ports.get(*at)).map(|it| it.name.clone());
                let thing = node.map(|it| it.thing.clone());
                (thing.unwrap_or_else(|| EntityRef::new(EntityKind::Device, "")), port)
            }
        }
    }

    /// The network after these were pulled.
    fn after(&self, pulled: &[Pull]) -> Self {
        let pulled = pulled.iter().cloned().collect();
        self.upon(self.network.without(&self.closed(&pulled)))
    }

    /// Everything that is protected with these: a zone with all that stands in it.
    fn protected(&self, targets: &[EntityRef]) -> BTreeSet<EntityRef> {
        let inventory = self.inventory;
        let zones = inventory.zones.iter().map(|it| EntityRef::new(EntityKind::Zone, &it.id.value));
        let systems = inventory.systems.iter();
        let systems = systems.map(|it| EntityRef::new(EntityKind::System, &it.id.value));
        if targets.is_empty() {
            return zones.chain(systems).collect();
        }
        let mut all: BTreeSet<EntityRef> = targets.iter().cloned().collect();
        let inside = |host: &&Host| {
            let zone = self.network.places.get(host.place).map(|it| &it.kind);
            matches!(zone, Some(PlaceKind::Zone(zone)) if targets.contains(zone))
        };
        all.extend(self.network.hosts.iter().filter(inside).map(|it| it.thing.clone()));
        all
    }
}

/// What is asked again and again.
struct Asking<'q> {
    which: Relays,
    protected: &'q BTreeSet<EntityRef>,
    /// Stages that are permitted, and of which nobody knows over what.
    words: Trail,
}

/// The stages of a trail that lead to a thing from where it does not stand: on the word of the
/// inventory alone.
fn words<'t>(reach: &Reach<'_>, trail: impl Iterator<Item = &'t (Stop, Stop)>) -> Trail {
    let network = &reach.network;
    let by_word = |(from, to): &&(Stop, Stop)| match (from, to) {
        (Stop::Node(node, _), Stop::Thing(thing)) => {
            let inside = matches!(thing.kind, EntityKind::Zone | EntityKind::System);
            inside && network.nodes.get(*node).is_some_and(|it| it.thing != *thing)
        }
        (Stop::Place(place), Stop::Thing(thing)) => {
            let is_it = network.zone(thing) == Some(*place);
            let inside = matches!(thing.kind, EntityKind::Zone | EntityKind::System);
            inside && !is_it && network.hosts_on(*place).all(|it| it.thing != *thing)
        }
        _ => false,
    };
    trail.filter(by_word).cloned().collect()
}

impl Asking<'_> {
    fn asked<'r, 'a>(reach: &'r Reach<'a>, relays: &'r [Relay], trail: bool) -> Asked<'r, 'a> {
        Asked { reach, relays, bound: Bound::Possible, most: FAR, trail }
    }

    /// From everywhere outside.
    fn entries(reach: &Reach<'_>) -> Vec<(EntityRef, Setting)> {
        let entries = reach.network.entries.iter().enumerate();
        entries.map(|(at, it)| (it.from.clone(), Setting::Over(at))).collect()
    }

    /// From everything that is protected.
    fn inside(&self, reach: &Reach<'_>) -> Vec<(EntityRef, Setting)> {
        let mut all: Vec<_> = self.protected.iter().flat_map(|it| reach.settings(it)).collect();
        // A host that stands on a line itself.
        for thing in self.protected {
            let node = reach.network.node(thing).and_then(|it| reach.network.nodes.get(it));
            for port in node.into_iter().flat_map(|it| &it.ports) {
                if let Some(PlaceKind::Outside(_)) =
                    reach.network.places.get(port.place).map(|it| &it.kind)
                {
                    let any = port.addresses.is_empty();
                    let own = if any { AddressSet::any() } else { port.addresses.clone() };
                    all.push((thing.clone(), Setting::At(port.place, own)));
                }
            }
        }
        all
    }

    /// Every stage of what comes in, and of what goes out.
    fn ways(&self, reach: &Reach<'_>) -> (Trail, Trail, Assumptions) {
        let relays = relays(reach, self.which);
        let asked = Self::asked(reach, &relays, true);
        let inward = asked.advance(Self::entries(reach), |_| false);
        let outward = asked.advance(self.inside(reach), |_| false);
        let mut assumptions = inward.assumptions;
        assumptions.extend(&outward.assumptions);
        (inward.trail, outward.trail, assumptions)
    }

    /// A way that is there: from where, to where.
    fn left(&self, reach: &Reach<'_>) -> Option<(EntityRef, EntityRef)> {
        let relays = relays(reach, self.which);
        let asked = Self::asked(reach, &relays, true);
        let reached = |it: &EntityRef| self.protected.contains(it);
        let inward = asked.advance(Self::entries(reach), reached);
        if let Some((to, found)) = inward.found.iter().find(|(it, _)| reached(it)) {
            let from = inward.held.get(found.from).map(|it| it.thing.clone());
            return Some((from.unwrap_or_else(|| to.clone()), to.clone()));
        }
        // What was permitted over nobody knows what may still be there while it gets as far.
        let passed: BTreeSet<&Stop> = inward.trail.iter().map(|(_, to)| to).collect();
        for (from, to) in &self.words {
            if let Stop::Thing(thing) = to
                && reached(thing)
                && passed.contains(from)
            {
                let start = inward.held.first().map(|it| it.thing.clone());
                return Some((start.unwrap_or_else(|| thing.clone()), thing.clone()));
            }
        }
        let outward = asked.advance(self.inside(reach), |_| false);
        let leaving = |(_, to): &&(Stop, Stop)| leaves(reach, to).is_some();
        let (_, to) = outward.trail.iter().find(leaving)?;
        let carriage = leaves(reach, to)?;
        let over = carriage.circuit.or(carriage.line);
        let start = outward.held.first().map(|it| it.thing.clone());
        Some((start?, over.unwrap_or_else(|| EntityRef::new(EntityKind::Path, "outside"))))
    }
}

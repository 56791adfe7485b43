//! The graph that is cut: every stage that packets took, with what can be pulled between them.

use super::max_flow::Web;
use super::pulls::{Carriage, Pull};
use crate::model::{EntityKind, EntityRef};
use crate::reach::Reach;
use crate::reach::flow::{Stop, Trail};
use crate::reach::network::{Far, NodeId, PlaceId, PlaceKind};
use std::collections::{BTreeMap, BTreeSet};

/// The graph, from everything outside to the targets.
pub(super) struct Graph<'g, 'a> {
    reach: &'g Reach<'a>,
    targets: &'g BTreeSet<EntityRef>,
    web: Web,
    stops: BTreeMap<Stop, usize>,
    pulls: BTreeMap<Pull, usize>,
    edges: BTreeSet<(usize, usize)>,
    source: usize,
    sink: usize,
}

/// What a smallest cut consists of, and the ways that it cuts.
pub(super) struct Found {
    pub cut: Vec<Pull>,
    pub ways: Vec<BTreeSet<Pull>>,
}

impl<'g, 'a> Graph<'g, 'a> {
    pub(super) fn new(reach: &'g Reach<'a>, targets: &'g BTreeSet<EntityRef>) -> Self {
        let mut web = Web::default();
        let (source, sink) = (web.node(false), web.node(false));
        Self {
            reach,
            targets,
            web,
            stops: BTreeMap::new(),
            pulls: BTreeMap::new(),
            edges: BTreeSet::new(),
            source,
            sink,
        }
    }

    /// Adds the ways of packets that come in.
    pub(super) fn inbound(&mut self, trail: &Trail) {
        for (from, to) in trail.iter().filter(|(_, to)| !is_outside(to)) {
            let (a, b) = (self.stop(from), self.stop(to));
            if let Stop::Entry(at) = from {
                let entry = self.reach.network.entries.get(*at);
                let carriage = entry.map(|it| self.reach.carriage_of_entry(it)).unwrap_or_default();
                let outside = self.outside(&carriage);
                self.row(&[vec![self.source], outside.0, outside.1, vec![a]]);
                self.edge(a, b);
                continue;
            }
            let between = self.between(from, to);
            self.row(&[vec![a], between, vec![b]]);
        }
    }

    /// Adds the ways of packets that go out, against their direction: from where they leave.
    pub(super) fn outbound(&mut self, trail: &Trail) {
        for (from, to) in trail.iter().filter(|(_, to)| !is_outside(to)) {
            let (a, b) = (self.stop(from), self.stop(to));
            let between = self.between(from, to);
            self.row(&[vec![b], between, vec![a]]);
            for stop in [from, to] {
                if let Some(carriage) = leaves(self.reach, stop) {
                    let at = self.stop(stop);
                    let outside = self.outside(&carriage);
                    self.row(&[vec![self.source], outside.0, outside.1, vec![at]]);
                }
            }
        }
    }

    /// The smallest cut; none when something is connected over nothing that can be pulled.
    pub(super) fn separate(&mut self) -> Option<Found> {
        for target in self.targets {
            if let Some(at) = self.stops.get(&Stop::Thing(target.clone())) {
                self.edges.insert((*at, self.sink));
            }
        }
        let mut web = self.web.clone();
        for (from, to) in &self.edges {
            web.edge(*from, *to);
        }
        let found = web.separate(self.source, self.sink)?;
        let pulls: BTreeMap<usize, &Pull> = self.pulls.iter().map(|(it, at)| (*at, it)).collect();
        let named = |nodes: &[usize]| -> Vec<Pull> {
            nodes.iter().filter_map(|it| pulls.get(it)).map(|it| (*it).clone()).collect()
        };
        let ways = found.ways.iter().map(|it| named(it).into_iter().collect()).collect();
        Some(Found { cut: named(&found.cut), ways })
    }

    /// Everything in it that can be pulled.
    pub(super) fn pulls(&self) -> BTreeSet<Pull> {
        self.pulls.keys().cloned().collect()
    }

    fn stop(&mut self, stop: &Stop) -> usize {
        if let Some(at) = self.stops.get(stop) {
            return *at;
        }
        let at = self.web.node(false);
        self.stops.insert(stop.clone(), at);
        at
    }

    fn pull(&mut self, pull: Pull) -> usize {
        if let Some(at) = self.pulls.get(&pull) {
            return *at;
        }
        let at = self.web.node(true);
        self.pulls.insert(pull, at);
        at
    }

    fn edge(&mut self, from: usize, to: usize) {
        self.edges.insert((from, to));
    }

    /// Stages one after the other, each any of several nodes; an empty stage is none.
    fn row(&mut self, stages: &[Vec<usize>]) {
        let stages: Vec<_> = stages.iter().filter(|it| !it.is_empty()).collect();
        for pair in stages.windows(2) {
            let [before, after] = pair else { continue };
            for from in before.iter() {
                for to in after.iter() {
                    self.edge(*from, *to);
                }
            }
        }
    }

    /// What can be pulled outside: the circuit or line, then the interfaces.
    fn outside(&mut self, carriage: &Carriage) -> (Vec<usize>, Vec<usize>) {
        let circuit = carriage.circuit.clone().map(Pull::Circuit);
        let line = carriage.line.clone().map(Pull::Line);
        let first = circuit.or(line).map(|it| self.pull(it)).into_iter().collect();
        let ports = carriage.ports.iter().map(|(node, at)| Pull::Port(*node, *at));
        let ports: Vec<Pull> = ports.collect();
        (first, ports.into_iter().map(|it| self.pull(it)).collect())
    }

    /// What can be pulled between two stages: the interfaces of a node at a place.
    fn between(&mut self, from: &Stop, to: &Stop) -> Vec<usize> {
        let ports: Vec<(NodeId, usize)> = match (from, to) {
            (Stop::Node(node, _), Stop::Place(place)) => self.ports(*node, *place, None),
            (Stop::Place(place), Stop::Node(node, over)) => self.ports(*node, *place, *over),
            (Stop::Thing(thing), Stop::Place(place)) | (Stop::Place(place), Stop::Thing(thing)) => {
                match self.targets.contains(thing) {
                    // Its own cable would stop the target itself.
                    true => Vec::new(),
                    false => {
                        let node = self.reach.network.node(thing);
                        node.map(|it| self.ports(it, *place, None)).unwrap_or_default()
                    }
                }
            }
            (Stop::Node(node, _), Stop::Tunnel(own, at)) if node == own => {
                self.reach.carriage_of_tunnel(*own, *at).ports
            }
            _ => Vec::new(),
        };
        ports.into_iter().map(|(node, at)| self.pull(Pull::Port(node, at))).collect()
    }

    fn ports(&self, node: NodeId, place: PlaceId, over: Option<usize>) -> Vec<(NodeId, usize)> {
        let own = self.reach.network.nodes.get(node);
        let ports = own.map(|it| it.ports.iter().enumerate()).into_iter().flatten();
        let here =
            ports.filter(|(_, it)| it.place == place && (over.is_none() || it.interface == over));
        here.map(|(at, _)| (node, at)).collect()
    }
}

/// Whether packets that got here are somebody else's: nothing comes back from there in this graph.
fn is_outside(stop: &Stop) -> bool {
    let inside = [EntityKind::Zone, EntityKind::System, EntityKind::Device];
    matches!(stop, Stop::Thing(it) if !inside.contains(&it.kind))
}

/// Over what packets leave that are at a stop from which they do.
pub(super) fn leaves(reach: &Reach<'_>, stop: &Stop) -> Option<Carriage> {
    match stop {
        Stop::Place(place) => match reach.network.places.get(*place).map(|it| &it.kind) {
            Some(PlaceKind::Outside(circuit)) => {
                Some(Carriage { circuit: circuit.clone(), ..Carriage::default() })
            }
            _ => None,
        },
        Stop::Tunnel(node, at) => {
            let tunnel = reach.network.nodes.get(*node).and_then(|it| it.tunnels.get(*at));
            let outside = tunnel.is_some_and(|it| matches!(it.far, Far::Outside(_)));
            outside.then(|| Carriage {
                // Its interfaces stand between the node and the tunnel.
                ports: Vec::new(),
                ..reach.carriage_of_tunnel(*node, *at)
            })
        }
        _ => None,
    }
}

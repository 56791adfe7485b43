//! The permitted ways of connections, from the graph.

use super::{Gatherer, NOWHERE, TURNED_BACK};
use crate::diagram::layout::content::{Branch, Target};
use crate::inventory::Entry;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Service};
use crate::topology::{Link, LinkKind};
use petgraph::stable_graph::EdgeIndex;
use petgraph::visit::{EdgeRef, IntoEdgeReferences};
use std::collections::BTreeSet;

impl Gatherer<'_> {
    /// The permitted ways of every connection, from the graph, where addresses have already
    /// become systems and zones.
    pub(super) fn branches(&mut self) {
        let assessment = self.assessment;
        let graph = assessment.topology.graph();
        let mut edges: Vec<_> = graph.edge_references().collect();
        // The way to a relay that follows from what lies behind it tells less than the way that
        // is declared for the relay itself, which therefore comes first.
        let implied = |link: &Link, target: &EntityRef| match &link.kind {
            LinkKind::Allow { via: Some(via), .. } => {
                target.kind == EntityKind::System && target.id == *via
            }
            _ => false,
        };
        let follows = |edge: EdgeIndex| {
            let ends = graph.edge_endpoints(edge);
            ends.is_some_and(|(_, target)| implied(&graph[edge], &graph[target].thing))
        };
        edges.sort_by_key(|edge| (follows(edge.id()), edge.id()));
        let mut declared = BTreeSet::new();
        type Way = (usize, Option<EntityRef>, EntityRef, bool);
        let mut ways: Vec<(Way, Vec<Service>, bool)> = Vec::new();
        for edge in edges {
            let LinkKind::Allow { connection, .. } = &edge.weight().kind else {
                continue;
            };
            let row = self.content.rows.iter().position(|row| {
                row.thing.kind == EntityKind::Connection && row.thing.id == *connection
            });
            let Some(row) = row else { continue };
            let (source, target) = (&graph[edge.source()].thing, &graph[edge.target()].thing);
            let party = self.content.rows[row].party.as_ref().map(|party| &party.thing);
            let way = if party == Some(source) {
                (row, None, target.clone(), false)
            } else if party == Some(target) {
                (row, None, source.clone(), true)
            } else {
                (row, Some(source.clone()), target.clone(), false)
            };
            if follows(edge.id()) && declared.contains(&way) {
                continue;
            }
            if !follows(edge.id()) {
                declared.insert(way.clone());
            }
            let services = &edge.weight().services;
            match ways.iter_mut().find(|(known, ..)| *known == way) {
                Some((_, more, any)) => {
                    more.extend(services);
                    *any |= services.is_empty();
                }
                None => ways.push((way, services.clone(), services.is_empty())),
            }
        }
        for ((row, relay, target, outbound), services, any) in ways {
            let services = if any { Vec::new() } else { services };
            let brief = self.services(&services, Service::brief);
            let first = services.first().map_or_else(|| brief.clone(), |first| first.brief());
            let more = brief.split(", ").count().saturating_sub(1);
            let least = match more {
                0 => brief.clone(),
                _ => self.say(&crate::text!("{first} ほか{more}", "{first} +{more}")),
            };
            let labels = [self.services(&services, Service::described), brief, least];
            let relay = relay.and_then(|relay| self.cells_at.get(&relay).copied());
            let chain = self.content.rows[row].chain.clone();
            let Some(target) = self.beside(&target, &chain).or_else(|| self.target(&target)) else {
                continue;
            };
            self.content.rows[row].branches.push(Branch { relay, target, labels, outbound });
        }
        for row in 0..self.content.rows.len() {
            if self.content.rows[row].branches.is_empty() {
                self.unstated(row);
            }
        }
    }

    /// The box of a host on several networks that stands where the last device of the row leads.
    fn beside(&self, thing: &EntityRef, chain: &[String]) -> Option<Target> {
        let device = self.inventory.devices.get(chain.last()?)?;
        let zones: Vec<usize> = device
            .interfaces
            .iter()
            .filter_map(|it| self.zone_at.get(it.zone.as_ref()?.id()).copied())
            .collect();
        let boxes = self.content.cells.iter().enumerate();
        let mut near = boxes.filter(|(_, it)| {
            it.twin && it.thing.as_ref() == Some(thing) && zones.contains(&it.zone)
        });
        near.next().map(|(at, _)| Target::Cell(at))
    }

    pub(super) fn target(&mut self, thing: &EntityRef) -> Option<Target> {
        match thing.kind {
            EntityKind::Zone => self.zone_at.get(&thing.id).map(|at| Target::Zone(*at)),
            EntityKind::System => self.cells_at.get(thing).map(|at| Target::Cell(*at)),
            EntityKind::Device => {
                if let Some(at) = self.cells_at.get(thing) {
                    return Some(Target::Cell(*at));
                }
                let device = self.inventory.devices.get(&thing.id)?;
                let zone = device.interfaces.iter().find_map(|it| it.zone.as_ref());
                let zone = zone.map_or(NOWHERE, |zone| zone.id());
                Some(Target::Cell(self.cell(
                    thing,
                    zone,
                    device.name.value.clone(),
                    String::new(),
                    false,
                )))
            }
            EntityKind::Party => {
                if let Some(at) = self.cells_at.get(thing) {
                    return Some(Target::Cell(*at));
                }
                let name = self.inventory.name_of(thing).to_owned();
                Some(Target::Cell(self.cell(thing, TURNED_BACK, name, String::new(), false)))
            }
            _ => None,
        }
    }

    /// A connection that does not say what it may reach ends where it enters.
    pub(super) fn unstated(&mut self, row: usize) {
        let thing = self.content.rows[row].thing.clone();
        let Some(connection) = self
            .inventory
            .connections
            .get(&thing.id)
            .filter(|_| thing.kind == EntityKind::Connection)
        else {
            return;
        };
        let label = self.say(&Text::new("許可通信 未記載", "not declared"));
        let system = connection
            .at
            .as_ref()
            .filter(|at| self.inventory.systems.declares(&at.owner))
            .map(|at| at.owner.clone());
        let system = system.or_else(|| {
            let circuit = connection.circuit.as_ref()?.id();
            let takes = |it: &&Entry<crate::inventory::System>| {
                it.attachments().any(|at| at.circuit.is_some_and(|it| it.id() == circuit))
            };
            self.inventory.systems.iter().find(takes).map(|it| it.id.value.clone())
        });
        let target = match system {
            Some(id) => self.target(&EntityRef::new(EntityKind::System, id)),
            None => {
                let last = self.content.rows[row].chain.last().cloned();
                let device = last.and_then(|id| self.inventory.devices.get(&id));
                let zone =
                    device.and_then(|it| it.interfaces.iter().find_map(|it| it.zone.as_ref()));
                zone.and_then(|zone| self.zone_at.get(zone.id())).map(|at| Target::Zone(*at))
            }
        };
        if let Some(target) = target {
            self.content.rows[row].branches.push(Branch {
                relay: None,
                target,
                labels: [label.clone(), label.clone(), label],
                outbound: false,
            });
        }
    }
}

//! Assessment → what there is to draw, in the terms of the drawing: rows, boxes, branches.
//! Nothing has a place yet.

use super::style::Carriage;
use crate::audit::Assessment;
use crate::diagram::View;
use crate::finding::Severity;
use crate::inventory::{Connection, Device, Endpoint, Entry, Holder, Inventory};
use crate::locale::{Lang, Text};
use crate::model::words::{DeviceKind, ZoneKind};
use crate::model::{EntityKind, EntityRef, IpNetwork, Service, Vocabulary};
use crate::topology::{Corroboration, LinkKind};
use petgraph::visit::{EdgeRef, IntoEdgeReferences};
use std::collections::{BTreeMap, BTreeSet};

/// How many findings a thing has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    pub(super) worst: Option<Severity>,
    pub(super) open: usize,
    pub(super) waived: usize,
}

/// A zone and the cells in it.
#[derive(Clone, Debug)]
pub(super) struct ZoneBox {
    pub(super) key: String,
    pub(super) thing: Option<EntityRef>,
    pub(super) name: String,
    pub(super) networks: String,
    pub(super) kind: ZoneKind,
    /// Whether a core switch or internal firewall stands in it.
    pub(super) tied: bool,
    /// What may leave it, one line a destination.
    pub(super) flows: Vec<String>,
    pub(super) cells: Vec<usize>,
    pub(super) mark: Mark,
}

/// A box inside a zone: a system, an internal device, or a count of what is not shown.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) key: String,
    pub(super) thing: Option<EntityRef>,
    pub(super) name: String,
    pub(super) sub: String,
    pub(super) zone: usize,
    /// Whether a connection ends here.
    pub(super) front: bool,
    /// Whether the same host has a box in another zone.
    pub(super) twin: bool,
    pub(super) mark: Mark,
}

/// A device in the lane of entries.
#[derive(Clone, Debug)]
pub(super) struct DeviceBox {
    pub(super) thing: EntityRef,
    pub(super) name: String,
    /// Model, and software with its version.
    pub(super) about: Vec<String>,
    pub(super) addresses: Vec<String>,
    /// Who owns it, when that is not the hospital.
    pub(super) foreign: Option<String>,
    pub(super) mark: Mark,
}

/// The other end.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PartyBox {
    pub(super) thing: EntityRef,
    pub(super) name: String,
    pub(super) about: String,
}

/// Where a branch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Cell(usize),
    Zone(usize),
}

/// One permitted way of a connection, from its entry or from a relay.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) relay: Option<usize>,
    pub(super) target: Target,
    /// The services in words: in full, in brief, and only the first; the first that fits is
    /// written.
    pub(super) labels: [String; 3],
    /// Whether sessions are opened from inside.
    pub(super) outbound: bool,
}

/// A connection, or a device at the boundary that no connection uses.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) thing: EntityRef,
    pub(super) number: Option<u32>,
    pub(super) party: Option<PartyBox>,
    pub(super) circuit: String,
    pub(super) transport: String,
    pub(super) carriage: Carriage,
    pub(super) state: Corroboration,
    /// The devices it passes, from the outside in.
    pub(super) chain: Vec<String>,
    pub(super) branches: Vec<Branch>,
    pub(super) mark: Mark,
    pub(super) party_mark: Mark,
}

/// Everything that is to be drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub(super) zones: Vec<ZoneBox>,
    pub(super) cells: Vec<Cell>,
    pub(super) rows: Vec<Row>,
    pub(super) devices: BTreeMap<String, DeviceBox>,
    /// The core switch and internal firewalls: key, name, thing.
    pub(super) backbone: Vec<(EntityRef, String)>,
}

impl Content {
    pub(super) fn gather(assessment: &Assessment, view: &View, lang: Lang) -> Self {
        let mut gatherer = Gatherer {
            assessment,
            inventory: &assessment.inventory,
            lang,
            one: match view {
                View::Connection(id) => Some(id.as_str()),
                View::Whole | View::External => None,
            },
            content: Self::default(),
            zone_at: BTreeMap::new(),
            cells_at: BTreeMap::new(),
            marks: marks(assessment),
        };
        gatherer.zones();
        gatherer.rows();
        gatherer.systems();
        gatherer.inner_devices();
        gatherer.branches();
        let mut content = gatherer.content;
        content.settle(*view != View::Whole, gatherer.one.is_some(), lang);
        content
    }

    /// Marks what connections end at, folds or drops what the view does not show, and gives
    /// every zone the list of its cells.
    fn settle(&mut self, fold: bool, only_touched: bool, lang: Lang) {
        let mut touched = BTreeSet::new();
        for branch in self.rows.iter().flat_map(|row| &row.branches) {
            match branch.target {
                Target::Cell(cell) => self.cells[cell].front = true,
                Target::Zone(zone) => drop(touched.insert(zone)),
            }
            if let Some(relay) = branch.relay {
                self.cells[relay].front = true;
            }
        }
        let mut folded = vec![0usize; self.zones.len()];
        for at in 0..self.cells.len() {
            let Cell { zone, front, .. } = self.cells[at];
            if front {
                touched.insert(zone);
            }
            if front || !fold {
                self.zones[zone].cells.push(at);
            } else {
                folded[zone] += 1;
            }
        }
        for (zone, count) in folded.into_iter().enumerate() {
            if count > 0 && !only_touched {
                let name = crate::text!("ほか {count} システム", "{count} more systems");
                self.cells.push(Cell {
                    key: format!("more@{}", self.zones[zone].key),
                    thing: None,
                    name: name.get(lang).to_owned(),
                    sub: Text::new("（全体構成図を参照）", "(see the whole diagram)")
                        .get(lang)
                        .to_owned(),
                    zone,
                    front: false,
                    twin: false,
                    mark: Mark::default(),
                });
                self.zones[zone].cells.push(self.cells.len() - 1);
            }
        }
        if only_touched {
            self.keep_zones(|zone| touched.contains(&zone));
            self.backbone.clear();
            for zone in &mut self.zones {
                zone.tied = false;
                zone.flows.clear();
            }
        } else {
            // Places that exist only for things without a zone vanish when nothing is in them.
            let filled: BTreeSet<usize> = self.cells.iter().map(|cell| cell.zone).collect();
            let real: Vec<bool> = self.zones.iter().map(|zone| zone.thing.is_some()).collect();
            self.keep_zones(|zone| real[zone] || filled.contains(&zone));
        }
    }

    fn keep_zones(&mut self, keep: impl Fn(usize) -> bool) {
        let mut renumbered = BTreeMap::new();
        let mut at = 0;
        self.zones.retain(|_| {
            let kept = keep(at);
            if kept {
                renumbered.insert(at, renumbered.len());
            }
            at += 1;
            kept
        });
        for cell in &mut self.cells {
            cell.zone = renumbered.get(&cell.zone).copied().unwrap_or(0);
        }
        for branch in self.rows.iter_mut().flat_map(|row| &mut row.branches) {
            if let Target::Zone(zone) = &mut branch.target {
                *zone = renumbered.get(zone).copied().unwrap_or(0);
            }
        }
    }
}

/// Counts the findings of every thing.
fn marks(assessment: &Assessment) -> BTreeMap<EntityRef, Mark> {
    let mut marks: BTreeMap<EntityRef, Mark> = BTreeMap::new();
    for finding in &assessment.findings {
        let mark = marks.entry(finding.subject.clone()).or_default();
        if finding.is_open() {
            mark.open += 1;
            // Findings come worst first.
            mark.worst.get_or_insert(finding.severity);
        } else {
            mark.waived += 1;
        }
    }
    marks
}

struct Gatherer<'a> {
    assessment: &'a Assessment,
    inventory: &'a Inventory,
    lang: Lang,
    one: Option<&'a str>,
    content: Content,
    zone_at: BTreeMap<String, usize>,
    /// The first box of a thing.
    cells_at: BTreeMap<EntityRef, usize>,
    marks: BTreeMap<EntityRef, Mark>,
}

/// The zone of things that say no zone, and of parties that traffic turns back to.
const NOWHERE: &str = "?";
const TURNED_BACK: &str = "<";

impl Gatherer<'_> {
    fn say(&self, text: &Text) -> String {
        text.get(self.lang).to_owned()
    }

    fn mark(&self, thing: &EntityRef) -> Mark {
        self.marks.get(thing).copied().unwrap_or_default()
    }

    fn zones(&mut self) {
        let inventory = self.inventory;
        for zone in &inventory.zones {
            let thing = EntityRef::new(EntityKind::Zone, &zone.id.value);
            let mut networks: Vec<String> = zone.networks.iter().map(|it| it.to_string()).collect();
            let vlans: Vec<String> = zone.vlan.iter().map(|vlan| vlan.to_string()).collect();
            if !vlans.is_empty() {
                networks.push(format!("VLAN {}", vlans.join(",")));
            }
            self.zone_at
                .insert(zone.id.value.clone(), self.content.zones.len());
            self.content.zones.push(ZoneBox {
                key: thing.to_string(),
                name: zone.name.value.clone(),
                networks: networks.join("　"),
                kind: zone.kind.value,
                tied: false,
                flows: Vec::new(),
                cells: Vec::new(),
                mark: self.mark(&thing),
                thing: Some(thing),
            });
        }
        let places = [
            (NOWHERE, Text::new("ゾーン未記載", "no zone declared")),
            (
                TURNED_BACK,
                Text::new("院外への折返し", "turned back to the outside"),
            ),
        ];
        for (id, name) in places {
            self.zone_at.insert(id.to_owned(), self.content.zones.len());
            self.content.zones.push(ZoneBox {
                key: format!("place:{id}"),
                thing: None,
                name: self.say(&name),
                networks: String::new(),
                kind: ZoneKind::Management,
                tied: false,
                flows: Vec::new(),
                cells: Vec::new(),
                mark: Mark::default(),
            });
        }
        self.flows();
    }

    /// One line a destination zone, services joined, in the order of declaration.
    fn flows(&mut self) {
        let inventory = self.inventory;
        let mut lines: BTreeMap<usize, Vec<(String, Vec<Service>, bool)>> = BTreeMap::new();
        for flow in &inventory.flows {
            let Some(from) = self.zone_of(&flow.from.value) else {
                continue;
            };
            let to = match (&flow.to.value, self.zone_of(&flow.to.value)) {
                (_, Some(zone)) if zone == from => continue,
                (_, Some(zone)) => short(&self.content.zones[zone].name),
                (Endpoint::Any, _) => self.say(&Text::new("すべて", "everything")),
                (Endpoint::Internet, _) => self.say(&Text::new("インターネット", "the internet")),
                (Endpoint::Network(network), _) => shown(*network),
                (Endpoint::Named(id), _) => self.name_of_device_or_party(id),
            };
            let services: Vec<Service> = flow.services.iter().map(|it| it.value).collect();
            let all = services.is_empty() || services.contains(&Service::Any);
            let known = lines.entry(from).or_default();
            match known.iter_mut().find(|(name, ..)| *name == to) {
                Some((_, more, any)) => {
                    more.extend(services);
                    *any |= all;
                }
                None => known.push((to, services, all)),
            }
        }
        for (zone, lines) in lines {
            self.content.zones[zone].flows = lines
                .into_iter()
                .map(|(to, services, any)| {
                    let services = if any { Vec::new() } else { services };
                    format!("→{to}：{}", self.services(&services, Service::brief))
                })
                .collect();
        }
    }

    fn zone_of(&self, endpoint: &Endpoint) -> Option<usize> {
        let Endpoint::Named(id) = endpoint else {
            return None;
        };
        let zone = match self.inventory.systems.get(id) {
            Some(system) => system.zones().first().map(|id| (*id).to_owned())?,
            None => id.clone(),
        };
        self.zone_at.get(&zone).copied()
    }

    fn name_of_device_or_party(&self, id: &str) -> String {
        let kinds = [EntityKind::Device, EntityKind::Party];
        let names = kinds.map(|kind| self.inventory.name_of(&EntityRef::new(kind, id)).to_owned());
        let name = names.into_iter().find(|name| name != id);
        short(&name.unwrap_or_else(|| id.to_owned()))
    }

    /// Services in words, each once.
    fn services(&self, services: &[Service], word: fn(Service) -> String) -> String {
        if services.is_empty() || services.contains(&Service::Any) {
            return self.say(&Text::new("すべて", "any"));
        }
        let mut words: Vec<String> = Vec::new();
        for service in services {
            let word = word(*service);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.join(", ")
    }

    fn rows(&mut self) {
        let inventory = self.inventory;
        let numbers = inventory.connection_numbers();
        for (connection, number) in inventory.connections.iter().zip(numbers) {
            if self.one.is_some_and(|one| one != connection.id.value) {
                continue;
            }
            let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
            let party = EntityRef::new(EntityKind::Party, connection.party.id());
            let chain = chain(inventory, connection);
            for id in &chain {
                self.device(id);
            }
            self.content.rows.push(Row {
                number: Some(number),
                party: Some(PartyBox {
                    name: inventory.name_of(&party).to_owned(),
                    about: connection.name.value.clone(),
                    thing: party.clone(),
                }),
                circuit: self.circuit(connection),
                transport: self.say(&connection.transport.value.label()),
                carriage: Carriage::of(connection.transport.value),
                state: self.state(&thing),
                chain,
                branches: Vec::new(),
                mark: self.mark(&thing),
                party_mark: self.mark(&party),
                thing,
            });
        }
        if self.one.is_some() {
            return;
        }
        for device in &inventory.devices {
            let used = self.content.devices.contains_key(&device.id.value);
            let outside = device.interfaces.iter().any(|it| it.circuit.is_some())
                || !device.remote_access.is_empty()
                || !device.forwards.is_empty();
            if used || !outside || is_backbone(device) {
                continue;
            }
            self.device(&device.id.value);
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            self.content.rows.push(Row {
                number: None,
                party: None,
                circuit: String::new(),
                transport: String::new(),
                carriage: Carriage::Closed,
                state: self.state(&thing),
                chain: vec![device.id.value.clone()],
                branches: Vec::new(),
                mark: Mark::default(),
                party_mark: Mark::default(),
                thing,
            });
        }
    }

    fn state(&self, thing: &EntityRef) -> Corroboration {
        self.assessment.topology.corroboration(thing)
    }

    fn circuit(&self, connection: &Connection) -> String {
        let Some(id) = &connection.circuit else {
            return self.say(&Text::new("回線 未記載", "circuit not declared"));
        };
        let Some(circuit) = self.inventory.circuits.get(id.id()) else {
            return id.id().to_owned();
        };
        match (&circuit.name, &circuit.provider) {
            (Some(name), _) => name.value.clone(),
            (None, Some(provider)) => {
                format!("{} {}", provider, self.say(&circuit.kind.value.label()))
            }
            (None, None) => self.say(&circuit.kind.value.label()),
        }
    }

    /// Makes the box of a device in the lane of entries.
    fn device(&mut self, id: &str) {
        let Some(device) = self.inventory.devices.get(id) else {
            return;
        };
        let thing = EntityRef::new(EntityKind::Device, id);
        let kind = || self.say(&device.kind.value.label());
        let mut about = vec![
            device
                .model
                .as_ref()
                .map_or_else(kind, |it| it.value.clone()),
        ];
        about.extend(device.os.as_ref().map(|os| {
            let version = os.version.as_ref().map_or("", |it| it.value.as_str());
            format!("{} {version}", os.name).trim_end().to_owned()
        }));
        let mut outer = Vec::new();
        let mut inner = Vec::new();
        for interface in &device.interfaces {
            let side = if interface.circuit.is_some() {
                &mut outer
            } else {
                &mut inner
            };
            side.extend(interface.addresses.iter().map(|it| it.ip().to_string()));
        }
        let mut addresses = Vec::new();
        if let Some(first) = outer.first() {
            addresses.push(format!("{}{first}", self.say(&Text::new("外 ", "out "))));
        }
        if let Some(first) = inner.first() {
            let more = if inner.len() > 1 {
                format!(" +{}", inner.len() - 1)
            } else {
                String::new()
            };
            addresses.push(format!(
                "{}{first}{more}",
                self.say(&Text::new("内 ", "in "))
            ));
        }
        let foreign = match device.owner.as_ref().map(|it| &it.value) {
            Some(Holder::Party(party)) => {
                let party = EntityRef::new(EntityKind::Party, party);
                Some(self.inventory.name_of(&party).to_owned())
            }
            Some(Holder::Undefined) => Some(self.say(&Text::new("所有者未定", "owner undefined"))),
            Some(Holder::Hospital) | None => None,
        };
        let mark = self.mark(&thing);
        self.content.devices.insert(
            id.to_owned(),
            DeviceBox {
                thing,
                name: device.name.value.clone(),
                about,
                addresses,
                foreign,
                mark,
            },
        );
    }

    fn systems(&mut self) {
        let inventory = self.inventory;
        for system in &inventory.systems {
            let thing = EntityRef::new(EntityKind::System, &system.id.value);
            let mut zones = system.zones();
            if zones.is_empty() {
                zones.push(NOWHERE);
            }
            let twin = zones.len() > 1;
            for zone in zones {
                let addresses: Vec<String> = system
                    .attachments()
                    .filter(|it| it.zone.map_or(NOWHERE, |zone| zone.id()) == zone)
                    .flat_map(|it| it.addresses)
                    .map(|it| shown(it.value))
                    .collect();
                let count = system
                    .count
                    .as_ref()
                    .map(|it| it.value)
                    .filter(|count| *count > 1);
                let name = match count {
                    Some(count) => {
                        let name = &system.name.value;
                        crate::text!("{name}（{count}台）", "{name} (×{count})")
                            .get(self.lang)
                            .to_owned()
                    }
                    None => system.name.value.clone(),
                };
                self.cell(&thing, zone, name, addresses.join(", "), twin);
            }
        }
    }

    /// Devices that are neither entries nor the backbone stand in their zone like systems.
    fn inner_devices(&mut self) {
        let inventory = self.inventory;
        for device in &inventory.devices {
            let thing = EntityRef::new(EntityKind::Device, &device.id.value);
            let zones: Vec<&str> = device
                .interfaces
                .iter()
                .filter_map(|it| it.zone.as_ref())
                .map(|it| it.id())
                .collect();
            if is_backbone(device) {
                for zone in zones {
                    if let Some(at) = self.zone_at.get(zone) {
                        self.content.zones[*at].tied = true;
                    }
                }
                self.content
                    .backbone
                    .push((thing, device.name.value.clone()));
            } else if !self.content.devices.contains_key(&device.id.value) && self.one.is_none() {
                let addresses: Vec<String> = device
                    .interfaces
                    .iter()
                    .flat_map(|it| &it.addresses)
                    .map(|it| it.ip().to_string())
                    .collect();
                let zone = zones.first().copied().unwrap_or(NOWHERE);
                self.cell(
                    &thing,
                    zone,
                    device.name.value.clone(),
                    addresses.join(", "),
                    false,
                );
            }
        }
    }

    fn cell(
        &mut self,
        thing: &EntityRef,
        zone: &str,
        name: String,
        sub: String,
        twin: bool,
    ) -> usize {
        let at = self.zone_at.get(zone).copied().unwrap_or(0);
        self.content.cells.push(Cell {
            key: format!("{thing}@{zone}"),
            thing: Some(thing.clone()),
            name,
            sub,
            zone: at,
            front: false,
            twin,
            mark: self.mark(thing),
        });
        let index = self.content.cells.len() - 1;
        self.cells_at.entry(thing.clone()).or_insert(index);
        index
    }

    /// The permitted ways of every connection, from the graph, where addresses have already
    /// become systems and zones.
    fn branches(&mut self) {
        let assessment = self.assessment;
        let graph = assessment.topology.graph();
        let mut edges: Vec<_> = graph.edge_references().collect();
        edges.sort_by_key(|edge| edge.id());
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
            let party = self.content.rows[row]
                .party
                .as_ref()
                .map(|party| &party.thing);
            let way = if party == Some(source) {
                (row, None, target.clone(), false)
            } else if party == Some(target) {
                (row, None, source.clone(), true)
            } else {
                (row, Some(source.clone()), target.clone(), false)
            };
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
            let first = services
                .first()
                .map_or_else(|| brief.clone(), |first| first.brief());
            let more = brief.split(", ").count().saturating_sub(1);
            let least = match more {
                0 => brief.clone(),
                _ => self.say(&crate::text!("{first} ほか{more}", "{first} +{more}")),
            };
            let labels = [self.services(&services, Service::described), brief, least];
            let relay = relay.and_then(|relay| self.cells_at.get(&relay).copied());
            let Some(target) = self.target(&target) else {
                continue;
            };
            self.content.rows[row].branches.push(Branch {
                relay,
                target,
                labels,
                outbound,
            });
        }
        for row in 0..self.content.rows.len() {
            if self.content.rows[row].branches.is_empty() {
                self.unstated(row);
            }
        }
    }

    fn target(&mut self, thing: &EntityRef) -> Option<Target> {
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
                Some(Target::Cell(self.cell(
                    thing,
                    TURNED_BACK,
                    name,
                    String::new(),
                    false,
                )))
            }
            _ => None,
        }
    }

    /// A connection that does not say what it may reach ends where it enters.
    fn unstated(&mut self, row: usize) {
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
                it.attachments()
                    .any(|at| at.circuit.is_some_and(|it| it.id() == circuit))
            };
            self.inventory
                .systems
                .iter()
                .find(takes)
                .map(|it| it.id.value.clone())
        });
        let target = match system {
            Some(id) => self.target(&EntityRef::new(EntityKind::System, id)),
            None => {
                let last = self.content.rows[row].chain.last().cloned();
                let device = last.and_then(|id| self.inventory.devices.get(&id));
                let zone =
                    device.and_then(|it| it.interfaces.iter().find_map(|it| it.zone.as_ref()));
                zone.and_then(|zone| self.zone_at.get(zone.id()))
                    .map(|at| Target::Zone(*at))
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

/// The devices that a connection passes, from the outside in, each once.
fn chain(inventory: &Inventory, connection: &Connection) -> Vec<String> {
    let entry = connection.at.as_ref().map(|at| at.owner.as_str());
    let mut chain: Vec<String> = Vec::new();
    for id in entry
        .into_iter()
        .chain(connection.through.iter().map(|it| it.id()))
    {
        if inventory.devices.get(id).is_some() && !chain.iter().any(|known| known == id) {
            chain.push(id.to_owned());
        }
    }
    chain
}

/// What stands in brackets explains the name; the name is enough here.
fn short(name: &str) -> String {
    name.split(['（', '('])
        .next()
        .unwrap_or(name)
        .trim()
        .to_owned()
}

fn is_backbone(device: &Device) -> bool {
    matches!(
        device.kind.value,
        DeviceKind::CoreSwitch | DeviceKind::InternalFirewall
    )
}

/// An address without its prefix length when it is a single one.
fn shown(network: IpNetwork) -> String {
    Endpoint::Network(network).to_string()
}

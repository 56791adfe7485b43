//! Assessment → DOT, for people who want to go on with Graphviz. Our own drawing never needs it.
//!
//! ```text
//! party ──► (number, name, transport) ──► circuit ──► device ──► system or zone
//! ```
//!
//! Every edge of a connection carries its number, for circuits and devices are shared. Every
//! name and value is written as a quoted string, so that none can become markup or a new line.

use crate::audit::Assessment;
use crate::finding::Severity;
use crate::inventory::{Connection, Device, System};
use crate::locale::{Lang, Text};
use crate::model::{EntityKind, EntityRef, Service, Vocabulary};
use crate::text;
use crate::topology::{Corroboration, Link, LinkKind};
use graphviz_rust::dot_structures::{
    Attribute, Edge, EdgeTy, Graph, GraphAttributes, Id, Node, NodeId, Stmt, Subgraph, Vertex,
};
use graphviz_rust::printer::{DotPrinter, PrinterContext};
use petgraph::visit::{EdgeRef, IntoEdgeReferences};
use std::collections::BTreeSet;

const FONT: &str = "BIZ UDPGothic";
const ALARM: &str = "#c01020";
const CALM: &str = "#2050a0";
const FAINT: &str = "#808890";

/// Writes the graph of an assessment as one DOT file.
pub fn write(assessment: &Assessment, lang: Lang) -> String {
    let mut dot = Dot { assessment, lang, statements: Vec::new(), drawn: BTreeSet::new() };
    dot.defaults();
    dot.outside();
    dot.lines_and_devices();
    dot.zones();
    dot.connections();
    dot.rest();
    let graph = Graph::DiGraph { id: quoted("sekisho"), strict: false, stmts: dot.statements };
    let mut printed = graph.print(&mut PrinterContext::default());
    printed.push('\n');
    printed
}

struct Dot<'a> {
    assessment: &'a Assessment,
    lang: Lang,
    statements: Vec<Stmt>,
    /// Pairs that have a line already, in both orders.
    drawn: BTreeSet<(EntityRef, EntityRef)>,
}

/// A quoted string: whatever stands in it is text.
fn quoted(text: &str) -> Id {
    let mut escaped = String::with_capacity(text.len() + 2);
    escaped.push('"');
    for character in text.chars() {
        match character {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            // Graphviz reads entities in every label.
            '&' => escaped.push_str("&amp;"),
            '\n' => escaped.push_str("\\n"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            other if other.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped.push('"');
    Id::Escaped(escaped)
}

fn attribute(name: &str, value: &str) -> Attribute {
    Attribute(Id::Plain(name.to_owned()), quoted(value))
}

fn attributes(list: &[(&str, &str)]) -> Vec<Attribute> {
    list.iter().map(|(name, value)| attribute(name, value)).collect()
}

fn node_id(thing: &EntityRef) -> NodeId {
    NodeId(quoted(&thing.to_string()), None)
}

/// A cluster. Graphviz knows clusters by the beginning of their name.
fn cluster(name: &str, label: &str, style: &[(&str, &str)], inside: Vec<Stmt>) -> Stmt {
    let mut stmts = vec![Stmt::Attribute(attribute("label", label))];
    stmts.extend(attributes(style).into_iter().map(Stmt::Attribute));
    stmts.extend(inside);
    Stmt::Subgraph(Subgraph { id: quoted(&format!("cluster_{name}")), stmts })
}

/// Names and values below each other. A name that spans lines is one line.
fn lines<'t>(parts: impl IntoIterator<Item = &'t str>) -> String {
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let mut parts: Vec<String> = parts.map(|it| it.replace(['\n', '\r'], " ")).collect();
    // A party of the kind "the internet" is often called just that.
    parts.dedup();
    parts.join("\n")
}

/// Dash and colour of a line by what is known of it.
fn state_style(state: Corroboration) -> (&'static str, &'static str) {
    match state {
        Corroboration::Confirmed => ("bold", CALM),
        Corroboration::NotLooked => ("solid", CALM),
        Corroboration::NotSeen => ("dotted", CALM),
        Corroboration::Undeclared | Corroboration::Conflicting => ("dashed", ALARM),
    }
}

/// What is known of a thing, where there is something to say.
fn state_word(state: Corroboration) -> Option<Text> {
    match state {
        Corroboration::NotLooked => None,
        Corroboration::Confirmed => Some(text!("確認済", "confirmed")),
        Corroboration::NotSeen => Some(text!("未確認", "not seen")),
        Corroboration::Undeclared => Some(text!("台帳未記載", "undeclared")),
        Corroboration::Conflicting => Some(text!("不一致", "conflicting")),
    }
}

impl Dot<'_> {
    fn defaults(&mut self) {
        let inventory = &self.assessment.inventory;
        let hospital = inventory.organization.as_ref().map_or("", |it| it.name.value.as_str());
        let revision = inventory.revision.as_ref().map_or("", |it| it.value.as_str());
        let day = self.assessment.as_of;
        let title = text!("外部接続構成図", "External connections");
        let title = title.get(self.lang);
        let label = lines([title, hospital, &format!("{revision} {day}")]);
        self.statements.push(Stmt::GAttribute(GraphAttributes::Graph(attributes(&[
            ("rankdir", "LR"),
            ("compound", "true"),
            ("labelloc", "t"),
            ("fontname", FONT),
            ("label", &label),
        ]))));
        self.statements.push(Stmt::GAttribute(GraphAttributes::Node(attributes(&[
            ("shape", "box"),
            ("style", "filled"),
            ("fillcolor", "white"),
            ("fontname", FONT),
        ]))));
        let edge = attributes(&[("fontname", FONT), ("fontsize", "10")]);
        self.statements.push(Stmt::GAttribute(GraphAttributes::Edge(edge)));
    }

    /// A node with its state and its open findings.
    fn node(&self, thing: &EntityRef, parts: &[&str], style: &[(&str, &str)]) -> Stmt {
        let state = state_word(self.assessment.topology.corroboration(thing));
        let state = state.as_ref().map_or("", |it| it.get(self.lang));
        let finding = self.finding(thing);
        let told = finding.as_ref().map_or("", |(_, told)| told.get(self.lang));
        let parts = parts.iter().copied().chain([state, told]);
        let mut list = vec![attribute("label", &lines(parts))];
        list.extend(attributes(style));
        if finding.is_some_and(|(worst, _)| worst.reaches(Severity::Medium)) {
            list.extend(attributes(&[("color", ALARM), ("penwidth", "2")]));
        }
        Stmt::Node(Node::new(node_id(thing), list))
    }

    /// The worst severity of the open findings about a thing, and how many there are, in words.
    fn finding(&self, thing: &EntityRef) -> Option<(Severity, Text)> {
        let findings = self.assessment.findings.iter();
        let open: Vec<Severity> = findings
            .filter(|it| it.is_open() && it.subject == *thing)
            .map(|it| it.severity)
            .collect();
        let worst = open.iter().min().copied()?;
        let (count, label) = (open.len(), worst.label());
        let told = text!("指摘{count}件（{label}）", "findings: {count} ({label})"; label);
        Some((worst, told))
    }

    fn outside(&mut self) {
        let inventory = &self.assessment.inventory;
        let mut inside: Vec<Stmt> = inventory
            .parties
            .iter()
            .map(|party| {
                let thing = EntityRef::new(EntityKind::Party, &party.id.value);
                let kind = party.kind.value.label();
                let parts = [party.name.value.as_str(), kind.get(self.lang)];
                self.node(&thing, &parts, &[])
            })
            .collect();
        let internet = self.assessment.topology.internet();
        if !inventory.parties.declares(&internet.id) {
            let name = text!("インターネット（台帳にない相手）", "the internet (nobody declared)");
            inside.push(self.node(&internet, &[name.get(self.lang)], &[("style", "dashed")]));
        }
        let label = text!("院外", "outside");
        let style = [("style", "dashed"), ("fontname", FONT)];
        self.statements.push(cluster("outside", label.get(self.lang), &style, inside));
    }

    fn lines_and_devices(&mut self) {
        let inventory = &self.assessment.inventory;
        let circuits: Vec<Stmt> = inventory
            .circuits
            .iter()
            .map(|circuit| {
                let thing = EntityRef::new(EntityKind::Circuit, &circuit.id.value);
                let name = circuit.name.as_ref().map_or(&circuit.id.value, |it| &it.value);
                let kind = circuit.kind.value.label();
                let parts = [name.as_str(), kind.get(self.lang)];
                self.node(&thing, &parts, &[("shape", "oval")])
            })
            .collect();
        let devices = inventory.devices.iter();
        let devices: Vec<Stmt> = devices.map(|it| self.device(&it.id.value, it)).collect();
        self.statements.extend(circuits);
        self.statements.extend(devices);
    }

    fn device(&self, id: &str, device: &Device) -> Stmt {
        let thing = EntityRef::new(EntityKind::Device, id);
        let kind = device.kind.value.label();
        let model = device.model.as_ref().map_or("", |it| it.value.as_str());
        let parts = [device.name.value.as_str(), model, kind.get(self.lang)];
        self.node(&thing, &parts, &[("shape", "box3d")])
    }

    /// Zones with their systems. An invisible node stands for the zone where a line leads to it.
    fn zones(&mut self) {
        let inventory = &self.assessment.inventory;
        let mut boxes: Vec<Stmt> = Vec::new();
        for zone in &inventory.zones {
            let id = zone.id.value.as_str();
            let thing = EntityRef::new(EntityKind::Zone, id);
            let anchor = attributes(&[("shape", "point"), ("style", "invis"), ("label", "")]);
            let mut inside = vec![Stmt::Node(Node::new(node_id(&thing), anchor))];
            let systems = inventory.systems.iter();
            let home = systems.filter(|it| it.zones().first() == Some(&id));
            inside.extend(home.map(|it| self.system(&it.id.value, it)));
            let networks: Vec<String> =
                zone.networks.iter().map(|it| it.value.to_string()).collect();
            let told = self.finding(&thing).map(|(_, told)| told);
            let label = lines([
                zone.name.value.as_str(),
                networks.join(", ").as_str(),
                told.as_ref().map_or("", |it| it.get(self.lang)),
            ]);
            let style = [("style", "filled"), ("fillcolor", "#f2f4f7"), ("fontname", FONT)];
            boxes.push(cluster(&thing.to_string(), &label, &style, inside));
        }
        let homeless = inventory.systems.iter().filter(|it| it.zones().is_empty());
        boxes.extend(homeless.map(|it| self.system(&it.id.value, it)));
        self.statements.extend(boxes);
    }

    fn system(&self, id: &str, system: &System) -> Stmt {
        let thing = EntityRef::new(EntityKind::System, id);
        let addresses: Vec<String> = system
            .attachments()
            .flat_map(|at| at.addresses)
            .map(|address| address.value.to_string())
            .map(|it| it.trim_end_matches("/32").trim_end_matches("/128").to_owned())
            .collect();
        let parts = [system.name.value.as_str(), &addresses.join(", ")];
        self.node(&thing, &parts, &[])
    }

    /// Links of the graph with what they join.
    fn links(&self) -> impl Iterator<Item = (&EntityRef, &EntityRef, &Link)> {
        let graph = self.assessment.topology.graph();
        graph.edge_references().filter_map(|edge| {
            let from = graph.node_weight(edge.source())?;
            let to = graph.node_weight(edge.target())?;
            Some((&from.thing, &to.thing, edge.weight()))
        })
    }

    fn connections(&mut self) {
        let inventory = &self.assessment.inventory;
        let numbered = inventory.connections.iter().zip(inventory.connection_numbers());
        let mut all = Vec::new();
        for (it, number) in numbered {
            let way = self.way(&it.id.value, it);
            for (from, to) in way.iter().zip(way.iter().skip(1)) {
                self.drawn.insert((from.clone(), to.clone()));
                self.drawn.insert((to.clone(), from.clone()));
            }
            all.extend(self.connection(&it.id.value, it, number, &way));
        }
        self.statements.extend(all);
    }

    /// What a connection passes, from the outside in.
    fn way(&self, id: &str, connection: &Connection) -> Vec<EntityRef> {
        let party = EntityRef::new(EntityKind::Party, connection.party.id());
        let mut way = vec![party, EntityRef::new(EntityKind::Connection, id)];
        let circuit = connection.circuit.as_ref();
        way.extend(circuit.map(|it| EntityRef::new(EntityKind::Circuit, it.id())));
        way.extend(connection.at.as_ref().map(|at| {
            let owner = at.value.owner.as_str();
            let device = self.assessment.inventory.devices.declares(owner);
            let kind = if device { EntityKind::Device } else { EntityKind::System };
            EntityRef::new(kind, owner)
        }));
        let through = connection.through.iter();
        way.extend(through.map(|it| EntityRef::new(EntityKind::Device, it.id())));
        way
    }

    /// One connection: its own node, the way in, and what it may reach.
    fn connection(
        &self,
        id: &str,
        connection: &Connection,
        number: u32,
        way: &[EntityRef],
    ) -> Vec<Stmt> {
        let thing = EntityRef::new(EntityKind::Connection, id);
        let party = EntityRef::new(EntityKind::Party, connection.party.id());
        let allowed: Vec<(&EntityRef, &EntityRef, &Link)> = self
            .links()
            .filter(|(_, _, link)| match &link.kind {
                LinkKind::Allow { connection, .. } | LinkKind::Unlimited { connection } => {
                    connection == id
                }
                _ => false,
            })
            .collect();
        let state = allowed.first().map_or(Corroboration::NotLooked, |it| it.2.corroboration);
        let (style, colour) = state_style(state);
        let number = number.to_string();
        let edge = |from: &EntityRef, to: &EntityRef, words: &str, back: bool| {
            let label = lines([number.as_str(), words]);
            let mut list = attributes(&[("label", &label), ("style", style), ("color", colour)]);
            if back {
                list.push(attribute("dir", "back"));
            }
            self.joined(from, to, list)
        };
        let transport = connection.transport.value.label();
        let head = format!("{number} {}", connection.name.value);
        let parts = [head.as_str(), transport.get(self.lang)];
        let shape = [("shape", "box"), ("style", "rounded,filled"), ("color", colour)];
        let mut stmts = vec![self.node(&thing, &parts, &shape)];

        for (from, to) in way.iter().zip(way.iter().skip(1)) {
            stmts.push(edge(from, to, "", false));
        }
        for (from, to, link) in allowed {
            let words = services(&link.services);
            let (from, to, back) = match (way.last(), *from == party, *to == party) {
                (Some(last), true, _) => (last, to, false),
                // The session starts inside; the line still runs from the outside in.
                (Some(last), _, true) => (last, from, true),
                _ => (from, to, false),
            };
            if from != to {
                stmts.push(edge(from, to, &words, back));
            }
        }
        stmts
    }

    /// Whether a thing is drawn inside a zone.
    fn at_home(&self, thing: &EntityRef, zone: &EntityRef) -> bool {
        let systems = &self.assessment.inventory.systems;
        let system = systems
            .get(&thing.id)
            .filter(|_| thing.kind == EntityKind::System && zone.kind == EntityKind::Zone);
        system.is_some_and(|it| it.zones().first() == Some(&zone.id.as_str()))
    }

    /// A line between two things; at a zone it ends at the border, unless it begins inside.
    fn joined(&self, from: &EntityRef, to: &EntityRef, mut list: Vec<Attribute>) -> Stmt {
        for (thing, other, end) in [(from, to, "ltail"), (to, from, "lhead")] {
            if thing.kind == EntityKind::Zone && !self.at_home(other, thing) {
                list.push(attribute(end, &format!("cluster_{thing}")));
            }
        }
        Stmt::Edge(Edge {
            ty: EdgeTy::Pair(Vertex::N(node_id(from)), Vertex::N(node_id(to))),
            attributes: list,
        })
    }

    /// What is not part of a connection: how things are attached, and what the inside allows.
    fn rest(&mut self) {
        let mut rest = Vec::new();
        let mut drawn = std::mem::take(&mut self.drawn);
        for (from, to, link) in self.links() {
            match link.kind {
                LinkKind::Allow { .. } | LinkKind::Unlimited { .. } => {}
                LinkKind::Membership | LinkKind::Attachment | LinkKind::Line => {
                    let inner = link.kind == LinkKind::Membership
                        && (self.at_home(from, to) || self.at_home(to, from));
                    if !inner && drawn.insert((from.clone(), to.clone())) {
                        drawn.insert((to.clone(), from.clone()));
                        let list = attributes(&[("dir", "none"), ("color", FAINT)]);
                        rest.push(self.joined(from, to, list));
                    }
                }
                LinkKind::Forward | LinkKind::OpenAccess => {
                    let label = lines([link.says.get(self.lang), &services(&link.services)]);
                    let list =
                        attributes(&[("label", &label), ("style", "dashed"), ("color", ALARM)]);
                    rest.push(self.joined(from, to, list));
                }
                LinkKind::Flow => {
                    let list = attributes(&[
                        ("label", &services(&link.services)),
                        ("color", FAINT),
                        ("constraint", "false"),
                    ]);
                    rest.push(self.joined(from, to, list));
                }
            }
        }
        self.statements.extend(rest);
    }
}

/// Services as people call them; empty for anything.
fn services(list: &[Service]) -> String {
    let names: Vec<String> = list.iter().map(|it| it.described()).collect();
    names.join(", ")
}

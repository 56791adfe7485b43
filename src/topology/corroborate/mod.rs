//! Joins what is configured with what is declared: each path gets the declared thing that it is,
//! each declared thing gets a state.
//!
//! Lines come first, because tunnels are also known by the line they leave over. A declared
//! connection that no path shows is *not seen* only where it would have been seen: see [`unseen`].

mod accesses;
mod connections;
mod forwards;
mod lines;
mod transports;
mod unseen;

use super::external::{Contradiction, Disagreement, ExternalPath, PathKind};
use super::ledger::{Leads, Ledger};
use super::paths::{self, View};
use super::territory::{Territory, not_public};
use super::{Corroboration, Joined, JoinedBy, shown_by};
use crate::config::{ConfigFile, FORMATS};
use crate::evidence::{Configured, EvidenceSet};
use crate::finding::Confidence;
use crate::inventory::{Connection, Inventory};
use crate::model::device::{DeviceConfig, Interface};
use crate::model::{AddressSet, EntityKind, EntityRef};
use crate::source::Span;
use crate::text;
use std::collections::{BTreeMap, BTreeSet};

/// What came of joining.
#[derive(Debug, Default)]
pub(super) struct Joint {
    /// Every path, in the order of devices and lines.
    pub paths: Vec<ExternalPath>,
    /// How far the sources agree about a declared thing.
    pub states: BTreeMap<EntityRef, Corroboration>,
    /// Where a configuration shows a declared thing, in order.
    pub shown: BTreeMap<EntityRef, Vec<Span>>,
    /// In what a configuration says otherwise about a device.
    pub differences: BTreeMap<EntityRef, Vec<Contradiction>>,
    /// Interfaces of devices whose addresses are configured as declared: where.
    pub ports: BTreeMap<(EntityRef, String), Span>,
    /// Declared forwards of devices by position, with the place that shows them; `None` for one
    /// that the configuration does not have.
    pub forwards: BTreeMap<(EntityRef, usize), Option<(Span, Corroboration)>>,
    /// Interfaces that face outside, by device and name.
    pub outside: BTreeSet<(EntityRef, String)>,
}

impl Joint {
    /// Notes a state. What differs in one place differs, whatever agrees elsewhere.
    fn state(&mut self, thing: EntityRef, state: Corroboration) {
        let known = self.states.entry(thing).or_insert(state);
        *known = match (*known, state) {
            (Corroboration::Conflicting, _) | (_, Corroboration::Conflicting) => {
                Corroboration::Conflicting
            }
            (Corroboration::Confirmed, _) | (_, Corroboration::Confirmed) => {
                Corroboration::Confirmed
            }
            (_, state) => state,
        };
    }

    fn show(&mut self, thing: EntityRef, span: Span) {
        self.shown.entry(thing).or_default().push(span);
    }
}

/// One box at work.
struct Desk<'i> {
    inventory: &'i Inventory,
    territory: &'i Territory<'i>,
    ledger: &'i Ledger<'i>,
    config: &'i DeviceConfig,
    paths: Vec<ExternalPath>,
    /// Configured interface → declared interface, for lines.
    plugged: BTreeMap<String, String>,
    /// Declared interfaces whose address is configured, with the place.
    seen_ports: BTreeMap<String, Span>,
    /// Declared forwards by position that are configured, with the place.
    seen_forwards: BTreeMap<usize, Span>,
    /// Connections that share a path with another one, with the place of the path.
    shared: Vec<(EntityRef, Span)>,
    differences: Vec<Contradiction>,
}

impl Desk<'_> {
    /// The path is this declared thing.
    fn declare(&mut self, at: usize, thing: EntityRef, span: Span) {
        if let Some(path) = self.paths.get_mut(at) {
            path.declared = Some((thing, span));
            path.corroboration = Corroboration::Confirmed;
        }
    }

    /// The declared thing says otherwise.
    fn contradict(&mut self, at: usize, contradiction: Contradiction) {
        if let Some(path) = self.paths.get_mut(at) {
            path.corroboration = Corroboration::Conflicting;
            path.contradictions.push(contradiction);
        }
    }

    /// The configuration says otherwise about the device itself.
    fn differ(&mut self, contradiction: Contradiction) {
        let place = |it: &Contradiction| (it.declared.1, it.configured.1);
        if self.differences.iter().all(|it| place(it) != place(&contradiction)) {
            self.differences.push(contradiction);
        }
    }

    /// The interface at which a path leaves or enters.
    fn interface_of(&self, at: usize) -> Option<&Interface> {
        self.config.interface(self.paths.get(at)?.interface.as_deref()?)
    }

    /// Whether IPsec protects a path.
    fn is_protected(&self, at: usize) -> bool {
        let Some(path) = self.paths.get(at) else { return false };
        self.config.tunnels.iter().any(|it| it.span == path.span && it.ipsec)
    }

    /// Whether a path leaves where a connection is declared to enter.
    fn leaves_at(&self, at: usize, connection: &Connection) -> bool {
        let Some(interface) = self.interface_of(at) else { return false };
        let plugged = self.plugged.get(&interface.name.value);
        let ports = self.ledger.ports.iter().filter(|port| {
            plugged.is_some_and(|it| it == port.id)
                || interface.addresses.iter().any(|it| port.has(it.value.ip()))
        });
        let named = connection.at.as_ref().and_then(|it| it.value.interface.as_deref());
        let circuit = connection.circuit.as_ref().map(|it| Leads::Circuit(it.id().to_owned()));
        ports.clone().any(|port| named == Some(port.id) || circuit.as_ref() == Some(&port.leads))
    }

    /// What a connection may reach inside, as far as addresses are declared.
    fn targets(&self, connection: &Connection) -> AddressSet {
        let inside = forwards::inbound(connection).map(|it| &it.to);
        let outbound = connection.allow.iter().filter_map(|it| it.from.as_ref());
        let all = self.territory.addresses(inside.chain(outbound));
        let relays = connection.allow.iter().filter_map(|it| it.via.as_ref());
        let relays = relays.filter_map(|it| self.inventory.systems.get(it.id()));
        let relays: AddressSet = relays
            .flat_map(|it| it.attachments().flat_map(|at| at.addresses))
            .map(|it| AddressSet::from(it.value.ip()))
            .collect();
        all.union(&relays).intersection(self.territory.inside())
    }

    /// Whether addresses are, at least in part, ones of the internet.
    fn is_known_public(&self, addresses: &AddressSet) -> bool {
        !addresses.difference(&not_public()).is_empty()
    }
}

/// Finds the paths of every device and what is declared of them.
pub(super) fn corroborate(
    inventory: &Inventory,
    evidence: &EvidenceSet,
    joined: &[Joined],
) -> Joint {
    let territory = Territory::new(inventory, evidence, joined);
    let mut joint = Joint::default();
    let mut trusted: Vec<Joined> = Vec::new();
    // What the ledger names comes first, whatever the order of the files.
    let named = joined.iter().filter(|it| it.by == JoinedBy::Named);
    for it in named.chain(joined.iter().filter(|it| it.by != JoinedBy::Named)) {
        let Some(configured) = evidence.devices.get(it.configured) else { continue };
        let config = &configured.config;
        let ledger = Ledger::new(inventory, &it.thing);
        let view = View::new(config, &ledger, &territory);
        let outside = view.outside().map(|port| (it.thing.clone(), port.name.value.clone()));
        joint.outside.extend(outside);
        let mut paths = paths::of(&view, &it.thing);
        again(&mut paths, &joint.paths);
        let mut desk = Desk {
            inventory,
            territory: &territory,
            ledger: &ledger,
            config,
            paths,
            plugged: BTreeMap::new(),
            seen_ports: BTreeMap::new(),
            seen_forwards: BTreeMap::new(),
            shared: Vec::new(),
            differences: Vec::new(),
        };
        if let Some(contradiction) = mistaken(inventory, it, configured) {
            for path in &mut desk.paths {
                path.confidence = path.confidence.max(Confidence::Medium);
            }
            desk.differ(contradiction);
        } else if it.by != JoinedBy::Nothing {
            trusted.push(it.clone());
            lines::settle(&mut desk);
            lines::interfaces(&mut desk);
            connections::settle(&mut desk);
            accesses::settle(&mut desk);
            forwards::settle(&mut desk);
        }
        file(desk, it, &mut joint);
    }
    unseen::settle(inventory, evidence, &trusted, &mut joint);
    joint
}

/// A configuration that the ledger names and that is of another device: of another maker, and
/// without an address of this one. It says nothing about what is declared here.
fn mistaken(
    inventory: &Inventory,
    joined: &Joined,
    configured: &Configured,
) -> Option<Contradiction> {
    let device = inventory.devices.get(&joined.thing.id)?;
    let vendor = device.vendor.as_ref()?;
    let is_it = |maker: &str| maker.eq_ignore_ascii_case(&vendor.value);
    let known = FORMATS.iter().any(|it| is_it(it.maker));
    let another = |file: &ConfigFile| !file.format.maker.is_empty() && !is_it(file.format.maker);
    let declared = || device.interfaces.iter().flat_map(|it| &it.addresses);
    let mut own = configured.config.interfaces.iter().flat_map(|it| &it.addresses);
    let shared = own.any(|own| declared().any(|it| it.value.ip() == own.value.ip()));
    if joined.by != JoinedBy::Named || !known || shared || !configured.files.iter().all(another) {
        return None;
    }
    let span = shown_by(configured)?;
    let (ledger, format) = (&vendor.value, &configured.files.first()?.format.name);
    Some(Contradiction {
        about: Disagreement::Maker,
        declared: (text!("台帳では {ledger}", "the ledger says {ledger}"), vendor.span),
        configured: (text!("設定は{format}", "the configuration is of {format}"; format), span),
    })
}

/// A second text of the same device tells the same paths again. What it tells otherwise under the
/// same name is another path: none of the two texts vouches for the other.
fn again(paths: &mut Vec<ExternalPath>, known: &[ExternalPath]) {
    let same = |a: &ExternalPath, b: &ExternalPath| {
        (a.kind, &a.remote, a.enabled) == (b.kind, &b.remote, b.enabled)
            && (&a.inside, &a.beyond) == (&b.inside, &b.beyond)
            && (&a.services, &a.listens, &a.sources) == (&b.services, &b.listens, &b.sources)
            && a.layer2 == b.layer2
    };
    paths.retain(|path| {
        !known.iter().any(|it| it.device == path.device && same(it, path) && it.thing == path.thing)
    });
    for at in 0..paths.len() {
        let taken: Vec<EntityRef> =
            known.iter().chain(paths.iter()).map(|it| it.thing.clone()).collect();
        let Some(path) = paths.get_mut(at) else { continue };
        if known.iter().any(|it| it.thing == path.thing) {
            let id = path.thing.id.clone();
            let numbered = (2_u32..).map(|nth| format!("{id}-file{nth}"));
            let mut all = numbered.map(|id| EntityRef::new(EntityKind::Path, id));
            if let Some(free) = all.find(|it| !taken.contains(it)) {
                path.thing = free;
            }
        }
    }
}

/// Files what came of one box.
fn file(desk: Desk<'_>, joined: &Joined, joint: &mut Joint) {
    let thing = &joined.thing;
    let state = match (joined.by, desk.differences.is_empty()) {
        (JoinedBy::Nothing, _) => Corroboration::Undeclared,
        (_, true) => Corroboration::Confirmed,
        (_, false) => Corroboration::Conflicting,
    };
    joint.state(thing.clone(), state);
    for path in &desk.paths {
        if let Some((declared, _)) = &path.declared
            && declared != thing
        {
            joint.state(declared.clone(), path.corroboration);
            joint.show(declared.clone(), path.span);
        }
    }
    for (declared, span) in &desk.shared {
        joint.state(declared.clone(), Corroboration::Confirmed);
        joint.show(declared.clone(), *span);
    }
    for (port, span) in desk.seen_ports {
        joint.ports.insert((thing.clone(), port), span);
    }
    let plugged = desk.plugged.iter().filter_map(|(name, port)| {
        Some((port.clone(), paths::place(desk.config.interface(name)?)))
    });
    for (port, span) in plugged {
        joint.ports.entry((thing.clone(), port)).or_insert(span);
    }
    for at in 0..desk.ledger.forwards.len() {
        let shown = desk.seen_forwards.get(&at).map(|span| {
            let path =
                desk.paths.iter().find(|it| it.kind == PathKind::Forward && it.span == *span);
            (*span, path.map_or(Corroboration::Confirmed, |it| it.corroboration))
        });
        joint.forwards.insert((thing.clone(), at), shown);
    }
    if !desk.differences.is_empty() {
        joint.differences.entry(thing.clone()).or_default().extend(desk.differences);
    }
    joint.paths.extend(desk.paths);
}

/// Whether anything at this box might be a connection that is declared elsewhere.
fn is_box(thing: &EntityRef) -> bool {
    matches!(thing.kind, EntityKind::Device | EntityKind::System)
}

//! The graph: everything that is declared or configured (later: observed) as nodes and links, with
//! where each fact comes from and how far the sources agree.
//!
//! ```text
//!  party ──connection──► device ──interface──► zone ──membership── system
//!    │                     │                    └──────flow──────► zone / system
//!    └──circuit────────────┘
//! ```
//!
//! Links are directed: sessions are opened from source to target, answers come back by themselves.
//! A tunnel end is a node with an exposure of its own: a VPN is an entry, never an exemption.
//! What is not limited by the declaration counts as open: this graph may show more than a device
//! lets through, never less. Rules and drawings read it; nothing in it is judged.

mod addresses;
mod apply;
mod build;
mod corroborate;
mod external;
mod identify;
mod ledger;
pub mod observed;
mod paths;
pub mod probed;
mod spread;
mod territory;

pub use build::build;
pub use external::{Contradiction, Disagreement, ExternalPath, PathKind};
pub use identify::{Joined, JoinedBy};
pub use observed::Observed;
pub use probed::Probed;
pub use spread::{Reached, Spread};
pub(crate) use territory::not_public;

use crate::evidence::Configured;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Service, vocabulary};
use crate::source::Span;
use petgraph::Direction;
use petgraph::stable_graph::{NodeIndex, StableDiGraph};
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};

vocabulary! {
    /// How far the sources agree about a node or a link.
    Corroboration("台帳と実際の一致", "agreement of ledger and reality") {
        Confirmed = "confirmed" ("一致（確認済）", "confirmed"),
        NotSeen = "not-seen" ("設定に見当たらない", "not found where it should show"),
        NotLooked = "not-looked" ("確認していない", "not looked at"),
        Undeclared = "undeclared" ("台帳未記載", "undeclared"),
        Conflicting = "conflicting" ("不一致", "conflicting"),
    }
}

/// Who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The inventory, here.
    Declared(Span),
    /// A device configuration, here.
    Configured(Span),
    /// An observation or an answer to a probe, at this place of a synthesised source.
    Observed(Span),
}

/// One thing in the graph.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub thing: EntityRef,
    /// Who says that it exists.
    pub origins: Vec<Origin>,
    /// How far they agree.
    pub corroboration: Corroboration,
}

/// What a link means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// A declared external connection carries this from the party to what it may reach.
    Allow {
        /// The id of the connection.
        connection: String,
        /// The relay that it must come through.
        via: Option<String>,
    },
    /// A declared external connection that states no permission although its sessions are opened
    /// from outside: nothing keeps it from the zones at its entry.
    Unlimited {
        /// The id of the connection.
        connection: String,
    },
    /// A device lets anybody on the internet try to get in: into the zones that it stands in.
    OpenAccess,
    /// A port that a device passes on to a system.
    Forward,
    /// A device or system stands in a zone.
    Attachment,
    /// A system stands in a zone: it reaches, and is reached by, everything there.
    Membership,
    /// Traffic allowed between zones or systems, and out to the internet or to parties.
    Flow,
    /// A line ends at a device or system.
    Line,
}

/// A directed link: sessions are opened from source to target.
#[derive(Clone, Debug)]
pub struct Link {
    /// What it means.
    pub kind: LinkKind,
    /// What may be spoken over it. Empty means anything.
    pub services: Vec<Service>,
    /// Who says that it exists.
    pub origins: Vec<Origin>,
    /// How far they agree.
    pub corroboration: Corroboration,
    /// The link in words, for witnesses.
    pub says: Text,
}

impl Link {
    /// Where the first of its sources says so.
    pub fn span(&self) -> Option<Span> {
        self.origins.first().map(|origin| match origin {
            Origin::Declared(span) | Origin::Configured(span) | Origin::Observed(span) => *span,
        })
    }
}

/// The graph and its index.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    graph: StableDiGraph<Node, Link>,
    index: BTreeMap<EntityRef, NodeIndex>,
    internet: Option<EntityRef>,
    joined: Vec<Joined>,
    paths: Vec<ExternalPath>,
    states: BTreeMap<EntityRef, Corroboration>,
    differences: BTreeMap<EntityRef, Vec<Contradiction>>,
    outside: BTreeSet<(EntityRef, String)>,
    configured: BTreeMap<EntityRef, Corroboration>,
    observed: Observed,
    probed: Probed,
}

impl Topology {
    /// The graph, for algorithms.
    pub fn graph(&self) -> &StableDiGraph<Node, Link> {
        &self.graph
    }

    /// The node of a thing.
    pub fn node(&self, thing: &EntityRef) -> Option<NodeIndex> {
        self.index.get(thing).copied()
    }

    /// The node that stands for everything outside that nobody declared: the first party of the
    /// kind `internet`, or one of its own.
    pub fn internet(&self) -> EntityRef {
        let undeclared = || EntityRef::new(EntityKind::Party, "internet");
        self.internet.clone().unwrap_or_else(undeclared)
    }

    /// Who may open sessions to a thing: the sources of permitted traffic, in the order of
    /// declaration. Standing in the same zone is no permission.
    pub fn permitted_to(&self, thing: &EntityRef) -> Vec<(&EntityRef, &Link)> {
        let Some(at) = self.node(thing) else {
            return Vec::new();
        };
        let incoming = self.graph.edges_directed(at, Direction::Incoming);
        let mut edges: Vec<_> = incoming
            .filter(|edge| matches!(edge.weight().kind, LinkKind::Flow | LinkKind::Allow { .. }))
            .collect();
        edges.sort_by_key(|edge| edge.id());
        let ends = edges.into_iter();
        ends.map(|edge| (&self.graph[edge.source()].thing, edge.weight())).collect()
    }

    /// The systems that stand in a zone, in the order of declaration.
    pub fn members_of(&self, zone: &EntityRef) -> Vec<&EntityRef> {
        let Some(at) = self.node(zone) else {
            return Vec::new();
        };
        let outgoing = self.graph.edges(at);
        let mut edges: Vec<_> =
            outgoing.filter(|edge| edge.weight().kind == LinkKind::Membership).collect();
        edges.sort_by_key(|edge| edge.id());
        let ends = edges.into_iter().map(|edge| edge.target());
        ends.map(|at| &self.graph[at].thing).collect()
    }

    /// The configurations that were read, each with the thing it is of.
    pub fn joined(&self) -> &[Joined] {
        &self.joined
    }

    /// Every way in or out that a device is configured for, in the order of devices and lines.
    pub fn paths(&self) -> &[ExternalPath] {
        &self.paths
    }

    /// In what the configuration of a device says otherwise than the inventory about the device
    /// itself: its interface addresses.
    pub fn differences(&self, device: &EntityRef) -> &[Contradiction] {
        self.differences.get(device).map_or(&[], Vec::as_slice)
    }

    /// Whether a configured interface faces outside: the inventory or the configuration says so, or
    /// the way to everywhere leads over it to somebody who is not of the hospital.
    pub fn faces_outside(&self, device: &EntityRef, interface: &str) -> bool {
        self.outside.contains(&(device.clone(), interface.to_owned()))
    }

    /// What was seen to cross the wire, joined with what is declared.
    pub fn observed(&self) -> &Observed {
        &self.observed
    }

    /// What was answered to probes, joined with what is declared.
    pub fn probed(&self) -> &Probed {
        &self.probed
    }

    /// What configurations alone say about a thing.
    pub fn configured(&self, thing: &EntityRef) -> Corroboration {
        self.configured.get(thing).copied().unwrap_or(Corroboration::NotLooked)
    }

    /// What sources agree on about a thing (also about connections, which are no nodes);
    /// `NotLooked` for one that nothing is known of.
    pub fn corroboration(&self, thing: &EntityRef) -> Corroboration {
        if let Some(state) = self.states.get(thing) {
            return *state;
        }
        self.node(thing).map_or(Corroboration::NotLooked, |at| self.graph[at].corroboration)
    }
}

/// A place that shows that a device exists: its name for itself, else its first interface.
pub fn shown_by(configured: &Configured) -> Option<Span> {
    let config = &configured.config;
    let hostname = config.hostname.as_ref().map(|it| it.span);
    let tunnel = config.tunnels.first().map(|it| it.span);
    hostname.or_else(|| config.interfaces.first().map(|it| it.name.span)).or(tunnel)
}

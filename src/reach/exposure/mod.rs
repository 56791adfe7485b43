//! What everybody outside reaches: every external party, and every way in of which nobody knows
//! whose it is, against every system, device, zone and other party.
//!
//! ```text
//!  entries at one node ──┬─► possible ──► certain ──on the word of the inventory?──► configured
//!  (all parties at once) └─► by source: whose packets are these?
//! ```
//!
//! Parties that come in at the same place go through the network together; what arrives is told
//! apart by its sources. What is configured is asked for only when something passed on the word of
//! the inventory alone. Parties that reach over a line only what the whole internet reaches over it are named
//! once, with the internet.

mod ask;
mod management;
mod sample;
mod services;

pub use sample::{Basis, Decided, Sample};
pub use services::Services;

use super::Reach;
use crate::model::EntityRef;
use crate::model::vocabulary;

vocabulary! {
    /// On what it rests that packets get somewhere; the surest first.
    Certainty("到達の確かさ", "certainty of reach") {
        Configured = "configured" ("設定により届く", "by configuration"),
        Declared = "declared" ("台帳の記載によれば届く", "on the word of the inventory"),
        Undetermined = "undetermined" ("判定不能（届かないとは言えない）", "undetermined: not ruled out"),
    }
}

impl Certainty {
    /// One character for tables.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Configured => "●",
            Self::Declared => "○",
            Self::Undetermined => "△",
        }
    }
}

/// What everybody outside reaches.
#[derive(Clone, Debug, Default)]
pub struct Exposure {
    /// Everybody outside that anything is known to come in from: the internet first, then parties in
    /// the order of the inventory, then ways in that nobody declared.
    pub outsiders: Vec<Outsider>,
    /// Parties with no known way in: nobody could ask for them.
    pub without_entry: Vec<EntityRef>,
}

/// Somebody outside.
#[derive(Clone, Debug)]
pub struct Outsider {
    /// The party; the path when nobody declared whose it is.
    pub thing: EntityRef,
    /// Over what it comes in, but for [`Self::as_anybody`]: connections, paths, circuits.
    pub by: Vec<EntityRef>,
    /// Lines over which it reaches no more and no less than everybody on the internet does: what that
    /// is stands with the internet.
    pub as_anybody: Vec<EntityRef>,
    /// What it reaches: in the order of the inventory; systems, devices, zones, other parties. For one
    /// thing the surest part first; no service stands there twice.
    pub reaches: Vec<Reached>,
}

/// Services of one thing that somebody reaches for one reason.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The system, the device (its management), the zone, the other party (a hairpin).
    pub to: EntityRef,
    /// How sure it is.
    pub certainty: Certainty,
    /// What may be spoken.
    pub services: Services,
    /// Whether this is so for IPv6 alone.
    pub only_v6: bool,
    /// One packet that gets there.
    pub sample: Sample,
    /// What the way of that packet rests on.
    pub basis: Basis,
}

impl Exposure {
    /// Asks for everybody and everything.
    pub fn new(reach: &Reach<'_>) -> Self {
        ask::exposure(reach)
    }

    /// What is known of somebody outside.
    pub fn of(&self, thing: &EntityRef) -> Option<&Outsider> {
        self.outsiders.iter().find(|it| it.thing == *thing)
    }

    /// The parties that come in over lines as anybody on the internet may, with nothing of their own.
    pub fn as_anybody(&self) -> impl Iterator<Item = &Outsider> {
        self.outsiders.iter().filter(|it| it.by.is_empty() && !it.as_anybody.is_empty())
    }

    /// Everything that somebody reaches, each in its order, once.
    pub fn targets(&self) -> Vec<&EntityRef> {
        let mut seen = std::collections::BTreeSet::new();
        let all = self.outsiders.iter().flat_map(|it| &it.reaches).map(|it| &it.to);
        all.filter(|it| seen.insert(*it)).collect()
    }
}

impl Outsider {
    /// What it reaches of one thing, the surest first.
    pub fn to<'s>(&'s self, thing: &'s EntityRef) -> impl Iterator<Item = &'s Reached> {
        self.reaches.iter().filter(move |it| it.to == *thing)
    }
}

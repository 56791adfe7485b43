//! What everybody outside reaches: every external party, and every way in of which nobody knows
//! whose it is, against every system, device, zone and other party.
//!
//! ```text
//!  entries at one node ──┬─► possible ──► known ──► certain ──on the word of the inventory?──► configured
//!  (all parties at once) └─► by source: whose packets are these?
//! ```
//!
//! Parties that come in at the same place go through the network together; what arrives is told
//! apart by its sources. A device without configuration may forward inwards what nobody declared: what
//! is not ruled out for that reason alone says little, and is told apart from what is open even
//! without that. What is configured is asked for only when something passed on the word of
//! the inventory alone. Parties that reach over a line only what the whole internet reaches over it are named
//! once, with the internet.

mod ask;
mod management;
mod sample;
mod services;

pub use sample::{Basis, Decided, Sample, Shown};
pub use services::Services;

use super::Reach;
use super::packets::Packet;
use crate::model::EntityRef;
use crate::model::vocabulary;
use std::collections::{BTreeMap, BTreeSet};

vocabulary! {
    /// On what it rests that packets get somewhere; the surest first.
    Certainty("到達の確かさ", "certainty of reach") {
        Configured = "configured" ("設定により届く", "by configuration"),
        Declared = "declared" ("台帳の記載によれば届く", "on the word of the inventory"),
        Undetermined = "undetermined" ("判定不能（届かないとは言えない）", "undetermined: not ruled out"),
        Unconfigured = "unconfigured" ("機器の設定がなく判定できない", "cannot tell: device without configuration"),
    }
}

impl Certainty {
    /// One character for tables.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Configured => "●",
            Self::Declared => "○",
            Self::Undetermined => "△",
            Self::Unconfigured => "?",
        }
    }

    /// Whether something says that it is reached. Otherwise nothing says that it is not.
    pub const fn is_sure(self) -> bool {
        matches!(self, Self::Configured | Self::Declared)
    }
}

/// What is asked for: everything when nothing is named.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Somebody outside.
    pub of: Option<&'a EntityRef>,
    /// Something that is reached.
    pub to: Option<&'a EntityRef>,
}

impl Asked<'_> {
    /// Whether somebody or something is named.
    pub const fn is_narrow(self) -> bool {
        self.of.is_some() || self.to.is_some()
    }
}

/// What everybody outside reaches.
#[derive(Clone, Debug, Default)]
pub struct Exposure {
    /// Everybody outside that anything is known to come in from: the internet first, then parties in
    /// the order of the inventory, then ways in that nobody declared.
    pub outsiders: Vec<Outsider>,
    /// Parties of connections with no known way in: nobody could ask for them.
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
    /// Devices without configuration that may pass on inwards what it sends: when these are known, what
    /// is [`Certainty::Unconfigured`] can be told. None when there is nothing of that.
    pub unconfigured: Vec<EntityRef>,
    /// What it reaches over these lines, in the same order; examples stand with the internet.
    pub common: Vec<Common>,
    /// What it reaches otherwise: in the order of the inventory; systems, devices, zones, other parties. For one
    /// thing the surest part first; no service stands there twice.
    pub reaches: Vec<Reached>,
}

/// Services of one thing that somebody reaches as anybody on the internet does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    /// What is reached.
    pub to: EntityRef,
    /// How sure it is.
    pub certainty: Certainty,
    /// What may be spoken.
    pub services: Services,
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
    /// Over which entry of the network one packet for it comes in.
    pub over: usize,
    /// That packet as it arrives. [`Self::shown`] tells it as it comes in, with its way.
    pub arriving: Packet,
}

impl Exposure {
    /// Asks for everybody and everything.
    pub fn new(reach: &Reach<'_>) -> Self {
        ask::exposure(reach, Asked::default())
    }

    /// Asks for somebody outside, or for what gets to a thing.
    pub fn part(reach: &Reach<'_>, asked: Asked<'_>) -> Self {
        ask::exposure(reach, asked)
    }

    /// What is known of somebody outside.
    pub fn of(&self, thing: &EntityRef) -> Option<&Outsider> {
        self.outsiders.iter().find(|it| it.thing == *thing)
    }

    /// The parties that come in over lines as anybody on the internet may, with nothing of their own.
    pub fn as_anybody(&self) -> impl Iterator<Item = &Outsider> {
        self.outsiders.iter().filter(|it| it.by.is_empty() && !it.as_anybody.is_empty())
    }

    /// Everything that somebody reaches.
    pub fn targets(&self) -> BTreeSet<&EntityRef> {
        let own = self.outsiders.iter().flat_map(|it| &it.reaches).map(|it| &it.to);
        let common = self.outsiders.iter().flat_map(|it| &it.common).map(|it| &it.to);
        own.chain(common).collect()
    }
}

impl Outsider {
    /// How surely it reaches a thing at all, alone or as anybody; none when nothing gets there.
    pub fn surest(&self, thing: &EntityRef) -> Option<Certainty> {
        self.all_to(thing).map(|(certainty, _)| certainty).min()
    }

    /// How surely it reaches services of a thing as anybody on the internet does, that it does not
    /// reach as surely by itself.
    pub fn more_as_anybody_to(&self, thing: &EntityRef) -> Option<Certainty> {
        let more = |common: &&Common| {
            let own = self.to(thing).filter(|it| it.certainty <= common.certainty);
            let own = own.fold(Services::default(), |all, it| all.union(&it.services));
            !common.services.difference(&own).is_empty()
        };
        self.common.iter().filter(|it| it.to == *thing).find(more).map(|it| it.certainty)
    }

    /// What it reaches of one thing, alone and as anybody.
    pub fn all_to(&self, thing: &EntityRef) -> impl Iterator<Item = (Certainty, &Services)> {
        let own = self.reaches.iter().filter(move |it| it.to == *thing);
        let common = self.common.iter().filter(move |it| it.to == *thing);
        let own = own.map(|it| (it.certainty, &it.services));
        own.chain(common.map(|it| (it.certainty, &it.services)))
    }

    /// How surely it reaches each thing, alone or as anybody.
    pub fn surely(&self) -> BTreeMap<&EntityRef, Certainty> {
        let own = self.reaches.iter().map(|it| (&it.to, it.certainty));
        let common = self.common.iter().map(|it| (&it.to, it.certainty));
        let mut all: BTreeMap<&EntityRef, Certainty> = BTreeMap::new();
        for (to, certainty) in own.chain(common) {
            let known = all.entry(to).or_insert(certainty);
            *known = certainty.min(*known);
        }
        all
    }

    /// What it reaches of one thing, the surest first.
    pub fn to<'s>(&'s self, thing: &'s EntityRef) -> impl Iterator<Item = &'s Reached> {
        self.reaches.iter().filter(move |it| it.to == *thing)
    }
}

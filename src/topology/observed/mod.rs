//! Joins what was seen with what is declared.
//!
//! ```text
//!  pieces ─► directory (whose is an address?) ─► talks (inside? declared? beyond? undeclared?)
//!                                                  ├─► connections: seen, covered or not looked at
//!              exits ─► gates (who carries it?) ───┴─► ways that nobody declared
//!  hosts, roles, neighbours ─► strangers
//! ```
//!
//! Nothing here changes the declaration, and nothing is judged.

mod coverage;
mod directory;
mod exits;
mod filtered;
mod permits;
mod strangers;
mod talks;
mod ways;

pub use coverage::{Extent, Stretch, Tap};
pub use directory::{Directory, Owner, Realm, hardware};
pub use exits::Gate;
pub use permits::{Verdict, service};
pub use strangers::{Stranger, Unknown};
pub use talks::{Talk, Way};
pub use ways::box_of;

use super::{Corroboration, ExternalPath, Joined};
use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
use crate::model::{EntityKind, EntityRef};
use crate::source::Span;
use crate::wire::words::Mac;
use permits::Permits;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What observation says about the declaration.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Whose an address is.
    pub directory: Directory,
    /// Every conversation.
    pub talks: Vec<Talk>,
    /// What taps could see, by name.
    pub taps: Vec<Tap>,
    /// When declared connections would have been seen, by id; those that no tap covers are missing.
    pub covered: BTreeMap<String, Vec<Stretch>>,
    /// Boxes that carry traffic between the hospital and outside.
    pub gates: BTreeMap<Mac, Gate>,
    /// What stands in our networks and is in no ledger.
    pub strangers: Vec<Stranger>,
    /// The addresses of each declared thing that were seen to say something: of a group of terminals,
    /// those that are there.
    pub addresses: BTreeMap<EntityRef, BTreeSet<IpAddr>>,
    /// How far observation agrees with declared things, and where it shows them.
    pub states: BTreeMap<EntityRef, (Corroboration, Vec<Span>)>,
}

impl Observed {
    /// The conversations of a declared connection that somebody answered.
    pub fn seen<'a>(
        &'a self,
        evidence: &'a EvidenceSet,
        connection: &'a str,
    ) -> impl Iterator<Item = (&'a Talk, &'a crate::observation::Conversation)> {
        let own = self.talks.iter().filter(move |it| it.connection() == Some(connection));
        let seen = own.filter_map(move |it| Some((it, it.of(evidence)?.1)));
        seen.filter(|(_, it)| it.answered || it.forth.packets > 0 && it.back.packets > 0)
    }

    /// Whether nobody looked.
    pub fn is_empty(&self) -> bool {
        self.taps.is_empty()
    }

    /// For how many whole days a declared connection was covered.
    pub fn days_covered(&self, connection: &str) -> i64 {
        let stretches = self.covered.get(connection).into_iter().flatten();
        let seconds: i64 = stretches.map(|(a, b)| b.as_second() - a.as_second()).sum();
        seconds / 86_400
    }
}

/// Joins everything that was seen; also the ways that nobody declared.
pub(super) fn observe(
    inventory: &Inventory,
    evidence: &EvidenceSet,
    joined: &[Joined],
) -> (Observed, Vec<ExternalPath>) {
    if evidence.observed.is_empty() {
        return (Observed::default(), Vec::new());
    }
    let directory = Directory::new(inventory, evidence, joined);
    let talks = talks::talks(evidence, &directory, &Permits::new(inventory));
    let mut observed = Observed {
        taps: coverage::taps(evidence, &directory, &talks),
        covered: coverage::covered(inventory, evidence, &directory, &talks),
        gates: exits::gates(inventory, evidence, &directory, &talks),
        strangers: strangers::strangers(inventory, evidence, &directory),
        addresses: BTreeMap::new(),
        states: BTreeMap::new(),
        directory,
        talks,
    };
    observed.addresses = addresses(evidence, &observed);
    observed.states = states(inventory, evidence, &observed);
    let ways = ways::ways(evidence, &observed);
    (observed, ways)
}

/// The addresses of each declared thing that were seen to say something.
fn addresses(evidence: &EvidenceSet, observed: &Observed) -> BTreeMap<EntityRef, BTreeSet<IpAddr>> {
    let mut all: BTreeMap<EntityRef, BTreeSet<IpAddr>> = BTreeMap::new();
    for (talk, it) in observed.talks.iter().filter_map(|talk| Some((talk, talk.of(evidence)?.1))) {
        let ends = [(&talk.from, it.from, it.forth), (&talk.to, it.to, it.back)];
        for (owner, address, said) in ends {
            if let (Some(thing), 1..) = (&owner.thing, said.packets) {
                all.entry(thing.clone()).or_default().insert(address);
            }
        }
    }
    all
}

/// How far observation agrees with each declared thing.
fn states(
    inventory: &Inventory,
    evidence: &EvidenceSet,
    observed: &Observed,
) -> BTreeMap<EntityRef, (Corroboration, Vec<Span>)> {
    let mut states: BTreeMap<EntityRef, (Corroboration, Vec<Span>)> = BTreeMap::new();
    let mut show = |thing: EntityRef, span: Span| {
        let (_, spans) = states.entry(thing).or_insert((Corroboration::Confirmed, Vec::new()));
        spans.push(span);
    };
    for talk in &observed.talks {
        let Some((_, it)) = talk.of(evidence) else { continue };
        for (owner, packets) in [(&talk.from, it.forth.packets), (&talk.to, it.back.packets)] {
            if packets == 0 {
                continue; // Nobody there said anything.
            }
            if let Some(thing) = &owner.thing {
                show(thing.clone(), talk.span);
            }
            if let Some(zone) = &owner.zone {
                show(EntityRef::new(EntityKind::Zone, zone), talk.span);
            }
        }
    }
    for connection in &inventory.connections {
        let id = connection.id.value.as_str();
        let thing = EntityRef::new(EntityKind::Connection, id);
        let spans: Vec<Span> = observed.seen(evidence, id).map(|(it, _)| it.span).collect();
        if !spans.is_empty() {
            states.insert(thing, (Corroboration::Confirmed, spans));
        } else if observed.covered.contains_key(id) {
            states.insert(thing, (Corroboration::NotSeen, Vec::new()));
        }
    }
    states
}

//! When each thing was last confirmed, how, and by whom (確認状況).
//!
//! What counts: traffic of it that was seen, a configuration that agrees with the inventory (as of
//! the day that is judged: when
//! the file was fetched is not known), the yearly recertification of a connection, the answer of a
//! party, and what `confirmations` records: spot checks, captures, probes. A difference that
//! somebody noted stays until somebody notes later that it is gone; a configuration does not
//! outweigh it.

use super::recorded;
use crate::audit::Assessment;
use crate::model::words::{Means, Outcome};
use crate::model::{Date, EntityKind, EntityRef, vocabulary};
use crate::topology::Corroboration;

/// One confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// When.
    pub on: Date,
    /// How.
    pub how: Means,
    /// By whom; the name of a configuration's reader is empty.
    pub by: String,
    /// What was found.
    pub result: Outcome,
}

vocabulary! {
    /// How a thing stands.
    Standing("確認状況", "standing of a confirmation") {
        Current = "confirmed" ("12か月以内に確認", "confirmed within 12 months"),
        Stale = "stale" ("確認から12か月超", "confirmed more than 12 months ago"),
        Different = "different" ("相違あり", "found to differ"),
        Unseen = "not-looked-at" ("未確認", "not looked at"),
    }
}

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The thing.
    pub thing: EntityRef,
    /// How it stands.
    pub standing: Standing,
    /// The confirmation that says so; none when nobody looked.
    pub last: Option<Confirmed>,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How many were confirmed within 12 months.
    pub confirmed: usize,
    /// How many there are.
    pub all: usize,
}

impl Share {
    /// In percent, rounded down: what is not everything never reads as 100. None of nothing.
    pub fn percent(self) -> Option<usize> {
        (self.confirmed * 100).checked_div(self.all)
    }
}

/// Everything that can be confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The day that is judged.
    pub as_of: Date,
    /// Connections, devices, zones, systems and parties, each in the order of declaration.
    pub things: Vec<Covered>,
}

impl Coverage {
    /// What of an assessment was confirmed.
    pub fn of(assessment: &Assessment) -> Self {
        let inventory = &assessment.inventory;
        let ids = |kind: EntityKind, ids: Vec<&str>| -> Vec<EntityRef> {
            ids.into_iter().map(|id| EntityRef::new(kind, id)).collect()
        };
        let parts = [
            ids(
                EntityKind::Connection,
                inventory.connections.iter().map(|it| it.id.value.as_str()).collect(),
            ),
            ids(
                EntityKind::Device,
                inventory.devices.iter().map(|it| it.id.value.as_str()).collect(),
            ),
            ids(EntityKind::Zone, inventory.zones.iter().map(|it| it.id.value.as_str()).collect()),
            ids(
                EntityKind::System,
                inventory.systems.iter().map(|it| it.id.value.as_str()).collect(),
            ),
            ids(
                EntityKind::Party,
                inventory.parties.iter().map(|it| it.id.value.as_str()).collect(),
            ),
        ];
        let things = parts.into_iter().flatten().map(|thing| covered(assessment, thing)).collect();
        Self { as_of: assessment.as_of, things }
    }

    /// How a thing stands.
    pub fn get(&self, thing: &EntityRef) -> Option<&Covered> {
        self.things.iter().find(|it| it.thing == *thing)
    }

    /// How many things of a kind were confirmed within 12 months, of how many.
    pub fn share(&self, kind: EntityKind) -> Share {
        let own = || self.things.iter().filter(|it| it.thing.kind == kind);
        let confirmed = own().filter(|it| it.standing == Standing::Current).count();
        Share { confirmed, all: own().count() }
    }

    /// How many things of a kind stand in a way.
    pub fn count(&self, kind: EntityKind, standing: Standing) -> usize {
        let own = self.things.iter().filter(|it| it.thing.kind == kind);
        own.filter(|it| it.standing == standing).count()
    }
}

fn covered(assessment: &Assessment, thing: EntityRef) -> Covered {
    let as_of = assessment.as_of;
    let read =
        |result| Confirmed { on: as_of, how: Means::Configuration, by: String::new(), result };
    let state = assessment.topology.configured(&thing);
    if matches!(state, Corroboration::NotSeen | Corroboration::Conflicting) {
        let last = Some(read(Outcome::Different));
        return Covered { thing, standing: Standing::Different, last };
    }
    let mut noted: Vec<Confirmed> = recorded(&assessment.inventory, &thing).collect();
    noted.extend(stated(assessment, &thing));
    noted.extend(seen(assessment, &thing));
    noted.retain(|it| it.result != Outcome::NotDone && it.on <= as_of);
    noted.sort_by_key(|it| (it.on, it.result == Outcome::Different));
    let last_noted = noted.pop();
    let last = match last_noted {
        Some(noted) if noted.result == Outcome::Different => Some(noted),
        other if state == Corroboration::Confirmed => {
            Some(other.filter(|it| it.on == as_of).unwrap_or_else(|| read(Outcome::AsExpected)))
        }
        other => other,
    };
    let year = as_of.saturating_sub(jiff::Span::new().years(1));
    let standing = match &last {
        None => Standing::Unseen,
        Some(it) if it.result == Outcome::Different => Standing::Different,
        Some(it) if it.on >= year => Standing::Current,
        Some(_) => Standing::Stale,
    };
    Covered { thing, standing, last }
}

/// When its traffic was last seen: the day on which the last capture that shows it ends. That a
/// connection was not used while somebody watched is no difference.
fn seen(assessment: &Assessment, thing: &EntityRef) -> Option<Confirmed> {
    let observed = assessment.topology.observed();
    let (state, spans) = observed.states.get(thing)?;
    let taps = observed.taps.iter().filter(|tap| {
        let files = tap.spans.iter().map(|it| it.file);
        files.clone().any(|file| spans.iter().any(|it| it.file == file))
    });
    let taps: Vec<_> = taps.collect();
    let last = taps.iter().filter_map(|it| it.to).max()?;
    let on = last.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).date();
    let by = taps.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ");
    let shown = *state == Corroboration::Confirmed;
    shown.then_some(Confirmed { on, how: Means::Capture, by, result: Outcome::AsExpected })
}

/// What the fields of a thing say of it.
fn stated(assessment: &Assessment, thing: &EntityRef) -> Option<Confirmed> {
    let inventory = &assessment.inventory;
    let (on, by, how) = match thing.kind {
        EntityKind::Connection => {
            let it = inventory.connections.get(&thing.id)?.recertified.as_ref()?;
            (it.on.value, it.by.value.clone(), Means::Recertification)
        }
        EntityKind::Party => {
            let party = inventory.parties.get(&thing.id)?;
            let on = party.checklist_received.as_ref()?.value;
            (on, party.name.value.clone(), Means::Statement)
        }
        _ => return None,
    };
    Some(Confirmed { on, how, by, result: Outcome::AsExpected })
}

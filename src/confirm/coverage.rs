//! When each thing was last confirmed, how, and by whom (確認状況).
//!
//! What counts: traffic of it that was seen, answers of it to probes, a configuration that agrees
//! with the inventory (on the day on which it was taken, where the file says so), the yearly
//! recertification of a connection, the answer of a party, and what `confirmations` records: spot
//! checks, captures, probes. A difference that somebody noted stays until somebody notes later that
//! it is gone; a configuration does not outweigh it. Of a group of terminals only those are
//! confirmed that were seen. Where a finding stands on a thing by what was looked at, it is never
//! "as expected".

use super::recorded;
use crate::audit::Assessment;
use crate::finding::Finding;
use crate::locale::Text;
use crate::model::words::{Means, Outcome};
use crate::model::{Date, EntityKind, EntityRef, IpNetwork, Vocabulary as _, vocabulary};
use crate::source::FileId;
use crate::topology::Corroboration;
use crate::topology::probed::day;
use std::collections::{BTreeMap, BTreeSet};

/// One confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// When; none when nobody knows, as of a configuration that does not say when it was taken.
    pub on: Option<Date>,
    /// How.
    pub how: Means,
    /// By whom; the name of a configuration's reader is empty.
    pub by: String,
    /// What was found.
    pub result: Outcome,
    /// Of a group: how many of it were seen.
    pub part: Option<Part>,
    /// How many open findings stand on the thing by what was looked at.
    pub findings: usize,
}

/// So many of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many were confirmed.
    pub confirmed: usize,
    /// How many there are; none when the inventory does not say.
    pub all: Option<usize>,
}

impl Confirmed {
    /// One of a whole thing on which no finding stands.
    pub fn new(on: Option<Date>, how: Means, by: impl Into<String>, result: Outcome) -> Self {
        Self { on, how, by: by.into(), result, part: None, findings: 0 }
    }

    /// When, in words.
    pub fn day(&self) -> Text {
        let unknown = || Text::new("日付不明", "on an unknown day");
        self.on.map_or_else(unknown, |on| Text::same(on.to_string()))
    }

    /// What was found, in a word for programs.
    pub fn found(&self) -> &'static str {
        match self.result {
            Outcome::AsExpected if self.findings > 0 => "findings",
            Outcome::AsExpected if self.part.is_some() => "in-part",
            result => result.key(),
        }
    }
}

vocabulary! {
    /// How a thing stands.
    Standing("確認状況", "standing of a confirmation") {
        Current = "confirmed" ("12か月以内に確認", "confirmed within 12 months"),
        Partly = "confirmed-in-part" ("一部だけ確認", "confirmed in part"),
        Undated = "confirmed-undated" ("確認したが日付不明", "confirmed, on an unknown day"),
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
        let findings = standing(assessment);
        let things = parts.into_iter().flatten().map(|thing| {
            let count = findings.get(&thing).copied().unwrap_or_default();
            covered(assessment, thing, count)
        });
        let things = things.collect();
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

/// How many open findings stand on each thing by evidence: the ledger alone confirms nothing, and
/// what it lacks says nothing of what was looked at.
fn standing(assessment: &Assessment) -> BTreeMap<&EntityRef, usize> {
    let evidence = &assessment.evidence;
    let read = evidence.added.iter().map(|it| it.file);
    let seen = evidence.listings.values().filter_map(|it| Some(it.piece?.file));
    let asked = evidence.probes.iter().flat_map(|it| &it.places).map(|it| it.run.file);
    let files: BTreeSet<FileId> = read.chain(seen).chain(asked).collect();
    let shown =
        |it: &&Finding| it.is_open() && it.locations.iter().any(|at| files.contains(&at.span.file));
    let mut counts = BTreeMap::new();
    for finding in assessment.findings.iter().filter(shown) {
        *counts.entry(&finding.subject).or_default() += 1;
    }
    counts
}

fn covered(assessment: &Assessment, thing: EntityRef, findings: usize) -> Covered {
    let as_of = assessment.as_of;
    let read = |result| Confirmed::new(taken(assessment, &thing), Means::Configuration, "", result);
    let state = assessment.topology.configured(&thing);
    if matches!(state, Corroboration::NotSeen | Corroboration::Conflicting) {
        let last = Some(Confirmed { findings, ..read(Outcome::Different) });
        return Covered { thing, standing: Standing::Different, last };
    }
    let mut noted: Vec<Confirmed> = recorded(&assessment.inventory, &thing).collect();
    noted.extend(stated(assessment, &thing));
    noted.extend(seen(assessment, &thing).map(|it| Confirmed { findings, ..it }));
    noted.extend(probed(assessment, &thing).map(|it| Confirmed { findings, ..it }));
    noted.retain(|it| it.result != Outcome::NotDone && it.on.is_some_and(|on| on <= as_of));
    noted.sort_by_key(|it| (it.on, it.result == Outcome::Different));
    let year = as_of.saturating_sub(jiff::Span::new().years(1));
    let stands = |it: &Confirmed| match it.on {
        _ if it.result == Outcome::Different => Standing::Different,
        Some(on) if on < year => Standing::Stale,
        _ if it.part.is_some() => Standing::Partly,
        Some(_) => Standing::Current,
        None => Standing::Undated,
    };
    // What came after the last difference, and outweighs it.
    let different = |it: &Confirmed| it.result == Outcome::Different;
    let after = noted.rsplit(different).next().unwrap_or_default();
    let last = match noted.last().filter(|it| different(it)) {
        Some(different) => Some(different.clone()),
        None => {
            let read = (state == Corroboration::Confirmed)
                .then(|| Confirmed { findings, ..read(Outcome::AsExpected) });
            let all = after.iter().cloned().chain(read);
            all.min_by_key(|it| (stands(it), std::cmp::Reverse(it.on)))
        }
    };
    let standing = last.as_ref().map_or(Standing::Unseen, stands);
    Covered { thing, standing, last }
}

/// On which day the configuration of a thing was taken, or those of the devices that a connection
/// enters by; none unless every file says so.
fn taken(assessment: &Assessment, thing: &EntityRef) -> Option<Date> {
    let of: Vec<EntityRef> = match thing.kind {
        EntityKind::Connection => {
            let connection = assessment.inventory.connections.get(&thing.id)?;
            let at = connection.at.iter().map(|at| at.value.owner.as_str());
            let passed = connection.through.iter().map(|it| it.id());
            at.chain(passed).map(|id| EntityRef::new(EntityKind::Device, id)).collect()
        }
        _ => vec![thing.clone()],
    };
    let joined = assessment.topology.joined().iter().filter(|it| of.contains(&it.thing));
    let devices = joined.filter_map(|it| assessment.evidence.devices.get(it.configured));
    let days: Option<Vec<Date>> = devices.flat_map(|it| &it.files).map(|it| it.taken).collect();
    days?.into_iter().min()
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
    let on = day(last);
    let by = taps.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ");
    let shown = *state == Corroboration::Confirmed;
    let seen = Confirmed::new(Some(on), Means::Capture, by, Outcome::AsExpected);
    let confirmed = observed.addresses.get(thing).map_or(0, BTreeSet::len);
    shown.then(|| Confirmed { part: part(assessment, thing, confirmed), ..seen })
}

/// When it, or what stands behind it, last answered a probe: from where, and by whom it was asked. That
/// it was silent confirms nothing, and is no difference by itself.
fn probed(assessment: &Assessment, thing: &EntityRef) -> Option<Confirmed> {
    let probed = assessment.topology.probed();
    let shown = probed.states.get(thing)?;
    let run = probed.runs.get(shown.run)?;
    let from = assessment.inventory.name_of(&run.from);
    let by = format!("{}（{from}）", run.tester);
    let asked = Confirmed::new(Some(day(shown.at)), Means::Probe, by, Outcome::AsExpected);
    Some(Confirmed { part: part(assessment, thing, shown.addresses.len()), ..asked })
}

/// How many of a group of terminals were seen; none for what is one thing, and once all were.
fn part(assessment: &Assessment, thing: &EntityRef, confirmed: usize) -> Option<Part> {
    let system = assessment.inventory.systems.get(&thing.id);
    let system = system.filter(|_| thing.kind == EntityKind::System)?;
    let count = system.count.as_ref().and_then(|it| usize::try_from(it.value).ok());
    let whole = |network: &IpNetwork| {
        let single = if network.is_ipv4() { 32 } else { 128 };
        network.ip() == network.network() && network.prefix() < single
    };
    let mut addresses = system.attachments().flat_map(|it| it.addresses);
    let group = count.is_some_and(|it| it > 1) || addresses.any(|it| whole(&it.value));
    let all = count.filter(|it| *it > 1);
    (group && all.is_none_or(|all| confirmed < all)).then_some(Part { confirmed, all })
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
    Some(Confirmed::new(Some(on), how, by, Outcome::AsExpected))
}

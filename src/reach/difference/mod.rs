//! What became reachable between two states of the facts, what stopped, and by which change.
//!
//! The exposure of both states is compared service by service. For every shift one packet is looked
//! at in the state in which it gets through and in the one in which it does not: the line that
//! decides in one of them and that the other does not have is the cause. Shifts with one cause
//! stand together.

mod alone;
mod cause;

use super::Reach;
use super::exposure::{Exposure, Outsider, Reached, Sample, Services, Shown};
use super::packets::PacketSet;
use crate::evidence::EvidenceSet;
use crate::model::{EntityKind, EntityRef, vocabulary};
use crate::source::SourceMap;
use cause::Lines;
pub use cause::{Cause, CauseKind, Which};
use std::collections::{BTreeMap, BTreeSet};

vocabulary! {
    /// How reach changed.
    Turn("到達範囲の変化", "change of reach") {
        Opened = "opened" ("届くようになった", "became reachable"),
        Confirmed = "confirmed" ("判定不能から、届くと分かった", "was undetermined and is reachable"),
        MayHaveOpened = "may-have-opened" ("届かないと言えなくなった（判定不能）", "was ruled out and is undetermined"),
        Doubtful = "doubtful" ("届くと言えなくなった（判定不能）", "was reachable and is undetermined"),
        Cleared = "cleared" ("判定不能から、届かないと分かった", "was undetermined and is ruled out"),
        Closed = "closed" ("届かなくなった", "stopped being reachable"),
    }
}

impl Turn {
    /// Whether the newer state lets more through, as far as anybody knows.
    pub const fn is_more(self) -> bool {
        matches!(self, Self::Opened | Self::Confirmed | Self::MayHaveOpened)
    }
}

/// One state of the facts.
#[derive(Clone, Copy, Debug)]
pub struct State<'s> {
    /// The network.
    pub reach: &'s Reach<'s>,
    /// What was read of devices.
    pub evidence: &'s EvidenceSet,
    /// What everybody outside reaches in it.
    pub exposure: &'s Exposure,
    /// The texts behind it.
    pub sources: &'s SourceMap,
}

/// What changed, cause by cause.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// Causes with what they changed: worst first, then in the order of those outside.
    pub changes: Vec<Change>,
    /// Whether a permission that is new surely lets through what nobody could tell before: that reach
    /// grew is then no question of what was looked at.
    pub granted: bool,
}

/// One cause and everything that it changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// The cause.
    pub cause: Cause,
    /// What it changed.
    pub shifts: Vec<Shift>,
}

/// Services of a thing that somebody outside began or ceased to reach.
#[derive(Clone, Debug)]
pub struct Shift {
    /// Somebody outside.
    pub who: EntityRef,
    /// The system, device, zone or other party.
    pub to: EntityRef,
    /// How it changed.
    pub turn: Turn,
    /// What may be spoken.
    pub services: Services,
    /// One packet, in the state in which it gets through.
    pub sample: Option<Sample>,
}

impl Difference {
    /// Compares two states. `newer` says what the newer one calls a thing of the older one.
    pub fn between(
        old: State<'_>,
        new: State<'_>,
        newer: impl Fn(&EntityRef) -> EntityRef,
    ) -> Self {
        let (old_lines, new_lines) = (Lines::of(old.sources), Lines::of(new.sources));
        let names = Names::of(old, newer);
        let mut changes: Vec<Change> = Vec::new();
        for who in &everybody(old.exposure, new.exposure, &names) {
            for to in &reached(old.exposure, new.exposure, who, &names) {
                let were = (names.older(who), names.older(to));
                let turned = turns(&Both::of(old, were.0, were.1), &Both::of(new, who, to));
                for (turn, services) in turned {
                    let (here, there) = if turn.is_more() { (new, old) } else { (old, new) };
                    let lines = if turn.is_more() { &old_lines } else { &new_lines };
                    let which = if turn.is_more() { Which::New } else { Which::Old };
                    let (ends, others) = match turn.is_more() {
                        true => ((who, to), were),
                        false => (were, (who, to)),
                    };
                    let (shown, is_one) = witness(here, ends.0, ends.1, &services).unzip();
                    let by = shown.as_ref().map(|it| &it.sample.by);
                    let way_in = by.map(|by| match turn.is_more() {
                        true => names.older(by),
                        false => names.newer(by),
                    });
                    let shown_in = shown.as_ref().zip(way_in);
                    let cause = cause::find(here, there, lines, which, (ends, others), shown_in);
                    // Another packet tells the way, and is no example.
                    let shown = shown.filter(|_| is_one == Some(true));
                    let shift = Shift {
                        who: who.clone(),
                        to: to.clone(),
                        turn,
                        services,
                        sample: shown.map(|it| it.sample),
                    };
                    match changes.iter_mut().find(|it| it.cause == cause) {
                        Some(change) => change.shifts.push(shift),
                        None => changes.push(Change { cause, shifts: vec![shift] }),
                    }
                }
            }
        }
        explain(&mut changes, old, new);
        changes.sort_by_key(|it| it.shifts.iter().map(|it| it.turn).min());
        let grants = |it: &Change| it.cause.is_permission() && !it.cause.is_weak(old, new);
        let confirmed = |it: &Change| it.shifts.iter().any(|it| it.turn == Turn::Confirmed);
        for about in changes.iter_mut().filter_map(|it| it.cause.about.as_mut()) {
            *about = names.newer(about).clone();
        }
        let granted = changes.iter().any(|it| confirmed(it) && grants(it));
        Self { changes, granted }
    }

    /// Every shift, with its cause.
    pub fn shifts(&self) -> impl Iterator<Item = (&Cause, &Shift)> {
        self.changes.iter().flat_map(|it| it.shifts.iter().map(move |shift| (&it.cause, shift)))
    }

    /// Whether anything shifted in one of these ways.
    pub fn has(&self, turns: &[Turn]) -> bool {
        self.shifts().any(|(_, it)| turns.contains(&it.turn))
    }
}

/// Finds out by trying what the lines do not tell.
fn explain(changes: &mut Vec<Change>, old: State<'_>, new: State<'_>) {
    if !changes.iter().any(|it| it.cause.is_weak(old, new)) {
        return;
    }
    let tried = alone::tried(old, new);
    let mut found: Vec<Change> = Vec::new();
    let mut tell = |cause: Cause, shift: Shift| match found.iter_mut().find(|it| it.cause == cause)
    {
        Some(change) => change.shifts.push(shift),
        None => found.push(Change { cause, shifts: vec![shift] }),
    };
    for Change { cause, shifts } in changes.drain(..) {
        let is_weak = cause.is_weak(old, new);
        for shift in shifts {
            let better = is_weak.then(|| alone::cause(&shift, &cause, old, &tried)).flatten();
            tell(better.unwrap_or_else(|| cause.clone()), shift);
        }
    }
    // What is new or gone stands once, with its line where there is one.
    let named: Vec<Cause> = found.iter().map(|it| it.cause.clone()).collect();
    let (tried, mut lines): (Vec<Change>, Vec<Change>) =
        found.into_iter().partition(|it| it.cause.kind == CauseKind::Change);
    for change in tried {
        let same = |it: &&mut Change| {
            matches!(it.cause.kind, CauseKind::Thing | CauseKind::Entry)
                && (&it.cause.about, it.cause.which) == (&change.cause.about, change.cause.which)
        };
        match lines.iter_mut().find(same) {
            Some(line) => line.shifts.extend(change.shifts),
            None => lines.push(change),
        }
    }
    lines.sort_by_key(|it| named.iter().position(|cause| *cause == it.cause));
    *changes = lines;
}

/// What somebody reaches of a thing in one state: in any case, and as far as anybody knows.
struct Both {
    certain: Services,
    possible: Services,
}

impl Both {
    fn of(state: State<'_>, who: &EntityRef, to: &EntityRef) -> Self {
        Self::of_exposure(state.exposure, who, to)
    }

    fn of_exposure(exposure: &Exposure, who: &EntityRef, to: &EntityRef) -> Self {
        let mut both = Self { certain: Services::default(), possible: Services::default() };
        for (certainty, services) in exposure.of(who).into_iter().flat_map(|it| it.all_to(to)) {
            both.possible = both.possible.union(services);
            if certainty.is_sure() {
                both.certain = both.certain.union(services);
            }
        }
        both
    }
}

/// The services that took each turn; those without any are left out.
fn turns(old: &Both, new: &Both) -> Vec<(Turn, Services)> {
    let (was_open, is_open) =
        (old.possible.difference(&old.certain), new.possible.difference(&new.certain));
    let common = |a: &Services, b: &Services| a.difference(&a.difference(b));
    let all = [
        (Turn::Opened, new.certain.difference(&old.possible)),
        (Turn::Confirmed, common(&new.certain, &was_open)),
        (Turn::MayHaveOpened, is_open.difference(&old.possible)),
        (Turn::Doubtful, common(&old.certain, &is_open)),
        (Turn::Cleared, was_open.difference(&new.possible)),
        (Turn::Closed, old.certain.difference(&new.possible)),
    ];
    all.into_iter().filter(|(_, services)| !services.is_empty()).collect()
}

/// What things of the older state are called in the newer one.
struct Names {
    newer: BTreeMap<EntityRef, EntityRef>,
    older: BTreeMap<EntityRef, EntityRef>,
}

impl Names {
    /// Of everybody outside, of everything that is reached and over what; only those that changed.
    fn of(old: State<'_>, newer: impl Fn(&EntityRef) -> EntityRef) -> Self {
        let outside = old.exposure.outsiders.iter().map(|it| &it.thing);
        let ways_in = old.reach.network.entries.iter().map(|it| &it.by);
        let all = outside.chain(old.exposure.targets()).chain(ways_in);
        let pairs = all.map(|it| (it.clone(), newer(it)));
        let newer: BTreeMap<_, _> = pairs.filter(|(old, new)| old != new).collect();
        let older = newer.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
        Self { newer, older }
    }

    fn newer<'n>(&'n self, old: &'n EntityRef) -> &'n EntityRef {
        self.newer.get(old).unwrap_or(old)
    }

    fn older<'n>(&'n self, new: &'n EntityRef) -> &'n EntityRef {
        self.older.get(new).unwrap_or(new)
    }
}

/// Everybody outside in either state by the newer name, the newer first.
fn everybody(old: &Exposure, new: &Exposure, names: &Names) -> Vec<EntityRef> {
    let mut seen = BTreeSet::new();
    let older = old.outsiders.iter().map(|it| names.newer(&it.thing));
    let all = new.outsiders.iter().map(|it| &it.thing).chain(older);
    all.filter(|it| seen.insert(*it)).cloned().collect()
}

/// Everything that somebody reaches in either state, by the newer name: systems, devices, zones, the
/// rest.
fn reached(old: &Exposure, new: &Exposure, who: &EntityRef, names: &Names) -> Vec<EntityRef> {
    let things = |it: &Outsider| {
        let own = it.reaches.iter().map(|it| it.to.clone());
        own.chain(it.common.iter().map(|it| it.to.clone())).collect::<Vec<_>>()
    };
    let is = new.of(who).map(things).unwrap_or_default();
    let was = old.of(names.older(who)).map(things).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let all = is.into_iter().chain(was.iter().map(|it| names.newer(it).clone()));
    let mut all: Vec<EntityRef> = all.filter(|it| seen.insert(it.clone())).collect();
    let order = [EntityKind::System, EntityKind::Device, EntityKind::Zone];
    all.sort_by_key(|it| order.iter().position(|own| *own == it.kind).unwrap_or(order.len()));
    all
}

/// A packet for one of these services with its way: of somebody's own, else of anybody's
/// as he would send it. Whether it is for one of them, and not only for the same thing.
fn witness(
    state: State<'_>,
    who: &EntityRef,
    to: &EntityRef,
    services: &Services,
) -> Option<(Shown, bool)> {
    let own = state.exposure.of(who).and_then(|it| among(it, to, services));
    let anybody = state.exposure.outsiders.first();
    let found = own.or_else(|| anybody.and_then(|it| among(it, to, services)))?;
    let exact = found.shown_as(state.reach, services);
    let is_one = exact.is_some();
    let shown = exact.or_else(|| found.shown(state.reach))?;
    if own.is_some() && found.certainty.is_sure() {
        return Some((shown, is_one));
    }
    // The way that is known is another one's.
    let mut entries = state.reach.network.entries.iter();
    let entry = entries.find(|it| it.by == shown.sample.by && it.from == *who);
    let theirs = entry.and_then(|entry| {
        let sent: PacketSet = (&shown.sample.packet).into();
        let sent = if own.is_some() { sent } else { sent.with_source(&entry.sources) };
        let packet = sent.sample()?;
        let way = state.reach.way(entry, &packet, |_| true)?;
        Some(Shown { sample: Sample { packet, ..shown.sample.clone() }, way: Some(way) })
    });
    theirs.or(own.map(|_| shown)).map(|shown| (shown, is_one))
}

/// What somebody reaches of a thing that has some of these services.
fn among<'o>(it: &'o Outsider, to: &EntityRef, services: &Services) -> Option<&'o Reached> {
    let reaches = it.reaches.iter().filter(|it| it.to == *to);
    let some = reaches.filter(|it| it.services.difference(services) != it.services);
    some.min_by_key(|it| it.certainty)
}

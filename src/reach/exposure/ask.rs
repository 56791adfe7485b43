//! Asks for everybody outside, together where they come in together.

use super::management::{self, Management};
use super::sample::owner;
use super::{Asked, Certainty, Common, Exposure, Outsider, Reached, Services};
use crate::model::{AddressSet, EntityKind, EntityRef, Vocabulary};
use crate::reach::flow::Flow;
use crate::reach::network::{Arrival, Entry, EntryKind, Forwarding};
use crate::reach::packets::PacketSet;
use crate::reach::parallel::in_parallel;
use crate::reach::{Arrivals, Bound, Reach};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What gets to one thing; each holds everything of the one before.
#[derive(Clone, Debug, Default)]
struct Layers {
    configured: PacketSet,
    certain: PacketSet,
    /// What is not ruled out when devices without configuration pass on only what is declared.
    known: PacketSet,
    possible: PacketSet,
}

type Answer = BTreeMap<EntityRef, Layers>;

/// What gets where from some sources.
struct Answered {
    answer: Answer,
    /// Whether packets still tell who sent them, but for those that strayed.
    told: bool,
    /// Senders of what may get anywhere as if sent by anybody.
    strayed: AddressSet,
    /// Devices without configuration that it comes to first.
    unconfigured: Vec<EntityRef>,
}

impl Answered {
    /// Whether it says of every sender on its own what he reaches: where everybody's packets stray,
    /// or nobody's.
    fn tells(&self, start: &Start<'_>) -> bool {
        let strays = |it: &&Entry| !it.sources.intersection(&self.strayed).is_empty();
        let count = start.entries.iter().filter(|it| strays(it)).count();
        self.told && (count == 0 || count == start.entries.len())
    }
}

/// Entries at which packets meet the same devices: same node, interface and destinations.
struct Start<'n> {
    entries: Vec<&'n Entry>,
    sources: AddressSet,
}

/// What one party gets over one entry.
struct Part<'n> {
    entry: &'n Entry,
    /// Its position in the network.
    over: usize,
    answer: Arc<Answer>,
    /// Devices without configuration that may forward it inwards.
    unconfigured: Vec<EntityRef>,
    /// Whether everybody on the internet gets the same over the same line.
    as_anybody: bool,
}

pub(super) fn exposure(reach: &Reach<'_>, asked: Asked<'_>) -> Exposure {
    let asking = Asking { reach, asked, management: management::all(reach) };
    let mut parts: BTreeMap<&EntityRef, Vec<Part<'_>>> = BTreeMap::new();
    let starts = starts(&reach.network.entries);
    for part in in_parallel(&starts, |start| asking.parts(start)).into_iter().flatten() {
        parts.entry(&part.entry.from).or_default().push(part);
    }
    let order = order(reach);
    let known = |thing: &EntityRef| order.get(thing).copied().unwrap_or(usize::MAX);
    let internet = reach.topology.internet();
    parts.retain(|thing, _| asked.of.is_none_or(|of| of == *thing));
    let parts: Vec<_> = parts.into_iter().collect();
    let mut outsiders = in_parallel(&parts, |(thing, parts)| asking.outsider(thing, parts, &known));
    outsiders.sort_by_key(|it| (it.thing != internet, known(&it.thing)));
    let connections = reach.inventory.connections.iter();
    let parties = connections.map(|it| EntityRef::new(EntityKind::Party, it.party.id()));
    let parties = parties.filter(|it| asked.of.is_none_or(|of| of == it));
    let mut without_entry: Vec<EntityRef> =
        parties.filter(|party| outsiders.iter().all(|it| it.thing != *party)).collect();
    without_entry.sort_by_key(|it| known(it));
    without_entry.dedup();
    Exposure { outsiders, without_entry }
}

/// Entries by where they come in, in the order of the first of each.
fn starts(entries: &[Entry]) -> Vec<Start<'_>> {
    let mut starts: Vec<Start<'_>> = Vec::new();
    let mut at: BTreeMap<(usize, Arrival, bool, &AddressSet), usize> = BTreeMap::new();
    for entry in entries {
        let declared = entry.kind == EntryKind::Declared;
        let key = (entry.node, entry.arrival(), declared, &entry.destinations);
        let position = *at.entry(key).or_insert_with(|| {
            starts.push(Start { entries: Vec::new(), sources: AddressSet::none() });
            starts.len() - 1
        });
        if let Some(start) = starts.get_mut(position) {
            start.entries.push(entry);
            start.sources = start.sources.union(&entry.sources);
        }
    }
    starts
}

/// The order in which things are shown: of the inventory; systems, devices, zones, parties.
fn order(reach: &Reach<'_>) -> BTreeMap<EntityRef, usize> {
    let it = reach.inventory;
    let of = |kind: EntityKind| move |id: &String| EntityRef::new(kind, id);
    let systems = it.systems.iter().map(|it| &it.id.value).map(of(EntityKind::System));
    let devices = it.devices.iter().map(|it| &it.id.value).map(of(EntityKind::Device));
    let zones = it.zones.iter().map(|it| &it.id.value).map(of(EntityKind::Zone));
    let parties = it.parties.iter().map(|it| &it.id.value).map(of(EntityKind::Party));
    let paths = reach.topology.paths().iter().map(|it| it.thing.clone());
    systems.chain(devices).chain(zones).chain(parties).chain(paths).zip(0..).collect()
}

struct Asking<'r, 'a> {
    reach: &'r Reach<'a>,
    asked: Asked<'r>,
    management: BTreeMap<EntityRef, Management>,
}

impl<'r> Asking<'r, '_> {
    /// What every party gets over its entry at one start.
    fn parts<'n>(&self, start: &Start<'n>) -> Vec<Part<'n>> {
        let shared = match start.entries.as_slice() {
            [_] => None,
            // When sources change on the way, packets do not tell who sent them.
            _ => self.answer(start.entries.first(), &start.sources).filter(|it| it.tells(start)),
        };
        let internet = self.reach.topology.internet();
        let everybody = start.entries.iter().find(|it| it.from == internet);
        let answers = start.entries.iter().map(|entry| {
            let (own, unconfigured) = match &shared {
                Some(it) => {
                    (from(&it.answer, &entry.sources, &start.sources), it.unconfigured.clone())
                }
                None => self
                    .answer(Some(entry), &entry.sources)
                    .map(|it| (it.answer, it.unconfigured))
                    .unwrap_or_default(),
            };
            (*entry, Arc::new(own), unconfigured)
        });
        let answers: Vec<_> = answers.collect();
        let anybody =
            everybody.and_then(|it| answers.iter().find(|(own, ..)| std::ptr::eq(*own, *it)));
        let anybody = anybody.map(|(_, answer, _)| Arc::clone(answer));
        let parts = answers.into_iter().map(|(entry, answer, unconfigured)| {
            let line = entry.kind == EntryKind::Line && entry.from != internet;
            let same = |it: &Arc<Answer>| line && alike(it, &answer, &entry.sources);
            let as_anybody = anybody.as_ref().is_some_and(same);
            let mut all = self.reach.network.entries.iter();
            let over = all.position(|it| std::ptr::eq(it, entry)).unwrap_or(usize::MAX);
            Part { entry, over, answer, unconfigured, as_anybody }
        });
        parts.collect()
    }

    /// What gets where from some sources.
    fn answer(&self, entry: Option<&&Entry>, sources: &AddressSet) -> Option<Answered> {
        let entry = *entry?;
        let packets = PacketSet::sessions(sources, &entry.destinations, &[]);
        let run = |mut flow: Flow<'_, '_>| {
            flow.enter(entry, packets.clone());
            flow.run()
        };
        let network = &self.reach.network;
        let possible = run(self.reach.flow(Bound::Possible));
        let unconfigured = self.unconfigured(&possible);
        let known = match unconfigured.is_empty() {
            true => possible.clone(),
            false => run(self.reach.flow(Bound::Possible).without_freedom()),
        };
        let certain = match known.at.is_empty() {
            true => Arrivals::default(),
            false => run(self.reach.flow(Bound::Certain)),
        };
        let configured = match () {
            () if entry.kind == EntryKind::Declared => Arrivals::default(),
            () if !certain.on_word => certain.clone(),
            () => run(self.reach.flow(Bound::Certain).without_word()),
        };
        let told = !possible.translated;
        let strayed = possible.strayed.clone();
        // Who is on the internet needs no hospital to get to others there; into a tunnel he does.
        let on_internet =
            entry.kind == EntryKind::Line || entry.from == self.reach.topology.internet();
        let mut answer = Answer::new();
        for (thing, possible) in possible.at {
            if on_internet && thing.kind == EntityKind::Party {
                continue;
            }
            let layers = Layers {
                configured: configured.at(&thing),
                certain: certain.at(&thing),
                known: known.at(&thing),
                possible,
            };
            let layers = self.of_device(&thing, layers);
            if !layers.possible.is_empty() {
                answer.entry(owner(self.reach, &thing)).or_default().extend(&layers);
            }
        }
        // Whoever stands behind one of them is asked about when that one is known.
        let first = |it: &EntityRef| network.node(it).is_some_and(|id| known.nodes.contains(&id));
        let unconfigured = unconfigured.into_iter().filter(first).collect();
        Some(Answered { answer, told, strayed, unconfigured })
    }

    /// Devices without configuration that may have passed on something that nobody declared.
    fn unconfigured(&self, possible: &Arrivals) -> Vec<EntityRef> {
        let network = &self.reach.network;
        let nodes = possible.nodes.iter().filter_map(|it| network.nodes.get(*it));
        let blind = nodes.filter(|it| matches!(it.forwarding, Forwarding::Declared));
        blind.map(|it| it.thing.clone()).collect()
    }

    /// Of what gets to a device, its management.
    fn of_device(&self, thing: &EntityRef, layers: Layers) -> Layers {
        match self.management.get(thing) {
            None => layers,
            Some(it) => Layers {
                configured: layers.configured.intersection(&it.configured),
                certain: layers.certain.intersection(&it.certain),
                known: layers.known.intersection(&it.possible),
                possible: layers.possible.intersection(&it.possible),
            },
        }
    }

    fn outsider(
        &self,
        thing: &EntityRef,
        parts: &[Part<'_>],
        known: &impl Fn(&EntityRef) -> usize,
    ) -> Outsider {
        let names = |as_anybody| {
            let mut names: Vec<EntityRef> = Vec::new();
            for it in parts.iter().filter(|it| it.as_anybody == as_anybody) {
                if !names.contains(&it.entry.by) {
                    names.push(it.entry.by.clone());
                }
            }
            names
        };
        let (common, own): (Vec<&Part<'_>>, Vec<&Part<'_>>) =
            parts.iter().partition(|it| it.as_anybody);
        let targets = |parts| {
            let mut targets = targets(parts, thing, known);
            targets.retain(|it| self.asked.to.is_none_or(|to| to == *it));
            targets
        };
        let reaches: Vec<Reached> = {
            let targets = targets(&own).into_iter();
            targets.flat_map(|to| self.reached(&own, to)).collect()
        };
        let blind = reaches.iter().any(|it| it.certainty == Certainty::Unconfigured);
        let devices = own.iter().filter(|_| blind).flat_map(|it| &it.unconfigured);
        let devices: BTreeSet<&EntityRef> = devices.collect();
        let mut unconfigured: Vec<EntityRef> = devices.into_iter().cloned().collect();
        unconfigured.sort_by_key(|it| known(it));
        Outsider {
            thing: thing.clone(),
            by: names(false),
            as_anybody: names(true),
            unconfigured,
            common: {
                let targets = targets(&common).into_iter();
                targets.flat_map(|to| in_common(&common, to)).collect()
            },
            reaches,
        }
    }

    /// What gets to one thing over all entries of a party: each service once, the surest first.
    fn reached(&self, parts: &[&Part<'_>], to: &EntityRef) -> Vec<Reached> {
        let mut told = Services::default();
        let mut all = Vec::new();
        for certainty in Certainty::ALL {
            let mut services = Services::default();
            let mut first = None;
            let mut v4 = false;
            for part in parts {
                let Some(layers) = part.answer.get(to) else { continue };
                let packets = layers.of(*certainty);
                let new = Services::of(packets).difference(&told);
                if new.is_empty() {
                    continue;
                }
                services = services.union(&new);
                let packets = packets.intersection(&new.packets());
                v4 |= packets.v4().next().is_some();
                first = first.or_else(|| Some((part.over, packets.sample()?)));
            }
            if let Some((over, arriving)) = first {
                told = told.union(&services);
                let (to, certainty) = (to.clone(), *certainty);
                all.push(Reached { to, certainty, services, only_v6: !v4, over, arriving });
            }
        }
        all
    }
}

/// What any of some parts get to, but themselves, in the order in which it is shown.
fn targets<'p>(
    parts: &[&'p Part<'_>],
    but: &EntityRef,
    known: &impl Fn(&EntityRef) -> usize,
) -> Vec<&'p EntityRef> {
    let all = parts.iter().flat_map(|it| it.answer.keys());
    let mut targets: Vec<&EntityRef> = all.filter(|it| *it != but).collect();
    targets.sort_by_key(|it| (known(it), *it));
    targets.dedup();
    targets
}

/// What gets to one thing as it does from anybody: each service once, the surest first.
fn in_common(parts: &[&Part<'_>], to: &EntityRef) -> Vec<Common> {
    let mut told = Services::default();
    let mut all = Vec::new();
    for certainty in Certainty::ALL.iter().copied() {
        let layers = parts.iter().filter_map(|it| it.answer.get(to));
        let services = layers.map(|it| Services::of(it.of(certainty)));
        let services = services.fold(Services::default(), |all, it| all.union(&it));
        let services = services.difference(&told);
        if !services.is_empty() {
            told = told.union(&services);
            all.push(Common { to: to.clone(), certainty, services });
        }
    }
    all
}

impl Layers {
    fn extend(&mut self, other: &Self) {
        self.configured.extend(&other.configured);
        self.certain.extend(&other.certain);
        self.known.extend(&other.known);
        self.possible.extend(&other.possible);
    }

    fn of(&self, certainty: Certainty) -> &PacketSet {
        match certainty {
            Certainty::Configured => &self.configured,
            Certainty::Declared => &self.certain,
            Certainty::Undetermined => &self.known,
            Certainty::Unconfigured => &self.possible,
        }
    }

    /// What is spoken, as surely, in the families of some addresses.
    fn spoken(&self, addresses: &AddressSet) -> [[Services; 2]; 4] {
        [&self.configured, &self.certain, &self.known, &self.possible].map(|it| {
            let [v4, v6] = Services::by_family(it);
            let only = |own: bool, it| if own { it } else { Services::default() };
            [only(!addresses.v4.is_empty(), v4), only(!addresses.v6.is_empty(), v6)]
        })
    }
}

/// The part of an answer that comes from some of its sources.
fn from(answer: &Answer, sources: &AddressSet, all: &AddressSet) -> Answer {
    if sources == all {
        return answer.clone();
    }
    let part = |packets: &PacketSet| packets.from(sources);
    let own = answer.iter().map(|(thing, it)| {
        let layers = Layers {
            configured: part(&it.configured),
            certain: part(&it.certain),
            known: part(&it.known),
            possible: part(&it.possible),
        };
        (thing.clone(), layers)
    });
    own.filter(|(_, it)| !it.possible.is_empty()).collect()
}

/// Whether a party gets what everybody gets in the families of its addresses, as surely.
fn alike(everybody: &Answer, own: &Answer, sources: &AddressSet) -> bool {
    let things: BTreeSet<_> = everybody.keys().chain(own.keys()).collect();
    let spoken = |answer: &Answer, thing| answer.get(thing).map(|it: &Layers| it.spoken(sources));
    let nothing = Layers::default().spoken(sources);
    things.into_iter().all(|thing| {
        let (all, own) = (spoken(everybody, thing), spoken(own, thing));
        all.as_ref().unwrap_or(&nothing) == own.as_ref().unwrap_or(&nothing)
    })
}

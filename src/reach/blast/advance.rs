//! How far somebody gets, step by step: packets from where he stands, relays from whom he reaches.

use crate::model::{AddressSet, EntityRef};
use crate::reach::flow::{Stop, Trail};
use crate::reach::network::PlaceId;
use crate::reach::packets::PacketSet;
use crate::reach::relay::{Relay, RelayKind, Stand};
use crate::reach::{Assumptions, Bound, Flow, Reach};
use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::sync::Arc;

/// From where somebody sets out.
#[derive(Clone, Debug)]
pub(in crate::reach) enum Setting {
    /// From outside, over an entry, by position.
    Over(usize),
    /// From where he stands.
    At(PlaceId, AddressSet),
}

/// Somewhere that is held.
#[derive(Clone, Debug)]
pub(in crate::reach) struct Held {
    /// Who he is taken for; the party or path for an entry.
    pub thing: EntityRef,
    /// Where.
    pub setting: Setting,
    /// Over which relay he came here, and from which of those held before; none for the start.
    pub over: Option<usize>,
}

/// A thing that packets got to.
#[derive(Clone, Debug)]
pub(in crate::reach) struct Found {
    /// At which step, from 1.
    pub hops: usize,
    /// From which of those held.
    pub from: usize,
    /// The packets from there, as they arrive.
    pub packets: PacketSet,
    /// Everything that arrived so far, from anywhere.
    pub all: PacketSet,
}

/// How far somebody got.
#[derive(Debug, Default)]
pub(in crate::reach) struct Advance {
    /// What he held, in order.
    pub held: Vec<Held>,
    /// Whom he reached.
    pub found: BTreeMap<EntityRef, Found>,
    /// What that takes for granted.
    pub assumptions: Assumptions,
    /// Every stage of every packet, when it was asked for.
    pub trail: Trail,
    /// Where things are held: the positions in `held`.
    standing: BTreeMap<EntityRef, Vec<usize>>,
}

impl Advance {
    fn hold(&mut self, held: Held) {
        self.standing.entry(held.thing.clone()).or_default().push(self.held.len());
        self.held.push(held);
    }

    fn held_as<'s>(&'s self, thing: &EntityRef) -> impl Iterator<Item = &'s Held> {
        let all = self.standing.get(thing).into_iter().flatten();
        all.filter_map(|at| self.held.get(*at))
    }

    /// Whether somebody stands there already, with all of these addresses.
    fn stands(&self, stand: &Stand) -> bool {
        self.held_as(&stand.thing).any(|it| match &it.setting {
            Setting::At(own, from) => *own == stand.place && from.includes(&stand.sources),
            Setting::Over(_) => false,
        })
    }
}

/// A question of this kind.
pub(in crate::reach) struct Asked<'r, 'a> {
    /// The network.
    pub reach: &'r Reach<'a>,
    /// The relays that count.
    pub relays: &'r [Relay],
    /// On which side of what is not known.
    pub bound: Bound,
    /// After how many steps to stop.
    pub most: usize,
    /// Whether to write down every stage.
    pub trail: bool,
}

impl Asked<'_, '_> {
    /// Lets somebody go on until nothing new is reached, or one of the things he is after is.
    pub(in crate::reach) fn advance(
        &self,
        starts: Vec<(EntityRef, Setting)>,
        until: impl Fn(&EntityRef) -> bool,
    ) -> Advance {
        let mut advance = Advance::default();
        for (thing, setting) in starts {
            advance.hold(Held { thing, setting, over: None });
        }
        let mut fresh: Vec<usize> = (0..advance.held.len()).collect();
        let mut opened = Opened::default();
        for hops in 1..=self.most {
            let gained: Vec<EntityRef> = self.step(&mut advance, &fresh, hops);
            if fresh.is_empty() || gained.iter().any(&until) {
                break;
            }
            fresh = self.open(&mut advance, &mut opened);
        }
        advance
    }

    /// Everything that packets from these reach; what is new.
    fn step(&self, advance: &mut Advance, fresh: &[usize], hops: usize) -> Vec<EntityRef> {
        // Who stands at one place sends together: packets tell by their sources whose they are.
        let mut together: BTreeMap<Option<PlaceId>, Vec<usize>> = BTreeMap::new();
        for at in fresh {
            let place = advance.held.get(*at).and_then(|it| match it.setting {
                Setting::At(place, _) => Some(place),
                Setting::Over(_) => None,
            });
            together.entry(place).or_default().push(*at);
        }
        let mut gained = Vec::new();
        for (place, senders) in &together {
            let mut flow = self.reach.flow(self.bound);
            let senders_held = || senders.iter().filter_map(|at| advance.held.get(*at));
            match place {
                // Nobody asks which of them it was.
                Some(place) if !self.trail => {
                    let sources = senders_held().filter_map(|it| match &it.setting {
                        Setting::At(_, sources) => Some(sources.clone()),
                        Setting::Over(_) => None,
                    });
                    let sources: AddressSet = sources.collect();
                    flow.send(*place, &PacketSet::sessions(&sources, &AddressSet::any(), &[]));
                }
                _ => senders_held().for_each(|it| self.send(&mut flow, it)),
            }
            let (arrivals, trail) = flow.followed();
            advance.assumptions.extend(&arrivals.assumptions);
            advance.trail.extend(trail);
            for (thing, packets) in arrivals.at {
                if advance.held_as(&thing).any(|it| it.over.is_none()) {
                    continue;
                }
                if let Some(known) = advance.found.get_mut(&thing) {
                    known.all.extend(&packets);
                    continue;
                }
                let (from, packets) = self.sender(advance, senders, packets);
                let all = packets.clone();
                gained.push(thing.clone());
                advance.found.insert(thing, Found { hops, from, packets, all });
            }
        }
        gained
    }

    fn send(&self, flow: &mut Flow<'_, '_>, held: &Held) {
        let network = &self.reach.network;
        match &held.setting {
            Setting::Over(at) => {
                if let Some(entry) = network.entries.get(*at) {
                    if self.trail {
                        flow.starting(Stop::Entry(*at));
                    }
                    let own = PacketSet::sessions(&entry.sources, &entry.destinations, &[]);
                    flow.enter(entry, own);
                }
            }
            Setting::At(place, sources) => {
                if self.trail {
                    flow.starting(Stop::Thing(held.thing.clone()));
                }
                flow.send(*place, &PacketSet::sessions(sources, &AddressSet::any(), &[]));
            }
        }
    }

    /// Whose packets these are, with those of them that are surely his; the first of all who sent,
    /// when something on the way changed their sources.
    fn sender(
        &self,
        advance: &Advance,
        senders: &[usize],
        packets: PacketSet,
    ) -> (usize, PacketSet) {
        let entries = &self.reach.network.entries;
        let theirs = packets.sources();
        for at in senders {
            let sources = match advance.held.get(*at).map(|it| &it.setting) {
                Some(Setting::At(_, sources)) => sources,
                Some(Setting::Over(entry)) => match entries.get(*entry) {
                    Some(entry) => &entry.sources,
                    None => continue,
                },
                None => continue,
            };
            if theirs.meets(sources) {
                return (*at, packets.from(sources));
            }
        }
        (senders.first().copied().unwrap_or_default(), packets)
    }

    /// Goes on over every relay that what has been reached opens; what is held now.
    fn open(&self, advance: &mut Advance, opened: &mut Opened) -> Vec<usize> {
        let mut fresh = Vec::new();
        for (at, relay) in self.relays.iter().enumerate() {
            let opens = match self.bound {
                Bound::Certain => &relay.certain,
                Bound::Possible => &relay.possible,
            };
            let reached = advance.found.get(&relay.thing);
            if opened.relays.contains(&at) || !reached.is_some_and(|it| it.all.meets(opens)) {
                continue;
            }
            opened.relays.insert(at);
            for stand in self.stands(relay, &mut opened.shared) {
                if self.trail {
                    let (from, to) = (relay.thing.clone(), stand.thing.clone());
                    advance.trail.insert((Stop::Thing(from), Stop::Thing(to)));
                }
                if advance.stands(stand) {
                    continue;
                }
                fresh.push(advance.held.len());
                advance.hold(Held {
                    thing: stand.thing.clone(),
                    setting: Setting::At(stand.place, stand.sources.clone()),
                    over: Some(at),
                });
            }
        }
        fresh
    }

    /// Where a relay leads that was not opened before. Hosts that share files have one list of where
    /// they lead; all of it but the host itself is held since the first of them, and the rest since the
    /// second.
    fn stands<'s>(
        &self,
        relay: &'s Relay,
        shared: &mut BTreeMap<usize, EntityRef>,
    ) -> Vec<&'s Stand> {
        let own = |it: &&Stand| it.thing == relay.thing;
        if relay.kind != RelayKind::Files {
            return relay.stands.iter().collect();
        }
        let list = Arc::as_ptr(&relay.stands).cast::<Stand>().addr();
        match shared.entry(list) {
            Entry::Occupied(first) if !self.trail => relay
                .stands
                .iter()
                .filter(|it| it.thing == *first.get())
                .filter(|it| !own(it))
                .collect(),
            entry => {
                entry.or_insert_with(|| relay.thing.clone());
                relay.stands.iter().filter(|it| !own(it)).collect()
            }
        }
    }
}

/// Relays that have been opened.
#[derive(Debug, Default)]
struct Opened {
    /// By position.
    relays: BTreeSet<usize>,
    /// By list of where they lead: the first of those that share it.
    shared: BTreeMap<usize, EntityRef>,
}

//! How far somebody gets, step by step: packets from where he stands, relays from whom he reaches.

use crate::model::{AddressSet, EntityRef};
use crate::reach::flow::{Stop, Trail};
use crate::reach::network::PlaceId;
use crate::reach::packets::PacketSet;
use crate::reach::relay::{Relay, Stand};
use crate::reach::{Assumptions, Bound, Flow, Reach};
use std::collections::{BTreeMap, BTreeSet};

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
        let start = |(thing, setting): (EntityRef, Setting)| Held { thing, setting, over: None };
        advance.held.extend(starts.into_iter().map(start));
        let mut fresh: Vec<usize> = (0..advance.held.len()).collect();
        let mut opened = BTreeSet::new();
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
        for senders in together.values() {
            let mut flow = Flow::new(&self.reach.network, self.bound);
            for at in senders {
                if let Some(held) = advance.held.get(*at) {
                    self.send(&mut flow, held);
                }
            }
            let (arrivals, trail) = flow.followed();
            advance.assumptions.extend(&arrivals.assumptions);
            advance.trail.extend(trail);
            for (thing, packets) in arrivals.at {
                if advance.held.iter().any(|it| it.thing == thing && it.over.is_none()) {
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
        for at in senders {
            let entries = &self.reach.network.entries;
            let own = match advance.held.get(*at).map(|it| &it.setting) {
                Some(Setting::At(_, sources)) => packets.from(sources),
                Some(Setting::Over(entry)) => {
                    let sources = entries.get(*entry).map(|it| it.sources.clone());
                    packets.from(&sources.unwrap_or_default())
                }
                None => continue,
            };
            if !own.is_empty() {
                return (*at, own);
            }
        }
        (senders.first().copied().unwrap_or_default(), packets)
    }

    /// Goes on over every relay that what has been reached opens; what is held now.
    fn open(&self, advance: &mut Advance, opened: &mut BTreeSet<usize>) -> Vec<usize> {
        let mut fresh = Vec::new();
        for (at, relay) in self.relays.iter().enumerate() {
            let opens = match self.bound {
                Bound::Certain => &relay.certain,
                Bound::Possible => &relay.possible,
            };
            let reached = advance.found.get(&relay.thing);
            if opened.contains(&at) || !reached.is_some_and(|it| it.all.meets(opens)) {
                continue;
            }
            opened.insert(at);
            for Stand { thing, place, sources } in &relay.stands {
                let same = |it: &Held| match &it.setting {
                    Setting::At(own, from) => {
                        it.thing == *thing && own == place && from.includes(sources)
                    }
                    Setting::Over(_) => false,
                };
                if advance.held.iter().any(same) {
                    continue;
                }
                if self.trail && *thing != relay.thing {
                    let (from, to) = (relay.thing.clone(), thing.clone());
                    advance.trail.insert((Stop::Thing(from), Stop::Thing(to)));
                }
                fresh.push(advance.held.len());
                advance.held.push(Held {
                    thing: thing.clone(),
                    setting: Setting::At(*place, sources.clone()),
                    over: Some(at),
                });
            }
        }
        fresh
    }
}

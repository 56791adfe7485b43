//! Many pieces of one tap become one, so that a year of hours stays small. The result says which
//! pieces it contains: adding one of them again adds nothing.

use super::facts::{Conversation, Count, Exit, Host, Neighbour, RoleSeen, Sighting};
use super::lines::TOOL;
use super::piece::{Counts, Interface, Observation, Piece, SCHEMA, Source};
use super::watched::Watched;
use crate::wire::words::{Details, Speech, Spoken};
use jiff::Timestamp;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// So many ranges of ports or days are kept; then `…`.
const RANGES: usize = 256;
/// What stands for the rest.
const MORE: &str = "…";

impl Observation {
    /// The pieces of every tap as one. A tap with one piece keeps it as it is.
    #[must_use]
    pub fn rolled(self) -> Self {
        let mut taps: BTreeMap<String, Vec<Piece>> = BTreeMap::new();
        for piece in self.pieces.into_values() {
            taps.entry(piece.tap.clone()).or_default().push(piece);
        }
        let mut rolled = Self::default();
        for mut pieces in taps.into_values() {
            // In the order of time, so that numbers of packets are those of the first.
            pieces.sort_by(|a, b| (a.first, &a.id).cmp(&(b.first, &b.id)));
            let piece = match pieces.len() {
                1 => pieces.pop(),
                _ => pieces.into_iter().map(Roll::from).reduce(Roll::join).map(Roll::piece),
            };
            piece.into_iter().for_each(|it| rolled.add(it));
        }
        rolled
    }
}

/// A piece with its facts by what makes them the same.
struct Roll {
    head: Piece,
    names: BTreeSet<String>,
    interfaces: BTreeSet<Interface>,
    hosts: BTreeMap<String, Host>,
    conversations: BTreeMap<Key, Conversation>,
    exits: BTreeMap<String, Exit>,
    roles: BTreeMap<String, RoleSeen>,
    neighbours: BTreeMap<String, Neighbour>,
    watched: Watched,
}

/// What makes conversations the same.
type Key = (Vec<u16>, Vec<String>, std::net::IpAddr, std::net::IpAddr, u8, Option<u16>);

impl From<Piece> for Roll {
    fn from(mut piece: Piece) -> Self {
        piece.contains.insert(piece.id.clone());
        let take = std::mem::take::<Vec<Host>>;
        let hosts = take(&mut piece.hosts);
        Self {
            names: BTreeSet::from([piece.source.name.clone()]),
            interfaces: std::mem::take(&mut piece.interfaces).into_iter().collect(),
            hosts: hosts.into_iter().map(|it| (it.address.to_string(), it)).collect(),
            conversations: std::mem::take(&mut piece.conversations)
                .into_iter()
                .map(|it| (key(&it), it))
                .collect(),
            exits: std::mem::take(&mut piece.exits)
                .into_iter()
                .map(|it| (format!("{} {:?}", it.mac, it.vlan), it))
                .collect(),
            roles: std::mem::take(&mut piece.roles)
                .into_iter()
                .map(|it| (format!("{:?}", (it.role, it.mac, it.address, it.vlan)), it))
                .collect(),
            neighbours: std::mem::take(&mut piece.neighbours)
                .into_iter()
                .map(|it| (format!("{:?}", (it.mac, it.vlan, &it.announced)), it))
                .collect(),
            watched: watched(&piece),
            head: piece,
        }
    }
}

fn watched(piece: &Piece) -> Watched {
    let told = |it: Timestamp| u64::try_from(it.as_nanosecond()).unwrap_or_default();
    let mut watched = Watched::default();
    for (first, last) in piece.stretches() {
        watched.through(told(first), told(last));
    }
    watched
}

fn key(it: &Conversation) -> Key {
    (it.vlans.clone(), it.inside.clone(), it.from, it.to, it.protocol, it.port)
}

impl Roll {
    /// Both together; `later` came after.
    fn join(mut self, later: Self) -> Self {
        let (a, b) = (&mut self.head, later.head);
        a.first = a.first.into_iter().chain(b.first).min();
        a.last = a.last.max(b.last);
        a.source.bytes = a.source.bytes.saturating_add(b.source.bytes);
        // Two clocks are not one.
        a.clock = a.clock.filter(|it| b.clock == Some(*it));
        add(&mut a.counts, b.counts);
        a.contains.extend(b.contains);
        self.watched.absorb(later.watched);
        self.names.extend(later.names);
        self.interfaces.extend(later.interfaces);
        merge(&mut self.hosts, later.hosts, |a, b| {
            a.vlans.extend(b.vlans);
            a.macs.extend(b.macs);
            a.names.extend(b.names);
            a.is_virtual |= b.is_virtual;
            see(&mut a.seen, b.seen);
        });
        merge(&mut self.conversations, later.conversations, talk);
        merge(&mut self.exits, later.exits, |a, b| {
            a.own.extend(b.own);
            a.outward.extend(b.outward);
            a.inward.extend(b.inward);
            see(&mut a.seen, b.seen);
        });
        merge(&mut self.roles, later.roles, |a, b| {
            for (key, values) in b.details.iter() {
                let known = a.details.own().entry(key.clone()).or_default();
                known.extend(values.iter().cloned());
            }
            see(&mut a.seen, b.seen);
        });
        merge(&mut self.neighbours, later.neighbours, |a, b| see(&mut a.seen, b.seen));
        self
    }

    /// As a piece again.
    fn piece(self) -> Piece {
        let name = match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) if first != last => format!("{first}…{last}"),
            (Some(only), _) => only.clone(),
            _ => String::new(),
        };
        let mut hosts: Vec<Host> = self.hosts.into_values().collect();
        hosts.sort_by_key(|it| it.address);
        Piece {
            schema: SCHEMA,
            tool: TOOL.to_owned(),
            source: Source { name, sha256: String::new(), ..self.head.source },
            interfaces: self.interfaces.into_iter().collect(),
            watched: self.watched.told(),
            hosts,
            conversations: self.conversations.into_values().collect(),
            exits: self.exits.into_values().collect(),
            roles: self.roles.into_values().collect(),
            neighbours: self.neighbours.into_values().collect(),
            ..self.head
        }
        .sealed()
    }
}

/// Adds facts to those that are there; of the same, both become one.
fn merge<K: Ord, V>(all: &mut BTreeMap<K, V>, later: BTreeMap<K, V>, both: impl Fn(&mut V, V)) {
    for (key, value) in later {
        match all.entry(key) {
            Entry::Vacant(free) => {
                free.insert(value);
            }
            Entry::Occupied(mut known) => both(known.get_mut(), value),
        }
    }
}

fn see(a: &mut Sighting, b: Sighting) {
    if b.first < a.first {
        (a.first, a.packet) = (b.first, b.packet);
    }
    a.last = a.last.max(b.last);
    a.packets = a.packets.saturating_add(b.packets);
}

fn count(a: &mut Count, b: Count) {
    a.packets = a.packets.saturating_add(b.packets);
    a.bytes = a.bytes.saturating_add(b.bytes);
}

fn add(a: &mut Counts, b: Counts) {
    a.packets = a.packets.saturating_add(b.packets);
    a.bytes = a.bytes.saturating_add(b.bytes);
    a.copies = a.copies.saturating_add(b.copies);
    a.aggregated = a.aggregated.saturating_add(b.aggregated);
    a.dropped = a.dropped.into_iter().chain(b.dropped).reduce(u64::saturating_add);
    for (reason, times) in b.undecoded {
        let known = a.undecoded.entry(reason).or_default();
        *known = known.saturating_add(times);
    }
}

/// The same conversation, seen again.
fn talk(a: &mut Conversation, b: Conversation) {
    a.from_ports = ranges(&a.from_ports, &b.from_ports);
    a.days = ranges(&a.days, &b.days);
    // The surest way in which it is known who began.
    a.guess = a.guess.min(b.guess);
    a.answered |= b.answered;
    a.sessions = a.sessions.saturating_add(b.sessions);
    a.longest = a.longest.max(b.longest);
    a.parallel = a.parallel.max(b.parallel);
    a.hours.0.iter_mut().zip(b.hours.0).for_each(|(a, b)| *a |= b);
    a.hops.extend(b.hops);
    a.also_as.extend(b.also_as);
    count(&mut a.forth, b.forth);
    count(&mut a.back, b.back);
    see(&mut a.seen, b.seen);
    let mut speech: BTreeMap<Spoken, Details> = BTreeMap::new();
    for it in std::mem::take(&mut a.speech).into_iter().chain(b.speech) {
        let known = speech.entry(it.spoken).or_default();
        for (detail, values) in it.details {
            known.entry(detail).or_default().extend(values);
        }
    }
    a.speech = speech.into_iter().map(|(spoken, details)| Speech { spoken, details }).collect();
}

/// `1-3,7` and `4,9` are `1-4,7,9`.
fn ranges(a: &str, b: &str) -> String {
    let more = a.ends_with(MORE) || b.ends_with(MORE);
    let mut all: Vec<(u64, u64)> = [a, b]
        .iter()
        .flat_map(|it| it.split([',', '…']))
        .filter_map(|it| {
            let (first, last) = it.split_once('-').unwrap_or((it, it));
            Some((first.parse().ok()?, last.parse().ok()?))
        })
        .collect();
    all.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (first, last) in all {
        match joined.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    let cut = more || joined.len() > RANGES;
    let shown = joined.iter().take(RANGES).map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    let mut shown: Vec<String> = shown.collect();
    if cut {
        shown.push(MORE.to_owned());
    }
    shown.join(",")
}

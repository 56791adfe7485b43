//! Which lines of a list may change places: layers of lines among which order does not matter.

use super::prepared::Hull;
use crate::model::device::{FilterLine, Match, Verdict};
use crate::model::{Point, RangeSet};
use crate::reach::packets::PacketSet;
use std::collections::BTreeMap;

/// So many layers are told apart.
const MOST: usize = 32;
/// A line that leads to more neighbourhoods than this leads anywhere.
const WIDE: u128 = 64;

/// A line, and the place of its conditions about interfaces.
pub(super) type Line<'a> = (&'a FilterLine, usize);

/// Layers, the lowest first. No line has a packet in common with one of another verdict in its layer.
#[derive(Default)]
pub(super) struct Layers<'a>(Vec<Vec<Said<'a>>>);

/// The lines of a layer with one verdict.
struct Said<'a> {
    verdict: &'a Verdict,
    lines: Vec<Line<'a>>,
    packets: Directory,
}

impl<'a> Layers<'a> {
    /// Whether no more should be laid.
    pub(super) fn are_full(&self) -> bool {
        self.0.len() > MOST
    }

    /// Lays a line on what is there: above every layer in which another verdict speaks of one of its
    /// packets, and no higher. So lines stay in order where the order matters, and there alone.
    pub(super) fn lay(&mut self, line: Line<'a>) {
        let own = Entry::of(&line.0.when);
        let verdict = &line.0.verdict;
        let opposes = |layer: &Vec<Said<'_>>| {
            layer.iter().any(|it| it.verdict != verdict && it.packets.meets(&own))
        };
        let at = self.0.iter().rposition(opposes).map_or(0, |it| it + 1);
        if at == self.0.len() {
            self.0.push(Vec::new());
        }
        let Some(layer) = self.0.get_mut(at) else { return };
        match layer.iter_mut().find(|it| it.verdict == verdict) {
            Some(said) => {
                said.packets.add(own);
                said.lines.push(line);
            }
            None => {
                let mut packets = Directory::default();
                packets.add(own);
                layer.push(Said { verdict, lines: vec![line], packets });
            }
        }
    }

    /// Takes all away: lines with one verdict, among which order does not matter, in order.
    pub(super) fn take(&mut self) -> impl Iterator<Item = Vec<Line<'a>>> + use<'a> {
        std::mem::take(&mut self.0).into_iter().flatten().map(|it| it.lines)
    }
}

/// The packets of lines, found by where they lead.
#[derive(Default)]
struct Directory {
    all: Vec<Entry>,
    /// By neighbourhood: those that lead to few.
    near: BTreeMap<Neighbourhood, Vec<usize>>,
    wide: Vec<usize>,
}

/// Destinations that begin alike: 20 bits of IPv4, 48 of IPv6.
type Neighbourhood = (bool, u128);

/// The packets of a line.
struct Entry {
    packets: PacketSet,
    hull: Hull,
    /// Where they lead; none when that is anywhere.
    to: Option<Vec<Neighbourhood>>,
}

impl Entry {
    fn of(when: &Match) -> Self {
        let to = neighbourhoods(&when.destination.v4, |it| u128::from(it >> 12))
            .zip(neighbourhoods(&when.destination.v6, |it| it >> 80))
            .map(|(v4, v6)| {
                let v4 = v4.into_iter().map(|it| (false, it));
                v4.chain(v6.into_iter().map(|it| (true, it))).collect()
            });
        let hull = Hull::of(&when.source, &when.destination);
        Self { packets: PacketSet::of_match(when), hull, to }
    }

    fn meets(&self, other: &Self) -> bool {
        self.hull.meets(&other.hull) && self.packets.meets(&other.packets)
    }
}

fn neighbourhoods<A: Point>(to: &RangeSet<A>, of: impl Fn(A) -> u128) -> Option<Vec<u128>> {
    let mut all = Vec::new();
    for (first, last) in to.ranges() {
        let (first, last) = (of(*first), of(*last));
        if last - first >= WIDE || all.len() as u128 >= WIDE {
            return None;
        }
        all.extend(first..=last);
    }
    all.dedup();
    Some(all)
}

impl Directory {
    fn add(&mut self, entry: Entry) {
        let at = self.all.len();
        match &entry.to {
            None => self.wide.push(at),
            Some(to) => to.iter().for_each(|it| self.near.entry(*it).or_default().push(at)),
        }
        self.all.push(entry);
    }

    /// Whether one of them has a packet in common with another line.
    fn meets(&self, other: &Entry) -> bool {
        let Some(to) = &other.to else { return self.all.iter().any(|it| it.meets(other)) };
        let near = to.iter().filter_map(|it| self.near.get(it)).flatten();
        let at = |it: &usize| self.all.get(*it);
        near.chain(&self.wide).filter_map(at).any(|it| it.meets(other))
    }
}

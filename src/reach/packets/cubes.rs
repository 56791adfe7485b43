//! Disjoint products of one family, kept so that those in question are found without looking at all.
//!
//! The products stand in leaves, ordered by their lowest destination. Every leaf knows the hull of
//! its products, so that most leaves are passed over. Copies of a set share the leaves that are
//! not changed. A leaf that overflows first joins products that differ in one respect only.

use super::cube::Cube;
use crate::model::{Point, RangeSet};
use std::sync::Arc;

/// So many products stand in a leaf at most.
const MOST: usize = 64;

/// Disjoint products, none of them empty.
#[derive(Clone, Debug)]
pub(super) struct Cubes<A> {
    leaves: Vec<Arc<Leaf<A>>>,
}

#[derive(Clone, Debug)]
struct Leaf<A> {
    hull: Hull<A>,
    cubes: Vec<Cube<A>>,
}

/// From the smallest to the largest number in some respects.
#[derive(Clone, Copy, Debug)]
struct Hull<A> {
    destination: (A, A),
    source: (A, A),
    ports: (u16, u16),
    protocols: (u8, u8),
}

impl<A: Point> Hull<A> {
    /// Of a product that is not empty.
    fn of(cube: &Cube<A>) -> Self {
        Self {
            destination: ends(&cube.destination),
            source: ends(&cube.source),
            ports: ends(&cube.destination_ports),
            protocols: ends(&cube.protocols),
        }
    }

    fn join(self, other: Self) -> Self {
        Self {
            destination: joined(self.destination, other.destination),
            source: joined(self.source, other.source),
            ports: joined(self.ports, other.ports),
            protocols: joined(self.protocols, other.protocols),
        }
    }

    fn meets(&self, other: &Self) -> bool {
        meet(self.destination, other.destination)
            && meet(self.source, other.source)
            && meet(self.ports, other.ports)
            && meet(self.protocols, other.protocols)
    }
}

fn ends<T: Point>(set: &RangeSet<T>) -> (T, T) {
    let ranges = set.ranges();
    let first = ranges.first().map_or(T::FIRST, |it| it.0);
    (first, ranges.last().map_or(T::LAST, |it| it.1))
}

fn joined<T: Ord>(a: (T, T), b: (T, T)) -> (T, T) {
    (a.0.min(b.0), a.1.max(b.1))
}

fn meet<T: Ord>(a: (T, T), b: (T, T)) -> bool {
    a.0 <= b.1 && b.0 <= a.1
}

impl<A> Default for Cubes<A> {
    fn default() -> Self {
        Self { leaves: Vec::new() }
    }
}

impl<A: Point> Leaf<A> {
    /// Of products of which there is one at least.
    fn of(cubes: Vec<Cube<A>>) -> Option<Self> {
        let hull = cubes.iter().map(Hull::of).reduce(Hull::join)?;
        Some(Self { hull, cubes })
    }
}

impl<A: Point> Cubes<A> {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// All, in an order that depends on how the set was made.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Cube<A>> {
        self.leaves.iter().flat_map(|it| &it.cubes)
    }

    /// Those that have a packet in common with a product that is not empty.
    pub(super) fn meeting<'a>(&'a self, cube: &'a Cube<A>) -> impl Iterator<Item = &'a Cube<A>> {
        let hull = Hull::of(cube);
        let leaves =
            self.leaves.iter().take_while(move |it| it.hull.destination.0 <= hull.destination.1);
        let leaves = leaves.filter(move |it| it.hull.meets(&hull));
        leaves.flat_map(|it| &it.cubes).filter(|it| it.meets(cube))
    }

    /// Adds a product that is not empty and that none of the others meets.
    pub(super) fn push(&mut self, cube: Cube<A>) {
        let hull = Hull::of(&cube);
        let after = self.leaves.partition_point(|it| it.hull.destination.0 <= hull.destination.0);
        let at = after.saturating_sub(1);
        let Some(leaf) = self.leaves.get_mut(at) else {
            return self.leaves.extend(Leaf::of(vec![cube]).map(Arc::new));
        };
        let leaf = Arc::make_mut(leaf);
        leaf.hull = leaf.hull.join(hull);
        leaf.cubes.push(cube);
        if leaf.cubes.len() > MOST {
            join(&mut leaf.cubes);
            if leaf.cubes.len() > MOST / 4 * 3 {
                leaf.cubes.sort_by_key(|it| ends(&it.destination).0);
                let upper = leaf.cubes.split_off(leaf.cubes.len() / 2);
                let lower = std::mem::take(&mut leaf.cubes);
                let halves = [lower, upper].map(|it| Leaf::of(it).map(Arc::new));
                self.leaves.splice(at..=at, halves.into_iter().flatten());
            }
        }
    }

    /// Adds the part of a product that is not there yet.
    pub(super) fn add(&mut self, cube: Cube<A>) {
        self.outside(&cube).into_iter().for_each(|it| self.push(it));
    }

    /// The part of a product that is in none of these.
    pub(super) fn outside(&self, cube: &Cube<A>) -> Vec<Cube<A>> {
        if cube.is_empty() {
            return Vec::new();
        }
        let mut left = vec![cube.clone()];
        for known in self.meeting(cube) {
            let mut rest = Vec::with_capacity(left.len());
            left.into_iter().for_each(|it| it.without(known, &mut rest));
            left = rest;
            if left.is_empty() {
                break;
            }
        }
        left
    }

    /// Takes a product away.
    pub(super) fn take(&mut self, gone: &Cube<A>) {
        if gone.is_empty() {
            return;
        }
        let hull = Hull::of(gone);
        let reach = self.leaves.partition_point(|it| it.hull.destination.0 <= hull.destination.1);
        let mut pieces = Vec::new();
        let mut emptied = false;
        for leaf in self.leaves.iter_mut().take(reach).filter(|it| it.hull.meets(&hull)) {
            let Some(mut at) = leaf.cubes.iter().position(|it| it.meets(gone)) else { continue };
            let leaf = Arc::make_mut(leaf);
            while let Some(it) = leaf.cubes.get(at) {
                match it.meets(gone) {
                    true => leaf.cubes.swap_remove(at).without(gone, &mut pieces),
                    false => at += 1,
                }
            }
            match leaf.cubes.iter().map(Hull::of).reduce(Hull::join) {
                Some(hull) => leaf.hull = hull,
                None => emptied = true,
            }
        }
        if emptied {
            self.leaves.retain(|it| !it.cubes.is_empty());
        }
        pieces.into_iter().for_each(|it| self.push(it));
    }
}

/// Joins products that differ in one respect only, as long as there are any.
fn join<A: Point>(cubes: &mut Vec<Cube<A>>) {
    let mut at = 0;
    while at < cubes.len() {
        let (done, rest) = cubes.split_at_mut(at);
        let Some(cube) = rest.first() else { return };
        match done.iter_mut().position(|it| it.join(cube)) {
            // What has grown may now fit one before it.
            Some(grown) => {
                cubes.swap_remove(at);
                cubes.swap(grown, at - 1);
                at -= 1;
            }
            None => at += 1,
        }
    }
}

impl<A: Point> FromIterator<Cube<A>> for Cubes<A> {
    /// Of products that may overlap or be empty.
    fn from_iter<I: IntoIterator<Item = Cube<A>>>(all: I) -> Self {
        let mut cubes = Self::default();
        all.into_iter().for_each(|it| cubes.add(it));
        cubes
    }
}

//! The longest prefix for whole sets of addresses: the address space cut where a network begins or
//! ends, so that only the networks that a set meets are looked at.

use crate::model::{Point, RangeSet};
use std::collections::BTreeMap;

/// Networks of one family, each in at most one other that is the next larger one.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefixes<T> {
    /// For each network the next larger one around it.
    around: Vec<Option<usize>>,
    /// Ranges in order, with the smallest network that each lies in.
    cuts: Vec<(T, T, usize)>,
}

impl<T: Point> Prefixes<T> {
    /// Networks as ranges, sorted by their first address and then the larger one first. Of two
    /// networks, one lies in the other or they have nothing in common.
    pub(super) fn new(networks: &[(T, T)]) -> Self {
        let mut it = Self { around: Vec::with_capacity(networks.len()), cuts: Vec::new() };
        // The networks that are open, and the first address that is in no range yet.
        let mut open: Vec<(usize, T)> = Vec::new();
        let mut at = Some(T::FIRST);
        for (nth, (first, last)) in networks.iter().enumerate() {
            while let Some((inner, end)) = open.pop_if(|(_, end)| *end < *first) {
                it.cut(&mut at, end, inner);
            }
            if let (Some((outer, _)), Some(end)) = (open.last(), first.previous()) {
                it.cut(&mut at, end, *outer);
            }
            it.around.push(open.last().map(|(outer, _)| *outer));
            open.push((nth, *last));
            at = Some(*first);
        }
        while let Some((inner, end)) = open.pop() {
            it.cut(&mut at, end, inner);
        }
        it
    }

    fn cut(&mut self, at: &mut Option<T>, end: T, network: usize) {
        if let Some(first) = at.filter(|first| *first <= end) {
            self.cuts.push((first, end, network));
            *at = end.next();
        }
    }

    /// The networks that addresses lie in, each with those for which it is the smallest.
    pub(super) fn smallest(&self, addresses: &RangeSet<T>) -> BTreeMap<usize, RangeSet<T>> {
        let mut found: BTreeMap<usize, Vec<(T, T)>> = BTreeMap::new();
        for (first, last) in addresses.ranges() {
            let start = self.cuts.partition_point(|(_, end, _)| end < first);
            let cuts = self.cuts.get(start..).unwrap_or_default();
            for (begin, end, network) in cuts.iter().take_while(|(begin, ..)| begin <= last) {
                found.entry(*network).or_default().push((*begin.max(first), *end.min(last)));
            }
        }
        found.into_iter().map(|(network, ranges)| (network, RangeSet::of(ranges))).collect()
    }

    /// The next larger network around one.
    pub(super) fn around(&self, network: usize) -> Option<usize> {
        self.around.get(network).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::Prefixes;
    use crate::model::RangeSet;

    #[test]
    fn every_address_is_in_its_smallest_network() {
        // 0/0, 64/2, 64/3, 96/8, 255/8 of eight bits.
        let networks = [(0_u8, 255), (64, 127), (64, 95), (96, 96), (255, 255)];
        let prefixes = Prefixes::new(&networks);
        for address in 0..=u8::MAX {
            let inside = |(first, last): &(u8, u8)| (*first..=*last).contains(&address);
            let smallest = networks.iter().enumerate().filter(|(_, it)| inside(it));
            let smallest = smallest.min_by_key(|(_, (first, last))| last - first).map(|it| it.0);
            let found = prefixes.smallest(&RangeSet::one(address));
            assert_eq!(found.keys().next().copied(), smallest, "{address}");
            assert_eq!(found.len(), 1);
        }
        let all = prefixes.smallest(&RangeSet::all());
        assert_eq!(all.get(&0).map(|it| it.ranges().to_vec()), Some(vec![(0, 63), (128, 254)]));
        assert_eq!(
            [0, 1, 2, 3, 4].map(|at| prefixes.around(at)),
            [None, Some(0), Some(1), Some(1), Some(0)]
        );
        assert!(Prefixes::new(&[(10_u8, 20)]).smallest(&RangeSet::range(21, 40)).is_empty());
    }
}

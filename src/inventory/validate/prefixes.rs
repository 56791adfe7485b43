//! Networks as ranges of numbers, found by position instead of one by one.

use crate::model::IpNetwork;
use std::cmp::Reverse;

/// The addresses of a network, of either family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Range {
    six: bool,
    first: u128,
    last: u128,
}

impl Range {
    /// All addresses of the network, whatever host bits were written.
    pub(super) fn of(network: IpNetwork) -> Self {
        match network {
            IpNetwork::V4(it) => Self {
                six: false,
                first: u32::from(it.network()).into(),
                last: u32::from(it.broadcast()).into(),
            },
            IpNetwork::V6(it) => {
                Self { six: true, first: it.network().into(), last: it.broadcast().into() }
            }
        }
    }

    /// The one address of a host, whatever prefix length was written.
    pub(super) fn host(network: IpNetwork) -> Self {
        let (six, address) = match network {
            IpNetwork::V4(it) => (false, u32::from(it.ip()).into()),
            IpNetwork::V6(it) => (true, it.ip().into()),
        };
        Self { six, first: address, last: address }
    }

    fn contains(self, other: Self) -> bool {
        self.six == other.six && self.first <= other.first && other.last <= self.last
    }

    /// Outer ranges before the inner ones that begin at the same address.
    fn order(self) -> (bool, u128, Reverse<u128>) {
        (self.six, self.first, Reverse(self.last))
    }
}

/// Networks with something attached to each. Two networks never overlap in part: they are apart,
/// or one contains the other, so the containing ones of any network form a chain.
#[derive(Debug)]
pub(super) struct Prefixes<T> {
    entries: Vec<(Range, T)>,
    /// For each entry the innermost one around it.
    around: Vec<Option<usize>>,
}

impl<T: PartialEq> Prefixes<T> {
    /// The same network with the same thing is kept once.
    pub(super) fn new(mut entries: Vec<(Range, T)>) -> Self {
        entries.sort_by_key(|(range, _)| range.order());
        entries.dedup_by(|b, a| a == b);
        let mut around: Vec<Option<usize>> = Vec::with_capacity(entries.len());
        for (at, (range, _)) in entries.iter().enumerate() {
            let mut outer = at.checked_sub(1);
            while let Some(candidate) = outer {
                if entries[candidate].0.contains(*range) {
                    break;
                }
                outer = around[candidate];
            }
            around.push(outer);
        }
        Self { entries, around }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What is attached to the networks that contain `inner`, the innermost first.
    pub(super) fn containing(&self, inner: Range) -> impl Iterator<Item = &T> {
        let behind = |(range, _): &(Range, T)| (range.six, range.first) <= (inner.six, inner.first);
        let last = self.entries.partition_point(behind).checked_sub(1);
        std::iter::successors(last, |at| self.around[*at])
            .map(|at| &self.entries[at])
            .filter(move |(range, _)| range.contains(inner))
            .map(|(_, thing)| thing)
    }

    /// Whether any network has an address in common with `range`.
    pub(super) fn touches(&self, range: Range) -> bool {
        let before = |(it, _): &(Range, T)| (it.six, it.first) < (range.six, range.first);
        let next = self.entries.get(self.entries.partition_point(before));
        self.containing(range).next().is_some()
            || next.is_some_and(|(it, _)| it.six == range.six && it.first <= range.last)
    }

    /// Each entry with the innermost one around it that `apart` calls another's.
    pub(super) fn nested<'a>(
        &'a self,
        apart: impl Fn(&T, &T) -> bool + 'a,
    ) -> impl Iterator<Item = (&'a T, &'a T)> {
        self.entries.iter().enumerate().filter_map(move |(at, it)| {
            let chain = std::iter::successors(self.around[at], |outer| self.around[*outer]);
            let mut outer = chain.map(|outer| &self.entries[outer].1);
            outer.find(|outer| apart(&it.1, outer)).map(|outer| (&it.1, outer))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Prefixes, Range};

    fn range(text: &str) -> Range {
        Range::of(text.parse().unwrap_or_else(|_| unreachable!("{text}")))
    }

    #[test]
    fn the_innermost_network_comes_first() {
        let names = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.2.0.0/16", "::/0"];
        let prefixes = Prefixes::new(names.iter().map(|name| (range(name), *name)).collect());
        let around = |text: &str| prefixes.containing(range(text)).copied().collect::<Vec<_>>();
        assert_eq!(around("10.1.2.3"), ["10.1.2.0/24", "10.1.0.0/16", "10.0.0.0/8"]);
        assert_eq!(around("10.1.3.0/24"), ["10.1.0.0/16", "10.0.0.0/8"]);
        assert_eq!(around("10.3.0.1"), ["10.0.0.0/8"]);
        assert_eq!(around("fd00::1"), ["::/0"]);
        assert!(around("11.0.0.1").is_empty());
        assert!(prefixes.touches(range("0.0.0.0/0")));
        assert!(!prefixes.touches(range("192.0.2.0/24")));
    }
}

//! Numbers that keep their place in a set while the set is exchanged for another of the same size.

use crate::model::{AddressSet, Point, RangeSet};

/// Where each number of one set goes in another of the same size: the first becomes the first, and
/// so on.
#[derive(Clone, Debug)]
pub(super) struct Shift<T>(Vec<(T, T, u128)>);

impl<T: Point + Into<u128> + TryFrom<u128>> Shift<T> {
    /// `None` when the sets differ in size.
    pub(super) fn new(old: &RangeSet<T>, new: &RangeSet<T>) -> Option<Self> {
        let wide = |set: &RangeSet<T>| -> Vec<(u128, u128)> {
            set.ranges()
                .iter()
                .rev()
                .map(|(first, last)| ((*first).into(), (*last).into()))
                .collect()
        };
        let (mut old, mut new) = (wide(old), wide(new));
        let mut pieces = Vec::new();
        while let (Some(&(a, a_end)), Some(&(b, b_end))) = (old.last(), new.last()) {
            old.pop();
            new.pop();
            let size = (a_end - a).min(b_end - b);
            pieces.push((narrow(a)?, narrow(b)?, size));
            // What is longer goes on behind the piece.
            if a + size < a_end {
                old.push((a + size + 1, a_end));
            }
            if b + size < b_end {
                new.push((b + size + 1, b_end));
            }
        }
        (old.is_empty() && new.is_empty()).then_some(Self(pieces))
    }

    /// What becomes of some numbers; those that were not in the old set are lost.
    pub(super) fn of(&self, set: &RangeSet<T>) -> RangeSet<T> {
        let mut moved = Vec::new();
        for (old, new, size) in &self.0 {
            let (from, to): (u128, u128) = ((*old).into(), (*new).into());
            let Some(end) = narrow(from + size) else { continue };
            for (first, last) in set.intersection(&RangeSet::range(*old, end)).ranges() {
                let at = |it: T| narrow(it.into() - from + to);
                moved.extend(at(*first).zip(at(*last)));
            }
        }
        RangeSet::of(moved)
    }
}

fn narrow<T: TryFrom<u128>>(number: u128) -> Option<T> {
    T::try_from(number).ok()
}

/// The same for addresses of both families.
#[derive(Clone, Debug)]
pub(super) struct AddressShift(Shift<u32>, Shift<u128>);

impl AddressShift {
    /// `None` when the sets differ in size.
    pub(super) fn new(old: &AddressSet, new: &AddressSet) -> Option<Self> {
        Some(Self(Shift::new(&old.v4, &new.v4)?, Shift::new(&old.v6, &new.v6)?))
    }

    /// What becomes of some addresses.
    pub(super) fn of(&self, set: &AddressSet) -> AddressSet {
        AddressSet { v4: self.0.of(&set.v4), v6: self.1.of(&set.v6) }
    }
}

#[cfg(test)]
mod tests {
    use super::Shift;
    use crate::model::RangeSet;

    #[test]
    fn the_first_becomes_the_first_across_gaps() {
        let old = RangeSet::of([(0_u8, 2), (10, 12)]);
        let new = RangeSet::of([(100, 101), (200, 202), (255, 255)]);
        let shift = Shift::new(&old, &new).map(|it| {
            [0_u8, 1, 2, 10, 11, 12].map(|at| it.of(&RangeSet::one(at)).ranges().to_vec())
        });
        let each = [100, 101, 200, 201, 202, 255].map(|at| vec![(at, at)]);
        assert_eq!(shift, Some(each));
        assert!(
            [4, 6].iter().all(|last| Shift::new(&old, &RangeSet::range(0_u8, *last)).is_none())
        );
        let all = RangeSet::<u128>::all();
        assert!(Shift::new(&all, &all).is_some_and(|it| it.of(&all) == all));
    }
}

//! Sets of numbers as sorted, disjoint, non-touching ranges: addresses, ports, protocols.
//!
//! One set has one form, so equality of values is equality of sets.

/// A number that ranges can be made of.
pub trait Point: Copy + Ord + std::fmt::Debug {
    /// The smallest.
    const FIRST: Self;
    /// The largest.
    const LAST: Self;
    /// The next larger one; `None` after the largest.
    fn next(self) -> Option<Self>;
    /// The next smaller one; `None` before the smallest.
    fn previous(self) -> Option<Self>;
}

macro_rules! points {
    ($($number:ty),+) => {$(
        impl Point for $number {
            const FIRST: Self = <$number>::MIN;
            const LAST: Self = <$number>::MAX;
            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }
            fn previous(self) -> Option<Self> {
                self.checked_sub(1)
            }
        }
    )+};
}
points!(u8, u16, u32, u128);

/// A set of numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RangeSet<T>(Vec<(T, T)>);

impl<T> Default for RangeSet<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Point> RangeSet<T> {
    /// No number.
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// Every number.
    pub fn all() -> Self {
        Self(vec![(T::FIRST, T::LAST)])
    }

    /// One number.
    pub fn one(value: T) -> Self {
        Self(vec![(value, value)])
    }

    /// From one number to another, both included; none when they are the wrong way round.
    pub fn range(first: T, last: T) -> Self {
        if first <= last { Self(vec![(first, last)]) } else { Self::none() }
    }

    /// The union of ranges in any order.
    pub fn of(ranges: impl IntoIterator<Item = (T, T)>) -> Self {
        let mut sorted: Vec<(T, T)> = ranges.into_iter().filter(|(a, b)| a <= b).collect();
        sorted.sort_unstable();
        let mut joined: Vec<(T, T)> = Vec::with_capacity(sorted.len());
        for (first, last) in sorted {
            match joined.last_mut() {
                Some((_, end)) if end.next().is_none_or(|next| first <= next) => {
                    *end = (*end).max(last);
                }
                _ => joined.push((first, last)),
            }
        }
        Self(joined)
    }

    /// The ranges, sorted, disjoint and not touching.
    pub fn ranges(&self) -> &[(T, T)] {
        &self.0
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it holds every number.
    pub fn is_all(&self) -> bool {
        self.0.as_slice() == [(T::FIRST, T::LAST)]
    }

    /// Whether it holds a number.
    pub fn contains(&self, value: T) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= value);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, last)| value <= *last)
    }

    /// Everything in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::of(self.0.iter().chain(&other.0).copied())
    }

    /// Everything in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut common = Vec::new();
        while let (Some((a1, a2)), Some((b1, b2))) = (a.peek(), b.peek()) {
            let (first, last) = (*a1.max(b1), *a2.min(b2));
            if first <= last {
                common.push((first, last));
            }
            if a2 <= b2 {
                a.next()
            } else {
                b.next()
            };
        }
        Self(common)
    }

    /// Everything that is not in it.
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut outside = Vec::with_capacity(self.0.len() + 1);
        let mut from = Some(T::FIRST);
        for (first, last) in &self.0 {
            if let (Some(start), Some(end)) = (from, first.previous())
                && start <= end
            {
                outside.push((start, end));
            }
            from = last.next();
        }
        outside.extend(from.map(|start| (start, T::LAST)));
        Self(outside)
    }

    /// Everything in this one that is not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.intersection(&other.complement())
    }

    /// Whether everything of the other is in this one.
    pub fn includes(&self, other: &Self) -> bool {
        other.0.iter().all(|(first, last)| {
            let after = self.0.partition_point(|(start, _)| start <= first);
            let before = after.checked_sub(1).and_then(|at| self.0.get(at));
            before.is_some_and(|(_, end)| last <= end)
        })
    }

    /// Whether the two have a number in common.
    pub fn meets(&self, other: &Self) -> bool {
        !self.intersection(other).is_empty()
    }
}

impl<T: Point> FromIterator<(T, T)> for RangeSet<T> {
    fn from_iter<I: IntoIterator<Item = (T, T)>>(ranges: I) -> Self {
        Self::of(ranges)
    }
}

#[cfg(test)]
mod tests {
    use super::RangeSet;

    /// Every subset of a small universe, as ranges of `u8` below 6 and everything above.
    fn subsets() -> impl Iterator<Item = RangeSet<u8>> {
        (0_u8..128).map(|bits| {
            RangeSet::of((0..7).filter(|at| bits & (1 << at) != 0).map(|at| match at {
                6 => (6, u8::MAX),
                low => (low, low),
            }))
        })
    }

    #[test]
    fn algebra_agrees_with_membership() {
        let sets: Vec<_> = subsets().collect();
        for a in &sets {
            assert_eq!(&a.complement().complement(), a);
            for b in &sets {
                let (or, and, minus) = (a.union(b), a.intersection(b), a.difference(b));
                for x in [0, 1, 2, 3, 4, 5, 6, 7, u8::MAX] {
                    let (ina, inb) = (a.contains(x), b.contains(x));
                    assert_eq!(or.contains(x), ina || inb);
                    assert_eq!(and.contains(x), ina && inb);
                    assert_eq!(minus.contains(x), ina && !inb);
                }
                assert_eq!(a.includes(b), b.difference(a).is_empty());
                assert_eq!(a.meets(b), !and.is_empty());
                assert_eq!(a == b, a.includes(b) && b.includes(a));
            }
        }
    }
}

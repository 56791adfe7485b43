//! Sets of numbers as sorted, disjoint, non-touching ranges: addresses, ports, protocols.
//!
//! One set has one form, so equality of values is equality of sets.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

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

/// A set of numbers. Most sets are one range, which needs no memory of its own; larger ones are
/// shared by their copies.
#[derive(Clone)]
pub struct RangeSet<T>(Kept<T>);

/// How ranges are kept: one set in one way only.
#[derive(Clone)]
enum Kept<T> {
    None,
    One((T, T)),
    /// At least two.
    Many(Arc<Vec<(T, T)>>),
}

impl<T> Default for RangeSet<T> {
    fn default() -> Self {
        Self(Kept::None)
    }
}

impl<T> RangeSet<T> {
    /// The ranges, sorted, disjoint and not touching.
    pub fn ranges(&self) -> &[(T, T)] {
        match &self.0 {
            Kept::None => &[],
            Kept::One(range) => std::slice::from_ref(range),
            Kept::Many(ranges) => ranges,
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        matches!(self.0, Kept::None)
    }
}

impl<T: Point> RangeSet<T> {
    /// No number.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every number.
    pub fn all() -> Self {
        Self(Kept::One((T::FIRST, T::LAST)))
    }

    /// One number.
    pub fn one(value: T) -> Self {
        Self(Kept::One((value, value)))
    }

    /// From one number to another, both included; none when they are the wrong way round.
    pub fn range(first: T, last: T) -> Self {
        if first <= last { Self(Kept::One((first, last))) } else { Self::none() }
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
        Self::kept(joined)
    }

    /// Keeps ranges that are sorted, disjoint and not touching.
    fn kept(ranges: Vec<(T, T)>) -> Self {
        Self(match ranges.as_slice() {
            [] => Kept::None,
            [one] => Kept::One(*one),
            _ => Kept::Many(Arc::new(ranges)),
        })
    }

    /// Whether it holds every number.
    pub fn is_all(&self) -> bool {
        matches!(self.0, Kept::One(range) if range == (T::FIRST, T::LAST))
    }

    /// Whether it holds a number.
    pub fn contains(&self, value: T) -> bool {
        self.meets_range(value, value)
    }

    /// Everything in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if self.includes(other) {
            return self.clone();
        }
        Self::of(self.ranges().iter().chain(other.ranges()).copied())
    }

    /// Everything in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (Kept::None, _) | (_, Kept::None) => Self::none(),
            (Kept::One(a), Kept::One(b)) => Self::range(a.0.max(b.0), a.1.min(b.1)),
            (Kept::One(a), Kept::Many(_)) => other.within(*a),
            (Kept::Many(_), Kept::One(b)) => self.within(*b),
            (Kept::Many(a), Kept::Many(b)) if Arc::ptr_eq(a, b) => self.clone(),
            (Kept::Many(a), Kept::Many(b)) => Self::kept(common(a, b)),
        }
    }

    /// What of it lies in a range.
    fn within(&self, (first, last): (T, T)) -> Self {
        let ranges = self.ranges();
        let from = ranges.partition_point(|it| it.1 < first);
        let to = ranges.partition_point(|it| it.0 <= last);
        let inside = ranges.get(from..to).unwrap_or_default();
        let whole = inside.len() == ranges.len()
            && ranges.first().is_none_or(|it| first <= it.0)
            && ranges.last().is_none_or(|it| it.1 <= last);
        if whole {
            return self.clone();
        }
        Self::kept(inside.iter().map(|it| (it.0.max(first), it.1.min(last))).collect())
    }

    /// Everything that is not in it.
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut outside = Vec::with_capacity(self.ranges().len() + 1);
        let mut from = Some(T::FIRST);
        for (first, last) in self.ranges() {
            if let (Some(start), Some(end)) = (from, first.previous())
                && start <= end
            {
                outside.push((start, end));
            }
            from = last.next();
        }
        outside.extend(from.map(|start| (start, T::LAST)));
        Self::kept(outside)
    }

    /// Everything in this one that is not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        if !self.meets(other) {
            return self.clone();
        }
        // Ranges before and after everything that goes are kept as they are.
        let (all, gone) = (self.ranges(), other.ranges());
        let from = gone.first().map_or(0, |it| all.partition_point(|own| own.1 < it.0));
        let to = gone.last().map_or(0, |it| all.partition_point(|own| own.0 <= it.1));
        let (before, rest) = all.split_at(from.min(all.len()));
        let (between, after) = rest.split_at(to.saturating_sub(from).min(rest.len()));
        let mut rest = Vec::with_capacity(all.len() + gone.len());
        rest.extend_from_slice(before);
        let mut gone = gone.iter().peekable();
        for (first, last) in between {
            let mut from = Some(*first);
            while let (Some(start), Some((a, b))) = (from, gone.peek()) {
                if *a > *last {
                    break;
                }
                if *b >= start {
                    rest.extend(a.previous().filter(|end| start <= *end).map(|end| (start, end)));
                    from = b.next().filter(|next| next <= last);
                }
                if *b > *last {
                    break;
                }
                gone.next();
            }
            rest.extend(from.map(|start| (start, *last)));
        }
        rest.extend_from_slice(after);
        Self::kept(rest)
    }

    /// Whether everything of the other is in this one.
    pub fn includes(&self, other: &Self) -> bool {
        let ranges = self.ranges();
        other.ranges().iter().all(|(first, last)| {
            let after = ranges.partition_point(|(start, _)| start <= first);
            let before = after.checked_sub(1).and_then(|at| ranges.get(at));
            before.is_some_and(|(_, end)| last <= end)
        })
    }

    /// Whether the two have a number in common.
    pub fn meets(&self, other: &Self) -> bool {
        let (few, many) = match self.ranges().len() <= other.ranges().len() {
            true => (self, other),
            false => (other, self),
        };
        few.ranges().iter().any(|(first, last)| many.meets_range(*first, *last))
    }

    fn meets_range(&self, first: T, last: T) -> bool {
        match &self.0 {
            Kept::None => false,
            Kept::One((a, b)) => *a <= last && first <= *b,
            Kept::Many(ranges) => {
                let from = ranges.partition_point(|it| it.1 < first);
                ranges.get(from).is_some_and(|it| it.0 <= last)
            }
        }
    }
}

/// What two lists of sorted ranges have in common.
fn common<T: Point>(a: &[(T, T)], b: &[(T, T)]) -> Vec<(T, T)> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
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
    common
}

impl<T: PartialEq> PartialEq for RangeSet<T> {
    fn eq(&self, other: &Self) -> bool {
        self.ranges() == other.ranges()
    }
}

impl<T: Eq> Eq for RangeSet<T> {}

impl<T: Ord> PartialOrd for RangeSet<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By the ranges in their order.
impl<T: Ord> Ord for RangeSet<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.ranges().cmp(other.ranges())
    }
}

impl<T: Hash> Hash for RangeSet<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ranges().hash(state);
    }
}

impl<T: fmt::Debug> fmt::Debug for RangeSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RangeSet").field(&self.ranges()).finish()
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

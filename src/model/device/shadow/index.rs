//! Finds the lines that may be about a packet, without looking at all lines.

use super::boxes::{PackedBox, Point, Ranges, TELLING};
use std::collections::BTreeMap;

/// So many lines are looked at for one packet.
const MOST: usize = 4096;

/// Lines by the respect in which they are most particular.
#[derive(Debug)]
pub(super) struct Index {
    trees: Vec<(usize, Tree)>,
    /// Lines that no respect tells from others.
    broad: Vec<u32>,
}

impl Index {
    /// Of the lines that cover others.
    pub(super) fn new(lines: &[Vec<PackedBox>], covering: &[bool]) -> Self {
        let boxes = || {
            let covering = lines.iter().zip(covering).enumerate().filter(|(_, (_, it))| **it);
            covering.flat_map(|(at, (boxes, _))| boxes.iter().map(move |it| (at as u32, it)))
        };
        // A line is filed where the fewest others have the same ranges.
        let mut shared: BTreeMap<(usize, &Ranges), usize> = BTreeMap::new();
        for (_, one) in boxes() {
            for (respect, ranges) in telling(one) {
                *shared.entry((respect, ranges)).or_default() += 1;
            }
        }
        let mut filed: BTreeMap<usize, Vec<(u32, &Ranges)>> = BTreeMap::new();
        let mut broad: Vec<u32> = Vec::new();
        for (line, one) in boxes() {
            let best =
                telling(one).min_by_key(|key| shared.get(key).copied().unwrap_or(usize::MAX));
            match best {
                Some((respect, ranges)) => {
                    filed.entry(respect).or_default().push((line, ranges));
                }
                None if broad.last() != Some(&line) => broad.push(line),
                None => {}
            }
        }
        let trees = filed.into_iter().map(|(respect, lines)| (respect, Tree::new(&lines)));
        Self { trees: trees.collect(), broad }
    }

    /// The first line before a place that satisfies a condition, of those that may be about a packet.
    pub(super) fn first(
        &self,
        point: &Point,
        before: usize,
        condition: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let mut best = before;
        let mut left = MOST;
        let mut look = |lines: &[u32], best: &mut usize| {
            for line in lines.iter().map(|it| *it as usize).take_while(|it| *it < *best) {
                if left == 0 {
                    return;
                }
                left -= 1;
                if condition(line) {
                    *best = line;
                    return;
                }
            }
        };
        look(&self.broad, &mut best);
        for (respect, tree) in &self.trees {
            if let Some(value) = point.get(*respect) {
                tree.at(*value, |lines| look(lines, &mut best));
            }
        }
        (best < before).then_some(best)
    }
}

/// The respects in which a box is particular.
fn telling(one: &PackedBox) -> impl Iterator<Item = (usize, &Ranges)> {
    TELLING.iter().filter_map(|respect| {
        let ranges = one.0.get(*respect)?;
        let everything = match ranges.as_slice() {
            [(0, last)] => [u128::from(u16::MAX), u128::from(u32::MAX), u128::MAX].contains(last),
            _ => false,
        };
        (!everything).then_some((*respect, ranges))
    })
}

/// Ranges of lines, to be asked for those around a number: a segment tree over the places where
/// ranges begin and end.
#[derive(Debug)]
struct Tree {
    /// Where something begins or has ended, sorted; slot 0 is before the first.
    cuts: Vec<u128>,
    /// Nodes as in a heap, each with the lines that hold for all of it, in order.
    nodes: Vec<Vec<u32>>,
}

impl Tree {
    fn new(lines: &[(u32, &Ranges)]) -> Self {
        let ends = lines.iter().flat_map(|(_, ranges)| ranges.iter());
        let mut cuts: Vec<u128> =
            ends.flat_map(|(first, last)| [Some(*first), last.checked_add(1)]).flatten().collect();
        cuts.sort_unstable();
        cuts.dedup();
        let mut tree = Self { nodes: vec![Vec::new(); 2 * (cuts.len() + 1)], cuts };
        for (line, ranges) in lines {
            for (first, last) in *ranges {
                tree.insert(*line, tree.slot(*first), tree.slot(*last) + 1);
            }
        }
        tree
    }

    fn slot(&self, value: u128) -> usize {
        self.cuts.partition_point(|cut| *cut <= value)
    }

    fn leaves(&self) -> usize {
        self.nodes.len() / 2
    }

    /// Files a line under the nodes that make up the slots from one to before another.
    fn insert(&mut self, line: u32, from: usize, to: usize) {
        let (mut from, mut to) = (from + self.leaves(), to + self.leaves());
        let mut file = |at: usize| {
            if let Some(node) = self.nodes.get_mut(at)
                && node.last() != Some(&line)
            {
                node.push(line);
            }
        };
        while from < to {
            if from % 2 == 1 {
                file(from);
                from += 1;
            }
            if to % 2 == 1 {
                to -= 1;
                file(to);
            }
            from /= 2;
            to /= 2;
        }
    }

    /// Shows the lists of lines around a number.
    fn at(&self, value: u128, mut look: impl FnMut(&[u32])) {
        let mut node = self.slot(value) + self.leaves();
        while node > 0 {
            if let Some(lines) = self.nodes.get(node) {
                look(lines);
            }
            node /= 2;
        }
    }
}

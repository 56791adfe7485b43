//! Packets of one family as boxes: in every respect a list of ranges of numbers.

use crate::model::device::{Match, States, Transport};
use crate::model::{self, RangeSet};

/// Respects in which packets differ.
const RESPECTS: usize = 7;
/// The respects by which lines are found: source, destination and destination port.
pub(super) const TELLING: [usize; 3] = [0, 1, 4];

pub(super) type Ranges = Vec<(u128, u128)>;
/// One packet.
pub(super) type Point = [u128; RESPECTS];

/// Source, destination, protocol, source port, destination port, ICMP type and state, each as ranges.
#[derive(Clone, Debug)]
pub(super) struct PackedBox(pub(super) [Ranges; RESPECTS]);

/// A box with one range in every respect.
#[derive(Clone, Debug)]
pub(super) struct Cube([(u128, u128); RESPECTS]);

/// The packets of a match in one family, one box for each transport. Empty when there are none.
pub(super) fn boxes(when: &Match, v6: bool) -> Vec<PackedBox> {
    let (source, destination) = if v6 {
        (wide(&when.source.v6), wide(&when.destination.v6))
    } else {
        (wide(&when.source.v4), wide(&when.destination.v4))
    };
    let states = [States::NEW, States::ESTABLISHED, States::RELATED, States::INVALID];
    let states = (0..).zip(states).filter(|(_, it)| when.states.includes(*it));
    let states = wide(&RangeSet::of(states.map(|(at, _)| (at, at)).collect::<Vec<(u8, u8)>>()));
    let of = |it: &Transport| {
        PackedBox([
            source.clone(),
            destination.clone(),
            wide(&it.protocols),
            wide(&it.source_ports),
            wide(&it.destination_ports),
            wide(&it.icmp_types),
            states.clone(),
        ])
    };
    let boxes = when.transports.iter().map(of);
    boxes.filter(|it| it.0.iter().all(|ranges| !ranges.is_empty())).collect()
}

fn wide<T: model::Point + Into<u128>>(set: &RangeSet<T>) -> Ranges {
    set.ranges().iter().map(|(first, last)| ((*first).into(), (*last).into())).collect()
}

/// Boxes cut into cubes; `None` when these are more than `most`.
pub(super) fn cubes(boxes: &[PackedBox], most: usize) -> Option<Vec<Cube>> {
    let mut all = Vec::new();
    for PackedBox(respects) in boxes {
        let count = respects.iter().try_fold(1_usize, |count, it| count.checked_mul(it.len()))?;
        if all.len() + count > most {
            return None;
        }
        let mut part = vec![Cube([(0, 0); RESPECTS])];
        for (at, ranges) in respects.iter().enumerate() {
            let with = |cube: &Cube| {
                let cube = cube.clone();
                ranges.iter().map(move |range| cube.clone().set(at, *range)).collect::<Vec<_>>()
            };
            part = part.iter().flat_map(with).collect();
        }
        all.append(&mut part);
    }
    Some(all)
}

impl PackedBox {
    pub(super) fn contains(&self, point: &Point) -> bool {
        self.0.iter().zip(point).all(|(ranges, value)| {
            let after = ranges.partition_point(|(first, _)| first <= value);
            let before = after.checked_sub(1).and_then(|at| ranges.get(at));
            before.is_some_and(|(_, last)| value <= last)
        })
    }
}

impl Cube {
    fn set(mut self, respect: usize, range: (u128, u128)) -> Self {
        if let Some(slot) = self.0.get_mut(respect) {
            *slot = range;
        }
        self
    }

    /// One of its packets.
    pub(super) fn corner(&self) -> Point {
        self.0.map(|(first, _)| first)
    }

    /// Adds to `rest` what of it is not in a box.
    pub(super) fn without(self, gone: &PackedBox, rest: &mut Vec<Self>) {
        let mut inside = vec![self];
        for (at, ranges) in gone.0.iter().enumerate() {
            let mut deeper = Vec::with_capacity(inside.len());
            for cube in inside {
                let Some(&(mut first, last)) = cube.0.get(at) else { continue };
                let from = ranges.partition_point(|(_, end)| *end < first);
                let mut done = false;
                for (start, end) in ranges.iter().skip(from).take_while(|it| it.0 <= last) {
                    if *start > first {
                        rest.push(cube.clone().set(at, (first, start - 1)));
                    }
                    deeper.push(cube.clone().set(at, (first.max(*start), last.min(*end))));
                    if *end >= last {
                        done = true;
                        break;
                    }
                    first = end + 1;
                }
                if !done {
                    rest.push(cube.set(at, (first, last)));
                }
            }
            inside = deeper;
        }
    }
}

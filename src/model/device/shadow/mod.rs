//! Lines of a filter that can never take effect, because earlier lines decide all their packets.
//!
//! A line covers others when it is switched on, decides, and is certain about its packets. What
//! calls another list, is not understood or holds only sometimes covers nothing. Several lines
//! together can cover one; that is followed within a fixed budget, and what exceeds it is not
//! told. So every line that is told is dead; not every dead line of a very tangled list is told.

mod boxes;
mod index;

use super::filter::{Filter, FilterLine, Match, Verdict};
use super::names_interface;
use crate::model::RangeSet;
use boxes::{PackedBox, Point, boxes, cubes};
use index::Index;

/// So many covering lines are put together to cover one.
const STEPS: usize = 64;
/// So many pieces of a line are kept apart meanwhile.
const PIECES: usize = 4096;

/// What the earlier lines do with the packets of a line that is never reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shadow {
    /// The same: the line can go.
    Redundant,
    /// Something else, at least with some of them: the list does not do what the line says.
    Contradicted,
}

/// A line that never takes effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadowed {
    /// Its place in the list.
    pub line: usize,
    /// The places of the lines that cover it, in order.
    pub by: Vec<usize>,
    /// What they do.
    pub shadow: Shadow,
    /// When only some of the ports it names are covered: these. `None` for the whole line.
    pub ports: Option<RangeSet<u16>>,
}

impl Filter {
    /// The lines that never take effect, in order. A line that names a few destination ports of
    /// which some are contradicted is told with these ports.
    pub fn shadowed(&self) -> Vec<Shadowed> {
        let covering: Vec<bool> = self.lines.iter().map(covers_others).collect();
        if !covering.iter().any(|it| *it) {
            return Vec::new();
        }
        let search = Search {
            lines: &self.lines,
            families: [false, true].map(|v6| {
                let boxes: Vec<Vec<PackedBox>> =
                    self.lines.iter().map(|line| boxes(&line.when, v6)).collect();
                let index = Index::new(&boxes, &covering);
                (boxes, index)
            }),
        };
        let all = self.lines.iter().enumerate();
        all.flat_map(|(at, line)| match decides_something(line) {
            true => search.line(at, line),
            false => Vec::new(),
        })
        .collect()
    }
}

fn covers_others(line: &FilterLine) -> bool {
    let decides = matches!(line.verdict, Verdict::Permit | Verdict::Deny | Verdict::Return);
    decides && line.enabled && line.when.is_certain()
}

/// Whether it would matter that a line is never reached.
fn decides_something(line: &FilterLine) -> bool {
    line.enabled && line.verdict != Verdict::Continue
}

struct Search<'f> {
    lines: &'f [FilterLine],
    /// For IPv4 and IPv6: the packets of each line, and where to look for lines by a packet.
    families: [(Vec<Vec<PackedBox>>, Index); 2],
}

impl Search<'_> {
    /// What is to be told of a line.
    fn line(&self, at: usize, line: &FilterLine) -> Vec<Shadowed> {
        if let Some(by) = self.covering(at, &line.when) {
            return vec![self.told(at, by, None)];
        }
        let mut dead = Vec::new();
        let mut by: Vec<usize> = Vec::new();
        for port in few_ports(&line.when) {
            let mut part = line.when.clone();
            for transport in &mut part.transports {
                transport.destination_ports =
                    transport.destination_ports.intersection(&RangeSet::one(port));
            }
            if let Some(lines) = self.covering(at, &part)
                && self.shadow(at, &lines) == Shadow::Contradicted
            {
                dead.push((port, port));
                by.extend(lines);
            }
        }
        if dead.is_empty() {
            return Vec::new();
        }
        vec![self.told(at, by, Some(RangeSet::of(dead)))]
    }

    fn told(&self, line: usize, mut by: Vec<usize>, ports: Option<RangeSet<u16>>) -> Shadowed {
        by.sort_unstable();
        by.dedup();
        let shadow = self.shadow(line, &by);
        Shadowed { line, by, shadow, ports }
    }

    fn shadow(&self, line: usize, by: &[usize]) -> Shadow {
        let verdict = |at: usize| self.lines.get(at).map(|it| &it.verdict);
        match by.iter().all(|it| verdict(*it) == verdict(line)) {
            true => Shadow::Redundant,
            false => Shadow::Contradicted,
        }
    }

    /// The lines before a place that decide all of these packets: one that does so alone, or
    /// several. `None` when some packet gets through, or when there is no packet.
    fn covering(&self, before: usize, when: &Match) -> Option<Vec<usize>> {
        let mut pieces = Vec::new();
        for v6 in [false, true] {
            pieces.push(cubes(&boxes(when, v6), PIECES)?);
        }
        let (v4, v6) = (pieces.first()?, pieces.get(1)?);
        let some = v4.first().map(|it| (0, it)).or_else(|| v6.first().map(|it| (1, it)));
        let (family, cube) = some?;
        let (_, index) = self.families.get(family)?;
        let alone = index.first(&cube.corner(), before, |at| {
            self.lines.get(at).is_some_and(|line| includes(&line.when, when))
        });
        if let Some(alone) = alone {
            return Some(vec![alone]);
        }
        let mut by = Vec::new();
        let mut steps = STEPS;
        for (family, cubes) in pieces.into_iter().enumerate() {
            let (boxes, index) = self.families.get(family)?;
            for (from, to) in interfaces(when) {
                let mut left = cubes.clone();
                while let Some(cube) = left.last() {
                    steps = steps.checked_sub(1)?;
                    let point: Point = cube.corner();
                    let decides = |at: usize| {
                        boxes.get(at).is_some_and(|it| it.iter().any(|it| it.contains(&point)))
                            && self.lines.get(at).is_some_and(|line| {
                                wider(&line.when.from, &line.when.not_from, from, &when.not_from)
                                    && wider(&line.when.to, &line.when.not_to, to, &when.not_to)
                                    && after(&line.when, when)
                            })
                    };
                    let line = index.first(&point, before, decides)?;
                    by.push(line);
                    for gone in boxes.get(line)? {
                        let mut rest = Vec::with_capacity(left.len());
                        for cube in left {
                            cube.without(gone, &mut rest);
                        }
                        left = rest;
                        if left.len() > PIECES {
                            return None;
                        }
                    }
                }
            }
        }
        Some(by)
    }
}

/// Whether a line is about all of these packets: each part of it is at least as wide.
fn includes(wide: &Match, narrow: &Match) -> bool {
    interfaces(narrow).iter().all(|(from, to)| {
        wider(&wide.from, &wide.not_from, *from, &narrow.not_from)
            && wider(&wide.to, &wide.not_to, *to, &narrow.not_to)
    }) && after(wide, narrow)
        && wide.states.includes(narrow.states)
        && wide.source.includes(&narrow.source)
        && wide.destination.includes(&narrow.destination)
        && narrow.transports.iter().all(|it| wide.transports.iter().any(|by| by.includes(it)))
}

/// The pairs of incoming and outgoing interfaces that a match names; `None` for all interfaces.
fn interfaces(when: &Match) -> Vec<(Option<&str>, Option<&str>)> {
    fn each(names: &[String]) -> Vec<Option<&str>> {
        match names {
            [] => vec![None],
            names => names.iter().map(|it| Some(it.as_str())).collect(),
        }
    }
    let to = each(&when.to);
    each(&when.from).into_iter().flat_map(|from| to.iter().map(move |to| (from, *to))).collect()
}

/// Whether a line is about packets after at least these translations.
fn after(wide: &Match, narrow: &Match) -> bool {
    let some = !narrow.after.is_empty() && narrow.after.iter().all(|it| wide.after.contains(it));
    wide.after.is_empty() || some
}

/// Whether "these, not those" includes one interface, or all but some.
fn wider(these: &[String], not: &[String], name: Option<&str>, but: &[String]) -> bool {
    let named = match name {
        Some(name) => these.is_empty() || these.iter().any(|it| wide_name(it, name)),
        None => these.is_empty(),
    };
    named
        && not.iter().all(|out| {
            let meets = name.is_none_or(|name| wide_name(out, name) || wide_name(name, out));
            !meets || but.iter().any(|it| wide_name(it, out))
        })
}

/// Whether a name with a wildcard stands for everything that another stands for.
fn wide_name(wide: &str, narrow: &str) -> bool {
    match narrow.strip_suffix(['*', '+']) {
        Some(stem) => wide.ends_with(['*', '+']) && names_interface(wide, stem),
        None => names_interface(wide, narrow),
    }
}

/// The destination ports of a match that lists a few, as people list them; none of one port alone
/// or of longer ranges, whose exceptions are meant.
fn few_ports(when: &Match) -> Vec<u16> {
    const FEW: usize = 16;
    const WIDE: u16 = 3;
    let mut ports = Vec::new();
    for transport in &when.transports {
        for (first, last) in transport.destination_ports.ranges() {
            if last - first >= WIDE || ports.len() >= FEW {
                return Vec::new();
            }
            ports.extend((*first..=*last).filter(|it| !ports.contains(it)).collect::<Vec<_>>());
        }
    }
    if ports.len() < 2 { Vec::new() } else { ports }
}

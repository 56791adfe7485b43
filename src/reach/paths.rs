//! `paths`: everything that can pass from one end to another, in classes; and when nothing can,
//! what blocks it.

use super::ends::{End, Start};
use super::packets::PacketSet;
use super::{Assumptions, Bound, Disposition, Reach, Trace};
use crate::model::{AddressSet, EntityKind, EntityRef, Service, vocabulary};
use crate::source::Span;
use std::collections::BTreeMap;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// From where.
    pub from: End,
    /// To where.
    pub to: End,
    /// For which services, as they are asked for or as they arrive; none means any.
    pub services: Vec<Service>,
    /// Over which interface the packets come in, whatever the inventory says.
    pub at: Option<End>,
}

vocabulary! {
    /// What is answered. No answer is ever "safe".
    Verdict("判定", "verdict") {
        Isolated = "isolated" ("分離確認済", "isolated"),
        Reachable = "reachable" ("到達可能", "reachable"),
        Undetermined = "undetermined" ("判定不能", "undetermined"),
    }
}

/// Packets that get from one start to one thing.
#[derive(Clone, Debug)]
pub struct Class {
    /// Whose packets.
    pub from: EntityRef,
    /// By what they come in, when that is not the same.
    pub by: Option<EntityRef>,
    /// Where they get to.
    pub to: EntityRef,
    /// The packets as they arrive.
    pub packets: PacketSet,
    /// Whether they arrive whatever the unknown turns out to be.
    pub certain: bool,
    /// How they end.
    pub end: Disposition,
    /// The way of one of them; none when no single packet could be followed.
    pub trace: Option<Trace>,
}

/// A packet that does not get there.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Whose packet.
    pub from: EntityRef,
    /// By what it comes in, when that is not the same.
    pub by: Option<EntityRef>,
    /// For whom it was meant.
    pub to: Option<EntityRef>,
    /// Its way, to the line that stopped it.
    pub trace: Trace,
}

/// A device on the way with lines that nobody read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// The device.
    pub thing: EntityRef,
    /// How many lines.
    pub lines: usize,
    /// The first of them.
    pub first: Span,
}

/// The answer.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// What passes: certain ones first.
    pub classes: Vec<Class>,
    /// When nothing passes: what blocks it.
    pub refusals: Vec<Refusal>,
    /// Devices on the way that were not read to the end.
    pub unread: Vec<Unread>,
    /// Whether it is not known over which interface the packets come in.
    pub any_of: bool,
    /// Whether there is nowhere at all from which these packets could set out.
    pub no_start: bool,
    /// What the answer takes for granted.
    pub assumptions: Assumptions,
}

impl Paths {
    /// Reachable when something passes for certain; isolated only when nothing is left that could.
    pub fn verdict(&self) -> Verdict {
        let undecided = !self.classes.is_empty() || !self.unread.is_empty() || self.no_start;
        match self.classes.iter().any(|it| it.certain) {
            true => Verdict::Reachable,
            false if undecided => Verdict::Undetermined,
            false => Verdict::Isolated,
        }
    }
}

/// What one start brings to the end, on both sides of the unknown.
struct Brought {
    start: Start,
    certain: Vec<(EntityRef, PacketSet)>,
    possible: Vec<(EntityRef, PacketSet)>,
}

impl Reach<'_> {
    /// Everything that can pass, and why.
    pub fn paths(&self, question: &Question) -> Paths {
        let starts = self.starts(&question.from, question.at.as_ref());
        let mut answer =
            Paths { any_of: starts.any_of, no_start: starts.all.is_empty(), ..Paths::default() };
        let goal = self.addresses(&question.to);
        let mut seen = BTreeMap::new();
        let brought: Vec<Brought> = starts
            .all
            .into_iter()
            .map(|start| {
                let mut side = |bound| {
                    let arrivals = self.asked(&start, question, bound);
                    for id in &arrivals.nodes {
                        seen.insert(*id, ());
                    }
                    answer.assumptions.extend(&arrivals.assumptions);
                    self.arrived(&question.to, &arrivals)
                };
                let (certain, possible) = (side(Bound::Certain), side(Bound::Possible));
                Brought { start, certain, possible }
            })
            .collect();
        answer.unread = self.unread(seen.into_keys());
        let mut classes = self.classes(&brought, answer.any_of);
        classes.sort_by_key(|it| !it.certain);
        if classes.is_empty() {
            for it in &brought {
                answer.refusals.extend(self.refusals(&it.start, question, &goal));
            }
        }
        answer.classes = classes;
        answer
    }

    /// What arrives of the packets that are asked about: those whose service is one of them when
    /// they set out, or when they arrive.
    fn asked(&self, start: &Start, question: &Question, bound: Bound) -> super::Arrivals {
        let all = start.packets();
        let any = AddressSet::any();
        let services = PacketSet::sessions(&any, &any, &question.services);
        let mut arrivals = self.flow(start, &all, bound);
        if question.services.is_empty() || question.services.contains(&Service::Any) {
            return arrivals;
        }
        for packets in arrivals.at.values_mut() {
            *packets = packets.intersection(&services);
        }
        arrivals.extend(&self.flow(start, &services, bound));
        arrivals
    }

    fn classes(&self, brought: &[Brought], any_of: bool) -> Vec<Class> {
        let mut sums: BTreeMap<(usize, EntityRef), (PacketSet, PacketSet)> = BTreeMap::new();
        let mut keys: Vec<(EntityRef, Option<EntityRef>)> = Vec::new();
        for (nth, it) in brought.iter().enumerate() {
            let key = match any_of {
                true => (it.start.from().clone(), None),
                false => (it.start.from().clone(), it.start.by().cloned()),
            };
            let at = keys.iter().position(|it| *it == key).unwrap_or_else(|| {
                keys.push(key);
                keys.len() - 1
            });
            for (thing, packets) in &it.possible {
                sums.entry((at, thing.clone())).or_default().1.extend(packets);
            }
            let sure = |thing: &EntityRef| {
                let found = it.certain.iter().find(|(it, _)| it == thing);
                found.map(|(_, packets)| packets.clone()).unwrap_or_default()
            };
            if any_of {
                // Certain is only what passes over every interface.
                for ((of, thing), (certain, possible)) in &mut sums {
                    if *of == at {
                        let first = nth == 0
                            || brought.iter().take(nth).all(|b| b.start.from() != it.start.from());
                        let own = sure(thing);
                        *certain = if first { own } else { certain.intersection(&own) };
                        possible.extend(certain);
                    }
                }
            } else {
                for (thing, packets) in &it.certain {
                    let (certain, possible) = sums.entry((at, thing.clone())).or_default();
                    certain.extend(packets);
                    possible.extend(packets);
                }
            }
        }
        let mut classes = Vec::new();
        for ((at, thing), (certain, possible)) in sums {
            let Some((from, by)) = keys.get(at) else { continue };
            let only = possible.difference(&certain);
            for (packets, certain) in [(certain, true), (only, false)] {
                if packets.is_empty() {
                    continue;
                }
                let mut starts = brought
                    .iter()
                    .map(|it| &it.start)
                    .filter(|it| it.from() == from && (any_of || it.by() == by.as_ref()));
                let trace = starts.find_map(|it| self.witness(it, &thing, &packets, certain));
                let end = trace.as_ref().map_or_else(|| usual(&thing), |it| it.end);
                classes.push(Class {
                    from: from.clone(),
                    by: by.clone(),
                    to: thing.clone(),
                    packets,
                    certain,
                    end,
                    trace,
                });
            }
        }
        classes
    }

    /// The way of one packet of a start that arrives at a thing as one of these.
    pub fn witness(
        &self,
        start: &Start,
        thing: &EntityRef,
        packets: &PacketSet,
        certain: bool,
    ) -> Option<Trace> {
        let own = packets.intersection(&start.packets());
        let ways = own.sample().map(|it| self.ways(start, &it)).unwrap_or_default();
        let arrives = |it: &&Trace| it.end.arrives() && it.certain >= certain;
        let here = ways.iter().filter(arrives).find(|it| it.at.as_ref() == Some(thing));
        here.or_else(|| ways.iter().find(arrives)).cloned()
    }

    /// Why packets of a start do not get to an end: one packet for each service asked for.
    fn refusals(&self, start: &Start, question: &Question, goal: &AddressSet) -> Vec<Refusal> {
        let services: Vec<&[Service]> = match question.services.as_slice() {
            [] => vec![&[]],
            several => several.chunks(1).collect(),
        };
        let mut all: Vec<Refusal> = Vec::new();
        for services in services {
            let packets = PacketSet::sessions(&AddressSet::any(), goal, services);
            let sample = packets.intersection(&start.packets()).sample();
            let ways = sample.map(|it| self.ways(start, &it)).unwrap_or_default();
            let stopped = ways.into_iter().find(|it| !it.end.arrives());
            all.extend(stopped.map(|trace| Refusal {
                from: start.from().clone(),
                by: start.by().cloned(),
                to: match &question.to {
                    End::Thing(thing) => Some(thing.clone()),
                    _ => None,
                },
                trace,
            }));
        }
        all
    }

    /// Devices that were not read to the end, of these nodes.
    pub fn unread(&self, nodes: impl IntoIterator<Item = usize>) -> Vec<Unread> {
        let nodes = nodes.into_iter().filter_map(|id| self.network.nodes.get(id));
        let unread = nodes.filter_map(|it| {
            let (lines, first) = it.unread?;
            Some(Unread { thing: it.thing.clone(), lines, first })
        });
        unread.collect()
    }
}

/// How packets that got to a thing ended, when none of them was followed.
const fn usual(thing: &EntityRef) -> Disposition {
    match thing.kind {
        EntityKind::Party | EntityKind::Path => Disposition::Exits,
        EntityKind::Zone => Disposition::Delivered,
        _ => Disposition::Accepted,
    }
}

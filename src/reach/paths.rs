//! `paths`: everything that can pass from one end to another, in classes; and when nothing can,
//! what blocks it.

use super::ends::{End, Sender, Senders};
use super::network::{EntryKind, NodeId};
use super::packets::PacketSet;
use super::{Arrivals, Assumptions, Bound, Disposition, Reach, Trace};
pub use crate::model::words::Verdict;
use crate::model::{AddressSet, EntityKind, EntityRef, Service};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Every address from which they may set out there.
    pub sources: AddressSet,
    /// Whether they arrive whatever the unknown turns out to be.
    pub certain: bool,
    /// How they end.
    pub end: Disposition,
    /// The way of one of them; none when no single packet could be followed.
    pub trace: Option<Trace>,
}

/// Packets that do not get there, and why.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Whose packets.
    pub from: EntityRef,
    /// By what they come in, when that is not the same.
    pub by: Option<EntityRef>,
    /// For whom they were meant, when that is one thing.
    pub to: Option<EntityRef>,
    /// Which packets.
    pub packets: PacketSet,
    /// Why.
    pub cause: Cause,
}

/// Why packets do not get somewhere.
#[derive(Clone, Debug)]
pub enum Cause {
    /// The way of one of them, to the line that stopped it.
    Stopped(Box<Trace>),
    /// What lets the sender in carries nothing to these destinations: in which way it comes in, and
    /// the line.
    NotCarried(EntryKind, Span),
    /// Nobody knows an address to which they would be sent.
    NoAddress,
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
    /// Whether some of it is lost only because nobody wrote down a way to the end.
    pub astray: bool,
    /// Whether nobody wrote down an address of the end.
    pub no_goal: bool,
    /// What the answer takes for granted.
    pub assumptions: Assumptions,
}

impl Paths {
    /// Reachable when something passes for certain; isolated only when nothing is left that could.
    pub fn verdict(&self) -> Verdict {
        let undecided = !self.classes.is_empty()
            || !self.unread.is_empty()
            || self.astray
            || self.no_start
            || self.no_goal;
        match self.classes.iter().any(|it| it.certain) {
            true => Verdict::Reachable,
            false if undecided => Verdict::Undetermined,
            false => Verdict::Isolated,
        }
    }
}

/// What one sender brings to the end, on both sides of the unknown.
struct Brought {
    sender: Sender,
    certain: BTreeMap<EntityRef, PacketSet>,
    possible: BTreeMap<EntityRef, PacketSet>,
}

impl Reach<'_> {
    /// Everything that can pass, and why.
    pub fn paths(&self, question: &Question) -> Paths {
        let Senders { all, any_of } = self.senders(&question.from, question.at.as_ref());
        let mut answer = Paths {
            any_of,
            no_start: all.is_empty(),
            no_goal: self.addresses(&question.to).is_empty(),
            ..Paths::default()
        };
        let goal = self.addresses(&question.to);
        // Two ends that nobody wrote down may stand beside each other.
        answer.astray = any_of
            && matches!(question.to, End::Network(_))
            && !self.network.book.unclaimed().intersection(&goal).is_empty();
        let wanted = PacketSet::sessions(&AddressSet::any(), &goal, &question.services);
        let mut nodes = BTreeSet::new();
        let mut brought = Vec::new();
        for sender in all {
            let mut side = |bound| {
                let arrivals = self.asked(&sender, question, bound);
                nodes.extend(&arrivals.nodes);
                answer.assumptions.extend(&arrivals.assumptions);
                let undeclared = || arrivals.undeclared.values().any(|it| it.meets(&wanted));
                let beyond =
                    || matches!(question.to, End::Network(_)) && arrivals.beyond.meets(&wanted);
                // What is meant for a thing is astray or not; of an address nobody knows whose it is.
                let unknown = || {
                    !matches!(question.to, End::Thing(_) | End::Port(..))
                        && arrivals.unknown.meets(&wanted)
                };
                answer.astray |= bound == Bound::Possible
                    && (arrivals.astray.meets(&wanted) || undeclared() || unknown() || beyond());
                let mut arrived: BTreeMap<EntityRef, PacketSet> =
                    self.arrived(&question.to, &arrivals).into_iter().collect();
                if bound == Bound::Possible && question.to == End::Internet {
                    // A way out that nobody declared may lead to the internet.
                    let ways_out = arrivals.at.iter().filter(|it| it.0.kind == EntityKind::Path);
                    let there = ways_out.map(|(it, packets)| (it.clone(), packets.to(&goal)));
                    arrived.extend(there.filter(|it| !it.1.is_empty()));
                }
                if let End::Network(_) = question.to {
                    // What is sent to these addresses and translated got in all the same. What a
                    // device that nobody read may make of it tells nothing of these addresses.
                    for (thing, packets) in self.as_known(sender.start(), &wanted, bound).at {
                        if !matches!(thing.kind, EntityKind::Party | EntityKind::Path) {
                            arrived.entry(thing).or_default().extend(&packets);
                        }
                    }
                }
                self.wherever(&sender, arrived, bound)
            };
            let (certain, possible) = (side(Bound::Certain), side(Bound::Possible));
            brought.push(Brought { sender, certain, possible });
        }
        answer.unread = self.unread(nodes);
        let in_part = self.network.in_part.iter();
        answer.unread.extend(in_part.map(|(thing, first)| Unread {
            thing: thing.clone(),
            lines: 1,
            first: *first,
        }));
        answer.classes = self.classes(&brought, any_of);
        in_order(&mut answer.classes);
        if answer.classes.is_empty() {
            let senders = brought.iter().map(|it| &it.sender);
            answer.refusals = senders.flat_map(|it| self.refusals(it, question)).collect();
        }
        answer
    }

    /// What arrives of the packets that are asked about: those whose service is one of them when
    /// they set out, or when they arrive.
    fn asked(&self, sender: &Sender, question: &Question, bound: Bound) -> Arrivals {
        let any = AddressSet::any();
        let mut arrivals = self.from_start(sender.start(), &PacketSet::any(), bound);
        if question.services.is_empty() || question.services.contains(&Service::Any) {
            return arrivals;
        }
        let services = PacketSet::sessions(&any, &any, &question.services);
        for packets in arrivals.at.values_mut() {
            *packets = packets.intersection(&services);
        }
        arrivals.extend(&self.from_start(sender.start(), &services, bound));
        arrivals
    }

    /// One class for everybody who sends, everything they come in by, everything that they reach and
    /// each side of the unknown.
    fn classes(&self, brought: &[Brought], any_of: bool) -> Vec<Class> {
        let mut groups: Vec<Vec<&Brought>> = Vec::new();
        for it in brought {
            let same = |group: &&mut Vec<&Brought>| {
                group.first().is_some_and(|first| {
                    first.sender.whose() == it.sender.whose()
                        && (any_of || first.sender.by() == it.sender.by())
                })
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(it),
                None => groups.push(vec![it]),
            }
        }
        let mut classes = Vec::new();
        for group in groups {
            let things: BTreeSet<&EntityRef> =
                group.iter().flat_map(|it| it.possible.keys()).collect();
            for thing in things {
                let side = |of: fn(&Brought) -> &BTreeMap<EntityRef, PacketSet>| {
                    group.iter().map(move |it| of(it).get(thing).cloned().unwrap_or_default())
                };
                let possible: PacketSet = side(|it| &it.possible).collect();
                let certain: PacketSet = match any_of {
                    // Certain is only what passes over every interface.
                    true => {
                        side(|it| &it.certain).reduce(|a, b| a.intersection(&b)).unwrap_or_default()
                    }
                    false => side(|it| &it.certain).collect(),
                };
                let rest = possible.difference(&certain);
                for (packets, certain) in [(certain, true), (rest, false)] {
                    let senders = group.iter().map(|it| &it.sender);
                    classes.extend(self.class(senders, thing, packets, certain));
                }
            }
        }
        classes
    }

    /// Packets that get from any of some senders to a thing, with the way of one of them.
    pub(super) fn class<'s>(
        &self,
        mut senders: impl Iterator<Item = &'s Sender> + Clone,
        thing: &EntityRef,
        packets: PacketSet,
        certain: bool,
    ) -> Option<Class> {
        if packets.is_empty() {
            return None;
        }
        let first = senders.clone().next()?;
        let sources = senders.clone().map(|it| it.start().packets().sources()).collect();
        let mut ends = vec![thing];
        if self.anywhere().contains(&thing) {
            ends.extend(self.anywhere());
        }
        let trace = senders.find_map(|sender| {
            ends.iter().find_map(|it| self.way_of_one(sender, it, &packets, certain))
        });
        Some(Class {
            from: first.whose().clone(),
            by: first.by().cloned(),
            to: thing.clone(),
            packets,
            sources,
            certain,
            end: trace.as_ref().map_or_else(|| usual(thing), |it| it.end),
            trace,
        })
    }

    /// The way of one packet of a sender that arrives at a thing as one of these: mostly it arrives
    /// as it set out.
    fn way_of_one(
        &self,
        sender: &Sender,
        thing: &EntityRef,
        packets: &PacketSet,
        certain: bool,
    ) -> Option<Trace> {
        let same = packets.intersection(&sender.start().packets()).sample();
        let here =
            |it: &Trace| it.end.arrives() && it.at.as_ref() == Some(thing) && it.certain == certain;
        let way = same.and_then(|it| self.way(sender.start(), &it, here));
        way.or_else(|| self.sample(sender.start(), thing, packets))
    }

    /// Why packets of a sender do not get to an end: for each service asked for.
    fn refusals(&self, sender: &Sender, question: &Question) -> Vec<Refusal> {
        let goal = self.addresses(&question.to);
        let services: Vec<&[Service]> = match question.services.as_slice() {
            [] => vec![&[]],
            several => several.chunks(1).collect(),
        };
        let to = match &question.to {
            End::Thing(thing) => Some(thing.clone()),
            _ => None,
        };
        let packets =
            services.into_iter().map(|it| PacketSet::sessions(&AddressSet::any(), &goal, it));
        packets.map(|it| self.refusal(sender, to.clone(), it)).collect()
    }

    /// Why packets of a sender do not get anywhere.
    pub fn refusal(&self, sender: &Sender, to: Option<EntityRef>, packets: PacketSet) -> Refusal {
        let own = sender.start().packets().intersection(&packets);
        let stopped = own.sample().and_then(|it| {
            // One that leaves the hospital, or gets to somebody else, does not get there either.
            let ways = self.ways(sender, &it).into_iter();
            let astray = ways.filter(|it| !it.end.arrives() || it.at != to || to.is_none());
            astray.max_by_key(|it| (!it.end.arrives(), it.hops.len()))
        });
        let cause = match (stopped, sender) {
            (Some(trace), _) => Cause::Stopped(Box::new(trace)),
            (None, Sender::Over(entry)) if !packets.is_empty() => {
                Cause::NotCarried(entry.kind, entry.span)
            }
            (None, _) => Cause::NoAddress,
        };
        Refusal { from: sender.whose().clone(), by: sender.by().cloned(), to, packets, cause }
    }

    /// Devices that were not read to the end, of these nodes.
    pub fn unread(&self, nodes: impl IntoIterator<Item = NodeId>) -> Vec<Unread> {
        let nodes = nodes.into_iter().filter_map(|id| self.network.nodes.get(id));
        let unread = nodes.filter_map(|it| {
            let (lines, first) = it.unread?;
            Some(Unread { thing: it.thing.clone(), lines, first })
        });
        unread.collect()
    }
}

/// What is certain first; then systems, devices, networks, and who is outside.
pub(super) fn in_order(classes: &mut [Class]) {
    let rank = |thing: &EntityRef| match thing.kind {
        EntityKind::System => 0,
        EntityKind::Device => 1,
        EntityKind::Zone => 2,
        _ => 3,
    };
    classes.sort_by(|a, b| (!a.certain, rank(&a.to), &a.to).cmp(&(!b.certain, rank(&b.to), &b.to)));
}

/// How packets that got to a thing ended, when none of them was followed.
const fn usual(thing: &EntityRef) -> Disposition {
    match thing.kind {
        EntityKind::Party | EntityKind::Path => Disposition::Exits,
        EntityKind::Zone => Disposition::Delivered,
        _ => Disposition::Accepted,
    }
}

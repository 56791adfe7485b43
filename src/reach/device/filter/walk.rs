//! Sets of packets on their way through the lines of a list, with everything that may become of them.
//!
//! A line about exactly its packets decides about them. At any other line two things may happen, and
//! both are followed: its packets do what it says, and they go on. Such packets are kept in mind as
//! doubtful; of these alone it is noted what may be denied. So one walk tells both: what is permitted
//! in some case, and, less what may be denied, what is permitted in every case.

use super::prepared::{Hull, List, Step};
use super::{Between, DEPTH, Machine};
use crate::model::device::{Family, Filter, Verdict};
use crate::reach::doubt::{AssumptionKind, Assumptions};
use crate::reach::packets::PacketSet;
use crate::source::Span;
use crate::text;

/// So many lines take effect in one question. Lists that call each other over and over could ask
/// for more; then nobody knows.
const STEPS: usize = 50_000;

/// What may become of packets in a list, besides being denied.
#[derive(Default)]
pub(super) struct Ended {
    /// They pass.
    pub permitted: PacketSet,
    /// Whoever asked goes on with them.
    pub returned: PacketSet,
}

/// One question to the filters.
pub(super) struct Walk<'w> {
    machine: &'w Machine<'w>,
    between: &'w Between<'w>,
    assumptions: &'w mut Assumptions,
    /// Packets of which more than one thing may become.
    doubtful: PacketSet,
    /// Doubtful packets that may be denied.
    pub denied: PacketSet,
    steps: usize,
}

impl<'w> Walk<'w> {
    pub(super) fn new(
        machine: &'w Machine<'_>,
        between: &'w Between<'_>,
        assumptions: &'w mut Assumptions,
    ) -> Self {
        let (doubtful, denied) = (PacketSet::none(), PacketSet::none());
        Self { machine, between, assumptions, doubtful, denied, steps: STEPS }
    }

    /// What may become of packets in a list.
    pub(super) fn list(
        &mut self,
        (filter, list): (&Filter, &List<'_>),
        arriving: PacketSet,
        depth: usize,
    ) -> Ended {
        let mut ended = Ended::default();
        // No packet is in question again for which a line is sure to permit it.
        let mut sure = PacketSet::none();
        let mut left = arriving;
        let reach = Hull::of(&left.sources(), &left.destinations());
        let concerned: Vec<bool> = list.over.iter().map(|it| self.between.concerns(it)).collect();
        let concerned = |step: &Step<'_>| concerned.get(step.over).is_some_and(|it| *it);
        for step in list.steps.iter().filter(|it| it.hull.meets(&reach) && concerned(it)) {
            if left.is_empty() {
                break;
            }
            let hit = left.intersection(&step.packets);
            if hit.is_empty() {
                continue;
            }
            let Some(steps) = self.steps.checked_sub(1) else {
                self.unknown(step.span, &left);
                sure.extend(&left);
                sure.extend(&ended.permitted);
                return Ended { permitted: sure, ..ended };
            };
            self.steps = steps;
            if step.certain {
                left = left.difference(&hit);
                if *step.verdict == Verdict::Permit {
                    sure.adjoin(hit);
                    continue;
                }
            } else {
                self.doubtful.extend(&hit);
            }
            if !step.exact {
                self.remark(step.span);
            }
            self.step(step, hit, &mut left, &mut ended, depth);
        }
        let fallen = self.otherwise(filter, left, depth);
        sure.extend(&ended.permitted);
        sure.extend(&fallen.permitted);
        ended.returned.extend(&fallen.returned);
        Ended { permitted: sure, ..ended }
    }

    /// What a line does with the packets that it is about.
    fn step(
        &mut self,
        step: &Step<'_>,
        hit: PacketSet,
        left: &mut PacketSet,
        ended: &mut Ended,
        depth: usize,
    ) {
        match step.verdict {
            Verdict::Continue => {}
            Verdict::Permit => ended.permitted.extend(&hit),
            Verdict::Deny => self.deny(&hit),
            Verdict::Return => ended.returned.extend(&hit),
            Verdict::Unknown => {
                self.unknown(step.span, &hit);
                ended.permitted.extend(&hit);
            }
            Verdict::Call(name) | Verdict::Goto(name) => {
                // Of the packets that a list stops, others are known not to come to it.
                let denied = step.sometimes.then(|| self.denied.clone());
                let inner = self.called(name, step.span, hit, depth);
                if let Some(denied) = denied {
                    self.denied = denied;
                }
                ended.permitted.extend(&inner.permitted);
                match step.verdict {
                    Verdict::Goto(_) => ended.returned.extend(&inner.returned),
                    // Packets that perhaps did not come to the list are left as they are.
                    _ if step.certain => left.extend(&inner.returned),
                    _ => {}
                }
            }
        }
    }

    /// What may become of packets in a list that another one asks.
    fn called(&mut self, name: &str, span: Span, packets: PacketSet, depth: usize) -> Ended {
        let machine = self.machine;
        let Some((list, depth)) = machine.lists.named(name).zip(depth.checked_sub(1)) else {
            self.unknown(span, &packets);
            return Ended { permitted: packets.clone(), returned: packets };
        };
        if list.0.family == Family::Both {
            return self.list(list, packets, depth);
        }
        let family = super::family(list.0.family);
        let mut ended = self.list(list, packets.intersection(&family), depth);
        ended.returned.extend(&packets.difference(&family));
        ended
    }

    /// What becomes of packets at the end of a list.
    fn otherwise(&mut self, filter: &Filter, packets: PacketSet, depth: usize) -> Ended {
        let (permitted, returned) = (PacketSet::none(), PacketSet::none());
        match &filter.otherwise {
            _ if packets.is_empty() => {}
            Verdict::Permit => return Ended { permitted: packets, returned },
            Verdict::Deny => self.deny(&packets),
            Verdict::Return | Verdict::Continue => return Ended { permitted, returned: packets },
            Verdict::Call(name) | Verdict::Goto(name) => {
                return self.called(name, filter.name.span, packets, depth);
            }
            Verdict::Unknown => {
                self.unknown(filter.name.span, &packets);
                return Ended { permitted: packets, returned };
            }
        }
        Ended { permitted, returned }
    }

    /// What passes of packets of which a list that nobody called made this: to return from it is to
    /// come to its end.
    pub(super) fn end(&mut self, filter: &Filter, ended: Ended) -> PacketSet {
        let Ended { mut permitted, returned } = ended;
        let end = self.otherwise(filter, returned, DEPTH);
        permitted.extend(&end.permitted);
        if !end.returned.is_empty() {
            self.unknown(filter.name.span, &end.returned);
            permitted.extend(&end.returned);
        }
        permitted
    }

    /// Notes which of some denied packets might have passed.
    fn deny(&mut self, packets: &PacketSet) {
        self.denied.extend(&packets.intersection(&self.doubtful));
    }

    /// Notes that nobody knows what becomes of packets.
    pub(super) fn unknown(&mut self, span: Span, packets: &PacketSet) {
        self.doubtful.extend(packets);
        self.denied.extend(packets);
        self.remark(span);
    }

    fn remark(&mut self, span: Span) {
        let says = text!(
            "このフィルタの意味を読み取れないため、通るとも通らないとも言えません",
            "this filter was not understood, so nobody can say whether it lets these packets pass"
        );
        let about = Some(&self.machine.thing);
        self.assumptions.add(AssumptionKind::Filter, about, Some(span), says);
    }
}

//! What the filters of a device let through, for sets of packets; and which line decides about one.

use super::Machine;
use crate::model::device::{
    Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Verdict, names_interface,
};
use crate::model::{AddressSet, EntityRef};
use crate::reach::doubt::{AssumptionKind, Assumptions, Bound};
use crate::reach::packets::PacketSet;
use crate::source::Span;
use crate::text;

/// How deep lists may call lists.
const DEPTH: usize = 16;

/// Through which interfaces packets pass, by every name that a filter may call them.
#[derive(Clone, Debug, Default)]
pub(in crate::reach) struct Between<'a> {
    /// Over which they came in; empty when the device itself sends them.
    pub from: Vec<&'a str>,
    /// Over which they leave; empty when that is not decided yet or they stay.
    pub to: Vec<&'a str>,
}

impl Between<'_> {
    /// Whether a line is about packets between these interfaces.
    fn concerns(&self, line: &FilterLine) -> bool {
        let over = |these: &[String], not: &[String], names: &[&str]| {
            let named = |patterns: &[String]| {
                patterns.iter().any(|it| names.iter().any(|name| names_interface(it, name)))
            };
            (these.is_empty() || named(these)) && !named(not)
        };
        over(&line.when.from, &line.when.not_from, &self.from)
            && over(&line.when.to, &line.when.not_to, &self.to)
    }
}

/// What became of packets in a list.
#[derive(Default)]
struct Outcome {
    permitted: PacketSet,
    returned: PacketSet,
}

/// One question to the filters.
struct Walk<'w> {
    config: &'w DeviceConfig,
    about: &'w EntityRef,
    between: &'w Between<'w>,
    bound: Bound,
    assumptions: &'w mut Assumptions,
}

impl Machine<'_> {
    /// The applied filters of a hook that are about these interfaces.
    fn applied<'s>(
        &'s self,
        hook: Hook,
        between: &'s Between<'s>,
    ) -> impl Iterator<Item = &'s Applied> {
        let names = match hook {
            Hook::Out | Hook::Own => &between.to,
            _ => &between.from,
        };
        self.config.applied.iter().filter(move |it| {
            let here = |pattern: &String| names.iter().any(|name| names_interface(pattern, name));
            it.hook == hook && (it.interfaces.is_empty() || it.interfaces.iter().any(here))
        })
    }

    /// Of which packets the filters of a hook speak at all.
    pub(super) fn spoken_of(&self, hook: Hook, between: &Between<'_>) -> PacketSet {
        let applied = self.applied(hook, between);
        applied
            .map(|it| self.config.filter(&it.filter).map_or(Family::Both, |it| it.family))
            .map(family)
            .collect()
    }

    /// The packets that every filter of a hook lets through.
    pub(super) fn filtered(
        &self,
        hook: Hook,
        between: &Between<'_>,
        packets: &PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> PacketSet {
        let mut left = packets.clone();
        let mut settled = PacketSet::none();
        for applied in self.applied(hook, between) {
            if left.is_empty() {
                break;
            }
            let mut walk =
                Walk { config: self.config, about: &self.thing, between, bound, assumptions };
            let Some(filter) = self.config.filter(&applied.filter) else {
                // A list that does not exist: devices differ in what they do then.
                walk.unknown(applied.span);
                if bound == Bound::Certain {
                    left = PacketSet::none();
                }
                continue;
            };
            let ours = left.intersection(&family(filter.family));
            let others = left.difference(&family(filter.family));
            let Outcome { mut permitted, returned } = walk.list(filter, ours, DEPTH);
            if matches!(filter.otherwise, Verdict::Continue | Verdict::Return) {
                settled.extend(&permitted);
                left = returned;
            } else {
                let mut end = Outcome::default();
                walk.end(filter, returned, &mut end);
                permitted.extend(&end.permitted);
                left = permitted;
            }
            left.extend(&others);
        }
        left.extend(&settled);
        left
    }
}

fn family(family: Family) -> PacketSet {
    use crate::model::device::{States, Transport};
    let addresses = match family {
        Family::Both => return PacketSet::any(),
        Family::V4 => AddressSet::any_v4(),
        Family::V6 => AddressSet::any_v6(),
    };
    PacketSet::of(&addresses, &addresses, &[Transport::any()], States::ALL)
}

impl Walk<'_> {
    fn list(&mut self, filter: &Filter, arriving: PacketSet, depth: usize) -> Outcome {
        let mut left = arriving;
        let mut out = Outcome::default();
        for line in filter.lines.iter().filter(|it| it.enabled) {
            if left.is_empty() {
                break;
            }
            if line.verdict == Verdict::Continue || !self.between.concerns(line) {
                continue;
            }
            let hit = left.intersection(&PacketSet::of_match(&line.when));
            if !hit.is_empty() {
                self.line(line, hit, &mut left, &mut out, depth);
            }
        }
        self.end(filter, left, &mut out);
        out
    }

    /// What a line does with the packets that it is about.
    fn line(
        &mut self,
        line: &FilterLine,
        hit: PacketSet,
        left: &mut PacketSet,
        out: &mut Outcome,
        depth: usize,
    ) {
        let sure = line.when.is_certain();
        let possible = self.bound == Bound::Possible;
        if !line.when.is_exact() || line.verdict == Verdict::Unknown {
            self.unknown(line.span);
        }
        match &line.verdict {
            Verdict::Continue => {}
            Verdict::Permit => {
                if sure || possible {
                    out.permitted.extend(&hit);
                }
                if sure {
                    *left = left.difference(&hit);
                }
            }
            Verdict::Deny => {
                // When it is known that others of these packets go on, the session comes in.
                if sure || !line.when.is_exact() && !possible {
                    *left = left.difference(&hit);
                }
            }
            Verdict::Return => {
                if sure || possible {
                    out.returned.extend(&hit);
                }
                if sure || !possible {
                    *left = left.difference(&hit);
                }
            }
            Verdict::Unknown => {
                if possible {
                    out.permitted.extend(&hit);
                } else {
                    *left = left.difference(&hit);
                }
            }
            Verdict::Call(name) | Verdict::Goto(name) => {
                let called = self.config.filter(name);
                let inner = match (called, depth.checked_sub(1)) {
                    (Some(list), Some(depth)) => self.list(list, hit.clone(), depth),
                    _ => {
                        self.unknown(line.span);
                        match possible {
                            true => Outcome { permitted: hit.clone(), returned: hit.clone() },
                            false => Outcome::default(),
                        }
                    }
                };
                let goes_on = matches!(line.verdict, Verdict::Call(_));
                if sure {
                    *left = left.difference(&hit);
                    out.permitted.extend(&inner.permitted);
                    if goes_on { &mut *left } else { &mut out.returned }.extend(&inner.returned);
                } else if possible {
                    out.permitted.extend(&inner.permitted);
                    if !goes_on {
                        out.returned.extend(&inner.returned);
                    }
                } else {
                    // Whether it is asked is not known: it passes when both ways let it pass.
                    let mut passes = inner.permitted;
                    if goes_on {
                        passes.extend(&inner.returned);
                    }
                    *left = left.difference(&hit.difference(&passes));
                }
            }
        }
    }

    /// What happens at the end of a list.
    fn end(&mut self, filter: &Filter, left: PacketSet, out: &mut Outcome) {
        if left.is_empty() {
            return;
        }
        match filter.otherwise {
            Verdict::Permit => out.permitted.extend(&left),
            Verdict::Deny => {}
            Verdict::Return | Verdict::Continue => out.returned.extend(&left),
            Verdict::Unknown | Verdict::Call(_) | Verdict::Goto(_) => {
                self.unknown(filter.name.span);
                if self.bound == Bound::Possible {
                    out.permitted.extend(&left);
                }
            }
        }
    }

    fn unknown(&mut self, span: Span) {
        let says = text!(
            "このフィルタの意味を読み取れないため、通るとも通らないとも言えません",
            "this filter was not understood, so nobody can say whether it lets these packets pass"
        );
        self.assumptions.add(AssumptionKind::Filter, Some(self.about), Some(span), says);
    }
}

/// Which line decided about one packet, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether the packet passes; `None` when the line was not understood.
    pub passes: Option<bool>,
    /// The filter, by name.
    pub filter: String,
    /// What the device calls the line; empty for the end of the list.
    pub label: String,
    /// The line; the name of the list for its end.
    pub span: Span,
}

impl Machine<'_> {
    /// The decisions of the filters of a hook about one packet, as a set with one element: the line
    /// in each applied filter that decides. The last one that does not pass ends the way.
    pub(in crate::reach) fn decisions(
        &self,
        hook: Hook,
        between: &Between<'_>,
        packet: &PacketSet,
    ) -> Vec<Decision> {
        let mut all = Vec::new();
        for applied in self.applied(hook, between) {
            let Some(filter) = self.config.filter(&applied.filter) else {
                all.push(Decision {
                    passes: None,
                    filter: applied.filter.clone(),
                    label: String::new(),
                    span: applied.span,
                });
                continue;
            };
            if !packet.meets(&family(filter.family)) {
                continue;
            }
            let decided = self.decided(filter, between, packet, DEPTH);
            let end = || Decision {
                passes: match filter.otherwise {
                    Verdict::Permit | Verdict::Return | Verdict::Continue => Some(true),
                    Verdict::Deny => Some(false),
                    _ => None,
                },
                filter: filter.name.value.clone(),
                label: String::new(),
                span: filter.name.span,
            };
            let decision = decided.unwrap_or_else(end);
            let stops = decision.passes == Some(false);
            all.push(decision);
            if stops {
                break;
            }
        }
        all
    }

    /// The line of a list that decides; `None` when the list leaves the packet to whoever asked.
    fn decided(
        &self,
        filter: &Filter,
        between: &Between<'_>,
        packet: &PacketSet,
        depth: usize,
    ) -> Option<Decision> {
        for line in filter.lines.iter().filter(|it| it.enabled && between.concerns(it)) {
            if line.verdict == Verdict::Continue || !packet.meets(&PacketSet::of_match(&line.when))
            {
                continue;
            }
            let exact = line.when.is_exact();
            let decision = |passes| {
                Some(Decision {
                    passes,
                    filter: filter.name.value.clone(),
                    label: line.label.clone(),
                    span: line.span,
                })
            };
            match &line.verdict {
                Verdict::Permit if exact => return decision(Some(true)),
                Verdict::Deny if line.when.is_certain() => return decision(Some(false)),
                Verdict::Deny if exact => {}
                Verdict::Return if exact => return None,
                Verdict::Call(name) | Verdict::Goto(name) => {
                    let called = self.config.filter(name).zip(depth.checked_sub(1));
                    let Some((called, depth)) = called else { return decision(None) };
                    let inner = self.decided(called, between, packet, depth);
                    let inner = inner.or_else(|| match called.otherwise {
                        Verdict::Return | Verdict::Continue => None,
                        Verdict::Permit => decision(Some(true)),
                        Verdict::Deny => decision(Some(false)),
                        _ => decision(None),
                    });
                    match (inner, &line.verdict) {
                        (Some(inner), _) => return Some(inner),
                        (None, Verdict::Goto(_)) => return None,
                        (None, _) => {}
                    }
                }
                _ => return decision(None),
            }
        }
        None
    }
}

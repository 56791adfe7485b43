//! What the filters of a device let through, for sets of packets; and which line decides about one.

mod decisions;
mod layers;
mod prepared;
mod walk;

pub use decisions::Decision;
pub(super) use prepared::Lists;

use super::Machine;
use crate::model::AddressSet;
use crate::model::device::{
    Applied, Family, Hook, Match, Nat, States, Transport, Verdict, names_interface,
};
use crate::reach::doubt::{Assumptions, Bound};
use crate::reach::packets::PacketSet;
use walk::Walk;

/// How deep lists may call lists.
const DEPTH: usize = 16;

/// Which way packets take through the device: the interfaces by every name that a filter may call
/// them, and what translated them.
#[derive(Clone, Debug, Default)]
pub struct Between<'a> {
    /// Over which they came in; empty when the device itself sends them.
    pub from: Vec<&'a str>,
    /// Over which they leave; empty when that is not decided yet or they stay.
    pub to: Vec<&'a str>,
    /// The name of the line that translated their destination, if one did.
    pub after: Option<&'a str>,
}

impl<'a> Between<'a> {
    /// Over an interface, wherever they go on.
    pub fn arriving(from: Vec<&'a str>) -> Self {
        Self { from, ..Self::default() }
    }

    /// The same packets once a line has translated their destination.
    #[must_use]
    pub fn after(&self, nat: Option<&'a Nat>) -> Self {
        Self { after: nat.map(|it| it.label.as_str()), ..self.clone() }
    }

    /// The same packets once it is known where they leave.
    #[must_use]
    pub fn to(&self, to: Vec<&'a str>) -> Self {
        Self { to, ..self.clone() }
    }

    /// Whether a line is about packets that take this way.
    pub(super) fn concerns(&self, when: &Match) -> bool {
        let over = |these: &[String], not: &[String], names: &[&str]| {
            let named = |patterns: &[String]| {
                patterns.iter().any(|it| names.iter().any(|name| names_interface(it, name)))
            };
            (these.is_empty() || named(these)) && !named(not)
        };
        let after = |names: &[String]| {
            names.is_empty() || self.after.is_some_and(|by| names.iter().any(|it| it == by))
        };
        over(&when.from, &when.not_from, &self.from)
            && over(&when.to, &when.not_to, &self.to)
            && after(&when.after)
    }
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
    pub fn filtered(
        &self,
        hook: Hook,
        between: &Between<'_>,
        packets: &PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> PacketSet {
        self.filtered_but(hook, between, packets, |_| PacketSet::none(), bound, assumptions)
    }

    /// The packets that every filter of a hook lets through, when each leaves some of them alone.
    pub(super) fn filtered_but(
        &self,
        hook: Hook,
        between: &Between<'_>,
        packets: &PacketSet,
        spared: impl Fn(&Applied) -> PacketSet,
        bound: Bound,
        assumptions: &mut Assumptions,
    ) -> PacketSet {
        let mut walk = Walk::new(self, between, assumptions);
        let mut left = packets.clone();
        let mut settled = PacketSet::none();
        for applied in self.applied(hook, between) {
            if left.is_empty() {
                break;
            }
            let Some(list) = self.lists.named(&applied.filter) else {
                // A list that does not exist: devices differ in what they do then.
                walk.unknown(applied.span, &left);
                continue;
            };
            let (filter, _) = list;
            let family = family(filter.family).difference(&spared(applied));
            let others = left.difference(&family);
            let ended = walk.list(list, left.intersection(&family), DEPTH);
            if matches!(filter.otherwise, Verdict::Continue | Verdict::Return) {
                settled.extend(&ended.permitted);
                left = ended.returned;
            } else {
                left = walk.end(filter, ended);
            }
            left.extend(&others);
        }
        left.extend(&settled);
        match bound {
            Bound::Possible => left,
            Bound::Certain => left.difference(&walk.denied),
        }
    }

    /// The packets that a list chooses at most and at least; where they leave is not decided yet.
    pub(super) fn chosen(
        &self,
        name: &str,
        between: &Between<'_>,
        packets: &PacketSet,
        assumptions: &mut Assumptions,
    ) -> (PacketSet, PacketSet) {
        let Some(list) = self.lists.named(name) else {
            return (packets.clone(), PacketSet::none());
        };
        let mut walk = Walk::new(self, between, assumptions);
        let ended = walk.list(list, packets.clone(), DEPTH);
        let (filter, _) = list;
        let most = match filter.otherwise {
            Verdict::Continue | Verdict::Return => {
                let maybe = ended.permitted.intersection(&ended.returned);
                walk.denied.extend(&maybe);
                ended.permitted
            }
            _ => walk.end(filter, ended),
        };
        let least = most.difference(&walk.denied);
        (most, least)
    }
}

fn family(family: Family) -> PacketSet {
    let addresses = match family {
        Family::Both => return PacketSet::any(),
        Family::V4 => AddressSet::any_v4(),
        Family::V6 => AddressSet::any_v6(),
    };
    PacketSet::of(&addresses, &addresses, &[Transport::any()], States::ALL)
}

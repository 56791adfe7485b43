//! Lists made ready to be asked often: the packets of every line as a set, lines that say the
//! same as one, wherever order does not matter, and how far each reaches, so that most lines are
//! passed over at a glance.

use super::layers::{Layers, Line};
use crate::model::device::{
    DeviceConfig, Filter, FilterLine, Hook, Match, States, Transport, Verdict,
};
use crate::model::{AddressSet, Point, RangeSet};
use crate::reach::packets::PacketSet;
use crate::source::Span;
use std::collections::BTreeMap;

/// The lists of a device.
#[derive(Debug)]
pub(in crate::reach::device) struct Lists<'a> {
    by_name: BTreeMap<&'a str, (&'a Filter, List<'a>)>,
}

impl<'a> Lists<'a> {
    /// Of a device: what takes effect in it. Of lists that only choose packets, those of routes.
    pub(in crate::reach::device) fn new(config: &'a DeviceConfig) -> Self {
        let applied = config.applied.iter().filter(|it| it.hook != Hook::Selection);
        let routes = config.routes.iter().filter(|it| it.enabled);
        let chosen = routes.filter_map(|it| it.only.as_ref()).map(|it| it.value.as_str());
        let mut open: Vec<&str> = applied.map(|it| it.filter.as_str()).chain(chosen).collect();
        let named = config.filters.iter().map(|it| (it.name.value.as_str(), it)).rev();
        // Of two lists with one name, the first is meant: as `DeviceConfig::filter` finds it.
        let named: BTreeMap<&str, &Filter> = named.collect();
        let mut by_name = BTreeMap::new();
        while let Some(name) = open.pop() {
            let Some((name, filter)) = named.get_key_value(name) else { continue };
            if by_name.contains_key(name) {
                continue;
            }
            by_name.insert(*name, (*filter, List::new(filter)));
            let verdicts = filter.lines.iter().map(|it| &it.verdict);
            open.extend(verdicts.chain([&filter.otherwise]).filter_map(|it| match it {
                Verdict::Call(name) | Verdict::Goto(name) => Some(name.as_str()),
                _ => None,
            }));
        }
        Self { by_name }
    }

    /// The list with a name.
    pub(super) fn named(&self, name: &str) -> Option<(&'a Filter, &List<'a>)> {
        self.by_name.get(name).map(|(filter, list)| (*filter, list))
    }
}

/// A list.
#[derive(Debug)]
pub(super) struct List<'a> {
    /// The conditions about the way of packets that occur in it.
    pub over: Vec<&'a Match>,
    /// What it does, in order.
    pub steps: Vec<Step<'a>>,
}

/// One line, or several with one verdict among which order does not matter.
#[derive(Debug)]
pub(super) struct Step<'a> {
    /// What they decide.
    pub verdict: &'a Verdict,
    /// Whether it is about exactly its packets, always.
    pub certain: bool,
    /// Whether only some of its packets are meant, and others are known to go on.
    pub sometimes: bool,
    /// Whether it was understood.
    pub exact: bool,
    /// The place of its conditions about the way of packets.
    pub over: usize,
    /// Its first line.
    pub span: Span,
    /// Its packets.
    pub packets: PacketSet,
    /// How far they reach.
    pub hull: Hull,
}

impl<'a> List<'a> {
    fn new(filter: &'a Filter) -> Self {
        let mut list = Self { over: Vec::new(), steps: Vec::new() };
        let mut known: BTreeMap<Over<'a>, usize> = BTreeMap::new();
        let mut layers = Layers::default();
        let does_something = |it: &&FilterLine| {
            // When it is known that others of the packets that it stops go on, the session comes in.
            let stops_nobody =
                it.verdict == Verdict::Deny && it.when.sometimes && it.when.is_exact();
            it.enabled && it.verdict != Verdict::Continue && !stops_nobody
        };
        for line in filter.lines.iter().filter(does_something) {
            let over = *known.entry(Over::of(&line.when)).or_insert_with(|| {
                list.over.push(&line.when);
                list.over.len() - 1
            });
            if !decides(line) {
                list.close(&mut layers);
                list.file(vec![(line, over)]);
                continue;
            }
            if layers.are_full() {
                list.close(&mut layers);
            }
            layers.lay((line, over));
        }
        list.close(&mut layers);
        list
    }

    /// Files layers, in order.
    fn close(&mut self, layers: &mut Layers<'a>) {
        layers.take().for_each(|it| self.file(it));
    }

    /// Files lines with one verdict, among which order does not matter.
    fn file(&mut self, lines: Vec<Line<'a>>) {
        for joint in joined(lines) {
            let Joint { line, over, source, destination, transports, states } = joint;
            self.steps.push(Step {
                verdict: &line.verdict,
                certain: line.when.is_certain(),
                sometimes: line.when.sometimes && line.when.is_exact(),
                exact: line.when.is_exact(),
                over,
                span: line.span,
                hull: Hull::of(&source, &destination),
                packets: PacketSet::of(&source, &destination, &transports, states),
            });
        }
    }
}

/// Whether a line decides about all its packets, by itself.
fn decides(line: &FilterLine) -> bool {
    line.when.is_certain()
        && matches!(line.verdict, Verdict::Permit | Verdict::Deny | Verdict::Return)
}

/// Conditions about the way that packets take: interfaces, and what translated them.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Over<'a>([&'a [String]; 5]);

impl<'a> Over<'a> {
    fn of(when: &'a Match) -> Self {
        Self([&when.from, &when.to, &when.not_from, &when.not_to, &when.after])
    }
}

/// Lines that are written as one.
#[derive(Clone)]
struct Joint<'a> {
    line: &'a FilterLine,
    over: usize,
    source: AddressSet,
    destination: AddressSet,
    transports: Vec<Transport>,
    states: States,
}

/// Joins lines that differ in nothing but their destinations, then in their sources, then in
/// their services: long lists are mostly such lines.
fn joined<'a>(lines: Vec<Line<'a>>) -> Vec<Joint<'a>> {
    let of = |(line, over): Line<'a>| Joint {
        line,
        over,
        source: line.when.source.clone(),
        destination: line.when.destination.clone(),
        transports: line.when.transports.clone(),
        states: line.when.states,
    };
    let all: Vec<Joint<'a>> = lines.into_iter().map(of).collect();
    if all.len() < 2 {
        return all;
    }
    let all = merged(
        all,
        |it| (it.over, it.states, it.transports.clone(), it.source.clone()),
        |all, own| all.destination = own.into_iter().map(|it| it.destination).collect(),
    );
    let all = merged(
        all,
        |it| (it.over, it.states, it.transports.clone(), it.destination.clone()),
        |all, own| all.source = own.into_iter().map(|it| it.source).collect(),
    );
    merged(
        all,
        |it| (it.over, it.states, it.source.clone(), it.destination.clone()),
        |all, own| all.transports = own.into_iter().flat_map(|it| it.transports).collect(),
    )
}

/// Joins those with the same key.
fn merged<'a, K: Ord>(
    all: Vec<Joint<'a>>,
    key: impl Fn(&Joint<'a>) -> K,
    join: impl Fn(&mut Joint<'a>, Vec<Joint<'a>>),
) -> Vec<Joint<'a>> {
    let mut groups: BTreeMap<K, Vec<Joint<'a>>> = BTreeMap::new();
    for it in all {
        groups.entry(key(&it)).or_default().push(it);
    }
    let one = |group: Vec<Joint<'a>>| {
        let mut first = group.first()?.clone();
        if group.len() > 1 {
            join(&mut first, group);
        }
        Some(first)
    };
    groups.into_values().filter_map(one).collect()
}

/// From where to where packets go at most, by their outermost addresses: source and destination of
/// each family, when there are any.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hull {
    v4: Option<[(u32, u32); 2]>,
    v6: Option<[(u128, u128); 2]>,
}

impl Hull {
    /// Of packets between addresses.
    pub(super) fn of(source: &AddressSet, destination: &AddressSet) -> Self {
        fn ends<A: Point>(set: &RangeSet<A>) -> Option<(A, A)> {
            Some((set.ranges().first()?.0, set.ranges().last()?.1))
        }
        Self {
            v4: ends(&source.v4).zip(ends(&destination.v4)).map(|(a, b)| [a, b]),
            v6: ends(&source.v6).zip(ends(&destination.v6)).map(|(a, b)| [a, b]),
        }
    }

    /// Whether two may have a packet in common: for certain not, when this says so.
    pub(super) fn meets(&self, other: &Self) -> bool {
        fn meet<A: Ord>(a: &Option<[(A, A); 2]>, b: &Option<[(A, A); 2]>) -> bool {
            let (Some(a), Some(b)) = (a, b) else { return false };
            a.iter().zip(b).all(|(a, b)| a.0 <= b.1 && b.0 <= a.1)
        }
        meet(&self.v4, &other.v4) || meet(&self.v6, &other.v6)
    }
}

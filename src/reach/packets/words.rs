//! Sets of packets for people: between which addresses, and what may be spoken.

use super::cube::{Cube, WITH_TYPES};
use super::set::PacketSet;
use crate::locale::Text;
use crate::model::{AddressSet, Point, Protocol, RangeSet, Service};
use crate::text;
use std::collections::BTreeMap;

/// What may be spoken: destination ports of TCP and UDP, ICMP types, and other protocols whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spoken {
    /// Destination ports of TCP.
    pub tcp: RangeSet<u16>,
    /// Destination ports of UDP.
    pub udp: RangeSet<u16>,
    /// Types of ICMP and ICMPv6.
    pub icmp: RangeSet<u8>,
    /// Numbers of all other protocols. Where these have ports, it is some of them at least.
    pub protocols: RangeSet<u8>,
}

/// Protocols with a notation of their own and neither ports nor types.
const NOTED: [(u8, Protocol); 3] = [(50, Protocol::Esp), (51, Protocol::Ah), (47, Protocol::Gre)];

impl Spoken {
    /// Everything.
    pub fn any() -> Self {
        Self {
            tcp: RangeSet::all(),
            udp: RangeSet::all(),
            icmp: RangeSet::all(),
            protocols: RangeSet::of([1, 6, 17, 58].map(|it| (it, it))).complement(),
        }
    }

    fn of<A: Point>(cube: &Cube<A>) -> Self {
        fn when<T: Point>(spoken: bool, what: &RangeSet<T>) -> RangeSet<T> {
            if spoken { what.clone() } else { RangeSet::none() }
        }
        let speaks = |protocol: u8| cube.protocols.contains(protocol);
        Self {
            tcp: when(speaks(6), &cube.destination_ports),
            udp: when(speaks(17), &cube.destination_ports),
            icmp: when(WITH_TYPES.into_iter().any(speaks), &cube.icmp_types),
            protocols: cube.protocols.intersection(&Self::any().protocols),
        }
    }

    /// Whether it is everything.
    pub fn is_any(&self) -> bool {
        *self == Self::any()
    }

    /// Whether it is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what may be spoken in another.
    fn extend(&mut self, other: &Self) {
        self.tcp = self.tcp.union(&other.tcp);
        self.udp = self.udp.union(&other.udp);
        self.icmp = self.icmp.union(&other.icmp);
        self.protocols = self.protocols.union(&other.protocols);
    }

    /// Everything else.
    #[must_use]
    pub fn complement(&self) -> Self {
        Self {
            tcp: self.tcp.complement(),
            udp: self.udp.complement(),
            icmp: self.icmp.complement(),
            protocols: Self::any().protocols.difference(&self.protocols),
        }
    }

    /// As services, in the order TCP, UDP, ICMP, ESP, AH, GRE. ICMP of some types only is ICMP.
    /// What has no notation as a service is in [`Self::others`].
    pub fn services(&self) -> Vec<Service> {
        if self.is_any() {
            return vec![Service::Any];
        }
        let ports = |protocol, set: &RangeSet<u16>| -> Vec<Service> {
            let each = set.ranges().iter();
            each.map(|(first, last)| Service::Ports { protocol, first: *first, last: *last })
                .collect()
        };
        let whole = |protocol| Service::Ports { protocol, first: 0, last: u16::MAX };
        let noted = NOTED.into_iter().filter(|(number, _)| self.protocols.contains(*number));
        let mut all = ports(Protocol::Tcp, &self.tcp);
        all.extend(ports(Protocol::Udp, &self.udp));
        all.extend((!self.icmp.is_empty()).then(|| whole(Protocol::Icmp)));
        all.extend(noted.map(|(_, protocol)| whole(protocol)));
        all
    }

    /// Numbers of the protocols that have no notation as a service.
    pub fn others(&self) -> RangeSet<u8> {
        self.protocols.difference(&RangeSet::of(NOTED.map(|(number, _)| (number, number))))
    }

    /// In words, all of it: `22/tcp, icmp type 8, protocol 89`; `any except …` when that is shorter.
    pub fn text(&self) -> Text {
        let (spoken, not) = (self.labels(), self.complement().labels());
        if self.is_empty() {
            text!("なし", "none")
        } else if not.is_empty() {
            Text::same("any")
        } else if not.len() < spoken.len() {
            let not = Text::list(&not);
            text!("{not}以外のすべて", "any except {not}"; not)
        } else {
            Text::list(&spoken)
        }
    }

    fn labels(&self) -> Vec<Text> {
        let icmp = Service::Ports { protocol: Protocol::Icmp, first: 0, last: u16::MAX };
        let label = |it: &Service| match numbers(&self.icmp) {
            types if *it == icmp && !self.icmp.is_all() => {
                text!("icmp（タイプ{types}）", "icmp type {types}")
            }
            _ => Text::same(it.to_string()),
        };
        let mut all: Vec<Text> = self.services().iter().map(label).collect();
        let others = numbers(&self.others());
        if !self.is_any() && !others.is_empty() {
            all.push(text!("プロトコル番号{others}", "protocol {others}"));
        }
        all
    }
}

/// Numbers with commas between them, ranges with a hyphen.
fn numbers(set: &RangeSet<u8>) -> String {
    let each = set.ranges().iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    each.collect::<Vec<_>>().join(",")
}

/// A set in a few words. Not every source need reach every destination, and not with everything
/// that is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// From where.
    pub sources: AddressSet,
    /// To where.
    pub destinations: AddressSet,
    /// What is spoken from some source to some destination.
    pub spoken: Spoken,
}

impl Summary {
    /// On one line: `192.0.2.0/24 → 10.0.0.5: 22/tcp`.
    pub fn text(&self) -> Text {
        if self.spoken.is_empty() {
            return self.spoken.text();
        }
        let (from, to, spoken) = (&self.sources, &self.destinations, self.spoken.text());
        text!("{from} → {to}：{spoken}", "{from} → {to}: {spoken}"; spoken)
    }
}

impl PacketSet {
    /// What is spoken in it, from some source to some destination.
    pub fn spoken(&self) -> Spoken {
        let mut all = Spoken::default();
        self.v4().for_each(|it| all.extend(&Spoken::of(it)));
        self.v6().for_each(|it| all.extend(&Spoken::of(it)));
        all
    }

    /// The set in a few words.
    pub fn summary(&self) -> Summary {
        Summary {
            sources: self.sources(),
            destinations: self.destinations(),
            spoken: self.spoken(),
        }
    }

    /// What is spoken to which destinations from some source: every destination stands with all
    /// that is spoken to it, those with the same together, ordered by their lowest address.
    pub fn by_destination(&self) -> Vec<(AddressSet, Spoken)> {
        let mut groups: BTreeMap<Spoken, AddressSet> = BTreeMap::new();
        for (range, spoken) in strips(self.v4()) {
            let at = groups.entry(spoken).or_default();
            at.v4 = at.v4.union(&range);
        }
        for (range, spoken) in strips(self.v6()) {
            let at = groups.entry(spoken).or_default();
            at.v6 = at.v6.union(&range);
        }
        let mut all: Vec<_> = groups.into_iter().map(|(spoken, to)| (to, spoken)).collect();
        // Destinations of IPv4 before those of IPv6 alone.
        all.sort_by(|(a, _), (b, _)| (a.v4.is_empty(), a).cmp(&(b.v4.is_empty(), b)));
        all
    }
}

/// The destinations of products, cut where any of them begins or ends, those with the same spoken
/// to them together.
fn strips<'a, A: Point + 'a>(
    cubes: impl Iterator<Item = &'a Cube<A>>,
) -> impl Iterator<Item = (RangeSet<A>, Spoken)> {
    let cubes: Vec<(&RangeSet<A>, Spoken)> =
        cubes.map(|it| (&it.destination, Spoken::of(it))).collect();
    let ranges =
        || cubes.iter().flat_map(|(to, spoken)| to.ranges().iter().map(move |it| (it, spoken)));
    let mut cuts: Vec<A> =
        ranges().flat_map(|((first, last), _)| [Some(*first), last.next()]).flatten().collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut slots = vec![Spoken::default(); cuts.len()];
    for ((first, last), spoken) in ranges() {
        let from = cuts.partition_point(|it| it < first);
        let to = cuts.partition_point(|it| it <= last);
        slots.iter_mut().take(to).skip(from).for_each(|it| it.extend(spoken));
    }
    let ends = cuts.iter().skip(1).map(|it| it.previous()).chain([Some(A::LAST)]);
    let mut groups: BTreeMap<Spoken, Vec<(A, A)>> = BTreeMap::new();
    for ((first, last), spoken) in cuts.iter().zip(ends).zip(slots) {
        if !spoken.is_empty() {
            groups.entry(spoken).or_default().extend(last.map(|last| (*first, last)));
        }
    }
    groups.into_iter().map(|(spoken, ranges)| (RangeSet::of(ranges), spoken))
}

//! One packet for an answer: one that gets there, or one that gets furthest.

use super::device::{Event, Machine, Stage};
use super::flow::Flow;
use super::network::Forwarding;
use super::packets::{Packet, PacketSet};
use super::{Assumptions, Bound, Disposition, Hop, Reach, Start, Trace};
use crate::locale::Text;
use crate::model::device::{Becomes, Nat, NatKind};
use crate::model::{AddressSet, EntityRef, Point, RangeSet};
use crate::text;

/// So many ways are tried for one sample.
const TRIED: usize = 16;
/// So often senders are halved to find one.
const HALVES: usize = 160;

/// One packet that gets from a start to a thing.
pub(super) fn sample(
    reach: &Reach<'_>,
    start: Start<'_>,
    target: &EntityRef,
    arriving: &PacketSet,
) -> Option<Trace> {
    let own = start.packets();
    [Bound::Certain, Bound::Possible].into_iter().find_map(|bound| {
        let mut flow = Flow::new(&reach.network, bound);
        flow.set_out(start, &own);
        let origins: Vec<PacketSet> =
            flow.origins(target, arriving).into_iter().take(TRIED).collect();
        let there =
            |packet: Packet| reach.way(start, &packet, |it| it.counts(bound) && it.reaches(target));
        let first = origins.iter().filter_map(PacketSet::sample).find_map(there);
        first.or_else(|| {
            let arrives = |packets: &PacketSet| {
                reach.from_start(start, packets, bound).at(target).meets(arriving)
            };
            let narrowed = origins.iter().filter_map(|it| narrowed(it, arrives));
            narrowed.filter_map(|it| it.sample()).find_map(there).or_else(|| {
                // What arrives on the word of the inventory alone took no way.
                let arrived = reach.from_start(start, &own, bound).at(target);
                arrived.intersection(arriving).intersection(&own).sample().and_then(there)
            })
        })
    })
}

/// Where a translation hides who sent the packets that arrive: those of one sender who gets there,
/// found by halves.
fn narrowed(packets: &PacketSet, arrives: impl Fn(&PacketSet) -> bool) -> Option<PacketSet> {
    let mut packets = packets.clone();
    for _ in 0..HALVES {
        let Some(halves) = halves(&packets.sources()) else { break };
        packets = halves.iter().map(|it| packets.from(it)).find(|it| arrives(it))?;
    }
    Some(packets)
}

/// Two halves of some addresses; none when there is but one.
fn halves(addresses: &AddressSet) -> Option<[AddressSet; 2]> {
    let v4 = |v4| AddressSet { v4, ..AddressSet::none() };
    let v6 = |v6| AddressSet { v6, ..AddressSet::none() };
    if addresses.v4.is_empty() {
        return half(&addresses.v6, |a, b| a + (b - a) / 2).map(|it| it.map(v6));
    }
    let first = half(&addresses.v4, |a, b| a + (b - a) / 2).map(|it| it.map(v4));
    match addresses.v6.is_empty() {
        true => first,
        false => Some([v4(addresses.v4.clone()), v6(addresses.v6.clone())]),
    }
}

fn half<T: Point>(set: &RangeSet<T>, middle: impl Fn(T, T) -> T) -> Option<[RangeSet<T>; 2]> {
    let ranges = set.ranges();
    if let [(first, last)] = ranges {
        let end = middle(*first, *last);
        let next = end.next().filter(|_| first < last)?;
        return Some([RangeSet::range(*first, end), RangeSet::range(next, *last)]);
    }
    let (one, other) = ranges.split_at_checked(ranges.len() / 2)?;
    let of = |part: &[(T, T)]| RangeSet::of(part.iter().copied());
    (!one.is_empty()).then(|| [of(one), of(other)])
}

/// The way of a packet that gets furthest towards a thing.
pub(super) fn blocked(
    reach: &Reach<'_>,
    start: Start<'_>,
    target: &EntityRef,
    packets: &PacketSet,
) -> Option<Trace> {
    let theirs = reach.network.book.of(target);
    let own = start.packets().intersection(packets);
    let named = || own.to(&theirs).sample();
    // Its address may be another one for whoever comes from outside.
    let translated = || {
        let there = packets.with_destination(&theirs, None).sample()?;
        before(reach, &there, &own).into_iter().next()
    };
    let Some(packet) = named().or_else(translated) else {
        // Whoever is there cannot even send to its addresses.
        let packet = own.with_destination(&theirs, None).intersection(packets).sample()?;
        return Some(unsent(start, packet));
    };
    let ways = reach.ways_from(start, &packet).into_iter();
    ways.filter(|it| !it.reaches(target)).max_by_key(|it| {
        let there = it.at.as_ref() == Some(target);
        (there, it.end.denies(), it.end != Disposition::Loop, it.hops.len())
    })
}

/// The way of a packet to an address that nobody at the start can send to.
fn unsent(start: Start<'_>, packet: Packet) -> Trace {
    let (thing, span) = match start {
        Start::Over(entry) => (Some(entry.by.clone()), Some(entry.span)),
        Start::At(..) => (None, None),
    };
    let to = packet.destination;
    let says = text!(
        "外部から {to} 宛に送る方法が無い（院内だけのアドレス）",
        "nothing outside can be sent to {to}, an address of the inside alone"
    );
    let name = thing.as_ref().map_or_else(|| text!("外部", "outside"), |it| Text::same(&it.id));
    Trace {
        packet,
        hops: vec![Hop {
            thing: thing.clone(),
            name,
            events: vec![Event { stage: Stage::Route, says, span }],
        }],
        end: Disposition::NoRoute,
        at: thing,
        certain: true,
        assumptions: Assumptions::default(),
    }
}

/// What a packet may have been when it set out: the same, or what a translation makes it of.
pub(super) fn before(reach: &Reach<'_>, arrived: &Packet, own: &PacketSet) -> Vec<Packet> {
    let machines = reach.network.nodes.iter().filter_map(|node| match &node.forwarding {
        Forwarding::Configured(machine) => Some(machine),
        _ => None,
    });
    let sets =
        machines.flat_map(|it| it.config.nat.iter().map(move |nat| turned(it, nat, arrived)));
    let same: PacketSet = arrived.into();
    let all = std::iter::once(same.clone()).chain(sets).chain([anyhow(&same, own)]);
    all.filter_map(|it| it.intersection(own).sample()).collect()
}

/// Packets that a translation of destinations makes this one of.
fn turned(machine: &Machine<'_>, nat: &Nat, arrived: &Packet) -> PacketSet {
    let Becomes::Addresses(new) = &nat.becomes else { return PacketSet::none() };
    if !nat.enabled || nat.kind == NatKind::Source || !new.contains(arrived.destination) {
        return PacketSet::none();
    }
    let to = match nat.when.destination.is_any() {
        true => machine
            .config
            .interfaces
            .iter()
            .flat_map(|it| &it.addresses)
            .map(|it| AddressSet::from(it.value.ip()))
            .collect(),
        false => nat.when.destination.clone(),
    };
    let all = crate::model::RangeSet::all();
    let ports = nat.ports.as_ref().map(|_| &all);
    let same: PacketSet = arrived.into();
    let widened = same.with_destination(&to, ports);
    widened.intersection(&PacketSet::of_match(&nat.when))
}

/// Packets like this one from any of the sources at the start.
fn anyhow(same: &PacketSet, own: &PacketSet) -> PacketSet {
    same.with_source(&own.sources())
}

//! One packet for an answer: one that gets there, or one that gets furthest.

use super::device::Machine;
use super::flow::Flow;
use super::network::Forwarding;
use super::packets::{Packet, PacketSet};
use super::{Bound, Disposition, Reach, Start, Trace};
use crate::model::device::{Becomes, Nat, NatKind};
use crate::model::{AddressSet, EntityRef};

/// So many ways are tried for one sample.
const TRIED: usize = 16;

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
        match start {
            Start::Over(entry) => flow.enter(entry, own.clone()),
            Start::At(place, _) => flow.send(place, &own),
        }
        let origins = flow.origins(target, arriving).into_iter().take(TRIED);
        let mut packets = origins.filter_map(|it| it.sample());
        packets.find_map(|packet| {
            let mut ways = ways(reach, start, &packet).into_iter();
            ways.find(|it| it.counts(bound) && it.reaches(target))
        })
    })
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
    // What has no address that can be sent to from there is tried all the same.
    let unnamed = || own.with_destination(&theirs, None).intersection(packets).sample();
    let packet = named().or_else(translated).or_else(unnamed)?;
    let ways = ways(reach, start, &packet).into_iter();
    ways.filter(|it| !it.reaches(target)).max_by_key(|it| {
        let there = it.at.as_ref() == Some(target);
        (there, it.end.denies(), it.end != Disposition::Loop, it.hops.len())
    })
}

fn ways(reach: &Reach<'_>, start: Start<'_>, packet: &Packet) -> Vec<Trace> {
    match start {
        Start::Over(entry) => reach.trace(entry, packet),
        Start::At(place, _) => reach.trace_from(place, packet),
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

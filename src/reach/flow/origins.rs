//! What packets were when they set out.

use super::Flow;
use crate::model::device::Nat;
use crate::model::{AddressSet, EntityRef, RangeSet};
use crate::reach::packets::PacketSet;

impl<'n> Flow<'n, '_> {
    /// Lets everything happen, and says which packets, as they were put in, may have become those
    /// that arrived at a thing; one set for each way, the shortest ways first.
    pub(in crate::reach) fn origins(
        mut self,
        thing: &EntityRef,
        arriving: &PacketSet,
    ) -> Vec<PacketSet> {
        self.finish();
        let there = self.arrived.iter().filter(|it| it.thing == *thing);
        let sets =
            there.map(|it| self.origin(it.from, it.translated, &it.packets.intersection(arriving)));
        sets.filter(|it| !it.is_empty()).collect()
    }

    /// What packets were when they were put in, that left a record.
    pub(super) fn origin(
        &self,
        from: usize,
        translated: [Option<&'n Nat>; 2],
        packets: &PacketSet,
    ) -> PacketSet {
        let mut packets = packets.clone();
        let (mut from, mut translated) = (Some(from), translated);
        while let Some(record) = from.and_then(|it| self.records.get(it)) {
            packets = before(&record.packets, translated, &packets);
            (from, translated) = (record.from, record.translated);
        }
        packets
    }
}

/// Of some packets, those that translations may have made these of.
fn before(packets: &PacketSet, by: [Option<&Nat>; 2], after: &PacketSet) -> PacketSet {
    let [destination, source] = by;
    if let (Some(nat), Some(other)) = (destination, source)
        && std::ptr::eq(nat, other)
    {
        // A device that nobody read made of them whatever it liked.
        return packets.intersection(&PacketSet::of_match(&nat.when));
    }
    let mut may = after.clone();
    if source.is_some() {
        may = may.with_source(&AddressSet::any());
    }
    if let Some(nat) = destination {
        let ports = nat.ports.as_ref().map(|_| RangeSet::all());
        may = may.with_destination(&AddressSet::any(), ports.as_ref());
        may = may.intersection(&PacketSet::of_match(&nat.when));
    }
    packets.intersection(&may)
}

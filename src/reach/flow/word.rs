//! What counts as passed on the word of the inventory, where nothing shows a way.

use super::{Flow, SAME, Stop};
use crate::reach::doubt::{AssumptionKind, Bound};
use crate::reach::packets::PacketSet;
use crate::reach::step::Freedom;
use crate::text;

impl Flow<'_, '_> {
    /// What the inventory permits, where no way is known in what is written down of the network and
    /// no configured device stands on the way, counts as passed: on the word of the inventory.
    pub(super) fn by_word(&mut self) {
        let network = self.network;
        let mut wanted = self.started.intersection(&network.declared.all);
        for packets in self.arrivals.at.values() {
            if wanted.is_empty() {
                return;
            }
            wanted = wanted.difference(packets);
        }
        if wanted.is_empty() {
            return;
        }
        let mut again = Flow::new(network, Bound::Possible);
        again.decided = Some(PacketSet::none());
        again.asked.freedom = Freedom::Pass;
        for record in self.records.iter().filter(|it| it.from.is_none()) {
            let own = record.packets.intersection(&wanted);
            again.come(record.at.clone(), own, None, SAME, None);
        }
        again.finish();
        let decided = again.decided.take().unwrap_or_default();
        wanted = wanted.difference(&decided);
        for packets in again.arrivals.at.values() {
            wanted = wanted.difference(packets);
        }
        for permission in &network.declared.permissions {
            let own = permission.packets.intersection(&wanted);
            if own.is_empty() {
                continue;
            }
            let mut counts = false;
            for (thing, addresses) in network.book.ends() {
                let theirs = own.to(addresses);
                if !theirs.is_empty() {
                    counts = true;
                    // Nobody knows the stages between: the trail leads there from the start.
                    if self.trail.is_some() {
                        let begun = self.records.iter().filter(|it| it.from.is_none());
                        let begun = begun.filter(|it| it.packets.meets(&theirs));
                        let begun: Vec<_> = begun.map(|it| it.stop.clone()).collect();
                        for stop in begun {
                            self.note(stop, Some(Stop::Thing(thing.clone())));
                        }
                    }
                    self.arrivals.at.entry(thing.clone()).or_default().extend(&theirs);
                }
            }
            if counts {
                self.arrivals.on_word = true;
                let says = text!(
                    "台帳で許可されていますが、どの機器を通るかは台帳にも設定にも書かれていません",
                    "the inventory permits it; neither it nor any configuration says by which devices"
                );
                let kind = AssumptionKind::Declared;
                let (of, span) = (Some(&permission.of), Some(permission.span));
                self.arrivals.assumptions.add(kind, of, span, says);
            }
        }
    }
}

//! What gets where over cables that nobody declared. It may have been sent by anybody and may come out
//! anywhere, so that it hardly matters where it set out: what of it is for the inside is followed
//! once, and told to everybody.

use super::{Arrivals, Flow, Record};
use crate::reach::doubt::Bound;
use crate::reach::network::Network;
use crate::reach::packets::PacketSet;
use crate::reach::step::At;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Answers about one network: for packets that strayed, where they get.
#[derive(Debug, Default)]
pub(in crate::reach) struct Strays(Mutex<Vec<Asked>>);

/// What strayed, and the answer as soon as somebody has it.
type Asked = (PacketSet, Arc<OnceLock<Followed>>);

/// Where packets got that strayed.
#[derive(Debug)]
pub(super) struct Followed {
    pub arrivals: Arrivals,
    /// What of it was where on the way.
    pub seen: BTreeMap<At, PacketSet>,
}

impl Strays {
    /// Where packets get, of any source, once they left over some cable of a network.
    fn of(&self, network: &Network<'_>, packets: &PacketSet) -> Arc<OnceLock<Followed>> {
        let answer = {
            let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let same = asked.iter().find(|it| it.0 == *packets).map(|it| Arc::clone(&it.1));
            same.unwrap_or_else(|| {
                let new = Arc::default();
                asked.push((packets.clone(), Arc::clone(&new)));
                new
            })
        };
        answer.get_or_init(|| Flow::new(network, Bound::Possible).straying(packets));
        answer
    }
}

impl<'n> Flow<'n, '_> {
    /// What strays is looked up among what others asked of the same network.
    pub(in crate::reach) fn sharing(mut self, strays: &'n Strays) -> Self {
        self.strays = Some(strays);
        self
    }

    /// Looks up where packets get that stray. What is for the outside is left to follow: it differs by
    /// where it set out.
    pub(super) fn looks_up(&mut self, packets: PacketSet) -> PacketSet {
        let Some(strays) = self.strays else { return packets };
        let inside = packets.to(self.network.book.inside());
        if !self.away.includes(&inside) {
            self.away.extend(&inside);
            self.followed.push(strays.of(self.network, &inside));
        }
        packets.difference(&inside)
    }

    /// Of packets somewhere, those that nobody has followed from there.
    pub(super) fn not_followed(&self, at: &At, mut packets: PacketSet) -> PacketSet {
        for known in self.followed.iter().filter_map(|it| it.get()?.seen.get(at)) {
            packets = packets.difference(known);
        }
        packets
    }

    /// Lets packets come from nowhere in particular, over any cable and every line.
    fn straying(mut self, packets: &PacketSet) -> Followed {
        let root = self.records.len();
        self.records.push(Record {
            at: At::Somewhere,
            packets: packets.clone(),
            from: None,
            translated: [None; 2],
            stray: true,
            stop: None,
        });
        let mut steps = Vec::new();
        self.network.strays(packets, [None; 2], &mut steps);
        for step in steps {
            self.step(root, None, step);
        }
        self.finish();
        Followed { arrivals: self.arrivals, seen: self.seen }
    }
}

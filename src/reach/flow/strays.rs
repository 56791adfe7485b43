//! What may come of a device that nobody read, as soon as somebody can talk to it: anything, from
//! anybody, to anybody, over any cable. That is the same wherever it began, so that it is followed
//! once and told to everybody who asks.

use super::{Arrivals, Flow, Record};
use crate::reach::doubt::Bound;
use crate::reach::network::Network;
use crate::reach::packets::PacketSet;
use crate::reach::step::{At, anything};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Where anything gets that some device of a network may send, when somebody has asked.
#[derive(Debug, Default)]
pub(in crate::reach) struct Strays(OnceLock<Followed>);

/// Where packets got.
#[derive(Debug)]
pub(super) struct Followed {
    arrivals: Arrivals,
    /// What of it was where on the way.
    seen: BTreeMap<At, PacketSet>,
}

impl Strays {
    fn of(&self, network: &Network<'_>) -> &Followed {
        self.0.get_or_init(|| Flow::new(network, Bound::Possible).straying())
    }
}

impl<'n> Flow<'n, '_> {
    /// What strays is looked up among what others asked of the same network.
    pub(in crate::reach) fn sharing(mut self, strays: &'n Strays) -> Self {
        self.strays = Some(strays);
        self
    }

    /// Looks up where packets get that stray, and leaves those that are to be followed.
    pub(super) fn looks_up(&mut self, packets: PacketSet) -> PacketSet {
        let Some(strays) = self.strays else { return packets };
        if self.followed.is_none() && packets.includes(anything()) {
            self.followed = Some(strays.of(self.network));
        }
        match self.followed {
            Some(_) => packets.difference(anything()),
            None => packets,
        }
    }

    /// Of packets somewhere, those that nobody has followed from there.
    pub(super) fn not_followed(&self, at: &At, packets: PacketSet) -> PacketSet {
        match self.followed.and_then(|it| it.seen.get(at)) {
            Some(known) => packets.difference(known),
            None => packets,
        }
    }

    /// Adds what others found out.
    pub(super) fn adds_followed(&mut self) {
        if let Some(known) = self.followed {
            self.arrivals.extend(&known.arrivals);
        }
    }

    /// Lets anything come over any cable and every line.
    fn straying(mut self) -> Followed {
        let root = self.records.len();
        self.records.push(Record {
            at: At::Somewhere,
            packets: anything().clone(),
            from: None,
            translated: [None; 2],
            stray: true,
            stop: None,
        });
        let mut steps = Vec::new();
        self.network.strays(anything(), [None; 2], &mut steps);
        for step in steps {
            self.step(root, None, step);
        }
        self.finish();
        Followed { arrivals: self.arrivals, seen: self.seen }
    }
}

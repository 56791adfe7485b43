//! Next hops by number, so that a million flows need not ask for the same few hardware addresses.

use super::Observer;
use super::intern::Interned;
use crate::wire::words::Mac;

/// A next hop: in which VLAN, which hardware address.
pub(super) type NextHop = (Option<u16>, Mac);

/// Sender and receiver by number, where those are stations.
type Between = (Option<usize>, Option<usize>);

/// The next hops of an observer.
#[derive(Debug)]
pub(super) struct NextHops {
    named: Interned<NextHop>,
    /// Pairs of hardware addresses in contexts, by their numbers; what is known of them.
    pairs: Interned<(u32, u32)>,
    between: Vec<Option<Between>>,
}

impl Default for NextHops {
    fn default() -> Self {
        let (named, pairs) = (Interned::new(usize::MAX), Interned::new(usize::MAX));
        Self { named, pairs, between: Vec::new() }
    }
}

impl NextHops {
    /// The number of a next hop.
    pub(super) fn number(&mut self, hop: NextHop) -> Option<usize> {
        self.named.number(hop).map(|it| it as usize)
    }

    /// All of them, by number.
    pub(super) fn names(&self) -> &[NextHop] {
        self.named.items()
    }

    /// Between whom a pair of hardware addresses goes in a context.
    pub(super) fn between(&mut self, of: &Observer, context: u32, hop: u32) -> Option<Between> {
        let macs = hop.checked_sub(1)?;
        let number = self.pairs.number((context, hop))? as usize;
        if number == self.between.len() {
            let vlan = of.contexts.vlan(context);
            let macs = of.hops.get(macs).map(|it| (it.sender(), it.receiver()));
            let station =
                |it: Mac, all: &mut Self| all.number((vlan, it)).filter(|_| it.is_station());
            let between = macs.map(|(from, to)| (station(from, self), station(to, self)));
            self.between.push(between);
        }
        *self.between.get(number)?
    }
}

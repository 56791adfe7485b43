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
    /// The numbers + 1 of pairs outside of all wrappings, where nearly all are; 0 is none yet.
    bare: Vec<u32>,
}

impl Default for NextHops {
    fn default() -> Self {
        let (named, pairs) = (Interned::new(usize::MAX), Interned::new(usize::MAX));
        Self { named, pairs, between: Vec::new(), bare: Vec::new() }
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

    /// The number of a pair of hardware addresses in a context.
    fn pair(&mut self, context: u32, hop: u32) -> Option<u32> {
        if context != 0 {
            return self.pairs.number((context, hop));
        }
        if self.bare.len() <= hop as usize {
            self.bare.resize(hop as usize + 1, 0);
        }
        let known = self.bare.get_mut(hop as usize)?;
        if *known == 0 {
            *known = self.pairs.number((context, hop))? + 1;
        }
        Some(*known - 1)
    }

    /// Between whom a pair of hardware addresses goes in a context.
    pub(super) fn between(&mut self, of: &Observer, context: u32, hop: u32) -> Option<Between> {
        let macs = hop.checked_sub(1)?;
        let number = self.pair(context, hop)? as usize;
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

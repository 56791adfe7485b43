//! Beyond a bound flows are no longer kept apart: first those of one conversation share an entry,
//! then those between two networks, at last all of a protocol. Nothing is lost, and it is counted.

use super::Observer;
use super::flow::{Flow, Key, standing, state};
use super::note::Begun;
use crate::wire::frame::{Tcp, flag};
use std::net::Ipv6Addr;

/// How many flows are kept apart: with everything that belongs to them less than 300 MB.
pub(super) const KEPT_APART: usize = 1_100_000;
/// Up to how many entries there may be at each step.
const STEPS: [(u8, usize); 3] =
    [(PORTS, KEPT_APART + 200_000), (NETWORKS, KEPT_APART + 300_000), (PROTOCOLS, usize::MAX)];
/// The client's port is no longer told apart.
pub(super) const PORTS: u8 = 1;
/// Nor are addresses of one network (/24, /64).
pub(super) const NETWORKS: u8 = 2;
/// Nor anything but the protocol.
const PROTOCOLS: u8 = 3;

impl Observer {
    /// The entry that a flow shares with others, and whether the sender is its second end.
    #[cold]
    pub(super) fn folded(&mut self, begun: Begun, tcp: Option<Tcp>) -> Option<(u32, bool)> {
        let client = begun.key.end(begun.second).1;
        let second = begun.second;
        let flow = begun.flow();
        for (step, most) in STEPS {
            let (key, turned) = self.widened(flow.key, second, step);
            let hash = self.table.hash(key);
            let number = match self.table.find(key, hash) {
                Ok(number) => number,
                Err(slot) if self.table.len() < most => {
                    let first = if turned { state::FIRST_IS_SECOND } else { 0 };
                    let known = Flow { key, widened: step, state: first | state::HEARD, ..flow };
                    self.table.add(known, hash, slot)
                }
                Err(_) => continue,
            };
            let known = self.table.get_mut(number)?;
            let is_new = match tcp {
                Some(tcp) => tcp.flags & (flag::SYN | flag::ACK) == flag::SYN,
                None => std::mem::replace(&mut known.hello, u32::from(client)) != u32::from(client),
            };
            self.aggregated += u64::from(is_new);
            return Some((number, turned));
        }
        None
    }

    /// A key with less in it, and whether the sender is then its second end.
    fn widened(&mut self, key: Key, second: bool, step: u8) -> (Key, bool) {
        let [mut from, mut to] = [second, !second].map(|it| key.end(it));
        if standing(from.1) >= standing(to.1) {
            from.1 = 0;
        } else {
            to.1 = 0;
        }
        if step >= NETWORKS {
            from.0 = self.network(from.0, key.is_v6());
            to.0 = self.network(to.0, key.is_v6());
        }
        let mut context = key.context();
        if step >= PROTOCOLS {
            (from, to, context) = ((0, 0), (0, 0), 0);
        }
        Key::new(from, to, key.protocol(), key.is_v6(), context)
    }

    fn network(&mut self, address: u32, is_v6: bool) -> u32 {
        if !is_v6 {
            return address & 0xffff_ff00;
        }
        let known = self.addresses.get(address).copied().unwrap_or(Ipv6Addr::UNSPECIFIED);
        let network = Ipv6Addr::from_bits(known.to_bits() >> 64 << 64);
        self.addresses.number(network).unwrap_or(0)
    }
}

//! Ports that are used again: another connection is listened to as if nobody had spoken before.

use super::Observer;
use super::flow::{Flow, did, state};
use super::fold::KEPT_APART;
use super::note::{Begun, UDP};
use crate::wire::frame::{Tcp, flag};

/// Without a word for so long, datagrams are listened to anew: somebody else may have the ports.
pub(super) const QUIET: u64 = 300 * 1_000_000_000;
/// A greeting that comes so long after the words of the other side is none that they answered.
const LATE: u64 = 3_000_000_000;

impl Observer {
    /// The flow that a greeting belongs to. One that begins another connection over ports where
    /// something was said is a flow of its own: who began, what is said and who is named there are
    /// found out anew, and what was learned before stays.
    #[cold]
    pub(super) fn greeted(&mut self, number: u32, tcp: Tcp, begun: Begun, hash: u64) -> u32 {
        let (second, began) = (begun.second, !tcp.has(flag::ACK));
        if !self.is_renewed(number, (second, began), tcp.sequence, begun.moment.time) {
            return number;
        }
        self.renewed(number, begun.flow(), hash)
    }

    fn is_renewed(&self, number: u32, by: (bool, bool), isn: u32, time: u64) -> bool {
        self.table.len() < KEPT_APART
            && self.table.get(number).is_some_and(|it| it.is_renewed(by, isn, time))
    }

    /// Whether a flow of another observer is another connection than the one known here.
    pub(super) fn is_another(&self, number: u32, later: &Flow) -> bool {
        let second = later.has(state::FIRST_IS_SECOND);
        let pick = |[a, b]: [u32; 2]| if second { b } else { a };
        let greets = pick(later.flags.map(u32::from)) & u32::from(flag::SYN) != 0;
        let by = (second, later.has(state::FROM_SYN));
        greets && self.is_renewed(number, by, pick(later.mark), later.first)
    }

    /// Another flow takes the place of one with the same key, to which nobody listens any longer.
    pub(super) fn renewed(&mut self, number: u32, flow: Flow, hash: u64) -> u32 {
        let listening = self.table.get(number).and_then(|it| it.listening.checked_sub(1));
        if let Some(place) = listening.filter(|_| flow.key.protocol() != UDP) {
            self.close(place);
        }
        self.table.renew(flow, hash)
    }
}

impl Flow {
    /// Whether a greeting with this first number begins another connection; `by`: whether the key's
    /// second end greets, and whether it is the first to do so. A greeting that is repeated, or seen
    /// at a second place, has the number that is known; where nothing was said there is nothing to
    /// keep apart.
    const fn is_renewed(&self, (second, began): (bool, bool), isn: u32, time: u64) -> bool {
        let ([a, b], [c, d]) = (self.flags, self.mark);
        let (mine, others, mark) = if second { (b, a, d) } else { (a, b, c) };
        let is_other = if mine & flag::SYN != 0 {
            mark != isn
        } else if others & flag::SYN != 0 {
            // The answer may be shown before the greeting, by another tap.
            began && time > self.last.saturating_add(LATE)
        } else {
            began && time >= self.last
        };
        is_other && (a | b) & did::DATA != 0 && self.widened == 0
    }

    /// Datagrams are listened to anew.
    pub(super) const fn listen_anew(&mut self) {
        if self.key.protocol() == UDP && self.widened == 0 {
            self.state &= !state::HEARD;
            self.listening = 0;
        }
    }
}

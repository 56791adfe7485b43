//! Hellos that are torn over several datagrams wait here for their other parts, within fixed memory.

use super::Observer;
use crate::wire::speech::{self, Ends, Part};
use crate::wire::words::Speech;

/// How many wait at the same time: 4 MiB at the most. When there are more, the oldest is given up:
/// what its first parts said was told already.
const WAITING: usize = 256;
/// The longest hello. With keys that withstand quantum computers they have two thousand bytes.
const LONGEST: usize = 16 * 1024;

/// The parts of one hello: of which flow, whether its second end says it.
#[derive(Clone, Debug)]
struct Torn {
    flow: u32,
    second: bool,
    parts: Vec<Part>,
}

/// Hellos of which parts are missing, the oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Hellos {
    waiting: Vec<Torn>,
}

impl Hellos {
    /// Adds parts to a hello; all that are there now.
    pub(super) fn add(&mut self, flow: u32, second: bool, parts: Vec<Part>) -> Vec<Part> {
        let at = self.waiting.iter().position(|it| it.flow == flow && it.second == second);
        let mut torn = match at {
            Some(at) => self.waiting.remove(at),
            None => Torn { flow, second, parts: Vec::new() },
        };
        for part in parts {
            // A datagram that was sent again brings nothing.
            if !torn.parts.contains(&part) {
                torn.parts.push(part);
            }
        }
        let all = torn.parts.clone();
        if torn.parts.iter().map(|(_, it)| it.len()).sum::<usize>() <= LONGEST {
            if self.waiting.len() >= WAITING {
                self.waiting.remove(0);
            }
            self.waiting.push(torn);
        }
        all
    }

    /// Nothing is missing any more.
    pub(super) fn done(&mut self, flow: u32, second: bool) {
        self.waiting.retain(|it| it.flow != flow || it.second != second);
    }

    /// What waits of a flow: by which end, which parts.
    pub(super) fn of(&self, flow: u32) -> impl Iterator<Item = (bool, Vec<Part>)> + '_ {
        let own = self.waiting.iter().filter(move |it| it.flow == flow);
        own.map(|it| (it.second, it.parts.clone()))
    }
}

impl Observer {
    /// What a hello says that is torn over several datagrams, as far as it is there.
    pub(super) fn joined_hello(
        &mut self,
        number: u32,
        second: bool,
        ends: &Ends,
        parts: Vec<Part>,
    ) -> Vec<Speech> {
        let said = speech::hello(ends, &self.hellos.add(number, second, parts));
        if said.parts.is_empty() {
            self.hellos.done(number, second);
        }
        said.speech
    }

    /// Goes on with the hellos of a flow of another observer that is now `number` here.
    pub(super) fn go_on_joining(
        &mut self,
        number: u32,
        is_turned: bool,
        later: &Self,
        theirs: u32,
    ) {
        for (second, parts) in later.hellos.of(theirs) {
            let second = second != is_turned;
            let Some(flow) = self.table.get(number).copied() else { return };
            let ends = Ends {
                from: self.address(&flow, second),
                from_port: flow.key.end(second).1,
                to: self.address(&flow, !second),
                to_port: flow.key.end(!second).1,
            };
            let speech = self.joined_hello(number, second, &ends, parts);
            self.said(number, speech);
        }
    }
}

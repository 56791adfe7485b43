//! A conversation while it is put together from flows.

use super::super::facts::{Conversation, Count, Guess, Hours, Wrap};
use super::seen::Seen;
use crate::wire::words::{Mac, Speech};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// How many ranges of ports or days are listed.
const RANGES: usize = 64;
/// How many values of one detail are listed.
const VALUES: usize = 64;

/// What makes a conversation that and no other one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    pub(super) vlans: Vec<u16>,
    pub(super) inside: Vec<Wrap>,
    pub(super) from: IpAddr,
    pub(super) to: IpAddr,
    pub(super) protocol: u8,
    pub(super) port: u16,
}

/// What is known of it.
#[derive(Clone, Debug)]
pub(super) struct Talk {
    pub(super) seen: Seen,
    pub(super) guess: Guess,
    pub(super) answered: bool,
    pub(super) sessions: u64,
    pub(super) forth: Count,
    pub(super) back: Count,
    pub(super) longest: u64,
    /// Standing sessions: from when to when.
    pub(super) stretches: Vec<(u64, u64)>,
    pub(super) parallel: u32,
    pub(super) hours: Hours,
    pub(super) days: BTreeSet<u32>,
    pub(super) ports: BTreeSet<u16>,
    pub(super) speech: Vec<Speech>,
    pub(super) hops: BTreeSet<(Mac, Mac)>,
    pub(super) also_as: BTreeSet<String>,
}

impl Talk {
    /// Adds what another stretch or another flow knows.
    pub(super) fn add(&mut self, other: Self) {
        self.seen.add(other.seen);
        self.guess = self.guess.min(other.guess);
        self.answered |= other.answered;
        self.sessions += other.sessions;
        for (to, from) in [(&mut self.forth, other.forth), (&mut self.back, other.back)] {
            to.packets += from.packets;
            to.bytes += from.bytes;
        }
        self.longest = self.longest.max(other.longest);
        self.stretches.extend(other.stretches);
        self.parallel = self.parallel.max(other.parallel);
        self.hours.0.iter_mut().zip(other.hours.0).for_each(|(to, from)| *to |= from);
        self.days.extend(other.days);
        self.ports.extend(other.ports);
        merge(&mut self.speech, other.speech);
        self.hops.extend(other.hops);
        self.also_as.extend(other.also_as);
    }

    /// The hour (since 1970) in which something was said.
    pub(super) fn hour(&mut self, hour: u32) {
        let day = hour / 24;
        self.days.insert(day);
        // 1970-01-01 was a Thursday.
        if let Some(hours) = self.hours.0.get_mut((day as usize + 3) % 7) {
            *hours |= 1 << (hour % 24);
        }
    }

    /// Forgets single stretches, keeping how many stood at the same time.
    pub(super) fn settle(&mut self) {
        self.parallel = self.parallel.max(at_once(&mut self.stretches));
        self.stretches = Vec::new();
    }

    pub(super) fn told(mut self, subject: Subject) -> Conversation {
        const WITH_PORTS: [u8; 5] = [6, 17, 33, 132, 136];
        self.settle();
        let has_ports = WITH_PORTS.contains(&subject.protocol);
        // Port 0 stands for those that were not told apart.
        let is_open = self.ports.remove(&0) && has_ports;
        let mut from_ports = ranges(self.ports.iter().map(|it| u32::from(*it)));
        if is_open && !from_ports.ends_with('…') {
            from_ports.push_str(if from_ports.is_empty() { "…" } else { ",…" });
        }
        Conversation {
            vlans: subject.vlans,
            inside: subject.inside,
            from: subject.from,
            to: subject.to,
            protocol: subject.protocol,
            port: has_ports.then_some(subject.port),
            from_ports: if has_ports { from_ports } else { String::new() },
            guess: self.guess,
            answered: self.answered,
            seen: self.seen.sighting(),
            sessions: self.sessions,
            forth: self.forth,
            back: self.back,
            longest: self.longest,
            parallel: self.parallel,
            hours: self.hours,
            days: ranges(self.days.into_iter()),
            speech: self.speech,
            hops: self.hops,
            also_as: self.also_as,
        }
    }
}

/// Adds speech to speech: one entry a protocol, sorted.
pub(super) fn merge(to: &mut Vec<Speech>, from: Vec<Speech>) {
    for speech in from {
        match to.binary_search_by_key(&speech.spoken, |it| it.spoken) {
            Err(at) => to.insert(at, speech),
            Ok(at) => {
                let Some(known) = to.get_mut(at) else { continue };
                for (detail, values) in speech.details {
                    let values_known = known.details.entry(detail).or_default();
                    values_known.extend(values);
                    while values_known.len() > VALUES {
                        values_known.pop_last();
                    }
                }
            }
        }
    }
}

/// How many stretches stand at the same time at most.
fn at_once(stretches: &mut [(u64, u64)]) -> u32 {
    stretches.sort_unstable();
    let mut ends: Vec<u64> = stretches.iter().map(|(_, end)| *end).collect();
    ends.sort_unstable();
    let mut over = ends.into_iter().peekable();
    let (mut now, mut most) = (0u32, 0);
    for (begin, _) in stretches.iter() {
        while over.next_if(|end| end < begin).is_some() {
            now = now.saturating_sub(1);
        }
        now += 1;
        most = most.max(now);
    }
    most
}

/// Numbers in ascending order as ranges: `1-3,7`. Too many end with `…`.
fn ranges(numbers: impl Iterator<Item = u32>) -> String {
    use std::fmt::Write as _;
    let mut found: Vec<(u32, u32)> = Vec::new();
    let mut told = String::new();
    for number in numbers {
        if let Some((_, last)) = found.last_mut().filter(|it| it.1 + 1 == number) {
            *last = number;
        } else if found.len() <= RANGES {
            found.push((number, number));
        }
    }
    for (at, (first, last)) in found.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        // Writing to a text cannot fail.
        let _ = match () {
            () if at == RANGES => write!(told, ",…"),
            () if first == last => write!(told, "{comma}{first}"),
            () => write!(told, "{comma}{first}-{last}"),
        };
    }
    told
}

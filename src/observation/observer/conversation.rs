//! A conversation while it is put together from flows.

use super::super::facts::{Conversation, Count, Guess, Hours, Wrap};
use super::seen::Seen;
use crate::wire::words::{Mac, Speech, Spoken};
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

/// What is known of it. Lists may hold the same several times; what is told holds it once.
#[derive(Clone, Debug, Default)]
pub(super) struct Talk {
    pub(super) seen: Option<Seen>,
    pub(super) guess: Option<Guess>,
    pub(super) answered: bool,
    pub(super) sessions: u64,
    pub(super) forth: Count,
    pub(super) back: Count,
    pub(super) longest: u64,
    /// Standing sessions: from when to when.
    pub(super) stretches: Vec<(u64, u64)>,
    hours: Hours,
    days: Vec<u32>,
    pub(super) ports: Vec<u16>,
    /// What was said, by number + 1.
    pub(super) said: Vec<u32>,
    /// What was carried.
    pub(super) tunnels: Vec<Spoken>,
    /// Between which hardware addresses, by number, and whether on the way back.
    pub(super) hops: Vec<(u32, bool)>,
    pub(super) also_as: BTreeSet<String>,
}

impl Talk {
    /// Adds packets and when they came.
    pub(super) fn count(&mut self, seen: Seen, forth: Count, back: Count) {
        match &mut self.seen {
            Some(known) => known.add(seen),
            None => self.seen = Some(seen),
        }
        for (to, from) in [(&mut self.forth, forth), (&mut self.back, back)] {
            to.packets += from.packets;
            to.bytes += from.bytes;
        }
    }

    /// The hour (since 1970) in which something was said.
    pub(super) fn hour(&mut self, hour: u32) {
        let day = hour / 24;
        add_new(&mut self.days, day);
        // 1970-01-01 was a Thursday.
        if let Some(hours) = self.hours.0.get_mut((day as usize + 3) % 7) {
            *hours |= 1 << (hour % 24);
        }
    }

    /// All of it, with what was said and between whom it went.
    pub(super) fn told(
        mut self,
        subject: Subject,
        speech: Vec<Speech>,
        hops: BTreeSet<(Mac, Mac)>,
    ) -> Option<Conversation> {
        let has_ports = has_ports(subject.protocol);
        let mut from_ports = String::new();
        if has_ports {
            settle(&mut self.ports);
            // Port 0 stands for those that were not told apart.
            let told = self.ports.strip_prefix(&[0]);
            let is_open = told.is_some();
            let ports = told.unwrap_or(&self.ports);
            from_ports = ranges(ports.iter().map(|it| u32::from(*it)));
            if is_open && !from_ports.ends_with('…') {
                from_ports.push_str(if from_ports.is_empty() { "…" } else { ",…" });
            }
        }
        settle(&mut self.days);
        Some(Conversation {
            vlans: subject.vlans,
            inside: subject.inside,
            from: subject.from,
            to: subject.to,
            protocol: subject.protocol,
            port: has_ports.then_some(subject.port),
            from_ports,
            guess: self.guess?,
            answered: self.answered,
            seen: self.seen?.sighting(),
            sessions: self.sessions,
            forth: self.forth,
            back: self.back,
            longest: self.longest,
            parallel: at_once(&mut self.stretches),
            hours: self.hours,
            days: ranges(self.days.into_iter()),
            speech,
            hops,
            also_as: self.also_as,
        })
    }
}

/// Whether a protocol has ports (IANA).
pub(super) fn has_ports(protocol: u8) -> bool {
    matches!(protocol, 6 | 17 | 33 | 132 | 136)
}

/// Adds what is mostly what was added last.
pub(super) fn add_new<T: PartialEq>(to: &mut Vec<T>, item: T) {
    if to.last() != Some(&item) {
        to.push(item);
    }
}

/// Everything once, sorted.
pub(super) fn settle<T: Ord>(all: &mut Vec<T>) {
    all.sort_unstable();
    all.dedup();
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
    if stretches.len() < 2 {
        return stretches.len() as u32;
    }
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

//! Packets that two descriptions have in common.

use super::filter::{Match, Transport};
use super::names_interface;

/// More combinations of protocols than this are not written out.
const MOST: usize = 4096;

impl Match {
    /// The packets that both describe; `None` when there are none.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let from = common(&self.from, &other.from)?;
        let to = common(&self.to, &other.to)?;
        let after = common(&self.after, &other.after)?;
        let source = self.source.intersection(&other.source);
        let destination = self.destination.intersection(&other.destination);
        let states = self.states.intersection(other.states);
        if source.is_empty() || destination.is_empty() || states.is_empty() {
            return None;
        }
        let mut not_understood: Vec<_> =
            self.not_understood.iter().chain(&other.not_understood).copied().collect();
        not_understood.sort_unstable();
        not_understood.dedup();
        let transports: Vec<Transport> = if other.transports.iter().any(Transport::is_any) {
            self.transports.clone()
        } else {
            let pairs = self
                .transports
                .iter()
                .flat_map(|mine| other.transports.iter().map(move |its| mine.intersection(its)));
            pairs.flatten().take(MOST).collect()
        };
        (!transports.is_empty()).then(|| Self {
            from,
            to,
            not_from: joined(&self.not_from, &other.not_from),
            not_to: joined(&self.not_to, &other.not_to),
            after,
            source,
            destination,
            transports,
            states,
            sometimes: self.sometimes || other.sometimes,
            not_understood,
        })
    }
}

impl Transport {
    /// What both allow; `None` when that is nothing.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let both = Self {
            protocols: self.protocols.intersection(&other.protocols),
            source_ports: self.source_ports.intersection(&other.source_ports),
            destination_ports: self.destination_ports.intersection(&other.destination_ports),
            icmp_types: self.icmp_types.intersection(&other.icmp_types),
        };
        let nothing = both.protocols.is_empty()
            || both.source_ports.is_empty()
            || both.destination_ports.is_empty()
            || both.icmp_types.is_empty();
        (!nothing).then_some(both)
    }

    /// Whether everything that the other allows is allowed by this one.
    pub fn includes(&self, other: &Self) -> bool {
        self.protocols.includes(&other.protocols)
            && self.source_ports.includes(&other.source_ports)
            && self.destination_ports.includes(&other.destination_ports)
            && self.icmp_types.includes(&other.icmp_types)
    }
}

/// Names that stand in both lists, where an empty one stands for all; `None` when none does.
fn common(a: &[String], b: &[String]) -> Option<Vec<String>> {
    if a.is_empty() || b.is_empty() {
        return Some(if a.is_empty() { b.to_vec() } else { a.to_vec() });
    }
    let within = |name: &&String, list: &[String]| {
        list.iter().any(|it| {
            let wide = it.ends_with(['*', '+']);
            it == *name || (wide && names_interface(it, name.trim_end_matches(['*', '+'])))
        })
    };
    let mut both: Vec<String> = a.iter().filter(|name| within(name, b)).cloned().collect();
    let more = b.iter().filter(|name| within(name, a) && !both.contains(name)).cloned();
    let more: Vec<String> = more.collect();
    both.extend(more);
    (!both.is_empty()).then_some(both)
}

fn joined(a: &[String], b: &[String]) -> Vec<String> {
    let mut all = a.to_vec();
    all.extend(b.iter().filter(|name| !a.contains(name)).cloned());
    all
}

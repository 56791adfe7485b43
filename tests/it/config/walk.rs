//! What the filters of a device do with one packet, tried line by line: the plainest reading of the
//! facts, to compare with what kernels and manuals say.

use sekisho::model::device::{DeviceConfig, Family, Filter, Hook, Match, States, Verdict};
use std::net::IpAddr;

/// A packet that opens a session, unless its state says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'p> {
    pub from: Option<&'p str>,
    pub to: Option<&'p str>,
    pub source: IpAddr,
    pub destination: IpAddr,
    pub protocol: u8,
    pub port: u16,
    pub state: States,
}

impl<'p> Packet<'p> {
    pub fn new(protocol: u8, source: &str, destination: &str, port: u16) -> Self {
        Self {
            from: None,
            to: None,
            source: source.parse().expect("an address"),
            destination: destination.parse().expect("an address"),
            protocol,
            port,
            state: States::NEW,
        }
    }

    pub fn over(mut self, from: &'p str, to: &'p str) -> Self {
        self.from = Some(from).filter(|it| !it.is_empty());
        self.to = Some(to).filter(|it| !it.is_empty());
        self
    }
}

/// What may happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub passes: bool,
    pub dropped: bool,
    /// Something was not understood on the way.
    pub unknown: bool,
    /// The end of a list is reached.
    falls: bool,
}

impl Outcome {
    fn join(&mut self, other: Self) {
        self.passes |= other.passes;
        self.dropped |= other.dropped;
        self.unknown |= other.unknown;
    }
}

pub fn matches(when: &Match, packet: &Packet<'_>) -> bool {
    when.comes_in_over(packet.from)
        && when.leaves_over(packet.to)
        && when.source.contains(packet.source)
        && when.destination.contains(packet.destination)
        && when.states.includes(packet.state)
        && when.transports.iter().any(|it| {
            it.protocols.contains(packet.protocol)
                && it.source_ports.contains(40_000)
                && match packet.protocol {
                    1 | 58 => it.icmp_types.contains(packet.port as u8),
                    _ => it.destination_ports.contains(packet.port),
                }
        })
}

fn filter(device: &DeviceConfig, list: &Filter, packet: &Packet<'_>, depth: usize) -> Outcome {
    let mut out = Outcome::default();
    assert!(depth < 32, "lists call each other without end");
    for line in list.lines.iter().filter(|it| it.enabled && matches(&it.when, packet)) {
        if !line.when.is_exact() && line.verdict != Verdict::Continue {
            out.unknown = true;
            continue;
        }
        let named = |name: &str| match device.filter(name) {
            Some(other) => filter(device, other, packet, depth + 1),
            None => Outcome { unknown: true, ..Outcome::default() },
        };
        let goes_on = match &line.verdict {
            Verdict::Permit => {
                out.passes = true;
                false
            }
            Verdict::Deny => {
                out.dropped = true;
                false
            }
            Verdict::Call(name) => {
                let inner = named(name);
                out.join(inner);
                inner.falls || inner == Outcome { unknown: true, ..Outcome::default() }
            }
            Verdict::Goto(name) => {
                let inner = named(name);
                out.join(inner);
                out.falls |= inner.falls;
                false
            }
            Verdict::Return => {
                out.falls = true;
                false
            }
            Verdict::Continue => true,
            Verdict::Unknown => {
                out.unknown = true;
                true
            }
        };
        if !goes_on && !line.when.sometimes {
            return out.ended(list);
        }
    }
    out.falls = true;
    out.ended(list)
}

impl Outcome {
    /// What the end of the list means, if it was reached.
    fn ended(mut self, list: &Filter) -> Self {
        if self.falls {
            match &list.otherwise {
                Verdict::Permit => self.passes = true,
                Verdict::Deny => self.dropped = true,
                Verdict::Return => return self,
                _ => self.unknown = true,
            }
            self.falls = false;
        }
        self
    }
}

/// What the filters at a hook do.
pub fn at(device: &DeviceConfig, hook: Hook, packet: &Packet<'_>) -> Outcome {
    let mut all = Outcome { passes: true, ..Outcome::default() };
    for applied in device.applied.iter().filter(|it| it.hook == hook) {
        let list = device.filter(&applied.filter).expect("an applied filter");
        let asked = match list.family {
            Family::Both => true,
            Family::V4 => packet.source.is_ipv4(),
            Family::V6 => packet.source.is_ipv6(),
        };
        if asked {
            let one = filter(device, list, packet, 0);
            all.passes &= one.passes;
            all.dropped |= one.dropped;
            all.unknown |= one.unknown;
        }
    }
    all
}

//! `object-group network|service`, `time-range`.

use super::entry::{icmp_type, port_words};
use super::parse::{Command, Handler, Table};
use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::device::{StructureKind, Transport};
use crate::model::{AddressSet, RangeSet};
use std::net::IpAddr;

/// Groups, read before everything else.
pub(super) const GROUPS: &Table<Repr> = &[
    ("object-group network", Handler::Block(network)),
    ("object-group v6-network", Handler::Block(network)),
    ("object-group ip address", Handler::Block(network)),
    ("object-group service", Handler::Block(service)),
    ("object-group v6-service", Handler::Block(service)),
    ("time-range", Handler::Block(time_range)),
];

fn network(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let Some(name) = command.words.last().filter(|_| command.words.len() >= 3) else {
        return Fate::Unrecognized;
    };
    notes.structures.define(StructureKind::AddressGroup, *name, command.span());
    let group = repr.objects.network_mut(name);
    let mut sets = vec![std::mem::take(&mut group.set)];
    for child in &item.children {
        let command = Command::of(&child.line);
        let set = match command.words.as_slice() {
            ["description", ..] => {
                notes.ignored(&child.line, Because::Presentation);
                continue;
            }
            ["exit"] => Some(AddressSet::none()),
            ["group-object", member] => {
                notes.structures.refer(StructureKind::AddressGroup, *member, command.span());
                group.members.push((*member).to_owned());
                Some(AddressSet::none())
            }
            ["host", host] => host.parse::<IpAddr>().ok().map(AddressSet::from),
            ["any"] => Some(AddressSet::any()),
            ["range", first, last] => match (first.parse(), last.parse()) {
                (Ok(first), Ok(last)) => Some(AddressSet::range(first, last)),
                _ => None,
            },
            [address, mask] => numbers::masked(address, mask).map(AddressSet::from),
            [network] if network.contains('/') => numbers::network(network).map(AddressSet::from),
            _ => None,
        };
        match set.filter(|_| !command.negated) {
            Some(set) => {
                sets.push(set);
                notes.understood(&child.line);
            }
            None => group.exact = false,
        }
    }
    group.set = sets.into_iter().collect();
    Fate::Understood
}

fn service(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let [_, _, name] = command.words.as_slice() else { return Fate::Unrecognized };
    notes.structures.define(StructureKind::ServiceGroup, *name, command.span());
    let group = repr.objects.services_mut(name);
    for child in &item.children {
        let command = Command::of(&child.line);
        match command.words.as_slice() {
            ["description", ..] => {
                notes.ignored(&child.line, Because::Presentation);
                continue;
            }
            ["exit"] => {}
            ["group-object", member] => {
                notes.structures.refer(StructureKind::ServiceGroup, *member, command.span());
                group.members.push((*member).to_owned());
            }
            words => match transports(words).filter(|_| !command.negated) {
                Some(transports) => group.transports.extend(transports),
                None => {
                    group.exact = false;
                    continue;
                }
            },
        }
        notes.understood(&child.line);
    }
    Fate::Understood
}

/// `tcp eq 443`, `tcp source gt 1023 eq 80`, `tcp-udp range 1 9`, `icmp echo`, `esp`.
fn transports(words: &[&str]) -> Option<Vec<Transport>> {
    let (protocol, mut rest) = words.split_first()?;
    let mut transports = match *protocol {
        "ip" => vec![Transport::any()],
        "tcp-udp" => vec![Transport::protocol(6), Transport::protocol(17)],
        word => vec![Transport::protocol(numbers::protocol(word)?)],
    };
    if let ["source", more @ ..] = rest {
        let (ports, count) = port_words(more)?;
        for transport in &mut transports {
            transport.source_ports = ports.clone();
        }
        rest = more.get(count..)?;
    }
    match rest {
        [] => {}
        [kind] if *protocol == "icmp" => {
            let (kind, true) = icmp_type(kind, false)? else { return None };
            for transport in &mut transports {
                transport.icmp_types = RangeSet::one(kind);
            }
        }
        words => {
            // A port without an operator is one port.
            let alone = super::entry::port(words.first()?).map(|port| (RangeSet::one(port), 1));
            let (ports, count) = alone.or_else(|| port_words(words))?;
            if count != words.len() {
                return None;
            }
            for transport in &mut transports {
                transport.destination_ports = ports.clone();
            }
        }
    }
    Some(transports)
}

fn time_range(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let name = command.word(1).text;
    notes.structures.define(StructureKind::Schedule, name, command.span());
    repr.objects.schedules.push(name.to_owned());
    repr.objects.schedule(name, item);
    for child in &item.children {
        if ["absolute", "periodic"].iter().any(|start| child.line.body().starts_with(start)) {
            notes.ignored(&child.line, Because::Clock);
        }
    }
    Fate::Understood
}

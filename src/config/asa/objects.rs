//! Objects and groups of addresses and services.

use super::nat;
use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::ios::entry::{icmp_type, port, port_words};
use crate::config::ios::parse::Command;
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::device::{StructureKind, Transport};
use crate::model::{AddressSet, IpNetwork, RangeSet};
use std::net::IpAddr;

/// `name 10.0.0.5 server [description …]`: from here on the word stands for the address.
pub(super) fn alias(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let [_, address, name, ..] = command.words.as_slice() else { return Fate::Unrecognized };
    match address.parse() {
        Ok(address) if !command.negated => {
            repr.objects.aliases.insert((*name).to_owned(), address);
            Fate::Understood
        }
        _ => Fate::Unrecognized,
    }
}

/// `object network NAME`, `object-group network NAME`; translations below them are read later.
pub(super) fn network(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let Some(name) = command.words.get(2) else { return Fate::Unrecognized };
    notes.structures.define(StructureKind::AddressGroup, *name, command.span());
    let aliases = std::mem::take(&mut repr.objects.aliases);
    let alias = |word: &str| word.parse::<IpAddr>().ok().or_else(|| aliases.get(word).copied());
    let group = repr.objects.network_mut(name);
    let mut sets = vec![std::mem::take(&mut group.set)];
    for child in &item.children {
        let line = Command::of(&child.line);
        let words = line.words.strip_prefix(&["network-object"]).unwrap_or(&line.words);
        let set = match words {
            ["nat", ..] => continue,
            ["description", ..] => {
                notes.ignored(&child.line, Because::Presentation);
                continue;
            }
            ["group-object" | "object", member] => {
                notes.structures.refer(StructureKind::AddressGroup, *member, line.span());
                group.members.push((*member).to_owned());
                Some(AddressSet::none())
            }
            ["host", host] => alias(host).map(AddressSet::from),
            ["range", first, last] => match (first.parse(), last.parse()) {
                (Ok(first), Ok(last)) => Some(AddressSet::range(first, last)),
                _ => None,
            },
            ["subnet", network] => numbers::network(network).map(AddressSet::from),
            ["subnet", address, mask] | [address, mask] => {
                let address = alias(address).map(|it| it.to_string());
                address.and_then(|it| numbers::masked(&it, mask)).map(AddressSet::from)
            }
            [network] => network.parse::<IpNetwork>().ok().map(AddressSet::from),
            _ => None,
        };
        // Of an object, which holds one thing, what is written later takes the place.
        let alone =
            command.begins("object network") && matches!(words, ["host" | "range" | "subnet", ..]);
        match set.filter(|_| !line.negated) {
            Some(set) if alone => {
                sets = vec![set];
                notes.understood(&child.line);
            }
            Some(set) => {
                sets.push(set);
                notes.understood(&child.line);
            }
            None => group.exact = false,
        }
    }
    group.set = sets.into_iter().collect();
    repr.objects.aliases = aliases;
    Fate::Understood
}

/// `object service`, `object-group service NAME [tcp|udp|tcp-udp]`, `… protocol`, `… icmp-type`
pub(super) fn service(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let Some(name) = command.words.get(2) else { return Fate::Unrecognized };
    notes.structures.define(StructureKind::ServiceGroup, *name, command.span());
    let group = repr.objects.services_mut(name);
    for child in &item.children {
        let line = Command::of(&child.line);
        let known = match line.words.as_slice() {
            ["description", ..] => {
                notes.ignored(&child.line, Because::Presentation);
                continue;
            }
            ["group-object", member] | ["service-object", "object", member] => {
                notes.structures.refer(StructureKind::ServiceGroup, *member, line.span());
                group.members.push((*member).to_owned());
                true
            }
            ["port-object", words @ ..] => match port_words(words) {
                Some((ports, count)) if count == words.len() => {
                    group.ports = group.ports.union(&ports);
                    true
                }
                _ => false,
            },
            ["protocol-object", word] => match (*word, numbers::protocol(word)) {
                ("ip", _) => {
                    group.transports.push(Transport::any());
                    true
                }
                (_, Some(number)) => {
                    group.transports.push(Transport::protocol(number));
                    true
                }
                _ => false,
            },
            ["icmp-object", word] => match icmp_type(word, false) {
                Some((kind, true)) => {
                    group.types = group.types.union(&RangeSet::one(kind));
                    true
                }
                _ => false,
            },
            ["service-object" | "service", words @ ..] => match transports(words) {
                Some(transports) => {
                    group.transports.extend(transports);
                    true
                }
                None => false,
            },
            _ => false,
        };
        if known && !line.negated {
            notes.understood(&child.line);
        } else {
            group.exact = false;
        }
    }
    Fate::Understood
}

/// `tcp destination eq 443`, `udp source range 1 9 destination eq 53`, `icmp echo`, `esp`
pub(super) fn transports(words: &[&str]) -> Option<Vec<Transport>> {
    let (protocol, mut rest) = words.split_first()?;
    let mut all = match *protocol {
        "ip" => vec![Transport::any()],
        "tcp-udp" => vec![Transport::protocol(6), Transport::protocol(17)],
        word => vec![Transport::protocol(numbers::protocol(word)?)],
    };
    while let Some((side, more)) = rest.split_first() {
        let source = match *side {
            "source" => true,
            "destination" => false,
            // `service-object tcp eq 443`
            "eq" | "range" | "gt" | "lt" | "neq" => {
                let (ports, count) = port_words(rest)?;
                all.iter_mut().for_each(|it| it.destination_ports = ports.clone());
                rest = rest.get(count..)?;
                continue;
            }
            word if protocol.starts_with("icmp") => {
                let (kind, true) = icmp_type(word, *protocol == "icmp6")? else { return None };
                all.iter_mut().for_each(|it| it.icmp_types = RangeSet::one(kind));
                rest = more;
                continue;
            }
            _ => return None,
        };
        let (ports, count) = match port_words(more) {
            Some(found) => found,
            None => (RangeSet::one(port(more.first()?)?), 1),
        };
        for it in &mut all {
            let of = if source { &mut it.source_ports } else { &mut it.destination_ports };
            *of = ports.clone();
        }
        rest = more.get(count..)?;
    }
    Some(all)
}

pub(super) fn time_range(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    notes.structures.define(StructureKind::Schedule, command.word(1).text, command.span());
    repr.objects.schedule(command.word(1).text, item);
    for child in &item.children {
        notes.ignored(&child.line, Because::Clock);
    }
    Fate::Understood
}

/// Translations below an object.
pub(super) fn object(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let name = command.word(2).text;
    for child in &item.children {
        let line = Command::of(&child.line);
        if line.words.first() == Some(&"nat") {
            // An object with a translation does something by itself.
            notes.structures.refer(StructureKind::AddressGroup, name, command.span());
            let fate = nat::of_object(repr, name, &line, notes);
            notes.set(child.line.number, fate);
        }
    }
    if matches!(command.words.get(1), Some(&"network" | &"service")) {
        Fate::Understood
    } else {
        Fate::Unrecognized
    }
}

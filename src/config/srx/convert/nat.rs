//! Translation: destination, static and source rules.

use super::super::super::numbers;
use super::super::tree::Entry;
use super::books::{Books, ports};
use super::{Reader, place};
use crate::model::device::{Becomes, Match, Nat, NatKind, StructureKind, Transport};
use crate::model::{AddressSet, RangeSet};

pub(super) fn read<'t>(reader: &mut Reader<'_, 't, '_>, books: &Books<'t>) {
    let Some(block) = reader.root.at(&["security", "nat"]) else { return };
    // Static rules are tried first, then those of destinations; sources come after the route.
    for (word, then, kind) in [
        ("static", "static-nat", NatKind::Static),
        ("destination", "destination-nat", NatKind::Destination),
        ("source", "source-nat", NatKind::Source),
    ] {
        let Some(block) = block.child(word) else { continue };
        for pool in block.list("pool") {
            reader.notes.structures.define(
                StructureKind::Pool,
                name(word, pool.text()),
                place(pool),
            );
        }
        for set in block.list_all("rule-set") {
            for rule in set.list_all("rule") {
                let off = block.inactive() || set.inactive() || rule.inactive();
                one(reader, books, block, set, rule, (word, then, kind), off);
            }
        }
    }
}

fn name(kind: &str, pool: &str) -> String {
    format!("{kind}/{pool}")
}

fn one<'t>(
    reader: &mut Reader<'_, 't, '_>,
    books: &Books<'t>,
    block: Entry<'_, 't>,
    set: Entry<'_, 't>,
    rule: Entry<'_, 't>,
    (word, then, kind): (&str, &'static str, NatKind),
    off: bool,
) {
    let mut when = Match::any();
    let side = |word: &'static str| -> Vec<String> {
        let Some(side) = set.get(word) else { return Vec::new() };
        let names = side.list("zone").into_iter().chain(side.list("interface"));
        names.map(|it| it.text().to_owned()).collect()
    };
    (when.from, when.to) = (side("from"), side("to"));
    let mut protocols = RangeSet::all();
    let mut listens = RangeSet::all();
    for condition in rule.get("match").into_iter().flat_map(|it| it.children()) {
        let words: Vec<_> = condition.children().collect();
        let known = match condition.text() {
            it @ ("source-address"
            | "destination-address"
            | "source-address-name"
            | "destination-address-name") => {
                let parts: Vec<Option<AddressSet>> = words
                    .iter()
                    .map(|word| match it.ends_with("-name") {
                        true => {
                            if let Some(node) =
                                word.node().filter(|it| !it.word.text.starts_with("any"))
                            {
                                reader.refer(StructureKind::AddressGroup, node.word);
                            }
                            books.address("", word.text())
                        }
                        false => numbers::network(word.text()).map(AddressSet::from),
                    })
                    .collect();
                let whole = !parts.is_empty() && parts.iter().all(Option::is_some);
                whole.then(|| {
                    let set = parts.into_iter().flatten().collect();
                    match it.starts_with("source") {
                        true => when.source = set,
                        false => when.destination = set,
                    }
                })
            }
            "destination-port" => {
                let parts: Option<Vec<_>> = words.iter().map(|word| ports(word.text())).collect();
                parts.map(|it| {
                    listens = it.iter().fold(RangeSet::none(), |all, part| all.union(part));
                })
            }
            "protocol" => {
                let parts: Option<Vec<u8>> =
                    words.iter().map(|word| numbers::protocol(word.text())).collect();
                parts.map(|it| protocols = RangeSet::of(it.into_iter().map(|it| (it, it))))
            }
            _ => None,
        };
        if known.is_none() {
            when.not_understood.push(place(condition));
            reader.unclear(words.first().copied().unwrap_or(condition));
        }
    }
    if protocols.is_all() && !listens.is_all() {
        // Only these two have ports.
        protocols = RangeSet::of([(6, 6), (17, 17)]);
    }
    when.transports = vec![Transport { protocols, destination_ports: listens, ..Transport::any() }];
    let action = rule.get("then").and_then(|it| it.get(then));
    let (becomes, new_ports) = becomes(reader, block, action, word);
    let interface = match kind {
        NatKind::Source => when.to.as_slice(),
        _ => when.from.as_slice(),
    };
    let interface = match interface {
        [one] => Some(one.clone()),
        _ => None,
    };
    reader.out.nat.push(Nat {
        span: place(rule),
        label: format!("{}: {}", set.text(), rule.text()),
        kind,
        interface,
        when,
        at_interface: false,
        becomes,
        ports: new_ports,
        enabled: !off,
    });
}

/// What an address becomes, and the new port.
fn becomes(
    reader: &mut Reader<'_, '_, '_>,
    block: Entry<'_, '_>,
    action: Option<Entry<'_, '_>>,
    word: &str,
) -> (Becomes, Option<RangeSet<u16>>) {
    let Some(action) = action else { return (Becomes::Unknown, None) };
    if action.get("off").is_some() {
        return (Becomes::Unchanged, None);
    }
    if action.get("interface").is_some() {
        return (Becomes::Interface, None);
    }
    if let Some(prefix) = action.get("prefix").and_then(|it| it.children().next()) {
        let port = prefix.value("mapped-port").and_then(|word| ports(word.text));
        return match numbers::network(prefix.text()) {
            Some(network) => (Becomes::Addresses(network.into()), port),
            None => {
                reader.unclear(prefix);
                (Becomes::Unknown, port)
            }
        };
    }
    let Some(pool) = action.value("pool") else {
        reader.unclear(action.children().next().unwrap_or(action));
        return (Becomes::Unknown, None);
    };
    reader.notes.structures.refer(StructureKind::Pool, name(word, pool.text), pool.span);
    let known = block.get("pool").and_then(|it| it.child(pool.text));
    let mut port = None;
    let mut sets = Vec::new();
    for address in known.map(|it| it.list("address")).unwrap_or_default() {
        if address.text() == "port" {
            port = address.children().next().and_then(|it| ports(it.text()));
            continue;
        }
        port = address.value("port").and_then(|word| ports(word.text)).or(port);
        sets.push(match address.value("to") {
            Some(last) => {
                let (first, last) = (bare(address.text()), bare(last.text));
                numbers::addresses(&format!("{first}-{last}"))
            }
            None => numbers::network(address.text()).map(AddressSet::from),
        });
    }
    match !sets.is_empty() && sets.iter().all(Option::is_some) {
        true => (Becomes::Addresses(sets.into_iter().flatten().collect()), port),
        false => (Becomes::Unknown, port),
    }
}

/// An address without its length.
fn bare(word: &str) -> &str {
    word.split('/').next().unwrap_or(word)
}

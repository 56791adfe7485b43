//! Address translation of an interface.

use super::{Reader, network};
use crate::config::ix::repr::{Port, Translation};
use crate::config::{Line, Word, numbers};
use crate::model::device::{Becomes, Match, Nat, NatKind, StructureKind, Transport};
use crate::model::{AddressSet, RangeSet, network_of};
use std::net::IpAddr;

/// Services that `ip napt service` knows by name: protocol and port (manual: コマンドリファレンス,
/// NAPT; the numbers are those of IANA).
const SERVICES: &[(&str, u8, u16)] = &[
    ("ftp", 6, 21),
    ("ssh", 6, 22),
    ("telnet", 6, 23),
    ("smtp", 6, 25),
    ("http", 6, 80),
    ("pop3", 6, 110),
];

impl<'t> Reader<'_, 't> {
    /// `ip nat …`, `ip napt …`
    pub(super) fn translation(
        &mut self,
        port: &mut Port<'t>,
        line: &Line<'t>,
        words: &[Word<'t>],
    ) -> bool {
        let span = line.span();
        let after = |count: usize| words.get(count..).unwrap_or_default();
        match crate::config::listing::texts(words).as_slice() {
            [_, "nat", "enable"] => {
                port.nat_on = true;
                true
            }
            [_, "napt", "enable"] => {
                port.napt_on = Some(span);
                true
            }
            [_, "napt", "inside", "list", name] => {
                self.notes.structures.refer(StructureKind::Filter, *name, span);
                port.napt_inside.extend(words.last());
                true
            }
            [_, "nat", "static", inside, outside] => {
                let sets = network(inside, false).zip(network(outside, false));
                let Some((inside, outside)) = sets else { return false };
                let when = Match { destination: network_of(outside).into(), ..v4() };
                let becomes = Becomes::Addresses(network_of(inside).into());
                port.translations.push(Translation {
                    napt: false,
                    to: None,
                    nat: self.nat(port, line, NatKind::Static, when, becomes),
                });
                true
            }
            [_, "napt", "static", ..] => self.napt_static(port, line, after(3)),
            [_, "napt", "service", ..] => self.napt_service(port, line, after(3)),
            _ => false,
        }
    }

    fn nat(
        &self,
        port: &Port<'t>,
        line: &Line<'t>,
        kind: NatKind,
        when: Match,
        becomes: Becomes,
    ) -> Nat {
        let at_interface = when.destination == AddressSet::any_v4();
        Nat {
            span: line.span(),
            label: String::new(),
            kind,
            interface: Some(port.name.text.to_owned()),
            when,
            at_interface,
            becomes,
            ports: None,
            enabled: true,
        }
    }

    /// `INTERFACE|ADDRESS [PROTOCOL [PORT]]`: what arrives goes there, ports unchanged. Of an
    /// interface it is the device itself.
    fn napt_static(&mut self, port: &mut Port<'t>, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let [target, what @ ..] = words else { return false };
        let mut to = None;
        let becomes = match target.text.parse::<IpAddr>() {
            Ok(address) => Becomes::Addresses(address.into()),
            Err(_) if target.text == port.name.text => Becomes::Unchanged,
            Err(_) => {
                self.refer_interface(*target);
                to = Some(*target);
                Becomes::Unknown
            }
        };
        let mut when = v4();
        let understood = what_of(what, &mut when);
        let nat = self.nat(port, line, NatKind::Destination, when, becomes);
        port.translations.push(Translation { napt: true, to, nat });
        understood
    }

    /// `NAME ADDRESS [OUTSIDE-PORT|none PROTOCOL PORT]`
    fn napt_service(&mut self, port: &mut Port<'t>, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let [name, inside, rest @ ..] = words else { return false };
        let Ok(address) = inside.text.parse::<IpAddr>() else { return false };
        let mut when = v4();
        let understood = match rest {
            [] => {
                let known = SERVICES.iter().find(|it| it.0 == name.text);
                match known {
                    Some((_, protocol, number)) => {
                        when.transports = vec![Transport::ports(*protocol, RangeSet::one(*number))];
                    }
                    None if name.text == "ping" => when.transports = vec![Transport::protocol(1)],
                    None => when.not_understood.push(name.span),
                }
                when.is_exact()
            }
            [none, what @ ..] if none.text == "none" => what_of(what, &mut when),
            [outside, protocol, number] => {
                let outside = numbers::ports(outside.text);
                let protocol = numbers::protocol(protocol.text);
                match (outside, protocol, numbers::ports(number.text)) {
                    (Some(outside), Some(protocol), Some(number)) => {
                        let same = outside == number;
                        // Which of two numbers is the one outside, no manual at hand says.
                        if !same {
                            when.not_understood.push(line.span());
                        }
                        when.transports = vec![Transport::ports(protocol, outside.union(&number))];
                        same
                    }
                    _ => {
                        when.not_understood.push(line.span());
                        false
                    }
                }
            }
            _ => {
                when.not_understood.push(line.span());
                false
            }
        };
        let becomes = Becomes::Addresses(AddressSet::from(address));
        let mut nat = self.nat(port, line, NatKind::Destination, when, becomes);
        nat.label = name.text.to_owned();
        port.translations.push(Translation { napt: true, to: None, nat });
        understood
    }
}

/// `[PROTOCOL [PORT]]`; without words everything.
fn what_of(words: &[Word<'_>], when: &mut Match) -> bool {
    let Some(protocol) = words.first() else { return true };
    let ports = match words.get(1) {
        None => Some(RangeSet::all()),
        Some(word) if word.text == "any" => Some(RangeSet::all()),
        Some(word) => numbers::ports(word.text),
    };
    match (numbers::protocol(protocol.text), ports) {
        (Some(protocol), Some(ports)) if words.len() <= 2 => {
            when.transports = vec![Transport::ports(protocol, ports)];
            true
        }
        _ => {
            when.not_understood.extend(words.iter().map(|it| it.span));
            false
        }
    }
}

fn v4() -> Match {
    Match { source: AddressSet::any_v4(), destination: AddressSet::any_v4(), ..Match::any() }
}

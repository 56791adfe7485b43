//! `nat (real,mapped) …`: of objects, and of two sides at once.

use super::repr::Repr;
use crate::config::coverage::Fate;
use crate::config::ios::entry::port;
use crate::config::ios::parse::Command;
use crate::config::notes::Notes;
use crate::model::device::{
    Becomes, DeviceConfig, Match, Nat, NatKind, StructureKind, TranslationOrder, Transport,
};
use crate::model::{AddressSet, RangeSet};
use crate::source::Span;
use std::net::IpAddr;

/// One line.
#[derive(Clone, Debug)]
pub(super) struct NatLine {
    span: Span,
    /// 1 of two sides, 2 of objects, 3 after those.
    section: u8,
    /// Static lines of objects are tried before dynamic ones.
    fixed: bool,
    label: String,
    real_side: String,
    mapped_side: String,
    real: String,
    mapped: String,
    destination: Option<(String, String)>,
    /// Protocol, real port, mapped port.
    service: Option<(u8, u16, u16)>,
    enabled: bool,
    exact: bool,
}

/// `(inside,outside)`
pub(super) fn sides(word: &str) -> Option<(String, String)> {
    let (real, mapped) = word.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
    Some((real.to_owned(), mapped.to_owned()))
}

fn refer(name: &str, span: Span, notes: &mut Notes) {
    if !matches!(name, "any" | "interface") && name.parse::<IpAddr>().is_err() {
        notes.structures.refer(StructureKind::AddressGroup, name, span);
    }
}

/// `nat (a,b) …` below `object network NAME`.
pub(super) fn of_object(
    repr: &mut Repr,
    name: &str,
    line: &Command<'_>,
    notes: &mut Notes,
) -> Fate {
    let [_, both, kind @ ("static" | "dynamic"), mapped, rest @ ..] = line.words.as_slice() else {
        return Fate::Unrecognized;
    };
    let Some((real_side, mapped_side)) = sides(both) else { return Fate::Unrecognized };
    refer(mapped, line.span(), notes);
    let mut nat = NatLine {
        span: line.span(),
        section: 2,
        fixed: *kind == "static",
        label: name.to_owned(),
        real_side,
        mapped_side,
        real: name.to_owned(),
        mapped: (*mapped).to_owned(),
        destination: None,
        service: None,
        enabled: true,
        exact: true,
    };
    let fate = options(&mut nat, rest);
    repr.nat.push(nat);
    fate
}

fn options(nat: &mut NatLine, mut words: &[&str]) -> Fate {
    loop {
        words = match words {
            [] => return Fate::Understood,
            ["service", protocol @ ("tcp" | "udp"), real, mapped, rest @ ..] => {
                let (Some(real), Some(mapped)) = (port(real), port(mapped)) else {
                    nat.exact = false;
                    return Fate::Unrecognized;
                };
                nat.service = Some((if *protocol == "tcp" { 6 } else { 17 }, real, mapped));
                rest
            }
            [
                "dns" | "no-proxy-arp" | "route-lookup" | "interface" | "net-to-net"
                | "unidirectional",
                rest @ ..,
            ] => rest,
            ["inactive", rest @ ..] => {
                nat.enabled = false;
                rest
            }
            ["description", ..] => return Fate::Understood,
            _ => {
                nat.exact = false;
                return Fate::Unrecognized;
            }
        };
    }
}

/// `nat (a,b) [after-auto] [N] source …` in the global mode. Lines of PIX and of ASA before 8.3 have
/// one side in the brackets.
pub(super) fn twice(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let Some((real_side, mapped_side)) = command.words.get(1).and_then(|word| sides(word)) else {
        return super::old_nat::source(repr, command, notes);
    };
    let mut words = command.words.get(2..).unwrap_or_default();
    let mut section = 1;
    if let ["after-auto", rest @ ..] = words {
        section = 3;
        words = rest;
    }
    if let [number, rest @ ..] = words
        && number.parse::<u32>().is_ok()
    {
        words = rest;
    }
    let ["source", kind @ ("static" | "dynamic"), real, mapped, rest @ ..] = words else {
        return Fate::Unrecognized;
    };
    refer(real, command.span(), notes);
    refer(mapped, command.span(), notes);
    let mut nat = NatLine {
        span: command.span(),
        section,
        fixed: *kind == "static",
        label: String::new(),
        real_side,
        mapped_side,
        real: (*real).to_owned(),
        mapped: (*mapped).to_owned(),
        destination: None,
        service: None,
        enabled: true,
        exact: true,
    };
    let mut rest = rest;
    if let ["destination", "static", mapped, real, more @ ..] = rest {
        refer(mapped, command.span(), notes);
        refer(real, command.span(), notes);
        nat.destination = Some(((*mapped).to_owned(), (*real).to_owned()));
        rest = more;
    }
    let mut fate = Fate::Understood;
    if let ["service", real, mapped, more @ ..] = rest
        && !matches!(*real, "tcp" | "udp")
    {
        // Services of this form are objects; which ports, the object says. For the source they are
        // source ports.
        notes.structures.refer(StructureKind::ServiceGroup, *real, command.span());
        notes.structures.refer(StructureKind::ServiceGroup, *mapped, command.span());
        nat.service = service(repr, real)
            .zip(service(repr, mapped))
            .and_then(|(real, mapped)| (real.0 == mapped.0).then_some((real.0, real.1, mapped.1)));
        if nat.service.is_none() || nat.destination.is_some() {
            nat.exact = false;
            fate = Fate::Unrecognized;
        }
        rest = more;
    }
    let more = options(&mut nat, rest);
    repr.nat.push(nat);
    if fate == Fate::Unrecognized { fate } else { more }
}

/// Protocol and source port of an object with one of each.
fn service(repr: &Repr, name: &str) -> Option<(u8, u16)> {
    let group = repr.objects.services(name).filter(|it| it.exact)?;
    let [transport] = group.transports.as_slice() else { return None };
    let ([(protocol, p)], [(first, last)]) =
        (transport.protocols.ranges(), transport.source_ports.ranges())
    else {
        return None;
    };
    let one = protocol == p && first == last && transport.destination_ports.is_all();
    one.then_some((*protocol, *first))
}

/// The addresses of a name, and whether they are known exactly.
fn addresses(repr: &Repr, name: &str) -> (AddressSet, bool) {
    match name {
        "any" | "interface" => (AddressSet::any(), true),
        _ => match (repr.objects.address(name), repr.objects.network(name)) {
            (Some(address), _) => (address.into(), true),
            (_, Some(group)) => (group.set.clone(), group.exact),
            _ => (AddressSet::any(), false),
        },
    }
}

/// Lists of interfaces name the addresses of the inside since 8.3, and before that those that a packet
/// has on the wire (*Cisco ASA 5500 Migration to Version 8.3*, real addresses in access lists). The
/// version shows in how translations are written.
pub(super) fn order(repr: &Repr) -> TranslationOrder {
    match (repr.old_nat.is_empty(), repr.nat.is_empty()) {
        (false, false) => TranslationOrder::Unknown,
        (false, true) => TranslationOrder::AtInterfaces,
        (true, _) => TranslationOrder::OutsideFilters,
    }
}

/// Translations as facts, in the order in which the device tries them.
pub(super) fn translations(repr: &Repr, config: &mut DeviceConfig) {
    super::old_nat::translations(repr, config);
    let mut lines: Vec<&NatLine> = repr.nat.iter().collect();
    lines.sort_by_key(|line| (line.section, line.section == 2 && !line.fixed));
    for line in lines {
        config.nat.push(of_line(repr, line));
    }
}

fn of_line(repr: &Repr, line: &NatLine) -> Nat {
    let (real, real_exact) = addresses(repr, &line.real);
    let (mapped, mapped_exact) = addresses(repr, &line.mapped);
    let side = |name: &String| if name == "any" { Vec::new() } else { vec![name.clone()] };
    let mut when = Match::any();
    if !(line.exact && real_exact && mapped_exact) {
        when.not_understood.push(line.span);
    }
    let interface = (line.mapped_side != "any").then(|| line.mapped_side.clone());
    let to_interface = line.mapped == "interface";
    let far = line
        .destination
        .as_ref()
        .map(|(mapped, real)| (addresses(repr, mapped).0, addresses(repr, real).0));
    let mut ports = None;
    let (kind, becomes) = if !line.fixed {
        when.source = real;
        when.from = side(&line.real_side);
        when.to = side(&line.mapped_side);
        let becomes = if to_interface { Becomes::Interface } else { Becomes::Addresses(mapped) };
        (NatKind::Source, becomes)
    } else if line.real == line.mapped {
        // The same before and after: an exemption, most often for a tunnel.
        when.source = real;
        when.from = side(&line.real_side);
        when.to = side(&line.mapped_side);
        (NatKind::Static, Becomes::Unchanged)
    } else {
        when.destination = if to_interface { AddressSet::any() } else { mapped };
        when.from = side(&line.mapped_side);
        let mut kind = NatKind::Static;
        if let Some((protocol, real, mapped)) = line.service {
            when.transports = vec![Transport::ports(protocol, RangeSet::one(mapped))];
            ports = (real != mapped).then(|| RangeSet::one(real));
            kind = NatKind::Destination;
        }
        if let Some((far, _)) = &far {
            when.source = far.clone();
        }
        (kind, Becomes::Addresses(real))
    };
    if let Some((far, _)) = far
        && kind != NatKind::Destination
        && (!line.fixed || line.real == line.mapped)
    {
        when.destination = far;
    }
    Nat {
        span: line.span,
        label: line.label.clone(),
        kind,
        interface,
        when,
        at_interface: line.fixed && to_interface,
        becomes,
        ports,
        enabled: line.enabled,
    }
}

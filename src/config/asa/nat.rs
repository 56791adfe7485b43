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
use std::net::{IpAddr, Ipv4Addr};

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
    /// Of the destination: protocol, real port, mapped port.
    far_service: Option<(u8, u16, u16)>,
    /// `unidirectional`: the destination opens no session to the source.
    unidirectional: bool,
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
        far_service: None,
        unidirectional: false,
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
            ["dns" | "no-proxy-arp" | "route-lookup" | "interface" | "net-to-net", rest @ ..] => {
                rest
            }
            ["unidirectional", rest @ ..] => {
                nat.unidirectional = true;
                rest
            }
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
        far_service: None,
        unidirectional: false,
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
        // Services of this form are objects; which ports, the object says. Of the source they are
        // source ports, of the destination (mapped, then real) destination ports.
        notes.structures.refer(StructureKind::ServiceGroup, *real, command.span());
        notes.structures.refer(StructureKind::ServiceGroup, *mapped, command.span());
        let ports = |of: fn(&Transport) -> (&RangeSet<u16>, &RangeSet<u16>)| {
            let both = service(repr, real, of).zip(service(repr, mapped, of))?;
            let ((protocol, first), (other, second)) = both;
            (protocol == other).then_some((protocol, first, second))
        };
        nat.service = ports(|it| (&it.source_ports, &it.destination_ports));
        if nat.destination.is_some() {
            let far = ports(|it| (&it.destination_ports, &it.source_ports));
            nat.far_service = far.map(|(protocol, mapped, real)| (protocol, real, mapped));
        }
        let known = match nat.destination {
            Some(_) => nat.far_service.is_some(),
            None => nat.service.is_some(),
        };
        if !known {
            nat.exact = false;
            fate = Fate::Unrecognized;
        }
        rest = more;
    }
    let more = options(&mut nat, rest);
    repr.nat.push(nat);
    if fate == Fate::Unrecognized { fate } else { more }
}

/// Protocol and port of an object that has one of each on this side, and every port on the other.
fn service(
    repr: &Repr,
    name: &str,
    of: impl Fn(&Transport) -> (&RangeSet<u16>, &RangeSet<u16>),
) -> Option<(u8, u16)> {
    let group = repr.objects.services(name).filter(|it| it.exact)?;
    let [transport] = group.transports.as_slice() else { return None };
    let (ports, others) = of(transport);
    let ([(protocol, p)], [(first, last)]) = (transport.protocols.ranges(), ports.ranges()) else {
        return None;
    };
    let one = protocol == p && first == last && others.is_all();
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
/// has on the wire (*Cisco ASA 5500 Migration to Version 8.3*, real IP addresses in access lists).
/// Where the version is not written, how translations are written shows it.
pub(super) fn order(repr: &Repr, config: &DeviceConfig) -> TranslationOrder {
    if let Some(old) = config.version.as_ref().and_then(|it| is_old(&it.value)) {
        return if old { TranslationOrder::AtInterfaces } else { TranslationOrder::OutsideFilters };
    }
    match (repr.old_nat.is_empty(), repr.nat.is_empty()) {
        (false, false) => TranslationOrder::Unknown,
        (false, true) => TranslationOrder::AtInterfaces,
        (true, _) => TranslationOrder::OutsideFilters,
    }
}

/// Whether a version is older than 8.3; `None` when it cannot be told.
fn is_old(version: &str) -> Option<bool> {
    let (major, rest) = version.split_once('.')?;
    let minor = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?) < (8, 3))
}

/// Translations as facts, in the order in which the device tries them.
pub(super) fn translations(repr: &Repr, config: &mut DeviceConfig) {
    super::old_nat::translations(repr, config);
    let mut lines: Vec<&NatLine> = repr.nat.iter().collect();
    lines.sort_by_key(|line| (line.section, line.section == 2 && !line.fixed));
    for line in lines {
        config.nat.extend(far_side(repr, line));
        config.nat.push(of_line(repr, line));
    }
}

/// What `destination static MAPPED REAL` does: packets that come in on the real side to the mapped
/// address go to the real one, and sessions from there to the real side have the mapped one (Firewall
/// CLI Configuration Guide, twice NAT; Command Reference, `nat` (global)).
fn far_side(repr: &Repr, line: &NatLine) -> Option<Nat> {
    let (mapped_name, real_name) = line.destination.as_ref()?;
    if mapped_name == real_name && line.far_service.is_none_or(|(_, real, mapped)| real == mapped) {
        return None;
    }
    let (mapped, mapped_exact) = addresses(repr, mapped_name);
    let (real, real_exact) = addresses(repr, real_name);
    let (source, source_exact) = addresses(repr, &line.real);
    let mut when = Match { destination: mapped, source, ..Match::any() };
    when.from = side(&line.real_side);
    if !(line.exact && mapped_exact && real_exact && source_exact) {
        when.not_understood.push(line.span);
    }
    // Sessions back need a source that is known to be one and the same, and every port.
    let both = line.fixed && line.real == line.mapped && !line.unidirectional;
    let mut kind = if both { NatKind::Static } else { NatKind::Destination };
    let mut ports = None;
    if let Some((protocol, real, mapped)) = line.far_service {
        when.transports = vec![Transport::ports(protocol, RangeSet::one(mapped))];
        ports = (real != mapped).then(|| RangeSet::one(real));
        kind = NatKind::Destination;
    }
    Some(Nat {
        span: line.span,
        label: line.label.clone(),
        kind,
        interface: (line.real_side != "any").then(|| line.real_side.clone()),
        when,
        at_interface: mapped_name == "interface",
        becomes: Becomes::Addresses(real),
        ports,
        enabled: line.enabled,
    })
}

/// The side in brackets; none for any.
fn side(name: &str) -> Vec<String> {
    if name == "any" { Vec::new() } else { vec![name.to_owned()] }
}

/// An address for a whole network or range stands for the first of as many (Firewall CLI Configuration
/// Guide, static network object NAT); none for what is no single range.
fn as_many(real: &AddressSet, mapped: &AddressSet) -> Option<AddressSet> {
    let ([(first, last)], [(to, end)]) = (real.v4.ranges(), mapped.v4.ranges()) else {
        return None;
    };
    let last = to.checked_add(last - first)?;
    let single = to == end && real.v6.is_empty() && mapped.v6.is_empty();
    single.then(|| AddressSet::range(Ipv4Addr::from(*to).into(), Ipv4Addr::from(last).into()))
}

fn of_line(repr: &Repr, line: &NatLine) -> Nat {
    let (real, real_exact) = addresses(repr, &line.real);
    let (mut mapped, mapped_exact) = addresses(repr, &line.mapped);
    let inline = repr.objects.address(&line.mapped).is_some();
    if line.fixed
        && inline
        && let Some(whole) = as_many(&real, &mapped)
    {
        mapped = whole;
    }
    let mut when = Match::any();
    if !(line.exact && real_exact && mapped_exact) {
        when.not_understood.push(line.span);
    }
    let interface = (line.mapped_side != "any").then(|| line.mapped_side.clone());
    let to_interface = line.mapped == "interface";
    // Where sources are translated, destinations already are; and who answers has the real address.
    let far = line.destination.as_ref().map(|(_, real)| addresses(repr, real).0);
    let same = line.real == line.mapped;
    let bends = line.destination.as_ref().is_some_and(|(mapped, real)| mapped != real);
    let mut ports = None;
    let (kind, becomes) = if !line.fixed || (line.unidirectional && !same) {
        when.source = real;
        when.from = side(&line.real_side);
        when.to = side(&line.mapped_side);
        let becomes = if to_interface { Becomes::Interface } else { Becomes::Addresses(mapped) };
        (NatKind::Source, becomes)
    } else if same {
        // The same before and after: an exemption, most often for a tunnel.
        when.source = real;
        when.from = side(&line.real_side);
        when.to = side(&line.mapped_side);
        // Packets to a destination that changes are no exemption when they come in.
        (if bends { NatKind::Source } else { NatKind::Static }, Becomes::Unchanged)
    } else {
        when.destination = if to_interface { AddressSet::any() } else { mapped };
        when.from = side(&line.mapped_side);
        let mut kind = NatKind::Static;
        if let Some((protocol, real, mapped)) = line.service.filter(|_| far.is_none()) {
            when.transports = vec![Transport::ports(protocol, RangeSet::one(mapped))];
            ports = (real != mapped).then(|| RangeSet::one(real));
            kind = NatKind::Destination;
        }
        (kind, Becomes::Addresses(real))
    };
    if let Some(far) = far {
        // Of a service of the destination, who answers has its port.
        let backward = line.fixed && !same && !line.unidirectional;
        if let Some((protocol, real, _)) = line.far_service {
            let (source_ports, destination_ports) = match backward {
                true => (RangeSet::one(real), RangeSet::all()),
                false => (RangeSet::all(), RangeSet::one(real)),
            };
            let transport = Transport { source_ports, ..Transport::protocol(protocol) };
            when.transports = vec![Transport { destination_ports, ..transport }];
        }
        match backward {
            true => when.source = far,
            false => when.destination = far,
        }
    }
    Nat {
        span: line.span,
        label: line.label.clone(),
        kind,
        interface,
        when,
        at_interface: line.fixed && to_interface && kind != NatKind::Source,
        becomes,
        ports,
        enabled: line.enabled,
    }
}

//! Interfaces, lists, routes and addresses.

use super::repr::{Port, Repr};
use super::tables::spanned;
use crate::config::coverage::{Because, Fate};
use crate::config::ios::entry::Dialect;
use crate::config::ios::lists::{Listed, What};
use crate::config::ios::names;
use crate::config::ios::parse::Command;
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::device::{
    Acquired, Addressing, AddressingKind, Family, Hook, Interface, NextHop, Route, SecretKind,
    StructureKind, Verdict,
};
use crate::model::{AddressSet, network_of};
use crate::source::Spanned;
use std::net::IpAddr;

/// `access-list NAME [line N] extended|standard|remark …`
pub(super) fn access_list(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let Some(name) = command.words.get(1) else { return Fate::Unrecognized };
    let mut at = 2;
    let mut number: Option<usize> = None;
    if command.words.get(at) == Some(&"line") {
        number = command.words.get(at + 1).and_then(|it| it.parse().ok());
        at += 2;
    }
    let kind = command.words.get(at).copied().unwrap_or_default();
    match kind {
        "remark" => return Fate::Ignored(Because::Comment),
        _ if name == &"alert-interval" || name == &"deny-flow-max" => {
            return Fate::Ignored(Because::Logging);
        }
        "extended" | "standard" => at += 1,
        // PIX has no word for the kind.
        "permit" | "deny" => {}
        _ => return Fate::Unrecognized,
    }
    if repr.lists.get(name).is_none() {
        notes.structures.define(StructureKind::Filter, *name, command.span());
    }
    let verdict = match command.words.get(at) {
        Some(&"permit") => Some(Verdict::Permit),
        Some(&"deny") => Some(Verdict::Deny),
        _ => None,
    };
    let (what, fate) = match verdict {
        Some(verdict) => {
            let dialect = Dialect { objects: &repr.objects, family: Family::Both, netmask: true };
            let entry = if kind == "standard" {
                dialect.standard(verdict, command, at + 1)
            } else {
                dialect.extended(verdict, command, at + 1)
            };
            for (kind, name) in &entry.names {
                notes.structures.refer(*kind, name.value.clone(), command.span());
            }
            let fate = if entry.understood { Fate::Understood } else { Fate::Unrecognized };
            (What::Entry(Box::new(entry)), fate)
        }
        None => (What::Unknown, Fate::Unrecognized),
    };
    let list = repr.lists.named(spanned(command, 1), Family::Both);
    let listed = Listed { span: command.span(), label: String::new(), order: 0, what };
    match number.map(|it| it.saturating_sub(1)).filter(|it| *it < list.lines.len()) {
        // Remarks count as lines, too: how far up it goes is not certain.
        Some(up) => {
            list.lines.insert(up, listed);
            Fate::Unrecognized
        }
        None => {
            list.lines.push(listed);
            fate
        }
    }
}

pub(super) fn interface(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let Some((name, kind, _)) = names::of_words(command.words.get(1..).unwrap_or_default()) else {
        return Fate::Unrecognized;
    };
    notes.structures.define_active(StructureKind::Interface, name.clone(), command.span());
    let mut it = Interface::new(Spanned::new(name.clone(), command.rest(1).span), kind);
    if let Some((parent, _)) = name.rsplit_once('.') {
        it.parent = Some(parent.to_owned());
    }
    let mut port = Port {
        interface: it,
        level: 0,
        shutdown: None,
        bridge: None,
        parted: Vec::new(),
        management_only: None,
        unread: Vec::new(),
    };
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = port_line(&mut port, &line, notes);
        notes.set(child.line.number, fate);
    }
    if let Some(nameif) = &port.interface.zone {
        let own = port.interface.addresses.iter().map(|it| AddressSet::from(it.value.ip()));
        repr.objects.interfaces.insert(nameif.value.clone(), own.collect());
    }
    // `setroute`: the default route comes with the address.
    let set = item.children.iter().find(|it| {
        let line = Command::of(&it.line);
        !line.negated && line.begins("ip address") && line.words.last() == Some(&"setroute")
    });
    if let (Some(set), Some(destination)) = (set, numbers::network("0.0.0.0/0")) {
        repr.config.routes.push(Route {
            span: set.line.span(),
            destination,
            via: vec![NextHop::Interface(name)],
            distance: None,
            enabled: port.interface.enabled,
            only: None,
            from: Vec::new(),
            instance: None,
        });
    }
    repr.ports.push(port);
    Fate::Understood
}

pub(super) fn port_line(port: &mut Port, line: &Command<'_>, notes: &mut Notes) -> Fate {
    let it = &mut port.interface;
    match line.words.as_slice() {
        ["forward", "interface", other @ ..] if line.negated => {
            let Some((name, ..)) = names::of_words(other) else { return Fate::Unrecognized };
            port.parted.push(Spanned::new(name, line.span()));
        }
        ["nameif" | "ip" | "security-level" | "vlan", ..] | ["ipv6", "address", ..]
            if line.negated => {}
        ["nameif", name] => {
            // The level follows the name until a line says otherwise.
            port.level = if *name == "inside" { 100 } else { 0 };
            if *name == "outside" {
                it.outside = Some(line.span());
            }
            it.zone = Some(spanned(line, 1));
        }
        ["security-level", level] => match level.parse() {
            Ok(level) => {
                port.level = level;
                if level == 0 {
                    it.outside = it.outside.or(Some(line.span()));
                }
            }
            Err(_) => return Fate::Unrecognized,
        },
        ["ip", "address", "dhcp", ..] => {
            it.acquired.push(Spanned::new(Acquired::Dhcp, line.span()));
        }
        ["ip", "address", "pppoe", ..] => {
            it.acquired.push(Spanned::new(Acquired::Ppp, line.span()));
        }
        ["ip", "address", address, mask, rest @ ..] => match numbers::masked(address, mask) {
            Some(network) if matches!(rest, [] | ["standby", _]) => {
                it.addresses.push(Spanned::new(network, line.span()));
            }
            _ => return Fate::Unrecognized,
        },
        ["ipv6", "address", address, ..] => match address.parse() {
            Ok(network) => it.addresses.push(Spanned::new(network, line.span())),
            Err(_) => return Fate::Unrecognized,
        },
        ["shutdown"] => {
            port.shutdown = (!line.negated).then(|| line.span());
            it.enabled = line.negated;
        }
        ["vlan", vlan] | ["switchport", "access", "vlan", vlan] => match vlan.parse() {
            Ok(vlan) => it.vlan = Some(vlan),
            Err(_) => return Fate::Unrecognized,
        },
        ["switchport", "trunk", "allowed", "vlan", list] => {
            let range = |part: &str| {
                let (first, last) = part.split_once('-').unwrap_or((part, part));
                Some((first.parse().ok()?, last.parse().ok()?))
            };
            match list.split(',').map(range).collect() {
                Some(ranges) => it.trunk = ranges,
                None => return Fate::Unrecognized,
            }
        }
        ["switchport", "mode", _] => {}
        ["bridge-group", number] => {
            port.bridge = Some(Spanned::new(format!("BVI{number}"), line.span()));
        }
        ["pppoe", "client", "vpdn", ..] => {}
        ["ospf", "authentication-key", ..] | ["ospf", "message-digest-key", ..] => {
            let last = line.word(line.words.len().saturating_sub(1));
            notes.secret(last, SecretKind::Token, &it.name.value);
            return Fate::Ignored(Because::Routing);
        }
        ["channel-group", number, ..] => it.parent = Some(format!("Port-channel{number}")),
        ["description", ..] => {
            let text = line.rest(1);
            it.description = Some(Spanned::new(text.text.to_owned(), text.span));
        }
        ["management-only", ..] => {
            port.management_only = (!line.negated).then(|| line.span());
        }
        // Another way for some of what comes in here.
        ["policy-route", "route-map", ..] if !line.negated => {
            port.unread.push(Spanned::new(line.words.join(" "), line.span()));
            return Fate::Unrecognized;
        }
        ["exit"] => {}
        ["speed" | "duplex" | "flowcontrol" | "lacp" | "port-channel", ..] => {
            return Fate::Ignored(Because::Hardware);
        }
        ["ospf" | "delay", ..] | ["ipv6", "nd", ..] => return Fate::Ignored(Because::Routing),
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

/// `access-group NAME in|out interface IF`, `access-group NAME global`
pub(super) fn access_group(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let (hook, at, fate) = match command.words.as_slice() {
        [_, _, "global"] => (Hook::In, None, Fate::Understood),
        [_, _, side @ ("in" | "out"), "interface", name, rest @ ..] => {
            let hook = if *side == "in" { Hook::In } else { Hook::Out };
            match rest {
                [] | ["per-user-override"] => (hook, Some((*name).to_owned()), Fate::Understood),
                // On traffic to the device itself.
                ["control-plane"] => (Hook::Local, Some((*name).to_owned()), Fate::Understood),
                _ => (hook, Some((*name).to_owned()), Fate::Unrecognized),
            }
        }
        _ => return Fate::Unrecognized,
    };
    let name = command.word(1).text;
    notes.structures.refer(StructureKind::Filter, name, command.span());
    let same = |group: &(Spanned<String>, Hook, Option<String>)| group.1 == hook && group.2 == at;
    let (replaced, known) = (repr.groups.iter().any(same), repr.lists.get(name).is_some());
    if replaced && !known {
        // It may be one of the other family, which stands beside the first (8.x).
        return Fate::Unrecognized;
    }
    // There is one list an interface and direction: another one takes its place.
    repr.groups.retain(|it| !same(it));
    repr.groups.push((Spanned::new(name.to_owned(), command.span()), hook, at));
    fate
}

/// `route IF NET MASK GATEWAY [distance] [track N]`
pub(super) fn route(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let [_, nameif, address, mask, gateway, rest @ ..] = command.words.as_slice() else {
        return Fate::Unrecognized;
    };
    // `0 0` and `0.0.0.0 0.0.0.0` are the same.
    let Some(network) = repr.objects.masked(address, mask) else { return Fate::Unrecognized };
    let name = repr.interface(nameif);
    let via = match repr.objects.address(gateway) {
        _ if *nameif == "Null0" => NextHop::Discard,
        Some(gateway) => NextHop::Over(gateway, name),
        None => NextHop::Unknown((*gateway).to_owned()),
    };
    let known = !matches!(via, NextHop::Unknown(_));
    let distance = rest.first().and_then(|word| word.parse().ok());
    // `tunneled`: only for what came out of a tunnel.
    let tunneled = rest.iter().position(|word| *word == "tunneled");
    let only = tunneled.map(|at| Spanned::new("tunneled".to_owned(), command.word(5 + at).span));
    let tracked = rest.contains(&"track") && network.prefix() > 0;
    let track = tracked.then(|| Spanned::new("track".to_owned(), command.span()));
    repr.config.routes.push(Route {
        span: command.span(),
        destination: network_of(network),
        via: vec![via],
        distance,
        enabled: true,
        // Without what it watches the route is gone, and a shorter one leads on.
        only: only.or(track),
        from: Vec::new(),
        instance: None,
    });
    match rest {
        [] | [_, "track", _] | ["track", _] if known => Fate::Understood,
        [number] if known && number.parse::<u32>().is_ok() => Fate::Understood,
        _ => Fate::Unrecognized,
    }
}

/// `ip verify reverse-path interface NAMEIF`
pub(super) fn reverse_path(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let [_, _, _, "interface", nameif] = command.words.as_slice() else {
        return Fate::Unrecognized;
    };
    repr.reverse_path.retain(|it| it.value != *nameif);
    if !command.negated {
        repr.reverse_path.push(Spanned::new((*nameif).to_owned(), command.span()));
    }
    Fate::Understood
}

/// `nat-control`: what nothing translates or exempts does not pass to another level (Command
/// Reference, until 8.2).
pub(super) fn nat_control(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    repr.nat_control = (!command.negated).then(|| command.span());
    Fate::Understood
}

/// `aaa authentication|authorization match LIST IF SERVER`, `… include SERVICE IF …`: what is
/// described passes only after somebody has logged in (Command Reference).
pub(super) fn login(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if command.negated {
        return Fate::Unrecognized;
    }
    let mut at = 4;
    if command.words.get(2) == Some(&"match") {
        notes.structures.refer(StructureKind::Filter, command.word(3).text, command.span());
    } else if command.words.get(3).is_some_and(|it| it.parse::<u8>().is_ok()) {
        at = 5;
    }
    let nameif = command.words.get(at).map(|it| (*it).to_owned());
    repr.logins.push((Spanned::new(command.words.join(" "), command.span()), nameif));
    Fate::Understood
}

/// `ip local pool NAME A-B [mask M]`
pub(super) fn pool(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let [_, _, _, name, range, ..] = command.words.as_slice() else { return Fate::Unrecognized };
    let Some(set) = numbers::addresses(range) else { return Fate::Unrecognized };
    notes.structures.define(StructureKind::Pool, *name, command.span());
    repr.pools.insert((*name).to_owned(), Spanned::new(set, command.span()));
    Fate::Understood
}

pub(super) fn same_level(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.get(2) {
        _ if command.negated => return Fate::Unrecognized,
        Some(&"inter-interface") => repr.same_level = Some(command.span()),
        // Back out of the interface it came in by.
        Some(&"intra-interface") => repr.hairpin = Some(command.span()),
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

/// `dhcpd address A-B IF`
pub(super) fn dhcpd(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let [_, _, range, nameif] = command.words.as_slice() else { return Fate::Unrecognized };
    let Some(addresses) = numbers::addresses(range) else { return Fate::Unrecognized };
    let interface = Some(repr.interface(nameif));
    repr.config.addressing.push(Addressing {
        span: command.span(),
        kind: AddressingKind::DhcpServer,
        interface,
        addresses,
    });
    Fate::Understood
}

/// `dhcprelay server A IF`: the server and where it stands.
pub(super) fn relay(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let Some(Ok(server)) = command.words.get(2).map(|word| word.parse::<IpAddr>()) else {
        return Fate::Unrecognized;
    };
    repr.config.addressing.push(Addressing {
        span: command.span(),
        kind: AddressingKind::DhcpRelay,
        interface: None,
        addresses: server.into(),
    });
    Fate::Understood
}

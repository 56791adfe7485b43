//! Lines of an interface about addresses, filters and routes.

use super::{Port, name_of};
use crate::config::coverage::{Because, Fate};
use crate::config::ios::parse::Command;
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::IpNetwork;
use crate::model::device::{Acquired, Family, Hook, SecretKind, StructureKind};
use crate::source::Spanned;

pub(super) fn description(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let text = command.rest(1);
    port.interface.description =
        (!command.negated).then(|| Spanned::new(text.text.to_owned(), text.span));
    Fate::Understood
}

pub(super) fn address(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let acquired = match command.words.as_slice() {
        ["ip", "address"] if command.negated => return Fate::Understood,
        ["ip", "address", "dhcp", ..] => Acquired::Dhcp,
        ["ip", "address", "negotiated", ..] => Acquired::Ppp,
        ["ip", "address", "pool", pool] => {
            notes.structures.refer(StructureKind::Pool, *pool, command.span());
            Acquired::Dhcp
        }
        ["ip", "address", address, mask, rest @ ..] => {
            let Some(network) = numbers::masked(address, mask) else { return Fate::Unrecognized };
            port.interface.addresses.push(Spanned::new(network, command.span()));
            return match rest {
                [] | ["secondary"] => Fate::Understood,
                _ => Fate::Unrecognized,
            };
        }
        _ => return Fate::Unrecognized,
    };
    port.interface.acquired.push(Spanned::new(acquired, command.span()));
    Fate::Understood
}

pub(super) fn address6(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let spanned = |value| Spanned::new(value, command.span());
    match command.words.as_slice() {
        ["ipv6", "address"] if command.negated => {}
        ["ipv6", "address", "dhcp", ..] => port.interface.acquired.push(spanned(Acquired::Dhcp)),
        ["ipv6", "address", "autoconfig", ..] => {
            port.interface.acquired.push(spanned(Acquired::Advertisement));
        }
        ["ipv6", "address", address, rest @ ..] => match address.parse::<IpNetwork>() {
            Ok(network) if network.is_ipv6() => {
                let prefix =
                    if rest.first() == Some(&"link-local") { 64 } else { network.prefix() };
                let network = IpNetwork::new(network.ip(), prefix).unwrap_or(network);
                port.interface.addresses.push(Spanned::new(network, command.span()));
                let known = matches!(rest, [] | ["eui-64" | "link-local" | "anycast"]);
                return if known { Fate::Understood } else { Fate::Unrecognized };
            }
            // `ipv6 address PREFIX-NAME ::1:0:0:0:1/64`
            _ if rest.len() == 1 => {
                port.interface.acquired.push(spanned(Acquired::Delegation));
            }
            _ => return Fate::Unrecognized,
        },
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

pub(super) fn shutdown(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    port.shutdown = (!command.negated).then(|| command.span());
    port.interface.enabled = command.negated;
    Fate::Understood
}

pub(super) fn access_group(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let family = if command.words.first() == Some(&"ipv6") { Family::V6 } else { Family::V4 };
    let (name, hook) = match command.words.as_slice() {
        // `ip access-group common LIST LIST in`: two lists, of which none is followed.
        [_, _, "common", ..] => return unread(port, command, notes),
        [_, _, _, "in"] => (2, Hook::In),
        [_, _, _, "out"] => (2, Hook::Out),
        [_, _] if command.negated => return Fate::Understood,
        _ => return Fate::Unrecognized,
    };
    if command.negated {
        return Fate::Unrecognized;
    }
    let name = Spanned::new(command.word(name).text.to_owned(), command.span());
    notes.structures.refer(StructureKind::Filter, name.value.clone(), command.span());
    // There is one list a direction: another one takes its place.
    port.lists.retain(|(_, side, of)| (*side, *of) != (hook, family));
    port.lists.push((name, hook, family));
    Fate::Understood
}

/// `mac access-group LIST in|out`: that it filters is known, and not what.
pub(super) fn mac_access_group(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let hook = if command.words.last() == Some(&"out") { Hook::Out } else { Hook::In };
    if !command.negated {
        let list = Spanned::new(command.word(2).text.to_owned(), command.span());
        port.frames.push((list, hook));
    }
    Fate::Unrecognized
}

/// A line that may stop packets by what is not worked out here: where the way back leads, who has
/// logged in, what is in them. In the direction that it names, else as they come in.
pub(super) fn unread(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let hook = match command.words.iter().find(|it| matches!(**it, "out" | "output")) {
        Some(_) => Hook::Out,
        None => Hook::In,
    };
    if command.negated {
        let of = |it: &Spanned<String>| {
            it.value.split(' ').take(2).eq(command.words.iter().take(2).copied())
        };
        port.unread.retain(|(it, _)| !of(it));
        return Fate::Understood;
    }
    port.unread.push((Spanned::new(command.words.join(" "), command.span()), hook));
    // Those who have logged in get lines of their own; a template says anything.
    match command.words.get(1) {
        Some(&"verify" | &"ips" | &"audit" | &"urlfilter" | &"input" | &"output") => {
            Fate::Understood
        }
        _ => Fate::Unrecognized,
    }
}

/// The same with lines below it.
pub(super) fn unread_block(
    port: &mut Port,
    command: &Command<'_>,
    _: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    unread(port, command, notes)
}

/// `service-policy [type …] input|output POLICY`: whether the policy drops, it says itself.
pub(super) fn service_policy(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let hook = match command.words.iter().find(|it| matches!(**it, "output" | "out")) {
        Some(_) => Hook::Out,
        None => Hook::In,
    };
    let policy = command.words.last().copied().unwrap_or_default().to_owned();
    match command.negated {
        true => port.policies.retain(|(it, of)| it.value != policy || *of != hook),
        false => port.policies.push((Spanned::new(policy, command.span()), hook)),
    }
    Fate::Ignored(Because::Performance)
}

pub(super) fn nat(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let outside = command.words.get(2) == Some(&"outside");
    if command.words.len() != 3 {
        return Fate::Unrecognized;
    }
    if command.words.get(2) == Some(&"enable") {
        port.nat_without_sides = !command.negated;
        return Fate::Understood;
    }
    port.nat = (!command.negated).then(|| Spanned::new(outside, command.span()));
    if outside && !command.negated {
        port.interface.outside = Some(command.span());
    }
    Fate::Understood
}

pub(super) fn inspect(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let hook = match command.words.get(3) {
        Some(&"in") => Hook::In,
        Some(&"out") => Hook::Out,
        _ => return Fate::Unrecognized,
    };
    let name = name_of(command, 2).value;
    notes.structures.refer(StructureKind::Other, format!("inspect {name}"), command.span());
    port.inspect.push((name, hook));
    Fate::Understood
}

pub(super) fn zone(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = name_of(command, 2);
    notes.structures.refer(StructureKind::Zone, name.value.clone(), command.span());
    port.interface.zone = Some(name);
    Fate::Understood
}

pub(super) fn vrf(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = command.words.last().copied().unwrap_or_default();
    notes.structures.refer(StructureKind::Instance, name, command.span());
    port.interface.instance = Some(name.to_owned());
    Fate::Understood
}

pub(super) fn policy(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = name_of(command, 3);
    notes.structures.refer(StructureKind::RouteMap, name.value.clone(), command.span());
    port.policy = Some(name);
    Fate::Understood
}

pub(super) fn helper(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.last().and_then(|word| word.parse().ok()) {
        Some(address) => {
            port.helpers.push(Spanned::new(address, command.span()));
            if command.words.len() == 3 { Fate::Understood } else { Fate::Unrecognized }
        }
        None => Fate::Unrecognized,
    }
}

pub(super) fn mac(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let digits: String = command.word(1).text.chars().filter(char::is_ascii_hexdigit).collect();
    if digits.len() != 12 {
        return Fate::Unrecognized;
    }
    let pairs: Vec<String> = digits
        .to_ascii_lowercase()
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect();
    port.interface.mac = Some(Spanned::new(pairs.join(":"), command.span()));
    Fate::Understood
}

pub(super) fn no_advertisements(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    port.no_advertisements = !command.negated;
    Fate::Understood
}

pub(super) fn dhcpv6(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if let Some(pool) = command.words.get(3).filter(|word| **word != "automatic") {
        notes.structures.refer(StructureKind::Pool, format!("dhcpv6 {pool}"), command.span());
    }
    port.dhcpv6 = Some(command.span());
    Fate::Understood
}

pub(super) fn routing_secret(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    crate::config::ios::tables::keep_secret(
        command,
        command.words.len() - 1,
        SecretKind::Token,
        &port.interface.name.value,
        notes,
    );
    Fate::Ignored(Because::Routing)
}

pub(super) fn redundant(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if let Some(at) = command.words.iter().position(|word| *word == "authentication") {
        let last = command.words.len() - 1;
        if last > at {
            crate::config::ios::tables::keep_secret(
                command,
                last,
                SecretKind::Token,
                &port.interface.name.value,
                notes,
            );
        }
    }
    Fate::Ignored(Because::Redundancy)
}

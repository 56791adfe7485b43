//! Commands of ASA: who reads them, or why nobody needs to.

use super::repr::{Port, Repr};
use super::{nat, vpn};
use crate::config::coverage::{Because, Fate};
use crate::config::ios::entry::{Dialect, icmp_type, port, port_words};
use crate::config::ios::lists::{Listed, What};
use crate::config::ios::names;
use crate::config::ios::parse::{Command, Handler, Table, structural};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::device::{
    Acquired, Addressing, AddressingKind, Family, Hook, Interface, Management, ManagementKind,
    NextHop, Route, SecretKind, StructureKind, Transport, Verdict,
};
use crate::model::{AddressSet, IpNetwork, RangeSet, Service, network_of};
use crate::source::Spanned;
use std::net::IpAddr;

/// Objects, read before everything else.
pub(super) const GROUPS: &Table<Repr> = &[
    ("object network", Handler::Block(network)),
    ("object-group network", Handler::Block(network)),
    ("object service", Handler::Block(service)),
    ("object-group service", Handler::Block(service)),
    ("object-group protocol", Handler::Block(service)),
    ("object-group icmp-type", Handler::Block(service)),
    ("time-range", Handler::Block(time_range)),
];

/// Commands of the global mode. Longer beginnings stand before shorter ones.
pub(super) const GLOBAL: &Table<Repr> = &[
    ("access-list", Handler::Line(access_list)),
    ("object", Handler::Block(object)),
    ("object-group", Handler::Line(structural)),
    ("time-range", Handler::Line(structural)),
    ("interface", Handler::Block(interface)),
    ("access-group", Handler::Line(access_group)),
    ("nat", Handler::Line(nat::twice)),
    ("route", Handler::Line(route)),
    ("crypto", Handler::Block(vpn::crypto)),
    ("tunnel-group", Handler::Block(vpn::tunnel_group)),
    ("webvpn", Handler::Block(vpn::webvpn)),
    ("group-policy", Handler::Ignored(Because::Housekeeping)),
    ("hostname", Handler::Line(hostname)),
    ("ASA Version", Handler::Line(version)),
    ("PIX Version", Handler::Line(version)),
    ("ssh", Handler::Line(manager)),
    ("telnet", Handler::Line(manager)),
    ("http", Handler::Line(manager)),
    ("snmp-server", Handler::Line(snmp)),
    ("username", Handler::Line(user)),
    ("enable", Handler::Line(password)),
    ("passwd", Handler::Line(password)),
    ("ip local pool", Handler::Line(pool)),
    ("same-security-traffic", Handler::Line(same_level)),
    ("dhcpd address", Handler::Line(dhcpd)),
    ("dhcprelay server", Handler::Line(relay)),
    ("dhcpd", Handler::Ignored(Because::Housekeeping)),
    ("dhcprelay", Handler::Ignored(Because::Housekeeping)),
    ("sysopt connection permit-vpn", Handler::Line(structural)),
    ("sysopt", Handler::Ignored(Because::Performance)),
    ("banner", Handler::Ignored(Because::Presentation)),
    ("names", Handler::Ignored(Because::Presentation)),
    ("pager", Handler::Ignored(Because::Presentation)),
    ("terminal", Handler::Ignored(Because::Presentation)),
    ("prompt", Handler::Ignored(Because::Presentation)),
    ("logging", Handler::Ignored(Because::Logging)),
    ("asdm", Handler::Ignored(Because::Logging)),
    ("flow-export", Handler::Ignored(Because::Logging)),
    ("sla", Handler::Ignored(Because::Logging)),
    ("track", Handler::Ignored(Because::Redundancy)),
    ("call-home", Handler::Ignored(Because::Logging)),
    ("ntp", Handler::Ignored(Because::Clock)),
    ("clock", Handler::Ignored(Because::Clock)),
    ("mtu", Handler::Ignored(Because::Performance)),
    ("arp", Handler::Ignored(Because::Performance)),
    ("timeout", Handler::Ignored(Because::Performance)),
    ("threat-detection", Handler::Ignored(Because::Performance)),
    ("class-map", Handler::Ignored(Because::Performance)),
    ("policy-map", Handler::Ignored(Because::Performance)),
    ("service-policy", Handler::Ignored(Because::Performance)),
    ("failover", Handler::Ignored(Because::Redundancy)),
    ("monitor-interface", Handler::Ignored(Because::Redundancy)),
    ("ftp", Handler::Ignored(Because::Housekeeping)),
    ("boot", Handler::Ignored(Because::Housekeeping)),
    ("aaa", Handler::Ignored(Because::Housekeeping)),
    ("user-identity", Handler::Ignored(Because::Housekeeping)),
    ("dynamic-access-policy-record", Handler::Ignored(Because::Housekeeping)),
    ("icmp", Handler::Ignored(Because::Housekeeping)),
    ("ssl", Handler::Ignored(Because::Housekeeping)),
    ("license", Handler::Ignored(Because::Housekeeping)),
    ("password-policy", Handler::Ignored(Because::Housekeeping)),
    ("quota", Handler::Ignored(Because::Housekeeping)),
    ("privilege", Handler::Ignored(Because::Housekeeping)),
    ("domain-name", Handler::Ignored(Because::Resolver)),
    ("dns", Handler::Ignored(Because::Resolver)),
    ("end", Handler::Line(structural)),
    ("exit", Handler::Line(structural)),
    ("quit", Handler::Line(structural)),
];

fn spanned(command: &Command<'_>, at: usize) -> Spanned<String> {
    let word = command.word(at);
    Spanned::new(word.text.to_owned(), word.span)
}

/// `object network NAME`, `object-group network NAME`; translations below them are read later.
fn network(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let Some(name) = command.words.get(2) else { return Fate::Unrecognized };
    notes.structures.define(StructureKind::AddressGroup, *name, command.span());
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
            ["host", host] => host.parse::<IpAddr>().ok().map(AddressSet::from),
            ["range", first, last] => match (first.parse(), last.parse()) {
                (Ok(first), Ok(last)) => Some(AddressSet::range(first, last)),
                _ => None,
            },
            ["subnet", network] => numbers::network(network).map(AddressSet::from),
            ["subnet", address, mask] | [address, mask] => {
                numbers::masked(address, mask).map(AddressSet::from)
            }
            [network] => network.parse::<IpNetwork>().ok().map(AddressSet::from),
            _ => None,
        };
        match set {
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

/// `object service`, `object-group service NAME [tcp|udp|tcp-udp]`, `… protocol`, `… icmp-type`
fn service(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
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
        if known {
            notes.understood(&child.line);
        } else {
            group.exact = false;
        }
    }
    Fate::Understood
}

/// `tcp destination eq 443`, `udp source range 1 9 destination eq 53`, `icmp echo`, `esp`
fn transports(words: &[&str]) -> Option<Vec<Transport>> {
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

fn time_range(_: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    notes.structures.define(StructureKind::Schedule, command.word(1).text, command.span());
    for child in &item.children {
        notes.ignored(&child.line, Because::Clock);
    }
    Fate::Understood
}

/// Translations below an object.
fn object(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
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

/// `access-list NAME [line N] extended|standard|remark …`
fn access_list(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let Some(name) = command.words.get(1) else { return Fate::Unrecognized };
    let mut at = 2;
    if command.words.get(at) == Some(&"line") {
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
    list.lines.push(Listed { span: command.span(), label: String::new(), what });
    fate
}

fn interface(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let Some((name, kind, _)) = names::of_words(command.words.get(1..).unwrap_or_default()) else {
        return Fate::Unrecognized;
    };
    notes.structures.define_active(StructureKind::Interface, name.clone(), command.span());
    let mut it = Interface::new(Spanned::new(name.clone(), command.rest(1).span), kind);
    if let Some((parent, _)) = name.rsplit_once('.') {
        it.parent = Some(parent.to_owned());
    }
    let mut port = Port { interface: it, level: 0, shutdown: None };
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = port_line(&mut port, &line, notes);
        notes.set(child.line.number, fate);
    }
    repr.ports.push(port);
    Fate::Understood
}

fn port_line(port: &mut Port, line: &Command<'_>, _: &mut Notes) -> Fate {
    let it = &mut port.interface;
    match line.words.as_slice() {
        ["nameif" | "ip" | "security-level", ..] | ["ipv6", "address", ..] if line.negated => {}
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
        ["vlan", vlan] => it.vlan = vlan.parse().ok(),
        ["channel-group", number, ..] => it.parent = Some(format!("Port-channel{number}")),
        ["description", ..] => {
            let text = line.rest(1);
            it.description = Some(Spanned::new(text.text.to_owned(), text.span));
        }
        ["management-only", ..] | ["exit"] => {}
        ["speed" | "duplex" | "flowcontrol" | "lacp" | "port-channel", ..] => {
            return Fate::Ignored(Because::Hardware);
        }
        ["ospf" | "delay", ..] | ["ipv6", "nd", ..] => return Fate::Ignored(Because::Routing),
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

/// `access-group NAME in|out interface IF`, `access-group NAME global`
fn access_group(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
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
    repr.groups.push((Spanned::new(name.to_owned(), command.span()), hook, at));
    fate
}

/// `route IF NET MASK GATEWAY [distance] [track N]`
fn route(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let [_, nameif, address, mask, gateway, rest @ ..] = command.words.as_slice() else {
        return Fate::Unrecognized;
    };
    // `0 0` and `0.0.0.0 0.0.0.0` are the same.
    let whole = |word: &&str| if *word == "0" { "0.0.0.0".to_owned() } else { (*word).to_owned() };
    let Some(network) = numbers::masked(&whole(address), &whole(mask)) else {
        return Fate::Unrecognized;
    };
    let name = repr.interface(nameif);
    let via = match gateway.parse() {
        _ if *nameif == "Null0" => NextHop::Discard,
        Ok(gateway) => NextHop::Over(gateway, name),
        Err(_) => NextHop::Unknown((*gateway).to_owned()),
    };
    let known = !matches!(via, NextHop::Unknown(_));
    let distance = rest.first().and_then(|word| word.parse().ok());
    repr.config.routes.push(Route {
        span: command.span(),
        destination: network_of(network),
        via: vec![via],
        distance,
        enabled: true,
        only: None,
        instance: None,
    });
    match rest {
        [] | [_] | [_, "track", _] | ["track", _] if known => Fate::Understood,
        _ => Fate::Unrecognized,
    }
}

fn hostname(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    repr.config.hostname = (command.words.len() == 2).then(|| spanned(command, 1));
    Fate::Understood
}

/// `ASA Version 9.16(4)`
fn version(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    repr.config.version = command.words.get(2).map(|_| spanned(command, 2));
    Fate::Understood
}

/// `ssh|telnet|http A M IF`, `http server enable [PORT]`
fn manager(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let kind = match command.words.first() {
        Some(&"ssh") => ManagementKind::Ssh,
        Some(&"telnet") => ManagementKind::Telnet,
        _ => ManagementKind::Https,
    };
    match command.words.as_slice() {
        [_, "server", "enable", rest @ ..] => {
            let port = rest.first().and_then(|word| word.parse().ok()).unwrap_or(443);
            repr.http = (!command.negated).then_some(port);
            Fate::Understood
        }
        [_, address, mask, nameif] if address.parse::<IpAddr>().is_ok() || *address == "0" => {
            let whole =
                |word: &str| if word == "0" { "0.0.0.0".to_owned() } else { word.to_owned() };
            let Some(network) = numbers::masked(&whole(address), &whole(mask)) else {
                return Fate::Unrecognized;
            };
            let network = network.into();
            repr.managers.push((command.span(), kind, network, (*nameif).to_owned()));
            Fate::Understood
        }
        [_, network, nameif] if network.contains('/') => match network.parse::<IpNetwork>() {
            Ok(network) => {
                let network = network.into();
                repr.managers.push((command.span(), kind, network, (*nameif).to_owned()));
                Fate::Understood
            }
            Err(_) => Fate::Unrecognized,
        },
        [
            _,
            "timeout"
            | "version"
            | "stricthostkeycheck"
            | "key-exchange"
            | "cipher"
            | "scopy"
            | "stack"
            | "redirect"
            | "server"
            | "authentication-certificate",
            ..,
        ] => Fate::Ignored(Because::Housekeeping),
        _ => Fate::Unrecognized,
    }
}

/// `snmp-server host IF A [community C]`, `snmp-server community C`
fn snmp(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if let Some(at) = command.words.iter().position(|word| *word == "community") {
        let typed = matches!(command.words.get(at + 1), Some(&"0" | &"8"));
        let word = command.word(at + 1 + usize::from(typed));
        if command.words.get(at + 1) == Some(&"8") || word.text.chars().all(|c| c == '*') {
            notes.sealed(word, SecretKind::Community, "");
        } else {
            notes.secret(word, SecretKind::Community, "");
        }
    }
    match command.words.as_slice() {
        [_, "host", nameif, host, ..] => {
            let Ok(host) = host.parse::<IpAddr>() else { return Fate::Unrecognized };
            let interfaces = vec![repr.interface(nameif)];
            repr.config.management.push(Management {
                span: command.span(),
                kind: ManagementKind::Snmp,
                service: Service::udp(161),
                enabled: !command.words.contains(&"trap"),
                interfaces,
                sources: host.into(),
                exact: true,
            });
            Fate::Understood
        }
        [_, "community", ..] => Fate::Understood,
        [_, "user", name, ..] => {
            for keyword in ["md5", "sha", "sha256", "des", "3des", "128", "192", "256"] {
                if let Some(word) = command.after(keyword) {
                    notes.secret(word, SecretKind::Password, name);
                }
            }
            Fate::Ignored(Because::Housekeeping)
        }
        _ => Fate::Ignored(Because::Logging),
    }
}

/// `username X password H [encrypted|pbkdf2|nt-encrypted] [privilege N]`
fn user(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = command.word(1);
    if let Some(word) = command.after("password") {
        let sealed = ["encrypted", "pbkdf2", "nt-encrypted", "scrypt"];
        if command.words.iter().any(|it| sealed.contains(it)) {
            notes.sealed(word, SecretKind::Password, name.text);
        } else {
            notes.secret(word, SecretKind::Password, name.text);
        }
        repr.users.push(Spanned::new(name.text.to_owned(), command.span()));
        return Fate::Understood;
    }
    match command.words.get(2) {
        Some(&"attributes") => Fate::Ignored(Because::Housekeeping),
        Some(&"nopassword") => {
            repr.users.push(Spanned::new(name.text.to_owned(), command.span()));
            Fate::Understood
        }
        _ => Fate::Unrecognized,
    }
}

/// `enable password H encrypted`, `passwd H encrypted`
fn password(_: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let at = if command.words.first() == Some(&"enable") { 2 } else { 1 };
    let owner = command.word(0).text;
    if command.words.len() > at + 1 {
        notes.sealed(command.word(at), SecretKind::Password, owner);
    } else {
        notes.secret(command.word(at), SecretKind::Password, owner);
    }
    Fate::Understood
}

/// `ip local pool NAME A-B [mask M]`
fn pool(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let [_, _, _, name, range, ..] = command.words.as_slice() else { return Fate::Unrecognized };
    let Some(set) = numbers::addresses(range) else { return Fate::Unrecognized };
    notes.structures.define(StructureKind::Pool, *name, command.span());
    repr.pools.insert((*name).to_owned(), Spanned::new(set, command.span()));
    Fate::Understood
}

fn same_level(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.get(2) {
        Some(&"inter-interface") => repr.same_level = Some(command.span()),
        // Back out of the interface it came in by.
        Some(&"intra-interface") => {}
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

/// `dhcpd address A-B IF`
fn dhcpd(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
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
fn relay(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
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

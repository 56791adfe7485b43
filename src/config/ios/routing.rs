//! Routes, route maps, and neighbours of routing protocols.

use super::names;
use super::parse::{Command, settle};
use super::repr::Repr;
use super::tables::keep_secret;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::IpNetwork;
use crate::model::device::{NextHop, Route, RoutingPeer, SecretKind, StructureKind};
use crate::model::network_of;
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// One clause of a route map.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    /// The line that begins it.
    pub span: Span,
    /// Whether it permits.
    pub permits: bool,
    /// Access lists that choose its packets; empty for all.
    pub lists: Vec<Spanned<String>>,
    /// Interfaces that choose its packets.
    pub interfaces: Vec<String>,
    /// Where it sends them.
    pub via: Vec<NextHop>,
    /// Whether all that chooses packets was understood.
    pub exact: bool,
}

/// `ip route [vrf V] NET MASK WHERE … [distance] [name N] [tag T] [track K] [permanent]`
pub(super) fn route(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if command.negated {
        return Fate::Unrecognized;
    }
    let six = command.words.first() == Some(&"ipv6");
    let mut words = command.words.get(2..).unwrap_or_default();
    let mut instance = None;
    if let ["vrf", name, rest @ ..] = words {
        notes.structures.refer(StructureKind::Instance, *name, command.span());
        instance = Some((*name).to_owned());
        words = rest;
    }
    let (network, rest) = match words {
        [network, rest @ ..] if six => (network.parse::<IpNetwork>().ok(), rest),
        [address, mask, rest @ ..] => (numbers::masked(address, mask), rest),
        _ => return Fate::Unrecognized,
    };
    let Some(destination) = network.map(network_of) else { return Fate::Unrecognized };
    let (via, rest) = next_hop(repr, rest, command.span(), notes);
    let (distance, fate) = route_options(rest, command.span(), notes);
    let tracked = rest.iter().position(|it| *it == "track").and_then(|at| rest.get(at + 1));
    let only = tracked.filter(|_| destination.prefix() > 0);
    let only = only.map(|it| Spanned::new(format!("track {it}"), command.span()));
    let lost = matches!(&via, NextHop::Unknown(words) if words != "dhcp");
    let fate = if lost { Fate::Unrecognized } else { fate };
    repr.config.routes.push(Route {
        span: command.span(),
        destination,
        via: vec![via],
        distance,
        enabled: true,
        only,
        from: Vec::new(),
        instance,
    });
    fate
}

fn next_hop<'w, 't>(
    repr: &Repr,
    words: &'w [&'t str],
    span: Span,
    notes: &mut Notes,
) -> (NextHop, &'w [&'t str]) {
    let Some(first) = words.first() else { return (NextHop::Unknown(String::new()), words) };
    if let Ok(address) = first.parse::<IpAddr>() {
        return (NextHop::Address(address), words.get(1..).unwrap_or_default());
    }
    if *first == "dhcp" {
        return (NextHop::Unknown("dhcp".to_owned()), words.get(1..).unwrap_or_default());
    }
    let Some((name, _, count)) = names::of_words(words) else {
        return (NextHop::Unknown(words.join(" ")), &[]);
    };
    let rest = words.get(count..).unwrap_or_default();
    if name.starts_with("Null") {
        return (NextHop::Discard, rest);
    }
    if !names::is_interface(&name) {
        return (NextHop::Unknown(words.join(" ")), &[]);
    }
    repr.refer_interface(&name, span, notes);
    match rest.first().map(|word| word.parse::<IpAddr>()) {
        Some(Ok(address)) => (NextHop::Over(address, name), rest.get(1..).unwrap_or_default()),
        _ => match rest {
            // `ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/0 dhcp`
            ["dhcp", rest @ ..] => (NextHop::Interface(name), rest),
            _ => (NextHop::Interface(name), rest),
        },
    }
}

fn route_options(mut words: &[&str], span: Span, notes: &mut Notes) -> (Option<u32>, Fate) {
    let mut distance = None;
    loop {
        words = match words {
            [] => return (distance, Fate::Understood),
            ["name" | "tag", _, rest @ ..] => rest,
            ["track", number, rest @ ..] => {
                notes.structures.refer(StructureKind::Other, format!("track {number}"), span);
                rest
            }
            ["permanent" | "global" | "multicast" | "unicast", rest @ ..] => rest,
            [number, rest @ ..] if distance.is_none() && number.parse::<u32>().is_ok() => {
                distance = number.parse().ok();
                rest
            }
            _ => return (distance, Fate::Unrecognized),
        };
    }
}

/// `ip default-gateway A`: the way out of a switch that does not route.
pub(super) fn default_gateway(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let Some(address) = command.words.get(2).and_then(|word| word.parse::<IpAddr>().ok()) else {
        return Fate::Unrecognized;
    };
    let Some(destination) = numbers::network("0.0.0.0/0") else { return Fate::Unrecognized };
    repr.config.routes.push(Route {
        span: command.span(),
        destination,
        via: vec![NextHop::Address(address)],
        distance: None,
        enabled: true,
        only: None,
        from: Vec::new(),
        instance: None,
    });
    Fate::Understood
}

/// `route-map NAME permit|deny N` and the lines below it.
pub(super) fn route_map(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let Some(name) = command.words.get(1) else { return Fate::Unrecognized };
    notes.structures.define(StructureKind::RouteMap, *name, command.span());
    let mut clause = Clause {
        span: command.span(),
        permits: command.words.get(2) != Some(&"deny"),
        lists: Vec::new(),
        interfaces: Vec::new(),
        via: Vec::new(),
        exact: true,
    };
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = clause_line(&mut clause, repr, &line, notes);
        if fate == Fate::Unrecognized {
            clause.exact = false;
        }
        notes.set(child.line.number, fate);
    }
    repr.route_maps.entry((*name).to_owned()).or_default().push(clause);
    Fate::Understood
}

fn clause_line(clause: &mut Clause, repr: &Repr, line: &Command<'_>, notes: &mut Notes) -> Fate {
    match line.words.as_slice() {
        ["description", ..] => return Fate::Ignored(Because::Presentation),
        ["exit"] => {}
        ["match", "ip" | "ipv6", "address", "prefix-list", ..]
        | [
            "match",
            "community" | "as-path" | "tag" | "metric" | "source-protocol" | "route-type"
            | "extcommunity" | "local-preference",
            ..,
        ] => {
            // These choose routes, not packets.
            clause.exact = false;
            return Fate::Ignored(Because::Routing);
        }
        ["match", "ip" | "ipv6", "address", lists @ ..] => {
            for name in lists {
                notes.structures.refer(StructureKind::Filter, *name, line.span());
                clause.lists.push(Spanned::new((*name).to_owned(), line.span()));
            }
        }
        ["match", "interface", words @ ..] => {
            clause.interfaces.extend(names::of_words(words).map(|(name, ..)| name));
        }
        ["set", "ip" | "ipv6", "next-hop", "verify-availability", hop, ..] => match hop.parse() {
            Ok(address) => clause.via.push(NextHop::Address(address)),
            Err(_) => return Fate::Unrecognized,
        },
        ["set", "ip" | "ipv6", "default", "next-hop", hops @ ..]
        | ["set", "ip" | "ipv6", "next-hop", hops @ ..] => {
            for hop in hops {
                match hop.parse() {
                    Ok(address) => clause.via.push(NextHop::Address(address)),
                    Err(_) if matches!(*hop, "self" | "peer-address" | "recursive") => {}
                    Err(_) => return Fate::Unrecognized,
                }
            }
        }
        ["set", "default", "interface", words @ ..] | ["set", "interface", words @ ..] => {
            let Some((name, _, _)) = names::of_words(words) else { return Fate::Unrecognized };
            if name.starts_with("Null") {
                clause.via.push(NextHop::Discard);
            } else {
                repr.refer_interface(&name, line.span(), notes);
                clause.via.push(NextHop::Interface(name));
            }
        }
        ["set", "vrf", name] => clause.via.push(NextHop::Instance((*name).to_owned())),
        ["set", "global"] => clause.via.push(NextHop::Instance("global".to_owned())),
        [
            "set",
            "community" | "metric" | "local-preference" | "as-path" | "tag" | "weight" | "origin"
            | "metric-type" | "extcommunity" | "comm-list" | "level",
            ..,
        ] => {
            return Fate::Ignored(Because::Routing);
        }
        ["set", "ip", "precedence" | "tos" | "dscp" | "df", ..] => {
            return Fate::Ignored(Because::Performance);
        }
        ["continue", ..] => return Fate::Ignored(Because::Routing),
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

/// What is known of one neighbour before all lines are read.
#[derive(Clone, Debug, Default)]
struct Neighbour {
    span: Option<Span>,
    remote_as: Option<u32>,
    group: Option<String>,
    is_group: bool,
    off: bool,
}

/// `router bgp N`: neighbours are facts, the rest is routing.
pub(super) fn bgp(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let Some(local_as) = command.words.get(2).and_then(|word| autonomous_system(word)) else {
        return Fate::Unrecognized;
    };
    let mut order: Vec<String> = Vec::new();
    let mut known: BTreeMap<String, Neighbour> = BTreeMap::new();
    neighbours(&item.children, &mut order, &mut known, notes);
    for name in &order {
        let Some(it) = known.get(name) else { continue };
        let (Ok(address), Some(span)) = (name.parse::<IpAddr>(), it.span) else { continue };
        let group = it.group.as_ref().and_then(|group| known.get(group));
        let peer = RoutingPeer {
            span,
            protocol: "bgp",
            address,
            remote_as: it.remote_as.or_else(|| group.and_then(|group| group.remote_as)),
            local_as: Some(local_as),
            enabled: !it.off && !group.is_some_and(|group| group.off),
        };
        // A block that is written twice says nothing new.
        let again = repr.config.peers.iter().any(|known| {
            known.protocol == "bgp" && known.address == address && known.remote_as == peer.remote_as
        });
        if !again {
            repr.config.peers.push(peer);
        }
    }
    Fate::Understood
}

/// `65001` or `1.10`.
fn autonomous_system(word: &str) -> Option<u32> {
    match word.split_once('.') {
        Some((high, low)) => {
            Some(u32::from(high.parse::<u16>().ok()?) << 16 | u32::from(low.parse::<u16>().ok()?))
        }
        None => word.parse().ok(),
    }
}

fn neighbours(
    items: &[Item<'_>],
    order: &mut Vec<String>,
    known: &mut BTreeMap<String, Neighbour>,
    notes: &mut Notes,
) {
    for item in items {
        let line = Command::of(&item.line);
        let fate = match line.words.as_slice() {
            ["neighbor", name, what @ ..] => {
                if !known.contains_key(*name) {
                    order.push((*name).to_owned());
                }
                let it = known.entry((*name).to_owned()).or_default();
                it.span.get_or_insert(line.span());
                neighbour_line(it, name, what, &line, notes)
            }
            [
                "address-family"
                | "exit-address-family"
                | "exit"
                | "template"
                | "exit-peer-session"
                | "exit-peer-policy",
                ..,
            ] => Fate::Understood,
            _ => {
                for (at, word) in line.words.iter().enumerate() {
                    if *word == "route-map"
                        && let Some(name) = line.words.get(at + 1)
                    {
                        notes.structures.refer(StructureKind::RouteMap, *name, line.span());
                    }
                }
                Fate::Ignored(Because::Routing)
            }
        };
        notes.set(item.line.number, fate);
        neighbours(&item.children, order, known, notes);
    }
}

fn neighbour_line(
    it: &mut Neighbour,
    name: &str,
    what: &[&str],
    line: &Command<'_>,
    notes: &mut Notes,
) -> Fate {
    match what {
        ["remote-as", number, ..] => match autonomous_system(number) {
            Some(number) => it.remote_as = Some(number),
            None => return Fate::Unrecognized,
        },
        ["peer-group"] => it.is_group = true,
        ["peer-group", group] => it.group = Some((*group).to_owned()),
        ["shutdown", ..] => it.off = !line.negated,
        ["password", ..] => {
            keep_secret(line, 3, SecretKind::Token, name, notes);
        }
        ["description", ..] => return Fate::Ignored(Because::Presentation),
        ["route-map", map, ..] => {
            notes.structures.refer(StructureKind::RouteMap, *map, line.span());
            return Fate::Ignored(Because::Routing);
        }
        _ => return Fate::Ignored(Because::Routing),
    }
    Fate::Understood
}

/// Other routing protocols: neighbours that are written are facts.
pub(super) fn protocol(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let at = usize::from(command.words.first() == Some(&"ipv6"));
    let protocol = match command.words.get(at + 1) {
        Some(&"ospf" | &"ospfv3") => "ospf",
        Some(&"eigrp") => "eigrp",
        Some(&"rip") => "rip",
        Some(&"isis") => "isis",
        _ => return Fate::Unrecognized,
    };
    settle(item, Fate::Ignored(Because::Routing), notes);
    for child in item.children.iter().chain(item.children.iter().flat_map(|it| &it.children)) {
        let line = Command::of(&child.line);
        if let ["neighbor", address, ..] = line.words.as_slice()
            && let Ok(address) = address.parse()
        {
            repr.config.peers.push(RoutingPeer {
                span: line.span(),
                protocol,
                address,
                remote_as: None,
                local_as: None,
                enabled: !line.negated,
            });
            notes.understood(&child.line);
        }
    }
    Fate::Understood
}

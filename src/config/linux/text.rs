//! Plain text → host.

use super::repr::{Address, Host, Link, NOWHERE, OWN, Route, destination, hop, neighbour};
use crate::config::netfilter::Fates;
use crate::config::{Because, Line, Listing, Score, Word, numbers};
use crate::model::device::{Neighbour, NextHop};
use std::net::IpAddr;

/// How sure it is that a text is what `ip` prints.
pub(super) fn score(listing: &Listing<'_>) -> Score {
    let links = listing.count(|line| heading(line).is_some());
    if links > 0 && listing.begins_with(|line| line.trim_start().starts_with("link/")) {
        return 85;
    }
    let routes = listing.count(is_route);
    let lines = listing.head().len();
    let neighbours = listing.count(is_neighbour);
    if neighbours > 0 && (neighbours + routes) * 2 > lines {
        return 60;
    }
    let default = listing.begins_with(|line| line.starts_with("default ") && is_route(line));
    if default && routes * 2 > lines { 60 } else { 0 }
}

/// The name in `2: eth0@eth1: <BROADCAST,UP> mtu 1500 …`, what stands behind `@`, and the flags.
fn heading(line: &str) -> Option<(&str, Option<&str>, &str)> {
    let (number, rest) = line.split_once(": ")?;
    number.parse::<u32>().ok()?;
    let (name, rest) = rest.split_once(": <")?;
    let (flags, rest) = rest.split_once('>')?;
    rest.trim_start().starts_with("mtu ").then_some(())?;
    let (name, below) = match name.split_once('@') {
        Some((name, below)) => (name, Some(below)),
        None => (name, None),
    };
    Some((name, below, flags))
}

fn is_route(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default();
    let first = match first {
        "unicast" | "blackhole" | "unreachable" | "prohibit" => words.next().unwrap_or_default(),
        first => first,
    };
    let known =
        words.next().is_none_or(|it| matches!(it, "via" | "dev" | "proto" | "metric" | "nexthop"));
    known && !line.starts_with(' ') && destination(first, false).is_some()
}

/// States of neighbours (ip-neighbour(8)).
const STATES: &[&str] =
    &["REACHABLE", "STALE", "DELAY", "PROBE", "PERMANENT", "NOARP", "FAILED", "INCOMPLETE", "NONE"];

/// `192.0.2.20 dev eth0 lladdr 00:00:5e:00:53:20 REACHABLE`
fn is_neighbour(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let address = words.next().is_some_and(|it| it.parse::<IpAddr>().is_ok());
    address && words.next() == Some("dev") && words.last().is_some_and(|it| STATES.contains(&it))
}

fn neighbour_of(line: &Line<'_>, words: &[Word<'_>]) -> Option<Neighbour> {
    let (address, state) = (words.first()?, words.last()?);
    let mac = after(words, "lladdr").map(|it| it.text);
    neighbour(line.span(), address, after(words, "dev")?.text, mac, state)
}

/// The host of a text.
pub(super) fn host(listing: &Listing<'_>, fates: &mut Fates) -> Host {
    let mut host = Host::default();
    let mut route_open = false;
    for line in &listing.lines {
        let words = line.split();
        let first = words.first().map_or("", |it| it.text);
        if let Some((name, below, flags)) = heading(line.text) {
            let mut link = Link::new(name, line.span());
            link.up = flags.split(',').any(|it| it == "UP");
            link.below = below.filter(|it| *it != "NONE").map(str::to_owned);
            link.master = after(&words, "master").map(|it| it.text.to_owned());
            host.links.push(link);
            route_open = false;
            fates.understood(line.span());
        } else if let (true, Some(link)) = (line.indent() > 0 && !route_open, host.links.last_mut())
        {
            below(line, &words, first, link, fates);
        } else if first == "nexthop" && line.indent() > 0 {
            match (step(&words), host.routes.last_mut()) {
                (Some(hop), Some(route)) => {
                    route.via.push(hop);
                    fates.understood(line.span());
                }
                _ => fates.failed(line.span()),
            }
        } else if OWN.contains(&first) {
            fates.ignored(line.span(), Because::Housekeeping);
        } else if is_neighbour(line.text) {
            route_open = true;
            match neighbour_of(line, &words) {
                Some(neighbour) => {
                    host.neighbours.push(neighbour);
                    fates.understood(line.span());
                }
                None => fates.failed(line.span()),
            }
        } else if is_route(line.text) {
            route_open = true;
            match route(line, &words) {
                Some(route) => {
                    host.routes.push(route);
                    fates.understood(line.span());
                }
                None => fates.failed(line.span()),
            }
        }
    }
    // A route without any next hop behind it is no route.
    host.routes.retain(|it| !it.via.is_empty());
    // `default dev ppp0` says no family: that of the other routes of the listing, if they agree.
    let known =
        |v6: bool| host.routes.iter().any(|it| it.destination.is_some_and(|it| it.is_ipv6() == v6));
    let family = match (known(false), known(true)) {
        (_, false) => Some(false),
        (false, true) => Some(true),
        (true, true) => None,
    };
    for route in &mut host.routes {
        if route.destination.is_none() {
            route.destination = family.and_then(|v6| destination("default", v6));
            if route.destination.is_none() {
                fates.failed(route.span);
            }
        }
    }
    host.routes.retain(|it| it.destination.is_some());
    host
}

fn after<'t>(words: &[Word<'t>], word: &str) -> Option<Word<'t>> {
    let at = words.iter().position(|it| it.text == word)?;
    words.get(at + 1).copied()
}

/// A line below the heading of a link.
fn below(line: &Line<'_>, words: &[Word<'_>], first: &str, link: &mut Link, fates: &mut Fates) {
    let second = words.get(1).map(|it| it.text);
    match first {
        "inet" | "inet6" => {
            // `10.9.0.1 peer 10.9.0.2/32`
            let local = second.and_then(numbers::network);
            let peer = after(words, "peer").and_then(|it| numbers::network(&it));
            let network = match (local, peer) {
                (Some(local), Some(peer)) => {
                    crate::model::IpNetwork::new(local.ip(), peer.prefix()).ok()
                }
                (local, _) => local,
            };
            let Some(network) = network else { return fates.failed(line.span()) };
            let has = |word: &str| words.iter().any(|it| it.text == word);
            let scope = after(words, "scope").map_or("", |it| it.text);
            link.addresses.push(Address {
                span: line.span(),
                network,
                dynamic: has("dynamic"),
                passing: has("temporary") || scope == "link",
            });
            fates.understood(line.span());
        }
        "valid_lft" => fates.understood(line.span()),
        "alias" => {
            link.alias = second.map(str::to_owned);
            fates.understood(line.span());
        }
        "altname" => fates.ignored(line.span(), Because::Presentation),
        "RX:" | "TX:" => fates.ignored(line.span(), Because::Performance),
        _ if first.starts_with("link/") => {
            link.link_type = first.trim_start_matches("link/").to_owned();
            link.address = second.map(str::to_owned);
            link.peer = after(words, "peer").map(|it| it.text.to_owned());
            fates.understood(line.span());
        }
        _ if detail(words, first, link) => fates.understood(line.span()),
        _ if words.iter().all(|it| it.bytes().all(|byte| byte.is_ascii_digit())) => {
            fates.ignored(line.span(), Because::Performance);
        }
        _ => fates.failed(line.span()),
    }
}

/// What `-d` adds: `vlan protocol 802.1Q id 20`, `gre remote 198.51.100.1 local 203.0.113.7`.
fn detail(words: &[Word<'_>], first: &str, link: &mut Link) -> bool {
    const KINDS: &[&str] = &[
        "vlan",
        "bridge",
        "bond",
        "gre",
        "gretap",
        "ipip",
        "sit",
        "vxlan",
        "wireguard",
        "ip6gre",
        "ip6tnl",
        "ip6gretap",
        "vti",
        "vti6",
        "xfrm",
        "veth",
        "dummy",
        "tun",
        "vrf",
        "macvlan",
        "geneve",
    ];
    if let Some(kind) = first.strip_suffix("_slave") {
        link.slave_kind = Some(kind.to_owned());
        return true;
    }
    if !KINDS.contains(&first) {
        return false;
    }
    link.kind = Some(first.to_owned());
    let value = |word: &str| after(words, word).map(|it| it.text.to_owned());
    if first == "vlan" {
        link.vlan = value("id").and_then(|it| it.parse().ok());
    }
    link.mode = value("type");
    if let Some(local) = value("local") {
        link.address = Some(local);
    }
    link.peer = value("remote").or(link.peer.take());
    true
}

fn step(words: &[Word<'_>]) -> Option<NextHop> {
    let via = after(words, "via").and_then(|it| match it.text {
        "inet6" | "inet" => after(words, it.text),
        _ => Some(it),
    });
    let gateway = match via {
        Some(word) => Some(word.parse::<IpAddr>().ok()?),
        None => None,
    };
    hop(gateway, after(words, "dev").map(|it| it.text))
}

fn route(line: &Line<'_>, words: &[Word<'_>]) -> Option<Route> {
    let first = words.first()?.text;
    let (word, discard) = match NOWHERE.contains(&first) {
        true => (words.get(1)?.text, true),
        false if first == "unicast" => (words.get(1)?.text, false),
        false => (first, false),
    };
    let hop = step(words);
    let via = match (discard, hop) {
        (true, _) => vec![NextHop::Discard],
        // The next hops of several follow on lines of their own.
        (false, hop) => hop.into_iter().collect(),
    };
    let gateway = match via.first() {
        Some(NextHop::Over(gateway, _) | NextHop::Address(gateway)) => Some(*gateway),
        _ => None,
    };
    let preference = words.iter().any(|it| it.text == "pref");
    let destination = match (word, gateway) {
        ("default", Some(gateway)) => destination(word, gateway.is_ipv6()),
        ("default", None) if preference => destination(word, true),
        ("default", None) => None,
        _ => Some(destination(word, false)?),
    };
    Some(Route {
        span: line.span(),
        destination,
        via,
        metric: after(words, "metric").and_then(|it| it.parse().ok()),
        table: after(words, "table").map(|it| it.text.to_owned()).filter(|it| it != "main"),
        dead: words.iter().any(|it| it.text == "dead"),
    })
}

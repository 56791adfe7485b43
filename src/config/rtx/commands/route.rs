//! `ip route`, `ipv6 route`, and neighbours of BGP.

use super::{Args, Table, Token, Understood, interface_name, number, option};
use crate::config::numbers;
use crate::config::rtx::repr::{Hop, Ip, RouteSetup, Router, Via};
use crate::model::{IpNetwork, network_of};
use crate::source::{Span, Spanned};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) const TABLE: Table = &[
    ("ip route *", |router, args| route(router, args, Ip::V4)),
    ("ipv6 route *", |router, args| route(router, args, Ip::V6)),
    ("bgp use", |router, args| {
        router.bgp.on = args.switch().filter(|_| !args.no());
        router.bgp.on.is_some() || args.no()
    }),
    ("bgp autonomous-system", |router, args| {
        router.bgp.own = number(args.text(0)).filter(|_| !args.no());
        router.bgp.own.is_some() || args.no()
    }),
    ("bgp neighbor #", neighbour),
];

fn destination(word: &str, ip: Ip) -> Option<IpNetwork> {
    let unspecified = match ip {
        Ip::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Ip::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    if word == "default" {
        return IpNetwork::new(unspecified, 0).ok();
    }
    let network = numbers::network(word).or_else(|| {
        let (address, mask) = word.split_once('/')?;
        numbers::masked(address, mask)
    })?;
    (network.is_ipv4() == (ip == Ip::V4)).then(|| network_of(network))
}

fn route(router: &mut Router, args: &Args<'_, '_>, ip: Ip) -> Understood {
    let Some(destination) = args.key(0).and_then(|it| destination(it, ip)) else { return false };
    router.routes.remove(&(ip, destination));
    if args.no() {
        return true;
    }
    let mut hops: Vec<Hop> = Vec::new();
    let mut whole = true;
    let mut words = args.rest;
    while let [keyword, rest @ ..] = words {
        words = rest;
        match &*keyword.text {
            "gateway" => match via(words) {
                Some((via, taken)) => {
                    whole &= !matches!(via, Via::Unknown(_));
                    hops.push(Hop { via, filters: Vec::new(), metric: None });
                    words = words.get(taken..).unwrap_or_default();
                }
                None => whole = false,
            },
            "filter" => {
                let Some(hop) = hops.last_mut() else { return false };
                while let [word, rest @ ..] = words
                    && let Some(number) = number(word)
                {
                    hop.filters.push(Spanned::new(number, word.span));
                    words = rest;
                }
            }
            "metric" => {
                let Some(hop) = hops.last_mut() else { return false };
                hop.metric = words.first().and_then(|it| number(it));
                words = words.get(1..).unwrap_or_default();
            }
            // How several gateways share the load, and which of them is alive.
            "weight" | "keepalive" => {
                whole &= words.first().is_some_and(|it| number(it).is_some());
                words = words.get(1..).unwrap_or_default();
            }
            "hide" => {}
            _ => whole = false,
        }
    }
    let found = !hops.is_empty();
    router.routes.insert((ip, destination), RouteSetup { span: args.span(), hops });
    whole && found
}

/// A gateway and how many words it takes.
fn via(words: &[Token<'_>]) -> Option<(Via, usize)> {
    let first = words.first()?;
    let second = words.get(1);
    let place = |last: &Token<'_>| Span { end: last.span.end, ..first.span };
    let interface = |name: String, last: &Token<'_>| Some((Via::Interface(name, place(last)), 2));
    match (&*first.text, second) {
        ("pp", Some(it)) if number(it).is_some() => interface(format!("pp{}", it.text), it),
        ("pp", Some(it)) if &*it.text == "anonymous" => {
            // `name=NAME`: whoever authenticates as this.
            let named = words.get(2).is_some_and(|it| option(it, "name").is_some());
            let via = Via::Interface("pp anonymous".to_owned(), place(it));
            Some((via, 2 + usize::from(named)))
        }
        ("tunnel", Some(it)) if number(it).is_some() => interface(format!("tunnel{}", it.text), it),
        ("dhcp", Some(it)) => interface(interface_name(&Default::default(), it)?, it),
        ("null", _) => Some((Via::Discard, 1)),
        ("loopback", _) => Some((Via::Interface("loopback".to_owned(), first.span), 1)),
        (word, _) => {
            // `fe80::1%lan2`, `fe80::1@lan2`
            let (address, scope) = match word.split_once(['%', '@']) {
                Some((address, scope)) => (address, Some(scope)),
                None => (word, None),
            };
            let name = |it: &str| interface_name(&Default::default(), it);
            let via = match (address.parse::<IpAddr>(), scope) {
                (Ok(address), None) => Via::Address(address),
                (Ok(address), Some(scope)) => Via::Over(address, name(scope)?),
                (Err(_), _) => match name(word) {
                    Some(name) => Via::Interface(name, first.span),
                    None => Via::Unknown(word.to_owned()),
                },
            };
            Some((via, 1))
        }
    }
}

/// `bgp neighbor N AS ADDRESS [option=…]`
fn neighbour(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(id) = args.number(0) else { return false };
    router.bgp.neighbours.remove(&id);
    if args.no() {
        return true;
    }
    let (Some(system), Ok(address)) = (number(args.text(0)), args.text(1).parse()) else {
        return false;
    };
    router.bgp.neighbours.insert(id, (args.span(), system, address));
    let options =
        ["hold-time", "metric", "passive", "gateway", "local-address", "ignore-capability"];
    args.rest.iter().skip(2).all(|it| options.iter().any(|name| option(it, name).is_some()))
}

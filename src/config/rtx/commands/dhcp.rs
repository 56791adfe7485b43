//! The DHCP server and relay.

use super::{Args, Table, Understood, number};
use crate::config::numbers;
use crate::config::rtx::repr::{DhcpRole, Router, Scope};
use crate::model::AddressSet;
use crate::source::Spanned;
use std::net::IpAddr;

pub(super) const TABLE: Table = &[
    ("dhcp service", service),
    ("dhcp relay server", relay),
    ("ip * dhcp service", on_interface),
    ("dhcp scope #", scope),
];

fn role(words: &[super::Token<'_>]) -> Option<DhcpRole> {
    match words {
        [one] if &*one.text == "server" => Some(DhcpRole::Server),
        [one] if &*one.text == "off" => Some(DhcpRole::Off),
        [one, servers @ ..] if &*one.text == "relay" => {
            let servers = servers.iter().map(|it| it.parse().ok());
            Some(DhcpRole::Relay(servers.collect::<Option<Vec<IpAddr>>>()?))
        }
        _ => None,
    }
}

fn service(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let role = role(args.rest).filter(|_| !args.no());
    router.dhcp.service = role.map(|it| Spanned::new(it, args.span()));
    router.dhcp.service.is_some() || args.no()
}

fn on_interface(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let role = role(args.rest).filter(|_| !args.no());
    let found = role.is_some() || args.no();
    router.ports.named(&name, args.span()).dhcp = role.map(|it| Spanned::new(it, args.span()));
    found
}

fn relay(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let servers = args.rest.iter().map(|it| it.parse::<IpAddr>().ok());
    let servers = servers.collect::<Option<Vec<_>>>().filter(|it| !it.is_empty() && !args.no());
    router.dhcp.relays = servers.map(|it| Spanned::new(it, args.span()));
    router.dhcp.relays.is_some() || args.no()
}

/// `dhcp scope N A-B/LEN [except …] [gateway G] [expire T] [maxexpire T]`, or `except` on a line of its own.
fn scope(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(id) = args.number(0) else { return false };
    let mut words = args.rest;
    if args.text(0) != "except" {
        router.dhcp.scopes.remove(&id);
        if args.no() {
            return true;
        }
        let Some(first) = args.word(0) else { return false };
        let Some((network, addresses)) = range(first) else { return false };
        let scope = Scope { span: args.span(), network, addresses, except: AddressSet::none() };
        router.dhcp.scopes.insert(id, scope);
        words = words.get(1..).unwrap_or_default();
    }
    let Some(scope) = router.dhcp.scopes.get_mut(&id) else { return false };
    let mut whole = true;
    let mut except = false;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let set = numbers::addresses(word);
        match (&*word.text, set) {
            ("except", _) => except = true,
            (_, Some(set)) if except && args.no() => scope.except = scope.except.difference(&set),
            (_, Some(set)) if except => scope.except = scope.except.union(&set),
            ("gateway" | "expire" | "maxexpire", _) => {
                except = false;
                whole &= words.next().is_some();
            }
            _ => whole = false,
        }
    }
    whole
}

/// `192.168.0.10-192.168.0.99/24`, `192.168.0.0/24`: the network, and what is given of it.
fn range(word: &str) -> Option<(crate::model::IpNetwork, AddressSet)> {
    let (addresses, length) = word.rsplit_once('/')?;
    let network = |address: &str| match number(length) {
        Some(_) => numbers::network(&format!("{address}/{length}")),
        None => numbers::masked(address, length),
    };
    match addresses.split_once('-') {
        Some((first, last)) => {
            Some((network(first)?, AddressSet::range(first.parse().ok()?, last.parse().ok()?)))
        }
        None => network(addresses).map(|it| (it, AddressSet::from(it))),
    }
}

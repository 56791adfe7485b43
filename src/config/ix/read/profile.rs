//! Profiles, route maps and watch groups.

use super::Reader;
use crate::config::ix::repr::{Clause, ListName, Pool};
use crate::config::listing::texts;
use crate::config::outline::Item;
use crate::config::{Because, Word, numbers};
use crate::model::device::{Route, SecretKind, StructureKind};
use crate::model::{AddressSet, network_of};
use crate::source::Spanned;
use std::net::IpAddr;

impl<'t> Reader<'_, 't> {
    /// `ppp profile NAME`
    pub(super) fn ppp_profile(&mut self, item: &Item<'t>, name: &'t str) -> bool {
        let label = format!("ppp {name}");
        self.notes.structures.define(StructureKind::Profile, label, item.line.span());
        self.router.ppp.entry(name).or_default();
        for child in &item.children {
            let line = &child.line;
            let words = line.split();
            let Some(ppp) = self.router.ppp.get_mut(name) else { continue };
            let understood = match (texts(&words).as_slice(), words.as_slice()) {
                (["authentication", "myname", _], _) | (["exit"], _) => true,
                (["authentication", "request", ..], _) => {
                    ppp.demands = Some(line.span());
                    true
                }
                (["authentication", "password", user, rest @ ..], [_, _, account, .., secret]) => {
                    ppp.users.push(account.owned());
                    match rest {
                        [_] | ["plain", _] => {
                            self.notes.secret(*secret, SecretKind::Password, user)
                        }
                        _ => self.notes.sealed(*secret, SecretKind::Password, user),
                    }
                    !rest.is_empty()
                }
                (["ipcp", "provide-ip-address", "range", first, last], _) => {
                    let pool = first.parse().ok().zip(last.parse().ok());
                    let pool = pool.map_or_else(Vec::new, |(a, b)| numbers::networks(a, b));
                    ppp.pool.extend(pool.iter().map(|it| Spanned::new(*it, line.span())));
                    !pool.is_empty()
                }
                _ => false,
            };
            self.fate(line, understood);
            self.leave(&child.children, None);
        }
        true
    }

    /// `ip dhcp profile NAME`, `ipv6 dhcp client-profile NAME`, `ipv6 dhcp server-profile NAME`
    pub(super) fn pool(&mut self, item: &Item<'t>, words: &[Word<'t>], v6: bool) -> bool {
        let Some(name) = words.get(3).map(|it| it.text) else { return false };
        let list = ListName { v6, name };
        let label = format!("dhcp {}", list.label());
        self.notes.structures.define(StructureKind::Profile, label, item.line.span());
        let mut pool = Pool::default();
        for child in &item.children {
            let line = &child.line;
            let words = line.split();
            let understood = match (texts(&words).as_slice(), words.as_slice()) {
                (["assignable-range", first, last], _) => {
                    range(first, last).map(|it| pool.ranges = pool.ranges.union(&it)).is_some()
                }
                (["fixed-assignment", address, ..], _) => address
                    .parse::<IpAddr>()
                    .map(|it| pool.ranges = pool.ranges.union(&it.into()))
                    .is_ok(),
                (["ia-pd", "subscriber", ..], [_, _, interface, ..]) => {
                    self.refer_interface(*interface);
                    pool.subscribers.push(*interface);
                    pool.delegated = Some(line.span());
                    true
                }
                (["ia-pd", ..], _) => {
                    pool.delegated = Some(line.span());
                    true
                }
                (["dns-server" | "domain-name" | "domain-search-list", ..], _)
                | (["option-request", ..], _) => {
                    self.notes.ignored(line, Because::Resolver);
                    continue;
                }
                (
                    [
                        "lease-time"
                        | "information-request"
                        | "default-gateway"
                        | "subnet-mask"
                        | "netbios-name-server"
                        | "sntp-server"
                        | "ntp-server",
                        ..,
                    ],
                    _,
                ) => {
                    self.notes.ignored(line, Because::Housekeeping);
                    continue;
                }
                (["exit"], _) => true,
                _ => false,
            };
            self.fate(line, understood);
            self.leave(&child.children, None);
        }
        self.router.dhcp.insert(list, pool);
        true
    }

    /// `route-map NAME permit|deny N`
    pub(super) fn route_map(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        let [name, rest @ ..] = words else { return false };
        let span = item.line.span();
        self.notes.structures.define(StructureKind::RouteMap, name.text, span);
        let permit = rest.first().is_none_or(|it| it.text == "permit");
        let mut clause = Clause { span, permit, lists: Vec::new(), via: Vec::new(), exact: true };
        for child in &item.children {
            let line = &child.line;
            let words = line.split();
            let understood = match (texts(&words).as_slice(), words.as_slice()) {
                (["match", family @ ("ip" | "ipv6"), "address", "access-list", _], [.., name])
                | (["match", family @ ("ip" | "ipv6"), "address", _], [.., name]) => {
                    let list = ListName { v6: *family == "ipv6", name: name.text };
                    self.notes.structures.refer(StructureKind::Filter, list.label(), name.span);
                    clause.lists.push(Spanned::new(list, line.span()));
                    true
                }
                (["set", "interface", ..], [_, _, hops @ ..])
                | (["set", "ip" | "ipv6", "next-hop", ..], [_, _, _, hops @ ..]) => {
                    let hops: Vec<_> = hops.iter().map(|it| self.hop(*it)).collect();
                    let known = hops.iter().all(Option::is_some);
                    clause.via.extend(hops.into_iter().flatten());
                    known
                }
                // What a routing protocol chooses and tells by it.
                (["match", "ip" | "ipv6", "address", "prefix-list", _], _)
                | (
                    [
                        "set",
                        "metric" | "local-preference" | "as-path" | "community" | "origin"
                        | "weight" | "tag" | "med",
                        ..,
                    ],
                    _,
                ) => {
                    self.notes.ignored(line, Because::Routing);
                    continue;
                }
                (["exit"], _) => true,
                _ => {
                    clause.exact = false;
                    false
                }
            };
            self.fate(line, understood);
            self.leave(&child.children, None);
        }
        self.router.route_maps.entry(name.text).or_default().push(clause);
        true
    }

    /// `watch-group NAME N`: what happens when a host or line does not answer.
    pub(super) fn watch_group(&mut self, item: &Item<'t>) {
        for child in &item.children {
            let line = &child.line;
            let words = line.split();
            let understood = match (texts(&words).as_slice(), words.as_slice()) {
                // The route exists only while something else has failed.
                (
                    ["action", _, family @ ("ip" | "ipv6"), "insert-route", ..],
                    [_, _, _, _, destination, hop, ..],
                ) => {
                    let via = self.hop(*hop);
                    let network = super::network(destination.text, *family == "ipv6");
                    if let (Some(network), Some(via)) = (network, via) {
                        self.router.facts.routes.push(Route {
                            span: line.span(),
                            destination: network_of(network),
                            via: vec![via],
                            distance: None,
                            enabled: false,
                            only: None,
                            from: Vec::new(),
                            instance: None,
                        });
                        words.len() == 6
                    } else {
                        false
                    }
                }
                (["event" | "action" | "probe-counter" | "probe-timer", ..], _) => {
                    self.notes.ignored(line, Because::Logging);
                    continue;
                }
                (["exit"], _) => true,
                _ => false,
            };
            self.fate(line, understood);
            self.leave(&child.children, None);
        }
    }
}

fn range(first: &str, last: &str) -> Option<AddressSet> {
    let set = AddressSet::range(first.parse().ok()?, last.parse().ok()?);
    (!set.is_empty()).then_some(set)
}

//! Names of a VDOM and what they mean: addresses, services, virtual IPs, schedules.

use super::super::listing::Word;
use super::super::numbers;
use super::services;
use super::tree::Entry;
use crate::model::device::Transport;
use crate::model::{AddressSet, RangeSet};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// A set that may be only partly known.
#[derive(Clone, Debug)]
pub(super) struct Known<T> {
    pub(super) set: T,
    /// Whether the set is exactly this; otherwise at most this.
    pub(super) exact: bool,
}

/// Groups are nested at most this deep; what is nested deeper is not resolved.
const DEEPEST: usize = 32;

/// The names of one VDOM.
pub(super) struct Objects<'a, 't> {
    home: Entry<'a, 't>,
    addresses: BTreeMap<&'t str, Known<AddressSet>>,
    addresses6: BTreeMap<&'t str, Known<AddressSet>>,
    services: BTreeMap<&'t str, Known<Vec<Transport>>>,
    /// Inside addresses of virtual IPs and of their groups.
    pub(super) mapped: BTreeMap<&'t str, Known<AddressSet>>,
    /// The virtual IPs of a group.
    pub(super) vip_groups: BTreeMap<&'t str, Vec<&'t str>>,
}

impl<'a, 't> Objects<'a, 't> {
    pub(super) fn new(home: Entry<'a, 't>) -> Self {
        let mut it = Self {
            home,
            addresses: BTreeMap::new(),
            addresses6: BTreeMap::new(),
            services: BTreeMap::new(),
            mapped: BTreeMap::new(),
            vip_groups: BTreeMap::new(),
        };
        for row in home.rows("firewall address") {
            it.addresses.insert(row.name(), address(row));
        }
        for row in home.rows("firewall address6") {
            it.addresses6.insert(row.name(), address6(row));
        }
        it.addresses = groups(it.addresses, home.rows("firewall addrgrp"));
        it.addresses6 = groups(it.addresses6, home.rows("firewall addrgrp6"));
        for row in home.rows("firewall service custom") {
            it.services.insert(row.name(), service(row));
        }
        it.service_groups();
        for row in home.rows("firewall vip") {
            it.mapped.insert(row.name(), mapped(row));
        }
        for row in home.rows("firewall vipgrp") {
            let members = row.values("member");
            let sets: Vec<_> = members.iter().map(|name| it.mapped.get(name.text)).collect();
            let exact = sets.iter().all(|set| set.is_some_and(|set| set.exact));
            let set = sets.iter().flatten().map(|set| set.set.clone()).collect();
            it.vip_groups.insert(row.name(), members.iter().map(|name| name.text).collect());
            it.mapped.insert(row.name(), Known { set, exact });
        }
        it
    }

    fn service_groups(&mut self) {
        // Groups may hold groups; each round resolves those whose members are known.
        let mut open = self.home.rows("firewall service group");
        for _ in 0..DEEPEST {
            let names: BTreeSet<&str> = open.iter().map(|row| row.name()).collect();
            let waits = |row: &Entry<'_, '_>| {
                row.values("member").iter().any(|name| names.contains(name.text))
            };
            let (later, now): (Vec<_>, Vec<_>) = open.into_iter().partition(waits);
            for row in &now {
                let members = row.values("member");
                let (mut set, mut exact) = (Vec::new(), !members.is_empty());
                for name in members {
                    match self.service(name.text) {
                        Some(known) => {
                            exact &= known.exact;
                            set.extend(known.set);
                        }
                        None => exact = false,
                    }
                }
                if !exact {
                    set = vec![Transport::any()];
                }
                self.services.insert(row.name(), Known { set, exact });
            }
            open = later;
            if now.is_empty() || open.is_empty() {
                break;
            }
        }
    }

    /// What a service means.
    pub(super) fn service(&self, name: &'t str) -> Option<Known<Vec<Transport>>> {
        let renamed = || {
            let tables = ["firewall service custom", "firewall service group"];
            let new = tables.iter().find_map(|it| self.home.block(it)?.renamed(name))?;
            self.services.get(new).cloned()
        };
        let predefined = || services::predefined(name).map(|set| Known { set, exact: true });
        self.services.get(name).cloned().or_else(predefined).or_else(renamed)
    }

    /// What an IPv4 address object or group means.
    pub(super) fn address(&self, name: &'t str) -> Option<Known<AddressSet>> {
        let set = match name {
            _ if self.addresses.contains_key(name) => return self.addresses.get(name).cloned(),
            "all" => AddressSet::any_v4(),
            "none" => numbers::network("0.0.0.0/32")?.into(),
            "SSLVPN_TUNNEL_ADDR1" => numbers::addresses("10.212.134.200-10.212.134.210")?,
            _ => {
                let tables = ["firewall address", "firewall addrgrp"];
                let new = tables.iter().find_map(|it| self.home.block(it)?.renamed(name))?;
                return self.addresses.get(new).cloned();
            }
        };
        Some(Known { set, exact: true })
    }

    /// What an IPv6 address object or group means.
    pub(super) fn address6(&self, name: &'t str) -> Option<Known<AddressSet>> {
        match name {
            _ if self.addresses6.contains_key(name) => self.addresses6.get(name).cloned(),
            "all" => Some(Known { set: AddressSet::any_v6(), exact: true }),
            "none" => Some(Known { set: numbers::network("::/128")?.into(), exact: true }),
            _ => None,
        }
    }

    /// Whether a schedule is always on (`Some(true)`), never (`Some(false)`), or at times.
    pub(super) fn schedule(&self, name: &'t str) -> Option<bool> {
        let row = self.home.block("firewall schedule recurring").and_then(|it| it.block(name));
        match (row, name) {
            (None, "always") => Some(true),
            (None, "none") => Some(false),
            (None, _) => None,
            (Some(row), _) => {
                let days = row.values("day");
                let midnight = |it: &str| row.text(it).is_none_or(|it| it == "00:00");
                let whole = midnight("start") && midnight("end");
                let weekdays =
                    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
                let every = weekdays.iter().all(|day| days.iter().any(|it| it.text == *day));
                match name {
                    "none" if days.is_empty() || days.iter().any(|it| it.text == "none") => {
                        Some(false)
                    }
                    _ if whole && every => Some(true),
                    _ => None,
                }
            }
        }
    }

    /// Whether a name is that of a virtual IP or a group of them.
    pub(super) fn is_vip(&self, name: &str) -> bool {
        self.mapped.contains_key(name)
    }
}

/// An address and mask as two words or as one word with a length.
pub(super) fn subnet(words: &[Word<'_>]) -> Option<crate::model::IpNetwork> {
    match words {
        [one] => numbers::network(one.text),
        [address, mask] => numbers::masked(address.text, mask.text),
        _ => None,
    }
}

fn unknown(any: AddressSet) -> Known<AddressSet> {
    Known { set: any, exact: false }
}

fn span(row: Entry<'_, '_>, first: &str, last: &str) -> Option<AddressSet> {
    let ip = |name: &str| row.text(name)?.parse::<IpAddr>().ok();
    let set = AddressSet::range(ip(first)?, ip(last).or_else(|| ip(first))?);
    (!set.is_empty()).then_some(set)
}

fn address(row: Entry<'_, '_>) -> Known<AddressSet> {
    let set = match row.text("type").unwrap_or("ipmask") {
        "ipmask" | "interface-subnet" => match row.values("subnet").as_slice() {
            [] if row.text("start-ip").is_some() => span(row, "start-ip", "end-ip"),
            [] if row.text("type") == Some("interface-subnet") => None,
            [] => Some(AddressSet::any_v4()),
            words => subnet(words).map(AddressSet::from),
        },
        "iprange" => span(row, "start-ip", "end-ip"),
        "wildcard" => match row.values("wildcard").as_slice() {
            [address, mask] => mask.text.parse().ok().and_then(|mask: std::net::Ipv4Addr| {
                AddressSet::wildcard(
                    address.text.parse().ok()?,
                    std::net::Ipv4Addr::from_bits(!mask.to_bits()),
                )
            }),
            _ => None,
        },
        _ => None,
    };
    set.map_or_else(|| unknown(AddressSet::any_v4()), |set| Known { set, exact: true })
}

fn address6(row: Entry<'_, '_>) -> Known<AddressSet> {
    let set = match row.text("type").unwrap_or("ipprefix") {
        "ipprefix" => match row.text("ip6") {
            None => Some(AddressSet::any_v6()),
            Some(word) => numbers::network(word).map(AddressSet::from),
        },
        "iprange" => span(row, "start-ip", "end-ip"),
        _ => None,
    };
    set.map_or_else(|| unknown(AddressSet::any_v6()), |set| Known { set, exact: true })
}

/// Adds the groups to the addresses. Groups may hold groups; each round resolves those whose
/// members are known, and a ring of groups stays unknown.
fn groups<'t>(
    mut known: BTreeMap<&'t str, Known<AddressSet>>,
    rows: Vec<Entry<'_, 't>>,
) -> BTreeMap<&'t str, Known<AddressSet>> {
    let mut open = rows;
    for _ in 0..DEEPEST {
        let names: BTreeSet<&str> = open.iter().map(|row| row.name()).collect();
        let waits = |row: &Entry<'_, '_>| {
            let inside = |list: &str| {
                row.values(list)
                    .iter()
                    .any(|name| name.text != row.name() && names.contains(name.text))
            };
            inside("member") || inside("exclude-member")
        };
        let (later, now): (Vec<_>, Vec<_>) = open.into_iter().partition(waits);
        for row in &now {
            let all = |list: &str| {
                let sets: Vec<_> =
                    row.values(list).iter().map(|name| known.get(name.text).cloned()).collect();
                let exact = !sets.is_empty()
                    && sets.iter().all(|it| it.as_ref().is_some_and(|it| it.exact));
                (sets.into_iter().flatten().map(|it| it.set).collect::<AddressSet>(), exact)
            };
            let ((set, mut exact), mut without) = (all("member"), AddressSet::none());
            // A member that is not defined may stand for anything.
            let mut set = if exact { set } else { AddressSet::any() };
            if row.enabled("exclude") {
                let (excluded, sure) = all("exclude-member");
                exact &= sure;
                without = if sure { excluded } else { AddressSet::none() };
            }
            set = set.difference(&without);
            known.insert(row.name(), Known { set, exact });
        }
        open = later;
        if now.is_empty() || open.is_empty() {
            break;
        }
    }
    for row in open {
        known.insert(row.name(), unknown(AddressSet::any()));
    }
    known
}

/// The inside addresses of a virtual IP.
fn mapped(row: Entry<'_, '_>) -> Known<AddressSet> {
    let inside = match row.text("type").unwrap_or("static-nat") {
        "static-nat" | "load-balance" => row.values("mappedip"),
        "server-load-balance" => {
            let servers = row.rows("realservers");
            servers.iter().filter_map(|server| server.word("ip")).collect()
        }
        _ => Vec::new(),
    };
    let sets: Vec<_> = inside.iter().map(|word| numbers::addresses(word.text)).collect();
    let exact = !sets.is_empty() && sets.iter().all(Option::is_some);
    match exact {
        true => Known { set: sets.into_iter().flatten().collect(), exact },
        false => unknown(AddressSet::any_v4()),
    }
}

/// `80`, `8000-8010`, `1-65535:1024-65535` (destination, source).
pub(super) fn ports(word: &str) -> Option<(RangeSet<u16>, RangeSet<u16>)> {
    let range = |word: &str| -> Option<RangeSet<u16>> {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
        match (first, last) {
            // `0-65535` and `1-65535` are every port.
            (0 | 1, u16::MAX) => Some(RangeSet::all()),
            _ if first <= last => Some(RangeSet::range(first, last)),
            _ => None,
        }
    };
    match word.split_once(':') {
        Some((to, from)) => Some((range(to)?, range(from)?)),
        None => Some((range(word)?, RangeSet::all())),
    }
}

fn service(row: Entry<'_, '_>) -> Known<Vec<Transport>> {
    exact_service(row).map_or_else(
        || Known { set: vec![Transport::any()], exact: false },
        |set| Known { set, exact: true },
    )
}

fn exact_service(row: Entry<'_, '_>) -> Option<Vec<Transport>> {
    if row.text("fqdn").is_some_and(|it| !it.is_empty())
        || row.text("iprange").is_some_and(|it| it != "0.0.0.0")
        || row.enabled("proxy")
        || row.enabled("explicit-proxy")
        || row.text("app-service-type").is_some_and(|it| it != "disable")
    {
        return None;
    }
    let number = |name: &str| row.text(name).map(str::parse::<u8>);
    match row.text("protocol").unwrap_or("TCP/UDP/SCTP") {
        "TCP/UDP/SCTP" | "TCP/UDP/UDP-Lite/SCTP" => {
            let lists = [
                (6, "tcp-portrange"),
                (17, "udp-portrange"),
                (136, "udplite-portrange"),
                (132, "sctp-portrange"),
            ];
            let mut transports = Vec::new();
            for (number, name) in lists {
                for word in row.values(name) {
                    let (destination_ports, source_ports) = ports(word.text)?;
                    transports.push(Transport {
                        source_ports,
                        ..Transport::ports(number, destination_ports)
                    });
                }
            }
            (!transports.is_empty()).then_some(transports)
        }
        icmp @ ("ICMP" | "ICMP6") => {
            let mut transport = Transport::protocol(if icmp == "ICMP" { 1 } else { 58 });
            match number("icmptype") {
                Some(Ok(kind)) => transport.icmp_types = RangeSet::one(kind),
                Some(Err(_)) => return None,
                None => {}
            }
            // Codes are not told apart.
            row.text("icmpcode").is_none_or(|code| code == "0").then_some(vec![transport])
        }
        "IP" => match number("protocol-number") {
            None | Some(Ok(0)) => Some(vec![Transport::any()]),
            Some(Ok(number)) => Some(vec![Transport::protocol(number)]),
            Some(Err(_)) => None,
        },
        _ => None,
    }
}

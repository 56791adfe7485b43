//! Commands at the left edge.

use super::{Reader, ignored, is_interface, network};
use crate::config::alliedware::repr::Pool;
use crate::config::listing::texts;
use crate::config::outline::Item;
use crate::config::{Because, Line, Word, numbers};
use crate::model::device::{
    CloudManagement, Management, ManagementKind, NextHop, Remote, Route, RoutingPeer, SecretKind,
    StructureKind, Tunnel, TunnelKind,
};
use crate::model::{AddressSet, Service, network_of};
use crate::source::Spanned;

/// Services that are switched on or off by `service NAME`.
const SERVICES: &[(&str, ManagementKind, u16)] = &[
    ("telnet", ManagementKind::Telnet, 23),
    ("ssh", ManagementKind::Ssh, 22),
    ("http", ManagementKind::Http, 80),
];

impl<'t> Reader<'_, 't> {
    /// One command with what stands below it.
    pub(super) fn command(&mut self, item: &Item<'t>) {
        let line = &item.line;
        let words = line.split();
        let after = |count: usize| words.get(count..).unwrap_or_default();
        let understood = match texts(&words).as_slice() {
            ["hostname", _] => {
                self.router.facts.hostname = words.get(1).copied().map(Word::owned);
                true
            }
            ["interface", ..] => self.interface(item, after(1)),
            ["vlan", "database"] => {
                self.each(item, Self::vlan);
                true
            }
            ["zone", _] => self.zone(item, after(1)),
            ["application", _] => self.application(item, after(1)),
            ["firewall"] => {
                self.each(item, Self::firewall);
                true
            }
            ["nat"] => {
                self.each(item, Self::nat);
                true
            }
            ["access-list", ..] => self.list(item, after(1), false),
            ["ipv6", "access-list", ..] => self.list(item, after(2), true),
            // A list for all ports; ways chosen by more than the destination.
            ["access-group", ..] | ["policy-based-routing"] => {
                let it = Spanned::new(line.body().to_owned(), line.span());
                self.router.unread.push(it);
                false
            }
            ["no", "access-list" | "access-group", ..]
            | ["no", "ip" | "ipv6", "access-list" | "route", ..] => {
                self.notes.taken_back(line.span());
                false
            }
            ["vlan", "access-map", name] => self.vlan_map(item, name),
            ["vlan", "filter", ..] => self.vlan_filter(line, after(2)),
            ["crypto", ..] => self.crypto(item, after(1)),
            ["ip", "route", ..] => self.route(line, after(2), false),
            ["ipv6", "route", ..] => self.route(line, after(2), true),
            ["ip", "dhcp", "pool", _] => self.pool(item),
            ["service", "dhcp-server"] => {
                self.router.dhcp_on = true;
                true
            }
            ["no", "service", "dhcp-server"] | ["end" | "exit"] => true,
            ["service", name, ..] => self.service(line, name, true),
            ["no", "service", name] => self.service(line, name, false),
            ["http", "secure-port", port] => match port.parse() {
                Ok(port) => {
                    self.manage(line, ManagementKind::Https, Service::tcp(port), true);
                    true
                }
                Err(_) => false,
            },
            ["username", ..] => self.username(line, after(1)),
            ["enable", "password" | "secret", ..] => {
                if let Some(secret) = words.last() {
                    self.notes.sealed(*secret, SecretKind::Password, "enable");
                }
                true
            }
            ["snmp-server", ..] => self.snmp(line, after(1)),
            ["no", "snmp-server", ..] => true,
            ["radius-server" | "tacacs-server", ..] => {
                self.key_after(&words);
                false
            }
            ["atmf", ..] => self.atmf(line, after(1)),
            ["router", "bgp", number] => self.bgp(item, number.parse().ok()),
            ["ip", "vrf", name, ..] => {
                self.notes.structures.define(StructureKind::Instance, *name, line.span());
                true
            }
            ["bridge", number] => {
                let name = format!("br{number}");
                self.notes.structures.define_active(StructureKind::Interface, name, line.span());
                true
            }
            _ => {
                self.key_after(&words);
                false
            }
        };
        self.fate(line, understood);
        if !understood && let Some(why) = ignored::why(line.body()) {
            self.leave(&item.children, why);
        }
    }

    /// Below `vlan database`: `vlan 10 name X`, `vlan 10,20-30 state enable`
    fn vlan(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        match (texts(words).as_slice(), words) {
            (["vlan", number, "name", ..], [_, _, _, name, ..]) => match number.parse() {
                Ok(number) => {
                    self.router.vlan_names.insert(number, name.owned());
                    true
                }
                Err(_) => false,
            },
            (["vlan", _], _) | (["vlan", _, "state", "enable"], _) => true,
            _ => {
                self.leave(&item.children, Because::Housekeeping);
                false
            }
        }
    }

    /// `NET [MASK] HOP [HOP] [DISTANCE]`
    fn route(&mut self, line: &Line<'t>, words: &[Word<'t>], v6: bool) -> bool {
        let (instance, words) = match words {
            [vrf, name, rest @ ..] if vrf.text == "vrf" => {
                self.notes.structures.refer(StructureKind::Instance, name.text, name.span);
                (Some(name.text.to_owned()), rest)
            }
            _ => (None, words),
        };
        let (destination, rest) = match words {
            [net, rest @ ..] if net.text.contains('/') => (network(net.text, v6), rest),
            [net, mask, rest @ ..] => (numbers::masked(net.text, mask.text), rest),
            _ => (None, words),
        };
        let Some(destination) = destination else { return false };
        let mut via: Option<NextHop> = None;
        let mut distance = None;
        let mut exact = true;
        for word in rest {
            let hop = match word.text {
                text if text.starts_with("Null") || text == "null" => Some(NextHop::Discard),
                text if is_interface(text) => {
                    self.refer_interface(*word);
                    Some(NextHop::Interface(text.to_owned()))
                }
                text => text.parse().ok().map(NextHop::Address),
            };
            match (hop, via.take()) {
                (Some(hop), None) => via = Some(hop),
                (Some(NextHop::Interface(over)), Some(NextHop::Address(at))) => {
                    via = Some(NextHop::Over(at, over));
                }
                (_, before) => {
                    via = before;
                    match word.text.parse() {
                        Ok(number) if distance.is_none() => distance = Some(number),
                        _ => exact = false,
                    }
                }
            }
        }
        exact &= via.is_some();
        self.router.facts.routes.push(Route {
            span: line.span(),
            destination: network_of(destination),
            via: via.into_iter().collect(),
            distance,
            enabled: true,
            only: None,
            from: Vec::new(),
            instance,
        });
        exact
    }

    /// `ip dhcp pool NAME`
    fn pool(&mut self, item: &Item<'t>) -> bool {
        let mut pool = Pool { span: item.line.span(), network: None, ranges: AddressSet::none() };
        for child in &item.children {
            let words = child.line.split();
            let understood = match texts(&words).as_slice() {
                ["network", network] => {
                    pool.network = numbers::network(network);
                    pool.network.is_some()
                }
                ["network", network, mask] => {
                    pool.network = numbers::masked(network, mask);
                    pool.network.is_some()
                }
                ["range", first, last] => first
                    .parse()
                    .ok()
                    .zip(last.parse().ok())
                    .map(|(a, b)| pool.ranges = pool.ranges.union(&AddressSet::range(a, b)))
                    .is_some(),
                ["host", address, ..] => address
                    .parse::<std::net::IpAddr>()
                    .map(|it| pool.ranges = pool.ranges.union(&it.into()))
                    .is_ok(),
                ["dns-server" | "domain-name", ..] => {
                    self.notes.ignored(&child.line, Because::Resolver);
                    continue;
                }
                [
                    "default-router" | "lease" | "subnet-mask" | "option" | "bootfile"
                    | "next-server",
                    ..,
                ] => {
                    self.notes.ignored(&child.line, Because::Housekeeping);
                    continue;
                }
                _ => false,
            };
            self.fate(&child.line, understood);
        }
        self.router.pools.push(pool);
        true
    }

    /// `service ssh [ip|ipv6]` and its like.
    fn service(&mut self, line: &Line<'t>, name: &str, enabled: bool) -> bool {
        let Some((_, kind, port)) = SERVICES.iter().find(|it| it.0 == name) else {
            // The application proxy blocks hosts where AMF says so.
            return name == "atmf-application-proxy";
        };
        self.manage(line, *kind, Service::tcp(*port), enabled);
        true
    }

    fn manage(&mut self, line: &Line<'t>, kind: ManagementKind, service: Service, enabled: bool) {
        self.router.facts.management.push(Management {
            span: line.span(),
            kind,
            service,
            enabled,
            interfaces: Vec::new(),
            sources: AddressSet::any(),
            exact: true,
        });
    }

    /// `username U privilege N password [8] P`
    fn username(&mut self, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let [user, ..] = words else { return false };
        self.notes.structures.define_active(StructureKind::User, user.text, line.span());
        let at = words.iter().position(|it| it.text == "password");
        let secret = at.and_then(|at| words.get(at + 1..)).unwrap_or_default();
        match secret {
            [form, secret] if form.text == "8" => {
                self.notes.sealed(*secret, SecretKind::Password, user.text);
                true
            }
            [secret] => {
                self.notes.secret(*secret, SecretKind::Password, user.text);
                true
            }
            _ => false,
        }
    }

    /// `snmp-server …`
    fn snmp(&mut self, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        match (texts(words).as_slice(), words) {
            ([] | ["ip" | "ipv6"], _) => {
                self.router.snmp = Some(line.span());
                true
            }
            (["community", _, rest @ ..], [_, community, after @ ..]) => {
                self.notes.secret(*community, SecretKind::Community, "");
                let list = after.iter().copied().find(|it| it.text.parse::<u16>().is_ok());
                if let Some(list) = list {
                    self.notes.structures.refer(StructureKind::Filter, list.text, list.span);
                }
                self.router.communities.push(list);
                matches!(
                    rest,
                    [] | ["ro" | "rw"]
                        | ["ro" | "rw", _]
                        | ["ro" | "rw", "view", _]
                        | ["ro" | "rw", "view", _, _]
                )
            }
            (["host", ..], _) => {
                let at = words.iter().position(|it| it.text == "version");
                let community = at.and_then(|at| words.get(at + 2)).or_else(|| words.last());
                if let Some(community) = community.filter(|_| words.len() > 2) {
                    self.notes.secret(*community, SecretKind::Community, "");
                }
                self.notes.ignored(line, Because::Logging);
                false
            }
            (["user", user, ..], _) => {
                for key in ["auth", "priv"] {
                    let at = words.iter().position(|it| it.text == key);
                    if let Some(secret) = at.and_then(|at| words.get(at + 2)) {
                        self.notes.sealed(*secret, SecretKind::Password, user);
                    }
                }
                self.notes.structures.define_active(StructureKind::User, *user, line.span());
                true
            }
            _ => false,
        }
    }

    /// `atmf …`: management of the vendor's devices as one.
    fn atmf(&mut self, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let span = line.span();
        match (texts(words).as_slice(), words) {
            (["network-name", _], _) | (["master"], _) => {
                self.notes.ignored(line, Because::Housekeeping);
                false
            }
            (["topology-gui", "enable"], _) => {
                let product = "Vista Manager EX (AMF)".to_owned();
                self.router.facts.cloud.push(CloudManagement { span, product, enabled: true });
                true
            }
            // A tunnel for frames of the management.
            (["virtual-link", "id", id, "ip", _, "remote-id", _, "remote-ip", _, ..], _) => {
                let (Some(local), Some(remote)) = (words.get(4), words.get(8)) else {
                    return false;
                };
                self.router.facts.tunnels.push(Tunnel {
                    span,
                    name: format!("atmf virtual-link {id}"),
                    interface: None,
                    kind: TunnelKind::Other,
                    ipsec: false,
                    layer2: false,
                    disabled: None,
                    local: Some(local.owned()),
                    remote: super::remote(*remote),
                    selectors: Vec::new(),
                    initiates: None,
                    ike: None,
                    authentication: Vec::new(),
                });
                words.len() == 9
            }
            _ => false,
        }
    }

    /// `router bgp AS` with its neighbours.
    fn bgp(&mut self, item: &Item<'t>, local_as: Option<u32>) -> bool {
        self.each(item, |reader, child, words| match texts(words).as_slice() {
            ["neighbor", address, "remote-as", remote] => match address.parse() {
                Ok(address) => {
                    reader.router.facts.peers.push(RoutingPeer {
                        span: child.line.span(),
                        protocol: "bgp",
                        address,
                        remote_as: remote.parse().ok(),
                        local_as,
                        enabled: true,
                    });
                    true
                }
                Err(_) => false,
            },
            ["neighbor", _, "password", ..] => {
                if let Some(secret) = words.last() {
                    reader.notes.secret(*secret, SecretKind::Password, "bgp");
                }
                true
            }
            ["bgp", "router-id", _] => true,
            _ => false,
        });
        local_as.is_some()
    }

    /// Masks what stands after a word that announces a secret.
    pub(super) fn key_after(&mut self, words: &[Word<'t>]) {
        const ANNOUNCING: &[&str] = &["key", "password", "secret", "passphrase"];
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            if ANNOUNCING.contains(&word.text) {
                let mut secret = words.next();
                if secret.is_some_and(|it| matches!(it.text, "8" | "encrypted")) {
                    secret = words.next();
                }
                if let Some(secret) = secret {
                    self.notes.sealed(secret, SecretKind::Password, "");
                }
            }
        }
    }

    /// A peer of IKE.
    pub(super) fn peer(words: &[Word<'t>]) -> Option<Spanned<Remote>> {
        match words {
            [kind, value] if matches!(kind.text, "address" | "hostname" | "policy") => {
                Some(super::remote(*value))
            }
            [dynamic] if dynamic.text == "dynamic" => Some(super::remote(*dynamic)),
            _ => None,
        }
    }
}

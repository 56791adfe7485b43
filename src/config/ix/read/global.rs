//! Commands at the left edge.

use super::{Reader, is_interface, network};
use crate::config::ix::repr::{Community, Server};
use crate::config::listing::texts;
use crate::config::outline::Item;
use crate::config::{Because, Line, Word};
use crate::model::device::{
    CloudManagement, ManagementKind, NextHop, Route, RoutingPeer, SecretKind, StructureKind,
};
use crate::model::network_of;

/// Servers by which an IX is managed, with their ports.
const SERVERS: &[(&str, ManagementKind, u16)] = &[
    ("telnet-server", ManagementKind::Telnet, 23),
    ("ssh-server", ManagementKind::Ssh, 22),
    ("http-server", ManagementKind::Http, 80),
    ("snmp-agent", ManagementKind::Snmp, 161),
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
            ["interface", _] => self.interface(item, &words),
            ["device", name] => self.device(item, name),
            // How a list is searched changes nothing of what it says.
            ["ip" | "ipv6", "access-list", _, "option", "nocache" | "optimize"] => {
                self.notes.ignored(line, Because::Performance);
                return;
            }
            ["ip", "access-list", ..] => self.access_list(line, after(2), false),
            ["ipv6", "access-list", ..] => self.access_list(line, after(2), true),
            ["ip", "route", ..] => self.route(line, after(2), false),
            ["ipv6", "route", ..] => self.route(line, after(2), true),
            ["ip", "dhcp", "enable"] => {
                self.router.dhcp_on[0] = true;
                true
            }
            ["ipv6", "dhcp", "enable"] => {
                self.router.dhcp_on[1] = true;
                true
            }
            ["ip", "dhcp-relay", "enable"] => {
                self.router.relay_on = true;
                true
            }
            ["ip", "dhcp", "profile", _] => self.pool(item, &words, false),
            ["ipv6", "dhcp", "client-profile" | "server-profile", _] => {
                self.pool(item, &words, true)
            }
            ["ppp", "profile", name] => self.ppp_profile(item, name),
            ["ike", ..] => self.ike(line, after(1)),
            ["ipsec", ..] => self.ipsec(line, after(1)),
            ["ikev2", ..] => self.ikev2_global(item, after(1)),
            ["username", ..] => self.username(line, after(1)),
            ["nm", ..] => self.netmeister(line, after(1)),
            ["route-map", ..] => self.route_map(item, after(1)),
            ["router", "bgp", number] => self.bgp(item, number.parse().ok()),
            ["watch-group", name, ..] => {
                let name = format!("watch-group {name}");
                self.notes.structures.define(StructureKind::Other, name, line.span());
                self.watch_group(item);
                true
            }
            ["network-monitor", name, ..] => {
                let name = format!("watch-group {name}");
                self.notes.structures.refer(StructureKind::Other, name, line.span());
                true
            }
            ["no", "ip" | "ipv6", "access-list" | "route", ..] => {
                self.notes.taken_back(line.span());
                false
            }
            ["ip" | "ipv6", "vrf", name] => {
                self.notes.structures.define(StructureKind::Instance, *name, line.span());
                true
            }
            ["bridge", "irb", "enable"] | ["exit" | "end" | "configure" | "enable-config"] => true,
            ["proxy-dns" | "ntp", _, "access-list", name] => {
                self.notes.structures.refer(StructureKind::Filter, *name, line.span());
                false
            }
            [server, ..] if SERVERS.iter().any(|it| it.0 == *server) => self.server(line, &words),
            ["no", server, "ip" | "ipv6", "enable"] if SERVERS.iter().any(|it| it.0 == *server) => {
                true
            }
            ["radius" | "tacacs", ..] => {
                self.key_after(line, &words);
                false
            }
            ["class-map" | "policy-map", ..] => {
                self.notes.ignored(line, Because::Performance);
                self.leave(&item.children, Some(Because::Performance));
                return;
            }
            // Neighbours are found by themselves on the networks of the interfaces.
            ["ip" | "ipv6", "router", ..] | ["router", "ospf" | "rip", ..] => {
                self.routing(&item.children);
                false
            }
            ["ddns" | "web-console" | "proxy-dns" | "schedule", ..] => {
                self.leave(&item.children, super::ignored::why(line.body()));
                for child in &item.children {
                    self.key_after(&child.line, &child.line.split());
                }
                false
            }
            _ => {
                self.leave(&item.children, None);
                self.key_after(line, &words);
                false
            }
        };
        self.fate(line, understood);
    }

    /// `device GigaEthernet0` with `shutdown` below it.
    fn device(&mut self, item: &Item<'t>, name: &'t str) -> bool {
        for child in &item.children {
            let off = child.line.body() == "shutdown";
            if off {
                self.router.devices_off.insert(name, child.line.span());
            }
            self.fate(&child.line, off || matches!(child.line.body(), "no shutdown" | "exit"));
            self.leave(&child.children, None);
        }
        true
    }

    /// `ip route [vrf V] default|NET HOP… [distance N] [metric N]`
    fn route(&mut self, line: &Line<'t>, words: &[Word<'t>], v6: bool) -> bool {
        let (instance, words) = match words {
            [vrf, name, rest @ ..] if vrf.text == "vrf" => {
                self.notes.structures.refer(StructureKind::Instance, name.text, name.span);
                (Some(name.text.to_owned()), rest)
            }
            _ => (None, words),
        };
        let [destination, rest @ ..] = words else { return false };
        let Some(network) = network(destination.text, v6) else { return false };
        let mut exact = true;
        let mut distance = None;
        let mut via: Option<NextHop> = None;
        let mut rest = rest.iter().copied();
        while let Some(word) = rest.next() {
            match word.text {
                "distance" => distance = rest.next().and_then(|it| it.text.parse().ok()),
                "metric" | "tag" => exact &= rest.next().is_some(),
                // The neighbour is the one that DHCP told.
                "dhcp" if via.is_some() => {}
                _ => match (self.hop(word), via.take()) {
                    (Some(hop), None) => via = Some(hop),
                    (Some(NextHop::Address(at)), Some(NextHop::Interface(over))) => {
                        via = Some(NextHop::Over(at, over));
                    }
                    (_, before) => {
                        exact = false;
                        via = before.or_else(|| Some(NextHop::Unknown(word.text.to_owned())));
                    }
                },
            }
        }
        self.router.facts.routes.push(Route {
            span: line.span(),
            destination: network_of(network),
            via: via.into_iter().collect(),
            distance,
            enabled: true,
            only: None,
            from: Vec::new(),
            instance,
        });
        exact
    }

    /// An address, an interface, or `ADDRESS%INTERFACE`.
    pub(super) fn hop(&mut self, word: Word<'t>) -> Option<NextHop> {
        if word.text.starts_with("Null") {
            return Some(NextHop::Discard);
        }
        if is_interface(word.text) {
            self.refer_interface(word);
            return Some(NextHop::Interface(word.text.to_owned()));
        }
        if let Some((address, over)) = word.split_once('%') {
            self.refer_interface(over);
            return Some(NextHop::Over(address.text.parse().ok()?, over.text.to_owned()));
        }
        word.text.parse().ok().map(NextHop::Address)
    }

    /// `username U password plain|hash|secret [1] P [administrator|operator|monitor]`
    fn username(&mut self, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let [user, password, rest @ ..] = words else { return false };
        self.notes.structures.define_active(StructureKind::User, user.text, line.span());
        let (form, rest) = match rest {
            [form, rest @ ..] if matches!(form.text, "plain" | "hash" | "secret") => {
                (form.text, rest)
            }
            _ => ("plain", rest),
        };
        let rest = match rest {
            [secret @ .., role]
                if !secret.is_empty()
                    && matches!(role.text, "administrator" | "operator" | "monitor") =>
            {
                secret
            }
            _ => rest,
        };
        // A digit before the secret counts the form in which it is written.
        let secret = match rest {
            [_, secret] | [secret] => secret,
            _ => return false,
        };
        if form == "plain" {
            self.notes.secret(*secret, SecretKind::Password, user.text);
        } else {
            self.notes.sealed(*secret, SecretKind::Password, user.text);
        }
        password.text == "password"
    }

    /// `nm …`: NetMeister, the vendor's management in the cloud.
    fn netmeister(&mut self, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let product = match texts(words).as_slice() {
            ["ip" | "ipv6", "enable"] => "NetMeister",
            ["ddns", "hostname", _] => "NetMeister DDNS",
            ["account", group, "password", ..] => {
                if let [.., secret] = words {
                    let sealed =
                        words.len() > 4 && words.get(3).is_none_or(|it| it.text != "plain");
                    if sealed {
                        self.notes.sealed(*secret, SecretKind::Password, group);
                    } else {
                        self.notes.secret(*secret, SecretKind::Password, group);
                    }
                }
                return true;
            }
            _ => return false,
        };
        let span = line.span();
        let product = product.to_owned();
        self.router.facts.cloud.push(CloudManagement { span, product, enabled: true });
        true
    }

    /// `telnet-server ip enable|access-list A|port N` and its like.
    fn server(&mut self, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let texts = texts(words);
        let Some((_, kind, port)) = SERVERS.iter().find(|it| texts.first() == Some(&it.0)) else {
            return false;
        };
        let v6 = texts.get(1) == Some(&"ipv6");
        let value = words.get(3).copied();
        match texts.get(1..).unwrap_or_default() {
            ["ip" | "ipv6", "enable"] => {
                let server = self.server_of(*kind, v6, *port, line);
                server.enabled = true;
                server.span = line.span();
                true
            }
            ["ip" | "ipv6", "access-list", name] => {
                let label = if v6 { format!("ipv6 {name}") } else { (*name).to_owned() };
                self.notes.structures.refer(StructureKind::Filter, label, line.span());
                self.server_of(*kind, v6, *port, line).list = value;
                true
            }
            ["ip" | "ipv6", "port", number] => match number.parse() {
                Ok(number) => {
                    self.server_of(*kind, v6, *port, line).port = number;
                    true
                }
                Err(_) => false,
            },
            ["ip" | "ipv6", "community", _, rest @ ..] => {
                if let Some(community) = value {
                    self.notes.secret(community, SecretKind::Community, "");
                }
                let list = words.get(4).copied().filter(|it| !matches!(it.text, "ro" | "rw"));
                if let Some(list) = list {
                    let label =
                        if v6 { format!("ipv6 {}", list.text) } else { list.text.to_owned() };
                    self.notes.structures.refer(StructureKind::Filter, label, list.span);
                }
                self.router.communities.push(Community { v6, list });
                self.server_of(*kind, v6, *port, line);
                rest.len() <= 1
            }
            // Where notices go to, with the community that stands in them.
            ["ip" | "ipv6", "host", _, _, ..] => {
                if let Some(community) = words.get(4).copied() {
                    self.notes.secret(community, SecretKind::Community, "");
                }
                self.notes.ignored(line, Because::Logging);
                false
            }
            ["username", user, ..] => {
                self.notes.structures.refer(StructureKind::User, *user, line.span());
                if let [.., form, secret] = words
                    && words.len() > 3
                {
                    match form.text {
                        "secret-password" => {
                            self.notes.sealed(*secret, SecretKind::Password, user);
                        }
                        _ => self.notes.secret(*secret, SecretKind::Password, user),
                    }
                    // A password of its own makes the user known.
                    self.notes.structures.define_active(StructureKind::User, *user, line.span());
                }
                true
            }
            _ => false,
        }
    }

    fn server_of(
        &mut self,
        kind: ManagementKind,
        v6: bool,
        port: u16,
        line: &Line<'t>,
    ) -> &mut Server<'t> {
        let span = line.span();
        let new = || Server { kind, v6, span, enabled: false, list: None, port };
        self.router.servers.entry((kind, v6)).or_insert_with(new)
    }

    /// What stands below a routing protocol, with the keys of its neighbours and its route maps.
    fn routing(&mut self, items: &[Item<'t>]) {
        // The depth of an outline is limited, so the list of what is left to do is short.
        let mut left: Vec<&Item<'t>> = items.iter().collect();
        while let Some(item) = left.pop() {
            let words = item.line.split();
            self.key_after(&item.line, &words);
            if let [.., key, name, _] = words.as_slice()
                && key.text == "route-map"
            {
                self.notes.structures.refer(StructureKind::RouteMap, name.text, name.span);
            }
            self.notes.ignored(&item.line, Because::Routing);
            left.extend(&item.children);
        }
    }

    /// `router bgp AS` with its neighbours.
    fn bgp(&mut self, item: &Item<'t>, local_as: Option<u32>) -> bool {
        for child in &item.children {
            let words = child.line.split();
            let understood = match texts(&words).as_slice() {
                ["neighbor", address, "remote-as", remote] => match address.parse() {
                    Ok(address) => {
                        self.router.facts.peers.push(RoutingPeer {
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
                    if let [.., secret] = words.as_slice() {
                        self.notes.secret(*secret, SecretKind::Password, "bgp");
                    }
                    true
                }
                ["neighbor", _, "timers" | "connect-interval" | "advertisement-interval", ..] => {
                    self.notes.ignored(&child.line, Because::Performance);
                    continue;
                }
                ["address-family", ..] => {
                    self.notes.ignored(&child.line, Because::Routing);
                    self.routing(&child.children);
                    continue;
                }
                ["network" | "redistribute" | "timers" | "bgp" | "aggregate-address", ..]
                | ["neighbor", _, "route-map" | "distribute-list" | "next-hop-self", ..] => {
                    self.routing(std::slice::from_ref(child));
                    continue;
                }
                ["neighbor", _, "description", ..] => {
                    self.notes.ignored(&child.line, Because::Presentation);
                    continue;
                }
                ["router-id", _] | ["exit"] => true,
                _ => false,
            };
            self.leave(&child.children, None);
            self.fate(&child.line, understood);
        }
        local_as.is_some()
    }

    /// Masks what stands after a word that announces a secret.
    pub(super) fn key_after(&mut self, _line: &Line<'t>, words: &[Word<'t>]) {
        const ANNOUNCING: &[&str] = &["key", "password", "secret", "secret-password"];
        const FORMS: &[&str] = &["plain", "char", "hex", "secret", "hash", "encrypted"];
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            if ANNOUNCING.contains(&word.text) {
                let mut secret = words.next();
                if secret.is_some_and(|it| FORMS.contains(&it.text)) {
                    secret = words.next();
                }
                if let Some(secret) = secret {
                    self.notes.sealed(secret, SecretKind::Password, "");
                }
            }
        }
    }
}

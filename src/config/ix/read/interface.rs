//! `interface NAME` and what stands below it.

use super::{Reader, network, remote};
use crate::config::ix::repr::{Binding, ListName, Mode, Port, Protection};
use crate::config::listing::texts;
use crate::config::outline::Item;
use crate::config::{Line, Word};
use crate::model::IpNetwork;
use crate::model::device::{Acquired, NextHop, Route, SecretKind, StructureKind, TunnelKind};
use crate::source::Spanned;

/// `tunnel mode` words: what it is, what protects it, whether people come in by it.
const MODES: &[(&[&str], TunnelKind, Protection, bool)] = &[
    (&["ipsec"], TunnelKind::Ipsec, Protection::Ikev1, false),
    (&["ipsec-ikev2"], TunnelKind::Ipsec, Protection::Ikev2, false),
    (&["ether-ip"], TunnelKind::EtherIp, Protection::Nothing, false),
    (&["ether-ip", "ip"], TunnelKind::EtherIp, Protection::Nothing, false),
    (&["ether-ip", "ipv6"], TunnelKind::EtherIp, Protection::Nothing, false),
    (&["ether-ip", "ipsec"], TunnelKind::EtherIp, Protection::Ikev1, false),
    (&["ether-ip", "ipsec-ikev2"], TunnelKind::EtherIp, Protection::Ikev2, false),
    (&["gre"], TunnelKind::Gre, Protection::Nothing, false),
    (&["gre", "ip"], TunnelKind::Gre, Protection::Nothing, false),
    (&["gre", "ipv6"], TunnelKind::Gre, Protection::Nothing, false),
    (&["gre", "ipsec"], TunnelKind::Gre, Protection::Ikev1, false),
    (&["gre", "ipsec-ikev2"], TunnelKind::Gre, Protection::Ikev2, false),
    (&["4-over-4"], TunnelKind::IpIp, Protection::Nothing, false),
    (&["4-over-6"], TunnelKind::FourInSix, Protection::Nothing, false),
    (&["6-over-4"], TunnelKind::SixInFour, Protection::Nothing, false),
    (&["map-e"], TunnelKind::MapE, Protection::Nothing, false),
    (&["map-e", "ocn"], TunnelKind::MapE, Protection::Nothing, false),
    (&["l2tp-lns"], TunnelKind::L2tp, Protection::Nothing, true),
    (&["l2tp-lns", "ipsec"], TunnelKind::L2tpIpsec, Protection::Ikev1, true),
];

impl<'t> Reader<'_, 't> {
    /// One interface.
    pub(super) fn interface(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        let Some(name) = words.get(1).copied() else { return false };
        let span = item.line.span();
        self.notes.structures.define_active(StructureKind::Interface, name.text, span);
        // Whoever types a configuration may come back to an interface.
        let place = self.router.places.get(name.text).copied();
        let known = place.and_then(|it| self.router.interfaces.get(it)).cloned();
        let mut port = known.unwrap_or_else(|| Port::new(name));
        for child in &item.children {
            let words = child.line.split();
            let understood = self.setting(&mut port, &child.line, &words);
            self.fate(&child.line, understood);
            self.leave(&child.children, None);
        }
        match place.and_then(|it| self.router.interfaces.get_mut(it)) {
            Some(known) => *known = port,
            None => {
                self.router.places.insert(name.text, self.router.interfaces.len());
                self.router.interfaces.push(port);
            }
        }
        true
    }

    /// One line of an interface.
    fn setting(&mut self, port: &mut Port<'t>, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let span = line.span();
        let last = words.last().copied();
        let after = |count: usize| words.get(count..).unwrap_or_default();
        match texts(words).as_slice() {
            ["description", ..] => {
                let text = line.body().strip_prefix("description").unwrap_or_default().trim();
                port.description = Some(Spanned::new(text.trim_matches('"').to_owned(), span));
                true
            }
            ["shutdown"] => {
                port.switched = Some((false, span));
                true
            }
            ["no", "shutdown"] => {
                port.switched = Some((true, span));
                true
            }
            ["no", "ip" | "ipv6", "filter" | "nat" | "napt" | "policy", ..] => {
                self.notes.taken_back(span);
                false
            }
            ["exit"] | ["no", "ip" | "ipv6", "address"] | ["ipv6", "enable"] => true,
            ["ip", "address", ..] => self.address(port, line, after(2), false),
            ["ipv6", "address", ..] => self.address(port, line, after(2), true),
            ["ip" | "ipv6", "unnumbered", _] => {
                last.into_iter().for_each(|it| self.refer_interface(it));
                true
            }
            ["ip" | "ipv6", "vrf", "forwarding", name] => {
                self.notes.structures.refer(StructureKind::Instance, *name, span);
                port.instance = Some((*name).to_owned());
                true
            }
            ["vrrp", _, "ip", address] => {
                // A virtual address lies in the network of the interface.
                let prefix = port.addresses.first().map_or(32, |it| it.value.prefix());
                let address = address.parse().ok().and_then(|it| IpNetwork::new(it, prefix).ok());
                port.addresses.extend(address.map(|it| Spanned::new(it, span)));
                address.is_some()
            }
            ["encapsulation", "pppoe"] => {
                port.pppoe = Some(span);
                port.outside = Some(span);
                true
            }
            ["encapsulation", "ppp"] => true,
            ["encapsulation", "dot1q", vlan, ..] => {
                port.vlan = vlan.parse().ok();
                port.vlan.is_some()
            }
            ["ppp", "binding", name] => {
                let label = format!("ppp {name}");
                self.notes.structures.refer(StructureKind::Profile, label, span);
                port.ppp = last;
                true
            }
            ["bridge-group", _] => {
                port.bridge = last;
                true
            }
            ["ip" | "ipv6", "filter", list, sequence, direction @ ("in" | "out"), rest @ ..] => {
                let list =
                    ListName { v6: words.first().is_some_and(|it| it.text == "ipv6"), name: list };
                self.notes.structures.refer(StructureKind::Filter, list.label(), span);
                let number = sequence.parse().ok();
                port.filters.push(Binding {
                    span,
                    list,
                    sequence: number.unwrap_or(u32::MAX),
                    inbound: *direction == "in",
                });
                number.is_some() && matches!(rest, [] | ["suppress-logging"])
            }
            ["ip" | "ipv6", "policy", "route-map", name] => {
                self.notes.structures.refer(StructureKind::RouteMap, *name, span);
                port.route_map = last;
                true
            }
            ["ip", "nat" | "napt", ..] => self.translation(port, line, words),
            ["tunnel", "mode", mode @ ..] => {
                let found = MODES.iter().find(|it| it.0 == mode);
                // What is not known is a tunnel all the same.
                let (kind, protection, access) = found
                    .map_or((TunnelKind::Other, Protection::Nothing, false), |it| {
                        (it.1, it.2, it.3)
                    });
                port.tunnel = Some(Spanned::new(Mode { kind, protection, access }, span));
                found.is_some()
            }
            ["tunnel", "source", ..] => {
                port.source = last.map(Word::owned);
                last.filter(|it| super::is_interface(it.text))
                    .into_iter()
                    .for_each(|it| self.refer_interface(it));
                words.len() == 3
            }
            ["tunnel", "destination", rest @ ..] => {
                port.destination = last.map(remote);
                matches!(rest, [_] | ["fqdn", _])
            }
            ["ipsec", "policy", "tunnel" | "transport", _, rest @ ..] => {
                if let Some(map) = words.get(3) {
                    self.notes.structures.refer(StructureKind::IpsecPolicy, map.text, map.span);
                    port.policies.push(*map);
                }
                matches!(rest, [] | ["out"] | ["in"])
            }
            ["ikev2", ..] => {
                let mut settings = std::mem::take(&mut port.ikev2);
                let understood = self.ikev2_setting(&mut settings, after(1));
                port.ikev2 = settings;
                understood
            }
            ["ip", "dhcp", "binding", name] => {
                port.dhcp.push(self.dhcp_profile(line, name, false));
                true
            }
            ["ipv6", "dhcp", "server", name] => {
                port.dhcp.push(self.dhcp_profile(line, name, true));
                true
            }
            ["ipv6", "dhcp", "client", name] => {
                port.clients.push(self.dhcp_profile(line, name, true));
                true
            }
            ["ip", "dhcp-relay", "server", address, rest @ ..] => {
                let address = address.parse().ok();
                port.relays.extend(address.map(|it| Spanned::new(it, span)));
                address.is_some() && matches!(rest, [] | ["source", _])
            }
            ["ipv6", "nd", "ra", "enable"] => {
                port.advertises = Some(span);
                true
            }
            // The prefix of this side is used on the other too.
            ["ipv6", "nd", "proxy", _] => {
                last.into_iter().for_each(|it| self.refer_interface(it));
                port.acquired.push(Spanned::new(Acquired::Advertisement, span));
                true
            }
            ["dialer", "string", ..] => {
                port.dialled = words.get(2).copied().map(Word::owned);
                port.outside = Some(span);
                words.len() == 3
            }
            ["mobile", "id" | "number", ..] => {
                port.outside = Some(span);
                true
            }
            ["mobile", "username", user, "password", ..] => {
                last.into_iter().for_each(|it| self.notes.secret(it, SecretKind::Password, user));
                port.outside = Some(span);
                true
            }
            _ => {
                // Without a word of what it is, it is no list that stops packets.
                const STOPS: &[&str] =
                    &["filter", "access-list", "macl", "mac", "verify", "rpf", "urpf", "deny"];
                if words.first().is_some_and(|it| it.text != "no")
                    && words.iter().any(|it| STOPS.contains(&it.text))
                {
                    port.unread.push(Spanned::new(line.body().to_owned(), span));
                }
                self.key_after(line, words);
                false
            }
        }
    }

    /// `A/len`, `dhcp [receive-default]`, `ipcp`, `map-e`, `autoconfig [receive-default]`
    fn address(
        &mut self,
        port: &mut Port<'t>,
        line: &Line<'t>,
        words: &[Word<'t>],
        v6: bool,
    ) -> bool {
        let span = line.span();
        let mut acquire = |how| port.acquired.push(Spanned::new(how, span));
        match texts(words).as_slice() {
            ["dhcp" | "autoconfig"] => {
                acquire(if v6 { Acquired::Advertisement } else { Acquired::Dhcp });
                true
            }
            [how @ ("dhcp" | "autoconfig"), "receive-default"] => {
                acquire(if *how == "dhcp" { Acquired::Dhcp } else { Acquired::Advertisement });
                let Some(destination) = network("default", v6) else { return false };
                self.router.facts.routes.push(Route {
                    span,
                    destination,
                    via: vec![NextHop::Interface(port.name.text.to_owned())],
                    distance: None,
                    enabled: true,
                    only: None,
                    from: Vec::new(),
                    instance: None,
                });
                true
            }
            ["ipcp"] => {
                acquire(Acquired::Ppp);
                true
            }
            // The rule of the provider gives the address.
            ["map-e"] => true,
            [address, rest @ ..] => {
                let address = address.parse().ok().filter(|it: &IpNetwork| it.is_ipv6() == v6);
                port.addresses.extend(address.map(|it| Spanned::new(it, span)));
                address.is_some() && matches!(rest, [] | ["secondary"] | ["eui-64"] | ["anycast"])
            }
            [] => false,
        }
    }

    fn dhcp_profile(&mut self, line: &Line<'t>, name: &'t str, v6: bool) -> Spanned<ListName<'t>> {
        let list = ListName { v6, name };
        let label = format!("dhcp {}", list.label());
        self.notes.structures.refer(StructureKind::Profile, label, line.span());
        Spanned::new(list, line.span())
    }
}

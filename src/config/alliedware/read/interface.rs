//! `interface NAME`, or a range of them, and what stands below.

use super::{Reader, network, remote};
use crate::config::alliedware::repr::{Mode, Port, SwitchMode};
use crate::config::listing::texts;
use crate::config::outline::Item;
use crate::config::{Line, Word};
use crate::model::IpNetwork;
use crate::model::device::{Acquired, NextHop, Route, SecretKind, StructureKind, TunnelKind};
use crate::source::Spanned;

/// `tunnel mode` words: what it is, whether it carries frames, whether people come in by it.
const MODES: &[(&[&str], TunnelKind, bool, bool)] = &[
    (&["ipsec", "ipv4"], TunnelKind::Ipsec, false, false),
    (&["ipsec", "ipv6"], TunnelKind::Ipsec, false, false),
    (&["gre"], TunnelKind::Gre, false, false),
    (&["gre", "ipv6"], TunnelKind::Gre, false, false),
    (&["l2tp", "v3"], TunnelKind::L2tpV3, true, false),
    (&["l2tp", "v3", "ipv6"], TunnelKind::L2tpV3, true, false),
    (&["ds-lite"], TunnelKind::FourInSix, false, false),
    (&["lw4o6"], TunnelKind::FourInSix, false, false),
    (&["map-e"], TunnelKind::MapE, false, false),
    (&["openvpn", "tap"], TunnelKind::OpenVpn, true, true),
    (&["openvpn", "tun"], TunnelKind::OpenVpn, false, true),
];
/// No text lists more ports than this.
const MOST: u32 = 1024;

impl<'t> Reader<'_, 't> {
    /// One interface, or each of a range.
    pub(super) fn interface(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        // `interface range port1.0.1-1.0.8` is written in the older releases.
        let words = match words {
            [range, rest @ ..] if range.text == "range" => rest,
            words => words,
        };
        let Some(name) = words.first() else { return false };
        let parts = words.iter().flat_map(|it| it.parts(',').collect::<Vec<_>>());
        let parts = parts.filter(|it| !it.text.is_empty());
        let names: Vec<String> = parts.flat_map(|it| expand(it.text)).collect();
        let span = item.line.span();
        let mut port = Port::new(name.text.to_owned(), span);
        let single = names.len() == 1;
        self.each(item, |reader, child, words| {
            reader.setting(&mut port, &child.line, words, single)
        });
        for name in names {
            self.notes.structures.define_active(StructureKind::Interface, name.clone(), span);
            for vlan in &port.parts {
                let part = format!("{name}.{vlan}");
                self.notes.structures.define_active(StructureKind::Interface, part, span);
            }
            let place = self.router.places.get(&name).copied();
            match place.and_then(|it| self.router.ports.get_mut(it)) {
                // A port may be named in a range and by itself.
                Some(known) => merge(known, &port),
                None => {
                    self.router.places.insert(name.clone(), self.router.ports.len());
                    self.router.ports.push(Port { name, ..port.clone() });
                }
            }
        }
        true
    }

    /// One line of an interface.
    fn setting(
        &mut self,
        port: &mut Port<'t>,
        line: &Line<'t>,
        words: &[Word<'t>],
        single: bool,
    ) -> bool {
        let span = line.span();
        let last = words.last().copied();
        match texts(words).as_slice() {
            ["description", ..] => {
                let text = line.body().strip_prefix("description").unwrap_or_default().trim();
                port.description = Some(Spanned::new(text.trim_matches('"').to_owned(), span));
                true
            }
            ["shutdown"] => {
                port.off = Some(span);
                true
            }
            ["no", "shutdown"] => {
                port.off = None;
                true
            }
            ["switchport"] | ["ipv6", "enable"] | ["no", "ip", "address"] => true,
            ["switchport", "mode", "access", ..] => {
                port.mode = Some(SwitchMode::Access);
                words.len() == 3
            }
            ["switchport", "mode", "trunk", ..] => {
                port.mode = Some(SwitchMode::Trunk);
                matches!(words.len(), 3) || texts(words).get(3) == Some(&"ingress-filter")
            }
            ["switchport", "access", "vlan", vlan]
            | ["switchport", "trunk", "native", "vlan", vlan] => {
                port.vlan = vlan.parse().ok();
                port.vlan.is_some() || *vlan == "none"
            }
            ["switchport", "trunk", "allowed", "vlan", "add", list] => match vlans(list) {
                Some(vlans) => {
                    port.trunk.extend(vlans);
                    true
                }
                None => false,
            },
            ["switchport", "trunk", "allowed", "vlan", "all"] => {
                port.trunk = vec![(1, 4094)];
                true
            }
            ["switchport", "trunk", "allowed", "vlan", "none"] => {
                port.trunk.clear();
                true
            }
            ["static-channel-group", number, ..] => {
                port.aggregate = Some(format!("sa{number}"));
                true
            }
            ["channel-group", number, "mode", _] => {
                port.aggregate = Some(format!("po{number}"));
                true
            }
            ["access-group", _] => {
                let Some(list) = last else { return false };
                port.lists.push(self.bound(list, false));
                true
            }
            ["ipv6", "traffic-filter", _] => {
                let Some(list) = last else { return false };
                port.lists.push(self.bound(list, true));
                true
            }
            ["bridge-group", _, ..] => {
                port.bridge = words.get(1).copied();
                words.len() == 2
            }
            ["encapsulation", "ppp", number] => {
                port.carries.push(Spanned::new(format!("ppp{number}"), span));
                true
            }
            ["encapsulation", "dot1q", vlan, ..] => match vlan.parse() {
                Ok(vlan) => {
                    port.parts.push(vlan);
                    words.len() == 3
                }
                Err(_) => false,
            },
            ["ip", "vrf", "forwarding", name] => {
                self.notes.structures.refer(StructureKind::Instance, *name, span);
                port.instance = Some((*name).to_owned());
                true
            }
            ["ip", "address", "dhcp", ..] => {
                // Of DHCP the default route comes too.
                port.acquired.push(Spanned::new(Acquired::Dhcp, span));
                if single {
                    self.learned(port, span);
                }
                words.len() == 3
            }
            ["ip", "address", "negotiated"] => {
                port.acquired.push(Spanned::new(Acquired::Ppp, span));
                true
            }
            ["ip" | "ipv6", "unnumbered", _] => {
                last.into_iter().for_each(|it| self.refer_interface(it));
                true
            }
            ["ip", "address", address, rest @ ..] => {
                port.addresses.extend(network(address, false).map(|it| Spanned::new(it, span)));
                network(address, false).is_some() && matches!(rest, [] | ["secondary"])
            }
            ["ipv6", "address", "autoconfig", ..] => {
                port.acquired.push(Spanned::new(Acquired::Advertisement, span));
                true
            }
            ["ipv6", "address", "dhcp", ..] => {
                port.acquired.push(Spanned::new(Acquired::Dhcp, span));
                true
            }
            ["ipv6", "address", address, rest @ ..] => {
                port.addresses.extend(network(address, true).map(|it| Spanned::new(it, span)));
                network(address, true).is_some() && matches!(rest, [] | ["eui64"])
            }
            // A name of a prefix that was delegated, and the rest of the address.
            ["ipv6", "dhcp", "client", "pd", _] => {
                port.acquired.push(Spanned::new(Acquired::Delegation, span));
                true
            }
            ["no", "ipv6", "nd", "suppress-ra"] => {
                port.advertises = Some(span);
                true
            }
            ["ip", "dhcp-relay", "server-address", address] => {
                let address = address.parse().ok();
                port.relays.extend(address.map(|it| Spanned::new(it, span)));
                address.is_some()
            }
            ["ppp", "username", _] => true,
            ["ppp", "password", ..] => {
                if let Some(secret) = last {
                    match words.len() {
                        3 => self.notes.secret(secret, SecretKind::Password, &port.name),
                        _ => self.notes.sealed(secret, SecretKind::Password, &port.name),
                    }
                }
                true
            }
            ["tunnel", ..] => self.tunnel(port, line, words),
            ["no", "access-group", ..] | ["no", "ipv6", "traffic-filter", ..] => {
                self.notes.taken_back(span);
                false
            }
            _ => {
                const STOPS: &[&str] = &[
                    "access-group",
                    "traffic-filter",
                    "filter",
                    "verify",
                    "rpf",
                    "urpf",
                    "binding",
                    "acl",
                    "deny",
                    "policy-route",
                ];
                let stops = words.iter().any(|it| STOPS.contains(&it.text));
                if stops && words.first().is_some_and(|it| it.text != "no") {
                    port.unread.push(Spanned::new(line.body().to_owned(), span));
                }
                self.key_after(words);
                false
            }
        }
    }

    /// The default route that DHCP brings.
    fn learned(&mut self, port: &Port<'t>, span: crate::source::Span) {
        let Ok(destination) = "0.0.0.0/0".parse::<IpNetwork>() else { return };
        self.router.facts.routes.push(Route {
            span,
            destination,
            via: vec![NextHop::Interface(port.name.clone())],
            distance: None,
            enabled: true,
            only: None,
            from: Vec::new(),
            instance: port.instance.clone(),
        });
    }

    /// `tunnel …`
    fn tunnel(&mut self, port: &mut Port<'t>, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let span = line.span();
        let tunnel = &mut port.tunnel;
        match (texts(words).as_slice(), words) {
            (["tunnel", "mode", mode @ ..], _) => {
                let found = MODES.iter().find(|it| it.0 == mode);
                let (kind, layer2, access) =
                    found.map_or((TunnelKind::Other, false, false), |it| (it.1, it.2, it.3));
                tunnel.mode = Some(Spanned::new(Mode { kind, layer2, access }, span));
                found.is_some()
            }
            (["tunnel", "source", source], [.., word]) => {
                tunnel.source = Some(word.owned());
                if super::is_interface(source) {
                    self.refer_interface(*word);
                }
                true
            }
            (["tunnel", "destination", _], [.., word]) => {
                tunnel.destination = Some(remote(*word));
                true
            }
            (["tunnel", "protection", "ipsec"], _) => {
                tunnel.protected = Some(span);
                true
            }
            (["tunnel", "protection", "ipsec", "profile", name], [.., word]) => {
                let label = format!("ipsec {name}");
                self.notes.structures.refer(StructureKind::Profile, label, span);
                tunnel.protected = Some(span);
                tunnel.profile = Some(*word);
                true
            }
            (["tunnel", "local", "name", _], [.., word]) => {
                tunnel.local_name = Some(word.owned());
                true
            }
            (["tunnel", "remote", "name", _], [.., word]) => {
                tunnel.remote_name = Some(word.owned());
                true
            }
            (["tunnel", side @ ("local" | "remote"), "selector", ..], [.., word]) => {
                let selector = crate::config::numbers::network(word.text);
                let to = if *side == "local" { &mut tunnel.local } else { &mut tunnel.remote };
                to.extend(selector.map(|it| Spanned::new(it, span)));
                selector.is_some() && words.len() <= 5
            }
            (["tunnel", "local" | "remote", "id", _], _) => true,
            (["tunnel", "openvpn", "port", port], _) => {
                tunnel.port = port.parse().ok();
                tunnel.port.is_some()
            }
            _ => false,
        }
    }
}

/// What is said of a port a second time.
fn merge<'t>(known: &mut Port<'t>, more: &Port<'t>) {
    known.description = more.description.clone().or_else(|| known.description.take());
    known.off = more.off.or(known.off);
    known.unread.extend(more.unread.iter().cloned());
    known.addresses.extend(more.addresses.iter().cloned());
    known.acquired.extend(more.acquired.iter().cloned());
    known.mode = more.mode.or(known.mode);
    known.vlan = more.vlan.or(known.vlan);
    known.trunk.extend(more.trunk.iter().copied());
    known.carries.extend(more.carries.iter().cloned());
    known.parts.extend(more.parts.iter().copied());
    known.aggregate = more.aggregate.clone().or_else(|| known.aggregate.take());
    known.bridge = more.bridge.or(known.bridge);
    known.lists.extend(more.lists.iter().cloned());
    known.relays.extend(more.relays.iter().cloned());
    known.advertises = more.advertises.or(known.advertises);
    known.instance = more.instance.clone().or_else(|| known.instance.take());
    if more.tunnel.mode.is_some() {
        known.tunnel = more.tunnel.clone();
    }
}

/// `port1.0.1-1.0.4`, `vlan10-12`, `eth1`: each name.
fn expand(text: &str) -> Vec<String> {
    let one = || vec![text.to_owned()];
    let Some((first, last)) = text.split_once('-') else { return one() };
    let split = |text: &str| -> Option<(String, u32)> {
        let at = text.rfind(|c: char| !c.is_ascii_digit())? + 1;
        Some((text.get(..at)?.to_owned(), text.get(at..)?.parse().ok()?))
    };
    let Some((stem, from)) = split(first) else { return one() };
    // The last one is written whole, or without the letters, or as a number.
    let to = last
        .rsplit('.')
        .next()
        .and_then(|it| it.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().ok());
    let same =
        last.rsplit_once('.').is_none_or(|(head, _)| stem.trim_end_matches('.').ends_with(head));
    match to {
        Some(to) if same && from <= to && to - from < MOST => {
            (from..=to).map(|number| format!("{stem}{number}")).collect()
        }
        _ => one(),
    }
}

/// `10,20-30`
pub(super) fn vlans(list: &str) -> Option<Vec<(u16, u16)>> {
    let part = |part: &str| -> Option<(u16, u16)> {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some((first.parse().ok()?, last.parse().ok()?))
    };
    list.split(',').map(part).collect()
}

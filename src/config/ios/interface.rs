//! Interfaces, with everything that other parts of the configuration hang on them.

use super::names;
use super::parse::{Command, Handler, Table, structural, walk};
use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::IpNetwork;
use crate::model::device::{
    Acquired, Family, Hook, Interface, InterfaceKind, SecretKind, StructureKind,
};
use crate::source::{Span, Spanned};
use std::net::IpAddr;

/// An interface as IOS means it.
#[derive(Clone, Debug)]
pub(super) struct Port {
    /// What is a fact already.
    pub interface: Interface,
    /// `shutdown`
    pub shutdown: Option<Span>,
    /// Lists on it: name, direction, family, line.
    pub lists: Vec<(Spanned<String>, Hook, Family)>,
    /// Inspection rules on it.
    pub inspect: Vec<(String, Hook)>,
    /// Which side of address translation it is: whether outside.
    pub nat: Option<Spanned<bool>>,
    /// The crypto map on it.
    pub crypto_map: Option<Spanned<String>>,
    /// The Easy VPN client on it.
    pub ezvpn: Option<Spanned<String>>,
    /// `switchport mode`, `access vlan`, `trunk allowed vlan`.
    pub trunk_mode: bool,
    /// VLANs that a trunk may carry.
    pub allowed: Option<Vec<(u16, u16)>>,
    /// The bridge it is a member of.
    pub bridge: Option<Spanned<String>>,
    /// The route map for policy routing.
    pub policy: Option<Spanned<String>>,
    /// The pool that a dialer takes its line from.
    pub dialer_pool: Option<u16>,
    /// The pool that this line is a member of, and whether it is for PPPoE.
    pub member_of: Vec<(u16, bool)>,
    /// Telephone numbers it calls.
    pub calls: Vec<Spanned<String>>,
    /// `ppp authentication`: it asks callers who they are.
    pub ppp_authentication: Option<Span>,
    /// The pool for callers.
    pub peer_pool: Option<Spanned<String>>,
    /// What it says as a tunnel.
    pub tunnel: TunnelLines,
    /// A layer-2 line to another place: peer, circuit number, encapsulation.
    pub xconnect: Option<(Spanned<IpAddr>, String, String)>,
    /// DHCP servers to which it relays.
    pub helpers: Vec<Spanned<IpAddr>>,
    /// `ipv6 nd ra suppress`
    pub no_advertisements: bool,
    /// DHCPv6 pool it serves.
    pub dhcpv6: Option<Span>,
}

/// What an interface says as a tunnel.
#[derive(Clone, Debug, Default)]
pub(super) struct TunnelLines {
    /// `tunnel source`
    pub source: Option<Spanned<String>>,
    /// `tunnel destination`
    pub destination: Option<Spanned<String>>,
    /// `tunnel mode`, words after it.
    pub mode: Option<Spanned<String>>,
    /// `tunnel protection ipsec profile`
    pub protection: Option<Spanned<String>>,
    /// Outer addresses of next-hop servers and static maps of NHRP.
    pub nhrp: Vec<Spanned<String>>,
}

impl Port {
    fn new(name: Spanned<String>, kind: InterfaceKind) -> Self {
        Self {
            interface: Interface::new(name, kind),
            shutdown: None,
            lists: Vec::new(),
            inspect: Vec::new(),
            nat: None,
            crypto_map: None,
            ezvpn: None,
            trunk_mode: false,
            allowed: None,
            bridge: None,
            policy: None,
            dialer_pool: None,
            member_of: Vec::new(),
            calls: Vec::new(),
            ppp_authentication: None,
            peer_pool: None,
            tunnel: TunnelLines::default(),
            xconnect: None,
            helpers: Vec::new(),
            no_advertisements: false,
            dhcpv6: None,
        }
    }
}

/// `interface X` or `interface range …`, and the lines below it.
pub(super) fn block(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let ranged = command.words.get(1) == Some(&"range");
    let at = if ranged { 2 } else { 1 };
    let words = command.words.get(at..).unwrap_or_default();
    let named = command.rest(at);
    let names = if ranged {
        names::range(named.text)
    } else {
        names::of_words(words).map(|(name, ..)| vec![name])
    };
    let Some(names) = names.filter(|_| !command.negated) else { return Fate::Unrecognized };
    for (nth, name) in names.into_iter().enumerate() {
        let (_, kind) = names::interface(&name);
        if nth == 0 || ranged {
            notes.structures.define_active(StructureKind::Interface, name.clone(), command.span());
        }
        let at = repr.port(&name);
        let mut port = at
            .and_then(|at| repr.ports.get(at).cloned())
            .unwrap_or_else(|| Port::new(Spanned::new(name.clone(), named.span), kind));
        if let Some((parent, _)) = name.rsplit_once('.')
            && kind == InterfaceKind::Vlan
        {
            port.interface.parent = Some(parent.to_owned());
        }
        if kind == InterfaceKind::Vlan
            && let Some(vlan) = name.strip_prefix("Vlan")
        {
            port.interface.vlan = vlan.parse().ok();
        }
        // The lines are accounted for once, whatever number of interfaces they are about.
        let mut again = Notes::new(notes.file(), 0);
        let to = if nth == 0 { &mut *notes } else { &mut again };
        walk(&mut port, &item.children, INTERFACE, to);
        repr.put(&name, port);
    }
    Fate::Understood
}

/// Lines of an interface.
const INTERFACE: &Table<Port> = &[
    ("description", Handler::Line(description)),
    ("ip address", Handler::Line(address)),
    ("ipv6 address", Handler::Line(address6)),
    ("shutdown", Handler::Line(shutdown)),
    ("ip access-group", Handler::Line(access_group)),
    ("ipv6 traffic-filter", Handler::Line(access_group)),
    ("encapsulation dot1Q", Handler::Line(dot1q)),
    ("encapsulation dot1q", Handler::Line(dot1q)),
    ("switchport mode", Handler::Line(switchport)),
    ("switchport access vlan", Handler::Line(switchport)),
    ("switchport trunk allowed vlan", Handler::Line(switchport)),
    ("switchport trunk native vlan", Handler::Line(structural)),
    ("switchport trunk encapsulation", Handler::Line(structural)),
    ("switchport voice vlan", Handler::Line(structural)),
    ("switchport nonegotiate", Handler::Ignored(Because::Hardware)),
    ("switchport port-security", Handler::Ignored(Because::Housekeeping)),
    ("switchport host", Handler::Ignored(Because::Hardware)),
    ("switchport block", Handler::Ignored(Because::Performance)),
    ("switchport", Handler::Line(only_switchport)),
    ("ip nat inside", Handler::Line(nat)),
    ("ip nat outside", Handler::Line(nat)),
    ("ip inspect", Handler::Line(inspect)),
    ("zone-member security", Handler::Line(zone)),
    ("crypto map", Handler::Line(crypto_map)),
    ("crypto ipsec client ezvpn", Handler::Line(ezvpn)),
    ("ip vrf forwarding", Handler::Line(vrf)),
    ("vrf forwarding", Handler::Line(vrf)),
    ("tunnel source", Handler::Line(tunnel)),
    ("tunnel destination", Handler::Line(tunnel)),
    ("tunnel mode", Handler::Line(tunnel)),
    ("tunnel protection ipsec profile", Handler::Line(tunnel)),
    ("tunnel key", Handler::Line(structural)),
    ("tunnel path-mtu-discovery", Handler::Ignored(Because::Performance)),
    ("tunnel checksum", Handler::Ignored(Because::Performance)),
    ("tunnel bandwidth", Handler::Ignored(Because::Performance)),
    ("ip nhrp map", Handler::Line(nhrp)),
    ("ip nhrp nhs", Handler::Line(nhrp)),
    ("ip nhrp authentication", Handler::Line(nhrp_secret)),
    ("ip nhrp", Handler::Ignored(Because::Routing)),
    ("ip unnumbered", Handler::Line(structural)),
    ("ipv6 enable", Handler::Line(structural)),
    ("ip policy route-map", Handler::Line(policy)),
    ("ip helper-address", Handler::Line(helper)),
    ("bridge-group", Handler::Line(bridge_group)),
    ("channel-group", Handler::Line(channel_group)),
    ("xconnect", Handler::Block(xconnect)),
    ("pppoe enable", Handler::Line(structural)),
    ("pppoe-client dial-pool-number", Handler::Line(pool_member)),
    ("dialer pool-member", Handler::Line(pool_member)),
    ("dialer pool", Handler::Line(dialer_pool)),
    ("dialer string", Handler::Line(calls)),
    ("dialer map", Handler::Line(calls)),
    ("encapsulation ppp", Handler::Line(structural)),
    ("ppp authentication", Handler::Line(ppp_authentication)),
    ("ppp chap password", Handler::Line(ppp_secret)),
    ("ppp pap sent-username", Handler::Line(ppp_secret)),
    ("peer default ip address", Handler::Line(peer_pool)),
    ("mac-address", Handler::Line(mac)),
    ("ipv6 nd ra suppress", Handler::Line(no_advertisements)),
    ("ipv6 nd suppress-ra", Handler::Line(no_advertisements)),
    ("ipv6 dhcp server", Handler::Line(dhcpv6)),
    ("exit", Handler::Line(structural)),
    ("standby", Handler::Line(redundant)),
    ("vrrp", Handler::Line(redundant)),
    ("glbp", Handler::Line(redundant)),
    ("ip ospf authentication-key", Handler::Line(routing_secret)),
    ("ip ospf message-digest-key", Handler::Line(routing_secret)),
    ("ip rip authentication", Handler::Ignored(Because::Routing)),
    ("ip authentication", Handler::Ignored(Because::Routing)),
    ("ip ospf", Handler::Ignored(Because::Routing)),
    ("ip router", Handler::Ignored(Because::Routing)),
    ("ip rip", Handler::Ignored(Because::Routing)),
    ("ip pim", Handler::Ignored(Because::Routing)),
    ("ip igmp", Handler::Ignored(Because::Routing)),
    ("ip hello-interval", Handler::Ignored(Because::Routing)),
    ("ip hold-time", Handler::Ignored(Because::Routing)),
    ("ip summary-address", Handler::Ignored(Because::Routing)),
    ("ip split-horizon", Handler::Ignored(Because::Routing)),
    ("ip next-hop-self", Handler::Ignored(Because::Routing)),
    ("ipv6 ospf", Handler::Ignored(Because::Routing)),
    ("ospfv3", Handler::Ignored(Because::Routing)),
    ("ipv6 rip", Handler::Ignored(Because::Routing)),
    ("ipv6 nd", Handler::Ignored(Because::Routing)),
    ("isis", Handler::Ignored(Because::Routing)),
    ("bfd", Handler::Ignored(Because::Routing)),
    ("mpls", Handler::Ignored(Because::Routing)),
    ("spanning-tree", Handler::Ignored(Because::Redundancy)),
    ("udld", Handler::Ignored(Because::Redundancy)),
    ("backup", Handler::Ignored(Because::Redundancy)),
    ("carrier-delay", Handler::Ignored(Because::Redundancy)),
    ("lacp", Handler::Ignored(Because::Redundancy)),
    ("channel-protocol", Handler::Ignored(Because::Redundancy)),
    ("keepalive", Handler::Ignored(Because::Redundancy)),
    ("duplex", Handler::Ignored(Because::Hardware)),
    ("speed", Handler::Ignored(Because::Hardware)),
    ("media-type", Handler::Ignored(Because::Hardware)),
    ("negotiation", Handler::Ignored(Because::Hardware)),
    ("mdix", Handler::Ignored(Because::Hardware)),
    ("clock", Handler::Ignored(Because::Hardware)),
    ("power", Handler::Ignored(Because::Hardware)),
    ("isdn switch-type", Handler::Ignored(Because::Hardware)),
    ("isdn point-to-point-setup", Handler::Ignored(Because::Hardware)),
    ("physical-layer", Handler::Ignored(Because::Hardware)),
    ("async mode", Handler::Ignored(Because::Hardware)),
    ("hold-queue", Handler::Ignored(Because::Performance)),
    ("bandwidth", Handler::Ignored(Because::Performance)),
    ("delay", Handler::Ignored(Because::Performance)),
    ("mtu", Handler::Ignored(Because::Performance)),
    ("ip mtu", Handler::Ignored(Because::Performance)),
    ("ipv6 mtu", Handler::Ignored(Because::Performance)),
    ("ip tcp adjust-mss", Handler::Ignored(Because::Performance)),
    ("ip tcp header-compression", Handler::Ignored(Because::Performance)),
    ("ipv6 tcp adjust-mss", Handler::Ignored(Because::Performance)),
    ("ip virtual-reassembly", Handler::Ignored(Because::Performance)),
    ("ipv6 virtual-reassembly", Handler::Ignored(Because::Performance)),
    ("ip route-cache", Handler::Ignored(Because::Performance)),
    ("ip mroute-cache", Handler::Ignored(Because::Performance)),
    ("ip flow", Handler::Ignored(Because::Logging)),
    ("ip accounting", Handler::Ignored(Because::Logging)),
    ("ip nbar", Handler::Ignored(Because::Logging)),
    ("load-interval", Handler::Ignored(Because::Logging)),
    ("logging", Handler::Ignored(Because::Logging)),
    ("snmp trap", Handler::Ignored(Because::Logging)),
    ("service-policy", Handler::Ignored(Because::Performance)),
    ("storm-control", Handler::Ignored(Because::Performance)),
    ("srr-queue", Handler::Ignored(Because::Performance)),
    ("priority-queue", Handler::Ignored(Because::Performance)),
    ("mls", Handler::Ignored(Because::Performance)),
    ("auto qos", Handler::Ignored(Because::Performance)),
    ("queue-set", Handler::Ignored(Because::Performance)),
    ("fair-queue", Handler::Ignored(Because::Performance)),
    ("tx-ring-limit", Handler::Ignored(Because::Performance)),
    ("qos", Handler::Ignored(Because::Performance)),
    ("trust", Handler::Ignored(Because::Performance)),
    ("macro", Handler::Ignored(Because::Housekeeping)),
    ("authentication", Handler::Ignored(Because::Housekeeping)),
    ("dot1x", Handler::Ignored(Because::Housekeeping)),
    ("mab", Handler::Ignored(Because::Housekeeping)),
    ("device-tracking", Handler::Ignored(Because::Housekeeping)),
    ("ip dhcp snooping", Handler::Ignored(Because::Housekeeping)),
    ("ip arp inspection", Handler::Ignored(Because::Housekeeping)),
    ("ip verify", Handler::Ignored(Because::Housekeeping)),
    ("ip proxy-arp", Handler::Ignored(Because::Housekeeping)),
    ("ip redirects", Handler::Ignored(Because::Housekeeping)),
    ("ip unreachables", Handler::Ignored(Because::Housekeeping)),
    ("ip mask-reply", Handler::Ignored(Because::Housekeeping)),
    ("ip directed-broadcast", Handler::Ignored(Because::Housekeeping)),
    ("ip dhcp client", Handler::Ignored(Because::Housekeeping)),
    ("arp timeout", Handler::Ignored(Because::Housekeeping)),
    ("cdp", Handler::Ignored(Because::Housekeeping)),
    ("lldp", Handler::Ignored(Because::Housekeeping)),
    ("dialer-group", Handler::Ignored(Because::Housekeeping)),
    ("dialer idle-timeout", Handler::Ignored(Because::Housekeeping)),
    ("dialer persistent", Handler::Ignored(Because::Housekeeping)),
    ("dialer in-band", Handler::Ignored(Because::Housekeeping)),
    ("dialer enable-timeout", Handler::Ignored(Because::Housekeeping)),
    ("dialer wait-for-carrier-time", Handler::Ignored(Because::Housekeeping)),
    ("dialer hold-queue", Handler::Ignored(Because::Housekeeping)),
    ("ppp chap hostname", Handler::Line(structural)),
    ("ppp ipcp", Handler::Ignored(Because::Housekeeping)),
    ("ppp mtu", Handler::Ignored(Because::Performance)),
    ("ppp multilink", Handler::Ignored(Because::Redundancy)),
    ("ppp timeout", Handler::Ignored(Because::Performance)),
    ("ntp", Handler::Ignored(Because::Clock)),
];

fn name_of(command: &Command<'_>, at: usize) -> Spanned<String> {
    let word = command.word(at);
    Spanned::new(word.text.to_owned(), word.span)
}

fn description(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let text = command.rest(1);
    port.interface.description =
        (!command.negated).then(|| Spanned::new(text.text.to_owned(), text.span));
    Fate::Understood
}

fn address(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let acquired = match command.words.as_slice() {
        ["ip", "address"] if command.negated => return Fate::Understood,
        ["ip", "address", "dhcp", ..] => Acquired::Dhcp,
        ["ip", "address", "negotiated", ..] => Acquired::Ppp,
        ["ip", "address", "pool", pool] => {
            notes.structures.refer(StructureKind::Pool, *pool, command.span());
            Acquired::Dhcp
        }
        ["ip", "address", address, mask, rest @ ..] => {
            let Some(network) = numbers::masked(address, mask) else { return Fate::Unrecognized };
            port.interface.addresses.push(Spanned::new(network, command.span()));
            return match rest {
                [] | ["secondary"] => Fate::Understood,
                _ => Fate::Unrecognized,
            };
        }
        _ => return Fate::Unrecognized,
    };
    port.interface.acquired.push(Spanned::new(acquired, command.span()));
    Fate::Understood
}

fn address6(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let spanned = |value| Spanned::new(value, command.span());
    match command.words.as_slice() {
        ["ipv6", "address"] if command.negated => {}
        ["ipv6", "address", "dhcp", ..] => port.interface.acquired.push(spanned(Acquired::Dhcp)),
        ["ipv6", "address", "autoconfig", ..] => {
            port.interface.acquired.push(spanned(Acquired::Advertisement));
        }
        ["ipv6", "address", address, rest @ ..] => match address.parse::<IpNetwork>() {
            Ok(network) if network.is_ipv6() => {
                let prefix =
                    if rest.first() == Some(&"link-local") { 64 } else { network.prefix() };
                let network = IpNetwork::new(network.ip(), prefix).unwrap_or(network);
                port.interface.addresses.push(Spanned::new(network, command.span()));
                let known = matches!(rest, [] | ["eui-64" | "link-local" | "anycast"]);
                return if known { Fate::Understood } else { Fate::Unrecognized };
            }
            // `ipv6 address PREFIX-NAME ::1:0:0:0:1/64`
            _ if rest.len() == 1 => {
                port.interface.acquired.push(spanned(Acquired::Delegation));
            }
            _ => return Fate::Unrecognized,
        },
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

fn shutdown(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    port.shutdown = (!command.negated).then(|| command.span());
    port.interface.enabled = command.negated;
    Fate::Understood
}

fn access_group(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let family = if command.words.first() == Some(&"ipv6") { Family::V6 } else { Family::V4 };
    let (name, hook) = match command.words.as_slice() {
        [_, _, _, "in"] => (2, Hook::In),
        [_, _, _, "out"] => (2, Hook::Out),
        [_, _] if command.negated => return Fate::Understood,
        _ => return Fate::Unrecognized,
    };
    if command.negated {
        return Fate::Unrecognized;
    }
    let name = Spanned::new(command.word(name).text.to_owned(), command.span());
    notes.structures.refer(StructureKind::Filter, name.value.clone(), command.span());
    port.lists.push((name, hook, family));
    Fate::Understood
}

fn dot1q(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    port.interface.vlan = command.words.get(2).and_then(|vlan| vlan.parse().ok());
    match (port.interface.vlan, command.words.get(3)) {
        (Some(_), None | Some(&"native")) => Fate::Understood,
        _ => Fate::Unrecognized,
    }
}

fn switchport(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.as_slice() {
        [_, "mode", "trunk"] => port.trunk_mode = !command.negated,
        [_, "mode", "access"] => {
            port.interface.vlan = port.interface.vlan.or(Some(1));
        }
        [_, "mode", "dynamic", "auto" | "desirable"] => {}
        [_, "access", "vlan", vlan] => match vlan.parse() {
            Ok(vlan) => port.interface.vlan = Some(vlan),
            Err(_) => return Fate::Unrecognized,
        },
        [_, "trunk", "allowed", "vlan", words @ ..] => {
            let before = port.allowed.clone();
            let Some(allowed) = vlans(words, before) else { return Fate::Unrecognized };
            port.allowed = Some(allowed);
        }
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

/// `10,20-30`, `add 40`, `all`, `none`, `except 99`.
fn vlans(words: &[&str], before: Option<Vec<(u16, u16)>>) -> Option<Vec<(u16, u16)>> {
    let parse = |list: &str| -> Option<Vec<(u16, u16)>> {
        list.split(',')
            .map(|part| {
                let (first, last) = part.split_once('-').unwrap_or((part, part));
                Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
            })
            .collect()
    };
    match words {
        ["all"] => Some(vec![(1, 4094)]),
        ["none"] => Some(Vec::new()),
        ["add", list] => {
            let mut all = before.unwrap_or_default();
            all.extend(parse(list)?);
            Some(all)
        }
        ["except", list] => {
            let without: crate::model::RangeSet<u16> = parse(list)?.into_iter().collect();
            let all = crate::model::RangeSet::range(1, 4094);
            Some(all.difference(&without).ranges().to_vec())
        }
        [list @ ..] if !list.is_empty() => parse(&list.concat()),
        _ => None,
    }
}

fn only_switchport(_: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    if command.words.len() == 1 { Fate::Understood } else { Fate::Unrecognized }
}

fn nat(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let outside = command.words.get(2) == Some(&"outside");
    if command.words.len() != 3 {
        return Fate::Unrecognized;
    }
    port.nat = (!command.negated).then(|| Spanned::new(outside, command.span()));
    if outside && !command.negated {
        port.interface.outside = Some(command.span());
    }
    Fate::Understood
}

fn inspect(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let hook = match command.words.get(3) {
        Some(&"in") => Hook::In,
        Some(&"out") => Hook::Out,
        _ => return Fate::Unrecognized,
    };
    let name = name_of(command, 2).value;
    notes.structures.refer(StructureKind::Other, format!("inspect {name}"), command.span());
    port.inspect.push((name, hook));
    Fate::Understood
}

fn zone(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = name_of(command, 2);
    notes.structures.refer(StructureKind::Zone, name.value.clone(), command.span());
    port.interface.zone = Some(name);
    Fate::Understood
}

fn crypto_map(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = command.word(2).text.to_owned();
    notes.structures.refer(StructureKind::IpsecPolicy, name.clone(), command.span());
    port.crypto_map = Some(Spanned::new(name, command.span()));
    if command.words.len() == 3 || command.words.get(3) == Some(&"redundancy") {
        Fate::Understood
    } else {
        Fate::Unrecognized
    }
}

fn ezvpn(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = command.word(4).text.to_owned();
    notes.structures.refer(StructureKind::IkePeer, name.clone(), command.span());
    match command.words.get(5) {
        Some(&"inside") => {}
        None | Some(&"outside") => port.ezvpn = Some(Spanned::new(name, command.span())),
        Some(_) => return Fate::Unrecognized,
    }
    Fate::Understood
}

fn vrf(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = command.words.last().copied().unwrap_or_default();
    notes.structures.refer(StructureKind::Instance, name, command.span());
    port.interface.instance = Some(name.to_owned());
    Fate::Understood
}

fn tunnel(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if command.negated {
        return Fate::Unrecognized;
    }
    let lines = &mut port.tunnel;
    match command.words.as_slice() {
        [_, "source", words @ ..] if !words.is_empty() => {
            let name = names::of_words(words).map_or_else(String::new, |(name, ..)| name);
            lines.source = Some(Spanned::new(name, command.span()));
        }
        [_, "destination", word] => {
            lines.destination = Some(Spanned::new((*word).to_owned(), command.word(2).span));
        }
        [_, "mode", words @ ..] => {
            lines.mode = Some(Spanned::new(words.join(" "), command.span()));
        }
        [_, "protection", "ipsec", "profile", name, rest @ ..] => {
            notes.structures.refer(StructureKind::IpsecPolicy, *name, command.span());
            lines.protection = Some(Spanned::new((*name).to_owned(), command.span()));
            return match rest {
                [] | ["shared"] => Fate::Understood,
                _ => Fate::Unrecognized,
            };
        }
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

fn nhrp(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let outer = match command.words.as_slice() {
        // The outer address of a hub; `dynamic` is any spoke that registers.
        [_, _, "map", "multicast", "dynamic"] | [_, _, "nhs", _] => return Fate::Understood,
        [_, _, "map", _, outer] => (*outer, command.word(4).span),
        [_, _, "nhs", _, "nbma", outer, ..] => (*outer, command.word(5).span),
        _ => return Fate::Unrecognized,
    };
    if !port.tunnel.nhrp.iter().any(|known| known.value == outer.0) {
        port.tunnel.nhrp.push(Spanned::new(outer.0.to_owned(), outer.1));
    }
    Fate::Understood
}

fn nhrp_secret(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    notes.secret(command.rest(3), SecretKind::Token, &port.interface.name.value);
    Fate::Understood
}

fn routing_secret(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    super::tables::keep_secret(
        command,
        command.words.len() - 1,
        SecretKind::Token,
        &port.interface.name.value,
        notes,
    );
    Fate::Ignored(Because::Routing)
}

fn redundant(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if let Some(at) = command.words.iter().position(|word| *word == "authentication") {
        let last = command.words.len() - 1;
        if last > at {
            super::tables::keep_secret(
                command,
                last,
                SecretKind::Token,
                &port.interface.name.value,
                notes,
            );
        }
    }
    Fate::Ignored(Because::Redundancy)
}

fn policy(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = name_of(command, 3);
    notes.structures.refer(StructureKind::RouteMap, name.value.clone(), command.span());
    port.policy = Some(name);
    Fate::Understood
}

fn helper(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.last().and_then(|word| word.parse().ok()) {
        Some(address) => {
            port.helpers.push(Spanned::new(address, command.span()));
            if command.words.len() == 3 { Fate::Understood } else { Fate::Unrecognized }
        }
        None => Fate::Unrecognized,
    }
}

fn bridge_group(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.as_slice() {
        [_, number] if number.parse::<u16>().is_ok() => {
            port.bridge = Some(Spanned::new(format!("bridge {number}"), command.span()));
            Fate::Understood
        }
        [_, _, ..] => Fate::Ignored(Because::Redundancy),
        _ => Fate::Unrecognized,
    }
}

fn channel_group(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.get(1).and_then(|number| number.parse::<u16>().ok()) {
        Some(number) => {
            port.interface.parent = Some(format!("Port-channel{number}"));
            Fate::Understood
        }
        None => Fate::Unrecognized,
    }
}

fn xconnect(port: &mut Port, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    for child in &item.children {
        let known =
            child.line.body().starts_with("backup ") || child.line.body().starts_with("mtu ");
        if known {
            notes.ignored(&child.line, Because::Redundancy);
        }
    }
    let [_, peer, circuit, rest @ ..] = command.words.as_slice() else { return Fate::Unrecognized };
    let Ok(address) = peer.parse() else { return Fate::Unrecognized };
    if let Some(class) = command.after("pw-class") {
        notes.structures.refer(StructureKind::Profile, class.text, command.span());
    }
    port.xconnect =
        Some((Spanned::new(address, command.word(1).span), (*circuit).to_owned(), rest.join(" ")));
    Fate::Understood
}

fn pool_member(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let pppoe = command.words.first() == Some(&"pppoe-client");
    match command.words.get(2).and_then(|number| number.parse().ok()) {
        Some(number) => port.member_of.push((number, pppoe)),
        None => return Fate::Unrecognized,
    }
    Fate::Understood
}

fn dialer_pool(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    port.dialer_pool = command.words.get(2).and_then(|number| number.parse().ok());
    if port.dialer_pool.is_some() { Fate::Understood } else { Fate::Unrecognized }
}

fn calls(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    // `dialer string 0312345678`, `dialer map ip 192.0.2.1 name hq broadcast 0312345678`
    let Some(last) = command.words.last() else { return Fate::Unrecognized };
    if last.is_empty()
        || !last.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'*' | b'#'))
    {
        return Fate::Unrecognized;
    }
    let span = command.word(command.words.len() - 1).span;
    port.calls.push(Spanned::new((*last).to_owned(), span));
    Fate::Understood
}

fn ppp_authentication(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    // `callin` asks only those who call.
    port.ppp_authentication = Some(command.span());
    Fate::Understood
}

fn ppp_secret(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let Some(at) = command.words.iter().position(|word| *word == "password") else {
        return Fate::Unrecognized;
    };
    let owner = match command.words.get(3) {
        Some(user) if command.begins("ppp pap") => (*user).to_owned(),
        _ => port.interface.name.value.clone(),
    };
    super::tables::keep_secret(command, at + 1, SecretKind::Password, &owner, notes);
    Fate::Understood
}

fn peer_pool(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    match command.words.as_slice() {
        [.., "pool", name] => {
            notes.structures.refer(StructureKind::Pool, *name, command.span());
            port.peer_pool = Some(Spanned::new((*name).to_owned(), command.span()));
            Fate::Understood
        }
        _ => Fate::Unrecognized,
    }
}

fn mac(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let digits: String = command.word(1).text.chars().filter(char::is_ascii_hexdigit).collect();
    if digits.len() != 12 {
        return Fate::Unrecognized;
    }
    let pairs: Vec<String> = digits
        .to_ascii_lowercase()
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect();
    port.interface.mac = Some(Spanned::new(pairs.join(":"), command.span()));
    Fate::Understood
}

fn no_advertisements(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    port.no_advertisements = !command.negated;
    Fate::Understood
}

fn dhcpv6(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if let Some(pool) = command.words.get(3).filter(|word| **word != "automatic") {
        notes.structures.refer(StructureKind::Pool, format!("dhcpv6 {pool}"), command.span());
    }
    port.dhcpv6 = Some(command.span());
    Fate::Understood
}

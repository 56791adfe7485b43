//! Commands of the global mode: who reads them, or why nobody needs to.

use super::parse::{Command, Handler, Table, structural};
use super::repr::Repr;
use super::{
    access, broadcasts, crypto, inspect, interface, lists, management, nat, pseudowire, routing,
};
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::AddressSet;
use crate::model::device::{SecretKind, StructureKind};
use crate::source::Spanned;
use std::net::IpAddr;

/// Commands of the global mode. Longer beginnings stand before shorter ones.
pub(super) const GLOBAL: &Table<Repr> = &[
    ("access-list", Handler::Line(lists::numbered)),
    ("interface", Handler::Block(interface::block)),
    ("define interface-range", Handler::Line(interface::range)),
    ("event manager", Handler::Block(event)),
    ("ip access-list", Handler::Block(lists::named)),
    ("ipv6 access-list", Handler::Block(lists::named)),
    ("ip route", Handler::Line(routing::route)),
    ("ipv6 route", Handler::Line(routing::route)),
    ("ip default-gateway", Handler::Line(routing::default_gateway)),
    ("ip local policy route-map", Handler::Line(local_policy)),
    ("route-map", Handler::Block(routing::route_map)),
    ("router bgp", Handler::Block(routing::bgp)),
    ("router", Handler::Block(routing::protocol)),
    ("ipv6 router", Handler::Block(routing::protocol)),
    ("ip vrf", Handler::Block(instance)),
    ("vrf definition", Handler::Block(instance)),
    ("ip nat", Handler::Line(nat::line)),
    ("ip inspect", Handler::Line(inspect::rule)),
    ("zone security", Handler::Block(inspect::zone)),
    ("zone-pair security", Handler::Block(inspect::pair)),
    ("class-map", Handler::Block(inspect::class_map)),
    ("policy-map", Handler::Block(inspect::policy_map)),
    ("vpdn", Handler::Line(access::vpdn)),
    ("vpdn-group", Handler::Block(access::vpdn_group)),
    ("webvpn", Handler::Block(access::ssl_vpn)),
    ("crypto ssl", Handler::Block(access::ssl_vpn)),
    ("crypto vpn", Handler::Block(access::ssl_vpn)),
    ("ip dhcp pool", Handler::Block(access::dhcp_pool)),
    ("ip dhcp excluded-address", Handler::Ignored(Because::Housekeeping)),
    ("ip dhcp use", Handler::Ignored(Because::Housekeeping)),
    ("ipv6 dhcp pool", Handler::Block(access::dhcpv6_pool)),
    ("pseudowire-class", Handler::Block(pseudowire::class)),
    ("l2vpn xconnect context", Handler::Block(pseudowire::context)),
    ("dialer-list", Handler::Ignored(Because::Housekeeping)),
    ("chat-script", Handler::Ignored(Because::Housekeeping)),
    ("controller", Handler::Ignored(Because::Hardware)),
    ("isdn switch-type", Handler::Ignored(Because::Hardware)),
    ("bridge", Handler::Line(bridge)),
    ("bba-group", Handler::Ignored(Because::Housekeeping)),
    ("crypto", Handler::Block(crypto::read)),
    ("line", Handler::Block(management::terminal)),
    ("ip http", Handler::Line(management::http)),
    ("snmp-server", Handler::Line(management::snmp)),
    ("username", Handler::Line(management::user)),
    ("enable", Handler::Line(management::enable)),
    ("tftp-server", Handler::Line(management::service)),
    ("ftp-server enable", Handler::Line(management::service)),
    ("ip scp server enable", Handler::Line(management::service)),
    ("netconf-yang", Handler::Line(management::service)),
    ("netconf ssh", Handler::Line(management::service)),
    ("restconf", Handler::Line(management::service)),
    ("ip rcmd", Handler::Line(management::service)),
    ("ip finger", Handler::Line(management::service)),
    ("service finger", Handler::Line(management::service)),
    ("hostname", Handler::Line(hostname)),
    ("version", Handler::Line(version)),
    ("ip local pool", Handler::Line(local_pool)),
    ("ipv6 unicast-routing", Handler::Line(unicast_routing)),
    ("ip routing", Handler::Line(ip_routing)),
    ("vlan filter", Handler::Line(vlan_filter)),
    ("vlan", Handler::Block(vlan)),
    ("object-group", Handler::Block(known_before)),
    ("time-range", Handler::Block(known_before)),
    ("track", Handler::Block(track)),
    ("ip sla", Handler::Block(monitoring)),
    ("end", Handler::Line(end)),
    ("exit", Handler::Line(structural)),
    ("tacacs-server", Handler::Line(server_key)),
    ("radius-server", Handler::Line(server_key)),
    ("radius server", Handler::Block(server_block)),
    ("tacacs server", Handler::Block(server_block)),
    ("aaa group server", Handler::Block(server_block)),
    ("aaa", Handler::Ignored(Because::Housekeeping)),
    ("ip radius", Handler::Ignored(Because::Housekeeping)),
    ("ip tacacs", Handler::Ignored(Because::Housekeeping)),
    ("key chain", Handler::Block(server_block)),
    ("banner", Handler::Ignored(Because::Presentation)),
    ("ip prefix-list", Handler::Ignored(Because::Routing)),
    ("ipv6 prefix-list", Handler::Ignored(Because::Routing)),
    ("ip community-list", Handler::Ignored(Because::Routing)),
    ("ip bgp-community", Handler::Ignored(Because::Routing)),
    ("ip as-path", Handler::Ignored(Because::Routing)),
    ("ip extcommunity-list", Handler::Ignored(Because::Routing)),
    ("ip multicast", Handler::Ignored(Because::Routing)),
    ("ip multicast-routing", Handler::Ignored(Because::Routing)),
    ("ip pim", Handler::Ignored(Because::Routing)),
    ("ip igmp", Handler::Ignored(Because::Routing)),
    ("ip classless", Handler::Ignored(Because::Routing)),
    ("ip subnet-zero", Handler::Ignored(Because::Routing)),
    ("mpls", Handler::Ignored(Because::Routing)),
    ("bfd", Handler::Ignored(Because::Routing)),
    ("bfd-template", Handler::Ignored(Because::Routing)),
    ("ip source-route", Handler::Ignored(Because::Housekeeping)),
    ("ip gratuitous-arps", Handler::Ignored(Because::Housekeeping)),
    ("ip forward-protocol", Handler::Line(broadcasts::forward_protocol)),
    ("ip cef", Handler::Ignored(Because::Performance)),
    ("ipv6 cef", Handler::Ignored(Because::Performance)),
    ("ipv6 multicast", Handler::Ignored(Because::Routing)),
    ("ip icmp", Handler::Ignored(Because::Performance)),
    ("ip tcp", Handler::Ignored(Because::Performance)),
    ("ip domain", Handler::Ignored(Because::Resolver)),
    ("ip domain-lookup", Handler::Ignored(Because::Resolver)),
    ("ip domain-name", Handler::Ignored(Because::Resolver)),
    ("ip domain-list", Handler::Ignored(Because::Resolver)),
    ("ip name-server", Handler::Ignored(Because::Resolver)),
    ("ip host", Handler::Ignored(Because::Resolver)),
    ("domain-name", Handler::Ignored(Because::Resolver)),
    ("ip ssh", Handler::Ignored(Because::Housekeeping)),
    ("ip flow-export", Handler::Ignored(Because::Logging)),
    ("ip flow-cache", Handler::Ignored(Because::Logging)),
    ("ip flow-capture", Handler::Ignored(Because::Logging)),
    ("ip flow-top-talkers", Handler::Ignored(Because::Logging)),
    ("flow", Handler::Ignored(Because::Logging)),
    ("ip access-list log-update", Handler::Ignored(Because::Logging)),
    ("ip ftp", Handler::Line(ftp_client)),
    ("ip tftp", Handler::Ignored(Because::Housekeeping)),
    ("ip rcmd", Handler::Ignored(Because::Housekeeping)),
    ("ip dhcp snooping", Handler::Ignored(Because::Housekeeping)),
    ("ip dhcp bootp", Handler::Ignored(Because::Housekeeping)),
    ("ip dhcp relay", Handler::Ignored(Because::Housekeeping)),
    ("ip arp", Handler::Ignored(Because::Housekeeping)),
    ("ip device", Handler::Ignored(Because::Housekeeping)),
    ("ip bootp", Handler::Ignored(Because::Housekeeping)),
    ("ip options", Handler::Ignored(Because::Housekeeping)),
    ("ip auth-proxy", Handler::Ignored(Because::Housekeeping)),
    ("ip admission", Handler::Ignored(Because::Housekeeping)),
    ("device-tracking", Handler::Ignored(Because::Housekeeping)),
    ("device-sensor", Handler::Ignored(Because::Housekeeping)),
    ("service-template", Handler::Ignored(Because::Housekeeping)),
    ("service", Handler::Line(service)),
    ("boot", Handler::Ignored(Because::Housekeeping)),
    ("boot-start-marker", Handler::Ignored(Because::Housekeeping)),
    ("boot-end-marker", Handler::Ignored(Because::Housekeeping)),
    ("archive", Handler::Ignored(Because::Housekeeping)),
    ("macro", Handler::Ignored(Because::Housekeeping)),
    ("event", Handler::Ignored(Because::Housekeeping)),
    ("alias", Handler::Ignored(Because::Housekeeping)),
    ("memory", Handler::Ignored(Because::Housekeeping)),
    ("memory-size", Handler::Ignored(Because::Housekeeping)),
    ("process", Handler::Ignored(Because::Housekeeping)),
    ("scheduler", Handler::Ignored(Because::Housekeeping)),
    ("exception", Handler::Ignored(Because::Housekeeping)),
    ("license", Handler::Ignored(Because::Housekeeping)),
    ("security", Handler::Ignored(Because::Housekeeping)),
    ("privilege", Handler::Ignored(Because::Housekeeping)),
    ("parser", Handler::Ignored(Because::Housekeeping)),
    ("login", Handler::Ignored(Because::Housekeeping)),
    ("config-register", Handler::Ignored(Because::Housekeeping)),
    ("control-plane", Handler::Ignored(Because::Performance)),
    ("multilink", Handler::Ignored(Because::Housekeeping)),
    ("file", Handler::Ignored(Because::Housekeeping)),
    ("errdisable", Handler::Ignored(Because::Housekeeping)),
    ("authentication mac-move", Handler::Ignored(Because::Housekeeping)),
    ("dot1x", Handler::Ignored(Because::Housekeeping)),
    ("cdp", Handler::Ignored(Because::Housekeeping)),
    ("lldp", Handler::Ignored(Because::Housekeeping)),
    ("vtp", Handler::Ignored(Because::Housekeeping)),
    ("diagnostic", Handler::Ignored(Because::Housekeeping)),
    ("subscriber", Handler::Ignored(Because::Housekeeping)),
    ("transceiver", Handler::Ignored(Because::Hardware)),
    ("platform", Handler::Ignored(Because::Hardware)),
    ("hw-module", Handler::Ignored(Because::Hardware)),
    ("card", Handler::Ignored(Because::Hardware)),
    ("module", Handler::Ignored(Because::Hardware)),
    ("switch", Handler::Ignored(Because::Hardware)),
    ("stack-power", Handler::Ignored(Because::Hardware)),
    ("stack-mac", Handler::Ignored(Because::Hardware)),
    ("power", Handler::Ignored(Because::Hardware)),
    ("network-clock", Handler::Ignored(Because::Hardware)),
    ("network-clock-participate", Handler::Ignored(Because::Hardware)),
    ("sdm", Handler::Ignored(Because::Hardware)),
    ("system", Handler::Ignored(Because::Performance)),
    ("mls", Handler::Ignored(Because::Performance)),
    ("qos", Handler::Ignored(Because::Performance)),
    ("auto", Handler::Ignored(Because::Performance)),
    ("port-channel", Handler::Ignored(Because::Performance)),
    ("spanning-tree", Handler::Ignored(Because::Redundancy)),
    ("redundancy", Handler::Ignored(Because::Redundancy)),
    ("udld", Handler::Ignored(Because::Redundancy)),
    ("lacp", Handler::Ignored(Because::Redundancy)),
    ("fhrp", Handler::Ignored(Because::Redundancy)),
    ("logging", Handler::Ignored(Because::Logging)),
    ("monitor", Handler::Ignored(Because::Logging)),
    ("call-home", Handler::Ignored(Because::Logging)),
    ("clock", Handler::Ignored(Because::Clock)),
    ("ntp authentication-key", Handler::Line(ntp_key)),
    ("ntp", Handler::Ignored(Because::Clock)),
    ("sntp", Handler::Ignored(Because::Clock)),
    ("voice", Handler::Ignored(Because::Voice)),
    ("voice-card", Handler::Ignored(Because::Voice)),
    ("voice-port", Handler::Ignored(Because::Voice)),
    ("dial-peer", Handler::Ignored(Because::Voice)),
    ("dspfarm", Handler::Ignored(Because::Voice)),
    ("sccp", Handler::Ignored(Because::Voice)),
    ("sip-ua", Handler::Ignored(Because::Voice)),
    ("mgcp", Handler::Ignored(Because::Voice)),
    ("ccm-manager", Handler::Ignored(Because::Voice)),
    ("telephony-service", Handler::Ignored(Because::Voice)),
    ("ephone", Handler::Ignored(Because::Voice)),
    ("ephone-dn", Handler::Ignored(Because::Voice)),
    ("gatekeeper", Handler::Ignored(Because::Voice)),
    ("gateway", Handler::Ignored(Because::Voice)),
];

/// A secret with the number of its form before it: `0` or none is plain, others are sealed.
pub(in crate::config) fn keep_secret(
    command: &Command<'_>,
    at: usize,
    kind: SecretKind,
    owner: &str,
    notes: &mut Notes,
) {
    let first = command.word(at);
    let more = command.words.len() > at + 1;
    match first.text {
        "" => {}
        "0" if more => notes.secret(command.word(at + 1), kind, owner),
        "4" | "5" | "6" | "7" | "8" | "9" if more => {
            notes.sealed(command.word(at + 1), kind, owner)
        }
        _ => notes.secret(first, kind, owner),
    }
}

fn spanned(command: &Command<'_>, at: usize) -> Spanned<String> {
    let word = command.word(at);
    Spanned::new(word.text.to_owned(), word.span)
}

fn hostname(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    repr.config.hostname = (command.words.len() == 2).then(|| spanned(command, 1));
    Fate::Understood
}

fn version(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    repr.config.version = (command.words.len() == 2).then(|| spanned(command, 1));
    Fate::Understood
}

fn end(repr: &mut Repr, _: &Command<'_>, _: &mut Notes) -> Fate {
    repr.ended = true;
    Fate::Understood
}

fn unicast_routing(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    repr.routes_v6 = (!command.negated).then(|| command.span());
    Fate::Understood
}

fn ip_routing(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    if command.words.len() > 2 {
        return Fate::Ignored(Because::Routing);
    }
    repr.unrouted = command.negated.then(|| command.span());
    Fate::Understood
}

/// `event manager applet NAME` with what it types into the device by itself, and scripts: what that
/// makes of the configuration nobody reads here. What only looks is nothing.
fn event(_: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    const LOOKS: &[&str] =
        &["enable", "show", "sh", "end", "exit", "ping", "write", "wr", "term", "terminal"];
    let looks = |it: &Item<'_>| match it.line.body().split_once("cli command ") {
        Some((_, typed)) => {
            let typed = typed.trim().trim_start_matches('"').split([' ', '"']).next();
            typed.is_some_and(|it| LOOKS.contains(&it))
        }
        None => true,
    };
    let script = matches!(command.words.as_slice(), [_, _, "policy", ..])
        && !command.words.ends_with(&["type", "system"]);
    if script || !item.children.iter().all(looks) {
        return Fate::Unrecognized;
    }
    super::parse::settle(item, Fate::Ignored(Because::Housekeeping), notes);
    Fate::Ignored(Because::Housekeeping)
}

/// `vlan filter MAP vlan-list 10,20-29|all`: what the map does is not read, but that it filters is
/// known (Catalyst *Security Configuration Guide*, VLAN maps).
fn vlan_filter(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let [_, _, _, "vlan-list", words @ ..] = command.words.as_slice() else {
        return Fate::Unrecognized;
    };
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
    };
    let list = words.concat();
    let listed: Option<Vec<(u16, u16)>> = list.split(',').map(range).collect();
    // What cannot be read may be any.
    let ranges = listed.unwrap_or_else(|| vec![(1, 4094)]);
    if !command.negated {
        let map = Spanned::new(command.word(2).text.to_owned(), command.span());
        repr.vlan_filters.push((map, ranges));
    }
    Fate::Unrecognized
}

fn local_policy(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = spanned(command, 4);
    notes.structures.refer(StructureKind::RouteMap, name.value.clone(), command.span());
    repr.local_policy = Some(name);
    Fate::Understood
}

/// `ip vrf NAME`, `vrf definition NAME`
fn instance(_: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let [_, "definition" | "vrf", name] = command.words.as_slice() else {
        return Fate::Unrecognized;
    };
    notes.structures.define_active(StructureKind::Instance, *name, command.span());
    for child in &item.children {
        super::parse::settle(child, Fate::Ignored(Because::Routing), notes);
    }
    Fate::Understood
}

/// `vlan 10` with its name; `vlan internal allocation policy`, `vlan configuration`.
fn vlan(_: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let listed = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    for child in &item.children {
        let why = match child.line.body().split_whitespace().next() {
            Some("name" | "exit" | "state") => Because::Presentation,
            _ => continue,
        };
        notes.ignored(&child.line, why);
    }
    match command.words.get(1) {
        Some(word) if listed(word) => Fate::Ignored(Because::Presentation),
        Some(&"internal" | &"configuration" | &"dot1q") => Fate::Ignored(Because::Hardware),
        _ => Fate::Unrecognized,
    }
}

/// Groups and schedules were read before.
fn known_before(_: &mut Repr, command: &Command<'_>, _: &Item<'_>, _: &mut Notes) -> Fate {
    let known = super::group::GROUPS.iter().any(|(prefix, _)| command.begins(prefix));
    if known { Fate::Understood } else { Fate::Unrecognized }
}

/// `bridge irb`, `bridge 1 protocol ieee`, `bridge 1 route ip`
fn bridge(_: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.as_slice() {
        [_, "irb"] | [_, _, "route" | "bridge", ..] => Fate::Understood,
        [
            _,
            _,
            "protocol" | "priority" | "aging-time" | "forward-time" | "hello-time" | "max-age",
            ..,
        ] => Fate::Ignored(Because::Redundancy),
        _ => Fate::Unrecognized,
    }
}

fn track(_: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let number = command.word(1).text;
    notes.structures.define_active(StructureKind::Other, format!("track {number}"), command.span());
    for child in &item.children {
        super::parse::settle(child, Fate::Ignored(Because::Redundancy), notes);
    }
    Fate::Ignored(Because::Redundancy)
}

fn monitoring(_: &mut Repr, _: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    super::parse::settle(item, Fate::Ignored(Because::Logging), notes);
    Fate::Ignored(Because::Logging)
}

/// `ip local pool NAME FIRST [LAST] [group G]`
fn local_pool(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let [_, _, _, name, first, rest @ ..] = command.words.as_slice() else {
        return Fate::Unrecognized;
    };
    let Ok(first) = first.parse::<IpAddr>() else { return Fate::Unrecognized };
    let last = rest.first().and_then(|word| word.parse().ok()).unwrap_or(first);
    notes.structures.define(StructureKind::Pool, *name, command.span());
    let set = AddressSet::range(first, last);
    repr.pools.entry((*name).to_owned()).or_default().push(Spanned::new(set, command.span()));
    if rest.len() <= 1 { Fate::Understood } else { Fate::Unrecognized }
}

/// `tacacs-server key 7 …`, `radius-server host A … key 7 …`
fn server_key(_: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if let Some(at) = command.words.iter().position(|word| *word == "key") {
        keep_secret(command, at + 1, SecretKind::Token, command.word(0).text, notes);
    }
    Fate::Ignored(Because::Housekeeping)
}

/// Blocks whose only interest are the keys in them.
fn server_block(_: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    super::parse::settle(item, Fate::Ignored(Because::Housekeeping), notes);
    let below = item.children.iter().chain(item.children.iter().flat_map(|it| &it.children));
    for child in below {
        let line = Command::of(&child.line);
        let keyed = line
            .words
            .iter()
            .position(|word| matches!(*word, "key" | "key-string" | "server-key" | "pac"));
        // `key 1` in a chain is a number, `key-string` the secret.
        let chain = command.begins("key chain");
        if let Some(at) = keyed
            && !(chain && line.words.get(at) == Some(&"key"))
        {
            keep_secret(&line, at + 1, SecretKind::Token, command.rest(1).text, notes);
        }
    }
    Fate::Ignored(Because::Housekeeping)
}

fn ntp_key(_: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    notes.sealed(command.word(4), SecretKind::Token, "ntp");
    Fate::Ignored(Because::Clock)
}

fn ftp_client(_: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if command.words.get(2) == Some(&"password") {
        keep_secret(command, 3, SecretKind::Password, "ftp", notes);
    }
    Fate::Ignored(Because::Housekeeping)
}

/// `service …`
fn service(_: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.get(1) {
        Some(&"timestamps" | &"sequence-numbers") => Fate::Ignored(Because::Logging),
        Some(&"tcp-small-servers" | &"udp-small-servers" | &"meraki" | &"dhcp") => {
            if command.negated { Fate::Ignored(Because::Housekeeping) } else { Fate::Unrecognized }
        }
        Some(_) => Fate::Ignored(Because::Housekeeping),
        None => Fate::Unrecognized,
    }
}

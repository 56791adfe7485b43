//! `ip IF address`, `ipv6 IF …`, `vlan`, `bridge`, `description`, lines that carry interfaces.

use super::{Args, Table, Understood, interface_name, on_off, option, spanned};
use crate::config::numbers;
use crate::config::rtx::repr::{Address, Dhcp6, Port, Prefix, Router, Selected};
use crate::model::IpNetwork;
use crate::source::Spanned;
use std::net::IpAddr;

pub(super) const TABLE: Table = &[
    ("ip * address", address),
    ("ip * secondary address", secondary),
    ("ip * remote address", remote),
    ("ip * vrrp #", vrrp),
    ("ipv6 * vrrp #", vrrp),
    ("ipv6 * address", address6),
    ("ipv6 prefix #", prefix),
    ("ipv6 * rtadv send", advertise),
    ("ipv6 * dhcp service", dhcp6),
    ("vlan port mapping *", port_mapping),
    ("vlan *", vlan),
    ("bridge member *", bridge),
    ("description", description),
    ("pp name", name),
    ("tunnel name", name),
    ("lan shutdown", shutdown),
    ("ngn type *", ngn),
    ("wan1 bind", carrier),
    ("mobile use", mobile),
];

/// An address with its length, in either way of writing the length.
fn network(words: &[super::Token<'_>]) -> Option<IpNetwork> {
    match words {
        [one] => numbers::network(one),
        [address, mask] => numbers::masked(address, mask),
        _ => None,
    }
}

fn address(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let port = router.ports.named(&name, args.span());
    if args.no() {
        port.address = None;
        return true;
    }
    let (value, whole) = match args.rest {
        [word, rest @ ..] if &*word.text == "dhcp" => (Address::Dhcp, rest.is_empty()),
        [word, rest @ ..] if &*word.text == "pdp" => (Address::Line, rest.is_empty()),
        // Broadcast and autoip options change nothing about the address.
        words => match network(words).or_else(|| network(words.get(..1)?)) {
            Some(it) => (Address::Fixed(it), network(words).is_some()),
            None => return false,
        },
    };
    port.address = Some(Spanned::new(value, args.span()));
    whole
}

fn secondary(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let port = router.ports.named(&name, args.span());
    let key = format!("secondary {}", args.text(0));
    if args.no() {
        port.further.retain(|it, _| !it.starts_with(key.trim_end()));
        return true;
    }
    let Some(address) = network(args.rest) else { return false };
    port.further.insert(key, Spanned::new(address, args.span()));
    true
}

fn remote(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    if args.text(0) == "pool" {
        return super::peer::pool(router, args);
    }
    let Some(name) = args.interface(router, 0) else { return false };
    let port = router.ports.named(&name, args.span());
    let [word] = args.rest else {
        port.remote = None;
        return args.no();
    };
    if args.no() {
        port.remote = None;
        return true;
    }
    let address = word.split('/').next().and_then(|it| it.parse::<IpAddr>().ok());
    port.remote = address.map(|it| Spanned::new(it, args.span()));
    address.is_some()
}

/// A virtual router's address: the device answers to it while it is the master.
fn vrrp(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let port = router.ports.named(&name, args.span());
    let key = format!("vrrp {}", args.key(1).map_or("", |it| &it.text));
    if args.no() {
        port.further.remove(&key);
        return true;
    }
    let Some(address) = args.text(0).parse::<IpAddr>().ok() else { return false };
    port.further.insert(key, Spanned::new(address.into(), args.span()));
    let options = ["priority", "preempt", "auth", "advertise-interval", "down-interval"];
    args.rest.iter().skip(1).all(|it| options.iter().any(|name| option(it, name).is_some()))
}

/// `2001:db8::1/64`, `ra-prefix@lan2::1/64`, `dhcp-prefix@pp1::/64`.
fn prefix_of(router: &Router, word: &str) -> Option<Prefix> {
    let from = |rest: &str| {
        let name = rest.split_once(':').map_or(rest, |(name, _)| name);
        interface_name(router, name)
    };
    match word {
        "auto" => return Some(Prefix::Auto),
        "dhcp" => return Some(Prefix::Dhcp),
        _ => {}
    }
    if let Some(rest) = word.strip_prefix("ra-prefix@") {
        return from(rest).map(Prefix::Advertised);
    }
    if let Some(rest) = word.strip_prefix("dhcp-prefix@") {
        return from(rest).map(Prefix::Delegated);
    }
    numbers::network(word).filter(IpNetwork::is_ipv6).map(Prefix::Fixed)
}

fn address6(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let value = prefix_of(router, args.text(0));
    let port = router.ports.named(&name, args.span());
    if args.no() {
        let key = args.text(0);
        port.v6.retain(|it, _| !key.is_empty() && it != key);
        return true;
    }
    let Some(value) = value else { return false };
    port.v6.insert(args.text(0).to_owned(), Spanned::new(value, args.span()));
    args.rest.len() == 1
}

fn prefix(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(number) = args.number(0) else { return false };
    router.prefixes.remove(&number);
    if args.no() {
        return true;
    }
    let Some(value) = prefix_of(router, args.text(0)) else { return false };
    router.prefixes.insert(number, Spanned::new(value, args.span()));
    true
}

fn advertise(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let span = args.span();
    router.ports.named(&name, span).advertises = (!args.no()).then_some(span);
    true
}

fn dhcp6(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let port = router.ports.named(&name, args.span());
    let (role, whole) = match (args.no(), args.text(0), args.text(1)) {
        (true, ..) => (None, true),
        (_, "server", rest) => (Some(Dhcp6::Server), rest.is_empty()),
        (_, "client", "ir=on") => (Some(Dhcp6::Inform), true),
        (_, "client", rest) => (Some(Dhcp6::Client), rest.is_empty() || rest == "ir=off"),
        _ => return false,
    };
    port.dhcp6 = role.map(|role| Spanned::new(role, args.span()));
    whole
}

/// `vlan lan1/1 802.1q vid=10 name=…`
fn vlan(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let parent = name.split('/').next().filter(|it| *it != name).map(str::to_owned);
    let port = router.ports.named(&name, args.span());
    if args.no() {
        port.vlan = None;
        return true;
    }
    port.parent = parent;
    let mut whole = true;
    for word in args.rest {
        if let Some(id) = option(word, "vid") {
            port.vlan = id.parse().ok().filter(|id| (1..=4094).contains(id));
            whole &= port.vlan.is_some();
        } else if let Some(text) = option(word, "name") {
            port.description = Some(Spanned::new(text.to_owned(), word.span));
        } else {
            whole &= &*word.text == "802.1q";
        }
    }
    whole && port.vlan.is_some()
}

/// `vlan port mapping lan1.1 vlan1`: a port of the switch belongs to an interface.
fn port_mapping(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(port) = args.interface(router, 0) else { return false };
    let vlan = interface_name(router, args.text(0));
    let entry = router.ports.named(&port, args.span());
    entry.parent = if args.no() { None } else { vlan };
    args.no() || entry.parent.is_some()
}

fn bridge(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    if args.no() {
        router.bridges.remove(&name);
        return true;
    }
    let members = args.rest.iter().map(|it| Some((interface_name(router, it)?, it.span)));
    let found: Vec<_> = members.collect();
    let whole = found.iter().all(Option::is_some);
    let members: Vec<_> = found.into_iter().flatten().map(|(a, b)| Spanned::new(a, b)).collect();
    for member in &members {
        router.ports.named(&member.value, member.span);
    }
    router.ports.named(&name, args.span());
    router.bridges.insert(name, Spanned::new(members, args.span()));
    whole
}

/// `description lan1 "…"`; in a selection `description pp "…"`, `description tunnel "…"`, or the text alone.
fn description(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let (first, text) = match args.rest {
        [first, text] => (first, Some(text)),
        [text] if args.no() => (text, None),
        [text] => return named(router, args, Some(text)),
        _ => return false,
    };
    if &*first.text == "yno" {
        let name = text.filter(|_| !args.no()).map(spanned);
        if let Some(name) = name {
            router.yno.entry("named").or_insert(Spanned::new(false, name.span));
            router.names.insert(crate::config::rtx::repr::Named::Yno, name);
        }
        return true;
    }
    let Some(name) = interface_name(router, first) else { return false };
    let port = router.ports.named(&name, args.span());
    port.description = text.filter(|_| !args.no()).map(spanned);
    true
}

/// `pp name`, `tunnel name`: what the settings pages call it; a description says more.
fn name(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(port) = selected(router, args) else { return false };
    if port.description.is_none() {
        port.description = args.word(0).filter(|_| !args.no()).map(spanned);
    }
    true
}

/// The interface of what is selected.
fn selected<'r>(router: &'r mut Router, args: &Args<'_, '_>) -> Option<&'r mut Port> {
    let name = match &router.selected {
        Selected::None => return None,
        Selected::Peer(peer) => peer.interface(),
        Selected::Tunnel(number) => format!("tunnel{number}"),
    };
    Some(router.ports.named(&name, args.span()))
}

/// Gives a text to what is selected.
fn named(router: &mut Router, args: &Args<'_, '_>, text: Option<&super::Token<'_>>) -> Understood {
    let Some(port) = selected(router, args) else { return false };
    port.description = text.map(spanned);
    true
}

/// `lan shutdown lan1 [port…]`: whole interfaces only; single ports of a switch stay as they are.
fn shutdown(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = interface_name(router, args.text(0)) else { return false };
    let span = args.span();
    let whole = args.rest.len() == 1;
    if whole {
        router.ports.named(&name, span).off = (!args.no()).then_some(span);
    }
    whole
}

/// `ngn type lan2 ntt`: the line is one of the NGN, on which numbers can be called.
fn ngn(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let port = router.ports.named(&name, args.span());
    let on = !args.no() && args.text(0) != "off";
    port.carrier = on.then(|| Spanned::new("ngn".to_owned(), args.span()));
    args.no() || matches!(args.text(0), "ntt" | "off" | "kddi")
}

/// `wan1 bind usb1`: a mobile line.
fn carrier(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let port = router.ports.named("wan1", args.span());
    port.carrier = args.word(0).filter(|_| !args.no()).map(spanned);
    true
}

/// `mobile use usb1 on`: a mobile terminal may be used at this socket.
fn mobile(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = interface_name(router, args.text(0)) else { return false };
    let on = !args.no() && args.word(1).and_then(|it| on_off(it)) == Some(true);
    let span = args.span();
    let port = router.ports.named(&name, span);
    port.off = (!on).then_some(span);
    args.no() || args.rest.len() >= 2
}

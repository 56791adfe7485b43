//! `tunnel …` and what of `l2tp` and `pptp` belongs to one tunnel.

use super::peer::ranges;
use super::{Args, Table, Understood, number, on_off, spanned};
use crate::config::rtx::repr::{End, Router, Selected, TunnelSetup};
use crate::source::Spanned;

pub(super) const TABLE: Table = &[
    ("tunnel select", select),
    ("tunnel enable", |router, args| enable(router, args, true)),
    ("tunnel disable", |router, args| enable(router, args, false)),
    ("tunnel encapsulation", encapsulation),
    ("tunnel endpoint address", endpoint_address),
    ("tunnel endpoint name", endpoint_name),
    ("tunnel endpoint local address", endpoint_local),
    ("tunnel endpoint remote address", endpoint_remote),
    ("tunnel template", template),
    ("tunnel type", kind),
    ("tunnel multipoint server #", server),
    ("ipsec tunnel #", policy),
    ("l2tp always-on", always_on),
    ("l2tp tunnel auth", password),
];

/// Settings of the selected tunnel.
fn selected(router: &mut Router) -> Option<&mut TunnelSetup> {
    match router.selected {
        Selected::Tunnel(number) => Some(router.tunnels.entry(number).or_default()),
        _ => None,
    }
}

fn select(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    router.selected = Selected::None;
    if args.no() || args.text(0) == "none" {
        return true;
    }
    let Some(tunnel) = number(args.text(0)) else { return false };
    let span = args.span();
    router.ports.named(&format!("tunnel{tunnel}"), span);
    router.tunnels.entry(tunnel).or_default().span.get_or_insert(span);
    router.selected = Selected::Tunnel(tunnel);
    true
}

fn enable(router: &mut Router, args: &Args<'_, '_>, on: bool) -> Understood {
    let on = on != args.no();
    match args.text(0) {
        "all" => {
            router.tunnels_on.all = on;
            router.tunnels_on.single.clear();
            true
        }
        word => match number(word) {
            Some(tunnel) => {
                router.tunnels_on.single.insert(tunnel, Spanned::new(on, args.span()));
                true
            }
            None => false,
        },
    }
}

fn encapsulation(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let word = args
        .word(0)
        .filter(|_| !args.no())
        .map(|it| Spanned::new(it.text.to_string(), args.span()));
    let known = [
        "ipsec",
        "ipip",
        "gre",
        "pptp",
        "l2tp",
        "l2tpv3",
        "l2tpv3-raw",
        "ipudp",
        "map-e",
        "ipsec-over-tcp",
    ];
    let Some(setup) = selected(router) else { return false };
    setup.encapsulation = word;
    args.no() || (known.contains(&args.text(0)) && args.rest.len() == 1)
}

fn end(word: &str) -> End {
    word.parse().map_or_else(|_| End::Name(word.to_owned()), End::Address)
}

/// `[LOCAL] REMOTE`
fn endpoint_address(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let (local, remote) = match args.rest {
        [remote] => (None, Some(remote)),
        [local, remote] => (Some(local), Some(remote)),
        _ => (None, None),
    };
    let local = local.map(spanned);
    let remote = remote.map(|it| Spanned::new(end(it), it.span));
    let Some(setup) = selected(router) else { return false };
    if args.no() {
        (setup.local, setup.remote) = (None, None);
        return true;
    }
    let found = remote.is_some();
    (setup.local, setup.remote) = (local, remote);
    found
}

/// `NAME [fqdn|tel|tel-key …]`; names of both ends may stand there.
fn endpoint_name(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let kinds = ["fqdn", "tel", "tel-key", "ipv4-addr", "ipv6-addr"];
    let (names, words) = match args.rest {
        [rest @ .., kind] if kinds.contains(&&*kind.text) => (rest, Some(&*kind.text)),
        all => (all, None),
    };
    let Some(name) = names.last() else {
        let no = args.no();
        return selected(router).is_some_and(|setup| setup.remote.take().is_some() || no) && no;
    };
    let remote = match words {
        Some("tel" | "tel-key") => End::Telephone(name.text.to_string()),
        _ => end(name),
    };
    let (remote, local) = (Spanned::new(remote, name.span), names.get(..names.len() - 1));
    let local = local.and_then(<[_]>::first).map(spanned);
    let whole = names.len() <= 2;
    let Some(setup) = selected(router) else { return false };
    if args.no() {
        setup.remote = None;
        return true;
    }
    setup.remote = Some(remote);
    if local.is_some() {
        setup.local = local;
    }
    whole
}

fn endpoint_local(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let word = args.word(0).filter(|_| !args.no()).map(spanned);
    let Some(setup) = selected(router) else { return false };
    setup.local = word;
    args.rest.len() <= 1
}

fn endpoint_remote(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let word = args.word(0).filter(|_| !args.no());
    let remote = word.map(|it| Spanned::new(end(it), it.span));
    let Some(setup) = selected(router) else { return false };
    setup.remote = remote;
    args.rest.len() <= 1
}

fn template(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let list = ranges(args.rest);
    let Some(setup) = selected(router) else { return false };
    setup.templates = if args.no() { Vec::new() } else { list.clone().unwrap_or_default() };
    args.no() || list.is_some_and(|it| !it.is_empty())
}

fn kind(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let span = args.span();
    let multipoint = args.text(0) == "multipoint" && !args.no();
    let Some(setup) = selected(router) else { return false };
    setup.multipoint = multipoint.then_some(span);
    matches!(args.text(0), "multipoint" | "point-to-point" | "")
        && args.rest.iter().skip(1).all(|it| matches!(&*it.text, "server" | "client"))
}

fn server(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let word = args.word(0).map(|it| Spanned::new(end(it), it.span));
    let Some(setup) = selected(router) else { return false };
    if args.no() {
        setup.servers.clear();
        return true;
    }
    let found = word.is_some();
    setup.servers.extend(word);
    found && args.rest.len() == 1
}

/// `ipsec tunnel POLICY`, inside a tunnel.
fn policy(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let policy = args.number(0).map(|it| Spanned::new(it, args.span()));
    let Some(setup) = selected(router) else { return false };
    setup.policy = policy.filter(|_| !args.no());
    args.rest.is_empty()
}

fn always_on(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let on = args.word(0).and_then(|it| on_off(it));
    let Some(setup) = selected(router) else { return false };
    setup.always_on = on == Some(true) && !args.no();
    on.is_some() || args.no()
}

/// `l2tp tunnel auth on PASSWORD`: the ends of L2TP prove themselves to each other.
fn password(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let on = args.word(0).and_then(|it| on_off(it));
    let Some(setup) = selected(router) else { return false };
    setup.password = on == Some(true) && !args.no();
    (on.is_some() && args.rest.len() <= 2) || args.no()
}

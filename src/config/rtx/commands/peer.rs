//! `pp …`, `ppp …`, `pppoe …`, `isdn …`: lines over which PPP is spoken, and who may call.

use super::{Args, Table, Understood, interface_name, number, span_of, spanned};
use crate::config::rtx::repr::{Carrier, Peer, PeerSetup, Pool, Router, Selected};
use crate::source::Spanned;

pub(super) const TABLE: Table = &[
    ("pp select", select),
    ("pp enable", |router, args| enable(router, args, true)),
    ("pp disable", |router, args| enable(router, args, false)),
    ("pp bind", bind),
    ("pppoe use", pppoe),
    ("pp auth request", request),
    ("pp auth username *", user),
    ("ppp ipcp ipaddress", own_address),
    ("isdn remote address *", telephone),
    ("isdn call permit", |router, args| permit(router, args, |it| &mut it.may_call)),
    ("isdn arrive permit", |router, args| permit(router, args, |it| &mut it.may_be_called)),
];

fn peer(word: &str) -> Option<Peer> {
    match word {
        "anonymous" => Some(Peer::Anonymous),
        _ => number(word).map(Peer::Number),
    }
}

/// Settings of the selected peer.
fn selected(router: &mut Router) -> Option<&mut PeerSetup> {
    match &router.selected {
        Selected::Peer(peer) => Some(router.peers.entry(peer.clone()).or_default()),
        _ => None,
    }
}

fn select(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    router.selected = Selected::None;
    if args.no() || args.text(0) == "none" {
        return true;
    }
    let Some(peer) = peer(args.text(0)) else { return false };
    let span = args.span();
    router.ports.named(&peer.interface(), span);
    let setup = router.peers.entry(peer.clone()).or_default();
    setup.span.get_or_insert(span);
    router.selected = Selected::Peer(peer);
    true
}

fn enable(router: &mut Router, args: &Args<'_, '_>, on: bool) -> Understood {
    let on = on != args.no();
    match args.text(0) {
        "all" => {
            router.on.all = on;
            router.on.single.clear();
            true
        }
        word => match peer(word) {
            Some(peer) => {
                router.on.single.insert(peer, Spanned::new(on, args.span()));
                true
            }
            None => false,
        },
    }
}

/// `pp bind bri1`, `pp bind tunnel1-tunnel3 tunnel7`, `pp bind usb1`.
fn bind(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let mut bound = Vec::new();
    let mut whole = true;
    for word in args.rest {
        match lines(router, word) {
            Some(names) => bound.extend(names.into_iter().map(|it| Spanned::new(it, word.span))),
            None => whole = false,
        }
    }
    let (span, no) = (args.span(), args.no());
    let Some(setup) = selected(router) else { return false };
    setup.carrier = (!no).then(|| Spanned::new(Carrier::Bound(bound), span));
    whole
}

/// One line, or all from one to another.
fn lines(router: &Router, word: &str) -> Option<Vec<String>> {
    const MOST: u32 = 4096;
    let Some((first, last)) = word.split_once('-') else {
        return interface_name(router, word).map(|it| vec![it]);
    };
    let number = |it: &str| number(it.strip_prefix("tunnel")?);
    let (first, last) = (number(first)?, number(last)?);
    (first <= last && last - first < MOST)
        .then(|| (first..=last).map(|it| format!("tunnel{it}")).collect())
}

fn pppoe(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let (span, no) = (args.span(), args.no());
    let name = interface_name(router, args.text(0));
    let Some(setup) = selected(router) else { return false };
    setup.carrier = name.clone().filter(|_| !no).map(|it| Spanned::new(Carrier::Pppoe(it), span));
    no || name.is_some()
}

fn request(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let words: Vec<&str> = args.rest.iter().map(|it| &*it.text).collect();
    let (text, span, no) = (words.join(" "), args.span(), args.no());
    let known = ["pap", "chap", "mschap", "mschap-v2", "mschapv2", "chap-pap", "arrive"];
    let whole = words.iter().all(|it| known.contains(it));
    let Some(setup) = selected(router) else { return false };
    setup.request = (!no).then(|| Spanned::new(text, span));
    whole
}

/// `pp auth username NAME PASSWORD [own telephone or address …]`
fn user(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let (span, no) = (args.span(), args.no());
    let Some(name) = args.key(0).map(|it| it.text.to_string()) else { return false };
    let Some(setup) = selected(router) else { return false };
    match no {
        true => setup.users.remove(&name).is_some() || no,
        false => setup.users.insert(name, span).is_none() || !no,
    }
}

fn own_address(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let span = args.span();
    let on = args.switch().map(|it| it.value && !args.no());
    let Some(setup) = selected(router) else { return false };
    setup.own_address = on.unwrap_or(false).then_some(span);
    on.is_some() || args.no()
}

/// `ip pp remote address pool …`
pub(super) fn pool(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let no = args.no();
    let mut pools: Vec<Spanned<Pool>> = Vec::new();
    let mut whole = true;
    for word in args.rest.iter().skip(1) {
        let pool = match &*word.text {
            "dhcp" => Some(Pool::Dhcp),
            text => {
                let (first, last) = text.split_once('-').unwrap_or((text, text));
                match (first.parse(), last.parse()) {
                    (Ok(first), Ok(last)) => Some(Pool::Range(first, last)),
                    _ => None,
                }
            }
        };
        whole &= pool.is_some();
        pools.extend(pool.map(|it| Spanned::new(it, word.span)));
    }
    let Some(setup) = selected(router) else { return false };
    setup.pool = if no { Vec::new() } else { pools };
    whole
}

/// `isdn remote address call|arrive NUMBER[/SUB] …`
fn telephone(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let no = args.no();
    let numbers: Vec<_> = args.rest.iter().map(spanned).collect();
    let whole = numbers.iter().all(|it| it.value.starts_with(|c: char| c.is_ascii_digit()));
    let which = args.key(0).map(|it| it.text.to_string());
    let Some(setup) = selected(router) else { return false };
    let list = match which.as_deref() {
        Some("call") => &mut setup.calls,
        Some("arrive") => &mut setup.callers,
        _ => return false,
    };
    *list = if no { Vec::new() } else { numbers };
    whole
}

fn permit(
    router: &mut Router,
    args: &Args<'_, '_>,
    which: fn(&mut PeerSetup) -> &mut Option<Spanned<bool>>,
) -> Understood {
    let (switch, no) = (args.switch(), args.no());
    let Some(setup) = selected(router) else { return false };
    *which(setup) = switch.filter(|_| !no);
    switch.is_some() || no
}

/// The numbers `N-M` and `N` of a list.
pub(super) fn ranges(words: &[super::Token<'_>]) -> Option<Vec<(u32, u32)>> {
    words.iter().map(|it| span_of(it)).collect()
}

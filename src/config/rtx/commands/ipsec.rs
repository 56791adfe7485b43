//! `ipsec …`: gateways, policies, transport mode, and what holds for all of them.

use super::peer::ranges;
use super::{Args, Table, Understood, number, option, span_of, spanned};
use crate::config::numbers;
use crate::config::rtx::repr::{Gateway, Policy, Router, Transport};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

pub(super) const TABLE: Table = &[
    ("ipsec use", |router, args| {
        let switch = args.switch().filter(|_| !args.no());
        router.ipsec_off = switch.filter(|it| !it.value).map(|it| it.span);
        switch.is_some() || args.no()
    }),
    ("ipsec auto refresh", auto_refresh),
    ("ipsec sa policy #", policy),
    ("ipsec transport template #", transport_template),
    ("ipsec transport #", transport),
    ("ipsec ike remote address #", |router, args| gateway(router, args, "remote")),
    ("ipsec ike local address #", |router, args| gateway(router, args, "local")),
    ("ipsec ike remote name #", |router, args| gateway(router, args, "remote name")),
    ("ipsec ike local name #", |router, args| gateway(router, args, "local name")),
    ("ipsec ike remote id #", |router, args| gateway(router, args, "remote id")),
    ("ipsec ike local id #", |router, args| gateway(router, args, "local id")),
    ("ipsec ike pre-shared-key #", |router, args| gateway(router, args, "key")),
    ("ipsec ike version #", |router, args| gateway(router, args, "version")),
    ("ipsec ike encryption #", |router, args| gateway(router, args, "encryption")),
    ("ipsec ike hash #", |router, args| gateway(router, args, "hash")),
    ("ipsec ike group #", |router, args| gateway(router, args, "group")),
    ("ipsec ike nat-traversal #", |router, args| gateway(router, args, "nat-traversal")),
    ("ipsec ike always-on #", |router, args| gateway(router, args, "always-on")),
    ("ipsec ike auth method #", |router, args| gateway(router, args, "auth")),
    ("ipsec ike xauth request #", |router, args| gateway(router, args, "xauth")),
    ("ipsec ike xauth myname #", |router, args| gateway(router, args, "myname")),
    ("ipsec ike eap request #", |router, args| gateway(router, args, "eap")),
    ("ipsec ike eap myname #", |router, args| gateway(router, args, "myname")),
    ("ipsec ike pki file #", |router, args| gateway(router, args, "pki")),
    ("ipsec ike mode-cfg address pool #", |_, _| false),
    ("ipsec ike mode-cfg address #", |_, _| false),
];

/// `ipsec auto refresh [GATEWAY] on`
fn auto_refresh(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    match args.rest {
        [_] => {
            router.auto_refresh = args.switch().filter(|_| !args.no());
            router.auto_refresh.is_some() || args.no()
        }
        [which, _] => match number(which) {
            Some(id) => {
                let rest = args.rest.get(1..).unwrap_or_default();
                set(
                    router,
                    id,
                    args.span(),
                    "refresh",
                    rest.iter().map(spanned).collect(),
                    args.no(),
                );
                true
            }
            None => false,
        },
        _ => args.no(),
    }
}

fn set(
    router: &mut Router,
    id: u32,
    span: Span,
    what: &'static str,
    words: Vec<Spanned<String>>,
    no: bool,
) {
    let new = || Gateway { span, words: BTreeMap::new() };
    if no {
        if let Some(gateway) = router.gateways.get_mut(&id) {
            gateway.words.remove(what);
            if gateway.words.is_empty() {
                router.gateways.remove(&id);
            }
        }
        return;
    }
    let gateway = router.gateways.entry(id).or_insert_with(new);
    gateway.words.insert(what, Spanned::new(words, span));
}

/// Words that each setting may have; the first of them, for those with few.
const CHOICES: &[(&str, &[&str])] = &[
    ("version", &["1", "2"]),
    ("nat-traversal", &["on", "off"]),
    ("always-on", &["on", "off"]),
    ("auth", &["pre-shared-key", "certificate", "eap-md5", "auto"]),
    ("xauth", &["on", "off"]),
    ("eap", &["on", "off"]),
];

fn gateway(router: &mut Router, args: &Args<'_, '_>, what: &'static str) -> Understood {
    let Some(id) = args.number(0) else { return false };
    let mut words: Vec<Spanned<String>> = args.rest.iter().map(spanned).collect();
    if matches!(what, "key" | "myname") {
        // The secret goes nowhere.
        words.truncate(1);
    }
    let first = args.text(0);
    let choices = CHOICES.iter().find(|(it, _)| *it == what);
    let known = choices.is_none_or(|(_, words)| words.contains(&first));
    set(router, id, args.span(), what, words, args.no());
    args.no() || (known && !args.rest.is_empty())
}

/// `ipsec sa policy POLICY GATEWAY esp|ah … [local-id=NET] [remote-id=NET]`
fn policy(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(id) = args.number(0) else { return false };
    router.policies.remove(&id);
    if args.no() {
        return true;
    }
    let gateway = args.word(0).and_then(|it| Some(Spanned::new(number(it)?, it.span)));
    let Some(gateway) = gateway else { return false };
    let (mut local, mut remote, mut words, mut whole) = (None, None, Vec::new(), true);
    for word in args.rest.iter().skip(1) {
        if let Some(value) = option(word, "local-id") {
            local = numbers::network(value).map(|it| Spanned::new(it, word.span));
            whole &= local.is_some();
        } else if let Some(value) = option(word, "remote-id") {
            remote = numbers::network(value).map(|it| Spanned::new(it, word.span));
            whole &= remote.is_some();
        } else if option(word, "anti-replay-check").is_none() {
            words.push(spanned(word));
        }
    }
    let protocol = words.first().map(|it| it.value.as_str());
    whole &= matches!(protocol, Some("esp" | "ah"));
    let span = args.span();
    router.policies.insert(id, Policy { span, gateway, words, local, remote });
    whole
}

/// `ipsec transport ID POLICY [PROTOCOL [SOURCE [DESTINATION]]]`
fn transport(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(id) = args.number(0) else { return false };
    router.transports.remove(&id);
    if args.no() {
        return true;
    }
    let policy = args.word(0).and_then(|it| Some(Spanned::new(number(it)?, it.span)));
    let Some(policy) = policy else { return false };
    router.transports.insert(id, Transport { policy, templates: Vec::new() });
    let protocol = args.rest.get(1).is_none_or(|it| numbers::protocol(it).is_some());
    let mut ports = args.rest.iter().skip(2);
    protocol && ports.all(|it| &*it.text == "*" || numbers::ports(it).is_some())
}

/// `ipsec transport template ID POLICY [-POLICY]`: the same for further policies.
fn transport_template(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let list = ranges(args.rest);
    let Some(transport) = args.number(0).and_then(|it| router.transports.get_mut(&it)) else {
        return false;
    };
    transport.templates = if args.no() { Vec::new() } else { list.clone().unwrap_or_default() };
    args.no() || (list.is_some() && args.rest.iter().all(|it| span_of(it).is_some()))
}

//! Servers for people outside, users, and services in the cloud of the vendor.

use super::{Args, Table, Understood, on_off, spanned};
use crate::config::rtx::repr::Router;
use crate::source::Spanned;

pub(super) const TABLE: Table = &[
    ("l2tp service", |router, args| service(router, args, "l2tp")),
    ("pptp service", |router, args| service(router, args, "pptp")),
    ("yno use", |router, args| {
        let switch = args.switch().filter(|_| !args.no());
        router.yno.remove("use");
        router.yno.extend(switch.map(|it| ("use", it)));
        switch.is_some() || args.no()
    }),
    ("netvolante-dns hostname host", hostname),
    ("ddns server hostname #", hostname),
];

/// `l2tp service on [l2tpv3] [l2tp]`
fn service(router: &mut Router, args: &Args<'_, '_>, which: &'static str) -> Understood {
    router.remote_access.remove(which);
    if args.no() {
        return true;
    }
    let Some(on) = args.word(0).and_then(|it| on_off(it)) else { return false };
    let kinds: Vec<&str> = args.rest.iter().skip(1).map(|it| &*it.text).collect();
    // Without a list, L2TP of every kind.
    let on = on && (which != "l2tp" || kinds.is_empty() || kinds.contains(&"l2tp"));
    router.remote_access.insert(which, Spanned::new(on, args.span()));
    kinds.iter().all(|it| matches!(*it, "l2tp" | "l2tpv3"))
}

/// `netvolante-dns hostname host pp|lanN [server=N] NAME`
fn hostname(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some((name, before)) = args.rest.split_last() else { return args.no() };
    let numbered = args.number(0).map_or(String::new(), |it| it.to_string());
    let server = |it: &&super::Token<'_>| it.starts_with("server=");
    let key: Vec<&str> = before.iter().filter(|it| !server(it)).map(|it| &*it.text).collect();
    let key = format!("{}{numbered} {:?}", key.join(" "), router.selected);
    if args.no() {
        router.published.remove(&key);
    } else {
        router.published.insert(key, spanned(name));
    }
    args.no() || name.contains(".")
}

//! `nat descriptor …`, and where descriptors are bound.

use super::{Args, Table, Understood, number, spanned};
use crate::config::numbers as read;
use crate::config::rtx::matching::port_list;
use crate::config::rtx::repr::{Descriptor, Entry, Incoming, Outer, Pair, Router};
use crate::model::{AddressSet, RangeSet};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;
use std::net::IpAddr;

pub(super) const TABLE: Table = &[
    ("ip * nat descriptor", bind),
    ("nat descriptor type #", kind),
    ("nat descriptor address outer #", outer),
    ("nat descriptor address inner #", inner),
    ("nat descriptor static #", pair),
    ("nat descriptor masquerade static #", entry),
    ("nat descriptor masquerade incoming #", incoming),
    ("nat descriptor timer #", timer),
];

fn descriptor(router: &mut Router, number: u32, span: Span) -> &mut Descriptor {
    router.descriptors.entry(number).or_insert_with(|| Descriptor {
        span,
        kind: None,
        outer: None,
        inner: None,
        pairs: BTreeMap::new(),
        entries: BTreeMap::new(),
        incoming: None,
    })
}

fn bind(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(name) = args.interface(router, 0) else { return false };
    let port = router.ports.named(&name, args.span());
    if args.no() {
        port.nat = None;
        return true;
    }
    let mut bound = Vec::new();
    let mut words = args.rest.iter();
    // What stands after `reverse` translates the other way round, which no fact can say yet.
    let listed = words.by_ref().take_while(|it| &*it.text != "reverse");
    for word in listed {
        bound.extend(number(word).map(|it| Spanned::new(it, word.span)));
    }
    let whole = !bound.is_empty() && bound.len() == args.rest.len();
    port.nat = Some(Spanned::new(bound, args.span()));
    whole
}

fn kind(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(number) = args.number(0) else { return false };
    if args.no() {
        router.descriptors.remove(&number);
        return true;
    }
    let span = args.span();
    let descriptor = descriptor(router, number, span);
    descriptor.span = span;
    descriptor.kind = args.word(0).map(spanned);
    let kinds = ["masquerade", "nat", "nat-masquerade", "none", "static"];
    kinds.contains(&args.text(0)) && args.rest.len() == 1
}

/// An address, a range, or several.
fn set(words: &[super::Token<'_>]) -> Option<AddressSet> {
    let sets = words.iter().map(|it| read::addresses(it));
    let set: AddressSet = sets.collect::<Option<Vec<_>>>()?.into_iter().collect();
    (!set.is_empty()).then_some(set)
}

fn outer(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(number) = args.number(0) else { return false };
    let descriptor = descriptor(router, number, args.span());
    descriptor.outer = None;
    if args.no() {
        return true;
    }
    let value = match args.text(0) {
        "ipcp" | "primary" | "secondary" | "map-e" => Some(Outer::Interface),
        _ => set(args.rest).map(Outer::Addresses),
    };
    descriptor.outer = value.map(|it| Spanned::new(it, args.span()));
    descriptor.outer.is_some()
}

fn inner(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(number) = args.number(0) else { return false };
    let descriptor = descriptor(router, number, args.span());
    descriptor.inner = None;
    if args.no() || args.text(0) == "auto" {
        return true;
    }
    descriptor.inner = set(args.rest).map(|it| Spanned::new(it, args.span()));
    descriptor.inner.is_some()
}

/// `nat descriptor static N ID OUTER=INNER [COUNT]`; a mask after the inner address is a count too.
fn pair(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(number) = args.number(0) else { return false };
    let span = args.span();
    // Without an id the pair is its own key.
    let numbered = super::number(args.text(0)).is_some();
    let key = args.text(0).to_owned();
    let descriptor = descriptor(router, number, span);
    if args.no() {
        descriptor.pairs.remove(&key);
        descriptor.entries.remove(&key);
        return true;
    }
    let (pair, rest) = (args.text(usize::from(numbered)), 1 + usize::from(numbered));
    let Some((outer, inner)) = pair.split_once('=') else { return false };
    if outer.contains(':') {
        let Some(entry) = socket_pair(span, outer, inner, args.text(rest)) else { return false };
        descriptor.entries.insert(key, entry);
        return true;
    }
    let count = match args.text(rest) {
        "" => Some(1),
        word => super::number(word),
    };
    let (Some(count), Some(outer), Some(inner)) = (count, outer.parse().ok(), inner.parse().ok())
    else {
        return false;
    };
    let from = |first: IpAddr| match first {
        IpAddr::V4(it) => {
            let last = it.to_bits().saturating_add(count.saturating_sub(1));
            AddressSet::range(first, IpAddr::V4(last.into()))
        }
        IpAddr::V6(_) => first.into(),
    };
    descriptor.pairs.insert(key, Pair { span, outer: from(outer), inner: from(inner) });
    true
}

/// `OUTER:PORT=INNER:PORT [PROTOCOL]`
fn socket_pair(span: Span, outer: &str, inner: &str, protocol: &str) -> Option<Entry> {
    let (outer, outer_port) = outer.split_once(':')?;
    let (inner, inner_port) = inner.split_once(':')?;
    let protocols = match protocol {
        "" => RangeSet::of([(6, 6), (17, 17)]),
        word => RangeSet::one(read::protocol(word)?),
    };
    Some(Entry {
        span,
        outer: Some(outer.parse().ok()?),
        inner: inner.parse().ok()?,
        protocols,
        outer_ports: read::ports(outer_port)?,
        inner_ports: (outer_port != inner_port).then(|| read::ports(inner_port)).flatten(),
    })
}

/// `nat descriptor masquerade static N ID [OUTER_IP=]INNER_IP PROTOCOL [[OUTER_PORT=]INNER_PORT]`
fn entry(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(number) = args.number(0) else { return false };
    let span = args.span();
    let key = args.text(0).to_owned();
    let descriptor = descriptor(router, number, span);
    descriptor.entries.remove(&key);
    if args.no() {
        return true;
    }
    let address = args.text(1);
    let entry = if address.contains(':') && address.contains('=') {
        let (outer, inner) = address.split_once('=').unwrap_or_default();
        socket_pair(span, outer, inner, args.text(2))
    } else {
        forward(span, args)
    };
    let found = entry.is_some();
    if let Some(entry) = entry {
        descriptor.entries.insert(key, entry);
    }
    found
}

fn forward(span: Span, args: &Args<'_, '_>) -> Option<Entry> {
    let (outer, inner) = match args.text(1).split_once('=') {
        Some((outer, inner)) => (Some(outer.parse().ok()?), inner),
        None => (None, args.text(1)),
    };
    let inner = inner.parse().ok()?;
    let protocols = args.text(2).split(',').map(|it| read::protocol(it).map(|it| (it, it)));
    let protocols: RangeSet<u8> = protocols.collect::<Option<Vec<_>>>()?.into_iter().collect();
    let with_ports = RangeSet::of([(6, 6), (17, 17)]).includes(&protocols);
    let (outer_ports, inner_ports) = match (args.text(3), with_ports) {
        ("", false) => (RangeSet::all(), None),
        (word, true) => match word.split_once('=') {
            Some((outer, inner)) => (port_list(outer)?, Some(port_list(inner)?)),
            None => (port_list(word).filter(|_| !word.is_empty())?, None),
        },
        _ => return None,
    };
    let whole = args.rest.len() <= 4;
    let entry = Entry { span, outer, inner, protocols, outer_ports, inner_ports };
    whole.then_some(entry)
}

fn incoming(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    let Some(number) = args.number(0) else { return false };
    let descriptor = descriptor(router, number, args.span());
    descriptor.incoming = None;
    if args.no() {
        return true;
    }
    let value = match args.text(0) {
        "reject" | "discard" => Some(Incoming::Refused),
        "through" => Some(Incoming::Through),
        "forward" => args.text(1).parse().ok().map(Incoming::Forward),
        _ => None,
    };
    descriptor.incoming = value.map(|it| Spanned::new(it, args.span()));
    descriptor.incoming.is_some()
}

/// Says nothing about connections but names a descriptor, which should exist.
fn timer(router: &mut Router, args: &Args<'_, '_>) -> Understood {
    if let (false, Some(number), Some(key)) = (args.no(), args.number(0), args.key(0)) {
        router.timers.push(Spanned::new(number, key.span));
    }
    true
}

//! Configuration → external paths: every way in or out that a device is configured for. What the
//! inventory says of each is asked later; here it only helps to tell inside from outside.
//!
//! One way is one path: the route into a tunnel, the bridge it is a member of and the neighbour
//! behind it show the tunnel, and are no paths of their own.

mod bridges;
mod cloud;
mod dial_in;
mod forwards;
mod gateways;
mod ipv6;
mod lines;
mod passage;
mod remote_access;
mod routing;
mod sides;
mod tunnels;

pub(super) use sides::{View, place};

use super::external::{ExternalPath, PathKind};
use super::{Corroboration, EntityKind, EntityRef};
use crate::finding::Confidence;
use crate::locale::Text;
use crate::model::AddressSet;
use crate::model::device::Remote;
use crate::source::Span;
use crate::text;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// A path before it has a name among the things.
#[derive(Debug)]
struct Found {
    /// What the device calls it; becomes the id.
    called: String,
    path: ExternalPath,
}

impl Found {
    fn new(kind: PathKind, called: impl Into<String>, name: Text, span: Span) -> Self {
        let nothing = EntityRef::new(EntityKind::Path, "");
        Self {
            called: called.into(),
            path: ExternalPath {
                thing: nothing.clone(),
                device: nothing,
                kind,
                name,
                span,
                shows: Vec::new(),
                enabled: true,
                confidence: Confidence::High,
                layer2: false,
                interface: None,
                encapsulation: None,
                remote: None,
                sources: AddressSet::any(),
                inside: AddressSet::none(),
                exposes: Vec::new(),
                beyond: AddressSet::none(),
                services: Vec::new(),
                listens: Vec::new(),
                corroboration: Corroboration::Undeclared,
                declared: None,
                contradictions: Vec::new(),
            },
        }
    }
}

/// Every path of a device, in the order of its lines.
pub(super) fn of(view: &View<'_>, device: &EntityRef) -> Vec<ExternalPath> {
    let mut found = tunnels::of(view);
    bridges::of(view, &mut found);
    found.extend(remote_access::of(view));
    found.extend(forwards::of(view));
    found.extend(lines::of(view));
    found.extend(dial_in::of(view));
    found.extend(cloud::of(view));
    found.extend(ipv6::of(view));
    routing::of(view, &mut found);
    found.extend(gateways::of(view));
    found.sort_by_key(|it| it.path.span);
    let found = one_telephone_line(found);
    let mut taken = BTreeSet::new();
    found
        .into_iter()
        .map(|Found { called, mut path }| {
            let id = identifier(&called, path.kind, &mut taken);
            path.thing = EntityRef::new(EntityKind::Path, format!("{}.{id}", device.id));
            path.device = device.clone();
            path.exposes = exposes(view, &path);
            path
        })
        .collect()
}

/// Several numbers on one telephone line, called or answered, are one path.
fn one_telephone_line(found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::new();
    for it in found {
        let same = |known: &&mut Found| {
            let line = it.path.interface.is_some() && known.path.interface == it.path.interface;
            known.path.kind == PathKind::DialIn
                && it.path.kind == PathKind::DialIn
                && known.path.enabled == it.path.enabled
                && (line || known.called == it.called)
        };
        match kept.iter_mut().find(same) {
            Some(known) => {
                known.path.shows.push((text!("同じ電話回線", "the same line"), it.path.span));
            }
            None => kept.push(it),
        }
    }
    kept
}

/// The declared things that a path opens.
fn exposes(view: &View<'_>, path: &ExternalPath) -> Vec<EntityRef> {
    match path.kind {
        PathKind::Line | PathKind::Mobile | PathKind::Routing | PathKind::Cloud => Vec::new(),
        _ if path.inside.is_empty() => {
            let zones = view.ledger.zones();
            let beside = || view.inside_networks().collect();
            if zones.is_empty() { view.territory.standing_at(&beside()) } else { zones }
        }
        _ => view.territory.standing_at(&path.inside),
    }
}

/// What the device calls it, made of the letters of an id, and unlike all before it.
fn identifier(called: &str, kind: PathKind, taken: &mut BTreeSet<String>) -> String {
    use crate::model::Vocabulary as _;
    let name = slug(called).unwrap_or_else(|| kind.key().to_owned());
    let numbered = (2_u32..).map(|nth| format!("{name}-{nth}"));
    let mut all = std::iter::once(name.clone()).chain(numbered);
    let free = all.find(|id| !taken.contains(id)).unwrap_or(name);
    taken.insert(free.clone());
    free
}

/// A text with nothing but letters and digits of ASCII, and single `-` and `_` between them; at
/// most 56 characters. `None` when nothing is left.
pub(super) fn slug(text: &str) -> Option<String> {
    const LONGEST: usize = 56;
    let mut slug = String::new();
    for c in text.chars() {
        if slug.len() >= LONGEST {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if c == '_' {
            if !slug.is_empty() {
                slug.push('_');
            }
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches(['-', '_']);
    (!slug.is_empty()).then(|| slug.to_owned())
}

/// The other end in words.
pub(super) fn far_end(remote: &Remote) -> Text {
    match remote {
        Remote::Address(address) => text!("相手 {address}", "to {address}"),
        Remote::Network(network) => text!("相手 {network} のどれか", "to any of {network}"),
        Remote::Name(name) => text!("相手 {name}", "to {name}"),
        Remote::Telephone(number) => text!("電話番号 {number}", "telephone {number}"),
        Remote::Any => text!("相手を限定しない", "to anybody"),
        Remote::Unknown => text!("相手は設定から分からない", "the far end is not stated"),
    }
}

/// An address as a part of an id.
fn dashed(address: IpAddr) -> String {
    address.to_string().replace(['.', ':'], "-")
}

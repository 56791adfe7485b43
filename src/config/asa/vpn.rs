//! Tunnels and clients: crypto maps, tunnel groups, AnyConnect.

use super::clients::{self, Clients};
use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::ios::crypto::{Offer, cipher, hash};
use crate::config::ios::lists::What;
use crate::config::ios::objects::Objects;
use crate::config::ios::parse::{Command, settle};
use crate::config::ios::tunnels::{join, networks};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::device::{
    Answers, Applied, DeviceConfig, Hook, Ike, IkeVersion, Remote, Selector, StructureKind, Tunnel,
    TunnelKind, Verdict,
};
use crate::model::words::Authentication;
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// An entry of a crypto map.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    span: Option<Span>,
    pub(super) peers: Vec<Spanned<Remote>>,
    pub(super) list: Option<Spanned<String>>,
    one: Vec<String>,
    two: Vec<String>,
    pfs: Option<Spanned<u16>>,
    pub(super) dynamic: Option<String>,
    aggressive: Option<Span>,
}

/// Everything about tunnels.
#[derive(Clone, Debug, Default)]
pub(super) struct Vpn {
    pub(super) maps: BTreeMap<(String, u32), Entry>,
    pub(super) bound: BTreeMap<String, Vec<Spanned<String>>>,
    policies: (Vec<Offer>, Vec<Offer>),
    sets: BTreeMap<String, Offer>,
    pub(super) clients: Clients,
}

/// `crypto …`
pub(super) fn crypto(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    match command.words.as_slice() {
        [_, "map", name, "interface", nameif] => {
            notes.structures.refer(StructureKind::IpsecPolicy, *name, command.span());
            let bound = repr.vpn.bound.entry((*name).to_owned()).or_default();
            bound.push(Spanned::new((*nameif).to_owned(), command.span()));
            Fate::Understood
        }
        [_, kind @ ("map" | "dynamic-map"), name, number, rest @ ..] => {
            let Ok(number) = number.parse() else { return Fate::Unrecognized };
            let dynamic = *kind == "dynamic-map";
            let key = if dynamic { format!("dynamic {name}") } else { (*name).to_owned() };
            let kind = if dynamic { StructureKind::Profile } else { StructureKind::IpsecPolicy };
            notes.structures.define(kind, *name, command.span());
            let entry = repr.vpn.maps.entry((key, number)).or_default();
            entry.span.get_or_insert(command.span());
            map_line(entry, &repr.objects, rest, command, notes)
        }
        [_, "ikev1" | "isakmp", "policy", _] => {
            let offer = policy(command, item, notes);
            repr.vpn.policies.0.push(offer);
            Fate::Understood
        }
        [_, "ikev2", "policy", _] => {
            let offer = policy(command, item, notes);
            repr.vpn.policies.1.push(offer);
            Fate::Understood
        }
        [_, "ipsec", "ikev1", "transform-set", name, words @ ..]
        | [_, "ipsec", "transform-set", name, words @ ..] => {
            notes.structures.define(StructureKind::Proposal, *name, command.span());
            let offer = repr.vpn.sets.entry((*name).to_owned()).or_default();
            for word in words {
                if let Some(hash) = hash(word) {
                    offer.hash.push(Spanned::new(hash, command.span()));
                } else if let Some(cipher) = cipher(word, None) {
                    offer.encryption.push(Spanned::new(cipher, command.span()));
                } else if !matches!(*word, "mode" | "transport" | "esp-none") {
                    return Fate::Unrecognized;
                }
            }
            Fate::Understood
        }
        [_, "ipsec", "ikev2", "ipsec-proposal", name] => {
            notes.structures.define(StructureKind::Proposal, *name, command.span());
            let mut offer = Offer::default();
            for child in &item.children {
                let line = Command::of(&child.line);
                if let ["protocol", "esp", "encryption" | "integrity", words @ ..] =
                    line.words.as_slice()
                {
                    let known = words.iter().all(|word| take(&mut offer, word, &line));
                    notes.set(child.line.number, fate(known));
                }
            }
            repr.vpn.sets.insert((*name).to_owned(), offer);
            Fate::Understood
        }
        [_, "ikev1" | "ikev2" | "isakmp", "enable", nameif, ..] => {
            if !command.negated {
                repr.vpn.clients.ike.push(Spanned::new((*nameif).to_owned(), command.span()));
            }
            Fate::Understood
        }
        [_, "ikev1", "am-disable"] => Fate::Understood,
        [_, "ca" | "key", ..] => {
            settle(item, Fate::Ignored(Because::KeyMaterial), notes);
            Fate::Ignored(Because::KeyMaterial)
        }
        [_, "ipsec", "security-association" | "df-bit" | "fragmentation", ..]
        | [
            _,
            "ikev1" | "ikev2" | "isakmp",
            "nat-traversal" | "limit" | "identity" | "disconnect-notify" | "cookie-challenge",
            ..,
        ] => Fate::Ignored(Because::Performance),
        _ => Fate::Unrecognized,
    }
}

fn fate(known: bool) -> Fate {
    if known { Fate::Understood } else { Fate::Unrecognized }
}

fn take(offer: &mut Offer, word: &str, line: &Command<'_>) -> bool {
    if let Some(hash) = hash(word) {
        offer.hash.push(Spanned::new(hash, line.span()));
    } else if let Some(cipher) = cipher(word, None) {
        offer.encryption.push(Spanned::new(cipher, line.span()));
    } else {
        return word == "null";
    }
    true
}

fn policy(command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Offer {
    let mut offer = Offer { span: Some(command.span()), ..Offer::default() };
    for child in &item.children {
        let line = Command::of(&child.line);
        let known = match line.words.as_slice() {
            ["encryption", words @ ..] => words.iter().all(|word| match cipher(word, None) {
                Some(cipher) => {
                    // ASA writes AES with 128 bit as `aes`.
                    offer.encryption.push(Spanned::new(cipher, line.span()));
                    true
                }
                None => false,
            }),
            ["hash" | "integrity" | "prf", words @ ..] => {
                words.iter().all(|word| match hash(word) {
                    Some(hash) => {
                        let hash = Spanned::new(hash, line.span());
                        if !offer.hash.contains(&hash) {
                            offer.hash.push(hash);
                        }
                        true
                    }
                    None => *word == "null",
                })
            }
            ["group", words @ ..] => words.iter().all(|word| match numbers::group(word) {
                Some(group) => {
                    offer.groups.push(Spanned::new(group, line.span()));
                    true
                }
                None => false,
            }),
            ["authentication", how] => {
                offer.authentication = Some((*how).to_owned());
                true
            }
            ["lifetime", ..] => {
                notes.ignored(&child.line, Because::Performance);
                continue;
            }
            _ => false,
        };
        notes.set(child.line.number, fate(known));
    }
    offer
}

fn map_line(
    entry: &mut Entry,
    objects: &Objects,
    rest: &[&str],
    command: &Command<'_>,
    notes: &mut Notes,
) -> Fate {
    match rest {
        ["match", "address", list] => {
            notes.structures.refer(StructureKind::Filter, *list, command.span());
            entry.list = Some(Spanned::new((*list).to_owned(), command.span()));
        }
        ["set", "peer", peers @ ..] => {
            for peer in peers {
                let remote = objects.address(peer).map(Remote::Address);
                let remote = remote.unwrap_or_else(|| Remote::Name((*peer).to_owned()));
                entry.peers.push(Spanned::new(remote, command.span()));
            }
        }
        ["set", "ikev1", "transform-set", sets @ ..] | ["set", "transform-set", sets @ ..] => {
            for set in sets {
                notes.structures.refer(StructureKind::Proposal, *set, command.span());
                entry.one.push((*set).to_owned());
            }
        }
        ["set", "ikev2", "ipsec-proposal", sets @ ..] => {
            for set in sets {
                notes.structures.refer(StructureKind::Proposal, *set, command.span());
                entry.two.push((*set).to_owned());
            }
        }
        ["set", "pfs", rest @ ..] => {
            let group = rest.first().and_then(|word| numbers::group(word));
            entry.pfs = group.map(|group| Spanned::new(group, command.span()));
            return fate(entry.pfs.is_some());
        }
        ["ipsec-isakmp", "dynamic", name] => {
            notes.structures.refer(StructureKind::Profile, *name, command.span());
            entry.dynamic = Some((*name).to_owned());
        }
        ["set", "ikev1", "phase1-mode", "aggressive", ..]
        | ["set", "phase1-mode", "aggressive", ..] => {
            entry.aggressive = Some(command.span());
        }
        [
            "set",
            "security-association"
            | "nat-t-disable"
            | "df-bit"
            | "connection-type"
            | "trustpoint"
            | "validate-icmp-errors"
            | "tfc-packets",
            ..,
        ] => {
            return Fate::Ignored(Because::Performance);
        }
        ["set", "reverse-route", ..] => return Fate::Ignored(Because::Routing),
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

/// Tunnels and servers as facts.
pub(super) fn facts(repr: &Repr, config: &mut DeviceConfig) {
    let vpn = &repr.vpn;
    for ((name, number), entry) in
        vpn.maps.iter().filter(|((name, _), _)| !name.starts_with("dynamic "))
    {
        let Some(span) = entry.span else { continue };
        let bound = vpn.bound.get(name).map(Vec::as_slice).unwrap_or_default();
        let mut ends: Vec<Option<&Spanned<String>>> = bound.iter().map(Some).collect();
        if ends.is_empty() {
            ends.push(None);
        }
        let chosen: Vec<&Entry> = match &entry.dynamic {
            Some(dynamic) => {
                let key = format!("dynamic {dynamic}");
                vpn.maps.iter().filter(|((name, _), _)| *name == key).map(|(_, it)| it).collect()
            }
            None => vec![entry],
        };
        for chosen in chosen {
            // Where clients come in, an entry without other ends and lists is for them.
            let open = entry.dynamic.is_some() && chosen.peers.is_empty() && chosen.list.is_none();
            if open && vpn.clients.over_ipsec() {
                continue;
            }
            let answers = entry.dynamic.is_some() && chosen.peers.is_empty();
            let mut remotes = chosen.peers.clone();
            if remotes.is_empty() {
                let remote = if answers { Remote::Any } else { Remote::Unknown };
                remotes.push(Spanned::new(remote, chosen.span.unwrap_or(span)));
            }
            for end in &ends {
                for remote in &remotes {
                    let name = format!("{name} {number}");
                    let mut tunnel = tunnel(repr, chosen, span, name, remote.clone());
                    tunnel.initiates = Some(!answers);
                    let port = end.and_then(|end| repr.named(&end.value));
                    tunnel.local =
                        end.map(|end| Spanned::new(repr.interface(&end.value), end.span));
                    // A map that is on no interface does nothing.
                    tunnel.disabled = match end {
                        Some(_) => port.and_then(|port| port.shutdown),
                        None => Some(span),
                    };
                    config.tunnels.push(tunnel);
                }
            }
            if let Some(list) = &chosen.list {
                config.applied.push(Applied {
                    span: list.span,
                    filter: list.value.clone(),
                    hook: Hook::Selection,
                    interfaces: bound.iter().map(|it| it.value.clone()).collect(),
                    answers: Answers::AsDevice,
                });
            }
        }
    }
    clients::facts(repr, config);
}

fn tunnel(repr: &Repr, entry: &Entry, span: Span, name: String, remote: Spanned<Remote>) -> Tunnel {
    let vpn = &repr.vpn;
    let two = !entry.two.is_empty() && entry.one.is_empty();
    let both = !entry.two.is_empty() && !entry.one.is_empty();
    let version = if two { IkeVersion::Two } else { IkeVersion::One };
    let mut ike = Ike {
        version: (!both).then(|| Spanned::new(version, entry.span.unwrap_or(span))),
        aggressive: entry.aggressive,
        ..Ike::default()
    };
    let mut authentication = Vec::new();
    if !entry.one.is_empty() {
        for policy in &vpn.policies.0 {
            join(&mut ike, policy);
            authentication.extend(match policy.authentication.as_deref() {
                Some("pre-share") => Some(Authentication::PreSharedKey),
                Some("rsa-sig") => Some(Authentication::MachineCertificate),
                _ => None,
            });
        }
    }
    if !entry.two.is_empty() {
        for policy in &vpn.policies.1 {
            join(&mut ike, policy);
        }
    }
    for set in entry.one.iter().chain(&entry.two).filter_map(|name| vpn.sets.get(name)) {
        join(&mut ike, set);
    }
    if let Some(pfs) = entry.pfs
        && !ike.groups.contains(&pfs)
    {
        ike.groups.push(pfs);
    }
    authentication.sort_unstable();
    authentication.dedup();
    let list = entry.list.as_ref().and_then(|list| repr.lists.get(&list.value));
    let mut selectors = Vec::new();
    for line in list.into_iter().flat_map(|list| &list.lines) {
        let What::Entry(it) = &line.what else { continue };
        if it.verdict != Verdict::Permit || !it.when.is_exact() || !it.enabled {
            continue;
        }
        for local in networks(&it.when.source) {
            for remote in networks(&it.when.destination) {
                if selectors.len() < 64 {
                    selectors.push(Spanned::new(Selector { local, remote }, line.span));
                }
            }
        }
    }
    Tunnel {
        span,
        name,
        interface: None,
        kind: TunnelKind::Ipsec,
        ipsec: true,
        layer2: false,
        disabled: None,
        local: None,
        remote,
        selectors,
        initiates: None,
        ike: Some(ike),
        authentication,
    }
}

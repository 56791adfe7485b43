//! `crypto …`: what protects tunnels, in the terms of IOS.

use super::parse::{Command, Handler, Table, settle, structural, walk};
use super::repr::Repr;
use super::tables::keep_secret;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::device::{Remote, SecretKind, StructureKind};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// Ciphers, hashes and groups of one offer.
#[derive(Clone, Debug, Default)]
pub(in crate::config) struct Offer {
    /// Where it begins.
    pub span: Option<Span>,
    /// Ciphers.
    pub encryption: Vec<Spanned<String>>,
    /// Hashes.
    pub hash: Vec<Spanned<String>>,
    /// Diffie-Hellman groups.
    pub groups: Vec<Spanned<u16>>,
    /// `pre-share`, `rsa-sig`; for IKEv1 only.
    pub authentication: Option<String>,
}

/// An entry of a crypto map, or a profile for tunnels.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The line that begins it.
    pub span: Span,
    /// `mymap 20`
    pub name: String,
    /// The map or profile alone.
    pub map: String,
    /// The other ends.
    pub peers: Vec<Spanned<Remote>>,
    /// Lists that choose its traffic.
    pub lists: Vec<Spanned<String>>,
    /// Transform sets.
    pub transforms: Vec<String>,
    /// The group for perfect forward secrecy.
    pub pfs: Option<Spanned<u16>>,
    /// `set isakmp-profile`
    pub isakmp_profile: Option<String>,
    /// `set ikev2-profile`
    pub ikev2_profile: Option<String>,
    /// The dynamic map it stands for.
    pub dynamic: Option<String>,
    /// Keys are written down, nobody agrees on them.
    pub manual: bool,
}

/// A profile of IKE, of either version.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    /// Keyrings.
    pub keyrings: Vec<String>,
    /// Who may answer to it.
    pub identities: Vec<Spanned<Remote>>,
    /// How we and they prove who they are: `pre-share`, `rsa-sig`, `eap` …
    pub authentication: Vec<String>,
    /// Where it opens with aggressive mode.
    pub aggressive: Option<Span>,
    /// It serves clients: addresses, accounts, a virtual template.
    pub clients: Option<Span>,
    /// Who we say we are.
    pub local_id: Option<Spanned<String>>,
    /// Who they must say they are, when that is no address.
    pub remote_id: Option<Spanned<String>>,
}

/// A pre-shared key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// The keyring; empty for the global one.
    pub ring: String,
    /// With whom it is shared.
    pub peer: Spanned<Remote>,
}

/// A group of Easy VPN clients.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The line.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// The pool that it gives addresses from.
    pub pool: Option<String>,
}

/// `crypto ipsec client ezvpn NAME`: the router as a client.
#[derive(Clone, Debug)]
pub(super) struct Ezvpn {
    /// The line.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// Its servers.
    pub peers: Vec<Spanned<Remote>>,
}

/// Everything about encryption.
#[derive(Clone, Debug, Default)]
pub(super) struct Crypto {
    /// `crypto isakmp policy`
    pub policies: Vec<Offer>,
    /// Keys of all keyrings.
    pub keys: Vec<Key>,
    /// `crypto isakmp profile`
    pub isakmp_profiles: BTreeMap<String, Profile>,
    /// `crypto ipsec transform-set`
    pub transforms: BTreeMap<String, Offer>,
    /// `crypto ipsec profile`
    pub profiles: BTreeMap<String, Entry>,
    /// Entries of static maps in order.
    pub maps: Vec<Entry>,
    /// Entries of dynamic maps.
    pub dynamic: Vec<Entry>,
    /// `crypto map M local-address IF`
    pub local: BTreeMap<String, String>,
    /// Maps that serve clients.
    pub client_maps: BTreeMap<String, Span>,
    /// `crypto ikev2 proposal`
    pub proposals: BTreeMap<String, Offer>,
    /// Proposals that a policy names.
    pub offered: Vec<String>,
    /// `crypto ikev2 profile`
    pub ikev2_profiles: BTreeMap<String, Profile>,
    /// `crypto isakmp client configuration group`
    pub groups: Vec<Group>,
    /// `crypto ipsec client ezvpn`
    pub ezvpn: Vec<Ezvpn>,
    /// `crypto isakmp peer … set aggressive-mode`, the peers.
    pub aggressive: Vec<Spanned<Remote>>,
}

/// Commands that begin with `crypto`. Longer beginnings stand before shorter ones.
const CRYPTO: &Table<Repr> = &[
    ("crypto isakmp policy", Handler::Block(policy)),
    ("crypto isakmp key", Handler::Line(key)),
    ("crypto isakmp profile", Handler::Block(isakmp_profile)),
    ("crypto isakmp peer", Handler::Block(isakmp_peer)),
    ("crypto isakmp client configuration group", Handler::Block(group)),
    ("crypto keyring", Handler::Block(keyring)),
    ("crypto ipsec transform-set", Handler::Block(transform_set)),
    ("crypto ipsec profile", Handler::Block(ipsec_profile)),
    ("crypto ipsec client ezvpn", Handler::Block(ezvpn)),
    ("crypto map", Handler::Block(map)),
    ("crypto dynamic-map", Handler::Block(map)),
    ("crypto ikev2 proposal", Handler::Block(proposal)),
    ("crypto ikev2 policy", Handler::Block(ikev2_policy)),
    ("crypto ikev2 keyring", Handler::Block(ikev2_keyring)),
    ("crypto ikev2 profile", Handler::Block(ikev2_profile)),
    ("crypto ikev2 authorization policy", Handler::Ignored(Because::Housekeeping)),
    ("crypto ikev2 dpd", Handler::Ignored(Because::Redundancy)),
    ("crypto ikev2 nat", Handler::Ignored(Because::Redundancy)),
    ("crypto ikev2 window", Handler::Ignored(Because::Performance)),
    ("crypto ikev2 fragmentation", Handler::Ignored(Because::Performance)),
    ("crypto ikev2 limit", Handler::Ignored(Because::Performance)),
    ("crypto isakmp keepalive", Handler::Ignored(Because::Redundancy)),
    ("crypto isakmp nat", Handler::Ignored(Because::Redundancy)),
    ("crypto isakmp invalid-spi-recovery", Handler::Ignored(Because::Redundancy)),
    ("crypto isakmp aggressive-mode disable", Handler::Line(structural)),
    ("crypto isakmp fragmentation", Handler::Ignored(Because::Performance)),
    ("crypto ipsec df-bit", Handler::Ignored(Because::Performance)),
    ("crypto ipsec security-association", Handler::Ignored(Because::Performance)),
    ("crypto ipsec fragmentation", Handler::Ignored(Because::Performance)),
    ("crypto ipsec nat-transparency", Handler::Ignored(Because::Redundancy)),
    ("crypto pki", Handler::Ignored(Because::KeyMaterial)),
    ("crypto ca", Handler::Ignored(Because::KeyMaterial)),
    ("crypto key", Handler::Ignored(Because::KeyMaterial)),
    ("crypto engine", Handler::Ignored(Because::Hardware)),
    ("crypto logging", Handler::Ignored(Because::Logging)),
];

/// `aes 256`, `3des`, `aes-cbc-256`, `esp-aes 192`, `esp-gcm`: the cipher in the words of the facts.
pub(in crate::config) fn cipher(word: &str, size: Option<&str>) -> Option<String> {
    let word = word.trim_start_matches("esp-");
    let size = size.filter(|it| matches!(*it, "128" | "192" | "256"));
    Some(match word {
        "des" | "3des" | "null" | "seal" => word.to_owned(),
        "aes" => format!("aes-{}", size.unwrap_or("128")),
        "gcm" | "aes-gcm" => format!("aes-{}-gcm", size.unwrap_or("128")),
        "gmac" | "aes-gmac" => format!("aes-{}-gmac", size.unwrap_or("128")),
        _ => {
            let (kind, size) = word.rsplit_once('-')?;
            let size = ["128", "192", "256"].into_iter().find(|it| *it == size)?;
            match kind {
                "aes-cbc" | "aes" => format!("aes-{size}"),
                "aes-gcm" => format!("aes-{size}-gcm"),
                "aes-gmac" => format!("aes-{size}-gmac"),
                _ => return None,
            }
        }
    })
}

/// `sha`, `md5`, `esp-sha256-hmac`, `sha-1`: the hash in the words of the facts.
pub(in crate::config) fn hash(word: &str) -> Option<String> {
    let word = word.trim_start_matches("esp-").trim_start_matches("ah-").trim_end_matches("-hmac");
    Some(match word {
        "sha" | "sha1" | "sha-1" => "sha1".to_owned(),
        "md5" | "sha256" | "sha384" | "sha512" => word.to_owned(),
        "sha-256" | "sha-384" | "sha-512" => word.replace('-', ""),
        _ => return None,
    })
}

/// `A`, `A MASK`, `hostname H`, `ipv6 P`: who is meant.
fn remote(words: &[&str]) -> Option<Remote> {
    match words {
        ["address", rest @ ..] => remote(rest),
        ["ipv6", prefix, ..] => {
            let network = numbers::network(prefix)?;
            Some(if network.prefix() == 0 { Remote::Any } else { of_network(network) })
        }
        ["hostname" | "host" | "fqdn", name, ..] => Some(Remote::Name((*name).to_owned())),
        ["0.0.0.0", ..] => Some(Remote::Any),
        [address, mask, ..] if mask.contains('.') => numbers::masked(address, mask).map(of_network),
        [address, ..] => numbers::network(address).map(of_network),
        [] => None,
    }
}

fn of_network(network: crate::model::IpNetwork) -> Remote {
    let whole = if network.is_ipv4() { 32 } else { 128 };
    match network.prefix() {
        0 => Remote::Any,
        prefix if prefix == whole => Remote::Address(network.ip()),
        _ => Remote::Network(network),
    }
}

fn spanned<T>(value: T, command: &Command<'_>) -> Spanned<T> {
    Spanned::new(value, command.span())
}

/// Reads the lines below with one function.
fn each(
    item: &Item<'_>,
    notes: &mut Notes,
    mut read: impl FnMut(&Command<'_>, &Item<'_>, &mut Notes) -> Fate,
) {
    for child in &item.children {
        let line = Command::of(&child.line);
        let fate = match line.words.as_slice() {
            ["exit"] => Fate::Understood,
            ["description", ..] => Fate::Ignored(Because::Presentation),
            _ => read(&line, child, notes),
        };
        notes.set(child.line.number, fate);
    }
}

fn policy(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let mut offer = Offer { span: Some(command.span()), ..Offer::default() };
    each(item, notes, |line, _, _| offer_line(&mut offer, line));
    repr.crypto.policies.push(offer);
    Fate::Understood
}

fn offer_line(offer: &mut Offer, line: &Command<'_>) -> Fate {
    match line.words.as_slice() {
        ["encr" | "encryption", word, rest @ ..] if rest.len() <= 1 => {
            let Some(cipher) = cipher(word, rest.first().copied()) else {
                return Fate::Unrecognized;
            };
            offer.encryption.push(spanned(cipher, line));
        }
        ["encryption", words @ ..] if !words.is_empty() => {
            let ciphers: Option<Vec<_>> = words.iter().map(|word| cipher(word, None)).collect();
            let Some(ciphers) = ciphers else { return Fate::Unrecognized };
            offer.encryption.extend(ciphers.into_iter().map(|it| spanned(it, line)));
        }
        ["hash" | "integrity" | "prf", words @ ..] => {
            for word in words {
                let Some(hash) = hash(word) else { return Fate::Unrecognized };
                if !offer.hash.contains(&spanned(hash.clone(), line)) {
                    offer.hash.push(spanned(hash, line));
                }
            }
        }
        ["group", words @ ..] => {
            for word in words {
                let Some(group) = numbers::group(word) else { return Fate::Unrecognized };
                offer.groups.push(spanned(group, line));
            }
        }
        ["authentication", word] => offer.authentication = Some((*word).to_owned()),
        ["lifetime", ..] => return Fate::Ignored(Because::Performance),
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

fn key(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    // `crypto isakmp key [0|6] KEY address A [MASK] [no-xauth]`
    let typed = matches!(command.words.get(3), Some(&"0" | &"6"))
        && matches!(command.words.get(5), Some(&"address" | &"hostname"));
    let at = if typed { 5 } else { 4 };
    let words = command.words.get(at..).unwrap_or_default();
    let owner = words.get(1).copied().unwrap_or_default();
    keep_secret_key(command, 3, typed, owner, notes);
    let known = matches!(words.first(), Some(&"address" | &"hostname"));
    let Some(peer) = remote(words).filter(|_| known) else { return Fate::Unrecognized };
    repr.crypto.keys.push(Key { ring: String::new(), peer: spanned(peer, command) });
    Fate::Understood
}

fn keep_secret_key(command: &Command<'_>, at: usize, typed: bool, owner: &str, notes: &mut Notes) {
    match (typed, command.words.get(at)) {
        (true, Some(&"6")) => {
            notes.sealed(command.word(at + 1), SecretKind::PreSharedKey, owner);
        }
        (true, _) => notes.secret(command.word(at + 1), SecretKind::PreSharedKey, owner),
        (false, Some(_)) => notes.secret(command.word(at), SecretKind::PreSharedKey, owner),
        (false, None) => {}
    }
}

fn keyring(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let ring = command.word(2).text.to_owned();
    notes.structures.define(StructureKind::IkePeer, ring.clone(), command.span());
    each(item, notes, |line, child, notes| match line.words.as_slice() {
        ["pre-shared-key", rest @ ..] => {
            if let Some(at) = line.words.iter().position(|word| *word == "key") {
                let owner = rest.get(1).copied().unwrap_or_default();
                keep_secret(line, at + 1, SecretKind::PreSharedKey, owner, notes);
            }
            match remote(rest) {
                Some(peer) => {
                    let key = Key { ring: ring.clone(), peer: spanned(peer, line) };
                    repr.crypto.keys.push(key);
                    Fate::Understood
                }
                None => Fate::Unrecognized,
            }
        }
        ["local-address", ..] => Fate::Understood,
        ["rsa-pubkey", ..] => {
            settle(child, Fate::Ignored(Because::KeyMaterial), notes);
            Fate::Ignored(Because::KeyMaterial)
        }
        _ => Fate::Unrecognized,
    });
    Fate::Understood
}

fn isakmp_profile(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let name = command.word(3).text.to_owned();
    notes.structures.define(StructureKind::Profile, name.clone(), command.span());
    let mut profile = Profile::default();
    each(item, notes, |line, _, notes| {
        match line.words.as_slice() {
            ["keyring", ring] => {
                if *ring != "default" {
                    notes.structures.refer(StructureKind::IkePeer, *ring, line.span());
                }
                profile.keyrings.push((*ring).to_owned());
            }
            ["match", "identity", "group", ..] => profile.clients = Some(line.span()),
            ["match", "identity", rest @ ..] => match remote(rest) {
                Some(peer) => profile.identities.push(spanned(peer, line)),
                None => return Fate::Unrecognized,
            },
            ["initiate", "mode", "aggressive"] => profile.aggressive = Some(line.span()),
            ["client", "authentication" | "configuration", ..] | ["virtual-template", ..] => {
                profile.clients = Some(line.span());
            }
            ["self-identity", rest @ ..] => {
                let id = rest.last().copied().unwrap_or_default();
                profile.local_id = Some(spanned(id.to_owned(), line));
            }
            ["isakmp", "authorization", ..] | ["accounting", ..] => {
                return Fate::Ignored(Because::Housekeeping);
            }
            ["local-address" | "vrf", ..] => {}
            ["keepalive", ..] => return Fate::Ignored(Because::Redundancy),
            ["ca", "trust-point", ..] => {}
            _ => return Fate::Unrecognized,
        }
        Fate::Understood
    });
    repr.crypto.isakmp_profiles.insert(name, profile);
    Fate::Understood
}

fn isakmp_peer(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let Some(peer) = remote(command.words.get(3..).unwrap_or_default()) else {
        return Fate::Unrecognized;
    };
    each(item, notes, |line, _, notes| match line.words.as_slice() {
        ["set", "aggressive-mode", "password", ..] => {
            keep_secret(line, 3, SecretKind::PreSharedKey, command.word(4).text, notes);
            repr.crypto.aggressive.push(spanned(peer.clone(), line));
            Fate::Understood
        }
        ["set", "aggressive-mode", "client-endpoint", ..] => {
            repr.crypto.aggressive.push(spanned(peer.clone(), line));
            Fate::Understood
        }
        _ => Fate::Unrecognized,
    });
    Fate::Understood
}

fn group(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let mut group =
        Group { span: command.span(), name: command.word(5).text.to_owned(), pool: None };
    let name = group.name.clone();
    each(item, notes, |line, _, notes| match line.words.as_slice() {
        ["key", ..] => {
            keep_secret(line, 1, SecretKind::PreSharedKey, &name, notes);
            Fate::Understood
        }
        ["pool", pool] => {
            notes.structures.refer(StructureKind::Pool, *pool, line.span());
            group.pool = Some((*pool).to_owned());
            Fate::Understood
        }
        ["acl", list] => {
            notes.structures.refer(StructureKind::Filter, *list, line.span());
            Fate::Understood
        }
        [
            "dns" | "wins" | "domain" | "split-dns" | "banner" | "netmask" | "max-users"
            | "max-logins" | "include-local-lan" | "backup-gateway" | "save-password" | "pfs"
            | "group-lock" | "firewall",
            ..,
        ] => Fate::Ignored(Because::Housekeeping),
        _ => Fate::Unrecognized,
    });
    repr.crypto.groups.push(group);
    Fate::Understood
}

fn transform_set(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let name = command.word(3).text.to_owned();
    notes.structures.define(StructureKind::Proposal, name.clone(), command.span());
    let mut offer = Offer { span: Some(command.span()), ..Offer::default() };
    let mut fate = Fate::Understood;
    let words = command.words.get(4..).unwrap_or_default();
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).copied();
        if let Some(hash) = hash(word) {
            offer.hash.push(spanned(hash, command));
        } else if let Some(cipher) = cipher(word, next) {
            offer.encryption.push(spanned(cipher, command));
        } else if !matches!(*word, "128" | "192" | "256" | "comp-lzs") {
            fate = Fate::Unrecognized;
        }
    }
    each(item, notes, |line, _, _| match line.words.as_slice() {
        ["mode", "tunnel" | "transport", ..] => Fate::Understood,
        _ => Fate::Unrecognized,
    });
    repr.crypto.transforms.insert(name, offer);
    fate
}

fn new_entry(command: &Command<'_>, name: String, map: &str) -> Entry {
    Entry {
        span: command.span(),
        name,
        map: map.to_owned(),
        peers: Vec::new(),
        lists: Vec::new(),
        transforms: Vec::new(),
        pfs: None,
        isakmp_profile: None,
        ikev2_profile: None,
        dynamic: None,
        manual: false,
    }
}

fn ipsec_profile(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let name = command.word(3).text;
    notes.structures.define(StructureKind::IpsecPolicy, name, command.span());
    let mut entry = new_entry(command, name.to_owned(), name);
    each(item, notes, |line, _, notes| entry_line(&mut entry, line, notes));
    repr.crypto.profiles.insert(name.to_owned(), entry);
    Fate::Understood
}

/// `crypto map NAME SEQ ipsec-isakmp …`, `crypto dynamic-map NAME SEQ`, `crypto map NAME …`.
fn map(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let is_dynamic = command.words.get(1) == Some(&"dynamic-map");
    let Some(name) = command.words.get(2).copied() else { return Fate::Unrecognized };
    let kind = if is_dynamic { StructureKind::Profile } else { StructureKind::IpsecPolicy };
    notes.structures.define(kind, name, command.span());
    let rest = command.words.get(3..).unwrap_or_default();
    let number = rest.first().copied().unwrap_or_default();
    let mut entry = new_entry(command, format!("{name} {number}"), name);
    match rest {
        ["local-address", words @ ..] => {
            if let Some((interface, ..)) = super::names::of_words(words) {
                repr.crypto.local.insert(name.to_owned(), interface);
            }
            return Fate::Understood;
        }
        ["client" | "isakmp", ..] => {
            repr.crypto.client_maps.insert(name.to_owned(), command.span());
            return Fate::Understood;
        }
        ["redundancy", ..] => return Fate::Ignored(Because::Redundancy),
        [number, ..] if number.parse::<u32>().is_err() => return Fate::Unrecognized,
        [_] | [_, "ipsec-isakmp"] => {}
        [_, "ipsec-manual"] => entry.manual = true,
        [_, "ipsec-isakmp", "dynamic", dynamic, ..] => {
            notes.structures.refer(StructureKind::Profile, *dynamic, command.span());
            entry.dynamic = Some((*dynamic).to_owned());
        }
        [_, "ipsec-isakmp", "profile", profile] => {
            notes.structures.refer(StructureKind::IpsecPolicy, *profile, command.span());
        }
        _ => return Fate::Unrecognized,
    }
    each(item, notes, |line, _, notes| entry_line(&mut entry, line, notes));
    let all = if is_dynamic { &mut repr.crypto.dynamic } else { &mut repr.crypto.maps };
    all.push(entry);
    Fate::Understood
}

fn entry_line(entry: &mut Entry, line: &Command<'_>, notes: &mut Notes) -> Fate {
    match line.words.as_slice() {
        ["set", "peer", peer, ..] => {
            let remote = remote(&[peer]).unwrap_or_else(|| Remote::Name((*peer).to_owned()));
            entry.peers.push(Spanned::new(remote, line.word(2).span));
        }
        ["match", "address", list] => {
            notes.structures.refer(StructureKind::Filter, *list, line.span());
            entry.lists.push(spanned((*list).to_owned(), line));
        }
        ["set", "transform-set", sets @ ..] => {
            for set in sets {
                notes.structures.refer(StructureKind::Proposal, *set, line.span());
                entry.transforms.push((*set).to_owned());
            }
        }
        ["set", "pfs", rest @ ..] => {
            // Without a group: group 1 (Security Command Reference).
            let group = rest.first().map_or(Some(1), |word| numbers::group(word));
            let Some(group) = group else { return Fate::Unrecognized };
            entry.pfs = Some(spanned(group, line));
        }
        ["set", "isakmp-profile", profile] => {
            notes.structures.refer(StructureKind::Profile, *profile, line.span());
            entry.isakmp_profile = Some((*profile).to_owned());
        }
        ["set", "ikev2-profile", profile] => {
            notes.structures.refer(StructureKind::Profile, *profile, line.span());
            entry.ikev2_profile = Some((*profile).to_owned());
        }
        ["set", "security-association" | "nat" | "ip", ..] => {
            return Fate::Ignored(Because::Performance);
        }
        ["set", "mixed-mode" | "reverse-route", ..] | ["reverse-route", ..] => {
            return Fate::Ignored(Because::Routing);
        }
        ["set", "session-key", ..] => {
            if let Some(last) = line.words.len().checked_sub(1) {
                notes.secret(line.word(last), SecretKind::PreSharedKey, &entry.name);
            }
        }
        ["responder-only"] => {}
        ["qos", ..] => return Fate::Ignored(Because::Performance),
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

fn proposal(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let name = command.word(3).text.to_owned();
    notes.structures.define(StructureKind::Proposal, name.clone(), command.span());
    let mut offer = Offer { span: Some(command.span()), ..Offer::default() };
    each(item, notes, |line, _, _| offer_line(&mut offer, line));
    repr.crypto.proposals.insert(name, offer);
    Fate::Understood
}

fn ikev2_policy(repr: &mut Repr, _: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    each(item, notes, |line, _, notes| match line.words.as_slice() {
        ["proposal", names @ ..] => {
            for name in names {
                if *name != "default" {
                    notes.structures.refer(StructureKind::Proposal, *name, line.span());
                }
                repr.crypto.offered.push((*name).to_owned());
            }
            Fate::Understood
        }
        ["match", "address" | "fvrf", ..] => Fate::Understood,
        _ => Fate::Unrecognized,
    });
    Fate::Understood
}

fn ikev2_keyring(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let ring = command.word(3).text.to_owned();
    notes.structures.define(StructureKind::IkePeer, ring.clone(), command.span());
    each(item, notes, |line, child, notes| {
        let ["peer", name] = line.words.as_slice() else { return Fate::Unrecognized };
        let mut peer = None;
        each(child, notes, |line, _, notes| match line.words.as_slice() {
            ["address" | "hostname", ..] => match remote(&line.words) {
                Some(remote) => {
                    peer = Some(spanned(remote, line));
                    Fate::Understood
                }
                None => Fate::Unrecognized,
            },
            ["identity", ..] => Fate::Understood,
            ["pre-shared-key", ..] => {
                let at =
                    if matches!(line.words.get(1), Some(&"local" | &"remote")) { 2 } else { 1 };
                keep_secret(line, at, SecretKind::PreSharedKey, name, notes);
                Fate::Understood
            }
            _ => Fate::Unrecognized,
        });
        let peer = peer.unwrap_or_else(|| spanned(Remote::Unknown, line));
        repr.crypto.keys.push(Key { ring: ring.clone(), peer });
        Fate::Understood
    });
    Fate::Understood
}

fn ikev2_profile(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let name = command.word(3).text.to_owned();
    notes.structures.define(StructureKind::Profile, name.clone(), command.span());
    let mut profile = Profile::default();
    each(item, notes, |line, _, notes| {
        match line.words.as_slice() {
            ["match", "identity", "remote", "any"] => {
                profile.identities.push(spanned(Remote::Any, line));
            }
            ["match", "identity", "remote", "address", rest @ ..] => match remote(rest) {
                Some(peer) => profile.identities.push(spanned(peer, line)),
                None => return Fate::Unrecognized,
            },
            ["match", "identity", "remote", "fqdn" | "email" | "key-id", rest @ ..] => {
                let id = rest.last().copied().unwrap_or_default();
                profile.remote_id = Some(spanned(id.to_owned(), line));
            }
            ["match", "address" | "fvrf" | "certificate", ..] => {}
            ["identity", "local", rest @ ..] => {
                let id = rest.last().copied().unwrap_or_default();
                profile.local_id = Some(spanned(id.to_owned(), line));
            }
            ["authentication", "local" | "remote", how, ..] => {
                profile.authentication.push((*how).to_owned());
                if let Some(at) = line.words.iter().position(|word| *word == "key") {
                    keep_secret(line, at + 1, SecretKind::PreSharedKey, &name, notes);
                }
            }
            ["keyring", "local", ring, ..] => {
                notes.structures.refer(StructureKind::IkePeer, *ring, line.span());
                profile.keyrings.push((*ring).to_owned());
            }
            ["virtual-template", ..] | ["aaa", "authentication", ..] => {
                profile.clients = Some(line.span());
            }
            ["aaa" | "keyring", ..] => return Fate::Ignored(Because::Housekeeping),
            ["pki", "trustpoint", ..] | ["ivrf", ..] => {}
            ["dpd" | "nat" | "reconnect" | "redirect" | "initial-contact", ..] => {
                return Fate::Ignored(Because::Redundancy);
            }
            ["lifetime", ..] => return Fate::Ignored(Because::Performance),
            _ => return Fate::Unrecognized,
        }
        Fate::Understood
    });
    repr.crypto.ikev2_profiles.insert(name, profile);
    Fate::Understood
}

fn ezvpn(repr: &mut Repr, command: &Command<'_>, item: &Item<'_>, notes: &mut Notes) -> Fate {
    let name = command.word(4).text.to_owned();
    notes.structures.define(StructureKind::IkePeer, name.clone(), command.span());
    let mut client = Ezvpn { span: command.span(), name: name.clone(), peers: Vec::new() };
    each(item, notes, |line, _, notes| match line.words.as_slice() {
        ["peer", peer, ..] => {
            let remote = remote(&[peer]).unwrap_or_else(|| Remote::Name((*peer).to_owned()));
            client.peers.push(Spanned::new(remote, line.word(1).span));
            Fate::Understood
        }
        ["group", _, "key", ..] => {
            keep_secret(line, 3, SecretKind::PreSharedKey, &name, notes);
            Fate::Understood
        }
        ["username", user, "password", ..] => {
            keep_secret(line, 3, SecretKind::Password, user, notes);
            Fate::Understood
        }
        ["connect" | "mode" | "xauth" | "acl" | "virtual-interface" | "idletime", ..] => {
            Fate::Understood
        }
        _ => Fate::Unrecognized,
    });
    repr.crypto.ezvpn.push(client);
    Fate::Understood
}

/// A command that begins with `crypto`.
pub(super) fn read(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let entry = CRYPTO.iter().find(|(prefix, _)| command.begins(prefix));
    match entry.map(|(_, handler)| handler) {
        Some(Handler::Block(read)) => read(repr, command, item, notes),
        Some(Handler::Line(read)) => {
            walk(repr, &item.children, super::tables::GLOBAL, notes);
            read(repr, command, notes)
        }
        Some(Handler::Ignored(why)) => {
            settle(item, Fate::Ignored(*why), notes);
            Fate::Ignored(*why)
        }
        None => Fate::Unrecognized,
    }
}

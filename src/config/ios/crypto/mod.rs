//! `crypto …`: what protects tunnels, in the terms of IOS.

mod algorithms;
mod ike;
mod ikev2;
mod maps;

use super::parse::{Command, Handler, Table, settle, structural, walk};
use super::repr::Repr;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::device::Remote;
use crate::source::{Span, Spanned};
pub(in crate::config) use algorithms::{cipher, hash};
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
    ("crypto isakmp policy", Handler::Block(ike::policy)),
    ("crypto isakmp key", Handler::Line(ike::key)),
    ("crypto isakmp profile", Handler::Block(ike::isakmp_profile)),
    ("crypto isakmp peer", Handler::Block(ike::isakmp_peer)),
    ("crypto isakmp client configuration group", Handler::Block(ike::group)),
    ("crypto keyring", Handler::Block(ike::keyring)),
    ("crypto ipsec transform-set", Handler::Block(maps::transform_set)),
    ("crypto ipsec profile", Handler::Block(maps::ipsec_profile)),
    ("crypto ipsec client ezvpn", Handler::Block(ike::ezvpn)),
    ("crypto map", Handler::Block(maps::map)),
    ("crypto dynamic-map", Handler::Block(maps::map)),
    ("crypto ikev2 proposal", Handler::Block(ikev2::proposal)),
    ("crypto ikev2 policy", Handler::Block(ikev2::ikev2_policy)),
    ("crypto ikev2 keyring", Handler::Block(ikev2::ikev2_keyring)),
    ("crypto ikev2 profile", Handler::Block(ikev2::ikev2_profile)),
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

//! `crypto isakmp …`, keyrings and Easy VPN: the first version of IKE.

use super::algorithms::{cipher, hash};
use super::{Ezvpn, Group, Key, Offer, Profile, each, remote, spanned};
use crate::config::coverage::{Because, Fate};
use crate::config::ios::parse::{Command, settle};
use crate::config::ios::repr::Repr;
use crate::config::ios::tables::keep_secret;
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::device::{Remote, SecretKind, StructureKind};
use crate::source::Spanned;

pub(super) fn policy(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let mut offer = Offer { span: Some(command.span()), ..Offer::default() };
    each(item, notes, |line, _, _| offer_line(&mut offer, line));
    repr.crypto.policies.push(offer);
    Fate::Understood
}

pub(super) fn offer_line(offer: &mut Offer, line: &Command<'_>) -> Fate {
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

pub(super) fn key(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
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

pub(super) fn keep_secret_key(
    command: &Command<'_>,
    at: usize,
    typed: bool,
    owner: &str,
    notes: &mut Notes,
) {
    match (typed, command.words.get(at)) {
        (true, Some(&"6")) => {
            notes.sealed(command.word(at + 1), SecretKind::PreSharedKey, owner);
        }
        (true, _) => notes.secret(command.word(at + 1), SecretKind::PreSharedKey, owner),
        (false, Some(_)) => notes.secret(command.word(at), SecretKind::PreSharedKey, owner),
        (false, None) => {}
    }
}

pub(super) fn keyring(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
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

pub(super) fn isakmp_profile(
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

pub(super) fn isakmp_peer(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
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

pub(super) fn group(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
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

pub(super) fn ezvpn(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
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

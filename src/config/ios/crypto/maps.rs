//! Transform sets, crypto maps and profiles.

use super::algorithms::{cipher, hash};
use super::{Entry, Offer, each, remote, spanned};
use crate::config::coverage::{Because, Fate};
use crate::config::ios::parse::Command;
use crate::config::ios::repr::Repr;
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::config::outline::Item;
use crate::model::device::{Remote, SecretKind, StructureKind};
use crate::source::Spanned;

pub(super) fn transform_set(
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

pub(super) fn new_entry(command: &Command<'_>, name: String, map: &str) -> Entry {
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

pub(super) fn ipsec_profile(
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
pub(super) fn map(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let is_dynamic = command.words.get(1) == Some(&"dynamic-map");
    let Some(name) = command.words.get(2).copied() else { return Fate::Unrecognized };
    let kind = if is_dynamic { StructureKind::Profile } else { StructureKind::IpsecPolicy };
    notes.structures.define(kind, name, command.span());
    let rest = command.words.get(3..).unwrap_or_default();
    let number = rest.first().copied().unwrap_or_default();
    let mut entry = new_entry(command, format!("{name} {number}"), name);
    match rest {
        ["local-address", words @ ..] => {
            if let Some((interface, ..)) = crate::config::ios::names::of_words(words) {
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

pub(super) fn entry_line(entry: &mut Entry, line: &Command<'_>, notes: &mut Notes) -> Fate {
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

//! `crypto ikev2 …`: the second version of IKE.

use super::ike::offer_line;
use super::{Key, Offer, Profile, each, remote, spanned};
use crate::config::coverage::{Because, Fate};
use crate::config::ios::parse::Command;
use crate::config::ios::repr::Repr;
use crate::config::ios::tables::keep_secret;
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::device::{Remote, SecretKind, StructureKind};

pub(super) fn proposal(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let name = command.word(3).text.to_owned();
    notes.structures.define(StructureKind::Proposal, name.clone(), command.span());
    let mut offer = Offer { span: Some(command.span()), ..Offer::default() };
    each(item, notes, |line, _, _| offer_line(&mut offer, line));
    repr.crypto.proposals.insert(name, offer);
    Fate::Understood
}

pub(super) fn ikev2_policy(
    repr: &mut Repr,
    _: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
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

pub(super) fn ikev2_keyring(
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

pub(super) fn ikev2_profile(
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

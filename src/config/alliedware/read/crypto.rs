//! `crypto isakmp …`, `crypto ipsec …`

use super::Reader;
use crate::config::listing::texts;
use crate::config::outline::Item;
use crate::config::{Word, numbers};
use crate::model::device::{Ike, IkeVersion, SecretKind, StructureKind};
use crate::source::Spanned;

/// Ciphers and hashes by the words of AlliedWare Plus, in capitals there.
const CIPHERS: &[(&str, &str)] = &[
    ("3DES", "3des"),
    ("AES128", "aes-128"),
    ("AES192", "aes-192"),
    ("AES256", "aes-256"),
    ("GCM128", "aes-128-gcm"),
    ("GCM192", "aes-192-gcm"),
    ("GCM256", "aes-256-gcm"),
    ("NULL", "null"),
];
const HASHES: &[(&str, &str)] =
    &[("MD5", "md5"), ("SHA1", "sha1"), ("SHA256", "sha256"), ("SHA512", "sha512")];

impl<'t> Reader<'_, 't> {
    /// What stands behind `crypto`.
    pub(super) fn crypto(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        match (texts(words).as_slice(), words) {
            (["isakmp", "key", "8", _, ..], [_, _, _, key, peer @ ..]) => {
                self.key(*key, peer, true)
            }
            (["isakmp", "key", _, ..], [_, _, key, peer @ ..]) => self.key(*key, peer, false),
            (["isakmp", "peer", .., "profile", name], [_, _, peer @ .., _, word]) => {
                let label = format!("isakmp {name}");
                self.notes.structures.refer(StructureKind::Profile, label, word.span);
                match Self::peer(peer) {
                    Some(peer) => {
                        self.router.isakmp_peers.push((peer.value, *word));
                        true
                    }
                    None => false,
                }
            }
            (["isakmp", "profile", name], _) => {
                let label = format!("isakmp {name}");
                self.notes.structures.define(StructureKind::Profile, label, item.line.span());
                let ike = self.profile(item);
                self.router.isakmp_profiles.insert(name, ike);
                true
            }
            (["ipsec", "profile", name], _) => {
                let label = format!("ipsec {name}");
                self.notes.structures.define(StructureKind::Profile, label, item.line.span());
                let ike = self.profile(item);
                self.router.ipsec_profiles.insert(name, ike);
                true
            }
            _ => {
                self.key_after(words);
                false
            }
        }
    }

    /// `KEY address A | hostname N | policy P`
    fn key(&mut self, key: Word<'t>, peer: &[Word<'t>], sealed: bool) -> bool {
        let owner = peer.last().map_or("", |it| it.text);
        if sealed {
            self.notes.sealed(key, SecretKind::PreSharedKey, owner);
        } else {
            self.notes.secret(key, SecretKind::PreSharedKey, owner);
        }
        let peer = Self::peer(peer);
        self.router.isakmp_keys.extend(peer.as_ref().map(|it| it.value.clone()));
        peer.is_some()
    }

    /// A profile of either phase.
    fn profile(&mut self, item: &Item<'t>) -> Ike {
        let mut ike = Ike::default();
        self.each(item, |reader, child, words| match (texts(words).as_slice(), words) {
            (["version", version, mode @ ..], _) => {
                let known = match *version {
                    "1" => Some(IkeVersion::One),
                    "2" => Some(IkeVersion::Two),
                    _ => None,
                };
                let span = child.line.span();
                ike.version = known.map(|it| Spanned::new(it, span));
                ike.aggressive = (*mode == ["mode", "aggressive"]).then_some(span);
                known.is_some() && matches!(mode, [] | ["mode", "main" | "aggressive"])
            }
            (["transform", _, ..], [_, _, rest @ ..]) => transform(&mut ike, rest),
            (["pfs", _], [_, group]) => add_group(&mut ike, *group),
            (["lifetime" | "dpd-interval" | "dpd-timeout" | "rekey", ..], _) => {
                reader.notes.ignored(&child.line, crate::config::Because::Housekeeping);
                false
            }
            _ => false,
        });
        ike
    }
}

/// `protocol esp integrity SHA256 encryption AES256 group 14`
fn transform(ike: &mut Ike, words: &[Word<'_>]) -> bool {
    let mut understood = !words.is_empty();
    let mut words = words.iter().copied();
    while let Some(key) = words.next() {
        let Some(value) = words.next() else { return false };
        understood &= match key.text {
            "protocol" => value.text == "esp",
            "integrity" => add(&mut ike.hash, HASHES, value),
            "encryption" => add(&mut ike.encryption, CIPHERS, value),
            "group" => add_group(ike, value),
            _ => false,
        };
    }
    understood
}

fn add(to: &mut Vec<Spanned<String>>, table: &[(&str, &str)], word: Word<'_>) -> bool {
    let Some((_, meaning)) = table.iter().find(|it| it.0.eq_ignore_ascii_case(word.text)) else {
        return false;
    };
    if to.iter().all(|it| it.value != *meaning) {
        to.push(Spanned::new((*meaning).to_owned(), word.span));
    }
    true
}

fn add_group(ike: &mut Ike, word: Word<'_>) -> bool {
    let Some(group) = numbers::group(word.text) else { return false };
    if ike.groups.iter().all(|it| it.value != group) {
        ike.groups.push(Spanned::new(group, word.span));
    }
    true
}

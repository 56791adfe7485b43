//! IKE and IPsec.

use super::{Reader, network, remote};
use crate::config::ix::repr::{IkePolicy, Ikev2, Map};
use crate::config::listing::texts;
use crate::config::outline::Item;
use crate::config::{Line, Word, numbers};
use crate::model::device::{Ike, SecretKind, StructureKind};
use crate::model::network_of;
use crate::model::words::Authentication;
use crate::source::Spanned;

/// Ciphers by the words of an IX (`esp-` and `-cbc` are taken off before).
const CIPHERS: &[(&str, &str)] = &[
    ("des", "des"),
    ("3des", "3des"),
    ("aes", "aes-128"),
    ("aes-128", "aes-128"),
    ("aes-192", "aes-192"),
    ("aes-256", "aes-256"),
    ("aes-gcm-128-16", "aes-128-gcm"),
    ("aes-gcm-192-16", "aes-192-gcm"),
    ("aes-gcm-256-16", "aes-256-gcm"),
    ("null", "null"),
];
/// Hashes by the words of an IX.
const HASHES: &[(&str, &str)] = &[
    ("md5", "md5"),
    ("sha", "sha1"),
    ("sha1", "sha1"),
    ("sha2-256", "sha256"),
    ("sha2-384", "sha384"),
    ("sha2-512", "sha512"),
];

impl<'t> Reader<'_, 't> {
    /// `ike proposal|policy|local-id|remote-id …`
    pub(super) fn ike(&mut self, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let span = line.span();
        match (texts(words).as_slice(), words) {
            (["proposal", name, ..], [_, _, rest @ ..]) => {
                self.notes.structures.define(StructureKind::Proposal, *name, span);
                let mut ike = Ike::default();
                let mut understood = true;
                let mut rest = rest.iter().copied();
                while let Some(key) = rest.next() {
                    let value = rest.next();
                    understood &= match (key.text, value) {
                        ("encryption", Some(it)) => add(&mut ike.encryption, CIPHERS, it),
                        ("hash", Some(it)) => add(&mut ike.hash, HASHES, it),
                        ("group", Some(it)) => add_group(&mut ike.groups, it),
                        ("lifetime", Some(_)) => true,
                        _ => false,
                    };
                }
                self.router.ike_proposals.insert(name, ike);
                understood
            }
            (["policy", ..], [_, rest @ ..]) => self.ike_policy(line, rest),
            ([side @ ("local-id" | "remote-id"), policy, _, _], [_, _, _, id]) => {
                self.notes.structures.refer(StructureKind::IkePeer, *policy, span);
                let place = self.router.policies.get(&format!("name {policy}"));
                let known = place.and_then(|it| self.router.ike_policies.get_mut(*it));
                match known {
                    Some(known) if *side == "local-id" => known.local_id = Some(id.owned()),
                    Some(known) => known.remote_id = Some(id.owned()),
                    None => return false,
                }
                true
            }
            _ => false,
        }
    }

    /// `NAME peer A key [char] K [mode main|aggressive] PROPOSALS`
    fn ike_policy(&mut self, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let [name, peer, address, rest @ ..] = words else { return false };
        self.notes.structures.define(StructureKind::IkePeer, name.text, line.span());
        let mut policy = IkePolicy {
            name: name.text,
            remote: remote(*address),
            aggressive: None,
            proposals: Vec::new(),
            local_id: None,
            remote_id: None,
        };
        let mut understood = peer.text.starts_with("peer");
        let mut rest = rest.iter().copied();
        while let Some(word) = rest.next() {
            match word.text {
                "key" => {
                    let Some(mut key) = rest.next() else { continue };
                    let mut sealed = false;
                    // A form stands before the key only when more than the proposals follow.
                    if matches!(key.text, "char" | "hex" | "plain" | "secret" | "hash")
                        && rest.clone().next().is_some_and(|it| it.text != "mode")
                        && rest.len() > 1
                    {
                        sealed = matches!(key.text, "secret" | "hash");
                        let Some(next) = rest.next() else { continue };
                        key = next;
                    }
                    if sealed {
                        self.notes.sealed(key, SecretKind::PreSharedKey, name.text);
                    } else {
                        self.notes.secret(key, SecretKind::PreSharedKey, name.text);
                    }
                }
                "mode" => match rest.next() {
                    Some(mode) if mode.text == "aggressive" => policy.aggressive = Some(mode.span),
                    Some(mode) if mode.text == "main" => {}
                    _ => understood = false,
                },
                _ => self.proposals(word, &mut policy.proposals),
            }
        }
        understood &= policy.remote.value != crate::model::device::Remote::Unknown;
        self.router.add_policy(policy);
        understood
    }

    /// Names of proposals, separated by commas. `default` is built in.
    fn proposals(&mut self, word: Word<'t>, names: &mut Vec<&'t str>) {
        for name in word.parts(',').filter(|it| it.text != "default") {
            self.notes.structures.refer(StructureKind::Proposal, name.text, name.span);
            names.push(name.text);
        }
    }

    /// `ipsec autokey-proposal|autokey-map|dynamic-map|local-id|remote-id …`
    pub(super) fn ipsec(&mut self, line: &Line<'t>, words: &[Word<'t>]) -> bool {
        let span = line.span();
        match (texts(words).as_slice(), words) {
            (["autokey-proposal", name, ..], [_, _, rest @ ..]) => {
                self.notes.structures.define(StructureKind::Proposal, *name, span);
                let mut ike = Ike::default();
                let mut understood = true;
                for word in rest.iter().copied() {
                    if word.text == "lifetime" {
                        break;
                    }
                    understood &=
                        add(&mut ike.encryption, CIPHERS, word) || add(&mut ike.hash, HASHES, word);
                }
                self.router.ipsec_proposals.insert(name, ike);
                understood
            }
            (["autokey-map", name, ..], [_, _, rest @ ..]) => self.map(line, name, rest, false),
            (["dynamic-map", name, ..], [_, _, rest @ ..]) => self.map(line, name, rest, true),
            ([side @ ("local-id" | "remote-id"), map, id], _) => {
                self.notes.structures.refer(StructureKind::IpsecPolicy, *map, span);
                let v6 = id.contains(':');
                let Some(id) = network(id, v6) else { return false };
                let ids = match *side {
                    "local-id" => &mut self.router.local_ids,
                    _ => &mut self.router.remote_ids,
                };
                ids.insert(map, Spanned::new(network_of(id), span));
                true
            }
            _ => false,
        }
    }

    /// `NAME LIST [peer A] PROPOSALS [pfs G] [ike POLICY]`
    fn map(&mut self, line: &Line<'t>, name: &'t str, words: &[Word<'t>], dynamic: bool) -> bool {
        self.notes.structures.define(StructureKind::IpsecPolicy, name, line.span());
        let mut map = Map {
            list: words.first().copied(),
            peer: None,
            policy: None,
            proposals: Vec::new(),
            group: None,
            dynamic,
        };
        if let Some(list) = map.list {
            self.notes.structures.refer(StructureKind::Filter, list.text, list.span);
        }
        let mut understood = map.list.is_some();
        let mut rest = words.iter().skip(1).copied();
        while let Some(word) = rest.next() {
            match word.text {
                "ike" => {
                    map.policy = rest.next();
                    if let Some(policy) = map.policy {
                        self.notes.structures.refer(
                            StructureKind::IkePeer,
                            policy.text,
                            policy.span,
                        );
                    }
                }
                "pfs" => {
                    let group = rest.next();
                    let number = group.and_then(|it| numbers::group(it.text));
                    map.group = number.zip(group).map(|(it, word)| Spanned::new(it, word.span));
                    understood &= map.group.is_some() || group.is_some_and(|it| it.text == "off");
                }
                text if text.starts_with("peer") => map.peer = rest.next().map(remote),
                _ => self.proposals(word, &mut map.proposals),
            }
        }
        self.router.maps.insert(name, map);
        understood
    }

    /// Maps that name no policy use the one for their peer.
    pub(super) fn refer_by_peer(&mut self) {
        for map in self.router.maps.values().filter(|it| it.policy.is_none()) {
            if let (Some(policy), Some(list)) = (self.router.policy_of(map), map.list) {
                let name = policy.name;
                self.notes.structures.refer(StructureKind::IkePeer, name, list.span);
            }
        }
    }

    /// `ikev2 authentication psk id TYPE V key char K`, `ikev2 profile NAME`, `ikev2 default-profile`
    pub(super) fn ikev2_global(&mut self, item: &Item<'t>, words: &[Word<'t>]) -> bool {
        let line = &item.line;
        match (texts(words).as_slice(), words) {
            (["authentication", "psk", "id", _, id, "key", form @ .., _], [.., key]) => {
                if matches!(form, ["secret" | "hash" | "encrypted"]) {
                    self.notes.sealed(*key, SecretKind::PreSharedKey, id);
                } else {
                    self.notes.secret(*key, SecretKind::PreSharedKey, id);
                }
                matches!(form, [] | ["char" | "hex" | "secret"])
            }
            (["default-profile"], _) => {
                let settings = self.ikev2_block(item);
                self.router.ikev2_default = settings;
                true
            }
            (["profile", name], _) => {
                let label = format!("ikev2 {name}");
                self.notes.structures.define(StructureKind::Profile, label, line.span());
                let settings = self.ikev2_block(item);
                self.router.ikev2_profiles.insert(name, settings);
                true
            }
            _ => {
                self.key_after(line, words);
                self.leave(&item.children, None);
                false
            }
        }
    }

    fn ikev2_block(&mut self, item: &Item<'t>) -> Ikev2<'t> {
        let mut settings = Ikev2::default();
        for child in &item.children {
            let words = child.line.split();
            let understood = self.ikev2_setting(&mut settings, &words);
            self.fate(&child.line, understood);
            self.leave(&child.children, None);
        }
        settings
    }

    /// What an interface says behind `ikev2`, or a profile in a line.
    pub(super) fn ikev2_setting(&mut self, to: &mut Ikev2<'t>, words: &[Word<'t>]) -> bool {
        match (texts(words).as_slice(), words) {
            (["exit"], _) => true,
            ([peer, _, "authentication", ..], [_, address, _, rest @ ..])
                if peer.starts_with("peer") =>
            {
                to.peer = Some(remote(*address));
                means(to, rest, false)
            }
            (["binding" | "profile", name], [.., word]) => {
                let label = format!("ikev2 {name}");
                self.notes.structures.refer(StructureKind::Profile, label, word.span);
                to.profile = Some(*word);
                true
            }
            (["connect-type", how], _) => {
                to.connects = match *how {
                    "auto" | "demand" => Some(true),
                    "passive" => Some(false),
                    _ => None,
                };
                to.connects.is_some()
            }
            (["negotiation-direction", how], _) => {
                to.direction = match *how {
                    "initiator" => Some(true),
                    "responder" => Some(false),
                    _ => None,
                };
                to.direction.is_some() || *how == "both"
            }
            (["outgoing-interface", ..], [_, interface, ..]) => {
                self.refer_interface(*interface);
                to.outgoing = Some(interface.owned());
                words.len() <= 3
            }
            (["source-address", _], [_, source]) => {
                if super::is_interface(source.text) {
                    self.refer_interface(*source);
                }
                to.source = Some(source.owned());
                true
            }
            (["local-authentication", ..], [_, rest @ ..]) => means(to, rest, true),
            (["sa-proposal" | "child-proposal", "enc", ..], [_, _, rest @ ..]) => {
                all(rest, |it| add(&mut to.ciphers, CIPHERS, it))
            }
            (["sa-proposal" | "child-proposal", "integrity", ..], [_, _, rest @ ..]) => {
                all(rest, |it| add(&mut to.hashes, HASHES, it))
            }
            (["sa-proposal", "dh", ..], [_, _, rest @ ..]) => {
                all(rest, |it| add_group(&mut to.groups, it))
            }
            (["child-pfs", "off"], _) => true,
            (["child-pfs", ..], [_, rest @ ..]) => all(rest, |it| add_group(&mut to.groups, it)),
            _ => false,
        }
    }
}

/// Whether every word is understood, and there is one.
fn all<'t>(words: &[Word<'t>], each: impl FnMut(Word<'t>) -> bool) -> bool {
    let known: Vec<bool> = words.iter().copied().map(each).collect();
    !known.is_empty() && !known.contains(&false)
}

/// `psk id TYPE V`, `rsa-signature …`: how an end shows who it is.
fn means<'t>(to: &mut Ikev2<'t>, words: &[Word<'t>], ours: bool) -> bool {
    let id = words.iter().position(|it| it.text == "id").and_then(|at| words.get(at + 2));
    match id {
        Some(id) if ours => to.local_id = Some(id.owned()),
        Some(id) => to.remote_id = Some(id.owned()),
        None => {}
    }
    let means = match words.first().map(|it| it.text) {
        Some("psk") => Some(Authentication::PreSharedKey),
        Some("rsa-signature" | "digital-signature") => Some(Authentication::MachineCertificate),
        Some("id") => return id.is_some(),
        _ => None,
    };
    if let Some(means) = means
        && !to.authentication.contains(&means)
    {
        to.authentication.push(means);
    }
    means.is_some()
}

/// Adds the meaning of a word of a table, once. `false` when the table does not have it.
fn add(to: &mut Vec<Spanned<String>>, table: &[(&str, &str)], word: Word<'_>) -> bool {
    let text = word.text.strip_prefix("esp-").unwrap_or(word.text);
    let text = text.strip_prefix("ah-").unwrap_or(text).replace("-cbc", "");
    let Some((_, meaning)) = table.iter().find(|it| it.0 == text) else { return false };
    if to.iter().all(|it| it.value != *meaning) {
        to.push(Spanned::new((*meaning).to_owned(), word.span));
    }
    true
}

fn add_group(to: &mut Vec<Spanned<u16>>, word: Word<'_>) -> bool {
    let Some(group) = numbers::group(word.text) else { return false };
    if to.iter().all(|it| it.value != group) {
        to.push(Spanned::new(group, word.span));
    }
    true
}

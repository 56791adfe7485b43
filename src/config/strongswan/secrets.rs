//! Secrets: the section of `swanctl.conf`, and the file `ipsec.secrets`.

use super::keywords::{IDLE_SETTINGS, idle};
use super::settings::Tally;
use super::view::View;
use crate::config::Score;
use crate::config::coverage::Because;
use crate::config::listing::{Line, Listing, Word};
use crate::config::notes::Notes;
use crate::model::device::{DeviceConfig, SecretKind};
use crate::source::Spanned;

/// Kinds of secrets: the beginning of a section's name, and the word of a line.
const KINDS: &[(&str, &str, SecretKind)] = &[
    ("ike", "PSK", SecretKind::PreSharedKey),
    ("ppk", "PPK", SecretKind::PreSharedKey),
    ("eap", "EAP", SecretKind::Password),
    ("xauth", "XAUTH", SecretKind::Password),
    ("ntlm", "NTLM", SecretKind::Password),
    ("private", "RSA", SecretKind::PrivateKey),
    ("rsa", "RSA", SecretKind::PrivateKey),
    ("ecdsa", "ECDSA", SecretKind::PrivateKey),
    ("bliss", "BLISS", SecretKind::PrivateKey),
    ("pkcs8", "PKCS8", SecretKind::PrivateKey),
    ("pkcs12", "P12", SecretKind::PrivateKey),
    ("pkcs12", "PKCS12", SecretKind::PrivateKey),
    ("token", "PIN", SecretKind::Token),
];

/// Reads the section `secrets`. The users whose passwords stand there.
pub(super) fn of_settings<'t>(
    section: &View<'_, 't>,
    tally: &mut Tally<'t>,
    notes: &mut Notes,
) -> Vec<Spanned<String>> {
    let mut users = Vec::new();
    for secret in section.sections() {
        let name = secret.name.text;
        let Some((_, _, kind)) = KINDS.iter().find(|(prefix, ..)| name.starts_with(prefix)) else {
            continue;
        };
        let ids: Vec<Word<'t>> = secret
            .settings()
            .filter(|it| it.key.text.starts_with("id") || it.key.text == "file")
            .map(|it| it.value)
            .collect();
        let owner = ids.first().map_or(name, |it| it.text).to_owned();
        for setting in secret.settings() {
            match setting.key.text {
                "secret" | "pin" => {
                    if setting.value.text != "%prompt" {
                        notes.secret(setting.value, *kind, &owner);
                    }
                    tally.understood(setting);
                }
                key if key.starts_with("id") => {
                    if *kind == SecretKind::Password {
                        let user = setting.value.text.to_owned();
                        users.push(Spanned::new(user, setting.value.span));
                    }
                    tally.understood(setting);
                }
                key => {
                    if let Some(why) = idle(IDLE_SETTINGS, key) {
                        tally.ignored(setting, why);
                    }
                }
            }
        }
    }
    users
}

/// Who a secret is for, what it is, and what follows.
struct Entry<'t> {
    owner: Word<'t>,
    kind: SecretKind,
    rest: Word<'t>,
}

/// `[ids] : KIND rest`.
fn entry<'t>(line: &Line<'t>) -> Option<Entry<'t>> {
    let whole = line.whole();
    // An IPv6 address holds colons too: behind the one that counts stands the kind.
    whole.match_indices(':').find_map(|(at, _)| {
        let rest = whole.slice(at + 1, whole.len()).trim();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let word = rest.text.get(..end)?;
        let (.., kind) = KINDS.iter().find(|(_, it, _)| it.eq_ignore_ascii_case(word))?;
        let (owner, rest) = (whole.slice(0, at).trim(), rest.slice(end, rest.len()).trim());
        Some(Entry { owner, kind: *kind, rest })
    })
}

pub(super) fn recognise(listing: &Listing<'_>) -> Score {
    let entries = listing.head().iter().filter(|line| entry(line).is_some()).count();
    let others = listing.count(|it| !it.trim_start().starts_with('#') && it.contains('='));
    match entries {
        0 => 0,
        it if it >= others => 85,
        _ => 40,
    }
}

pub(super) fn read(listing: &Listing<'_>, notes: &mut Notes, _config: &mut DeviceConfig) {
    // The owner of a private key whose numbers follow on the next lines.
    let mut key: Option<String> = None;
    for line in &listing.lines {
        let whole = line.whole();
        if let Some(owner) = &key {
            let ends = whole.starts_with('}');
            if !ends {
                notes.secret_at(whole.span, whole.text, SecretKind::PrivateKey, owner, true);
            }
            notes.ignored(line, Because::KeyMaterial);
            key = if ends { None } else { key };
        } else if whole.starts_with('#') {
            notes.ignored(line, Because::Comment);
        } else if let Some(entry) = entry(line) {
            let owner = entry.owner.text.to_owned();
            if entry.rest.starts_with('{') {
                key = Some(owner);
                notes.understood(line);
            } else if let Some(secret) = secret(&entry) {
                if secret.text != "%prompt" {
                    notes.secret(secret, entry.kind, &owner);
                }
                notes.understood(line);
            } else {
                // A key in a file, without a passphrase.
                notes.understood(line);
            }
        }
    }
}

/// The secret of an entry. Before that of a key stands the name of its file, before a PIN that of
/// a token.
fn secret<'t>(entry: &Entry<'t>) -> Option<Word<'t>> {
    let words = entry.rest.commented(&['#']);
    match entry.kind {
        SecretKind::PreSharedKey | SecretKind::Password => words.first().copied(),
        _ => words.get(1).copied(),
    }
}

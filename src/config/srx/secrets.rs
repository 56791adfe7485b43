//! Where secrets stand in Junos.

use super::super::listing::Word;
use super::super::notes::Notes;
use crate::model::device::SecretKind::{self, Community, Password, PreSharedKey, Token};

/// Words right behind which a secret stands.
const SECRETS: &[(&str, SecretKind)] = &[
    ("ascii-text", PreSharedKey),
    ("hexadecimal", PreSharedKey),
    ("encrypted-password", Password),
    ("plain-text-password-value", Password),
    ("password", Password),
    ("simple-password", Password),
    ("authentication-password", Password),
    ("privacy-password", Password),
    ("authentication-key", Token),
    ("privacy-key", Token),
    ("secret", Token),
    ("chap-secret", Password),
    ("default-chap-secret", Password),
    ("local-password", Password),
    ("default-password", Password),
    ("wpa-passphrase", PreSharedKey),
    ("shared-secret", Token),
    ("pre-shared-secret", PreSharedKey),
    ("admin-search-password", Password),
    ("trap-group", Community),
];

/// Notes the secrets of a statement among its words from the `first` on; those before stand on
/// other lines.
pub(super) fn note(path: &[Word<'_>], first: usize, notes: &mut Notes) {
    let text = |at: usize| path.get(at).map_or("", |word| word.text);
    for (at, word) in path.iter().enumerate().skip(first) {
        let Some(before) = at.checked_sub(1).map(text) else { continue };
        let kind = match (before, word.text) {
            ("community", _) if path.iter().take(at).any(|it| it.text == "snmp") => Some(Community),
            // `key 1 secret …` is in the list; `md5 1 key …` and `authentication-key 1 type md5 value …` are not.
            ("key", _) if path.iter().take(at).any(|it| it.text == "md5") => Some(Token),
            ("value", _) if path.iter().take(at).any(|it| it.text == "authentication-key") => {
                Some(Token)
            }
            ("authentication-key", _) if path.iter().any(|it| it.text == "ntp") => None,
            ("password", "options" | "minimum-length" | "change-type" | "format") => None,
            _ => SECRETS.iter().find(|(it, _)| *it == before).map(|(_, kind)| *kind),
        };
        let Some(kind) = kind else { continue };
        // The name before the words that lead to the secret.
        let owner = match kind {
            Community => "",
            _ => at.checked_sub(3).map_or("", text),
        };
        let hidden = word.text.starts_with('$') || before.starts_with("encrypted");
        let last = at + 1 == path.len();
        match (hidden, kind) {
            // Every statement below a community names it again in the `set` form; it is noted once,
            // and the last guard masks the others.
            (_, Community) if before == "community" && !last && !is_new(path) => {}
            (true, _) => notes.sealed(*word, kind, owner),
            (false, _) => notes.secret(*word, kind, owner),
        }
    }
}

/// Whether a statement is the first that names its community: in both forms that is not known, so
/// the one that says what may be done with it counts.
fn is_new(path: &[Word<'_>]) -> bool {
    path.iter().any(|word| word.text == "authorization")
}

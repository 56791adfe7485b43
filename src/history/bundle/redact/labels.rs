//! Names that people gave inside a configuration, and that no inventory has: of certificates, of
//! tunnels; and the serial numbers of tokens. Once known, they are replaced everywhere.

use super::words::Words;

/// Words of FortiOS behind which such a name stands, and what its pseudonym is called.
const BEHIND: &[(&str, &str)] = &[
    ("set servercert ", "certificate"),
    ("set certificate ", "certificate"),
    ("set ssl-certificate ", "certificate"),
    ("set admin-server-cert ", "certificate"),
    ("set fortitoken ", "token"),
];

/// Tables of FortiOS whose entries are called as people like.
const TABLES: &[(&str, &str)] = &[
    ("config vpn ipsec phase1-interface", "tunnel"),
    ("config vpn ipsec phase1", "tunnel"),
    ("config vpn certificate local", "certificate"),
];

/// What the maker calls its own certificates: the same everywhere.
const FACTORY: &str = "Fortinet_";

/// Makes the names of a configuration known.
pub(super) fn learn(text: &str, words: &mut Words) {
    let mut table = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with("config ") {
            table = TABLES.iter().find(|(name, _)| *name == line).map(|(_, kind)| *kind);
        } else if line == "end" {
            table = None;
        }
        let behind = BEHIND.iter().find_map(|(lead, kind)| Some((line.strip_prefix(lead)?, *kind)));
        let entry = table.and_then(|kind| Some((line.strip_prefix("edit ")?, kind)));
        let Some((name, kind)) = behind.or(entry) else { continue };
        let name = name.trim().trim_matches('"');
        let letters = name.chars().any(char::is_alphabetic);
        if letters && !name.contains('"') && !name.starts_with(FACTORY) {
            words.other(kind, name);
        }
    }
}
